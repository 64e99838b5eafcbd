"""A partner leaves in order: no step is skipped, each is its taker's, and until the last it may stay after all."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.ids import Kind, shown
from chassis.refusals import Invalid
from partners.api.offboarding import held_money, unsettled_payouts
from partners.api.partners import partner_message
from partners.commands import offboarding, registry
from partners.domain.applications import AlreadyApplied
from partners.domain.offboarding import NotLeaving, OffboardingStep, SomethingLeft
from partners.domain.standing import Actor, Capability, NotTheirStep, StepRefused
from partners.store.partners import PartnerAggregate
from partners.store.registry import rows
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.common.v1.types_pb2 import Money, PageInfo
from yima.partners.v1 import api_pb2 as pb
from yima.partners.v1.events_pb2 import OffboardingChanged
from yima.settlement.v1 import api_pb2 as settlement_pb

from services.partners.tests.test_funnel import apply, cosign, decide, issue, offer, sign
from services.partners.tests.test_steps import JINAN, NOW, OPERATOR, STAFF, active, contracting, load_partner, suspend

pytestmark = pytest.mark.anyio
SERVICE = "partners"
PARTNERS_STEPS = list(OffboardingStep)[1:4]


@pytest.fixture
async def db(database: str) -> AsyncGenerator[Database]:
    opened = Database(database)
    yield opened
    await opened.close()


async def begin(db: Database, partner_id: UUID, reason: str = "we close") -> PartnerAggregate:
    async with db.transaction() as session:
        return await offboarding.begin(session, partner_id=partner_id, reason=reason, by=STAFF, now=NOW)


async def advance(
    db: Database, partner_id: UUID, checked: OffboardingStep | None, *left: str, actor: Actor = Actor.PARTNER
) -> PartnerAggregate:
    by = STAFF if actor is Actor.PARTNER else OPERATOR
    async with db.transaction() as session:
        return await offboarding.advance(
            session, partner_id=partner_id, checked=checked, left=left, by=by, actor=actor, now=NOW
        )


async def stop(
    db: Database, partner_id: UUID, actor: Actor = Actor.OPERATOR, reason: str = "stays"
) -> PartnerAggregate:
    async with db.transaction() as session:
        return await offboarding.stop(session, partner_id=partner_id, reason=reason, by=OPERATOR, actor=actor, now=NOW)


async def gone(db: Database) -> UUID:
    """A partner that has left."""
    partner_id = await active(db)
    await begin(db, partner_id)
    for step in PARTNERS_STEPS:
        await advance(db, partner_id, step)
    await advance(db, partner_id, None, actor=Actor.OPERATOR)
    return partner_id


async def announced(db: Database, partner_id: UUID) -> list[OffboardingChanged]:
    async with db.transaction() as session:
        payloads = await session.scalars(
            text("SELECT payload FROM outbox WHERE type LIKE '%.OffboardingChanged' ORDER BY id")
        )
        said = [OffboardingChanged.FromString(payload) for payload in payloads]
    return [each for each in said if each.standing.partner_id == str(partner_id)]


async def test_each_step_takes_away_what_is_over_and_everybody_hears_of_it(db: Database) -> None:
    partner_id = await active(db)
    partner = await begin(db, partner_id)
    assert partner.capabilities(NOW) == [Capability.BE_PAID, Capability.FULFIL, Capability.READ_DATA]
    for step in PARTNERS_STEPS:
        partner = await advance(db, partner_id, step)
        assert partner.capabilities(NOW) == [Capability.BE_PAID], "orders are finished; money may still come"
    partner = await advance(db, partner_id, None, actor=Actor.OPERATOR)
    assert (partner.row.status, partner.capabilities(NOW), partner.row.certified_until) == ("left", [], NOW)
    assert [each.step for each in await announced(db, partner_id)] == list(OffboardingStep)
    shown = partner_message(partner, NOW, JINAN, supervises=False).offboarding
    assert [step.step for step in shown.steps] == list(OffboardingStep)
    assert {step.taken_by for step in shown.steps} == {""}, "a partner reads roles, no persons"
    supervised = partner_message(partner, NOW, JINAN, supervises=True).offboarding
    assert [step.taken_by for step in supervised.steps] == [str(STAFF)] * 4 + [str(OPERATOR)]


async def test_the_registry_says_to_strangers_that_a_partner_left(db: Database) -> None:
    partner_id = await gone(db)
    async with db.transaction() as session:
        listed = await rows(session, partner_id, NOW - timedelta(days=400))
    entry = registry.partner_entry(listed.partners[0], list(listed.certificates), ())
    assert entry["status"] == "LEFT"
    assert {certificate["ended"]["because"] for certificate in entry["certificates"]} == {"left"}


async def test_nothing_is_skipped_and_what_is_left_is_said(db: Database) -> None:
    partner_id = await active(db)
    with pytest.raises(NotLeaving):
        await advance(db, partner_id, OffboardingStep.ORDERS_FINISHED)
    await begin(db, partner_id)
    with pytest.raises(SomethingLeft, match="finish or cancel it"):
        await advance(db, partner_id, OffboardingStep.ORDERS_FINISHED, "ord_1 is ACCEPTED: finish or cancel it")
    for asked in (None, OffboardingStep.MONEY_SETTLED):
        with pytest.raises(NotLeaving, match="another step"):
            await advance(db, partner_id, asked)
    with pytest.raises(NotTheirStep, match="the partner takes"):
        await advance(db, partner_id, None, actor=Actor.OPERATOR)
    for step in PARTNERS_STEPS:
        await advance(db, partner_id, step)
    with pytest.raises(NotTheirStep, match="operator takes"):
        await advance(db, partner_id, OffboardingStep.CERTIFICATES_ENDED)


@pytest.mark.parametrize("taken", range(4))
async def test_a_partner_stays_after_all_until_its_certificates_end(db: Database, taken: int) -> None:
    partner_id = await active(db)
    await begin(db, partner_id)
    for step in PARTNERS_STEPS[:taken]:
        await advance(db, partner_id, step)
    with pytest.raises(Invalid):
        await stop(db, partner_id, reason="")
    partner = await stop(db, partner_id, Actor.PARTNER if taken % 2 else Actor.OPERATOR)
    assert partner.row.status == "active" and set(partner.capabilities(NOW)) == set(Capability)
    assert (await announced(db, partner_id))[-1].stopped
    again = await begin(db, partner_id)
    assert again.offboarding is not None and len(again.offboarding.steps) == 1, "it begins from the first step"


async def test_who_has_left_does_not_come_back_by_stopping_or_beginning_again(db: Database) -> None:
    partner_id = await gone(db)
    with pytest.raises(NotLeaving):
        await stop(db, partner_id)
    with pytest.raises(StepRefused):
        await begin(db, partner_id)


async def test_only_an_active_partner_begins_to_leave_and_says_why(db: Database) -> None:
    suspended, (waiting, _) = await active(db), await contracting(db)
    await suspend(db, suspended, Actor.REGULATOR)
    for partner_id in (suspended, waiting):
        with pytest.raises(StepRefused):
            await begin(db, partner_id)
    with pytest.raises(Invalid):
        await begin(db, await active(db), reason=" ")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE partner SET status = 'left', left_at = now() WHERE id = :id",
        "UPDATE partner SET status = 'active' WHERE id = :id",
        "UPDATE partner SET offboarding_step = 3 WHERE id = :id",
        "UPDATE offboarding SET step = 4 WHERE partner_id = :id",
        "UPDATE offboarding SET partner_id = gen_random_uuid() WHERE partner_id = :id",
        "UPDATE offboarding SET stopped_at = now() WHERE partner_id = :id",
        "INSERT INTO offboarding_step SELECT id, 3, 'partner', begun_by, now() FROM offboarding WHERE partner_id = :id",
        "INSERT INTO offboarding_step SELECT id, 2, 'operator', begun_by, now()"
        " FROM offboarding WHERE partner_id = :id",
        "UPDATE offboarding_step SET taken_at = now() WHERE offboarding_id = "
        "(SELECT id FROM offboarding WHERE partner_id = :id)",
        "DELETE FROM offboarding WHERE partner_id = :id",
        "INSERT INTO offboarding SELECT gen_random_uuid(), partner_id, begun_by, now(), 'x' FROM offboarding"
        " WHERE partner_id = :id",
    ],
)
async def test_the_database_holds_the_order(owner_database: str, db: Database, change: str) -> None:
    partner_id = await active(db)
    await begin(db, partner_id)
    owner = Database(owner_database)
    with pytest.raises(DBAPIError):
        async with owner.transaction() as session:
            await session.execute(text(change), {"id": partner_id})
    await owner.close()
    assert (await load_partner(db, partner_id)).row.offboarding_step == OffboardingStep.SALE_STOPPED


async def come_back(db: Database, partner_id: UUID, at: datetime) -> PartnerAggregate:
    """Apply again, and be screened, certified and active again."""
    await apply(db, at, partner_id=partner_id)
    assert (await load_partner(db, partner_id)).capabilities(at) == [], "it has applied, and may do nothing"
    await decide(db, partner_id, at)
    await cosign(db, await issue(db, partner_id, at), at)
    await sign(db, partner_id, await offer(db, partner_id, at), at)
    return await load_partner(db, partner_id)


async def test_who_has_left_applies_again_and_what_it_had_before_stays_ended(db: Database) -> None:
    partner_id = await gone(db)
    old = {row.id for row in (await load_partner(db, partner_id)).certificates}
    later = NOW + timedelta(days=40)
    partner = await come_back(db, partner_id, later)
    assert Capability.SELL in partner.capabilities(later)
    assert not old & {row.id for row in partner.certificates}
    assert partner_message(partner, later, JINAN, supervises=False).HasField("offboarding") is False
    async with db.transaction() as session:
        listed = await rows(session, partner_id, NOW - timedelta(days=400))
    entries = [registry.certificate_entry(row, None) for row in listed.certificates]
    ended = {entry["id"]: entry["ended"] for entry in entries if "ended" in entry}
    assert ended.keys() == {shown(Kind.CERTIFICATE, certificate_id) for certificate_id in old}
    assert {(end["because"], end["at"]) for end in ended.values()} == {("left", registry.written(NOW))}
    await begin(db, partner_id, "we close again")
    assert (await load_partner(db, partner_id)).row.offboarding_step == OffboardingStep.SALE_STOPPED


async def test_who_is_leaving_does_not_apply_again(db: Database) -> None:
    partner_id = await active(db)
    await begin(db, partner_id)
    with pytest.raises(AlreadyApplied):
        await apply(db, NOW, partner_id=partner_id)


def test_the_contract_has_the_same_steps() -> None:
    names = {name.removeprefix("OFFBOARDING_STEP_"): number for name, number in pb.OffboardingStep.items()[1:]}
    assert names == {step.name: step.value for step in OffboardingStep}


def test_what_is_held_is_said_in_the_currencys_own_unit() -> None:
    def held(minor: int, currency: str) -> Any:
        return Money(minor=minor, currency=currency)

    outlook = settlement_pb.PayoutOutlook()
    outlook.currencies.add(pending=held(12_345, "CNY"), posted=held(0, "CNY"), on_hold=held(-5, "CNY"))
    outlook.currencies.add(reserved=held(1_500, "KWD"))
    assert held_money(outlook) == [
        "pending is 123.45 CNY, not 0",
        "on hold is -0.05 CNY, not 0",
        "reserved is 1.500 KWD, not 0",
    ]


async def test_a_payout_that_is_under_way_is_found_however_many_came_after_it() -> None:
    payouts = [settlement_pb.Payout(id=str(uuid4()), status=settlement_pb.PAYOUT_STATUS_PAID) for _ in range(250)]
    payouts[249].status = settlement_pb.PAYOUT_STATUS_SUBMITTED

    async def page_after(cursor: str) -> settlement_pb.PayoutPage:
        first = int(cursor or 0)
        chosen = range(first, min(first + 100, len(payouts)))
        return settlement_pb.PayoutPage(
            payouts=[payouts[index] for index in chosen],
            page=PageInfo(cursors=[str(index + 1) for index in chosen], has_next=chosen.stop < len(payouts)),
        )

    (left,) = await unsettled_payouts(page_after)
    assert shown(Kind.PAYOUT, UUID(payouts[249].id)) in left
