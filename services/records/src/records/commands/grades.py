"""Grades: worked out behind what is examined, an institution's month at a time."""

import time
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid5

from chassis import moments
from chassis.database import Database
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession

from records.domain.examinations import CODE_NOT_IN_TABLE, CODE_NOT_IN_TABLE_DIMENSION
from records.domain.grades import dimensions, grade, written
from records.domain.rule_packs import RuleBook
from records.store import grades as store
from records.store import grounds
from records.tables import GradeRow

MORE = {CODE_NOT_IN_TABLE: CODE_NOT_IN_TABLE_DIMENSION}  # what the city's pack asks beside the packs of rules


async def grade_next(database: Database, book: RuleBook, city: City, now: datetime) -> bool:
    """Grade the month that has waited longest; False: none waits."""
    async with grounds.working(database, "grade") as session:
        taken = await store.take(session, now)
        if taken is None:
            return False
        await grade_month(session, *taken, book, city, now)
        return True


async def grade_month(
    session: AsyncSession, institution_id: UUID, month: date, book: RuleBook, city: City, now: datetime
) -> Sequence[GradeRow]:
    """The grades of what an institution sent in a month, kept in the place of those before."""
    begun = time.monotonic()
    start, finish = moments.month_bounds(month, city.zone)
    rows = [
        GradeRow(
            institution_id=institution_id,
            month=month,
            resource_type=counted.resource_type,
            residents=counted.residents,
            resources=counted.resources,
            affected=dict(counted.affected),
            letter=grade(counted.resource_type, counted.resources, counted.affected, book.thresholds).letter,
            graded_at=now,
            id=uuid5(institution_id, f"{written(month)} {counted.resource_type}"),
        )
        for counted in await store.counted(session, institution_id, start, finish, dimensions(book, MORE))
    ]
    took_ms = int((time.monotonic() - begun) * 1_000)
    await store.keep(session, institution_id, month, rows, took_ms, now)
    return rows
