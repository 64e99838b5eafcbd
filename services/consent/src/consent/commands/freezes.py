"""Practitioners that regulators freeze: what decisions go by."""

from collections.abc import Sequence
from uuid import UUID

from chassis.database import Database
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1 import events_pb2 as partners_pb
from yima.partners.v1.api_pb2 import FREEZE_TARGET_PRACTITIONER, FrozenThing, ListFrozenRequest
from yima.partners.v1.client import PartnersClient

from consent.store import freezes
from consent.tables import PractitionerFreezeRow


async def note_freezes(
    session: AsyncSession, messages: Sequence[partners_pb.FreezeImposed | partners_pb.FreezeLifted], *, lifted: bool
) -> None:
    """Go by freezes of practitioners; those of others reach decisions with a standing, or not at all."""
    rows = [freeze_row(message, lifted=lifted) for message in messages if message.target == FREEZE_TARGET_PRACTITIONER]
    if rows:
        await freezes.note(session, rows)


def freeze_row(
    message: partners_pb.FreezeImposed | partners_pb.FreezeLifted | FrozenThing, *, lifted: bool = False
) -> PractitionerFreezeRow:
    return PractitionerFreezeRow(
        freeze_id=UUID(message.freeze_id), practitioner_id=UUID(message.target_id), lifted=lifted
    )


async def learn_freezes(database: Database, partners: PartnersClient, practitioner_id: UUID | None = None) -> int:
    """Ask partners which practitioners are frozen now, or whether one is. What was known and is not told any more was
    lifted meanwhile. Returns how many freezes are in force."""
    async with database.transaction() as session:
        in_force = await freezes.in_force(session, practitioner_id)
    request = ListFrozenRequest(target=FREEZE_TARGET_PRACTITIONER, target_id=str(practitioner_id or ""))
    rows = [freeze_row(thing) for thing in (await partners.list_frozen(request)).things]
    async with database.transaction() as session:
        if rows:
            await freezes.note(session, rows)
        await freezes.lift(session, sorted(in_force.keys() - {row.freeze_id for row in rows}))
    return len(rows)
