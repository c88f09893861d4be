"""The ground: what is true of insurance, cards, checks and dates without a computer.

Standard library only, no input or output, no clock.
"""
