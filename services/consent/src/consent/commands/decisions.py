"""Decisions: questions that arrive at the same time are decided and logged in one transaction.

The access log is a chain, so its writers take turns; a batch takes one turn. A decision's read begins after its request
arrived, so that it sees every revocation acknowledged before. All times are the database's.

Every permit is an entry of the log. So is a refusal, unless the same asker was refused the same resident for the same
reason on that day: then it adds to the count of that entry, so that strangers cannot fill the log.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from uuid import UUID

from chassis.auth import Principal
from chassis.database import Database
from chassis.ids import new_id
from chassis.wire import timestamp
from sqlalchemy.ext.asyncio import AsyncSession
from yima.consent.v1 import api_pb2 as pb

from consent.domain import decisions as rules
from consent.domain.access_log import chained
from consent.domain.decisions import (
    NO_STANDING,
    AccessKind,
    AccessRequest,
    Reason,
    Relation,
    Release,
    Standing,
    Verdict,
)
from consent.store import access_log, decisions, guardianships, standings, visits
from consent.store.access_log import RefusalKey
from consent.store.decisions import Holdings
from consent.tables import AccessLogRow, RefusalRow


@dataclass(frozen=True, slots=True)
class Question:
    """Who wants access to whose data, and for what."""

    principal: Principal
    resident_id: UUID
    request: AccessRequest
    scanned: bool = False  # with a receipt

    @property
    def own(self) -> bool:
        """Does the caller ask for themselves, or for a dependant as their token says?"""
        return self.request.kind == AccessKind.READ and self.principal.acts_for(str(self.resident_id))

    @property
    def guardianship(self) -> tuple[UUID, UUID] | None:
        """Resident and guardian, where the caller asks for a dependant."""
        guardian_id = UUID(self.principal.subject_id)
        return (self.resident_id, guardian_id) if self.own and guardian_id != self.resident_id else None

    @property
    def pair(self) -> tuple[UUID, UUID] | None:
        """Resident and partner, where a partner's people ask."""
        return (self.resident_id, UUID(self.principal.partner_id)) if self.principal.partner_id else None


async def decide_together(
    database: Database, questions: Sequence[Question], zone: tzinfo = UTC
) -> Sequence[pb.Decision]:
    """Each question's decision, already in the access log. `zone` says when the city's days begin."""
    async with database.transaction() as session:
        head = await access_log.lock_chain(session)
        now, position, previous = head.now, head.position, head.hash
        today = now.astimezone(zone).date()
        verdicts = await verdicts_on(session, questions, now)
        refused = Counter(
            refusal_key(question, verdict)
            for question, verdict in zip(questions, verdicts, strict=True)
            if not verdict.permitted
        )
        known = dict(await access_log.refused_again(session, refused, now, today)) if refused else {}
        answers: list[pb.Decision] = []
        rows: list[AccessLogRow] = []
        refusals: list[RefusalRow] = []
        for question, verdict in zip(questions, verdicts, strict=True):
            key = refusal_key(question, verdict)
            if not verdict.permitted and key in known:
                answers.append(decision_on(verdict, known[key], now))
                continue
            position += 1
            decision = decision_on(verdict, new_id(), now)
            row = entry_of(question, decision, position, previous)
            previous = row.hash
            answers.append(decision)
            rows.append(row)
            if not verdict.permitted:
                known[key] = UUID(decision.id)
                refusals.append(refusal_of(key, position, known[key], refused[key], now, today))
        await access_log.append_log(session, rows)
        await access_log.add_refusals(session, refusals)
    return answers


async def verdicts_on(session: AsyncSession, questions: Sequence[Question], now: datetime) -> Sequence[Verdict]:
    """Decide all questions: one query for those that want to read, one for those that want to add."""
    claimed = [question.guardianship for question in questions if question.guardianship is not None]
    over = await guardianships.acts_no_longer(session, claimed) if claimed else frozenset()
    pairs = [(question.request.kind, question.pair) for question in questions if not question.own]
    reading = [pair for kind, pair in pairs if pair is not None and kind == AccessKind.READ]
    adding = [pair for kind, pair in pairs if pair is not None and kind == AccessKind.INGEST]
    held = await decisions.for_decisions(session, reading) if reading else []
    related = await decisions.for_ingests(session, adding) if adding else []
    strangers = [partner for (_, partner), holdings in zip(reading, held, strict=True) if holdings.standing is None]
    strangers += [partner for (_, partner), (standing, _) in zip(adding, related, strict=True) if standing is None]
    if strangers:
        await standings.meet_partners(session, strangers)
    reads, adds = iter(held), iter(related)
    verdicts = [
        Verdict(False, Reason.GUARDIANSHIP_ENDED)
        if question.guardianship in over
        else verdict_on(question, reads, adds, now)
        for question in questions
    ]
    return await explained_by_visits(session, questions, verdicts, now)


async def explained_by_visits(
    session: AsyncSession, questions: Sequence[Question], verdicts: Sequence[Verdict], now: datetime
) -> Sequence[Verdict]:
    """The verdicts; a refusal says that the resident was asked for a visit. Nothing is read if all are permitted."""
    refused = {
        index: question.pair
        for index, (question, verdict) in enumerate(zip(questions, verdicts, strict=True))
        if question.pair is not None and question.request.kind == AccessKind.READ and not verdict.permitted
    }
    if not refused:
        return verdicts
    lasting = await visits.lasting_visits(session, list(refused.values()), now)
    explained = list(verdicts)
    for index, pair in refused.items():
        asker_id = UUID(questions[index].principal.subject_id)
        statuses = [visit.status for visit in lasting[pair] if visit.practitioner_id == asker_id]
        explained[index] = rules.explain_visit(verdicts[index], questions[index].request, statuses)
    return explained


def verdict_on(
    question: Question, held: Iterator[Holdings], related: Iterator[tuple[Standing | None, Relation]], now: datetime
) -> Verdict:
    if question.own:
        return Verdict(True, Reason.OWN_RECORD)
    if question.pair is None:
        return Verdict(False, Reason.NO_CONSENT if question.request.kind == AccessKind.READ else Reason.NO_RELATION)
    if question.request.kind == AccessKind.INGEST:
        standing, relation = next(related)
        if question.scanned:
            relation = Relation(relation.serves, now)
        return rules.decide_ingest(standing or NO_STANDING, relation, now)
    holdings = next(held)
    asker_id = UUID(question.principal.subject_id)
    return rules.decide(holdings.standing or NO_STANDING, holdings.artefacts, question.request, now, asker_id)


def refusal_key(question: Question, verdict: Verdict) -> RefusalKey:
    """Refusals of one key are counted together: by partner where it has no standing, else by person or system."""
    principal = question.principal
    by_partner = verdict.reason == Reason.PARTNER_NOT_IN_STANDING
    asker_id = UUID(principal.partner_id if by_partner else principal.subject_id)
    return RefusalKey(question.resident_id, asker_id, int(verdict.reason))


def refusal_of(key: RefusalKey, position: int, decision_id: UUID, times: int, now: datetime, today: date) -> RefusalRow:
    return RefusalRow(
        resident_id=key.resident_id,
        asker_id=key.asker_id,
        reason=key.reason,
        day=today,
        position=position,
        decision_id=decision_id,
        times=times,
        last_at=now,
    )


def decision_on(verdict: Verdict, decision_id: UUID, now: datetime) -> pb.Decision:
    """The decision as it is answered; a repeated refusal has the id of the first."""
    return pb.Decision(
        id=str(decision_id),
        permitted=verdict.permitted,
        reason=int(verdict.reason),  # type: ignore[arg-type] # the contract's number
        consent_id=str(verdict.artefact_id or ""),
        decided_at=timestamp(now),
        releases=[release_message(release) for release in verdict.releases],
    )


def release_message(release: Release) -> pb.Release:
    return pb.Release(
        information_types=sorted(release.information_types),
        sensitive_categories=sorted(release.reach.sensitive_categories),
        data_from=timestamp(release.reach.data_from),
        data_until=timestamp(release.reach.data_until),
    )


def entry_of(question: Question, decision: pb.Decision, position: int, previous: bytes) -> AccessLogRow:
    """The decision as it stands in the log."""
    request = question.request
    entry = pb.AccessLogEntry(
        position=position,
        decision_id=decision.id,
        resident_id=str(question.resident_id),
        subject_id=question.principal.subject_id,
        role=question.principal.role,
        partner_id=question.principal.partner_id,
        information_types=sorted(request.information_types),
        purpose=request.purpose,
        access_mode=int(request.access_mode),  # type: ignore[arg-type] # the contract's number
        permitted=decision.permitted,
        reason=decision.reason,
        consent_id=decision.consent_id,
        decided_at=decision.decided_at,
        kind=int(request.kind),  # type: ignore[arg-type] # the contract's number
        count=request.count,
    ).SerializeToString(deterministic=True)
    return AccessLogRow(position=position, resident_id=question.resident_id, entry=entry, hash=chained(previous, entry))
