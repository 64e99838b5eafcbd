"""A partner reads what it was paid and why, as a person and as a program, and says what it thinks of it."""

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from chassis.client import http_client
from chassis.wire import timestamp
from devstack.stack import Stack
from gateway.ids import Kind, parse_global_id
from yima.settlement.v1.client import SettlementClient
from yima.settlement.v1.statement_pb2 import IssueStatementRequest
from yima_client.caller import Caller, fresh_key, until

from e2e.people import Clinic, a_clinic, a_resident, confirmed, operator_of, place, refusal, serve, until_status

pytestmark = pytest.mark.anyio


async def issued(stack: Stack, operator: Caller, clinic: Clinic) -> dict[str, Any]:
    """The clinic's statement up to now, as the monthly task issues it."""
    settlement = SettlementClient(http_client(), stack.service_url("settlement"))
    token = operator.token
    request = IssueStatementRequest(
        partner_id=parse_global_id(Kind.PARTNER, clinic.partner_id, ""), period_end=timestamp(datetime.now(UTC))
    )
    await settlement.issue_statement(request, token, fresh_key())
    (statement, *_) = (await clinic.staff.run("issued-statements"))["nodes"]
    return dict(statement)


async def file_of(caller: Caller, statement_id: str, form: str) -> tuple[dict[str, Any], bytes]:
    document = await caller.run("statement-document", statementId=statement_id, format=form)
    content = base64.b64decode(document["content"])
    assert hashlib.sha256(content).hexdigest() == document["sha256"]
    return document, content


async def test_a_partner_reads_its_statement_asks_why_of_a_line_and_disputes_it(stack: Stack, nobody: Caller) -> None:
    clinic, other = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    operator = await operator_of(nobody, stack.secrets)
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    await serve(resident, clinic, order_id)
    await until_status(resident, order_id, "CLOSED")
    statement = await issued(stack, operator, clinic)
    assert statement["status"] == "ISSUED"
    reply, content = await file_of(clinic.staff, statement["id"], "JSON")
    assert reply["mediaType"] == "application/json"
    assert reply["sha256"] == statement["sha256"]
    assert orjson.loads(content)
    _, table = await file_of(clinic.staff, statement["id"], "CSV")
    assert b"324.00" in table
    _, page = await file_of(clinic.staff, statement["id"], "PDF")
    assert page.startswith(b"%PDF-")
    document = "query ($p: ID!) { statement(partnerId: $p) { currencies { lines { kind position } } } }"
    (account,) = (await clinic.staff.raw(document, p=clinic.partner_id))["data"]["statement"]["currencies"]
    (line,) = [line for line in account["lines"] if line["kind"] == "payment-captured"]
    asked = {"statementId": statement["id"], "position": line["position"]}

    async def why() -> dict[str, Any]:
        return dict(await clinic.staff.run("statement-line", **asked))

    reason = await until("the proof", why, lambda answer: bool(answer["proofs"]))
    assert {part["party"].partition(":")[0]: part["amount"]["amount"] for part in reason["splits"][0]["parts"]} == {
        "platform": "28.80",
        "fund": "7.20",
        "partner": "324.00",
    }
    assert reason["proofs"][0]["orderLineId"] == reason["splits"][0]["orderLineId"]
    assert reason["proofs"][0]["scanId"] is not None
    for call in (
        other.staff.run("statement-line", **asked),
        other.staff.run("statement-document", statementId=statement["id"], format="PDF"),
        other.staff.run("confirm-statement", statementId=statement["id"]),
    ):
        assert (await refusal(call)).code == "not-found"
    assert (await other.staff.run("issued-statements"))["nodes"] == []
    crooked = clinic.staff.run("dispute-statement", statementId=statement["id"], reason="x", positions=["one"])
    assert (await refusal(crooked)).field == "positions[0]"
    disputed = await clinic.staff.run(
        "dispute-statement",
        statementId=statement["id"],
        reason="the fee is not as agreed",
        positions=[line["position"]],
    )
    assert (disputed["status"], disputed["disputedPositions"]) == ("DISPUTED", [line["position"]])
    resolved = await operator.run("resolve-statement", statementId=statement["id"], resolution="It is 8 %, as signed.")
    assert resolved["status"] == "RESOLVED"
    late = await refusal(clinic.staff.run("confirm-statement", statementId=statement["id"]))
    assert late.code != "internal"
    (listed, *_) = (await operator.run("issued-statements", partnerId=clinic.partner_id))["nodes"]
    assert listed["resolution"] == "It is 8 %, as signed."
