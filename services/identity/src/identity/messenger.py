"""Sending messages to people: a port. Behind it is the notifications service, or a file to try things with."""

import asyncio
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from chassis.auth import sign
from chassis.signing import SigningKeys
from yima.notifications.v1.client import NotificationsClient
from yima.notifications.v1.messages_pb2 import CarriedMessage, CarryMessagesRequest

PRIVATE = 0o600
VOUCHED_SECONDS = 120  # a request is good for so long


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent where. `id` is the same when a message is sent again, after a failure."""

    id: str
    to: str  # an e-mail address, or a telephone number in E.164
    text: str


class Messenger(Protocol):
    """What carries messages to people."""

    async def send(self, message: Message) -> None:
        """Take a message on. What is raised means: it was not, send it again."""


class SandboxMessenger:
    """Sends nothing: appends each message to a file as a line of JSON, for trials and tests."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def send(self, message: Message) -> None:
        await asyncio.to_thread(self._append, json.dumps(asdict(message), ensure_ascii=False))

    def _append(self, line: str) -> None:
        with os.fdopen(
            os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE), "a", encoding="utf-8"
        ) as out:
            out.write(line + "\n")


class CarriedByNotifications:
    """Has the notifications service carry each message, which does so once by its id."""

    def __init__(self, client: NotificationsClient, keys: SigningKeys, now: Callable[[], float]) -> None:
        self._client = client
        self._keys = keys
        self._now = now

    async def send(self, message: Message) -> None:
        token = sign(self._keys.signing, {"use": "message", "exp": self._now() + VOUCHED_SECONDS})
        carried = CarriedMessage(id=message.id, address=message.to, text=message.text)
        await self._client.carry_messages(CarryMessagesRequest(sender=token, messages=[carried]))
