"""Private offers, and who has them: each is taken once and used once, which the database decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.pages import Part
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from ordering.domain.private_offers import PrivateOffer, PrivateOfferEnd
from ordering.tables import PrivateOfferRow, TermsRow

# Why a private offer is over, or would be: by the clock, by what is on sale, and by how its partner stands.
ENDED_BECAUSE = """
    CASE
        WHEN private_offer.ended_because IS NOT NULL THEN private_offer.ended_because
        WHEN private_offer.until <= :now THEN 'day_over'
        WHEN NOT coalesce(offering.on_sale, false) OR offering.revision <> private_offer.offering_revision
            THEN 'offering_changed'
        WHEN NOT coalesce(standing.sells, true) OR standing.certified_until <= :now THEN 'standing'
    END
"""
WITH_WHAT_ENDS_IT = """
    FROM private_offer
    LEFT JOIN offering ON offering.id = private_offer.offering_id
    LEFT JOIN standing ON standing.partner_id = private_offer.partner_id
"""
COUNT_OPEN = text(
    """
    SELECT count(*) AS of_partner, count(*) FILTER (WHERE offering_id = :offering_id) AS of_offering
    FROM private_offer WHERE partner_id = :partner_id AND status IN ('open', 'taken')
    """
)
# One of two who take it at once waits here for the other, and then sees that it is taken.
TAKE = text(
    f"""
    UPDATE private_offer SET status = 'taken', buyer_id = :buyer_id, taken_by = :taken_by, taken_at = :now,
        version = version + 1
    WHERE code_sha256 = :code_sha256 AND status = 'open' AND id IN (
        SELECT private_offer.id {WITH_WHAT_ENDS_IT}
        WHERE private_offer.code_sha256 = :code_sha256 AND {ENDED_BECAUSE} IS NULL
    ) RETURNING id
    """  # noqa: S608 the parts are ours
)
FOR_LINES = text(
    f"""
    SELECT private_offer.id, private_offer.offering_id, private_offer.offering_revision, private_offer.price_minor,
        private_offer.status, private_offer.buyer_id, {ENDED_BECAUSE} AS ended_because
    {WITH_WHAT_ENDS_IT}
    WHERE private_offer.id = ANY(CAST(:ids AS uuid[])) ORDER BY private_offer.id FOR UPDATE OF private_offer
    """
)
USE = text(
    """
    UPDATE private_offer SET status = 'used', order_id = used.order_id, ended_at = :now, version = version + 1
    FROM unnest(CAST(:ids AS uuid[]), CAST(:orders AS uuid[])) AS used (id, order_id)
    WHERE private_offer.id = used.id RETURNING private_offer.id
    """
)
LAPSE = text(
    f"""
    WITH over AS (
        SELECT private_offer.id, {ENDED_BECAUSE} AS because {WITH_WHAT_ENDS_IT}
        WHERE private_offer.status IN ('open', 'taken') AND {ENDED_BECAUSE} IS NOT NULL
        ORDER BY private_offer.id LIMIT :limit FOR UPDATE OF private_offer SKIP LOCKED
    )
    UPDATE private_offer SET status = 'lapsed', ended_because = over.because, ended_at = :now, version = version + 1
    FROM over WHERE private_offer.id = over.id
    RETURNING private_offer.id
    """  # noqa: S608 the parts are ours
)
LOCK_PARTNER = text("SELECT FROM standing WHERE partner_id = :partner_id FOR NO KEY UPDATE")


@dataclass(frozen=True, slots=True)
class PrivateOfferFilter:
    """Which of the private offers that a caller may see."""

    status: str | None = None
    partner_id: UUID | None = None
    offering_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Beholder:
    """Whose private offers a caller sees: all; a partner's; or those of which one of these is the buyer."""

    everything: bool = False
    partner_id: UUID | None = None
    resident_ids: Sequence[UUID] = ()


async def count_open(session: AsyncSession, partner_id: UUID, offering_id: UUID) -> tuple[int, int]:
    """How many are open, of a partner and of one offering of it; nobody makes another before the transaction ends."""
    await session.execute(LOCK_PARTNER, {"partner_id": partner_id})
    counts = (await session.execute(COUNT_OPEN, {"partner_id": partner_id, "offering_id": offering_id})).one()
    return counts.of_partner, counts.of_offering


async def scan_was_used(session: AsyncSession, scan_id: UUID) -> bool:
    return await session.scalar(select(PrivateOfferRow.id).where(PrivateOfferRow.scan_id == scan_id)) is not None


async def take(session: AsyncSession, code_sha256: bytes, buyer_id: UUID, taken_by: UUID, now: datetime) -> UUID | None:
    """Make somebody the buyer of what is open under a code; None: nothing is."""
    parameters = {"code_sha256": code_sha256, "buyer_id": buyer_id, "taken_by": taken_by, "now": now}
    return (await session.execute(TAKE, parameters)).scalar_one_or_none()


async def taken_before(session: AsyncSession, code_sha256: bytes, buyer_id: UUID) -> UUID | None:
    """What this buyer has by this code already."""
    query = select(PrivateOfferRow.id).where(
        PrivateOfferRow.code_sha256 == code_sha256, PrivateOfferRow.buyer_id == buyer_id
    )
    return await session.scalar(query)


async def for_lines(session: AsyncSession, ids: Sequence[UUID], now: datetime) -> Mapping[UUID, PrivateOffer]:
    """Private offers that lines are ordered by, locked in the order of their ids, after slots."""
    if not ids:
        return {}
    rows = await session.execute(FOR_LINES, {"ids": list(ids), "now": now})
    return {
        row.id: PrivateOffer(
            row.id,
            row.offering_id,
            row.offering_revision,
            row.price_minor,
            row.status,
            row.buyer_id,
            PrivateOfferEnd(row.ended_because) if row.ended_because else None,
        )
        for row in rows
    }


async def use(session: AsyncSession, orders: Mapping[UUID, UUID], now: datetime) -> Sequence[PrivateOfferRow]:
    """Use up private offers, each for its order."""
    if not orders:
        return []
    parameters = {"ids": list(orders), "orders": list(orders.values()), "now": now}
    used = (await session.scalars(USE, parameters)).all()
    return await by_id(session, used)


async def lapse(session: AsyncSession, now: datetime, limit: int) -> Sequence[PrivateOfferRow]:
    """End what is over; what others have in hand is left to them."""
    lapsed = (await session.scalars(LAPSE, {"now": now, "limit": limit})).all()
    return await by_id(session, lapsed)


async def by_id(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[PrivateOfferRow]:
    if not ids:
        return []
    query = select(PrivateOfferRow).where(col(PrivateOfferRow.id).in_(ids)).order_by(col(PrivateOfferRow.id))
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def page(
    session: AsyncSession, beholder: Beholder, chosen: PrivateOfferFilter, part: Part[tuple[UUID]]
) -> Sequence[tuple[PrivateOfferRow, TermsRow]]:
    """Private offers the caller may see with what they are of, newest first."""
    query = with_terms(beholder)
    if chosen.status is not None:
        query = query.where(PrivateOfferRow.status == chosen.status)
    if chosen.partner_id is not None:
        query = query.where(PrivateOfferRow.partner_id == chosen.partner_id)
    if chosen.offering_id is not None:
        query = query.where(PrivateOfferRow.offering_id == chosen.offering_id)
    rows = await session.execute(part.of(query, col(PrivateOfferRow.id), descending=True))
    return [(row, terms) for row, terms in rows.all()]


async def private_offer(
    session: AsyncSession, private_offer_id: UUID, beholder: Beholder, lock: bool = False
) -> tuple[PrivateOfferRow, TermsRow] | None:
    """A private offer with what it is of; None where the caller sees none."""
    query = with_terms(beholder).where(PrivateOfferRow.id == private_offer_id)
    if lock:
        query = query.with_for_update(of=PrivateOfferRow)
    row = (await session.execute(query.execution_options(populate_existing=True))).one_or_none()
    return (row[0], row[1]) if row is not None else None


def with_terms(beholder: Beholder):  # type: ignore[no-untyped-def] # SQLModel's select of two has no name
    query = select(PrivateOfferRow, TermsRow).join(
        TermsRow,
        (col(TermsRow.offering_id) == col(PrivateOfferRow.offering_id))
        & (col(TermsRow.revision) == col(PrivateOfferRow.offering_revision)),
    )
    if beholder.everything:
        return query
    if beholder.partner_id is not None:
        return query.where(PrivateOfferRow.partner_id == beholder.partner_id)
    return query.where(col(PrivateOfferRow.buyer_id).in_(beholder.resident_ids))
