"""A code is honoured once. Who honoured it and lost the answer gets it again, for as long as the receipt is good."""

import asyncio
import os
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.pages import Part, beginning
from chassis.refusals import Invalid, Refusal, Unauthenticated
from city_pack.pack import read
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from devstack.cities import City
from identity import store
from identity.commands import access, licences, people
from identity.commands.codes import rotate_codes
from identity.commands.scans import Presentation, Redemption, redeem, redeem_together
from identity.domain import codes
from identity.domain.codes import CodeClaims, CodeExpired, CodeKeys, CodeNotYet, CodeRotated, CodeUsed
from identity.domain.licences import LicenceNotChecked
from identity.domain.scans import (
    LATE_UPLOAD_MAX,
    RECEIPT_LIFETIME,
    NotRegisteredThen,
    Rotation,
    Scanning,
    ScanTooLate,
)
from identity.registers.port import CheckedLicence
from identity.store.scans import replays_of_resident, scans_of_resident
from identity.tables import FreezeRow, PractitionerRow, ReplayRow, ResidentRow, ScanRow
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

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
    ahead: Sequence[CodeClaims]  # of the next hour
    institution: UUID
    first: UUID
    second: UUID
    resident: ResidentRow
    now: datetime

    async def scan(self, practitioner: UUID, after: timedelta = timedelta()) -> ScanRow | Refusal:
        redemption = await self.redeem(practitioner, after)
        return redemption if isinstance(redemption, Refusal) else redemption.scan

    async def redeem(
        self, practitioner: UUID, after: timedelta = timedelta(), scanned: timedelta | None = None
    ) -> Redemption | Refusal:
        """A scan that reaches identity so long after the code's minute began; made then where it says when."""
        scanned_at = None if scanned is None else self.now + scanned
        said = Presentation(self.claims, practitioner, self.institution, Scanning(scanned_at))
        async with self.store.transaction() as session:
            (answer,) = await redeem(session, [said], JINAN, self.now + after)
        return answer

    def of_minute(self, number: int) -> "Ward":
        """The same with the code of a later minute."""
        return replace(self, claims=self.ahead[number])

    async def alerts(self) -> Sequence[ReplayRow]:
        async with self.store.transaction() as session:
            return [named.row for named in await replays_of_resident(session, self.resident.id, beginning(100))]

    async def generation(self) -> int:
        async with self.store.transaction() as session:
            return (await session.get_one(ResidentRow, self.resident.id)).code_generation

    async def announced(self, event: str) -> int:
        async with self.store.transaction() as session:
            query = "SELECT count(*) FROM outbox WHERE type = :type AND payload LIKE :about"
            about = b"%" + str(self.first).encode() + b"%" if event == "Redeemed" else b"%"
            return int(
                await session.scalar(text(query), {"type": f"yima.identity.v1.HealthCode{event}", "about": about}) or 0
            )


async def scans_by(ward: Ward, practitioner: UUID) -> int:
    async with ward.store.transaction() as session:
        query = text("SELECT count(*) FROM scan WHERE practitioner_id = :id")
        return int(await session.scalar(query, {"id": practitioner}) or 0)


def freeze(practitioner: UUID, *, lifted: bool = False) -> FreezeRow:
    return FreezeRow(freeze_id=uuid4(), subject_id=practitioner, whole_account=False, lifted=lifted)


async def test_a_practitioners_freeze_that_races_their_scans_leaves_none_after_it(ward: Ward) -> None:
    """What was being scanned is committed before the freeze is; what comes later is refused."""
    refused = 0
    for round_ in range(12):
        codes_ahead = [ward.of_minute(round_ * 4 + number).claims for number in range(4)]
        imposed = freeze(ward.first)

        async def scan(claims: CodeClaims) -> Redemption | Refusal:
            said = Presentation(claims, ward.first, ward.institution, Scanning(claims.not_before))
            (answer,) = await redeem_together(ward.store, [said], JINAN)
            return answer

        async def impose(imposed: FreezeRow = imposed) -> int:
            async with ward.store.transaction() as session:
                await store.freezes.note(session, [imposed])
            return await scans_by(ward, ward.first)

        *answers, at_once = await asyncio.gather(*(scan(claims) for claims in codes_ahead), impose())
        assert await scans_by(ward, ward.first) == at_once, "a scan was committed after the freeze"
        refused += sum(isinstance(answer, Refusal) for answer in answers)
        async with ward.store.transaction() as session:
            lifted = FreezeRow(**imposed.model_dump() | {"lifted": True})
            await store.freezes.note(session, [lifted])
    assert refused, "the freeze came first at least once"


async def test_the_database_itself_takes_no_scan_of_who_is_frozen(ward: Ward) -> None:
    async with ward.store.transaction() as session:
        await store.freezes.note(session, [freeze(ward.first)])
    for number, practitioner in enumerate((ward.first, ward.second)):
        row = ScanRow(
            id=uuid4(),
            token_id=os.urandom(16),
            resident_id=ward.resident.id,
            practitioner_id=practitioner,
            institution_id=ward.institution,
            scanned_at=ward.now,
        )
        if number:
            async with ward.store.transaction() as session:
                session.add(row)
            continue
        with pytest.raises(DBAPIError, match="scans nothing"):
            async with ward.store.transaction() as session:
                session.add(row)


@pytest.fixture
async def ward(database: str) -> AsyncGenerator[Ward]:
    opened, now = Database(database), datetime.now(UTC).replace(microsecond=0)
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
                confirmed=CheckedLicence(confirmed=True, reference="ref"),
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
    tokens = codes.issue(KEYS, "jinan", resident.health_code_id, 0, now, 60)
    claims = [codes.read(token.text, KEYS, "jinan") for token in tokens]
    yield Ward(opened, claims[0], claims, institution.id, doctors[0].id, doctors[1].id, resident, now)
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
                session,
                practitioner_id=practitioner,
                institution_id=ward.institution,
                by=uuid4(),
                reason="",
                now=ward.now,
            )
        assert isinstance(await ward.scan(practitioner), Unauthenticated)
    async with ward.store.transaction() as session:
        kept = (await store.scans.scans_of_tokens(session, [ward.claims.token_id]))[ward.claims.token_id]
    assert (kept.id, kept.practitioner_id) == (before.id, ward.first)


async def test_whose_licence_is_not_checked_or_withdrawn_scans_nothing(ward: Ward) -> None:
    async with ward.store.transaction() as session:
        waiting = await people.register_practitioner(
            session, institution_id=ward.institution, login=f"{uuid4().hex}@h.example.org", password_hash="none",
            name="Doctor", licence_number=uuid4().hex, title="Doctor", now=ward.now,
        )  # fmt: skip
    assert isinstance(await ward.scan(waiting.id), LicenceNotChecked)
    withdrawn = CheckedLicence(confirmed=False, reference="ref")
    async with ward.store.transaction() as session:
        await licences.keep(session, ward.first, withdrawn, timedelta(days=1), ward.now)
    assert isinstance(await ward.scan(ward.first), LicenceNotChecked)
    assert isinstance(await ward.scan(ward.second), ScanRow)


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
    assert isinstance(await stranger.scan(ward.first, timedelta(seconds=61)), CodeExpired)


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
        await session.execute(text("DELETE FROM account WHERE subject_id = :id"), {"id": resident})  # a dependant
        new = store.guardianships.new_guardianship(guardian.id, resident, ward.now)
        await store.guardianships.add_guardian(session, new)
    redemption = await ward.redeem(ward.first)
    assert isinstance(redemption, Redemption)
    assert list(redemption.guardian_names) == names
    assert (redemption.resident.id, redemption.resident.name) == (resident, "Lin")


async def test_a_batch_honours_each_code_once_and_each_is_refused_alone(ward: Ward) -> None:
    """Half of it is codes that were shown twice, one is over, one is of a later minute, one scanner has left."""
    over = replace(
        ward.claims,
        token_id=uuid4().bytes,
        expires_at=ward.now - timedelta(seconds=1),
        not_before=ward.now - timedelta(seconds=61),
        issued_at=ward.now - timedelta(seconds=61),
    )
    fresh = [replace(ward.claims, token_id=uuid4().bytes) for _ in range(20)]
    batch = [
        Presentation(claims, who, ward.institution, Scanning())
        for claims in [*fresh, over, ward.ahead[5]]
        for who in (ward.first, ward.second)
    ]
    batch.append(Presentation(ward.claims, uuid4(), ward.institution, Scanning()))
    async with ward.store.transaction() as session:
        answers = await redeem(session, batch, JINAN, ward.now)
    kinds = [type(answer) for answer in answers]
    assert kinds == [Redemption, CodeUsed] * 20 + [CodeExpired] * 2 + [CodeNotYet] * 2 + [Unauthenticated]
    assert len(await ward.alerts()) == 20


async def test_a_copy_tells_the_resident_once_and_makes_the_codes_fetched_ahead_void(ward: Ward) -> None:
    await ward.scan(ward.first)
    for _ in range(3):
        assert isinstance(await ward.scan(ward.second), CodeUsed)
    (alert,) = await ward.alerts()
    assert (alert.practitioner_id, alert.institution_id, alert.rotated) == (ward.second, ward.institution, True)
    assert await ward.generation() == 1
    for number in range(1, 60, 7):
        late = timedelta(minutes=number)
        assert isinstance(await ward.of_minute(number).scan(ward.first, late), CodeRotated)


async def test_one_copy_moves_a_code_on_once_whoever_shows_it_for_ever(ward: Ward) -> None:
    """Or whoever has one would keep a resident from ever having codes without a network."""
    await ward.scan(ward.first)
    await ward.scan(ward.second)
    (fresh,) = codes.issue(KEYS, "jinan", ward.resident.health_code_id, await ward.generation(), ward.now)
    assert isinstance(await replace(ward, claims=codes.read(fresh.text, KEYS, "jinan")).scan(ward.first), ScanRow)
    await ward.scan(ward.second)
    assert await ward.generation() == 1


async def test_who_repeats_their_own_scan_is_no_thief(ward: Ward) -> None:
    """An app that lost the answer and asks again after hours is refused, and nobody is alarmed."""
    await ward.scan(ward.first)
    assert isinstance(await ward.scan(ward.first, timedelta(hours=5)), CodeUsed)
    assert await ward.alerts() == []
    assert await ward.generation() == 0


async def test_a_lost_phones_codes_are_void_at_once_and_fresh_ones_are_good(ward: Ward) -> None:
    async with ward.store.transaction() as session:
        await rotate_codes(session, resident_ids=[ward.resident.id], because=Rotation.RESIDENT, now=ward.now)
    assert isinstance(await ward.scan(ward.first), CodeRotated)
    (fresh,) = codes.issue(KEYS, "jinan", ward.resident.health_code_id, 1, ward.now)
    assert isinstance(await replace(ward, claims=codes.read(fresh.text, KEYS, "jinan")).scan(ward.first), ScanRow)


async def test_where_all_sessions_end_the_codes_that_were_fetched_in_them_are_void(ward: Ward) -> None:
    """The guardian's, whose phone is lost, and their child's."""
    async with ward.store.transaction() as session:
        child = await people.add_dependant(
            session,
            guardian_id=ward.resident.id,
            name="Lin Xiao",
            city=JINAN,
            now=ward.now,
            birth_date=(JINAN.adults_born_until(ward.now) + timedelta(days=400)).isoformat(),
        )
    (shown,) = codes.issue(KEYS, "jinan", child.health_code_id, 0, ward.now)
    async with ward.store.transaction() as session:
        await access.end_sessions_of(session, ward.resident.id)
    for claims in (ward.claims, codes.read(shown.text, KEYS, "jinan")):
        assert isinstance(await replace(ward, claims=claims).scan(ward.first), CodeRotated)


async def test_a_scan_made_without_a_network_is_honoured_at_its_moment_and_marked_late(ward: Ward) -> None:
    sent = timedelta(hours=30)
    answer = await ward.redeem(ward.first, sent, scanned=timedelta(seconds=20))
    assert isinstance(answer, Redemption)
    assert (answer.scan.scanned_at, answer.scan.received_at) == (ward.now + timedelta(seconds=20), ward.now + sent)
    assert answer.scan.late
    again = await ward.redeem(ward.first, sent + timedelta(minutes=5), scanned=timedelta(seconds=20))
    assert isinstance(again, Redemption)
    assert again.scan.id == answer.scan.id


async def test_while_the_codes_minute_lasts_a_scan_is_made_now_whatever_the_app_says(ward: Ward) -> None:
    answer = await ward.redeem(ward.first, timedelta(seconds=30), scanned=timedelta(days=-9))
    assert isinstance(answer, Redemption)
    assert (answer.scan.scanned_at, answer.scan.late) == (ward.now + timedelta(seconds=30), False)


@pytest.mark.parametrize(
    ("scanned", "sent", "refusal"),
    [
        (timedelta(seconds=61), timedelta(hours=1), CodeExpired),  # after the code's minute
        (timedelta(seconds=-30), timedelta(hours=1), Refusal),  # before it
        (timedelta(hours=2), timedelta(hours=1), Invalid),  # in the future
        (timedelta(seconds=20), LATE_UPLOAD_MAX + timedelta(seconds=21), ScanTooLate),
        (None, timedelta(hours=1), CodeExpired),  # it does not say when
    ],
)
async def test_a_late_scan_that_cannot_be_is_refused_and_nothing_is_written(
    ward: Ward, scanned: timedelta | None, sent: timedelta, refusal: type[Refusal]
) -> None:
    assert isinstance(await ward.redeem(ward.first, sent, scanned), refusal)
    async with ward.store.transaction() as session:
        assert await store.scans.scans_of_tokens(session, [ward.claims.token_id]) == {}


async def test_no_late_scan_is_from_before_its_scanner_was_registered(ward: Ward) -> None:
    """They are registered now, and the code was shown an hour ago."""
    then = ward.now - timedelta(hours=1)
    (token,) = codes.issue(KEYS, "jinan", ward.resident.health_code_id, 0, then)
    earlier = replace(ward, now=then, claims=codes.read(token.text, KEYS, "jinan"))
    answer = await earlier.redeem(ward.first, timedelta(hours=2), scanned=timedelta(seconds=5))
    assert isinstance(answer, NotRegisteredThen)


async def test_a_late_scan_from_before_the_rotation_is_honest_and_one_from_after_it_is_void(ward: Ward) -> None:
    async with ward.store.transaction() as session:
        await rotate_codes(
            session, resident_ids=[ward.resident.id], because=Rotation.RESIDENT, now=ward.now + timedelta(minutes=10)
        )
    sent, second = timedelta(hours=2), timedelta(seconds=1)
    before = await ward.of_minute(5).redeem(ward.first, sent, scanned=timedelta(minutes=5) + second)
    after = await ward.of_minute(20).redeem(ward.first, sent, scanned=timedelta(minutes=20) + second)
    assert isinstance(before, Redemption)
    assert isinstance(after, CodeRotated)


async def test_a_resident_reads_who_scanned_them_page_by_page(ward: Ward) -> None:
    for number in range(5):
        said = Presentation(ward.ahead[number], ward.first, ward.institution, Scanning(None, "Desk 2.1", "Room 3"))
        async with ward.store.transaction() as session:
            await redeem(session, [said], JINAN, ward.now + timedelta(minutes=number, seconds=1))
    part, found = beginning(2), list[ScanRow]()
    while True:
        async with ward.store.transaction() as session:
            page = await scans_of_resident(session, ward.resident.id, part)
        for named in page[:2]:
            assert isinstance(named.row, ScanRow)
            found.append(named.row)
            assert (named.practitioner.name, named.institution.name["en"]) == ("Doctor", "Hospital")
            assert (named.row.app, named.row.place) == ("Desk 2.1", "Room 3")
        if len(page) <= 2:
            break
        part = Part(2, (found[-1].scanned_at, found[-1].id))
    assert [row.token_id for row in found] == [claims.token_id for claims in reversed(ward.ahead[:5])]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE scan SET scanned_at = now()",
        "DELETE FROM scan",
        "DELETE FROM code_replay",
        "UPDATE code_rotation SET generation = generation + 1",
        "UPDATE resident SET code_generation = code_generation - 1",
    ],
)
async def test_the_database_itself_refuses_to_change_what_was_scanned(
    ward: Ward, owner_database: str, change: str
) -> None:
    """Its owner, too."""
    await ward.scan(ward.first)
    await ward.scan(ward.second)
    owner = Database(owner_database)
    for database in (ward.store, owner):
        with pytest.raises(DBAPIError, match=r"only ever added to|never goes back|permission denied"):
            async with database.transaction() as session:
                await session.execute(text(change))
    await owner.close()


@pytest.mark.parametrize(
    ("tries", "scanners"),
    [(600, 100), pytest.param(int(os.environ.get("YIMA_TRIES", "100000")), 100, marks=pytest.mark.long)],
    ids=["some", "very-many"],
)
async def test_of_very_many_tries_by_a_hundred_scanners_no_code_is_honoured_twice(
    ward: Ward, database: str, tries: int, scanners: int
) -> None:
    """Each code is shown to four scanners at two replicas, in batches as large as they come."""
    async with ward.store.transaction() as session:
        crowd = [await scanner(session, ward, number) for number in range(scanners)]
    replicas = [Database(database) for _ in range(2)]
    shown = 4

    async def show(replica: int, claims: Sequence[CodeClaims], turn: int) -> Sequence[Redemption | Refusal]:
        batch = [
            Presentation(said, crowd[(index * 7 + turn * 31) % scanners], ward.institution, Scanning())
            for index, said in enumerate(claims)
        ]
        return await redeem_together(replicas[replica], batch, JINAN)

    honoured, done = 0, 0
    while done < tries:
        now = replicas[0].now()
        claims = [
            replace(
                ward.claims,
                token_id=uuid4().bytes,
                generation=10**9,  # whatever its copies bring about
                issued_at=now,
                not_before=now,
                expires_at=now + codes.HEALTH_CODE_LIFETIME,
            )
            for _ in range(min(128, (tries - done) // shown))
        ]
        answers = await asyncio.gather(*(show(turn % 2, claims, turn) for turn in range(shown)))
        for outcomes in zip(*answers, strict=True):
            scans = {outcome.scan.id for outcome in outcomes if isinstance(outcome, Redemption)}
            assert len(scans) == 1
            assert all(isinstance(outcome, Redemption | CodeUsed) for outcome in outcomes)
            honoured += 1
        done += shown * len(claims)
    for replica in replicas:
        await replica.close()
    async with ward.store.transaction() as session:
        rows = await session.scalar(
            text("SELECT count(*) FROM scan WHERE resident_id = :resident"), {"resident": ward.resident.id}
        )
    assert honoured == rows == tries // shown


async def scanner(session: AsyncSession, ward: Ward, number: int) -> UUID:
    """Another practitioner of the ward's institution."""
    row = PractitionerRow(
        id=uuid4(),
        institution_id=ward.institution,
        name="Scanner",
        licence_number=f"S{number}-{uuid4().hex[:8]}",
        title="Nurse",
        registered_at=ward.now,
    )
    session.add(row)
    await session.flush()
    await licences.keep(session, row.id, CheckedLicence(confirmed=True, reference="ref"), timedelta(days=1), ward.now)
    return row.id
