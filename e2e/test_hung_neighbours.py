"""Each service in turn takes connections and answers nothing: it is waited for once, and then refused at once."""

import os
import signal
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from devstack.samples import some_of
from devstack.stack import Stack
from yima.services import SERVICES
from yima_client.caller import Caller, fresh_key, placed
from yima_client.errors import Refused

from e2e.people import a_clinic, a_resident, an_order, confirmed, known_to, operator_of, place

pytestmark = pytest.mark.anyio

AT_ONCE_SECONDS = 4.0  # to ask a service whether it lives takes two
ONCE_SECONDS = 9.0  # less than a call may take


async def refused_in(call: Callable[[], Awaitable[Any]]) -> tuple[float, Refused | None]:
    """How long it took, and the refusal; none where it was answered."""
    began = time.perf_counter()
    try:
        await call()
    except Refused as refused:
        return time.perf_counter() - began, refused
    return time.perf_counter() - began, None


@pytest.mark.parametrize("name", some_of(SERVICES, 1))
async def test_a_service_that_hangs_is_waited_for_once_by_queries_and_mutations(
    stack: Stack, nobody: Caller, name: str
) -> None:
    at = await a_clinic(nobody, stack.secrets)
    operator = await operator_of(nobody, stack.secrets)
    resident, resident_id = await a_resident(nobody)
    order = await place(resident, at)
    asks: dict[str, tuple[Callable[[], Awaitable[Any]], Callable[[], Awaitable[Any]]]] = {
        "identity": (
            lambda: resident.run("me"),
            lambda: resident.run("add-dependant", name="Child", birthDate="2020-01-01", key=fresh_key()),
        ),
        "partners": (
            lambda: at.staff.run("partner", id=at.partner_id),
            lambda: at.staff.run("register-signing-key", publicKey=f"{'A' * 43}=", key=fresh_key()),
        ),
        "catalog": (
            lambda: nobody.run("offerings", first=7, query=fresh_key()),
            lambda: operator.run("put-service-definition", definition=stack.city.manifests("definitions")[0]),
        ),
        "ordering": (
            lambda: resident.run("order", id=order["id"]),
            lambda: resident.run("cancel-order", orderId=order["id"], reason="test", key=fresh_key()),
        ),
        "settlement": (
            lambda: at.staff.run("statement", partnerId=at.partner_id),
            lambda: operator.run("run-payouts", partnerId=at.partner_id, key=fresh_key()),
        ),
        "consent": (
            lambda: resident.run("consent-requests"),
            lambda: resident.run("revoke-consent", consentId=fresh_key(), reason="", key=fresh_key()),
        ),
        "records": (
            lambda: resident.run("records", residentId=resident_id, informationTypes=["vital-signs"], purpose="PATRQT"),
            lambda: at.practitioner.run(
                "ingest-resources",
                residentId=known_to(at.staff, resident_id),
                resources=["{}"],
                scanReceipt="",
                key=fresh_key(),
            ),
        ),
        "notifications": (
            lambda: at.staff.run("webhook-endpoints"),
            lambda: at.staff.run("pause-webhook-endpoint", id=fresh_key()),
        ),
    }
    assert asks.keys() == set(SERVICES)
    query, mutation = asks[name]
    pid = stack.supervisor.pid(name)
    os.kill(pid, signal.SIGSTOP)
    try:
        took, answer = await refused_in(query)
        assert took < ONCE_SECONDS
        assert answer is None or answer.code == "unavailable", answer
        for call in (query, mutation, mutation, query):
            took, answer = await refused_in(call)
            assert took < AT_ONCE_SECONDS, f"{took:.1f} s"
            if call is mutation:
                assert answer is not None and answer.code == "unavailable" and answer.retry_after, answer
        if name == "ordering":
            took, answer = await refused_in(lambda: anext(resident.follow("order-status", orderId=order["id"])))
            assert took < AT_ONCE_SECONDS
    finally:
        os.kill(pid, signal.SIGCONT)
        deadline = time.monotonic() + 30
        while (again := await refused_in(query))[1] is not None and again[1].code == "unavailable":
            assert time.monotonic() < deadline, f"{name} answers, and is still taken for hanging"


async def test_a_consent_that_did_not_arrive_is_told_with_the_order_and_arrives_when_it_is_sent_again(
    stack: Stack, nobody: Caller
) -> None:
    at = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    order, key = await an_order(resident, at), fresh_key()
    pid = stack.supervisor.pid("consent")
    os.kill(pid, signal.SIGSTOP)
    try:
        first = await resident.run("place-order", input=order, key=key)
        assert first["consentProblem"] and "CONSENT" in first["waitingFor"]
    finally:
        os.kill(pid, signal.SIGCONT)
    again = await placed(resident, order, key)
    assert again["id"] == first["id"] and not again["consentProblem"]
    await confirmed(resident, first["id"])
