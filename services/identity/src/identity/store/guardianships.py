"""Guardianships, and proposals of some."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis import rows
from chassis.ids import new_id
from chassis.pages import Part
from chassis.refusals import NotFound
from sqlalchemy import ColumnElement, and_, func, or_, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from identity.domain.guardianships import (
    GUARDIANS_MAX,
    Basis,
    GuardianshipExists,
    GuardianshipProposed,
    ProposalStatus,
    TooManyGuardians,
    Ward,
)
from identity.domain.people import DEPENDANTS_MAX, TooManyDependants
from identity.tables import GuardianRow, GuardianshipProposalRow, IdentityProofRow, ResidentRow

IN_FORCE = col(GuardianRow.ended_at).is_(None)


@dataclass(frozen=True, slots=True)
class Acting:
    """For whom somebody acts, and how."""

    dependant: ResidentRow
    guardianship: GuardianRow


@dataclass(frozen=True, slots=True)
class NamedGuardianship:
    """A guardianship with the names of both and the dependant's birth date."""

    row: GuardianRow
    guardian_name: str
    dependant_name: str
    birth_date: date


@dataclass(frozen=True, slots=True)
class NamedProposal:
    """A proposal with who the two are."""

    row: GuardianshipProposalRow
    guardian: ResidentRow
    dependant: ResidentRow


async def lock_people(session: AsyncSession, resident_ids: Collection[UUID]) -> Mapping[UUID, ResidentRow]:
    """Those of these residents there are, locked in one order: what becomes of their guardianships waits for us. Whose
    registration nobody confirmed may be forgotten, and is not there."""
    rows = await session.scalars(
        select(ResidentRow)
        .where(col(ResidentRow.id).in_(resident_ids), col(ResidentRow.awaits_code).is_(False))
        .order_by(col(ResidentRow.id))
        .with_for_update(key_share=True)
    )
    return {row.id: row for row in rows}


async def add_guardian(session: AsyncSession, guardianship: GuardianRow) -> GuardianRow:
    """Begin a guardianship of somebody whose row, and whose guardian's, we have locked."""
    guardian_id, dependant_id = guardianship.guardian_id, guardianship.dependant_id
    in_force = (
        await session.scalars(
            select(GuardianRow).where(
                IN_FORCE,
                or_(col(GuardianRow.guardian_id) == guardian_id, col(GuardianRow.dependant_id) == dependant_id),
            )
        )
    ).all()
    of_guardian = [row for row in in_force if row.guardian_id == guardian_id]
    of_dependant = [row for row in in_force if row.dependant_id == dependant_id]
    if any(row.dependant_id == dependant_id for row in of_guardian):
        raise GuardianshipExists("end it first, to have it otherwise", "guardian_id")
    if len(of_guardian) >= DEPENDANTS_MAX:
        raise TooManyDependants(f"at most {DEPENDANTS_MAX}")
    if len(of_dependant) >= GUARDIANS_MAX:
        raise TooManyGuardians(f"at most {GUARDIANS_MAX}")
    last = await session.scalar(
        select(func.max(GuardianRow.version)).where(
            GuardianRow.guardian_id == guardian_id, GuardianRow.dependant_id == dependant_id
        )
    )
    guardianship.version = last + 2 if last is not None else 1
    session.add(guardianship)
    await session.flush()
    return guardianship


def new_guardianship(guardian_id: UUID, dependant_id: UUID, now: datetime) -> GuardianRow:
    """A guardianship of a minor whom the guardian registers, which is not stored yet."""
    return GuardianRow(id=new_id(), guardian_id=guardian_id, dependant_id=dependant_id, since=now)


async def guardianship_for_update(session: AsyncSession, guardian_id: UUID, dependant_id: UUID) -> GuardianRow:
    """A guardianship that has not been ended, locked."""
    query = select(GuardianRow).where(
        GuardianRow.guardian_id == guardian_id, GuardianRow.dependant_id == dependant_id, IN_FORCE
    )
    guardianship = (await session.scalars(query.with_for_update())).one_or_none()
    if guardianship is None:
        raise NotFound("there is no such guardianship", "resident_id")
    return guardianship


async def basis_of(session: AsyncSession, guardianships: Sequence[GuardianRow]) -> Mapping[UUID, Basis]:
    """On what guardianships rest, by their ids."""
    ids = [row.proposal_id for row in guardianships if row.proposal_id is not None]
    rows = await session.execute(
        select(
            GuardianshipProposalRow.id,
            (func.jsonb_array_length(GuardianshipProposalRow.evidence) > 0).label("has_documents"),
        ).where(col(GuardianshipProposalRow.id).in_(ids))
    )
    by_documents = {row.id: row.has_documents for row in rows}
    return {
        row.id: Basis.REGISTRATION
        if row.proposal_id is None
        else Basis.EVIDENCE
        if by_documents[row.proposal_id]
        else Basis.AGREEMENT
        for row in guardianships
    }


async def guardianships_over(
    session: AsyncSession, born_until: date, now: datetime, most: int
) -> Sequence[tuple[GuardianRow, date]]:
    """Guardianships that have not ended, of minors born by a day or with a term that is over, with the dependants'
    birth dates; locked. What another process has locked is left to it."""
    grown = and_(col(GuardianRow.ward) == Ward.MINOR, col(ResidentRow.birth_date) <= born_until)
    rows = await session.execute(
        select(GuardianRow, col(ResidentRow.birth_date))
        .join(ResidentRow, col(GuardianRow.dependant_id) == col(ResidentRow.id))
        .where(IN_FORCE, or_(grown, col(GuardianRow.until) <= now))
        .limit(most)
        .with_for_update(of=GuardianRow, skip_locked=True)
    )
    return [(guardianship, birth_date) for guardianship, birth_date in rows]


def acting(born_after: date, now: datetime) -> ColumnElement[bool]:
    """That a guardianship is in force, of a dependant whom the statement joins: nobody acts for who was a minor and is
    of age by now, nor after the term, though it was not ended yet. Minors were born after `City.adults_born_until`."""
    minor = or_(col(GuardianRow.ward) == Ward.ADULT, col(ResidentRow.birth_date) > born_after)
    return and_(IN_FORCE, minor, or_(col(GuardianRow.until).is_(None), col(GuardianRow.until) > now))


async def acted_for(session: AsyncSession, guardian_id: UUID, born_after: date, now: datetime) -> Sequence[Acting]:
    """For whom somebody acts now."""
    query = select(ResidentRow, GuardianRow).join(GuardianRow, col(GuardianRow.dependant_id) == col(ResidentRow.id))
    query = query.where(GuardianRow.guardian_id == guardian_id, acting(born_after, now))
    rows = await session.execute(query.order_by(col(ResidentRow.id)))
    return [Acting(dependant=dependant, guardianship=guardianship) for dependant, guardianship in rows]


async def guardians_of(
    session: AsyncSession, dependant_ids: Collection[UUID], born_after: date, now: datetime
) -> Mapping[UUID, Mapping[UUID, GuardianRow]]:
    """Who acts for each of these people now, by the guardians' ids."""
    query = select(GuardianRow).join(ResidentRow, col(GuardianRow.dependant_id) == col(ResidentRow.id))
    rows = await session.scalars(query.where(col(GuardianRow.dependant_id).in_(dependant_ids), acting(born_after, now)))
    guardians: dict[UUID, dict[UUID, GuardianRow]] = {dependant_id: {} for dependant_id in dependant_ids}
    for row in rows:
        guardians[row.dependant_id][row.guardian_id] = row
    return guardians


async def in_care(session: AsyncSession, resident_id: UUID, born_after: date, now: datetime) -> bool:
    """Do documents show that somebody acts for this adult?"""
    guardians = (await guardians_of(session, [resident_id], born_after, now))[resident_id]
    bases = await basis_of(session, [row for row in guardians.values() if row.ward == Ward.ADULT])
    return Basis.EVIDENCE in bases.values()


async def unproven(session: AsyncSession, resident_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of these residents who are not proven."""
    proven = await session.scalars(
        select(IdentityProofRow.resident_id).where(col(IdentityProofRow.resident_id).in_(resident_ids))
    )
    return frozenset(resident_ids) - frozenset(proven)


async def add_proposal(session: AsyncSession, proposal: GuardianshipProposalRow, now: datetime) -> None:
    """Add a proposal, unless one of the same two waits for an answer. One that nobody answered in time is closed."""
    await session.execute(
        update(GuardianshipProposalRow)
        .where(
            col(GuardianshipProposalRow.guardian_id) == proposal.guardian_id,
            col(GuardianshipProposalRow.dependant_id) == proposal.dependant_id,
            col(GuardianshipProposalRow.status) == ProposalStatus.OPEN,
            col(GuardianshipProposalRow.expires_at) <= now,
        )
        .values(
            status=ProposalStatus.WITHDRAWN,
            closed_at=now,
            closed_by=GuardianshipProposalRow.proposed_by,
            reason="not answered in time",
        )
    )
    added = await session.execute(
        upsert(GuardianshipProposalRow)
        .values(proposal.model_dump())
        .on_conflict_do_nothing(index_elements=["guardian_id", "dependant_id"], index_where=text("status = 'open'"))
        .returning(col(GuardianshipProposalRow.id))
    )
    if added.first() is None:
        raise GuardianshipProposed("wait for the answer, or take it back", "resident_id")


async def open_proposals(session: AsyncSession, proposed_by: UUID, now: datetime) -> int:
    """How many proposals of somebody wait for an answer. Nobody counts them before this transaction ends."""
    await rows.lock_count(session, "guardianship proposals", proposed_by)
    count = await session.scalar(
        select(func.count())
        .select_from(GuardianshipProposalRow)
        .where(
            GuardianshipProposalRow.proposed_by == proposed_by,
            GuardianshipProposalRow.status == ProposalStatus.OPEN,
            col(GuardianshipProposalRow.expires_at) > now,
        )
    )
    return int(count or 0)


async def proposal_for_update(session: AsyncSession, proposal_id: UUID) -> GuardianshipProposalRow:
    proposal = await session.get(GuardianshipProposalRow, proposal_id, with_for_update=True)
    if proposal is None:
        raise NotFound("there is no such proposal", "guardianship_proposal_id")
    return proposal


def of_status(status: ProposalStatus, now: datetime) -> ColumnElement[bool]:
    """That a proposal stands so now."""
    if status == ProposalStatus.EXPIRED:
        return and_(
            col(GuardianshipProposalRow.status) == ProposalStatus.OPEN, col(GuardianshipProposalRow.expires_at) <= now
        )
    standing = col(GuardianshipProposalRow.status) == status
    return and_(standing, col(GuardianshipProposalRow.expires_at) > now) if status == ProposalStatus.OPEN else standing


async def proposals(
    session: AsyncSession,
    *,
    of: UUID | None,
    minors: Collection[UUID],
    status: ProposalStatus | None,
    part: Part[tuple[UUID]],
    now: datetime,
) -> Sequence[NamedProposal]:
    """Proposals, newest first. Those `of` a resident, or about one of these minors; of None, those
    that have documents."""
    guardian, dependant = aliased(ResidentRow), aliased(ResidentRow)
    query = (
        select(GuardianshipProposalRow, guardian, dependant)
        .join(guardian, col(guardian.id) == GuardianshipProposalRow.guardian_id)
        .join(dependant, col(dependant.id) == GuardianshipProposalRow.dependant_id)
    )
    if of is None:
        query = query.where(col(GuardianshipProposalRow.evidence) != [])
    else:
        query = query.where(
            or_(
                col(GuardianshipProposalRow.guardian_id) == of,
                col(GuardianshipProposalRow.dependant_id) == of,
                col(GuardianshipProposalRow.proposed_by) == of,
                col(GuardianshipProposalRow.dependant_id).in_(minors),
            )
        )
    if status is not None:
        query = query.where(of_status(status, now))
    rows = await session.execute(part.of(query, col(GuardianshipProposalRow.id), descending=True))
    return [NamedProposal(row=row, guardian=first, dependant=second) for row, first, second in rows]


async def guardianships(
    session: AsyncSession, *, of: UUID, minors: Collection[UUID], ended_too: bool, part: Part[tuple[UUID]]
) -> Sequence[NamedGuardianship]:
    """Guardianships somebody is part of, or of these minors, newest first."""
    guardian, dependant = aliased(ResidentRow), aliased(ResidentRow)
    query = (
        select(GuardianRow, col(guardian.name), col(dependant.name), col(dependant.birth_date))
        .join(guardian, col(guardian.id) == GuardianRow.guardian_id)
        .join(dependant, col(dependant.id) == GuardianRow.dependant_id)
        .where(
            or_(
                col(GuardianRow.guardian_id) == of,
                col(GuardianRow.dependant_id) == of,
                and_(col(GuardianRow.dependant_id).in_(minors), IN_FORCE),
            )
        )
    )
    if not ended_too:
        query = query.where(IN_FORCE)
    rows = await session.execute(part.of(query, col(GuardianRow.id), descending=True))
    return [
        NamedGuardianship(row, guardian_name, dependant_name, birth_date)
        for row, guardian_name, dependant_name, birth_date in rows
    ]
