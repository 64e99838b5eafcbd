"""Months of orders' money are counted once, when they are over, and nothing is said of fewer than ten residents."""

from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from chassis import moments
from chassis.counted_months import RESIDENTS_LEAST
from chassis.database import Database
from chassis.ids import new_id
from settlement.api.indicators import indicator_message
from settlement.commands.indicators import count_next_month
from settlement.domain.ledger import COMMISSION, JournalEntry, Posting, payable, pending
from settlement.store import indicators as store
from settlement.store import ledger
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

pytestmark = pytest.mark.anyio
SERVICE = "settlement"
ZONE = ZoneInfo("Asia/Shanghai")
ORDER = text(
    "INSERT INTO payment (id, order_id, partner_id, resident_id, placed_by, status, amount_minor, captured_minor,"
    " refunded_minor, currency, failure, provider_reference, version) VALUES (gen_random_uuid(), :order, :partner,"
    " :resident, :resident, 'captured', 100, 100, 0, 'CNY', '', '', 1)"
)
PARTS = text(
    """
    WITH line AS (
        INSERT INTO line_split (order_line_id, payment_id, place, gross_minor, plan, fulfilled)
        SELECT gen_random_uuid(), id, 0, 100, '', true FROM payment WHERE order_id = ANY(:orders)
        RETURNING order_line_id
    )
    INSERT INTO part (order_line_id, place, party, account, amount_minor, refunded_minor)
    SELECT order_line_id, 0, account, account, 2, 0 FROM line, unnest(CAST(:accounts AS text[])) AS account
    """
)
RECEIVABLE, FUND = "provider:receivable", "fund:public-health"


@pytest.fixture
async def db(database: str) -> AsyncGenerator[Database]:
    opened = Database(database)
    yield opened
    await opened.close()


async def earn(db: Database, partner: UUID, at: datetime, residents: int, parts: Mapping[str, int]) -> list[UUID]:
    """An order of each of so many residents, whose parts are credited at a moment; the orders' ids."""
    orders = [uuid4() for _ in range(residents)]
    async with db.transaction() as session:
        for order in orders:
            await session.execute(ORDER, {"order": order, "partner": partner, "resident": uuid4()})
        accounts = [account for account in parts if account == FUND]
        await session.execute(PARTS, {"orders": orders, "accounts": accounts})
        await ledger.append(session, [entry(order, parts) for order in orders], at)
    return orders


def entry(order: UUID, parts: Mapping[str, int]) -> JournalEntry:
    """What credits each account, and takes it from the provider."""
    credited = [Posting(account, -minor, "CNY") for account, minor in parts.items()]
    taken = Posting(RECEIVABLE, sum(parts.values()), "CNY")
    postings = (*credited, taken) if taken.amount_minor else tuple(credited)
    return JournalEntry(new_id(), "test", f"test:{uuid4()}", postings, order_id=order)


async def count(db: Database, month: date) -> bool:
    async with db.transaction() as session:
        start, until = moments.month_bounds(month, ZONE)
        return await store.count_month(session, month, start, until, RESIDENTS_LEAST, datetime.now(UTC))


async def counted(db: Database, partner: UUID) -> Mapping[tuple[str, int], tuple[int, bool]]:
    """By month and share: how much, and whether that is withheld."""
    async with db.transaction() as session:
        rows = await store.months_since(session, date(2000, 1, 1))
    messages = [indicator_message(row) for row in rows if row.partner_id == partner]
    return {(each.month, each.share): (each.amount.minor, each.withheld) for each in messages}


async def test_each_share_of_ten_residents_or_more_is_said_and_of_fewer_none(db: Database) -> None:
    partner, at = uuid4(), datetime(2010, 3, 9, tzinfo=UTC)
    await earn(db, partner, at, RESIDENTS_LEAST, {pending(partner): 90, COMMISSION: 8})
    await earn(db, partner, at, RESIDENTS_LEAST - 1, {FUND: 2})
    assert await count(db, date(2010, 3, 1))
    assert await counted(db, partner) == {
        ("2010-03", 1): (900, False),
        ("2010-03", 2): (80, False),
        ("2010-03", 3): (0, True),
    }


async def test_what_is_given_back_is_taken_off_and_what_only_moves_is_nobodys(db: Database) -> None:
    partner, before, at = uuid4(), datetime(2010, 5, 9, tzinfo=UTC), datetime(2010, 6, 9, tzinfo=UTC)
    await earn(db, partner, at, RESIDENTS_LEAST, {payable(partner): 50})
    paid = await earn(db, partner, before, 20, {pending(partner): 70})
    async with db.transaction() as session:
        arrived = [entry(order, {pending(partner): -70, payable(partner): 70}) for order in paid]
        returned = [entry(order, {payable(partner): -7}) for order in paid[:3]]
        await ledger.append(session, [*arrived, *returned], at)
    assert await count(db, date(2010, 6, 1))
    assert await counted(db, partner) == {("2010-06", 1): (500 - 21, False)}


async def test_a_few_whose_money_moved_are_not_hidden_among_many_whose_did_not(db: Database) -> None:
    partner, before, at = uuid4(), datetime(2011, 5, 9, tzinfo=UTC), datetime(2011, 6, 9, tzinfo=UTC)
    paid = await earn(db, partner, before, 20, {pending(partner): 70})
    async with db.transaction() as session:
        arrived = [entry(order, {pending(partner): -70, payable(partner): 70}) for order in paid]
        await ledger.append(session, [*arrived, entry(paid[0], {payable(partner): -7})], at)
    assert await count(db, date(2011, 6, 1))
    assert await counted(db, partner) == {("2011-06", 1): (0, True)}, "it is what one resident got back"


async def test_a_month_is_counted_once_by_the_citys_clock_and_the_database_lets_none_be_changed(db: Database) -> None:
    partner = uuid4()
    first = datetime(2015, 2, 28, 16, tzinfo=UTC)  # March, in Jinan
    await earn(db, partner, first, 10, {pending(partner): 10})
    await earn(db, partner, datetime(2015, 3, 31, 16, tzinfo=UTC), 10, {pending(partner): 10})  # April
    now = datetime(2015, 4, 2, tzinfo=UTC)
    while await count_next_month(db, ZONE, now):
        pass
    assert await counted(db, partner) == {("2015-03", 1): (100, False)}, "April is not over"
    await earn(db, partner, first, 11, {pending(partner): 10})
    assert not await count_next_month(db, ZONE, now)
    for statement in (
        "INSERT INTO money_month VALUES ('2015-03-01', :partner, 2, 'CNY', 9, 9)",
        "INSERT INTO money_month VALUES ('2015-03-01', :partner, 2, 'CNY', 9, NULL)",
        "UPDATE money_month SET amount_minor = 1 WHERE partner_id = :partner",
    ):
        with pytest.raises(DBAPIError):
            async with db.transaction() as session:
                await session.execute(text(statement), {"partner": partner})


async def test_a_count_reads_the_entries_of_its_month_alone(db: Database) -> None:
    async with db.transaction() as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        start, until = moments.month_bounds(date(2014, 3, 1), ZONE)
        values = {"month": date(2014, 3, 1), "start": start, "until": until, "least": RESIDENTS_LEAST}
        plan = await session.execute(text(f"EXPLAIN {store.COUNT.text}"), values | store.ACCOUNTS)
        assert "entry_by_moment" in "\n".join(plan.scalars())
