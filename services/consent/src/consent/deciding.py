"""Decisions: what is asked at the same time is decided and logged in one transaction.

The access log is a chain, so its writers take turns; together they take one turn. A decision's read begins after its
request arrived, so that it sees every revocation acknowledged before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.auth import Principal
from chassis.database import Database
from chassis.ids import new_id
from chassis.wire import timestamp
from yima.consent.v1 import api_pb2 as pb

from consent import domain, store
from consent.domain import Artefact, Asked, Reason, Verdict
from consent.tables import AccessLogRow


@dataclass(frozen=True, slots=True)
class Question:
    """Who wants to do what with whose data."""

    principal: Principal
    resident_id: UUID
    asked: Asked


async def decide_together(database: Database, questions: Sequence[Question]) -> Sequence[pb.Decision]:
    """Each question's decision, already in the access log."""
    others = [one for one in questions if not one.principal.acts_for(str(one.resident_id))]
    async with database.transaction() as session:
        position, previous = await store.lock_chain(session)
        now = datetime.now(UTC)
        pairs = [(one.resident_id, UUID(one.principal.partner_id)) for one in others if one.principal.partner_id]
        held = iter(await store.for_decisions(session, pairs) if pairs else [])
        decisions: list[pb.Decision] = []
        rows: list[AccessLogRow] = []
        for question in questions:
            verdict = verdict_on(question, held, now)
            position += 1
            decision, row = written(question, verdict, position, previous, now)
            previous = row.hash
            decisions.append(decision)
            rows.append(row)
        await store.append_log(session, rows)
    return decisions


def verdict_on(question: Question, held: Iterator[Sequence[Artefact]], now: datetime) -> Verdict:
    if question.principal.acts_for(str(question.resident_id)):
        return Verdict(True, Reason.OWN_RECORD)
    if not question.principal.partner_id:
        return Verdict(False, Reason.NO_CONSENT)
    return domain.decide(next(held), question.asked, now)


def written(
    question: Question, verdict: Verdict, position: int, previous: bytes, now: datetime
) -> tuple[pb.Decision, AccessLogRow]:
    """The decision as it is answered, and as it stands in the log."""
    decision = pb.Decision(
        id=str(new_id()),
        permitted=verdict.permitted,
        reason=int(verdict.reason),  # type: ignore[arg-type] # the contract's number
        consent_id=str(verdict.artefact_id or ""),
        decided_at=timestamp(now),
    )
    entry = pb.AccessLogEntry(
        position=position,
        decision_id=decision.id,
        resident_id=str(question.resident_id),
        subject_id=question.principal.subject_id,
        role=question.principal.role,
        partner_id=question.principal.partner_id,
        information_types=sorted(question.asked.information_types),
        purpose=question.asked.purpose,
        access_mode=int(question.asked.access_mode),  # type: ignore[arg-type] # the contract's number
        permitted=verdict.permitted,
        reason=decision.reason,
        consent_id=decision.consent_id,
        decided_at=decision.decided_at,
    ).SerializeToString(deterministic=True)
    row = AccessLogRow(
        position=position, resident_id=question.resident_id, entry=entry, hash=domain.chained(previous, entry)
    )
    return decision, row
