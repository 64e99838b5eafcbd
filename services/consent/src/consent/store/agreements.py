"""Agreements: residents' own words for orders that have not arrived yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.pruning import PRUNE_MAX, piece, prune
from chassis.rows import insert
from chassis.statements import Statement
from sqlalchemy.ext.asyncio import AsyncSession

from consent.tables import AgreementRow

FORGET_AGREEMENTS = piece("agreement", "agreed_at < :before")
# One look into the index a person, whatever was planned while the table was empty.
COUNT_AGREEMENTS = Statement(
    """
    SELECT person.id AS agreed_by, waiting.agreements FROM unnest(CAST(:people AS uuid[])) AS person (id)
    CROSS JOIN LATERAL (
        SELECT count(*) AS agreements FROM agreement WHERE agreed_by = person.id AND agreed_at >= :since
    ) AS waiting
    """
)
GIVEN_BY_GUARDIANS = Statement(
    """
    SELECT DISTINCT resident_id FROM agreement
    WHERE order_id = ANY(CAST(:orders AS uuid[])) AND agreed_by <> resident_id
    """
)
TAKE_AGREEMENTS = Statement(
    """
    DELETE FROM agreement WHERE order_id = ANY(CAST(:orders AS uuid[]))
    RETURNING order_id, resident_id, grantee_id, template_hash, agreed_by, good_until
    """
)


type AgreementKey = tuple[UUID, UUID, UUID, bytes]  # order, resident, grantee, hash of the template


async def count_agreements(session: AsyncSession, people: Sequence[UUID], since: datetime) -> dict[UUID, int]:
    """How many agreements of these people wait for their orders to arrive."""
    rows = await COUNT_AGREEMENTS.fetch(session, people=people, since=since)
    return {row["agreed_by"]: row["agreements"] for row in rows}


async def given_by_guardians(session: AsyncSession, orders: Sequence[UUID]) -> Sequence[UUID]:
    """The residents for whom a guardian has agreed to one of these orders."""
    return [row["resident_id"] for row in await GIVEN_BY_GUARDIANS.fetch(session, orders=orders)]


async def keep_agreements(session: AsyncSession, agreements: Sequence[AgreementRow]) -> None:
    await insert(session, agreements, "ON CONFLICT DO NOTHING")


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who agreed, and until when they act for the resident; None: for themselves."""

    agreed_by: UUID
    good_until: datetime | None


async def take_agreements(session: AsyncSession, orders: Sequence[UUID]) -> dict[AgreementKey, Agreement]:
    """Delete and return the agreements that were kept for these orders."""
    return {
        (row["order_id"], row["resident_id"], row["grantee_id"], bytes(row["template_hash"])): Agreement(
            row["agreed_by"], row["good_until"]
        )
        for row in await TAKE_AGREEMENTS.fetch(session, orders=orders)
    }


async def forget_agreements(session: AsyncSession, before: datetime, most: int = PRUNE_MAX) -> bool:
    """Delete agreements to orders that never came. True where there may be more."""
    return await prune(session, FORGET_AGREEMENTS, most, before=before)
