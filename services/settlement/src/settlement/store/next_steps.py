"""SQL of what a provider asks of who pays."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis.rows import insert
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from settlement.domain.calls import Step
from settlement.domain.next_steps import NextStep, StepKind
from settlement.domain.payments import PaymentStatus
from settlement.tables import NextStepRow

OPEN = text(
    f"""
    SELECT step.payment_id, step.kind, step.target, step.expires_at
    FROM next_step AS step JOIN provider_call AS call ON call.id = step.call_id
    JOIN payment ON payment.id = step.payment_id
    WHERE step.payment_id = ANY(CAST(:payments AS uuid[])) AND step.superseded_at IS NULL AND call.state = 'due'
        AND payment.status = '{PaymentStatus.AUTHORISING}' AND step.expires_at > CAST(:now AS timestamptz)
    """  # noqa: S608 put together of what the domain names
)
SUPERSEDE = text(
    """
    UPDATE next_step SET superseded_at = CAST(:now AS timestamptz) FROM provider_call AS call
    WHERE next_step.payment_id = :payment AND superseded_at IS NULL AND call.id = next_step.call_id
        AND call.state = 'due'
    RETURNING next_step.call_id
    """
)
SUPERSEDED = text(
    "SELECT call_id FROM next_step WHERE call_id = ANY(CAST(:calls AS uuid[])) AND superseded_at IS NOT NULL"
)
REFERENCE = text(
    f"SELECT detail FROM provider_call WHERE subject_id = :call AND step = '{Step.LET_GO}' LIMIT 1"  # noqa: S608 ours
)
ASKED = text("SELECT EXISTS (SELECT FROM next_step WHERE call_id = :call)")
LET_GO = text(
    f"""
    SELECT EXISTS (
        SELECT FROM provider_call WHERE subject_id = :call AND step = '{Step.LET_GO}'
    )
    """  # noqa: S608 put together of what the domain names
)


async def add(session: AsyncSession, steps: Sequence[NextStepRow]) -> None:
    """Keep what was asked; a call asks once."""
    await insert(session, steps, "ON CONFLICT (call_id) DO NOTHING")


async def open_steps(session: AsyncSession, payments: Sequence[UUID], now: datetime) -> Mapping[UUID, NextStep]:
    """What is asked now of who pays, by the payment."""
    if not payments:
        return {}
    rows = await session.execute(OPEN, {"payments": list(payments), "now": now})
    return {row.payment_id: NextStep(StepKind(row.kind), row.target, row.expires_at) for row in rows}


async def supersede(session: AsyncSession, payment: UUID, now: datetime) -> bool:
    """Ask no more for what was asked of who pays; says whether anything was."""
    return await session.scalar(SUPERSEDE, {"payment": payment, "now": now}) is not None


async def superseded(session: AsyncSession, calls: Sequence[UUID]) -> set[UUID]:
    """Those of these calls instead of which another way to pay was chosen."""
    return set(await session.scalars(SUPERSEDED, {"calls": list(calls)}))


async def was_asked(session: AsyncSession, call: UUID) -> bool:
    """Did the provider ask something of who pays, in this call?"""
    return bool(await session.scalar(ASKED, {"call": call}))


async def is_let_go(session: AsyncSession, call: UUID) -> bool:
    """Has the promise that this call got been given back, or is it to be?"""
    return bool(await session.scalar(LET_GO, {"call": call}))


async def let_go_reference(session: AsyncSession, call: UUID) -> str:
    """The provider's reference of the promise that this call got and that is given back."""
    return str(await session.scalar(REFERENCE, {"call": call}))
