"""The cards of a simulated world, as they are laid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiosk.domain.check import Eligibility
from kiosk.domain.identity import Pin
from kiosk.phrasebook import PersonName
from kiosk.simulator import pki
from kiosk.simulator.card import PoweredCard, SimulatedCard
from kiosk.simulator.mishaps import BrokenCard, ForeignCard, PulledCard, SlowCard, StumblingCard
from kiosk.simulator.options import CardOptions, Kind, Token
from kiosk.simulator.tries import FileTries
from kiosk.simulator.world import World

_BROKEN = (Kind.MUTE, Kind.GARBAGE)


def name_of(world: World, person: str) -> PersonName:
    """What the owner of a card is called; without a name where nothing is told of them."""
    told = world.person(person).told
    first = told[0].eligibility if told else Eligibility()
    return PersonName(first.name, first.name_kana)


def card_of(
    world: World,
    person: str,
    *,
    pull: Callable[[], None],
    changes: dict[str, Any] | None = None,
) -> PoweredCard:
    """The card of a person of that world; its tries left persist in the world's folder.

    Args:
        world: whose people.
        person: whose card.
        pull: takes the card from where it is laid.
        changes: options that differ from those of the person's own card, as in ``CardOptions``.

    Raises:
        SettingsInvalid: no such person, or no such option.
    """
    options = world.person(person).laid.changed(changes or {})
    card = _chip(world, person, options)
    if options.stumbles:
        card = StumblingCard(card)
    if options.slow_ms:
        card = SlowCard(card, options.slow_ms / 1000)
    if options.pulled_at is not None:
        card = PulledCard(card, options.pulled_at, options.pulled_when, pull)
    return card


def deck_of(world: World) -> Callable[[str, dict[str, Any], Callable[[], None]], PoweredCard]:
    """``card_of`` for one world, as a reader in the demo asks for cards."""

    def card(person: str, changes: dict[str, Any], pull: Callable[[], None]) -> PoweredCard:
        return card_of(world, person, pull=pull, changes=changes)

    return card


def _chip(world: World, person: str, options: CardOptions) -> PoweredCard:
    if options.kind in _BROKEN:
        return BrokenCard(is_mute=options.kind is Kind.MUTE)
    if options.kind is not Kind.MY_NUMBER:
        return ForeignCard(options.kind)
    pair = world.card(person, state=options.certificate, key=options.key)
    tries = FileTries(world.tries_file(person))
    if options.tries is not None or options.blocked:
        tries.write(0 if options.blocked else options.tries or 0)
    return SimulatedCard(
        key=pair.key,
        certificate=pki.der(pair.certificate),
        ca_certificate=world.card_ca_certificate,
        # The owner of an iPhone approves on the phone: there is no PIN to ask for here.
        pin=None if options.token is Token.IPHONE else Pin(world.pin(person)),
        tries=tries,
        options=options,
    )
