"""Six-dot braille of kana, numbers and letters, as Unicode patterns. Source: docs/braille.md.

Text comes with the spaces of braille in it (kiosk.phrasebook.felt); this module knows signs only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

BLANK = "\u2800"
NUMBER, LETTERS, CAPITAL, JOIN = "⠼", "⠰", "⠠", "⠤"
UNREADABLE = "（カンジ）"
"""What is felt where there is a character without a reading."""

_VOWELS = dict(zip("アイウエオ", ("1", "12", "14", "124", "24"), strict=True))
_ROWS = {
    "カキクケコ": "6",
    "サシスセソ": "56",
    "タチツテト": "35",
    "ナニヌネノ": "3",
    "ハヒフヘホ": "36",
    "マミムメモ": "356",
    "ラリルレロ": "5",
}
_OTHERS = {
    "ヤ": "34", "ユ": "346", "ヨ": "345", "ワ": "3", "ヰ": "23", "ヱ": "235", "ヲ": "35",
    "ン": "356", "ッ": "2", "ー": "25",
    "。": "256", "、": "56", "？": "26", "！": "235", "・": "5", "「": "36", "」": "36",
    "（": "2356", "）": "2356", "‐": "36", "-": "36", "−": "36", "～": "36 36", "／": "456 34",
    "/": "456 34", ".": "2", "．": "2", "：": "5 2", ":": "5 2", "%": "56 1234", "&": "56 12346",
    "#": "56 146", "*": "56 16",
}  # fmt: skip
_VOICED = "ガギグゲゴザジズゼゾダヂヅデドバビブベボヴ"
_HALF_VOICED = "パピプペポ"
_SMALL_VOWELS = {"ァ": "ア", "ィ": "イ", "ゥ": "ウ", "ェ": "エ", "ォ": "オ"}
_SMALL_Y = {"ャ": "ア", "ュ": "ウ", "ョ": "オ"}
_PALATAL = {"": "4", "voiced": "45", "half": "46"}
_GLIDE = {"": "26", "voiced": "256"}
_TWO = {
    "ティ": "4 TI", "ディ": "45 TI", "スィ": "4 SI", "ズィ": "45 SI", "トゥ": "26 TU",
    "ドゥ": "256 TU", "テュ": "46 TU", "デュ": "456 TU", "フュ": "46 346", "ヴュ": "456 346",
    "フョ": "46 345", "ヴョ": "456 345",
}  # fmt: skip
_NAMES = {"TI": "チ", "SI": "シ", "TU": "ツ"}
_LIKE_YE = frozenset("イキシチニヒミリ")
"""With ェ they are one palatal sound: イェ, シェ, ニェ."""
_DIGITS = dict(zip("1234567890.", "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠂", strict=True))
_ALPHABET = dict(zip("abcdefghijklmnopqrstuvwxyz", "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵", strict=True))
_LOOKS_LIKE_A_DIGIT = frozenset("アイウエオラリルレロ")
_BRF = " A1B'K2L@CIF/MSP\"E3H9O6R^DJG>NTQ,*5<-U8V.%[$+X!&;:4\\0Z7(_?W]#Y)="
_INDENT = 2
_TOKEN = re.compile(r"[0-9]+(?:\.[0-9]+)*|[A-Za-z]+|.", re.DOTALL)


def cell(dots: str) -> str:
    """One cell from its dots: "135" is ⠕."""
    return chr(0x2800 + sum(1 << (int(dot) - 1) for dot in dots))


def cells(text: str) -> str:
    """A line of braille: one pattern a cell, a blank for each space.

    Args:
        text: kana with spaces where braille has them, digits, Latin letters, punctuation; any
            width. Two blanks follow 。？！ in a line, one follows 、 and ・. A run of anything else
            is ``UNREADABLE``.
    """
    plain = _readable(unicodedata.normalize("NFKC", text).replace("?", "？").replace("!", "！"))
    plain = re.sub(r"(?<=[。？！]) +(?=\S)", "  ", plain)
    plain = re.sub(r"(?<=・)(?=\S)", " ", plain)
    felt, before = "", ""
    for token in _tokens(plain):
        felt += _joint(before, token) + _sign(token)
        before = token
    return felt


def brf(line: str) -> str:
    """The same line in North American Braille ASCII, as embossers take it."""
    return "".join(_BRF[ord(each) - 0x2800] for each in line)


def folded(line: str, width: int) -> tuple[str, ...]:
    """A line of braille in parts of at most ``width`` cells, cut at blanks where it can be."""
    parts, rest = [], line.strip(BLANK)
    while len(rest) > width:
        cut = rest.rfind(BLANK, 0, width + 1)
        cut = cut if cut > 0 else width
        parts.append(rest[:cut].rstrip(BLANK))
        rest = rest[cut:].lstrip(BLANK)
    return (*parts, rest)


def embossed(lines: Iterable[str], width: int = 32, rows: int = 22) -> str:
    """Lines of braille as a BRF file: folded, page by page, each line ended by CR LF.

    Args:
        lines: braille patterns; what a line goes on with stands two cells in.
        width: cells of a line of paper; 32 by 22 fits the paper of Japanese embossers (B5).
        rows: lines of a page.
    """
    felt = []
    for line in lines:
        first, *more = folded(line, width - _INDENT)
        felt += [first, *(BLANK * _INDENT + each for each in more)]
    pages = [felt[at : at + rows] for at in range(0, len(felt), rows)]
    return "\f".join("".join(f"{brf(each)}\r\n" for each in page) for page in pages)


def _readable(text: str) -> str:
    """Hiragana as katakana, and a note in place of what has no reading."""
    kana = "".join(chr(ord(each) + 0x60) if "ぁ" <= each <= "ゖ" else each for each in text)
    kana = kana.replace("(", "（").replace(")", "）").replace("\u3000", " ")
    return re.sub(r"[^ァ-ヴー、。？！・「」（）‐\-−～／/.．：:%&#*0-9A-Za-z ]+", UNREADABLE, kana)


def _tokens(text: str) -> list[str]:
    """Numbers, words in letters, and kana with the small kana that belongs to it."""
    tokens: list[str] = []
    for token in _TOKEN.findall(text):
        if tokens and (token in _SMALL_VOWELS or token in _SMALL_Y) and tokens[-1][-1:] > "ァ":
            tokens[-1] += token
        else:
            tokens.append(token)
    return tokens


def _joint(before: str, token: str) -> str:
    """The sign that keeps kana after a number or a letter from being read as one of them."""
    if before[-1:].isascii() and before[-1:].isdigit() and token[0] in _LOOKS_LIKE_A_DIGIT:
        return JOIN
    is_kana = "ァ" <= token[0] <= "ヴ"
    return JOIN if before[-1:].isascii() and before[-1:].isalpha() and is_kana else ""


def _sign(token: str) -> str:
    if token.isspace():
        return cell("")
    if token.isascii() and token[0].isdigit():
        return NUMBER + "".join(_DIGITS[each] for each in token)
    if token.isascii() and token.isalpha():
        return LETTERS + word(token)
    return _kana(token)


def digit(figure: str) -> str:
    """One figure, without the sign before a number."""
    return _DIGITS[figure]


def word(letters: str) -> str:
    """Latin letters: capitals throughout are marked once, others each."""
    if len(letters) > 1 and letters.isupper():
        return CAPITAL * 2 + "".join(_ALPHABET[each] for each in letters.lower())
    return "".join(CAPITAL * each.isupper() + _ALPHABET[each.lower()] for each in letters)


def _kana(token: str) -> str:
    if token in _TWO:
        return "".join(
            _kana(_NAMES[each]) if each in _NAMES else cell(each) for each in _TWO[token].split()
        )
    if token in _OTHERS:
        return _dots(_OTHERS[token])
    base, mark = _plain(token[0])
    if len(token) > 1:
        return _with_small(base, mark, token[1])
    before = {"": "", "voiced": cell("5"), "half": cell("6")}[mark]
    return before + cell(_kana_dots(base))


def _with_small(base: str, mark: str, small: str) -> str:
    if small in _SMALL_Y:
        return cell(_PALATAL[mark]) + cell(_kana_dots(_in_row(base, _SMALL_Y[small])))
    if small == "ェ" and base in _LIKE_YE:
        return cell(_PALATAL[mark]) + cell(_kana_dots(_in_row(base, "エ")))
    # ウィ and ヴァ are made of ウ and of the row of ハ, クァ of its own row.
    row = base if base != "ウ" or not mark else "ハ"
    return cell(_GLIDE.get(mark, "26")) + cell(_kana_dots(_in_row(row, _SMALL_VOWELS[small])))


def _plain(kana: str) -> tuple[str, str]:
    """The kana without its mark, and which mark it had."""
    small = {
        "ヵ": "カ",
        "ヶ": "ケ",
        "ヮ": "ワ",
        **_SMALL_VOWELS,
        "ャ": "ヤ",
        "ュ": "ユ",
        "ョ": "ヨ",
    }
    bare = unicodedata.normalize("NFD", kana)[0]
    mark = "voiced" if kana in _VOICED else "half" if kana in _HALF_VOICED else ""
    return small.get(bare, bare), mark


def _in_row(kana: str, vowel: str) -> str:
    """The kana of the same row with another vowel."""
    place = "アイウエオ".index(vowel)
    row = next((each for each in ("アイウエオ", *_ROWS) if kana in each), None)
    return row[place] if row else kana


def _kana_dots(kana: str) -> str:
    if kana in _VOWELS:
        return _VOWELS[kana]
    for row, more in _ROWS.items():
        if kana in row:
            return _VOWELS["アイウエオ"[row.index(kana)]] + more
    return _OTHERS[kana]


def _dots(signs: str) -> str:
    return "".join(map(cell, signs.split(" ")))
