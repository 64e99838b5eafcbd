"""Nobody reaches what is another's, or what their duties are not for: every route of every contract, walked with the
ids of somebody else's things by whoever has another role, standing, duty or scope."""

import importlib
from collections.abc import AsyncGenerator, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from chassis.client import http_client
from chassis.inside import HttpClient
from chassis.problems import Problem
from chassis.refusals import NotFound
from chassis.routes import DUTIES, duties_needed, needs_standing, policy
from chassis.wire import timestamp
from devstack.samples import is_drawn
from devstack.stack import Stack
from gateway.ids import Kind, parse_global_id, shown
from gateway.policy import CONTRACTS
from google.protobuf import json_format
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from ops.example_city import colleague
from yima.common.v1.route_pb2 import Duty, GuardianAct, Role, Route, Scope
from yima.settlement.v1.api_pb2 import OpenDisputeRequest
from yima.settlement.v1.client import SettlementClient
from yima.settlement.v1.statement_pb2 import IssueStatementRequest
from yima_client.caller import Caller, fresh_key, until
from yima_client.errors import Refused

from e2e.people import (
    PASSWORD,
    Clinic,
    a_clinic,
    a_resident,
    confirmed,
    operator_of,
    place,
    registered,
    regulator_of,
    serve,
    standing_otherwise,
    until_status,
)
from e2e.test_keys import REFUSES
from e2e.valid_requests import filled, ids_in_paths

pytestmark = pytest.mark.anyio

STRANGERS = {
    "resident": Role.ROLE_RESIDENT,
    "partner": Role.ROLE_PARTNER,
    "practitioner": Role.ROLE_PRACTITIONER,
    "suspended partner": Role.ROLE_PARTNER,
    "suspended practitioner": Role.ROLE_PRACTITIONER,
    "frozen partner": Role.ROLE_PARTNER,
    "frozen practitioner": Role.ROLE_PRACTITIONER,
    "lapsed partner": Role.ROLE_PARTNER,
    "lapsed practitioner": Role.ROLE_PRACTITIONER,
    "unscreened partner": Role.ROLE_PARTNER,
}
# Whose staff, and how it stands; the operators and the regulators. Of each there is somebody with every single duty.
EMPLOYERS = {
    "clinic": Role.ROLE_PARTNER,  # whose things they are
    "partner": Role.ROLE_PARTNER,
    "suspended partner": Role.ROLE_PARTNER,
    "lapsed partner": Role.ROLE_PARTNER,
    "frozen partner": Role.ROLE_PARTNER,
    "unscreened partner": Role.ROLE_PARTNER,
    "operator": Role.ROLE_OPERATOR,
    "regulator": Role.ROLE_REGULATOR,
}
# What somebody may do for the resident of the scene, who is of age; a minor's guardian is one until their term is over,
# which is the minor's birthday: their token says it the same way.
RELATIVES: Mapping[str, Sequence[str]] = {
    "guardian for ORDERS": ["ORDERS"],
    "guardian for CONSENTS": ["CONSENTS"],
    "guardian for RECORDS and HEALTH_CODE": ["RECORDS", "HEALTH_CODE"],
    "former guardian": [],
    "guardian whose term is over": [],
    "guardian whom nobody confirmed": [],
}
OFTEN = ("guardian for ORDERS", "former guardian")  # each time; the others with the long tests
PEOPLE = [(employer, duty) for employer, role in EMPLOYERS.items() for duty in sorted(DUTIES[role])]
# Of the routes that are not for somebody, one in so many is tried. There are thousands of such pairs of a route
# and a person; each route is tried by several kinds of people at each commit.
HOW_MANY = [8, pytest.param(1, marks=pytest.mark.long)]
PEOPLES_OWN = {"EndGuardianship", "ProposeGuardianship", "ListGuardianships"}  # by the people's own rules
# What anybody may do to their own account, or what changes the whole city whatever is asked.
NOT_WALKED = {
    "SignOut", "SignOutEverywhere", "Leave", "ChangePassword", "ClosePeriod", "ExchangeMoney", "BeginOffboarding",
}  # fmt: skip
ROLES = {**STRANGERS, **dict.fromkeys(RELATIVES, Role.ROLE_RESIDENT)}
TERM = timedelta(seconds=8)  # of the guardianship that is over
SCOPES = {f"key for {Scope.Name(scope).removeprefix('SCOPE_')}": scope for scope in Scope.values()[1:]}
# Routes that are about the caller's own session or institution whatever is asked.
OWN = {"GetMe", "SignOut", "SignOutEverywhere", "ListSessions", "Leave", "BeginOffboarding"}
# What else a route may answer a stranger, before it is looked at whose thing it is: that they need a second factor,
# that the city has no provider, that too many codes were asked for.
ALSO = {"RemovePasskey": 401, "FinishProviderLink": 409, "RequestContactCode": 429}


# Routes whose body cannot be made of the contract alone, and why: what is asked of it is not in the contract.
WITHOUT_A_VALID_BODY = {
    "identity.RedeemHealthCodeToken": "a code is signed by the city",
    "identity.RedeemForeignCode": "a code is signed by its city",
    "identity.RedeemPrintedCode": "a printed code is one that a resident had printed",
    "identity.PutTrustList": "a list is signed by its authority",
    "identity.StepUp": "a code is of the caller's authenticator",
    "ordering.ProveService": "a scan's receipt is signed by identity",
    "ordering.PlaceDeskOrder": "a scan's receipt is signed by identity",
    "identity.SendOrderWord": "titles are in the city's languages",
    "ordering.MakePrivateOffer": "a scan's receipt is signed by identity",
    "consent.OfferConsent": "a document names the caller's own institution",
    "partners.CreateApiKey": "an app's names are in the city's languages",
    "partners.Apply": "names are in the city's languages",
    "catalog.PutServiceDefinition": "categories are the city's",
    "catalog.PutSite": "names are in the city's languages",
    "catalog.DraftOffering": "definitions are the city's",
    "settlement.ListEntries": "it takes one of two ids",
    "consent.LearnStanding": "it takes one of two ids",
    "settlement.IngestBankStatements": "a bank's file is XML",
    "records.RegisterSource": "categories are the city's",
    "records.IngestResources": "a resource is one of FHIR's",
    "records.WriteResource": "a resource is one of FHIR's",
    "records.SubmitBundle": "a Bundle is one of FHIR's",
    "records.BindDevice": "a key proves itself by a signature",
}
# What an answer says that was asked with it: nothing is learnt by it. Any practitioner breaks the glass of anybody,
# which everybody hears of.
ECHOES = {"PlaceOrder", "AddDependant", "BreakGlass", "RegisterPractitioner", "ProposeProject", "ProposeTemplate"}


@dataclass
class Scene:
    """A clinic and a resident with something of everything, and three strangers."""

    stack: Stack
    http: HttpClient
    ids: dict[str, str]  # field name of a contract to the id of a thing of theirs
    tokens: dict[str, str]
    order_id: str
    resident: Caller
    clinic: Clinic
    people: dict[tuple[str, Duty], str]  # tokens of people with one duty, by employer and duty
    there: frozenset[str]  # those of the ids that are of something there is


@pytest.fixture(scope="module")
async def scene(stack: Stack) -> AsyncGenerator[Scene]:
    from yima_client.caller import connect

    async with connect(stack.graphql) as nobody:
        clinic, other = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets)
        resident, resident_id = await a_resident(nobody)
        stranger, _ = await a_resident(nobody)
        done = (await place(resident, clinic))["id"]
        await confirmed(resident, done)
        await serve(resident, clinic, done)
        await until_status(resident, done, "CLOSED")
        order = await place(resident, clinic)
        await confirmed(resident, order["id"])
        requests = await until(
            "consent", lambda: resident.run("consent-requests", orderId=order["id"]), lambda page: bool(page["nodes"])
        )
        consents = await resident.raw("query ($o: ID) { consents(orderId: $o) { nodes { id } } }", o=order["id"])
        lines = await resident.raw("query ($o: ID!) { order(id: $o) { lines { id } } }", o=order["id"])
        (served,) = (await resident.run("order", id=done))["lines"]
        complaint = await resident.run("complain", orderId=done, text="It took long.", key=fresh_key())
        review = await resident.run(
            "review-service", orderId=done, lineId=served["id"], rating=3, text="It took long.", key=fresh_key()
        )
        contract = (await clinic.staff.run("partner", id=clinic.partner_id))["contract"]["id"]
        key = await clinic.staff.raw('mutation { createApiKey(label: "theirs") { ... on ApiKey { id } } }')
        document = await clinic.staff.raw(
            'mutation ($sha256: String!) { requestUpload(mediaType: "image/png", size: 9, sha256: $sha256) {'
            " ... on DocumentLink { documentId } } }",
            sha256="ab" * 32,
        )
        picture = await clinic.staff.run("announce-attachment", mediaType="image/png", size=9, sha256="ab" * 32)
        operator = await operator_of(nobody, stack.secrets)
        http, theirs = http_client(), operator.token
        disputed = OpenDisputeRequest(order_id=parse_global_id(Kind.ORDER, done, ""), reason="not what was promised")
        settlement = SettlementClient(http, stack.service_url("settlement"))
        ids = {
            "dispute_id": (await settlement.open_dispute(disputed, theirs, fresh_key())).id,
            "document_id": parse_global_id(Kind.DOCUMENT, document["data"]["requestUpload"]["documentId"], ""),
            "attachment_id": parse_global_id(Kind.ATTACHMENT, picture["attachmentId"], ""),
            "resident_id": parse_global_id(Kind.RESIDENT, resident_id, ""),
            "practitioner_id": await clinic.practitioner_id(),
            "partner_id": parse_global_id(Kind.PARTNER, clinic.partner_id, ""),
            "offering_id": parse_global_id(Kind.OFFERING, clinic.offering["id"], ""),
            "order_id": parse_global_id(Kind.ORDER, order["id"], ""),
            "order_line_id": parse_global_id(Kind.ORDER_LINE, lines["data"]["order"]["lines"][0]["id"], ""),
            "complaint_id": parse_global_id(Kind.COMPLAINT, complaint["id"], ""),
            "review_id": parse_global_id(Kind.REVIEW, review["id"], ""),
            "consent_request_id": parse_global_id(Kind.CONSENT_REQUEST, requests["nodes"][0]["id"], ""),
            "consent_id": parse_global_id(Kind.CONSENT, consents["data"]["consents"]["nodes"][0]["id"], ""),
            "contract_id": parse_global_id(Kind.CONTRACT, contract, ""),
            "api_key_id": parse_global_id(Kind.API_KEY, key["data"]["createApiKey"]["id"], ""),
        }
        ids |= {"order_ids": ids["order_id"], "offering_ids": ids["offering_id"]}
        until_now = IssueStatementRequest(partner_id=ids["partner_id"], period_end=timestamp(datetime.now(UTC)))
        ids["statement_id"] = (await settlement.issue_statement(until_now, theirs, fresh_key())).id
        there = frozenset(ids)
        ids |= {name: str(uuid4()) for name in ids_in_paths() - ids.keys()}
        tokens = {
            "resident": stranger.token,
            "partner": other.staff.token,
            "practitioner": other.practitioner.token,
        }
        for name in SCOPES:
            scope = name.rpartition(" ")[2]
            made = await other.staff.run("create-api-key", label=scope, scopes=[scope])
            exchanged = await nobody.run("exchange-api-key", apiKey=made["secret"])
            tokens[name] = exchanged["accessToken"]
        regulator = await regulator_of(nobody, stack.secrets)
        others = await standing_otherwise(nobody, stack.secrets, operator)
        inviters = {"clinic": clinic.staff, "partner": other.staff, "operator": operator, "regulator": regulator}
        inviters |= {name: caller for name, caller in others.items() if name in EMPLOYERS}
        people = {
            (employer, duty): await with_one_duty(nobody, inviters[employer], duty, operator, regulator)
            for employer, duty in PEOPLE
        }
        tokens |= {name: caller.token for name, caller in others.items()}
        yield Scene(stack, http, ids, tokens, order["id"], resident, clinic, people, there)


async def with_one_duty(nobody: Caller, inviter: Caller, duty: Duty, operator: Caller, regulator: Caller) -> str:
    """The token of a colleague of the inviter's who has this duty alone."""
    confirmer = {id(operator): regulator, id(regulator): operator}.get(id(inviter))
    name = Duty.Name(duty).removeprefix("DUTY_")
    login = f"{name.lower()}-{uuid4().hex}@staff.example.org"
    person = await colleague(nobody, inviter, login, PASSWORD, name="Li Na", duties=[name], confirmer=confirmer)
    return person.token


def answer_to(method: MethodDescriptor) -> type[Message]:
    return GetMessageClass(method.output_type)


@pytest.mark.parametrize("one_in", HOW_MANY)
@pytest.mark.parametrize("stranger", [*STRANGERS, *SCOPES])
async def test_a_stranger_is_refused_or_learns_nothing(scene: Scene, stranger: str, one_in: int) -> None:
    """By every route that they may call, and of those that are not for them by one in so many."""
    wrong = {}
    for service, contract in CONTRACTS.items():
        client = client_of(scene, service)
        for method in contract.methods:
            if policy(method)[2].public or method.name in OWN:
                continue
            if not allowed(method, stranger) and not is_drawn(f"{stranger} {method.full_name}", one_in=one_in):
                continue
            if fault := await walk(scene, client, method, stranger):
                wrong[f"{service}.{method.name}"] = fault
    assert wrong == {}


def key_for(client: Any, method: MethodDescriptor) -> str:
    """An idempotency key where the method takes one: with one that is not taken nothing else is looked at."""
    service = method.containing_service.full_name.split(".")[1]
    return "" if f"{service}.{method.name}" in REFUSES else fresh_key()


def client_of(scene: Scene, service: str) -> Any:
    module = importlib.import_module(f"yima.{service}.v1.client")
    return getattr(module, f"{service.capitalize()}Client")(scene.http, scene.stack.service_url(service))


def allowed(method: MethodDescriptor, stranger: str) -> bool:
    """Is the route for people, or keys, of this kind at all?"""
    route = policy(method)[2]
    may = ROLES.get(stranger, Role.ROLE_PARTNER) in route.roles
    if stranger in SCOPES:  # a key is refused but for its scope, and for its partner's own standing
        return may and route.scope in (SCOPES[stranger], Scope.SCOPE_STANDING)
    return may


async def walk(scene: Scene, client: Any, method: MethodDescriptor, stranger: str) -> str:
    """Ask about somebody else's things; returns what is wrong with the answer."""
    request = filled(GetMessageClass(method.input_type), scene.ids)
    may = allowed(method, stranger)
    asked = [field for field in method.input_type.fields if field.name in scene.ids]
    try:
        answer = await client.call(
            method.name, request, answer_to(method), scene.tokens[stranger], key_for(client, method)
        )
    except Problem as refusal:
        expected: tuple[int, ...] = (400, 401, 403, 404, 409) if may else (403,)
        if may and policy(method)[1].count("{"):
            ill = needs_standing(method) and stranger not in ("resident", "partner", "practitioner", *RELATIVES)
            if not ill:
                expected = (400, 403, 404)
        if may and method.name in ALSO:
            expected += (ALSO[method.name],)
        return "" if refusal.status in expected else f"refused by {refusal.status} {refusal.code}: {refusal}"
    if not may:
        return "answered who may not call it"
    shown = json_format.MessageToJson(answer)
    echoed = {scene.ids[field.name] for field in asked} if method.name in ECHOES else set()
    leaked = [known for known in {*scene.ids.values()} - echoed if known in shown]
    return f"showed {sorted(leaked)}: {shown}" if leaked else ""


async def a_relative(scene: Scene, nobody: Caller, name: str) -> str:
    """The token of somebody who acts for the resident of the scene, or did, or wanted to."""
    login = f"relative-{uuid4().hex}@residents.example.org"
    await registered(nobody, login, name="Relative", birth_date="1985-05-05")
    person, ward = await nobody.signed_in(login, PASSWORD), shown(Kind.RESIDENT, scene.ids["resident_id"])
    ends = (datetime.now(UTC) + TERM).isoformat() if name == "guardian whose term is over" else None
    acts = RELATIVES[name] or ["ORDERS", "CONSENTS", "RECORDS", "HEALTH_CODE"]
    proposal = await person.run("propose-guardianship", residentId=ward, acts=acts, until=ends, key=fresh_key())
    if name != "guardian whom nobody confirmed":
        await scene.resident.run("confirm-guardianship", proposalId=proposal["id"], key=fresh_key())
    person = await nobody.signed_in(login, PASSWORD)
    if name == "former guardian":
        assert await acts_for(person)
        await person.run("end-guardianship", residentId=ward, reason="she manages", key=fresh_key())
        person = await nobody.signed_in(login, PASSWORD)
    if not RELATIVES[name]:
        await until("their end", lambda: acts_for(person), lambda many: not many)
    return person.token


async def acts_for(person: Caller) -> list[Any]:
    """For whom somebody acts; nobody where their session has ended with it."""
    try:
        return list((await person.run("me"))["dependants"])
    except Refused:
        return []


def about_a_resident(route: Route, method: MethodDescriptor, ids: Collection[str]) -> bool:
    """May a resident call it, and does it name a thing of theirs?"""
    named = {field.name for field in method.input_type.fields} & set(ids)
    return Role.ROLE_RESIDENT in route.roles and not route.public and method.name not in OWN and bool(named)


@pytest.mark.parametrize(
    "relative", [name if name in OFTEN else pytest.param(name, marks=pytest.mark.long) for name in RELATIVES]
)
async def test_a_guardian_reaches_what_their_acts_are_and_a_former_one_nothing(
    scene: Scene, nobody: Caller, relative: str
) -> None:
    """Each route about a resident, by who may not do its act with the ids of what there is; what may be read, is."""
    wrong: dict[str, str] = {}
    scene.tokens[relative] = await a_relative(scene, nobody, relative)
    may = {GuardianAct.Value(f"GUARDIAN_ACT_{act}") for act in RELATIVES[relative]}
    for service, contract in CONTRACTS.items():
        client = client_of(scene, service)
        for method in contract.methods:
            verb, _, route = policy(method)
            if not about_a_resident(route, method, scene.ids):
                continue
            if may.isdisjoint(route.acts) and method.name not in PEOPLES_OWN:
                fault = await walk(scene, client, method, relative)
            elif verb == "GET" and method.name not in PEOPLES_OWN:
                fault = await read(scene, client, method, scene.tokens[relative])
            else:
                continue
            if fault:
                wrong[f"{service}.{method.name}"] = fault
    assert wrong == {}


async def read(scene: Scene, client: Any, method: MethodDescriptor, token: str) -> str:
    """Ask for what somebody may read, where there is one; returns what is wrong with the answer."""
    asked = {field.name for field in method.input_type.fields} & scene.ids.keys()
    if not asked <= scene.there:
        return ""
    request = filled(GetMessageClass(method.input_type), scene.ids)
    try:
        await client.call(method.name, request, answer_to(method), token, "")
    except Problem as refusal:
        refused = refusal.status in (401, 403) or refusal.code == NotFound.code
        return f"{refusal.status} {refusal.code}: {refusal}" if refused else ""
    return ""


@pytest.mark.parametrize("one_in", HOW_MANY)
@pytest.mark.parametrize(("employer", "duty"), PEOPLE)
async def test_everybody_does_what_their_role_and_duty_say_and_nothing_else(
    scene: Scene, employer: str, duty: Duty, one_in: int
) -> None:
    """Where they may not, with the ids of what there is; where they may, with those of nothing, so that it stays.
    By every route that they may call, and of those that are not for them by one in so many."""
    role, wrong = EMPLOYERS[employer], []
    nothing = {name: str(uuid4()) for name in scene.ids}
    for service, contract in CONTRACTS.items():
        client = client_of(scene, service)
        for method in contract.methods:
            route = policy(method)[2]
            if route.public or method.name in NOT_WALKED:
                continue
            needed = duties_needed(route.duties, role)
            lacking = "duty-needed" if needed and duty not in needed else ""
            expected = lacking if role in route.roles else "forbidden"
            if expected and not is_drawn(f"{employer} {duty} {method.full_name}", one_in=one_in):
                continue
            request = filled(GetMessageClass(method.input_type), scene.ids if expected else nothing)
            try:
                answer = await client.call(
                    method.name, request, answer_to(method), scene.people[employer, duty], key_for(client, method)
                )
            except Problem as refusal:
                if expected and (refusal.status, refusal.code) != (403, expected):
                    wrong.append((method.name, expected, refusal.code))
                if not expected and (refusal.code == "duty-needed" or refusal.status >= 500):
                    wrong.append((method.name, "by its own rules", refusal.code))
                continue
            if expected:
                wrong.append((method.name, expected, json_format.MessageToJson(answer)[:200]))
    assert wrong == []


async def test_every_route_is_walked_with_a_body_that_its_form_allows(scene: Scene) -> None:
    """A body that is refused for its form tells nothing of who may: each such route is named, with the reason."""
    nothing = {name: str(uuid4()) for name in scene.ids}
    ill: dict[str, str] = {}
    for service, contract in CONTRACTS.items():
        client = client_of(scene, service)
        for method in contract.methods:
            route = policy(method)[2]
            if route.public or method.name in NOT_WALKED:
                continue
            request = filled(GetMessageClass(method.input_type), nothing)
            for token in whoever_may(scene, route):
                try:
                    await client.call(method.name, request, answer_to(method), token, key_for(client, method))
                except Problem as refusal:
                    if refusal.status == 400:
                        ill[f"{service}.{method.name}"] = f"{refusal.code} {refusal.field}: {refusal}"
    assert {name: why for name, why in ill.items() if name not in WITHOUT_A_VALID_BODY} == {}
    assert WITHOUT_A_VALID_BODY.keys() - ill.keys() == set(), "it has a valid body by now: the reason goes"


def whoever_may(scene: Scene, route: Route) -> Iterator[str]:
    """The token of somebody of each role that may call a route, with a duty for it; none where a role has nobody."""
    tokens = {Role.ROLE_RESIDENT: scene.tokens["resident"], Role.ROLE_PRACTITIONER: scene.tokens["practitioner"]}
    employers = {Role.ROLE_PARTNER: "partner", Role.ROLE_OPERATOR: "operator", Role.ROLE_REGULATOR: "regulator"}
    for role in route.roles:
        if role in tokens:
            yield tokens[role]
        elif role in employers:
            duties = duties_needed(route.duties, role) or DUTIES[role]
            yield next(token for who, token in scene.people.items() if who[0] == employers[role] and who[1] in duties)


async def test_nothing_of_theirs_has_changed_after_all_that(scene: Scene) -> None:
    order = await scene.resident.run("order", id=scene.order_id)
    assert order["status"] == "CONFIRMED"
    consents = await scene.resident.raw(
        "query ($o: ID) { consents(orderId: $o) { nodes { status } } }", o=scene.order_id
    )
    assert [node["status"] for node in consents["data"]["consents"]["nodes"]] == ["GRANTED"]
    partner = await scene.clinic.staff.run("partner", id=scene.clinic.partner_id)
    assert partner["status"] == "ACTIVE"
    assert (await scene.clinic.practitioner.run("me"))["role"] == "PRACTITIONER"
    offering = await scene.clinic.staff.raw(
        "query ($id: ID!) { offering(id: $id) { status revision } }", id=scene.clinic.offering["id"]
    )
    assert offering["data"]["offering"] == {"status": "PUBLISHED", "revision": 1}
