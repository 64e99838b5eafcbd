"""What a service's database needs after it was restored from a dump, before anybody serves from it."""

from collections.abc import Awaitable, Callable

from sqlalchemy import text

from chassis.database import Database

TASK = "after-restore"

# Other databases of the set may be of a moment before this one's: what was sent since is sent again. Inboxes drop what
# they know; they remember for longer than an outbox keeps what it sent.
SEND_AGAIN = text(
    """
    WITH again AS (UPDATE outbox SET sent_at = NULL WHERE sent_at IS NOT NULL RETURNING 1) SELECT count(*) FROM again
    """
)
PATIENCE = text("SET LOCAL statement_timeout = 0")


async def after_restore(service: str, database: Database, and_then: Callable[[Database], Awaitable[str]] | None) -> str:
    """Bring a restored database (its owner's URL) to this code's schema, and send again what its outbox still has.

    `and_then` is the service's own part. May be done again as long as nobody has served from the database.
    """
    from chassis import migrations  # noqa: PLC0415 who serves needs no Alembic

    await migrations.upgrade(service, database.url)
    async with database.transaction() as session:
        await session.execute(PATIENCE)
        again = await session.scalar(SEND_AGAIN)
    told = f"{service} is at its newest revision, {again} events will be sent again"
    return f"{told}, {await and_then(database)}" if and_then else told
