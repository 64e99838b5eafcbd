"""What a service's database needs after it was restored from a dump, before anybody serves from it."""

import importlib

from sqlalchemy import text

from chassis import migrations
from chassis.database import Database

# Other databases of the set may be of a moment before this one's: what was sent since is sent again. Inboxes drop what
# they know; they remember for longer than an outbox keeps what it sent.
SEND_AGAIN = text(
    """
    WITH again AS (UPDATE outbox SET sent_at = NULL WHERE sent_at IS NOT NULL RETURNING 1) SELECT count(*) FROM again
    """
)
NO_STATEMENT_TIMEOUT = text("SET LOCAL statement_timeout = 0")


async def after_restore(service: str, url: str) -> str:
    """Bring a restored database (its owner's URL) to this code's schema, and send again what its outbox still has.

    A service's own part is `after_restore(database)` of its `app.py`. May be done again as long as nobody has served
    from the database.
    """
    await migrations.upgrade(service, url)
    database = Database(url)
    try:
        async with database.transaction() as session:
            await session.execute(NO_STATEMENT_TIMEOUT)
            again = await session.scalar(SEND_AGAIN)
        summary = f"{service} is at its newest revision, {again} events will be sent again"
        own = getattr(importlib.import_module(f"{service}.app"), "after_restore", None)
        return f"{summary}, {await own(database)}" if own else summary
    finally:
        await database.close()
