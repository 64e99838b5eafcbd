"""Orders and their lines. Placing and hearing are set-based: a constant number of statements a batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.refusals import NotFound
from chassis.statements import Statement
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from yima.catalog.v1.api_pb2 import Offering

from ordering.domain import entitlements
from ordering.domain.entitlements import CancellationRule, Used
from ordering.domain.orders import Holding
from ordering.domain.process import Status
from ordering.domain.standing import ASSUMED, Standing
from ordering.domain.steps import Party, Position
from ordering.store.offerings import offering_of
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


@dataclass(frozen=True, slots=True)
class Line:
    """A line with the terms it names, its proofs, what it contains, and its bookings that stand."""

    row: OrderLineRow
    terms: TermsRow
    proofs: Sequence[ProofRow] = ()
    entitlements: Sequence[EntitlementRow] = ()
    bookings: Sequence[BookingRow] = ()

    @property
    def offering(self) -> Offering:
        return offering_of(self.terms.offering)

    @property
    def total_minor(self) -> int:
        return self.terms.price_minor * self.row.quantity

    @property
    def proven(self) -> bool:
        """Was everything it promises given?"""
        if self.entitlements:
            return all(item.used + item.given_up == item.granted for item in self.entitlements)
        return bool(self.proofs)

    @property
    def begun(self) -> bool:
        """Was anything of it given?"""
        return bool(self.proofs) or any(item.used for item in self.entitlements)

    @property
    def due_minor(self) -> int:
        """What it costs for what was given of it."""
        contents = [used_of(item) for item in self.entitlements]
        return entitlements.due(self.total_minor, self.proven, contents, self.row.fees_minor)

    def charged_minor(self, now: datetime) -> int:
        """What it costs where what is left unused is charged: all but what was given up, and the fees of that; and
        but the visits whose sessions the partner took back, or that passed and nobody has proven."""
        contents, free_visits = [], self.row.sessions_lost + self.unproven_sessions(now)
        lost = free_visits
        for item in self.entitlements:
            charged = item.granted - item.given_up
            free = min(lost, charged - item.used) if item.visit else 0
            contents.append(Used(item.granted, charged - free, item.weight, item.given_up))
            lost -= free
        nothing_lost = lost == free_visits
        return entitlements.due(self.total_minor, nothing_lost, contents, self.row.fees_minor)

    @property
    def session_parts(self) -> Sequence[int]:
        """What each visit that is left is of its price; one that has no contents is one visit."""
        if not self.entitlements:
            return [] if self.proofs else [self.total_minor]
        visits = [used_of(item) for item in self.entitlements if item.visit]
        others = [used_of(item) for item in self.entitlements if not item.visit]
        return entitlements.session_parts(self.total_minor, visits, others)

    def fees(self, now: datetime) -> int:
        """What giving up its coming sessions now costs, each by its own time. One that has begun is not given up any
        more: what was given is proven, and who stayed away is nobody's word to be paid for. Sessions the resident did
        not agree to cost nothing."""
        coming = sorted(one.starts_at for one in self.agreed_bookings if one.starts_at > now)
        return entitlements.fees(self.session_parts, self.cancellation, coming, now)

    def unproven_sessions(self, now: datetime) -> int:
        """How many agreed sessions have begun beyond the visits that were proven."""
        begun = sum(one.starts_at <= now for one in self.agreed_bookings)
        return max(0, begun - sum(item.used for item in self.entitlements if item.visit))

    @property
    def agreed_bookings(self) -> Sequence[BookingRow]:
        """The sessions its resident chose or agreed to."""
        return [one for one in self.bookings if one.agreed_at is not None]

    @property
    def cancellation(self) -> Sequence[CancellationRule]:
        rules = self.offering.manifest.cancellation
        return [CancellationRule(rule.hours_before, rule.fee_basis_points) for rule in rules]


def used_of(item: EntitlementRow) -> Used:
    return Used(item.granted, item.used, item.weight, item.given_up)


@dataclass(frozen=True, slots=True)
class Whole:
    """An order with its lines."""

    order: OrderRow
    lines: Sequence[Line]
    standing: Standing = ASSUMED  # of its partner

    def fees_apply(self, now: datetime) -> bool:
        """Does its resident owe fees for what they cancel? Not before the partner has accepted: until then it has
        reserved nothing and may still refuse. A partner that is not in good standing is left free of charge."""
        return self.order.status not in (Status.PLACED, Status.CONFIRMED) and self.standing.good(now)

    def next_session(self, now: datetime) -> datetime | None:
        """When the next session that was agreed to begins; None where there is none, or all have begun."""
        sessions = (one.starts_at for line in self.lines for one in line.agreed_bookings)
        return min((starts_at for starts_at in sessions if starts_at > now), default=None)

    @property
    def position(self) -> Position:
        """What decides who has to do something next."""
        order = self.order
        return Position(
            status=Status(order.status),
            deadline=order.deadline,
            money_in=order.money_in,
            consent_missing=any(line.terms.consent_needed and not line.row.consented for line in self.lines),
            proven=all(line.proven for line in self.lines),
            session_missing=any(
                line.terms.booking_required and not line.proven and not line.bookings for line in self.lines
            ),
            sessions_to_agree=any(one.agreed_at is None for line in self.lines for one in line.bookings),
            objection_until=order.objection_until,
            contested=order.contested,
            answer_by=min(self.answers, default=None),
        )

    @property
    def answers(self) -> Sequence[datetime]:
        """Until when offered sessions wait for their resident's answer."""
        waiting = [one.answer_by for line in self.lines for one in line.bookings if one.agreed_at is None]
        return [answer_by for answer_by in waiting if answer_by is not None]

    def last_session(self) -> datetime | None:
        """When the last session that was agreed to ends."""
        return max((one.ends_at for line in self.lines for one in line.agreed_bookings), default=None)


# --- placing

# One look into the index a key: a join that was planned while the table was empty would read all of it ever after.
PLACED_BEFORE = Statement(
    """
    SELECT found.id, asked.placed_by, asked.key, found.request_sha256
    FROM unnest(CAST(:callers AS uuid[]), CAST(:keys AS text[])) AS asked (placed_by, key)
    CROSS JOIN LATERAL (
        SELECT id, request_sha256 FROM orders
        WHERE orders.placed_by = asked.placed_by AND orders.idempotency_key = asked.key LIMIT 1
    ) AS found
    """
)


async def placed_before(
    session: AsyncSession, keys: Sequence[tuple[UUID, str]]
) -> Mapping[tuple[UUID, str], tuple[UUID, bytes]]:
    """Orders placed with these callers' keys: their ids and the hashes of their requests."""
    callers, given = [caller for caller, _ in keys], [key for _, key in keys]
    found = await PLACED_BEFORE.fetch(session, callers=callers, keys=given)
    return {(row[1], row[2]): (row[0], row[3]) for row in found}


HOLDINGS = Statement(
    f"""
    SELECT asked.placed_by, held.orders, held.places, gone.orders
    FROM unnest(CAST(:callers AS uuid[])) AS asked (placed_by)
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE NOT money_in) AS orders, coalesce(sum(places), 0) AS places FROM (
            SELECT money_in, (
                SELECT count(*) FROM order_line AS line JOIN booking ON booking.order_line_id = line.id
                WHERE line.order_id = orders.id AND booking.released_at IS NULL AND booking.agreed_at IS NOT NULL
            ) AS places
            FROM orders WHERE orders.placed_by = asked.placed_by AND ({HELD_UNPAID}) LIMIT :most
        ) AS found
    ) AS held
    CROSS JOIN LATERAL (
        SELECT count(*) AS orders FROM (
            SELECT FROM orders
            WHERE orders.placed_by = asked.placed_by AND changed_at > :since AND {CALLED_OFF_UNPAID}
                AND changed_by NOT IN ('partner', 'partners') LIMIT :most
        ) AS found
    ) AS gone
    """  # noqa: S608 both conditions are ours
)
HELD_MAX = 1_000  # more are not counted: no limit lets so many be held


async def holdings(session: AsyncSession, callers: Sequence[UUID], since: datetime) -> Mapping[UUID, Holding]:
    """What these accounts hold unpaid, and how many bookings they have called off so since then."""
    found = await HOLDINGS.fetch(session, callers=callers, since=since, most=HELD_MAX)
    return {row[0]: Holding(row[1], int(row[2]), row[3]) for row in found}


INSERT_ORDERS = Statement(
    """
    WITH placed AS (
        INSERT INTO orders (id, resident_id, placed_by, partner_id, status, total_minor, currency, money_in, deadline,
            reason, changed_by, placed_at, changed_at, version, idempotency_key, request_sha256, process, checkout_id,
            begins_at)
        SELECT id, resident_id, placed_by, partner_id, 'placed', total_minor, currency, total_minor = 0,
            deadline, '', placed_by::text, :now, :now, 1, key,
            sha256, process, checkout_id, begins_at
        FROM unnest(CAST(:ids AS uuid[]), CAST(:residents AS uuid[]), CAST(:callers AS uuid[]),
            CAST(:partners AS uuid[]), CAST(:totals AS bigint[]), CAST(:currencies AS text[]), CAST(:keys AS text[]),
            CAST(:hashes AS bytea[]), CAST(:processes AS text[]), CAST(:checkouts AS uuid[]),
            CAST(:begins AS timestamptz[]), CAST(:deadlines AS timestamptz[]))
            AS wanted (id, resident_id, placed_by, partner_id, total_minor, currency, key, sha256, process,
                checkout_id, begins_at, deadline)
        ON CONFLICT ON CONSTRAINT orders_placed_once DO NOTHING
        RETURNING id
    ), lines AS (
        INSERT INTO order_line (id, order_id, place, offering_id, offering_revision, quantity, consented)
        SELECT wanted.id, order_id, place, offering_id, revision, quantity, false
        FROM unnest(CAST(:line_ids AS uuid[]), CAST(:line_orders AS uuid[]), CAST(:places AS int[]),
            CAST(:offerings AS uuid[]), CAST(:revisions AS int[]), CAST(:quantities AS int[]))
            AS wanted (id, order_id, place, offering_id, revision, quantity)
        JOIN placed ON placed.id = wanted.order_id
    )
    SELECT id FROM placed
    """
)


async def insert_orders(session: AsyncSession, drafts: Sequence[Whole], now: datetime) -> set[UUID]:
    """Insert orders with their lines in one statement; returns those that were not placed before."""
    orders = [whole.order for whole in drafts]
    lines = [line.row for whole in drafts for line in whole.lines]
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
        line_ids=[line.id for line in lines],
        line_orders=[line.order_id for line in lines],
        places=[line.place for line in lines],
        offerings=[line.offering_id for line in lines],
        revisions=[line.offering_revision for line in lines],
        quantities=[line.quantity for line in lines],
    )
    return {row[0] for row in inserted}


# --- reading


async def wholes(session: AsyncSession, orders: Sequence[OrderRow]) -> Sequence[Whole]:
    """Orders with their lines and their partners' standing, in one more query however many they are."""
    if not orders:
        return []
    found = (
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
    ids = [row.id for row, _, _ in found]
    proofs = await by_line(session, ProofRow, ids, col(ProofRow.id), col(ProofRow.struck_at).is_(None))
    booked = [row.id for row, line_terms, _ in found if line_terms.booking_required]
    bookings = await by_line(
        session, BookingRow, booked, col(BookingRow.starts_at), col(BookingRow.released_at).is_(None)
    )
    contained = [row.id for row, line_terms, _ in found if line_terms.valid_days]
    contents = await by_line(session, EntitlementRow, contained, col(EntitlementRow.place))
    lines: dict[UUID, list[Line]] = {}
    standings: dict[UUID, Standing] = {}
    for row, line_terms, stands in found:
        if stands is not None:
            standings[row.order_id] = Standing(stands.sells, stands.certified_until)
        line = Line(row, line_terms, proofs.get(row.id, []), contents.get(row.id, []), bookings.get(row.id, []))
        lines.setdefault(row.order_id, []).append(line)
    return [Whole(order, lines.get(order.id, []), standings.get(order.id, ASSUMED)) for order in orders]


async def by_line[R: (ProofRow, BookingRow, EntitlementRow)](
    session: AsyncSession, kind: type[R], line_ids: Sequence[UUID], order_by: Any, *where: Any
) -> Mapping[UUID, list[R]]:
    """What hangs on these lines; no query where there are none."""
    found: dict[UUID, list[R]] = {}
    if line_ids:
        for one in await session.scalars(
            select(kind).where(col(kind.order_line_id).in_(line_ids), *where).order_by(order_by)
        ):
            found.setdefault(one.order_line_id, []).append(one)
    return found


async def orders_by_id(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[Whole]:
    return await wholes(session, (await session.scalars(select(OrderRow).where(col(OrderRow.id).in_(ids)))).all())


@dataclass(frozen=True, slots=True)
class Seen:
    """What a caller may see: everything, a partner's orders once they were confirmed, or some residents'; and what
    they placed and pay for, whoever it is for now."""

    everything: bool = False
    partner_id: UUID | None = None
    resident_ids: Sequence[UUID] = ()
    payer_id: UUID | None = None

    def includes(self, order: OrderRow) -> bool:
        of_partner = order.partner_id == self.partner_id and order.confirmed_at is not None
        theirs = order.resident_id in self.resident_ids or order.placed_by == self.payer_id
        return self.everything or of_partner or theirs


async def order(session: AsyncSession, order_id: UUID, seen: Seen, lock: bool = False) -> Whole:
    """One order with its lines; one the caller may not see does not exist."""
    found = await session.get(OrderRow, order_id, with_for_update=lock)
    if found is None or not seen.includes(found):
        raise NotFound("there is no such order", "order_id")
    return (await wholes(session, [found]))[0]


# Of an order, in SQL, what `Whole.position` says of it.
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
        OR status = 'placed' AND EXISTS ({LINES} AND terms.consent_needed AND NOT line.consented)
        OR status = 'fulfilling' AND objection_until IS NOT NULL AND NOT contested
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
    Party.OPERATOR: "status = 'fulfilling' AND objection_until IS NOT NULL AND contested",
    Party.PLATFORM: "status = 'fulfilled' AND money_in",
}  # fmt: skip
SESSION_WITHIN = text(
    """
    orders.id IN (
        SELECT line.order_id FROM booking JOIN order_line AS line ON line.id = booking.order_line_id
        WHERE released_at IS NULL AND booking.starts_at >= :sessions_from AND booking.starts_at < :sessions_to
    )
    """
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which of the orders that a caller may see; the ends of times are excluded."""

    status: str | None = None
    resident_id: UUID | None = None  # whose it is, or who is served
    partner_id: UUID | None = None
    offering_id: UUID | None = None
    placed: tuple[datetime, datetime] | None = None
    sessions: tuple[datetime, datetime] | None = None
    waits_for: Party | None = None


async def page(session: AsyncSession, seen: Seen, chosen: Chosen, after: UUID | None, most: int) -> Sequence[OrderRow]:
    """Orders the caller may see, newest first, one more than wanted."""
    query = select(OrderRow).order_by(col(OrderRow.id).desc()).limit(most + 1)
    if not seen.everything and seen.partner_id is not None:
        query = query.where(OrderRow.partner_id == seen.partner_id, col(OrderRow.confirmed_at).is_not(None))
    elif not seen.everything:
        theirs = col(OrderRow.resident_id).in_(seen.resident_ids)
        query = query.where(theirs | (OrderRow.placed_by == seen.payer_id) if seen.payer_id else theirs)
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
    if after is not None:
        query = query.where(col(OrderRow.id) < after)
    return (await session.scalars(query)).all()


# --- moving on

# Money that comes after the deadline is given back when the order ends, which is about to happen. Of what was served
# and could not be taken, it may come at any time.
MONEY_IN = text(
    """
    UPDATE orders SET money_in = true, deadline = CASE status
        WHEN 'placed' THEN LEAST(placed_at + CAST(:placed AS interval), begins_at) ELSE deadline END
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
    UPDATE order_line AS line SET consented = :consented, consent_version = heard.version
    FROM (
        SELECT id, max(version) AS version FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS integer[]))
            AS one (id, version) GROUP BY id
    ) AS heard
    WHERE line.id = heard.id AND line.consent_version < heard.version
    RETURNING line.order_id
    """
)
CONFIRM = text(
    """
    UPDATE orders SET status = 'confirmed', confirmed_at = :now, reason = '',
        deadline = LEAST(CAST(:deadline AS timestamptz), begins_at),
        changed_at = :now,
        changed_by = 'ordering', version = version + 1
    WHERE id = ANY(CAST(:ids AS uuid[])) AND status = 'placed' AND money_in AND deadline > :now AND NOT EXISTS (
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
    SELECT id FROM orders WHERE deadline <= :now ORDER BY deadline LIMIT :most FOR UPDATE SKIP LOCKED
    """
)


@dataclass(frozen=True, slots=True)
class Moved:
    """An order that has just moved on."""

    id: UUID
    partner_id: UUID
    resident_id: UUID
    version: int
    deadline: datetime | None = None


async def lock_orders(session: AsyncSession, ids: Sequence[UUID]) -> None:
    """Lock orders in the order of their ids."""
    await session.execute(LOCK, {"ids": ids})


async def money_in(session: AsyncSession, ids: Sequence[UUID], placed: timedelta, now: datetime) -> None:
    """The money of these orders is there: they may wait for the rest as long as one that books nothing."""
    await session.execute(MONEY_IN, {"ids": ids, "placed": placed, "now": now})


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a payment failed, and at which version of its order the method was chosen (0: not known)."""

    reason: str
    chosen_version: int


async def payment_failed(
    session: AsyncSession, failures: Mapping[UUID, Failure], now: datetime
) -> Sequence[tuple[Moved, str]]:
    """Keep why payments failed: of orders that still wait for money, and not where another method was chosen since.
    Returns the orders concerned, with the reasons."""
    asked = {
        "ids": list(failures),
        "reasons": [failure.reason for failure in failures.values()],
        "chosen": [failure.chosen_version for failure in failures.values()],
        "now": now,
    }
    found = await session.execute(FAILED, asked)
    return [(Moved(row.id, row.partner_id, row.resident_id, row.version), row.reason) for row in found]


async def set_consented(session: AsyncSession, versions: Sequence[tuple[UUID, int]], consented: bool) -> set[UUID]:
    """Take note of consents, by line and version; an older word changes nothing. Returns the orders it changed."""
    ids, numbers = [line for line, _ in versions], [version for _, version in versions]
    found = await session.scalars(CONSENTED, {"ids": ids, "versions": numbers, "consented": consented})
    return set(found)


async def confirm(session: AsyncSession, ids: Sequence[UUID], now: datetime, deadline: datetime) -> Sequence[Moved]:
    """Confirm those of these orders that wait for nothing any more and whose partners are in good standing."""
    found = await session.execute(CONFIRM, {"ids": ids, "now": now, "deadline": deadline})
    return [Moved(row[0], row[1], row[2], row[4], row[3]) for row in found]


async def close(session: AsyncSession, ids: Sequence[UUID], now: datetime) -> Sequence[Moved]:
    return [Moved(*row) for row in await session.execute(CLOSE, {"ids": ids, "now": now})]


async def overdue(session: AsyncSession, now: datetime, most: int) -> Sequence[Whole]:
    """Orders past their deadline, locked; those another process has in hand are left to it."""
    ids = list(await session.scalars(OVERDUE, {"now": now, "most": most}))
    return await orders_by_id(session, ids)


EQUIVALENT = text(
    """
    SELECT terms.definition, max(proof.proven_at) AS given_at,
        max(orders.placed_at) FILTER (WHERE orders.deadline IS NOT NULL) AS ordered
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
    asked = {"resident_id": resident_id, "definitions": definitions, "since": since}
    return {row[0]: (row[1], row[2]) for row in await session.execute(EQUIVALENT, asked)}
