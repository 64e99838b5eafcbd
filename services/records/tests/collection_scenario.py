"""Collection as its tests use it: a source of an institution, its batches, and what neighbours say of residents."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from chassis.database import Database
from records.commands import batches, sources
from records.commands.batches import SentBatch
from records.commands.judging import Addition, Judges, PersonCheck, Sender
from records.domain.batches import check_content, counted, split
from records.domain.lines import numbers_in
from records.domain.patients import Basis, Evidence, Match
from records.domain.sources import BUDGET_DEFAULT, SourceBudget, SourceTerms, SystemKind
from records.store import batches as batch_store
from records.store import sources as source_store
from records.tables import BatchRow, SourceRow
from records_scenario import APART, JINAN, observation
from sqlalchemy import text
from yima.common.v1.route_pb2 import Role

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
EVERYTHING = ["*"]


@dataclass
class Neighbours:
    """What consent and identity would answer, by resident."""

    strangers: set[UUID] = field(default_factory=set)
    unproven: set[UUID] = field(default_factory=set)
    born: dict[UUID, date] = field(default_factory=dict)
    asked: list[Addition] = field(default_factory=list)
    numbers: dict[str, UUID] = field(default_factory=dict)  # whose identity numbers are
    scans: dict[UUID, UUID] = field(default_factory=dict)  # of the institution's, whose codes they were of
    named: dict[tuple[str, date], UUID] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)  # that was asked about

    async def may_add(self, _sender: Sender, additions: Sequence[Addition]) -> Sequence[str]:
        self.asked += additions
        return ["no relation" if each.resident_id in self.strangers else "" for each in additions]

    async def check_people(self, _sender: Sender, people: Sequence[tuple[UUID, date]]) -> Sequence[PersonCheck]:
        return [
            PersonCheck(proven=person not in self.unproven, born=self.born.get(person, day) <= day)
            for person, day in people
        ]

    async def seal(self, _sender: Sender, numbers: Sequence[str]) -> Sequence[bytes]:
        return [f"seal of {number}".encode() for number in numbers]

    async def match(self, _sender: Sender, patients: Sequence[Evidence]) -> Sequence[Match]:
        self.evidence += patients
        return [self.matched(each) for each in patients]

    def matched(self, evidence: Evidence) -> Match:
        means = []
        if (resident := self.scans.get(evidence.scan_id)) is not None:
            means.append((Basis.HEALTH_CODE, resident))
        if evidence.seal and (resident := self.numbers.get(evidence.seal.decode().removeprefix("seal of "))):
            means.append((Basis.IDENTITY_NUMBER, resident))
        if evidence.resident_id is not None and evidence.resident_id not in self.unproven:
            means.append((Basis.RESIDENT_ID, evidence.resident_id))
        if not means and evidence.birth_date and (resident := self.named.get((evidence.name, evidence.birth_date))):
            means.append((Basis.CONFIRMED, resident))
        if len({resident for _, resident in means}) > 1:
            return Match(None, None, differs=True)
        return Match(means[0][1], means[0][0], differs=False) if means else Match(None, None, differs=False)

    @property
    def judges(self) -> Judges:
        return Judges(self.may_add, self.check_people, self.seal, self.match)


@dataclass
class Collecting:
    """A source that may send, and its institution."""

    database: Database
    source_id: UUID
    partner_id: UUID
    now: datetime = NOW
    neighbours: Neighbours = field(default_factory=Neighbours)
    waiting_max: int = 20_000

    async def put(
        self, number: int, lines: Sequence[str | bytes], residents: Sequence[UUID | None] = (), by: UUID | None = None
    ) -> tuple[BatchRow, bool]:
        content = b"".join((line.encode() if isinstance(line, str) else line) + b"\n" for line in lines)
        return await self.put_bytes(number, content, residents, by)

    async def put_bytes(
        self, number: int, content: bytes, residents: Sequence[UUID | None] = (), by: UUID | None = None
    ) -> tuple[BatchRow, bool]:
        digest = hashlib.sha256(content).digest()
        positions = check_content(content, digest, [str(each) for each in residents])
        async with self.database.transaction() as session:
            return await batches.put_batch(
                session,
                source_id=self.source_id,
                sent=SentBatch(number, content, digest, positions, residents, numbers_in(split(content), residents)),
                by=Sender(uuid4(), Role.ROLE_PARTNER, by or self.partner_id),
                scope=EVERYTHING,
                waiting_max=self.waiting_max,
                now=self.now,
            )

    async def process(self) -> None:
        """Process all that waits, whoever's it is."""
        while await batches.process_next(self.database, self.neighbours.judges, zone=JINAN, apart=APART):
            pass

    async def process_at_once(self) -> None:
        """Process what waits and what was put off."""
        async with self.database.transaction() as session:
            await session.execute(text("UPDATE batch SET try_at = received_at WHERE processed_at IS NULL"))
        await self.process()

    async def source(self) -> SourceRow:
        async with self.database.transaction() as session:
            row = await source_store.source(session, self.source_id)
        assert row is not None
        return row

    async def batch(self, number: int) -> BatchRow:
        async with self.database.transaction() as session:
            row = await batch_store.batch(session, self.source_id, number)
        assert row is not None
        return row

    async def refusals(self, number: int) -> list[tuple[int, str, str]]:
        """Position, code and field of each refused line."""
        async with self.database.transaction() as session:
            rows = await batch_store.refusals(session, self.source_id, number, range(1, 100))
        return [(position, row.code, row.field) for position, row in sorted(rows.items())]

    async def missing(self) -> Sequence[int]:
        async with self.database.transaction() as session:
            return await batch_store.missing_numbers(session, self.source_id, 100)

    async def ask(self) -> Sequence[int]:
        async with self.database.transaction() as session:
            numbers, _ = await batches.ask_for_missing(
                session, source_id=self.source_id, partner_id=self.partner_id, now=self.now
            )
        return numbers

    async def give_up(self, *numbers: int) -> None:
        async with self.database.transaction() as session:
            await batches.give_up(
                session,
                source_id=self.source_id,
                numbers=numbers,
                reason="the disk was lost",
                by=Sender(uuid4(), Role.ROLE_PARTNER, self.partner_id),
                now=self.now,
            )

    async def outcome(self, number: int) -> str:
        return (await self.batch(number)).outcomes

    async def counts(self, number: int) -> dict[str, int]:
        counts = counted((await self.batch(number)).outcomes)
        return {outcome.name.lower(): count for outcome, count in counts.items() if count}

    async def records(self) -> int:
        async with self.database.transaction() as session:
            query = text("SELECT count(*) FROM record WHERE institution_id = :partner")
            return int(await session.scalar(query, {"partner": self.partner_id}) or 0)

    async def announced(self) -> int:
        """How many of its records were told of."""
        async with self.database.transaction() as session:
            query = text("SELECT count(*) FROM outbox WHERE position(CAST(:partner AS bytea) IN payload) > 0")
            return int(await session.scalar(query, {"partner": str(self.partner_id).encode()}) or 0)

    def later(self, **by: int) -> None:
        self.now += timedelta(**by)


def terms(name: str = "Laboratory", budget: SourceBudget = BUDGET_DEFAULT, kinds: Sequence[str] = ()) -> SourceTerms:
    return SourceTerms(name, SystemKind.LIS, "check-up", list(kinds) or ["laboratory", "vital-signs"], budget, 60)


async def a_source(
    database: Database,
    budget: SourceBudget = BUDGET_DEFAULT,
    kinds: Sequence[str] = (),
    partner_id: UUID | None = None,
) -> Collecting:
    """An approved source of an institution of its own, or of this one."""
    name, partner_id = f"Laboratory {uuid4()}"[:40], partner_id or uuid4()
    async with database.transaction() as session:
        row = await sources.register_source(
            session,
            partner_id=partner_id,
            terms=terms(name, budget=budget, kinds=kinds),
            scope=EVERYTHING,
            by=uuid4(),
            now=NOW,
        )
        await sources.decide_source(
            session, source_id=row.id, approved=True, reason="", scope=EVERYTHING, by=uuid4(), now=NOW
        )
    return Collecting(database, row.id, partner_id)


def of(resident: UUID, **changes: object) -> str:
    """An observation of this resident."""
    return observation(subject={"reference": f"Patient/{resident}"}, **changes)
