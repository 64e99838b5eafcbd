"""What must not get in, and that it is told which field it is."""

import asyncio
import secrets
from typing import Any

import httpx2
import pytest
from devstack.stack import Stack
from ops.demo import history, manifest_of
from ops.example_city import ingest
from yima_client.caller import Caller, fresh_key, tls
from yima_client.errors import Refused

from e2e.people import (
    Clinic,
    a_clinic,
    a_resident,
    confirmed,
    known_to,
    operator_of,
    place,
    refusal,
    serve,
    until_status,
)
from e2e.test_freezes import PAGE
from e2e.test_who_may import readings, under_way

pytestmark = pytest.mark.anyio


async def post(url: str, body: bytes, **headers: str) -> httpx2.Response:
    async with httpx2.AsyncClient(trust_env=False, timeout=20, verify=tls()) as http:
        return await http.post(url, content=body, headers={"content-type": "application/json", **headers})


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"{", 400, None),
        (b"[]", 400, None),
        (b'{"query": 7}', 400, "query"),
        (b'{"query": "{ me { role } }", "variables": []}', 400, "variables"),
    ],
)
async def test_a_malformed_graphql_request_is_a_problem(
    stack: Stack, body: bytes, status: int, field: str | None
) -> None:
    answer = await post(stack.graphql, body)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json().get("field") == field


@pytest.mark.parametrize("path", ["graphql", "residents"])
async def test_an_oversized_body_is_refused_without_being_read(stack: Stack, path: str) -> None:
    """Either the answer is 413, or the connection is closed before the client has sent all it wanted to send."""
    url = stack.graphql if path == "graphql" else f"{stack.service_url('identity')}/residents"
    try:
        answer = await post(url, b'{"query": "' + b" " * 4_000_000 + b'"}')
    except httpx2.TransportError:
        return
    assert answer.status_code == 413
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ("{ nothing }", "Cannot query field"),
        ("{ me { role ", "Syntax Error"),
        ("{ " + " ".join(f"a{n}: serviceDefinitions {{ code }}" for n in range(100)) + " }", "At most"),
        ("{ offerings { nodes { " + "id " * 5000 + "} } }", "token"),
        ("{ offerings { nodes { " + "partner { name } " * 3000 + "} } }", "characters"),
    ],
)
async def test_a_document_that_asks_wrong_or_too_much_is_refused(
    stack: Stack, nobody: Caller, document: str, says: str
) -> None:
    answer = await nobody.raw(document)
    text = str(answer.get("errors", answer))
    assert says in text


@pytest.mark.parametrize(
    ("service", "path", "body", "status", "field"),
    [
        ("identity", "/residents", b'{"login": "a@example.org", "passwort": "x"}', 400, "passwort"),
        ("identity", "/residents", b'{"login": 5}', 400, "login"),
        ("identity", "/residents", b"\xff\xfe", 400, None),
        ("identity", "/tokens", b'{"login": "nobody"}', 401, None),  # as any login that is nobody's
        ("ordering", "/orders", b"{}", 401, None),
        ("settlement", "/payouts", b"{}", 401, None),
    ],
)
async def test_a_malformed_rest_request_is_a_problem_that_names_the_field(
    stack: Stack, service: str, path: str, body: bytes, status: int, field: str | None
) -> None:
    answer = await post(f"{stack.service_url(service)}{path}", body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json().get("field") == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"price": {"amount": "10.00", "currency": "EUR"}}, "manifest.price.currency"),
        ({"price": {"amount": "10.005", "currency": "CNY"}}, "manifest.price.amount"),
        ({"price": {"amount": "-1.00", "currency": "CNY"}}, "manifest.price"),
        ({"price": {"amount": "9" * 30, "currency": "CNY"}}, "manifest.price.amount"),
        ({"price": {"amount": "1.00", "currency": "XYZ"}}, "manifest.price.currency"),
        ({"definition": "no-such-definition"}, "manifest.definition"),
        ({"title": {"en": "only English"}}, "manifest.title"),
    ],
)
async def test_an_offering_on_wrong_terms_names_the_field_and_drafts_nothing(
    stack: Stack, nobody: Caller, changes: dict[str, Any], field: str
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    before = len((await clinic.staff.run("partner-offerings"))["nodes"])
    manifest = manifest_of("offering.yaml") | {"reference": "wrong"} | changes
    refused = await refusal(clinic.staff.run("draft-offering", manifest=manifest))
    assert (refused.field or "").startswith(field)
    assert len((await clinic.staff.run("partner-offerings"))["nodes"]) == before


NOT_SIGNED_BY_US = ["a.b.c", "none", "e30.e30.e30", "\u00e9" * 9, "." * 400]


async def refused_by_what_was_signed(clinic: Clinic, garbage: str, resident_id: str, order_id: str) -> None:
    """Whoever hands over what nobody signed is told which field it is, and not that they are not signed in."""
    staff, doctor = clinic.staff, clinic.practitioner
    resources = readings(resident_id)
    named: list[tuple[Caller, str, dict[str, Any], str, str]] = [
        (doctor, "prove-service", {"orderId": order_id, "key": fresh_key()}, "scanReceipt", "invalid"),
        (doctor, "ingest-resources", {"residentId": resident_id, "resources": resources}, "scanReceipt", "invalid"),
        (staff, "state-service", {"orderId": order_id, "key": fresh_key()}, "statement", "statement-refused"),
        (doctor, "redeem-health-code", {}, "text", "code-forged"),
        (doctor, "redeem-foreign-code", {}, "text", "code-forged"),
    ]
    for caller, operation, variables, field, code in named:
        refused = await refusal(caller.run(operation, **variables, **{field: garbage}))
        assert (operation, refused.code, refused.field) == (operation, code, field)


async def test_forged_expired_and_replayed_codes_prove_nothing(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, resident_id = await a_resident(nobody)
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    await clinic.staff.run("accept-order", orderId=order_id)
    code = (await resident.run("issue-health-code"))["text"]
    forged = code[:-6] + ("AAAAAA" if code[-6:] != "AAAAAA" else "BBBBBB")
    assert (await refusal(clinic.practitioner.run("redeem-health-code", text=forged))).code == "code-forged"
    assert (await refusal(resident.run("redeem-health-code", text=code))).code == "forbidden"
    others = await a_clinic(nobody, stack.secrets)
    scans = await asyncio.gather(
        *(who.run("redeem-health-code", text=code) for who in [clinic.practitioner, others.practitioner] * 5),
        return_exceptions=True,
    )
    # One of the two has it; their other tries are that scan again, as after a lost answer.
    honoured = [scan["id"] for scan in scans if isinstance(scan, dict)]
    assert len(set(honoured)) == 1
    assert len(honoured) == 5
    assert {scan.code for scan in scans if isinstance(scan, Refused)} == {"code-used"}
    for garbage in NOT_SIGNED_BY_US:
        await refused_by_what_was_signed(clinic, garbage, known_to(clinic.practitioner, resident_id), order_id)
    other, _ = await a_resident(nobody)
    elsewhere = await clinic.practitioner.run("redeem-health-code", text=(await other.run("issue-health-code"))["text"])
    wrong = await refusal(
        clinic.practitioner.run("prove-service", orderId=order_id, scanReceipt=elsewhere["receipt"], key=fresh_key())
    )
    assert wrong.code != "internal"
    assert (await resident.run("order", id=order_id))["status"] == "ACCEPTED"


async def test_a_consent_that_is_revoked_between_a_page_and_the_next_shows_no_second_page(
    stack: Stack, nobody: Caller
) -> None:
    clinic, resident, resident_id, order_id = await under_way(nobody, stack)
    await clinic.staff.run("accept-order", orderId=order_id)  # what is not accepted is called off
    await ingest(resident, clinic.practitioner, history(secrets.token_hex(4)))
    known = known_to(clinic.practitioner, resident_id)
    first = (await clinic.practitioner.raw(PAGE, id=known))["data"]["records"]
    assert first["nodes"] and first["pageInfo"]["hasNextPage"]
    (consent,) = (await resident.run("consents", orderId=order_id))["nodes"]
    await resident.run("revoke-consent", consentId=consent["id"], reason="enough")
    second = await clinic.practitioner.raw(PAGE, id=known, after=first["pageInfo"]["endCursor"])
    assert second["errors"][0]["extensions"]["code"] == "consent-denied"
    assert "records" not in (second.get("data") or {}) or second["data"]["records"] is None
    newest = (await resident.run("access-log", first=1))["nodes"][0]
    assert (newest["kind"], newest["permitted"]) == ("READ", False), "and the resident reads that it was tried"


async def test_foreign_objects_do_not_exist(stack: Stack, nobody: Caller) -> None:
    clinic, other = await asyncio.gather(a_clinic(nobody, stack.secrets), a_clinic(nobody, stack.secrets))
    resident, resident_id = await a_resident(nobody)
    stranger, _ = await a_resident(nobody)
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    key = fresh_key()
    for call in (
        stranger.run("order", id=order_id),
        stranger.run("pay-order", orderId=order_id, paymentMethod="sandbox:ok", key=key),
        stranger.run("cancel-order", orderId=order_id, reason="not mine"),
        other.staff.run("order", id=order_id),
        other.staff.run("accept-order", orderId=order_id),
        other.staff.run("partner", id=clinic.partner_id),
        other.staff.run("submit-offering", offeringId=clinic.offering["id"]),
        other.staff.run("statement", partnerId=clinic.partner_id),
        other.staff.run("refund-order", orderId=order_id, reason="not mine", key=key),
    ):
        assert (await refusal(call)).code == "not-found"
    denied = await refusal(
        other.practitioner.run(
            "records",
            residentId=known_to(other.practitioner, resident_id),
            informationTypes=["vital-signs"],
            purpose="TREAT",
        )
    )
    assert denied.code == "consent-denied"
    assert (await resident.run("order", id=order_id))["status"] == "CONFIRMED"


async def test_a_key_used_for_another_order_is_refused(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    key = fresh_key()
    first = await place(resident, clinic, key)
    assert (await place(resident, clinic, key))["id"] == first["id"]
    lines = [{"offeringId": clinic.offering["id"], "quantity": 2}]
    other = await refusal(resident.run("place-order", input={"lines": lines}, key=key))
    assert other.code == "key-reused"


@pytest.mark.parametrize("quantity", [0, -1, 1_000_000])
async def test_an_absurd_quantity_is_refused_by_name(stack: Stack, nobody: Caller, quantity: int) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    await place(resident, clinic)
    lines = [{"offeringId": clinic.offering["id"], "quantity": quantity}]
    refused = await refusal(resident.run("place-order", input={"lines": lines}, key=fresh_key()))
    assert refused.field == "lines[0].quantity"


async def test_a_declined_payment_can_be_tried_again_with_another_method(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    order_id = (await place(resident, clinic, paymentMethod="sandbox:declined"))["id"]

    async def look() -> Any:
        return await resident.run("order", id=order_id)

    from yima_client.caller import until

    seen = await until(
        "the decline", look, lambda order: bool(order["payment"]) and order["payment"]["status"] == "FAILED"
    )
    assert seen["status"] == "PLACED"
    await resident.run("pay-order", orderId=order_id, paymentMethod="sandbox:ok", key=fresh_key())
    await confirmed(resident, order_id)


async def test_a_refund_never_exceeds_what_was_taken(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    operator = await operator_of(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    await serve(resident, clinic, order_id)
    await until_status(resident, order_id, "CLOSED")
    too_much = {"amount": "360.01", "currency": "CNY"}
    refused = await refusal(
        operator.run("refund-order", orderId=order_id, amount=too_much, reason="error", key=fresh_key())
    )
    assert refused.code not in ("internal", "not-found")
    part = {"amount": "60.00", "currency": "CNY"}
    await operator.run("refund-order", orderId=order_id, amount=part, reason="one visit missed", key=fresh_key())
    assert (await operator.run("ledger-check"))["holds"]
