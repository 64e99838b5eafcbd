"""Patient numbers, whose they are taken for, and the lines that wait for them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import rows
from chassis.ids import new_id
from chassis.pages import Part
from chassis.rows import dumps
from sqlalchemy import func, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from records.domain.batches import Outcome
from records.domain.patients import LinkStatus, PatientNumber, PatientNumberStatus
from records.tables import ErrorReportRow, PatientLinkRow, PatientNumberRow, RecordRow, WaitingLineRow

ADD_NUMBERS = text(
    """
    INSERT INTO patient_number (id, institution_id, system, value, first_seen_at, sent_by, sent_as, differs, name,
        asked_times)
    SELECT id, :institution_id, system, value, :now, :sent_by, :sent_as, false, '', 0
    FROM unnest(CAST(:ids AS uuid[]), CAST(:systems AS text[]), CAST(:values AS text[])) AS sent (id, system, value)
    ORDER BY system, value
    ON CONFLICT ON CONSTRAINT patient_number_once DO NOTHING
    """
)
LOCK_NUMBERS = text(
    """
    SELECT patient_number.* FROM patient_number
    JOIN unnest(CAST(:systems AS text[]), CAST(:values AS text[])) AS sent (system, value)
        ON patient_number.system = sent.system AND patient_number.value = sent.value
    WHERE institution_id = :institution_id ORDER BY patient_number.id FOR UPDATE OF patient_number
    """
)
# Those due of the institution and sender of whatever is due first: each question is put in one name.
DUE = """
    SELECT patient_number.* FROM patient_number
    JOIN (
        SELECT institution_id, sent_by FROM patient_number WHERE {moment} <= :now ORDER BY {moment} LIMIT 1
    ) AS first ON first.institution_id = patient_number.institution_id AND first.sent_by = patient_number.sent_by
    WHERE {moment} <= :now ORDER BY patient_number.id LIMIT :limit FOR UPDATE OF patient_number SKIP LOCKED
"""
TO_ASK = text(DUE.format(moment="ask_at"))
TO_RELEASE = text(DUE.format(moment="release_at"))
ADD_LINES = text(
    """
    INSERT INTO waiting_line (id, patient_id, source_id, number, position, received_at, content, outcome, code, field,
        detail, resource_type, fhir_id)
    SELECT id, patient_id, source_id, number, position, received_at, content, '', '', '', '', '', ''
    FROM jsonb_to_recordset(CAST(:lines AS jsonb)) AS sent (id uuid, patient_id uuid, source_id uuid, number bigint,
        position int, received_at timestamptz, content text)
    """
)
SETTLE = text(
    """
    UPDATE waiting_line SET settled_at = :now, content = NULL, outcome = settled.outcome, code = settled.code,
        field = settled.field, detail = settled.detail, resource_type = settled.resource_type,
        fhir_id = settled.fhir_id
    FROM jsonb_to_recordset(CAST(:lines AS jsonb)) AS settled (id uuid, outcome text, code text, field text,
        detail text, resource_type text, fhir_id text)
    WHERE waiting_line.id = settled.id
    """
)
WAITING = text(
    """
    SELECT patient_id, count(*) FILTER (WHERE settled_at IS NULL) AS waiting,
        min(received_at) FILTER (WHERE settled_at IS NULL) AS since, count(*) FILTER (WHERE outcome = 'r') AS refused
    FROM waiting_line WHERE patient_id = ANY(CAST(:ids AS uuid[])) AND (settled_at IS NULL OR outcome = 'r')
    GROUP BY patient_id
    """
)
REFUSED_LINES = text(
    """
    SELECT line.* FROM unnest(CAST(:ids AS uuid[])) AS asked (id) CROSS JOIN LATERAL (
        SELECT * FROM waiting_line WHERE patient_id = asked.id AND outcome = 'r' ORDER BY id DESC LIMIT 20
    ) AS line
    """
)
MATCHED = text(
    """
    SELECT patient_number.system, patient_number.value FROM patient_number
    JOIN unnest(CAST(:systems AS text[]), CAST(:values AS text[])) AS sent (system, value)
        ON patient_number.system = sent.system AND patient_number.value = sent.value
    WHERE institution_id = :institution_id AND link_id IS NOT NULL AND NOT differs
    """
)
# The oldest lines of numbers that are nobody's. What was in another's record waits from when it left it on.
TOO_OLD = text(
    """
    SELECT waiting_line.* FROM waiting_line JOIN patient_number ON patient_number.id = waiting_line.patient_id
    WHERE settled_at IS NULL AND received_at < :before AND (link_id IS NULL OR differs) AND NOT EXISTS (
        SELECT FROM patient_link WHERE patient_link.patient_id = waiting_line.patient_id
            AND waiting_line.source_id IS NULL AND patient_link.ended_at >= :before
    )
    ORDER BY received_at LIMIT :limit FOR UPDATE OF patient_number SKIP LOCKED
    """
)
WITHDRAW = text("SELECT withdraw_link(CAST(:link AS uuid), CAST(:now AS timestamptz), :stored, :sent)")
WAITS = "EXISTS (SELECT FROM waiting_line WHERE patient_id = patient_number.id AND settled_at IS NULL)"
ASKS = f"""EXISTS (
    SELECT FROM patient_link WHERE patient_id = patient_number.id AND status IN ('{LinkStatus.ASKED}',
        '{LinkStatus.DECLINED}') AND until > CAST(:now AS timestamptz)
)"""
# What the listing asks for, by status. One that declined is asked, as far as the institution sees.
BY_STATUS: Mapping[int, str] = {
    0: f"link_id IS NULL OR differs OR {WAITS}",
    PatientNumberStatus.UNMATCHED: f"link_id IS NULL AND NOT differs AND NOT {ASKS}",
    PatientNumberStatus.ASKED: f"link_id IS NULL AND NOT differs AND {ASKS}",
    PatientNumberStatus.MATCHED: "link_id IS NOT NULL AND NOT differs",
    PatientNumberStatus.DIFFERS: "differs",
}
LINES_WAITING = text("SELECT count(*) FROM waiting_line WHERE settled_at IS NULL")


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a patient number, and what was refused when it was let in."""

    lines: int
    since: datetime | None
    refused: int


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line that is to wait."""

    patient_id: UUID
    position: int
    content: str


async def lock_numbers(
    session: AsyncSession,
    institution_id: UUID,
    numbers: Collection[PatientNumber],
    *,
    sent_by: UUID,
    sent_as: int,
    now: datetime,
) -> Mapping[PatientNumber, PatientNumberRow]:
    """These numbers of an institution, known from now on if they were not, and locked in one order."""
    ordered = sorted(numbers)
    parameters = {
        "ids": [new_id() for _ in ordered],
        "systems": [number.system for number in ordered],
        "values": [number.value for number in ordered],
        "institution_id": institution_id,
        "sent_by": sent_by,
        "sent_as": sent_as,
        "now": now,
    }
    await session.execute(ADD_NUMBERS, parameters)
    query = select(PatientNumberRow).from_statement(LOCK_NUMBERS).execution_options(populate_existing=True)
    rows = await session.scalars(query, parameters)
    return {PatientNumber(row.system, row.value): row for row in rows}


async def due(session: AsyncSession, limit: int, now: datetime, *, release: bool) -> Sequence[PatientNumberRow]:
    """Numbers of one institution to ask identity about, or whose lines to let in; locked, unless somebody is at it."""
    statement = TO_RELEASE if release else TO_ASK
    query = select(PatientNumberRow).from_statement(statement).execution_options(populate_existing=True)
    return (await session.scalars(query, {"now": now, "limit": limit})).all()


async def number(session: AsyncSession, patient_id: UUID, *, lock: bool = False) -> PatientNumberRow | None:
    query = select(PatientNumberRow).where(PatientNumberRow.id == patient_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(query)).one_or_none()


async def page(
    session: AsyncSession,
    *,
    institution_id: UUID | None,
    status: int,
    value: str,
    part: Part[tuple[UUID]],
    now: datetime,
) -> Sequence[PatientNumberRow]:
    """Numbers in a status, newest first."""
    query = select(PatientNumberRow).where(text(f"({BY_STATUS[status]})"))
    if institution_id is not None:
        query = query.where(PatientNumberRow.institution_id == institution_id)
    if value:
        query = query.where(PatientNumberRow.value == value)
    return (await session.scalars(part.of(query, col(PatientNumberRow.id), descending=True), {"now": now})).all()


async def waiting(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, Waiting]:
    rows = await session.execute(WAITING, {"ids": ids})
    counted = {row.patient_id: Waiting(row.waiting, row.since, row.refused) for row in rows}
    return {each: counted.get(each, Waiting(0, None, 0)) for each in ids}


async def refused_lines(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, Sequence[WaitingLineRow]]:
    """Lines that were refused when their number was matched, the newest of each number first."""
    lines: dict[UUID, list[WaitingLineRow]] = {}
    query = select(WaitingLineRow).from_statement(REFUSED_LINES)
    for line in await session.scalars(query, {"ids": ids}) if ids else ():
        lines.setdefault(line.patient_id, []).append(line)
    return lines


async def have_waiting(session: AsyncSession, ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of these numbers for which something waits."""
    query = (
        select(WaitingLineRow.patient_id)
        .where(col(WaitingLineRow.patient_id).in_(ids), col(WaitingLineRow.settled_at).is_(None))
        .distinct()
    )
    return frozenset(await session.scalars(query)) if ids else frozenset()


async def add_lines(
    session: AsyncSession, source_id: UUID, batch: int, received_at: datetime, lines: Sequence[NewLine]
) -> None:
    """Let lines of a batch wait, in their order."""
    rows = [
        {
            "id": new_id(),
            "patient_id": line.patient_id,
            "source_id": source_id,
            "number": batch,
            "position": line.position,
            "received_at": received_at.isoformat(),
            "content": line.content,
        }
        for line in lines
    ]
    await session.execute(ADD_LINES, {"lines": dumps(rows)})


async def waiting_lines(session: AsyncSession, ids: Sequence[UUID], limit: int) -> Sequence[WaitingLineRow]:
    """What waits for these numbers, in the order it came."""
    query = (
        select(WaitingLineRow)
        .where(col(WaitingLineRow.patient_id).in_(ids), col(WaitingLineRow.settled_at).is_(None))
        .order_by(col(WaitingLineRow.received_at), col(WaitingLineRow.id))
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def matched(
    session: AsyncSession, institution_id: UUID, numbers: Collection[PatientNumber]
) -> frozenset[PatientNumber]:
    """Those of these numbers of an institution that are matched, without locking them."""
    ordered = sorted(numbers)
    parameters = {
        "systems": [number.system for number in ordered],
        "values": [number.value for number in ordered],
        "institution_id": institution_id,
    }
    return frozenset(PatientNumber(row.system, row.value) for row in await session.execute(MATCHED, parameters))


async def too_old(session: AsyncSession, before: datetime, limit: int) -> Sequence[WaitingLineRow]:
    """Lines that have waited since before a moment for numbers that are not matched, the oldest first. Their numbers
    are locked; those that somebody works on are left for later."""
    query = select(WaitingLineRow).from_statement(TOO_OLD).execution_options(populate_existing=True)
    return (await session.scalars(query, {"before": before, "limit": limit})).all()


async def left_out_page(
    session: AsyncSession, source_id: UUID, part: Part[tuple[UUID]]
) -> Sequence[tuple[WaitingLineRow, PatientNumberRow]]:
    """Lines of a source that waited and did not come into a record, each with its number, the last sent first."""
    query = (
        select(WaitingLineRow, PatientNumberRow)
        .join(PatientNumberRow, col(PatientNumberRow.id) == col(WaitingLineRow.patient_id))
        .where(WaitingLineRow.source_id == source_id, WaitingLineRow.outcome == Outcome.REFUSED.value)
    )
    rows = await session.execute(part.of(query, col(WaitingLineRow.id), descending=True))
    return [(row[0], row[1]) for row in rows]


async def settle(session: AsyncSession, lines: Sequence[Mapping[str, str]], now: datetime) -> None:
    """Keep what became of lines that waited, in the place of what they said."""
    await session.execute(SETTLE, {"lines": dumps(lines), "now": now})


async def links(session: AsyncSession, patient_ids: Collection[UUID]) -> Sequence[PatientLinkRow]:
    """The trail of these numbers, the newest first."""
    query = select(PatientLinkRow).where(col(PatientLinkRow.patient_id).in_(patient_ids))
    return (await session.scalars(query.order_by(col(PatientLinkRow.id).desc()))).all() if patient_ids else []


async def link(session: AsyncSession, link_id: UUID) -> PatientLinkRow | None:
    query = select(PatientLinkRow).where(PatientLinkRow.id == link_id)
    return (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()


async def links_of(
    session: AsyncSession, residents: Collection[UUID], part: Part[tuple[UUID]]
) -> Sequence[tuple[PatientLinkRow, str]]:
    """Links of residents with the number, newest first."""
    query = (
        select(PatientLinkRow, PatientNumberRow.value)
        .join(PatientNumberRow, col(PatientNumberRow.id) == col(PatientLinkRow.patient_id))
        .where(col(PatientLinkRow.resident_id).in_(residents))
    )
    rows = await session.execute(part.of(query, col(PatientLinkRow.id), descending=True))
    return [(row[0], row[1]) for row in rows]


async def open_reports(session: AsyncSession, link_id: UUID) -> Sequence[ErrorReportRow]:
    """Residents' reports, not answered yet, about what came by a link; locked."""
    query = (
        select(ErrorReportRow)
        .join(RecordRow, col(RecordRow.id) == col(ErrorReportRow.record_id))
        .where(RecordRow.patient_link_id == link_id, ErrorReportRow.status == "open")
        .order_by(col(ErrorReportRow.id))
        .with_for_update(of=ErrorReportRow)
    )
    return (await session.scalars(query)).all()


async def withdraw(session: AsyncSession, link_id: UUID, stored: str, sent: str, now: datetime) -> int:
    """Take what came by a link out of the record, to wait again; returns how many resources. `stored` stands in them
    for the patient, and `sent` did before."""
    parameters = {"link": link_id, "now": now, "stored": stored, "sent": sent}
    return int((await session.execute(WITHDRAW, parameters)).scalar_one())


async def lines_waiting(session: AsyncSession) -> int:
    """How many lines wait for whose patient number it is, of all institutions."""
    return int((await session.execute(LINES_WAITING)).scalar_one())


async def open_questions(session: AsyncSession, institution_id: UUID, now: datetime) -> int:
    """How many of an institution's questions wait for an answer. Nobody counts them before this transaction ends."""
    await rows.lock_count(session, "questions to patients", institution_id)
    query = select(func.count()).where(
        PatientLinkRow.institution_id == institution_id,
        PatientLinkRow.status == LinkStatus.ASKED,
        col(PatientLinkRow.until) > now,
    )
    return int((await session.execute(query)).scalar_one())


async def put_off(session: AsyncSession, ids: Sequence[UUID], moment: datetime) -> None:
    """Let in later what waits for these numbers, since it could not be now."""
    await session.execute(
        update(PatientNumberRow)
        .where(col(PatientNumberRow.id).in_(ids), col(PatientNumberRow.release_at).is_not(None))
        .values(release_at=moment)
    )
