"""Hubs of devices come to the bus by MQTT where it is asked for, to the embedded one and to one of one's own: by TLS,
each with a password of its own."""

import asyncio
import json
import os
import re
import ssl
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nkeys
import pytest
import yaml
from chassis import bus
from chassis.settings import Settings
from devstack import ports
from devstack.nats import OPERATOR, PROCESSES, Nats, hub_variable, with_mqtt
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from charts import nats_cluster
from charts.render import EXTERNAL, Refused, render
from charts.tests.test_nats_cluster import certified

pytestmark = pytest.mark.anyio
ASKED = ["--set", "global.nats.mqtt.enabled=true", "--set", "global.nats.mqtt.hubs={acme,homehub}"]
TLS = ["--set", "global.nats.mqtt.tlsSecret=hubs-tls"]
FROM = ["--set-json", 'global.nats.mqtt.from=[{"ipBlock":{"cidr":"10.9.0.0/16"}}]']


def of_nats(kind: str, *arguments: str, name: str = "yima-nats") -> dict[str, Any]:
    """The manifest of the bus of this kind and name."""
    rendered = (each for each in yaml.safe_load_all(render(*arguments)) if each)
    (manifest,) = [each for each in rendered if each["kind"] == kind and each["metadata"]["name"] == name]
    return dict(manifest)


def test_nothing_of_it_is_there_unless_it_is_asked_for() -> None:
    conf = of_nats("ConfigMap")["data"]["nats.conf"]
    assert "mqtt" not in conf and "server_name" not in conf
    assert {port["port"] for port in of_nats("Service")["spec"]["ports"]} == {4222, 8222}
    assert set(of_nats("Secret")["stringData"]) & {"hub-acme", "hub-homehub"} == set()


def test_hubs_come_by_tls_alone_from_where_it_is_said() -> None:
    for mode in ([], EXTERNAL):
        with pytest.raises(Refused, match="hubs come by TLS alone"):
            render(*ASKED, *mode)
    with pytest.raises(Refused, match="hubs"):
        render(*TLS, "--set", "global.nats.mqtt.enabled=true", "--set", "global.nats.mqtt.hubs={gateway}")
    policy = of_nats("NetworkPolicy", *ASKED, *TLS, *FROM)["spec"]["ingress"]
    assert policy[1] == {"from": [{"ipBlock": {"cidr": "10.9.0.0/16"}}], "ports": [{"port": 8883, "protocol": "TCP"}]}
    assert len(of_nats("NetworkPolicy", *ASKED, *TLS)["spec"]["ingress"]) == 1, "nobody from outside"


@dataclass(frozen=True)
class Bus:
    """A server by what the chart renders: hubs' passwords, and by what the gateway comes."""

    nats: Nats
    hubs: Mapping[str, str]
    gateway: Settings
    ca: Path


def embedded(folder: Path) -> Bus:
    """The server that the chart brings, by its configuration."""
    conf, secret = (of_nats(kind, *ASKED, *TLS) for kind in ("ConfigMap", "Secret"))
    mqtt_port = ports.free()
    text = conf["data"]["nats.conf"].replace("port: 8883", f"host: 127.0.0.1, port: {mqtt_port}")
    text = text.replace("port: 4222", "").replace("http_port: 8222", "").replace("store_dir: /data, ", "")
    text = text.replace("/etc/nats-mqtt/tls.crt", str(folder / "ca.pem"))
    (folder / "nats.conf").write_text(text.replace("/etc/nats-mqtt/tls.key", str(folder / "key.pem")))
    passwords = {name: str(value) for name, value in secret["stringData"].items() if not name.startswith("hub-")}
    server = Nats(folder / "data", ports.free(), passwords, folder / "nats.conf", mqtt_port=mqtt_port)
    gateway = Settings(nats_url=server.url, nats_password=passwords["gateway"])
    return Bus(server, passwords_of_hubs(secret), gateway, folder / "ca.pem")


def external(folder: Path) -> Bus:
    """A server as NATS' own chart makes one of nats-cluster.yaml and of the values that ours renders for hubs: the
    patches are applied to its configuration, and `<< $X >>` is a variable of its environment."""
    conf, secret = (of_nats(kind, *ASKED, *TLS, *EXTERNAL, name="yima-nats-hubs") for kind in ("ConfigMap", "Secret"))
    values = yaml.safe_load(conf["data"]["values.yaml"])
    named = {each["valueFrom"]["secretKeyRef"]["key"]: name for name, each in values["container"]["env"].items()}
    assert named == {f"hub-{hub}": hub_variable(hub) for hub in ("acme", "homehub")}
    authorization = nats_cluster.cluster_values()["config"]["merge"]["authorization"]
    for patch in values["config"]["patch"]:
        assert (patch["op"], patch["path"]) == ("add", "/authorization/users/-")
        authorization["users"].append(patch["value"])
    asked = values["config"]["mqtt"]
    assert (asked["enabled"], asked["port"], asked["tls"]) == (True, 8883, {"enabled": True, "secretName": "hubs-tls"})
    tls = {"cert_file": str(folder / "ca.pem"), "key_file": str(folder / "key.pem"), "ca_file": str(folder / "ca.pem")}
    mqtt_port = ports.free()
    listens = {"host": "127.0.0.1", "port": mqtt_port, "tls": tls}
    given = {"server_name": "node", "tls": tls, "mqtt": listens, "authorization": authorization}
    (folder / "nats.conf").write_text(re.sub(r'"<< (\$\w+) >>"', r"\1", json.dumps(given)))
    seeds = {
        name: nkeys.encode_seed(bytes([index + 1] * 32), nkeys.PREFIX_BYTE_USER)
        for index, name in enumerate([*PROCESSES, OPERATOR])
    }
    for name, seed in seeds.items():
        os.environ[nats_cluster.key_variable(name)] = nkeys.from_seed(seed).public_key.decode()
    server = Nats(folder / "data", ports.free(), config=folder / "nats.conf", mqtt_port=mqtt_port)
    url, ca = server.url.replace("nats:", "tls:"), folder / "ca.pem"
    gateway = Settings(nats_url=url, nats_ca=ca.read_text(), nats_seed=seeds["gateway"].decode())
    return Bus(server, passwords_of_hubs(secret), gateway, ca)


def passwords_of_hubs(secret: Mapping[str, Any]) -> dict[str, str]:
    return {hub: str(secret["stringData"][f"hub-{hub}"]) for hub in ("acme", "homehub")}


@pytest.fixture(params=[embedded, external])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bus]:
    certified(tmp_path)
    before = dict(os.environ)
    try:
        started: Bus = request.param(tmp_path)
        os.environ.update({hub_variable(hub): password for hub, password in started.hubs.items()})
        started.nats.start()
        try:
            yield started
        finally:
            started.nats.stop()
    finally:
        os.environ.clear()
        os.environ.update(before)


@asynccontextmanager
async def a_hub(server: Bus, user: str, password: str, *, tls: bool = True) -> AsyncGenerator[tuple[mqtt.Client, str]]:
    """A public client, and what it is answered as this user."""
    codes: list[str] = []
    hub = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"test-{user}")
    hub.username_pw_set(user, password)
    if tls:
        hub.tls_set_context(ssl.create_default_context(cafile=str(server.ca)))
    hub.on_connect = lambda _client, _data, _flags, code, _properties: codes.append(str(code))
    hub.on_disconnect = lambda _client, _data, _flags, code, _properties: codes.append(str(code))
    await asyncio.to_thread(hub.connect, "127.0.0.1", server.nats.mqtt_port)
    hub.loop_start()
    async with asyncio.timeout(20):
        while not codes:
            await asyncio.sleep(0.02)
    try:
        yield hub, codes[0]
    finally:
        hub.disconnect()
        hub.loop_stop()


async def connected(server: Bus, user: str, password: str, *, tls: bool = True) -> str:
    async with a_hub(server, user, password, tls=tls) as (_, code):
        return code


async def test_a_public_client_comes_in_with_its_password_by_tls_and_in_no_other_way(server: Bus) -> None:
    hubs = server.hubs
    assert hubs["acme"] != hubs["homehub"]
    assert await connected(server, "acme", hubs["acme"]) == "Success"
    assert await connected(server, "acme", hubs["homehub"]) != "Success"
    assert await connected(server, "acme", hubs["acme"], tls=False) != "Success", "without TLS"
    assert "Authorization Violation" in await over_nats(server, "acme", hubs["acme"]), "it is good for MQTT alone"


async def test_what_a_hub_says_reaches_the_gateway_alone_and_it_hears_its_own_answers_alone(server: Bus) -> None:
    gateway = await bus.connect(server.gateway, "gateway")
    said = await gateway.subscribe("devices.*.*.readings")
    answers: list[tuple[str, bytes]] = []
    async with a_hub(server, "acme", server.hubs["acme"]) as (hub, _):
        subscribed = asyncio.Event()
        loop = asyncio.get_running_loop()
        hub.on_subscribe = lambda *_: loop.call_soon_threadsafe(subscribed.set)
        hub.on_message = lambda _client, _data, message: answers.append((message.topic, message.payload))
        hub.subscribe("answers/acme/#", qos=0)
        await asyncio.wait_for(subscribed.wait(), 10)
        for topic in ("devices/homehub/dev_1/readings", "answers/homehub/dev_1", "yima/consent/v1/ConsentGranted/1"):
            hub.publish(topic, b"not mine", qos=1)
        hub.publish("devices/acme/dev_1/readings", b"mine", qos=1)
        first = await said.next_msg(10)
        assert (first.subject, first.data) == ("devices.acme.dev_1.readings", b"mine"), "it speaks for itself alone"
        await gateway.publish("answers.homehub.dev_1", b"another's")
        await gateway.publish("answers.acme.dev_1", b"answered")
        async with asyncio.timeout(10):
            while not answers:
                await asyncio.sleep(0.02)
    assert answers == [("answers/acme/dev_1", b"answered")]
    await gateway.close()


async def over_nats(server: Bus, user: str, password: str) -> str:
    """What who comes by NATS' own protocol is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.nats.port)
    await reader.readline()
    if server.gateway.nats_ca:
        await writer.start_tls(ssl.create_default_context(cafile=str(server.ca)))
    said = json.dumps({"user": user, "pass": password, "verbose": False, "pedantic": False})
    writer.write(f"CONNECT {said}\r\nPING\r\n".encode())
    answer = await reader.readline()
    writer.close()
    return answer.decode()


def test_devstack_and_the_chart_give_hubs_the_same_rights() -> None:
    users = Path("charts/yima/files/nats-users.conf").read_text()
    of_tests = with_mqtt(users, ["acme"], "port: 1")
    of_chart = of_nats("ConfigMap", *ASKED, *TLS)["data"]["nats.conf"]
    (line,) = [each.strip() for each in of_chart.splitlines() if '"user": "acme"' in each]
    assert line.rstrip(",") in of_tests
