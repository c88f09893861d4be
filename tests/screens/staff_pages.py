"""How each page of the staff's is reached, for its picture."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.desk.manner import Manner
from kiosk.pages.page import Kind
from kiosk.ports.voice import Devices
from tests.support.screen import Desk
from tests.support.screen_script import PASSCODE

LOGIN = f"助0{PASSCODE}決"
NUMBERS = "06139992決" + "決" + "123決" + "01決" + "3550407決"
"""The insured's numbers, a field after the other."""
NAME, BORN = "874444444決499999111決決", "3550407決"


def _by(keys: str) -> Callable[[Desk], None]:
    """By these keys after the login."""
    return lambda desk: desk.keys(LOGIN + keys)


def _staff(desk: Desk) -> None:
    desk.keys(LOGIN)


def _staff_warned(desk: Desk) -> None:
    desk.keys(LOGIN)
    desk.wait(100.0)


def _queue(desk: Desk) -> None:
    desk.keys(LOGIN + "2")


def _search(desk: Desk) -> None:
    desk.keys(LOGIN + "11")


def _search_none(desk: Desk) -> None:
    desk.core.documents["search"] = {"count": 0, "checks": [], "next": None}
    desk.keys(LOGIN + "11")


def _search_next(desk: Desk) -> None:
    desk.keys(LOGIN + "118")


def _ways(desk: Desk) -> None:
    desk.keys(LOGIN + "111")


def _find_kana(desk: Desk) -> None:
    desk.keys(LOGIN + "1111" + "87744444444")


def _find_day(desk: Desk) -> None:
    desk.keys(LOGIN + "1112" + "1122")


def _find_no_day(desk: Desk) -> None:
    desk.keys(LOGIN + "1112" + "1399決")


def _find_number(desk: Desk) -> None:
    desk.keys(LOGIN + "1113" + "123")


def _find_birth(desk: Desk) -> None:
    desk.keys(LOGIN + "1114")


def _record(desk: Desk) -> None:
    desk.keys(LOGIN + "11決")


def _record_share(desk: Desk) -> None:
    desk.keys(LOGIN + "11決" + "決" * 6)


def _record_waiting(desk: Desk) -> None:
    desk.keys(LOGIN + "118決")


def _record_not_valid(desk: Desk) -> None:
    first = {**desk.core.documents["search"]["checks"][0], "validity": "invalid"}
    desk.core.documents["search"] = {"count": 1, "checks": [first], "next": None}
    desk.keys(LOGIN + "11決")


def _put_right(desk: Desk) -> None:
    desk.keys(LOGIN + "11決7")


def _put_right_why(desk: Desk) -> None:
    desk.keys(LOGIN + "11決71")


def _put_right_sure(desk: Desk) -> None:
    desk.keys(LOGIN + "11決711")


def _put_right_day(desk: Desk) -> None:
    desk.keys(LOGIN + "11決72" + "1120")


def _put_right_other_day(desk: Desk) -> None:
    desk.keys(LOGIN + "11決72" + "1120決")


def _put_right_done(desk: Desk) -> None:
    desk.keys(LOGIN + "11決711" + "1")


def _handing(desk: Desk) -> None:
    desk.keys(LOGIN + "11決9")


def _copied(desk: Desk) -> None:
    desk.keys(LOGIN + "11決91")


def _code(desk: Desk) -> None:
    desk.keys(LOGIN + "11決92")


def _receiving(desk: Desk) -> None:
    desk.keys(LOGIN + "3")


def _queue_follow_up(desk: Desk) -> None:
    desk.keys(LOGIN + "28")


def _receiving_day(desk: Desk) -> None:
    desk.keys(LOGIN + "371118決")


def _resolve(desk: Desk) -> None:
    desk.keys(LOGIN + "283")


def _resolve_which(desk: Desk) -> None:
    desk.keys(LOGIN + "2833")


def _resolve_sure(desk: Desk) -> None:
    desk.keys(LOGIN + "2833決")


def _by_hand(desk: Desk) -> None:
    desk.core.documents["reception"] |= {"treated_on": "2026-11-18", "place": "home"}
    desk.keys(LOGIN + "7")


def _by_hand_name(desk: Desk) -> None:
    desk.keys(LOGIN + "72" + "8777")


def _by_hand_address(desk: Desk) -> None:
    desk.keys(LOGIN + "72" + NAME + BORN + "1決")


def _by_hand_sure(desk: Desk) -> None:
    desk.keys(LOGIN + "72" + NAME + BORN + "1決決")


def _by_hand_numbers(desk: Desk) -> None:
    desk.keys(LOGIN + "71" + NUMBERS)


def _by_hand_result(desk: Desk) -> None:
    desk.core.documents["by_hand"] |= {"checked_today": True, "changes": ["insurer"]}
    desk.keys(LOGIN + "71" + NUMBERS + "1")


def _by_hand_several(desk: Desk) -> None:
    several = {"validity": "several", "eligibility": None, "follow_up_id": "f1", "unconfirmed": 1}
    desk.core.documents["by_hand"] |= several
    desk.keys(LOGIN + "71" + NUMBERS + "1")


def _settings(desk: Desk) -> None:
    desk.front.has_zoom = True
    desk.keys(LOGIN + "4")


def _values(desk: Desk) -> None:
    desk.core.preferences["speed"] = "150"
    desk.keys(LOGIN + "414" + "1")


def _language(desk: Desk) -> None:
    other = "2" if desk.core.language == "ja" else "1"
    desk.keys(LOGIN + "46" + other)


def _about(desk: Desk) -> None:
    desk.keys(LOGIN + "54")


def _rely(desk: Desk) -> None:
    desk.keys(LOGIN + "514")


def _site(desk: Desk) -> None:
    desk.keys(LOGIN + "515")


def _site_attached(desk: Desk) -> None:
    desk.keys(LOGIN + "5152")


def _statistics(desk: Desk) -> None:
    desk.keys(LOGIN + "52")


def _promotion(desk: Desk) -> None:
    desk.keys(LOGIN + "53")


def _promotion_count(desk: Desk) -> None:
    desk.keys(LOGIN + "533" + "12")


def _entries(desk: Desk) -> None:
    desk.keys(LOGIN + "535")


def _report(desk: Desk) -> None:
    desk.keys(LOGIN + "536888")


def _security(desk: Desk) -> None:
    desk.keys(LOGIN + "1")


def _staff_loudspeaker(desk: Desk) -> None:
    desk.keys(LOGIN + "122")


def _output(desk: Desk) -> None:
    headphones = Manner(devices=Devices(headphones="hw:1"))
    desk.core.manner = headphones
    desk.connect()
    desk.keys(LOGIN + "12")


def _second(desk: Desk) -> None:
    desk.keys(LOGIN + "13")


def _second_all(desk: Desk) -> None:
    desk.core.documents["second"] = {"asks": "totp", "app": True, "keys": 2, "reads_keys": True}
    desk.keys(LOGIN + "13")


def _second_sure(desk: Desk) -> None:
    desk.keys(LOGIN + "132" + PASSCODE[:3])


def _secret(desk: Desk) -> None:
    desk.keys(LOGIN + f"12231{PASSCODE}決")


def _secret_unsaid(desk: Desk) -> None:
    desk.keys(LOGIN + "131" + f"{PASSCODE}決")


def _secret_last(desk: Desk) -> None:
    desk.keys(LOGIN + f"12231{PASSCODE}決" + "決" * 7)


def _secret_code(desk: Desk) -> None:
    desk.keys(LOGIN + "131" + f"{PASSCODE}決9")


def _second_code(desk: Desk) -> None:
    desk.keys(LOGIN + "131" + f"{PASSCODE}決7123")


def _receipt_link(desk: Desk) -> None:
    desk.keys(LOGIN + "6")


def _receipt_sure(desk: Desk) -> None:
    desk.keys(LOGIN + "66")


def _receipt_done(desk: Desk) -> None:
    desk.keys(LOGIN + "661")


def _pairing(desk: Desk) -> None:
    desk.keys(LOGIN + "61")


def _pairing_fingerprint(desk: Desk) -> None:
    desk.keys(LOGIN + "612")


def _computers(desk: Desk) -> None:
    desk.keys(LOGIN + "62")


def _computers_sure(desk: Desk) -> None:
    desk.keys(LOGIN + "6281")


STAFF_SCREENS: dict[str, tuple[Callable[[Desk], None], Kind]] = {
    "staff": (_staff, Kind.STAFF),
    "staff_warned": (_staff_warned, Kind.STAFF),
    "queue": (_queue, Kind.QUEUE),
    "search": (_search, Kind.SEARCH),
    "search_none": (_search_none, Kind.SEARCH),
    "search_next": (_search_next, Kind.SEARCH),
    "ways": (_ways, Kind.WAYS),
    "find_kana": (_find_kana, Kind.FIND),
    "find_day": (_find_day, Kind.FIND),
    "find_no_day": (_find_no_day, Kind.FIND),
    "find_number": (_find_number, Kind.FIND),
    "find_birth": (_find_birth, Kind.FIND),
    "record": (_record, Kind.RECORD),
    "record_share": (_record_share, Kind.RECORD),
    "record_not_valid": (_record_not_valid, Kind.RECORD),
    "record_waiting": (_record_waiting, Kind.RECORD),
    "put_right": (_put_right, Kind.PUT_RIGHT),
    "put_right_why": (_put_right_why, Kind.PUT_RIGHT),
    "put_right_sure": (_put_right_sure, Kind.CONFIRM),
    "put_right_day": (_put_right_day, Kind.FIND),
    "put_right_other_day": (_put_right_other_day, Kind.CONFIRM),
    "put_right_done": (_put_right_done, Kind.SEARCH),
    "handing": (_handing, Kind.HANDING),
    "handing_copied": (_copied, Kind.HANDING),
    "code": (_code, Kind.CODE),
    "receiving": (_receiving, Kind.RECEIVING),
    "queue_follow_up": (_queue_follow_up, Kind.QUEUE),
    "receiving_day": (_receiving_day, Kind.RECEIVING),
    "resolve": (_resolve, Kind.RESOLVE),
    "resolve_which": (_resolve_which, Kind.RESOLVE),
    "resolve_sure": (_resolve_sure, Kind.CONFIRM),
    "by_hand": (_by_hand, Kind.BY_HAND),
    "by_hand_name": (_by_hand_name, Kind.NUMBERS),
    "by_hand_address": (_by_hand_address, Kind.NUMBERS),
    "by_hand_sure": (_by_hand_sure, Kind.NUMBERS),
    "by_hand_numbers": (_by_hand_numbers, Kind.NUMBERS),
    "by_hand_result": (_by_hand_result, Kind.CHECKED),
    "by_hand_several": (_by_hand_several, Kind.CHECKED),
    "settings": (_settings, Kind.SETTINGS),
    "values": (_values, Kind.VALUES),
    "language": (_language, Kind.CONFIRM),
    "about": (_about, Kind.ABOUT),
    "more": (_by("5"), Kind.MORE),
    "adoption": (_by("51"), Kind.ADOPTION),
    "steps_next": (_by("511"), Kind.STEPS),
    "steps_done": (_by("512"), Kind.STEPS),
    "steps_tick": (_by("512881"), Kind.CONFIRM),
    "notices": (_by("5138"), Kind.NOTICES),
    "applies": (_by("516122"), Kind.CONFIRM),
    "applies_age": (_by("516122172"), Kind.FIND),
    "rely": (_rely, Kind.ADOPTION),
    "site": (_site, Kind.VALUES),
    "site_attached": (_site_attached, Kind.CONFIRM),
    "statistics": (_statistics, Kind.STATISTICS),
    "promotion": (_promotion, Kind.PROMOTION),
    "promotion_count": (_promotion_count, Kind.FIND),
    "entries": (_entries, Kind.ENTRIES),
    "report": (_report, Kind.REPORT),
    "security": (_security, Kind.SECURITY),
    "security_loudspeaker": (_staff_loudspeaker, Kind.SECURITY),
    "output": (_output, Kind.OUTPUT),
    "second": (_second, Kind.SECOND),
    "second_all": (_second_all, Kind.SECOND),
    "second_sure": (_second_sure, Kind.UNSEEN),
    "secret": (_secret, Kind.SECRET),
    "secret_unsaid": (_secret_unsaid, Kind.SECRET),
    "secret_last": (_secret_last, Kind.SECRET),
    "secret_code": (_secret_code, Kind.CODE),
    "second_code": (_second_code, Kind.UNSEEN),
    "receipt_link": (_receipt_link, Kind.RECEIPT_LINK),
    "receipt_sure": (_receipt_sure, Kind.CONFIRM),
    "receipt_done": (_receipt_done, Kind.RECEIPT_LINK),
    "pairing": (_pairing, Kind.PAIRING),
    "pairing_fingerprint": (_pairing_fingerprint, Kind.PAIRING),
    "computers": (_computers, Kind.COMPUTERS),
    "computers_sure": (_computers_sure, Kind.CONFIRM),
}
