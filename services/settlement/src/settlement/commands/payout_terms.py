"""How partners are paid: what was agreed with each, and what partners of its risk are asked for."""

import re
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.refusals import Invalid
from sqlalchemy.ext.asyncio import AsyncSession

from settlement.domain.payout_terms import ALL, DAYS, Terms, loosened
from settlement.domain.proposals import NeedsSecondPerson
from settlement.store import payout_terms as store
from settlement.tables import PayoutTermsRow, RiskTierRow

DAYS_MAX = 365
STANDARD = "standard"
NEW = "new"  # of partners with whom nothing has been agreed yet
TIERS_MAX = 20
TIER_NAME = re.compile(r"[a-z0-9-]{1,40}")


async def set_payout_terms(
    session: AsyncSession,
    *,
    partner_id: UUID,
    terms: Terms,
    risk_tier: str = STANDARD,
    by: UUID,
    approved_by: UUID | None = None,
    now: datetime,
) -> PayoutTermsRow:
    """Say how a partner is paid from the next run on, and how risky it is.

    One person may make terms stricter; it takes two to let money go sooner or with less kept back than before.
    """
    for field, value, most in (
        ("hold_days", terms.hold_days, DAYS_MAX),
        ("reserve_days", terms.reserve_days, DAYS_MAX),
        ("reserve_basis_points", terms.reserve_basis_points, ALL),
    ):
        if not 0 <= value <= most:
            raise Invalid(field, f"must be between 0 and {most}")
    if terms.minimum_minor < 0:
        raise Invalid("minimum_minor", "must not be negative")
    first, last = DAYS[terms.schedule]
    if not first <= terms.schedule_day <= last:
        raise Invalid("schedule_day", f"must be between {first} and {last} where one is paid {terms.schedule}")
    frozen = texts.reason(terms.frozen, "frozen") if terms.frozen.strip() else ""
    tiers = {tier.name: tier for tier in await store.tiers(session)}
    if risk_tier not in tiers:
        raise Invalid("risk_tier", f"must be one of {', '.join(tiers)}")
    await store.lock_terms(session)
    before = await store.in_force(session, partner_id)
    looser = loosened(before, stricter(terms, tiers[risk_tier]))
    if looser and approved_by in (None, by):
        raise NeedsSecondPerson(
            f"{', '.join(looser)} would be looser than now; propose it and let another person approve it",
            f"terms.{looser[0]}",
        )
    row = PayoutTermsRow(
        partner_id=partner_id,
        risk_tier=risk_tier,
        hold_days=terms.hold_days,
        minimum_minor=terms.minimum_minor,
        reserve_basis_points=terms.reserve_basis_points,
        reserve_days=terms.reserve_days,
        frozen=frozen,
        rail=terms.rail,
        schedule=terms.schedule,
        schedule_day=terms.schedule_day,
        set_by=by,
        approved_by=approved_by,
        set_at=now,
    )
    await store.put_terms(session, row)
    return row


def stricter(terms: Terms, tier: RiskTierRow) -> Terms:
    """What holds where a partner of this tier has agreed to these terms."""
    return replace(
        terms,
        hold_days=max(terms.hold_days, tier.hold_days),
        reserve_basis_points=max(terms.reserve_basis_points, tier.reserve_basis_points),
        reserve_days=max(terms.reserve_days, tier.reserve_days),
    )


async def put_risk_tier(session: AsyncSession, *, tier: RiskTierRow, approved_by: UUID | None = None) -> RiskTierRow:
    """Say what partners of one risk are asked for, from the next run on. To ask for less takes two people."""
    if not TIER_NAME.fullmatch(tier.name):
        raise Invalid("name", "must be 1 to 40 small letters, digits and hyphens")
    for field, value, most in (
        ("hold_days", tier.hold_days, DAYS_MAX),
        ("reserve_days", tier.reserve_days, DAYS_MAX),
        ("reserve_basis_points", tier.reserve_basis_points, ALL),
    ):
        if not 0 <= value <= most:
            raise Invalid(field, f"must be between 0 and {most}")
    await store.lock_terms(session)
    known = {row.name: row for row in await store.tiers(session)}
    if tier.name not in known and len(known) >= TIERS_MAX:
        raise Invalid("name", f"there are {TIERS_MAX} tiers already; change one of them")
    if (before := known.get(tier.name)) is not None and approved_by in (None, tier.set_by):
        looser = loosened(stricter(Terms(), before), stricter(Terms(), tier))
        if looser:
            raise NeedsSecondPerson(
                f"{', '.join(looser)} would be looser than now; propose it and let another person approve it", looser[0]
            )
    await store.put_tier(session, tier)
    return tier
