"""Legal bases, and those in force for a partner."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.pages import Part
from chassis.refusals import NotFound
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from consent.domain.consents import AccessMode
from consent.domain.decisions import LegalBasis
from consent.domain.legal_bases import LegalBasisStatus
from consent.tables import LegalBasisRow

SIGNED, ENDED = col(LegalBasisRow.signed_at), col(LegalBasisRow.ended_at)
EXPIRES = col(LegalBasisRow.expires_at)


def has_status(status: LegalBasisStatus, at: datetime) -> Sequence[ColumnElement[bool]]:
    """`legal_basis_status` as conditions."""
    match status:
        case LegalBasisStatus.ENDED:
            return [ENDED.is_not(None)]
        case LegalBasisStatus.ENTERED:
            return [ENDED.is_(None), SIGNED.is_(None)]
        case LegalBasisStatus.EXPIRED:
            return [ENDED.is_(None), at >= EXPIRES]
        case LegalBasisStatus.IN_FORCE:
            return [ENDED.is_(None), SIGNED.is_not(None), at < EXPIRES]


async def bases_in_force(
    session: AsyncSession, partners: Sequence[UUID], now: datetime
) -> defaultdict[UUID, list[LegalBasis]]:
    """What the law lets these partners do now, the newest first."""
    query = select(LegalBasisRow).where(
        col(LegalBasisRow.grantee_id).in_(partners), *has_status(LegalBasisStatus.IN_FORCE, now)
    )
    bases: defaultdict[UUID, list[LegalBasis]] = defaultdict(list)
    for row in await session.scalars(query.order_by(col(LegalBasisRow.id).desc())):
        bases[row.grantee_id].append(
            LegalBasis(
                id=row.id,
                statute=row.statute,
                information_types=frozenset(row.information_types),
                purpose=row.purpose,
                access_mode=AccessMode(row.access_mode),
                sensitive_categories=frozenset(row.sensitive_categories),
            )
        )
    return bases


async def basis_for_update(session: AsyncSession, basis_id: UUID) -> LegalBasisRow:
    row = await session.get(LegalBasisRow, basis_id, with_for_update=True)
    if row is None:
        raise NotFound("there is no such legal basis", "legal_basis_id")
    return row


async def bases_page(
    session: AsyncSession, status: LegalBasisStatus | None, at: datetime, part: Part[tuple[UUID]]
) -> Sequence[LegalBasisRow]:
    """Legal bases, newest first."""
    query = select(LegalBasisRow)
    if status is not None:
        query = query.where(*has_status(status, at))
    return (await session.scalars(part.of(query, col(LegalBasisRow.id), descending=True))).all()
