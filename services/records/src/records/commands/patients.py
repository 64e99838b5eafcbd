"""Patient numbers of institutions: what is said of them, whose they are, and how that is ended.

A patient number's row is locked before anything else of it, and before any resource: batches that come together, a
release, an answer and an end wait for one another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from uuid import UUID

from chassis import texts
from chassis.auth import Principal
from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import NotFound, Refusal
from sqlalchemy.ext.asyncio import AsyncSession
from yima.common.v1.route_pb2 import Role

from records import events
from records.commands.judging import Judges, Sender
from records.domain.batches import LineRefused, Outcome
from records.domain.error_reports import ErrorReportStatus
from records.domain.lines import Line, NumberedLine, ReadBatch, refused_line
from records.domain.patients import (
    ANSWER_WITHIN,
    OPEN_QUESTIONS_MAX,
    Basis,
    Evidence,
    LinkEnding,
    LinkMoveRefused,
    LinkStatus,
    Match,
    NothingToAskBy,
    PatientLine,
    PatientNumber,
    ReusedByOthers,
    TooManyQuestions,
    ask_again_after,
    named_by,
    reference_to,
)
from records.domain.versions import ResourceStale
from records.store import grounds
from records.store import patients as store
from records.store.patients import NewLine
from records.tables import PatientLinkRow, PatientNumberRow

ASKED_AT_ONCE_MAX = 500
WITHDRAWN = "It was another person's; it has left the record."


@dataclass(slots=True)
class SortedPatients:
    """What becomes of the lines of a batch that are about patient numbers."""

    lines: list[Line] = field(default_factory=list)  # whose number is matched
    waiting: list[tuple[NumberedLine, UUID]] = field(default_factory=list)  # with the number they wait for
    outcomes: dict[int, Outcome] = field(default_factory=dict)  # of lines that say who somebody is
    refused: list[LineRefused] = field(default_factory=list)


def evidence_of(row: PatientNumberRow) -> Evidence:
    return Evidence(row.seal, row.scan_id, row.told_resident_id, row.name, row.birth_date)


def put_evidence(row: PatientNumberRow, evidence: Evidence) -> None:
    """Keep what is said of who a number is. Of one that is matched no name is kept."""
    row.seal, row.scan_id, row.told_resident_id = evidence.seal, evidence.scan_id, evidence.resident_id
    matched = row.link_id is not None
    row.name, row.birth_date = ("", None) if matched else (evidence.name, evidence.birth_date)


async def sort_patients(
    session: AsyncSession,
    *,
    institution_id: UUID,
    batch: ReadBatch,
    judges: Judges,
    sender: Sender,
    now: datetime,
) -> SortedPatients:
    """Take in what a batch says of patients, and tell the lines whose number is matched from those that wait."""
    sorted_patients = SortedPatients()
    numbers = {number for line in batch.patients for number in line.numbers}
    numbers |= {line.number for line in batch.numbered}
    if not numbers:
        return sorted_patients
    rows = await store.lock_numbers(
        session, institution_id, numbers, sent_by=sender.subject_id, sent_as=int(sender.role), now=now
    )
    changed: dict[UUID, PatientNumberRow] = {}
    for line in batch.patients:
        try:
            outcome = take_in(line, rows, changed)
        except Refusal as refusal:
            sorted_patients.refused.append(refused_line(line.position, refusal))
        else:
            sorted_patients.outcomes[line.position] = outcome
    for row in rows.values():
        row.sent_by, row.sent_as = sender.subject_id, int(sender.role)
    await match_rows(session, list(changed.values()), judges, sender, now)
    for numbered in batch.numbered:
        row = rows[numbered.number]
        if row.link_id is None or row.resident_id is None or row.differs or row.release_at is not None:
            sorted_patients.waiting.append((numbered, row.id))
        else:
            sorted_patients.lines.append(numbered.of(row.resident_id, row.link_id))
    return sorted_patients


def take_in(
    line: PatientLine, rows: Mapping[PatientNumber, PatientNumberRow], changed: dict[UUID, PatientNumberRow]
) -> Outcome:
    """Note what a line says of who its numbers are. A line with several says that they are one person's."""
    theirs = [rows[number] for number in line.numbers]
    if line.updated_at is not None and any(row.updated_at and row.updated_at > line.updated_at for row in theirs):
        raise ResourceStale("a later one has come; leave it out", "line.meta.lastUpdated")
    said = line.evidence
    if not said.matches and len(theirs) > 1:
        said = said.with_that_of(of_others(theirs))
    outcome = Outcome.UNCHANGED
    for row in theirs:
        before = evidence_of(row)
        new = said if said.matches else said.with_that_of(before)
        if row.link_id is not None:
            new = Evidence(new.seal, new.scan_id, new.resident_id)
        if row.updated_at is None and before == Evidence() and row.link_id is None:
            outcome = Outcome.CREATED
        elif new != before and outcome == Outcome.UNCHANGED:
            outcome = Outcome.UPDATED
        if new != before:
            put_evidence(row, new)
            if new.matches:
                changed[row.id] = row
        row.updated_at = line.updated_at or row.updated_at
    return outcome


def of_others(rows: Sequence[PatientNumberRow]) -> Evidence:
    """What is known of the first of several numbers of one person of which something is."""
    for row in rows:
        if row.resident_id is not None and not row.differs:
            return Evidence(resident_id=row.resident_id)
    return next((evidence for row in rows if (evidence := evidence_of(row)).matches), Evidence())


async def match_rows(
    session: AsyncSession, rows: Sequence[PatientNumberRow], judges: Judges, sender: Sender, now: datetime
) -> None:
    """Ask identity whose these numbers are, and link those of whom it says so."""
    if not rows:
        return
    matches = await judges.match(sender, [evidence_of(row) for row in rows])
    trail: dict[UUID, list[PatientLinkRow]] = {}
    for link in await store.links(session, [row.id for row in rows]):
        trail.setdefault(link.patient_id, []).append(link)
    pairs = zip(rows, matches, strict=True)
    linked = [(row, match) for row, match in pairs if note_match(row, match, trail.get(row.id, []), now)]
    for row, _ in linked:
        for question in trail.get(row.id, []):
            if question.status == LinkStatus.ASKED:
                question.status = LinkStatus.LAPSED
    await session.flush()
    for row, match in linked:
        add_link(session, row, match, sender.subject_id, now)
    await session.flush()
    matched = {row.id for row in rows if row.link_id is not None and not row.differs}
    waits = await store.have_waiting(session, matched)
    for row in rows:
        if row.id in waits:
            row.release_at = row.release_at or now
    await session.flush()


def note_match(row: PatientNumberRow, match: Match, trail: Sequence[PatientLinkRow], now: datetime) -> bool:
    """Note what identity says of a number; True: it is to be linked with whom it names."""
    row.ask_at = None
    if row.link_id is not None:
        row.differs = match.resident_id != row.resident_id
        return False
    row.differs = match.differs
    if match.resident_id is None or match.differs:
        if not match.differs:
            row.ask_at = now + ask_again_after(row.asked_times)
            row.asked_times += 1
        return False
    row.asked_times = 0
    return not is_ruled_out(row, match, trail)


def is_ruled_out(row: PatientNumberRow, match: Match, trail: Sequence[PatientLinkRow]) -> bool:
    """Was it said of this resident that the number is not theirs? Only another scan of their code says otherwise."""
    said_no = [
        link
        for link in trail
        if link.resident_id == match.resident_id
        and (link.status == LinkStatus.DECLINED or link.ending == LinkEnding.WRONG)
    ]
    if not said_no:
        return False
    return match.basis != Basis.HEALTH_CODE or row.scan_id in {link.scan_id for link in said_no}


def add_link(session: AsyncSession, row: PatientNumberRow, match: Match, by: UUID, now: datetime) -> None:
    """Take a number for a resident's from now on; the resident's log has it."""
    assert match.resident_id is not None and match.basis is not None, "somebody is matched by something"
    link = PatientLinkRow(
        id=new_id(),
        patient_id=row.id,
        institution_id=row.institution_id,
        resident_id=match.resident_id,
        basis=match.basis,
        status=LinkStatus.IN_FORCE,
        scan_id=row.scan_id,
        matched_at=now,
        matched_by=by,
    )
    session.add(link)
    row.link_id, row.resident_id = link.id, match.resident_id
    put_evidence(row, evidence_of(row))
    publish(session, events.patient_matched(link), link.id)


async def let_wait(
    session: AsyncSession,
    source_id: UUID,
    batch: int,
    received_at: datetime,
    lines: Sequence[tuple[NumberedLine, UUID]],
) -> None:
    """Keep lines, each with the number that it waits for, until it is known whose they are."""
    new = [NewLine(patient_id, line.position, line.resource.content) for line, patient_id in lines]
    if new:
        await store.add_lines(session, source_id, batch, received_at, new)


async def ask_identity_again(database: Database, judges: Judges) -> bool:
    """Ask again whose numbers of one institution are that were unknown; True: there may be more."""
    now = database.now()
    async with database.transaction() as session:
        rows = await store.due(session, ASKED_AT_ONCE_MAX, now, release=False)
        if rows:
            sender = Sender(rows[0].sent_by, role_of(rows[0]), rows[0].institution_id)
            await match_rows(session, rows, judges, sender, now)
    return bool(rows)


def role_of(row: PatientNumberRow) -> Role:
    return cast(Role, row.sent_as)


async def candidate(database: Database, judges: Judges, patient_id: UUID, sender: Sender) -> Match:
    """Whom name and birth date of a number mean, if they mean one person. It is not said to whoever asks."""
    async with database.transaction() as session:
        row = await own_number(session, patient_id, sender.partner_id)
        evidence = check_askable(row)
    return (await judges.match(sender, [evidence]))[0]


async def own_number(
    session: AsyncSession, patient_id: UUID, institution_id: UUID, *, lock: bool = False
) -> PatientNumberRow:
    row = await store.number(session, patient_id, lock=lock)
    if row is None or row.institution_id != institution_id:
        raise NotFound("your institution has no such patient number", "patient_number_id")
    return row


def check_askable(row: PatientNumberRow) -> Evidence:
    if row.link_id is not None or not row.name or row.birth_date is None:
        raise NothingToAskBy("send a Patient line with name and birth date", "patient_number_id")
    return Evidence(name=row.name, birth_date=row.birth_date)


async def ask_patient(
    session: AsyncSession, *, patient_id: UUID, match: Match, checked: str, by: Sender, now: datetime
) -> PatientNumberRow:
    """Ask whom name and birth date mean whether they are the patient; where they mean nobody, nobody is asked, and it
    looks the same."""
    checked = texts.line(checked, "checked", texts.REASON_LENGTH_MAX)
    row = await own_number(session, patient_id, by.partner_id, lock=True)
    check_askable(row)
    if await store.open_questions(session, by.partner_id, now) >= OPEN_QUESTIONS_MAX:
        raise TooManyQuestions(f"at most {OPEN_QUESTIONS_MAX} wait for an answer; wait for those")
    trail = await store.links(session, [row.id])
    for link in trail:
        if link.until is not None and now < link.until and link.status in (LinkStatus.ASKED, LinkStatus.DECLINED):
            raise LinkMoveRefused("the patient is asked already; wait for the answer", "patient_number_id")
        if link.status == LinkStatus.ASKED:
            link.status = LinkStatus.LAPSED
    await session.flush()
    resident_id = None if match.resident_id and is_ruled_out(row, match, trail) else match.resident_id
    link = PatientLinkRow(
        id=new_id(),
        patient_id=row.id,
        institution_id=row.institution_id,
        resident_id=resident_id,
        basis=Basis.CONFIRMED,
        status=LinkStatus.ASKED,
        asked_by=by.subject_id,
        asked_at=now,
        until=now + ANSWER_WITHIN,
        checked=checked,
    )
    session.add(link)
    await session.flush()
    if resident_id is not None:
        publish(session, events.patient_asked(link), link.id)
    return row


async def locked_link(session: AsyncSession, link_id: UUID) -> tuple[PatientLinkRow, PatientNumberRow]:
    """A link with its number, which is locked."""
    link = await store.link(session, link_id)
    if link is None:
        raise NotFound("there is no such link", "patient_link_id")
    row = await store.number(session, link.patient_id, lock=True)
    link = await store.link(session, link_id)
    assert row is not None and link is not None, "nothing of the trail is deleted"
    return link, row


async def answer_link(
    session: AsyncSession, *, link_id: UUID, accepted: bool, by: Principal, now: datetime
) -> tuple[PatientLinkRow, PatientNumberRow]:
    """A resident's word on whether a patient number is theirs."""
    link, row = await locked_link(session, link_id)
    if link.resident_id is None or not by.acts_for(str(link.resident_id)):
        raise NotFound("there is no such link", "patient_link_id")
    if link.status != LinkStatus.ASKED or link.until is None or now >= link.until:
        raise LinkMoveRefused("it is answered, or too old", "patient_link_id")
    if not accepted:
        link.status = LinkStatus.DECLINED
        await session.flush()
        return link, row
    link.status, link.matched_at, link.matched_by = LinkStatus.IN_FORCE, now, UUID(by.subject_id)
    row.link_id, row.resident_id, row.ask_at = link.id, link.resident_id, None
    put_evidence(row, evidence_of(row))
    if await store.have_waiting(session, [row.id]):
        row.release_at = now
    await session.flush()
    publish(session, events.patient_matched(link), link.id)
    return link, row


async def end_link(
    session: AsyncSession, *, link_id: UUID, ending: LinkEnding, reason: str, by: Principal, now: datetime
) -> tuple[PatientLinkRow, PatientNumberRow]:
    """End a link. Where it was wrong, all that came by it leaves the record, is kept as it was, and waits again."""
    link, row = await locked_link(session, link_id)
    if not may_end(link, by):
        raise NotFound("there is no such link", "patient_link_id")
    reason = texts.line(reason, "reason", texts.REASON_LENGTH_MAX)
    if link.status != LinkStatus.IN_FORCE or link.resident_id is None:
        raise LinkMoveRefused(f"it is {link.status.lower()}", "patient_link_id")
    if ending == LinkEnding.REUSED and by.role != Role.ROLE_PARTNER:
        raise ReusedByOthers("say WRONG, if it never was this resident", "ending")
    if not row.differs:
        put_evidence(row, Evidence())
    row.link_id = row.resident_id = row.release_at = None
    row.ask_at = now if row.differs else None
    row.differs, row.asked_times = False, 0
    if ending == LinkEnding.WRONG:
        link.withdrawn = await withdraw(session, link, row, UUID(by.subject_id), now)
    link.status, link.ending, link.reason = LinkStatus.ENDED, ending, reason
    link.ended_at, link.ended_by, link.ended_as = now, UUID(by.subject_id), int(by.role)
    await session.flush()
    publish(session, events.patient_unmatched(link), link.id)
    return link, row


def may_end(link: PatientLinkRow, by: Principal) -> bool:
    if by.role == Role.ROLE_OPERATOR:
        return True
    if by.role == Role.ROLE_PARTNER:
        return str(link.institution_id) == by.partner_id
    return link.resident_id is not None and by.acts_for(str(link.resident_id))


async def withdraw(session: AsyncSession, link: PatientLinkRow, row: PatientNumberRow, by: UUID, now: datetime) -> int:
    """Take what came by a link out of the record; reports about it that wait for an answer are answered by that."""
    assert link.resident_id is not None, "a link in force is somebody's"
    await grounds.of_institution(session, link.institution_id, [link.resident_id])
    for report in await store.open_reports(session, link.id):
        report.status, report.answer = ErrorReportStatus.CORRECTED, WITHDRAWN
        report.closed_by, report.closed_at = by, now
        report.corrected_version = report.record_version + 1
        publish(session, events.error_report_closed(report), report.id)
    await session.flush()
    number = PatientNumber(row.system, row.value)
    return await store.withdraw(session, link.id, reference_to(link.resident_id), named_by(number), now)
