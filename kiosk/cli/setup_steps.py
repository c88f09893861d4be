"""The steps of ``kiosk setup`` before and after the activation: line, keys, passcode, tests."""

from __future__ import annotations

import os
import subprocess

from kiosk.appliance.box import Box
from kiosk.appliance.checks import reader as reader_checks
from kiosk.appliance.doctor import told, worst
from kiosk.appliance.finding import State
from kiosk.appliance.network import Network, look
from kiosk.cli.asking import Asker, NobodyAnswers
from kiosk.cli.check import carry_out, identification
from kiosk.cli.secret import from_descriptor, set_unlocking
from kiosk.cli.setup_guide import PATIENCE_S, Course, tell_error
from kiosk.domain.check import Answered
from kiosk.domain.identity import Pin
from kiosk.domain.passcode import Passcode
from kiosk.domain.protection import KeyProvider
from kiosk.events import Event
from kiosk.line.view import lines_for
from kiosk.phrasebook import Phrase, SetupPhrase
from kiosk.ports.access import Holder, PasscodeUnfit, Standing
from kiosk.ports.card import MalformedPin
from kiosk.ports.keys import ProtectionNotAccepted
from kiosk.ports.service import AccountStopped
from kiosk.store.keys import PasscodeRoot
from kiosk.usecases.accept_protection import accept_protection
from kiosk.usecases.verify import open_check
from kiosk.wiring import Kiosk, assemble

_CARD_WITHIN_S = 30.0
_LONGEST_LABEL = 20
_WIFI_WITHIN_S = 60


def connect(course: Course) -> str:
    """回線: how the box is connected, and what to do where it is not."""
    asker = course.asker
    while True:
        network = look()
        if network.has_proxy:
            asker.say(SetupPhrase.LINE_PROXY)
        if network.is_up:
            names = ", ".join(network.cables + network.wireless)
            asker.say(SetupPhrase.LINE_UP, names=names)
            return "done"
        asker.say(SetupPhrase.LINE_DOWN)
        if network.nmcli is None:
            asker.say(SetupPhrase.LINE_HOW)
        choices = _ways_on(asker, network)
        try:
            chosen = choices[asker.choose(*choices)]
        except NobodyAnswers:
            return "later"
        if chosen is SetupPhrase.DO_GO_ON:
            return "later"
        if chosen is SetupPhrase.DO_WIFI:
            _join_wifi(course, network)


def _ways_on(asker: Asker, network: Network) -> list[SetupPhrase]:
    """What is offered where there is no line; a Wi-Fi only where its password can be asked for."""
    wifi = network.nmcli is not None and asker.has_terminal
    return [SetupPhrase.DO_AGAIN, SetupPhrase.DO_GO_ON, *([SetupPhrase.DO_WIFI] if wifi else [])]


def _join_wifi(course: Course, network: Network) -> None:
    """NetworkManager asks for the password itself: it is in no argument and not ours to see."""
    name = course.asker.path(SetupPhrase.ASK_WIFI)
    if network.nmcli is None or not name or name.startswith("-"):
        return
    try:
        done = subprocess.run(  # noqa: S603 - found by its name, and told a name alone
            [network.nmcli, "--ask", "device", "wifi", "connect", name],
            check=False,
            timeout=_WIFI_WITHIN_S,
            stdout=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        course.asker.say(SetupPhrase.WIFI_FAILED)
        return
    if done.returncode:
        course.asker.say(SetupPhrase.WIFI_FAILED)


def protect(course: Course) -> str:
    """The device key, and by name what it does not protect."""
    asker, wishes = course.asker, course.wishes
    settings = course.written
    provider = settings.keys.provider
    if provider is KeyProvider.PASSCODE:
        root = PasscodeRoot(settings.state.dir, course.unlock)
        if not root.is_set:
            course.unlocking = set_unlocking(root, course.door.unlock_fd)
    with _open(course) as kiosk:
        control = kiosk.store.control
        name = wishes.accept_as
        while True:
            try:
                accepted = accept_protection(
                    provider, name,
                    acceptances=control, audit=control.audit, clock=kiosk.clock,
                )  # fmt: skip
            except (ProtectionNotAccepted, ValueError) as error:
                if isinstance(error, ProtectionNotAccepted):
                    # The hint of the code names a command; at the screen the question comes next.
                    tell_error(asker, error, None if asker.has_terminal else SetupPhrase.ACCEPT_HOW)
                if asker.has_terminal:
                    asker.say(SetupPhrase.ACCEPT_LATER)
                name = asker.text(SetupPhrase.ASK_ACCEPT)
                if not name:
                    return "later"
            else:
                return "kept" if accepted is not None and accepted.name != name else "done"


def give_passcode(course: Course) -> str:
    """パスコード of the first member of staff."""
    asker, wishes = course.asker, course.wishes
    with _open(course) as kiosk:
        if any(each.standing is Standing.STAFF for each in kiosk.gate.access.holders()):
            asker.say(SetupPhrase.PASSCODE_KEPT)
            return "kept"
        label = wishes.label or ""
        while not (0 < len(label) <= _LONGEST_LABEL and label.isprintable()):
            label = asker.path(SetupPhrase.ASK_LABEL)
        code = _passcode(course)
        kiosk.gate.access.set_passcode(Holder(Standing.STAFF, label), code)
        kiosk.gate.note(Event.PASSCODE_SET, f"uid:{os.getuid()}", "command")
        return "done"


def _passcode(course: Course) -> Passcode:
    asker = course.asker
    if course.wishes.passcode_fd is not None:
        code = Passcode(from_descriptor(course.wishes.passcode_fd))
        if not code.is_fit_for_a_keypad:
            raise PasscodeUnfit
        return code
    while True:
        code = Passcode(asker.secret(Phrase.ACCESS_NEW_PASSCODE))
        if not code.is_fit_for_a_keypad:
            tell_error(asker, PasscodeUnfit())
        elif code.reveal() == Passcode(asker.secret(SetupPhrase.ASK_AGAIN)).reveal():
            return code
        else:
            asker.say(SetupPhrase.NOT_THE_SAME)


def try_reader(course: Course) -> str:
    """カードリーダー: what the doctor finds of it."""
    asker = course.asker
    while True:
        findings = list(reader_checks.find(Box(course.written)))
        # What could not be asked yet is no news beside the fault that is to be mended first.
        faults = [each for each in findings if each.state not in {State.OK, State.SKIPPED}]
        asker.tell(told(faults, asker.book))
        if worst(findings) is not State.FAIL:
            asker.say(SetupPhrase.READER_GOOD)
            return "done"
        if asker.choose(SetupPhrase.DO_AGAIN, SetupPhrase.DO_LATER):
            return "later"


def try_service(course: Course) -> str:
    """サービス: by the certificate that was just made."""
    with _open(course) as kiosk:
        account = kiosk.service.account(patience_s=PATIENCE_S)
    if account.is_stopped:
        raise AccountStopped
    course.asker.say(SetupPhrase.SERVICE_GOOD)
    return "done"


def practise(course: Course) -> str:
    """One check, with one's own card; it counts and is kept as any other."""
    asker, wishes = course.asker, course.wishes
    asker.say(SetupPhrase.PRACTICE)
    if wishes.practice is False or (
        wishes.practice is None and asker.choose(SetupPhrase.DO_NOW, SetupPhrase.DO_LATER)
    ):
        return "skipped"
    with _open(course) as kiosk:
        opening = open_check(kiosk.facility, kiosk.clock)
        pin = _pin(course)
        asker.say(Phrase.RECEPTION_LAY_CARD)
        outcome = carry_out(kiosk, opening, pin, _CARD_WITHIN_S, is_warned=False)
        is_simulated = kiosk.records.get(opening.check_id).is_simulated
    asker.is_simulated = asker.is_simulated or is_simulated
    if isinstance(outcome, Answered):
        # The result itself is private: where that is not said, this is all that is heard.
        asker.say(SetupPhrase.PRACTICE_GOOD)
    asker.tell(lines_for(outcome, opening.treated_on, asker.book))
    course.facts["practice"] = {"check_id": opening.check_id, "outcome": type(outcome).__name__}
    return "done" if isinstance(outcome, Answered) else "later"


def _pin(course: Course) -> Pin:
    if course.wishes.pin_fd is not None:
        pin = identification(course.wishes.pin_fd, visual=False)
        if pin is not None:
            return pin
    while True:
        try:
            return Pin(course.asker.secret(SetupPhrase.ASK_PIN))
        except ValueError:
            tell_error(course.asker, MalformedPin())


def clear_up(course: Course) -> str:
    """The PDFs that were read hold secrets: they are to go."""
    asker, wishes = course.asker, course.wishes
    left = [file for file in sorted(course.pdfs) if file.exists()]
    if not left:
        # Read by a set-up that was cut off, or typed from paper: it is not known here.
        asker.say(SetupPhrase.PDF_ANYWHERE)
        return "done"
    asker.say(SetupPhrase.PDF_SECRET)
    for file in left:
        asker.say(SetupPhrase.DETAIL, detail=str(file) if asker.has_terminal else file.name)
    keeps = wishes.delete_pdf is False
    if wishes.delete_pdf is None and not all(os.access(each.parent, os.W_OK) for each in left):
        # A box mounts its sticks to be read only: what cannot be done is not offered.
        asker.say(SetupPhrase.PDF_STAYS)
        return "skipped"
    if wishes.delete_pdf is None:
        keeps = asker.choose(SetupPhrase.DO_DELETE, SetupPhrase.DO_KEEP) == 1
    if keeps:
        return "skipped"
    try:
        for file in left:
            file.unlink()
    except OSError:
        asker.say(SetupPhrase.PDF_STAYS)
        return "skipped"
    asker.say(SetupPhrase.PDF_GONE)
    return "done"


def _open(course: Course) -> Kiosk:
    return assemble(course.written, unlock=course.unlock)
