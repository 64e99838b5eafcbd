"""The chain of evidence, walked by ids: certificate, offering, order, consent, access, proof, settlement."""

import json
from typing import Any
from uuid import UUID

import pytest
from chassis.ids import Kind, parse_id
from devstack.stack import Stack
from ops.demo import in_force
from yima_client.caller import Caller, fresh_key, until

from e2e.people import a_clinic, a_resident, confirmed, known_to, operator_of, place, regulator_of, serve, until_status

pytestmark = pytest.mark.anyio
PARTNER = """query ($id: ID!) { partner(id: $id) {
  certificates { id aspect issuedBy } contract { offeredBy signedBy } } }"""
OFFERING = "query ($id: ID!) { offering(id: $id) { revision certificateIds reviewedBy reviewedAt } }"
ORDER = """query ($id: ID!) { order(id: $id) {
  lines { id offeringId offeringRevision certificateIds } proofs { id orderLineId scanId } } }"""
CONSENTS = "query ($id: ID) { consents(orderId: $id) { nodes { id orderId orderLineId } } }"
LOG = "query { accessLog(first: 20) { nodes { permitted consentId } } }"


def bare(kind: Kind, shown: str) -> str:
    """An id as services have it."""
    return str(UUID(str(parse_id(shown, "", kind))))


async def ask(caller: Caller, query: str, **variables: Any) -> Any:
    answer = await caller.raw(query, **variables)
    assert "errors" not in answer, answer
    (value,) = answer["data"].values()
    return value


async def test_each_link_names_the_one_before_from_the_certificate_to_the_settlement(
    stack: Stack, nobody: Caller
) -> None:
    clinic, (resident, resident_id) = await a_clinic(nobody, stack.secrets), await a_resident(nobody)
    operator, regulator = await operator_of(nobody, stack.secrets), await regulator_of(nobody, stack.secrets)

    partner = await ask(regulator, PARTNER, id=clinic.partner_id)
    certificates = {certificate["id"] for certificate in partner["certificates"]}
    assert len(certificates) == 5
    assert all(certificate["issuedBy"] for certificate in partner["certificates"]), "who decided is kept"
    assert partner["contract"]["offeredBy"]
    assert partner["contract"]["signedBy"]
    own = await ask(clinic.staff, PARTNER, id=clinic.partner_id)
    assert own["contract"] == {"offeredBy": None, "signedBy": None}, "which person is for operator and regulator"

    offering = await ask(nobody, OFFERING, id=clinic.offering["id"])
    assert set(offering["certificateIds"]) == certificates
    assert offering["reviewedAt"]
    assert offering["reviewedBy"] is None, "everybody sees when, and not who"
    listed = "{ partnerOfferings(first: 100) { edges { node { id reviewedBy } } } }"
    edges = (await ask(operator, listed))["edges"]
    reviewed = {edge["node"]["id"]: edge["node"]["reviewedBy"] for edge in edges}
    assert reviewed[clinic.offering["id"]]

    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    await in_force(resident, order_id)
    known = known_to(clinic.practitioner, resident_id)
    seen = {"residentId": known, "informationTypes": ["vital-signs"], "purpose": "TREAT"}
    await clinic.practitioner.run("records", **seen)
    await serve(resident, clinic, order_id)
    await until_status(resident, order_id, "CLOSED")
    order = await ask(resident, ORDER, id=order_id)
    (line,) = order["lines"]
    assert (line["offeringId"], line["offeringRevision"]) == (clinic.offering["id"], offering["revision"])
    assert set(line["certificateIds"]) == certificates

    (consent,) = (await ask(resident, CONSENTS, id=order_id))["nodes"]
    assert (consent["orderId"], consent["orderLineId"]) == (order_id, line["id"])
    reads = [entry for entry in (await ask(resident, LOG))["nodes"] if entry["permitted"] and entry["consentId"]]
    assert {entry["consentId"] for entry in reads} == {consent["id"]}
    (proof,) = order["proofs"]
    assert proof["orderLineId"] == line["id"]

    dispute = await operator.run("open-dispute", orderId=order_id, reason="nobody came", key=fresh_key())

    async def evidence() -> dict[str, Any]:
        return dict(json.loads((await operator.run("dispute-evidence", disputeId=dispute["id"]))["content"]))

    kept = await until("consent's answer", evidence, lambda value: value["decisions"]["answered"])
    (settled,) = kept["lines"]
    assert settled["order_line_id"] == bare(Kind.ORDER_LINE, line["id"])
    assert settled["offering_id"] == bare(Kind.OFFERING, line["offeringId"])
    assert settled["offering_revision"] == line["offeringRevision"]
    assert set(settled["certificate_ids"]) == {bare(Kind.CERTIFICATE, shown) for shown in certificates}
    assert settled["consents"][0]["consent_id"] == bare(Kind.CONSENT, consent["id"])
    assert settled["proof"]["proof_id"] == bare(Kind.PROOF, proof["id"])
    assert settled["proof"]["scan_id"] == bare(Kind.SCAN, proof["scanId"])
    assert kept["payment"]["order_id"] == bare(Kind.ORDER, order_id)
    assert kept["entries"], "what was booked for it"
