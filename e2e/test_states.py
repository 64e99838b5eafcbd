"""Nobody changes what they have no say in, in whichever state: things of ten kinds, in each state that they reach, and
every route about them, by everybody whose it is not."""

import asyncio
import importlib
import secrets
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from chassis.client import http_client
from chassis.ids import Kind, parse_id
from chassis.inside import HttpClient
from chassis.problems import Problem
from chassis.routes import duties_needed, policy
from devstack.stack import Stack
from gateway.policy import CONTRACTS
from google.protobuf import json_format
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message_factory import GetMessageClass
from ops.demo import history
from ops.example_city import colleague, ingest, load_codes
from yima.common.v1.route_pb2 import Duty, Role
from yima_client import code_files
from yima_client.caller import Caller, connect, fresh_key, until

from e2e.people import PASSWORD, Clinic, a_clinic, a_resident, operator_of, regulator_of
from e2e.test_codes import GLUCOSE, local_map
from e2e.test_keys import REFUSES
from e2e.test_visits import scan, visit_of
from e2e.valid_requests import filled

pytestmark = pytest.mark.anyio

# Who has no say in any of these things: of another partner, another resident, or without the duty.
STRANGERS = ("nobody", "resident", "partner", "practitioner", "key", "finance operator", "auditor")
OFTEN = ("resident", "partner", "practitioner")  # each time; the others with the long tests
EVERYBODYS = {"ListProjects", "JoinProject"}  # what residents may join is public, and joined by any of them
DUTIES = {"finance operator": Duty.DUTY_FINANCE, "auditor": Duty.DUTY_AUDIT}
ROLES = {
    "nobody": Role.ROLE_UNSPECIFIED, "resident": Role.ROLE_RESIDENT, "partner": Role.ROLE_PARTNER,
    "practitioner": Role.ROLE_PRACTITIONER, "key": Role.ROLE_PARTNER, "finance operator": Role.ROLE_OPERATOR,
    "auditor": Role.ROLE_REGULATOR,
}  # fmt: skip


@dataclass(frozen=True)
class Thing:
    """Something in a state: the field that names it in contracts, its id, and who sees how it stands, and where."""

    kind: Kind
    state: str
    shown_id: str
    owner: Caller
    listed: str  # the operation
    asked: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.kind.name.lower()} {self.state}"

    @property
    def ids(self) -> dict[str, str]:
        return {f"{self.kind.name.lower()}_id": str(parse_id(self.shown_id, "", self.kind))}

    async def look(self) -> list[Any]:
        """How it stands, as its owner sees it."""
        nodes = (await self.owner.run(self.listed, **self.asked))["nodes"]
        return [node for node in nodes if node["id"] == self.shown_id]


@dataclass
class Scene:
    stack: Stack
    http: HttpClient
    tokens: dict[str, str]
    things: Sequence[Thing]


@pytest.fixture(scope="module")
async def scene(stack: Stack) -> AsyncGenerator[Scene]:
    async with connect(stack.graphql) as nobody:
        operator, regulator = await operator_of(nobody, stack.secrets), await regulator_of(nobody, stack.secrets)
        clinic, rival = await asyncio.gather(a_clinic(nobody, stack.secrets), a_clinic(nobody, stack.secrets))
        await load_codes(stack.city, operator)
        made = await asyncio.gather(
            consents(nobody, clinic), guardianships(nobody), accounts(nobody, clinic), invitations(clinic),
            freezes(clinic, regulator), projects(clinic, operator, regulator), sources(clinic, operator),
            code_maps(clinic, operator), error_reports(nobody, clinic), certificates(clinic, operator),
        )  # fmt: skip
        key = await rival.staff.run("create-api-key", label="system", scopes=["ORDERS", "RECORDS", "STANDING"])
        finance = await colleague(
            nobody, operator, f"finance-{secrets.token_hex(5)}@yima.example.org", PASSWORD, name="Zhao Min",
            duties=["FINANCE"], confirmer=regulator,
        )  # fmt: skip
        auditor = await colleague(
            nobody, regulator, f"auditor-{secrets.token_hex(5)}@yima.example.org", PASSWORD, name="Qian Wei",
            duties=["AUDIT"], confirmer=operator,
        )  # fmt: skip
        tokens = {
            "nobody": "",
            "resident": (await a_resident(nobody))[0].token,
            "partner": rival.staff.token,
            "practitioner": rival.practitioner.token,
            "key": (await nobody.run("exchange-api-key", apiKey=key["secret"]))["accessToken"],
            "finance operator": finance.token,
            "auditor": auditor.token,
        }
        yield Scene(stack, http_client(), tokens, [thing for things in made for thing in things])


async def consents(nobody: Caller, clinic: Clinic) -> list[Thing]:
    """What is offered for a visit, and the consents that come of it."""
    things = []
    for state in ("REQUESTED", "DENIED", "GRANTED", "REVOKED"):
        resident, _ = await a_resident(nobody)
        visit = await visit_of(clinic.practitioner, await scan(resident, clinic.practitioner))
        things.append(Thing(Kind.CONSENT_REQUEST, state, visit["id"], resident, "consent-requests"))
        if state == "DENIED":
            await resident.run("deny-consent", consentRequestId=visit["id"], key=fresh_key())
        if state in ("GRANTED", "REVOKED"):
            given = {"consentRequestId": visit["id"], "informationTypes": ["vital-signs"]}
            consent = await resident.run("grant-consent", **given, key=fresh_key())
            things.append(Thing(Kind.CONSENT, state, consent["id"], resident, "consents"))
            if state == "REVOKED":
                await resident.run("revoke-consent", consentId=consent["id"], reason="enough", key=fresh_key())
    return things


async def guardianships(nobody: Caller) -> list[Thing]:
    things = []
    steps = {"OPEN": "", "CONFIRMED": "confirm-guardianship", "DECLINED": "decline-guardianship"}
    for state, step in steps.items():
        (guardian, _), (parent, parent_id) = await a_resident(nobody), await a_resident(nobody)
        asked = {"residentId": parent_id, "acts": ["ORDERS"], "key": fresh_key()}
        proposal = await guardian.run("propose-guardianship", **asked)
        things.append(Thing(Kind.GUARDIANSHIP_PROPOSAL, state, proposal["id"], guardian, "guardianship-proposals"))
        if step:
            await parent.run(step, proposalId=proposal["id"], key=fresh_key())
    return things


async def accounts(nobody: Caller, clinic: Clinic) -> list[Thing]:
    things = []
    for state in ("ACTIVE", "SUSPENDED", "LEFT"):
        login = f"staff-{secrets.token_hex(5)}@clinic.example.org"
        await colleague(nobody, clinic.staff, login, PASSWORD, name="Li Na", duties=["DESK"], confirmer=None)
        (account,) = [each for each in await clinic.staff.every("accounts") if each["login"] == login]
        things.append(Thing(Kind.ACCOUNT, state, account["id"], clinic.staff, "accounts"))
        if state != "ACTIVE":
            step = "suspend-account" if state == "SUSPENDED" else "remove-account"
            await clinic.staff.run(step, accountId=account["id"], reason="she is away")
    return things


async def invitations(clinic: Clinic) -> list[Thing]:
    things = []
    for state in ("OPEN", "REVOKED"):
        made = await clinic.staff.run("invite-account", note="Li Na", duties=["DESK"], key=fresh_key())
        things.append(Thing(Kind.INVITATION, state, made["id"], clinic.staff, "invitations"))
        if state == "REVOKED":
            await clinic.staff.run("revoke-invitation", invitationId=made["id"])
    return things


async def freezes(clinic: Clinic, regulator: Caller) -> list[Thing]:
    things = []
    for state in ("LIFTED", "IMPOSED"):
        case = {"caseNumber": f"WJW-{secrets.token_hex(6).upper()}", "reason": "complaints", "key": fresh_key()}
        frozen = await regulator.run("impose-freeze", targetId=clinic.partner_id, capabilities=["BE_PAID"], **case)
        things.append(Thing(Kind.FREEZE, state, frozen["id"], regulator, "freezes", {"targetId": clinic.partner_id}))
        if state == "LIFTED":
            await regulator.run("lift-freeze", freezeId=frozen["id"], reason="nothing was found", key=fresh_key())
    return things


async def projects(clinic: Clinic, operator: Caller, regulator: Caller) -> list[Thing]:
    things = []
    for number, state in enumerate(("PROPOSED", "ENDORSED", "APPROVED", "ENDED")):
        proposal = {
            "name": f"Sugar and sleep {secrets.token_hex(4)}", "why": "whether sleep changes the sugar in the blood",
            "informationTypes": ["laboratory"], "purpose": "HRESCH", "accessMode": "VIEW", "termDays": 30,
            "ethicsApproval": "IRB Jinan 2026-7", "key": fresh_key(),
        }  # fmt: skip
        project = await clinic.staff.run("propose-project", **proposal)
        about = {"projectId": project["id"]}
        steps = [
            partial(operator.run, "endorse-project", **about, key=fresh_key()),
            partial(regulator.run, "approve-project", **about, key=fresh_key()),
            partial(regulator.run, "end-project", **about, reason="it is over", key=fresh_key()),
        ]
        for step in steps[:number]:
            await step()
        things.append(Thing(Kind.PROJECT, state, project["id"], regulator, "projects", about))
    return things


async def sources(clinic: Clinic, operator: Caller) -> list[Thing]:
    things = []
    for state in ("REGISTERED", "APPROVED", "REFUSED", "ENDED"):
        terms = {"system": "LIS", "category": "public-health", "informationTypes": ["laboratory"], "everyMinutes": 60}
        name = f"Laboratory {secrets.token_hex(3)}"
        source = await clinic.staff.run("register-source", name=name, **terms, key=fresh_key())
        about = {"sourceId": source["id"], "reason": "looked at", "key": fresh_key()}
        if state != "REGISTERED":
            await operator.run("decide-source", **about, approved=state != "REFUSED")
        if state == "ENDED":
            await clinic.staff.run("end-source", **about | {"key": fresh_key()})
        things.append(Thing(Kind.SOURCE, state, source["id"], clinic.staff, "sources"))
    return things


async def code_maps(clinic: Clinic, operator: Caller) -> list[Thing]:
    things = []
    for state in ("PROPOSED", "APPROVED", "REJECTED"):
        system = f"urn:clinic:{secrets.token_hex(4)}"
        loaded = await code_files.send(clinic.staff, local_map(system, "GLU", GLUCOSE))
        things.append(Thing(Kind.CODE_MAP, state, loaded["id"], clinic.staff, "code-maps"))
        if state != "PROPOSED":
            decided = {"codeMapId": loaded["id"], "approved": state == "APPROVED", "reason": "compared"}
            await operator.run("decide-code-map", **decided, key=fresh_key())
        if state == "APPROVED":  # what was there before is mapped by and by
            await until("it is applied", things[-1].look, lambda nodes: bool(nodes[0]["appliedAt"]))
    return things


async def error_reports(nobody: Caller, clinic: Clinic) -> list[Thing]:
    resident, resident_id = await a_resident(nobody)
    await ingest(resident, clinic.practitioner, history(secrets.token_hex(4)))
    types = {"informationTypes": ["vital-signs", "laboratory"], "purpose": "PATRQT", "first": 50}
    records = (await resident.run("records", residentId=resident_id, **types))["nodes"]
    things = []
    for state, record in zip(("OPEN", "WITHDRAWN", "CONFIRMED"), records, strict=False):
        wrong = {"residentId": resident_id, "recordId": record["id"], "description": "It was on another day."}
        report = await resident.run("report-error", **wrong, key=fresh_key())
        about = {"errorReportId": report["id"], "key": fresh_key()}
        if state == "WITHDRAWN":
            await resident.run("withdraw-error-report", **about)
        if state == "CONFIRMED":
            await clinic.practitioner.run("answer-error-report", **about, corrected=False, answer="It is right.")
        things.append(Thing(Kind.ERROR_REPORT, state, report["id"], resident, "error-reports"))
    return things


async def certificates(clinic: Clinic, operator: Caller) -> list[Thing]:
    """Those that wait for a regulator, and those in force."""
    grants = [{"aspect": "SECURITY", "scope": ["*"], "expiresAt": "2027-11-01T00:00:00Z"}]
    partner = await operator.run("issue-certificates", partnerId=clinic.partner_id, grants=grants, key=fresh_key())
    proposed = [each["id"] for each in partner["proposedCertificates"]]
    assert proposed, "a certificate that touches data waits for a regulator"
    return [Certificate(Kind.CERTIFICATE, "PROPOSED", each, operator, clinic.partner_id) for each in proposed]


class Certificate(Thing):
    """It is listed with its partner, whose id stands in the place of the operation."""

    async def look(self) -> list[Any]:
        query = "query ($id: ID!) { partner(id: $id) { certificates { id } proposedCertificates { id } } }"
        partner = (await self.owner.raw(query, id=self.listed))["data"]["partner"]
        return [partner["certificates"], partner["proposedCertificates"]]


def routes_about(thing: Thing) -> list[tuple[str, MethodDescriptor]]:
    """Every route that names such a thing."""
    (name,) = thing.ids
    return [
        (service, method)
        for service, contract in CONTRACTS.items()
        for method in contract.methods
        if name in {field.name for field in method.input_type.fields}
        and not policy(method)[2].public
        and method.name not in EVERYBODYS
    ]


@pytest.mark.parametrize(
    "stranger", [name if name in OFTEN else pytest.param(name, marks=pytest.mark.long) for name in STRANGERS]
)
async def test_a_thing_in_any_state_is_changed_by_nobody_whose_it_is_not(scene: Scene, stranger: str) -> None:
    wrong, asked = {}, 0
    before = [await thing.look() for thing in scene.things]
    for thing in scene.things:
        for service, method in routes_about(thing):
            asked += 1
            if fault := await walk(scene, thing, service, method, stranger):
                wrong[f"{thing.name}, {service}.{method.name}"] = fault
    assert wrong == {}
    assert asked >= 3 * len(scene.things) / 2, "every kind of thing has routes"
    for thing, state in zip(scene.things, before, strict=True):
        assert await thing.look() == state, f"{thing.name} was changed by {stranger}"
        assert state, f"{thing.name} is seen by its owner"


async def walk(scene: Scene, thing: Thing, service: str, method: MethodDescriptor, stranger: str) -> str:
    """What is wrong with the answer to who has no say."""
    route = policy(method)[2]
    role, duty = ROLES[stranger], DUTIES.get(stranger)
    if duty is not None and role in route.roles:
        needed = duties_needed(route.duties, role)
        if not needed or duty in needed:
            return ""  # their say, or everybody's of the role
    module = importlib.import_module(f"yima.{service}.v1.client")
    client = getattr(module, f"{service.capitalize()}Client")(scene.http, scene.stack.service_url(service))
    request = filled(GetMessageClass(method.input_type), thing.ids)
    (bare,) = thing.ids.values()
    if bare not in json_format.MessageToJson(request):
        return ""  # what is valid here names nothing of the kind: it would be about something of their own
    key = "" if f"{service}.{method.name}" in REFUSES else fresh_key()
    try:
        answer = await client.call(
            method.name, request, GetMessageClass(method.output_type), scene.tokens[stranger], key
        )
    except Problem as refusal:
        expected = (400, 403, 404) if role in route.roles and duty is None else (401, 403)
        return "" if refusal.status in expected else f"{refusal.status} {refusal.code}: {refusal}"
    shown = json_format.MessageToJson(answer)
    allowed = role in route.roles and duty is None
    return "" if allowed and bare not in shown else f"answered {shown[:200]}"
