"""What devices measure comes over MQTT by a public client, with the checks of HTTP; a hub hears its own answers."""

import asyncio
import hashlib
import json
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from devstack.stack import Stack
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode
from yima_client.caller import Caller, fresh_key, until
from yima_client.devices import DeviceKey, body_of

from e2e.city import HUB
from e2e.people import a_resident
from e2e.test_devices import bind, pressure, pressures

pytestmark = pytest.mark.anyio


@dataclass
class Hub:
    """A hub of devices, by paho-mqtt."""

    client: mqtt.Client
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)  # by the digest of what was sent
    codes: list[ReasonCode] = field(default_factory=list)  # of what it subscribed to

    async def send(self, topic: str, payload: bytes) -> str:
        """Publish, and wait until the server has it; returns the digest by which it is answered."""
        sent = self.client.publish(topic, payload, qos=1)
        await asyncio.to_thread(sent.wait_for_publish, 10)
        return hashlib.sha256(payload).hexdigest()

    async def say(self, device_id: str, key: DeviceKey, body: bytes) -> dict[str, Any]:
        """Send what a device signed; returns what is answered."""
        payload = signed(device_id, key, body)
        digest = await self.send(f"devices/{HUB}/{device_id}/readings", payload)

        async def answer() -> dict[str, Any]:
            return self.answers.pop(digest, {})

        return await until("the answer", answer, bool)

    async def subscribe(self, topic: str) -> bool:
        """Is it let?"""
        before = len(self.codes)
        self.client.subscribe(topic, qos=0)

        async def answered() -> bool:
            return len(self.codes) > before

        await until("what became of it", answered, bool)
        return not self.codes[-1].is_failure


def signed(device_id: str, key: DeviceKey, body: bytes) -> bytes:
    return key.signature(device_id, body).encode() + b"\n" + body


@asynccontextmanager
async def a_hub(stack: Stack, password: str | None = None) -> AsyncGenerator[Hub]:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"hub-{secrets.token_hex(4)}")
    client.username_pw_set(HUB, password or stack.nats.hubs[HUB])
    hub, connected = Hub(client), list[ReasonCode]()

    def on_message(_client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        said = json.loads(message.payload)
        hub.answers[said["sha256"]] = said | {"topic": message.topic}

    client.on_connect = lambda _client, _data, _flags, code, _properties: connected.append(code)
    client.on_subscribe = lambda _client, _data, _mid, codes, _properties: hub.codes.extend(codes)
    client.on_message = on_message
    await asyncio.to_thread(client.connect, "127.0.0.1", stack.nats.mqtt_port)
    client.loop_start()
    try:

        async def answered() -> bool:
            return bool(connected)

        await until("a word on the connection", answered, bool)
        if connected[0] != ReasonCode(PacketTypes.CONNACK, "Success"):
            raise PermissionError(str(connected[0]))
        yield hub
    finally:
        client.disconnect()
        client.loop_stop()


async def test_a_device_sends_by_a_hub_and_what_is_wrong_with_it_is_answered(stack: Stack, nobody: Caller) -> None:
    resident, resident_id = await a_resident(nobody)
    key = DeviceKey()
    device = await bind(resident, key)
    sent = body_of([pressure(1), pressure(2, 900)])
    async with a_hub(stack) as hub:
        assert await hub.subscribe(f"answers/{HUB}/#")
        answer = await hub.say(device["id"], key, sent)
        assert (answer["status"], answer["topic"]) == (200, f"answers/{HUB}/{device['id']}")
        assert [each["result"] for each in answer["outcomes"]] == ["STORED", "REFUSED"]
        assert answer["outcomes"][1]["code"] == "reading-impossible"
        again = await hub.say(device["id"], key, sent)
        assert [each["result"] for each in again["outcomes"]] == ["KNOWN", "REFUSED"], "a doubled one is known"
        by_http = await nobody.send_readings(device["id"], key, sent)
        assert [each["result"] for each in by_http["outcomes"]] == ["KNOWN", "REFUSED"], "the same by HTTP"
        assert len(await pressures(resident, resident_id)) == 1

        late = pressure(3) | {"measuredAt": "2019-05-01T08:00:00Z"}
        refused = await hub.say(device["id"], key, body_of([late]))
        assert refused["outcomes"][0]["code"] == "reading-out-of-time", "from before it was bound"
        forged = await hub.say(device["id"], DeviceKey(), body_of([pressure(4)]))
        assert (forged["status"], forged["type"]) == (401, "urn:yima:problem:device-not-recognised")
        digest = await hub.send(f"devices/{HUB}/{device['id']}/readings", b"\x00no signature")

        async def unreadable() -> dict[str, Any]:
            return hub.answers.pop(digest, {})

        said = await until("a word on what is no message", unreadable, bool)
        assert (said["status"], said["field"]) == (400, "signature")
        await resident.run("end-device", deviceId=device["id"], reason="LOST", key=fresh_key())
        ended = await hub.say(device["id"], key, body_of([pressure(5)]))
        assert ended["type"] == "urn:yima:problem:device-ended"
    assert len(await pressures(resident, resident_id)) == 1


async def test_a_hub_publishes_under_its_own_name_alone_and_hears_nothing_but_its_answers(
    stack: Stack, nobody: Caller
) -> None:
    resident, resident_id = await a_resident(nobody)
    key = DeviceKey()
    device = await bind(resident, key)
    with pytest.raises(PermissionError):
        async with a_hub(stack, "wrong"):
            pass
    async with a_hub(stack) as hub:
        for topic in ("#", "devices/#", "answers/#", "answers/other/#", "yima/#", "$JS/#", f"devices/{HUB}/#"):
            assert not await hub.subscribe(topic), topic
        assert await hub.subscribe(f"answers/{HUB}/#")
        payload = signed(device["id"], key, body_of([pressure(1)]))
        for topic in (f"devices/other/{device['id']}/readings", "yima/records/v1/RecordIngested/x", "$JS/API/INFO"):
            await hub.send(topic, payload)
        assert (await hub.say(device["id"], key, body_of([pressure(2)])))["status"] == 200
        assert hub.answers == {}, "what it may not say is not heard"
    assert len(await pressures(resident, resident_id)) == 1
