"""The step of the line, where NetworkManager can be told to join a Wi-Fi."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.appliance.network import Network
from kiosk.cli.asking import Asker
from kiosk.cli.asking_front import FrontAsker
from kiosk.cli.door import Door
from kiosk.cli.setup_guide import Course, Wishes
from kiosk.cli.setup_steps import _join_wifi, _ways_on
from kiosk.phrasebook import Phrasebook, SetupPhrase


def joined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, *, status: int = 0
) -> list[str]:
    """What nmcli was told when a name was typed."""
    nmcli, told = tmp_path / "nmcli", tmp_path / "told"
    nmcli.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {told}\nexit {status}\n')
    nmcli.chmod(0o755)
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{typed}\n"))
    network = Network((), (), has_wireless=True, has_route=False, has_proxy=False, nmcli=str(nmcli))
    _join_wifi(Course(Door(), Wishes(), Asker(Phrasebook.load("ja"))), network)
    return told.read_text("utf-8").splitlines() if told.exists() else []


def test_networkmanager_asks_for_the_password_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = joined(tmp_path, monkeypatch, "clinic wifi")
    assert told == ["--ask", "device", "wifi", "connect", "clinic wifi"]
    assert "つながりませんでした" not in capsys.readouterr().err


def test_a_wifi_that_cannot_be_joined_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    joined(tmp_path, monkeypatch, "clinic", status=4)
    assert "Wi-Fiにつながりませんでした。" in capsys.readouterr().err


@pytest.mark.parametrize("typed", ["", "--help"])
def test_no_name_is_taken_for_an_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    assert joined(tmp_path, monkeypatch, typed) == []


def test_a_wifi_is_offered_only_where_its_password_can_be_asked_for() -> None:
    book = Phrasebook.load("ja")
    network = Network((), (), has_wireless=True, has_route=False, has_proxy=False, nmcli="/nmcli")
    at_the_screen = FrontAsker(book, lambda _: None, ())
    assert SetupPhrase.DO_WIFI in _ways_on(Asker(book), network)
    assert SetupPhrase.DO_WIFI not in _ways_on(at_the_screen, network)
    assert SetupPhrase.DO_WIFI not in _ways_on(Asker(book), replace(network, nmcli=None))
