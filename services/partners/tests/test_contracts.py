"""A contract starts from the city's tariff and keeps its bounds; what partners name is what the city has."""

import random
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.refusals import Invalid
from chassis.wire import moment, timestamp
from city_pack.pack import BadPack, City, read
from hypothesis import given
from hypothesis import strategies as st
from partners.api.partners import contract_messages
from partners.commands import applications, contracts
from partners.domain import tariffs
from partners.domain.contracts import ContractStatus, ContractSuperseded, ContractTerms, in_force, statuses
from partners.registers import CheckedRegistration
from partners.store.partners import PartnerAggregate, load
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.common.v1.types_pb2 import Money
from yima.partners.v1 import api_pb2 as pb
from yima.partners.v1.events_pb2 import ContractOffered, ContractSigned, PartnerCertified
from yima.settlement.v1.split_pb2 import Share, SplitPlan, Tier

from services.partners.tests.certifying import answers
from services.partners.tests.certifying import certify as by_two
from services.partners.tests.test_steps import active, contracting

SERVICE = "partners"
CONFIRMED = CheckedRegistration(confirmed=True, reference="ref")
NOW = datetime.now(UTC).replace(microsecond=0)
CITIES = Path(__file__).parents[3] / "charts" / "yima" / "cities"
JINAN, TIANJIN = (read(str(CITIES / f"{name}.yaml")) for name in ("jinan", "tianjin"))
ASPECTS = pb.Aspect.values()[1:]


def a_word() -> str:
    """In a name that nobody else has."""
    return "".join(random.choices("ABCDEFGHKMNPQRSTUVWXYZ", k=12))


@pytest.fixture
async def db(database: str) -> AsyncGenerator[Database]:
    opened = Database(database)
    yield opened
    await opened.close()


def manifest(kind: str, *districts: str) -> pb.PartnerManifest:
    return pb.PartnerManifest(
        name={"text": dict.fromkeys(("zh-CN", "en"), f"Spring {a_word()}")},  # type: ignore[arg-type]
        kind=f"PARTNER_KIND_{kind}",
        registration_number=uuid4().hex[:18].upper(),
        districts=districts,
        contact=pb.Contact(name="Ren", email="office@clear-spring.example.org", telephone="+8653100000188"),
        bank_account=pb.BankAccount(holder="清泉", number="6200000000000018", bank_code="102451000019"),
        evidence=[
            pb.Evidence(aspect=aspect, title="t", reference="r", valid_until=str(NOW.date() + timedelta(days=99)))
            for aspect in ASPECTS
        ],
    )


async def applied(db: Database, kind: str, pack: City = JINAN, district: str = "") -> UUID:
    partner_id = uuid4()
    partner_manifest = manifest(kind, district or pack.districts.places[0].code)
    async with db.transaction() as session:
        await applications.apply(
            session, partner_id=partner_id, applicant_id=uuid4(), manifest=partner_manifest, city=pack, now=NOW
        )
        await applications.decide_screening(
            session, partner_id=partner_id, passed=True, reasons=["fine"], registration=CONFIRMED, by=uuid4(), now=NOW,
            answers=answers(pack, kind), city=pack,
        )  # fmt: skip
    return partner_id


async def certify(db: Database, partner_id: UUID, *scopes: Sequence[str], pack: City = JINAN) -> None:
    """Certify in all five aspects, the last scope for those that are left."""
    grants = [
        pb.CertificateGrant(
            aspect=aspect, scope=scopes[min(index, len(scopes) - 1)], expires_at=timestamp(NOW + timedelta(days=99))
        )
        for index, aspect in enumerate(ASPECTS)
    ]
    async with db.transaction() as session:
        await by_two(session, partner_id=partner_id, grants=grants, city=pack, by=uuid4(), now=NOW)


async def offered(db: Database, kind: str, *shares: Share, pack: City = JINAN) -> SplitPlan:
    partner_id = await applied(db, kind, pack)
    await certify(db, partner_id, ["*"], pack=pack)
    async with db.transaction() as session:
        partner = await contracts.offer_contract(
            session,
            partner_id=partner_id,
            shares=shares,
            refund_liability=0,
            city=pack,
            by=uuid4(),
            now=NOW,  # type: ignore[arg-type]
        )
        assert partner.contract is not None
        return SplitPlan.FromString(partner.contract.split_plan)


def yuan(minor: int) -> Money:
    return Money(currency="CNY", minor=minor)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("pack", "kind", "shares"),
    [
        (JINAN, "LABORATORY", [Share(party="platform", basis_points=400), ("fund:public-health", 100)]),
        (JINAN, "HOSPITAL", [Share(party="platform", basis_points=300, cap=yuan(6_000)), ("fund:public-health", 100)]),
        (JINAN, "INSURER", [Share(party="platform", fixed=yuan(200)), ("fund:public-health", 150)]),
        (JINAN, "COMMUNITY_HEALTH_CENTRE", [Share(party="platform", basis_points=0)]),
        (TIANJIN, "LABORATORY", [Share(party="platform", basis_points=200), ("fund:haihe-health", 50)]),
    ],
)
async def test_an_offer_without_shares_is_the_citys_tariff_for_that_kind_of_partner(
    db: Database, pack: City, kind: str, shares: list[Any]
) -> None:
    expected = [share if isinstance(share, Share) else Share(party=share[0], basis_points=share[1]) for share in shares]
    assert list((await offered(db, kind, pack=pack)).shares) == expected


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("kind", "share", "field"),
    [
        ("LABORATORY", Share(party="platform", basis_points=1_001), "shares[0].basis_points"),
        ("LABORATORY", Share(party="platform", fixed=yuan(1)), "shares[0].fixed"),
        ("CLINIC", Share(party="platform", basis_points=300, floor=yuan(101)), "shares[0].floor"),
        (
            "LABORATORY",
            Share(party="platform", tiers=[Tier(above=yuan(0)), Tier(above=yuan(9), basis_points=1_001)]),
            "shares[0].tiers[1].basis_points",
        ),
    ],
)
async def test_a_contract_never_gives_the_platform_more_than_the_city_allows(
    db: Database, kind: str, share: Share, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await offered(db, kind, share)
    assert refused.value.field == field


@pytest.mark.anyio
async def test_a_contract_may_be_negotiated_up_to_the_bound_and_down_to_nothing(db: Database) -> None:
    for points in (0, 1_000):
        plan = await offered(db, "LABORATORY", Share(party="platform", basis_points=points))
        assert plan.shares[0].basis_points == points
    plan = await offered(db, "CLINIC", Share(party="platform", fixed=yuan(100)))
    assert plan.shares[0].fixed.minor == 100
    fund = Share(party="fund:public-health", basis_points=5_000)
    assert (await offered(db, "LABORATORY", fund)).shares[0] == fund
    with pytest.raises(Invalid):
        await offered(db, "LABORATORY", Share(party="platform", basis_points=1_000), pack=TIANJIN)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "party",
    [
        f"partner:{uuid4()}", f"practitioner:{uuid4()}", "fund:accomplice", "fund:haihe-health", "tax:vat", "Platform",
        "bank:cash", "provider:cash", "fund:../x", "", "platform ", "partner:", "fund:public-health:payable",
    ],
)  # fmt: skip
async def test_a_contract_has_no_party_but_the_platform_and_what_the_citys_pack_names(db: Database, party: str) -> None:
    """One operator gave an accomplice's partner nine tenths, which then were refunded away from it."""
    own = Share(party="platform", basis_points=300)
    with pytest.raises(Invalid) as refused:
        await offered(db, "LABORATORY", own, Share(party=party, basis_points=9_000))
    assert (refused.value.field, "fund:public-health, platform" in refused.value.detail) == ("shares[1].party", True)


@pytest.mark.anyio
async def test_a_partner_has_no_share_as_a_party_of_its_own_contract(db: Database) -> None:
    partner_id = await applied(db, "LABORATORY")
    await certify(db, partner_id, ["*"])
    with pytest.raises(Invalid) as refused:
        async with db.transaction() as session:
            await contracts.offer_contract(
                session,
                partner_id=partner_id,
                shares=[Share(party=f"partner:{partner_id}", basis_points=800)],
                refund_liability=0,
                city=JINAN,
                by=uuid4(),
                now=NOW,  # type: ignore[arg-type]
            )
    assert refused.value.field == "shares[0].party"


@pytest.mark.anyio
async def test_an_offer_of_before_with_a_share_for_another_partner_is_not_signed(db: Database) -> None:
    partner_id, other = await applied(db, "LABORATORY"), Share(party=f"partner:{uuid4()}", basis_points=9_000)
    await certify(db, partner_id, ["*"])
    async with db.transaction() as session:
        partner = await contracts.offer_contract(
            session, partner_id=partner_id, shares=[], refund_liability=0, city=JINAN, by=uuid4(), now=NOW,  # type: ignore[arg-type]
        )  # fmt: skip
        assert partner.contract is not None
        contract_id = uuid4()
        plan = SplitPlan(id=str(contract_id), version=2, shares=[other]).SerializeToString()
        await session.execute(
            text(
                "INSERT INTO contract (id, partner_id, number, split_plan, offered_at)"
                " VALUES (:id, :whose, 2, :plan, :at)"
            ),
            {"id": contract_id, "whose": partner_id, "plan": plan, "at": NOW},
        )
    with pytest.raises(Invalid) as refused:
        async with db.transaction() as session:
            await contracts.sign_contract(
                session, contract_id=contract_id, partner_id=partner_id, by=uuid4(), city=JINAN, now=NOW
            )
    assert refused.value.field == "shares[0].party"


@pytest.mark.anyio
async def test_an_application_names_districts_of_the_city(db: Database) -> None:
    await applied(db, "CLINIC", district="lixia-yaojia")
    with pytest.raises(Invalid) as refused:
        await applied(db, "CLINIC", district="heping")
    assert refused.value.field == "manifest.districts[0]"
    await applied(db, "CLINIC", TIANJIN, "heping")


async def scope(db: Database, partner_id: UUID) -> set[str]:
    """The scope that was published last."""
    async with db.transaction() as session:
        payload = await session.scalar(
            text("SELECT payload FROM outbox WHERE subject LIKE :subject ORDER BY position DESC LIMIT 1"),
            {"subject": f"%PartnerCertified.{partner_id}"},
        )
    return set(PartnerCertified.FromString(payload).standing.certified_scope)


@pytest.mark.anyio
async def test_a_certificate_covers_what_is_below_its_categories_and_all_five_must(db: Database) -> None:
    partner_id = await applied(db, "LABORATORY")
    await certify(db, partner_id, ["diagnostics"], ["diagnostics"], ["laboratory", "telehealth"])
    assert await scope(db, partner_id) == {"laboratory"}
    await certify(db, partner_id, ["diagnostics"])
    assert await scope(db, partner_id) == {"diagnostics", "laboratory", "imaging-and-ecg"}
    with pytest.raises(Invalid) as refused:
        await certify(db, partner_id, ["diagnostics"], ["laboratory", "wearables"])
    assert refused.value.field == "grants[1].scope[1]"


def test_a_pack_whose_tariffs_could_not_be_contracts_is_refused_naming_the_key() -> None:
    for pack in (JINAN, TIANJIN):
        tariffs.check_tariffs(pack, "city.yaml")
    unheard = JINAN.fees.model_copy(update={"kinds": {"BAKER": JINAN.fees.default}})
    with pytest.raises(BadPack, match=r"global\.city\.fees\.kinds\.BAKER"):
        tariffs.check_tariffs(JINAN.model_copy(update={"fees": unheard}), "city.yaml")
    twice = JINAN.fees.default.model_copy(update={"shares": JINAN.fees.default.shares * 2})
    wrong = JINAN.fees.model_copy(update={"default": twice})
    with pytest.raises(BadPack, match=r"global\.city\.fees\.default\.shares"):
        tariffs.check_tariffs(JINAN.model_copy(update={"fees": wrong}), "city.yaml")


async def renewed(db: Database, partner_id: UUID, effective_on: str, now: datetime, *shares: Share) -> pb.Contract:
    """A new version that an operator offers; as the partner sees it."""
    async with db.transaction() as session:
        partner = await contracts.offer_contract(
            session,
            partner_id=partner_id,
            shares=shares,
            refund_liability=0,  # type: ignore[arg-type] # the contract's number
            city=JINAN,
            by=uuid4(),
            now=now,
            effective_on=effective_on,
        )
    return versions(partner, now)[0]


async def signed(db: Database, partner_id: UUID, contract_id: str, now: datetime) -> list[pb.Contract]:
    async with db.transaction() as session:
        partner = await contracts.sign_contract(
            session, contract_id=UUID(contract_id), partner_id=partner_id, by=uuid4(), city=JINAN, now=now
        )
    return versions(partner, now)


def versions(partner: PartnerAggregate, now: datetime) -> list[pb.Contract]:
    return contract_messages(partner.contracts, now, supervises=False)


def stand(contracts: Sequence[pb.Contract]) -> list[str]:
    return [pb.ContractStatus.Name(each.status).removeprefix("CONTRACT_STATUS_") for each in contracts]


def day(days: int) -> str:
    return str(JINAN.today(NOW) + timedelta(days=days))


@pytest.mark.anyio
async def test_a_new_version_takes_effect_at_its_date_and_not_before(db: Database) -> None:
    partner_id = await active(db)
    offered = await renewed(db, partner_id, day(10), NOW, Share(party="platform", basis_points=100))
    assert (offered.effective_on, offered.HasField("effective_at")) == (day(10), False)
    seen = await signed(db, partner_id, offered.id, NOW + timedelta(days=1))
    begins = datetime.combine(JINAN.today(NOW) + timedelta(days=10), datetime.min.time(), JINAN.zone)
    assert moment(seen[0].effective_at) == begins
    assert stand(seen) == ["AGREED", "IN_FORCE"]
    async with db.transaction() as session:
        partner = await load(session, partner_id)
        (payload,) = await session.scalars(
            text("SELECT payload FROM outbox WHERE type LIKE '%.ContractSigned' AND payload LIKE :about"),
            {"about": b"%" + offered.id.encode() + b"%"},
        )
    assert stand(versions(partner, begins - timedelta(seconds=1))) == ["AGREED", "IN_FORCE"]
    assert stand(versions(partner, begins)) == ["IN_FORCE", "REPLACED"]
    assert moment(ContractSigned.FromString(payload).effective_at) == begins


async def offers(db: Database, partner_id: UUID) -> list[ContractOffered]:
    """What was announced of contracts on offer to a partner."""
    async with db.transaction() as session:
        payloads = await session.scalars(
            text("SELECT payload FROM outbox WHERE type LIKE '%.ContractOffered' ORDER BY id")
        )
        said = [ContractOffered.FromString(payload) for payload in payloads]
    return [each for each in said if each.partner_id == str(partner_id)]


@pytest.mark.anyio
async def test_each_offer_is_announced_and_a_refused_one_is_not(db: Database) -> None:
    partner_id = await active(db)
    with pytest.raises(Invalid):
        await renewed(db, partner_id, day(0), NOW)
    offered = await renewed(db, partner_id, day(10), NOW)
    first, renewal = await offers(db, partner_id)
    assert (first.version, first.effective_on) == (1, "")
    assert (renewal.contract_id, renewal.version, renewal.effective_on) == (offered.id, 2, day(10))
    assert moment(renewal.offered_at) == NOW


@pytest.mark.anyio
async def test_a_version_that_is_signed_late_is_in_force_from_its_signature_and_never_before(db: Database) -> None:
    partner_id = await active(db)
    offered = await renewed(db, partner_id, day(2), NOW)
    late = NOW + timedelta(days=20)
    seen = await signed(db, partner_id, offered.id, late)
    assert (moment(seen[0].effective_at), stand(seen)) == (late, ["IN_FORCE", "REPLACED"])


@pytest.mark.anyio
async def test_a_newer_offer_takes_the_place_of_one_that_nobody_signed(db: Database) -> None:
    partner_id = await active(db)
    first = await renewed(db, partner_id, day(2), NOW)
    await renewed(db, partner_id, day(3), NOW)
    with pytest.raises(ContractSuperseded):
        await signed(db, partner_id, first.id, NOW)
    async with db.transaction() as session:
        assert stand(versions(await load(session, partner_id), NOW)) == ["OFFERED", "SUPERSEDED", "IN_FORCE"]


@pytest.mark.anyio
@pytest.mark.parametrize("effective_on", [day(0), day(-1), day(400), "2026-13-01", "tomorrow"])
async def test_a_day_that_is_past_too_far_or_none_is_refused(db: Database, effective_on: str) -> None:
    partner_id = await active(db)
    with pytest.raises(Invalid) as refused:
        await renewed(db, partner_id, effective_on, NOW)
    assert refused.value.field == "effective_on"


@pytest.mark.anyio
async def test_a_first_contract_has_no_later_day(db: Database) -> None:
    partner_id, _ = await contracting(db)
    with pytest.raises(Invalid, match="first contract"):
        await renewed(db, partner_id, day(10), NOW)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "change",
    [
        "effective_at = effective_at - interval '1 day'",
        "effective_at = effective_at + interval '1 day'",
        "split_plan = ''",
        "effective_on = current_date",
        "signed_at = NULL, effective_at = NULL",
    ],
)
async def test_the_database_keeps_what_was_agreed(db: Database, change: str) -> None:
    partner_id = await active(db)
    with pytest.raises(DBAPIError):
        async with db.transaction() as session:
            await session.execute(text(f"UPDATE contract SET {change} WHERE partner_id = :id"), {"id": partner_id})
    async with db.transaction() as session:
        assert stand(versions(await load(session, partner_id), NOW)) == ["IN_FORCE"]


@given(st.lists(st.one_of(st.none(), st.integers(-5, 5)), max_size=6), st.integers(-6, 6))
def test_exactly_the_newest_in_effect_is_in_force(days: list[int | None], at: int) -> None:
    terms = [
        ContractTerms(uuid4(), number, None if day is None else NOW + timedelta(days=day))
        for number, day in enumerate(days, start=1)
    ]
    now = NOW + timedelta(days=at)
    present = in_force(terms, now)
    effective = [each.number for each in terms if each.effective_at is not None and each.effective_at <= now]
    assert (present.number if present else None) == (max(effective) if effective else None)
    said = statuses(terms, now)
    assert said.count(ContractStatus.IN_FORCE) == bool(effective)
    assert said.count(ContractStatus.OFFERED) <= 1
