"""A terminal as ``kiosk setup`` leaves it, and its certificate grown old."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_pem_private_key

from kiosk.appliance.settings_file import Place, write_settings
from kiosk.domain.facility import Facility
from kiosk.service.activation import Identity, Sheet, activate
from kiosk.simulator import pki
from kiosk.simulator.accounts import Account
from kiosk.simulator.world import World
from tests.support.service import PATIENCE_S


def sheet_of(account: Account) -> Sheet:
    """What its PDF says."""
    return Sheet(account.facility, account.password, account.activation_code)


def installed(world: World, url: str, folder: Path) -> tuple[Path, Identity]:
    """One more terminal of the world's facility, activated: its settings and its certificate."""
    code = world.accounts.all()[0].facility.code
    account = world.accounts.add(code, begins_on=date(2026, 1, 1))
    identity = Identity(folder / "state" / "identity")
    issued = activate(url, world.ca, sheet_of(account), identity, patience_s=PATIENCE_S)
    place = Place(issued.facility, url, world.ca, identity, folder / "state", is_simulated=True)
    write_settings(folder / "kiosk.toml", place)
    return folder / "kiosk.toml", identity


def shorten(world: World, identity: Identity, facility: Facility, left: timedelta) -> None:
    """So much is left of the certificate."""
    key = load_pem_private_key(identity.key.read_bytes(), None)
    public = key.public_key()
    assert isinstance(public, pki.PublicKey)
    now = datetime.now(UTC)
    validity = (now - timedelta(days=700), now + left)
    made = pki.terminal_certificate(world.service_ca, facility, public, validity=validity)
    identity.certificate.write_bytes(pki.pem(made))
