"""Settlement's advisory locks, each with a number of its own; `e2e/test_claims.py` holds them apart.

A number stays for ever: a release before and one after must wait for one another.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

LEDGER = 1279476048  # whoever adds to the ledger holds it in common (migration 0013); a close or a seal alone
SEALS = 1396785228  # one process at a time adds links to the chains of seals
PAYOUTS = 1346456915  # one at a time runs payouts, or spends the same money
PAYOUT_TERMS = 1346456916  # one at a time changes terms or risk tiers
RECONCILIATION = 1380010318  # one at a time takes in what bank or provider say, or matches it
STATEMENTS = 1398034005  # one at a time issues statements
DOCUMENT_KEY = 1146045779  # the key that signs documents is made once

TAKE = text("SELECT pg_advisory_xact_lock(:lock)")


async def take(session: AsyncSession, lock: int) -> None:
    """Wait for a lock and hold it until the transaction ends."""
    await session.execute(TAKE, {"lock": lock})
