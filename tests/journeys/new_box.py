"""A box on which nothing is set up, beside a running world."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiosk.service.activation import Identity
from kiosk.settings import load
from kiosk.simulator.accounts import Account
from kiosk.simulator.portal.sheet import sheet_pdf
from kiosk.simulator.world import World
from tests.journeys.conftest import PATIENCE_S, Clinic
from tests.support.led import Newcomer


@dataclass
class NewBox:
    """A box beside a running world; nothing is set up.

    Args:
        clinic: whose simulator it will ask.
        account: its account at the portal.
        folder: of its settings.
    """

    clinic: Clinic
    account: Account
    folder: Path
    kioskd: subprocess.Popen[str] | None = None
    people: list[Newcomer] = field(default_factory=list)

    @property
    def config(self) -> Path:
        return self.folder / "kiosk.toml"

    @property
    def log(self) -> Path:
        return self.folder.with_name("box.log")

    @property
    def url(self) -> str:
        return load(self.clinic.config).service.url

    @property
    def identity(self) -> Identity:
        return Identity(self.folder / "state" / "identity")

    @property
    def stick(self) -> Path:
        return self.folder.with_name("stick")

    @property
    def socket(self) -> Path:
        return self.folder / "state" / "desk.sock"

    def switch_on(self) -> None:
        """Until fronts may come."""
        with self.log.open("a", encoding="utf-8") as log:
            command = ("serve", "--stick", str(self.stick))
            self.kioskd = self.clinic.start(*command, config=self.config, log=log)
        assert self.says()["settings"] is False

    def says(self) -> dict[str, Any]:
        """The next line of kioskd: fronts may come."""
        assert self.kioskd is not None
        assert self.kioskd.stdout is not None
        found: dict[str, Any] = json.loads(self.kioskd.stdout.readline())
        return found

    def newcomer(self) -> Newcomer:
        person = Newcomer(self.socket)
        self.people.append(person)
        return person

    def cut_the_power(self) -> None:
        assert self.kioskd is not None
        self.kioskd.kill()
        self.kioskd.communicate(timeout=PATIENCE_S)

    def written(self) -> bytes:
        """All that lies in its files, and what it logged."""
        kept = [each for each in self.folder.rglob("*") if each.is_file() and not each.is_symlink()]
        return b"".join(each.read_bytes() for each in (*kept, self.log))


@contextmanager
def new_box(clinic: Clinic, folder: Path) -> Iterator[NewBox]:
    """With an account at the portal, whose sheet lies on a stick in the box."""
    account = clinic.new_account()
    made = NewBox(clinic, account, folder / "box")
    usb = made.stick / "usb"
    usb.mkdir(parents=True)
    (usb / "settei.pdf").write_bytes(sheet_pdf(account, "架空はりきゅう院"))
    (usb / "ca.pem").write_bytes(World.open(clinic.dir).ca.read_bytes())
    yield made
    for each in made.people:
        each.hang_up()
