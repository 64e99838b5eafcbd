"""A code is honoured once. Who honoured it and lost the answer gets it again, for as long as the receipt is good."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.refusals import Unauthenticated
from city_pack.pack import read
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from devstack.cities import City
from identity import store
from identity.commands import people
from identity.commands.codes import Redemption, redeem_health_code
from identity.domain import codes
from identity.domain.codes import RECEIPT_LIFETIME, CodeClaims, CodeKeys, CodeUsed
from identity.tables import ResidentRow, ScanRow
from sqlalchemy import text

pytestmark = pytest.mark.anyio
SERVICE = "identity"
KEY = Ed25519PrivateKey.generate()
JINAN = read(str(City.named("jinan").pack))
KEYS = CodeKeys("k1", KEY, {"k1": KEY.public_key()}, {"k1": bytes(32)})


@dataclass(frozen=True)
class Ward:
    """A resident's code, and two practitioners of one institution who scan it."""

    store: Database
    claims: CodeClaims
    institution: UUID
    first: UUID
    second: UUID
    now: datetime

    async def scan(self, practitioner: UUID, after: timedelta = timedelta()) -> ScanRow | CodeUsed:
        redemption = await self.redeem(practitioner, after)
        return redemption if isinstance(redemption, CodeUsed) else redemption.scan

    async def redeem(self, practitioner: UUID, after: timedelta = timedelta()) -> Redemption | CodeUsed:
        async with self.store.transaction() as session:
            return await redeem_health_code(
                session,
                claims=self.claims,
                practitioner_id=practitioner,
                institution_id=self.institution,
                city=JINAN,
                now=self.now + after,
            )

    async def announced(self, event: str) -> int:
        async with self.store.transaction() as session:
            query = "SELECT count(*) FROM outbox WHERE type = :type AND payload LIKE :about"
            about = b"%" + str(self.first).encode() + b"%" if event == "Redeemed" else b"%"
            return int(
                await session.scalar(text(query), {"type": f"yima.identity.v1.HealthCode{event}", "about": about}) or 0
            )


@pytest.fixture
async def ward(database: str) -> AsyncGenerator[Ward]:
    opened, now = Database(database), datetime.now(UTC)
    async with opened.transaction() as session:
        institution = await people.register_institution(
            session,
            name={"zh-CN": "医院", "en": "Hospital"},
            locales=["zh-CN", "en"],
            login=f"{uuid4().hex}@h.example.org",
            password_hash="none",
            staff_name="Staff",
            address="",
            now=now,
        )
        doctors = [
            await people.register_practitioner(
                session,
                institution_id=institution.id,
                login=f"{uuid4().hex}@h.example.org",
                password_hash="none",
                name="Doctor",
                licence_number=uuid4().hex,
                title="Doctor",
                now=now,
            )
            for _ in range(2)
        ]
        resident = await people.register_resident(
            session,
            login=f"{uuid4().hex}@r.example.org",
            password_hash="none",
            name="Lin",
            birth_date="1960-05-05",
            address="",
            city=JINAN,
            now=now,
        )
    code, _ = codes.issue(KEYS, "jinan", resident.health_code_id, now)
    claims = codes.read(code, KEYS, "jinan")
    yield Ward(opened, claims, institution.id, doctors[0].id, doctors[1].id, now)
    await opened.close()


async def test_who_lost_the_answer_gets_the_same_scan_even_when_the_code_is_over(ward: Ward) -> None:
    first = await ward.scan(ward.first)
    assert isinstance(first, ScanRow)
    for after in (timedelta(seconds=1), timedelta(minutes=5), RECEIPT_LIFETIME - timedelta(seconds=1)):
        again = await ward.scan(ward.first, after)
        assert isinstance(again, ScanRow)
        assert (again.id, again.scanned_at) == (first.id, first.scanned_at)
    assert await ward.announced("Redeemed") == 1
    assert await ward.announced("Replayed") == 0


async def test_anybody_else_is_refused_and_it_is_told(ward: Ward) -> None:
    before = await ward.announced("Replayed")
    await ward.scan(ward.first)
    assert isinstance(await ward.scan(ward.second), CodeUsed)
    assert await ward.announced("Replayed") == before + 1


async def test_who_left_scans_nothing_and_their_scans_from_before_stay(ward: Ward) -> None:
    """Whatever token they have: it need not be known yet that their session ended."""
    before = await ward.scan(ward.first)
    assert isinstance(before, ScanRow)
    for practitioner in (ward.first, ward.second):
        async with ward.store.transaction() as session:
            await people.end_practitioner_registration(
                session, practitioner_id=practitioner, institution_id=ward.institution, by=uuid4(), reason="",
                now=ward.now,
            )  # fmt: skip
        with pytest.raises(Unauthenticated):
            await ward.scan(practitioner)
    async with ward.store.transaction() as session:
        kept = await store.codes.scan_of_token(session, ward.claims.token_id)
    assert kept is not None
    assert (kept.id, kept.practitioner_id) == (before.id, ward.first)


async def test_after_the_receipts_life_a_scan_is_not_told_again(ward: Ward) -> None:
    await ward.scan(ward.first)
    assert isinstance(await ward.scan(ward.first, RECEIPT_LIFETIME), CodeUsed)


async def test_many_scans_at_once_are_one(ward: Ward) -> None:
    answers = await asyncio.gather(*(ward.scan(ward.first if turn % 2 else ward.second) for turn in range(10)))
    honoured = [answer for answer in answers if isinstance(answer, ScanRow)]
    assert len({answer.id for answer in honoured}) == 1
    assert len({answer.practitioner_id for answer in honoured}) == 1


async def test_a_code_that_is_over_is_not_honoured_for_the_first_time(ward: Ward) -> None:
    stranger = replace(ward, claims=replace(ward.claims, token_id=uuid4().bytes))
    with pytest.raises(Exception, match="minute"):
        await stranger.scan(ward.first, timedelta(seconds=61))


@pytest.mark.parametrize(("days_to_majority", "names"), [(1, ["Guardian"]), (-1, [])])
async def test_who_scans_a_code_sees_who_acts_for_a_minor_and_nobody_for_who_is_of_age(
    ward: Ward, days_to_majority: int, names: list[str]
) -> None:
    """Also while the guardianship of who came of age was not ended yet."""
    born = JINAN.adults_born_until(ward.now) + timedelta(days=days_to_majority)
    async with ward.store.transaction() as session:
        guardian = ResidentRow(
            id=uuid4(), name="Guardian", birth_date=date(1980, 5, 5), health_code_id=uuid4(), registered_at=ward.now
        )
        session.add(guardian)
        await session.flush()
        resident = await session.scalar(
            text("UPDATE resident SET birth_date = :born WHERE health_code_id = :code RETURNING id"),
            {"born": born, "code": ward.claims.health_code_id},
        )
        await store.people.add_guardian(session, guardian.id, resident, ward.now)
    redemption = await ward.redeem(ward.first)
    assert isinstance(redemption, Redemption)
    assert list(redemption.guardian_names) == names
    assert (redemption.resident.id, redemption.resident.name) == (resident, "Lin")
