"""``python -m kiosk.phrasebook``: keep the rows of every language as they are loaded (ADR 16)."""

from functools import partial

from kiosk.phrasebook import kept
from kiosk.phrasebook.book import LANGUAGES, check, source_of

for language in LANGUAGES:
    kept.keep(source_of(language), partial(check, language))
