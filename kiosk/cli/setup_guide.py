"""``kiosk setup``: the way from an account sheet to a box that receives, one step after another.

Each step finds out by itself whether it was done before, so the set-up may end at any moment, be
killed or lose its line, and is simply run again. The certificate is changed by one rename
(``service.activation``), the settings by another: never by halves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiosk.appliance.settings_file import Place, default_state, write_settings
from kiosk.cli.asking import Asker, NobodyAnswers
from kiosk.cli.desk_or_store import refuse_beside_kioskd
from kiosk.cli.door import Door, phrasebook
from kiosk.cli.setup_sheet import SheetSource
from kiosk.domain.facility import Facility
from kiosk.durable import disk_errors, replace_durably
from kiosk.errors import KioskError, Remedy, SettingsError
from kiosk.formats.answer_json import SIMULATED_MARK
from kiosk.phrasebook import SetupPhrase
from kiosk.plain_files import read_plain
from kiosk.ports.service import (
    AccountStopped,
    ActivationCodeUsed,
    ClientCertificateRefused,
    ClientCertificateRevoked,
    KeyReused,
    TerminalCertificateEnds,
)
from kiosk.service.activation import Identity, activate
from kiosk.service.client import HttpsService
from kiosk.settings import (
    DEFAULT_CONFIG,
    DEFAULT_STATE,
    Settings,
    SettingsInvalid,
    SettingsMissing,
    checked,
    load,
    service_url,
)

PATIENCE_S = 20.0
_CA_BYTES_AT_MOST = 1 << 20
_NOT_YET = "https://service.invalid"
"""As the sample of the settings has it."""


class TermsNotAgreed(SettingsError):
    """The terms of use were not agreed to; nothing was changed."""

    code = "K509"
    remedy = Remedy.STAFF


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line has decided, so that nobody need be asked.

    Args:
        pdf: the account sheet.
        sheet_fd: descriptor with its four values, one a line.
        service: base URL.
        ca: PEM of its authority.
        agrees: to the terms.
        accept_as: who accepts what the device key does not protect.
        label: whose passcode.
        passcode_fd: descriptor of the passcode.
        pin_fd: descriptor of the PIN for the practice check.
        practice: make one; None = ask.
        delete_pdf: afterwards; None = ask.
    """

    pdf: Path | None = None
    sheet_fd: int | None = None
    service: str | None = None
    ca: Path | None = None
    agrees: bool = False
    accept_as: str | None = None
    label: str | None = None
    passcode_fd: int | None = None
    pin_fd: int | None = None
    practice: bool | None = None
    delete_pdf: bool | None = None


@dataclass
class Course:
    """How far the set-up is.

    Args:
        door: of the command.
        wishes: of the command line.
        asker: who asks.
        settings: as loaded; None before they were written.
        steps: how each step went, by its name: "done", "kept" (done before) or "later".
        facts: for the document.
        pdfs: account sheets that were read.
        unlocking: the passcode of the box, where it has one; asked for once.
        draft: where the settings stand until the set-up is done; None = at their place at once.
    """

    door: Door
    wishes: Wishes
    asker: Asker
    settings: Settings | None = None
    steps: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    pdfs: set[Path] = field(default_factory=set)
    unlocking: str | None = field(default=None, repr=False)
    draft: Path | None = None

    def unlock(self) -> str:
        """As ``Door.unlock``; a descriptor gives its line but once."""
        if self.unlocking is None:
            self.unlocking = self.door.unlock()
        return self.unlocking

    @property
    def file(self) -> Path:
        """The settings file."""
        return (self.door.config or DEFAULT_CONFIG).absolute()

    def read(self) -> None:
        """Go by the settings as they are now; SettingsMissing where there are none yet."""
        draft, state_dir = self.draft, self.door.state_dir
        if draft is None:
            self.settings = load(self.file, state_dir=state_dir)
            return
        try:
            text = draft.read_text("utf-8")
        except FileNotFoundError:
            raise SettingsMissing(str(draft)) from None
        self.settings = checked(text, self.file, state_dir=state_dir)

    @property
    def written(self) -> Settings:
        """The settings, once they are written; SettingsMissing before."""
        if self.settings is None:
            raise SettingsMissing(str(self.file))
        return self.settings

    @property
    def state(self) -> Path:
        """The state folder."""
        if self.settings is not None:
            return self.settings.state.dir
        return (self.door.state_dir or default_state(self.file) or DEFAULT_STATE).absolute()

    @property
    def identity(self) -> Identity:
        """Certificate and key of this terminal."""
        return Identity(self.state / "identity")

    def document(self) -> dict[str, Any]:
        """For machines."""
        later = [name for name, how in self.steps.items() if how == "later"]
        mark = SIMULATED_MARK if self.asker.is_simulated else None
        head = {"simulated": self.asker.is_simulated, "mark": mark}
        return head | self.facts | {"steps": self.steps, "left": later, "done": not later}


def begin(door: Door, wishes: Wishes) -> Course:
    """Settings there are already are gone by; StateInUse where kioskd runs on them."""
    course = Course(door, wishes, Asker(phrasebook()))
    try:
        course.read()
    except SettingsMissing:
        return course
    refuse_beside_kioskd(course.written)
    course.asker.is_simulated = course.written.is_simulated
    return course


def agree(course: Course) -> str:
    """利用規約: TermsNotAgreed when they are declined."""
    asker = course.asker
    asker.say(SetupPhrase.TERMS)
    if not course.wishes.agrees and asker.choose(SetupPhrase.AGREE, SetupPhrase.DECLINE):
        raise TermsNotAgreed
    return "done"


def register(course: Course) -> str:
    """Activate this terminal, and write its settings."""
    with disk_errors():
        course.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    identity = course.identity
    url, ca = _service(course)
    is_again = False
    while True:
        try:
            return _registered(course, identity, (url, ca), is_again=is_again)
        except KeyReused:
            # An earlier try with another sheet; the next begins with a key of its own.
            is_again = False
        except KioskError as error:
            is_again = _after(course, error)


def _registered(
    course: Course, identity: Identity, service: tuple[str, Path], *, is_again: bool
) -> str:
    """One try; "kept" when this terminal has a certificate that is good."""
    asker, (url, ca) = course.asker, service
    source = SheetSource(asker, course.wishes.pdf, course.wishes.sheet_fd, course.pdfs)
    known = course.settings
    is_ours = known is not None and known.service.certificate == identity.certificate.absolute()
    if known is not None and is_ours and not source.is_given and not is_again:
        sheet, facility = None, known.facility.facility()
    else:
        sheet = source.sheet(is_again=is_again)
        facility = sheet.facility
    standing = _standing(asker, identity, url, ca)
    is_kept = standing is not None and standing[0] == facility
    if not is_kept:
        sheet = sheet or source.sheet(is_again=is_again)
        issued = activate(url, ca, sheet, identity, patience_s=PATIENCE_S)
        facility, is_simulated = issued.facility, issued.is_simulated
    else:
        is_simulated = standing is not None and standing[1]
    asker.is_simulated = is_simulated
    _write(course, Place(facility, url, ca, identity, course.state, is_simulated))
    phrase = SetupPhrase.ALREADY if is_kept else SetupPhrase.ACTIVATED
    asker.say(phrase, facility=facility.code, terminal=facility.terminal)
    return "kept" if is_kept else "done"


def _write(course: Course, place: Place) -> None:
    asker = course.asker
    kept = write_settings(course.file, place, draft=course.draft)
    course.read()
    expires_at = place.identity.expires_at
    course.facts |= {
        "facility": place.facility.code,
        "terminal": place.facility.terminal,
        "config": str(course.file),
        "config_before": kept and str(kept),
        "certificate_expires_at": expires_at and expires_at.isoformat(),
    }
    if kept is not None:
        asker.say(SetupPhrase.BACKUP, name=kept.name)


def _standing(asker: Asker, identity: Identity, url: str, ca: Path) -> tuple[Facility, bool] | None:
    """Whose certificate lies here, if the service takes it, and whether all is simulated."""
    if not identity.certificate.exists():
        return None
    try:
        with HttpsService(url, ca=ca, certificate=identity.certificate, key=identity.key) as client:
            account = client.account(patience_s=PATIENCE_S)
    except (
        ClientCertificateRevoked, ClientCertificateRefused, TerminalCertificateEnds,
    ) as error:  # fmt: skip
        tell_error(asker, error)
        return None
    if account.is_stopped:
        raise AccountStopped
    return account.facility, account.is_simulated


def _after(course: Course, error: KioskError) -> bool:
    """Say what went wrong and what can be done; True = with another sheet.

    Raises:
        KioskError: it is given up, or nobody is there to choose.
    """
    asker = course.asker
    tell_error(asker, error)
    if isinstance(error, ActivationCodeUsed):
        asker.say(SetupPhrase.CODE_USED)
        if not course.identity.certificate.exists():
            asker.say(SetupPhrase.QUEUE_LOST)
    try:
        chosen = asker.choose(SetupPhrase.DO_NEW_SHEET, SetupPhrase.DO_AGAIN, SetupPhrase.DO_STOP)
    except NobodyAnswers:
        raise error from None
    if chosen == 2:  # noqa: PLR2004 - the third choice
        raise error
    return chosen == 0


def _service(course: Course) -> tuple[str, Path]:
    """Where the service is and whom to believe: wished, set before, or asked."""
    wishes, known = course.wishes, course.settings
    is_set = known is not None and known.service.url != _NOT_YET
    url = wishes.service or (known.service.url if known and is_set else "")
    ca = wishes.ca or (known.service.ca if known and is_set else None)
    while not _may_be_service(url):
        url = course.asker.text(SetupPhrase.ASK_SERVICE)
    while ca is None or not ca.is_file():
        ca = course.asker.file(SetupPhrase.ASK_CA, ".pem")
    return url, _brought_home(ca, course.file.parent)


def _may_be_service(url: str) -> bool:
    try:
        return bool(service_url(url))
    except ValueError:
        return False


def _brought_home(ca: Path, folder: Path) -> Path:
    """The authority's file beside the settings: a USB stick is taken away again."""
    if ca.absolute().is_relative_to(folder):
        return ca.absolute()
    home = folder / "service-ca.pem"
    try:
        content = read_plain(ca, _CA_BYTES_AT_MOST)
    except OSError as error:
        raise SettingsInvalid(f"{ca}: {error.strerror}") from None
    with disk_errors():
        if not home.exists() or home.read_bytes() != content:
            folder.mkdir(parents=True, exist_ok=True)
            replace_durably(home, content)
            home.chmod(0o644)
    return home


def tell_error(asker: Asker, error: KioskError, what_next: SetupPhrase | None = None) -> None:
    """What happened, and what to do next; None = as the hint of its code says."""
    message, hint = asker.book.message(error.code), asker.book.hint(error.code, Remedy.STAFF)
    hint = asker.book.say(what_next) if what_next else hint
    asker.tell([asker.book.say(SetupPhrase.CODE, code=error.code), message, hint])
    if error.detail:
        asker.say(SetupPhrase.DETAIL, detail=error.detail)


Step = Callable[[Course], str]


def do_later_if_it_fails(course: Course, step: Step) -> str:
    """A step that need not stop the rest: again, or later; later where nobody answers."""
    try:
        while True:
            try:
                return step(course)
            except KioskError as error:
                tell_error(course.asker, error)
                if course.asker.choose(SetupPhrase.DO_AGAIN, SetupPhrase.DO_LATER):
                    return "later"
    except NobodyAnswers:
        return "later"
