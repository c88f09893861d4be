"""The thread that looks at the readers."""

from __future__ import annotations

import threading
from collections.abc import Callable

from kiosk.domain.visit import CardPresented, CardTaken, Event
from kiosk.ports.card import CardWatch, Slot

_LOOK_S = 60.0
_CLOSE_AGAIN_S = 0.02
LET_GO_S = 5.0
"""A pcscd that hangs ends no call, not even the one that is to end another."""


class Looker:
    """Turns what a ``CardWatch`` sees into events of the visit.

    Args:
        watch: looks.
        happen: takes the events.
        reader: hears whether there is a reader.
        let_go_s: so long ``stop`` waits for a reader service that does not answer.
    """

    def __init__(
        self,
        watch: CardWatch,
        happen: Callable[[Event], None],
        reader: Callable[[bool], None],
        *,
        let_go_s: float = LET_GO_S,
    ) -> None:
        self._let_go_s = let_go_s
        self._watch = watch
        self._happen = happen
        self._reader = reader
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="card-watch", daemon=True)
        self.failure: Exception | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and let go of the reader service; of one that hangs, without its knowing."""
        self._stopping.set()
        ending = threading.Thread(target=self._end, name="card-watch-end", daemon=True)
        ending.start()
        ending.join(self._let_go_s)

    @property
    def is_alive(self) -> bool:
        """It looks."""
        return self._thread.is_alive()

    def _end(self) -> None:
        while self._thread.is_alive():
            self._watch.close()
            self._thread.join(_CLOSE_AGAIN_S)

    def _run(self) -> None:
        try:
            self._look()
        except Exception as error:  # noqa: BLE001 - the top of this thread; the unit then ends
            self.failure = error

    def _look(self) -> None:
        seen = Slot.NO_READER
        while not self._stopping.is_set():
            slot = self._watch.next_change(_LOOK_S)
            if slot is None or slot is seen:
                continue
            if slot is Slot.CARD:
                self._happen(CardPresented())
            elif seen is Slot.CARD:
                self._happen(CardTaken())
            if Slot.NO_READER in {slot, seen}:
                self._reader(slot is not Slot.NO_READER)
            seen = slot
