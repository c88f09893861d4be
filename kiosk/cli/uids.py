"""How far a uid may reach at the desk, by the settings (``[access]``)."""

from __future__ import annotations

import grp
import os
import pwd
from collections.abc import Callable

from kiosk.desk.messages import Role
from kiosk.settings import AccessSection


def reach(access: AccessSection) -> Callable[[int], Role]:
    """What ``DeskServer`` asks about each uid that comes.

    Who runs kioskd, and root, could read everything anyway. Of two lists that name the same user
    the lesser counts: a technician's uid never reaches patient data.

    Args:
        access: names of users, ``@`` and names of groups.
    """

    def highest(uid: int) -> Role:
        if uid in {os.getuid(), 0}:
            return Role.STAFF
        names = _names(uid)
        for listed, role in (
            (access.receipt_users, Role.RECEIPT),
            (access.technician_users, Role.TECHNICIAN),
            (access.reception_users, Role.STAFF),
        ):
            if names.intersection(listed):
                return role
        return Role.VISITOR

    return highest


def _names(uid: int) -> set[str]:
    """The user's name, and @ with each of its groups; nothing for a uid without an entry."""
    try:
        user = pwd.getpwuid(uid)
    except KeyError:
        return set()
    groups = os.getgrouplist(user.pw_name, user.pw_gid)
    return {user.pw_name, *(f"@{name}" for name in map(_group, groups) if name)}


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return ""
