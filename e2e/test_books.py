"""The books through the gateway: what holds a partner's payout, breaks, adjustments by two people, months, seals."""

import asyncio
import base64
import json
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from devstack.stack import Stack
from ops.demo import in_force
from yima_client.caller import Caller, fresh_key, until

from e2e.people import (
    Clinic,
    a_clinic,
    a_resident,
    confirmed,
    known_to,
    operator_of,
    place,
    refusal,
    regulator_of,
    serve,
    until_status,
)
from e2e.test_bank import statement
from e2e.test_tasks import perform

pytestmark = pytest.mark.anyio


async def outlook(clinic: Clinic) -> dict[str, Any]:
    (found,) = (await clinic.staff.run("payout-outlook"))["currencies"]
    return {name: value["amount"] if isinstance(value, dict) else value for name, value in found.items()}


async def earned(nobody: Caller, clinic: Clinic, looked: bool = False) -> tuple[str, str]:
    """A closed order and its resident, by their ids; where it is wanted, a practitioner looked at their data for it."""
    resident, resident_id = await a_resident(nobody)
    order_id = str((await place(resident, clinic))["id"])
    await confirmed(resident, order_id)
    if looked:
        await in_force(resident, order_id)
        await look(clinic, resident_id)
    await serve(resident, clinic, order_id)
    await until_status(resident, order_id, "CLOSED")
    return order_id, resident_id


async def look(clinic: Clinic, resident_id: str) -> None:
    """A practitioner reads what the order's consent permits, and asks for what it does not."""
    asked = {"residentId": known_to(clinic.practitioner, resident_id), "purpose": "TREAT"}
    await clinic.practitioner.run("records", informationTypes=["vital-signs"], **asked)
    denied = await refusal(clinic.practitioner.run("records", informationTypes=["laboratory"], **asked))
    assert denied.code == "consent-denied"


async def evidence(clinic: Clinic, dispute: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """What there is of a dispute, and whether it is what it was decided on."""
    found = await clinic.staff.run("dispute-evidence", disputeId=dispute["id"])
    return json.loads(found["content"]), found["frozen"]


def answered(told: dict[str, Any]) -> bool:
    return bool(told["decisions"]["answered"])


async def test_a_partner_sees_what_is_pending_posted_and_held_and_why_it_is_not_paid(
    stack: Stack, nobody: Caller
) -> None:
    clinic, other = await asyncio.gather(a_clinic(nobody, stack.secrets), a_clinic(nobody, stack.secrets))
    operator = await operator_of(nobody, stack.secrets)
    order_id, resident_id = await earned(nobody, clinic, looked=True)
    seen = await outlook(clinic)
    assert (seen["posted"], seen["due"], seen["pending"], seen["heldBecause"]) == ("324.00", "324.00", "0.00", None)
    dispute = await operator.run("open-dispute", orderId=order_id, reason="nobody came", key=fresh_key())
    seen = await outlook(clinic)
    assert (seen["posted"], seen["disputed"], seen["due"]) == ("0.00", "324.00", "0.00")
    assert "open disputes hold" in seen["heldBecause"]
    answer, frozen = await until(
        "consent's answer", lambda: evidence(clinic, dispute), lambda value: answered(value[0])
    )
    assert answer["lines"][0]["proof"] and not frozen
    (consent,) = answer["lines"][0]["consents"]
    grantee_id = str(UUID(clinic.partner_id.removeprefix("par_")))
    assert [
        (one["permitted"], one["reason"], one["purpose"], one["access_mode"], one["consent_id"], one["grantee_id"])
        for one in answer["decisions"]["log"]
    ] == [
        (True, "CONSENT_IN_FORCE", "TREAT", "VIEW", consent["consent_id"], grantee_id),
        (False, "OTHER_INFORMATION_TYPE", "TREAT", "VIEW", None, grantee_id),
    ]
    resident = UUID(resident_id.removeprefix("res_"))
    assert not {resident.hex, str(resident)} & set(re.findall(r"[0-9a-f-]{32,}", json.dumps(answer)))
    assert (await refusal(other.staff.run("dispute-evidence", disputeId=dispute["id"]))).code == "not-found"
    await operator.run("decide-dispute", disputeId=dispute["id"], forPartner=True, key=fresh_key())
    kept, frozen = await evidence(clinic, dispute)
    assert frozen and kept["decisions"] == answer["decisions"]
    await operator.run(
        "set-payout-terms", partnerId=clinic.partner_id, terms={"frozen": "case 17", "holdDays": 7, "rail": "BANK"}
    )
    seen = await outlook(clinic)
    assert (seen["posted"], seen["onHold"], seen["due"]) == ("324.00", "324.00", "0.00")
    assert (await clinic.staff.run("payout-outlook"))["terms"]["rail"] == "BANK"
    looser = {"partnerId": clinic.partner_id, "terms": {"frozen": "case 17"}}
    alone = await refusal(operator.run("set-payout-terms", **looser))
    assert (alone.code, alone.field) == ("needs-second-person", "terms.holdDays")
    second = {"refundOrder": {"orderId": "ord_" + "0" * 32, "reason": "hidden behind the first"}}
    for act, field in (
        ({"setPayoutTerms": looser} | second, "act.setPayoutTerms"),
        ({}, "act"),
        ({"setPayoutTerms": looser | {"terms": {"holdDays": -5}}}, "act.setPayoutTerms.holdDays"),
        ({"setPayoutTerms": looser | {"terms": {"riskTier": "none"}}}, "act.setPayoutTerms.riskTier"),
    ):
        unfit = await refusal(operator.run("propose", act=act, reason="ten years of it", key=fresh_key()))
        assert (unfit.code, unfit.field) == ("invalid", field)
    proposed = await operator.run("propose", act={"setPayoutTerms": looser}, reason="ten years of it", key=fresh_key())
    assert json.loads(proposed["act"])["setPayoutTerms"]["terms"]["holdDays"] == 0, "zeros are shown"
    decision = {"proposalId": proposed["id"], "approved": True}
    assert (await refusal(operator.run("decide-proposal", **decision, key=fresh_key()))).code == "same-person"
    regulator = await regulator_of(nobody, stack.secrets)
    assert (await regulator.run("decide-proposal", **decision, key=fresh_key()))["status"] == "APPROVED"
    assert (await refusal(regulator.run("decide-proposal", **decision, key=fresh_key()))).code == "proposal-decided"
    assert (await outlook(clinic))["heldBecause"] == "payouts are frozen: case 17"
    stranger = other.staff.run("payout-outlook", partnerId=clinic.partner_id)
    assert (await refusal(stranger)).code == "not-found"


async def test_an_operator_reconciles_in_the_gateway_and_cannot_approve_an_adjustment_alone(
    stack: Stack, nobody: Caller
) -> None:
    operator = await operator_of(nobody, stack.secrets)
    statement_xml = statement(stack, fresh_key().replace("-", ""), {f"FEE-{fresh_key()[:8]}": "7.31"})
    ingest = """mutation ($content: String!) { ingestBankStatements(content: $content) {
        ... on BankStatements { statements { lines knownBefore } } ... on Refused { code message field } } }"""
    answer = await operator.raw(ingest, content=base64.b64encode(statement_xml.encode()).decode())
    assert answer["data"]["ingestBankStatements"]["statements"] == [{"lines": 1, "knownBefore": False}]
    for content, field in (
        ("<", "content"),
        ("高血压", "content"),
        (base64.b64encode(b"<Document/>").decode(), "content"),
    ):
        refused = (await operator.raw(ingest, content=content))["data"]["ingestBankStatements"]
        assert refused["field"] == field, refused
    await operator.run("reconcile", key=fresh_key())
    found = await operator.run("breaks", status="OPEN", first=100)
    (fee,) = [node for node in found["nodes"] if node["amount"]["amount"] == "-7.31"]
    assert (fee["kind"], fee["source"], fee["inLedger"], fee["ownerId"]) == ("NOT_IN_LEDGER", "BANK", None, None)
    proposed = await operator.run(
        "propose-adjustment", breakId=fee["id"], account="platform:bank-fees", reason="the bank's fee", key=fresh_key()
    )
    alone = operator.run("decide-adjustment", adjustmentId=proposed["id"], approved=True, key=fresh_key())
    assert (await refusal(alone)).code == "same-person"
    rejected = await operator.run("decide-adjustment", adjustmentId=proposed["id"], approved=False, key=fresh_key())
    assert (rejected["status"], rejected["entryId"]) == ("REJECTED", None)
    month = f"{datetime.now(ZoneInfo(stack.city.settings['timeZone'])):%Y-%m}"
    this_month = await refusal(operator.run("close-period", month=month))
    assert this_month.code in ("period-not-over", "period-out-of-turn")
    resident, _ = await a_resident(nobody)
    assert (await refusal(resident.run("breaks"))).code == "forbidden"


async def test_a_partner_keeps_the_links_of_its_own_chain_and_a_statement_says_by_which_plan_it_was_split(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    operator = await operator_of(nobody, stack.secrets)
    order_id, _ = await earned(nobody, clinic)
    ended = {"partnerId": clinic.partner_id, "periodEnd": "1900-01-01T00:00:00Z"}
    refused = await refusal(operator.run("issue-statement", key=fresh_key(), **ended))
    assert (refused.code, refused.field) == ("invalid", "periodEnd")
    issued = await operator.run(
        "issue-statement", partnerId=clinic.partner_id, periodEnd=datetime.now(UTC).isoformat(), key=fresh_key()
    )
    assert issued["status"] == "ISSUED"
    document = (
        "query ($o: ID!) { order(id: $o) { payment { splits { plan { version shares { party basisPoints } } } } } }"
    )
    (split,) = (await clinic.staff.raw(document, o=order_id))["data"]["order"]["payment"]["splits"]
    assert [share["basisPoints"] for share in split["plan"]["shares"]] == [800, 200]
    code, said = await perform(stack, "settlement", "seal")
    assert code == 0, said
    (link, *_) = (await until("a seal", lambda: clinic.staff.run("seals"), lambda page: bool(page["nodes"])))["nodes"]
    assert len(link["hash"]) == 64 and link["number"] == "1"
    assert (await operator.run("ledger-check"))["sealedAt"] is not None
