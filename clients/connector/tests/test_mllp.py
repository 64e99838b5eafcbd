"""MLLP: messages come whole in whichever pieces, each is answered once it is kept, and nobody holds the port."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yima_connector.hl7v2.messages import Message, read
from yima_connector.mllp import Frames, NotFramed, Server, framed
from yima_connector.places import Path
from yima_connector.settings import Mllp

from .samples import admission, header, message

pytestmark = pytest.mark.anyio

CONTENTS = st.binary(max_size=60).map(lambda content: content.replace(b"\x1c", b"").replace(b"\x0b", b""))


@given(st.lists(CONTENTS, max_size=6), st.lists(st.integers(1, 20), max_size=40), st.sampled_from([b"", b"\r\n"]))
def test_messages_come_out_as_they_went_in_in_whichever_pieces(
    contents: list[bytes], cuts: list[int], between: bytes
) -> None:
    stream = between.join(map(framed, contents)) + between
    frames, messages = Frames(1000), []
    for cut in [*cuts, len(stream) or 1]:
        piece, stream = stream[:cut], stream[cut:]
        messages += frames.feed(piece)
    assert messages == contents
    assert not frames.inside


@given(st.binary(max_size=3000), st.integers(1, 500))
def test_what_is_no_mllp_is_refused_and_never_held(data: bytes, size: int) -> None:
    frames = Frames(500)
    try:
        for start in range(0, len(data), size):
            for content in frames.feed(data[start : start + size]):
                assert len(content) <= 500
            assert len(frames._held) <= 500 + size + 1
    except NotFramed:
        pass


@dataclass
class Hospital:
    """A server, and what it has kept."""

    port: int = 0
    kept: list[bytes] = field(default_factory=list)
    full: bool = False

    async def keep(self, _message: Message, content: bytes) -> None:
        if self.full:
            raise OSError("no space left on device")
        self.kept.append(content)

    async def connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def say(self, *contents: bytes) -> list[Message]:
        """What is answered to messages that are sent at once on one connection."""
        reader, writer = await self.connected()
        writer.write(b"".join(map(framed, contents)))
        answers = [await reader.readuntil(b"\x1c\r") for _ in contents]
        writer.close()
        return [read(each.strip(b"\x0b\x1c\r"), "utf-8") for each in answers]


@asynccontextmanager
async def a_server(**changes: Any) -> AsyncGenerator[Hospital]:
    hospital = Hospital()
    server = Server(Mllp(host="127.0.0.1", port=0, **changes), "utf-8", hospital.keep)
    async with server.listening() as addresses:
        hospital.port = addresses[0][1]
        yield hospital


async def test_each_message_is_answered_once_it_is_kept_by_its_control_id_and_parties() -> None:
    async with a_server() as hospital:
        first, second = await hospital.say(admission(control_id="A-1"), admission(control_id="A-2"))
    assert [answer.text(Path("MSA", 1)) for answer in (first, second)] == ["AA", "AA"]
    assert [answer.text(Path("MSA", 2)) for answer in (first, second)] == ["A-1", "A-2"]
    assert (first.kind, first.text(Path("MSH", 5)), first.text(Path("MSH", 3))) == ("ACK^A01", "HIS", "YIMA")
    assert hospital.kept == [admission(control_id="A-1"), admission(control_id="A-2")]


async def test_what_cannot_be_kept_now_is_to_be_sent_again_and_what_is_never_taken_is_refused() -> None:
    async with a_server() as hospital:
        refused = [
            message("PID|1"),
            message(header("ADT^A01", "")),
            message(header("", "M-1")),
            message(header("ADT^A01", "M-2", processing="T")),
        ]
        assert [answer.text(Path("MSA", 1)) for answer in await hospital.say(*refused)] == ["AR"] * 4
        hospital.full = True
        (answer,) = await hospital.say(admission())
        assert (answer.text(Path("MSA", 1)), answer.text(Path("ERR", 3))) == ("AE", "207")
        assert "P-4711" not in str([segment.text(1) for segment in answer.segments])
        hospital.full = False
        assert [answer.text(Path("MSA", 1)) for answer in await hospital.say(admission())] == ["AA"]
    assert hospital.kept == [admission()]


async def test_an_answer_is_in_the_separators_of_its_message_and_nothing_is_put_into_it() -> None:
    async with a_server() as hospital:
        sent = b"MSH$*@!%$HI\\S$M|A$Y$C$20261128$$ADT*A08$1!T!7$P$2.5\rPID$1$$7\r"
        reader, writer = await hospital.connected()
        writer.write(framed(sent))
        answer = await reader.readuntil(b"\x1c\r")
        writer.close()
    assert answer.startswith(b"\x0bMSH$*@!%$Y$C$HI\\S$M|A$")
    assert answer.count(b"\r") == 3  # two segments, and what ends the frame


@pytest.mark.parametrize(
    ("changes", "sent"),
    [
        ({"message_bytes_max": 2048}, b"\x0b" + b"x" * 4000),
        ({}, b"GET / HTTP/1.1\r\n" * 200),
        ({"idle_seconds": 0.05}, b""),
        ({"frame_seconds": 0.05}, b"\x0bMSH|"),
        ({"from_networks": ["10.0.0.0/8"]}, framed(admission())),
    ],
)
async def test_who_sends_no_messages_or_may_not_connect_is_let_go(changes: dict[str, Any], sent: bytes) -> None:
    async with a_server(**changes) as hospital:
        reader, writer = await hospital.connected()
        writer.write(sent)
        with suppress(ConnectionResetError):  # what was sent is not read any more
            assert b"AA" not in await asyncio.wait_for(reader.read(), 10)
        writer.close()
    assert hospital.kept == []


async def test_no_more_connect_than_may() -> None:
    async with a_server(connections_max=1) as hospital:
        _, first = await hospital.connected()
        first.write(framed(admission()))
        reader, second = await hospital.connected()
        assert await asyncio.wait_for(reader.read(), 10) == b""
        first.close()
        second.close()
