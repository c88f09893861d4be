"""A kana or letter by a word that begins with it: ヤ and ア, M and N are not told apart by ear.

Source: 無線局運用規則 別表第5号 (通話表), the words telephone operators in Japan spell names with;
its second part (欧文通話表) for letters, which are those of ICAO Annex 10, volume II, 5.2.1.3.
"""

from __future__ import annotations

import re
import unicodedata

from kiosk.domain.text import full_width_kana, half_width
from kiosk.phrasebook import english, kana
from kiosk.phrasebook.values import showable

_WORDS = {
    "ア": "朝日 アサヒ", "イ": "いろは イロハ", "ウ": "上野 ウエノ", "エ": "英語 エイゴ",
    "オ": "大阪 オオサカ", "カ": "為替 カワセ", "キ": "切手 キッテ", "ク": "クラブ クラブ",
    "ケ": "景色 ケシキ", "コ": "子ども コドモ", "サ": "桜 サクラ", "シ": "新聞 シンブン",
    "ス": "すずめ スズメ", "セ": "世界 セカイ", "ソ": "そろばん ソロバン", "タ": "たばこ タバコ",
    "チ": "ちどり チドリ", "ツ": "つるかめ ツルカメ", "テ": "手紙 テガミ", "ト": "東京 トウキョウ",
    "ナ": "名古屋 ナゴヤ", "ニ": "日本 ニッポン", "ヌ": "沼津 ヌマヅ", "ネ": "ねずみ ネズミ",
    "ノ": "野原 ノハラ", "ハ": "はがき ハガキ", "ヒ": "飛行機 ヒコウキ", "フ": "富士山 フジサン",
    "ヘ": "平和 ヘイワ", "ホ": "保険 ホケン", "マ": "マッチ マッチ", "ミ": "三笠 ミカサ",
    "ム": "無線 ムセン", "メ": "明治 メイジ", "モ": "もみじ モミジ", "ヤ": "大和 ヤマト",
    "ユ": "弓矢 ユミヤ", "ヨ": "吉野 ヨシノ", "ラ": "ラジオ ラジオ", "リ": "りんご リンゴ",
    "ル": "留守居 ルスイ", "レ": "れんげ レンゲ", "ロ": "ローマ ローマ", "ワ": "わらび ワラビ",
    "ヲ": "尾張 オワリ", "ン": "おしまい オシマイ",
}  # fmt: skip
_LETTERS = {
    "A": "アルファ Alfa", "B": "ブラボー Bravo", "C": "チャーリー Charlie", "D": "デルタ Delta",
    "E": "エコー Echo", "F": "フォックストロット Foxtrot", "G": "ゴルフ Golf", "H": "ホテル Hotel",
    "I": "インディア India", "J": "ジュリエット Juliett", "K": "キロ Kilo", "L": "リマ Lima",
    "M": "マイク Mike", "N": "ノーベンバー November", "O": "オスカー Oscar", "P": "パパ Papa",
    "Q": "ケベック Quebec", "R": "ロメオ Romeo", "S": "シエラ Sierra", "T": "タンゴ Tango",
    "U": "ユニフォーム Uniform", "V": "ビクター Victor", "W": "ウイスキー Whiskey",
    "X": "エックスレイ X-ray", "Y": "ヤンキー Yankee", "Z": "ズールー Zulu",
}  # fmt: skip
_LONG = re.compile("(?<=[コソトノホモヨロゴゾドボポョクスツヌフムユルグズブプュ])ウ")
_SMALL = dict(zip("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ", strict=True))
_MARKS = {"\u3099": "濁点 ダクテン", "\u309a": "半濁点 ハンダクテン", "ー": "長音 チョウオン"}


def read(sign: str) -> str:
    """大和のヤ; 為替のカ、濁点; アルファのA; a digit stays as it is.

    Args:
        sign: one digit, letter or kana, with the small kana after it.
    """
    return "、".join(_parts(showable(sign), heard=False))


def heard(sign: str) -> str:
    """ヤマトのヤ; カワセのカ、ダクテン; アルファのエー; digits by their names."""
    return "、".join(_parts(showable(sign), heard=True))


def felt(sign: str) -> str:
    """ヤマトノ ヤ; トーキョーノ ト: as it is heard, with the spaces and long vowels of braille."""
    return _LONG.sub("ー", heard(sign)).replace("の", "ノ ").replace("、", "、 ")


def read_in_english(sign: str) -> str:
    """A: Alfa; a kana as in Japanese; a digit stays as it is."""
    text = half_width(showable(sign)).upper()
    return f"{text}: {_LETTERS[text].split()[1]}" if text in _LETTERS else read(sign)


def heard_in_english(sign: str) -> str:
    """A as in Alfa; the Japanese words of a kana, left to a Japanese voice; a digit by its name."""
    text = showable(sign)
    letter = half_width(text).upper()
    if letter in _LETTERS:
        return f"{letter} as in {_LETTERS[letter].split()[1]}"
    is_kana = all(each in _SPELLED for each in _taken_apart(text))
    return heard(sign) if is_kana else english.spelled(text)


def _taken_apart(text: str) -> str:
    return unicodedata.normalize("NFD", full_width_kana(text))


def _parts(text: str, *, heard: bool) -> list[str]:
    return [_part(each, heard=heard) for each in _taken_apart(text) if not each.isspace()]


def _part(sign: str, *, heard: bool) -> str:
    if sign in _MARKS:
        return _MARKS[sign].split()[heard]
    if sign in _SMALL:
        small = "チイサイ" if heard else "小さい"
        return f"{small}、{_part(_SMALL[sign], heard=heard)}"
    if sign in _WORDS:
        return f"{_WORDS[sign].split()[heard]}の{sign}"
    letter = half_width(sign).upper()
    if letter in _LETTERS:
        return f"{_LETTERS[letter].split()[0]}の{kana.spelled(letter) if heard else letter}"
    return kana.spelled(sign) if heard else sign


_SPELLED = frozenset({*_WORDS, *_SMALL, *_MARKS})
