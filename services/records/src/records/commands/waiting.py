"""Lines that waited go into the record once it is known whose they are: many numbers at once, each in its order."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import batched
from uuid import UUID

from chassis import errors
from chassis.database import Database
from chassis.refusals import Refusal, Unavailable
from city_pack.information import INFORMATION_TYPES
from sqlalchemy.ext.asyncio import AsyncSession

from records.commands.batches import STORED_AT_ONCE_MAX, Work, check_people, store_lines, why_none_may_add
from records.commands.judging import Judges, Sender
from records.commands.patients import role_of
from records.domain import lines as reading
from records.domain.batches import LineRefused, Outcome, rounds
from records.domain.lines import Line, NumberedLine
from records.domain.patients import PatientNumber
from records.domain.sensitivity import Sensitivity
from records.store import patients as store
from records.store import sources as source_store
from records.store.sources import Taken
from records.tables import PatientNumberRow, WaitingLineRow

log = logging.getLogger("records.waiting")
NUMBERS_AT_ONCE_MAX = 200
LINES_AT_ONCE_MAX = 2_000
LEFT_OUT_AT_ONCE_MAX = 1_000
TRY_AGAIN_AFTER = timedelta(minutes=5)
WAITED_TOO_LONG = "waited-too-long"
WAITED = (
    "nobody was found for the patient number within {days} days; once it is known who the patient is, send the line"
    " again in a new batch"
)


async def release_next(database: Database, judges: Judges, *, zone: tzinfo, apart: Sensitivity) -> bool:
    """Let in what waits for numbers that are matched now; True: there may be more. What cannot be let in now waits on,
    and holds up no other number."""
    now = database.now()
    ids: Sequence[UUID] = ()
    try:
        async with database.transaction() as session:
            rows = await store.due(session, NUMBERS_AT_ONCE_MAX, now, release=True)
            ids = [row.id for row in rows]
            if rows:
                await release(session, rows, judges, zone=zone, apart=apart, now=now)
    except Exception as error:
        if not ids or isinstance(error, Unavailable):
            raise  # every other number would meet the same
        log.error("what waits for %d patient numbers is put off: %s", len(ids), errors.render(error))
        async with database.transaction() as session:
            await store.put_off(session, ids, now + TRY_AGAIN_AFTER)
    return bool(ids)


async def release(
    session: AsyncSession,
    rows: Sequence[PatientNumberRow],
    judges: Judges,
    *,
    zone: tzinfo,
    apart: Sensitivity,
    now: datetime,
) -> None:
    """Store what waits for these numbers of one institution, as far as it goes at once."""
    ready = {row.id: row for row in rows if row.link_id is not None and not row.differs}
    waiting = await store.waiting_lines(session, list(ready), LINES_AT_ONCE_MAX)
    work = Work(len(waiting))
    read = await asyncio.to_thread(read_waiting, waiting, ready, work, zone, now)
    sender = Sender(rows[0].sent_by, role_of(rows[0]), rows[0].institution_id)
    lines, held = await let_in(read, judges, sender, work, zone)
    for indexes in rounds([line.resource.name for line in lines]):
        for some in batched(indexes, STORED_AT_ONCE_MAX, strict=False):
            await store_lines(session, sender.partner_id, [lines[index] for index in some], work, apart, now)
    await settle(session, waiting, read, work, now)
    left = await store.have_waiting(session, ready)
    for row in rows:
        if row.id not in left:
            row.release_at = None
        elif row.resident_id in held:
            row.release_at = now + TRY_AGAIN_AFTER
    await session.flush()


async def leave_out_old(database: Database, days: int, zone: tzinfo, now: datetime) -> bool:
    """Leave out lines that have waited too long for whose patient number it is; True: there may be more. Each stays
    listed for its source and its number, without what it said."""
    async with database.transaction() as session:
        waiting = await store.too_old(session, now - timedelta(days=days), LEFT_OUT_AT_ONCE_MAX)
        work = Work(len(waiting))
        read = await asyncio.to_thread(read_old, waiting, work, days, zone, now)
        await settle(session, waiting, read, work, now)
    if waiting:
        log.warning("%d lines have waited for more than %d days, and are left out", len(waiting), days)
    return len(waiting) == LEFT_OUT_AT_ONCE_MAX


def read_old(
    waiting: Sequence[WaitingLineRow], work: Work, days: int, zone: tzinfo, now: datetime
) -> Sequence[NumberedLine]:
    """The lines, as far as they can still be read, all of them refused."""
    read = []
    for position, each in enumerate(waiting, 1):
        assert each.content is not None, "it waits"
        try:
            line = each.content.encode()
            resource = reading.read_numbered(line, information_types=INFORMATION_TYPES, zone=zone, now=now)
            number = reading.number_in(line)
        except Refusal:
            number = None
        if number is not None:
            read.append(NumberedLine(position, number, resource))
        work.note_refused(LineRefused(position, WAITED_TOO_LONG, "subject.identifier", WAITED.format(days=days)))
    return read


def read_waiting(
    waiting: Sequence[WaitingLineRow], rows: Mapping[UUID, PatientNumberRow], work: Work, zone: tzinfo, now: datetime
) -> Sequence[Line]:
    """The lines, each of the resident whose its number is; what has become invalid is refused."""
    read = []
    for position, each in enumerate(waiting, 1):
        row = rows[each.patient_id]
        assert each.content is not None and row.resident_id is not None and row.link_id is not None, "it waits for them"
        try:
            resource = reading.read_numbered(
                each.content.encode(), information_types=INFORMATION_TYPES, zone=zone, now=now
            )
        except Refusal as refusal:
            work.note_refused(reading.refused_line(position, refusal))
        else:
            number = PatientNumber(row.system, row.value)
            read.append(NumberedLine(position, number, resource).of(row.resident_id, row.link_id))
    return read


async def let_in(
    lines: Sequence[Line], judges: Judges, sender: Sender, work: Work, zone: tzinfo
) -> tuple[Sequence[Line], frozenset[UUID]]:
    """The lines that may be stored now; and the residents whose lines wait on, since the institution may not use
    anybody's data now."""
    by_resident: dict[UUID, list[Line]] = {}
    for line in lines:
        by_resident.setdefault(line.resident_id, []).append(line)
    held = frozenset(await why_none_may_add(by_resident, judges, sender))
    may = {resident_id: theirs for resident_id, theirs in by_resident.items() if resident_id not in held}
    await check_people(may, judges, sender, work, zone)
    return [line for line in lines if line.resident_id not in held and line.position not in work.outcomes], held


async def settle(
    session: AsyncSession,
    waiting: Sequence[WaitingLineRow],
    read: Sequence[Line] | Sequence[NumberedLine],
    work: Work,
    now: datetime,
) -> None:
    """Keep what became of the lines, and count them for the sources they came from."""
    refused = {line.position: line for line in work.refused}
    facts = {line.position: line.resource.facts for line in read}
    settled = []
    taken: dict[UUID, dict[str, Taken]] = {}
    for position, each in enumerate(waiting, 1):
        outcome = work.outcomes.get(position)
        if outcome is None:
            continue
        why = refused.get(position)
        settled.append(
            {
                "id": str(each.id),
                "outcome": outcome.value,
                "code": why.code if why else "",
                "field": why.field if why else "",
                "detail": why.detail if why else "",
                "resource_type": facts[position].resource_type if position in facts else "",
                "fhir_id": facts[position].fhir_id if position in facts else "",
            }
        )
        if each.source_id is not None:
            kinds = taken.setdefault(each.source_id, {})
            kind = facts[position].information_type if position in facts else ""
            count(kinds.setdefault(kind, Taken()), outcome, facts[position].effective_at if position in facts else None)
    await store.settle(session, settled, now)
    for source_id, kinds in sorted(taken.items()):
        await source_store.add_intake(session, source_id, kinds, now)


def count(taken: Taken, outcome: Outcome, effective_at: datetime | None) -> None:
    if outcome == Outcome.REFUSED:
        taken.refused += 1
    elif outcome == Outcome.UNCHANGED:
        taken.unchanged += 1
    else:
        taken.stored += 1
        taken.newest = max(filter(None, (taken.newest, effective_at)), default=None)
