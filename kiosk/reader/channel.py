"""What the dialogue needs of a reader, and how one APDU is exchanged over it."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from kiosk.ports.card import CardUnreadable
from kiosk.reader.apdu import Command, Response
from kiosk.reader.jpki import get_response

_MOST_BYTES = 65536


class TransmissionFailed(CardUnreadable):
    """The card lies there, but reader or card gave no valid response to this command."""


class Channel(Protocol):
    """A powered card, reached alone: nobody else speaks to it meanwhile."""

    def transmit(self, command: bytes) -> bytes:
        """Send one command APDU and return the response APDU, status word included.

        Raises:
            CardRemoved: the card is gone.
            TransmissionFailed: no response, though the card lies there.
            CardError: the reader or its service went away.
        """

    def power_cycle(self) -> None:
        """Power the card off and on: application, file and PIN state are lost.

        Raises:
            CardRemoved, CardUnreadable: it did not come back.
        """


class Exchange:
    """Commands out, responses in.

    Args:
        channel: to the card.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def once(self, command: Command) -> Response:
        """Send exactly this, exactly once; the way a PIN goes to the card.

        Raises:
            CardRemoved, TransmissionFailed: as the channel.
        """
        raw = self._channel.transmit(command.encode())
        try:
            return Response.decode(raw)
        except ValueError as fault:
            raise TransmissionFailed("response without a status word") from fault

    def send(self, command: Command) -> Response:
        """Send a command that may be asked again: 6Cxx is obeyed once, 61xx is fetched.

        Raises:
            CardRemoved, TransmissionFailed: as the channel.
        """
        response = self.once(command)
        if command.le is not None and response.right_le is not None:
            response = self.once(replace(command, le=response.right_le, is_extended=False))
        return self._fetch_rest(response)

    def _fetch_rest(self, response: Response) -> Response:
        data = response.data
        while response.more is not None:
            response = self.once(get_response(response.more))
            if len(data) > _MOST_BYTES or (response.more is not None and not response.data):
                raise CardUnreadable("a response without end")
            data += response.data
        return Response(data, response.status)
