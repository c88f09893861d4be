"""The effects of a visit as the fronts hear of them; the core's side, no front loads the visit."""

from __future__ import annotations

from kiosk.desk.leading import EFFECT, Lead
from kiosk.desk.messages import Happened
from kiosk.desk.values import pack
from kiosk.domain.visit import AskChoice, AskNumbers, AskPin, Effect, Forget, Tell


def happened(number: int, effect: Effect | Lead) -> Happened | None:
    """An effect as the front hears of it; None for one that is the core's own business."""
    if isinstance(effect, Lead):
        return Happened(number, EFFECT, values=effect.document())
    return _of_a_visit(number, effect)


def _of_a_visit(number: int, effect: Effect) -> Happened | None:
    match effect:
        case Tell(phrase=phrase, values=values, is_private=is_private):
            return Happened(number, "tell", phrase, pack(values), is_private)
        case AskPin():
            return Happened(number, "ask_pin")
        case AskChoice(phrase=phrase, choices=choices):
            return Happened(number, "ask_choice", phrase, choices=choices)
        case AskNumbers(paper=paper):
            return Happened(number, "ask_numbers", values={"paper": paper.value})
        case Forget():
            return Happened(number, "forget")
        case _:
            return None
