"""The keys that tokens are verified by: one that came since is known at once, and made-up ones cost few questions."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from chassis.auth import FETCH_PAUSE_SECONDS, FetchedKeys
from joserfc.jwk import OKPKey

pytestmark = pytest.mark.anyio


@dataclass
class Published:
    """What identity publishes, and how often it was asked."""

    url: str = ""
    keys: list[OKPKey] = field(default_factory=list)
    asked: int = 0

    def add(self) -> str:
        kid = uuid4().hex
        self.keys.append(OKPKey.generate_key("Ed25519", {"kid": kid}))
        return kid

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        body = json.dumps({"keys": [key.as_dict(private=False) for key in self.keys]}).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\n")
        writer.write(b"content-length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def published() -> AsyncGenerator[Published]:
    identity = Published()
    identity.add()
    server = await asyncio.start_server(identity.answer, "127.0.0.1", 0)
    identity.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield identity


async def test_a_token_signed_by_a_key_that_came_a_moment_ago_is_taken_and_not_refused() -> None:
    async with published() as identity:
        keys = FetchedKeys(identity.url)
        assert await keys.get(str(identity.keys[0].kid)) is not None
        kid = identity.add()  # the key before it was withdrawn, and somebody signed in with the next
        assert await keys.get(kid) is not None
        assert identity.asked == 2


async def test_who_makes_up_keys_has_identity_asked_once_in_a_pause() -> None:
    async with published() as identity:
        keys = FetchedKeys(identity.url)
        began = asyncio.get_running_loop().time()
        for _ in range(3):
            assert await asyncio.gather(*(keys.get(uuid4().hex) for _ in range(200))) == [None] * 200
        pauses = (asyncio.get_running_loop().time() - began) / FETCH_PAUSE_SECONDS
        assert pauses >= 2
        assert identity.asked <= pauses + 2
