"""Nobody takes a step that is another's: a suspension is left only by who may lift it, and who did it is kept."""

import random
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.refusals import Refusal
from chassis.wire import timestamp
from city_pack.pack import read
from partners.api.partners import partner_message
from partners.commands import applications, contracts, standing
from partners.domain.standing import (
    NEXT,
    Actor,
    NotTheirStep,
    PartnerStatus,
    StepRefused,
    SuspendedByRegulator,
    advance,
)
from partners.registers import CheckedRegistration
from partners.store.partners import PartnerAggregate, load
from partners.tables import StepRow
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from yima.common.v1.route_pb2 import Role
from yima.partners.v1 import api_pb2 as pb

from services.partners.tests.certifying import answers, certify

pytestmark = pytest.mark.anyio
SERVICE = "partners"
CONFIRMED = CheckedRegistration(confirmed=True, reference="ref")
NOW = datetime.now(UTC).replace(microsecond=0)
JINAN = read(str(Path(__file__).parents[3] / "charts" / "yima" / "cities" / "jinan.yaml"))
OPERATOR, REGULATOR, STAFF = uuid4(), uuid4(), uuid4()


def a_word() -> str:
    """In a name that nobody else has."""
    return "".join(random.choices("ABCDEFGHKMNPQRSTUVWXYZ", k=12))


@pytest.fixture
async def db(database: str) -> AsyncGenerator[Database]:
    opened = Database(database)
    yield opened
    await opened.close()


async def screened(db: Database) -> UUID:
    """A partner that has passed screening."""
    partner_id = uuid4()
    manifest = pb.PartnerManifest(
        name={"text": dict.fromkeys(("zh-CN", "en"), f"Spring {a_word()}")},  # type: ignore[arg-type]
        kind=pb.PARTNER_KIND_CLINIC,
        registration_number=uuid4().hex[:18].upper(),
        districts=[JINAN.districts.places[0].code],
        contact=pb.Contact(name="Ren", email="office@clear-spring.example.org", telephone="+8653100000188"),
        bank_account=pb.BankAccount(holder="清泉", number="6200000000000018", bank_code="102451000019"),
        evidence=[
            pb.Evidence(aspect=aspect, title="t", reference="r", valid_until=str(NOW.date() + timedelta(days=99)))
            for aspect in pb.Aspect.values()[1:]
        ],
    )
    async with db.transaction() as session:
        await applications.apply(
            session, partner_id=partner_id, applicant_id=STAFF, manifest=manifest, city=JINAN, now=NOW
        )
        await applications.decide_screening(
            session, partner_id=partner_id, passed=True, reasons=["fine"], registration=CONFIRMED, by=OPERATOR, now=NOW,
            answers=answers(JINAN, "CLINIC"), city=JINAN,
        )  # fmt: skip
    return partner_id


async def contracting(db: Database) -> tuple[UUID, UUID]:
    """A certified partner and the contract it is offered."""
    partner_id = await screened(db)
    grants = [
        pb.CertificateGrant(aspect=aspect, scope=["*"], expires_at=timestamp(NOW + timedelta(days=99)))
        for aspect in pb.Aspect.values()[1:]
    ]
    async with db.transaction() as session:
        who = {"by": OPERATOR, "cosigner": REGULATOR}
        await certify(session, partner_id=partner_id, grants=grants, city=JINAN, now=NOW, **who)
    return partner_id, await offer(db, partner_id)


async def offer(db: Database, partner_id: UUID) -> UUID:
    async with db.transaction() as session:
        partner = await contracts.offer_contract(
            session,
            partner_id=partner_id,
            shares=[],
            refund_liability=0,  # type: ignore[arg-type] # the contract's number
            city=JINAN,
            by=uuid4(),
            now=NOW,
        )
    assert partner.contract is not None
    return partner.contract.id


async def sign(db: Database, partner_id: UUID, contract_id: UUID) -> PartnerAggregate:
    async with db.transaction() as session:
        return await contracts.sign_contract(
            session, contract_id=contract_id, partner_id=partner_id, by=STAFF, city=JINAN, now=NOW
        )


async def active(db: Database) -> UUID:
    partner_id, contract_id = await contracting(db)
    await sign(db, partner_id, contract_id)
    return partner_id


async def suspend(db: Database, partner_id: UUID, actor: Actor) -> PartnerAggregate:
    who = {"by": OPERATOR if actor == Actor.OPERATOR else REGULATOR, "actor": actor, "now": NOW}
    async with db.transaction() as session:
        return await standing.suspend(session, partner_id=partner_id, reason=f"harmful, says {actor}", **who)


async def reinstate(db: Database, partner_id: UUID, actor: Actor) -> PartnerAggregate:
    who: dict[str, Any] = {"by": OPERATOR if actor == Actor.OPERATOR else REGULATOR, "actor": actor, "now": NOW}
    async with db.transaction() as session:
        return await standing.reinstate(session, partner_id=partner_id, reason="answered", **who)


async def load_partner(db: Database, partner_id: UUID) -> PartnerAggregate:
    async with db.transaction() as session:
        return await load(session, partner_id)


async def test_signing_a_renewal_does_not_lead_out_of_a_suspension(db: Database) -> None:
    partner_id = await active(db)
    renewal = await offer(db, partner_id)
    for actor in (Actor.OPERATOR, Actor.REGULATOR):
        await suspend(db, partner_id, actor)
        with pytest.raises(StepRefused):
            await sign(db, partner_id, renewal)
        partner = await load_partner(db, partner_id)
        assert partner.row.status == PartnerStatus.SUSPENDED
        assert partner.contract is not None
        assert partner.contract.signed_at is None, "nothing is half done"
    await reinstate(db, partner_id, Actor.REGULATOR)
    assert (await sign(db, partner_id, renewal)).row.status == PartnerStatus.ACTIVE


@pytest.mark.parametrize(
    ("suspends", "lifts", "may"),
    [
        (Actor.OPERATOR, Actor.OPERATOR, True),
        (Actor.OPERATOR, Actor.REGULATOR, True),
        (Actor.REGULATOR, Actor.REGULATOR, True),
        (Actor.REGULATOR, Actor.OPERATOR, False),
    ],
)
async def test_a_suspension_is_lifted_by_who_may(db: Database, suspends: Actor, lifts: Actor, may: bool) -> None:
    partner_id = await active(db)
    await suspend(db, partner_id, suspends)
    if not may:
        with pytest.raises(SuspendedByRegulator):
            await reinstate(db, partner_id, lifts)
        return
    partner = await reinstate(db, partner_id, lifts)
    assert (partner.row.status, partner.row.suspended_as) == (PartnerStatus.ACTIVE, None)


async def test_a_regulator_takes_an_operators_suspension_over_and_not_the_other_way(db: Database) -> None:
    partner_id = await active(db)
    await suspend(db, partner_id, Actor.OPERATOR)
    before = (await load_partner(db, partner_id)).row.version
    assert (await suspend(db, partner_id, Actor.REGULATOR)).row.version == before + 1
    for again in (Actor.OPERATOR, Actor.REGULATOR):
        with pytest.raises(StepRefused):
            await suspend(db, partner_id, again)
    with pytest.raises(SuspendedByRegulator):
        await reinstate(db, partner_id, Actor.OPERATOR)


async def test_a_partner_takes_no_step_of_supervision(db: Database) -> None:
    partner_id = await active(db)
    with pytest.raises(NotTheirStep):
        await suspend(db, partner_id, Actor.PARTNER)
    await suspend(db, partner_id, Actor.OPERATOR)
    with pytest.raises(NotTheirStep):
        await reinstate(db, partner_id, Actor.PARTNER)


async def test_who_took_each_step_is_kept_and_shown_by_role_to_the_partner(db: Database) -> None:
    partner_id = await active(db)
    await suspend(db, partner_id, Actor.REGULATOR)
    partner = await load_partner(db, partner_id)
    shown = partner_message(partner, NOW, JINAN, supervises=True)
    assert [(step.became, step.taken_as, step.taken_by) for step in shown.steps] == [
        (pb.PARTNER_STATUS_SCREENING, Role.ROLE_PARTNER, str(STAFF)),
        (pb.PARTNER_STATUS_CERTIFYING, Role.ROLE_OPERATOR, str(OPERATOR)),
        (pb.PARTNER_STATUS_CONTRACTING, Role.ROLE_REGULATOR, str(REGULATOR)),
        (pb.PARTNER_STATUS_ACTIVE, Role.ROLE_PARTNER, str(STAFF)),
        (pb.PARTNER_STATUS_SUSPENDED, Role.ROLE_REGULATOR, str(REGULATOR)),
    ]
    assert (shown.suspended_as, shown.suspended_by) == (Role.ROLE_REGULATOR, str(REGULATOR))
    assert {certificate.issued_by for certificate in shown.certificates} == {str(OPERATOR)}
    partners_own = partner_message(partner, NOW, JINAN, supervises=False)
    assert partners_own.suspended_as == Role.ROLE_REGULATOR
    persons = [partners_own.suspended_by, partners_own.screening.decided_by]
    persons += [step.taken_by for step in partners_own.steps] + [
        person for row in partners_own.certificates for person in (row.issued_by, row.cosigned_by)
    ]
    assert set(persons) == {""}


async def test_the_database_has_the_same_table_of_steps(db: Database) -> None:
    async with db.transaction() as session:
        kept = {tuple(row) for row in await session.execute(text("SELECT was, became, taken_as FROM partner_steps()"))}
    rules = {(was, became, actor) for was, nexts in NEXT.items() for became, who in nexts.items() for actor in who}
    assert kept == {(str(was), str(became), str(actor)) for was, became, actor in rules} | {
        ("", "screening", "partner"),
        ("suspended", "suspended", "regulator"),
    }


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE partner SET status = 'active' WHERE id = :id",
        "UPDATE partner SET status = 'screening' WHERE id = :id",
        "UPDATE partner_step SET taken_as = 'regulator' WHERE partner_id = :id",
        "DELETE FROM partner_step WHERE partner_id = :id",
    ],
)
async def test_the_database_refuses_what_leads_round_the_rules(owner_database: str, db: Database, change: str) -> None:
    partner_id = await active(db)
    await suspend(db, partner_id, Actor.REGULATOR)
    owner = Database(owner_database)
    with pytest.raises(IntegrityError):
        async with owner.transaction() as session:
            await session.execute(text(change), {"id": partner_id})
    with pytest.raises(IntegrityError):
        async with owner.transaction() as session:
            session.add(
                StepRow(
                    id=uuid4(),
                    partner_id=partner_id,
                    was="suspended",
                    became="active",
                    taken_as="partner",
                    taken_by=STAFF,
                    taken_at=NOW,
                )
            )
    await owner.close()


def test_every_refusal_of_a_step_says_who_takes_it() -> None:
    with pytest.raises(Refusal, match="operator, regulator"):
        advance(PartnerStatus.SUSPENDED, PartnerStatus.ACTIVE, Actor.PARTNER)
