"""Propose readings for the rows of the Japanese phrasebook that have none yet.

``.venv/bin/python tools/readings.py`` adds a line to ``kiosk/phrasebook/readings.tsv`` for every
sentence that has none, or whose words have changed, and takes out those of rows that are gone. What
it proposes is the engine's own reading, with the spaces of braille: it is to be read by somebody,
word by word, and mended where it is wrong, before it is committed. Needs the ``voice`` extra.
"""  # noqa: INP001 - a script beside the package, not a part of it

from __future__ import annotations

import re
from pathlib import Path

from kiosk.phrasebook import Phrasebook
from kiosk.phrasebook.readings import Reading, heard_sentences, load_readings
from kiosk.phrasebook.template import Template
from kiosk.voice.openjtalk import Morpheme, OpenJTalkVoice

FILE = Path(__file__).parent.parent / "kiosk" / "phrasebook" / "readings.tsv"
_MARKERS = ("ミカエル", "スズキ", "タナカ", "ナカムラ", "キムラ", "ヤマモト")
_HEAD = "# key\tsentence\theard\treading\n"
_SHORT = 3
_TAILS = frozenset({"接尾"})
_APART = re.compile(
    r"(?<=[ワモガデ])(?=アリマ)|(?<=ガ)(?=ナイ[カト 。])|(?<=デ)(?=ナイ[カト ])"
    r"|(?<=[リケチシ])(?=クダサイ)|(?<=^アト)(?=[{イ])|(?<=モー)(?=イチド)"
)
"""Before a word that says that something is or is not, and before a request."""
_JOINED = frozenset({"助詞", "助動詞", "記号"})


def main() -> None:
    """Write the file anew, with a proposal where a reading is missing."""
    engine = OpenJTalkVoice()
    known = load_readings()
    lines = []
    for key, place, heard in heard_sentences(Phrasebook.load("ja")):
        old = known.get((key, place))
        is_good = old is not None and old.heard == heard.text
        reading = old.reading if old and is_good else proposed(engine, heard)
        lines.append(Reading(key, place, heard.text, reading).line)
        if not is_good:
            print(lines[-1], end="")  # noqa: T201 - what is to be reviewed
    FILE.write_text(_HEAD + "".join(lines), encoding="utf-8")


def proposed(engine: OpenJTalkVoice, heard: Template) -> str:
    """Kana of a sentence with the spaces of braille, slots as they stand."""
    text, slots = "", {}
    for literal, slot, kind in heard.parts:
        text += literal
        if slot:
            marker = _MARKERS[len(slots)]
            slots[marker] = f"{{{slot}:{kind}}}"
            text += marker
    said = spaced(engine.morphemes(text))
    for marker, slot in slots.items():
        said = said.replace(marker, slot)
    return said


def spaced(morphemes: list[Morpheme]) -> str:
    """Words with spaces between: docs/braille.md, "Spaces"."""
    said = ""
    before: Morpheme | None = None
    for each in morphemes:
        begins = before is not None and _begins(each, before)
        said += (" " if begins else "") + each.kana
        if each.word == "。":
            said = said.removesuffix(each.kana) + "。"
        before = each
    said = said.replace("、 ", "、").replace("、", "、 ").replace("。", "。 ").strip()
    return _APART.sub(" ", said).replace("マタハ", "マタワ")


def _begins(each: Morpheme, before: Morpheme) -> bool:
    if each.kind in _JOINED or before.kind in {"記号", "接頭詞"}:
        return False
    if each.kind == "名詞" and before.kind == "名詞":
        return _parts(each, before)
    if each.kind == "動詞" and each.group == "非自立":
        return before.kind == "助詞"
    if each.kind in {"名詞", "動詞", "形容詞"} and each.group in _TAILS:
        return False
    return not (each.kind == "形容詞" and each.group == "非自立")


def _parts(each: Morpheme, before: Morpheme) -> bool:
    if each.group in _TAILS or "数" in {each.group, before.group}:
        return False
    return min(each.moras, before.moras) >= _SHORT or each.group == "非自立"


if __name__ == "__main__":
    main()
