"""Offering and signing contracts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import Invalid
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1 import events_pb2 as events_pb
from yima.settlement.v1 import split_pb2

from partners import events
from partners.commands.standing import Taker, announce, step
from partners.domain import tariffs
from partners.domain.contracts import ContractSuperseded, effective_at, parse_effective_on
from partners.domain.standing import (
    Actor,
    PartnerStatus,
    StepRefused,
)
from partners.store import contracts, partners
from partners.store.partners import PartnerAggregate
from partners.tables import ContractRow


async def offer_contract(
    session: AsyncSession,
    *,
    partner_id: UUID,
    shares: Sequence[split_pb2.Share],
    refund_liability: split_pb2.RefundLiability,
    city: City,
    by: UUID,
    now: datetime,
    effective_on: str = "",
) -> PartnerAggregate:
    """Offer a contract with these shares, or with those of the city's tariff where none are given, to be in force from
    a day of the city on or from its signature. Another that is on offer gives way to it."""
    if refund_liability not in split_pb2.RefundLiability.values():
        raise Invalid("refund_liability", "must be PRO_RATA, PARTNER or PLATFORM")
    partner = await partners.load_for_update(session, partner_id)
    if partner.status not in (PartnerStatus.CONTRACTING, PartnerStatus.ACTIVE):
        raise StepRefused("a contract is offered to a partner that is certified in all five aspects")
    if effective_on and partner.status != PartnerStatus.ACTIVE:
        raise Invalid("effective_on", "leave it out: a first contract is in force from its signature on")
    effective_day = parse_effective_on(effective_on, city.today(now))
    tariff = city.fees.of(tariffs.kind_of(partner.manifest))
    shares = shares or tariffs.shares_in(tariff, city.currency)
    tariffs.check_parties(shares, city)
    tariffs.check_plan(shares, tariff, city.currency)
    number = await contracts.newest_contract_number(session, partner_id) + 1
    contract_id = new_id()
    plan = split_pb2.SplitPlan(id=str(contract_id), version=number, shares=shares, refund_liability=refund_liability)
    contract = ContractRow(
        id=contract_id,
        partner_id=partner_id,
        number=number,
        split_plan=plan.SerializeToString(deterministic=True),
        offered_at=now,
        offered_by=by,
        effective_on=effective_day,
    )
    session.add(contract)
    await session.flush()
    publish(session, events.contract_offered(contract), partner_id)
    return await partners.load(session, partner_id)


async def sign_contract(
    session: AsyncSession, *, contract_id: UUID, partner_id: UUID, by: UUID, city: City, now: datetime
) -> PartnerAggregate:
    """Sign a contract; its parties are looked at again, since old offers have any."""
    partner = await partners.load_for_update(session, partner_id)
    contract = await contracts.contract_of(session, contract_id, partner_id)
    tariffs.check_parties(split_pb2.SplitPlan.FromString(contract.split_plan).shares, city)
    newest = await contracts.newest_contract_number(session, partner_id)
    if contract.signed_at is not None or contract.number != newest:
        raise ContractSuperseded("look at the partner's present contract", "contract_id")
    if partner.status == PartnerStatus.SUSPENDED:
        raise StepRefused("a suspended partner signs after it has been reinstated")
    contract.signed_at, contract.signed_by = now, by
    contract.effective_at = effective_at(contract.effective_on, now, city.zone)
    if partner.status == PartnerStatus.ACTIVE:
        partner.version += 1
    else:
        step(session, partner, PartnerStatus.ACTIVE, Taker(Actor.PARTNER, by, now))
    activated = await announce(session, partner_id, now, events_pb.PartnerActivated)
    publish(session, events.contract_signed(contract), partner_id)
    publish(session, events.bank_account_registered(activated), partner_id)
    return activated
