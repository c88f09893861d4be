"""Whatever can be asked of the desk is on record, or is on the short list of what need not be."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.desk.messages import Ask, Logout
from kiosk.events import Event
from tests.core.conftest import PASSCODE, STAFF, Box

SILENT = {
    # How the box is, without a patient in it; asked all day by fronts, doctor and monitoring.
    *("status", "checkup", "matters", "statistics", "preferences"),
    # The clinic's own steps and promotion work: no patient in them; what changes them is a row.
    *("adoption", "promotion"),
    # What the receipt computers ask all day; a pairing and a misuse are rows by themselves.
    *("receipt_news", "receipt_open", "receipt_redeem", "receipt_token"),
}


def asked(box: Box) -> Iterator[tuple[str, list[Event]]]:
    """Every query and order, asked by staff without its parameters, and the rows it wrote."""
    assert box.core is not None
    audit = box.core.gate.audit
    staff = box.visitor(claims=False)
    staff.log_in(PASSCODE)
    for name in sorted(box.core.counter._queries):
        before = audit.head().count
        staff.ask(lambda number, name=name: Ask(number, name))  # type: ignore[misc]
        yield name, [row.event for _, row in audit.entries(before)]
    staff.ask(Logout)
    assert audit.verify().fault is None


def test_every_question_and_order_leaves_a_row_in_the_audit(box: Box) -> None:
    box.set_passcode()
    rows = dict(asked(box))
    # Staff may not open a way out of the box: what is refused is no row.
    assert {name for name, events in rows.items() if not events} == {*SILENT, "receipt_on"}
    assert rows["history"] == rows["matters_named"] == [Event.LOOKED]
    assert rows["bundle"] == rows["update"] == [Event.MAINTAINED_REMOTELY]
    assert rows["settings_backup"] == [Event.SETTINGS_BACKED_UP]
    assert rows["settings_restore"] == [Event.SETTINGS_RESTORED]
    assert rows["second"] == [Event.LOOKED]
    # What tells nothing is no look; what changes nothing was ordered all the same.
    for name in ("search", "record", "export", "copied"):
        assert rows[name] == [Event.REFUSED], name
    assert rows["annul"] == [Event.ORDERED, Event.REFUSED]
    assert rows["upkeep"] == [Event.MAINTAINED_REMOTELY, Event.REFUSED]
    for name in (
        "second_begin",
        "second_prove",
        "second_key",
        "second_forget",
        "annul",
        "correct",
        "purge",
        "retry",
        "by_hand",
        "resolve",
        "set",
        "sync",
        "receipt_off",
    ):
        assert rows[name][0] is Event.ORDERED, name
    assert box.core is not None
    every = [row for _, row in box.core.gate.audit.entries()]
    assert (every[0].event, every[-1].event) == (Event.LOGGED_IN, Event.LOGGED_OUT)
    assert {row.who for row in every} == {str(STAFF)}
