"""Contracts."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from chassis.refusals import NotFound
from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from partners.tables import ContractRow


async def contract_of(session: AsyncSession, contract_id: UUID, partner_id: UUID) -> ContractRow:
    """A contract of this partner; another's does not exist for it."""
    contract = await session.get(ContractRow, contract_id, with_for_update=True)
    if contract is None or contract.partner_id != partner_id:
        raise NotFound("there is no such contract", "contract_id")
    return contract


async def of_partners(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, Sequence[ContractRow]]:
    """All versions of several partners' contracts, newest first."""
    rows = await session.scalars(
        select(ContractRow).where(col(ContractRow.partner_id).in_(ids)).order_by(col(ContractRow.number).desc())
    )
    contracts: dict[UUID, list[ContractRow]] = {partner_id: [] for partner_id in ids}
    for row in rows:
        contracts[row.partner_id].append(row)
    return contracts


async def newest_contract_number(session: AsyncSession, partner_id: UUID) -> int:
    number = await session.scalar(select(func.max(ContractRow.number)).where(ContractRow.partner_id == partner_id))
    return number or 0
