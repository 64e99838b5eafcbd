"""A resident's record in parts that are files: each of one kind, and of about as many bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col
from sqlmodel import select as select_rows

from records.domain.releases import Release
from records.domain.search import Search
from records.domain.sensitivity import Sensitivity
from records.store.search import criteria_of, permitted
from records.tables import RecordRow

PART_BYTES = 4 * 1024 * 1024
PARTS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Part:
    """What is in a file: resources of a kind, from one to another in the order they were first sent."""

    kind: str
    first: UUID
    last: UUID
    count: int


async def parts(
    session: AsyncSession, search: Search, resident_id: UUID, releases: Sequence[Release], apart: Sensitivity
) -> Sequence[Part]:
    """The parts that a resident's record has."""
    size = func.sum(func.octet_length(func.coalesce(col(RecordRow.content), ""))).over(
        partition_by=col(RecordRow.resource_type), order_by=col(RecordRow.id)
    )
    conditions = [*permitted(search, resident_id, releases, apart), *criteria_of(search, None)]
    sized = (
        select(col(RecordRow.id), col(RecordRow.resource_type), (size / PART_BYTES).label("number"))
        .where(*conditions)
        .subquery()
    )
    number = func.floor(sized.c.number)
    ids = func.array_agg(sized.c.id)
    query = (
        select(sized.c.resource_type, func.count().label("found"), ids.label("ids"))
        .group_by(sized.c.resource_type, number)
        .order_by(sized.c.resource_type, number)
        .limit(PARTS_MAX)
    )
    return [Part(row.resource_type, min(row.ids), max(row.ids), row.found) for row in await session.execute(query)]


async def part(
    session: AsyncSession,
    search: Search,
    resident_id: UUID,
    releases: Sequence[Release],
    apart: Sensitivity,
    first: UUID,
    last: UUID,
) -> Sequence[RecordRow]:
    """What is in a part, in the order it was first sent."""
    query = select_rows(RecordRow).where(
        *permitted(search, resident_id, releases, apart),
        *criteria_of(search, None),
        col(RecordRow.id).between(first, last),
    )
    return (await session.scalars(query.order_by(col(RecordRow.id)))).all()
