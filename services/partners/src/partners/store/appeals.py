"""Appeals, and the voices on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis import errors
from chassis.pages import Part
from chassis.refusals import NotFound
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from partners.domain.appeals import AlreadyAppealed, AppealStatus
from partners.tables import AppealRow, AppealVoiceRow, StepRow

ONCE_A_STEP = "appeal_once_a_step"


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal with its step, and the voices in their order."""

    row: AppealRow
    step: StepRow
    voices: Sequence[AppealVoiceRow] = ()


async def add(session: AsyncSession, row: AppealRow) -> None:
    """Add an appeal, unless its step was appealed against before."""
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:
        if errors.constraint(error) != ONCE_A_STEP:
            raise
        raise AlreadyAppealed("wait for what is decided, or see what was") from None


async def newest_step(session: AsyncSession, partner_id: UUID) -> StepRow | None:
    query = select(StepRow).where(StepRow.partner_id == partner_id).order_by(col(StepRow.id).desc()).limit(1)
    return (await session.scalars(query)).one_or_none()


async def partner_of(session: AsyncSession, appeal_id: UUID) -> UUID:
    """Whose appeal it is."""
    row = await session.get(AppealRow, appeal_id)
    if row is None:
        raise NotFound("there is no such appeal", "appeal_id")
    return row.partner_id


async def load_for_update(session: AsyncSession, appeal_id: UUID) -> Appeal:
    """An appeal, locked."""
    row = await session.get(AppealRow, appeal_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("there is no such appeal", "appeal_id")
    return (await with_voices(session, [row]))[0]


async def with_voices(session: AsyncSession, rows: Sequence[AppealRow]) -> Sequence[Appeal]:
    """Appeals with all that hangs on them, in two queries however many they are."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    steps = await session.scalars(select(StepRow).where(col(StepRow.id).in_([row.step_id for row in rows])))
    step_of = {step.id: step for step in steps}
    voices: dict[UUID, list[AppealVoiceRow]] = {appeal_id: [] for appeal_id in ids}
    for voice in await session.scalars(
        select(AppealVoiceRow)
        .where(col(AppealVoiceRow.appeal_id).in_(ids))
        .order_by(col(AppealVoiceRow.appeal_id), col(AppealVoiceRow.number))
    ):
        voices[voice.appeal_id].append(voice)
    return [Appeal(row, step_of[row.step_id], voices[row.id]) for row in rows]


async def of_partners(session: AsyncSession, partner_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Appeal]]:
    """The appeals of each partner, newest first."""
    rows = await session.scalars(
        select(AppealRow).where(col(AppealRow.partner_id).in_(partner_ids)).order_by(col(AppealRow.id).desc())
    )
    appeals: dict[UUID, list[Appeal]] = {}
    for appeal in await with_voices(session, rows.all()):
        appeals.setdefault(appeal.row.partner_id, []).append(appeal)
    return appeals


async def page(session: AsyncSession, *, waiting: bool, part: Part[tuple[UUID]]) -> Sequence[Appeal]:
    """Appeals, newest first."""
    query = select(AppealRow)
    if waiting:
        query = query.where(AppealRow.status == AppealStatus.WAITING)
    rows = await session.scalars(part.of(query, col(AppealRow.id), descending=True))
    return await with_voices(session, rows.all())
