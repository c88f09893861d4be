"""Every sentence of the kiosk in two forms: what is read and what is heard.

One row a phrase in ``ja.toml`` and ``en.toml``. How to use it::

    from kiosk.phrasebook import PersonName, Phrase, Phrasebook

    book = Phrasebook.load("ja")                       # or "en"; cached
    said = book.say(Phrase.OUTAGE_LINE_BACK, confirmed=1, left=0)
    said.read      # 回線が戻りました。1件、確認しました。残り0件。
    said.heard     # 回線が戻りました。イッケン、確認しました。のこりゼロケン。
    said.is_private                                    # patient data: JOURNEYS 〔私〕
    said.sentences                                     # one fact each, for line mode
    book.message("K102"), book.hint("K102")            # what happened, what to do next
    book.simulated(said)                               # the same under the mark 模擬

Values go in as values, never as text made by the caller: a count is an ``int``, a day a ``date``,
a month a ``Month``, a name a ``PersonName``, an age a ``timedelta``. The slot in the row says how
each is written and how it is said (``kiosk.phrasebook.forms``). A private utterance hides its
words in ``repr``. A missing or needless value is a ``PhraseError``, a bug.
"""

from kiosk.phrasebook.book import Key, Phrasebook
from kiosk.phrasebook.keys import Phrase
from kiosk.phrasebook.setup_keys import SetupPhrase
from kiosk.phrasebook.template import PhraseError
from kiosk.phrasebook.utterance import Sentence, Utterance
from kiosk.phrasebook.values import PersonName

__all__ = [
    "Key",
    "PersonName",
    "Phrase",
    "PhraseError",
    "Phrasebook",
    "Sentence",
    "SetupPhrase",
    "Utterance",
]
