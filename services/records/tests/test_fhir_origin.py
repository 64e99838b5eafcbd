"""What goes out at the FHIR origin is what came in, but for ids and what a server says; what is asked for is found."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any
from uuid import uuid4

import orjson
import pytest
from chassis.database import Database
from chassis.refusals import Forbidden, Invalid, NotFound
from city_pack import smart
from hypothesis import given
from hypothesis import strategies as st
from records.api.fhir.origin import INTERACTIONS, find
from records.domain.capability import TERMINOLOGY, capability_statement
from records.domain.kinds import CATEGORIES, DIAGNOSTIC_SERVICES, KINDS
from records.domain.origin import InteractionNotSupported
from records.domain.releases import Release
from records.domain.rule_packs import SHIPPED, read_packs
from records.domain.scopes import check_scope
from records.domain.search import COUNT_MAX, Search, cursor, cursor_of, parameters_of, search_of
from records.domain.shown import Identity, bundle, entry, members, naming_resident, refer, references_in, show
from records.store import search as store
from records_scenario import APART, DAY, JINAN, NOON, RESIDENT, check, ingest, observation, of_kind

SERVICE = "records"
pytestmark = pytest.mark.anyio
KINDS_OF_INFORMATION = frozenset({"laboratory", "vital-signs", "encounters", "imaging", "medications", "activity"})
IDENTITY = Identity("Observation", "rec-1", 3, NOON, "https://city.example/fhir/Organization/par-1")
NUMBERS = st.integers(-(10**9), 10**9) | st.decimals(allow_nan=False, allow_infinity=False, places=3)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


ALL = {"march", "day", "year", "long", "now"}


# What tokens of apps are good for.


@pytest.mark.parametrize(
    ("scope", "kind", "letter"),
    [
        ("patient/Observation.rs", "Observation", "c"),
        ("patient/Observation.rs", "Condition", "r"),
        ("patient/Observation.r", "Observation", "s"),
        ("patient/Observation.rs patient/Condition.rs", "*", "s"),
        ("patient/*.rs", "Observation", "u"),
        ("system/Observation.rs patient/*.rs", "Condition", "r"),
    ],
)
def test_a_token_does_not_reach_beyond_its_scopes(scope: str, kind: str, letter: str) -> None:
    check_scope("", kind, letter)
    with pytest.raises(Forbidden):
        check_scope(scope, kind, letter)


def test_a_consent_for_a_kind_of_resource_is_for_the_types_of_information_that_it_is_of() -> None:
    categories = {*CATEGORIES.values()}, {*DIAGNOSTIC_SERVICES.values()}
    by_category = dict(zip(("Observation", "DiagnosticReport"), categories, strict=True))
    for name, kind in KINDS.items():
        of = {kind.information_type} if kind.information_type else by_category[name]
        assert smart.TYPES_OF[name] == of, name
        check_scope(f"patient/{name}.rs", name, "s")
    assert smart.TYPES_OF.keys() == {*KINDS, "Patient", smart.EVERY}


# What is shown of a resource.


@given(st.dictionaries(st.text(max_size=6), JSON, max_size=5), st.sampled_from([None, 1]))
def test_a_resource_is_taken_apart_into_its_members_as_they_were_written(value: dict[str, Any], indent: int) -> None:
    text = json.dumps(value, indent=indent, default=float)
    assert [(name, json.loads(written)) for name, written in members(text)] == list(json.loads(text).items())
    assert all(written in text for _, written in members(text))


@pytest.mark.parametrize("written", ["5.10", "1.0000000000000000001", "1E+2", "0.50", "-0.0"])
def test_a_decimal_goes_out_as_it_was_sent(written: str) -> None:
    assert f'"value":{written},' in show(observation().replace("6.1", written), IDENTITY)


def test_what_a_server_says_replaces_what_was_sent_of_it_and_nothing_else() -> None:
    tag = {"system": "urn:yima:information-type", "code": "maternal"}
    sent = observation(
        meta={"versionId": "77", "lastUpdated": f"{DAY}T08:00:00Z", "source": "https://else", "tag": [tag]}
    )
    out = orjson.loads(show(sent, IDENTITY))
    assert out["meta"] == {
        "versionId": "3",
        "lastUpdated": "2026-05-01T12:00:00Z",
        "source": IDENTITY.source,
        "tag": [tag],
    }
    changed = {"id", "meta"}
    assert {k: v for k, v in out.items() if k not in changed} == {
        k: v for k, v in orjson.loads(sent).items() if k not in changed
    }
    part = orjson.loads(show(sent, IDENTITY, {"status"}.__contains__))
    assert (part.keys(), len(part["meta"]["tag"])) == ({"resourceType", "id", "meta", "status"}, 2)
    assert part["meta"]["tag"][-1]["code"] == "SUBSETTED"


@pytest.mark.parametrize("form", [f"Patient/{RESIDENT}", f"Patient/{RESIDENT.hex}", f"urn:uuid:{RESIDENT}"])
def test_a_resident_is_named_alike_however_it_was_sent(form: str) -> None:
    out = naming_resident(observation(subject={"reference": form}, note=[{"text": f"of {RESIDENT}"}]), RESIDENT)
    assert orjson.loads(out)["subject"]["reference"] == f"Patient/res-{RESIDENT.hex}"
    assert str(RESIDENT) not in out


def test_what_an_institution_refers_to_by_its_own_ids_is_found_by_ours() -> None:
    institution, record = uuid4(), uuid4()
    sent = observation(encounter={"reference": "Encounter/e-1"}, hasMember=[{"reference": "Observation/unheard-of"}])
    assert [name[1:] for name in references_in(sent, institution)] == [
        ("Encounter", "e-1"),
        ("Observation", "unheard-of"),
    ]
    out = orjson.loads(refer(sent, institution, {(institution, "Encounter", "e-1"): record}))
    assert out["encounter"]["reference"] == f"Encounter/rec-{record.hex}"
    assert out["hasMember"][0]["reference"] == "Observation/unheard-of"


def test_a_bundle_is_json_whatever_is_in_it() -> None:
    written = bundle(
        "searchset", [entry('https://x/"', show(observation(), IDENTITY), search={"mode": "match"})], {}, 1
    )
    assert json.loads(written, parse_float=Decimal)["entry"][0]["resource"]["valueQuantity"]["value"] == Decimal("6.1")


@pytest.mark.parametrize("name", [f"rec-{uuid4().hex}", f"res-{uuid4().hex}", f"REC_{uuid4().hex}"])
def test_no_institution_gives_an_id_that_reads_as_the_citys(name: str) -> None:
    assert check(observation(id=name)) == "r.id"


# What is asked for.


def searched(kind: str, **parameters: str) -> Search:
    asked = [(name.replace("__", "-"), value) for name, value in parameters.items()]
    return search_of([kind], asked, lenient=False, zone=JINAN)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("unheard-of", "x"), ("code:text", "glucose"), ("code:not", "x"), ("patient", "nobody"), ("date", "yesterday"),
        ("date", "2026-13-01"), ("date", "ap2026"), ("_sort", "name"), ("_include", "Observation:performer"),
        ("_count", "-1"), ("_count", "many"), ("_summary", "some"), ("_after", "anything"),
        ("_lastUpdated", "2026-05-01T08:00"),
        ("code", "x" * 300), ("_has", "x"),
    ],
)  # fmt: skip
def test_what_a_search_cannot_mean_is_refused_at_its_parameter(parameter: str, value: str) -> None:
    with pytest.raises(Invalid) as refusal:
        search_of(["Observation"], [(parameter, value)], lenient=False, zone=JINAN)
    assert refusal.value.field == parameter


def test_what_is_not_known_is_left_out_where_a_client_says_so() -> None:
    search = search_of(["Observation"], [("unheard-of", "x"), ("_count", "7")], lenient=True, zone=JINAN)
    assert (search.count, search.links) == (7, [("_count", "7")])
    assert searched("Observation", _count="100000").count == COUNT_MAX


@given(st.integers(-(10**15), 10**15))
def test_a_place_in_a_search_is_read_back(microseconds: int) -> None:
    at, record = NOON + timedelta(microseconds=microseconds), uuid4()
    assert cursor(cursor_of(at, record)) == (at, record)


async def found(
    db: Database, resident: Any, kind: str = "Observation", own: Any = None, **parameters: str
) -> list[str]:
    """The institution's ids of what is found, in order."""
    async with db.transaction() as session:
        search = searched(kind, **parameters)
        releases = [Release(KINDS_OF_INFORMATION, APART.categories)]
        rows = await store.page(session, search, resident, own, releases, APART)
        assert await store.total(session, search, resident, own, releases, APART) == len(rows)
    return [row.fhir_id for row in rows]


def glucose(name: str, day: str = DAY, **changes: object) -> str:
    return observation(id=name, effectiveDateTime=day, **changes)


async def test_a_search_finds_what_fits_by_code_category_status_and_date(records_db: Database) -> None:
    resident, institution = uuid4(), uuid4()
    pressure = {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]}
    vital = [{"coding": [{"system": "urn:c", "code": "vital-signs"}]}]
    await ingest(
        records_db,
        resident,
        institution,
        glucose("a", "2026-04-01"),
        glucose("b", "2026-04-15T10:30:00+08:00"),
        glucose("c", "2026-04-30"),
        glucose("p", "2026-04-20", status="preliminary"),
        observation(id="v", code=pressure, category=vital, effectiveDateTime="2026-04-02", valueQuantity=None),
    )

    async def names(**parameters: str) -> list[str]:
        return await found(records_db, resident, **parameters)

    assert await names() == ["c", "b", "v", "a"]
    assert await names(code="1558-6") == ["c", "b", "a"]
    assert await names(code="http://loinc.org|1558-6,http://loinc.org|85354-9") == ["c", "b", "v", "a"]
    assert await names(code="urn:else|1558-6") == await names(code="|1558-6") == []
    assert await names(category="urn:c|vital-signs") == await names(category="urn:c|") == ["v"]
    assert await names(category="|laboratory") == ["c", "b", "a"]
    assert await names(status="preliminary") == ["p"]
    assert await names(status="final,preliminary") == ["c", "p", "b", "v", "a"]
    assert await names(date="2026-04-15") == ["b"]
    assert await names(date="2026-04-15T10:30:00+08:00") == ["b"]
    assert await names(date="2026-04-15T02:30:00Z") == ["b"]
    assert await names(date="ne2026-04-15") == ["c", "v", "a"]
    assert await names(date="gt2026-04-15") == await names(date="sa2026-04-15") == ["c"]
    assert await names(date="ge2026-04-15") == ["c", "b"]
    assert await names(date="lt2026-04-02") == await names(date="eb2026-04-02") == ["a"]
    assert await names(date="le2026-04-02") == ["v", "a"]
    assert await names(date="2026-03,2026-04") == ["c", "b", "v", "a"]
    assert await names(_sort="date", date="2026-04") == ["a", "v", "b", "c"]
    assert await names(_lastUpdated=f"ge{NOON.isoformat().replace('+00:00', 'Z')}") == ["c", "b", "v", "a"]
    assert await names(_lastUpdated=f"gt{(NOON + timedelta(seconds=1)).isoformat().replace('+00:00', 'Z')}") == []
    assert await found(records_db, uuid4()) == []


@pytest.mark.parametrize(
    ("date", "found_are"),
    [
        ("2026-03", {"march"}), ("eq2026", {"march", "day", "year"}), ("2026-03-31", set()),
        ("ne2026-03", ALL - {"march"}),
        ("ge2026-03-20", ALL), ("gt2026-03", ALL - {"march"}), ("ge2026-04-15", {"now", "long", "year"}),
        ("lt2026-03-01", {"long", "now", "year"}), ("le2026-03-31", {"long", "now", "year", "march"}),
        ("sa2026-03", {"day"}), ("eb2026-04", {"march"}), ("eb2026-04-02", {"march", "day"}),
        ("2026-04-01", {"day"}), ("2026-04-01T12:00:00Z", set()),
    ],
)  # fmt: skip
async def test_what_lasts_is_found_by_when_it_begins_and_ends(
    records_db: Database, date: str, found_are: set[str]
) -> None:
    resident = uuid4()
    stays = {
        "march": {"start": "2026-03-02", "end": "2026-03-30T08:00:00+08:00"},
        "day": {"start": "2026-04-01", "end": "2026-04-01"},
        "year": {"start": "2026-01-01", "end": "2026"},
        "long": {"start": "2025-12-31T09:00:00Z", "end": "2026-05"},
        "now": {"start": "2020"},
    }
    await ingest(
        records_db, resident, uuid4(), *(of_kind("Encounter", id=name, period=period) for name, period in stays.items())
    )
    assert set(await found(records_db, resident, "Encounter", date=date)) == found_are


async def test_a_search_goes_on_where_its_page_ended_and_shows_each_once(records_db: Database) -> None:
    resident = uuid4()
    await ingest(records_db, resident, uuid4(), *(glucose(f"g{number}") for number in range(7)))
    for sort in ("date", "-date", "_lastUpdated", "-_lastUpdated"):
        seen: list[str] = []
        after: dict[str, str] = {}
        async with records_db.transaction() as session:
            while True:
                search = searched("Observation", _count="3", _sort=sort, **after)
                rows = await store.page(
                    session, search, resident, None, [Release(KINDS_OF_INFORMATION, APART.categories)], APART
                )
                seen += [row.fhir_id for row in rows[:3]]
                if len(rows) < 4:
                    break
                after = {"_after": cursor_of(rows[2].effective_at, rows[2].id)}
                if "_lastUpdated" in sort:
                    after = {"_after": cursor_of(rows[2].ingested_at, rows[2].id)}
        assert sorted(seen) == [f"g{number}" for number in range(7)]


async def test_ids_are_an_institutions_own_or_the_records_and_no_others(records_db: Database) -> None:
    resident, ours, theirs = uuid4(), uuid4(), uuid4()
    await ingest(records_db, resident, ours, glucose("same"))
    await ingest(records_db, resident, theirs, glucose("same", "2026-04-02"))
    async with records_db.transaction() as session:
        mine = await store.locate(session, "Observation", None, (ours, "same"))
        assert mine is not None and mine.resident_id == resident
        assert await store.locate(session, "Observation", mine.record_id, None) == mine
        assert await store.locate(session, "Encounter", mine.record_id, None) is None
        assert await store.locate(session, "Observation", None, None) is None
    assert await found(records_db, resident, own=ours, _id="same") == ["same"]
    assert await found(records_db, resident, _id="same") == []
    assert await found(records_db, resident, _id=f"rec-{mine.record_id.hex}") == ["same"]


async def test_references_are_searched_by_either_id_and_included_within_the_record(records_db: Database) -> None:
    resident, institution, other = uuid4(), uuid4(), uuid4()
    visit = of_kind("Encounter", id="e1")
    await ingest(records_db, resident, institution, visit, glucose("a", encounter={"reference": "Encounter/e1"}))
    await ingest(records_db, resident, other, glucose("b", encounter={"reference": "Encounter/e1"}))
    await ingest(records_db, uuid4(), other, of_kind("Encounter", id="e1"))
    async with records_db.transaction() as session:
        known = await store.known_as(session, resident, [(institution, "Encounter", "e1"), (other, "Encounter", "e1")])
    assert known.keys() == {(institution, "Encounter", "e1")}, "another resident's is not known here"
    named = f"Encounter/rec-{known[(institution, 'Encounter', 'e1')].hex}"
    assert await found(records_db, resident, encounter=named) == ["a"]
    assert await found(records_db, resident, own=institution, encounter="e1") == ["a"]
    assert await found(records_db, resident, own=other, encounter="Encounter/e1") == ["b"]
    assert await found(records_db, resident, encounter="Encounter/e1") == []


@pytest.mark.parametrize("kind", sorted(KINDS))
async def test_every_parameter_that_is_said_to_be_there_can_be_searched_by(records_db: Database, kind: str) -> None:
    values = {
        "token": "x", "date": "2026", "reference": "Encounter/x", "quantity": "7||mmol/L",
        "patient": f"Patient/{RESIDENT}",
    }  # fmt: skip
    book = read_packs(["core-2026.1"], [SHIPPED])
    async with records_db.transaction() as session:
        for name, parameter in parameters_of(kind).items():
            value = values.get(name) or values[parameter.kind] if name != "subject" else values["patient"]
            search = search_of([kind], [(name, value)], lenient=False, zone=JINAN, measurements=book.measurements)
            await store.page(session, search, RESIDENT, None, [Release(KINDS_OF_INFORMATION)], APART)


# What there is at the origin.


def test_what_the_origin_says_of_itself_is_there() -> None:
    statement = capability_statement("https://city.example/fhir", "jinan", DAY)
    said = {each["type"]: each for each in statement["rest"][0]["resource"]}
    assert KINDS.keys() <= said.keys()
    for kind, says in said.items():
        for interaction in says.get("interaction", ()):
            if interaction["code"] == "read":
                assert find("GET", f"{kind}/x")[0].function is not None
    for kind, operations in TERMINOLOGY.items():
        assert [each["name"] for each in said[kind]["operation"]] == list(operations)
        for operation, method in product(operations, ("GET", "POST")):
            asked, _ = find(method, f"{kind}/${operation}")
            assert (asked.kind({}), asked.letter) == (kind, "s"), "a token that searches the kind may ask, and no other"
    assert said["Observation"]["searchInclude"]
    assert {"name": "code", "type": "token"} in said["Observation"]["searchParam"]


@pytest.mark.parametrize(
    "path", ["Unheard/x", "Observation/_x", "Observation/x/$y", "a/b/c/d/e", "Observation/" + "x" * 65]
)
def test_what_is_not_there_is_refused(path: str) -> None:
    with pytest.raises(NotFound):
        find("GET", path)


def test_what_is_there_is_refused_with_another_method_by_what_can_be_used() -> None:
    with pytest.raises(InteractionNotSupported, match="GET can be used"):
        find("POST", "Observation/x/_history")


def test_no_two_interactions_are_at_one_path_with_one_method() -> None:
    places = [(each.method, re.sub("{.*?}", "{}", "/".join(each.path))) for each in INTERACTIONS]
    assert len(set(places)) == len(places)
