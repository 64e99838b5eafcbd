"""A printed code is for who has no phone: with their identity card it says who they are, alone it is worth nothing."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.pages import beginning
from chassis.refusals import Invalid, NotFound, Unauthenticated
from city_pack.pack import read
from devstack.cities import City
from devstack.fictional import identity_number
from identity import store
from identity.commands import people
from identity.commands import printed_codes as commands
from identity.commands.codes import rotate_codes
from identity.commands.scans import Redemption
from identity.domain.printed_codes import PRINTED_FOR, WRONG_MAX, CardDiffers, OwnerNotProven, PrintedCodeOver
from identity.domain.proofs import NumberKey
from identity.domain.scans import Rotation, Scanning, receipt_claims
from identity.registers.port import CheckedLicence
from identity.store.scans import scans_of_resident
from identity.tables import IdentityProofRow, PrintedCodeRow
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

pytestmark = pytest.mark.anyio
SERVICE = "identity"
JINAN = read(str(City.named("jinan").pack))
KEY = NumberKey("k" * 40)


@dataclass
class Desk:
    """A resident with a card, their printed code, and who scans it."""

    database: Database
    resident_id: UUID
    number: str
    institution_id: UUID
    practitioner_id: UUID
    ahead: timedelta = timedelta()

    def __post_init__(self) -> None:
        self.database.now = lambda: datetime.now(UTC) + self.ahead  # type: ignore[method-assign] # a clock that is set

    async def print(self) -> str:
        async with self.database.transaction() as session:
            _, text = await commands.print_code(
                session, resident_id=self.resident_id, by=self.resident_id, now=self.database.now()
            )
            return text

    async def scan(self, text: str, number: str = "", practitioner_id: UUID | None = None) -> Redemption:
        return await commands.redeem_printed_code(
            self.database,
            text=text,
            identity_number=number or self.number,
            practitioner_id=practitioner_id or self.practitioner_id,
            institution_id=self.institution_id,
            scanning=Scanning(place="Reception"),
            number_key=KEY,
            city=JINAN,
        )


@pytest.fixture
async def desk(database: str) -> AsyncGenerator[Desk]:
    opened, now, number = Database(database), datetime.now(UTC), identity_number("1955-05-05")
    async with opened.transaction() as session:
        institution, _ = await people.register_institution(
            session,
            name={"zh-CN": "医院", "en": "Hospital"},
            locales=["zh-CN", "en"],
            login=f"{uuid4().hex}@h.example.org",
            password_hash="none",
            staff_name="Staff",
            address="",
            now=now,
        )
        doctor = await people.register_practitioner(
            session,
            institution_id=institution.id,
            login=f"{uuid4().hex}@h.example.org",
            password_hash="none",
            name="Doctor",
            licence_number=uuid4().hex,
            title="Doctor",
            now=now,
            confirmed=CheckedLicence(confirmed=True, reference="ref"),
        )
        resident = await people.register_resident(
            session,
            login=f"{uuid4().hex}@r.example.org",
            password_hash="none",
            name="Lin",
            birth_date="1955-05-05",
            address="",
            city=JINAN,
            now=now,
        )
        await session.flush()
        proof = IdentityProofRow(
            resident_id=resident.id,
            number_hash=KEY.hashed(number),
            reference="ref",
            proven_by=resident.id,
            proven_at=now,
        )
        session.add(proof)
    yield Desk(opened, resident.id, number, institution.id, doctor.id)
    await opened.close()


async def test_with_the_card_it_says_who_it_is_as_often_as_it_is_scanned_and_its_owner_reads_that(desk: Desk) -> None:
    text = await desk.print()
    first, second = await desk.scan(text), await desk.scan(text)
    assert (first.resident.name, first.resident.proven) == ("Lin", True)
    assert first.scan.id != second.scan.id
    async with desk.database.transaction() as session:
        scans = await scans_of_resident(session, desk.resident_id, beginning(10))
        assert [scan.row.printed_code_id for scan in scans] == [first.scan.printed_code_id] * 2
        announced = await session.scalar(
            sql("SELECT count(*) FROM outbox WHERE type LIKE '%HealthCodeRedeemed' AND subject LIKE :scan"),
            {"scan": f"%{first.scan.id}"},
        )
    assert announced == 0, "it offers no visit, and opens no record"


def test_its_receipt_is_no_health_codes() -> None:
    moment = datetime.now(UTC)
    ids = {name: uuid4() for name in ("scan_id", "resident_id", "practitioner_id", "partner_id")}
    claims = receipt_claims(**ids, scanned_at=moment, received_at=moment, late=False, printed=True)
    assert claims["use"] == "printed"


async def test_without_the_card_it_names_nobody_and_five_numbers_end_it(desk: Desk) -> None:
    text, other = await desk.print(), identity_number("1955-05-05")
    assert other != desk.number
    for left in range(WRONG_MAX - 1, 0, -1):
        with pytest.raises(CardDiffers, match=f"{left} more") as refused:
            await desk.scan(text, other)
        assert refused.value.field == "identity_number"
        assert desk.number not in str(refused.value)
    with pytest.raises(PrintedCodeOver):
        await desk.scan(text, other)
    with pytest.raises(PrintedCodeOver, match="prints another"):
        await desk.scan(text)
    with pytest.raises(Invalid, match="check digit"):
        await desk.scan(text, "1")


async def test_the_right_card_forgets_what_was_mistyped(desk: Desk) -> None:
    text, other = await desk.print(), identity_number("1955-05-05")
    for _ in range(3):
        for _ in range(WRONG_MAX - 1):
            with pytest.raises(CardDiffers):
                await desk.scan(text, other)
        await desk.scan(text)


async def test_it_is_over_after_half_a_year_when_another_is_printed_and_when_a_code_is_lost(desk: Desk) -> None:
    first = await desk.print()
    second = await desk.print()
    with pytest.raises(PrintedCodeOver):
        await desk.scan(first)
    await desk.scan(second)
    async with desk.database.transaction() as session:
        await rotate_codes(session, resident_ids=[desk.resident_id], because=Rotation.RESIDENT, now=desk.database.now())
    with pytest.raises(PrintedCodeOver):
        await desk.scan(second)
    third = await desk.print()
    desk.ahead = PRINTED_FOR
    with pytest.raises(PrintedCodeOver):
        await desk.scan(third)
    async with desk.database.transaction() as session:
        assert await store.printed_codes.in_force(session, desk.resident_id, desk.database.now()) is None


async def test_nobody_who_is_not_proven_has_one_and_nobody_who_does_not_practise_scans_one(desk: Desk) -> None:
    text = await desk.print()
    with pytest.raises(Unauthenticated):
        await desk.scan(text, practitioner_id=uuid4())
    with pytest.raises(NotFound):
        await desk.scan("YP1:" + "A" * 24)
    for wrong in ("YM1:" + "A" * 24, "YP1:" + "A" * 90, ""):
        with pytest.raises(Invalid):
            await desk.scan(wrong)
    async with desk.database.transaction() as session:
        with pytest.raises(OwnerNotProven):
            await commands.print_code(session, resident_id=uuid4(), by=desk.resident_id, now=desk.database.now())


async def test_the_database_keeps_what_ended_and_lets_no_scan_be_made_with_it(desk: Desk) -> None:
    text = await desk.print()
    scan = (await desk.scan(text)).scan
    async with desk.database.transaction() as session:
        await store.printed_codes.end_of(session, [desk.resident_id], desk.database.now())
    again = "UPDATE printed_code SET ended_at = NULL WHERE resident_id = :resident"
    copied = (
        "INSERT INTO scan (id, token_id, resident_id, practitioner_id, institution_id, scanned_at, printed_code_id)"
        " SELECT gen_random_uuid(), uuid_send(gen_random_uuid()), resident_id, practitioner_id, institution_id, now(),"
        " printed_code_id FROM scan WHERE id = :scan"
    )
    for statement, said in ((again, "ends, and nothing else"), (copied, "while it is in force")):
        with pytest.raises(DBAPIError, match=said):
            async with desk.database.transaction() as session:
                await session.execute(sql(statement), {"resident": desk.resident_id, "scan": scan.id})
    async with desk.database.transaction() as session:
        session.add(
            PrintedCodeRow(
                id=uuid4(),
                resident_id=desk.resident_id,
                text_sha256=bytes(32),
                printed_by=desk.resident_id,
                printed_at=desk.database.now(),
                expires_at=desk.database.now() + PRINTED_FOR * 2,
            )
        )
        with pytest.raises(DBAPIError, match="printed_code_life"):
            await session.flush()
        await session.rollback()
