"""Which accounts and practitioners a regulator has frozen."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from chassis.statements import Statement
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from identity.domain.freezes import AccountFrozen
from identity.tables import AccountRow, FreezeRow, PractitionerRow

# A freeze is lifted once: whichever of its two events comes last, it stays lifted.
NOTE = text(
    """
    INSERT INTO subject_freeze AS known (freeze_id, subject_id, whole_account, lifted)
    SELECT freeze_id, subject_id, whole_account, bool_or(lifted)
    FROM unnest(CAST(:freezes AS uuid[]), CAST(:subjects AS uuid[]), CAST(:accounts AS boolean[]),
        CAST(:lifted AS boolean[])) AS given (freeze_id, subject_id, whole_account, lifted)
    GROUP BY freeze_id, subject_id, whole_account
    ON CONFLICT (freeze_id) DO UPDATE SET lifted = true WHERE excluded.lifted AND NOT known.lifted
    """
)
FROZEN_PRACTITIONERS = Statement(
    """
    SELECT subject_id FROM subject_freeze
    WHERE subject_id = ANY(CAST(:ids AS uuid[])) AND NOT whole_account AND NOT lifted
    """
)


async def note(session: AsyncSession, freezes: Sequence[FreezeRow]) -> None:
    """Keep freezes. Accounts and practitioners are locked first: whoever signs in meanwhile is seen, and their session
    ended; what a practitioner is scanning meanwhile is committed before, and nothing after."""
    await session.execute(
        select(AccountRow.login)
        .where(col(AccountRow.subject_id).in_([row.subject_id for row in freezes]))
        .order_by(col(AccountRow.login))
        .with_for_update()
    )
    await session.execute(
        select(PractitionerRow.id)
        .where(col(PractitionerRow.id).in_([row.subject_id for row in freezes]))
        .order_by(col(PractitionerRow.id))
        .with_for_update(key_share=True)
    )
    await session.execute(
        NOTE,
        {
            "freezes": [row.freeze_id for row in freezes],
            "subjects": [row.subject_id for row in freezes],
            "accounts": [row.whole_account for row in freezes],
            "lifted": [row.lifted for row in freezes],
        },
    )


async def in_force(session: AsyncSession) -> Mapping[UUID, FreezeRow]:
    """Freezes that were not lifted, by their ids."""
    rows = await session.scalars(select(FreezeRow).where(col(FreezeRow.lifted).is_(False)))
    return {row.freeze_id: row for row in rows}


async def is_account_frozen(session: AsyncSession, subject_id: UUID) -> bool:
    query = select(FreezeRow.freeze_id).where(
        FreezeRow.subject_id == subject_id,
        col(FreezeRow.whole_account),
        col(FreezeRow.lifted).is_(False),
    )
    return await session.scalar(query.limit(1)) is not None


async def account_at(session: AsyncSession, subject_id: UUID) -> AccountRow | None:
    """Whoever signs in as this subject."""
    return (await session.scalars(select(AccountRow).where(AccountRow.subject_id == subject_id))).one_or_none()


async def check_account(session: AsyncSession, subject_id: UUID) -> None:
    """Refuse to begin a session for whoever is frozen. To be asked once it is proven who signs in: a stranger is not
    told. A trigger holds it for whatever does not ask."""
    if await is_account_frozen(session, subject_id):
        raise AccountFrozen("ask the regulator; only a regulator lifts it")


async def frozen_practitioners(session: AsyncSession, practitioners: Sequence[UUID]) -> frozenset[UUID]:
    """Which of these practitioners are frozen: they scan no codes."""
    rows = await FROZEN_PRACTITIONERS.fetch(session, ids=practitioners)
    return frozenset(row["subject_id"] for row in rows)
