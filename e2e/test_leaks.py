"""Nothing of a record leaves without a permit: every way to ask, for everybody who has none, and every place where a
copy could come to lie.

A resource has a word in it that is nowhere else. Who has the resident's consent reads it; nobody else does, and none of
them learns from an answer that there is such a resource at all: it is the answer to a question about one that is not.
"""

import asyncio
import base64
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import uuid4

import orjson
import pytest
from devstack.samples import some_of
from devstack.stack import Stack
from gateway.console import operations
from ops.demo import history
from ops.example_city import ingest
from yima.services import SERVICES
from yima_client.caller import Caller, connect, fresh_key, until

from e2e.people import Clinic, a_clinic, a_resident, confirmed, known_to, operator_of, place, regulator_of
from e2e.test_deadlines import READING
from e2e.test_fhir import fhir, named, record_as_known, visited
from e2e.test_subscriptions import talk
from e2e.test_visits import scan, visit_of

pytestmark = pytest.mark.anyio
TYPES = ["vital-signs", "laboratory"]
CODE = "14771-0"
RECORDS = """query (
  $id: ID!, $types: [String!]!, $purpose: String!, $codes: [String!], $after: String, $mode: AccessMode!
) {
  records(
    residentId: $id, informationTypes: $types, purpose: $purpose, codes: $codes, after: $after, accessMode: $mode
  ) { nodes { id resource } pageInfo { endCursor } }
}"""
VERSIONS = """query ($id: ID!, $record: ID!, $types: [String!]!, $purpose: String!) {
  recordVersions(residentId: $id, recordId: $record, informationTypes: $types, purpose: $purpose) {
    versions { record { resource } } } }"""


@dataclass(frozen=True)
class Asker:
    """Somebody who asks: as whom, for what, and by the ids that the resident and the resource have for them."""

    caller: Caller
    resident_id: str
    record_id: str
    purpose: str


@dataclass(frozen=True)
class Scene:
    """A resident with a secret in their record, who may read it, and who may not."""

    secret: str
    permitted: Asker
    resident: Asker  # whose it is
    others: dict[str, Asker]
    cursor: str  # of the page on which the secret comes first
    next_link: str
    etag: str


@dataclass(frozen=True)
class Answer:
    """What somebody was answered: what it is (a code, or that it is one), and every byte of it."""

    kind: str
    text: str


type Surface = Callable[[Scene, Asker], Awaitable[Answer]]


def with_secret(run: str, secret: str) -> list[dict[str, Any]]:
    """A history of which the newest resource has the secret in it: in words, in its id."""
    resources = history(run)
    newest = max(resources, key=lambda each: each["effectiveDateTime"])
    assert newest["code"]["coding"][0]["code"] == CODE
    marked = newest | {"id": f"{secret}-{run}", "note": [{"text": f"about {secret}"}]}
    marked["code"] = marked["code"] | {"text": secret}
    return [*(each for each in resources if each is not newest), marked]


@pytest.fixture(scope="module")
async def scene(stack: Stack) -> AsyncGenerator[Scene]:
    async with connect(stack.graphql) as nobody:
        writer, reader, revoked, never = [await a_clinic(nobody, stack.secrets) for _ in range(4)]
        resident, resident_id = await a_resident(nobody)
        stranger, _ = await a_resident(nobody)
        secret = f"canary{secrets.token_hex(8)}"
        await ingest(resident, writer.practitioner, with_secret(secrets.token_hex(4), secret))
        for clinic in (revoked, reader):
            await visited(resident, resident_id, clinic)
            if clinic is revoked:
                (visit,) = [each for each in (await resident.run("consents"))["nodes"] if each["status"] == "GRANTED"]
                await resident.run("revoke-consent", consentId=visit["id"], reason="enough")
        page = await resident.raw(RECORDS, id=resident_id, types=TYPES, purpose="PATRQT", mode="VIEW")
        own_id = next(each["id"] for each in page["data"]["records"]["nodes"] if secret in each["resource"])
        at_reader = known_to(reader.practitioner, resident_id)
        async with fhir(reader.practitioner) as http:
            page = (await http.get("Observation", params={"patient": named(at_reader), "_count": "1"})).json()
            record_id = page["entry"][0]["resource"]["id"]
            etag = (await http.get(f"Observation/{record_id}")).headers["etag"]
            next_link = next(each["url"] for each in page["link"] if each["relation"] == "next")

        def at(clinic: Clinic, caller: Caller, purpose: str = "TREAT") -> Asker:
            known = record_as_known(caller, named(own_id)).replace("-", "_")
            return Asker(caller, known_to(clinic.practitioner, resident_id), known, purpose)

        permitted = at(reader, reader.practitioner)
        assert named(permitted.record_id) == record_id
        first = await reader.practitioner.raw(
            RECORDS.replace("$mode\n", "$mode, first: 1\n"), id=at_reader, types=TYPES, purpose="TREAT", mode="VIEW"
        )
        others = {
            "without a consent": at(never, never.practitioner),
            "who wrote it": at(writer, writer.practitioner),
            "a colleague of who scanned": at(reader, reader.staff),
            "after the revocation": at(revoked, revoked.practitioner),
            "for another purpose": at(reader, reader.practitioner, "HRESCH"),
            "another resident": Asker(stranger, resident_id, own_id, "PATRQT"),
            "the operator": Asker(await operator_of(nobody, stack.secrets), resident_id, own_id, "TREAT"),
            "the regulator": Asker(await regulator_of(nobody, stack.secrets), resident_id, own_id, "TREAT"),
            "nobody": Asker(nobody, resident_id, own_id, "TREAT"),
        }
        cursor = first["data"]["records"]["pageInfo"]["endCursor"]
        own = Asker(resident, resident_id, own_id, "PATRQT")
        yield Scene(secret, permitted, own, others, cursor, next_link, etag)


async def graphql(asker: Asker, query: str, **given: Any) -> Answer:
    answer = await asker.caller.raw(query, **given)
    errors = answer.get("errors") or ()
    kind = errors[0]["extensions"]["code"] if errors else str(answer.get("type", "answered"))
    return Answer(kind, orjson.dumps(answer).decode())


async def records(asker: Asker, **given: Any) -> Answer:
    about: dict[str, Any] = {"id": asker.resident_id, "types": TYPES, "purpose": asker.purpose, "mode": "VIEW"}
    return await graphql(asker, RECORDS, **about | given)


async def over_fhir(
    asker: Asker, path: str, headers: dict[str, str] | None = None, method: str = "GET", content: str = "", **form: str
) -> Answer:
    async with fhir(asker.caller, asker.caller.token or "") as http:
        sent = {"purpose-of-use": asker.purpose} | (headers or {})
        way = "POST" if form else method
        answer = await http.request(way, path, headers=sent, data=form or None, content=content or None)
    assert answer.headers["cache-control"] == "no-store", "nobody between keeps it"
    kind = str(answer.status_code)
    if answer.status_code == 200 and answer.headers["content-type"] == "application/fhir+json":
        found = answer.json()
        kind = f"{kind}, {found.get('total', '?')} of {found['resourceType']}"
    return Answer(kind, f"{dict(answer.headers)}{answer.text}")


def patient(asker: Asker) -> str:
    return named(asker.resident_id)


def resource(asker: Asker) -> str:
    return f"Observation/{named(asker.record_id)}"


async def versions(_: Scene, asker: Asker) -> Answer:
    about: dict[str, Any] = {"id": asker.resident_id, "types": TYPES, "purpose": asker.purpose}
    return await graphql(asker, VERSIONS, record=asker.record_id, **about)


async def shipped(asker: Asker, operation: str, **given: Any) -> Answer:
    """An operation of the pages and the command line."""
    return await graphql(asker, operations()[operation], **given)


async def export(_: Scene, asker: Asker) -> Answer:
    """Which files there are; and the file that the resource is in, asked for by itself."""
    begun = f"Patient/{patient(asker)}/$export"
    bounds = f"_type=Observation&from={named(asker.record_id)}&to={named(asker.record_id)}"
    answers = [
        await over_fhir(asker, begun, headers={"prefer": "respond-async"}),
        await over_fhir(asker, f"{begun}-status"),
        await over_fhir(asker, f"{begun}-file?{bounds}"),
    ]
    return Answer(" ".join(each.kind for each in answers), "".join(each.text for each in answers))


async def odd_questions(_: Scene, asker: Asker) -> Answer:
    """What is said of questions about it that cannot be."""
    changed = {"if-match": 'W/"9"', "content-type": "application/json-patch+json"}
    answers = [
        await over_fhir(asker, f"{resource(asker)}/_history/99"),
        await over_fhir(asker, f"{resource(asker)}?_elements=nothing"),
        await over_fhir(asker, f"Observation?patient={patient(asker)}&_after={named(asker.record_id)}"),
        await over_fhir(asker, resource(asker), method="PATCH", headers=changed, content="[]"),
        await records(asker, after=asker.record_id),
    ]
    return Answer(" ".join(each.kind for each in answers), "".join(each.text for each in answers))


SURFACES: dict[str, Surface] = {
    "a list": lambda _, asker: records(asker),
    "a list by code": lambda _, asker: records(asker, codes=[CODE]),
    "a page's cursor": lambda scene, asker: records(asker, after=scene.cursor),
    "an aggregate": lambda _, asker: records(asker, mode="COMPUTE"),
    "its versions": versions,
    "a search": lambda _, asker: over_fhir(asker, f"Observation?patient={patient(asker)}"),
    "a search by code": lambda _, asker: over_fhir(asker, f"Observation?patient={patient(asker)}&code={CODE}"),
    "a search by form": lambda _, asker: over_fhir(asker, "Observation/_search", patient=patient(asker)),
    "a count": lambda _, asker: over_fhir(asker, f"Observation?patient={patient(asker)}&_summary=count"),
    "what is included": lambda _, asker: over_fhir(
        asker, f"Observation?patient={patient(asker)}&_include=Observation:subject"
    ),
    "a link to the next page": lambda scene, asker: over_fhir(asker, scene.next_link),
    "everything": lambda _, asker: over_fhir(asker, f"Patient/{patient(asker)}/$everything"),
    "the resource": lambda _, asker: over_fhir(asker, resource(asker)),
    "the resource by its ETag": lambda scene, asker: over_fhir(
        asker, resource(asker), headers={"if-none-match": scene.etag}
    ),
    "its id": lambda _, asker: over_fhir(asker, f"Observation?_id={named(asker.record_id)}"),
    "its history": lambda _, asker: over_fhir(asker, f"{resource(asker)}/_history"),
    "a version": lambda _, asker: over_fhir(asker, f"{resource(asker)}/_history/1"),
    "an export": export,
    "the line of time": lambda _, asker: shipped(asker, "timeline", residentId=asker.resident_id, first=50),
    "a trend": lambda _, asker: shipped(asker, "series", residentId=asker.resident_id, code=CODE),
    "what went wrong": odd_questions,
    "findings": lambda _, asker: shipped(asker, "quality-findings", first=50),
    "the catalogue of what there is": lambda _, asker: shipped(asker, "resource-catalogue"),
    "what is waiting for a code": lambda _, asker: shipped(asker, "unmapped-codes", first=50),
}
NEVER_SAID = {"an aggregate"}  # of which nobody is told, before a result is reviewed
OWN = {"an export", "the line of time", "a trend"}  # for the resident alone
OF_NO_RESOURCE = {"what went wrong", "findings", "the catalogue of what there is", "what is waiting for a code"}
NOT_ITSELF = {"a page's cursor", "a link to the next page", "the resource by its ETag", "a count"}
ASKERS = (
    "without a consent", "who wrote it", "a colleague of who scanned", "after the revocation", "for another purpose",
    "another resident", "the operator", "the regulator", "nobody",
)  # fmt: skip


@pytest.mark.parametrize("surface", sorted(SURFACES.keys() - NEVER_SAID - NOT_ITSELF - OF_NO_RESOURCE))
async def test_who_has_the_residents_consent_reads_it(scene: Scene, surface: str) -> None:
    who = scene.resident if surface in OWN else scene.permitted
    assert scene.secret in (await SURFACES[surface](scene, who)).text


@pytest.mark.parametrize("surface", sorted(OWN | OF_NO_RESOURCE))
async def test_a_consent_shows_nothing_where_a_resource_is_not_asked_for(scene: Scene, surface: str) -> None:
    assert scene.secret not in (await SURFACES[surface](scene, scene.permitted)).text


@pytest.mark.parametrize("asking", some_of([*product(sorted(SURFACES), ASKERS)], 50, " by ".join))
async def test_who_has_none_reads_nothing_of_it_and_learns_nothing_of_whether_it_is_there(
    scene: Scene, asking: tuple[str, str]
) -> None:
    surface, asker = asking
    who = scene.others[asker]
    answer = await SURFACES[surface](scene, who)
    assert scene.secret not in answer.text
    made_up = Asker(who.caller, who.resident_id, f"rec_{uuid4().hex}", who.purpose)
    about_nothing = await SURFACES[surface](scene, made_up)
    assert answer.kind == about_nothing.kind, "one that is there is answered otherwise than one that is not"


async def test_it_is_in_nothing_that_is_followed(scene: Scene, stack: Stack) -> None:
    """What a subscription pushes while the resource is read, and while a consent for it is given."""
    resident = scene.resident.caller
    async with connect(stack.graphql) as nobody:
        clinic = await a_clinic(nobody, stack.secrets)
        async with talk(stack, resident) as theirs, talk(stack, clinic.practitioner) as ours:
            await theirs.subscribe("1", "consent-changes")
            await ours.subscribe("1", "visit-changes")
            await asyncio.sleep(0.5)
            visit = await visit_of(clinic.practitioner, await scan(resident, clinic.practitioner))
            await resident.run("grant-consent", consentRequestId=visit["id"], informationTypes=TYPES)
            heard = [await theirs.next(), await ours.next()]
        at_clinic = known_to(clinic.practitioner, scene.resident.resident_id)
        seen = await records(Asker(clinic.practitioner, at_clinic, "", "TREAT"))
    assert scene.secret in seen.text, "it may be read now"
    assert heard[0]["consent"]["informationTypes"] and heard[1]["visit"]["id"] == visit["id"]
    assert scene.secret not in orjson.dumps(heard).decode()


@pytest.mark.parametrize("surface", sorted(NEVER_SAID))
async def test_what_is_computed_is_told_nobody_row_by_row(scene: Scene, surface: str) -> None:
    answer = await SURFACES[surface](scene, scene.permitted)
    assert (answer.kind, scene.secret in answer.text) == ("rows-not-released", False)


BY_TEST = {  # of the residents' laboratory results, by what the laboratory calls them
    "views": [
        {
            "name": "results",
            "view": {
                "resource": "Observation",
                "select": [{"column": [{"name": "test", "path": "code.text", "type": "string"}]}],
            },
        }
    ],
    "groups": [{"name": "test", "column": "results.test"}],
    "measures": [{"name": "residents", "of": "residents"}],
}
COHORT = 10  # of so few at least something is said
ALWAYS_SAID = 14  # of a few more than that, it follows from who they are


@dataclass(frozen=True)
class Computed:
    """Runs of a clinic's over those who joined its project, of whom one has the secret in their record."""

    clinic: Clinic
    latecomers: list[Caller]  # without whom there are too few
    template_id: str
    withheld: str  # a run over one person too few
    released: str  # a run over as many as it takes
    order: dict[str, Any]  # what the released run was for
    askers: dict[str, Caller]


async def ended(staff: Caller, run_id: str) -> str:
    """What a run came to."""

    async def status() -> str:
        (run,) = (await staff.run("query-runs", runId=run_id))["nodes"]
        return str(run["status"])

    return await until("the end of a run", status, lambda status: status not in ("ASKED", "RUNNING"))


@pytest.fixture(scope="module")
async def computed(scene: Scene, stack: Stack) -> AsyncGenerator[Computed]:
    async with connect(stack.graphql) as nobody:
        operator, regulator = await operator_of(nobody, stack.secrets), await regulator_of(nobody, stack.secrets)
        terms: dict[str, Any] = {
            "kind": "DEVICE_MONITORING", "contents": [READING | {"times": 4}], "validDays": 30,
            "price": {"amount": "10.00", "currency": "CNY"},
        }  # fmt: skip
        clinic, other = await a_clinic(nobody, stack.secrets, **terms), await a_clinic(nobody, stack.secrets)
        asked = {"informationTypes": ["laboratory"], "purpose": "HRESCH", "why": "to plan laboratories"}
        project = await clinic.staff.run(
            "propose-project", name=f"Tests {secrets.token_hex(4)}", accessMode="COMPUTE", termDays=30,
            peopleMin=COHORT, ethicsApproval="IRB 7", key=fresh_key(), **asked,
        )  # fmt: skip
        await operator.run("endorse-project", projectId=project["id"])
        await regulator.run("approve-project", projectId=project["id"])
        template = await clinic.staff.run(
            "propose-query-template", code=f"tests-{secrets.token_hex(4)}", title="Residents by test", runsMax=20,
            query=orjson.dumps(BY_TEST).decode(), projectId=project["id"], key=fresh_key(), **asked,
        )  # fmt: skip
        for who, step in ((operator, "endorse-query-template"), (regulator, "approve-query-template")):
            await who.run(step, templateId=template["id"], key=fresh_key())

        async def joined(resources: list[dict[str, Any]]) -> Caller:
            resident, _ = await a_resident(nobody)
            await ingest(resident, clinic.practitioner, resources)
            await resident.run("join-project", projectId=project["id"])
            return resident

        async def joined_by(count: int) -> list[Caller]:
            return await asyncio.gather(*(joined(history(secrets.token_hex(4))[-1:]) for _ in range(count)))

        async def run(**more: Any) -> str:
            asked = await clinic.staff.run("request-query-run", templateId=template["id"], key=fresh_key(), **more)
            return str(asked["id"])

        resident = await joined(with_secret(secrets.token_hex(4), scene.secret))
        await joined_by(COHORT - 1)
        withheld = await run()
        assert await ended(clinic.staff, withheld) == "WITHHELD"
        latecomers = await joined_by(ALWAYS_SAID - COHORT + 1)
        buyer = latecomers[0]
        order = await place(buyer, clinic)
        await confirmed(buyer, order["id"])
        await clinic.staff.run("accept-order", orderId=order["id"])
        (line,) = (await buyer.run("order", id=order["id"]))["lines"]
        released = await run(orderLineId=line["id"], item=READING["code"])
        assert await ended(clinic.staff, released) == "RELEASED"
        yield Computed(
            clinic, latecomers, template["id"], withheld, released, order,
            {
                "whose run it is": clinic.staff, "their practitioner": clinic.practitioner, "the operator": operator,
                "the regulator": regulator, "another partner": other.staff, "who was counted": resident,
                "nobody": nobody,
            },
        )  # fmt: skip


RESULT = "query ($id: ID!) { runResult(runId: $id) { covered signed groups { labels { value } } } }"
RUNS = "query ($id: ID!) { queryRuns(runId: $id) { nodes { id status parameters failure } } }"
MAY_READ_RESULTS = ("the regulator", "whose run it is")
MAY_NOT = ("the operator", "their practitioner", "another partner", "who was counted", "nobody")


@pytest.mark.parametrize("who", [*MAY_READ_RESULTS, *MAY_NOT])
async def test_what_a_run_says_is_of_groups_and_nothing_of_one_of_them(
    scene: Scene, computed: Computed, who: str
) -> None:
    asker = computed.askers[who]
    answers = [
        await asker.raw(query, id=run) for query in (RESULT, RUNS) for run in (computed.released, computed.withheld)
    ]
    signed = ((answers[0].get("data") or {}).get("runResult") or {}).get("signed", "..")
    claims = base64.urlsafe_b64decode(signed.split(".")[1] + "==")
    assert scene.secret not in f"{answers}{claims!r}"
    if who in MAY_READ_RESULTS:
        groups = answers[0]["data"]["runResult"]["groups"]
        assert [label["value"] for group in groups for label in group["labels"]] == ["Fasting glucose"]
    else:
        codes = [answer["errors"][0]["extensions"]["code"] for answer in answers[:2]]
        made_up = (await asker.raw(RESULT, id=f"run_{uuid4().hex}"))["errors"][0]["extensions"]["code"]
        assert codes == [made_up] * 2, "a run that is there is answered otherwise than one that is not"


async def test_who_was_counted_reads_in_what_and_whoever_takes_their_word_back_is_in_no_further_run(
    computed: Computed,
) -> None:
    entries = (await computed.latecomers[0].run("access-log", first=20))["nodes"]
    assert any("Residents by test" in orjson.dumps(entry).decode() for entry in entries)
    for resident in computed.latecomers:
        (consent,) = [each for each in (await resident.run("consents"))["nodes"] if each["origin"] == "PROJECT"]
        await resident.run("revoke-consent", consentId=consent["id"], reason="enough")
    again = await computed.clinic.staff.run("request-query-run", templateId=computed.template_id, key=fresh_key())
    assert await ended(computed.clinic.staff, again["id"]) == "WITHHELD"


async def test_a_run_for_an_order_is_a_use_that_is_charged(computed: Computed) -> None:
    """One report of four: a quarter of the price, once the resident agrees."""
    order_id, buyer = computed.order["id"], computed.latecomers[0]

    async def used() -> int:
        (line,) = (await buyer.run("order", id=order_id))["lines"]
        return sum(item["used"] for item in line["entitlements"])

    assert await until("the use", used, bool) == 1
    cancelled = await buyer.run("cancel-order", orderId=order_id, reason="enough", key=fresh_key())
    assert cancelled["cancellation"]["due"]["amount"] == "2.50"
    await buyer.run("confirm-service", orderId=order_id, key=fresh_key())
    paid = await until(
        "the money", lambda: computed.clinic.staff.run("order", id=order_id),
        lambda order: order["payment"]["status"] == "CAPTURED",
    )  # fmt: skip
    assert paid["payment"]["captured"]["amount"] == "2.50"


TABLES = """
    SELECT format('%I', table_name) AS name FROM information_schema.tables
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
"""
HOLDS = "SELECT EXISTS (SELECT FROM {0} AS held WHERE held::text ~ '{1}') AS holds"


async def test_it_lies_in_the_records_database_and_nowhere_else(scene: Scene, computed: Computed, stack: Stack) -> None:
    """Not in another service's database, as text or as bytes; not on the bus, whatever was published of it."""
    hidden = scene.secret.encode().hex()
    holding: dict[str, set[str]] = {}
    for service in SERVICES:
        for table in await stack.postgres.fetch(service, TABLES):
            (row,) = await stack.postgres.fetch(service, HOLDS.format(table["name"], f"{scene.secret}|{hidden}"))
            if row["holds"]:
                holding.setdefault(service, set()).add(table["name"])
    assert holding == {"records": {"record"}}


async def test_it_is_in_no_log_no_span_no_message_and_on_no_bus(
    scene: Scene, computed: Computed, stack: Stack, trace_file: Any
) -> None:
    looked_at = [path for path in stack.folder.rglob("*") if path.is_file() and "postgres" not in path.parts]
    assert {"logs", "nats"} <= {path.relative_to(stack.folder).parts[0] for path in looked_at}
    assert [path for path in (*looked_at, trace_file) if scene.secret.encode() in path.read_bytes()] == []
