"""What a member of staff enrols for their own second step of a login, at the box.

The secret of an app is made here and shown once; it is kept when a code proves that the app has it,
and before that it is in the memory of this process alone: a power cut leaves nothing half enrolled.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from kiosk.core.pairing import text_of
from kiosk.desk.messages import BadMessage, Reach
from kiosk.desk.peer import Enrolment
from kiosk.domain.passcode import Factor
from kiosk.events import Event
from kiosk.ports.access import NoSecurityKey, SecondFactorNeeded
from kiosk.usecases.access import SECRET_BYTES, Gate, base32, otpauth

ENROLMENT_QUERIES: Mapping[str, Reach] = {
    "second": Reach.OWN,
    "second_begin": Reach.OWN,
    "second_prove": Reach.OWN,
    "second_key": Reach.OWN,
    "second_forget": Reach.OWN,
}
"""By name: who may ask."""


class Enrolling:
    """Answers them.

    Args:
        gate: judges passcodes and codes, and keeps the audit.
        facility_code: of the clinic; an app shows it beside the name.
    """

    def __init__(self, gate: Gate, facility_code: str) -> None:
        self._gate = gate
        self._facility_code = facility_code
        self._answers: Mapping[str, Callable[[Enrolment, Mapping[str, Any]], dict[str, Any]]] = {
            "second": self._look,
            "second_begin": self._begin,
            "second_prove": self._prove,
            "second_key": self._add_key,
            "second_forget": self._forget,
        }

    def answer(self, enrolment: Enrolment, query: str, about: Mapping[str, Any]) -> dict[str, Any]:
        """The document of a query of ENROLMENT_QUERIES.

        Each but ``second_begin`` gives what there is then: ``asks`` (the factor that a login asks
        for), ``app``, ``keys`` (how many) and ``reads_keys`` (this box can). That of
        ``second_begin`` is ``secret`` (base 32) and ``uri``.

        Args:
            enrolment: of whoever asks.
            query: its name.
            about: the ``passcode`` of whoever asks, but for ``second`` and ``second_prove``; of the
                latter ``code``; of ``second_key`` ``replaces``; of ``second_forget`` ``factor``.

        Raises:
            BadMessage: a parameter is not of its form, or there is no secret to prove.
            WrongPasscode, LockedOut: as ``Gate.make_sure``.
            SecondFactorNeedsClock, AppCodeWrong, NoSecurityKey: nothing was kept.
            SecondFactorNeeded: it is the one that the login asks for.
        """
        return self._answers[query](enrolment, about)

    def _look(self, enrolment: Enrolment, _: Mapping[str, Any]) -> dict[str, Any]:
        """What there is; who looks has left what they were about to enrol."""
        enrolment.drop()
        return self._state(enrolment)

    def _state(self, enrolment: Enrolment) -> dict[str, Any]:
        access = self._gate.access
        return {
            "asks": self._gate.factor.value,
            "app": access.totp(enrolment.holder) is not None,
            "keys": len(access.security_keys(enrolment.holder)),
            "reads_keys": self._gate.keys is not None and self._gate.keys.are_read,
        }

    def _make_sure(self, enrolment: Enrolment, about: Mapping[str, Any]) -> None:
        passcode = text_of(about, "passcode")
        if not passcode:
            raise BadMessage("passcode")
        self._gate.make_sure(enrolment.holder, passcode, enrolment.caller)

    def _begin(self, enrolment: Enrolment, about: Mapping[str, Any]) -> dict[str, Any]:
        self._make_sure(enrolment, about)
        self._gate.must_know_the_time()
        enrolment.begin()
        enrolment.secret = secret = secrets.token_bytes(SECRET_BYTES)
        uri = otpauth(secret, enrolment.holder, self._facility_code)
        return {"secret": base32(secret), "uri": uri}

    def _prove(self, enrolment: Enrolment, about: Mapping[str, Any]) -> dict[str, Any]:
        secret = enrolment.secret
        if secret is None:
            raise BadMessage("second_begin comes first")
        self._gate.must_know_the_time()
        self._gate.enrol_totp(enrolment.holder, secret, text_of(about, "code"))
        return self._done(enrolment, Event.SECOND_FACTOR_SET, Factor.TOTP)

    def _add_key(self, enrolment: Enrolment, about: Mapping[str, Any]) -> dict[str, Any]:
        self._make_sure(enrolment, about)
        keys, access = self._gate.keys, self._gate.access
        if keys is None:
            raise NoSecurityKey("this box reads none")
        given_up = enrolment.begin()
        credential = keys.enrol(enrolment.holder, given_up)
        if given_up.is_set():
            raise NoSecurityKey("they went on, or logged out")
        keep = access.set_security_key if about.get("replaces") else access.add_security_key
        keep(enrolment.holder, credential)
        return self._done(enrolment, Event.SECOND_FACTOR_SET, Factor.FIDO2)

    def _forget(self, enrolment: Enrolment, about: Mapping[str, Any]) -> dict[str, Any]:
        factor = _factor(about)
        self._make_sure(enrolment, about)
        if factor is self._gate.factor:
            raise SecondFactorNeeded
        if self._gate.access.forget_second(enrolment.holder, factor):
            return self._done(enrolment, Event.SECOND_FACTOR_REMOVED, factor)
        return self._state(enrolment)

    def _done(self, enrolment: Enrolment, event: Event, factor: Factor) -> dict[str, Any]:
        enrolment.drop()
        self._gate.note(event, str(enrolment.holder), enrolment.caller.where, what=factor.value)
        return self._state(enrolment)


def _factor(about: Mapping[str, Any]) -> Factor:
    try:
        factor = Factor(str(about.get("factor")))
    except ValueError:
        raise BadMessage("factor") from None
    if factor is Factor.NONE:
        raise BadMessage("factor")
    return factor
