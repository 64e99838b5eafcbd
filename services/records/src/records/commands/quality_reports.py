"""Reports of how good data is: one of each institution and month, once the month is over."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from chassis import moments
from chassis.auth import sign
from chassis.database import Database
from chassis.ids import Kind, new_id, shown
from chassis.outbox import publish
from chassis.signing import SigningKeys
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession

from records import events
from records.commands.grades import grade_month
from records.documents.quality_report import as_pdf
from records.domain import quality_reports as reports
from records.domain.grades import Grade, grade, together, written
from records.domain.quality_reports import MonthGrade, MonthNotOver
from records.domain.reviews import accuracy
from records.domain.rule_packs import RuleBook
from records.store import grounds
from records.store import quality_reports as store
from records.tables import GradeRow, QualityReportRow

AT_ONCE_MAX = 100

type NamesOf = Callable[[UUID], Awaitable[Mapping[str, str]]]
"""What an institution calls itself, by language."""


async def issue_due(
    database: Database, book: RuleBook, city: City, keys: SigningKeys, names_of: NamesOf, month: date
) -> int:
    """Issue the reports of a month that are not issued yet; returns how many. Doing it again issues nothing twice."""
    check_over(month, city, database.now())
    issued = 0
    while True:
        async with database.transaction() as session:
            institutions = await store.due(session, month, AT_ONCE_MAX)
        if not institutions:
            return issued
        for institution_id in institutions:
            names = await names_of(institution_id)
            async with grounds.working(database, "report") as session:
                row = await issue(session, institution_id, names, month, book, city, keys, database.now())
            issued += row is not None


def check_over(month: date, city: City, now: datetime) -> None:
    """Refuse a month that goes on."""
    if moments.months_before(month, -1) > moments.month_of(now, city.zone):
        raise MonthNotOver(f"it is {written(moments.month_of(now, city.zone))} now", "month")


async def issue(
    session: AsyncSession,
    institution_id: UUID,
    names: Mapping[str, str],
    month: date,
    book: RuleBook,
    city: City,
    keys: SigningKeys,
    now: datetime,
) -> QualityReportRow | None:
    """Issue a report, and say so; the month's grades stay what they are from then on. None: it was issued, or nothing
    of the month can be graded."""
    if not await store.lock(session, institution_id, month):
        return None
    rows = await grade_month(session, institution_id, month, book, city, now)
    await store.seal(session, institution_id, month, now)
    if not rows:
        return None
    content = await contents(session, institution_id, names, month, rows, book, city)
    as_json = reports.as_json(content)
    issuer = next(iter(city.title.values()))
    pdf = await asyncio.to_thread(as_pdf, content, as_json, issuer, now)
    claims = {
        "use": reports.USE,
        "sub": shown(Kind.PARTNER, institution_id),
        "month": written(month),
        "json_sha256": reports.digest(as_json),
        "pdf_sha256": reports.digest(pdf),
    }
    row = QualityReportRow(
        id=new_id(),
        institution_id=institution_id,
        month=month,
        letter=str(content["letter"]),
        sha256=reports.digest(as_json),
        content=as_json,
        pdf=pdf,
        signature=sign(keys.signing, claims),
        issued_at=now,
    )
    session.add(row)
    await session.flush()
    publish(session, events.quality_report_issued(row), row.id)
    publish(session, events.quality_graded(row, rows), institution_id)
    return row


async def contents(
    session: AsyncSession,
    institution_id: UUID,
    names: Mapping[str, str],
    month: date,
    rows: Sequence[GradeRow],
    book: RuleBook,
    city: City,
) -> dict[str, object]:
    """What a report says of a month, with the months before it."""
    start, finish = moments.month_bounds(month, city.zone)
    grades = [grade_of(row, book) for row in rows]
    whole = together(grades, book.thresholds)
    assert whole is not None, "something of the month is graded"
    months = reports.trend_months(month)
    by_month: dict[date, list[Grade]] = {}
    for row in await store.graded_since(session, institution_id, months[0], month):
        by_month.setdefault(row.month, []).append(grade_of(row, book))
    trend = [
        MonthGrade(each, sum_of.resources, sum_of.letter, {part.dimension: part.letter for part in sum_of.parts})
        for each in months
        if (sum_of := together(by_month.get(each, []), book.thresholds)) is not None
    ]
    kinds = [row.resource_type for row in rows]
    return reports.contents(
        institution_id=str(institution_id),
        names=names,
        month=month,
        whole=whole,
        grades=grades,
        broken=await store.broken(session, institution_id, start, finish, kinds),
        trend=trend,
        book=book,
    )


def grade_of(row: GradeRow, book: RuleBook) -> Grade:
    return grade(row.resource_type, row.resources, row.affected, book.thresholds)


def judged_grade(row: GradeRow, book: RuleBook, judged: tuple[int, int]) -> Grade:
    """The same with what people judged of the month's sample: so many sound, and so many wrong."""
    part = accuracy(*judged, book.thresholds)
    return grade(row.resource_type, row.resources, row.affected, book.thresholds, part)
