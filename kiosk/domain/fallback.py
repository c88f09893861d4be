"""What to do after a check that could not be done: the ministry's chart, one question at a time.

Source: facts DOMAIN, "What to do when a check cannot be done" [S 001]. The ministry draws the ways
beside one another; that they are asked for one after the other, surest first, is ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Question(StrEnum):
    """What is asked of whoever serves the patient."""

    CERTIFICATE = "certificate"
    PORTAL = "portal"
    NOTICE = "notice"
    RETURNING = "returning"
    FACE = "face"


class Way(StrEnum):
    """How the patient is served instead.

    CERTIFICATE: by the 資格確認書. PORTAL: by the マイナポータル screen or its PDF. NOTICE: by the
    資格情報のお知らせ together with the card. RETURNING: known, and confirmed orally that nothing
    changed. FIRST_VISIT: treated and charged the proper share; the numbers come later. FACE: the
    same, and the four items of the card's face are noted, by which they can be looked up.
    """

    CERTIFICATE = "certificate"
    PORTAL = "portal"
    NOTICE = "notice"
    RETURNING = "returning"
    FACE = "face"
    FIRST_VISIT = "first_visit"


CHART: Mapping[tuple[Question, bool], Question | Way] = {
    (Question.CERTIFICATE, True): Way.CERTIFICATE,
    (Question.CERTIFICATE, False): Question.PORTAL,
    (Question.PORTAL, True): Way.PORTAL,
    (Question.PORTAL, False): Question.NOTICE,
    (Question.NOTICE, True): Way.NOTICE,
    (Question.NOTICE, False): Question.RETURNING,
    (Question.RETURNING, True): Way.RETURNING,
    (Question.RETURNING, False): Way.FIRST_VISIT,
    (Question.FACE, True): Way.FACE,
    (Question.FACE, False): Way.FIRST_VISIT,
}
"""FACE is not the chart's but the rule for outages: asked before FIRST_VISIT where a card is there
and could not be read (facts DOMAIN, "How offline works elsewhere")."""

WITH_CARD = Question.PORTAL
"""First question where the card was there but gave no confirmed eligibility."""
WITHOUT_CARD = Question.CERTIFICATE
"""First question where there is no card: only then the 資格確認書 is one of the ways."""

BY_NUMBERS = frozenset({Way.CERTIFICATE, Way.PORTAL, Way.NOTICE})
"""Ways on which the insured's numbers stand on something that is shown."""

OWES = frozenset({Way.FACE, Way.FIRST_VISIT})
"""Ways after which the numbers must still be confirmed, before the month ends (chart, 5)."""


def after(question: Question, *, is_yes: bool, has_face: bool = False) -> Question | Way:
    """The next question, or the way to go.

    Args:
        question: that was asked.
        is_yes: the answer.
        has_face: a card is there that could not be read.
    """
    then = CHART[question, is_yes]
    is_last = then is Way.FIRST_VISIT and question is not Question.FACE
    return Question.FACE if is_last and has_face else then
