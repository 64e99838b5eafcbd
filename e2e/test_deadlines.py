"""What waits for somebody, in a city where nothing may wait long: money, partners' answers, objections, complaints."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any

import nats
import pytest
from chassis import bus, dead_letters
from devstack.stack import Stack
from yima_client.caller import Caller, connect, fresh_key, retried, until

from e2e.city import a_city
from e2e.people import (
    Signer,
    a_clinic,
    a_resident,
    confirmed,
    operator_of,
    place,
    refusal,
    regulator_of,
    serve,
    until_status,
)
from e2e.test_ordering import accepted_with_key, payment_is, uuid_of

pytestmark = [pytest.mark.anyio, pytest.mark.long]
PLACED_SECONDS = 6  # for money and consent
ACCEPTANCE_SECONDS = 6  # for the partner's answer
OBJECTION_SECONDS = 6  # to what a partner alone says was given
READING = {"code": "reading", "kind": "MEASUREMENT", "times": 10, "title": {"zh-CN": "测量", "en": "Reading"}}


@pytest.fixture(scope="module")
async def hasty(tmp_path_factory: pytest.TempPathFactory, anyio_backend: object) -> AsyncGenerator[Stack]:
    """A city where nothing may wait long."""
    async with a_city(
        tmp_path_factory.mktemp("hasty"),
        YIMA_PLACED_SECONDS=str(PLACED_SECONDS),
        YIMA_ACCEPTANCE_SECONDS=str(ACCEPTANCE_SECONDS),
        YIMA_ANSWER_SECONDS="1",
        YIMA_OBJECTION_SECONDS=str(OBJECTION_SECONDS),
        YIMA_MEASURES_SECONDS="0.5",
    ) as running:
        yield running


@pytest.fixture
async def anybody(hasty: Stack) -> AsyncGenerator[Caller]:
    async with connect(hasty.graphql) as caller:
        yield caller


async def test_an_order_the_partner_never_answers_expires_and_the_money_is_released(
    hasty: Stack, anybody: Caller
) -> None:
    clinic, (resident, _) = await a_clinic(anybody, hasty.secrets), await a_resident(anybody)
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    expired = await until_status(resident, order_id, "EXPIRED")
    assert expired["reason"] == "the partner did not answer in time"
    await payment_is(resident, order_id, "VOIDED")
    consents = await until(
        "the consent's end",
        lambda: resident.raw("{ consents(first: 9) { nodes { status } } }"),
        lambda answer: [consent["status"] for consent in answer["data"]["consents"]["nodes"]] == ["ENDED"],
    )
    assert consents
    assert (await refusal(clinic.staff.run("accept-order", orderId=order_id))).code == "transition-refused"


async def test_a_payment_declined_late_leaves_time_for_another_and_then_the_order_ends(
    hasty: Stack, anybody: Caller
) -> None:
    clinic, (resident, _) = await a_clinic(anybody, hasty.secrets), await a_resident(anybody)
    order_id = (await place(resident, clinic, paymentMethod="sandbox:declined"))["id"]
    declined = await payment_is(resident, order_id, "FAILED")
    assert declined["captured"]["amount"] == "0.00"
    assert (await resident.run("order", id=order_id))["status"] == "PLACED"
    expired = await until_status(resident, order_id, "EXPIRED")
    assert expired["reason"] == "money or consent did not come in time"
    await payment_is(resident, order_id, "VOIDED")


async def test_a_partner_s_signed_statement_proves_a_data_service_and_no_other_does(
    hasty: Stack, anybody: Caller
) -> None:
    clinic = await a_clinic(anybody, hasty.secrets, kind="DATA_SERVICE", consent=None)
    resident, _ = await a_resident(anybody)

    async def accepted() -> tuple[str, dict[str, str]]:
        """A new order, and what a statement about it says."""
        order_id = (await place(resident, clinic))["id"]
        await confirmed(resident, order_id)
        await clinic.staff.run("accept-order", orderId=order_id)
        services = await clinic.staff.raw("query ($id: ID!) { order(id: $id) { id lines { id } } }", id=order_id)
        line_id = services["data"]["order"]["lines"][0]["id"]
        return order_id, {
            "id": f"report-{order_id}",
            "order_id": order_id,
            "order_line_id": line_id,
            "given_at": datetime.now(UTC).isoformat(),
        }

    early, early_claims = await accepted()
    own = Signer()
    cut = own.public_key[:8]
    assert (await refusal(clinic.staff.run("register-signing-key", publicKey=cut))).field == "publicKey"
    await clinic.staff.run("register-signing-key", publicKey=own.public_key)
    order_id, claims = await accepted_with_key(accepted, clinic)
    line_id = claims["order_line_id"]

    async def state(signer: Signer, alg: str = "EdDSA", **changes: Any) -> Any:
        statement = signer.signed(claims | changes, alg)
        return await clinic.staff.run("state-service", orderId=order_id, statement=statement, key=fresh_key())

    late = clinic.staff.run("state-service", orderId=early, statement=own.signed(early_claims), key=fresh_key())
    assert "when the order was accepted" in (await refusal(late)).message
    assert (await refusal(state(own, given_at="2001-01-01T00:00:00+00:00"))).code == "statement-refused"
    assert (await refusal(state(own, given_at="2099-01-01T00:00:00+00:00"))).code == "statement-refused"
    for changes, why in (
        ({"order_id": line_id}, "order_id: must be an id that starts with ord_"),
        ({"order_id": uuid_of(line_id)}, "It is about another order"),
        ({"given_at": 1_770_000_000}, "given_at must be a string"),
        ({"given_at": None}, "given_at is missing"),
        ({"given_at": "yesterday"}, "given_at: "),
        ({"alg": "HS256"}, "signed"),
        ({"alg": "none"}, "signed"),
    ):
        refused = await refusal(state(own, **changes))
        assert refused.code == "statement-refused"
        assert why in refused.message
    proven = await state(own)
    assert proven["status"] == "FULFILLING"
    as_rfc_9864_calls_it = {"alg": "Ed25519", "order_id": uuid_of(order_id), "order_line_id": uuid_of(line_id)}
    again = await refusal(state(own, **as_rfc_9864_calls_it))
    assert again.code in ("statement-used", "transition-refused")
    assert (await resident.run("order", id=order_id))["objectionUntil"]
    assert (await refusal(clinic.staff.run("fulfil-order", orderId=order_id))).code == "objection-open"
    await retried(lambda: clinic.staff.run("fulfil-order", orderId=order_id), "objection-open")
    await until_status(resident, order_id, "CLOSED")

    order_id, claims = await accepted()
    await state(own)
    complaint = await resident.run(
        "complain", orderId=order_id, text="There is no report.", notGiven=True, key=fresh_key()
    )
    assert complaint["notGiven"]
    assert (await resident.run("order", id=order_id))["contested"]
    await clinic.staff.run("answer-complaint", complaintId=complaint["id"], answer="There is.")
    operator = await operator_of(anybody, hasty.secrets)
    await operator.run("decide-complaint", complaintId=complaint["id"], upheld=True, decision="There is none.")
    await until_status(resident, order_id, "CANCELLED")
    assert (await payment_is(resident, order_id, "VOIDED"))["captured"]["amount"] == "0.00"


async def test_a_device_s_readings_are_paid_for_by_what_was_recorded(hasty: Stack, anybody: Caller) -> None:
    clinic = await a_clinic(
        anybody,
        hasty.secrets,
        kind="DEVICE_MONITORING",
        contents=[READING],
        validDays=30,
        price={"amount": "10.00", "currency": "CNY"},
    )
    resident, _ = await a_resident(anybody)
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    await clinic.staff.run("accept-order", orderId=order_id)
    (line,) = (await resident.run("order", id=order_id))["lines"]
    at = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    records = [
        {"key": f"{order_id}-{day}", "orderLineId": line["id"], "item": "reading", "units": units, "usedAt": at}
        for day, units in enumerate((4, 3, 9))
    ]
    outcomes = (await clinic.staff.run("record-usage", records=records))["outcomes"]
    assert [outcome["counted"] for outcome in outcomes] == [True, True, False]
    again = (await clinic.staff.run("record-usage", records=records[:2]))["outcomes"]
    assert [(outcome["counted"], outcome["repeatedBefore"]) for outcome in again] == [(False, True)] * 2
    (granted,) = (await resident.raw("{ consents(first: 1) { nodes { id } } }"))["data"]["consents"]["nodes"]
    await resident.run("revoke-consent", consentId=granted["id"], reason="enough")
    assert (await resident.run("order", id=order_id))["status"] == "FULFILLING"  # the resident may still object
    await until_status(resident, order_id, "CLOSED")
    assert (await payment_is(resident, order_id, "CAPTURED"))["captured"]["amount"] == "7.00"


async def test_reviews_and_complaints_are_heard_and_measured(hasty: Stack, anybody: Caller) -> None:
    clinic, (resident, _) = await a_clinic(anybody, hasty.secrets), await a_resident(anybody)
    operator = await operator_of(anybody, hasty.secrets)
    regulator = await regulator_of(anybody, hasty.secrets)
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    (line,) = (await resident.run("order", id=order_id))["lines"]
    star = {"orderId": order_id, "lineId": line["id"], "rating": 4}
    assert (await refusal(resident.run("review-service", **star, key=fresh_key()))).code == "not-served"
    await serve(resident, clinic, order_id)
    review = await resident.run("review-service", **star, text="They took their time for me.", key=fresh_key())
    assert (await refusal(resident.run("review-service", **star, key=fresh_key()))).code == "already-reviewed"
    shown = {"offeringId": clinic.offering["id"]}
    assert [review["text"] for review in (await anybody.run("reviews", **shown))["nodes"]] == [None]
    assert review["id"] in [review["id"] for review in (await operator.run("undecided-reviews", first=100))["nodes"]]
    await operator.run("decide-review-text", reviewId=review["id"], published=True)
    assert [review["text"] for review in (await anybody.run("reviews", **shown))["nodes"]] == [
        "They took their time for me."
    ]
    complaint = await resident.run("complain", orderId=order_id, text="The bill was wrong.", key=fresh_key())
    await until(
        "the escalation",
        lambda: regulator.run("complaints", escalatedOnly=True, first=100),
        lambda page: complaint["id"] in [node["id"] for node in page["nodes"]],
    )
    other = await a_clinic(anybody, hasty.secrets)
    foreign = other.staff.run("answer-complaint", complaintId=complaint["id"], answer="not ours")
    assert (await refusal(foreign)).code == "not-found"
    assert (await other.staff.run("complaints"))["nodes"] == []
    await clinic.staff.run("answer-complaint", complaintId=complaint["id"], answer="We have corrected it.")
    decided = await regulator.run("decide-complaint", complaintId=complaint["id"], upheld=True, decision="It was.")
    assert decided["status"] == "DECIDED"
    measured = await until(
        "the measures",
        lambda: anybody.run("partner-measures", **shown),
        lambda answer: answer["partner"]["measures"] is not None and answer["partner"]["measures"]["complaints"] == 1,
    )
    assert measured["partner"]["measures"]["rating"] == 4.0


async def test_after_all_that_no_event_was_buried(hasty: Stack) -> None:
    connection = await nats.connect(hasty.nats.url_for("operator"))
    try:
        assert await dead_letters.list_dead(bus.jetstream(connection)) == []
    finally:
        await connection.close()
