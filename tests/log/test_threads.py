"""A thread that dies of a bug says where, and nothing of what it worked on."""

from __future__ import annotations

import json
import threading

import pytest

from kiosk.log import mute_threads


def test_kind_and_place_without_message_or_locals(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    mute_threads()

    def work() -> None:
        name = "試験 太郎"
        raise ValueError(name)

    thread = threading.Thread(target=work, name="a-job")
    thread.start()
    thread.join()
    [line] = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert told["event"] == "job_failed"
    assert (told["job"], told["code"]) == ("a-job", "ValueError")
    assert told["where"].startswith("test_threads.py:")
    assert "太郎" not in line
