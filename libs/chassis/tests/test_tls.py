"""Mutual TLS inside: who is believed, who is refused with which words, and a certificate that is renewed under load."""

import asyncio
import contextlib
import logging
import re
import ssl
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx2
import pytest
from chassis import inside, listening, measures, tls
from chassis.client import http_client
from chassis.neighbours import Neighbour
from chassis.questions import NotAnswered, Questions
from chassis.service import application, serve_until
from chassis.settings import BadFile, Settings, SettingUnfit
from cryptography import x509
from devstack import ports
from devstack.authority import Authority, pem
from litestar import get, post
from pyreqwest.client import ClientBuilder
from pyreqwest.exceptions import PyreqwestError
from yima.services import PORTS

pytestmark = pytest.mark.anyio
HERE = "127.0.0.1"
MONTH = timedelta(days=30)
HOURS_AGO = -timedelta(hours=3)
HOUR_AGO = -timedelta(hours=1)


@dataclass
class Site:
    """One authority, and the folder that this process's files are in."""

    authority: Authority
    folder: Path

    def issue(self, *names: str, good_for: timedelta = MONTH) -> None:
        begins = HOURS_AGO if good_for < timedelta() else -timedelta(minutes=5)
        self.authority.write(self.folder, names or [HERE], good_for, begins)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    made = Site(Authority.new(), tmp_path / "tls")
    made.issue()
    for variable, name in zip(tls.VARIABLES, ("tls.crt", "tls.key", "ca.crt"), strict=True):
        monkeypatch.setenv(f"{variable}_FILE", str(made.folder / name))
    tls.forget()
    inside._said.clear()
    yield made
    tls.forget()


@contextlib.asynccontextmanager
async def served(**settings: Any) -> AsyncGenerator[str]:
    """A process that is asked at what this yields: its host and port."""

    @get("/thing")
    async def thing() -> str:
        return "here"

    @post("/thing")
    async def change() -> str:
        await asyncio.sleep(0.01)
        return "done"

    @get(["/health/live", "/health/ready"])
    async def live() -> dict[str, str]:
        return {"status": "live"}

    stop = asyncio.Event()
    own = Settings(port=ports.free(), **settings)
    serving = asyncio.create_task(serve_until(application([thing, change, live]), own, stop, asyncio.Event()))
    try:
        await until_open(own.port)
        yield f"{HERE}:{own.port}"
    finally:
        stop.set()
        await asyncio.wait_for(serving, 20)


async def until_open(port: int) -> None:
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection(HERE, port)
                writer.close()
                return
            await asyncio.sleep(0.05)


async def body_of(url: str) -> str:
    answer = await http_client().get(url).build().send()
    assert answer.status == 200
    return await answer.text()


def caller(believes: Authority, certificate: tuple[x509.Certificate, bytes] | None) -> Any:
    builder = ClientBuilder().no_proxy().add_root_certificate_pem(believes.pem)
    if certificate is not None:
        builder = builder.identity_pem(certificate[1] + pem(certificate[0]))
    return builder.build()


async def test_ours_are_answered_and_each_other_caller_is_refused_with_why(site: Site) -> None:
    other = Authority.new("another")
    same_name = Authority.new()
    refused = {
        "of another authority": (other.sign(["yima-ordering"], MONTH), "it is of another authority"),
        "of one of the same name": (same_name.sign(["yima-ordering"], MONTH), "it is of another authority of the same"),
        "expired": (site.authority.sign(["yima-ordering"], HOUR_AGO, HOURS_AGO), "it has expired"),
        "none": (None, "none was shown"),
    }
    async with served() as place:
        assert await body_of(f"https://{place}/thing") == "here"
        for kind, (certificate, why) in refused.items():
            with pytest.raises(PyreqwestError) as met:
                await caller(site.authority, certificate).get(f"https://{place}/thing").build().send()
            assert inside.distrust(met.value).startswith("does not believe the certificate in "), kind
            assert why in inside.distrust(met.value), (kind, inside.distrust(met.value))
            assert str(site.folder / "tls.crt") in inside.distrust(met.value)
        with pytest.raises(PyreqwestError):
            await ClientBuilder().no_proxy().build().get(f"http://{place}/thing").build().send()
        assert await body_of(f"https://{place}/thing") == "here", "whoever was refused held up nobody"


async def test_a_question_to_who_does_not_believe_us_is_one_that_is_not_answered(site: Site) -> None:
    """As registers, carriers and the provider of a trial are asked."""
    async with served() as place:
        questions = Questions(f"https://{place}")
        with pytest.raises(NotAnswered, match="HTTPStatusError"):
            await questions.ask("/people/checks", lambda answer: answer)
        own = tls.own()
        assert own is not None
        other, key = Authority.new("another").sign([HERE], MONTH)
        both = site.folder / "another.pem"
        both.write_bytes(key + pem(other))
        own.context.load_cert_chain(both)
        await questions.close()
        questions = Questions(f"https://{place}")
        with pytest.raises(NotAnswered):  # OpenSSL says it in its own words, or the connection is gone by then
            await questions.ask("/people/checks", lambda answer: answer)
        await questions.close()


@pytest.mark.parametrize(
    ("certificate", "why"),
    [
        (lambda _: Authority.new("another").sign([HERE], MONTH), "it is of another authority"),
        (lambda _: Authority.new().sign([HERE], MONTH), "it is of another authority of the same name"),
        (lambda site: site.authority.sign([HERE], HOUR_AGO, HOURS_AGO), "it has expired"),
        (lambda site: site.authority.sign(["yima-ordering"], MONTH), 'not valid for name "127.0.0.1"'),
    ],
    ids=["another authority", "one of the same name", "expired", "another name"],
)  # fmt: skip
async def test_who_is_asked_with_a_certificate_that_is_no_good_is_not_believed_and_one_line_says_why(
    site: Site,
    certificate: Callable[[Site], tuple[x509.Certificate, bytes]],
    why: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    shown, key = certificate(site)
    both = tmp_path / "both.pem"
    both.write_bytes(key + pem(shown))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    reached: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            reached.append(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    server = await asyncio.start_server(answer, HERE, 0, ssl=context)
    url = f"https://{HERE}:{server.sockets[0].getsockname()[1]}"
    for _ in range(3):
        with pytest.raises(PyreqwestError) as met:
            await http_client().get(f"{url}/thing").build().send()
        inside.say_why("ordering", url, met.value)
    said = [record.message for record in caplog.records if record.name == "chassis.inside"]
    assert len(said) == 1 and said[0].startswith(f"ordering at {url} is not believed: its certificate: "), said
    assert why in said[0] and "docs/operate.md" in said[0]
    with pytest.raises(httpx2.ConnectError):  # whoever asks in the other way does not believe it either
        async with httpx2.AsyncClient(trust_env=False, verify=tls.context_for(url)) as http:
            await http.get(url)
    assert reached == [], "nothing was sent to it"
    server.close()


async def test_inside_nobody_is_asked_in_plain(site: Site) -> None:
    with pytest.raises(SettingUnfit, match=r"YIMA_IDENTITY_URL is http://.*TLS_CERTIFICATE is set: .* by https://"):
        tls.check_urls([("YIMA_IDENTITY_URL", "http://127.0.0.1:8701")])
    tls.check_urls([("YIMA_IDENTITY_URL", "https://127.0.0.1:8701")])
    asked: list[bytes] = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.read(100))
        writer.close()

    server = await asyncio.start_server(hear, HERE, 0)
    with pytest.raises(PyreqwestError):
        await http_client().get(f"http://{HERE}:{server.sockets[0].getsockname()[1]}/").build().send()
    server.close()
    assert asked == []


def test_who_has_no_certificate_calls_nobody_by_https(monkeypatch: pytest.MonkeyPatch) -> None:
    tls.forget()
    with pytest.raises(SettingUnfit, match=r"YIMA_IDENTITY_URL is https://.* and YIMA_TLS_CERTIFICATE is not set"):
        tls.check_urls([("YIMA_IDENTITY_URL", "https://yima-identity:8701")])


def lost(name: str) -> Callable[[Site], None]:
    return lambda site: (site.folder / name).unlink()


def said(name: str, text: str) -> Callable[[Site], object]:
    return lambda site: (site.folder / name).write_text(text)


def of_another_key(site: Site) -> None:
    (site.folder / "tls.key").write_bytes(site.authority.sign([HERE], MONTH)[1])


def of_another_authority(site: Site) -> None:
    (site.folder / "ca.crt").write_bytes(Authority.new().pem)


def of_clients_alone(site: Site) -> None:
    certificate, key = site.authority.sign([HERE], MONTH, servers=False)
    (site.folder / "tls.crt").write_bytes(pem(certificate))
    (site.folder / "tls.key").write_bytes(key)


NO_GOOD: list[tuple[str, Callable[[Site], object], str]] = [
    ("no certificate", lost("tls.crt"), r"YIMA_TLS_CERTIFICATE: \S+tls.crt cannot be read: No such file"),
    ("no key", lost("tls.key"), r"YIMA_TLS_KEY: \S+tls.key cannot be read: No such file"),
    ("no authority", lost("ca.crt"), r"YIMA_TLS_CA: \S+ca.crt cannot be read: No such file"),
    ("an empty key", said("tls.key", ""), r"YIMA_TLS_KEY: not set, though one of"),
    ("a certificate that is none", said("tls.crt", "x"), r"tls.crt \(YIMA_TLS_CERTIFICATE\) has no certificate in PEM"),
    ("a key that is none", said("tls.key", "x"), r"tls.key \(YIMA_TLS_KEY\) has no private key in PEM"),
    ("an authority that is none", said("ca.crt", "x"), r"ca.crt \(YIMA_TLS_CA\) has no certificate in PEM"),
    ("another key", of_another_key, r"tls.key \(YIMA_TLS_KEY\) is not the key of the certificate in \S+tls.crt"),
    ("another authority", of_another_authority, r"tls.crt \(YIMA_TLS_CERTIFICATE\) is of no authority in \S+ca.crt"),
    ("for clients alone", of_clients_alone, r"tls.crt \(YIMA_TLS_CERTIFICATE\) is not for servers and clients both"),
    ("expired", lambda site: site.issue(good_for=HOUR_AGO), r"tls.crt \(YIMA_TLS_CERTIFICATE\) expired at 20.* UTC"),
    (
        "not yet good",
        lambda site: site.authority.write(site.folder, [HERE], MONTH, timedelta(hours=1)),
        r"tls.crt \(YIMA_TLS_CERTIFICATE\) is not good before 20.* UTC",
    ),
]


@pytest.mark.parametrize(("make", "words"), [case[1:] for case in NO_GOOD], ids=[case[0] for case in NO_GOOD])
async def test_files_that_are_no_good_are_refused_in_one_line_and_a_renewal_by_them_is_not_taken(
    site: Site, make: Callable[[Site], object], words: str, caplog: pytest.LogCaptureFixture
) -> None:
    own = tls.own()
    assert own is not None
    make(site)
    with pytest.raises((BadFile, SettingUnfit)) as refused:
        tls.read()
    line = str(refused.value)
    assert re.search(words, line) and "\n" not in line, line
    assert "PRIVATE" not in line
    assert [own.look(), own.look(), own.version] == [False, False, 0]
    told = [record.message for record in caplog.records if record.name == "chassis.tls"]
    assert len(told) == 1 and told[0].startswith(line) and "stays in use until" in told[0]
    site.issue()
    assert (own.look(), own.version) == (True, 1), "what is good again is taken"


@pytest.mark.parametrize("module", ["chassis catalog", "identity.registers"])
def test_a_process_does_not_start_with_one_that_has_expired_and_says_what_to_do(
    module: str, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIMA_REGISTERS_STATE", str(tmp_path / "registers.sqlite"))
    for name in PORTS:
        monkeypatch.setenv(f"YIMA_{name.upper()}_URL", f"https://127.0.0.1:{PORTS[name]}")
    site.issue(good_for=HOUR_AGO)
    command = [sys.executable, "-m", *module.split()]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    last = done.stderr.splitlines()[-1]
    assert re.search(r"tls.crt \(YIMA_TLS_CERTIFICATE\) expired at .* UTC; renew it: docs/operate.md", last), last


def test_one_that_expires_in_use_is_said_now_and_then(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    site.issue(good_for=timedelta(seconds=30))
    own = tls.own()
    assert own is not None

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) + timedelta(minutes=1)

    monkeypatch.setattr(tls, "datetime", Later)
    for _ in range(3):
        own.look()
    lines = [record.message for record in caplog.records if "nobody believes" in record.message]
    assert len(lines) == 1 and "tls.crt (YIMA_TLS_CERTIFICATE) expired at" in lines[0]


async def test_probes_are_answered_in_plain_at_their_own_port_and_nothing_else_is(site: Site) -> None:
    port = ports.free()
    async with served(health_port=port) as place, httpx2.AsyncClient(trust_env=False) as http:
        await until_open(port)
        for path in ("/health/live", "/health/ready"):
            assert (await http.get(f"http://{HERE}:{port}{path}")).status_code == 200
        for path in ("/thing", "/", "/health/measures", "/health/live/../../thing", "/health/live/thing"):
            assert (await http.get(f"http://{HERE}:{port}{path}")).status_code == 404, path
        assert (await http.post(f"http://{HERE}:{port}/thing")).status_code == 404
        with pytest.raises(httpx2.HTTPError):
            await http.get(f"http://{place}/health/live")
    # a neighbour is asked where everything else is, with our certificate
    async with served() as place:
        assert await Neighbour("ordering", f"https://{place}")._lives()
        assert not await Neighbour("ordering", f"http://{place}")._lives()


async def test_behind_an_ingress_it_listens_in_plain_or_by_tls_to_anybody(site: Site) -> None:
    async with served(tls_listen="plain") as place, httpx2.AsyncClient(trust_env=False) as http:
        assert (await http.get(f"http://{place}/thing")).text == "here"
    async with served(tls_listen="server") as place:
        answer = await caller(site.authority, None).get(f"https://{place}/thing").build().send()
        assert await answer.text() == "here"


def test_ours_is_shown_to_none_that_is_outside(site: Site) -> None:
    own = tls.own()
    assert own is not None
    for inner in ("https://yima-registers:8709", f"https://{HERE}:1", "https://localhost:2/people"):
        assert tls.context_for(inner) is own.context, inner
    for outer in ("https://api.stripe.com", "https://registers.city.example:443", "https://10.0.0.5", "mailto:x"):
        assert tls.context_for(outer) is tls.context(), outer


async def test_a_certificate_is_renewed_and_its_authority_replaced_under_load_and_no_request_fails(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each caller changes something and sends nothing twice."""
    monkeypatch.setattr(tls, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(listening, "LEAVING_SECONDS", 1.0)
    answered: list[float] = []
    failures: list[str] = []
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    own = tls.own()
    assert own is not None

    async def call_on(url: str) -> None:
        http = http_client()
        while not over.is_set():
            try:
                answer = await http.post(url).build().send()
                assert (answer.status, await answer.text()) == (201, "done")
                answered.append(loop.time())
            except PyreqwestError as error:
                failures.append(str(inside.causes(error)))
                await asyncio.sleep(0.05)

    async with served() as place:
        callers = [asyncio.create_task(call_on(f"https://{place}/thing")) for _ in range(12)]
        serials = [await serial_shown_at(place)]
        old, new = site.authority, Authority.new("another")
        steps: list[tuple[Authority, bytes]] = [
            (old, old.pem),
            (old, old.pem),
            (old, old.pem + new.pem),  # both are believed everywhere before one signs
            (new, old.pem + new.pem),
            (new, new.pem),
        ]
        for version, (signing, believed) in enumerate(steps, 1):
            signing.write(site.folder, [HERE], MONTH, believed=believed)
            async with asyncio.timeout(20):
                while own.version < version:
                    await asyncio.sleep(0.05)
            await asyncio.sleep(0.5)
            serials.append(await serial_shown_at(place))
        over.set()
        await asyncio.gather(*callers)
    assert failures == []
    assert len(answered) > 200 and max(later - one for one, later in pairwise(answered)) < 2
    assert len(set(serials)) == 6, "each was shown in its turn"


async def serial_shown_at(place: str) -> int:
    """The number of the certificate that a new connection is shown."""
    host, _, port = place.partition(":")
    own = tls.own()
    assert own is not None
    _, writer = await asyncio.open_connection(host, int(port), ssl=own.context)
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    return x509.load_der_x509_certificate(bytes(shown)).serial_number


def test_how_long_it_is_good_for_is_measured(site: Site) -> None:
    site.issue(good_for=timedelta(days=3))
    own = tls.own()
    assert own is not None
    (until,) = measures._certificate
    assert abs(until - (datetime.now(UTC) + timedelta(days=3)).timestamp()) < 60
    site.issue(good_for=timedelta(days=40))
    own.look()
    (until,) = measures._certificate
    assert until > (datetime.now(UTC) + timedelta(days=39)).timestamp()


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "chassis")
