"""A real sshd in a box, and people who log in to it with a key of their own."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.support.box import Box, run_tool
from tests.support.site import free_port

PACKAGES = ("openssh-server", "python3-apt")
"""Python's hand at apt is what Ansible asks for first."""
_SSHD = """\
Port {port}
ListenAddress 127.0.0.1
PermitRootLogin prohibit-password
"""
_PATIENCE_S = 300


@dataclass
class Ssh:
    """The way into one box.

    Args:
        box: that is not booted yet.
        folder: for the key.
        port: of sshd, on this machine's loopback.
    """

    box: Box
    folder: Path
    port: int

    @classmethod
    def furnish(cls, box: Box, folder: Path, *users: str) -> Ssh:
        """Let root and these users in; they are made."""
        port, key = free_port(), folder / "key"
        run_tool("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key))
        (box.root / "etc/ssh/sshd_config.d/test.conf").write_text(_SSHD.format(port=port))
        for user in users:
            box.chroot("useradd", "--create-home", "--shell", "/bin/sh", user)
        for user, home in (("root", "root"), *((each, f"home/{each}") for each in users)):
            place = box.root / home / ".ssh"
            place.mkdir(mode=0o700, exist_ok=True)
            (place / "authorized_keys").write_text(key.with_suffix(".pub").read_text())
            box.chroot("chown", "--recursive", f"{user}:{user}", f"/{home}/.ssh")
        return cls(box, folder, port)

    @property
    def options(self) -> list[str]:
        """For ssh and for what calls it."""
        return [
            "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
            "-o", "BatchMode=yes", "-o", "LogLevel=ERROR", "-i", str(self.folder / "key"),
        ]  # fmt: skip

    def command(self, user: str, *words: str, terminal: bool = False) -> list[str]:
        """What to run here so that it runs there."""
        way = ["-tt"] if terminal else []
        return ["ssh", *way, "-p", str(self.port), *self.options, f"{user}@127.0.0.1", *words]

    def run(self, user: str, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """One command, to its end; what is typed comes through a pipe."""
        return subprocess.run(
            self.command(user, *words), capture_output=True, text=True, check=False,
            timeout=_PATIENCE_S, input=typed,
        )  # fmt: skip
