"""A certificate of an authority that is not ours: whoever meets one says that it is not believed, and why."""

import asyncio
import re
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, NamedTuple

import certifi
import pytest
from chassis import bus
from chassis.database import Database
from chassis.questions import Questions
from chassis.settings import Settings
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from identity.intercity import Intercity
from identity.registers.openid import Provider
from notifications.carriers.http import HttpCarrier
from notifications.carriers.port import Envelope
from notifications.carriers.smtp import Security, Server, Smtp
from notifications.domain.addresses import Allowed
from notifications.receivers import Receivers
from settlement.provider.http import HttpProvider
from yima_connector import signing
from yima_connector.city import connect
from yima_connector.settings import City as CitySettings

pytestmark = pytest.mark.anyio
NATS_INFO = b'INFO {"server_id":"x","version":"2.12.0","max_payload":1048576,"tls_required":true}\r\n'
BELIEVED = re.compile(r"not believed: .*(self-signed certificate|unable to get local issuer)|CERTIFICATE_VERIFY_FAILED")


def certificate(folder: Path) -> ssl.SSLContext:
    """What a server shows that another authority has signed: itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "another authority")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(hours=1))
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")])
    signed = builder.not_valid_after(now + timedelta(hours=1)).add_extension(names, False).sign(key, hashes.SHA256())
    path = folder / "both.pem"
    pkcs8 = serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(serialization.Encoding.PEM, pkcs8, serialization.NoEncryption())
    path.write_bytes(secret + signed.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


class Ports(NamedTuple):
    """Where that certificate is shown: at once, or as PostgreSQL and NATS do, after a word in plain."""

    within: int
    upgraded: int


@pytest.fixture
async def ports(tmp_path: Path) -> AsyncGenerator[Ports]:
    context = certificate(tmp_path)

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            try:
                first = await asyncio.wait_for(reader.readexactly(8), 0.3)
            except TimeoutError:  # it waits for the server's first word
                writer.write(NATS_INFO)
            else:
                assert first[4:] == b"\x04\xd2\x16\x2f", "the question for TLS"
                writer.write(b"S")
            await writer.start_tls(context)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    upgraded = await asyncio.start_server(meet, "127.0.0.1", 0)
    within = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    yield Ports(within.sockets[0].getsockname()[1], upgraded.sockets[0].getsockname()[1])
    upgraded.close()
    within.close()


ENVELOPE = Envelope("msg_1", "li@example.org", "A title", "A text", "", "en", urgent=False)


async def a_question(url: str) -> None:
    await Questions(url).ask("/people/checks", lambda answer: answer)


async def another_city(url: str) -> None:
    city: Any = SimpleNamespace(name="tianjin", url=url)
    await Intercity().statement(city)


async def an_openid_provider(url: str) -> None:
    registered: Any = SimpleNamespace(issuer=url, client_id="yima", client_secret="x", redirect=f"{url}/back")
    await Provider(registered).authorization_endpoint()


async def a_payment_provider(url: str) -> None:
    await HttpProvider(url).report(0, 1)


async def a_carrier(url: str) -> None:
    await HttpCarrier(url, "").send(ENVELOPE)


async def a_mail_server(url: str) -> None:
    server = Server("127.0.0.1", int(url.rpartition(":")[2]), Security.TLS, "", "", "yima@yima.example.org")
    await Smtp(server).send(ENVELOPE)


async def a_webhook(url: str) -> None:
    allowed = Allowed.of("127.0.0.0/8")
    raise AssertionError(await Receivers(allowed).post(f"{url}/hook", [], b""))


async def a_connector_s_city(url: str) -> None:
    with TemporaryDirectory() as folder:
        key = Path(folder) / "connector.key"
        signing.make(key)
        async with connect(CitySettings.model_validate({"url": url, "client_id": "key_1", "key_file": key})) as city:
            await city.token()


async def a_database(url: str) -> None:
    port = int(url.rpartition(":")[2])
    database = Database(f"postgresql+asyncpg://app:secret@127.0.0.1:{port}/ordering?ssl=verify-full")
    try:
        await database.ready()
    except Exception as error:
        raise AssertionError(database.why_not(error)) from None


@pytest.mark.parametrize(
    "meet",
    [
        a_question, another_city, an_openid_provider, a_payment_provider, a_carrier, a_mail_server, a_webhook,
        a_connector_s_city, a_database,
    ],
    ids=lambda meet: meet.__name__,
)  # fmt: skip
async def test_whoever_meets_one_says_that_it_is_not_believed_and_why(
    meet: Callable[[str], Awaitable[None]],
    ports: Ports,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PGSSLROOTCERT", certifi.where())
    scheme, port = ("https", ports.within) if meet is not a_database else ("tcp", ports.upgraded)
    with pytest.raises(Exception) as met:
        await meet(f"{scheme}://127.0.0.1:{port}")
    said = f"{met.value}\n{caplog.text}"
    assert BELIEVED.search(said), said
    assert "secret" not in said


async def test_a_bus_that_is_not_believed_is_named_with_why(ports: Ports, caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings(nats_url=f"tls://127.0.0.1:{ports.upgraded}")
    connecting = asyncio.create_task(bus.connect(settings, "ordering"))
    async with asyncio.timeout(20):
        while not BELIEVED.search(caplog.text):  # noqa: ASYNC110 it is a log
            await asyncio.sleep(0.05)
    connecting.cancel()
    await asyncio.gather(connecting, return_exceptions=True)
    assert "(YIMA_NATS_URL)" in caplog.text
