"""What libraries, threads and Python itself say on standard error: its kind, its place, no text."""

from __future__ import annotations

import json
import subprocess
import sys

NAME = "試験 太郎 1234567"
SPEAKING = f"""
import concurrent.futures, logging, sys, threading, warnings
from kiosk.cli.main import main
from kiosk.sync.schedule import Job, Schedule

sys.argv = ["kiosk", "--version"]
try:
    main()
except SystemExit:
    pass

name = {NAME!r}
done = threading.Event()

def fail():
    done.set()
    raise ValueError(name)

class Held:
    def __del__(self):
        fail()

schedule = Schedule([Job("drain", fail)])
schedule.start()
done.wait()
schedule.stop()
thread = threading.Thread(target=fail, name="a-thread")
thread.start()
thread.join()
Held()
future = concurrent.futures.Future()
future.add_done_callback(lambda _: fail())
future.set_result(None)
logging.getLogger("httpx").warning("GET https://example.test/?name=%s", name)
warnings.warn(name)
fail()
"""


def test_neither_a_text_nor_a_trace_of_others_reaches_standard_error() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SPEAKING], capture_output=True, check=False, timeout=60, text=True
    )
    assert done.returncode == 1
    said = done.stderr
    assert not any(each in said for each in (*"試験太郎", "1234567", "example.test", "Traceback"))
    told = [json.loads(line) for line in said.splitlines()]
    found = [(each["event"], each.get("job"), each["code"]) for each in told]
    assert found == [
        ("job_failed", "drain", "ValueError"),
        ("job_failed", "a-thread", "ValueError"),
        ("job_failed", "", "ValueError"),
        ("library_complained", None, "ValueError"),
        ("library_complained", None, "WARNING"),
        ("library_complained", None, "UserWarning"),
        ("job_failed", "", "ValueError"),
    ]
    places = [each["where"].partition(":")[0] for each in told]
    assert places == [*["<string>"] * 3, "concurrent.futures <string>", "httpx", *["<string>"] * 2]
