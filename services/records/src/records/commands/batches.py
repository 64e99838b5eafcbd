"""Batches: taken when they come, and processed behind. A line that is refused harms no other."""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from itertools import batched
from typing import cast
from uuid import UUID

from chassis import errors
from chassis.database import Database
from chassis.outbox import publish
from chassis.refusals import Refusal, Unavailable
from sqlalchemy.ext.asyncio import AsyncSession
from yima.common.v1.route_pb2 import Role

from records import events
from records.commands.ingests import row_of
from records.commands.judging import Addition, Judges, PersonCheck, Sender
from records.commands.patients import let_wait, sort_patients
from records.commands.sources import locked
from records.domain import lines as reading
from records.domain import sources as rules
from records.domain.batches import (
    GAPS_MAX,
    QUEUE_SECONDS,
    SAME_MAX,
    WAITING_BYTES_MAX,
    WAITING_LINES_SECONDS,
    WAITING_MAX,
    WAITING_OF_SOURCE_MAX,
    BatchDiffers,
    BatchNotMissing,
    BatchTooFarAhead,
    LineRefused,
    Outcome,
    QueueFull,
    WaitingLinesFull,
    rounds,
    split,
    try_again_after,
)
from records.domain.ingests import IngestRefused, ResourceRefused, latest_birth
from records.domain.lines import Line, ReadBatch
from records.domain.patients import PatientNumber
from records.domain.releases import NotProven
from records.domain.sensitivity import Sensitivity
from records.domain.sources import (
    BudgetReached,
    SourcePaused,
    SourceStatus,
    SourceStopped,
    check_certified,
    is_bad,
    pause_after,
)
from records.domain.versions import ResourceStale, check_newer
from records.store import batches as store
from records.store import grounds
from records.store import ingests as ingest_store
from records.store import patients as patient_store
from records.store import sources as source_store
from records.store.sources import Taken
from records.tables import BatchRow, SourceRow

log = logging.getLogger("records.batches")
STORED_AT_ONCE_MAX = 1_000
BIRTH_ROUNDS_MAX = 3  # times that a batch asks on about a resident of whom something is from before their birth
MINUTE_SECONDS = 60


class ResourceTaken(Exception):
    """Somebody stored another version in between: the batch is processed again."""


@dataclass(frozen=True, slots=True)
class SentBatch:
    """A batch as it came, checked by itself."""

    number: int
    content: bytes
    sha256: bytes
    positions: int
    resident_ids: Sequence[UUID | None]
    numbers: Mapping[PatientNumber, int]  # patient numbers, each with how many lines name their patient by it

    @property
    def lines(self) -> int:
        return sum(1 for line in split(self.content) if line.strip())


async def put_batch(
    session: AsyncSession,
    *,
    source_id: UUID,
    sent: SentBatch,
    by: Sender,
    scope: Collection[str],
    waiting_max: int,
    now: datetime,
) -> tuple[BatchRow, bool]:
    """Keep a batch, and whether it was here before. `scope` is what the institution's certificates cover now;
    `waiting_max` is how many lines of a source may wait for whose patient number it is."""
    source = await locked(session, source_id, by.partner_id)
    if source.status != SourceStatus.APPROVED:
        raise SourceStopped(f"it is {SourceStatus(source.status).name.lower()}", "source_id")
    check_certified(scope, source.category, "source_id")
    known = await store.batch(session, source_id, sent.number)
    if known is not None:
        if known.given_up or known.sha256 != sent.sha256:
            raise BatchDiffers("it was given up" if known.given_up else "its digest is another", "number")
        return known, True
    await check_room(session, source, now)
    may_wait = await check_waiting(session, source, sent, waiting_max)
    await count_within_budget(session, source, sent, now)
    await note_number(session, source, sent.number, now)
    row = BatchRow(
        source_id=source_id,
        number=sent.number,
        sha256=sent.sha256,
        size=len(sent.content),
        positions=sent.positions,
        lines=sent.lines,
        content=sent.content,
        resident_ids=list(sent.resident_ids),
        may_wait=may_wait,
        sent_by=by.subject_id,
        sent_as=int(by.role),
        received_at=now,
        try_at=now,
    )
    session.add(row)
    source.last_received_at = now
    await session.flush()
    return row, False


async def check_room(session: AsyncSession, source: SourceRow, now: datetime) -> None:
    """Refuse a batch for which there is no room now. Nothing that was taken is ever dropped for it."""
    if source.paused_until is not None and now < source.paused_until:
        raise SourcePaused("fix what they were refused for", seconds_until(source.paused_until, now), "source_id")
    queue = await store.queue(session, source.id, now)
    if pause_after(source.bad_in_a_row) is not None and queue.of_source:
        raise SourcePaused("the one that was let through is not processed yet", QUEUE_SECONDS, "source_id")
    if queue.of_source >= WAITING_OF_SOURCE_MAX:
        raise QueueFull(f"{queue.of_source} batches of the source wait", QUEUE_SECONDS, "source_id")
    if queue.batches >= WAITING_MAX or queue.bytes >= WAITING_BYTES_MAX:
        raise QueueFull(f"{queue.batches} batches wait", QUEUE_SECONDS)


async def check_waiting(session: AsyncSession, source: SourceRow, sent: SentBatch, most: int) -> int:
    """How many lines of a batch may have to wait for whose patient number it is. Refused where more of the source would
    wait than may; what makes none wait, as Patient lines, is taken however many wait: they are what lets lines in."""
    if not sent.numbers:
        return 0
    matched = await patient_store.matched(session, source.partner_id, sent.numbers)
    may_wait = sum(count for number, count in sent.numbers.items() if number not in matched)
    if may_wait:
        waiting = await store.lines_waiting(session, source.id)
        if waiting + may_wait > most:
            raise WaitingLinesFull(
                f"{waiting} lines wait, {may_wait} more would, and {most} may; send a batch of Patient lines alone that"
                " say who they are, or scan their codes; `yima patients unmatched` lists whose",
                WAITING_LINES_SECONDS,
                "content",
            )
    return may_wait


def seconds_until(moment: datetime, now: datetime) -> int:
    return max(1, int((moment - now).total_seconds()) + 1)


async def count_within_budget(session: AsyncSession, source: SourceRow, sent: SentBatch, now: datetime) -> None:
    """Count a batch within this minute; refused where the source said that it sends less."""
    minute = now.replace(second=0, microsecond=0)
    budget = rules.SourceBudget(source.budget_batches, source.budget_lines, source.budget_bytes)
    lines, size = sent.lines, len(sent.content)
    if lines > budget.lines or size > budget.bytes:
        raise BudgetReached(
            f"a batch alone has more than {budget.lines} lines or {budget.bytes} bytes; make it smaller",
            MINUTE_SECONDS,
            "content",
        )
    if not await source_store.count_batch(session, source.id, minute, lines=lines, size=size):
        raise BudgetReached(
            f"at most {budget.batches} batches, {budget.lines} lines and {budget.bytes} bytes a minute",
            seconds_until(minute + timedelta(minutes=1), now),
            "source_id",
        )
    await session.refresh(source)


async def note_number(session: AsyncSession, source: SourceRow, number: int, now: datetime) -> None:
    """Note which batches before this one have not come, or that it is missing no more."""
    if number <= source.highest_number:
        await store.close_gaps(session, source.id, [number])
        return
    skipped = number - source.highest_number - 1
    if skipped and skipped + await store.missing_count(session, source.id) > GAPS_MAX:
        raise BatchTooFarAhead(
            f"the highest that came is {source.highest_number}, and at most {GAPS_MAX} may be missing", "number"
        )
    if skipped:
        await store.add_gaps(session, source.id, source.highest_number + 1, number - 1, now)
    source.highest_number = number


async def ask_for_missing(
    session: AsyncSession, *, source_id: UUID, partner_id: UUID, now: datetime
) -> tuple[Sequence[int], int]:
    """The batches to send again now, and how many are missing in all: no more than the source's budget has left."""
    source = await locked(session, source_id, partner_id)
    used = source.minute_batches if source.minute == now.replace(second=0, microsecond=0) else 0
    paused = source.status != SourceStatus.APPROVED or (source.paused_until is not None and now < source.paused_until)
    most = 0 if paused else max(0, source.budget_batches - used)
    numbers = await store.ask(session, source_id, most, now) if most else []
    return numbers, await store.missing_count(session, source_id)


async def give_up(
    session: AsyncSession, *, source_id: UUID, numbers: Sequence[int], reason: str, by: Sender, now: datetime
) -> SourceRow:
    """Note that batches will never come: all of these, or none."""
    source = await locked(session, source_id, by.partner_id)
    closed = await store.close_gaps(session, source_id, numbers)
    if other := sorted(set(numbers) - closed):
        raise BatchNotMissing(f"{other[0]} came, was given up before, or is above the highest that came", "numbers")
    session.add_all(
        BatchRow(
            source_id=source_id,
            number=number,
            sha256=b"",
            size=0,
            positions=0,
            lines=0,
            resident_ids=[],
            sent_by=by.subject_id,
            sent_as=int(by.role),
            received_at=now,
            try_at=now,
            processed_at=now,
            given_up=True,
            reason=reason,
        )
        for number in sorted(closed)
    )
    await session.flush()
    return source


async def process_next(database: Database, judges: Judges, *, zone: tzinfo, apart: Sensitivity) -> bool:
    """Process the batch that has waited longest; False: none waits. What stops one from being processed stops no other,
    and a batch whose process dies is as it was."""
    now = database.now()
    claimed: tuple[UUID, int, int] | None = None
    try:
        async with database.transaction() as session:
            row = await store.claim(session, now)
            if row is None:
                return False
            claimed = row.source_id, row.number, row.attempts
            await process(session, row, judges, zone=zone, apart=apart, now=now)
    except Exception as error:
        if claimed is None or isinstance(error, Unavailable):
            raise  # every other batch would meet the same
        source_id, number, attempts = claimed
        log.error("batch %d of source %s is put off: %s", number, source_id, errors.render(error))
        async with database.transaction() as session:
            await store.put_off(session, source_id, number, now + try_again_after(attempts))
    return True


@dataclass(slots=True)
class Work:
    """What becomes of a batch's lines, as it goes on."""

    positions: int
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    refused: list[LineRefused] = field(default_factory=list)
    taken: dict[str, Taken] = field(default_factory=dict)

    def of(self, information_type: str) -> Taken:
        return self.taken.setdefault(information_type, Taken())

    def refuse(self, line: Line, refusal: Refusal) -> None:
        self.note_refused(reading.refused_line(line.position, refusal), line.resource.facts.information_type)

    def note_refused(self, refused: LineRefused, information_type: str = "") -> None:
        self.refused.append(refused)
        self.outcomes[refused.position] = Outcome.REFUSED
        self.of(information_type).refused += 1

    def note_stored(self, line: Line, outcome: Outcome) -> None:
        facts = line.resource.facts
        taken = self.of(facts.information_type)
        self.outcomes[line.position] = outcome
        if outcome == Outcome.UNCHANGED:
            taken.unchanged += 1
        else:
            taken.stored += 1
            taken.newest = max(filter(None, (taken.newest, facts.effective_at)))

    @property
    def letters(self) -> str:
        """A letter a line."""
        return "".join(self.outcomes[position] for position in range(1, self.positions + 1))


async def process(
    session: AsyncSession, row: BatchRow, judges: Judges, *, zone: tzinfo, apart: Sensitivity, now: datetime
) -> None:
    """Store those of a claimed batch's lines that may be, and keep what became of each."""
    source = await source_store.source(session, row.source_id)
    assert source is not None and row.content is not None, "it waits with its bytes, and belongs to a source"
    batch: ReadBatch = await asyncio.to_thread(
        reading.read,
        split(row.content),
        row.resident_ids,
        information_types=frozenset(source.information_types),
        zone=zone,
        now=now,
    )
    work = Work(batch.positions, dict.fromkeys(batch.empty, Outcome.EMPTY))
    for refused in batch.refused:
        work.note_refused(refused)
    sender = Sender(row.sent_by, cast(Role, row.sent_as), source.partner_id)
    lines = await by_patients(session, row, source, batch, judges, sender, work, now)
    permitted = await judged(lines, judges, sender, work, zone)
    for indexes in rounds([line.resource.name for line in permitted]):
        for some in batched(indexes, STORED_AT_ONCE_MAX, strict=False):
            await store_lines(session, source.partner_id, [permitted[index] for index in some], work, apart, now)
    await source_store.add_intake(session, source.id, work.taken, row.received_at)
    await store.finish(session, row, work.letters, work.refused, now)
    await note_quality(session, row, len(work.refused), now)


async def by_patients(
    session: AsyncSession,
    row: BatchRow,
    source: SourceRow,
    batch: ReadBatch,
    judges: Judges,
    sender: Sender,
    work: Work,
    now: datetime,
) -> Sequence[Line]:
    """All lines of which it is known whose they are, in their order; those whose patient number is not matched wait."""
    patients = await sort_patients(
        session, institution_id=source.partner_id, batch=batch, judges=judges, sender=sender, now=now
    )
    for refused in patients.refused:
        work.note_refused(refused)
    work.outcomes |= patients.outcomes
    await let_wait(session, source.id, row.number, row.received_at, patients.waiting)
    work.outcomes |= dict.fromkeys((line.position for line, _ in patients.waiting), Outcome.WAITING)
    return sorted([*batch.lines, *patients.lines], key=lambda line: line.position)


async def judged(lines: Sequence[Line], judges: Judges, sender: Sender, work: Work, zone: tzinfo) -> Sequence[Line]:
    """The lines that consent and identity let in, in their order; the others are refused."""
    lines = few_of_each(lines, work)
    by_resident: dict[UUID, list[Line]] = {}
    for line in lines:
        by_resident.setdefault(line.resident_id, []).append(line)
    for resident_id, why_not in (await why_none_may_add(by_resident, judges, sender)).items():
        for line in by_resident.pop(resident_id):
            work.refuse(line, IngestRefused(why_not, "line.subject"))
    await check_people(by_resident, judges, sender, work, zone)
    return [line for line in lines if line.position not in work.outcomes]


async def why_none_may_add(
    by_resident: Mapping[UUID, Sequence[Line]], judges: Judges, sender: Sender
) -> Mapping[UUID, str]:
    """The residents to whose records the sender may not add, and why."""
    additions = [
        Addition(
            resident_id,
            sorted({line.resource.facts.information_type for line in theirs}),
            len(theirs),
            next((line.link_id for line in theirs if line.link_id is not None), None),
        )
        for resident_id, theirs in by_resident.items()
    ]
    answers = await judges.may_add(sender, additions) if additions else []
    return {addition.resident_id: why for addition, why in zip(additions, answers, strict=True) if why}


def few_of_each(lines: Sequence[Line], work: Work) -> Sequence[Line]:
    """The lines, without those that say the same resource too often: each takes a statement of its own."""
    kept, times = [], dict[tuple[str, str], int]()
    for line in lines:
        times[line.resource.name] = times.get(line.resource.name, 0) + 1
        if times[line.resource.name] > SAME_MAX:
            work.refuse(line, ResourceRefused("line.id", f"must not be in one batch more than {SAME_MAX} times"))
        else:
            kept.append(line)
    return kept


async def check_people(
    by_resident: Mapping[UUID, Sequence[Line]], judges: Judges, sender: Sender, work: Work, zone: tzinfo
) -> None:
    """Refuse lines of residents of whom it is not proven who they are, and those from before a birth. Of a resident who
    was not born by the earliest line, the lines after it are asked about again, a few times."""
    asked = {resident_id: sorted(theirs, key=ends_at) for resident_id, theirs in by_resident.items()}
    for attempt in range(BIRTH_ROUNDS_MAX):
        if not asked:
            return
        days = [(each, latest_birth(ends_at(theirs[0]), zone)) for each, theirs in asked.items()]
        for (resident_id, day), check in zip(days, await judges.check_people(sender, days), strict=True):
            theirs = asked.pop(resident_id)
            early, later = before_birth(theirs, check, day, zone, last=attempt == BIRTH_ROUNDS_MAX - 1)
            for line in early:
                work.refuse(line, why_not_of(line, check))
            if later and early and check.proven:
                asked[resident_id] = later


def ends_at(line: Line) -> datetime:
    return line.resource.facts.effective_until


def before_birth(
    theirs: Sequence[Line], check: PersonCheck, day: date, zone: tzinfo, *, last: bool
) -> tuple[Sequence[Line], list[Line]]:
    """The lines to refuse by what identity said of that day, and those left."""
    if not check.proven:
        return theirs, []
    if check.born:
        return [], []
    if last:
        return theirs, []
    early = [line for line in theirs if latest_birth(ends_at(line), zone) == day]
    return early, [line for line in theirs if line not in early]


def why_not_of(line: Line, check: PersonCheck) -> Refusal:
    if not check.proven:
        return NotProven("ask them to prove it in Yima, with an identity number; then send these again", "line.subject")
    dated = line.resource.facts.dated
    return ResourceRefused(dated, "is before the resident was born; check the date, and whose resource it is")


async def store_lines(
    session: AsyncSession,
    institution_id: UUID,
    lines: Sequence[Line],
    work: Work,
    apart: Sensitivity,
    now: datetime,
) -> None:
    """Store lines of which none is about the same resource, in one statement. A line that is older than what is stored
    is refused by itself."""
    await grounds.of_institution(session, institution_id, sorted({line.resident_id for line in lines}))
    before = await ingest_store.stored_before(session, institution_id, [line.resource.name for line in lines])
    by_name = {line.resource.name: line for line in lines}
    values = []
    for line in lines:
        resource, known = line.resource, before.get(line.resource.name)
        if known is not None:
            if known.resident_id != line.resident_id:
                work.refuse(line, ResourceRefused("line.id", "is another resident's resource"))
                continue
            if known.sha256 == resource.sha256:
                work.note_stored(line, Outcome.UNCHANGED)
                continue
            try:
                check_newer(resource.facts.version, known.version, "line")
            except ResourceStale as stale:
                work.refuse(line, stale)
                continue
        work.note_stored(line, Outcome.UPDATED if known else Outcome.CREATED)
        values.append(row_of(resource, known) | {"resident_id": line.resident_id, "patient_link_id": line.link_id})
    stored = await ingest_store.put_all(session, institution_id, values, apart, now) if values else ()
    if len(stored) < len(values):
        raise ResourceTaken(f"{len(values) - len(stored)} of {len(by_name)} lines")
    for row in stored:
        publish(session, events.record_ingested(row, row.resident_id, institution_id), row.id)


async def note_quality(session: AsyncSession, row: BatchRow, refused: int, now: datetime) -> None:
    """Pause a source whose batches were mostly refused, several in a row; a good one lets it go on."""
    source = await source_store.source(session, row.source_id, lock=True)
    assert source is not None, "a batch belongs to a source"
    source.bad_in_a_row = source.bad_in_a_row + 1 if is_bad(row.lines, refused) else 0
    pause = pause_after(source.bad_in_a_row)
    source.paused_until = now + pause if pause else None
    await session.flush()
