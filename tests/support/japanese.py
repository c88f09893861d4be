"""Japanese where English is spoken: what of it has a place there.

What the core told or somebody typed is said and shown as it is; a name that stands on an official
paper or button is quoted; 〔私〕 is the tests' own mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, is_dataclass

from kiosk.domain.text import full_width_kana

RUN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff々]+")
OFFICIAL = frozenset(
    {
        # papers
        "資格確認書",
        # labels of the portal (docs/portal.md), to be found there
        "機関コード", "アカウント", "資格確認アカウント管理", "再発行", "利用可", "各種申請",
        "利用開始申請", "助成金交付申請", "補助金申請",
        # the one word by which somebody finds their own language again, and its name
        "言葉", "日本語",
    }
)  # fmt: skip


def values_of(*told: object) -> set[str]:
    """Every text in what was told, names in full-width kana too."""
    found: set[str] = set()
    for each in told:
        for text in _texts(each):
            found |= {text, full_width_kana(text), full_width_kana(text).replace(" ", "")}
    return found


def _texts(told: object) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, Mapping):
        yield from (text for each in told.values() for text in _texts(each))
    elif is_dataclass(told) and not isinstance(told, type):
        yield from _texts(asdict(told))
    elif isinstance(told, Iterable):
        yield from (text for each in told for text in _texts(each))


def strays(text: str, values: Iterable[str]) -> list[str]:
    """Japanese in a text that is neither a value nor official."""
    known = (*values, *OFFICIAL)
    runs = RUN.findall(text.replace("〔私〕", ""))
    return [run for run in runs if not any(run in each for each in known)]
