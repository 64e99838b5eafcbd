"""Placing orders: what arrives together is read, checked and written together, and fails alone.

A batch of any size takes a constant number of statements. The database decides what must be decided once: the unique
key of a caller's idempotency key, the slots' locks and their capacity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import Cause, publish
from chassis.refusals import KeyReused, Refusal
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from ordering import domain, events, store
from ordering.domain import Slot, SlotTaken, Status, Terms, WantedLine
from ordering.events import Deadlines
from ordering.store import Line, Whole
from ordering.tables import OrderLineRow, OrderRow, TermsRow


@dataclass(frozen=True, slots=True)
class Wanted:
    """An order as asked for, already well formed."""

    placed_by: UUID
    resident_id: UUID
    lines: Sequence[WantedLine]
    payment_method: str
    consent_given: bool
    key: str
    request_sha256: bytes
    cause: Cause | None


type Outcome = Whole | Exception


async def place_together(database: Database, wanted: Sequence[Wanted], deadlines: Deadlines) -> Sequence[Outcome]:
    """Place orders in one transaction; each gets its order or its own refusal.

    Should the database refuse the batch as a whole, its orders are tried one by one.
    """
    try:
        async with database.transaction() as session:
            return await place(session, wanted, deadlines, datetime.now(UTC))
    except DBAPIError as error:
        if len(wanted) == 1:
            return [error]
    return [(await place_together(database, [one], deadlines))[0] for one in wanted]


async def place(
    session: AsyncSession, wanted: Sequence[Wanted], deadlines: Deadlines, now: datetime
) -> Sequence[Outcome]:
    known = await store.placed_before(session, [(one.placed_by, one.key) for one in wanted])
    first: dict[tuple[UUID, str], int] = {}
    fresh: list[int] = []
    for place_, one in enumerate(wanted):
        who = (one.placed_by, one.key)
        if who not in known and first.setdefault(who, place_) == place_:
            fresh.append(place_)
    outcomes: list[Outcome | None] = [None] * len(wanted)
    terms, rows, slots = await read(session, [wanted[place_] for place_ in fresh])
    left = {slot.id: slot.free for slot in slots.values()}
    drafts: dict[UUID, tuple[int, Whole]] = {}
    for place_ in fresh:
        try:
            whole = draft(wanted[place_], terms, rows, slots, left, deadlines, now)
        except Refusal as refusal:
            outcomes[place_] = refusal
        else:
            drafts[whole.order.id] = (place_, whole)
    written = await write(session, [whole for _, whole in drafts.values()], now, deadlines)
    for order_id in written:
        place_, whole = drafts[order_id]
        outcomes[place_] = whole
        announce(session, wanted[place_], whole)
    await confirm_free(session, [drafts[order_id][1] for order_id in written], deadlines, now)
    await answer_repeats(session, wanted, outcomes)
    return [outcome if outcome is not None else KeyReused("try again") for outcome in outcomes]


async def read(
    session: AsyncSession, wanted: Sequence[Wanted]
) -> tuple[dict[UUID, Terms], dict[UUID, TermsRow], dict[UUID, Slot]]:
    """The terms and slots all of these orders name; the slots are locked."""
    if not wanted:
        return {}, {}, {}
    lines = [line for one in wanted for line in one.lines]
    terms, rows = await store.terms(session, list({line.offering_id for line in lines}))
    slots = await store.slots_for_update(session, sorted({line.slot_id for line in lines if line.slot_id}))
    return dict(terms), dict(rows), dict(slots)


def draft(
    wanted: Wanted,
    terms: dict[UUID, Terms],
    rows: dict[UUID, TermsRow],
    slots: dict[UUID, Slot],
    left: dict[UUID, int],
    deadlines: Deadlines,
    now: datetime,
) -> Whole:
    """The order, checked against the rules; takes its places out of `left`, or none of them."""
    found = domain.check_terms(wanted.lines, terms, slots, now)
    taken: dict[UUID, int] = {}
    for place_, line in enumerate(wanted.lines):
        if line.slot_id is not None:
            taken[line.slot_id] = taken.get(line.slot_id, 0) + line.quantity
            if taken[line.slot_id] > left[line.slot_id]:
                raise SlotTaken("choose another", f"lines[{place_}].slot_id")
    for slot_id, places in taken.items():
        left[slot_id] -= places
    order = OrderRow(
        id=new_id(),
        resident_id=wanted.resident_id,
        placed_by=wanted.placed_by,
        partner_id=found[0].partner_id,
        status=Status.PLACED,
        total_minor=domain.total(wanted.lines, found),
        currency=found[0].currency,
        money_in=False,
        deadline=now + deadlines.placed,
        changed_by=str(wanted.placed_by),
        placed_at=now,
        changed_at=now,
        version=1,
        idempotency_key=wanted.key,
        request_sha256=wanted.request_sha256,
    )
    order.money_in = order.total_minor == 0
    return Whole(
        order,
        [
            Line(
                OrderLineRow(
                    id=new_id(),
                    order_id=order.id,
                    place=place_,
                    offering_id=line.offering_id,
                    offering_revision=term.revision,
                    quantity=line.quantity,
                    slot_id=line.slot_id,
                ),
                rows[line.offering_id],
                None,
            )
            for place_, (line, term) in enumerate(zip(wanted.lines, found, strict=True))
        ],
    )


async def write(session: AsyncSession, drafts: Sequence[Whole], now: datetime, deadlines: Deadlines) -> set[UUID]:
    """Insert orders, lines and holds; returns the orders that were not placed by somebody else meanwhile."""
    if not drafts:
        return set()
    orders = [
        {
            "id": order.id,
            "resident_id": order.resident_id,
            "placed_by": order.placed_by,
            "partner_id": order.partner_id,
            "total_minor": order.total_minor,
            "currency": order.currency,
            "key": order.idempotency_key,
            "sha256": order.request_sha256.hex(),
        }
        for order in (whole.order for whole in drafts)
    ]
    inserted = await store.insert_orders(session, orders, now, now + deadlines.placed)
    lines = [line.row for whole in drafts if whole.order.id in inserted for line in whole.lines]
    if not lines:
        return inserted
    await store.insert_lines(
        session,
        [
            {
                "id": line.id,
                "order_id": line.order_id,
                "place": line.place,
                "offering_id": line.offering_id,
                "revision": line.offering_revision,
                "quantity": line.quantity,
                "slot_id": line.slot_id,
            }
            for line in lines
        ],
    )
    places: dict[UUID, int] = {}
    for line in lines:
        if line.slot_id is not None:
            places[line.slot_id] = places.get(line.slot_id, 0) + line.quantity
    await store.hold(session, places)
    return inserted


def announce(session: AsyncSession, wanted: Wanted, whole: Whole) -> None:
    lines = [(line.row.id, line.terms, line.row.quantity) for line in whole.lines]
    event = events.order_placed(whole.order, lines, wanted.payment_method, wanted.consent_given)
    publish(session, event, whole.order.id, wanted.cause)


async def confirm_free(session: AsyncSession, wholes: Sequence[Whole], deadlines: Deadlines, now: datetime) -> None:
    """Confirm at once what costs nothing and asks for no data: no event would ever do it."""
    free = {
        whole.order.id: whole.order
        for whole in wholes
        if whole.order.money_in and not any(line.terms.consent_needed for line in whole.lines)
    }
    if not free:
        return
    for moved in await store.confirm(session, list(free), now, now + deadlines.acceptance):
        order = free[moved.id]
        order.status, order.deadline, order.version = Status.CONFIRMED, moved.deadline, moved.version
        publish(session, events.order_confirmed(moved), moved.id)


async def answer_repeats(session: AsyncSession, wanted: Sequence[Wanted], outcomes: list[Outcome | None]) -> None:
    """Answer repeated keys with the order they placed; another request under the same key is refused."""
    repeats = [place_ for place_, outcome in enumerate(outcomes) if outcome is None]
    if not repeats:
        return
    known = await store.placed_before(session, [(wanted[one].placed_by, wanted[one].key) for one in repeats])
    orders = {whole.order.id: whole for whole in await store.orders_by_id(session, [one for one, _ in known.values()])}
    for place_ in repeats:
        one = wanted[place_]
        if (one.placed_by, one.key) not in known:
            # Its twin in this batch was refused, and so is it, for the same reason.
            twins = zip(wanted, outcomes, strict=True)
            outcomes[place_] = next(
                outcome for twin, outcome in twins if (twin.placed_by, twin.key) == (one.placed_by, one.key)
            )
            continue
        order_id, sha256 = known[(one.placed_by, one.key)]
        same = sha256 == one.request_sha256
        outcomes[place_] = orders[order_id] if same else KeyReused("this key placed another order; use a new one")
