"""What regulators freeze: accounts, practitioners, and what partners' systems reach."""

from collections.abc import Sequence
from uuid import UUID

from chassis.database import Database
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1 import events_pb2 as partners_pb
from yima.partners.v1.api_pb2 import (
    CAPABILITY_READ_DATA,
    FREEZE_TARGET_ACCOUNT,
    FREEZE_TARGET_PARTNER,
    FREEZE_TARGET_PRACTITIONER,
    FrozenThing,
    ListFrozenRequest,
)
from yima.partners.v1.client import PartnersClient

from identity import store
from identity.commands.access import end_sessions_of, end_sessions_of_systems
from identity.tables import FreezeRow

type FreezeEvent = partners_pb.FreezeImposed | partners_pb.FreezeLifted
OF_PEOPLE = frozenset({FREEZE_TARGET_ACCOUNT, FREEZE_TARGET_PRACTITIONER})


async def note_imposed(session: AsyncSession, messages: Sequence[partners_pb.FreezeImposed]) -> None:
    """A frozen account's sessions end; so do those of the systems of a partner that may not read."""
    await impose(session, freeze_rows(messages))
    partner_ids = [
        UUID(message.target_id)
        for message in messages
        if message.target == FREEZE_TARGET_PARTNER and CAPABILITY_READ_DATA in message.capabilities
    ]
    if partner_ids:
        await end_sessions_of_systems(session, partner_ids)


async def note_lifted(session: AsyncSession, messages: Sequence[partners_pb.FreezeLifted]) -> None:
    """Whoever was frozen signs in again."""
    if rows := freeze_rows(messages, lifted=True):
        await store.freezes.note(session, rows)


async def impose(session: AsyncSession, rows: Sequence[FreezeRow]) -> None:
    """Keep freezes, and end the sessions of the accounts that are frozen as a whole."""
    if not rows:
        return
    await store.freezes.note(session, rows)
    for row in rows:
        if row.whole_account:
            await end_sessions_of(session, row.subject_id)


def freeze_rows(messages: Sequence[FreezeEvent | FrozenThing], *, lifted: bool = False) -> list[FreezeRow]:
    """Those of them that are of people."""
    return [
        FreezeRow(
            freeze_id=UUID(message.freeze_id),
            subject_id=UUID(message.target_id),
            whole_account=message.target == FREEZE_TARGET_ACCOUNT,
            lifted=lifted,
        )
        for message in messages
        if message.target in OF_PEOPLE
    ]


async def learn_freezes(database: Database, partners: PartnersClient) -> None:
    """Ask partners who is frozen now. What was known and is not told any more was lifted meanwhile."""
    async with database.transaction() as session:
        in_force = await store.freezes.in_force(session)
    rows = freeze_rows((await partners.list_frozen(ListFrozenRequest())).things)
    over = [in_force[freeze_id] for freeze_id in in_force.keys() - {row.freeze_id for row in rows}]
    fresh = [row for row in rows if row.freeze_id not in in_force]
    if not fresh and not over:
        return
    async with database.transaction() as session:
        await impose(session, fresh)
        if over:
            lifted = [FreezeRow(**{**row.model_dump(), "lifted": True}) for row in over]
            await store.freezes.note(session, lifted)
