"""Reviews of partners, and what they say of each area."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from city_pack.screening import Item
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from partners.domain.certificates import Aspect
from partners.domain.screening import Answer, Outcome, Reviewed, Verdict, outcome
from partners.tables import ScreeningRow


async def of_partners(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, Sequence[ScreeningRow]]:
    """All reviews of several partners, newest first."""
    rows = await session.scalars(
        select(ScreeningRow)
        .where(col(ScreeningRow.partner_id).in_(ids))
        .order_by(col(ScreeningRow.decided_at).desc(), col(ScreeningRow.id).desc())
    )
    reviews: dict[UUID, list[ScreeningRow]] = {partner_id: [] for partner_id in ids}
    for row in rows:
        reviews[row.partner_id].append(row)
    return reviews


def of_area(rows: Iterable[ScreeningRow], area: Aspect) -> Iterator[ScreeningRow]:
    """Those of reviews that looked at an area. A decision of before there was a rubric is one of all five."""
    for row in rows:
        if not row.answers or any(item["area"] == area.name for item in row.answers):
            yield row


async def newest_of_areas(session: AsyncSession, partner_id: UUID) -> Mapping[Aspect, Reviewed]:
    """The newest review of each area. A decision of before there was a rubric is one of all five."""
    newest: dict[Aspect, Reviewed] = {}
    for row in (await of_partners(session, [partner_id]))[partner_id]:
        passed = {area.area: area.passed for area in outcome_of(row).areas} or dict.fromkeys(Aspect, row.passed)
        for area, area_passed in passed.items():
            newest.setdefault(area, Reviewed(area_passed, row.decided_at))
    return newest


def answers_of(row: ScreeningRow) -> list[Answer]:
    """The items of a review with their answers; none for a decision of before there was a rubric."""
    return [
        Answer(
            Item.model_validate(
                {
                    "code": item["code"],
                    "area": item["area"],
                    "question": item["question"],
                    "weight": item["weight"],
                    "knockOut": item["knock_out"],
                    "evidence": tuple(item["evidence"]),
                }
            ),
            None if item["verdict"] is None else Verdict(item["verdict"]),
            item["reason"],
        )
        for item in row.answers or ()
    ]


def outcome_of(row: ScreeningRow) -> Outcome:
    """What a review came to, computed again from what was kept of it."""
    answers = answers_of(row)
    if not answers:
        return Outcome(0, (), row.passed)
    assert row.pass_at is not None
    assert row.area_at is not None
    return outcome(answers, row.pass_at, row.area_at)
