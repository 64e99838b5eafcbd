"""Tables of codes never change once loaded; local codes are mapped by maps that somebody else approved."""

import asyncio
import contextlib
import csv
import hashlib
import io
import json
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from chassis.database import Database
from chassis.pages import beginning
from chassis.refusals import Invalid, NotFound, Refusal
from city_pack.pack import City, CodesRequired
from devstack.samples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from records.commands import quality, terminology
from records.domain.examinations import CODE_NOT_IN_TABLE, Examined, Known, findings
from records.domain.kinds import KINDS
from records.domain.releases import Release
from records.domain.rule_packs import CODED, RuleBook
from records.domain.search import search_of
from records.domain.terminology import (
    AWAITED_MAX,
    EQUIVALENCES,
    MOVES,
    TRUE_OF_TARGET,
    CodeFileRefused,
    CodeMap,
    CodeMapDecided,
    CodesDiffer,
    CodeTable,
    FileFormat,
    MapStatus,
    Name,
    OwnCodeMap,
    TableKind,
    TooManyCodeFiles,
    read,
    why_not_valid,
)
from records.store import releases as release_store
from records.store import search as fhir_search
from records.store import sensitivity as sensitivity_store
from records.store import terminology as code_store
from records.store.releases import RecordFilter
from records.tables import CodeMapRow, CodeTableRow, RecordRow
from records_scenario import APART, JINAN, NOON, ingest, nobody_known, observation, of_kind
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

SERVICE = "records"
LOINC = "http://loinc.org"
HIV = "56888-1"  # of a category that is apart
NAME = Name("urn:example:codes", "1", "Codes")


def code_system(url: str = "urn:example:codes", version: str = "1", **changes: object) -> bytes:
    resource = {
        "resourceType": "CodeSystem",
        "url": url,
        "version": version,
        "title": "Codes",
        "content": "complete",
        "concept": [{"code": "a", "display": "A", "concept": [{"code": "b", "display": "B"}]}, {"code": "c"}],
    }
    return orjson.dumps({name: value for name, value in (resource | changes).items() if value is not None})


def value_set(**changes: object) -> bytes:
    include = {"system": LOINC, "concept": [{"code": "8480-6", "display": "Systolic"}, {"code": HIV}]}
    resource = {
        "resourceType": "ValueSet",
        "url": "urn:example:set",
        "version": "1",
        "title": "Set",
        "compose": {"include": [include]},
    }
    return orjson.dumps({name: value for name, value in (resource | changes).items() if value is not None})


def concept_map(source: str, *targets: tuple[str, str | None, str], **changes: object) -> bytes:
    """A map of codes of `source` to LOINC: each a local code, LOINC's, and the equivalence."""
    elements = [
        {"code": code, "target": [{"equivalence": equivalence} | ({"code": target} if target else {})]}
        for code, target, equivalence in targets
    ]
    resource = {
        "resourceType": "ConceptMap",
        "url": f"{source}:map",
        "version": "1",
        "title": "Map",
        "group": [{"source": source, "target": LOINC, "element": elements}],
    }
    return orjson.dumps(resource | changes)


def table(content: bytes) -> CodeTable:
    read_table = read(FileFormat.FHIR, content, Name("", "", ""))
    assert isinstance(read_table, CodeTable)
    return read_table


def test_a_code_system_is_read_with_what_is_below_what() -> None:
    loaded = table(code_system())
    assert (loaded.kind, loaded.name) == (TableKind.CODE_SYSTEM, NAME)
    assert [(each.code, each.parent, each.display) for each in loaded.entries] == [
        ("a", "", "A"),
        ("b", "a", "B"),
        ("c", "", ""),
    ]
    retired = table(code_system(concept=[{"code": "x", "property": [{"code": "inactive", "valueBoolean": True}]}]))
    assert [each.active for each in retired.entries] == [False]


def test_a_value_set_is_read_by_its_expansion_or_by_the_codes_it_names() -> None:
    named = {(each.system, each.code) for each in table(value_set()).entries}
    assert named == {(LOINC, "8480-6"), (LOINC, HIV)}
    contains = [{"abstract": True, "contains": [{"system": LOINC, "code": "1-8"}]}, {"system": LOINC, "code": "2-6"}]
    expanded = table(value_set(expansion={"total": 3, "contains": contains}))
    assert {each.code for each in expanded.entries} == {"1-8", "2-6"}


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (code_system(content="not-present"), "content"),
        (code_system(content="supplement"), "content"),
        (code_system(version=None), "version"),
        (code_system(version="1 2"), "version"),
        (code_system(url="codes"), "url"),
        (code_system(url="urn:" + "x" * 200), "url"),
        (code_system(title=None), "title"),
        (code_system(concept=[]), ""),
        (code_system(concept=None), ""),
        (code_system(concept={"code": "a"}), "concept"),
        (code_system(concept=["a"]), "concept[0]"),
        (code_system(concept=[{"code": " a"}]), "concept[0].code"),
        (code_system(concept=[{"code": "a"}, {"code": "a"}]), "entries[1].code"),
        (code_system(concept=[{"code": 1}]), "concept[0].code"),
        (code_system(concept=[{"code": "x" * 101}]), "concept[0].code"),
        (code_system(concept=[{"code": "a", "display": "x" * 501}]), "concept[0].display"),
        (value_set(compose=None), "compose"),
        (value_set(compose={"include": [{"system": LOINC}]}), "compose.include[0].concept"),
        (value_set(compose={"include": [{"system": LOINC, "filter": []}]}), "compose.include[0].filter"),
        (value_set(compose={"include": [{"valueSet": ["urn:x"]}]}), "compose.include[0].valueSet"),
        (value_set(compose={"include": [], "exclude": []}), "compose.exclude"),
        (value_set(expansion={"total": 9, "contains": [{"system": LOINC, "code": "1-8"}]}), "expansion.total"),
        (concept_map("urn:x:y", ("a", "8480-6", "same")), "entries[0].equivalence"),
        (concept_map("urn:x:y", ("a", None, "equal")), "entries[0].target"),
        (concept_map("urn:x:y", ("a", "8480-6", "unmatched")), "entries[0].target"),
        (concept_map(LOINC, ("8480-6", "8480-6", "equal")), "entries[0].target"),
        (concept_map("urn:x:y", ("a", "1", "equal"), ("a", "1", "equal")), "entries[1]"),
        (concept_map("urn:x:y", ("a", "1", "equal"), ("a", None, "unmatched")), "entries[0].target"),
        (concept_map("urn:x:y", group=[{"source": "urn:x:y", "unmapped": {}}]), "group[0].unmapped"),
        (b'{"resourceType": "Patient"}', "resourceType"),
        (b"[]", "resourceType"),
        (b"\xff", ""),
        (b'{"resourceType": "CodeSystem", "url": "a", "url": "b"}', "url"),
    ],
)
def test_a_resource_that_is_not_understood_whole_is_refused_at_its_field(content: bytes, field: str) -> None:
    with pytest.raises(CodeFileRefused) as refused:
        read(FileFormat.FHIR, content, Name("", "", ""))
    assert refused.value.field == field


def test_csv_is_a_table_a_choice_of_codes_or_a_map() -> None:
    plain = read(FileFormat.CSV, b'\xef\xbb\xbfcode,display\r\na,"A, or so"\r\nb,\r\n', NAME)
    assert isinstance(plain, CodeTable)
    assert [(each.system, each.code, each.display) for each in plain.entries] == [
        (NAME.url, "a", "A, or so"),
        (NAME.url, "b", ""),
    ]
    chosen = read(FileFormat.CSV, b"system,code,active\nurn:x:y,a,false\n", NAME)
    assert isinstance(chosen, CodeTable) and chosen.kind is TableKind.VALUE_SET and not chosen.entries[0].active
    header = b"source_system,source_code,target_system,target_code,equivalence\n"
    mapped = read(FileFormat.CSV, header + b"urn:x:y,a,http://loinc.org,8480-6,equal\nurn:x:y,b,,,unmatched\n", NAME)
    assert isinstance(mapped, CodeMap) and [each.target_code for each in mapped.entries] == ["8480-6", ""]


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"", "line 1"),
        (b"name\na\n", "line 1"),
        (b"code,colour\na,b\n", "line 1"),
        (b"code,code\na,b\n", "line 1"),
        (b"code\n", ""),
        (b"code,display\na\n", "line 2"),
        (b"code\n\n", "line 2"),
        (b"code,parent\na,b\n", "entries[0].parent"),
        (b"code,active\na,perhaps\n", "line 2"),
        (b"code\na\x00\n", "line 2"),
        (b'code\n"a\n', "line 2"),
        (b"code\n\xff\n", ""),
        (b"source_system,source_code\nurn:x:y,a\n", "line 1"),
        (b"source_system,source_code,equivalence\nx,a,unmatched\n", "line 2.source_system"),
    ],
)
def test_csv_that_is_not_understood_whole_is_refused_at_its_line(content: bytes, field: str) -> None:
    with pytest.raises(CodeFileRefused) as refused:
        read(FileFormat.CSV, content, NAME)
    assert refused.value.field == field


@settings(max_examples=examples(60), deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode), st.sampled_from(FileFormat))
def test_whatever_is_sent_is_read_or_refused(content: bytes, file_format: FileFormat) -> None:
    with contextlib.suppress(CodeFileRefused):
        read(file_format, content, NAME)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=examples(150), deadline=None)
@given(
    st.sampled_from(["CodeSystem", "ValueSet", "ConceptMap"]),
    st.dictionaries(
        st.sampled_from(["concept", "compose", "expansion", "group", "content", "title"]),
        json_values | st.dictionaries(st.sampled_from(["include", "contains", "element", "source"]), json_values),
    ),
)
def test_whatever_stands_in_a_resource_is_read_or_refused(kind: str, changes: dict[str, Any]) -> None:
    resource = {"resourceType": kind, "url": NAME.url, "version": "1", "title": "T", "content": "complete"} | changes
    with contextlib.suppress(CodeFileRefused):
        read(FileFormat.FHIR, json.dumps(resource).encode(), Name("", "", ""))


def test_why_a_code_is_not_to_be_used_is_said() -> None:
    assert why_not_valid("Systolic", True, "systolic") == ""
    assert why_not_valid("", True, "") == ""
    assert why_not_valid(None, False, "")
    assert why_not_valid("Systolic", False, "")
    assert why_not_valid("Systolic", True, "Diastolic")


async def sent(
    records_db: Database,
    content: bytes,
    *,
    institution: UUID | None = None,
    by: UUID | None = None,
    name: Name | None = None,
    file_format: FileFormat = FileFormat.FHIR,
    size: int | None = None,
) -> CodeTableRow | CodeMapRow:
    """What is loaded of a file that somebody announces and sends."""
    async with records_db.transaction() as session:
        _, path = await terminology.announce(
            session,
            file_format=file_format,
            size=len(content) if size is None else size,
            sha256=hashlib.sha256(content).digest(),
            name=name or Name("", "", ""),
            account_id=by or uuid4(),
            institution_id=institution,
            now=NOON,
        )
    return await terminology.load(records_db, path.rpartition("/")[2], content, NOON)


async def approved(records_db: Database, codes: CodeTableRow | CodeMapRow) -> None:
    async with records_db.transaction() as session:
        await terminology.decide(session, map_id=codes.id, approved=True, reason="compared", by=uuid4(), now=NOON)


@pytest.fixture
async def loinc(records_db: Database) -> None:
    """LOINC's codes that maps of these tests lead to."""
    await sent(records_db, value_set())


def fresh_url() -> str:
    return f"urn:example:{uuid4().hex}"


@pytest.mark.anyio
async def test_a_version_is_loaded_once_and_never_changes(records_db: Database) -> None:
    url, institution = fresh_url(), uuid4()
    first = await sent(records_db, code_system(url))
    assert isinstance(first, CodeTableRow) and first.codes == 3
    again = await sent(records_db, code_system(url))
    assert again.id == first.id
    with pytest.raises(CodesDiffer) as refused:
        await sent(records_db, code_system(url, title="Others"))
    assert refused.value.field == "version"
    await sent(records_db, code_system(url, "2", title="Others"))
    with pytest.raises(CodeFileRefused):
        await sent(records_db, code_system(fresh_url()), institution=institution)
    for change in (
        "UPDATE code_entry SET display = 'x'",
        "DELETE FROM code_entry",
        "UPDATE code_table SET codes = 4",
        "DELETE FROM code_table",
        "DELETE FROM code_map",
        "UPDATE code_map SET entries = 1",
        "TRUNCATE code_map_entry",
    ):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with records_db.transaction() as session:
                await session.execute(text(change))
    one_more = "INSERT INTO code_entry VALUES (:id, 'urn:x:y', 'z', '', '', true)"
    with pytest.raises(DBAPIError, match="never changes once it is loaded"):
        async with records_db.transaction() as session:
            await session.execute(text(one_more), {"id": first.id})
    fewer = CodeTableRow(
        id=uuid4(), kind="CODE_SYSTEM", url=fresh_url(), version="1", title="T", sha256=b"", codes=2,
        loaded_by=uuid4(), loaded_at=NOON,
    )  # fmt: skip
    with pytest.raises(DBAPIError, match="as many as it says"):
        async with records_db.transaction() as session:
            await code_store.copy_table(session, fewer, table(code_system()).entries[:1])


@pytest.mark.anyio
async def test_a_large_table_is_loaded_in_one_go(records_db: Database) -> None:
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(["code", "display"])
    writer.writerows([f"c{number}", f"Code {number}"] for number in range(20_000))
    content = lines.getvalue().encode()
    loaded = await sent(records_db, content, name=Name(fresh_url(), "1", "Many"), file_format=FileFormat.CSV)
    async with records_db.transaction() as session:
        last = await code_store.entry(session, loaded.id, loaded.url, "c19999")
    assert isinstance(loaded, CodeTableRow) and loaded.codes == 20_000
    assert last is not None and last.display == "Code 19999"


@pytest.mark.anyio
async def test_only_the_announced_file_is_taken_by_its_link_for_some_minutes(records_db: Database) -> None:
    account = uuid4()
    with pytest.raises(CodeFileRefused, match="bytes came"):
        await sent(records_db, code_system(fresh_url()), size=7)
    with pytest.raises(CodeFileRefused) as refused:
        await sent(records_db, code_system(fresh_url()), name=Name("urn:example:another", "", ""))
    assert refused.value.field == "url"
    for bad, field in (({"size": 0}, "size"), ({"size": 9 * 1024 * 1024}, "size")):
        with pytest.raises(Invalid) as unfit:
            await sent(records_db, code_system(), **bad)
        assert unfit.value.field == field
    with pytest.raises(NotFound):
        await terminology.load(records_db, "x" * 43, b"", NOON)

    async def announced() -> None:
        async with records_db.transaction() as session:
            await terminology.announce(
                session, file_format=FileFormat.FHIR, size=9, sha256=bytes(32), name=Name("", "", ""),
                account_id=account, institution_id=None, now=NOON,
            )  # fmt: skip

    answers = await asyncio.gather(*(announced() for _ in range(AWAITED_MAX + 3)), return_exceptions=True)
    assert sum(isinstance(answer, TooManyCodeFiles) for answer in answers) == 3


@pytest.mark.anyio
async def test_a_map_is_decided_once_and_by_somebody_else(records_db: Database, loinc: None) -> None:
    submitter, url = uuid4(), fresh_url()
    first = await sent(records_db, concept_map(url, ("a", "8480-6", "equal")), by=submitter)
    assert isinstance(first, CodeMapRow) and first.status == MapStatus.PROPOSED

    async def decide(codes: CodeTableRow | CodeMapRow, by: UUID, is_approved: bool = True) -> CodeMapRow:
        async with records_db.transaction() as session:
            return await terminology.decide(
                session, map_id=codes.id, approved=is_approved, reason="read", by=by, now=NOON
            )

    with pytest.raises(OwnCodeMap):
        await decide(first, submitter)
    with pytest.raises(DBAPIError, match="code_map_two_people"):
        async with records_db.transaction() as session:
            await session.execute(
                text(
                    "UPDATE code_map SET status = 'APPROVED', decided_by = submitted_by, decided_at = now()"
                    " WHERE id = :id"
                ),
                {"id": first.id},
            )
    assert (await decide(first, uuid4())).status == MapStatus.APPROVED
    with pytest.raises(CodeMapDecided):
        await decide(first, uuid4(), False)
    second = await sent(records_db, concept_map(url, ("a", HIV, "equal"), version="2"), by=submitter)
    await decide(second, uuid4())
    async with records_db.transaction() as session:
        rows = {
            row.version: row.status
            for row in await session.scalars(select(CodeMapRow).where(CodeMapRow.url == f"{url}:map"))
        }
    assert rows == {"1": MapStatus.REPLACED, "2": MapStatus.APPROVED}


@pytest.mark.anyio
@pytest.mark.parametrize("before", MapStatus)
@pytest.mark.parametrize("after", MapStatus)
async def test_the_database_moves_maps_as_the_domain_does(
    records_db: Database, loinc: None, before: MapStatus, after: MapStatus
) -> None:
    if before == after:
        return
    codes = await sent(records_db, concept_map(fresh_url(), ("a", "8480-6", "equal")))
    move = text(
        "UPDATE code_map SET status = sent.status, decided_by = CASE sent.status WHEN 'PROPOSED' THEN NULL"
        " ELSE coalesce(decided_by, gen_random_uuid()) END, decided_at = CASE sent.status WHEN 'PROPOSED' THEN NULL"
        " ELSE coalesce(decided_at, now()) END FROM (SELECT CAST(:status AS text) AS status) AS sent WHERE id = :id"
    )
    path = {
        MapStatus.PROPOSED: [],
        MapStatus.REPLACED: [MapStatus.APPROVED, MapStatus.REPLACED],
    }.get(before, [before])
    async with records_db.transaction() as session:
        for step in path:
            await session.execute(move, {"status": step, "id": codes.id})
    allowed = after in MOVES[before]
    try:
        async with records_db.transaction() as session:
            await session.execute(move, {"status": after, "id": codes.id})
    except DBAPIError:
        assert not allowed
    else:
        assert allowed


@pytest.mark.anyio
async def test_a_partner_maps_its_own_codes_to_codes_that_are_loaded(records_db: Database, loinc: None) -> None:
    institution = uuid4()
    for content, field in (
        (concept_map(LOINC, ("8480-6", HIV, "equal")), "entries[0].source"),
        (concept_map(fresh_url(), ("a", "0-0", "equal")), "entries[0].target"),
        (
            concept_map(fresh_url(), group=[{
                "source": "urn:x:y", "target": "urn:not:loaded",
                "element": [{"code": "a", "target": [{"code": "b", "equivalence": "equal"}]}],
            }]),
            "entries[0].target",
        ),
    ):  # fmt: skip
        with pytest.raises(CodeFileRefused) as refused:
            await sent(records_db, content, institution=institution)
        assert refused.value.field == field


async def codes_of(records_db: Database, resident: UUID, code: str, release: Release | None = None) -> list[RecordRow]:
    """What is read of a resident's record by a code."""
    async with records_db.transaction() as session:
        rows = await release_store.page(
            session,
            resident,
            [release or Release(frozenset({"laboratory"}), APART.categories)],
            APART,
            beginning(10),
            (),
            RecordFilter(codes=[code]),
        )
    return list(rows)


def local(system: str, code: str, **changes: object) -> str:
    return observation(code={"coding": [{"system": system, "code": code, "display": "Own"}]}, **changes)


@pytest.mark.anyio
async def test_a_local_code_is_found_by_the_standard_one_and_stays_as_it_was_sent(
    records_db: Database, loinc: None
) -> None:
    system, institution, resident = fresh_url(), uuid4(), uuid4()
    await ingest(records_db, resident, institution, local(system, "SYS", id="before"))
    codes = await sent(
        records_db,
        concept_map(system, ("SYS", "8480-6", "equivalent"), ("SIM", "8480-6", "inexact")),
        institution=institution,
    )
    await ingest(records_db, resident, institution, local(system, "SYS", id="proposed"))
    assert await codes_of(records_db, resident, "8480-6") == []
    await approved(records_db, codes)
    await ingest(
        records_db, resident, institution, local(system, "SYS", id="after"), local(system, "SIM", id="inexact")
    )
    await ingest(records_db, resident, uuid4(), local(system, "SYS", id="another-institutions"))
    assert {row.fhir_id for row in await codes_of(records_db, resident, "8480-6")} == {"after"}
    while await terminology.apply_maps(records_db, NOON):
        pass
    rows = await codes_of(records_db, resident, "8480-6")
    assert {row.fhir_id for row in rows} == {"before", "proposed", "after"}
    for row in rows:
        assert row.content is not None and "8480-6" not in row.content and row.version == 1
        assert row.mapped == [
            {
                "system": LOINC,
                "code": "8480-6",
                "display": "",
                "sentSystem": system,
                "sentCode": "SYS",
                "sentDisplay": "Own",
            }
        ]

    async def searched(**parameters: str) -> set[str]:
        search = search_of(["Observation"], [*parameters.items()], lenient=False, zone=JINAN)
        everything = [Release(frozenset({"laboratory"}), APART.categories)]
        async with records_db.transaction() as session:
            return {row.fhir_id for row in await fhir_search.page(session, search, resident, None, everything, APART)}

    assert await searched(code=f"{LOINC}|8480-6") == await searched(code="8480-6") == {"before", "proposed", "after"}
    assert await searched(code="|8480-6") == await searched(category="8480-6") == set()
    replaced = await sent(
        records_db, concept_map(system, ("SYS", None, "unmatched"), version="2"), institution=institution
    )
    await approved(records_db, replaced)
    while await terminology.apply_maps(records_db, NOON):
        pass
    assert await codes_of(records_db, resident, "8480-6") == []


@pytest.mark.anyio
async def test_what_a_local_code_is_mapped_to_keeps_it_apart_at_once(records_db: Database, loinc: None) -> None:
    """A local code for an HIV test is as much apart as LOINC's: in pages, versions and by its own code, before anything
    has classified it."""
    system, institution, resident = fresh_url(), uuid4(), uuid4()
    await ingest(records_db, resident, institution, local(system, "H", status="preliminary"))
    await approved(
        records_db, await sent(records_db, concept_map(system, ("H", HIV, "equal")), institution=institution)
    )
    await ingest(records_db, resident, institution, local(system, "H"))
    plain = Release(frozenset({"laboratory"}))
    for code in ("H", HIV):
        assert await codes_of(records_db, resident, code, plain) == []
        (row,) = await codes_of(records_db, resident, code)
        async with records_db.transaction() as session:
            assert await release_store.versions(session, resident, row.id, [plain], APART) is None
    async with records_db.transaction() as session:
        while await sensitivity_store.classify_fresh(session, APART, 100):
            pass
    (row,) = await codes_of(records_db, resident, HIV)
    assert row.sensitive == ["hiv"] and await codes_of(records_db, resident, HIV, plain) == []
    await ingest(records_db, resident, institution, observation(status="amended"))
    async with records_db.transaction() as session:
        seen = await release_store.versions(session, resident, row.id, [plain], APART)
    assert seen is not None and seen[1] == [], "what it said before is of a category that is apart, by the map"


@pytest.mark.anyio
async def test_no_resource_escapes_a_map_that_is_approved_meanwhile(records_db: Database, loinc: None) -> None:
    system, institution, resident = fresh_url(), uuid4(), uuid4()
    codes = await sent(records_db, concept_map(system, ("SYS", "8480-6", "equal")), institution=institution)
    await asyncio.gather(
        approved(records_db, codes),
        *(ingest(records_db, resident, institution, local(system, "SYS", id=f"r{n}")) for n in range(8)),
    )
    while await terminology.apply_maps(records_db, NOON):
        pass
    assert len(await codes_of(records_db, resident, "8480-6")) == 8


def city_requiring(city: City, *tables: CodesRequired) -> City:
    return city.model_copy(update={"code_tables": tables})


@pytest.mark.anyio
async def test_an_unmapped_code_is_taken_with_a_finding_and_listed_for_its_institution_until_it_is_mapped(
    records_db: Database, loinc: None, own_city: City
) -> None:
    system, institution, resident = fresh_url(), uuid4(), uuid4()
    required = CodesRequired(url="urn:example:set", version="1", kinds=("Observation",))
    city = city_requiring(own_city, required)
    await ingest(
        records_db,
        resident,
        institution,
        local(system, "SYS", id="local"),
        of_kind("Condition", id="not-required"),
        observation(id="standard", code={"coding": [{"system": LOINC, "code": "8480-6"}]}),
        observation(id="words", code={"text": "systolic"}),
    )

    async def found() -> dict[str, str]:
        while await quality.examine(records_db, RuleBook(), city, nobody_known, NOON):
            pass
        async with records_db.transaction() as session:
            rows = await session.execute(
                text(
                    "SELECT fhir_id, rule FROM finding JOIN record ON record.id = record_id"
                    " WHERE finding.gone_at IS NULL AND finding.institution_id = :id"
                ),
                {"id": institution},
            )
            return {row.fhir_id: row.rule for row in rows}

    async def unmapped(of: UUID) -> list[str]:
        async with records_db.transaction() as session:
            return [row.code for row in await code_store.unmapped(session, of, beginning(10))]

    assert await found() == {"local": CODE_NOT_IN_TABLE, "words": CODE_NOT_IN_TABLE}
    assert await unmapped(institution) == ["SYS"] and await unmapped(uuid4()) == []
    codes = await sent(records_db, concept_map(system, ("SYS", "8480-6", "equal")), institution=institution)
    await approved(records_db, codes)
    assert await unmapped(institution) == []
    while await terminology.apply_maps(records_db, NOON):
        pass
    assert await found() == {"words": CODE_NOT_IN_TABLE}


def test_nothing_is_found_by_a_table_that_is_not_loaded(own_city: City) -> None:
    required = CodesRequired.model_validate(
        {"url": "urn:example:set", "version": "1", "kinds": ("Observation",), "informationTypes": ("laboratory",)}
    )
    city = city_requiring(own_city, required)
    resource = orjson.loads(observation())

    def found(information_type: str, loaded: frozenset[str]) -> int:
        known = Known(RuleBook(), city, NOON, loaded=loaded)
        return len([*findings(Examined("Observation", information_type, resource, []), known)])

    assert found("laboratory", frozenset({"urn:example:set"})) == 1
    assert found("laboratory", frozenset()) == 0
    assert found("vital-signs", frozenset({"urn:example:set"})) == 0


def test_every_kind_whose_codes_can_be_required_is_one_that_is_kept() -> None:
    assert CODED.keys() <= KINDS.keys()
    assert set(EQUIVALENCES) >= TRUE_OF_TARGET


@pytest.mark.anyio
async def test_what_maps_say_of_a_code_is_of_the_institution_and_of_everybody(
    records_db: Database, loinc: None
) -> None:
    system, institution = fresh_url(), uuid4()
    for institution_id, target in ((institution, "8480-6"), (None, HIV)):
        content = concept_map(system, ("A", target, "wider"), ("B", None, "unmatched"))
        await approved(records_db, await sent(records_db, content, institution=institution_id))

    async def translated(code: str, of: UUID | None, target: str = "") -> list[str]:
        async with records_db.transaction() as session:
            return [each.code for each in await code_store.translations(session, system, code, target, of)]

    assert await translated("A", institution) == ["8480-6", HIV]
    assert await translated("A", None) == [HIV] == await translated("A", uuid4())
    assert await translated("A", institution, "urn:x:y") == []
    assert await translated("B", None) == [""]
    assert issubclass(OwnCodeMap, Refusal)
