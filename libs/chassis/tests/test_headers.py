"""What the relay's headers skip is what nats-py does to a header's value: trim it, and replace its line breaks."""

import nats
import pytest
from chassis.relay import Header
from devstack.nats import Nats

pytestmark = pytest.mark.anyio


class Recorded(Header):
    """A header's value that notes which methods it is asked for."""

    __slots__ = ("calls",)
    calls: list[str]

    def __getattribute__(self, name: str) -> object:
        if name not in ("calls", "__class__"):
            self.calls.append(name)
        return super().__getattribute__(name)


async def test_a_client_trims_and_translates_a_value_and_nothing_else(nats_server: Nats) -> None:
    value = Recorded("a value")
    value.calls = []
    connection = await nats.connect(nats_server.url_for("operator"), inbox_prefix="_INBOX.operator")
    try:
        await connection.publish("test.headers", b"", headers={"name": value})
    finally:
        await connection.close()
    assert value.calls == ["strip", "translate", "encode"]


async def test_a_header_arrives_as_any_other_text_does(nats_server: Nats) -> None:
    connection = await nats.connect(nats_server.url_for("operator"), inbox_prefix="_INBOX.operator")
    try:
        subscription = await connection.subscribe("test.headers.read")
        for value in ("a value", Header("a value")):
            await connection.publish("test.headers.read", b"", headers={"name": value})
        headers = [(await subscription.next_msg(timeout=10)).headers for _ in range(2)]
    finally:
        await connection.close()
    assert headers[0] == headers[1] == {"name": "a value"}


def test_a_header_is_trimmed_and_translated_to_itself() -> None:
    value = Header("a value")
    assert value.strip() is value and value.translate({}) is value
