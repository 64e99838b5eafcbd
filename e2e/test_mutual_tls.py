"""A city whose services speak mutual TLS: it does what it does in plain, and who is none of them is told nothing."""

import asyncio
import re
import ssl
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from chassis import tls
from cryptography import x509
from devstack.authority import Authority, pem
from devstack.stack import SANDBOXES, Stack
from yima.services import SERVICES
from yima_client.caller import Caller, fresh_key, until

from e2e.city import a_city
from e2e.people import Clinic, a_resident, confirmed, place, serve, until_status

pytestmark = pytest.mark.anyio
ASKED = (*SERVICES, *SANDBOXES)  # by others of the city; the gateway is asked by people
MONTH = timedelta(days=30)
RENEWED_SECONDS = 75.0  # files are looked at every ten seconds; who leaves does so for thirty
DISTRUST = re.compile(r"believe", re.IGNORECASE)
CLIENTS = 4


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.new()


@pytest.fixture(scope="module")
async def stack(
    tmp_path_factory: pytest.TempPathFactory, authority: Authority, anyio_backend: object
) -> AsyncGenerator[Stack]:
    folder = Path(tmp_path_factory.mktemp("mutual"))
    async with a_city(folder, None, authority, YIMA_BUDGET_PER_MINUTE=str(10**9)) as running:
        yield running


def shown(authority: Authority, certificate: tuple[x509.Certificate, bytes] | None, folder: Path) -> ssl.SSLContext:
    """What somebody believes this authority by, and shows."""
    context = ssl.create_default_context(cadata=authority.pem.decode())
    if certificate is not None:
        both = folder / "both.pem"
        both.write_bytes(certificate[1] + pem(certificate[0]))
        context.load_cert_chain(both)
    return context


def url_of(stack: Stack, process: str) -> str:
    sandboxes = {"provider": stack.provider_url, "registers": stack.registers_url, "carriers": stack.carriers_url}
    return sandboxes.get(process) or stack.service_url(process)


def logs(stack: Stack) -> str:
    return "\n".join(path.read_text("utf-8") for path in sorted((stack.folder / "logs").glob("*.log")))


async def test_an_order_goes_its_way_from_the_clinic_s_application_to_its_fulfilment(
    stack: Stack, clinic: Clinic, nobody: Caller
) -> None:
    """Registers, the payment provider and its webhooks are asked, and consent, too; a task of settlement as well."""
    resident, _ = await a_resident(nobody)
    order = await place(resident, clinic)
    await confirmed(resident, order["id"])
    await serve(resident, clinic, order["id"])
    done = await until_status(resident, order["id"], "FULFILLED")
    assert done["status"] == "FULFILLED"
    said = await stack.perform("settlement", "reconcile")
    assert "Traceback" not in said
    assert not [line for line in logs(stack).splitlines() if DISTRUST.search(line)]


@pytest.mark.parametrize("process", ASKED)
async def test_who_is_none_of_them_is_answered_nothing(
    process: str, stack: Stack, authority: Authority, tmp_path: Path
) -> None:
    url = f"{url_of(stack, process)}/health/live"
    ours = authority.sign(["127.0.0.1"], MONTH)
    async with httpx2.AsyncClient(trust_env=False, verify=shown(authority, ours, tmp_path)) as http:
        assert (await http.get(url)).status_code == 200
    strangers = {
        "nobody's": None,
        "another authority's": Authority.new().sign(["127.0.0.1"], MONTH),
        "one that has expired": authority.sign(["127.0.0.1"], -timedelta(hours=1), -timedelta(hours=3)),
    }
    for kind, certificate in strangers.items():
        async with httpx2.AsyncClient(trust_env=False, verify=shown(authority, certificate, tmp_path)) as http:
            with pytest.raises(tls.FAILURES):
                print(kind, (await http.get(url)).text)
    async with httpx2.AsyncClient(trust_env=False) as http:
        with pytest.raises(tls.FAILURES):
            await http.get(url.replace("https://", "http://"))
        health = stack.health_url(process)
        assert (await http.get(f"{health}/health/ready")).status_code == 200
        for path in ("/", "/health/measures", "/.well-known/jwks.json", "/openapi.json", "/report", "/offerings"):
            assert (await http.get(f"{health}{path}")).status_code == 404, path


@pytest.mark.long
async def test_every_certificate_is_renewed_while_orders_are_placed_and_none_fails(
    stack: Stack, clinic: Clinic, nobody: Caller
) -> None:
    """Each process takes another one without a restart; an order of before is fulfilled after."""
    resident, _ = await a_resident(nobody)
    before = await place(resident, clinic)
    await confirmed(resident, before["id"])
    starts = {name: stack.supervisor.pid(name) for name in (*ASKED, "gateway")}
    serials = {name: await serial(stack, name) for name in ASKED}
    failures: list[str] = []
    answered: list[float] = []
    over = asyncio.Event()

    async def ask(what: Callable[[], Awaitable[Any]]) -> None:
        while not over.is_set():
            try:
                await what()
                answered.append(time.monotonic())
            except Exception as error:
                failures.append(f"{type(error).__name__}: {error}")
            await asyncio.sleep(0.05)

    async def order() -> None:
        placed = await place(resident, clinic)
        await confirmed(resident, placed["id"])
        await resident.run("cancel-order", orderId=placed["id"], reason="not needed")

    asking = [asyncio.create_task(ask(lambda: resident.run("orders"))) for _ in range(CLIENTS)]
    asking.append(asyncio.create_task(ask(order)))
    for name in (*ASKED, "gateway"):
        stack.renew(name)
    began = time.monotonic()
    while any([await serial(stack, name) == serials[name] for name in ASKED]):
        assert time.monotonic() - began < RENEWED_SECONDS
        await asyncio.sleep(1)
    await asyncio.sleep(RENEWED_SECONDS - 40)  # until those from before are gone
    over.set()
    await asyncio.gather(*asking)
    assert failures == []
    assert len(answered) > 100
    assert {name: stack.supervisor.pid(name) for name in starts} == starts, "none was started again"
    await serve(resident, clinic, before["id"])
    await until_status(resident, before["id"], "FULFILLED")
    assert logs(stack).count("was renewed: it is good until") >= len(ASKED) + 1


async def serial(stack: Stack, process: str) -> int:
    """The number of the certificate that a process shows."""
    host, port = url_of(stack, process).removeprefix("https://").split(":")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    _, writer = await asyncio.open_connection(host, int(port), ssl=context)
    certificate = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    return x509.load_der_x509_certificate(bytes(certificate)).serial_number


async def test_a_service_that_is_not_believed_is_away_and_the_log_says_why(
    stack: Stack, authority: Authority, nobody: Caller
) -> None:
    """Catalog's certificate is for another address. Nobody asks it in plain instead; with its own it is back."""
    authority.write(stack.certificate_of("catalog"), ["127.0.9.9"], MONTH)
    stack.supervisor.kill("catalog")
    await asyncio.sleep(1)
    await stack.supervisor.wait_ready("catalog")

    async def searched() -> Any:
        asked: Any = nobody.run("offerings", first=7, query=fresh_key())
        return (await asyncio.gather(asked, return_exceptions=True))[0]

    refused = await searched()
    assert isinstance(refused, Exception) and "catalog cannot be reached" in str(refused)
    (line, *_) = [line for line in logs(stack).splitlines() if "catalog at https://" in line]
    assert 'is not believed: its certificate: certificate not valid for name "127.0.1.' in line, line
    assert "docs/operate.md" in line
    stack.renew("catalog")

    await until("catalog is back", searched, lambda answer: not isinstance(answer, Exception))
