"""Offerings that regulators freeze: off sale, and nothing new of them is published."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.database import Database
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1 import events_pb2 as partners_pb
from yima.partners.v1.api_pb2 import FREEZE_TARGET_OFFERING, FrozenThing, ListFrozenRequest
from yima.partners.v1.client import PartnersClient

from catalog.commands.standings import align
from catalog.store import freezes
from catalog.tables import OfferingFreezeRow


async def note_freezes(
    session: AsyncSession,
    messages: Sequence[partners_pb.FreezeImposed | partners_pb.FreezeLifted],
    now: datetime,
    *,
    lifted: bool,
) -> None:
    """Go by freezes of offerings; those of partners come with a standing."""
    rows = [freeze_row(message, lifted=lifted) for message in messages if message.target == FREEZE_TARGET_OFFERING]
    if rows:
        await align(session, await freezes.note(session, rows), now)


def freeze_row(
    message: partners_pb.FreezeImposed | partners_pb.FreezeLifted | FrozenThing, *, lifted: bool = False
) -> OfferingFreezeRow:
    return OfferingFreezeRow(freeze_id=UUID(message.freeze_id), offering_id=UUID(message.target_id), lifted=lifted)


async def learn_freezes(database: Database, partners: PartnersClient, now: datetime) -> None:
    """Ask partners which offerings are frozen now. What was known and is not told any more was lifted meanwhile."""
    async with database.transaction() as session:
        in_force = await freezes.in_force(session)
    things = (await partners.list_frozen(ListFrozenRequest(target=FREEZE_TARGET_OFFERING))).things
    in_force_ids = {UUID(thing.freeze_id) for thing in things}
    rows = [freeze_row(thing) for thing in things if UUID(thing.freeze_id) not in in_force]
    rows += [
        OfferingFreezeRow(freeze_id=freeze_id, offering_id=offering_id, lifted=True)
        for freeze_id, offering_id in in_force.items()
        if freeze_id not in in_force_ids
    ]
    if rows:
        async with database.transaction() as session:
            await align(session, await freezes.note(session, rows), now)
