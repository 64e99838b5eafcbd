"""Decisions: questions that arrive at the same time are decided and logged in one transaction.

A batch adds its entries to the log without a lock: their places in it follow within a second. A decision's read begins
after its request arrived, so that it sees every revocation acknowledged before. All times are the database's.

Every permit is an entry of the log. So is a refusal, unless the same asker was refused the same resident for the same
reason on that day: then it adds to the count of that entry, so that strangers cannot fill the log.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from uuid import UUID

from chassis.auth import Principal
from chassis.database import Database
from chassis.ids import new_id
from chassis.wire import timestamp
from sqlalchemy.ext.asyncio import AsyncSession
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as pb

from consent.domain import decisions as rules
from consent.domain.decisions import (
    NO_STANDING,
    AccessKind,
    AccessRequest,
    Computation,
    Reason,
    Relation,
    Release,
    Standing,
    Verdict,
)
from consent.store import access_log, decisions, freezes, frequency, guardianships, legal_bases, standings, visits
from consent.store.access_log import NewEntry, RefusalKey, RepeatedRefusal
from consent.store.clock import database_now
from consent.store.decisions import Holdings

IDS_MAX = 10_000  # that are kept in their own form


@dataclass(frozen=True, slots=True)
class Question:
    """Who wants access to whose data, and for what. What follows from that is worked out once."""

    principal: Principal
    resident_id: UUID
    request: AccessRequest
    scanned: bool = False  # with a receipt
    computation: Computation | None = None  # in which the resident would be counted
    patient: bool = False  # of the asker's institution, as records says
    asker_id: UUID = field(init=False)
    own: bool = field(init=False)  # the caller asks for themselves, or for a dependant as their token says
    practitioner: UUID | None = field(init=False)  # who asks, where it is one
    guardianship: tuple[UUID, UUID] | None = field(init=False)  # resident and guardian, where they ask for a dependant
    pair: tuple[UUID, UUID] | None = field(init=False)  # resident and partner, where a partner's people ask

    def __post_init__(self) -> None:
        asker_id, partner_id = as_id(self.principal.subject_id), self.principal.partner_id
        own = self.request.kind == AccessKind.READ and self.principal.acts_for(str(self.resident_id))
        for_another = own and asker_id != self.resident_id
        put = object.__setattr__
        put(self, "asker_id", asker_id)
        put(self, "own", own)
        put(self, "practitioner", asker_id if self.principal.role == Role.ROLE_PRACTITIONER else None)
        put(self, "guardianship", (self.resident_id, asker_id) if for_another else None)
        put(self, "pair", (self.resident_id, as_id(partner_id)) if partner_id else None)


@lru_cache(IDS_MAX)
def as_id(text: str) -> UUID:
    """An id of a token: the same ones ask again and again."""
    return UUID(text)


async def decide_together(
    database: Database, questions: Sequence[Question], zone: tzinfo = UTC
) -> Sequence[pb.Decision]:
    """Each question's decision, already in the access log. `zone` says when the city's days begin."""
    async with database.transaction() as session:
        now = await database_now(session)
        today = now.astimezone(zone).date()
        verdicts = await count_uses(session, await verdicts_on(session, questions, now, today), today)
        decided = [decision_on(verdict, new_id(), now) for verdict in verdicts]
        refusals: dict[RefusalKey, UUID] = {}  # the first alike of this batch
        keys = [
            None if verdict.permitted else refusal_key(question, verdict)
            for question, verdict in zip(questions, verdicts, strict=True)
        ]
        entries: list[NewEntry] = []
        for question, decision, key in zip(questions, decided, keys, strict=True):
            if key is None:
                entries.append(new_entry(question, decision))
            elif key not in refusals:
                refusals[key] = UUID(decision.id)
                entries.append(new_entry(question, decision, refusals[key]))
        times = Counter(keys)
        known = await access_log.write_decisions(
            session,
            entries,
            [RepeatedRefusal(key, decision_id, times[key]) for key, decision_id in refusals.items()],
            now,
            today,
        )
    for decision, key in zip(decided, keys, strict=True):
        if key is not None:
            decision.id = str(known[key])
    return decided


async def count_uses(session: AsyncSession, verdicts: Sequence[Verdict], today: date) -> Sequence[Verdict]:
    """The verdicts, with those refused for which a consent has no use left. Only here it is certain: whoever counts
    another use of the same consent waits until this is committed."""
    uses = Counter(consent_id for verdict in verdicts for consent_id in verdict.uses)
    if not uses:
        return verdicts
    left = dict(await frequency.count_uses(session, uses, today))
    counted = []
    for verdict in verdicts:
        if all(left.get(consent_id, 0) > 0 for consent_id in verdict.uses):
            for consent_id in verdict.uses:
                left[consent_id] -= 1
            counted.append(verdict)
        else:
            counted.append(Verdict(False, Reason.USED_UP))
    return counted


async def verdicts_on(
    session: AsyncSession, questions: Sequence[Question], now: datetime, today: date
) -> Sequence[Verdict]:
    """Decide all questions: one query for those that want to read, one for those that want to add."""
    claimed = [question.guardianship for question in questions if question.guardianship is not None]
    over = await guardianships.acts_no_longer(session, claimed) if claimed else frozenset()
    practitioners = [question.practitioner for question in questions if question.practitioner is not None]
    frozen = await freezes.frozen_among(session, practitioners) if practitioners else frozenset()
    pairs = [(question.request.kind, question.pair) for question in questions if not question.own]
    reading = [pair for kind, pair in pairs if pair is not None and kind == AccessKind.READ]
    adding = [pair for kind, pair in pairs if pair is not None and kind == AccessKind.INGEST]
    held = await decisions.for_decisions(session, reading, today) if reading else []
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
    explained = await reconsidered(session, questions, verdicts, now)
    return [
        Verdict(False, Reason.FROZEN) if question.practitioner in frozen else verdict
        for question, verdict in zip(questions, explained, strict=True)
    ]


async def reconsidered(
    session: AsyncSession, questions: Sequence[Question], verdicts: Sequence[Verdict], now: datetime
) -> Sequence[Verdict]:
    """The verdicts; what consents refuse is permitted where the law does, by which nobody is counted, or says that the
    resident was asked for a visit. Nothing is read if all are permitted."""
    refused = {
        index: question.pair
        for index, (question, verdict) in enumerate(zip(questions, verdicts, strict=True))
        if question.pair is not None
        and question.request.kind == AccessKind.READ
        and question.computation is None
        and not verdict.permitted
    }
    if not refused:
        return verdicts
    lasting = await visits.lasting_visits(session, list(refused.values()), now)
    laws = await legal_bases.bases_in_force(session, [grantee_id for _, grantee_id in refused.values()], now)
    explained = list(verdicts)
    for index, pair in refused.items():
        asker_id, request = questions[index].asker_id, questions[index].request
        statuses = [visit.status for visit in lasting[pair] if visit.practitioner_id == asker_id]
        verdict = rules.permit_by_law(verdicts[index], request, laws[pair[1]])
        explained[index] = rules.explain_visit(verdict, request, statuses)
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
            relation = replace(relation, scanned_at=now)
        if question.patient:
            relation = replace(relation, patient=True)
        return rules.decide_ingest(standing or NO_STANDING, relation, now)
    holdings = next(held)
    artefacts = holdings.artefacts
    if question.computation is not None:
        project_id = question.computation.project_id
        artefacts = [artefact for artefact in artefacts if artefact.project_id == project_id]
    return rules.decide(holdings.standing or NO_STANDING, artefacts, question.request, now, question.asker_id)


def refusal_key(question: Question, verdict: Verdict) -> RefusalKey:
    """Refusals of one key are counted together: by partner where it has no standing, else by person or system."""
    by_partner = verdict.reason == Reason.PARTNER_NOT_IN_STANDING
    asker_id = question.pair[1] if by_partner and question.pair is not None else question.asker_id
    return RefusalKey(question.resident_id, asker_id, int(verdict.reason))


def decision_on(verdict: Verdict, decision_id: UUID, now: datetime) -> pb.Decision:
    """The decision as it is answered; a repeated refusal has the id of the first."""
    return pb.Decision(
        id=str(decision_id),
        permitted=verdict.permitted,
        reason=int(verdict.reason),  # type: ignore[arg-type] # the contract's number
        consent_id=str(verdict.artefact_id or ""),
        decided_at=timestamp(now),
        releases=[release_message(release) for release in verdict.releases],
        legal_basis_id=str(verdict.basis.id) if verdict.basis else "",
        statute=verdict.basis.statute if verdict.basis else "",
    )


def release_message(release: Release) -> pb.Release:
    return pb.Release(
        information_types=sorted(release.information_types),
        sensitive_categories=sorted(release.reach.sensitive_categories),
        data_from=timestamp(release.reach.data_from),
        data_until=timestamp(release.reach.data_until),
    )


def new_entry(question: Question, decision: pb.Decision, refusal_id: UUID | None = None) -> NewEntry:
    """The decision as it is written into the log."""
    return NewEntry(
        question.resident_id,
        question.pair[1] if question.pair else None,
        question.asker_id,
        int(question.request.kind),
        entry_of(question, decision).SerializeToString(deterministic=True),
        refusal_id,
    )


def entry_of(question: Question, decision: pb.Decision) -> pb.AccessLogEntry:
    """The decision as it stands in the log."""
    request = question.request
    return pb.AccessLogEntry(
        decision_id=decision.id,
        resident_id=str(question.resident_id),
        subject_id=question.principal.subject_id,
        role=question.principal.role,
        partner_id=question.principal.partner_id,
        information_types=sorted(types_in(decision) or request.information_types),
        purpose=request.purpose,
        access_mode=int(request.access_mode),  # type: ignore[arg-type] # the contract's number
        permitted=decision.permitted,
        reason=decision.reason,
        consent_id=decision.consent_id,
        decided_at=decision.decided_at,
        kind=int(request.kind),  # type: ignore[arg-type] # the contract's number
        count=request.count,
        about_id=str(question.computation.run_id) if question.computation else decision.legal_basis_id,
        note=question.computation.note if question.computation else decision.statute,
    )


def types_in(decision: pb.Decision) -> frozenset[str]:
    """The types of information that a permit releases; none where it says nothing of them."""
    return frozenset(kind for release in decision.releases for kind in release.information_types)
