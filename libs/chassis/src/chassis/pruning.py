"""What is kept for a time goes after it, a piece at a time.

One statement for all that a long outage, a restore or a new release left over would run into the limit for statements,
again and again, and nothing would ever go.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

PRUNE_MAX = 5_000  # rows of a table at once


def piece(table: str, over: str) -> str:
    """The statement that deletes `:most` rows at most of those that are `over`, and says how many it deleted.

    A row that changed meanwhile is asked again whether it is over: what was confirmed or used in that moment stays.
    """
    return f"""
        WITH gone AS (
            DELETE FROM {table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM {table} WHERE {over} LIMIT :most))
                AND {over} RETURNING 1
        ) SELECT count(*) FROM gone
    """  # noqa: S608 words of ours


async def prune(session: AsyncSession, statement: str, most: int, **values: object) -> bool:
    """Delete a piece of what is over. True where there may be more."""
    return int((await session.execute(text(statement), {"most": most, **values})).scalar_one()) >= most
