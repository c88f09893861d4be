"""The folder of a simulated world: authorities, cards, people, and a config for the kiosk.

Everything in it is a test value and says so. A world opened again is the same world: authorities,
cards, tries left, answers given and config stay.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from cryptography import x509

from kiosk.domain.dates import day_in_japan
from kiosk.domain.facility import Facility
from kiosk.settings import SettingsInvalid, SettingsMissing
from kiosk.simulator import people, pki
from kiosk.simulator.accounts import Accounts
from kiosk.simulator.options import CardState, KeyKind
from kiosk.simulator.people import Person

FACILITY = Facility("9910000001", "W0000001")
"""Of no prefecture: 99 does not exist."""

_EXPIRES_IN = {
    CardState.USUAL: timedelta(days=5 * 365),
    CardState.REVOKED: timedelta(days=5 * 365),
    CardState.NOT_LINKED: timedelta(days=5 * 365),
    CardState.EXPIRING: timedelta(days=45),
    CardState.IN_GRACE: timedelta(days=-20),
    CardState.EXPIRED: timedelta(days=-200),
}
_KEY_BYTES = 32
_PORTAL_PORT = "portal.port"
_URL_LINE = re.compile(r'^url = ".*"$', re.MULTILINE)
_PORT = re.compile(r'^url = "https://127\.0\.0\.1:(\d{1,5})"$', re.MULTILINE)
_CONFIG = """\
# Written by `kiosk simulator serve`. 模擬: nothing here is real.
[facility]
code = "{code}"
terminal = "{terminal}"

[service]
url = "{url}"
ca = "ca.pem"
certificate = "facility.pem"
key = "facility.key"
simulated = true
patience_s = 10

[keys]
provider = "test"
file = "device.key"

[clock]
# The simulated box has its time by decree; "auto" believes NTP or the service alone, as a real one.
trust = "always"

[state]
dir = "state"
"""


@dataclass
class World:
    """One simulated world.

    Args:
        folder: where it lives.
        service_ca: authority of server and facilities.
        server: the server's certificate.
        facility: the terminal's client certificate.
        card_ca: authority of the simulated cards.
        people: everyone, by id.
        issuers: authorities of cards made elsewhere.
    """

    folder: Path
    service_ca: pki.KeyPair
    server: pki.KeyPair
    facility: pki.KeyPair
    card_ca: pki.KeyPair
    people: dict[str, Person]
    issuers: tuple[x509.Certificate, ...]
    _issued: dict[str, tuple[str, CardState | None]] = field(default_factory=dict)
    _seen_files: set[Path] = field(default_factory=set)
    _revoked: tuple[int, frozenset[int]] = (0, frozenset())

    @classmethod
    def create(
        cls, folder: Path, *, people_file: Path | None = None, card_cas: Sequence[Path] = ()
    ) -> World:
        """Make the world in a folder, or go on with the one that is there.

        Args:
            folder: made with mode 0700 when it is missing.
            people_file: people to add; None = those of the last time.
            card_cas: PEM files of issuers to add; none = those of the last time.

        Raises:
            SettingsInvalid, SettingsMissing: a file given is wrong, or the folder cannot be used.
        """
        added = _read(people_file) if people_file else None
        issuers = b"".join(_read(each) for each in card_cas)
        if people_file:
            people.together(people.built_in(), people.load(people_file))
        _certificates(issuers, card_cas)
        try:
            _make(folder)
            if added is not None:
                pki.write_private(folder / "people.toml", added)
            if issuers:
                pki.write_private(folder / "card-issuers.pem", issuers)
        except OSError as error:
            raise SettingsInvalid(f"{folder}: {error.strerror}") from None
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> World:
        """Open the world of a folder.

        Raises:
            SettingsMissing: there is none; ``kiosk simulator serve`` makes one.
        """
        if not (folder / "card-ca.pem").exists():
            raise SettingsMissing(f"{folder}: no simulated world; kiosk simulator serve makes one")
        extra, issuers = folder / "people.toml", folder / "card-issuers.pem"
        added = people.load(extra) if extra.exists() else {}
        return cls(
            folder,
            service_ca=_pair(folder, "ca"),
            server=_pair(folder, "server"),
            facility=_pair(folder, "facility"),
            card_ca=_pair(folder, "card-ca"),
            people=people.together(people.built_in(), added),
            issuers=_certificates(_read(issuers) if issuers.exists() else b"", [issuers]),
        )

    @property
    def config(self) -> Path:
        """The kiosk's settings."""
        return self.folder / "kiosk.toml"

    @property
    def last_port(self) -> int | None:
        """Port of the URL in the config; None before the first time."""
        found = self.config.exists() and _PORT.search(self.config.read_text("utf-8"))
        return int(found[1]) if found else None

    @property
    def last_portal_port(self) -> int | None:
        """Port of the portal the last time; None before the first."""
        file = self.folder / _PORTAL_PORT
        return int(file.read_text("ascii")) if file.exists() else None

    def keep_portal_port(self, port: int) -> None:
        """Keep it for the next time."""
        pki.write_private(self.folder / _PORTAL_PORT, str(port).encode())

    @property
    def ca(self) -> Path:
        """PEM file of the service's authority."""
        return self.folder / "ca.pem"

    @property
    def card_ca_certificate(self) -> bytes:
        """DER of the authority of the simulated cards."""
        return pki.der(self.card_ca.certificate)

    @cached_property
    def card_issuers(self) -> tuple[x509.Certificate, ...]:
        """Everyone whose cards are believed."""
        return (self.card_ca.certificate, *self.issuers)

    def person(self, person_id: str) -> Person:
        """One person; SettingsInvalid, with the ids there are, for another id."""
        try:
            return self.people[person_id]
        except KeyError:
            known = ", ".join(self.people)
            raise SettingsInvalid(f"no person {person_id}; there are: {known}") from None

    def pin(self, person_id: str) -> str:
        """PIN of the simulated card; SettingsInvalid when there is no such card."""
        pin = self.person(person_id).pin
        if pin is None:
            raise SettingsInvalid(f"person {person_id} has no pin: no simulated card")
        return pin

    def card(
        self, person_id: str, *, state: CardState | None = None, key: KeyKind = KeyKind.RSA
    ) -> pki.KeyPair:
        """Key and certificate of the simulated card, made when first asked for.

        Args:
            person_id: whose.
            state: of the certificate; None = that of the person.
            key: kind of key.
        """
        own = self.person(person_id).card
        self.pin(person_id)
        state = state or own
        is_usual = state is own and key is KeyKind.RSA
        place = self.folder / "cards" / ("" if is_usual else f"{key}.{state}")
        file = place / f"{person_id}.pem"
        if not file.exists():
            place.mkdir(mode=0o700, exist_ok=True)
            expires_at = datetime.now(UTC) + _EXPIRES_IN[state]
            made = pki.card_next_key() if key is KeyKind.ECDSA else pki.card_rsa_key()
            pair = pki.card_certificate(self.card_ca, expires_at=expires_at, key=made)
            if state is CardState.REVOKED:
                self._revoke(pair.certificate)
            _write_once(file, pki.key_pem(pair.key) + pki.pem(pair.certificate))
        return pki.load_pair(file, file)

    def card_certificate(self, person_id: str) -> bytes:
        """DER of the person's own card's user-authentication certificate."""
        return pki.der(self.card(person_id).certificate)

    def tries_file(self, person_id: str) -> Path:
        """Where the tries left of the simulated card are kept."""
        self.pin(person_id)
        return self.folder / "cards" / f"{person_id}.tries"

    def find(self, certificate: bytes) -> Person | None:
        """Whose certificate (DER) it is, and how it stands with this one; None = nobody's."""
        fingerprint = hashlib.sha256(certificate).hexdigest()
        if person := self._made_elsewhere.get(fingerprint):
            return person
        if fingerprint not in self._issued:
            self._look_for_new_cards()
        person_id, state = self._issued.get(fingerprint, ("", None))
        owner = self.people.get(person_id)
        return replace(owner, card=state) if owner and state else owner

    @cached_property
    def accounts(self) -> Accounts:
        """Accounts of all terminals; the config's own is there, and one to activate."""
        known = Accounts(self.folder)
        began_on = day_in_japan(self.facility.certificate.not_valid_before_utc)
        own = self.facility.certificate
        known.seed(pki.facility_of(own), own, began_on)
        return known

    def is_card_revoked(self, certificate: x509.Certificate) -> bool:
        """True when the card's certificate stands on the list of revoked ones."""
        file = self._crl
        changed_at = file.stat().st_mtime_ns if file.exists() else 0
        if changed_at != self._revoked[0]:
            self._revoked = changed_at, pki.revoked_serials(file.read_bytes())
        return certificate.serial_number in self._revoked[1]

    def revoke_card(self, person_id: str) -> None:
        """The card was reported lost: put it on the list."""
        self._revoke(self.card(person_id).certificate)

    @property
    def _crl(self) -> Path:
        return self.folder / "card-ca.crl"

    def _revoke(self, certificate: x509.Certificate) -> None:
        with (self.folder / "crl.lock").open("w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            known = (
                pki.revoked_serials(self._crl.read_bytes()) if self._crl.exists() else frozenset()
            )
            serials = sorted(known | {certificate.serial_number})
            pki.write_private(self._crl, pki.revocation_list(self.card_ca, serials))

    def server_files(self, wrong: str | None) -> tuple[Path, Path]:
        """Certificate and key of the server.

        Args:
            wrong: "certificate-expired" or "certificate-foreign"; None = as it should be.
        """
        if wrong is None:
            return self.folder / "server.pem", self.folder / "server.key"
        now = datetime.now(UTC)
        is_expired = wrong == "certificate-expired"
        pair = pki.server_certificate(
            self.service_ca if is_expired else pki.service_authority(),
            validity=(now - timedelta(days=9), now + timedelta(days=-1 if is_expired else 9)),
        )
        files = self.folder / f"{wrong}.pem", self.folder / f"{wrong}.key"
        pki.write_pair(pair, *files)
        return files

    def write_config(self, url: str) -> None:
        """Write ``kiosk.toml``, or set the URL in the one there is."""
        if not self.config.exists():
            text = _CONFIG.format(code=FACILITY.code, terminal=FACILITY.terminal, url=url)
        else:
            text = _URL_LINE.sub(f'url = "{url}"', self.config.read_text("utf-8"), count=1)
        pki.write_private(self.config, text.encode())

    @cached_property
    def _made_elsewhere(self) -> dict[str, Person]:
        return {
            each.certificate_sha256: each
            for each in self.people.values()
            if each.certificate_sha256
        }

    def _look_for_new_cards(self) -> None:
        """Cards are made by other processes too: ``kiosk simulator card``."""
        for file in (self.folder / "cards").rglob("*.pem"):
            if file in self._seen_files:
                continue
            certificate = x509.load_pem_x509_certificate(file.read_bytes())
            fingerprint = hashlib.sha256(pki.der(certificate)).hexdigest()
            _, _, state = file.parent.name.partition(".")
            self._issued[fingerprint] = file.stem, CardState(state) if state else None
            self._seen_files.add(file)


def _make(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    (folder / "cards").mkdir(mode=0o700, exist_ok=True)
    if not (folder / "device.key").exists():
        pki.write_private(folder / "device.key", secrets.token_bytes(_KEY_BYTES))
    # The card authority comes last: a world that has it is whole.
    if not (folder / "card-ca.pem").exists():
        authority = pki.service_authority()
        _write(folder, "ca", authority)
        _write(folder, "server", pki.server_certificate(authority))
        _write(folder, "facility", pki.facility_certificate(authority, FACILITY))
        _write(folder, "card-ca", pki.card_authority())


def _write(folder: Path, name: str, pair: pki.KeyPair) -> None:
    pki.write_pair(pair, folder / f"{name}.pem", folder / f"{name}.key")


def _pair(folder: Path, name: str) -> pki.KeyPair:
    return pki.load_pair(folder / f"{name}.pem", folder / f"{name}.key")


def _write_once(path: Path, content: bytes) -> None:
    """The first one to write stays: two processes may make the same card at once."""
    own = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    pki.write_private(own, content)
    try:
        os.link(own, path)
    except FileExistsError:
        pass
    finally:
        own.unlink()


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise SettingsMissing(str(file)) from None
    except OSError as error:
        raise SettingsInvalid(f"{file}: {error.strerror}") from None


def _certificates(pem: bytes, files: Iterable[Path]) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(x509.load_pem_x509_certificates(pem)) if pem else ()
    except ValueError:
        names = ", ".join(str(file) for file in files)
        raise SettingsInvalid(f"{names}: not a PEM file of certificates") from None
