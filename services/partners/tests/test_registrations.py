"""A partner's registration is checked again with its register; whoever is struck off has lapsed at once."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest
from chassis.database import Database
from chassis.questions import NotAnswered
from partners.commands import registrations
from partners.domain.standing import StepRefused, check_good_standing
from partners.events import standing
from partners.registers import CheckedRegistration
from partners.store.partners import PartnerAggregate
from sqlalchemy import text
from yima.partners.v1 import api_pb2 as pb
from yima.partners.v1.events_pb2 import CertificateLapsed, PartnerCertified

from services.partners.tests.test_steps import NOW, active, load_partner

pytestmark = pytest.mark.anyio
SERVICE = "partners"
DAY = timedelta(days=1)


@dataclass
class Register:
    """A register that says what it is told to, or nothing."""

    confirmed: bool | None = True
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def check_registration(self, name: str, number: str) -> CheckedRegistration:
        self.asked.append((name, number))
        if self.confirmed is None:
            raise NotAnswered("away")
        return CheckedRegistration(self.confirmed, "ref")


@pytest.fixture
async def db(database: str) -> AsyncGenerator[Database]:
    opened = Database(database)
    async with opened.transaction() as session:
        await session.execute(text("UPDATE partner SET registration_due_at = now() + interval '1 year'"))
    yield opened
    await opened.close()


async def check(db: Database, partner_id: UUID, register: Register) -> PartnerAggregate:
    """Have what is due checked, which this partner is; the partner as it stands then."""
    async with db.transaction() as session:
        await session.execute(text("UPDATE partner SET registration_due_at = now() WHERE id = :id"), {"id": partner_id})
    assert not await registrations.check_due(db, register, "zh-CN", DAY)
    return await load_partner(db, partner_id)


async def announced(db: Database, kind: type[CertificateLapsed] | type[PartnerCertified], partner_id: UUID) -> int:
    async with db.transaction() as session:
        payloads = await session.scalars(
            text("SELECT payload FROM outbox WHERE type = :type"), {"type": kind.DESCRIPTOR.full_name}
        )
        return sum(kind.FromString(payload).standing.partner_id == str(partner_id) for payload in payloads)


async def test_whoever_is_struck_off_has_lapsed_until_the_register_confirms_them_again(db: Database) -> None:
    partner_id, register = await active(db), Register(confirmed=False)
    certified = await announced(db, PartnerCertified, partner_id)
    partner = await check(db, partner_id, register)
    assert partner.row.struck_off_at is not None
    lapsed = standing(partner, db.now())
    assert set(lapsed.capabilities) == {pb.CAPABILITY_FULFIL, pb.CAPABILITY_BE_PAID}, "open orders finish"
    assert not lapsed.certificate_ids
    with pytest.raises(StepRefused):
        check_good_standing(partner.row.status, partner.row.certified_until, db.now())  # type: ignore[arg-type] # its text
    assert await announced(db, CertificateLapsed, partner_id) == 1
    await check(db, partner_id, register)
    assert await announced(db, CertificateLapsed, partner_id) == 1, "announced once"
    register.confirmed = True
    again = await check(db, partner_id, register)
    assert (again.row.struck_off_at, again.row.version > partner.row.version) == (None, True)
    assert pb.CAPABILITY_READ_DATA in standing(again, db.now()).capabilities
    assert await announced(db, PartnerCertified, partner_id) == certified + 1


@pytest.mark.parametrize("struck_off", [False, True])
async def test_a_register_that_is_away_gives_nothing_and_takes_nothing(db: Database, struck_off: bool) -> None:
    partner_id = await active(db)
    before = await check(db, partner_id, Register(confirmed=not struck_off))
    after = await check(db, partner_id, Register(confirmed=None))
    assert (after.row.struck_off_at, after.row.version) == (before.row.struck_off_at, before.row.version)
    assert after.row.registration_attempts == 1
    assert NOW < (after.row.registration_due_at or NOW) < db.now() + timedelta(hours=2), "it is asked again soon"


async def test_it_is_asked_once_a_day_by_whichever_process(db: Database) -> None:
    partner_id, register = await active(db), Register()
    partner = await check(db, partner_id, register)
    assert len(register.asked) == 1 and register.asked[0][1] == partner.row.registration_number
    assert not await registrations.check_due(db, register, "zh-CN", DAY)
    assert len(register.asked) == 1
