"""How long a partner takes from applying to its first offering, who waits for whom, and what is stuck."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.refusals import Invalid, NotFound
from chassis.wire import moment, timestamp
from partners.api import funnel as api
from partners.commands import applications, certificates, contracts
from partners.commands.funnel import note_live
from partners.domain.funnel import STUCK_AFTER, is_stuck
from sqlalchemy import text
from yima.common.v1.route_pb2 import Role
from yima.partners.v1 import api_pb2 as pb

from services.partners.tests.certifying import answers
from services.partners.tests.test_contracts import manifest
from services.partners.tests.test_steps import CONFIRMED, JINAN, NOW, OPERATOR, REGULATOR, STAFF, active

pytestmark = pytest.mark.anyio
SERVICE = "partners"
DAY = timedelta(days=1)
DISTRICT = JINAN.districts.places[0].code


@pytest.fixture
async def db(database: str) -> AsyncGenerator[Database]:
    opened = Database(database)
    yield opened
    await opened.close()


@pytest.fixture
async def alone(own_database: str) -> AsyncGenerator[Database]:
    """Of nobody but who is in the test: what all there are come to is looked at."""
    opened = Database(own_database)
    yield opened
    await opened.close()


def caller(session: Any, now: datetime, partner_id: UUID | None = None) -> Any:
    """A call of a partner's staff, or of an operator."""
    principal = SimpleNamespace(supervises=partner_id is None, partner_id=str(partner_id or ""))
    return SimpleNamespace(session=session, now=now, principal=principal, resources=SimpleNamespace(city=JINAN))


async def funnel(db: Database, partner_id: UUID, now: datetime, as_partner: UUID | None = None) -> pb.PartnerFunnel:
    async with db.transaction() as session:
        request = pb.GetPartnerFunnelRequest(partner_id=str(partner_id))
        return await api.get_partner_funnel(request, caller(session, now, as_partner))


async def city_funnel(db: Database, now: datetime, **terms: Any) -> pb.CityFunnel:
    async with db.transaction() as session:
        return await api.get_city_funnel(pb.GetCityFunnelRequest(**terms), caller(session, now))


async def apply(db: Database, at: datetime, *, complete: bool = True, partner_id: UUID | None = None) -> UUID:
    partner_id = partner_id or uuid4()
    application = manifest("LABORATORY", DISTRICT)
    if not complete:
        del application.evidence[1:]
    async with db.transaction() as session:
        await applications.apply(
            session, partner_id=partner_id, applicant_id=STAFF, manifest=application, city=JINAN, now=at
        )
    return partner_id


async def decide(db: Database, partner_id: UUID, at: datetime, *, passed: bool = True) -> None:
    verdict = pb.VERDICT_MET if passed else pb.VERDICT_NOT_MET
    async with db.transaction() as session:
        await applications.decide_screening(
            session, partner_id=partner_id, passed=passed, reasons=["seen"], registration=CONFIRMED, by=OPERATOR,
            answers=answers(JINAN, "LABORATORY", verdict), city=JINAN, now=at,
        )  # fmt: skip


async def issue(db: Database, partner_id: UUID, at: datetime) -> list[UUID]:
    """Issue all five certificates; returns those that a regulator is to co-sign."""
    grants = [
        pb.CertificateGrant(aspect=aspect, scope=["*"], expires_at=timestamp(at + 99 * DAY))
        for aspect in pb.Aspect.values()[1:]
    ]
    async with db.transaction() as session:
        partner = await certificates.issue_certificates(
            session, partner_id=partner_id, grants=grants, city=JINAN, by=OPERATOR, now=at
        )
        return [row.id for row in partner.proposed]


async def cosign(db: Database, proposed: list[UUID], at: datetime) -> None:
    async with db.transaction() as session:
        for certificate_id in proposed:
            await certificates.cosign_certificate(session, certificate_id=certificate_id, by=REGULATOR, now=at)


async def offer(db: Database, partner_id: UUID, at: datetime) -> UUID:
    async with db.transaction() as session:
        partner = await contracts.offer_contract(
            session, partner_id=partner_id, shares=[], refund_liability=0, city=JINAN, by=OPERATOR, now=at  # type: ignore[arg-type]
        )  # fmt: skip
    assert partner.contract is not None
    return partner.contract.id


async def sign(db: Database, partner_id: UUID, contract_id: UUID, at: datetime) -> None:
    async with db.transaction() as session:
        await contracts.sign_contract(
            session, contract_id=contract_id, partner_id=partner_id, by=STAFF, city=JINAN, now=at
        )


async def publish(db: Database, partner_id: UUID, at: datetime) -> None:
    async with db.transaction() as session:
        await note_live(session, [(partner_id, at)])


def days_of(message: pb.PartnerFunnel) -> dict[str, float]:
    return {
        pb.FunnelStage.Name(step.stage).removeprefix("FUNNEL_STAGE_"): step.seconds / DAY.total_seconds()
        for step in message.steps
    }


def stands(message: pb.PartnerFunnel) -> tuple[str, str]:
    """In which step, and who is to act."""
    return (
        pb.FunnelStage.Name(message.stage).removeprefix("FUNNEL_STAGE_"),
        Role.Name(message.waits_for).removeprefix("ROLE_"),
    )


async def test_each_step_has_its_days_and_says_who_waits_for_whom(db: Database) -> None:
    partner_id = await apply(db, NOW, complete=False)
    assert stands(await funnel(db, partner_id, NOW + DAY)) == ("DOCUMENTS", "PARTNER")
    async with db.transaction() as session:
        evidence = manifest("LABORATORY", DISTRICT).evidence[1:]
        await applications.add_evidence(
            session, partner_id=partner_id, evidence=evidence, city=JINAN, now=NOW + 2 * DAY
        )
    assert stands(await funnel(db, partner_id, NOW + 3 * DAY)) == ("SCREENING", "OPERATOR")
    await decide(db, partner_id, NOW + 5 * DAY)
    assert stands(await funnel(db, partner_id, NOW + 5 * DAY)) == ("CERTIFICATES", "OPERATOR")
    proposed = await issue(db, partner_id, NOW + 6 * DAY)
    assert proposed, "some of them touch data"
    waiting = await funnel(db, partner_id, NOW + 7 * DAY, as_partner=partner_id)
    assert stands(waiting) == ("CERTIFICATES", "REGULATOR")
    assert {Role.Name(aspect.waits_for) for aspect in waiting.aspects} == {"ROLE_UNSPECIFIED", "ROLE_REGULATOR"}
    await cosign(db, proposed, NOW + 9 * DAY)
    assert stands(await funnel(db, partner_id, NOW + 9 * DAY)) == ("CONTRACT_OFFER", "OPERATOR")
    contract_id = await offer(db, partner_id, NOW + 10 * DAY)
    assert stands(await funnel(db, partner_id, NOW + 10 * DAY)) == ("CONTRACT_SIGNATURE", "PARTNER")
    await sign(db, partner_id, contract_id, NOW + 14 * DAY)
    assert stands(await funnel(db, partner_id, NOW + 15 * DAY)) == ("FIRST_OFFERING", "PARTNER")
    await publish(db, partner_id, NOW + 20 * DAY)
    await publish(db, partner_id, NOW + 30 * DAY)
    live = await funnel(db, partner_id, NOW + 40 * DAY)
    assert stands(live) == ("UNSPECIFIED", "UNSPECIFIED")
    assert moment(live.live_at) == NOW + 20 * DAY
    assert days_of(live) == {
        "DOCUMENTS": 2, "SCREENING": 3, "CERTIFICATES": 4, "CONTRACT_OFFER": 1, "CONTRACT_SIGNATURE": 4,
        "FIRST_OFFERING": 6,
    }  # fmt: skip
    assert all(moment(aspect.reviewed_at) == NOW + 5 * DAY for aspect in live.aspects)
    assert {moment(aspect.certified_at) for aspect in live.aspects} == {NOW + 6 * DAY, NOW + 9 * DAY}


async def test_who_applies_again_begins_anew_and_what_was_before_counts_as_one_more_application(db: Database) -> None:
    partner_id = await apply(db, NOW)
    await decide(db, partner_id, NOW + DAY, passed=False)
    refused = await funnel(db, partner_id, NOW + 2 * DAY)
    assert (stands(refused), refused.status) == (("UNSPECIFIED", "UNSPECIFIED"), pb.PARTNER_STATUS_REJECTED)
    await apply(db, NOW + 4 * DAY, partner_id=partner_id)
    again = await funnel(db, partner_id, NOW + 6 * DAY)
    assert (stands(again), again.applications) == (("SCREENING", "OPERATOR"), 2)
    assert days_of(again) == {"DOCUMENTS": 0, "SCREENING": 2}


async def test_an_operator_sees_medians_and_who_is_stuck_first(alone: Database) -> None:
    for days in (2, 4, 12):
        await decide(alone, await apply(alone, NOW), NOW + days * DAY)
    stuck, fresh = await apply(alone, NOW), await apply(alone, NOW + 8 * DAY)
    seen = await city_funnel(alone, NOW + 12 * DAY, district=DISTRICT)
    screening = seen.medians[1]
    assert (screening.finished, screening.median_seconds) == (3, (4 * DAY).total_seconds())
    assert (screening.waiting, screening.waiting_median_seconds) == (2, (8 * DAY).total_seconds())
    assert screening.stuck == 1
    waiting = [each for each in seen.under_way if each.stage == pb.FUNNEL_STAGE_SCREENING]
    assert [(each.partner_id, each.stuck) for each in waiting] == [(str(stuck), True), (str(fresh), False)]
    hospitals = await city_funnel(alone, NOW + 12 * DAY, kind=pb.PARTNER_KIND_HOSPITAL)
    assert (len(hospitals.under_way), [each.finished for each in hospitals.medians]) == (0, [0] * 6)


async def test_the_way_to_the_first_offering_is_summed_of_those_who_came_there(alone: Database) -> None:
    live, _ = await active(alone), await active(alone)
    await publish(alone, live, NOW + 3 * DAY)
    await decide(alone, await apply(alone, NOW), NOW, passed=False)
    seen = await city_funnel(alone, NOW + 5 * DAY)
    assert (seen.live, seen.median_seconds_to_live, seen.came_to_nothing) == (1, (3 * DAY).total_seconds(), 1)
    assert [pb.FunnelStage.Name(each.stage) for each in seen.under_way] == ["FUNNEL_STAGE_FIRST_OFFERING"]


async def test_nobody_sees_the_way_of_another_partner_and_an_unknown_kind_or_district_is_refused(db: Database) -> None:
    partner_id = await apply(db, NOW)
    with pytest.raises(NotFound):
        await funnel(db, partner_id, NOW, as_partner=uuid4())
    with pytest.raises(NotFound):
        await funnel(db, uuid4(), NOW)
    for field, value in (("kind", 99), ("district", "atlantis")):
        with pytest.raises(Invalid) as refused:
            await city_funnel(db, NOW, **{field: value})
        assert refused.value.field == field


async def test_a_partner_that_is_suspended_or_left_waits_for_nobody(db: Database) -> None:
    partner_id = await active(db)
    async with db.transaction() as session:
        await session.execute(text("UPDATE partner SET status = 'suspended' WHERE id = :id"), {"id": partner_id})
    assert stands(await funnel(db, partner_id, NOW + 30 * DAY)) == ("UNSPECIFIED", "UNSPECIFIED")


def test_a_partner_is_stuck_after_a_week_and_twice_what_is_usual() -> None:
    week = STUCK_AFTER.total_seconds()
    assert not is_stuck(week, 0)
    assert is_stuck(week + 1, 0)
    assert not is_stuck(week + 1, week)
    assert is_stuck(2 * week + 1, week)
