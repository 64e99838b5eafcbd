"""SQL of payouts: what they claim, and which there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.pages import Part
from chassis.rows import insert
from chassis.statements import Statement
from sqlalchemy import func, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from settlement.domain.ledger import PAYABLE, RESERVE
from settlement.store import locks
from settlement.store.sql import partner_account
from settlement.tables import (
    JournalEntryRow,
    PayoutClaimRow,
    PayoutRow,
    PayoutRunRow,
    PostingRow,
)

UNCLAIMED = text(
    f"""
    SELECT account, currency,
        coalesce(-sum(amount_minor) FILTER (WHERE free), 0)::bigint AS balance_minor,
        coalesce(array_agg(position) FILTER (WHERE free), '{{}}') AS positions,
        coalesce(-sum(amount_minor) FILTER (WHERE complained), 0)::bigint AS complained_minor,
        coalesce(-sum(amount_minor) FILTER (WHERE unexplained AND NOT complained), 0)::bigint AS unexplained_minor,
        coalesce(-sum(amount_minor) FILTER (WHERE NOT free AND NOT complained AND NOT unexplained), 0)::bigint
            AS waiting_minor,
        min(held_until) FILTER (WHERE NOT complained AND NOT unexplained) AS waiting_until
    FROM (
        SELECT posting.account, posting.currency, posting.position, posting.amount_minor, held_until, complained,
            unexplained, held_until IS NULL AND NOT complained AND NOT unexplained AS free
        FROM posting JOIN journal_entry AS entry ON entry.id = posting.entry_id
        LEFT JOIN terms_in_force AS terms ON posting.account = {partner_account("terms.partner_id", PAYABLE)}
        LEFT JOIN LATERAL (
            SELECT recorded_at + terms.hold_days * interval '1 day' AS held_until FROM journal_entry AS taken
            WHERE terms.hold_days > 0 AND taken.reference = 'payment-captured\\:' || entry.order_id
                AND taken.recorded_at > CAST(:now AS timestamptz) - terms.hold_days * interval '1 day'
        ) AS hold ON true
        CROSS JOIN LATERAL (
            SELECT EXISTS (
                SELECT FROM complaint LEFT JOIN proposal ON proposal.id = complaint.proposal_id
                WHERE complaint.order_id = entry.order_id AND (
                    NOT complaint.decided OR proposal.status = 'proposed' OR (
                        proposal.status = 'approved' AND EXISTS (
                            SELECT FROM refund JOIN payment ON payment.id = refund.payment_id
                            WHERE payment.order_id = complaint.order_id AND refund.state <> 'done'
                        )
                    )
                )
            ) AS complained, EXISTS (
                SELECT FROM money_case WHERE money_case.order_id = entry.order_id AND resolved_at IS NULL
                    AND money_case.kind IN ('charged_beyond', 'contradicted')
            ) AS unexplained
        ) AS complaints
        WHERE posting.account LIKE :pattern AND entry.kind <> 'payout'
            AND NOT EXISTS (SELECT FROM payout_claim WHERE payout_claim.position = posting.position)
    ) AS unclaimed
    GROUP BY account, currency ORDER BY account, currency LIMIT :most
    """  # noqa: S608 put together of what the domain names
)
CLAIM = text(
    """
    INSERT INTO payout_claim (position, payout_id)
    SELECT * FROM unnest(CAST(:positions AS bigint[]), CAST(:payouts AS uuid[]))
    """
)


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """What no payout has paid yet on a partner's account; the balance, negative when the partner owes, is what may be
    paid now. Complained of and waiting (for the days it is held from its capture) is not in it."""

    account: str
    currency: str
    balance_minor: int
    positions: Sequence[int]
    complained_minor: int = 0
    unexplained_minor: int = 0  # of orders of which a bank took what a person has to look at
    waiting_minor: int = 0
    waiting_until: datetime | None = None  # when the first of it may be paid


async def lock(session: AsyncSession) -> None:
    """One run of payouts at a time: held to the commit."""
    await locks.take(session, locks.PAYOUTS)


async def unclaimed(session: AsyncSession, pattern: str, most: int, now: datetime) -> Sequence[Unclaimed]:
    """What is unclaimed on payable accounts like `pattern`, and what of it is held from being paid."""
    rows = await session.execute(UNCLAIMED, {"pattern": pattern, "most": most, "now": now})
    return [Unclaimed(**row) for row in rows.mappings()]


RESERVES = text(
    f"""
    SELECT posting.account, posting.currency, -sum(posting.amount_minor)::bigint AS balance_minor,
        coalesce(-sum(posting.amount_minor) FILTER (
            WHERE posting.amount_minor < 0
                AND entry.recorded_at <= CAST(:now AS timestamptz) - coalesce(terms.reserve_days, 0) * interval '1 day'
        ), 0)::bigint AS held_before_minor,
        coalesce(sum(posting.amount_minor) FILTER (WHERE posting.amount_minor > 0), 0)::bigint AS taken_minor
    FROM posting JOIN journal_entry AS entry ON entry.id = posting.entry_id
    LEFT JOIN terms_in_force AS terms ON posting.account = {partner_account("terms.partner_id", RESERVE)}
    WHERE posting.account LIKE :pattern
    GROUP BY posting.account, posting.currency HAVING sum(posting.amount_minor) <> 0
    """  # noqa: S608 put together of what the domain names
)


@dataclass(frozen=True, slots=True)
class Reserve:
    """A partner's reserve in a currency: what is in it, what was put in long enough ago, and what was taken out."""

    account: str
    currency: str
    balance_minor: int
    held_before_minor: int
    taken_minor: int


async def reserves(session: AsyncSession, pattern: str, now: datetime) -> Sequence[Reserve]:
    rows = await session.execute(RESERVES, {"pattern": pattern, "now": now})
    return [Reserve(**row) for row in rows.mappings()]


async def last_run(session: AsyncSession) -> datetime | None:
    """When payouts were run last."""
    return await session.scalar(select(func.max(col(PayoutRunRow.ran_at))))


async def last_sweep(session: AsyncSession) -> datetime | None:
    """When payouts were last run for everybody."""
    return await session.scalar(
        select(func.max(col(PayoutRunRow.ran_at))).where(col(PayoutRunRow.partner_id).is_(None))
    )


STOPPED = text(
    """
    SELECT payout.partner_id, max(payout.failure) AS failure FROM payout JOIN payee USING (partner_id)
    WHERE payout.partner_id = ANY(:partners) AND payout.status = 'returned'
        AND payout.created_at > coalesce(payee.returns_since, '-infinity')
        AND NOT EXISTS (
            SELECT FROM payout AS later WHERE later.partner_id = payout.partner_id AND later.id > payout.id
                AND later.status = 'paid'
        )
    GROUP BY payout.partner_id HAVING count(*) >= :most
    """
)


async def stopped(session: AsyncSession, partners: Sequence[UUID], most: int) -> Mapping[UUID, str]:
    """Partners of whom so many payouts in a row came back, and why; a new bank account begins again."""
    rows = await session.execute(STOPPED, {"partners": list(partners), "most": most})
    return {row.partner_id: row.failure for row in rows}


async def add_payouts(
    session: AsyncSession, payouts: Sequence[PayoutRow], claims: Mapping[UUID, Sequence[int]]
) -> None:
    """Payouts with the postings each claims; a posting claimed before fails the whole run."""
    await insert(session, payouts)
    pairs = [(position, payout_id) for payout_id, positions in claims.items() for position in positions]
    await session.execute(
        CLAIM, {"positions": [position for position, _ in pairs], "payouts": [payout_id for _, payout_id in pairs]}
    )


async def payouts_for_update(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, PayoutRow]:
    rows = await session.scalars(select(PayoutRow).where(col(PayoutRow.id).in_(ids)).with_for_update())
    return {row.id: row for row in rows}


async def page(
    session: AsyncSession, partner_id: UUID | None, order_id: UUID | None, part: Part[tuple[UUID]]
) -> Sequence[PayoutRow]:
    """Payouts, newest first: a partner's, those that paid something of an order, or all. Fetches one more than the
    limit."""
    query = select(PayoutRow)
    if partner_id is not None:
        query = query.where(PayoutRow.partner_id == partner_id)
    if order_id is not None:
        paid = (
            select(PayoutClaimRow.payout_id)
            .join(PostingRow, col(PostingRow.position) == PayoutClaimRow.position)
            .join(JournalEntryRow, col(JournalEntryRow.id) == PostingRow.entry_id)
            .where(JournalEntryRow.order_id == order_id)
        )
        query = query.where(col(PayoutRow.id).in_(paid))
    return (await session.scalars(part.of(query, col(PayoutRow.id), descending=True))).all()


TRACES_OF = Statement(
    """
    SELECT DISTINCT fulfilled.traceparent FROM payout_claim AS claim
    JOIN posting USING (position) JOIN journal_entry AS claimed ON claimed.id = posting.entry_id
    JOIN journal_entry AS fulfilled ON fulfilled.order_id = claimed.order_id
    WHERE claim.payout_id = ANY(CAST(:payouts AS uuid[])) AND fulfilled.traceparent IS NOT NULL LIMIT :most
    """
)


async def traces_of(session: AsyncSession, paid: Sequence[UUID], most: int) -> Sequence[str]:
    """The traces of the orders that these payouts paid for, as far as they are traced."""
    return [row["traceparent"] for row in await TRACES_OF.fetch(session, payouts=paid, most=most)]
