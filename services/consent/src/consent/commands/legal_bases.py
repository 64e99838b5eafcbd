"""Legal bases: entered by an operator, signed by a regulator, ended by either."""

from datetime import datetime, timedelta
from uuid import UUID

from chassis import texts
from chassis.auth import Principal
from chassis.ids import new_id
from chassis.outbox import publish
from sqlalchemy.ext.asyncio import AsyncSession

from consent import events
from consent.commands import policies
from consent.domain.access_log import AccessAct
from consent.domain.decisions import AccessRequest
from consent.domain.legal_bases import LegalBasisOver, LegalBasisStatus, legal_basis_status
from consent.store import legal_bases, standings
from consent.tables import LegalBasisRow

STATUTE_LENGTH_MAX = 200


async def enter(
    session: AsyncSession,
    *,
    statute: str,
    why: str,
    grantee_id: UUID,
    access: AccessRequest,
    sensitive_categories: frozenset[str],
    valid_days: int,
    by: Principal,
    now: datetime,
) -> LegalBasisRow:
    """Enter what the law lets a partner do. It permits nothing until somebody else has signed it."""
    row = LegalBasisRow(
        id=new_id(),
        statute=texts.line(statute, "statute", STATUTE_LENGTH_MAX),
        why=texts.reason(why, "why"),
        grantee_id=grantee_id,
        information_types=sorted(access.information_types),
        sensitive_categories=sorted(sensitive_categories),
        purpose=access.purpose,
        access_mode=access.access_mode,
        valid_days=valid_days,
        entered_by=UUID(by.subject_id),
        entered_at=now,
    )
    session.add(row)
    await standings.meet_partners(session, [grantee_id])
    await session.flush()
    await policies.log_legal_basis(session, AccessAct.LEGAL_BASIS_ENTERED, row, by, now)
    return row


async def sign(session: AsyncSession, *, basis_id: UUID, by: Principal, now: datetime) -> LegalBasisRow:
    """Sign what an operator has entered: in force from now on, for as long as it says."""
    row = await legal_bases.basis_for_update(session, basis_id)
    check_stands(row, LegalBasisStatus.ENTERED, now)
    row.signed_by, row.signed_at, row.expires_at = UUID(by.subject_id), now, now + timedelta(days=row.valid_days)
    await session.flush()
    publish(session, events.legal_basis_signed(row), row.id)
    await policies.log_legal_basis(session, AccessAct.LEGAL_BASIS_SIGNED, row, by, now)
    return row


async def end(session: AsyncSession, *, basis_id: UUID, by: Principal, reason: str, now: datetime) -> LegalBasisRow:
    """End what is in force, or withdraw what nobody has signed."""
    row = await legal_bases.basis_for_update(session, basis_id)
    why = texts.reason(reason)
    if row.ended_at is not None:
        raise LegalBasisOver("nothing is left to do: it has ended", "legal_basis_id")
    row.ended_by, row.ended_at, row.ended_because = UUID(by.subject_id), now, why
    await session.flush()
    publish(session, events.legal_basis_ended(row), row.id)
    await policies.log_legal_basis(session, AccessAct.LEGAL_BASIS_ENDED, row, by, now)
    return row


def check_stands(row: LegalBasisRow, status: LegalBasisStatus, now: datetime) -> None:
    if legal_basis_status(row.signed_at, row.expires_at, row.ended_at, now) != status:
        raise LegalBasisOver("enter it again, if it holds again", "legal_basis_id")
