"""Sending messages to people: a port. The notifications service will be behind it; a sandbox is today."""

import asyncio
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

PRIVATE = 0o600


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
