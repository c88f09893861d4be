"""Each way is off until a technician turns it on; the link follows without a restart."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.desk.local import LocalLink
from kiosk.desk.messages import Ask, Failed
from kiosk.domain.passcode import Passcode
from kiosk.ports.access import Holder, Standing
from kiosk.receipt.serving import ReceiptLink
from tests.receipt.conftest import Clinic
from tests.support.pcscd import until
from tests.support.visitor import Visitor

_TECHNICIAN = "770215"


@pytest.fixture
def technician(clinic: Clinic) -> Visitor:
    assert clinic.core is not None
    assert clinic.kiosk is not None
    clinic.kiosk.store.control.access.set_passcode(
        Holder(Standing.TECHNICIAN, "technician-1"), Passcode(_TECHNICIAN)
    )
    visitor = Visitor(LocalLink(clinic.core.counter), claims=False)
    visitor.log_in(_TECHNICIAN)
    return visitor


def failed(visitor: Visitor, query: str, **about: object) -> str:
    """The code a question is refused with."""
    answer = visitor.ask(lambda number: Ask(number, query, about))
    assert isinstance(answer, Failed)
    return answer.code


def test_a_technician_opens_a_way_and_staff_only_close_it(
    clinic: Clinic, technician: Visitor
) -> None:
    staff, check_id = clinic.staff(), clinic.answer()
    about = {"form": "copied", "check_id": check_id}
    assert failed(staff, "copied", **about) == "K603"
    assert failed(staff, "receipt_on", way="copy_text") == "K313"
    assert technician.query("receipt_on", way="copy_text")["ways"]["copy_text"] is True
    assert staff.query("copied", **about)["check_id"] == check_id
    assert staff.query("receipt_off", way="copy_text")["ways"]["copy_text"] is False
    assert failed(staff, "copied", **about) == "K603"
    assert clinic.audited("settings_changed") == [
        ("technician/technician-1", "receipt.copy_text:on"),
        ("staff/staff-1", "receipt.copy_text:off"),
    ]


def test_what_was_switched_holds_over_a_restart(clinic: Clinic, technician: Visitor) -> None:
    technician.query("receipt_on", way="qr")
    technician.query("receipt_off", way="drop_folder")
    clinic.switch_off()
    clinic.switch_on()
    ways = clinic.staff().query("receipt_ways")["ways"]
    assert (ways["qr"], ways["drop_folder"], ways["copy_text"]) == (True, False, False)


def test_a_way_that_leads_nowhere_is_not_turned_on(clinic: Clinic, technician: Visitor) -> None:
    clinic.manner["drop_folder"] = None
    assert failed(technician, "receipt_on", way="drop_folder") == "K612"
    assert failed(technician, "receipt_on", way="seal") == "K612"
    assert failed(technician, "receipt_on", way="fax") == "K314"
    assert clinic.audited("settings_changed") == []


def test_a_sealed_export_stops_with_its_way(clinic: Clinic, technician: Visitor) -> None:
    staff, about = clinic.staff(), {"month": "2026-11", "form": "csv", "sealed": True}
    assert failed(staff, "export", **about) == "K603"
    clinic.manner["receiver"] = "/etc/madoguchi/receiver.pem"
    assert staff.query("export", **about)["checks"] == []
    assert failed(staff, "export", **{**about, "sealed": False}) == "K603"
    technician.query("receipt_off", way="seal")
    assert failed(staff, "export", **about) == "K603"


def test_the_link_follows_without_a_restart(clinic: Clinic, technician: Visitor) -> None:
    clinic.manner.update(drop_folder=None, listen="")
    with clinic.link() as link:
        assert link.ways == []
        assert clinic.staff().query("receipt_pair")["url"] is None
        # An address of its own stands in the settings, as a port of the whole box would clash here.
        clinic.manner["listen"] = "127.0.0.1:0"
        until(has(link, "listen"), "the link follows")
        assert clinic.staff().query("receipt_pair")["url"] == link.url
        clinic.manner["drop_folder"] = str(clinic.drop)
        until(has(link, "listen", "drop_folder"), "the link follows")
        clinic.answer()
        until(lambda: any(clinic.drop.iterdir()), "the link follows")
        technician.query("receipt_off", way="listen")
        until(has(link, "drop_folder"), "the link follows")
        technician.query("receipt_off", way="drop_folder")
        until(has(link), "the link follows")
    assert clinic.core is not None
    assert clinic.core.failure is None


def has(link: ReceiptLink, *ways: str) -> Callable[[], bool]:
    return lambda: set(link.ways) == set(ways)
