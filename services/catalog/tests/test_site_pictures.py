"""A site's pictures are those of its partner, said in words, and shown once an operator has looked at them."""

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from attachments_scenario import announced, photograph, seller, sent, shown_as
from catalog.commands import site_pictures, sites
from catalog.domain.sites import SiteChanged
from catalog.events import shown_pictures
from catalog.store import attachments
from catalog.store import sites as store
from catalog.tables import SiteRow
from catalog_scenario import JINAN, NOW, published_events, words
from chassis import pages
from chassis.database import Database
from chassis.refusals import Invalid, NotFound
from yima.catalog.v1 import api_pb2 as pb

SERVICE = "catalog"
pytestmark = pytest.mark.anyio


async def a_site(catalog_db: Database, partner_id: UUID, code: str = "fountain") -> SiteRow:
    details = pb.SiteDetails(
        name=words("By the fountain", "泉边"),
        address=words("1 Fountain Road", "泉城路1号"),
        position={"latitude_microdegrees": 36_660_000, "longitude_microdegrees": 117_020_000},
        district="lixia",
    )
    async with catalog_db.transaction() as session:
        return await sites.put_site(session, partner_id=partner_id, code=code, details=details, city=JINAN)


async def put(
    catalog_db: Database, partner_id: UUID, pictures: Sequence[dict[str, Any]], code: str = "fountain"
) -> SiteRow:
    async with catalog_db.transaction() as session:
        return await site_pictures.put_pictures(
            session, partner_id=partner_id, code=code, pictures=[pb.Picture(**each) for each in pictures],
            city=JINAN, now=NOW,
        )  # fmt: skip


async def decide(catalog_db: Database, site: SiteRow, approved: bool, reason: str = "") -> SiteRow:
    async with catalog_db.transaction() as session:
        return await site_pictures.decide_pictures(
            session, site_id=site.id, looked_at=site.version, approved=approved, reason=reason, now=NOW
        )


def review_of(site: SiteRow) -> pb.SiteReview:
    return pb.SiteReview.FromString(site.pictures)


def shown(site: SiteRow) -> list[str]:
    return [picture.attachment_id for picture in shown_pictures(review_of(site))]


async def waiting(catalog_db: Database, partner_id: UUID | None = None) -> set[UUID]:
    async with catalog_db.transaction() as session:
        rows = await store.with_pictures_not_shown(session, partner_id, pages.beginning(100))
        return {row.id for row in rows}


async def test_a_picture_is_everybody_s_once_an_operator_has_looked_at_it(catalog_db: Database) -> None:
    partner_id = await seller(catalog_db)
    await a_site(catalog_db, partner_id)
    picture = await sent(catalog_db, partner_id, photograph(size=(77, 55)))
    site = await put(catalog_db, partner_id, [shown_as(picture)])
    (file,) = [each.file for each in review_of(site).pictures]
    assert shown(site) == []
    assert site.id in await waiting(catalog_db)
    async with catalog_db.transaction() as session:
        assert await attachments.published(session, file.sha256) is None
    decided = await decide(catalog_db, site, approved=True)
    assert shown(decided) == [str(picture)]
    assert site.id not in await waiting(catalog_db)
    async with catalog_db.transaction() as session:
        served = await attachments.published(session, file.sha256)
    assert served is not None
    assert hashlib.sha256(served[1]).digest() == file.sha256
    assert (await published_events(catalog_db, site.id)).count("SiteChanged") == 3


async def test_the_same_again_changes_nothing_and_what_is_said_otherwise_waits_again(catalog_db: Database) -> None:
    partner_id = await seller(catalog_db)
    await a_site(catalog_db, partner_id)
    kept, fresh = await sent(catalog_db, partner_id), await sent(catalog_db, partner_id, photograph(size=(90, 60)))
    site = await decide(catalog_db, await put(catalog_db, partner_id, [shown_as(kept)]), approved=True)
    assert (await put(catalog_db, partner_id, [shown_as(kept)])).version == site.version
    both = await put(catalog_db, partner_id, [shown_as(kept), shown_as(fresh)])
    assert shown(both) == [str(kept)]  # what was looked at stays
    otherwise = shown_as(kept) | {"alt": words("A blue door.", "一扇蓝门。")}
    assert shown(await put(catalog_db, partner_id, [otherwise])) == []
    none = await put(catalog_db, partner_id, [])
    assert (shown(none), none.pictures_state) == ([], "")


async def test_a_refusal_says_why_to_the_partner_and_another_picture_waits(catalog_db: Database) -> None:
    partner_id = await seller(catalog_db)
    await a_site(catalog_db, partner_id)
    site = await put(catalog_db, partner_id, [shown_as(await sent(catalog_db, partner_id))])
    with pytest.raises(Invalid) as unreasoned:
        await decide(catalog_db, site, approved=False)
    assert unreasoned.value.field == "reason"
    refused = await decide(catalog_db, site, approved=False, reason="A face is to be seen.")
    assert (shown(refused), review_of(refused).refusal) == ([], "A face is to be seen.")
    assert site.id not in await waiting(catalog_db)
    assert await waiting(catalog_db, partner_id) == {site.id}
    assert await waiting(catalog_db, await seller(catalog_db)) == set()
    another = await sent(catalog_db, partner_id, photograph(size=(90, 60)))
    again = await put(catalog_db, partner_id, [shown_as(another)])
    assert review_of(again).refusal == ""
    assert site.id in await waiting(catalog_db)


async def test_what_changed_after_the_operator_looked_is_not_decided(catalog_db: Database) -> None:
    partner_id = await seller(catalog_db)
    await a_site(catalog_db, partner_id)
    seen = await put(catalog_db, partner_id, [shown_as(await sent(catalog_db, partner_id))])
    seen_at = seen.version
    swapped = await sent(catalog_db, partner_id, photograph(size=(90, 60)))
    await put(catalog_db, partner_id, [shown_as(swapped)])
    with pytest.raises(SiteChanged):
        async with catalog_db.transaction() as session:
            await site_pictures.decide_pictures(
                session, site_id=seen.id, looked_at=seen_at, approved=True, reason="", now=NOW
            )


async def test_pictures_are_the_partner_s_own_in_words_of_every_language_at_a_site_of_theirs(
    catalog_db: Database,
) -> None:
    partner_id, another = await seller(catalog_db), await seller(catalog_db)
    await a_site(catalog_db, partner_id)
    picture, theirs = await sent(catalog_db, partner_id), await sent(catalog_db, another)
    awaited, _ = await announced(catalog_db, partner_id, photograph("PNG"), "image/png")
    cases: list[tuple[list[dict[str, Any]], str]] = [
        ([shown_as(theirs)], "pictures[0].attachment_id"),
        ([shown_as(picture), shown_as(awaited)], "pictures[1].attachment_id"),
        ([shown_as(picture), shown_as(picture)], "pictures"),
        ([{"attachment_id": str(picture)}], "pictures[0].alt"),
        ([shown_as(picture) | {"alt": {"text": {"en": "A red door."}}}], "pictures[0].alt"),
        ([shown_as(picture) | {"attachment_id": "no id"}], "pictures[0].attachment_id"),
    ]
    for pictures, field in cases:
        with pytest.raises(Invalid) as refused:
            await put(catalog_db, partner_id, pictures)
        assert refused.value.field == field
    with pytest.raises(NotFound) as nowhere:
        await put(catalog_db, another, [shown_as(theirs)])
    assert nowhere.value.field == "site_code"
    with pytest.raises(NotFound):
        async with catalog_db.transaction() as session:
            await site_pictures.decide_pictures(
                session, site_id=uuid4(), looked_at=1, approved=True, reason="", now=NOW
            )
