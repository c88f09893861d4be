"""コピー and QR code: off unless the desk gives the result, gone in time, and read by a scanner."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

from kiosk.desk.messages import Ask, Failed, Message
from kiosk.formats.clipboard import copying, emptying
from kiosk.formats.copied import copied_text
from kiosk.formats.qr import qr_parts, values_of
from kiosk.formats.result_json import result_of
from kiosk.pages.layout import Size
from kiosk.pages.page import Kind, Role
from kiosk.phrasebook import Phrase
from kiosk.phrasebook.told import tell
from tests.screens.staff_pages import LOGIN
from tests.support.screen import Desk
from tests.support.screen_script import COPIED, ScriptedCore

COPY = LOGIN + "11決91"
CODE = LOGIN + "11決92"
FINE = Size(182, 53)
"""What 1280x800 holds in the smallest type."""
_Seen = TypeVar("_Seen")
TEXT = copied_text(result_of(COPIED))


class _SwitchedOff(ScriptedCore):
    """The settings allow neither."""

    def _answer(self, message: Message) -> list[Message]:
        if isinstance(message, Ask) and message.query == "copied":
            return [Failed(message.id, "K603")]
        return super()._answer(message)


def test_a_result_is_copied_and_the_desk_knows_of_which(desk: Desk) -> None:
    desk.keys(COPY)
    assert desk.terminal == [copying(TEXT)]
    asked = [each for each in desk.sent(Ask) if isinstance(each, Ask) and each.query == "copied"]
    assert [each.about for each in asked] == [{"form": "copied", "check_id": "s1"}]
    assert desk.front.book.say(Phrase.HANDING_COPIED).heard in "".join(desk.voice.said)


def test_it_is_gone_after_a_minute_and_not_before(desk: Desk) -> None:
    desk.keys(COPY)
    desk.wait(59.0)
    assert desk.terminal == [copying(TEXT)]
    at_s = desk.front.wakes_at_s
    assert at_s is not None
    desk.wait(at_s - desk.clock.at_s)
    assert desk.terminal == [copying(TEXT), emptying()]
    assert desk.shows(Kind.HANDING)


def test_help_stays_open_when_the_minute_is_over(desk: Desk) -> None:
    desk.keys(COPY + "助")
    desk.wait(61.0)
    assert desk.terminal[-1] == emptying()
    assert desk.shows(Kind.HELP)


def test_that_it_goes_soon_is_seen_in_place_of_help(desk: Desk) -> None:
    desk.keys(COPY + "助")
    desk.wait(41.0)
    assert desk.shows(Kind.HANDING)
    assert desk.front.book.say(Phrase.HANDING_COPY_SOON) in desk.front.page.lines


@pytest.mark.parametrize(
    "end",
    [
        lambda desk: desk.keys("戻" * 6),
        lambda desk: desk.tell(tell(Phrase.RECEPTION_WELCOME)),
        lambda desk: desk.front.lost(),
        lambda desk: desk.front.leave_staff(),
    ],
    ids=["logout", "visitor", "core gone", "screen ended"],
)
def test_it_goes_with_the_session(desk: Desk, end: Callable[[Desk], None]) -> None:
    desk.keys(COPY)
    end(desk)
    assert desk.terminal == [copying(TEXT), emptying()]


def test_where_nothing_was_copied_the_clipboard_is_left_alone(desk: Desk) -> None:
    desk.keys(LOGIN + "戻")
    assert desk.terminal == []


@pytest.mark.parametrize("keys", [COPY, CODE])
def test_switched_off_it_says_so(open_desk: Callable[..., Desk], keys: str) -> None:
    desk = open_desk(_SwitchedOff())
    desk.keys(keys)
    assert desk.terminal == []
    assert desk.shows(Kind.HANDING)
    assert desk.front.book.message("K603") in desk.front.page.lines


def test_without_the_library_that_draws_codes_it_says_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "segno", None)
    desk.keys(CODE)
    assert desk.shows(Kind.HANDING)
    assert desk.front.book.message("K608") in desk.front.page.lines


@pytest.mark.parametrize("size", [Size(40, 12), Size(32, 9)])
def test_letters_too_large_for_a_code_are_told(desk: Desk, size: Size) -> None:
    desk.front.size = size
    desk.keys(CODE)
    assert not desk.front.page.picture
    assert desk.front.book.say(Phrase.HANDING_NO_ROOM) in desk.front.page.lines
    desk.front.size = Size(80, 24)
    assert desk.front.page.picture


def _with_zoom(desk: Desk) -> Desk:
    """On a panel of 40x12 cells whose type can be made smaller."""
    desk.front.has_zoom = True
    desk.keys(CODE)
    assert not desk.front.page.picture
    return desk


def test_a_code_has_the_smallest_type_and_comes_with_it(desk: Desk) -> None:
    usual = desk.front.type_size
    _with_zoom(desk)
    assert desk.front.type_size < usual
    said = "".join(desk.voice.news())
    assert desk.front.book.say(Phrase.HANDING_SCAN).heard in said
    assert desk.front.book.say(Phrase.HANDING_NO_ROOM).heard not in said
    desk.front.size = FINE
    assert desk.front.page.picture
    desk.keys("戻")
    assert desk.shows(Kind.HANDING)
    assert desk.front.type_size == usual


def test_several_codes_are_told_of_once_they_are_there(desk: Desk) -> None:
    _with_zoom(desk)
    desk.voice.news()
    desk.front.size = Size(80, 24)
    count = len(_walked(desk, _picture))
    at_s = desk.front.wakes_at_s
    assert at_s == desk.clock.at_s
    desk.wait(0.0)
    place = desk.front.book.say(Phrase.HANDING_PLACE, count=count, position=count)
    assert place.heard in desk.voice.news()
    desk.wait(4.0)
    assert desk.shows(Kind.CODE)


def test_help_leads_back_to_the_code_one_was_at(desk: Desk) -> None:
    desk.front.has_zoom = True
    desk.front.size = Size(80, 24)
    desk.keys(CODE + "決")
    second = desk.front.page.picture
    desk.keys("助")
    desk.front.size = Size(40, 12)
    desk.wait(5.0)
    assert desk.shows(Kind.HELP)
    desk.keys("助")
    desk.front.size = Size(80, 24)
    assert desk.front.page.picture == second


def test_where_the_type_stays_large_after_all_it_says_so(desk: Desk) -> None:
    _with_zoom(desk)
    desk.wait(4.0)
    assert desk.shows(Kind.HANDING)
    assert desk.front.book.say(Phrase.HANDING_NO_ROOM) in desk.front.page.lines


def test_one_code_alone_is_not_counted(desk: Desk) -> None:
    desk.front.size = FINE
    desk.keys(CODE)
    (only,) = _walked(desk, _picture)
    page = desk.front.page
    assert (page.picture, page.digits, page.default) == (only, "", ())
    assert page.lines == (desk.front.book.say(Phrase.HANDING_SCAN),)


def _walked(desk: Desk, look: Callable[[Desk], _Seen]) -> list[_Seen]:
    """What is seen from the first code to the last."""
    seen = [look(desk)]
    while desk.front.page.digits:
        desk.keys("決")
        if desk.front.book.say(Phrase.SEARCH_LAST) in desk.front.page.lines:
            break
        seen.append(look(desk))
    return seen


def _picture(desk: Desk) -> tuple[str, ...]:
    return desk.front.page.picture


def test_the_codes_are_walked_to_either_end(desk: Desk) -> None:
    desk.front.size = Size(80, 24)
    desk.keys(CODE)
    first = desk.front.page.picture
    desk.keys("2")
    assert desk.front.page.picture == first
    desk.keys("決")
    assert desk.front.page.picture != first
    desk.keys("2")
    assert desk.front.page.picture == first
    desk.keys("8" * 20)
    assert desk.front.book.say(Phrase.SEARCH_LAST) in desk.front.page.lines


@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="zbarimg (zbar-tools) is not here")
@pytest.mark.parametrize("is_simulated", [True, False])
@pytest.mark.parametrize("size", [Size(80, 24), Size(64, 20), Size(120, 40), FINE], ids=str)
def test_a_scanner_reads_the_terminal(
    open_desk: Callable[..., Desk], tmp_path: Path, size: Size, *, is_simulated: bool
) -> None:
    desk = open_desk(ScriptedCore(is_simulated=is_simulated))
    desk.front.size = size
    desk.keys(CODE)
    sheets = _walked(desk, _drawn)
    files = [tmp_path / f"{number:02}.pgm" for number in range(len(sheets))]
    for file, rows in zip(files, sheets, strict=True):
        file.write_bytes(_photograph(rows, size.columns))
    read = [
        subprocess.run(
            ["zbarimg", "-q", "--raw", file],  # noqa: S607 - where it is installed
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        for file in files
    ]
    result = result_of(COPIED)
    assert values_of(read) == values_of(qr_parts(result))


def _drawn(desk: Desk) -> list[str]:
    assert {row.role for row in desk.front.sheet} >= {Role.PICTURE}
    return [row.text if row.role is Role.PICTURE else "" for row in desk.front.sheet]


def _photograph(rows: Sequence[str], columns: int) -> bytes:
    """The cells as foot draws them, 8 by 16 pixels each; a letter is a grey cell."""
    lines: list[bytes] = []
    for row in rows:
        cells = row.ljust(columns)[:columns]
        for half in (0, 1):
            line = b"".join(bytes([_light(cell, half)]) * 8 for cell in cells)
            lines += [line] * 8
    return b"P5 %d %d 255\n" % (columns * 8, len(rows) * 16) + b"".join(lines)


def _light(cell: str, half: int) -> int:
    lit = {"█": (255, 255), "▀": (255, 0), "▄": (0, 255), " ": (0, 0)}
    return lit.get(cell, (128, 128))[half]
