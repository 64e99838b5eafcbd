"""Two partners that serve the same resident put side by side all that they see, and find nothing that tells them so."""

import asyncio
import base64
import re
from collections.abc import Iterator
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
import pytest
from chassis.ids import Kind, shown
from chassis.pairwise import PARTNERS
from devstack.stack import Stack
from gateway.schema import core
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLUnionType,
    get_named_type,
    is_required_argument,
)
from ops.demo import history, in_force
from ops.example_city import ingest, of_resident
from yima_client.caller import Caller, fresh_key, retried, until
from yima_client.errors import Refused

from e2e.people import (
    Clinic,
    a_clinic,
    a_resident,
    confirmed,
    known_to,
    operator_of,
    refusal,
    regulator_of,
    until_status,
)

pytestmark = pytest.mark.anyio
TYPES = ["vital-signs"]
KEEPS = {"informationTypes": TYPES, "purpose": "TREAT", "accessMode": "STORE", "validDays": 30, "retentionDays": 30}
DEPTH_MAX = 6
ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE)
# Two partners may see the same moment: that something happened to somebody then is no name. See docs/adr/0617.
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})")
# What the city's rules look at is the pack's, and known to everybody: an element's name, no value of it.
PUBLISHED = {"qualityFindings.edges.node.field", "qualityFindings.edges.node.rule"}
EARLIEST, LATEST = 1_600_000_000, 4_000_000_000  # of moments that are numbers of seconds
# What must be named to be asked for, and what of no resident: documents and statements of the partner's own, a line.
ABOUT_RESIDENTS = {
    "order", "orders", "complaints", "disputes", "entries", "disputeEvidence", "visits", "emergencies", "explainAccess",
    "consents", "erasures", "emergencySlice", "records", "errorReports",
}  # fmt: skip
NOT_ASKED = {"document", "statementDocument", "statementLine", "statementCheck", "statement"}


# What is asked: all of it.


def selection(kind: Any, depth: int = 0, above: tuple[str, ...] = ()) -> str:
    """Every field of a type that takes no argument it must have, and of the types of those."""
    if isinstance(kind, GraphQLScalarType | GraphQLEnumType):
        return ""
    if isinstance(kind, GraphQLUnionType):
        members = " ".join(f"... on {each.name} {selection(each, depth, above)}" for each in kind.types)
        return f"{{ __typename {members} }}"
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    lines = ["__typename"]
    for name, definition in kind.fields.items():
        inside = get_named_type(definition.type)
        if any(is_required_argument(argument) for argument in definition.args.values()):
            continue
        if name == "nodes" and "edges" in kind.fields:  # which hold the same
            continue
        if inside.name in above or (depth >= DEPTH_MAX and not isinstance(inside, GraphQLScalarType | GraphQLEnumType)):
            continue
        page = "(first: 5)" if "first" in definition.args else ""
        lines.append(f"{name}{page} {selection(inside, depth + 1, (*above, kind.name))}")
    return f"{{ {' '.join(lines)} }}"


def document(operation: str, name: str, definition: GraphQLField, given: dict[str, Any]) -> str:
    """An operation that asks one field for all there is; whatever of `given` it takes is a variable of it."""
    takes = {argument: kind for argument, kind in definition.args.items() if argument in given}
    declared = ", ".join(f"${argument}: {kind.type}" for argument, kind in takes.items())
    passed = ", ".join(f"{argument}: ${argument}" for argument in takes)
    chosen = selection(get_named_type(definition.type))
    return f"{operation}{f' ({declared})' if declared else ''} {{ {name}{f'({passed})' if passed else ''} {chosen} }}"


def of_partners(root: GraphQLObjectType | None) -> dict[str, GraphQLField]:
    """Fields that a partner's people or systems may ask for, and not everybody."""
    assert root is not None
    policies = {name: definition.extensions["policy"] for name, definition in root.fields.items()}
    return {name: root.fields[name] for name, policy in policies.items() if not PARTNERS.isdisjoint(policy.roles)}


QUERIES, SUBSCRIPTIONS = of_partners(core.query_type), of_partners(core.subscription_type)


# What is seen of it.


@dataclass
class Answers:
    """Every text and number that a partner was answered, and where."""

    values: dict[str, set[str]] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)

    def add(self, name: str, answer: Any) -> None:
        if answer not in (None, []):
            self.answered.add(name)
        for path, value in leaves(answer, name):
            for part in {value, *(found.replace("-", "").lower() for found in ID.findall(value))}:
                self.values.setdefault(part, set()).add(path)


def leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Texts and numbers in an answer; what is within a signed text or a document, too."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name != "__typename":
                yield from leaves(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, path)
    elif isinstance(value, str):
        yield path, value
        for read in decoded(value):
            yield from leaves(read, f"{path}*")
    elif isinstance(value, int | float) and not isinstance(value, bool) and not EARLIEST < value < LATEST:
        yield path, str(value)


def decoded(text: str) -> Iterator[Any]:
    """What a text holds: JSON, and the parts of a token, a cursor or any other base64."""
    if text.startswith(("{", "[")):
        with suppress(orjson.JSONDecodeError):
            yield orjson.loads(text)
    for part in text.split("."):
        if len(part) >= 16:
            with suppress(ValueError):
                read = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()
                if read.isprintable():
                    yield read


# Who is served, and by whom.


@dataclass
class Served:
    """A clinic that serves a resident by an order, a visit and in an emergency; what it has seen of that."""

    clinic: Clinic
    resident: Caller
    order_id: str
    seen: Answers = field(default_factory=Answers)
    ids: dict[str, Any] = field(default_factory=dict)

    async def do(self, who: Caller, name: str, **given: Any) -> Any:
        """Run a mutation that answers with all there is."""
        definition = core.mutation_type.fields[name]  # type: ignore[union-attr]
        answer = await who.raw(document("mutation", name, definition, given), **given)
        result = (answer.get("data") or {}).get(name)  # a practitioner sees no payment, and is told so beside the rest
        assert result is not None and result["__typename"] != "Refused", answer
        self.seen.add(name, result)
        return result

    async def ask(self, who: Caller, name: str) -> None:
        answer = await who.raw(document("query", name, QUERIES[name], self.ids), **self.taken(QUERIES[name]))
        self.seen.add(name, (answer.get("data") or {}).get(name))

    async def follow(self, who: Caller, name: str, enough: int) -> None:
        """The first so many events that there are."""
        given = self.taken(SUBSCRIPTIONS[name])
        text = document("subscription", name, SUBSCRIPTIONS[name], self.ids)
        events = 0
        async with asyncio.timeout(30), aclosing(followed(who, text, given)) as feed:
            async for event in feed:
                assert "errors" not in event, event
                self.seen.add(name, event["data"][name])
                events += 1
                if events == enough:
                    break

    def taken(self, definition: GraphQLField) -> dict[str, Any]:
        return {name: value for name, value in self.ids.items() if name in definition.args}


async def followed(who: Caller, text: str, given: dict[str, Any]) -> Any:
    body, headers = {"query": text, "variables": given}, {**await who.headers(), "accept": "text/event-stream"}
    async with who._http.stream("POST", who._url, json=body, headers=headers) as answer:
        async for line in answer.aiter_lines():
            if line.startswith("data: {"):
                yield orjson.loads(line.removeprefix("data: "))


async def checked_out(resident: Caller, clinics: list[Clinic]) -> list[str]:
    """One basket with something of each clinic, bought at once: an order a clinic."""
    cart = await resident.run("put-cart", lines=[{"offeringId": each.offering["id"]} for each in clinics], version=0)
    asked: dict[str, Any] = {"version": cart["version"]}
    preview = await retried(
        lambda: resident.run("check-out", **asked, validateOnly=True, key=fresh_key()), "unknown-offering"
    )
    lines = [line for each in preview["orders"] for line in each["lines"]]
    agreed = [{name: line[name] for name in ("offeringId", "offeringRevision", "consentHash")} for line in lines]
    given = {"paymentMethod": "sandbox:ok", "consentGiven": True, "expectedTotal": preview["total"], "agreed": agreed}
    done = await resident.run("check-out", **asked, **given, key=fresh_key())
    by_partner = {}
    for each in done["orders"]:
        by_partner[each["lines"][0]["offeringId"]] = each["id"]
        await confirmed(resident, each["id"])
    return [by_partner[each.offering["id"]] for each in clinics]


async def serve(served: Served, operator: Caller) -> None:
    """Everything that a clinic does with a resident and may see of it."""
    clinic, resident, order_id = served.clinic, served.resident, served.order_id
    staff, doctor = clinic.staff, clinic.practitioner
    await in_force(resident, order_id)
    await served.do(staff, "acceptOrder", orderId=order_id)
    code = (await resident.run("issue-health-code"))["text"]
    scan = await served.do(doctor, "redeemHealthCode", text=code, app="Desk", place="Room 3")
    own = [orjson.dumps(of_resident(each, scan["residentId"])).decode() for each in history("own")]
    written = {"residentId": scan["residentId"], "resources": own, "scanReceipt": scan["receipt"]}
    await served.do(doctor, "ingestResources", **written)
    await served.do(doctor, "proveService", orderId=order_id, scanReceipt=scan["receipt"], idempotencyKey=fresh_key())
    served.ids = {
        "residentId": scan["residentId"], "orderId": order_id, "id": order_id, "informationTypes": TYPES,
        "purpose": "TREAT", "partnerId": clinic.partner_id, "first": 5, "after": None,
    }  # fmt: skip

    async def visits() -> Any:
        return (await doctor.run("visits", residentId=scan["residentId"]))["nodes"]

    await until("the visit that the rule opened", visits, lambda nodes: nodes and nodes[0]["status"] == "GRANTED")
    for who in (staff, doctor):  # while its consents are in force
        for name in ("records", "consents", "explainAccess"):
            await served.ask(who, name)
    own_id = (await resident.run("me"))["resident"]["id"]
    read = await resident.run("records", residentId=own_id, informationTypes=TYPES, purpose="PATRQT", first=1)
    wrong = {"residentId": own_id, "recordId": read["nodes"][0]["id"], "description": "It was on another day."}
    await resident.run("report-error", **wrong, key=fresh_key())
    opened = await served.do(doctor, "breakGlass", residentId=scan["residentId"], reason="unconscious after a fall")
    await served.ask(doctor, "emergencySlice")
    await served.do(staff, "reviewEmergency", emergencyId=opened["id"], justified=True, note="as it was written")
    await served.do(doctor, "fulfilOrder", orderId=order_id)
    await until_status(resident, order_id, "CLOSED")
    complaint = await resident.run("complain", orderId=order_id, text="It took long.", key=fresh_key())
    await served.do(staff, "answerComplaint", complaintId=complaint["id"], answer="We are sorry.")
    dispute = await operator.run("open-dispute", orderId=order_id, reason="nobody came", key=fresh_key())
    served.ids["disputeId"] = dispute["id"]
    (kept,) = [each for each in (await resident.run("consents", orderId=order_id))["nodes"] if each["erasure"]]
    attested = {"consentId": kept["id"], "method": "PURGE", "protocolSha256": "", "idempotencyKey": fresh_key()}
    await until("the erasure falls due", lambda: outcome(served.do(staff, "attestErasure", **attested)), bool)


async def look_at_everything(served: Served) -> None:
    """Each query and each subscription that there is for a partner, by its staff and by its practitioner."""
    assert set(SUBSCRIPTIONS) == {
        "orderStatus", "incomingOrders", "orderEvents", "consentChanges", "visitChanges", "webhookEvents",
    }  # fmt: skip
    for who in (served.clinic.staff, served.clinic.practitioner):
        for name in QUERIES.keys() - NOT_ASKED:
            if name == "partner":
                served.ids["id"] = served.clinic.partner_id
            await served.ask(who, name)
            served.ids["id"] = served.order_id
    served.ids["after"] = "s0"
    for name, enough in (
        ("orderStatus", 1),
        ("incomingOrders", 1),
        ("orderEvents", 5),
        ("consentChanges", 2),
        ("visitChanges", 1),
    ):
        await served.follow(served.clinic.staff, name, enough)
    served.ids["after"] = ""  # from the oldest there is
    await served.follow(served.clinic.staff, "webhookEvents", 5)


async def a_person(nobody: Caller, name: str) -> tuple[Caller, str, str]:
    """A resident with a rule for scans and something to read in an emergency: caller, id, the rule's id."""
    resident, resident_id = await a_resident(nobody, name=name)
    rule = await resident.run("set-visit-rule", informationTypes=TYPES, wholeInstitution=True)
    slice_ = {"bloodGroup": "A+", "allergies": ["penicillin"], "contactName": "Lin Mei"}
    given = slice_ | {"residentId": resident_id, "contactTelephone": "+8613800000000"}
    await resident.run("put-emergency-slice", **given)
    return resident, resident_id, rule["id"]


@pytest.mark.long
async def test_two_partners_put_side_by_side_all_they_see_and_find_nothing_in_common(
    stack: Stack, nobody: Caller
) -> None:
    one, other, third = [await a_clinic(nobody, stack.secrets, consent=KEEPS) for _ in range(3)]
    elsewhere = await a_clinic(nobody, stack.secrets)
    operator = await operator_of(nobody, stack.secrets)
    resident, resident_id, rule_id = await a_person(nobody, "Wen Zhiyuan")
    somebody, _, _ = await a_person(nobody, "Qiu Shiyan")
    readings = history("first")
    await ingest(resident, elsewhere.practitioner, readings)
    await ingest(somebody, elsewhere.practitioner, history("second"))
    first, second = await checked_out(resident, [one, other])
    (third_order,) = await checked_out(somebody, [third])
    serving = [Served(one, resident, first), Served(other, resident, second), Served(third, somebody, third_order)]
    for served in serving:
        await serve(served, operator)
        await look_at_everything(served)
        assert served.seen.answered >= ABOUT_RESIDENTS
        assert SUBSCRIPTIONS.keys() <= served.seen.answered

    seen, theirs, control = (served.seen.values for served in serving)
    # A practitioner must know who stands there (ADR 0606), and reads what another institution wrote by the resident's
    # own consent; everything else that both partners see, a third sees of somebody else, too.
    on_purpose = {"Wen Zhiyuan", *(value for _, value in leaves(readings, ""))}
    partners = [served.clinic.partner_id for served in serving]  # they are public, and a record says whose it is
    on_purpose |= {part for clinic in partners for part in (clinic, clinic.removeprefix("par_"))}
    common = {
        value: sorted(seen[value] | theirs[value])
        for value in seen.keys() & theirs.keys() - control.keys() - on_purpose
        if not MOMENT.fullmatch(value) and not seen[value] | theirs[value] <= PUBLISHED
    }
    assert common == {}

    checkout_id = (await resident.raw("query ($id: ID!) { order(id: $id) { checkoutId } }", id=first))["data"]["order"]
    records = (await resident.run("records", residentId=resident_id, informationTypes=TYPES, purpose="PATRQT"))["nodes"]
    internal = [resident_id, rule_id, checkout_id["checkoutId"], *(record["id"] for record in records)]
    assert len(internal) > 4
    for served in serving[:2]:
        assert not {value.rpartition("_")[2] for value in internal} & served.seen.values.keys()


async def test_an_id_that_is_not_the_partners_own_means_nobody(stack: Stack, nobody: Caller) -> None:
    """A resident's own id, another partner's id of them and one of nobody are answered alike."""
    one, other = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets)
    resident, resident_id = await a_resident(nobody)
    for clinic in (one, other):
        await ingest(resident, clinic.practitioner, history("a"))
    doctor = one.practitioner
    mine, another = known_to(doctor, resident_id), known_to(other.practitioner, resident_id)
    nobodys = shown(Kind.RESIDENT, UUID(int=7).hex)
    assert len({mine, another, resident_id}) == 3
    asked = {"informationTypes": TYPES, "purpose": "TREAT"}
    for sent in (resident_id, another, nobodys):
        resources = [orjson.dumps(of_resident(each, sent)).decode() for each in history("b")]
        assert (await refusal(doctor.run("records", residentId=sent, **asked))).code == "consent-denied"
        written = doctor.run("ingest-resources", residentId=sent, resources=resources)
        assert (await refusal(written)).code == "ingest-refused"
        assert (await doctor.run("visits", residentId=sent))["nodes"] == []
        assert (await doctor.run("orders", residentId=sent))["nodes"] == []
        crossed = doctor.run("ingest-resources", residentId=mine, resources=resources)
        assert (await refusal(crossed)).code == "resource-refused", "a resource of another person"
    page = await resident.run("records", residentId=resident_id, first=50, informationTypes=TYPES, purpose="PATRQT")
    subjects = {orjson.loads(node["resource"])["subject"]["reference"] for node in page["nodes"]}
    assert subjects == {f"Patient/{resident_id.removeprefix('res_')}"}
    log = (await resident.run("access-log", first=50))["nodes"]
    assert all(entry["permitted"] for entry in log), "what was tried is about nobody, and in nobody's log"


async def test_supervisors_and_residents_see_one_id_of_a_resident_and_a_partner_another(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, resident_id = await a_resident(nobody)
    (order_id,) = await checked_out(resident, [clinic])
    regulator, operator = await regulator_of(nobody, stack.secrets), await operator_of(nobody, stack.secrets)
    for who in (resident, operator, regulator):
        assert await resident_of(who, order_id) == resident_id
    for who in (clinic.staff, clinic.practitioner):
        assert await resident_of(who, order_id) == known_to(who, resident_id) != resident_id
    key = await clinic.staff.run("create-api-key", label="desk", scopes=["ORDERS"])
    system = await nobody.with_api_key(key["secret"])
    assert await resident_of(system, order_id) == known_to(clinic.staff, resident_id)


async def resident_of(who: Caller, order_id: str) -> str:
    answer = await who.raw("query ($id: ID!) { order(id: $id) { residentId } }", id=order_id)
    return str(answer["data"]["order"]["residentId"])


async def outcome(call: Any) -> bool:
    with suppress(Refused):
        await call
        return True
    return False
