"""What takes two people: one proposes it, another approves it, and then it is done."""

from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from chassis.refusals import Invalid
from sqlalchemy.ext.asyncio import AsyncSession
from yima.settlement.v1 import api_pb2 as pb

from settlement.domain.proposals import ALONE_WITHIN, Bounds, ProposalDecided, ProposalStatus, SamePerson
from settlement.store import payouts
from settlement.store import proposals as store
from settlement.tables import ProposalRow


async def decide_proposal(
    session: AsyncSession, *, proposal_id: UUID, approved: bool, by: UUID, now: datetime
) -> ProposalRow:
    """Approve what another person proposed, or reject it. Whoever calls this does what was approved."""
    row = await store.proposal_for_update(session, proposal_id)
    if row.status != ProposalStatus.PROPOSED:
        raise ProposalDecided(f"it was {row.status}", "proposal_id")
    if approved and row.proposed_by == by:
        raise SamePerson("ask another operator or the regulator to decide it", "proposal_id")
    row.status = ProposalStatus.APPROVED if approved else ProposalStatus.REJECTED
    row.decided_by, row.decided_at = by, now
    await session.flush()
    return row


async def take_up(session: AsyncSession, row: ProposalRow, by: UUID) -> ProposalRow:
    """What the system proposed takes two people: whoever approved it first proposes it, and another decides."""
    row.status, row.proposed_by = ProposalStatus.PROPOSED, by
    row.decided_by = row.decided_at = None
    await session.flush()
    return row


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


async def decide_alone(
    session: AsyncSession, bounds: Bounds, by: UUID, amount: tuple[int, str], field: str, now: datetime
) -> None:
    """Refuse with `NeedsSecondPerson` what is, with all else this person decided alone of late, above the bound.

    Decisions at the same moment wait for one another, so that each counts the other.
    """
    minor, currency = amount
    await payouts.lock(session)
    bounds.check(minor, await store.decided_alone(session, by, currency, now - ALONE_WITHIN), currency, field)
