"""Offerings are sold on the terms that were published, by partners that may, and found by what they say."""

import hashlib
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from catalog import commands, domain, events, search, store
from catalog.domain import NEXT, NotPermitted, RevisionChanged, SlotsOverlap, SlotTime, Standing, Status, StepRefused
from catalog.store import Whole
from chassis.database import Database
from chassis.refusals import Invalid, NotFound
from city_pack.pack import NO_RISE, read
from google.protobuf import json_format
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.catalog.v1 import api_pb2 as pb
from yima.partners.v1 import events_pb2 as partners

SERVICE = "catalog"
NOW = datetime.now(UTC).replace(microsecond=0)
CITIES = Path(__file__).parents[3] / "charts" / "yima" / "cities"
JINAN, TIANJIN = (read(str(CITIES / f"{name}.yaml")) for name in ("jinan", "tianjin"))
HOUR = timedelta(hours=1)


def words(english: str, chinese: str) -> dict[str, Any]:
    return {"text": {"en": english, "zh-CN": chinese}}


KEPT: dict[str, Any] = {
    "information_types": ["vital-signs"], "purpose": "TREAT", "access_mode": pb.ACCESS_MODE_STORE, "valid_days": 90,
}  # fmt: skip


def manifest(reference: str, **changes: Any) -> pb.OfferingManifest:
    told: dict[str, Any] = {
        "definition": "hypertension-follow-up",
        "reference": reference,
        "kind": pb.OFFERING_KIND_PACKAGE,
        "title": words("Blood pressure at home", "居家血压管理"),
        "description": words("Four visits a year.", "每年四次随访。"),
        "price": {"minor": 36_000, "currency": "CNY"},
        "districts": ["lixia"],
        "consent": {"information_types": ["vital-signs"], "purpose": "TREAT", "access_mode": 1, "valid_days": 90},
    } | changes
    return pb.OfferingManifest(**told)


@pytest.fixture
async def shop(database: str) -> AsyncGenerator[Database]:
    made = Database(database)
    definition = pb.ServiceDefinition(
        code="hypertension-follow-up",
        category="chronic-care",
        population=pb.POPULATION_HYPERTENSION,
        title=words("Hypertension follow-up", "高血压随访"),  # type: ignore[arg-type]
        description=words("At least four a year.", "每年至少四次。"),  # type: ignore[arg-type]
    )
    async with made.transaction() as session:
        await commands.put_definition(session, definition=definition, city=JINAN, now=NOW)
    yield made
    await made.close()


async def stand(
    shop: Database, partner_id: UUID, *, version: int = 1, sells: bool = True, scope: str = "chronic-care"
) -> None:
    """Hear where a partner stands."""
    capabilities = ["CAPABILITY_PUBLISH", "CAPABILITY_SELL"] if sells else ["CAPABILITY_FULFIL"]
    standing = partners.Standing(
        partner_id=str(partner_id), capabilities=capabilities, certified_scope=[scope], version=version
    )  # fmt: skip
    standing.certified_until.FromDatetime(NOW + timedelta(days=300))
    event = SimpleNamespace(message=SimpleNamespace(standing=standing), cause=None)
    async with shop.transaction() as session:
        await events.on_standing(SimpleNamespace(session=session, now=NOW), [event])  # type: ignore[arg-type,list-item]


async def drafted(shop: Database, partner_id: UUID, **changes: Any) -> Whole:
    async with shop.transaction() as session:
        return await commands.draft_offering(
            session, partner_id=partner_id, manifest=manifest(f"o-{uuid4().hex[:12]}", **changes), city=JINAN,
            now=NOW,
        )  # fmt: skip


async def published(shop: Database, partner_id: UUID, **changes: Any) -> Whole:
    whole = await drafted(shop, partner_id, **changes)
    async with shop.transaction() as session:
        await commands.submit_offering(
            session, offering_id=whole.offering.id, partner_id=partner_id, city=JINAN, now=NOW
        )
    async with shop.transaction() as session:
        return await commands.decide_review(
            session, offering_id=whole.offering.id, looked_at=1, approved=True, reasons=[], city=JINAN, now=NOW
        )


async def told_of(shop: Database, offering_id: UUID) -> list[str]:
    """The names of the events about an offering, in their order."""
    async with shop.transaction() as session:
        subject = {"subject": f"%.{offering_id}"}
        found = await session.scalars(
            text("SELECT type FROM outbox WHERE subject LIKE :subject ORDER BY position"), subject
        )
        return [name.rpartition(".")[2] for name in found]


@pytest.mark.anyio
async def test_a_draft_is_on_sale_only_after_a_review(shop: Database) -> None:
    partner_id = uuid4()
    await stand(shop, partner_id)
    whole = await drafted(shop, partner_id)
    assert await told_of(shop, whole.offering.id) == []
    async with shop.transaction() as session:
        with pytest.raises(StepRefused):
            await commands.decide_review(
                session, offering_id=whole.offering.id, looked_at=1, approved=True, reasons=[], city=JINAN, now=NOW
            )
    assert (await published(shop, partner_id)).revision.status == Status.PUBLISHED


@pytest.mark.anyio
async def test_a_refusal_needs_a_reason(shop: Database) -> None:
    partner_id = uuid4()
    await stand(shop, partner_id)
    whole = await drafted(shop, partner_id)
    async with shop.transaction() as session:
        await commands.submit_offering(
            session, offering_id=whole.offering.id, partner_id=partner_id, city=JINAN, now=NOW
        )
    async with shop.transaction() as session:
        with pytest.raises(Invalid) as refusal:
            await commands.decide_review(
                session, offering_id=whole.offering.id, looked_at=1, approved=False, reasons=[], city=JINAN, now=NOW
            )
    assert refusal.value.field == "reasons"


@pytest.mark.anyio
async def test_a_price_alone_changes_at_once_and_anything_else_is_reviewed(shop: Database) -> None:
    partner_id = uuid4()
    await stand(shop, partner_id)
    whole = await published(shop, partner_id)
    reference = whole.offering.reference
    for changes, status in (
        ({"price": {"minor": 30_000, "currency": "CNY"}}, Status.PUBLISHED),
        ({"title": words("Pressure at home", "居家血压")}, Status.IN_REVIEW),
    ):
        async with shop.transaction() as session:
            await commands.revise_offering(
                session, offering_id=whole.offering.id, partner_id=partner_id,
                manifest=manifest(reference, **({"price": {"minor": 30_000, "currency": "CNY"}} | changes)),
                city=JINAN, now=NOW,
            )  # fmt: skip
        async with shop.transaction() as session:
            after = await commands.submit_offering(
                session, offering_id=whole.offering.id, partner_id=partner_id, city=JINAN, now=NOW
            )
            assert after.revision.status == status
    assert await told_of(shop, whole.offering.id) == ["OfferingPublished", "OfferingPublished"]


@pytest.mark.anyio
async def test_a_pipeline_may_send_the_same_manifest_again_and_again(shop: Database) -> None:
    """Nothing is drafted, nothing goes to review, and what is on sale stays on sale."""
    partner_id = uuid4()
    await stand(shop, partner_id)
    whole = await published(shop, partner_id)
    same = pb.OfferingManifest.FromString(whole.revision.manifest)
    for _ in range(2):
        async with shop.transaction() as session:
            again = await commands.revise_offering(
                session, offering_id=whole.offering.id, partner_id=partner_id, manifest=same, city=JINAN, now=NOW
            )
        assert (again.revision.revision, again.revision.status) == (1, Status.PUBLISHED)
    same.title.text["en"] = "Another title"
    async with shop.transaction() as session:
        changed = await commands.revise_offering(
            session, offering_id=whole.offering.id, partner_id=partner_id, manifest=same, city=JINAN, now=NOW
        )
    assert (changed.revision.revision, changed.revision.status) == (2, Status.DRAFT)


async def decided(shop: Database, whole: Whole, *, looked_at: int, approved: bool = True) -> tuple[int, str]:
    """The revision that was decided on, and where it stands now."""
    async with shop.transaction() as session:
        after = await commands.decide_review(
            session, offering_id=whole.offering.id, looked_at=looked_at, approved=approved,
            reasons=[] if approved else ["say more"], city=JINAN, now=NOW,
        )  # fmt: skip
        return after.revision.revision, after.revision.status


@pytest.mark.anyio
@pytest.mark.parametrize("before", [0, 1], ids=["never on sale", "on sale"])
async def test_a_revision_that_took_the_place_of_the_one_looked_at_is_not_decided_on(
    shop: Database, before: int
) -> None:
    """Two operators look; one refuses, the partner submits other terms, the other one approves what it saw."""
    partner_id = uuid4()
    await stand(shop, partner_id)
    whole = await (published if before else drafted)(shop, partner_id)
    seen, unseen = before + 1, before + 2
    assert await priced(shop, whole, partner_id, 90_000) == Status.IN_REVIEW
    assert await decided(shop, whole, looked_at=seen, approved=False) == (seen, Status.REFUSED)
    with pytest.raises(StepRefused):  # what was refused is decided
        await decided(shop, whole, looked_at=seen)
    assert await priced(shop, whole, partner_id, 99_999) == Status.IN_REVIEW

    for approved in (True, False):
        with pytest.raises(RevisionChanged) as changed:
            await decided(shop, whole, looked_at=seen, approved=approved)
        assert changed.value.field == "revision"
        assert f"revision {unseen} is in review now" in changed.value.detail
        shown = json_format.ParseDict(changed.value.data, pb.RevisionInReview())
        assert (shown.revision, shown.total.minor, shown.total.currency) == (unseen, 99_999, "CNY")
        assert len(shown.consent_hash) in (0, 32)
    for wrong in (-1, unseen + 1, 2**31 - 1):
        with pytest.raises(RevisionChanged):
            await decided(shop, whole, looked_at=wrong)
    with pytest.raises(Invalid) as unsaid:
        await decided(shop, whole, looked_at=0)
    assert unsaid.value.field == "revision"
    assert f"revision {unseen}" in unsaid.value.detail

    async with shop.transaction() as session:
        refused, waiting = [await store.revision(session, whole.offering.id, number) for number in (seen, unseen)]
        assert (refused.status, refused.price_minor) == (Status.REFUSED, 90_000)
        assert (waiting.status, waiting.price_minor) == (Status.IN_REVIEW, 99_999)
    assert await told_of(shop, whole.offering.id) == ["OfferingPublished"] * before
    assert await decided(shop, whole, looked_at=unseen) == (unseen, Status.PUBLISHED)


async def priced(shop: Database, whole: Whole, partner_id: UUID, minor: int, **changes: Any) -> str:
    """Where a revision at this price stands once it was submitted."""
    told = manifest(whole.offering.reference, **({"price": {"minor": minor, "currency": "CNY"}} | changes))
    async with shop.transaction() as session:
        await commands.revise_offering(
            session, offering_id=whole.offering.id, partner_id=partner_id, manifest=told, city=JINAN, now=NOW
        )
        after = await commands.submit_offering(
            session, offering_id=whole.offering.id, partner_id=partner_id, city=JINAN, now=NOW
        )
        return after.revision.status


@pytest.mark.anyio
async def test_a_price_rises_only_so_far_above_the_reviewed_one_in_however_many_steps(shop: Database) -> None:
    partner_id = uuid4()
    await stand(shop, partner_id)
    whole = await published(shop, partner_id, price={"minor": 10_000, "currency": "CNY"})
    for minor in (10_400, 10_800, 5_000, 11_000):  # 10 % above the reviewed price, after going down in between
        assert await priced(shop, whole, partner_id, minor) == Status.PUBLISHED
    assert await priced(shop, whole, partner_id, 11_001) == Status.IN_REVIEW
    assert await decided(shop, whole, looked_at=6) == (6, Status.PUBLISHED)
    assert await priced(shop, whole, partner_id, 12_101) == Status.PUBLISHED  # from the reviewed 110.01
    assert await priced(shop, whole, partner_id, 12_102) == Status.IN_REVIEW


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("start", "minor", "status"),
    [
        (0, 1, Status.IN_REVIEW),  # what was free
        (100_000, 102_000, Status.PUBLISHED),
        (100_000, 102_001, Status.IN_REVIEW),  # 2 %, and above the amount
        (1_000, 9_999_900, Status.IN_REVIEW),
        (1_000, 0, Status.PUBLISHED),
    ],
)
async def test_a_rise_is_bounded_by_its_part_and_by_its_amount(
    shop: Database, start: int, minor: int, status: Status
) -> None:
    partner_id = uuid4()
    await stand(shop, partner_id)
    whole = await published(shop, partner_id, price={"minor": start, "currency": "CNY"})
    assert await priced(shop, whole, partner_id, minor) == status


@pytest.mark.anyio
@pytest.mark.parametrize(
    "change",
    [
        {"consent": {"information_types": ["vital-signs", "laboratory"], "purpose": "TREAT", "access_mode": 1,
                     "valid_days": 90}},
        {"consent": KEPT},
        {"kind": pb.OFFERING_KIND_SINGLE_VISIT},
        {"booking_required": True, "cancellation": [{"hours_before": 720, "fee_basis_points": 10_000}]},
        {"eligibility": {"age_from_months": 600}},
    ],
)  # fmt: skip
async def test_more_data_harsher_terms_and_another_process_are_reviewed(shop: Database, change: dict[str, Any]) -> None:
    partner_id = uuid4()
    await stand(shop, partner_id)
    whole = await published(shop, partner_id)
    assert await priced(shop, whole, partner_id, 36_000, **change) == Status.IN_REVIEW


@given(reviewed=st.integers(0, 10**9), minor=st.integers(0, 2 * 10**9))
def test_without_a_rule_every_rise_is_reviewed_and_nothing_else(reviewed: int, minor: int) -> None:
    assert NO_RISE.allows(reviewed, minor) == (minor <= reviewed)


@pytest.mark.anyio
async def test_slots_are_withdrawn_by_name_by_day_and_by_interval_and_told_of_whole(shop: Database) -> None:
    partner_id = uuid4()
    await stand(shop, partner_id)
    whole = await published(shop, partner_id, booking_required=True)
    day = (NOW + timedelta(days=3)).astimezone(JINAN.zone).replace(hour=23, minute=0)
    times = [day + timedelta(minutes=30 * number) for number in range(6)]  # two before midnight, four after
    async with shop.transaction() as session:
        rows = await commands.add_slots(
            session, offering_id=whole.offering.id, partner_id=partner_id,
            slots=[SlotTime(at, at + timedelta(minutes=30), 1) for at in times], zone=JINAN.zone, now=NOW,
        )  # fmt: skip

    async def withdraw(partner: UUID = partner_id, **which: Any) -> int:
        asked: dict[str, Any] = {"ids": [], "day": "", "interval": None} | which
        async with shop.transaction() as session:
            return len(
                await commands.withdraw_slots(
                    session, offering_id=whole.offering.id, partner_id=partner, reason="ill", zone=JINAN.zone,
                    now=NOW, **asked,
                )
            )  # fmt: skip

    for which in ({}, {"ids": [uuid4()]}, {"day": "2026-13-01"}, {"ids": [rows[0].id], "day": day.date().isoformat()},
                  {"interval": (NOW, NOW)}):  # fmt: skip
        with pytest.raises(Invalid):
            await withdraw(**which)
    with pytest.raises(NotFound):
        await withdraw(uuid4(), ids=[rows[0].id])
    assert await withdraw(ids=[rows[0].id]) == 1
    assert await withdraw(day=day.date().isoformat()) == 1
    assert await withdraw(interval=(times[2], times[4])) == 2
    async with shop.transaction() as session:
        left = await store.coming_slots(session, whole.offering.id, NOW, 10)
        again = [SlotTime(times[0], times[0] + timedelta(minutes=30), 2)]
        await commands.add_slots(
            session, offering_id=whole.offering.id, partner_id=partner_id, slots=again, zone=JINAN.zone, now=NOW
        )
    assert [row.id for row in left] == [rows[4].id, rows[5].id]
    assert (await told_of(shop, whole.offering.id)).count("SlotsWithdrawn") == 3


@pytest.mark.anyio
async def test_the_terms_of_a_published_revision_cannot_be_changed_even_by_their_owner(
    shop: Database, owner_database: str
) -> None:
    partner_id = uuid4()
    await stand(shop, partner_id)
    whole = await published(shop, partner_id)
    owner = Database(owner_database)
    for statement in (
        "UPDATE offering_revision SET price_minor = 1 WHERE offering_id = :id",
        "UPDATE offering_revision SET consent_hash = '\\x00' WHERE offering_id = :id",
        "DELETE FROM offering_revision WHERE offering_id = :id",
    ):
        with pytest.raises(DBAPIError, match="terms of a published revision"):
            async with owner.transaction() as session:
                await session.execute(text(statement), {"id": whole.offering.id})
    await owner.close()


@pytest.mark.anyio
async def test_a_suspended_partners_offerings_leave_the_shelf_and_an_older_word_does_not_bring_them_back(
    shop: Database,
) -> None:
    partner_id = uuid4()
    await stand(shop, partner_id, version=1)
    whole = await published(shop, partner_id)
    await stand(shop, partner_id, version=5, sells=False)
    await stand(shop, partner_id, version=4, sells=True)
    async with shop.transaction() as session:
        assert (await store.current(session, whole.offering.id)).status == Status.RESTRICTED  # type: ignore[union-attr]
    await stand(shop, partner_id, version=6)
    assert await told_of(shop, whole.offering.id) == ["OfferingPublished", "OfferingWithdrawn", "OfferingPublished"]


@pytest.mark.anyio
async def test_a_partner_publishes_only_what_its_certificates_cover(shop: Database) -> None:
    stranger, other = uuid4(), uuid4()
    with pytest.raises(NotPermitted):
        await drafted(shop, stranger)
    await stand(shop, other, scope="maternal")
    with pytest.raises(NotPermitted) as refusal:
        await drafted(shop, other)
    assert refusal.value.field == "manifest.definition"


@pytest.mark.anyio
async def test_slots_never_overlap(shop: Database) -> None:
    partner_id = uuid4()
    await stand(shop, partner_id)
    whole = await published(shop, partner_id, booking_required=True)

    async def add(*times: SlotTime) -> int:
        async with shop.transaction() as session:
            rows = await commands.add_slots(
                session, offering_id=whole.offering.id, partner_id=partner_id, slots=times, zone=JINAN.zone, now=NOW
            )
            return len(rows)

    assert await add(SlotTime(NOW + HOUR, NOW + 2 * HOUR, 3), SlotTime(NOW + 2 * HOUR, NOW + 3 * HOUR, 3)) == 2
    with pytest.raises(SlotsOverlap) as taken:
        await add(SlotTime(NOW + HOUR + HOUR / 2, NOW + 2 * HOUR, 1))
    assert f"{(NOW + HOUR).astimezone(JINAN.zone):%Y-%m-%d %H:%M} to" in taken.value.detail
    with pytest.raises(SlotsOverlap) as both:
        await add(SlotTime(NOW + 9 * HOUR, NOW + 11 * HOUR, 1), SlotTime(NOW + 10 * HOUR, NOW + 12 * HOUR, 1))
    for start in (NOW + 9 * HOUR, NOW + 10 * HOUR):
        assert f"{start.astimezone(JINAN.zone):%Y-%m-%d %H:%M} to" in both.value.detail


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"definition": "unheard-of"}, "manifest.definition"),
        ({"kind": 0}, "manifest.kind"),
        ({"title": {"text": {"en": "English only"}}}, "manifest.title"),
        ({"title": words("", "有题")}, "manifest.title.en"),
        ({"price": {"minor": -1, "currency": "CNY"}}, "manifest.price"),
        ({"price": {"minor": 1, "currency": "KWD"}}, "manifest.price.currency"),
        ({"districts": ["Lixia District"]}, "manifest.districts[0]"),
        ({"districts": ["lixia", "heping"]}, "manifest.districts[1]"),
        ({"eligibility": {"age_from_months": 216}}, "manifest.eligibility.age_from_months"),
        ({"eligibility": {"age_below_months": 420}}, "manifest.eligibility.age_below_months"),
        ({"consent": {"information_types": ["everything"]}}, "manifest.consent.information_types[0]"),
        (
            {"consent": {"information_types": ["imaging"], "purpose": "BECAUSE", "access_mode": 1, "valid_days": 1}},
            "manifest.consent.purpose",
        ),
        (
            {"consent": {"information_types": ["imaging"], "purpose": "TREAT", "access_mode": 1, "valid_days": 9999}},
            "manifest.consent.valid_days",
        ),
        ({"consent": KEPT | {"retention_days": -1}}, "manifest.consent.retention_days"),
        ({"consent": KEPT | {"retention_days": 10_981}}, "manifest.consent.retention_days"),
    ],
)
@pytest.mark.anyio
async def test_a_manifest_that_cannot_be_sold_on_is_refused_at_its_field(
    shop: Database, changes: dict[str, Any], field: str
) -> None:
    partner_id = uuid4()
    await stand(shop, partner_id)
    with pytest.raises(Invalid) as refusal:
        await drafted(shop, partner_id, **changes)
    assert refusal.value.field == field
    async with shop.transaction() as session:
        mine = {"partner_id": partner_id}
        assert await session.scalar(text("SELECT count(*) FROM offering WHERE partner_id = :partner_id"), mine) == 0


@pytest.mark.anyio
async def test_how_long_data_is_kept_is_part_of_what_a_consent_cites(shop: Database) -> None:
    """And a template that says nothing of it has the hash that it always had."""
    partner_id = uuid4()
    await stand(shop, partner_id)
    kept = [await drafted(shop, partner_id, consent=KEPT | more) for more in ({}, {"retention_days": 30})]
    silent, said = [whole.revision.consent_hash for whole in kept]
    assert silent != said
    assert silent == hashlib.sha256(b"\x0a\x0bvital-signs\x12\x05TREAT\x18\x02\x20\x5a").digest()
    assert pb.OfferingManifest.FromString(kept[1].revision.manifest).consent.retention_days == 30


def test_every_status_leads_somewhere_or_is_an_end() -> None:
    ends = set(Status) - set(NEXT)
    assert ends == {Status.SUPERSEDED, Status.RETIRED}
    for start in NEXT:
        reached, todo = {start}, [start]
        while todo:
            for following in NEXT.get(todo.pop(), ()):
                if following not in reached:
                    reached.add(following)
                    todo.append(following)
        assert reached & ends, start


@given(st.sampled_from(Status), st.sampled_from(Status))
def test_a_step_is_either_in_the_table_or_refused(current: Status, wanted: Status) -> None:
    if wanted in NEXT.get(current, ()):
        assert domain.advance(current, wanted) == wanted
    else:
        with pytest.raises(StepRefused):
            domain.advance(current, wanted)


@given(st.timedeltas(min_value=-timedelta(days=2), max_value=timedelta(days=2)))
def test_nobody_sells_from_the_moment_a_certificate_ends(offset: timedelta) -> None:
    standing = Standing(True, True, frozenset({"chronic-care"}), NOW)
    assert standing.sells("chronic-care", NOW + offset) is (offset < timedelta(0))
    assert not standing.sells("maternal", NOW - HOUR)


@given(st.text() | st.lists(st.text(alphabet="0a ｆé血", min_size=1, max_size=80), max_size=12).map(" ".join))
@example(" ".join(["0" * 99, "0" * 99, "00"]))
def test_whatever_is_asked_for_is_among_the_words_it_would_be_stored_under(said: str) -> None:
    stored = set(search.vector([said]).split())
    asked = [word.strip("'") for word in search.query(said).split(" & ") if word]
    assert set(asked) <= stored
