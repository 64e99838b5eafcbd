"""Orders and their lines. Placing and hearing are set-based: a constant number of statements a batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.pages import Part
from chassis.refusals import NotFound
from chassis.statements import Statement
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from ordering.aggregate import OrderAggregate, OrderLine, OrderSummary
from ordering.domain.orders import Holding
from ordering.domain.standing import ASSUMED, Standing
from ordering.domain.steps import Party
from ordering.domain.visibility import Visibility
from ordering.store import series as series_store
from ordering.tables import (
    CALLED_OFF_UNPAID,
    HELD_UNPAID,
    BookingRow,
    EntitlementRow,
    OrderLineRow,
    OrderRow,
    ProofRow,
    StandingRow,
    TermsRow,
)

# --- placing

# One look into the index a key: a join that was planned while the table was empty would read all of it ever after.
PLACED_BEFORE = Statement(
    """
    SELECT before.id, request.placed_by, request.key, before.request_sha256
    FROM unnest(CAST(:callers AS uuid[]), CAST(:keys AS text[])) AS request (placed_by, key)
    CROSS JOIN LATERAL (
        SELECT id, request_sha256 FROM orders
        WHERE orders.placed_by = request.placed_by AND orders.idempotency_key = request.key LIMIT 1
    ) AS before
    """
)


async def placed_before(
    session: AsyncSession, keys: Sequence[tuple[UUID, str]]
) -> Mapping[tuple[UUID, str], tuple[UUID, bytes]]:
    """Orders placed with these callers' keys: their ids and the hashes of their requests."""
    rows = await PLACED_BEFORE.fetch(session, callers=[caller for caller, _ in keys], keys=[key for _, key in keys])
    return {(row["placed_by"], row["key"]): (row["id"], row["request_sha256"]) for row in rows}


HOLDINGS = Statement(
    f"""
    SELECT account.id AS placed_by, held.orders, CAST(held.places AS bigint) AS places, gone.orders AS called_off
    FROM unnest(CAST(:callers AS uuid[])) AS account (id)
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE NOT money_in) AS orders, coalesce(sum(places), 0) AS places FROM (
            SELECT money_in, (
                SELECT count(*) FROM order_line AS line JOIN booking ON booking.order_line_id = line.id
                WHERE line.order_id = orders.id AND booking.released_at IS NULL AND booking.agreed_at IS NOT NULL
            ) AS places
            FROM orders WHERE orders.placed_by = account.id AND ({HELD_UNPAID}) LIMIT :limit
        ) AS unpaid
    ) AS held
    CROSS JOIN LATERAL (
        SELECT count(*) AS orders FROM (
            SELECT FROM orders
            WHERE orders.placed_by = account.id AND changed_at > :since AND {CALLED_OFF_UNPAID}
                AND changed_by NOT IN ('partner', 'partners') LIMIT :limit
        ) AS ended
    ) AS gone
    """  # noqa: S608 both conditions are ours
)
HELD_MAX = 1_000  # more are not counted: no limit lets so many be held


async def holdings(session: AsyncSession, callers: Sequence[UUID], since: datetime) -> Mapping[UUID, Holding]:
    """What these accounts hold unpaid, and how many bookings they have called off so since then."""
    rows = await HOLDINGS.fetch(session, callers=callers, since=since, limit=HELD_MAX)
    return {row["placed_by"]: Holding(row["orders"], row["places"], row["called_off"]) for row in rows}


INSERT_ORDERS = Statement(
    """
    WITH placed AS (
        INSERT INTO orders (id, resident_id, placed_by, partner_id, status, total_minor, currency, money_in, deadline,
            reason, changed_by, placed_at, changed_at, version, idempotency_key, request_sha256, process, checkout_id,
            begins_at, follow_up_id, desk_by, desk_scan_id, desk_practitioner_id, desk_printed, series_id, period,
            period_starts_at, period_changes)
        SELECT id, resident_id, placed_by, partner_id, 'placed', total_minor, currency, total_minor = 0,
            deadline, '', coalesce(desk_by, placed_by)::text, :now, :now, 1, key,
            sha256, process, checkout_id, begins_at, follow_up_id, desk_by, desk_scan_id, desk_practitioner_id,
            desk_printed, series_id, period, period_starts_at, string_to_array(period_changes, ',')
        FROM unnest(CAST(:ids AS uuid[]), CAST(:residents AS uuid[]), CAST(:callers AS uuid[]),
            CAST(:partners AS uuid[]), CAST(:totals AS bigint[]), CAST(:currencies AS text[]), CAST(:keys AS text[]),
            CAST(:hashes AS bytea[]), CAST(:processes AS text[]), CAST(:checkouts AS uuid[]),
            CAST(:begins AS timestamptz[]), CAST(:deadlines AS timestamptz[]), CAST(:follow_ups AS uuid[]),
            CAST(:desks AS uuid[]), CAST(:scans AS uuid[]), CAST(:scanners AS uuid[]), CAST(:printed AS boolean[]),
            CAST(:series AS uuid[]), CAST(:periods AS int[]), CAST(:period_starts AS timestamptz[]),
            CAST(:period_changes AS text[]))
            AS draft (id, resident_id, placed_by, partner_id, total_minor, currency, key, sha256, process,
                checkout_id, begins_at, deadline, follow_up_id, desk_by, desk_scan_id, desk_practitioner_id,
                desk_printed, series_id, period, period_starts_at, period_changes)
        ON CONFLICT DO NOTHING -- placed before by its key, or by its scan
        RETURNING id
    ), lines AS (
        INSERT INTO order_line (id, order_id, place, offering_id, offering_revision, quantity, consented,
            certificate_ids, private_offer_id, private_price_minor)
        SELECT draft.id, order_id, place, offering_id, revision, quantity, false, string_to_array(certificates, ','),
            private_offer_id, private_price
        FROM unnest(CAST(:line_ids AS uuid[]), CAST(:line_orders AS uuid[]), CAST(:places AS int[]),
            CAST(:offerings AS uuid[]), CAST(:revisions AS int[]), CAST(:quantities AS int[]),
            CAST(:certificates AS text[]), CAST(:private_offers AS uuid[]), CAST(:private_prices AS bigint[]))
            AS draft (id, order_id, place, offering_id, revision, quantity, certificates, private_offer_id,
                private_price)
        JOIN placed ON placed.id = draft.order_id
    )
    SELECT id FROM placed
    """
)


async def insert_orders(session: AsyncSession, drafts: Sequence[OrderAggregate], now: datetime) -> set[UUID]:
    """Insert orders with their lines in one statement; returns those that were not placed before."""
    orders = [order.row for order in drafts]
    lines = [line.row for order in drafts for line in order.lines]
    inserted = await INSERT_ORDERS.fetch(
        session,
        now=now,
        ids=[order.id for order in orders],
        residents=[order.resident_id for order in orders],
        callers=[order.placed_by for order in orders],
        partners=[order.partner_id for order in orders],
        totals=[order.total_minor for order in orders],
        currencies=[order.currency for order in orders],
        keys=[order.idempotency_key for order in orders],
        hashes=[order.request_sha256 for order in orders],
        processes=[order.process for order in orders],
        checkouts=[order.checkout_id for order in orders],
        begins=[order.begins_at for order in orders],
        deadlines=[order.deadline for order in orders],
        follow_ups=[order.follow_up_id for order in orders],
        desks=[order.desk_by for order in orders],
        scans=[order.desk_scan_id for order in orders],
        scanners=[order.desk_practitioner_id for order in orders],
        printed=[order.desk_printed for order in orders],
        series=[order.series_id for order in orders],
        periods=[order.period for order in orders],
        period_starts=[order.period_starts_at for order in orders],
        period_changes=[",".join(order.period_changes) for order in orders],
        line_ids=[line.id for line in lines],
        line_orders=[line.order_id for line in lines],
        places=[line.place for line in lines],
        offerings=[line.offering_id for line in lines],
        revisions=[line.offering_revision for line in lines],
        quantities=[line.quantity for line in lines],
        certificates=[",".join(line.certificate_ids) for line in lines],
        private_offers=[line.private_offer_id for line in lines],
        private_prices=[line.private_price_minor for line in lines],
    )
    return {row["id"] for row in inserted}


# --- reading


async def with_lines(session: AsyncSession, orders: Sequence[OrderRow]) -> Sequence[OrderAggregate]:
    """Orders with their lines and their partners' standing, in one more query however many they are."""
    if not orders:
        return []
    rows = (
        await session.execute(
            select(OrderLineRow, TermsRow, StandingRow)
            .join(
                TermsRow,
                (col(TermsRow.offering_id) == col(OrderLineRow.offering_id))
                & (col(TermsRow.revision) == col(OrderLineRow.offering_revision)),
            )
            .outerjoin(StandingRow, col(StandingRow.partner_id) == col(TermsRow.partner_id))
            .where(col(OrderLineRow.order_id).in_([order.id for order in orders]))
            .order_by(col(OrderLineRow.order_id), col(OrderLineRow.place))
        )
    ).all()
    ids = [row.id for row, _, _ in rows]
    proofs = await by_line(session, ProofRow, ids, col(ProofRow.id), col(ProofRow.struck_at).is_(None))
    booked = [row.id for row, line_terms, _ in rows if line_terms.booking_required]
    bookings = await by_line(
        session, BookingRow, booked, col(BookingRow.starts_at), col(BookingRow.released_at).is_(None)
    )
    contained = [row.id for row, line_terms, _ in rows if line_terms.valid_days]
    contents = await by_line(session, EntitlementRow, contained, col(EntitlementRow.place))
    lines: dict[UUID, list[OrderLine]] = {}
    standings: dict[UUID, Standing] = {}
    for row, line_terms, stands in rows:
        if stands is not None:
            standings[row.order_id] = Standing(stands.sells, stands.certified_until)
        line = OrderLine(row, line_terms, proofs.get(row.id, []), contents.get(row.id, []), bookings.get(row.id, []))
        lines.setdefault(row.order_id, []).append(line)
    series = await series_store.of_orders(session, orders)
    return [
        OrderAggregate(
            order,
            lines.get(order.id, []),
            standings.get(order.id, ASSUMED),
            series.get(order.series_id) if order.series_id is not None else None,
        )
        for order in orders
    ]


async def by_line[R: (ProofRow, BookingRow, EntitlementRow)](
    session: AsyncSession, kind: type[R], line_ids: Sequence[UUID], order_by: Any, *where: Any
) -> Mapping[UUID, list[R]]:
    """What hangs on these lines; no query where there are none."""
    rows: dict[UUID, list[R]] = {}
    if line_ids:
        for row in await session.scalars(
            select(kind).where(col(kind.order_line_id).in_(line_ids), *where).order_by(order_by)
        ):
            rows.setdefault(row.order_line_id, []).append(row)
    return rows


async def orders_by_id(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[OrderAggregate]:
    return await with_lines(session, (await session.scalars(select(OrderRow).where(col(OrderRow.id).in_(ids)))).all())


async def order(session: AsyncSession, order_id: UUID, visibility: Visibility, lock: bool = False) -> OrderAggregate:
    """One order with its lines; one the caller may not see does not exist."""
    row = await session.get(OrderRow, order_id, with_for_update=lock)
    if row is None or not visibility.includes(
        partner_id=row.partner_id,
        confirmed=row.confirmed_at is not None or row.desk_by is not None,
        resident_id=row.resident_id,
        placed_by=row.placed_by,
    ):
        raise NotFound("there is no such order", "order_id")
    return (await with_lines(session, [row]))[0]


# Of an order, in SQL, what `OrderAggregate.position` says of it.
UNPROVEN = """
    CASE WHEN EXISTS (SELECT FROM entitlement WHERE entitlement.order_line_id = line.id)
    THEN EXISTS (SELECT FROM entitlement WHERE entitlement.order_line_id = line.id AND used + given_up < granted)
    ELSE NOT EXISTS (SELECT FROM proof WHERE proof.order_line_id = line.id AND struck_at IS NULL) END
"""
BOOKED = "SELECT FROM booking WHERE booking.order_line_id = line.id AND released_at IS NULL"
LINES = """
    SELECT FROM order_line AS line
    JOIN terms ON terms.offering_id = line.offering_id AND terms.revision = line.offering_revision
    WHERE line.order_id = orders.id
"""
# Which orders a party has to do something for, as `steps.next_steps` says it; `test_lives.py` compares the two.
WAITS_FOR: Mapping[Party, str] = {
    Party.RESIDENT: f"""
        status IN ('placed', 'fulfilled') AND NOT money_in
        OR status = 'placed' AND desk_by IS NOT NULL AND desk_agreed_at IS NULL
        OR status = 'placed' AND EXISTS ({LINES} AND terms.consent_needed AND NOT line.consented)
        OR (status = 'fulfilling' AND objection_until IS NOT NULL OR dues_after IS NOT NULL) AND NOT contested
        OR status IN ('accepted', 'fulfilling') AND EXISTS ({LINES} AND (
            EXISTS ({BOOKED} AND agreed_at IS NULL)
            OR terms.booking_required AND NOT EXISTS ({BOOKED}) AND {UNPROVEN}
        ))
    """,
    Party.PARTNER: f"""
        status = 'confirmed'
        OR status = 'fulfilling' AND objection_until IS NULL
        OR status IN ('accepted', 'fulfilling') AND EXISTS ({LINES} AND {UNPROVEN})
    """,
    Party.OPERATOR: ("(status = 'fulfilling' AND objection_until IS NOT NULL OR dues_after IS NOT NULL) AND contested"),
    Party.PLATFORM: "status = 'fulfilled' AND money_in",
}
SESSION_WITHIN = text(
    """
    orders.id IN (
        SELECT line.order_id FROM booking JOIN order_line AS line ON line.id = booking.order_line_id
        WHERE released_at IS NULL AND booking.starts_at >= :sessions_from AND booking.starts_at < :sessions_to
    )
    """
)


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which of the orders that a caller may see; the ends of times are excluded."""

    status: str | None = None
    resident_id: UUID | None = None  # whose it is, or who is served
    partner_id: UUID | None = None
    offering_id: UUID | None = None
    placed: tuple[datetime, datetime] | None = None
    sessions: tuple[datetime, datetime] | None = None
    waits_for: Party | None = None


async def page(
    session: AsyncSession, visibility: Visibility, chosen: OrderFilter, part: Part[tuple[UUID]]
) -> Sequence[OrderRow]:
    """Orders the caller may see, newest first."""
    query = select(OrderRow)
    if not visibility.everything and visibility.partner_id is not None:
        seen = col(OrderRow.confirmed_at).is_not(None) | col(OrderRow.desk_by).is_not(None)
        query = query.where(OrderRow.partner_id == visibility.partner_id, seen)
    elif not visibility.everything:
        theirs = col(OrderRow.resident_id).in_(visibility.resident_ids)
        query = query.where(theirs | (OrderRow.placed_by == visibility.payer_id) if visibility.payer_id else theirs)
    if chosen.status is not None:
        query = query.where(OrderRow.status == chosen.status)
    if chosen.resident_id is not None:
        ordered_for, served = col(OrderRow.resident_id), col(OrderRow.passed_to)
        query = query.where((ordered_for == chosen.resident_id) | (served == chosen.resident_id))
    if chosen.partner_id is not None:
        query = query.where(OrderRow.partner_id == chosen.partner_id)
    if chosen.offering_id is not None:
        of_it = select(OrderLineRow.order_id).where(OrderLineRow.offering_id == chosen.offering_id)
        query = query.where(col(OrderRow.id).in_(of_it))
    if chosen.placed is not None:
        query = query.where(OrderRow.placed_at >= chosen.placed[0], OrderRow.placed_at < chosen.placed[1])
    if chosen.sessions is not None:
        start, end = chosen.sessions
        query = query.where(SESSION_WITHIN.bindparams(sessions_from=start, sessions_to=end))
    if chosen.waits_for is not None:
        query = query.where(text(f"({WAITS_FOR[chosen.waits_for]})"))
    return (await session.scalars(part.of(query, col(OrderRow.id), descending=True))).all()


# --- moving on

# Money that comes after the deadline is given back when the order ends, which is about to happen. Of what was served
# and could not be taken, it may come at any time.
MONEY_IN = text(
    """
    UPDATE orders SET money_in = true, deadline = CASE
        WHEN status = 'placed' AND desk_by IS NULL AND period_starts_at IS NULL
        THEN LEAST(placed_at + CAST(:placed AS interval), begins_at) ELSE deadline END
    WHERE id = ANY(CAST(:ids AS uuid[])) AND (
        status = 'placed' AND deadline > :now OR status = 'fulfilled'
        OR status = 'cancelled' AND changed_by = 'settlement'
    )
    """
)
FAILED = text(
    """
    UPDATE orders SET changed_at = :now, changed_by = 'settlement', version = version + 1, money_in = false,
        reason = CASE orders.status WHEN 'cancelled' THEN orders.reason ELSE failed.reason END
    FROM unnest(CAST(:ids AS uuid[]), CAST(:reasons AS text[]), CAST(:chosen AS bigint[]))
        AS failed (id, reason, chosen)
    WHERE orders.id = failed.id
        AND (
            orders.status = 'placed' AND NOT orders.money_in OR orders.status = 'fulfilled'
            OR orders.status = 'cancelled' AND (orders.money_in OR orders.changed_by = 'settlement')
        )
        AND (failed.chosen = 0 OR failed.chosen >= orders.payment_version)
    RETURNING orders.id, partner_id, resident_id, orders.reason, version
    """
)
CONSENTED = text(
    """
    UPDATE order_line AS line SET consented = :consented, consent_version = newest.version
    FROM (
        SELECT id, max(version) AS version FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS integer[]))
            AS consent (id, version) GROUP BY id
    ) AS newest
    WHERE line.id = newest.id AND line.consent_version < newest.version
    RETURNING line.order_id
    """
)
CONFIRM = text(
    """
    UPDATE orders SET status = 'confirmed', confirmed_at = :now, reason = '',
        deadline = LEAST(CAST(:deadline AS timestamptz), begins_at),
        changed_at = :now,
        changed_by = 'ordering', version = version + 1
    WHERE id = ANY(CAST(:ids AS uuid[])) AND status = 'placed' AND money_in AND deadline > :now
    AND (desk_by IS NULL OR desk_agreed_at IS NOT NULL) AND NOT EXISTS (
        SELECT FROM order_line AS line
        JOIN terms ON terms.offering_id = line.offering_id AND terms.revision = line.offering_revision
        WHERE line.order_id = orders.id AND terms.consent_needed AND NOT line.consented
    ) AND NOT EXISTS (
        SELECT FROM standing
        WHERE standing.partner_id = orders.partner_id AND (NOT standing.sells OR standing.certified_until <= :now)
    )
    RETURNING id, partner_id, resident_id, deadline, version
    """
)
CLOSE = text(
    """
    UPDATE orders SET status = 'closed', changed_at = :now, changed_by = 'settlement', version = version + 1
    WHERE id = ANY(CAST(:ids AS uuid[])) AND status = 'fulfilled'
    RETURNING id, partner_id, resident_id, version
    """
)
LOCK = text("SELECT id FROM orders WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id FOR UPDATE")
OVERDUE = text(
    """
    SELECT id FROM orders WHERE deadline <= :now ORDER BY deadline LIMIT :limit FOR UPDATE SKIP LOCKED
    """
)


async def lock_orders(session: AsyncSession, ids: Sequence[UUID]) -> None:
    """Lock orders in the order of their ids."""
    await session.execute(LOCK, {"ids": ids})


async def money_in(session: AsyncSession, ids: Sequence[UUID], placed: timedelta, now: datetime) -> None:
    """The money of these orders is there: they may wait for the rest as long as one that books nothing."""
    await session.execute(MONEY_IN, {"ids": ids, "placed": placed, "now": now})


@dataclass(frozen=True, slots=True)
class PaymentFailure:
    """Why a payment failed, and at which version of its order the method was chosen (0: not known)."""

    reason: str
    chosen_version: int


async def payment_failed(
    session: AsyncSession, failures: Mapping[UUID, PaymentFailure], now: datetime
) -> Sequence[tuple[OrderSummary, str]]:
    """Keep why payments failed: of orders that still wait for money, and not where another method was chosen since.
    Returns the orders concerned, with the reasons."""
    parameters = {
        "ids": list(failures),
        "reasons": [failure.reason for failure in failures.values()],
        "chosen": [failure.chosen_version for failure in failures.values()],
        "now": now,
    }
    rows = await session.execute(FAILED, parameters)
    return [(OrderSummary(row.id, row.partner_id, row.resident_id, row.version), row.reason) for row in rows]


async def set_consented(session: AsyncSession, versions: Sequence[tuple[UUID, int]], consented: bool) -> set[UUID]:
    """Take note of consents, by line and version; an older word changes nothing. Returns the orders it changed."""
    ids, numbers = [line for line, _ in versions], [version for _, version in versions]
    changed = await session.scalars(CONSENTED, {"ids": ids, "versions": numbers, "consented": consented})
    return set(changed)


async def confirm(
    session: AsyncSession, ids: Sequence[UUID], now: datetime, deadline: datetime
) -> Sequence[OrderSummary]:
    """Confirm those of these orders that wait for nothing any more and whose partners are in good standing."""
    rows = await session.execute(CONFIRM, {"ids": ids, "now": now, "deadline": deadline})
    return [OrderSummary(row.id, row.partner_id, row.resident_id, row.version, row.deadline) for row in rows]


async def close(session: AsyncSession, ids: Sequence[UUID], now: datetime) -> Sequence[OrderSummary]:
    rows = await session.execute(CLOSE, {"ids": ids, "now": now})
    return [OrderSummary(row.id, row.partner_id, row.resident_id, row.version) for row in rows]


DUES_DUE = text(
    """
    SELECT id FROM orders WHERE dues_after <= :now ORDER BY dues_after LIMIT :limit FOR UPDATE SKIP LOCKED
    """
)


async def cancellations_due(session: AsyncSession, now: datetime, limit: int) -> Sequence[OrderAggregate]:
    """Cancelled orders to whose dues nobody may object any more, locked."""
    return await orders_by_id(session, list(await session.scalars(DUES_DUE, {"now": now, "limit": limit})))


async def overdue(session: AsyncSession, now: datetime, limit: int) -> Sequence[OrderAggregate]:
    """Orders past their deadline, locked; those another process has in hand are left to it."""
    ids = list(await session.scalars(OVERDUE, {"now": now, "limit": limit}))
    return await orders_by_id(session, ids)


EQUIVALENT = text(
    """
    SELECT terms.definition, max(proof.proven_at) AS given_at,
        max(orders.placed_at) FILTER (WHERE orders.deadline IS NOT NULL) AS ordered_at
    FROM orders JOIN order_line AS line ON line.order_id = orders.id
    JOIN terms ON terms.offering_id = line.offering_id AND terms.revision = line.offering_revision
    LEFT JOIN proof ON proof.order_line_id = line.id AND proof.struck_at IS NULL
    WHERE coalesce(orders.passed_to, orders.resident_id) = :resident_id AND orders.placed_at > :since
        AND terms.definition = ANY(CAST(:definitions AS text[])) AND terms.definition <> ''
    GROUP BY terms.definition
    """
)


async def equivalents(
    session: AsyncSession, resident_id: UUID, definitions: Sequence[str], since: datetime
) -> Mapping[str, tuple[datetime | None, datetime | None]]:
    """For each service definition, when it was last given to this resident, and when an open order of it was placed."""
    parameters = {"resident_id": resident_id, "definitions": definitions, "since": since}
    rows = await session.execute(EQUIVALENT, parameters)
    return {row.definition: (row.given_at, row.ordered_at) for row in rows}
