"""The questions whose growth is measured, each asked of a database like a service's own that holds ever more."""

import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from chassis.auth import Principal
from chassis.database import Database
from chassis.ids import new_id
from chassis.pages import beginning
from city_pack.pack import read
from city_pack.sensitivity import DEFAULT
from consent.commands.decisions import Question, decide_together
from consent.store import access_log
from devstack.stack import Stack
from gateway.ids import Kind, parse_global_id
from identity.commands.scans import Presentation, Redemption, redeem_together
from identity.domain.codes import CodeClaims
from identity.domain.scans import Scanning
from ordering.commands.placing import PlaceRequest, place_together
from ordering.domain.agreement import ExpectedTotal
from ordering.domain.orders import LineRequest
from ordering.domain.process import Deadlines
from ordering.domain.visibility import Visibility
from ordering.store import orders
from ordering.store.orders import OrderFilter
from records.computing import __main__ as computing
from records.computing import expressions, tables
from records.domain.queries import read_query
from records.domain.sensitivity import sensitivity
from records.store import grounds, releases
from settlement.store import ledger
from yima.common.v1.route_pb2 import Role

from bench import computing as cohort
from bench import decisions, filling, records
from bench.contents import ACCOUNTS, EACH, INSTITUTION, SCANNER, entries, id_of, ordered, posted, scanned
from bench.filling import Rows
from bench.ordering import price_of
from bench.people import an_offering, with_offerings
from bench.results import Grows

TAIL = 1_000  # postings since the last snapshot

type Call = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Curve:
    """A question, what there is ever more of, and how what it costs may grow."""

    what: str
    among: str
    grows: Grows
    database: str  # the beginning of its databases' names, which the number in each follows
    opened: Callable[[Stack, int], AbstractAsyncContextManager[Call]]


# --- consent


@asynccontextmanager
async def deciding(stack: Stack, count: int) -> AsyncGenerator[Call]:
    """A decision with its entry in the access log."""
    name = f"grown_decisions_{count}"
    await decisions.fill(stack, count, name)
    database = Database(stack.postgres.url(name))
    doctors = [
        Principal(Role.ROLE_PRACTITIONER, str(decisions.person(number)), decisions.partner_of(number))
        for number in range(decisions.PARTNERS)
    ]

    async def call() -> None:
        number = random.randrange(count)
        asked = Question(doctors[number % decisions.PARTNERS], decisions.person(number), decisions.REQUEST)
        (decision,) = await decide_together(database, [asked])
        assert decision.permitted, decision

    yield call
    await database.close()


@asynccontextmanager
async def looking_back(stack: Stack, count: int) -> AsyncGenerator[Call]:
    """Who looked at a resident's data, the last twenty."""
    async with filled(stack, "consent", f"grown_log_{count}", entries(count)) as (database, _):

        async def call() -> None:
            wanted = access_log.LogFilter(resident_id=decisions.person(random.randrange(count // EACH)))
            async with database.transaction() as session:
                assert len(await access_log.log_page(session, wanted, beginning(20))) == 21

        yield call


# --- records


@asynccontextmanager
async def reading(stack: Stack, count: int) -> AsyncGenerator[Call]:
    """A page of a resident's record, with the row-level security that stands before it."""
    database = await records.fill(stack, f"grown_records_{count}", count)
    apart = sensitivity(DEFAULT)

    async def call() -> None:
        resident = decisions.person(random.randrange(count // records.OF_RESIDENT))
        async with database.transaction() as session:
            await grounds.decided(session, resident, [resident], records.RELEASES[0].information_types)
            rows = await releases.page(session, resident, records.RELEASES, apart, beginning(records.PAGE))
        assert len(rows) == records.PAGE + 1

    yield call
    await database.close()


@asynccontextmanager
async def counting(_stack: Stack, count: int) -> AsyncGenerator[Call]:
    """A cohort of so many residents, counted by district. It reads all of them."""
    query = read_query(cohort.QUERY)
    shut_in = tables.open_shut_in(cohort.MEMORY_MB, cohort.THREADS)
    for name, view in query.views.items():
        tables.FlatTable(shut_in, name, view)
        shut_in.execute(
            f'INSERT INTO "{name}" SELECT person, person * 7, {cohort.VALUES[name]} FROM {cohort.people(count)}'
        )

    async def call() -> None:
        expression, people_of = expressions.expression(query, {})
        assert computing.release(query, shut_in, expression, people_of, cohort.PEOPLE_MIN)

    yield call
    shut_in.close()


# --- ordering

DEADLINES = Deadlines(*(timedelta(minutes=30),) * 4)


@asynccontextmanager
async def with_orders(stack: Stack, count: int) -> AsyncGenerator[tuple[Database, dict[str, Any]]]:
    """A database like ordering's with so many orders of one offering, which is on sale as in the running city."""
    await with_offerings(stack)
    offering = await an_offering(stack)
    offering_id = parse_global_id(Kind.OFFERING, offering["id"], "id")
    known = {
        table: await stack.postgres.fetch("ordering", f"SELECT to_jsonb(known)::text AS row FROM {table} AS known")
        for table in ("standing", "offering", "terms")
    }
    partner = next(
        row["partner_id"]
        for row in (orjson.loads(each["row"]) for each in known["terms"])
        if row["offering_id"] == offering_id
    )
    tables = ordered(count, partner, offering_id, offering["revision"])
    async with filled(stack, "ordering", f"grown_orders_{count}", *tables) as (database, is_new):
        if is_new:
            connection = await asyncpg.connect(stack.postgres.dsn(f"grown_orders_{count}"))
            await connection.execute("SET session_replication_role = replica")
            for table, rows in known.items():
                await connection.executemany(
                    f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, $1::text::jsonb)",
                    [[row["row"]] for row in rows],
                )
            await connection.close()
        yield database, offering | {"offering_id": offering_id}


@asynccontextmanager
async def placing(stack: Stack, count: int) -> AsyncGenerator[Call]:
    """An order, placed."""
    async with with_orders(stack, count) as (database, offering):
        terms = (offering["revision"], bytes.fromhex(offering["consentHash"]))
        price = price_of(offering)

        async def call() -> None:
            resident = new_id()  # of their own: what somebody holds unpaid is bounded
            line = LineRequest(UUID(offering["offering_id"]), 1, (), "lines[0]", *terms)
            expected = ExpectedTotal(price.minor, price.currency)
            request = PlaceRequest(
                resident, resident, [line], "", False, str(new_id()), bytes(32), None, proven=True, expected=expected
            )
            (outcome,) = await place_together(database, [request], DEADLINES)
            assert not isinstance(outcome, Exception), outcome

        yield call


@asynccontextmanager
async def listing(stack: Stack, count: int) -> AsyncGenerator[Call]:
    """A resident's last twenty orders with their lines."""
    async with with_orders(stack, count) as (database, _):

        async def call() -> None:
            own = Visibility(resident_ids=[decisions.person(random.randrange(count // EACH))])
            async with database.transaction() as session:
                rows = await orders.page(session, own, OrderFilter(), beginning(20))
                assert len(await orders.with_lines(session, rows)) == min(21, EACH)

        yield call


# --- settlement


@asynccontextmanager
async def balancing(stack: Stack, count: int) -> AsyncGenerator[Call]:
    """What a partner is owed: a snapshot, and what was posted since."""
    name = f"grown_ledger_{count}"
    async with filled(stack, "settlement", name, *posted(count)) as (database, is_new):
        if is_new:
            async with database.transaction() as session:
                await ledger.take_snapshot(session)
            await filling.copy_more(stack.postgres.dsn(name), *posted(TAIL, count))

        async def call() -> None:
            account = f"partner:{random.randrange(ACCOUNTS)}:pending"
            async with database.transaction() as session:
                assert await ledger.balances(session, account, 10)

        yield call


# --- identity


@asynccontextmanager
async def redeeming(stack: Stack, count: int) -> AsyncGenerator[Call]:
    """A health code, redeemed among so many that were."""
    residents = count // EACH
    city = read(str(stack.city.pack))
    async with filled(stack, "identity", f"grown_scans_{count}", *scanned(count, residents)) as (database, _):

        async def call() -> None:
            now = datetime.now(UTC)
            whose = UUID(id_of(random.randrange(residents)))
            token = CodeClaims(
                token_id=random.randbytes(16),
                issued_at=now,
                not_before=now,
                expires_at=now + timedelta(minutes=1),
                health_code_id=whose,
                generation=0,
            )
            shown = Presentation(token, UUID(SCANNER), UUID(INSTITUTION), Scanning())
            (answer,) = await redeem_together(database, [shown], city)
            assert isinstance(answer, Redemption), answer

        yield call


@asynccontextmanager
async def filled(stack: Stack, service: str, name: str, *tables: Rows) -> AsyncGenerator[tuple[Database, bool]]:
    """A database like a service's own with these rows; and whether it was filled just now."""
    is_new = await filling.fill(stack, service, name, *tables)
    database = Database(stack.postgres.url(name))
    try:
        yield database, is_new
    finally:
        await database.close()


CURVES = (
    Curve("a decision with its log entry", "consents in force", Grows.FLAT, "grown_decisions", deciding),
    Curve("who looked, a page", "entries of the log", Grows.FLAT, "grown_log", looking_back),
    Curve("a page of a record", "records", Grows.FLAT, "grown_records", reading),
    Curve("a health code redeemed", "scans", Grows.FLAT, "grown_scans", redeeming),
    Curve("an order placed", "orders", Grows.FLAT, "grown_orders", placing),
    Curve("one's own orders, a page", "orders", Grows.FLAT, "grown_orders", listing),
    Curve("what a partner is owed", "postings", Grows.FLAT, "grown_ledger", balancing),
    Curve("a cohort counted", "residents", Grows.LINEAR, "", counting),
)
