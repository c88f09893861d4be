"""Madoguchi (窓口): a reception kiosk for Japan's health-insurance eligibility check."""

__version__ = "0.1.0"
