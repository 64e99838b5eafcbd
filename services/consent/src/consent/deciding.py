"""Decisions: what is asked at the same time is decided and logged in one transaction.

The access log is a chain, so its writers take turns; together they take one turn. A decision's read begins after its
request arrived, so that it sees every revocation acknowledged before. All times are the database's.

Every permit is an entry of the log. So is a refusal, unless the same asker was refused the same resident for the same
reason on that day: then it adds to the count of that entry. Whoever is outside fills no log.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.auth import Principal
from chassis.database import Database
from chassis.ids import new_id
from chassis.wire import timestamp
from sqlalchemy.ext.asyncio import AsyncSession
from yima.consent.v1 import api_pb2 as pb

from consent import domain, store
from consent.domain import NO_STANDING, Asked, Kind, Reason, Relation, Standing, Verdict
from consent.store import Held
from consent.tables import AccessLogRow, RefusalRow

type RefusalKey = tuple[UUID, UUID, int]  # resident, asker, reason


@dataclass(frozen=True, slots=True)
class Question:
    """Who wants to do what with whose data."""

    principal: Principal
    resident_id: UUID
    asked: Asked
    scanned: bool = False  # as a receipt shows

    @property
    def own(self) -> bool:
        """Does the caller ask for themselves, or for a dependant as their token says?"""
        return self.asked.kind == Kind.READ and self.principal.acts_for(str(self.resident_id))

    @property
    def guardianship(self) -> tuple[UUID, UUID] | None:
        """Resident and guardian, where the caller asks for a dependant."""
        guardian_id = UUID(self.principal.subject_id)
        return (self.resident_id, guardian_id) if self.own and guardian_id != self.resident_id else None

    @property
    def pair(self) -> tuple[UUID, UUID] | None:
        """Resident and partner, where a partner's people ask."""
        return (self.resident_id, UUID(self.principal.partner_id)) if self.principal.partner_id else None


async def decide_together(database: Database, questions: Sequence[Question]) -> Sequence[pb.Decision]:
    """Each question's decision, already in the access log."""
    async with database.transaction() as session:
        now, position, previous = await store.lock_chain(session)
        verdicts = await verdicts_on(session, questions, now)
        refused = Counter(
            refusal_key(question, verdict)
            for question, verdict in zip(questions, verdicts, strict=True)
            if not verdict.permitted
        )
        known = dict(await store.refused_again(session, refused, now)) if refused else {}
        decisions: list[pb.Decision] = []
        rows: list[AccessLogRow] = []
        refusals: list[RefusalRow] = []
        for question, verdict in zip(questions, verdicts, strict=True):
            key = refusal_key(question, verdict)
            if not verdict.permitted and key in known:
                decisions.append(decision_on(verdict, known[key], now))
                continue
            position += 1
            decision = decision_on(verdict, new_id(), now)
            row = entry_of(question, decision, position, previous)
            previous = row.hash
            decisions.append(decision)
            rows.append(row)
            if not verdict.permitted:
                known[key] = UUID(decision.id)
                refusals.append(refusal_of(key, position, known[key], refused[key], now))
        await store.append_log(session, rows)
        await store.add_refusals(session, refusals)
    return decisions


async def verdicts_on(session: AsyncSession, questions: Sequence[Question], now: datetime) -> Sequence[Verdict]:
    """Decide all: one read for those who want to read, one for those who want to add."""
    guardianships = [one.guardianship for one in questions if one.guardianship is not None]
    over = await store.acts_no_longer(session, guardianships) if guardianships else frozenset()
    others = [one for one in questions if not one.own]
    reading = [one.pair for one in others if one.pair is not None and one.asked.kind == Kind.READ]
    adding = [one.pair for one in others if one.pair is not None and one.asked.kind == Kind.INGEST]
    held = await store.for_decisions(session, reading) if reading else []
    related = await store.for_ingests(session, adding) if adding else []
    strangers = [pair[1] for pair, one in zip(reading, held, strict=True) if one.standing is None]
    strangers += [pair[1] for pair, (standing, _) in zip(adding, related, strict=True) if standing is None]
    if strangers:
        await store.meet_partners(session, strangers)
    reads, adds = iter(held), iter(related)
    return [
        Verdict(False, Reason.GUARDIANSHIP_ENDED)
        if question.guardianship in over
        else verdict_on(question, reads, adds, now)
        for question in questions
    ]


def verdict_on(
    question: Question, held: Iterator[Held], related: Iterator[tuple[Standing | None, Relation]], now: datetime
) -> Verdict:
    if question.own:
        return Verdict(True, Reason.OWN_RECORD)
    if question.pair is None:
        return Verdict(False, Reason.NO_CONSENT if question.asked.kind == Kind.READ else Reason.NO_RELATION)
    if question.asked.kind == Kind.INGEST:
        standing, relation = next(related)
        if question.scanned:
            relation = Relation(relation.serves, now)
        return domain.decide_ingest(standing or NO_STANDING, relation, now)
    holds = next(held)
    return domain.decide(holds.standing or NO_STANDING, holds.artefacts, question.asked, now)


def refusal_key(question: Question, verdict: Verdict) -> RefusalKey:
    """What is counted together: a partner without standing as a whole, of others each person or system."""
    principal = question.principal
    whole = verdict.reason == Reason.PARTNER_NOT_IN_STANDING
    return question.resident_id, UUID(principal.partner_id if whole else principal.subject_id), int(verdict.reason)


def refusal_of(key: RefusalKey, position: int, decision_id: UUID, times: int, now: datetime) -> RefusalRow:
    resident_id, asker_id, reason = key
    return RefusalRow(
        resident_id=resident_id,
        asker_id=asker_id,
        reason=reason,
        day=now.date(),
        position=position,
        decision_id=decision_id,
        times=times,
        last_at=now,
    )


def decision_on(verdict: Verdict, decision_id: UUID, now: datetime) -> pb.Decision:
    """The decision as it is answered; one that was made alike before has that one's id."""
    return pb.Decision(
        id=str(decision_id),
        permitted=verdict.permitted,
        reason=int(verdict.reason),  # type: ignore[arg-type] # the contract's number
        consent_id=str(verdict.artefact_id or ""),
        decided_at=timestamp(now),
    )


def entry_of(question: Question, decision: pb.Decision, position: int, previous: bytes) -> AccessLogRow:
    """The decision as it stands in the log."""
    asked = question.asked
    entry = pb.AccessLogEntry(
        position=position,
        decision_id=decision.id,
        resident_id=str(question.resident_id),
        subject_id=question.principal.subject_id,
        role=question.principal.role,
        partner_id=question.principal.partner_id,
        information_types=sorted(asked.information_types),
        purpose=asked.purpose,
        access_mode=int(asked.access_mode),  # type: ignore[arg-type] # the contract's number
        permitted=decision.permitted,
        reason=decision.reason,
        consent_id=decision.consent_id,
        decided_at=decision.decided_at,
        kind=int(asked.kind),  # type: ignore[arg-type] # the contract's number
        count=asked.count,
    ).SerializeToString(deterministic=True)
    return AccessLogRow(
        position=position, resident_id=question.resident_id, entry=entry, hash=domain.chained(previous, entry)
    )
