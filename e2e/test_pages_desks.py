"""What operators and regulators decide, each on its desk in a real browser: what waits is made by the people it comes
from, is seen, and is gone once it is decided."""

import asyncio
import base64
import hashlib
import io
import json
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from chassis.database import Database
from devstack.fictional import identity_number
from devstack.stack import Stack
from gateway.ids import Kind, parse_global_id
from ops.demo import manifest_of
from ops.demo.counting import HIGH_PRESSURE
from ops.example_city import BORN, OPERATOR, REGULATOR, ingest, load_codes
from PIL import Image
from sqlalchemy import text
from yima_client import code_files
from yima_client.caller import Caller, fresh_key, retried, until

from e2e.browser import DESK
from e2e.people import (
    PASSWORD,
    Clinic,
    a_practice,
    a_resident,
    confirmed,
    operator_of,
    place,
    regulator_of,
    serve,
    until_status,
)
from e2e.test_accounts import another_operator
from e2e.test_bank import statement
from e2e.test_codes import GLUCOSE, local_map
from e2e.test_quality import weight
from e2e.test_statements import issued
from e2e.test_two_cities import Place, listed
from e2e.visitors import NEEDS_PAGES, Visitor

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.long,
    NEEDS_PAGES,
]
KINDS = {"informationTypes": ["laboratory"], "purpose": "HRESCH", "why": "whether sleep changes the sugar"}


@dataclass
class City:
    """Who works in it, and a clinic they decide about."""

    stack: Stack
    nobody: Caller
    operator: Caller
    regulator: Caller
    clinic: Clinic


@pytest.fixture
async def city(stack: Stack, nobody: Caller, clinic: Clinic) -> City:
    return City(
        stack,
        nobody,
        await operator_of(nobody, stack.secrets),
        await regulator_of(nobody, stack.secrets),
        clinic,
    )


@asynccontextmanager
async def at_the_desk(chromium: Any, stack: Stack, role: str) -> AsyncGenerator[Visitor]:
    context = await chromium.new_context(viewport=DESK, locale="en")
    visitor = Visitor(await context.new_page(), f"http://127.0.0.1:{stack.base_port}")
    await visitor.signs_in({"operator": OPERATOR, "regulator": REGULATOR}[role], stack.secrets[role])
    yield visitor
    await context.close()
    assert visitor.faults == []


async def id_of(made: Any) -> str:
    return str((await made)["id"])


async def a_reviewed_visit(city: City) -> str:
    """The id of a review whose text nobody has read."""
    resident, _ = await a_resident(city.nobody)
    order = await place(resident, city.clinic)
    await confirmed(resident, order["id"])
    await serve(resident, city.clinic, order["id"])
    await until_status(resident, order["id"], "CLOSED")
    text = f"They took their time {secrets.token_hex(4)}"
    line = order["lines"][0]["id"]
    await resident.run("review-service", orderId=order["id"], lineId=line, rating=5, text=text, key=fresh_key())
    reviews = await city.operator.every("undecided-reviews")
    return str(next(each["id"] for each in reviews if each["text"] == text))


async def a_submitted_offering(city: City) -> str:
    manifest = manifest_of("offering.yaml") | {"reference": f"desk-{secrets.token_hex(5)}"}
    offering = await city.clinic.staff.run("draft-offering", manifest=manifest)
    return await id_of(city.clinic.staff.run("submit-offering", offeringId=offering["id"]))


async def a_guardianship(city: City) -> str:
    """Of somebody who cannot answer themselves: the papers show it, and an operator decides."""
    (guardian, _), (_, parent_id) = await a_resident(city.nobody), await a_resident(city.nobody)
    papers = [
        {"kind": "COURT_DECISION", "reference": "2026-17", "issuedBy": "Court of Lixia", "issuedOn": "2026-05-01"}
    ]
    until = (datetime.now(UTC) + timedelta(days=365)).isoformat()
    asked = {"residentId": parent_id, "acts": ["ORDERS"], "until": until, "evidence": papers, "key": fresh_key()}
    return await id_of(guardian.run("propose-guardianship", **asked))


async def a_source(city: City) -> str:
    terms = {"system": "LIS", "category": "public-health", "informationTypes": ["laboratory"], "everyMinutes": 60}
    name = f"Laboratory {secrets.token_hex(3)}"
    return await id_of(city.clinic.staff.run("register-source", name=name, **terms, key=fresh_key()))


async def a_code_map(city: City) -> str:
    await load_codes(city.stack.city, city.operator)
    system = f"urn:clinic:{secrets.token_hex(4)}"
    return await id_of(code_files.send(city.clinic.staff, local_map(system, "GLU", GLUCOSE)))


async def a_site_with_a_picture(city: City) -> str:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), (20, 200, 120)).save(drawn, "PNG")
    content, staff = drawn.getvalue(), city.clinic.staff
    file = {"mediaType": "image/png", "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    link = await staff.run("announce-attachment", **file, key=fresh_key())
    async with httpx2.AsyncClient(trust_env=False, base_url=city.stack.graphql.removesuffix("/graphql")) as http:
        assert (await http.put(link["path"], content=content)).status_code == 200
    site = await staff.run("put-site", **manifest_of("site.yaml"), key=fresh_key())
    alt = {"en": "A green door.", "zh-CN": "一扇绿门。"}
    pictures = [{"attachmentId": link["attachmentId"], "alt": alt}]
    return await id_of(staff.run("put-site-pictures", code=site["code"], pictures=pictures, key=fresh_key()))


async def a_project(city: City) -> str:
    terms = {"accessMode": "VIEW", "termDays": 30, "ethicsApproval": "IRB Jinan 2026-7", "key": fresh_key()}
    name = f"Sugar and sleep {secrets.token_hex(4)}"
    return await id_of(city.clinic.staff.run("propose-project", name=name, **KINDS, **terms))


async def a_template(city: City) -> str:
    asked = {"informationTypes": ["vital-signs"], "purpose": "PUBHLTH", "why": "to plan clinics"}
    code = f"pressure-{secrets.token_hex(4)}"
    query = {"code": code, "title": "Blood pressure", "query": json.dumps(HIGH_PRESSURE), "runsMax": 12}
    return await id_of(city.clinic.staff.run("propose-query-template", **query, **asked, key=fresh_key()))


async def a_device_model(city: City) -> str:
    terms = {"kind": "BLOOD_PRESSURE", "codes": ["8480-6"], "units": ["mm[Hg]"], "bluetooth": False}
    name = f"Cuff {secrets.token_hex(3)}"
    maker = await a_practice(city.nobody, city.stack.secrets, kind="DEVICE_MAKER")
    return await id_of(
        retried(lambda: maker.staff.run("propose-device-model", name=name, **terms, key=fresh_key()), "no-device-maker")
    )


async def an_alert_rule(city: City) -> str:
    """Proposed by a colleague: whoever proposes a rule does not approve it."""
    colleague = await another_operator(city.nobody, city.stack, "SUPPORT")
    rule = {"title": "High pressure", "code": "8480-6", "test": "ABOVE", "threshold": "160", "severity": "NOTICE"}
    more = {"clearAt": "150", "programme": "hypertension", "key": fresh_key()}
    return await id_of(colleague.run("propose-alert-rule", **rule, **more))


async def an_account(city: City) -> str:
    """Somebody whom the regulator has invited."""
    invited = await city.regulator.run("invite-account", note="Qian Wei", duties=["AUDIT"], key=fresh_key())
    chosen = {"login": f"auditor-{secrets.token_hex(5)}@yima.example.org", "name": "Qian Wei", "password": PASSWORD}
    number = identity_number(BORN)
    return await id_of(city.nobody.run("accept-invitation", token=invited["token"], identityNumber=number, **chosen))


@pytest.mark.presses(
    "ApproveProject",
    "ApproveTemplate",
    "ConfirmAccount",
    "DecideAlertRule",
    "DecideCodeMap",
    "DecideDeviceModel",
    "DecideGuardianship",
    "DecideOffering",
    "DecideReviewText",
    "DecideSitePictures",
    "DecideSource",
    "EndorseProject",
    "EndorseTemplate",
)
async def test_an_operator_decides_what_waits_on_each_desk_and_the_regulator_what_comes_after(
    chromium: Any, city: City
) -> None:
    async with (
        at_the_desk(chromium, city.stack, "operator") as operator,
        at_the_desk(chromium, city.stack, "regulator") as regulator,
    ):
        for desk, made, name, operation, reason in (
            ("offerings", a_submitted_offering, "Publish it", "PageDecideOffering", ""),
            ("reviews", a_reviewed_visit, "Publish it", "PageDecideReviewText", ""),
            ("guardianships", a_guardianship, "Approve", "PageDecideGuardianship", "the paper of the court"),
            ("sources", a_source, "Approve", "PageDecideSource", ""),
            ("code-maps", a_code_map, "Approve", "PageDecideCodeMap", "compared with the table"),
            ("site-pictures", a_site_with_a_picture, "Show them", "PageDecideSitePictures", ""),
            ("device-models", a_device_model, "Approve", "PageDecideDeviceModel", ""),
            ("alert-rules", an_alert_rule, "Approve", "PageDecideAlertRule", ""),
            ("accounts", an_account, "Confirm", "PageConfirmAccount", ""),
        ):
            case = await made(city)
            await operator.goes(f"desk/{desk}")
            await operator.decides(case, name, operation, reason)
            await operator.page.locator(f"[data-case='{case}']").wait_for(state="detached")
        for desk, made, endorsing, approving in (
            ("projects", a_project, "PageEndorseProject", "PageApproveProject"),
            ("templates", a_template, "PageEndorseTemplate", "PageApproveTemplate"),
        ):
            case = await made(city)
            await operator.goes(f"desk/{desk}")
            await operator.decides(case, "Endorse it", endorsing)
            await regulator.goes(f"approvals/{desk}")
            await regulator.decides(case, "Approve", approving)
            await regulator.page.locator(f"[data-case='{case}']").wait_for(state="detached")


@pytest.mark.presses("AuditEmergency", "ReinstatePartner", "SignLegalBasis", "SuspendPartner")
async def test_the_law_is_signed_an_emergency_audited_and_a_partner_suspended_and_let_go(
    chromium: Any, city: City
) -> None:
    clinic = city.clinic
    law = {"statute": f"Notice {secrets.token_hex(4)}, article 3", "why": "reports of notifiable diseases"}
    what = {"partnerId": clinic.partner_id, "informationTypes": ["laboratory"], "purpose": "PUBHLTH", "validDays": 30}
    basis = await city.operator.run("enter-legal-basis", **law, **what)
    resident, _ = await a_resident(city.nobody)
    scan = await clinic.practitioner.run("redeem-health-code", text=(await resident.run("issue-health-code"))["text"])
    broken = {"residentId": scan["residentId"], "reason": "Found unconscious", "key": fresh_key()}
    emergency = await clinic.practitioner.run("break-glass", **broken)
    async with at_the_desk(chromium, city.stack, "regulator") as regulator:
        await regulator.goes("approvals/legal-bases")
        await regulator.decides(basis["id"], "Sign it", "PageSignLegalBasis")
        await regulator.goes("approvals/emergencies")
        await regulator.decides(emergency["id"], "It was justified", "PageAuditEmergency", "the ambulance's report")
    async with at_the_desk(chromium, city.stack, "operator") as operator:
        await operator.goes(f"partners/{clinic.partner_id}")
        await operator.acts("^Suspend it", "PageSuspendPartner", "complaints of patients")
        await operator.acts("^Reinstate it", "PageReinstatePartner", "they were answered")
    partner = await clinic.staff.run("partner", id=clinic.partner_id)
    assert partner["status"] == "ACTIVE"


@pytest.mark.presses("JudgeResource", "LookAtReview")
async def test_a_resource_is_looked_at_without_a_name_and_judged(chromium: Any, city: City) -> None:
    resident, _ = await a_resident(city.nobody)
    before = {each["id"] for each in await city.operator.every("quality-reviews")}
    await ingest(resident, city.clinic.practitioner, [weight(secrets.token_hex(4), 950)])

    async def new() -> list[str]:
        return [each["id"] for each in await city.operator.every("quality-reviews") if each["id"] not in before]

    (case, *_) = await until("it waits for review", new, bool)
    async with at_the_desk(chromium, city.stack, "operator") as operator:
        await operator.goes("desk/quality")
        await operator.decides(case, "Look at it", "PageLookAtReview")
        await operator.decides(case, "It is wrong", "PageJudgeResource", "nobody weighs so much")
        await operator.page.locator(f"[data-case='{case}']").wait_for(state="detached")


@pytest.mark.presses("DecideDispute", "DecideProposal", "ResolveStatement", "RunPayouts", "RunReconciliation")
async def test_money_is_paid_out_reconciled_disputed_and_approved_by_a_second_person(chromium: Any, city: City) -> None:
    clinic = city.clinic
    resident, _ = await a_resident(city.nobody)
    order = await place(resident, clinic)
    await confirmed(resident, order["id"])
    await serve(resident, clinic, order["id"])
    await until_status(resident, order["id"], "CLOSED")
    statement = await issued(city.stack, city.operator, clinic)
    await clinic.staff.run("dispute-statement", statementId=statement["id"], reason="the fee is wrong", positions=[])
    dispute = await city.operator.run("open-dispute", orderId=order["id"], reason="nobody came", key=fresh_key())
    colleague = await another_operator(city.nobody, city.stack, "FINANCE")
    terms = {"setPayoutTerms": {"partnerId": clinic.partner_id, "terms": {"holdDays": 1}}}
    proposal = await colleague.run("propose", act=terms, reason="a day is enough", key=fresh_key())
    async with at_the_desk(chromium, city.stack, "operator") as operator:
        await operator.goes("money/approvals")
        await operator.decides(proposal["id"], "Approve", "PageDecideProposal")
        await operator.goes("money/disputes")
        await operator.decides(dispute["id"], "The partner is right", "PageDecideDispute")
        await operator.goes("money/statements")
        await operator.acts("^Resolve it", "PageResolveStatement", "It is 8 %, as signed.")
        await operator.goes("money")
        await operator.acts("^Run the payouts now", "PageRunPayouts")
        await operator.sees("are held")
        await operator.acts("^Reconcile now", "PageRunReconciliation")
    (kept, *_) = (await asyncio.gather(clinic.staff.run("issued-statements")))[0]["nodes"]
    assert (kept["status"], kept["resolution"]) == ("RESOLVED", "It is 8 %, as signed.")


@pytest.mark.presses("DecideAdjustment", "DecideComplaint", "DecideTrustList")
async def test_a_complaint_that_nobody_answered_an_adjustment_and_a_list_of_cities_are_decided(
    chromium: Any, city: City
) -> None:
    resident, _ = await a_resident(city.nobody)
    order = await place(resident, city.clinic)
    await confirmed(resident, order["id"])
    complaint = await resident.run("complain", orderId=order["id"], text="Nobody answers", key=fresh_key())
    ordering = Database(city.stack.postgres.url("ordering", "ordering_app", city.stack.secrets["app"]))
    async with ordering.transaction() as session:  # as if its days were over
        overdue = "UPDATE complaint SET answer_by = opened_at + interval '1 millisecond', escalated = true,"
        overdue += " escalated_at = now() WHERE id = :id"
        await session.execute(text(overdue), {"id": parse_global_id(Kind.COMPLAINT, complaint["id"], "")})
    await ordering.close()
    colleague = await another_operator(city.nobody, city.stack, "FINANCE")
    fee = f"{100 + secrets.randbelow(10**4) / 100:.2f}"
    booked = statement(city.stack, secrets.token_hex(12), {f"FEE-{secrets.token_hex(3)}": fee})
    taken_in = """mutation ($content: String!) { ingestBankStatements(content: $content) { __typename } }"""
    await colleague.raw(taken_in, content=base64.b64encode(booked.encode()).decode())
    await colleague.run("reconcile", key=fresh_key())
    breaks = await colleague.every("breaks", status="OPEN")
    (found,) = [each["id"] for each in breaks if each["amount"]["amount"] == f"-{fee}"]
    because = {"account": "platform:bank-fees", "reason": "the bank's fee", "key": fresh_key()}
    adjustment = await colleague.run("propose-adjustment", breakId=found, **because)
    jinan = Place(city.stack, city.nobody, city.operator, city.regulator)
    proposed = await city.operator.run("put-trust-list", document=listed(await jinan.entry()), key=fresh_key())
    assert proposed["proposed"]
    async with at_the_desk(chromium, city.stack, "operator") as operator:
        await operator.goes("money/adjustments")
        await operator.decides(adjustment["id"], "Approve", "PageDecideAdjustment")
        await operator.goes("desk/complaints")
        await operator.decides(
            complaint["id"], "The resident is right", "PageDecideComplaint", "Nobody answered in time"
        )
    async with at_the_desk(chromium, city.stack, "regulator") as regulator:
        await regulator.goes("approvals/trust-list")
        await regulator.acts("^Approve", "PageDecideTrustList")
    (decided,) = (await resident.run("complaints"))["nodes"]
    assert (decided["upheld"], decided["decision"]) == (True, "Nobody answered in time")
