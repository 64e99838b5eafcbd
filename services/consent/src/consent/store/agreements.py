"""Agreements: residents' own words for orders that have not arrived yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.rows import insert
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from consent.tables import AgreementRow

FORGET_AGREEMENTS = text("DELETE FROM agreement WHERE agreed_at < :before")
COUNT_AGREEMENTS = text("SELECT count(*) FROM agreement WHERE agreed_by = :by AND agreed_at >= :since")
TAKE_AGREEMENTS = text(
    """
    DELETE FROM agreement WHERE order_id = ANY(CAST(:orders AS uuid[]))
    RETURNING order_id, resident_id, grantee_id, template_hash, agreed_by, good_until
    """
)


type AgreementKey = tuple[UUID, UUID, UUID, bytes]  # order, resident, grantee, hash of the template


async def count_agreements(session: AsyncSession, by: UUID, since: datetime) -> int:
    """How many agreements of a person wait for their orders to arrive."""
    return int(await session.scalar(COUNT_AGREEMENTS, {"by": by, "since": since}) or 0)


async def given_by_guardians(session: AsyncSession, orders: Sequence[UUID]) -> Sequence[UUID]:
    """The residents for whom a guardian has agreed to one of these orders."""
    query = (
        select(AgreementRow.resident_id)
        .distinct()
        .where(col(AgreementRow.order_id).in_(orders), col(AgreementRow.agreed_by) != col(AgreementRow.resident_id))
    )
    return (await session.scalars(query)).all()


async def keep_agreements(session: AsyncSession, agreements: Sequence[AgreementRow]) -> None:
    await insert(session, agreements, "ON CONFLICT DO NOTHING")


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who agreed, and until when they act for the resident; None: for themselves."""

    agreed_by: UUID
    good_until: datetime | None


async def take_agreements(session: AsyncSession, orders: Sequence[UUID]) -> dict[AgreementKey, Agreement]:
    """Delete and return the agreements that were kept for these orders."""
    rows = await session.execute(TAKE_AGREEMENTS, {"orders": list(orders)})
    return {
        (row.order_id, row.resident_id, row.grantee_id, bytes(row.template_hash)): Agreement(
            row.agreed_by, row.good_until
        )
        for row in rows
    }


async def forget_agreements(session: AsyncSession, before: datetime) -> None:
    """Delete agreements to orders that never came."""
    await session.execute(FORGET_AGREEMENTS, {"before": before})
