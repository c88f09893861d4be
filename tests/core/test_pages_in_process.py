"""JOURNEYS C3 with the eyes closed: keypad in, utterances out, the real core behind the desk."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from kiosk.desk.link import Link
from kiosk.desk.local import LocalLink
from kiosk.domain.lifecycle import State
from kiosk.pages.front import Front
from kiosk.pages.keys import press_of
from tests.core.conftest import PASSCODE, Box
from tests.core.test_core import visit
from tests.support.screen import WrittenVoice, until_said

_KEYS = {"決": "enter", "戻": "minus", "再": "asterisk", "助": "slash"}


@dataclass
class BlindStaff:
    """Hears, and presses keys of the keypad; sees nothing.

    Args:
        link: to the core.
    """

    link: Link
    voice: WrittenVoice = field(default_factory=WrittenVoice)
    now_s: float = 0.0

    def __post_init__(self) -> None:
        self.front = Front(self.link.send, self.voice, language="ja", now=lambda: self.now_s)
        self.front.connected()

    def press(self, keys: str) -> None:
        for each in keys:
            self.now_s += 1.0
            self.front.press(press_of(_KEYS.get(each, each), each if each.isdecimal() else None))

    def hears(self, words: str) -> str:
        """Wait until something is said; the utterance, private ones under 〔私〕."""
        return until_said(words, self.link, self.front, self.voice)


def test_journey_c3_by_keypad_and_speech_alone(box: Box) -> None:
    visitor = box.visitor()
    visit(box, visitor)
    box.set_passcode()
    visitor.link.close()
    assert box.core is not None
    staff = BlindStaff(LocalLink(box.core.counter))
    staff.hears("受付できます。")
    staff.press("助0")
    staff.hears("職員の番号を押し、決定を押してください。")
    staff.press(PASSCODE + "決")
    staff.hears("イチ、セキュリティ設定。")
    staff.press("1")
    staff.hears("ニ、名前や資格の出しかた。")
    staff.press("22")
    staff.hears("イチ、資格確認結果検索。")
    staff.press("1")
    assert staff.hears("ヤマダタロウサマ。").startswith("〔私〕")
    staff.press("決")
    assert staff.hears("保険者番号。").startswith("〔私〕もぎ。保険者番号。ゼロロク、")
    for words in ("記号", "番号。", "えだばん。"):
        staff.press("決")
        assert staff.hears(words).startswith(f"〔私〕もぎ。{words}")
    staff.press("4")
    staff.press("戻")
    staff.hears("決定で開く")
    staff.press("13" + "99999決")
    staff.hears("記録はありません。")
    staff.press("戻戻戻")
    staff.hears("ログアウトしました。")


def test_a_mistaken_record_is_put_right_by_keypad_and_speech_alone(box: Box) -> None:
    visitor = box.visitor()
    visit(box, visitor)
    box.set_passcode()
    visitor.link.close()
    assert box.core is not None
    [checked] = box.stored()
    day_before = checked.treated_on - timedelta(days=1)
    staff = BlindStaff(LocalLink(box.core.counter))
    for keys, words in (
        ("", "受付できます。"),
        (f"助0{PASSCODE}決", "ログインしました。"),
        ("1221", "決定で開く"),
        ("決72", "正しい施術日。"),
        (f"{day_before:%Y%m%d}決", "に直しますか。"),
        ("1", "に訂正しました。"),
        ("12", "日にちで探す。"),
        (f"{day_before:%Y%m%d}決", "決定で開く"),
        ("決71", "とりけしの理由。"),
        ("1", "この記録を、とりけしますか。"),
        ("1", "の記録を、とりけしました。"),
    ):
        staff.press(keys)
        staff.hears(words)
    old, new = box.stored()
    assert (old.state, old.corrected_by) == (State.CORRECTED, new.check_id)
    assert (new.state, new.treated_on) == (State.ANNULLED, day_before)
    assert old.answer == new.answer == checked.answer
    put_right = {"check_corrected": ("wrong-day", old), "check_annulled": ("not-this-patient", new)}
    assert box.kiosk is not None
    audit = box.kiosk.gate.audit
    rows = [row for _, row in audit.entries() if row.event in put_right]
    assert [(row.event.value, row.who, row.what, row.record) for row in rows] == [
        (event, "staff/staff-1", why, audit.opaque(check.check_id))
        for event, (why, check) in put_right.items()
    ]


def test_the_staff_choose_practice_and_see_what_is_open(box: Box) -> None:
    box.set_passcode()
    assert box.core is not None
    staff = BlindStaff(LocalLink(box.core.counter))
    staff.hears("受付できます。")
    staff.press("助0" + PASSCODE + "決")
    staff.hears("ログインしました。")
    staff.press("2")
    staff.hears("確認待ちはありません。")
    staff.press("戻3")
    staff.hears("職員なし、暗証番号。")
    staff.press("6")
    staff.hears("練習ちゅうです。")
    staff.press("6戻4")
    staff.hears("イチ、声の速さ。")
    staff.press("15")
    staff.hears("変えました。")
    assert staff.voice.tuned == (2.0, 1.0, 0.0)
    staff.press("戻54")
    staff.hears("もぎです。")


def test_a_step_is_ticked_and_the_work_noted_by_keypad_and_speech_alone(box: Box) -> None:
    box.set_passcode()
    assert box.core is not None
    assert box.kiosk is not None
    staff = BlindStaff(LocalLink(box.core.counter))
    staff.hears("受付できます。")
    staff.press("助0" + PASSCODE + "決")
    staff.hears("ログインしました。")
    staff.press("51")
    staff.hears("次は、端末の選定です。")
    staff.press("1")
    staff.hears("カードリーダーを選びます。")
    staff.press("11")
    staff.hears("済み、端末の選定")
    staff.press("戻")
    staff.hears("次は、端末の購入です。")
    staff.press("戻3")
    staff.hears("のぶんです。")
    staff.press("35決")
    staff.hears("記録しました。")
    staff.press("6")
    staff.hears("取り組みの報告の案。")
    rows = [row for _, row in box.kiosk.gate.audit.entries()]
    found = [(row.who, row.what) for row in rows if row.event == "checklist_changed"]
    assert found == [
        ("staff/staff-1", "terminal_chosen:done"),
        ("staff/staff-1", "asking:5"),
    ]
