"""Whether something is plugged into the headphones' socket, followed as it changes.

A codec that mutes its loudspeaker while headphones are in turns it on again when they are pulled
out, on the same device: private words would go on in the room. So whoever plays them must know.

==========  ====================================================================================
ALSA        the card's controls ``… Jack`` of iface CARD, read with ``amixer contents``, followed
            with ``amixer events`` (alsa-utils, amixer(1); kernel Documentation/sound/designs/
            jack-controls.rst). The kernel's input switches SW_HEADPHONE_INSERT are the same
            sockets, told a second time.
PipeWire    the node itself, and ``EnumRoute`` of its device in ``pw-dump --monitor``: "available"
            is "yes", "no" or "unknown" (docs.pipewire.org, pw-dump(1); spa/param/route.h)
==========  ====================================================================================
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from threading import Thread
from typing import IO, Any

from kiosk.voice.player import plays_by_pipewire

_CARD = re.compile(r"^\w+:(?:CARD=)?(\w+)")
_JACK = re.compile(r"iface=CARD,name='([^']*\bJack)'.*\n(?:.*\n)*?\s*: values=(\w+)")
_OF_HEADPHONES = re.compile(r"headphone|headset", re.IGNORECASE)
_NO_JACK = re.compile(r"\bphantom\b|\bmic\b", re.IGNORECASE)
_PATIENCE_S = 5.0
_DECODER = json.JSONDecoder()


def alsa_state(contents: str) -> bool | None:
    """What ``amixer contents`` says of the headphones' sockets.

    Args:
        contents: as it is written.

    Returns:
        True: something is in one of them; False: nothing; None: the card cannot tell.
    """
    found = [
        value == "on"
        for name, value in _JACK.findall(contents)
        if _OF_HEADPHONES.search(name) and not _NO_JACK.search(name)
    ]
    return any(found) if found else None


def pipewire_state(objects: Iterable[Mapping[str, Any]], node: str) -> bool:
    """What ``pw-dump`` says of the headphones behind a node.

    Args:
        objects: as they are written.
        node: ``node.name`` of the sink.

    Returns:
        False: the node is gone, which a player would wait for, or nothing is in the socket; True:
        something is, or the node is there and nothing tells more.
    """
    every = list(objects)
    found = [props for props in map(_props, every) if props.get("node.name") == node]
    devices = {props.get("device.id") for props in found} - {None}
    routes = (
        route
        for each in every
        if each.get("id") in devices
        for route in each["info"].get("params", {}).get("EnumRoute", ())
    )
    told = [
        route.get("available") == "yes"
        for route in routes
        if route.get("direction") == "Output"
        and _OF_HEADPHONES.search(str(route.get("name")))
        and route.get("available") in {"yes", "no"}
    ]
    return bool(found) and (any(told) or not told)


def _props(each: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (each.get("info") or {}).get("props") or {}
    return found


class AlsaJack:
    """The sockets of a card.

    Args:
        card: index or id, as in ``hw:CARD=PCH``.
    """

    def __init__(self, card: str) -> None:
        self._amixer = (shutil.which("amixer") or "amixer", "-c", card)
        self.command = (*self._amixer, "events")

    def states(self, lines: IO[bytes]) -> Iterator[bool | None]:
        """How it is, and then each time anything of the card has changed."""
        for line in lines:
            # The first line says that it listens: a change from then on is not missed.
            if line.startswith(b"Ready") or b"Jack" in line:
                yield alsa_state(self._contents())

    def _contents(self) -> str:
        done = subprocess.run(  # noqa: S603 - the program found on PATH
            [*self._amixer, "contents"], capture_output=True, timeout=_PATIENCE_S, check=False
        )
        return done.stdout.decode(errors="replace")


class PipeWireJack:
    """The ports behind a sink.

    Args:
        node: its ``node.name``.
    """

    def __init__(self, node: str) -> None:
        self._node = node
        self._objects: dict[int, Mapping[str, Any]] = {}
        self.command = (shutil.which("pw-dump") or "pw-dump", "--monitor", "--no-colors")

    def states(self, lines: IO[bytes]) -> Iterator[bool]:
        """How it is after each document: the first has all objects, the others what changed."""
        text = ""
        for line in lines:
            text += line.decode(errors="replace")
            if line.rstrip() != b"]":
                continue
            with suppress(ValueError):
                self._take(_DECODER.decode(text.strip()))
                yield pipewire_state(self._objects.values(), self._node)
            text = ""

    def _take(self, objects: list[Mapping[str, Any]]) -> None:
        for each in objects:
            if each.get("info") is None:
                self._objects.pop(each["id"], None)
            else:
                self._objects[each["id"]] = each


def jack_of(device: str) -> AlsaJack | PipeWireJack | None:
    """What can follow the socket behind a device.

    Args:
        device: of the headphones, by name as ALSA or PipeWire knows it.

    Returns:
        None: nothing here can; then only the device itself tells that it is gone.
    """
    card = _CARD.match(device)
    if card and shutil.which("amixer"):
        return AlsaJack(card[1])
    is_pipewire = bool(device) and plays_by_pipewire(device) and shutil.which("pw-dump")
    return PipeWireJack(device) if not card and is_pipewire else None


class JackWatch:
    """Follows a socket on a thread of its own until it is closed.

    Args:
        jack: how.
        changed: told, from the thread, when something was plugged in (True) or pulled out (False).
    """

    def __init__(self, jack: AlsaJack | PipeWireJack, changed: Callable[[bool], None]) -> None:
        self._jack = jack
        self._changed = changed
        self._process = subprocess.Popen(  # noqa: S603 - a program found on PATH, no shell
            jack.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        Thread(target=self._follow, name="jack", daemon=True).start()

    def close(self) -> None:
        """Follow it no longer."""
        self._process.kill()

    def _follow(self) -> None:
        before: bool | None = None
        with self._process as process:
            assert process.stdout is not None  # noqa: S101 - Popen was asked for a pipe
            for state in self._jack.states(process.stdout):
                if state is not None and state != before:
                    before = state
                    self._changed(state)
