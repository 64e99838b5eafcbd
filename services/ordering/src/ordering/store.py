"""Every SQL statement of ordering. Placing and hearing are set-based: a constant number of statements a batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from chassis.refusals import NotFound
from sqlalchemy import insert, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from yima.catalog.v1.api_pb2 import Offering

from ordering.domain import ScanUsed, Slot, Terms
from ordering.tables import (
    OfferingRow,
    OrderLineRow,
    OrderRow,
    ProofRow,
    ScanUsedRow,
    SlotRow,
    TermsRow,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line with the terms it names and its proof, if it has one."""

    row: OrderLineRow
    terms: TermsRow
    proof: ProofRow | None

    @property
    def offering(self) -> Offering:
        return Offering.FromString(self.terms.offering)


@dataclass(frozen=True, slots=True)
class Whole:
    """An order with its lines."""

    order: OrderRow
    lines: Sequence[Line]


# --- copies of the catalog


async def put_offerings(session: AsyncSession, offerings: Sequence[OfferingRow], terms: Sequence[TermsRow]) -> None:
    """Keep copies; an older version after a newer one changes nothing, a revision's terms stay as they came."""
    if terms:
        await session.execute(upsert(TermsRow).values([row.model_dump() for row in terms]).on_conflict_do_nothing())
    statement = upsert(OfferingRow).values([row.model_dump() for row in offerings])
    changed = {name: statement.excluded[name] for name in ("revision", "on_sale", "version")}
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["id"], set_=changed, where=col(OfferingRow.version) < statement.excluded["version"]
        )
    )


WITHDRAW = text(
    """
    INSERT INTO offering (id, revision, on_sale, version)
    SELECT id, 0, false, version FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS bigint[])) AS heard (id, version)
    ON CONFLICT (id) DO UPDATE SET on_sale = false, version = excluded.version
    WHERE offering.version < excluded.version
    """
)


async def withdraw(session: AsyncSession, versions: Mapping[UUID, int]) -> None:
    """Take offerings off sale; the revision last on sale stays known."""
    await session.execute(WITHDRAW, {"ids": list(versions), "versions": list(versions.values())})


async def add_slots(session: AsyncSession, slots: Sequence[SlotRow]) -> None:
    await session.execute(upsert(SlotRow).values([row.model_dump() for row in slots]).on_conflict_do_nothing())


TERMS = text(
    """
    SELECT terms.offering_id, terms.revision, terms.partner_id, terms.price_minor, terms.currency,
        terms.booking_required, offering.on_sale, terms.offering, terms.consent_needed
    FROM offering JOIN terms ON terms.offering_id = offering.id AND terms.revision = offering.revision
    WHERE offering.id = ANY(CAST(:ids AS uuid[]))
    """
)


async def terms(session: AsyncSession, ids: Sequence[UUID]) -> tuple[Mapping[UUID, Terms], Mapping[UUID, TermsRow]]:
    """The present terms of some offerings, for the rules and as they were told."""
    found = (await session.execute(TERMS, {"ids": ids})).all()
    rules = {row[0]: Terms(*row[:7]) for row in found}
    rows = {
        row[0]: TermsRow(
            offering_id=row[0],
            revision=row[1],
            partner_id=row[2],
            price_minor=row[3],
            currency=row[4],
            booking_required=row[5],
            offering=row[7],
            consent_needed=row[8],
        )
        for row in found
    }
    return rules, rows


SLOTS = text(
    """
    SELECT id, offering_id, starts_at, capacity - held FROM slot
    WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id FOR UPDATE
    """
)


async def slots_for_update(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, Slot]:
    """Slots, locked in the order of their ids, so that two batches never wait for each other in a circle."""
    if not ids:
        return {}
    return {row[0]: Slot(*row) for row in await session.execute(SLOTS, {"ids": ids})}


COMING_SLOTS = text(
    """
    SELECT coming.* FROM unnest(CAST(:offering_ids AS uuid[])) AS asked (offering_id)
    CROSS JOIN LATERAL (
        SELECT * FROM slot WHERE slot.offering_id = asked.offering_id AND starts_at > :now
        ORDER BY starts_at LIMIT :most
    ) AS coming ORDER BY coming.starts_at
    """
)


async def free_places(
    session: AsyncSession, offering_ids: Sequence[UUID], now: datetime, most: int
) -> Sequence[SlotRow]:
    """The coming slots of some offerings, the first `most` of each, in the order of their times."""
    asked = {"offering_ids": list(offering_ids), "now": now, "most": most}
    return (await session.scalars(select(SlotRow).from_statement(COMING_SLOTS), asked)).all()


# --- placing

PLACED_BEFORE = text(
    """
    SELECT orders.id, orders.placed_by, orders.idempotency_key, orders.request_sha256 FROM orders
    JOIN unnest(CAST(:callers AS uuid[]), CAST(:keys AS text[])) AS asked (placed_by, key)
    ON orders.placed_by = asked.placed_by AND orders.idempotency_key = asked.key
    """
)


async def placed_before(
    session: AsyncSession, keys: Sequence[tuple[UUID, str]]
) -> Mapping[tuple[UUID, str], tuple[UUID, bytes]]:
    """Orders placed with these callers' keys: their ids and the hashes of their requests."""
    found = await session.execute(
        PLACED_BEFORE, {"callers": [caller for caller, _ in keys], "keys": [key for _, key in keys]}
    )
    return {(row[1], row[2]): (row[0], row[3]) for row in found}


INSERT_ORDERS = text(
    """
    INSERT INTO orders (id, resident_id, placed_by, partner_id, status, total_minor, currency, money_in, deadline,
        reason, changed_by, placed_at, changed_at, version, idempotency_key, request_sha256)
    SELECT id, resident_id, placed_by, partner_id, 'placed', total_minor, currency, total_minor = 0, :deadline,
        '', placed_by::text, :now, :now, 1, key, decode(sha256, 'hex')
    FROM jsonb_to_recordset(CAST(:orders AS jsonb)) AS wanted (id uuid, resident_id uuid, placed_by uuid,
        partner_id uuid, total_minor bigint, currency text, key text, sha256 text)
    ON CONFLICT ON CONSTRAINT orders_placed_once DO NOTHING
    RETURNING id
    """
)
INSERT_LINES = text(
    """
    INSERT INTO order_line (id, order_id, place, offering_id, offering_revision, quantity, slot_id, consented)
    SELECT id, order_id, place, offering_id, revision, quantity, slot_id, false
    FROM jsonb_to_recordset(CAST(:lines AS jsonb)) AS wanted (id uuid, order_id uuid, place int,
        offering_id uuid, revision int, quantity int, slot_id uuid)
    """
)
HOLD = text(
    """
    UPDATE slot SET held = held + wanted.places
    FROM unnest(CAST(:ids AS uuid[]), CAST(:places AS int[])) AS wanted (id, places) WHERE slot.id = wanted.id
    """
)


async def insert_orders(
    session: AsyncSession, orders: Sequence[Mapping[str, Any]], now: datetime, deadline: datetime
) -> set[UUID]:
    """Insert orders in one statement; returns those that were not placed before."""
    parameters = {"orders": orjson.dumps(orders, default=str).decode(), "now": now, "deadline": deadline}
    return set(await session.scalars(INSERT_ORDERS, parameters))


async def insert_lines(session: AsyncSession, lines: Sequence[Mapping[str, Any]]) -> None:
    await session.execute(INSERT_LINES, {"lines": orjson.dumps(lines, default=str).decode()})


async def hold(session: AsyncSession, places: Mapping[UUID, int]) -> None:
    """Take places in slots."""
    if places:
        await session.execute(HOLD, {"ids": list(places), "places": list(places.values())})


# --- reading


async def wholes(session: AsyncSession, orders: Sequence[OrderRow]) -> Sequence[Whole]:
    """Orders with their lines, in one more query however many they are."""
    if not orders:
        return []
    found = await session.execute(
        select(OrderLineRow, TermsRow, ProofRow)
        .join(
            TermsRow,
            (col(TermsRow.offering_id) == col(OrderLineRow.offering_id))
            & (col(TermsRow.revision) == col(OrderLineRow.offering_revision)),
        )
        .outerjoin(ProofRow, col(ProofRow.order_line_id) == col(OrderLineRow.id))
        .where(col(OrderLineRow.order_id).in_([order.id for order in orders]))
        .order_by(col(OrderLineRow.order_id), col(OrderLineRow.place))
    )
    lines: dict[UUID, list[Line]] = {}
    for row, line_terms, proof in found:
        lines.setdefault(row.order_id, []).append(Line(row, line_terms, proof))
    return [Whole(order, lines.get(order.id, [])) for order in orders]


async def orders_by_id(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[Whole]:
    return await wholes(session, (await session.scalars(select(OrderRow).where(col(OrderRow.id).in_(ids)))).all())


@dataclass(frozen=True, slots=True)
class Seen:
    """What a caller may see: everything, a partner's orders, or some residents'."""

    everything: bool = False
    partner_id: UUID | None = None
    resident_ids: Sequence[UUID] = ()

    def includes(self, order: OrderRow) -> bool:
        return self.everything or order.partner_id == self.partner_id or order.resident_id in self.resident_ids


async def order(session: AsyncSession, order_id: UUID, seen: Seen, lock: bool = False) -> Whole:
    """One order with its lines; one the caller may not see does not exist."""
    found = await session.get(OrderRow, order_id, with_for_update=lock)
    if found is None or not seen.includes(found):
        raise NotFound("there is no such order", "order_id")
    return (await wholes(session, [found]))[0]


async def page(
    session: AsyncSession, seen: Seen, status: str | None, after: UUID | None, most: int
) -> Sequence[OrderRow]:
    """Orders the caller may see, newest first, one more than wanted."""
    query = select(OrderRow).order_by(col(OrderRow.id).desc()).limit(most + 1)
    if not seen.everything and seen.partner_id is not None:
        query = query.where(OrderRow.partner_id == seen.partner_id)
    elif not seen.everything:
        query = query.where(col(OrderRow.resident_id).in_(seen.resident_ids))
    if status is not None:
        query = query.where(OrderRow.status == status)
    if after is not None:
        query = query.where(col(OrderRow.id) < after)
    return (await session.scalars(query)).all()


# --- moving on

MONEY_IN = text("UPDATE orders SET money_in = true WHERE id = ANY(CAST(:ids AS uuid[])) AND status = 'placed'")
FAILED = text(
    """
    UPDATE orders SET reason = failed.reason, changed_at = :now
    FROM unnest(CAST(:ids AS uuid[]), CAST(:reasons AS text[])) AS failed (id, reason)
    WHERE orders.id = failed.id AND orders.status = 'placed' AND NOT orders.money_in
    """
)
CONSENTED = text("UPDATE order_line SET consented = :consented WHERE id = ANY(CAST(:ids AS uuid[]))")
CONFIRM = text(
    """
    UPDATE orders SET status = 'confirmed', reason = '', deadline = :deadline, changed_at = :now,
        changed_by = 'ordering', version = version + 1
    WHERE id = ANY(CAST(:ids AS uuid[])) AND status = 'placed' AND money_in AND NOT EXISTS (
        SELECT FROM order_line AS line
        JOIN terms ON terms.offering_id = line.offering_id AND terms.revision = line.offering_revision
        WHERE line.order_id = orders.id AND terms.consent_needed AND NOT line.consented
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
RELEASE = text(
    """
    UPDATE slot SET held = held - freed.places
    FROM (
        SELECT slot_id, sum(quantity) AS places FROM order_line
        WHERE order_id = ANY(CAST(:ids AS uuid[])) AND slot_id IS NOT NULL GROUP BY slot_id ORDER BY slot_id
    ) AS freed
    WHERE slot.id = freed.slot_id
    """
)
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


async def money_in(session: AsyncSession, ids: Sequence[UUID]) -> None:
    await session.execute(MONEY_IN, {"ids": ids})


async def payment_failed(session: AsyncSession, reasons: Mapping[UUID, str], now: datetime) -> None:
    await session.execute(FAILED, {"ids": list(reasons), "reasons": list(reasons.values()), "now": now})


async def set_consented(session: AsyncSession, line_ids: Sequence[UUID], consented: bool) -> None:
    await session.execute(CONSENTED, {"ids": line_ids, "consented": consented})


async def confirm(session: AsyncSession, ids: Sequence[UUID], now: datetime, deadline: datetime) -> Sequence[Moved]:
    """Confirm those of these orders that wait for nothing any more."""
    found = await session.execute(CONFIRM, {"ids": ids, "now": now, "deadline": deadline})
    return [Moved(row[0], row[1], row[2], row[4], row[3]) for row in found]


async def close(session: AsyncSession, ids: Sequence[UUID], now: datetime) -> Sequence[Moved]:
    return [Moved(*row) for row in await session.execute(CLOSE, {"ids": ids, "now": now})]


async def release_slots(session: AsyncSession, ids: Sequence[UUID]) -> None:
    """Give back the places these orders hold."""
    await session.execute(RELEASE, {"ids": ids})


async def overdue(session: AsyncSession, now: datetime, most: int) -> Sequence[Whole]:
    """Orders past their deadline, locked; those another process has in hand are left to it."""
    ids = list(await session.scalars(OVERDUE, {"now": now, "most": most}))
    return await orders_by_id(session, ids)


async def use_scan(session: AsyncSession, scan_id: UUID, order_id: UUID) -> None:
    """Use a scan for an order; a scan used for another is refused."""
    await session.execute(upsert(ScanUsedRow).values(scan_id=scan_id, order_id=order_id).on_conflict_do_nothing())
    used_for = await session.scalar(select(ScanUsedRow.order_id).where(ScanUsedRow.scan_id == scan_id))
    if used_for != order_id:
        raise ScanUsed("each scan proves the services of one order", "scan_receipt")


async def add_proofs(session: AsyncSession, proofs: Sequence[ProofRow]) -> None:
    await session.execute(insert(ProofRow), [proof.model_dump() for proof in proofs])
