"""Counting pcscd's contexts by what Linux tells everybody."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.reader.contexts import count_contexts

TABLE = """\
Num       RefCount Protocol Flags    Type St Inode Path
0000000000000001: 00000002 00000000 00010000 0001 01 11 /run/pcscd/pcscd.comm
0000000000000002: 00000003 00000000 00000000 0001 03 12 /run/pcscd/pcscd.comm
0000000000000003: 00000003 00000000 00000000 0001 03 13
0000000000000004: 00000003 00000000 00000000 0001 03 14 /run/pcscd/pcscd.comm
0000000000000005: 00000003 00000000 00000000 0001 03 15 /run/other sock
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "proc/net").mkdir(parents=True)
    (tmp_path / "proc/net/unix").write_text(TABLE)
    return tmp_path


def test_the_listening_socket_and_those_of_others_do_not_count(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PCSCLITE_CSOCK_NAME", raising=False)
    assert count_contexts(root) == 2
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", "/run/other sock")
    assert count_contexts(root) == 1


def test_a_system_that_does_not_say(tmp_path: Path) -> None:
    assert count_contexts(tmp_path) is None
