"""SQL of cases: what only a person can settle."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.ids import new_id
from chassis.pages import Part
from chassis.refusals import NotFound
from chassis.rows import insert
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from settlement.domain.cases import HOLDING, CaseKind
from settlement.store.calls import DueCall
from settlement.tables import MoneyCaseRow, PaymentRow

RESOLVE = text(
    """
    UPDATE money_case SET resolved_at = :now, resolution = :how
    WHERE kind = ANY(CAST(:kinds AS text[])) AND subject_id = ANY(CAST(:subjects AS uuid[])) AND resolved_at IS NULL
    """
)
UNANSWERED = text(
    """
    SELECT call.id, call.step, call.amount_minor, call.currency, payment.order_id, payment.partner_id
    FROM provider_call AS call LEFT JOIN payment ON payment.id = call.payment_id
    WHERE call.state = 'due' AND call.unknown_since < CAST(:before AS timestamptz)
        AND NOT EXISTS (
            SELECT FROM money_case WHERE kind = 'no_answer' AND subject_id = call.id AND resolved_at IS NULL
        )
    ORDER BY call.unknown_since LIMIT :most
    """
)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A call of which nobody knows what became, and whose it is."""

    id: UUID
    step: str
    amount_minor: int
    currency: str
    order_id: UUID | None
    partner_id: UUID | None


async def open_cases(session: AsyncSession, rows: Sequence[MoneyCaseRow]) -> None:
    """Open cases; one that is open about the same is left as it is."""
    await insert(session, rows, "ON CONFLICT (kind, subject_id) WHERE resolved_at IS NULL DO NOTHING")


async def came_right(session: AsyncSession, kinds: Sequence[CaseKind], subjects: Sequence[UUID], now: datetime) -> None:
    """Resolve what came right by itself."""
    if subjects:
        how = "it came right by itself"
        await session.execute(RESOLVE, {"kinds": list(kinds), "subjects": list(subjects), "now": now, "how": how})


async def unanswered(session: AsyncSession, before: datetime, most: int) -> Sequence[Unanswered]:
    """Calls of which nobody has known since `before` what became of them, and of which there is no case."""
    rows = await session.execute(UNANSWERED, {"before": before, "most": most})
    return [Unanswered(**row) for row in rows.mappings()]


async def newest(session: AsyncSession, kind: CaseKind, subject_id: UUID) -> MoneyCaseRow | None:
    """The newest case of this kind about this subject, whether it is open or resolved."""
    query = select(MoneyCaseRow).where(MoneyCaseRow.kind == kind, MoneyCaseRow.subject_id == subject_id)
    return (await session.scalars(query.order_by(col(MoneyCaseRow.id).desc()).limit(1))).first()


async def holding(session: AsyncSession, order_id: UUID) -> Sequence[MoneyCaseRow]:
    """The open cases that keep an order's money from being given back, oldest first."""
    query = select(MoneyCaseRow).where(
        MoneyCaseRow.order_id == order_id,
        col(MoneyCaseRow.kind).in_(HOLDING),
        col(MoneyCaseRow.resolved_at).is_(None),
    )
    return (await session.scalars(query.order_by(col(MoneyCaseRow.id)))).all()


async def case_for_update(session: AsyncSession, case_id: UUID) -> MoneyCaseRow:
    row = await session.scalar(select(MoneyCaseRow).where(MoneyCaseRow.id == case_id).with_for_update())
    if row is None:
        raise NotFound("there is no such case", "case_id")
    return row


async def page(session: AsyncSession, every: bool, part: Part[tuple[UUID]]) -> Sequence[MoneyCaseRow]:
    """Cases, oldest first: those that are open, or all."""
    query = select(MoneyCaseRow)
    if not every:
        query = query.where(col(MoneyCaseRow.resolved_at).is_(None))
    return (await session.scalars(part.of(query, col(MoneyCaseRow.id)))).all()


OPEN = text(
    """
    SELECT kind, count(*) AS cases, extract(epoch FROM now() - min(opened_at))::float8 AS seconds FROM money_case
    WHERE resolved_at IS NULL GROUP BY kind
    """
)
UNKNOWN = text(
    "SELECT extract(epoch FROM now() - min(unknown_since))::float8 FROM provider_call"
    " WHERE unknown_since IS NOT NULL AND state = 'due'"
)


async def open_by_kind(session: AsyncSession) -> Sequence[tuple[str, int, float]]:
    """How many cases of each kind are open, and for how many seconds the oldest has been."""
    return [(row.kind, row.cases, row.seconds) for row in await session.execute(OPEN)]


async def unknown_for(session: AsyncSession) -> float:
    """For how many seconds nobody has known what became of the oldest call without an answer."""
    return float(await session.scalar(UNKNOWN) or 0.0)


DETAIL_LENGTH_MAX = 500


def new_case(
    kind: CaseKind,
    subject_id: UUID,
    detail: str,
    now: datetime,
    payment: PaymentRow | None = None,
    amount: tuple[int, str] = (0, ""),
) -> MoneyCaseRow:
    return MoneyCaseRow(
        id=new_id(),
        kind=kind,
        subject_id=subject_id,
        order_id=payment.order_id if payment else None,
        partner_id=payment.partner_id if payment else None,
        amount_minor=amount[0],
        currency=amount[1],
        detail=detail[:DETAIL_LENGTH_MAX],
        opened_at=now,
    )


def case_of_call(
    kind: CaseKind, call: DueCall, detail: str, now: datetime, payment: PaymentRow | None = None
) -> MoneyCaseRow:
    return new_case(kind, call.id, detail, now, payment, (call.amount_minor, call.currency))
