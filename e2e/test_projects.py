"""A project from its proposal to its end: who may take which step, who joins, and what may be read meanwhile."""

import secrets

import pytest
from devstack.stack import Stack
from yima_client.caller import Caller, fresh_key

from e2e.people import a_clinic, a_resident, known_to, operator_of, refusal, regulator_of

pytestmark = pytest.mark.anyio


async def test_a_project_is_approved_by_three_joined_read_and_over_for_everybody_at_once(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    regulator, operator = await regulator_of(nobody, stack.secrets), await operator_of(nobody, stack.secrets)
    (resident, resident_id), (other, _) = await a_resident(nobody), await a_resident(nobody)
    asked = {
        "residentId": known_to(clinic.staff, resident_id),
        "informationTypes": ["laboratory"],
        "purpose": "HRESCH",
    }
    proposal = {
        "name": f"Sugar and sleep {secrets.token_hex(4)}",
        "why": "whether sleep changes the sugar in the blood",
        "informationTypes": ["laboratory"],
        "purpose": "HRESCH",
        "accessMode": "VIEW",
        "termDays": 30,
        "ethicsApproval": "IRB Jinan 2026-7",
    }
    for who in (resident, clinic.practitioner, operator, regulator):
        assert (await refusal(who.run("propose-project", key=fresh_key(), **proposal))).code == "forbidden"
    project = await clinic.staff.run("propose-project", key=fresh_key(), **proposal)
    named = {"projectId": project["id"]}
    assert (await resident.run("projects", **named, first=1))["nodes"] == [], "it is only proposed"
    assert (await refusal(resident.run("join-project", **named))).code == "not-found"
    assert (await refusal(regulator.run("approve-project", **named))).code == "project-stands-elsewhere"
    assert (await refusal(clinic.staff.run("endorse-project", **named))).code == "forbidden"
    await operator.run("endorse-project", **named)
    assert (await refusal(operator.run("approve-project", **named))).code == "forbidden"
    await regulator.run("approve-project", **named)

    assert (await refusal(clinic.staff.run("records", **asked))).code == "consent-denied"
    explained = {"partnerId": clinic.partner_id, "informationTypes": ["laboratory"], "purpose": "HRESCH"}
    remedies = (await resident.run("explain-access", **explained))["remedies"]
    assert project["id"] in [remedy["projectId"] for remedy in remedies if remedy["kind"] == "JOIN_PROJECT"]
    (shown,) = (await other.run("projects", **named, first=1))["nodes"]
    assert (shown["status"], shown["why"]) == ("APPROVED", proposal["why"])
    for who in (resident, other):
        consent = await who.run("join-project", **named)
        assert (consent["origin"], consent["status"], consent["projectId"]) == ("PROJECT", "GRANTED", project["id"])
    await clinic.staff.run("records", **asked)

    over = {**named, "reason": "the committee withdrew its approval"}
    assert (await refusal(resident.run("end-project", **over))).code == "forbidden"
    await regulator.run("end-project", **over)
    assert (await refusal(clinic.staff.run("records", **asked))).code == "consent-denied"
    for who in (resident, other):
        (consent,) = [node for node in (await who.run("consents", first=5))["nodes"] if node["origin"] == "PROJECT"]
        assert consent["status"] == "ENDED"
    entries = (await resident.run("access-log", first=10))["nodes"]
    assert (entries[0]["permitted"], entries[0]["reason"]) == (False, "PROJECT_ENDED")
    assert "The consent for your laboratory results ended: the project is over." in [
        entry["sentence"] for entry in entries
    ]
