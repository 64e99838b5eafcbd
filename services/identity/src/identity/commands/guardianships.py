"""Guardianships: proposed, confirmed, decided by documents, ended."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import Invalid, NotFound
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession

from identity import events, store
from identity.commands import access, contacts
from identity.commands.codes import rotate_codes
from identity.domain import guardianships as domain
from identity.domain.contacts import MessageKind
from identity.domain.guardianships import (
    PROPOSAL_LIFE,
    PROPOSALS_MAX,
    Act,
    Basis,
    EndedByOperatorOnly,
    Evidence,
    EvidenceNeeded,
    GuardianInCare,
    MinorDecides,
    OperatorDecides,
    OwnProposal,
    PersonConfirms,
    PersonNotProven,
    ProposalExpired,
    ProposalStatus,
    TooManyProposals,
    Ward,
)
from identity.domain.scans import Rotation
from identity.tables import GuardianRow, GuardianshipProposalRow, ResidentRow

END_AT_ONCE_MAX = 500
NOT_YOURS = "there is no such person, or you have no part in it: name yourself as guardian or dependant, or your child"
NO_PROPOSAL = "there is no such proposal, or it is none of yours"
FIELD = "guardianship_proposal_id"


@dataclass(frozen=True, slots=True)
class People:
    """Who a proposal is about, locked, and who acts for the dependant now."""

    guardian: ResidentRow
    dependant: ResidentRow
    guardians: Mapping[UUID, GuardianRow]


async def lock_people(
    session: AsyncSession, guardian_id: UUID, dependant_id: UUID, city: City, now: datetime
) -> People:
    residents = await store.guardianships.lock_people(session, {guardian_id, dependant_id})
    if guardian_id not in residents or dependant_id not in residents:
        raise NotFound(NOT_YOURS, "resident_id")
    guardians = await store.guardianships.guardians_of(session, [dependant_id], city.adults_born_until(now), now)
    return People(residents[guardian_id], residents[dependant_id], guardians[dependant_id])


async def propose(
    session: AsyncSession,
    *,
    by: UUID,
    guardian_id: UUID,
    dependant_id: UUID,
    acts: Sequence[Act],
    until: datetime | None,
    evidence: Sequence[Evidence],
    city: City,
    now: datetime,
) -> GuardianshipProposalRow:
    """Propose that somebody acts for another. Of the other person nothing is looked at that `by` would learn by it."""
    if guardian_id == dependant_id:
        raise Invalid("resident_id", "nobody is their own guardian")
    people = await lock_people(session, guardian_id, dependant_id, city, now)
    if by not in {guardian_id, dependant_id, *people.guardians}:
        raise NotFound(NOT_YOURS, "resident_id")
    proposer = await store.people.resident(session, by)
    if proposer is None:
        raise NotFound(NOT_YOURS, "resident_id")
    domain.check_decider_age(proposer.birth_date, city, now)
    await check_proven(session, by)
    ward = domain.ward_of(people.dependant.birth_date, city, now)
    if by not in {guardian_id, dependant_id} and ward == Ward.ADULT:
        raise NotFound(NOT_YOURS, "resident_id")  # whoever acts for an adult makes nobody else do so
    domain.check_term(until, ward, by_evidence=bool(evidence), now=now)
    if not evidence:
        asked = domain.askees(
            ward=ward, guardian_id=guardian_id, dependant_id=dependant_id, proposed_by=by, guardians=people.guardians
        )
        if not asked:
            raise EvidenceNeeded("name documents that show it; an operator looks at them", "evidence")
        own = people.guardians.get(by) if ward == Ward.MINOR and by != guardian_id else None
        domain.check_acts(acts, own.acts if own else None)
    if await store.guardianships.open_proposals(session, by, now) >= PROPOSALS_MAX:
        raise TooManyProposals(f"at most {PROPOSALS_MAX}; take one back")
    if guardian_id in people.guardians:
        raise domain.GuardianshipExists("end it first, to have it otherwise", "guardian_id")
    proposal = GuardianshipProposalRow(
        id=new_id(),
        guardian_id=guardian_id,
        dependant_id=dependant_id,
        ward=ward,
        acts=list(acts),
        until=until,
        evidence=[{name: str(value) for name, value in asdict(document).items()} for document in evidence],
        proposed_by=by,
        proposed_at=now,
        expires_at=min(now + PROPOSAL_LIFE, until or now + PROPOSAL_LIFE),
        status=ProposalStatus.OPEN,
    )
    await store.guardianships.add_proposal(session, proposal, now)
    concerned = {dependant_id, *people.guardians} if evidence else set(asked)
    await tell(session, concerned - {by}, MessageKind.GUARDIANSHIP_PROPOSED, now)
    return proposal


async def check_proven(session: AsyncSession, *resident_ids: UUID) -> None:
    """Refuse people who are not proven to be who they say."""
    if await store.guardianships.unproven(session, resident_ids):
        raise PersonNotProven("whoever is not proven proves who they are first, by their identity number")


async def answerable(
    session: AsyncSession, proposal_id: UUID, city: City, now: datetime
) -> tuple[GuardianshipProposalRow, People, frozenset[UUID]]:
    """A proposal, locked, with its people, and who may confirm it."""
    proposal = await store.guardianships.proposal_for_update(session, proposal_id)
    people = await lock_people(session, proposal.guardian_id, proposal.dependant_id, city, now)
    asked = domain.askees(
        ward=Ward(proposal.ward),
        guardian_id=proposal.guardian_id,
        dependant_id=proposal.dependant_id,
        proposed_by=proposal.proposed_by,
        guardians=people.guardians,
    )
    return proposal, people, asked


def check_open(proposal: GuardianshipProposalRow, now: datetime) -> None:
    if proposal.status == ProposalStatus.OPEN and proposal.expires_at <= now:
        raise ProposalExpired("propose it again", FIELD)


def close(proposal: GuardianshipProposalRow, status: ProposalStatus, by: UUID, reason: str, now: datetime) -> None:
    proposal.status = domain.close(ProposalStatus(proposal.status), status)
    proposal.closed_at, proposal.closed_by, proposal.reason = now, by, reason


async def confirm(
    session: AsyncSession, *, proposal_id: UUID, by: UUID, city: City, now: datetime
) -> GuardianshipProposalRow:
    """Confirm what another proposed, as whoever is asked: the guardianship begins."""
    proposal, people, asked = await answerable(session, proposal_id, city, now)
    if by not in {proposal.guardian_id, proposal.dependant_id, proposal.proposed_by, *asked}:
        raise NotFound(NO_PROPOSAL, FIELD)
    if proposal.evidence:
        raise OperatorDecides("bring the papers to an operator", FIELD)
    check_open(proposal, now)
    close(proposal, ProposalStatus.CONFIRMED, by, "", now)
    if by == proposal.proposed_by:
        raise OwnProposal("wait until the other one has confirmed it", FIELD)
    decider = await store.people.resident(session, by)
    assert decider is not None, "residents stay"
    domain.check_decider_age(decider.birth_date, city, now)
    if by not in asked:
        raise NotFound(NO_PROPOSAL, FIELD)
    for giver in {by, proposal.proposed_by} & people.guardians.keys():
        domain.check_acts(proposal.acts, people.guardians[giver].acts)
    await check_proven(session, by, proposal.guardian_id, *([proposal.dependant_id] * (proposal.ward == Ward.ADULT)))
    await begin(session, proposal, people, city, now)
    return proposal


async def decide(
    session: AsyncSession, *, proposal_id: UUID, by: UUID, approved: bool, reason: str, city: City, now: datetime
) -> GuardianshipProposalRow:
    """Decide a proposal by its documents, as an operator."""
    why = texts.reason(reason)
    proposal, people, _ = await answerable(session, proposal_id, city, now)
    if not proposal.evidence:
        raise PersonConfirms("only they can; an operator decides by documents", FIELD)
    concerned = {proposal.guardian_id, proposal.dependant_id, proposal.proposed_by}
    if not concerned.isdisjoint(await store.holders.as_residents(session, by)):
        raise OwnProposal("it is about yourself: another operator decides it", FIELD)
    check_open(proposal, now)
    close(proposal, ProposalStatus.CONFIRMED if approved else ProposalStatus.REFUSED, by, why, now)
    if approved:
        await check_proven(session, proposal.guardian_id)
        await begin(session, proposal, people, city, now)
    else:
        await tell(session, {proposal.proposed_by}, MessageKind.GUARDIANSHIP_REFUSED, now)
    return proposal


async def decline(
    session: AsyncSession, *, proposal_id: UUID, by: UUID, reason: str, city: City, now: datetime
) -> GuardianshipProposalRow:
    """Decline what another proposed, as whoever is asked; or take it back, as whoever proposed it."""
    proposal, _, asked = await answerable(session, proposal_id, city, now)
    if by != proposal.proposed_by and by not in asked | {proposal.guardian_id, proposal.dependant_id}:
        raise NotFound(NO_PROPOSAL, FIELD)
    if proposal.evidence and by != proposal.proposed_by:
        raise OperatorDecides("tell an operator why it should not be", FIELD)
    why = texts.reason(reason) if reason.strip() else ""
    if by == proposal.proposed_by:
        close(proposal, ProposalStatus.WITHDRAWN, by, why, now)
        return proposal
    if by not in asked:
        raise MinorDecides("a guardian declines it", FIELD)
    close(proposal, ProposalStatus.DECLINED, by, why, now)
    await tell(session, {proposal.proposed_by}, MessageKind.GUARDIANSHIP_REFUSED, now)
    return proposal


async def begin(
    session: AsyncSession, proposal: GuardianshipProposalRow, people: People, city: City, now: datetime
) -> GuardianRow:
    """Begin what was confirmed. All that the law asks for is asked now, whatever was so when it was proposed."""
    domain.check_guardian_age(people.guardian.birth_date, city, now)
    domain.check_ward(Ward(proposal.ward), people.dependant.birth_date, city, now)
    if await store.guardianships.in_care(session, people.guardian.id, city.adults_born_until(now), now):
        raise GuardianInCare("name somebody else", "guardian_id")
    await session.flush()  # what the guardianship rests on is confirmed before it begins
    guardianship = await store.guardianships.add_guardian(
        session,
        GuardianRow(
            id=new_id(),
            guardian_id=proposal.guardian_id,
            dependant_id=proposal.dependant_id,
            ward=proposal.ward,
            acts=list(proposal.acts),
            since=now,
            until=proposal.until,
            proposal_id=proposal.id,
        ),
    )
    basis = Basis.EVIDENCE if proposal.evidence else Basis.AGREEMENT
    publish(session, events.guardianship_began(guardianship, basis), guardianship.dependant_id)
    concerned = {proposal.guardian_id, proposal.dependant_id, *people.guardians}
    await tell(session, concerned, MessageKind.GUARDIANSHIP_BEGAN, now)
    return guardianship


async def register(
    session: AsyncSession, *, guardian_id: UUID, dependant: ResidentRow, city: City, now: datetime
) -> GuardianRow:
    """Begin the guardianship of a minor whom the guardian has just registered."""
    residents = await store.guardianships.lock_people(session, {guardian_id})
    if guardian_id not in residents:
        raise NotFound("the token names a resident who is not registered here", "guardian_id")
    domain.check_guardian_age(residents[guardian_id].birth_date, city, now)
    if await store.guardianships.in_care(session, guardian_id, city.adults_born_until(now), now):
        raise GuardianInCare("somebody else registers the child")
    new = store.guardianships.new_guardianship(guardian_id, dependant.id, now)
    guardianship = await store.guardianships.add_guardian(session, new)
    publish(session, events.guardianship_began(guardianship, Basis.REGISTRATION), dependant.id)
    return guardianship


async def end(
    session: AsyncSession, *, guardian_id: UUID, dependant_id: UUID, by: UUID, reason: str, now: datetime
) -> GuardianRow:
    """End a guardianship, as its guardian, an adult dependant who agreed to it, or an operator. The guardian's sessions
    end with it, since their tokens name the dependant, and health codes they fetched ahead are void."""
    await store.guardianships.lock_people(session, {guardian_id, dependant_id})  # whoever confirms by it waits
    guardianship = await store.guardianships.guardianship_for_update(session, guardian_id, dependant_id)
    if by == dependant_id:
        if guardianship.ward == Ward.MINOR:
            raise MinorDecides("it ends when you are of age; an operator ends it before", "resident_id")
        bases = await store.guardianships.basis_of(session, [guardianship])
        if bases[guardianship.id] == Basis.EVIDENCE:
            raise EndedByOperatorOnly("bring papers that show it no longer to an operator", "guardian_id")
    guardianship.ended_at, guardianship.ended_by, guardianship.ended_because = now, by, reason
    await access.end_sessions_of(session, guardian_id)
    await rotate_codes(session, resident_ids=[dependant_id], because=Rotation.GUARDIANSHIP, now=now)
    publish(session, events.guardianship_ended(guardianship), dependant_id)
    await tell(session, {guardian_id, dependant_id} - {by}, MessageKind.GUARDIANSHIP_ENDED, now)
    return guardianship


async def end_what_is_over(session: AsyncSession, *, city: City, now: datetime) -> int:
    """End the guardianships of those who came of age, and those whose term is over; returns how many, at most
    `END_AT_ONCE_MAX`. Guardians' sessions go on: their tokens say from when they act for somebody no longer."""
    over = await store.guardianships.guardianships_over(session, city.adults_born_until(now), now, END_AT_ONCE_MAX)
    for guardianship, birth_date in over:
        guardianship.ended_at = domain.acting_until(Ward(guardianship.ward), guardianship.until, birth_date, city)
        publish(session, events.guardianship_ended(guardianship), guardianship.dependant_id)
    if over:
        dependants = [guardianship.dependant_id for guardianship, _ in over]
        await rotate_codes(session, resident_ids=dependants, because=Rotation.GUARDIANSHIP, now=now)
    return len(over)


async def tell(session: AsyncSession, resident_ids: set[UUID], kind: MessageKind, now: datetime) -> None:
    """Let these people know, where they have an account of their own."""
    for account in await store.accounts.accounts_of_subjects(session, resident_ids):
        await contacts.notify(session, account, kind, now)
