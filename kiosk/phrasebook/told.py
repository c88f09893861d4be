"""Which phrases tell an outcome, with their values: decided once, for every front.

``told`` gives the visitor the words of JOURNEYS A5 and B2, ``told_later`` what is said of an answer
that came later (B4, B5). What is not answered is 確認待ち, never 有効, and never carries a share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from kiosk.domain.certificate import CertificateState, CertificateWarning
from kiosk.domain.changes import Change, Since
from kiosk.domain.check import Answer, Answered, Deferred, Eligibility, Outcome, Refused
from kiosk.domain.codes import Notice, Validity
from kiosk.domain.lifecycle import State
from kiosk.domain.visit import Tell
from kiosk.phrasebook.book import Phrasebook
from kiosk.phrasebook.keys import Phrase
from kiosk.phrasebook.tells import ERROR
from kiosk.phrasebook.values import PersonName

WITHDRAWN_ITEM: Mapping[str, Phrase] = {
    State.ANNULLED.value: Phrase.HISTORY_ITEM_ANNULLED,
    State.CORRECTED.value: Phrase.HISTORY_ITEM_CORRECTED,
}
"""How a list marks a check that counts no more, by its state."""
_WITH_INSURER = frozenset({Change.SYMBOL, Change.NUMBER, Change.BRANCH})
"""Another insurer gives others: four sentences alike would hide the one that counts."""
_NOTICES: Mapping[str, Phrase] = {
    Notice.EXPIRES_SOON: Phrase.LINE_NOTICE_EXPIRES_SOON,
    Notice.IN_GRACE: Phrase.LINE_NOTICE_IN_GRACE,
}
_WHOLE = 100
_NOT_VALID = frozenset({Validity.INVALID, Validity.SUPERSEDED})
_NEEDS_ONE = frozenset({Validity.VALID, *_NOT_VALID})


def told(
    outcome: Outcome,
    treated_on: date,
    *,
    is_attended: bool = False,
    since: Since | None = None,
    has_card: bool = True,
) -> tuple[Tell, ...]:
    """What the visitor is told: a public line without patient data, then the private result.

    Args:
        outcome: of the check.
        treated_on: treatment date in Japan; decides which eligibility counts, and the share.
        is_attended: the staff stand by: nobody is sent to them.
        since: what the last answer about the same person said.
        has_card: one was laid, and is to be taken; else their numbers were typed.
    """
    to_staff = () if is_attended else (tell(Phrase.RECEPTION_ASK_STAFF),)
    match outcome:
        case Deferred(certificate=certificate):
            received = (Phrase.OUTAGE_RECEIVED_BY_NUMBERS, Phrase.OUTAGE_RECEIVED)[has_card]
            return (tell(received), *told_certificate(certificate))
        case Refused(code=code):
            return (*to_staff, tell_code(code))
        case Answered(answer=answer):
            is_confirmed = answer.confirms(treated_on)
            good = (Phrase.RECEPTION_CONFIRMED_BY_NUMBERS, Phrase.RECEPTION_CONFIRMED)[has_card]
            public = (tell(good),) if is_confirmed else to_staff
            unkept = () if outcome.is_kept else (tell(Phrase.RECEPTION_NOT_KEPT),)
            result = _result(answer, treated_on)
            if since and not is_confirmed:
                since = replace(since, is_today=False)  # nothing was confirmed the first time
            return (*public, *result, *told_since(since), *unkept, *told_warnings(outcome))


def told_since(since: Since | None) -> tuple[Tell, ...]:
    """That they were checked today already, and what is not as it was; private.

    An answer of today that this one turns round confirmed nothing.
    """
    if since is None:
        return ()
    is_again = since.is_today and Change.VALIDITY not in since.changes
    today = (tell(Phrase.CHANGE_TODAY),) if is_again else ()
    gone = _WITH_INSURER if Change.INSURER in since.changes else frozenset()
    news = (each for each in since.changes if each not in gone)
    return (*today, *(tell(Phrase(f"change.{each.value}")) for each in news))


def told_later(outcome: Outcome, treated_on: date) -> tuple[Tell, ...]:
    """What is said of a check that was 確認待ち, once it has been asked again."""
    match outcome:
        case Deferred(needs_staff=needs_staff):
            return (tell(Phrase.OUTCOME_SET_ASIDE if needs_staff else Phrase.OUTCOME_DEFERRED),)
        case Refused(code=code):
            return (tell(Phrase.OUTCOME_REFUSED), tell_code(code))
        case Answered(answer=answer):
            return _result(answer, treated_on, is_later=True)


def told_certificate(warning: CertificateWarning | None) -> tuple[Tell, ...]:
    """That the card's certificate ends, or has ended; private."""
    if warning is None:
        return ()
    if warning.state is CertificateState.EXPIRES_SOON:
        return (tell(Phrase.LINE_CERTIFICATE_EXPIRES_SOON, day=warning.expires_on),)
    if warning.state is CertificateState.IN_GRACE:
        return (tell(Phrase.LINE_CERTIFICATE_IN_GRACE, day=warning.usable_until),)
    return (tell(Phrase.LINE_CERTIFICATE_GRACE_OVER),)


def told_notice(code: str | None, words: str | None) -> tuple[Tell, ...]:
    """What the service says beside its answer: by its code, else in its own words; private.

    Args:
        code: ``ProcessingResultCode``; one that is not known here says nothing.
        words: ``ProcessingResultMessage``, in Japanese.
    """
    if code is not None and code in _NOTICES:
        return (tell(_NOTICES[code]),)
    return (tell(Phrase.LINE_WARNING, warning=words),) if words else ()


def tell(phrase: Phrase, **values: object) -> Tell:
    """A phrase with its values, private where its row is."""
    return Tell(phrase, values, is_private=Phrasebook.load().rows[phrase].is_private)


def tell_code(code: str) -> Tell:
    """What a K code means and what to do about it."""
    return Tell(f"{ERROR}{code}")


def _result(answer: Answer, on: date, *, is_later: bool = False) -> tuple[Tell, ...]:
    counts = _counts(answer, on)
    if answer.validity is Validity.VALID and counts:
        return (_valid(counts, on, is_later=is_later), *_refund(counts, on))
    if answer.validity in _NOT_VALID and counts:
        phrase = Phrase.RESULT_NOT_VALID_LATER if is_later else Phrase.RESULT_NOT_VALID
        return (tell(phrase, name=_name(counts)),)
    return (_without_one(answer),)


def _valid(counts: Eligibility, on: date, *, is_later: bool) -> Tell:
    phrase = Phrase.RESULT_VALID_LATER if is_later else Phrase.RESULT_VALID
    share = counts.copayment_percent(on)
    if share is None:
        return tell(Phrase(f"{phrase}_ask_share"), name=_name(counts))
    return tell(phrase, name=_name(counts), share=share)


def _refund(counts: Eligibility, on: date) -> tuple[Tell, ...]:
    is_whole = counts.copayment_percent(on) == _WHOLE
    return (tell(Phrase.LINE_SHARE_REFUNDED),) if is_whole else ()


def _without_one(answer: Answer) -> Tell:
    """Valid or not, but without an eligibility to go by."""
    if answer.validity is Validity.NONE:
        return tell(Phrase.RESULT_NONE)
    if answer.validity in _NEEDS_ONE:
        return tell(Phrase.RESULT_UNDECIDED)
    word = answer.validity.word if answer.validity else "unknown"
    return tell(Phrase(f"validity.{word}"))


def told_warnings(outcome: Answered) -> tuple[Tell, ...]:
    """What the service warns of, and until when the certificate can be used; private.

    A notice that the certificate ends says less than the kiosk, which saw the day: once is enough.
    """
    code, words = outcome.answer.warning_code, outcome.answer.warning
    seen = told_certificate(outcome.certificate)
    return seen if seen and code in _NOTICES else (*told_notice(code, words), *seen)


def _counts(answer: Answer, on: date) -> Eligibility | None:
    return answer.the_one_that_counts(on)


def _name(eligibility: Eligibility) -> PersonName:
    return PersonName(eligibility.name, eligibility.name_kana)
