"""The port to what carries messages to people."""

from dataclasses import dataclass
from typing import Protocol


class AddressDead(Exception):
    """Nobody has this address: nothing more is sent there."""


class NotTaken(Exception):
    """The message was not taken on; it may be sent again, by the same id."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message for one address. `id` is the same when it is sent again, after a failure."""

    id: str
    to: str  # an e-mail address, a telephone number in E.164, or a push subscription as JSON
    title: str
    text: str
    link: str
    locale: str
    urgent: bool


class Carrier(Protocol):
    """What carries messages by one channel."""

    async def send(self, envelope: Envelope) -> None:
        """Take a message on. Raises `AddressDead` or `NotTaken`; neither quotes the message."""

    async def close(self) -> None:
        """Let go of connections."""
