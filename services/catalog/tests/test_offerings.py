"""Offerings are sold on the terms that were published, by partners that may."""

import hashlib
from typing import Any
from uuid import UUID, uuid4

import pytest
from catalog.commands import offerings as commands
from catalog.domain.offerings import OfferingStatus, RevisionChanged, StepRefused
from catalog.domain.standings import NotPermitted
from catalog.store import offerings
from catalog.store.offerings import OfferingAggregate
from catalog_scenario import JINAN, NOW, drafted, manifest, published, published_events, stand, words
from chassis.database import Database
from chassis.refusals import Invalid
from google.protobuf import json_format
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.catalog.v1 import api_pb2 as pb

SERVICE = "catalog"
STORED: dict[str, Any] = {
    "information_types": ["vital-signs"],
    "purpose": "TREAT",
    "access_mode": pb.ACCESS_MODE_STORE,
    "valid_days": 90,
}


@pytest.mark.anyio
async def test_a_draft_is_on_sale_only_after_a_review(catalog_db: Database) -> None:
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    aggregate = await drafted(catalog_db, partner_id)
    assert await published_events(catalog_db, aggregate.offering.id) == []
    async with catalog_db.transaction() as session:
        with pytest.raises(StepRefused):
            await commands.decide_review(
                session,
                offering_id=aggregate.offering.id,
                looked_at=1,
                approved=True,
                reasons=[],
                by=uuid4(),
                city=JINAN,
                now=NOW,
            )
    assert (await published(catalog_db, partner_id)).revision.status == OfferingStatus.PUBLISHED


@pytest.mark.anyio
async def test_a_refusal_needs_a_reason(catalog_db: Database) -> None:
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    aggregate = await drafted(catalog_db, partner_id)
    async with catalog_db.transaction() as session:
        await commands.submit_offering(
            session, offering_id=aggregate.offering.id, partner_id=partner_id, city=JINAN, now=NOW
        )
    async with catalog_db.transaction() as session:
        with pytest.raises(Invalid) as refusal:
            await commands.decide_review(
                session,
                offering_id=aggregate.offering.id,
                looked_at=1,
                approved=False,
                reasons=[],
                by=uuid4(),
                city=JINAN,
                now=NOW,
            )
    assert refusal.value.field == "reasons"


@pytest.mark.anyio
async def test_a_price_alone_changes_at_once_and_anything_else_is_reviewed(catalog_db: Database) -> None:
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    aggregate = await published(catalog_db, partner_id)
    reference = aggregate.offering.reference
    for changes, status in (
        ({"price": {"minor": 30_000, "currency": "CNY"}}, OfferingStatus.PUBLISHED),
        ({"title": words("Pressure at home", "居家血压")}, OfferingStatus.IN_REVIEW),
    ):
        async with catalog_db.transaction() as session:
            await commands.revise_offering(
                session,
                offering_id=aggregate.offering.id,
                partner_id=partner_id,
                manifest=manifest(reference, **({"price": {"minor": 30_000, "currency": "CNY"}} | changes)),
                city=JINAN,
                now=NOW,
            )
        async with catalog_db.transaction() as session:
            after = await commands.submit_offering(
                session, offering_id=aggregate.offering.id, partner_id=partner_id, city=JINAN, now=NOW
            )
            assert after.revision.status == status
    assert await published_events(catalog_db, aggregate.offering.id) == ["OfferingPublished", "OfferingPublished"]


@pytest.mark.anyio
async def test_a_pipeline_may_send_the_same_manifest_again_and_again(catalog_db: Database) -> None:
    """Nothing is drafted, nothing goes to review, and what is on sale stays on sale."""
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    aggregate = await published(catalog_db, partner_id)
    same = pb.OfferingManifest.FromString(aggregate.revision.manifest)
    for _ in range(2):
        async with catalog_db.transaction() as session:
            again = await commands.revise_offering(
                session, offering_id=aggregate.offering.id, partner_id=partner_id, manifest=same, city=JINAN, now=NOW
            )
        assert (again.revision.revision, again.revision.status) == (1, OfferingStatus.PUBLISHED)
    same.title.text["en"] = "Another title"
    async with catalog_db.transaction() as session:
        changed = await commands.revise_offering(
            session, offering_id=aggregate.offering.id, partner_id=partner_id, manifest=same, city=JINAN, now=NOW
        )
    assert (changed.revision.revision, changed.revision.status) == (2, OfferingStatus.DRAFT)


async def decided(
    catalog_db: Database, aggregate: OfferingAggregate, *, looked_at: int, approved: bool = True
) -> tuple[int, str]:
    """The revision that was decided on, and where it stands now."""
    async with catalog_db.transaction() as session:
        after = await commands.decide_review(
            session, offering_id=aggregate.offering.id, looked_at=looked_at, approved=approved,
            reasons=[] if approved else ["say more"], by=uuid4(), city=JINAN, now=NOW,
        )  # fmt: skip
        return after.revision.revision, after.revision.status


@pytest.mark.anyio
@pytest.mark.parametrize("before", [0, 1], ids=["never on sale", "on sale"])
async def test_a_revision_that_took_the_place_of_the_one_looked_at_is_not_decided_on(
    catalog_db: Database, before: int
) -> None:
    """Two operators look; one refuses, the partner submits other terms, the other one approves what it saw."""
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    aggregate = await (published if before else drafted)(catalog_db, partner_id)
    looked_at, submitted = before + 1, before + 2
    assert await priced(catalog_db, aggregate, partner_id, 90_000) == OfferingStatus.IN_REVIEW
    assert await decided(catalog_db, aggregate, looked_at=looked_at, approved=False) == (
        looked_at,
        OfferingStatus.REFUSED,
    )
    with pytest.raises(StepRefused):  # what was refused is decided
        await decided(catalog_db, aggregate, looked_at=looked_at)
    assert await priced(catalog_db, aggregate, partner_id, 99_999) == OfferingStatus.IN_REVIEW

    for approved in (True, False):
        with pytest.raises(RevisionChanged) as changed:
            await decided(catalog_db, aggregate, looked_at=looked_at, approved=approved)
        assert changed.value.field == "revision"
        assert f"revision {submitted} is in review now" in changed.value.detail
        shown = json_format.ParseDict(changed.value.data, pb.RevisionInReview())
        assert (shown.revision, shown.total.minor, shown.total.currency) == (submitted, 99_999, "CNY")
        assert len(shown.consent_hash) in (0, 32)
    for wrong in (-1, submitted + 1, 2**31 - 1):
        with pytest.raises(RevisionChanged):
            await decided(catalog_db, aggregate, looked_at=wrong)
    with pytest.raises(Invalid) as unsaid:
        await decided(catalog_db, aggregate, looked_at=0)
    assert unsaid.value.field == "revision"
    assert f"revision {submitted}" in unsaid.value.detail

    async with catalog_db.transaction() as session:
        refused, waiting = [
            await offerings.revision(session, aggregate.offering.id, number) for number in (looked_at, submitted)
        ]
        assert (refused.status, refused.price_minor) == (OfferingStatus.REFUSED, 90_000)
        assert (waiting.status, waiting.price_minor) == (OfferingStatus.IN_REVIEW, 99_999)
    assert await published_events(catalog_db, aggregate.offering.id) == ["OfferingPublished"] * before
    assert await decided(catalog_db, aggregate, looked_at=submitted) == (submitted, OfferingStatus.PUBLISHED)


async def priced(
    catalog_db: Database, aggregate: OfferingAggregate, partner_id: UUID, minor: int, **changes: Any
) -> str:
    """Where a revision at this price stands once it was submitted."""
    terms = manifest(aggregate.offering.reference, **({"price": {"minor": minor, "currency": "CNY"}} | changes))
    async with catalog_db.transaction() as session:
        await commands.revise_offering(
            session, offering_id=aggregate.offering.id, partner_id=partner_id, manifest=terms, city=JINAN, now=NOW
        )
        after = await commands.submit_offering(
            session, offering_id=aggregate.offering.id, partner_id=partner_id, city=JINAN, now=NOW
        )
        return after.revision.status


@pytest.mark.anyio
async def test_a_price_rises_only_so_far_above_the_reviewed_one_in_however_many_steps(catalog_db: Database) -> None:
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    aggregate = await published(catalog_db, partner_id, price={"minor": 10_000, "currency": "CNY"})
    for minor in (10_400, 10_800, 5_000, 11_000):  # 10 % above the reviewed price, after going down in between
        assert await priced(catalog_db, aggregate, partner_id, minor) == OfferingStatus.PUBLISHED
    assert await priced(catalog_db, aggregate, partner_id, 11_001) == OfferingStatus.IN_REVIEW
    assert await decided(catalog_db, aggregate, looked_at=6) == (6, OfferingStatus.PUBLISHED)
    assert (
        await priced(catalog_db, aggregate, partner_id, 12_101) == OfferingStatus.PUBLISHED
    )  # from the reviewed 110.01
    assert await priced(catalog_db, aggregate, partner_id, 12_102) == OfferingStatus.IN_REVIEW


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("start", "minor", "status"),
    [
        (0, 1, OfferingStatus.IN_REVIEW),  # what was free
        (100_000, 102_000, OfferingStatus.PUBLISHED),
        (100_000, 102_001, OfferingStatus.IN_REVIEW),  # 2 %, and above the amount
        (1_000, 9_999_900, OfferingStatus.IN_REVIEW),
        (1_000, 0, OfferingStatus.PUBLISHED),
    ],
)
async def test_a_rise_is_bounded_by_its_part_and_by_its_amount(
    catalog_db: Database, start: int, minor: int, status: OfferingStatus
) -> None:
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    aggregate = await published(catalog_db, partner_id, price={"minor": start, "currency": "CNY"})
    assert await priced(catalog_db, aggregate, partner_id, minor) == status


@pytest.mark.anyio
@pytest.mark.parametrize(
    "change",
    [
        {"consent": {"information_types": ["vital-signs", "laboratory"], "purpose": "TREAT", "access_mode": 1,
                     "valid_days": 90}},
        {"consent": STORED},
        {"kind": pb.OFFERING_KIND_SINGLE_VISIT},
        {"booking_required": True, "cancellation": [{"hours_before": 720, "fee_basis_points": 10_000}]},
        {"eligibility": {"age_from_months": 600}},
    ],
)  # fmt: skip
async def test_more_data_harsher_terms_and_another_process_are_reviewed(
    catalog_db: Database, change: dict[str, Any]
) -> None:
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    aggregate = await published(catalog_db, partner_id)
    assert await priced(catalog_db, aggregate, partner_id, 36_000, **change) == OfferingStatus.IN_REVIEW


@pytest.mark.anyio
async def test_the_terms_of_a_published_revision_cannot_be_changed_even_by_their_owner(
    catalog_db: Database, owner_database: str
) -> None:
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    aggregate = await published(catalog_db, partner_id)
    owner = Database(owner_database)
    for statement in (
        "UPDATE offering_revision SET price_minor = 1 WHERE offering_id = :id",
        "UPDATE offering_revision SET consent_hash = '\\x00' WHERE offering_id = :id",
        "DELETE FROM offering_revision WHERE offering_id = :id",
    ):
        with pytest.raises(DBAPIError, match="terms of a published revision"):
            async with owner.transaction() as session:
                await session.execute(text(statement), {"id": aggregate.offering.id})
    await owner.close()


@pytest.mark.anyio
async def test_a_suspended_partners_offerings_leave_the_shelf_and_an_older_word_does_not_bring_them_back(
    catalog_db: Database,
) -> None:
    partner_id = uuid4()
    await stand(catalog_db, partner_id, version=1)
    aggregate = await published(catalog_db, partner_id)
    await stand(catalog_db, partner_id, version=5, sells=False)
    await stand(catalog_db, partner_id, version=4, sells=True)
    async with catalog_db.transaction() as session:
        assert (await offerings.current(session, aggregate.offering.id)).status == OfferingStatus.RESTRICTED  # type: ignore[union-attr]
    await stand(catalog_db, partner_id, version=6)
    assert await published_events(catalog_db, aggregate.offering.id) == [
        "OfferingPublished",
        "OfferingWithdrawn",
        "OfferingPublished",
    ]


@pytest.mark.anyio
async def test_a_partner_publishes_only_what_its_certificates_cover(catalog_db: Database) -> None:
    stranger, other = uuid4(), uuid4()
    with pytest.raises(NotPermitted):
        await drafted(catalog_db, stranger)
    await stand(catalog_db, other, scope="maternal")
    with pytest.raises(NotPermitted) as refusal:
        await drafted(catalog_db, other)
    assert refusal.value.field == "manifest.definition"


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
        ({"consent": STORED | {"retention_days": -1}}, "manifest.consent.retention_days"),
        ({"consent": STORED | {"retention_days": 10_981}}, "manifest.consent.retention_days"),
    ],
)
@pytest.mark.anyio
async def test_a_manifest_that_cannot_be_sold_on_is_refused_at_its_field(
    catalog_db: Database, changes: dict[str, Any], field: str
) -> None:
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    with pytest.raises(Invalid) as refusal:
        await drafted(catalog_db, partner_id, **changes)
    assert refusal.value.field == field
    async with catalog_db.transaction() as session:
        mine = {"partner_id": partner_id}
        assert await session.scalar(text("SELECT count(*) FROM offering WHERE partner_id = :partner_id"), mine) == 0


@pytest.mark.anyio
async def test_how_long_data_is_kept_is_part_of_what_a_consent_cites(catalog_db: Database) -> None:
    """And a template that says nothing of it has the hash that it always had."""
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    drafts = [await drafted(catalog_db, partner_id, consent=STORED | more) for more in ({}, {"retention_days": 30})]
    without, with_days = [aggregate.revision.consent_hash for aggregate in drafts]
    assert without != with_days
    assert without == hashlib.sha256(b"\x0a\x0bvital-signs\x12\x05TREAT\x18\x02\x20\x5a").digest()
    assert pb.OfferingManifest.FromString(drafts[1].revision.manifest).consent.retention_days == 30
