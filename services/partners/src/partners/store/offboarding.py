"""Partners that leave, and the steps that were taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from partners.domain.offboarding import OffboardingStep
from partners.tables import OffboardingRow, OffboardingStepRow


@dataclass(frozen=True, slots=True)
class Offboarding:
    """A partner's newest, with its steps in their order."""

    row: OffboardingRow
    steps: Sequence[OffboardingStepRow]


async def open_row(session: AsyncSession, partner_id: UUID) -> OffboardingRow | None:
    """The one that is neither stopped nor over, locked."""
    query = (
        select(OffboardingRow)
        .where(
            OffboardingRow.partner_id == partner_id,
            col(OffboardingRow.stopped_at).is_(None),
            col(OffboardingRow.step) < OffboardingStep.CERTIFICATES_ENDED,
        )
        .with_for_update()
    )
    return (await session.scalars(query)).one_or_none()


async def of_partners(session: AsyncSession, partner_ids: Sequence[UUID]) -> Mapping[UUID, Offboarding]:
    """The newest of each partner; those that never began to leave have none."""
    newest = await session.scalars(
        select(OffboardingRow)
        .ext(distinct_on(col(OffboardingRow.partner_id)))
        .where(col(OffboardingRow.partner_id).in_(partner_ids))
        .order_by(col(OffboardingRow.partner_id), col(OffboardingRow.id).desc())
    )
    rows = {row.id: row for row in newest}
    if not rows:
        return {}
    steps: dict[UUID, list[OffboardingStepRow]] = {row_id: [] for row_id in rows}
    for step in await session.scalars(
        select(OffboardingStepRow)
        .where(col(OffboardingStepRow.offboarding_id).in_(list(rows)))
        .order_by(col(OffboardingStepRow.offboarding_id), col(OffboardingStepRow.step))
    ):
        steps[step.offboarding_id].append(step)
    return {row.partner_id: Offboarding(row, steps[row.id]) for row in rows.values()}
