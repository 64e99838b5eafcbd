"""Proposals as they are made: by a person, or by the system for a person to decide."""

from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from chassis.refusals import Invalid
from sqlalchemy.ext.asyncio import AsyncSession
from yima.settlement.v1 import api_pb2 as pb

from settlement.tables import ProposalRow


async def propose(
    session: AsyncSession, *, act: pb.ProposedAct, reason: str, by: UUID | None, now: datetime
) -> ProposalRow:
    """Keep what somebody, or the system (`by` is none), proposes. Nothing happens before another person approves it."""
    if act.WhichOneof("act") is None:
        raise Invalid("act", "say what is proposed")
    reason = texts.reason(reason)
    row = ProposalRow(
        id=new_id(),
        act=act.SerializeToString(deterministic=True),
        reason=reason,
        proposed_by=by,
        proposed_at=now,
    )
    session.add(row)
    await session.flush()
    return row
