"""An institution's own patient numbers: matched by what proves who somebody is, waiting until then, and undone."""

import asyncio
import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.auth import Principal
from chassis.database import Database
from chassis.pages import beginning
from chassis.refusals import NotFound
from collection_scenario import NOW, Collecting, a_source, of
from records.api.patients import number_message
from records.commands import batches, patients, waiting
from records.commands.judging import Sender
from records.domain import patients as rules
from records.domain.batches import split
from records.domain.ingests import ResourceRefused
from records.domain.patients import LinkEnding, LinkMoveRefused, NothingToAskBy, PatientNumberStatus, ReusedByOthers
from records.store import patients as store
from records.tables import PatientLinkRow, PatientNumberRow
from records_scenario import APART, JINAN, observation
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.common.v1.route_pb2 import Role
from yima.records.v1 import patients_pb2 as pb

pytestmark = pytest.mark.anyio
SERVICE = "records"
OURS = "urn:oid:2.16.156.10011.1"
NUMBER = "11010519491231002X"  # of the standard itself, GB 11643


def numbered(value: str, system: str = OURS, **changes: object) -> str:
    """An observation whose patient is named by the institution's own number."""
    return observation(subject={"identifier": {"system": system, "value": value}}, **changes)


def patient(*values: str, scan: UUID | None = None, number: str = "", **more: Any) -> str:
    """A line that says who these numbers are; an identity number is sealed, as it is in what is stored."""
    identifiers = [{"system": OURS, "value": value} for value in values]
    if scan is not None:
        identifiers.append({"system": rules.SCAN, "value": str(scan)})
    if number:
        seal = base64.b64encode(f"seal of {number}".encode()).decode()
        identifiers.append({"system": rules.SEAL, "value": seal})
    return json.dumps({"resourceType": "Patient", "identifier": identifiers, **more})


async def let_in(source: Collecting) -> None:
    while await waiting.release_next(source.database, source.neighbours.judges, zone=JINAN, apart=APART):
        pass


async def row_of(source: Collecting, value: str) -> PatientNumberRow:
    async with source.database.transaction() as session:
        rows = await store.page(
            session, institution_id=source.partner_id, status=0, value=value, part=beginning(1), now=NOW
        ) or await store.page(
            session,
            institution_id=source.partner_id,
            status=PatientNumberStatus.MATCHED,
            value=value,
            part=beginning(1),
            now=NOW,
        )
    return rows[0]


async def trail_of(source: Collecting, value: str) -> Sequence[PatientLinkRow]:
    row = await row_of(source, value)
    async with source.database.transaction() as session:
        return await store.links(session, [row.id])


async def seen(source: Collecting, value: str) -> pb.PatientNumber:
    """A number as its institution sees it."""
    row = await row_of(source, value)
    async with source.database.transaction() as session:
        counted = (await store.waiting(session, [row.id]))[row.id]
        refused = (await store.refused_lines(session, [row.id])).get(row.id, [])
        return number_message(row, await store.links(session, [row.id]), counted, refused, source.now)


async def held(source: Collecting, resident: UUID) -> list[tuple[str, int, str]]:
    """FHIR id, version and content of what is in a resident's record."""
    async with source.database.transaction() as session:
        rows = await session.execute(
            text("SELECT fhir_id, version, content FROM record WHERE resident_id = :who ORDER BY fhir_id"),
            {"who": resident},
        )
    return [(row.fhir_id, row.version, row.content) for row in rows]


async def events_of(source: Collecting, kind: str, resident: UUID) -> int:
    """How many events of a kind tell of a resident."""
    async with source.database.transaction() as session:
        query = text(
            "SELECT count(*) FROM outbox WHERE subject LIKE :kind AND position(CAST(:who AS bytea) IN payload) > 0"
        )
        return int(await session.scalar(query, {"kind": f"%{kind}%", "who": str(resident).encode()}) or 0)


async def end(
    source: Collecting,
    value: str,
    ending: LinkEnding = LinkEnding.WRONG,
    by: Principal | None = None,
    reason: str = "two patients of one name were mixed up",
) -> PatientLinkRow:
    row = await row_of(source, value)
    assert row.link_id is not None
    async with source.database.transaction() as session:
        link, _ = await patients.end_link(
            session, link_id=row.link_id, ending=ending, reason=reason, by=by or staff(source), now=source.now
        )
    return link


def staff(source: Collecting) -> Principal:
    return Principal(Role.ROLE_PARTNER, str(uuid4()), partner_id=str(source.partner_id))


def resident_of(resident: UUID) -> Principal:
    return Principal(Role.ROLE_RESIDENT, str(resident))


@pytest.fixture
async def source(records_db: Database) -> Collecting:
    return await a_source(records_db)


async def test_a_line_of_a_number_that_is_unknown_waits_where_nothing_that_reads_records_looks(
    source: Collecting,
) -> None:
    await source.put(1, [numbered("P-1", id="a"), numbered("P-1", id="b"), numbered("P-2", id="c")])
    await source.process()
    assert await source.outcome(1) == "www"
    assert await source.records() == 0 and await source.announced() == 0
    assert source.neighbours.asked == []  # nothing is asked about anybody
    listed = await seen(source, "P-1")
    assert (listed.status, listed.waiting, listed.value) == (pb.PATIENT_NUMBER_STATUS_UNMATCHED, 2, "P-1")
    assert "send a Patient line" in listed.reason
    assert "valueQuantity" not in str(listed)


async def test_a_number_is_matched_by_a_scan_by_an_identity_number_and_by_an_id_that_was_told(
    source: Collecting,
) -> None:
    scanned, carded, told = uuid4(), uuid4(), uuid4()
    scan = uuid4()
    source.neighbours.scans[scan] = scanned
    source.neighbours.numbers[NUMBER] = carded
    by_id = json.loads(patient("P-3"))
    by_id["identifier"].append({"system": rules.RESIDENT, "value": str(told)})
    await source.put(
        1,
        [
            patient("P-1", scan=scan),
            patient("P-2", number=NUMBER),
            json.dumps(by_id),
            *(numbered(f"P-{each}", id=f"o{each}") for each in (1, 2, 3)),
        ],
        [None, None, told],
    )
    await source.process()
    assert await source.outcome(1) == "cccccc"
    assert [len(await held(source, each)) for each in (scanned, carded, told)] == [1, 1, 1]
    assert [(await trail_of(source, f"P-{each}"))[0].basis for each in (1, 2, 3)] == [
        "HEALTH_CODE", "IDENTITY_NUMBER", "RESIDENT_ID",
    ]  # fmt: skip
    assert [await events_of(source, "PatientMatched", each) for each in (scanned, carded, told)] == [1, 1, 1]
    assert {each.link_id is not None for each in source.neighbours.asked} == {True}


async def test_what_waited_goes_into_the_record_in_the_order_it_came_once_the_number_is_matched(
    source: Collecting,
) -> None:
    resident = uuid4()
    await source.put(1, [numbered("P-1", id="a", valueQuantity={"value": 1.0}), numbered("P-1", id="b")])
    await source.put(2, [numbered("P-1", id="a", valueQuantity={"value": 2.50})])
    await source.process()
    source.neighbours.numbers[NUMBER] = resident
    await source.put(3, [patient("P-1", number=NUMBER), numbered("P-1", id="a", valueQuantity={"value": 3.0})])
    await source.process()
    assert await source.outcome(3) == "cw"  # it stays behind those before it
    await let_in(source)
    kept = await held(source, resident)
    assert [(name, version) for name, version, _ in kept] == [("a", 3), ("b", 1)]
    content = json.loads(kept[0][2])
    assert content["valueQuantity"]["value"] == 3.0
    assert content["subject"] == {"reference": f"Patient/{resident}"}
    assert (await seen(source, "P-1")).waiting == 0
    await source.put(4, [numbered("P-1", id="a", valueQuantity={"value": 3.0})])
    await source.process()
    assert await source.outcome(4) == "s"


async def test_unknown_and_not_proven_look_alike_and_whoever_is_proven_later_is_matched_by_itself(
    source: Collecting, records_db: Database
) -> None:
    await source.put(1, [patient("P-1", number=NUMBER), patient("P-2", scan=uuid4()), numbered("P-1", id="a")])
    await source.process()
    assert await source.outcome(1) == "ccw"
    first, second = await seen(source, "P-1"), await seen(source, "P-2")
    assert first.reason == second.reason and first.status == second.status
    resident = uuid4()
    source.neighbours.numbers[NUMBER] = resident
    async with records_db.transaction() as session:
        await session.execute(text("UPDATE patient_number SET ask_at = first_seen_at"))
    while await patients.ask_identity_again(records_db, source.neighbours.judges):
        pass
    await let_in(source)
    assert [name for name, _, _ in await held(source, resident)] == ["a"]


async def test_the_same_number_of_another_institution_or_of_another_system_is_another_patient(
    source: Collecting, records_db: Database
) -> None:
    resident = uuid4()
    source.neighbours.numbers[NUMBER] = resident
    another = await a_source(records_db)
    another.neighbours = source.neighbours
    await source.put(1, [patient("P-1", number=NUMBER), numbered("P-1", system="urn:oid:1.2.3", id="x")])
    await another.put(1, [numbered("P-1", id="y")])
    await source.process()
    assert (await source.outcome(1), await another.outcome(1)) == ("cw", "w")
    assert await held(source, resident) == []


async def test_two_numbers_of_one_resident_at_one_institution_both_lead_to_the_record(source: Collecting) -> None:
    resident = uuid4()
    source.neighbours.numbers[NUMBER] = resident
    await source.put(1, [patient("P-1", number=NUMBER), numbered("P-1", id="a"), numbered("P-2", id="b")])
    await source.process()
    await source.put(2, [patient("P-1", "P-2")])  # the hospital found that they are one person
    await source.process()
    await let_in(source)
    assert [name for name, _, _ in await held(source, resident)] == ["a", "b"]
    assert (await trail_of(source, "P-2"))[0].resident_id == resident


async def test_a_number_that_is_said_to_be_another_persons_lets_nothing_more_in_until_that_is_put_right(
    source: Collecting,
) -> None:
    first, second = uuid4(), uuid4()
    scan = uuid4()
    source.neighbours.numbers[NUMBER] = first
    source.neighbours.scans[scan] = second
    await source.put(1, [patient("P-1", number=NUMBER), numbered("P-1", id="a")])
    await source.put(2, [patient("P-1", scan=scan), numbered("P-1", id="b")])
    await source.process()
    assert await source.outcome(2) == "uw"
    assert (await seen(source, "P-1")).status == pb.PATIENT_NUMBER_STATUS_DIFFERS
    link = await end(source, "P-1")
    assert link.withdrawn == 1
    await ask_at_once(source)
    await let_in(source)
    assert await held(source, first) == []
    assert [name for name, _, _ in await held(source, second)] == ["a", "b"]


async def ask_at_once(source: Collecting) -> None:
    async with source.database.transaction() as session:
        await session.execute(text("UPDATE patient_number SET ask_at = first_seen_at WHERE ask_at IS NOT NULL"))
    while await patients.ask_identity_again(source.database, source.neighbours.judges):
        pass


async def test_evidence_that_means_two_people_matches_nobody(source: Collecting) -> None:
    scan = uuid4()
    source.neighbours.numbers[NUMBER] = uuid4()
    source.neighbours.scans[scan] = uuid4()
    await source.put(1, [patient("P-1", number=NUMBER, scan=scan), numbered("P-1")])
    await source.process()
    assert await source.outcome(1) == "cw"
    assert (await seen(source, "P-1")).status == pb.PATIENT_NUMBER_STATUS_DIFFERS
    assert await trail_of(source, "P-1") == []


async def test_a_number_that_is_given_to_another_patient_leaves_what_came_before_where_it_is(
    source: Collecting,
) -> None:
    before, after = uuid4(), uuid4()
    scan = uuid4()
    source.neighbours.numbers[NUMBER] = before
    source.neighbours.scans[scan] = after
    await source.put(1, [patient("P-1", number=NUMBER), numbered("P-1", id="a")])
    await source.process()
    await end(source, "P-1", LinkEnding.REUSED, reason="given to another after ten years")
    await source.put(2, [patient("P-1", scan=scan), numbered("P-1", id="b")])
    await source.process()
    assert await source.outcome(2) == "uc" or await source.outcome(2) == "cc"
    assert [name for name, _, _ in await held(source, before)] == ["a"]
    assert [name for name, _, _ in await held(source, after)] == ["b"]
    assert [link.status for link in await trail_of(source, "P-1")] == ["IN_FORCE", "ENDED"]


async def test_a_wrong_match_leaves_the_record_with_its_versions_waits_again_and_is_told(source: Collecting) -> None:
    wrong, right = uuid4(), uuid4()
    scan = uuid4()
    source.neighbours.numbers[NUMBER] = wrong
    await source.put(1, [patient("P-1", number=NUMBER), numbered("P-1", id="a", status="preliminary")])
    await source.put(2, [numbered("P-1", id="a", status="final"), of(wrong, id="theirs")], [None, wrong])
    await source.process()
    assert [(name, version) for name, version, _ in await held(source, wrong)] == [("a", 2), ("theirs", 1)]
    link = await end(source, "P-1", reason="the card was somebody else's")
    assert (link.status, link.ending, link.withdrawn) == ("ENDED", "WRONG", 1)
    assert [name for name, _, _ in await held(source, wrong)] == ["theirs"]
    assert await events_of(source, "PatientUnmatched", wrong) == 1
    listed = await seen(source, "P-1")
    assert (listed.waiting, listed.status) == (2, pb.PATIENT_NUMBER_STATUS_UNMATCHED)
    async with source.database.transaction() as session:
        kept = (await session.execute(text("SELECT * FROM withdrawn_record ORDER BY version"))).all()
        assert [(row.version, row.status, row.resident_id) for row in kept if row.link_id == link.id] == [
            (1, "preliminary", wrong), (2, "final", wrong),
        ]  # fmt: skip
        assert await session.scalar(text("SELECT count(*) FROM waiting_line WHERE content LIKE :who"),
                                    {"who": f"%{wrong}%"}) == 0  # fmt: skip
    source.neighbours.scans[scan] = right
    await source.put(3, [patient("P-1", scan=scan)])
    await source.process()
    await let_in(source)
    released = await held(source, right)
    assert [(name, version, json.loads(content)["status"]) for name, version, content in released] == [
        ("a", 2, "final")
    ]
    assert [name for name, _, _ in await held(source, wrong)] == ["theirs"]


async def test_the_same_evidence_does_not_match_again_what_was_undone_but_another_scan_does(
    source: Collecting,
) -> None:
    resident = uuid4()
    scan = uuid4()
    source.neighbours.numbers[NUMBER] = resident
    await source.put(1, [patient("P-1", number=NUMBER), numbered("P-1", id="a")])
    await source.process()
    link = await end(source, "P-1", by=resident_of(resident), reason="I was never there")
    assert link.ended_as == Role.ROLE_RESIDENT
    await source.put(2, [patient("P-1", number=NUMBER), numbered("P-1", id="b")])
    await source.process()
    await ask_at_once(source)
    assert await source.outcome(2) == "uw" or await source.outcome(2) == "cw"
    assert await held(source, resident) == []
    source.neighbours.scans[scan] = resident
    await source.put(3, [patient("P-1", number=NUMBER, scan=scan)])
    await source.process()
    await let_in(source)
    assert [name for name, _, _ in await held(source, resident)] == ["a", "b"]


async def test_only_its_resident_its_institution_and_operators_end_a_link_and_once(source: Collecting) -> None:
    resident = uuid4()
    source.neighbours.numbers[NUMBER] = resident
    await source.put(1, [patient("P-1", number=NUMBER)])
    await source.process()
    strangers = [
        Principal(Role.ROLE_PARTNER, str(uuid4()), partner_id=str(uuid4())),
        resident_of(uuid4()),
    ]
    for stranger in strangers:
        with pytest.raises(NotFound):
            await end(source, "P-1", by=stranger)
    operator = Principal(Role.ROLE_OPERATOR, str(uuid4()))
    for other in (operator, resident_of(resident)):
        with pytest.raises(ReusedByOthers):
            await end(source, "P-1", LinkEnding.REUSED, by=other)
    link = await end(source, "P-1", by=operator)
    with pytest.raises(LinkMoveRefused):
        async with source.database.transaction() as session:
            await patients.end_link(
                session, link_id=link.id, ending=LinkEnding.WRONG, reason="again", by=operator, now=NOW
            )


async def named_patient(source: Collecting, value: str = "P-1") -> PatientNumberRow:
    await source.put(1, [patient(value, name=[{"text": "王小明"}], birthDate="1980-01-31"), numbered(value, id="a")])
    await source.process()
    return await row_of(source, value)


async def ask(source: Collecting, row: PatientNumberRow, by: UUID | None = None) -> pb.PatientNumber:
    sender = Sender(by or uuid4(), Role.ROLE_PARTNER, source.partner_id)
    match = await patients.candidate(source.database, source.neighbours.judges, row.id, sender)
    async with source.database.transaction() as session:
        await patients.ask_patient(
            session, patient_id=row.id, match=match, checked="the admission form", by=sender, now=source.now
        )
    return await seen(source, row.value)


async def answer(source: Collecting, row: PatientNumberRow, resident: UUID, accepted: bool) -> None:
    link = (await trail_of(source, row.value))[0]
    async with source.database.transaction() as session:
        await patients.answer_link(
            session, link_id=link.id, accepted=accepted, by=resident_of(resident), now=source.now
        )


async def test_by_name_and_birth_date_nobody_is_matched_until_they_say_that_it_is_they(source: Collecting) -> None:
    resident = uuid4()
    source.neighbours.named["王小明", date(1980, 1, 31)] = resident
    row = await named_patient(source)
    assert await source.outcome(1) == "cw"
    asked = await ask(source, row)
    assert asked.status == pb.PATIENT_NUMBER_STATUS_ASKED
    assert await events_of(source, "PatientAsked", resident) == 1
    assert await held(source, resident) == []
    with pytest.raises(NotFound):
        await answer(source, row, uuid4(), accepted=True)
    await answer(source, row, resident, accepted=True)
    await let_in(source)
    assert [name for name, _, _ in await held(source, resident)] == ["a"]
    row = await row_of(source, "P-1")
    assert (row.name, row.birth_date) == ("", None)
    with pytest.raises(NothingToAskBy):
        await ask(source, row)


async def test_an_institution_does_not_learn_whether_anybody_was_asked_or_said_no(source: Collecting) -> None:
    resident = uuid4()
    nobody = await ask(source, await named_patient(source))
    another = await a_source(source.database)
    another.neighbours.named["王小明", date(1980, 1, 31)] = resident
    row = await named_patient(another)
    somebody = await ask(another, row)
    await answer(another, row, resident, accepted=False)
    declined = await seen(another, "P-1")

    def shown(number: pb.PatientNumber) -> object:
        return number.status, number.reason, [(link.status, link.basis) for link in number.links]

    assert shown(nobody) == shown(somebody) == shown(declined)
    with pytest.raises(LinkMoveRefused):
        await ask(another, row)
    for each in (source, another):
        each.now += rules.ANSWER_WITHIN + timedelta(seconds=1)
    assert shown(await seen(source, "P-1")) == shown(await seen(another, "P-1"))
    again = await ask(another, row)
    assert again.status == pb.PATIENT_NUMBER_STATUS_ASKED
    assert await events_of(another, "PatientAsked", resident) == 1  # who said no is not asked again


async def test_what_a_frozen_institution_sent_before_waits_on_and_is_not_lost(source: Collecting) -> None:
    resident = uuid4()
    await source.put(1, [numbered("P-1", id="a")])
    await source.process()
    source.neighbours.numbers[NUMBER] = resident
    source.neighbours.strangers.add(resident)  # consent says no
    await source.put(2, [patient("P-1", number=NUMBER)])
    await source.process()
    await let_in(source)
    assert await held(source, resident) == [] and (await seen(source, "P-1")).waiting == 1
    source.neighbours.strangers.clear()
    async with source.database.transaction() as session:
        await session.execute(text("UPDATE patient_number SET release_at = first_seen_at"))
    await let_in(source)
    assert [name for name, _, _ in await held(source, resident)] == ["a"]


async def test_a_line_that_is_refused_when_it_is_let_in_harms_no_other_and_is_listed(source: Collecting) -> None:
    resident = uuid4()
    await source.put(1, [numbered("P-1", id="a"), numbered("P-1", id="early", effectiveDateTime="1999-01-01")])
    await source.process()
    source.neighbours.numbers[NUMBER] = resident
    source.neighbours.born[resident] = date(2001, 1, 1)
    await source.put(2, [patient("P-1", number=NUMBER)])
    await source.process()
    await let_in(source)
    assert [name for name, _, _ in await held(source, resident)] == ["a"]
    listed = await seen(source, "P-1")
    left_out = [(line.number, line.position, line.code) for line in listed.left_out]
    assert (listed.refused, left_out) == (1, [(1, 2, "resource-refused")])


async def test_two_batches_and_an_end_at_the_same_moment_leave_nothing_in_the_wrong_record(
    source: Collecting, records_db: Database
) -> None:
    wrong = uuid4()
    source.neighbours.numbers[NUMBER] = wrong
    another = await a_source(records_db, partner_id=source.partner_id)
    another.neighbours = source.neighbours
    await source.put(1, [patient("P-1", number=NUMBER), numbered("P-1", id="first")])
    await source.process()
    for number in range(2, 6):
        await source.put(number, [numbered("P-1", id=f"a{number}")])
        await another.put(number - 1, [numbered("P-1", id=f"b{number}")])

    async def process() -> None:
        while await batches.process_next(records_db, source.neighbours.judges, zone=JINAN, apart=APART):
            pass

    await asyncio.gather(process(), process(), end(source, "P-1"), process())
    await source.process_at_once()
    assert await held(source, wrong) == []
    assert (await seen(source, "P-1")).waiting == 9


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (numbered("P-1", system="urn:yima:resident"), "subject.identifier.system"),
        (numbered("P-1", system="ours"), "subject.identifier.system"),
        (numbered(""), "subject.identifier.value"),
        (numbered(" P-1"), "subject.identifier.value"),
        (numbered("9" * 65), "subject.identifier.value"),
        (numbered(NUMBER), "subject.identifier.value"),
        (numbered("P-1", effectiveDateTime="2999-01-01"), "effectiveDateTime"),
        (numbered("P-1", performer=[{"reference": f"Patient/{uuid4()}"}]), "performer[0].reference"),
        (numbered("P-1", performer=[{"reference": f"Patient/{UUID(int=0)}"}]), ""),
        (patient(), "identifier"),
        (patient("P-1", "P-1"), "identifier"),
        (patient(*"abcdef"), "identifier"),
        (patient(NUMBER), "identifier[0].value"),
        (json.dumps({"resourceType": "Patient", "identifier": "P-1"}), "identifier"),
        (json.dumps({"resourceType": "Patient", "identifier": [{"system": OURS}]}), "identifier[0].value"),
        (
            json.dumps({"resourceType": "Patient", "identifier": [{"system": rules.IDENTITY_NUMBER, "value": 7}]}),
            "identifier[0].value",
        ),
        (
            json.dumps({"resourceType": "Patient", "identifier": [{"system": rules.SEAL, "value": ""}]}),
            "identifier[0].value",
        ),
        (
            json.dumps({"resourceType": "Patient", "identifier": [{"system": rules.RESIDENT, "value": "res_0"}]}),
            "identifier[0].value",
        ),
        (
            json.dumps({"resourceType": "Patient", "identifier": [{"system": rules.SCAN, "value": "scn_0"}]}),
            "identifier[0].value",
        ),
        (patient("P-1", birthDate="2999-01-01"), "birthDate"),
        (patient("P-1", birthDate="31.1.1980"), "birthDate"),
        (patient("P-1", name="王小明"), "name"),
        (patient("P-1", name=[{"text": 7}]), "name[0].text"),
        (patient("P-1", meta={"lastUpdated": "soon"}), "meta.lastUpdated"),
    ],
)
async def test_what_cannot_be_is_refused_by_its_field_and_the_rest_of_the_batch_is_unharmed(
    source: Collecting, line: str, field: str
) -> None:
    await source.put(1, [line, numbered("P-9")])
    await source.process()
    assert await source.outcome(1) == "rw"
    assert [(position, at) for position, _, at in await source.refusals(1)] == [(1, field)]


async def test_an_older_patient_line_changes_nothing(source: Collecting) -> None:
    await source.put(
        1,
        [
            patient(
                "P-1", name=[{"text": "王小明"}], birthDate="1980-01-31", meta={"lastUpdated": "2026-05-01T10:00:00Z"}
            ),
            patient(
                "P-1", name=[{"text": "王大明"}], birthDate="1980-01-31", meta={"lastUpdated": "2026-05-01T09:00:00Z"}
            ),
        ],
    )
    await source.process()
    assert await source.outcome(1) == "cr"
    assert (await row_of(source, "P-1")).name == "王小明"


def test_an_identity_number_is_nowhere_in_what_is_kept_however_it_is_written() -> None:
    plain = {"resourceType": "Patient", "identifier": [{"system": rules.IDENTITY_NUMBER, "value": NUMBER}]}
    escaped = json.dumps(plain).replace("identity-number", "identity\\u002dnumber").replace("1101", "\\u00311\\u00301")
    elsewhere = json.dumps({"resourceType": "Observation", "subject": {"identifier": plain["identifier"][0]}})
    broken = json.dumps(plain)[:-2]
    harmless = numbered("P-1")
    lines = split("\n".join([json.dumps(plain), escaped, elsewhere, broken, harmless]).encode() + b"\n")
    found = rules.identity_numbers(lines)
    kept = rules.without_numbers(lines, found, lambda number: hashlib.sha256(number.encode()).digest())
    assert NUMBER.encode() not in b"\n".join(kept) and b"1101" not in kept[1]
    assert kept[4] == harmless.encode() and len(kept) == 5
    assert kept == rules.without_numbers(
        lines, rules.identity_numbers(lines), lambda number: hashlib.sha256(number.encode()).digest()
    )


async def test_the_database_itself_keeps_the_trail(source: Collecting, records_db: Database) -> None:
    source.neighbours.numbers[NUMBER] = uuid4()
    await source.put(1, [patient("P-1", number=NUMBER), numbered("P-1", id="a"), numbered("P-2", id="b")])
    await source.process()
    await end(source, "P-1")
    for statement in (
        "DELETE FROM patient_link",
        "UPDATE patient_link SET resident_id = gen_random_uuid()",
        "UPDATE patient_link SET status = 'IN_FORCE'",
        "UPDATE withdrawn_record SET resident_id = gen_random_uuid()",
        "DELETE FROM withdrawn_record",
        "DELETE FROM waiting_line",
        "UPDATE waiting_line SET content = '{}'",
        "UPDATE patient_number SET resident_id = gen_random_uuid()",
    ):
        with pytest.raises(DBAPIError):
            async with records_db.transaction() as session:
                await session.execute(text(statement))


def test_a_number_that_hospitals_use_is_none_of_an_identity_card() -> None:
    with pytest.raises(ResourceRefused):
        rules.check_number(OURS, NUMBER.lower(), "line")
    assert rules.check_number(OURS, "110105194912310021", "line").value  # a wrong check digit: it is none
