"""The next period of what is paid by the period: prepared before the present one ends, for its resident to pay."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import KeyReused, Refusal
from sqlalchemy.ext.asyncio import AsyncSession

from ordering import events
from ordering.aggregate import OrderAggregate
from ordering.commands import placing, series
from ordering.commands.lifecycle import call_off, move
from ordering.commands.placing import PlaceRequest
from ordering.domain.agreement import ExpectedTotal, TermsChanged, differences
from ordering.domain.orders import LineRequest, OfferingWithdrawn, Terms
from ordering.domain.process import Actor, Deadlines, OrderStatus, TransitionRefused
from ordering.domain.series import ENDED, Following, SeriesEnd
from ordering.domain.standing import NotInGoodStanding
from ordering.domain.visibility import Visibility
from ordering.store import offerings, orders
from ordering.store import series as store
from ordering.tables import SeriesRow

PREPARED_MAX = 100
BY = "ordering"

log = logging.getLogger("ordering.periods")


async def prepare_periods(database: Database, deadlines: Deadlines, now: datetime) -> bool:
    """Prepare what follows periods that near their end, or end their series; says whether there may be more.

    A series is one process's at a time, and has one order of each number: whatever stops this half-way leaves nothing.
    """
    async with database.transaction() as session:
        due = await store.due(session, now, PREPARED_MAX)
        if due:
            await prepare(session, due, deadlines, now)
    return len(due) == PREPARED_MAX


async def prepare(session: AsyncSession, due: Sequence[SeriesRow], deadlines: Deadlines, now: datetime) -> None:
    before = {order.row.id: order for order in await orders.orders_by_id(session, [row.newest_order_id for row in due])}
    terms, _ = await offerings.terms(session, sorted({row.offering_id for row in due}))
    lines = [order.lines[0].row for order in before.values()]
    agreed = await offerings.terms_at(session, sorted({(line.offering_id, line.offering_revision) for line in lines}))
    following: list[tuple[SeriesRow, PlaceRequest]] = []
    for row in due:
        term, last = terms.get(row.offering_id), before[row.newest_order_id]
        if term is None or not term.periods_max:
            series.end_one(session, row, SeriesEnd.WITHDRAWN, now)
        elif row.period >= term.periods_max:
            series.end_one(session, row, SeriesEnd.COMPLETE, now)
        else:
            following.append((row, request_after(row, last, term, agreed, deadlines, now)))
    outcomes = await placing.place(session, [request for _, request in following], deadlines, now)
    for (row, _), outcome in zip(following, outcomes, strict=True):
        if isinstance(outcome, OrderAggregate):
            row.newest_order_id, row.next_at = outcome.row.id, None
            row.period += 1
            publish(session, events.period_placed(outcome.row), outcome.row.id)
        elif isinstance(outcome, TermsChanged | KeyReused):
            continue  # published, or placed, in this very moment: it is due again at the next look
        elif isinstance(outcome, Refusal):
            log.info("the series of order %s ends: %s", row.newest_order_id, outcome.code)
            series.end_one(session, row, ENDS.get(type(outcome), SeriesEnd.WITHDRAWN), now)
        else:
            raise outcome


ENDS: Mapping[type[Exception], SeriesEnd] = {
    OfferingWithdrawn: SeriesEnd.WITHDRAWN,
    NotInGoodStanding: SeriesEnd.STANDING,
}


def request_after(
    row: SeriesRow,
    last: OrderAggregate,
    term: Terms,
    agreed: Mapping[tuple[UUID, int], Terms],
    deadlines: Deadlines,
    now: datetime,
) -> PlaceRequest:
    """The period after a series' last, on the terms that hold now. It is placed for its resident, who agrees by paying:
    to nothing before. Where nobody looked for long, it waits to be paid as long as any order."""
    starts_at = last.row.window_ends_at
    assert starts_at is not None  # what was not accepted is never due
    line, key = last.lines[0], (last.lines[0].row.offering_id, last.lines[0].row.offering_revision)
    before = LineRequest(row.offering_id, 1, revision=key[1], consent_hash=line.offering.consent_hash)
    return PlaceRequest(
        placed_by=row.resident_id,
        resident_id=row.resident_id,
        lines=[LineRequest(row.offering_id, 1, revision=term.revision, consent_hash=term.consent_hash)],
        payment_method="",
        consent_given=False,
        key=f"period {new_id()}",
        request_sha256=row.id.bytes,
        cause=None,
        proven=True,  # as they were for the first
        expected=ExpectedTotal(term.price_minor, term.currency),
        follows=Following(
            row.id,
            row.period + 1,
            starts_at,
            max(starts_at, now + deadlines.placed),
            tuple(differences(before, term, agreed.get(key))),
        ),
    )


async def stop_series(
    session: AsyncSession, *, order_id: UUID, visibility: Visibility, by: str, deadlines: Deadlines, now: datetime
) -> OrderAggregate:
    """Let no further period follow. What was paid runs to its end; what waits to be paid is cancelled for nothing."""
    order = await orders.order(session, order_id, visibility, lock=True)
    if order.row.series_id is None:
        raise TransitionRefused("it is one order, and no period follows it", "order_id")
    waiting = await series.end(session, {order.row.series_id: SeriesEnd.STOPPED}, now)
    for each in waiting:
        move(each, OrderStatus.CANCELLED, Actor.RESIDENT, deadlines, now, by, ENDED)
    await call_off(session, [(each, None) for each in waiting], by, {})
    await session.flush()
    (after,) = await orders.with_lines(session, [order.row])
    return after
