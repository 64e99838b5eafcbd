"""A bus that asks who comes: a real nats-server with the permissions of the chart, by passwords as an embedded one has
them, and by keys and certificates as a cluster does."""

import asyncio
import importlib
import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import nats as client
import nkeys
import pytest
from chassis import bus
from chassis.settings import Settings
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from devstack import ports
from devstack.nats import OPERATOR, PROCESSES, Nats, passwords
from nats.errors import Error as NatsError
from nats.js.api import ConsumerConfig
from nats.js.errors import APIError

from charts import nats_cluster

pytestmark = pytest.mark.anyio
SUBSCRIBERS = [name for name in PROCESSES if name != "gateway"]


def certified(folder: Path) -> None:
    """A certificate of its own for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "nats")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "ca.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


class Passwords:
    """A bus with a password for everybody, as it is embedded."""

    def __init__(self, folder: Path) -> None:
        self.secrets = passwords()
        self.server = Nats(folder, ports.free(), self.secrets)

    def settings(self, name: str) -> Settings:
        return Settings(nats_url=self.server.url, nats_password=self.secrets.get(name, "no such password"))

    def strangers(self) -> list[tuple[str, Settings]]:
        url = self.server.url
        return [
            ("catalog", Settings(nats_url=url)),
            ("catalog", Settings(nats_url=url, nats_password=self.secrets["ordering"])),
            ("stranger", Settings(nats_url=url, nats_password=self.secrets["ordering"])),
            (OPERATOR, Settings(nats_url=url, nats_password="")),
        ]


class Keys:
    """A bus with a key for everybody, and certificates."""

    def __init__(self, folder: Path) -> None:
        certified(folder)
        self.seeds = {
            name: nkeys.encode_seed(bytes([index + 1] * 32), nkeys.PREFIX_BYTE_USER)
            for index, name in enumerate([*PROCESSES, OPERATOR, "stranger"])
        }
        public = {name: nkeys.from_seed(seed).public_key.decode() for name, seed in self.seeds.items()}
        config = folder / "nats.json"
        passwords = {
            "tls": {"cert_file": str(folder / "ca.pem"), "key_file": str(folder / "key.pem")},
            "authorization": nats_cluster.with_keys(public),
        }
        config.write_text(json.dumps(passwords))
        self.server = Nats(folder / "data", ports.free(), config=config)
        self.ca = (folder / "ca.pem").read_text()

    def settings(self, name: str, ca: str | None = None) -> Settings:
        return Settings(
            nats_url=self.server.url.replace("nats:", "tls:"),
            nats_ca=self.ca if ca is None else ca,
            nats_seed=self.seeds[name].decode(),
        )

    def strangers(self) -> list[tuple[str, Settings]]:
        url = self.server.url.replace("nats:", "tls:")
        return [
            ("stranger", self.settings("stranger")),
            ("catalog", self.settings("catalog", ca="")),
            ("catalog", Settings(nats_url=url, nats_ca=self.ca)),
        ]


type Bus = Passwords | Keys


@pytest.fixture(scope="module", params=[Passwords, Keys])
def guarded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bus]:
    cluster = request.param(tmp_path_factory.mktemp("bus"))
    cluster.server.start()
    yield cluster
    cluster.server.stop()


@pytest.fixture
async def declared(guarded: Bus) -> AsyncGenerator[Bus]:
    """The bus with every service's stream, which each declares by itself."""
    for name in SUBSCRIBERS:
        connection = await bus.connect(guarded.settings(name), name)
        await bus.ensure_streams(bus.jetstream(connection), name)
        await connection.close()
    yield guarded


@pytest.mark.parametrize("name", SUBSCRIBERS)
async def test_each_service_publishes_its_own_events_and_hears_what_it_declares(declared: Bus, name: str) -> None:
    connection = await bus.connect(declared.settings(name), name)
    jet = bus.jetstream(connection)
    await jet.publish(f"yima.{name}.v1.Something.1", b"")
    for hears in getattr(importlib.import_module(f"{name}.app"), "SUBSCRIPTIONS", []):
        filters = [f"{kind.DESCRIPTOR.full_name}.*" for kind in hears.handlers]
        await jet.add_consumer(hears.stream, ConsumerConfig(durable_name=hears.durable, filter_subjects=filters))
        other = await bus.connect(declared.settings("operator"), "operator")
        await bus.jetstream(other).publish(filters[0].replace("*", "1"), b"told")
        await other.close()
        inbox = connection.new_inbox()
        answers = await connection.subscribe(inbox)
        await connection.publish(
            f"$JS.API.CONSUMER.MSG.NEXT.{hears.stream}.{hears.durable}", b'{"batch":1}', reply=inbox
        )
        message = await answers.next_msg(5)
        assert message.data == b"told"
        await message.ack_sync()
        await jet.publish(f"deadletters.{hears.durable}", b"")
    await connection.close()


async def refused(connection: client.NATS, subject: str, body: bytes = b"{}", seconds: float = 0.5) -> bool:
    """Does nobody take what is asked on this subject?"""
    try:
        await connection.request(subject, body, timeout=seconds)
    except (NatsError, TimeoutError):
        return True
    return False


async def test_no_service_says_what_is_another_s_or_takes_its_messages_or_streams(declared: Bus) -> None:
    operator = await bus.connect(declared.settings("operator"), "operator")
    config = ConsumerConfig(durable_name="settlement-orders", filter_subject="yima.ordering.v1.OrderPlaced.*")
    await bus.jetstream(operator).add_consumer("ORDERING", config)
    catalog = await bus.connect(declared.settings("catalog"), "catalog")
    for subject in (
        "yima.ordering.v1.OrderPlaced.1",
        "$JS.API.CONSUMER.MSG.NEXT.ORDERING.settlement-orders",
        "$JS.API.CONSUMER.CREATE.ORDERING.settlement-orders",
        "$JS.API.STREAM.DELETE.CATALOG",
        "$JS.API.STREAM.DELETE.ORDERING",
        "$JS.API.STREAM.UPDATE.ORDERING",
        "$JS.API.STREAM.UPDATE.CATALOG",
        "$JS.API.STREAM.UPDATE.DEADLETTERS",
        "$JS.API.STREAM.CREATE.ORDERING",
        "$JS.API.CONSUMER.DURABLE.CREATE.ORDERING.settlement-orders",
        "$JS.API.CONSUMER.DELETE.ORDERING.settlement-orders",
        "$JS.API.STREAM.INFO.ORDERING",
        "$JS.API.STREAM.NAMES",
        "$JS.API.STREAM.PURGE.CONSENT",
        "$JS.API.STREAM.MSG.GET.CONSENT",
        "deadletters.settlement-orders",
    ):
        assert await refused(catalog, subject), subject
    assert not await refused(operator, "$JS.API.STREAM.INFO.ORDERING")
    heard: list[bytes] = []

    async def hear(message: client.aio.msg.Msg) -> None:
        heard.append(message.data)

    for subject in ("yima.consent.v1.>", "_INBOX.ordering.>", ">"):
        await catalog.subscribe(subject, cb=hear)
    await operator.publish("yima.consent.v1.ConsentGranted.1", b"told")
    await operator.publish("_INBOX.ordering.x", b"told")
    await operator.flush()
    await asyncio.sleep(0.2)
    assert not heard
    await catalog.close()
    await operator.close()


async def test_no_service_forges_another_s_event(declared: Bus) -> None:
    operator = await bus.connect(declared.settings(OPERATOR), OPERATOR)
    for publisher in SUBSCRIBERS:
        before = (await bus.jetstream(operator).stream_info(publisher.upper())).state.messages
        for forger in (name for name in PROCESSES if name != publisher):
            connection = await bus.connect(declared.settings(forger), forger)
            assert await refused(connection, f"yima.{publisher}.v1.Forged.1", seconds=0.05), forger
            await connection.close()
        after = (await bus.jetstream(operator).stream_info(publisher.upper())).state.messages
        assert after == before, f"somebody forged an event of {publisher}"
    await operator.close()


@pytest.mark.parametrize("stream", ["CATALOG", "DEADLETTERS"])
async def test_a_service_cannot_have_its_stream_say_what_is_another_s(declared: Bus, stream: str) -> None:
    """JetStream republishes what a stream takes in under any subject, asking nobody for the right to it."""
    connection = await bus.connect(declared.settings("catalog"), "catalog")
    subject = "yima.catalog.v1.>" if stream == "CATALOG" else "deadletters.>"
    stream_config = {"name": stream, "subjects": [subject], "republish": {"src": ">", "dest": "yima.ordering.v1.>"}}
    assert await refused(connection, f"$JS.API.STREAM.UPDATE.{stream}", json.dumps(stream_config).encode())
    answer = await connection.request(f"$JS.API.STREAM.CREATE.{stream}", json.dumps(stream_config).encode())
    assert json.loads(answer.data)["error"]["err_code"] == bus.STREAM_DIFFERS
    await connection.close()


async def test_a_stream_that_differs_is_left_as_it_is_until_the_operator_updates_it(declared: Bus) -> None:
    operator = await bus.connect(declared.settings(OPERATOR), OPERATOR)
    jet = bus.jetstream(operator)
    await jet.delete_stream("RECORDS")
    await jet.add_stream(name="RECORDS", subjects=["yima.records.v1.>"])
    service = await bus.connect(declared.settings("records"), "records")
    await bus.ensure_streams(bus.jetstream(service), "records")
    assert not (await jet.stream_info("RECORDS")).config.allow_atomic
    await bus.update_streams(jet, "records")
    assert (await jet.stream_info("RECORDS")).config.allow_atomic
    await service.close()
    await operator.close()


async def test_the_gateway_follows_streams_and_publishes_nothing(declared: Bus) -> None:
    connection = await bus.connect(declared.settings("gateway"), "gateway")
    reader = await bus.jetstream(connection).pull_subscribe(
        "", stream="ORDERING", config=ConsumerConfig(filter_subjects=["yima.ordering.v1.OrderConfirmed.*"])
    )
    operator = await bus.connect(declared.settings("operator"), "operator")
    await bus.jetstream(operator).publish("yima.ordering.v1.OrderConfirmed.1", b"told")
    assert (await reader.fetch(1, timeout=5))[0].data == b"told"
    await reader.unsubscribe()
    assert await refused(connection, "yima.ordering.v1.OrderConfirmed.2")
    for verb in ("CONSUMER.MSG.NEXT", "CONSUMER.DELETE", "CONSUMER.CREATE", "CONSUMER.DURABLE.CREATE"):
        assert await refused(connection, f"$JS.API.{verb}.ORDERING.settlement-orders"), verb
    await operator.close()
    await connection.close()


async def test_nobody_comes_in_without_credentials_of_their_own(guarded: Bus) -> None:
    for name, settings in guarded.strangers():
        stranger = client.NATS()
        with pytest.raises((NatsError, OSError, APIError)):
            await stranger.connect(
                settings.nats_url, allow_reconnect=False, connect_timeout=2, **bus.credentials(settings, name)
            )
        with suppress(TimeoutError):  # after a failed handshake nats-py waits for ever
            await asyncio.wait_for(stranger.close(), 1)


def test_the_chart_asks_every_process_for_a_password_of_its_own() -> None:
    assert nats_cluster.USERS_FILE.read_text() == nats_cluster.users_conf()
    users = nats_cluster.with_passwords()["users"]
    assert [user["user"] for user in users] == [*PROCESSES, OPERATOR]
    assert len({user["password"] for user in users}) == len(users)


def test_a_seed_or_certificate_that_is_none_is_refused_by_its_setting() -> None:
    with pytest.raises(ValueError, match="YIMA_NATS_SEED"):
        bus.credentials(Settings(nats_seed="SUNONSENSE"), "catalog")
    with pytest.raises(ValueError, match="YIMA_NATS_CA"):
        bus.credentials(Settings(nats_ca="no certificate"), "catalog")


def signed_by_an_authority(folder: Path) -> None:
    """An authority of one's own, and a certificate that it signed, as cert-manager makes them."""
    authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "authority")])
    now = datetime.now(UTC)

    def certificate(subject: x509.Name, of: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(of.public_key())
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(hours=1))
        known = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
        builder = builder.not_valid_after(now + timedelta(hours=1)).add_extension(known, critical=False)
        return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(of.public_key()), critical=False)

    signs = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    own = certificate(issuer, authority).add_extension(signs, critical=True)
    own = own.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "nats")])
    node = certificate(name, key).add_extension(names, critical=False)
    pem = serialization.Encoding.PEM
    (folder / "ca.crt").write_bytes(own.sign(authority, hashes.SHA256()).public_bytes(pem))
    (folder / "tls.crt").write_bytes(node.sign(authority, hashes.SHA256()).public_bytes(pem))
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "tls.key").write_bytes(key.private_bytes(pem, form, plain))


def test_the_values_for_nats_own_chart_name_the_authority_that_nodes_believe() -> None:
    values = nats_cluster.cluster_values()
    assert values["tlsCA"] == {"enabled": True, "secretName": "nats-ca"}
    assert values["config"]["cluster"]["tls"]["enabled"] and values["config"]["nats"]["tls"]["enabled"]


def test_nodes_of_nats_own_chart_are_let_into_a_namespace_that_is_restricted() -> None:
    values = nats_cluster.cluster_values()
    pod = values["podTemplate"]["merge"]["spec"]["securityContext"]
    assert pod["runAsNonRoot"] and pod["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in ("container", "reloader"):
        confined = values[container]["merge"]["securityContext"]
        assert not confined["allowPrivilegeEscalation"], container
        assert confined["capabilities"] == {"drop": ["ALL"]}, container
    assert not values["natsBox"]["enabled"], "its pod says nothing of who it runs as"


@pytest.mark.long
async def test_three_nodes_with_an_authority_of_their_own_keep_a_stream_and_outlive_one(tmp_path: Path) -> None:
    """As the values for NATS' own chart have it: TLS to clients and between nodes, a key a process, three replicas."""
    signed_by_an_authority(tmp_path)
    tls = {"cert_file": str(tmp_path / "tls.crt"), "key_file": str(tmp_path / "tls.key")}
    tls["ca_file"] = str(tmp_path / "ca.crt")
    seed = nkeys.encode_seed(bytes([7] * 32), nkeys.PREFIX_BYTE_USER)
    keys = dict.fromkeys((*PROCESSES, OPERATOR), nkeys.from_seed(seed).public_key.decode())
    routes = [ports.free() for _ in range(3)]
    nodes = []
    for number, route in enumerate(routes):
        config = tmp_path / f"node-{number}.json"
        cluster = {
            "name": "yima", "listen": f"127.0.0.1:{route}", "tls": tls,
            "routes": [f"nats-route://127.0.0.1:{other}" for other in routes if other != route],
        }  # fmt: skip
        users = [{"nkey": keys[OPERATOR], "permissions": nats_cluster.EVERYTHING}]
        given = {"server_name": f"node-{number}", "cluster": cluster, "tls": tls, "authorization": {"users": users}}
        config.write_text(json.dumps(given))
        nodes.append(Nats(tmp_path / f"data-{number}", ports.free(), config=config))
    try:
        await asyncio.gather(*(asyncio.to_thread(node.start) for node in nodes))
        urls = ",".join(node.url.replace("nats:", "tls:") for node in nodes)
        settings = Settings(nats_url=urls, nats_ca=(tmp_path / "ca.crt").read_text(), nats_seed=seed.decode())
        connection = await client.connect(
            urls.split(","), connect_timeout=2, **bus.credentials(settings, OPERATOR), max_reconnect_attempts=-1
        )
        jet = bus.jetstream(connection)
        async with asyncio.timeout(120):
            while True:
                with suppress(NatsError, APIError, TimeoutError):
                    await bus.ensure_streams(jet, "ordering", replicas=3)
                    break
                await asyncio.sleep(0.2)
            await jet.publish("yima.ordering.v1.OrderPlaced.1", b"before")
            nodes[0].kill()
            while True:
                with suppress(NatsError, APIError, TimeoutError):
                    await jet.publish("yima.ordering.v1.OrderPlaced.2", b"after")
                    break
            assert (await jet.stream_info("ORDERING")).state.messages >= 2
        await connection.close()
    finally:
        for node in nodes:
            node.stop()
