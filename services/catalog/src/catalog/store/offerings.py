"""Offerings and their revisions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis.pages import Part
from chassis.refusals import NotFound
from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from catalog.domain.offerings import OfferingStatus, ReferenceTaken
from catalog.tables import OfferingRow, RevisionRow

CURRENT_STATUSES = (
    OfferingStatus.PUBLISHED,
    OfferingStatus.RESTRICTED,
)  # at most one revision of an offering is either


@dataclass(frozen=True, slots=True)
class OfferingAggregate:
    """An offering with one of its revisions."""

    offering: OfferingRow
    revision: RevisionRow


async def add_offering(session: AsyncSession, offering: OfferingRow) -> None:
    """Add an offering, unless its partner has one of this reference."""
    added = await session.execute(
        upsert(OfferingRow)
        .values(offering.model_dump())
        .on_conflict_do_nothing(index_elements=["partner_id", "reference"])
        .returning(col(OfferingRow.id))
    )
    if added.first() is None:
        raise ReferenceTaken("revise that one, or choose another reference", "manifest.reference")


async def add_revision(session: AsyncSession, revision: RevisionRow) -> None:
    await session.execute(insert(RevisionRow).values(revision.model_dump()))


async def replace_draft(session: AsyncSession, revision: RevisionRow) -> None:
    """Add a draft, or replace its terms."""
    statement = upsert(RevisionRow).values(revision.model_dump())
    columns = {
        name: statement.excluded[name]
        for name in RevisionRow.model_fields
        if name not in ("offering_id", "revision", "partner_id")
    }
    await session.execute(statement.on_conflict_do_update(index_elements=["offering_id", "revision"], set_=columns))


async def for_update(session: AsyncSession, offering_id: UUID, partner_id: UUID | None) -> OfferingRow:
    """An offering of this partner, locked. Another partner's does not exist for it; None: any partner's."""
    offering = await session.get(OfferingRow, offering_id, with_for_update=True)
    if offering is None or (partner_id is not None and offering.partner_id != partner_id):
        raise NotFound("there is no such offering", "offering_id")
    return offering


async def revision(session: AsyncSession, offering_id: UUID, number: int) -> RevisionRow:
    return (
        await session.scalars(
            select(RevisionRow).where(RevisionRow.offering_id == offering_id, RevisionRow.revision == number)
        )
    ).one()


async def current(session: AsyncSession, offering_id: UUID, *, lock: bool = False) -> RevisionRow | None:
    """The revision that is published or restricted."""
    query = select(RevisionRow).where(
        RevisionRow.offering_id == offering_id, col(RevisionRow.status).in_(CURRENT_STATUSES)
    )
    return (await session.scalars(query.with_for_update() if lock else query)).one_or_none()


async def public(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[OfferingAggregate]:
    """Offerings that are or were on sale, each at its newest such revision."""
    rows = await session.execute(
        select(OfferingRow, RevisionRow)
        .ext(distinct_on(col(OfferingRow.id)))
        .join(RevisionRow, col(RevisionRow.offering_id) == col(OfferingRow.id))
        .where(col(OfferingRow.id).in_(ids), col(RevisionRow.published_at).is_not(None))
        .order_by(col(OfferingRow.id), col(RevisionRow.revision).desc())
    )
    return [OfferingAggregate(offering, revision) for offering, revision in rows]


async def published(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[RevisionRow]:
    """The revisions that are on sale of these offerings, as the database has them now."""
    query = select(RevisionRow).where(
        col(RevisionRow.offering_id).in_(ids), RevisionRow.status == OfferingStatus.PUBLISHED
    )
    return (await session.scalars(query, execution_options={"populate_existing": True})).all()


async def newest(
    session: AsyncSession, partner_id: UUID | None, status: str | None, part: Part[tuple[UUID]]
) -> Sequence[OfferingAggregate]:
    """Offerings in any state at their newest revision, newest offering first."""
    query = select(OfferingRow, RevisionRow).join(
        RevisionRow,
        (col(RevisionRow.offering_id) == col(OfferingRow.id))
        & (col(RevisionRow.revision) == col(OfferingRow.newest_revision)),
    )
    if partner_id:
        query = query.where(OfferingRow.partner_id == partner_id)
    if status:
        query = query.where(RevisionRow.status == status)
    return [
        OfferingAggregate(offering, revision)
        for offering, revision in await session.execute(part.of(query, col(OfferingRow.id), descending=True))
    ]


async def aggregates(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[OfferingAggregate]:
    """Offerings with the revision that is published or restricted."""
    rows = await session.execute(
        select(OfferingRow, RevisionRow)
        .join(RevisionRow, col(RevisionRow.offering_id) == col(OfferingRow.id))
        .where(col(OfferingRow.id).in_(ids), col(RevisionRow.status).in_(CURRENT_STATUSES))
        .execution_options(populate_existing=True)
    )
    return [OfferingAggregate(offering, revision) for offering, revision in rows]


async def versions(session: AsyncSession, ids: Collection[UUID]) -> Mapping[UUID, int]:
    """The versions of some offerings."""
    query = select(OfferingRow.id, OfferingRow.version).where(col(OfferingRow.id).in_(ids))
    return {row.id: row.version for row in await session.execute(query)}
