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
from chassis import migrations
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
from bench import decisions, records
from bench.ordering import price_of
from bench.people import an_offering, with_offerings
from bench.results import Grows

EACH = 100  # orders, records or entries of one resident
ACCOUNTS = 1_000  # of partners, in a ledger
TAIL = 1_000  # postings since the last snapshot

type Call = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Curve:
    """A question, what there is ever more of, and how what it costs may grow."""

    what: str
    among: str
    grows: Grows
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


LOGGED = """
    SET session_replication_role = replica;
    INSERT INTO access_log_leaf (index, resident_id, partner_id, subject_id, kind, at, entry)
    SELECT number, ('00000000-0000-7000-8000-' || lpad(to_hex(number % {residents}), 12, '0'))::uuid,
        '00000000-0000-7000-9000-000000000001', '00000000-0000-7000-9000-000000000001', 1,
        timestamptz '2020-01-01' + number * interval '1 second', decode(repeat('ab', 230), 'hex')
    FROM generate_series(0, {count} - 1) AS number;
    SET session_replication_role = origin;
"""


@asynccontextmanager
async def looking_back(stack: Stack, count: int) -> AsyncGenerator[Call]:
    """Who looked at a resident's data, the last twenty."""
    async with filled(stack, "consent", f"grown_log_{count}", LOGGED.format(residents=count // EACH, count=count)) as (
        database,
        _,
    ):

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
        people = f"(SELECT range AS person FROM range({count}))"
        shut_in.execute(f'INSERT INTO "{name}" SELECT person, person * 7, {cohort.VALUES[name]} FROM {people}')

    async def call() -> None:
        expression, people_of = expressions.expression(query, {})
        assert computing.release(query, shut_in, expression, people_of, cohort.PEOPLE_MIN)

    yield call
    shut_in.close()


# --- ordering

ORDERED = """
    SET session_replication_role = replica;
    INSERT INTO orders (id, resident_id, placed_by, partner_id, status, total_minor, currency, money_in, deadline,
        reason, changed_by, placed_at, changed_at, version, idempotency_key, request_sha256, process)
    SELECT id_of(number), who, who, '{partner}', 'closed', 36000, 'CNY', true, NULL, '', 'settlement', at, at, 7,
        number::text, decode(repeat('ab', 32), 'hex'), 'single-visit/1'
    FROM (
        SELECT number, ('00000000-0000-7000-8000-' || lpad(to_hex(number % {residents}), 12, '0'))::uuid AS who,
            timestamptz '2020-01-01' + number * interval '1 second' AS at
        FROM generate_series(0, {count} - 1) AS number
    ) AS numbered;
    INSERT INTO order_line (id, order_id, place, offering_id, offering_revision, quantity, consented)
    SELECT id_of(number), id_of(number), 0, '{offering}', {revision}, 1, false
    FROM generate_series(0, {count} - 1) AS number;
    SET session_replication_role = origin;
"""
ID_OF = """
    CREATE FUNCTION id_of(number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
        SELECT ('01800000-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid
    $$
"""
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
    ordered = ORDERED.format(
        residents=count // EACH, count=count, partner=partner, offering=offering_id, revision=offering["revision"]
    )
    async with filled(stack, "ordering", f"grown_orders_{count}", ID_OF, ordered) as (database, is_new):
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

POSTED = """
    SET session_replication_role = replica;
    INSERT INTO journal_entry (id, kind, reference, recorded_at)
    SELECT id_of(number), 'order-fulfilled', 'grown:' || number, timestamptz '2020-01-01' + number * interval '1 second'
    FROM generate_series({first}, {last}) AS number;
    INSERT INTO posting (entry_id, account, amount_minor, currency)
    SELECT id_of(number), 'partner:' || (number % {accounts}) || ':pending', 36000, 'CNY'
    FROM generate_series({first}, {last}) AS number;
    SET session_replication_role = origin;
"""


@asynccontextmanager
async def balancing(stack: Stack, count: int) -> AsyncGenerator[Call]:
    """What a partner is owed: a snapshot, and what was posted since."""
    posted = POSTED.format(first=0, last=count - 1, accounts=ACCOUNTS)
    async with filled(stack, "settlement", f"grown_ledger_{count}", ID_OF, posted) as (database, is_new):
        if is_new:
            async with database.transaction() as session:
                await ledger.take_snapshot(session)
            since = POSTED.format(first=count, last=count + TAIL - 1, accounts=ACCOUNTS)
            await stack.postgres.run_sql(f"grown_ledger_{count}", since, "VACUUM ANALYZE")

        async def call() -> None:
            account = f"partner:{random.randrange(ACCOUNTS)}:pending"
            async with database.transaction() as session:
                assert await ledger.balances(session, account, 10)

        yield call


# --- identity

SCANNER, INSTITUTION = "00000000-0000-7000-9000-000000000002", "00000000-0000-7000-9000-000000000001"
SCANNED = """
    SET session_replication_role = replica;
    INSERT INTO institution (id, name, registered_at) VALUES ('{institution}', '{{"en": "A clinic"}}', '2020-01-01');
    INSERT INTO practitioner (id, institution_id, name, licence_number, title, registered_at)
    VALUES ('{scanner}', '{institution}', 'Someone', 'LIC-1', 'doctor', '2020-01-01');
    INSERT INTO licence_check (practitioner_id, state, due_at, checked_at, changed_at, version)
    VALUES ('{scanner}', 'checked', '2040-01-01', '2020-01-01', '2020-01-01', 1);
    INSERT INTO resident (id, name, birth_date, health_code_id, registered_at)
    SELECT id_of(number), 'Someone', '1970-01-01', id_of(number), '2020-01-01'
    FROM generate_series(0, {residents} - 1) AS number;
    INSERT INTO scan (id, token_id, resident_id, practitioner_id, institution_id, scanned_at)
    SELECT id_of(number), decode(md5(number::text), 'hex'), id_of(number % {residents}), '{scanner}', '{institution}',
        timestamptz '2020-01-01' + number * interval '1 second'
    FROM generate_series(0, {count} - 1) AS number;
    SET session_replication_role = origin;
"""


@asynccontextmanager
async def redeeming(stack: Stack, count: int) -> AsyncGenerator[Call]:
    """A health code, redeemed among so many that were."""
    residents = count // EACH
    scanned = SCANNED.format(scanner=SCANNER, institution=INSTITUTION, residents=residents, count=count)
    city = read(str(stack.city.pack))
    async with filled(stack, "identity", f"grown_scans_{count}", ID_OF, scanned) as (database, _):

        async def call() -> None:
            now = datetime.now(UTC)
            whose = UUID(f"01800000-0000-7000-8000-{random.randrange(residents):012x}")
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
async def filled(stack: Stack, service: str, name: str, *statements: str) -> AsyncGenerator[tuple[Database, bool]]:
    """A database like a service's own, filled as a restore would; and whether it was filled just now."""
    is_new = not await stack.postgres.fetch("postgres", f"SELECT FROM pg_database WHERE datname = '{name}'")
    if is_new:
        await stack.postgres.create_database(name)
        await migrations.upgrade(service, stack.postgres.url(name))
        await stack.postgres.run_sql(name, *statements)
        await stack.postgres.run_sql(name, "VACUUM ANALYZE")
    database = Database(stack.postgres.url(name))
    try:
        yield database, is_new
    finally:
        await database.close()


CURVES = (
    Curve("a decision with its log entry", "consents in force", Grows.FLAT, deciding),
    Curve("who looked, a page", "entries of the log", Grows.FLAT, looking_back),
    Curve("a page of a record", "records", Grows.FLAT, reading),
    Curve("a health code redeemed", "scans", Grows.FLAT, redeeming),
    Curve("an order placed", "orders", Grows.FLAT, placing),
    Curve("one's own orders, a page", "orders", Grows.FLAT, listing),
    Curve("what a partner is owed", "postings", Grows.FLAT, balancing),
    Curve("a cohort counted", "residents", Grows.LINEAR, counting),
)
