"""A ledger that was restored from a dump into another server is the ledger it was, and goes on from there."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from chassis.database import Database
from chassis.ids import new_id
from devstack.postgres import Postgres, binary
from settlement import app, commands
from settlement.documents.statement import from_json
from settlement.domain.bank import OwnBank
from settlement.domain.ledger import JournalEntry, Posting, payable
from settlement.store import checks, ledger, restored
from settlement.tables import StatementRow
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.settlement.tests.harness import SEALER, Harness

pytestmark = pytest.mark.anyio
SERVICE = "settlement"
AHEAD = 5_000  # transactions that the old server has had, and the new one has not


def run(program: str, *arguments: str) -> None:
    done = subprocess.run([binary(program), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


async def let_transactions_go_by(store: Database, many: int) -> None:
    engine = store.engine.execution_options(isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        loop = f"DO $$ BEGIN FOR n IN 1..{many} LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$"
        await connection.execute(text(loop))


async def issue(store: Database, harness: Harness) -> StatementRow:
    now = datetime.now(UTC)
    async with store.transaction() as session:
        return await commands.issue_statement(
            session, partner_id=harness.partner, finish=now, issuer="test", sealer=SEALER, zone=UTC, now=now
        )


async def reproduces(store: Database, harness: Harness, row: StatementRow) -> bool:
    async with store.transaction() as session:
        again, digest = await commands.recompute_statement(session, statement_id=row.id, partner_id=harness.partner)
    return again.sha256 == digest


def said(row: StatementRow) -> tuple[int, list[int], int]:
    (currency,) = from_json(row.content).currencies
    return currency.opening.minor, [line.amount.minor for line in currency.lines], currency.closing.minor


async def write(session: AsyncSession, harness: Harness, minor: int) -> None:
    postings = (Posting(payable(harness.partner), -minor, "CNY"), Posting("suspense", minor, "CNY"))
    entry = JournalEntry(new_id(), "x", f"x:{new_id()}", postings)
    await ledger.append(session, [entry], datetime.now(UTC))


async def restore(source: str, target: Postgres, folder: Path) -> str:
    """The URL, for its owner, of what was dumped from the database at `source` and restored into another server."""
    name = urlsplit(source).path.removeprefix("/")
    await target.ensure_database(name, "settlement_owner", "owner", "settlement_app", "app")
    owner = target.dsn(name, "settlement_owner", "owner")
    dump = str(folder / "settlement.dump")
    run("pg_dump", "--format", "custom", "--file", dump, source.replace("+asyncpg", ""))
    run("pg_restore", "--exit-on-error", "--no-owner", "--dbname", owner, dump)
    return target.url(name, "settlement_owner", "owner")


async def test_a_restored_ledger_keeps_its_statements_and_its_next_one_has_everything(
    harness: Harness, another_server: Postgres, tmp_path: Path
) -> None:
    await let_transactions_go_by(harness.store, AHEAD)
    await harness.fulfil(await harness.place())
    async with harness.store.transaction() as session:
        await ledger.take_snapshot(session)
    async with harness.store.transaction() as late:
        await write(late, harness, 7)  # recorded before the first statement's end, committed after it was cut
        first = await issue(harness.store, harness)
    second = await issue(harness.store, harness)
    assert (said(first), said(second)) == ((0, [32_400], 32_400), (32_400, [7], 32_407))
    bank = OwnBank({}, ZoneInfo("Asia/Shanghai"))
    async with harness.store.transaction() as session:
        await commands.run_reconciliation(session, bank=bank, now=datetime.now(UTC))
    await harness.fulfil(await harness.place())
    await app.seal_ledger(harness.store, None)  # type: ignore[arg-type] # resources have no part in it
    owed = await harness.owed()

    store = Database(await restore(harness.owner_url, another_server, tmp_path))
    async with store.transaction() as session:
        check = await checks.check(session)
    assert check.broken["transactions_are_this_servers"], "a restore that nobody finished is found out"

    assert "numbered again" in await app.after_restore(store)
    assert await restored.restart_numbers(store) is None, "a second time there is nothing to do"
    for table in restored.CHANGES:
        async with store.transaction() as session:
            kept = await session.scalars(
                text("SELECT tgname FROM pg_trigger WHERE tgrelid = CAST(:t AS regclass) AND tgenabled <> 'O'"),
                {"t": table},
            )
        assert not list(kept), "every trigger is at work again"
    assert await reproduces(store, harness, first)
    assert await reproduces(store, harness, second)
    moved = Harness(store, harness.books, harness.partner, harness.owner_url)
    assert await moved.holds()
    assert await moved.owed() == owed
    async with store.transaction() as session:
        await write(session, harness, 11)
    async with store.transaction() as session:
        await ledger.take_snapshot(session)
    third = await issue(store, harness)
    assert said(third) == (32_407, [32_400, 11], owed + 11)
    assert await moved.owed() == owed + 11
    assert await moved.holds()
    async with store.transaction() as session:
        await commands.run_reconciliation(session, bank=bank, now=datetime.now(UTC))
    await store.close()


async def test_a_server_that_is_ahead_leaves_the_ledger_as_it_is(harness: Harness) -> None:
    await harness.fulfil(await harness.place())
    owner = Database(harness.owner_url)
    async with harness.store.transaction() as session:
        before = list(await session.scalars(text("SELECT xid::text FROM posting ORDER BY position")))
    assert await restored.restart_numbers(owner) is None
    async with harness.store.transaction() as session:
        assert before == list(await session.scalars(text("SELECT xid::text FROM posting ORDER BY position")))
    await owner.close()


async def test_the_application_s_role_cannot_number_the_ledger(
    harness: Harness, another_server: Postgres, tmp_path: Path
) -> None:
    await let_transactions_go_by(harness.store, AHEAD)
    await harness.fulfil(await harness.place())
    await restore(harness.owner_url, another_server, tmp_path)
    name = urlsplit(harness.owner_url).path.removeprefix("/")
    store = Database(another_server.url(name, "settlement_app", "app"))
    with pytest.raises(Exception, match="must be owner"):
        await restored.restart_numbers(store)
    await store.close()
