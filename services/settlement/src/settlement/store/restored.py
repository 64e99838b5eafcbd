"""The ledger's transaction numbers after a logical restore.

Postings carry the number of the transaction that wrote them; statements, reconciliations and balance snapshots say by
such numbers what they have counted. A server that a dump was restored into counts from its own beginning: to it, what
the old one wrote last is still to come, and would be on no new statement.
"""

from collections.abc import Sequence

from chassis.database import Database
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

FIRST = 3  # PostgreSQL's first ordinary transaction
KEPT = "SELECT snapshot::pg_snapshot AS cut FROM statement UNION ALL SELECT snapshot::pg_snapshot FROM reconciliation"
AHEAD = text(
    f"""
    SELECT EXISTS (SELECT FROM posting WHERE xid >= pg_snapshot_xmax(pg_current_snapshot()))
        OR EXISTS (SELECT FROM journal_entry WHERE xid >= pg_snapshot_xmax(pg_current_snapshot()))
        OR EXISTS (
            SELECT FROM ({KEPT}) AS kept WHERE pg_snapshot_xmax(cut) > pg_snapshot_xmax(pg_current_snapshot())
        )
    """  # noqa: S608 put together of what stands above
)
# All that tells one transaction from another, for what is kept, is on which side of each snapshot's bounds it is.
BOUNDS = text(
    f"""
    SELECT coalesce(array_agg(DISTINCT bound ORDER BY bound), CAST('{{}}' AS bigint[]))
    FROM ({KEPT}) AS kept CROSS JOIN LATERAL (
        SELECT pg_snapshot_xmin(cut)::text::bigint UNION ALL SELECT pg_snapshot_xmax(cut)::text::bigint
        UNION ALL SELECT running::text::bigint + more
        FROM pg_snapshot_xip(cut) AS running CROSS JOIN (VALUES (0), (1)) AS step (more)
    ) AS bounds (bound)
    """  # noqa: S608 put together of what stands above
)
# Let so many transactions go by. A block that commits is none that runs in a transaction.
REACH = """
    DO $$ BEGIN
        WHILE pg_current_xact_id()::text::bigint <= {number} LOOP COMMIT; END LOOP;
    END $$
"""


def restarted_number(number: str) -> str:
    """The SQL of a transaction's new number: how many bounds it is past, so that it stays on its side of each."""
    return f"({FIRST} + width_bucket({number}::text::bigint, CAST(:bounds AS bigint[])))"


NUMBER = "UPDATE {table} SET xid = {number}::text::xid8"
SNAPSHOT = """
    UPDATE {table} SET snapshot = concat_ws(':', {lowest}, {next}, (
        SELECT coalesce(string_agg({running}::text, ',' ORDER BY running), '')
        FROM pg_snapshot_xip(snapshot::pg_snapshot) AS running
    ))
"""
CHANGES = {
    "journal_entry": NUMBER.format(table="journal_entry", number=restarted_number("xid")),
    "posting": NUMBER.format(table="posting", number=restarted_number("xid")),
    **{
        table: SNAPSHOT.format(
            table=table,
            lowest=restarted_number("pg_snapshot_xmin(snapshot::pg_snapshot)"),
            next=restarted_number("pg_snapshot_xmax(snapshot::pg_snapshot)"),
            running=restarted_number("running"),
        )
        for table in ("statement", "reconciliation")
    },
}


async def restart_numbers(database: Database) -> int | None:
    """Give the ledger's transactions numbers from before this server's own, in an order that keeps every statement and
    reconciliation as it was; by the owner, before anything is added. None: there was nothing to do.
    """
    async with database.transaction() as session:
        await lift_statement_timeout(session)
        if not await session.scalar(AHEAD):
            return None
        bounds: Sequence[int] = await session.scalar(BOUNDS) or ()
    async with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text("SET statement_timeout = 0"))
        await connection.execute(text(REACH.format(number=FIRST + len(bounds))))
        await connection.execute(text("RESET statement_timeout"))
    changed = 0
    async with database.transaction() as session:
        await lift_statement_timeout(session)
        for table, change in CHANGES.items():
            # Nothing else may change the ledger; that this may is why the owner alone can do it.
            await session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            result = await session.execute(text(change), {"bounds": list(bounds)})
            changed += result.rowcount if table == "posting" else 0  # type: ignore[attr-defined]
            await session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        await session.execute(text("DELETE FROM balance_snapshot"))  # made again within a minute
    return changed


async def lift_statement_timeout(session: AsyncSession) -> None:
    await session.execute(text("SET LOCAL statement_timeout = 0"))
