"""Who may enter, through the real commands and a real kioskd that is killed."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from kiosk.desk.client import SocketLink
from kiosk.desk.messages import Ask, Failed, Login, Prove, Reply
from kiosk.usecases.access import STEP_S, totp
from tests.journeys.conftest import KIOSK, Called, Clinic
from tests.support.visitor import Visitor

CODE = "482915"
NAME = ("--label", "山田院長")
WORDS = "すべて消します"
TYPED = {
    "kind": "four_items",
    "name": "試験　太郎",
    "name_kana": "シケン　タロウ",
    "birth_date": "1980-04-07",
    "sex": "1",
}


def with_secret(clinic: Clinic, secret: str, *arguments: str) -> Called:
    """A command with one line on descriptor 0, as a script gives a secret."""
    done = subprocess.run(
        [KIOSK, "--config", str(clinic.config), *arguments],
        input=secret + "\n",
        capture_output=True,
        text=True,
        check=False,
        env=clinic.environment(),
        timeout=60,
    )
    return Called(done.returncode, done.stdout, done.stderr)


def enrolled(clinic: Clinic, *, wrong: int = 0, is_right: bool = True) -> tuple[Called, bytes]:
    """``setup second totp`` as a script runs it: the secret is read, the app's codes follow."""
    read, write = os.pipe()
    process = clinic.start(
        "setup", "second", "totp", *NAME, "--json", "--code-fd", str(read), descriptors=(read,)
    )
    os.close(read)
    assert process.stdout is not None
    shown = process.stdout.readline()
    app = totp(base64.b32decode(json.loads(shown)["secret"]))
    # The second is for a step of the time that ends between here and there.
    steps = (-1, 0) if is_right else ()
    right = [app.generate(int(time.time()) + step * STEP_S).decode() for step in steps]
    os.write(write, "\n".join([*["abcdef"] * wrong, *right, ""]).encode())
    os.close(write)
    _, err = process.communicate(timeout=60)
    return Called(process.returncode, shown, err), base64.b32decode(json.loads(shown)["secret"])


def serve(clinic: Clinic) -> tuple[subprocess.Popen[str], Visitor]:
    process = clinic.start("serve")
    assert process.stdout is not None
    ready: dict[str, Any] = json.loads(process.stdout.readline())
    return process, Visitor(SocketLink(Path(ready["socket"])), claims=False)


def code_of(answer: Reply | Failed) -> str:
    return answer.code if isinstance(answer, Failed) else "ok"


def test_wrong_passcodes_lock_through_a_kill_and_all_is_in_the_audit(clinic: Clinic) -> None:
    unfit = with_secret(clinic, "123456", "setup", "passcode", "set", *NAME, "--passcode-fd", "0")
    assert (unfit.status, "K324" in unfit.err) == (13, True)
    done = with_secret(clinic, CODE, "setup", "passcode", "set", *NAME, "--passcode-fd", "0")
    assert done.status == 0, done.err
    process, front = serve(clinic)
    assert isinstance(front.ask(lambda n: Login(n, CODE)), Reply)
    assert isinstance(front.ask(lambda n: Ask(n, "history")), Reply)
    wrong = [code_of(front.ask(lambda n: Login(n, "730461"))) for _ in range(6)]
    assert wrong == ["K321"] * 5 + ["K320"]
    process.send_signal(signal.SIGKILL)
    process.wait()
    front.link.close()
    with clinic.config.open("a", encoding="utf-8") as settings:
        settings.write("\n[access]\nidle_minutes = 4\n")
    _, front = serve(clinic)
    locked = front.ask(lambda n: Login(n, CODE))
    front.link.close()
    assert isinstance(locked, Failed)
    assert (locked.code, 0 < locked.wait_s <= 30) == ("K320", True)
    shown = clinic.run("audit", "show", "--json").document
    who = f"uid:{os.getuid()}"
    assert [(row["event"], row["who"]) for row in shown["rows"]] == [
        ("passcode_set", who),
        ("settings_changed", "kioskd"),
        ("logged_in", "staff/山田院長"),
        ("looked", "staff/山田院長"),
        *[("login_failed", who)] * 5,
        ("settings_changed", "kioskd"),
    ]
    verified = clinic.run("audit", "verify", "--head", shown["head"], "--json").document
    assert (verified["fault"], verified["count"]) == (None, 10)
    ahead = clinic.run("audit", "verify", "--head", "11;" + "0" * 64)
    assert (ahead.status, "K325" in ahead.err) == (13, True)


def test_the_second_step_is_set_up_and_asked_for(clinic: Clinic) -> None:
    with clinic.config.open("a", encoding="utf-8") as settings:
        settings.write('\n[access]\nsecond_factor = "totp"\n')
    with_secret(clinic, CODE, "setup", "passcode", "set", *NAME, "--passcode-fd", "0")
    _, front = serve(clinic)
    assert code_of(front.ask(lambda n: Login(n, CODE))) == "K327"
    refused, _ = enrolled(clinic, wrong=2, is_right=False)
    assert (refused.status, "K322" in refused.err) == (13, True)
    assert code_of(front.ask(lambda n: Login(n, CODE))) == "K327"
    done, _ = enrolled(clinic, wrong=1)
    assert (done.status, "番号が合いません" in done.err) == (0, True)
    made = done.document
    assert clinic.run("setup", "second", "totp", *NAME).status == 2
    codes = clinic.run("setup", "second", "recovery", *NAME, "--json").document["codes"]
    assert made["secret"] in made["uri"]
    first = front.ask(lambda n: Login(n, CODE))
    assert isinstance(first, Reply)
    assert first.document == {"role": "visitor", "second": "totp"}
    assert code_of(front.ask(lambda n: Prove(n, codes[0]))) == "ok"
    assert code_of(front.ask(lambda n: Ask(n, "history"))) == "ok"
    front.link.close()


def test_the_way_back_in_destroys_before_it_opens(clinic: Clinic) -> None:
    with_secret(clinic, CODE, "setup", "passcode", "set", *NAME, "--passcode-fd", "0")
    withheld = with_secret(clinic, "no", "setup", "--reset-access")
    assert (withheld.status, "K329" in withheld.err) == (13, True)
    assert clinic.run("setup", "passcode", "list", "--json").document["holders"]
    done = with_secret(clinic, WORDS, "setup", "--reset-access", "--json")
    counts = {"answered": 0, "unsent": 0, "destroyed": 0}
    assert done.document == {"simulated": True, "mark": "模擬", **counts}
    assert clinic.run("setup", "passcode", "list", "--json").document["holders"] == []
    events = [row["event"] for row in clinic.run("audit", "show", "--json").document["rows"]]
    assert events == ["passcode_set", "access_reset", "months_destroyed"]


def test_the_way_back_in_beside_kioskd_sends_what_waits_or_leaves_everything(
    clinic: Clinic,
) -> None:
    with_secret(clinic, CODE, "setup", "passcode", "set", *NAME, "--passcode-fd", "0")
    clinic.simulator("offline")
    _, front = serve(clinic)
    assert code_of(front.ask(lambda n: Login(n, CODE))) == "ok"
    assert front.query("by_hand", presentation=TYPED)["outcome"] == "deferred"
    for gives_up in ([], ["--give-up-unsent"]):
        words = "no" if gives_up else WORDS
        withheld = with_secret(clinic, words, "setup", "--reset-access", *gives_up)
        assert (withheld.status, "K329" in withheld.err) == (13, True)
        assert "1件" in withheld.err
    assert front.query("status")["queue"]["waiting"] == 1
    clinic.simulator("online")
    done = with_secret(clinic, WORDS, "setup", "--reset-access", "--json")
    assert (done.status, done.document["unsent"], done.document["destroyed"]) == (0, 0, 1)
    assert len(clinic.processed()) == 1
    assert front.query("history")["checks"] == []
    assert code_of(front.ask(lambda n: Login(n, CODE))) == "K327"
    front.link.close()
    events = [row["event"] for row in clinic.run("audit", "show", "--json").document["rows"]]
    assert events.count("access_reset") == events.count("months_destroyed") == 1


def test_reading_results_without_kioskd_is_on_record_too(clinic: Clinic) -> None:
    clinic.state.mkdir(mode=0o700)
    assert clinic.run("history", "--json").status == 0
    [row] = clinic.run("audit", "show", "--json").document["rows"]
    assert (row["event"], row["who"], row["what"]) == ("looked", f"uid:{os.getuid()}", "history")
