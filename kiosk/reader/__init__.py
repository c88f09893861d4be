"""The card and the reader: APDUs, the JPKI profile, the dialogue, and PC/SC.

``card`` holds the dialogue and knows no transport; ``scard`` is the only module that knows pyscard.
Source: facts CARD.
"""
