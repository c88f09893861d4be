"""Catching up: asking again for what could not be asked, and keeping the calendar."""
