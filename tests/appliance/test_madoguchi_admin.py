"""What ``madoguchi-admin`` asks systemd-run for: the command and the one descriptor it hands on."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_TOOL = """\
#!/bin/sh
# Stands where systemd-run is: what it was to run, and what that would read.
for word in "$@"; do last="$last|$word"; done
echo "${last##*/usr/bin/kiosk}" && cat
"""

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may call madoguchi-admin")


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    for name, text in (("systemd-run", _TOOL), ("systemctl", "#!/bin/sh\n")):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    return tmp_path


def call(tools: Path, words: str) -> subprocess.CompletedProcess[str]:
    """By a shell, which opens the descriptors."""
    return subprocess.run(
        ["/bin/bash", "-c", f"{ROOT}/packaging/madoguchi-admin {words}"],
        env={"PATH": f"{tools}:{os.environ['PATH']}"}, input="typed\n", capture_output=True,
        text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "runs", "reads"),
    [
        ("status --json", "|status|--json", "typed"),
        ("setup --label 'a  b' --pin-fd 0", "|setup|--label|a  b|--pin-fd|0", "typed"),
        ("history --passcode-fd 3 3<<<secret", "|history|--passcode-fd|0", "secret"),
        ("history --passcode-fd=12 12<<<secret", "|history|--passcode-fd=0", "secret"),
    ],
)
def test_a_descriptor_becomes_the_standard_input(
    tools: Path, words: str, runs: str, reads: str
) -> None:
    done = call(tools, words)
    assert (done.returncode, done.stdout) == (0, f"{runs}\n{reads}\n"), done.stderr


@pytest.mark.parametrize(
    "words",
    ["history --passcode-fd 9", "setup --sheet-fd 0 --passcode-fd 3 3<<<secret", "x --y-fd=../0/x"],
)
def test_what_cannot_be_handed_on_is_refused(tools: Path, words: str) -> None:
    done = call(tools, words)
    assert (done.returncode, done.stdout) == (2, ""), done.stdout
