"""A registration number belongs to nobody before it is proven; API keys are what people made them."""

import hashlib
import random
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.pages import beginning
from chassis.refusals import Invalid, NotFound
from chassis.wire import timestamp
from city_pack.pack import read
from hypothesis import given
from hypothesis import strategies as st
from partners.api.partners import filter_of
from partners.commands import applications, contracts, keys, standing
from partners.domain.applications import (
    NameTaken,
    RegistrationNotConfirmed,
    RegistrationTaken,
    parse_registration_number,
)
from partners.domain.keys import API_KEYS_MAX, OVERLAP, Scope, TooManyApiKeys
from partners.domain.standing import Actor
from partners.registers import CheckedRegistration
from partners.store.keys import api_keys, good_keys_among, use_api_key
from partners.store.partners import load, look_alikes, page
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.partners.v1 import api_pb2 as pb

from services.partners.tests.certifying import answers, certify

pytestmark = pytest.mark.anyio
SERVICE = "partners"
CONFIRMED = CheckedRegistration(confirmed=True, reference="ref")
NOW = datetime.now(UTC).replace(microsecond=0)
JINAN = read(str(Path(__file__).parents[3] / "charts" / "yima" / "cities" / "jinan.yaml"))


@pytest.fixture
async def db(database: str) -> AsyncGenerator[Database]:
    opened = Database(database)
    yield opened
    await opened.close()


def manifest(number: str, name: str = "", district: int = 0) -> pb.PartnerManifest:
    """Of an institution whose name is its own where none is given."""
    name = name or f"Spring {''.join(random.choices('ABCDEFGHKMNPQRSTUVWXYZ', k=12))}"
    return pb.PartnerManifest(
        name={"text": {"zh-CN": name, "en": name}},  # type: ignore[arg-type]
        kind=pb.PARTNER_KIND_HOSPITAL,
        registration_number=number,
        districts=[JINAN.districts.places[district].code],
        contact=pb.Contact(name="Ren", email="office@clear-spring.example.org", telephone="+8653100000188"),
        bank_account=pb.BankAccount(holder="清泉", number="6200000000000018", bank_code="102451000019"),
        evidence=[
            pb.Evidence(aspect=aspect, title="t", reference="r", valid_until=str(NOW.date() + timedelta(days=99)))
            for aspect in pb.Aspect.values()[1:]
        ],
    )


async def apply(db: Database, number: str, partner_id: UUID | None = None, **more: Any) -> UUID:
    partner_id = partner_id or uuid4()
    async with db.transaction() as session:
        handed_in = manifest(number, **more)
        await applications.apply(
            session, partner_id=partner_id, applicant_id=uuid4(), manifest=handed_in, city=JINAN, now=NOW
        )
    return partner_id


async def decide(db: Database, partner_id: UUID, passed: bool, compared: Sequence[UUID] = ()) -> None:
    async with db.transaction() as session:
        await applications.decide_screening(
            session,
            partner_id=partner_id,
            passed=passed,
            reasons=["because"],
            registration=CONFIRMED,
            compared=compared,
            answers=answers(JINAN, "HOSPITAL", pb.VERDICT_MET if passed else pb.VERDICT_NOT_MET),
            city=JINAN,
            by=uuid4(),
            now=NOW,
        )


async def doubts(db: Database, partner_id: UUID) -> list[UUID]:
    async with db.transaction() as session:
        partner = await load(session, partner_id)
        return [other.id for other in (await look_alikes(session, [partner.row]))[partner_id]]


def a_number() -> str:
    return uuid4().hex[:18].upper()


async def test_who_names_a_number_first_keeps_it_from_nobody_and_the_operator_sees_both(db: Database) -> None:
    number = a_number()
    squatter, hospital = await apply(db, number), await apply(db, number)
    assert await doubts(db, hospital) == [squatter]
    assert await doubts(db, squatter) == [hospital]
    await decide(db, hospital, passed=True)
    with pytest.raises(RegistrationTaken):
        await decide(db, squatter, passed=True)
    await decide(db, squatter, passed=False)


async def test_a_number_is_free_again_after_a_rejection(db: Database) -> None:
    number = a_number()
    squatter = await apply(db, number)
    await decide(db, squatter, passed=False)
    await decide(db, await apply(db, number), passed=True)
    await apply(db, number, squatter)  # it may apply again, and is doubtful again
    with pytest.raises(RegistrationTaken):
        await decide(db, squatter, passed=True)


SPELLINGS = ("9137-0100-MA3X-{}", "913701O0MA3X{}", "9I370100MA3X{}", "9L370I0OMA3X{}", "９１３７０１００ma3x{}")


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_a_number_is_one_partner_s_in_whichever_spelling(db: Database, spelling: str) -> None:
    run = uuid4().hex[:8].upper()
    first, second = await apply(db, f"91370100MA3X{run}"), await apply(db, spelling.format(run))
    assert (await doubts(db, second), await doubts(db, first)) == ([first], [second])
    await decide(db, first, passed=True)
    with pytest.raises(RegistrationTaken):
        await decide(db, second, passed=True)
    async with db.transaction() as session:  # nor by whoever writes past the service
        with pytest.raises(DBAPIError):
            await session.execute(text("UPDATE partner SET status = 'certifying' WHERE id = :id"), {"id": second})


@pytest.mark.parametrize("other", ["clear spring {}", "Clear-Spring {}", "C1ear  Spring {}", "Clear Spring {}"])
async def test_a_name_that_looks_the_same_is_shown_and_passes_in_the_district_only_where_it_was_compared(
    db: Database, other: str
) -> None:
    run = "".join(random.choices("ABCDEFGHKMNPQRSTUVWXYZ", k=12))
    first = await apply(db, a_number(), name=f"Clear Spring {run}")
    await decide(db, first, passed=True)
    elsewhere = await apply(db, a_number(), name=other.format(run), district=-1)
    second = await apply(db, a_number(), name=other.format(run))
    assert await doubts(db, second) == [first, elsewhere]
    for compared in ([], [elsewhere], [uuid4()]):
        with pytest.raises(NameTaken) as refused:
            await decide(db, second, passed=True, compared=compared)
    assert refused.value.field == "compared_partner_ids"
    await decide(db, elsewhere, passed=True)  # of another district
    await decide(db, second, passed=True, compared=[first])
    third = await apply(db, a_number(), name=other.format(run))
    await decide(db, third, passed=False)  # to be rejected nothing needs to be compared


async def test_partners_are_found_by_status_kind_district_and_a_part_of_a_name(db: Database) -> None:
    run = "".join(random.choices("ABCDEFGHKMNPQRSTUVWXYZ", k=12))
    here = await apply(db, a_number(), name=f"Clear Spring {run}")
    there = await apply(db, a_number(), name=f"Elm {run} House", district=-1)
    await decide(db, there, passed=True)

    async def partners_by(**fields: Any) -> list[UUID]:
        async with db.transaction() as session:
            criteria = filter_of(pb.ListPartnersRequest(name=run.lower(), **fields), JINAN)
            return [partner_id for _, partner_id in await page(session, criteria, beginning(10))]

    assert set(await partners_by()) == {here, there}
    assert await partners_by(status=pb.PARTNER_STATUS_CERTIFYING) == [there]
    assert await partners_by(district=JINAN.districts.places[0].code) == [here]
    assert set(await partners_by(kind=pb.PARTNER_KIND_HOSPITAL)) == {here, there}
    assert await partners_by(kind=pb.PARTNER_KIND_INSURER) == []
    for wrong, field in (({"district": "nowhere"}, "district"), ({"kind": 99}, "kind"), ({"status": 99}, "status")):
        with pytest.raises(Invalid) as refused:
            await partners_by(**wrong)
        assert refused.value.field == field


@given(st.sampled_from(["91370100MA3X0001", "91-3701-00MA"]), st.sampled_from(["lower", "wide", "blank"]))
def test_a_number_has_one_form_however_it_is_typed(number: str, how: str) -> None:
    typed = {
        "lower": number.lower(),
        "wide": "".join(chr(ord(letter) + 0xFEE0) for letter in number),
        "blank": f" {number}\t",
    }[how]
    assert parse_registration_number(typed, "number") == number


@pytest.mark.parametrize("typed", ["91370100МА3Х0001", "9137 0100", "９１３", "١٢٣٤٥٦٧٨٩"])
def test_what_only_looks_like_a_number_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        parse_registration_number(typed, "manifest.registration_number")


async def active(db: Database) -> UUID:
    """A partner with certificates and a signed contract."""
    partner_id = await apply(db, a_number())
    await decide(db, partner_id, passed=True)
    grants = [
        pb.CertificateGrant(aspect=aspect, scope=["*"], expires_at=timestamp(NOW + timedelta(days=999)))
        for aspect in pb.Aspect.values()[1:]
    ]
    who = {"partner_id": partner_id, "by": uuid4(), "now": NOW}
    async with db.transaction() as session:
        await certify(session, grants=grants, city=JINAN, **who)
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
        await contracts.sign_contract(session, contract_id=partner.contract.id, city=JINAN, **who)
    return partner_id


async def make_key(db: Database, partner_id: UUID) -> tuple[UUID, str]:
    async with db.transaction() as session:
        key, secret = await keys.create_api_key(
            session, partner_id=partner_id, label="k", scopes=[Scope.MONEY], expires_at=None, now=NOW
        )
    return key.id, secret


async def test_a_key_is_good_while_it_and_its_partner_are(db: Database) -> None:
    partner_id = await active(db)
    key_id, _ = await make_key(db, partner_id)
    assert await good(db, key_id)
    who = {"partner_id": partner_id, "by": uuid4(), "now": NOW, "actor": Actor.OPERATOR}
    async with db.transaction() as session:
        await standing.suspend(session, reason="an inspection", **who)
    assert not await good(db, key_id)
    async with db.transaction() as session:
        await standing.reinstate(session, reason="it is well", **who)
    assert await good(db, key_id)
    assert not await good(db, key_id, at=NOW + timedelta(days=366))
    async with db.transaction() as session:
        await keys.revoke_api_key(session, api_key_id=key_id, partner_id=partner_id, now=NOW)
    assert not await good(db, key_id)


async def good(db: Database, key_id: UUID, at: datetime = NOW) -> bool:
    async with db.transaction() as session:
        return key_id in await good_keys_among(session, [key_id], at)


async def test_only_so_many_keys_are_made(db: Database) -> None:
    partner_id = await active(db)
    for _ in range(API_KEYS_MAX):
        await make_key(db, partner_id)
    with pytest.raises(TooManyApiKeys):
        await make_key(db, partner_id)


async def test_a_secret_is_in_no_table(db: Database) -> None:
    _, secret = await make_key(db, await active(db))
    async with db.transaction() as session:
        tables = await session.scalars(
            text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        )
        for table in tables.all():
            rows = (await session.execute(text(f"SELECT t::text FROM {table} AS t"))).scalars().all()
            assert not any(secret in row or secret.encode().hex() in row for row in rows), table


@pytest.mark.parametrize("registration", [None, CheckedRegistration(confirmed=False, reference="ref")])
async def test_nobody_is_let_through_whose_registration_is_not_confirmed(
    db: Database, registration: CheckedRegistration | None
) -> None:
    partner_id = await apply(db, a_number())
    with pytest.raises(RegistrationNotConfirmed):
        async with db.transaction() as session:
            await applications.decide_screening(
                session, partner_id=partner_id, passed=True, reasons=["fine"], registration=registration, by=uuid4(),
                now=NOW, answers=answers(JINAN, "HOSPITAL"), city=JINAN,
            )  # fmt: skip
    async with db.transaction() as session:
        assert (await load(session, partner_id)).row.status == "screening"
    await decide(db, partner_id, passed=False)


async def test_the_registers_reference_is_kept_with_the_screening(db: Database) -> None:
    partner_id = await apply(db, a_number())
    await decide(db, partner_id, passed=True)
    async with db.transaction() as session:
        screening = (await load(session, partner_id)).screening
    assert screening is not None and screening.registration_reference == CONFIRMED.reference


async def test_that_a_key_is_used_is_written_once_a_minute_however_often_it_is(db: Database) -> None:
    _, secret = await make_key(db, await active(db))
    sha256 = hashlib.sha256(secret.encode()).digest()
    seen = []
    for seconds in (0, 1, 59, 61, 62):
        async with db.transaction() as session:
            key = await use_api_key(session, sha256, None, NOW + timedelta(seconds=seconds))
            assert key is not None
        async with db.transaction() as session:
            (row,) = [each for each in await api_keys(session, key.partner_id) if each.id == key.id]
        assert row.last_used_at is not None
        seen.append((row.last_used_at - NOW).total_seconds())
    assert seen == [0, 0, 0, 61, 61]


async def test_a_rotated_key_goes_on_beside_the_new_one_until_a_moment_and_no_longer_than_it_would(
    db: Database,
) -> None:
    partner_id = await active(db)
    old, _ = await make_key(db, partner_id)
    rotation = {"api_key_id": old, "partner_id": partner_id, "expires_at": None, "now": NOW}
    async with db.transaction() as session:
        new, secret = await keys.rotate_api_key(session, old_until=None, **rotation)
        assert (new.label, new.scopes) == ("k", [Scope.MONEY])
    assert secret.startswith("yk_")
    tomorrow = NOW + OVERLAP
    assert [await good(db, key) for key in (old, new.id)] == [True, True]
    assert [await good(db, key, tomorrow) for key in (old, new.id)] == [False, True]
    async with db.transaction() as session:
        await keys.rotate_api_key(session, old_until=NOW + timedelta(days=29), **rotation)
    assert not await good(db, old, tomorrow), "a second rotation lengthens nothing"
    for until in (NOW, NOW - timedelta(days=1), NOW + timedelta(days=31)):
        with pytest.raises(Invalid, match="old_until"):
            async with db.transaction() as session:
                await keys.rotate_api_key(session, old_until=until, **rotation)
    for other in ({"partner_id": uuid4()}, {"api_key_id": uuid4()}):
        with pytest.raises(NotFound):
            async with db.transaction() as session:
                await keys.rotate_api_key(session, old_until=None, **rotation | other)
    async with db.transaction() as session:
        await keys.revoke_api_key(session, api_key_id=old, partner_id=partner_id, now=NOW)
    with pytest.raises(Invalid, match="not in force"):
        async with db.transaction() as session:
            await keys.rotate_api_key(session, old_until=None, **rotation)
