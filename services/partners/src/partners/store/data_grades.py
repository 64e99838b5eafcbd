"""Copies of how good the data is that institutions send."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from partners.domain.certificates import Aspect
from partners.tables import DataGradeRow, PartnerRow, ScreeningRow


async def put(session: AsyncSession, rows: Sequence[DataGradeRow]) -> None:
    """Store grades, one of an institution and kind at most; those that are not newer than the stored change nothing."""
    # In one order, so that two deliveries never wait for each other.
    ordered = sorted(rows, key=lambda row: (row.partner_id, row.resource_type))
    statement = upsert(DataGradeRow).values([row.model_dump() for row in ordered])
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["partner_id", "resource_type"],
            set_={name: statement.excluded[name] for name in ("letter", "month", "graded_at", "version")},
            where=col(DataGradeRow.version) < statement.excluded["version"],
        )
    )


async def of_partners(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, Sequence[DataGradeRow]]:
    """The newest grades of several partners, by kind of resource."""
    rows = await session.scalars(
        select(DataGradeRow).where(col(DataGradeRow.partner_id).in_(ids)).order_by(col(DataGradeRow.resource_type))
    )
    grades: dict[UUID, list[DataGradeRow]] = {partner_id: [] for partner_id in ids}
    for row in rows:
        grades[row.partner_id].append(row)
    return grades


def to_review(floor: str) -> ColumnElement[bool]:
    """Has a partner a grade below `floor`, and no review of its technology since? As `domain.data_grades.to_review`."""
    reviewed = exists().where(
        col(ScreeningRow.partner_id) == col(DataGradeRow.partner_id),
        col(ScreeningRow.decided_at) > col(DataGradeRow.graded_at),
        or_(
            col(ScreeningRow.answers).is_(None),
            col(ScreeningRow.answers).contains([{"area": Aspect.TECHNOLOGY.name}]),
        ),
    )
    return exists().where(
        col(DataGradeRow.partner_id) == col(PartnerRow.id), col(DataGradeRow.letter) > floor, ~reviewed
    )
