"""Which uid reaches how far: the real users and groups of this machine."""

from __future__ import annotations

import grp
import os
import pwd

import pytest

from kiosk.cli.uids import reach
from kiosk.desk.messages import Role
from kiosk.settings import AccessSection

DAEMON = pwd.getpwnam("daemon")
GROUP = "@" + grp.getgrgid(DAEMON.pw_gid).gr_name


@pytest.mark.parametrize(
    ("access", "role"),
    [
        (AccessSection(), Role.VISITOR),
        (AccessSection(reception_users=("daemon",)), Role.STAFF),
        (AccessSection(reception_users=(GROUP,)), Role.STAFF),
        (AccessSection(technician_users=("daemon",)), Role.TECHNICIAN),
        (AccessSection(technician_users=(GROUP,), reception_users=("daemon",)), Role.TECHNICIAN),
        (AccessSection(receipt_users=("daemon",), technician_users=(GROUP,)), Role.RECEIPT),
        (AccessSection(reception_users=("nobody-of-that-name", "@nor-group")), Role.VISITOR),
    ],
)
def test_by_the_settings_and_of_two_the_lesser(access: AccessSection, role: Role) -> None:
    assert reach(access)(DAEMON.pw_uid) is role


def test_who_runs_it_and_root_reach_all_and_an_unknown_uid_only_visits() -> None:
    highest = reach(AccessSection(technician_users=("root",)))
    assert highest(os.getuid()) is highest(0) is Role.STAFF
    assert highest(3_999_999_999) is Role.VISITOR
