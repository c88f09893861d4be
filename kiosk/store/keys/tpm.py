"""Vaults locked by a TPM 2, each until the next one is written.

Every vault has a random key of its own, sealed in the TPM under a policy: the NV counter of this
kiosk is at most v (TPM 2.0 Library Part 3, TPM2_PolicyNV, unsigned less or equal). A new vault is
sealed for v = counter + 1, so it opens before and after the counter is raised, and its forerunner
only before. A counter of a TPM cannot be set back; one that is deleted and made anew begins above
every counter that was ever deleted (Part 1, NV counters), so no copy of an old vault opens again.

``tpm2-tools`` are called, no library: tpm2-pytss has no wheels (facts STORE_AND_BOX, The box).
Secrets go through pipes only; the files of a call hold what the TPM itself encrypted.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.ports.keys import TpmUnusable, VaultOutdated
from kiosk.ports.records import KeyMissing
from kiosk.store.keys.device import KEY_BYTES, VaultKey

TOOL_LIMIT_S = 30.0
_COUNT_BYTES = 8
_LENGTH_BYTES = 2
_POLICY_FAILED = "(0x126)"
_COUNTER_ATTRIBUTES = "nt=counter|authread|authwrite|no_da"
_SEALED_ATTRIBUTES = "fixedtpm|fixedparent"


class _Refused(Exception):
    """A tool of the TPM said no; its standard error."""


class Tools:
    """One ceremony with the TPM, in a folder that is gone afterwards.

    Args:
        tcti: which TPM, as tpm2-tools name it.
        folder: for what the tools pass one another.
    """

    def __init__(self, tcti: str, folder: Path) -> None:
        self._folder = folder
        self._environment = {**os.environ, "TPM2TOOLS_TCTI": tcti, "TSS2_LOG": "all+error"}

    def run(self, tool: str, *arguments: str, secret: bytes = b"") -> bytes:
        """What a tool printed.

        Raises:
            _Refused: the TPM said no.
            TpmUnusable: the tool is not there, or does not come back.
        """
        path = shutil.which(f"tpm2_{tool}")
        if path is None:
            raise TpmUnusable("tpm2-tools are not installed")
        try:
            done = subprocess.run(  # noqa: S603  # a fixed command, arguments of this module
                [path, *arguments],
                cwd=self._folder,
                env=self._environment,
                input=secret,
                capture_output=True,
                check=False,
                timeout=TOOL_LIMIT_S,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise TpmUnusable(f"tpm2_{tool}: {type(error).__name__}") from None
        if done.returncode:
            raise _Refused(done.stderr.decode("utf-8", "replace"))
        return done.stdout

    def make_room(self) -> None:
        """Only where no resource manager does so (/dev/tpmrm0 does): a TPM holds three objects."""
        self.run("flushcontext", "-t")

    def write(self, name: str, content: bytes) -> None:
        """A file for a tool."""
        (self._folder / name).write_bytes(content)

    def read(self, name: str) -> bytes:
        """A file of a tool."""
        return (self._folder / name).read_bytes()


@contextmanager
def ceremony(tcti: str) -> Iterator[Tools]:
    """Talk to the TPM; nothing of it stays in the TPM or on the disk.

    Raises:
        TpmUnusable: the TPM does not do what was asked.
    """
    with tempfile.TemporaryDirectory(prefix="tpm-") as folder:
        tools = Tools(tcti, Path(folder))
        try:
            yield tools
            tools.make_room()
        except _Refused as refusal:
            raise TpmUnusable(_first_complaint(str(refusal))) from None


def _first_complaint(said: str) -> str:
    lines = [line for line in said.splitlines() if "ERROR" in line]
    return lines[0].strip()[:160] if lines else ""


class TpmCounter:
    """The NV counter of this kiosk.

    Args:
        tools: a ceremony.
        index: NV index, in the owner's range.
    """

    def __init__(self, tools: Tools, index: int) -> None:
        self._tools = tools
        self.name = f"{index:#010x}"

    def exists(self) -> bool:
        """False before the first vault, and after the TPM was cleared."""
        return (
            f"{self.name[2:].lstrip('0')}"
            in self._tools.run("getcap", "handles-nv-index").decode("ascii").lower()
        )

    def make(self) -> None:
        """Define it; its first count is above that of every counter this TPM has deleted."""
        self._tools.run("nvdefine", self.name, "-C", "o", "-a", _COUNTER_ATTRIBUTES)
        self.raise_by_one()

    def value(self) -> int:
        """Where it stands."""
        count = self._tools.run(
            "nvread", self.name, "-C", self.name, "-s", str(_COUNT_BYTES), "--offset", "0"
        )
        return int.from_bytes(count, "big")

    def raise_by_one(self) -> None:
        """For good."""
        self._tools.run("nvincrement", self.name, "-C", self.name)

    def policy(self, session: str, most: int, *, into: str | None = None) -> None:
        """Bind a policy session to a count of at most ``most``."""
        self._tools.write("most", most.to_bytes(_COUNT_BYTES, "big"))
        digest = ("-L", into) if into else ()
        self._tools.run(
            *("policynv", "-Q", "-S", session, *digest),
            *("-i", "most", "-C", self.name, self.name, "ule"),
        )


class TpmLock:
    """``VaultLock`` and its own provider; each call is one ceremony, about a second on a chip.

    Args:
        tcti: which TPM, as tpm2-tools name it, e.g. "device:/dev/tpmrm0".
        index: NV index of the counter.
    """

    def __init__(self, tcti: str, index: int) -> None:
        self._tcti = tcti
        self._index = index

    def load(self) -> TpmLock:
        """As ``DeviceKeyProvider.load``; TpmUnusable when the TPM does not answer."""
        with ceremony(self._tcti) as tools:
            TpmCounter(tools, self._index).exists()
        return self

    def new(self, epoch: int) -> VaultKey:
        """As ``VaultLock.new``: random, sealed for the count that ``retire`` will raise to."""
        del epoch
        key = secrets.token_bytes(KEY_BYTES)
        with ceremony(self._tcti) as tools:
            counter = TpmCounter(tools, self._index)
            if not counter.exists():
                counter.make()
            most = counter.value() + 1
            tools.run("startauthsession", "-Q", "-S", "trial")
            counter.policy("trial", most, into="policy")
            tools.run("flushcontext", "trial")
            _parent(tools)
            tools.run(
                *("create", "-Q", "-C", "parent", "-i", "-", "-L", "policy"),
                *("-a", _SEALED_ATTRIBUTES, "-u", "public", "-r", "private"),
                secret=key,
            )
            return VaultKey(key, _envelope(most, tools.read("public"), tools.read("private")))

    def open(self, epoch: int, envelope: bytes) -> bytes:
        """As ``VaultLock.open``."""
        most, public, private = _parts(envelope, epoch)
        with ceremony(self._tcti) as tools:
            counter = TpmCounter(tools, self._index)
            if not counter.exists():
                raise KeyMissing("this TPM has no counter of the kiosk: another one, or cleared")
            tools.write("public", public)
            tools.write("private", private)
            _parent(tools)
            try:
                tools.run(
                    "load", "-Q", "-C", "parent", "-u", "public", "-r", "private", "-c", "sealed"
                )
            except _Refused:
                raise KeyMissing("another TPM sealed the vault") from None
            tools.make_room()
            return _unsealed(tools, counter, most, epoch)

    def retire(self, envelope: bytes) -> None:
        """As ``VaultLock.retire``: raise the counter to the vault's count."""
        most, _, _ = _parts(envelope, 0)
        with ceremony(self._tcti) as tools:
            counter = TpmCounter(tools, self._index)
            for _ in range(most - counter.value()):
                counter.raise_by_one()


def _parent(tools: Tools) -> None:
    """The storage root: derived anew from the TPM's seed, the same each time."""
    tools.run("createprimary", "-Q", "-C", "o", "-g", "sha256", "-G", "ecc", "-c", "parent")


def _unsealed(tools: Tools, counter: TpmCounter, most: int, epoch: int) -> bytes:
    tools.run("startauthsession", "-Q", "--policy-session", "-S", "session")
    try:
        counter.policy("session", most)
        return tools.run("unseal", "-c", "sealed", "-p", "session:session")
    except _Refused as refusal:
        if _POLICY_FAILED in str(refusal):
            raise VaultOutdated(f"the vault of epoch {epoch}") from None
        raise
    finally:
        tools.run("flushcontext", "session")


def _envelope(most: int, public: bytes, private: bytes) -> bytes:
    length = len(public).to_bytes(_LENGTH_BYTES, "big")
    return most.to_bytes(_COUNT_BYTES, "big") + length + public + private


def _parts(envelope: bytes, epoch: int) -> tuple[int, bytes, bytes]:
    if len(envelope) <= _COUNT_BYTES + _LENGTH_BYTES:
        raise KeyMissing(f"the vault of epoch {epoch} was not locked by a TPM")
    most, rest = int.from_bytes(envelope[:_COUNT_BYTES], "big"), envelope[_COUNT_BYTES:]
    length, rest = int.from_bytes(rest[:_LENGTH_BYTES], "big"), rest[_LENGTH_BYTES:]
    return most, rest[:length], rest[length:]
