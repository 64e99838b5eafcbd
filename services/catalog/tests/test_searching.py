"""Offerings are found in the city's languages, mistyped too, in every order, page by page, and each answer says why."""

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime, timedelta
from itertools import zip_longest
from math import asin, cos, radians, sin, sqrt
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from catalog.api import searching as api
from catalog.commands import listings, measures, offerings, sites
from catalog.domain import search as rules
from catalog.domain.near import METRES_MAX, Area
from catalog.store import finding
from catalog.store.finding import CONNECTIONS_MAX, Searches, known
from catalog.store.words import understood
from catalog_scenario import JINAN, NOW, published, stand, words
from chassis.database import Database
from chassis.readings import Readings
from chassis.refusals import Invalid
from devstack.samples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from yima.catalog.v1 import api_pb2 as pb
from yima.common.v1.types_pb2 import PageRequest

pytestmark = pytest.mark.anyio
SERVICE = "catalog"
FOUNTAIN = {"latitude_microdegrees": 36_661_500, "longitude_microdegrees": 117_016_200}
FEW = settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Searching:
    """A caller of the catalog's searches, as its API answers them."""

    def __init__(self, readings: Readings) -> None:
        self.searches = Searches(readings)
        self.call: Any = SimpleNamespace(now=NOW, resources=SimpleNamespace(city=JINAN, searches=self.searches))

    async def page(self, **asked: Any) -> pb.OfferingPage:
        return (await api.list_offerings(pb.ListOfferingsRequest(**asked), self.call)).message()

    async def ids(self, **asked: Any) -> list[UUID]:
        return [UUID(offering.id) for offering in (await self.page(**asked)).offerings]

    async def every_page(self, first: int, **asked: Any) -> list[UUID]:
        """The ids of all pages of so many, one after the other."""
        ids: list[UUID] = []
        after = ""
        while True:
            page = await self.page(page=PageRequest(first=first, after=after), **asked)
            ids += [UUID(offering.id) for offering in page.offerings]
            if not page.page.has_next:
                return ids
            after = page.page.cursors[-1]

    async def facets(self, **asked: Any) -> pb.OfferingFacets:
        return await api.count_offerings(pb.CountOfferingsRequest(**asked), self.call)

    async def suggested(self, typed: str, locale: str = "en") -> list[str]:
        asked = pb.SuggestSearchesRequest(text=typed, locale=locale)
        return [each.text for each in (await api.suggest_searches(asked, self.call)).suggestions]


@pytest.fixture
async def searches(catalog_db: Database) -> AsyncGenerator[Searching]:
    readings = Readings(catalog_db, CONNECTIONS_MAX)
    yield Searching(readings)
    await readings.close()


async def selling(catalog_db: Database, **changes: Any) -> tuple[UUID, UUID]:
    """A partner with one offering on sale; the ids of both."""
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    return partner_id, (await published(catalog_db, partner_id, **changes)).offering.id


def site_details(**changes: Any) -> pb.SiteDetails:
    values: dict[str, Any] = {
        "name": words("By the fountain", "泉边"),
        "address": words("1 Fountain Road", "泉城路1号"),
        "position": FOUNTAIN,
        "district": "lixia",
    } | changes
    return pb.SiteDetails(**values)


async def put_site(catalog_db: Database, partner_id: UUID, code: str = "fountain", **changes: Any) -> UUID:
    async with catalog_db.transaction() as session:
        site = await sites.put_site(
            session, partner_id=partner_id, code=code, details=site_details(**changes), city=JINAN
        )
        return site.id


async def hear_availability(catalog_db: Database, offering_id: UUID, at: datetime | None, version: int) -> None:
    async with catalog_db.transaction() as session:
        await listings.note_availability(session, {offering_id: (at, version, None)})


async def test_a_word_is_found_mistyped_in_each_language_and_the_answer_says_what_was_searched_for(
    catalog_db: Database, searches: Searching
) -> None:
    partner_id, offering_id = await selling(
        catalog_db,
        title=words("Ambulatory spirometry", "肺通气功能检查"),
        description=words("مراقبة المفاصل ضغط الدم", "吸气与呼气"),
    )
    mine = {"filter": {"partner_id": str(partner_id)}}
    for query in ("spirometry", "SPIROMETRY ambulatory", "spirom", "肺通气", "通气功能", "مفاصل", "المفاصل"):
        assert await searches.ids(query=query, **mine) == [offering_id], query
    for query, word in (("spriometry", "spriometry"), ("spirometrie", "spirometrie"), ("spirmetry", "spirmetry")):
        (found,) = (await searches.page(query=query, **mine)).offerings
        (correction,) = found.explanation.corrections
        assert (correction.word, list(correction.searched)) == (word, ["spirometry"])
    assert await searches.ids(query="مفاصيل", **mine) == [offering_id]
    assert await searches.ids(query="肺痛气功能", **mine) == [offering_id]


async def test_a_word_that_nobody_has_finds_nothing_and_no_listing_is_read_for_it(
    catalog_db: Database, searches: Searching
) -> None:
    await selling(catalog_db)
    assert await searches.ids(query="zzyzxqwv") == []
    assert await searches.ids(query="!!!") == []
    assert await understood(searches.searches.readings, known(), "zzyzxqwv blood") is None


async def test_what_has_the_words_in_its_title_comes_first_and_the_answer_says_so(
    catalog_db: Database, searches: Searching
) -> None:
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    titled = (await published(catalog_db, partner_id, title=words("Audiogram", "听力"))).offering.id
    described = (await published(catalog_db, partner_id, description=words("With audiogram.", "含听力。"))).offering.id
    asked = {"query": "audiogram", "filter": {"partner_id": str(partner_id)}}
    page = await searches.page(**asked)
    assert [UUID(offering.id) for offering in page.offerings] == [titled, described]
    assert [offering.explanation.in_title for offering in page.offerings] == [True, False]
    assert await searches.every_page(1, **asked) == [titled, described]
    assert await searches.ids(sort=pb.OFFERING_SORT_NEWEST, **asked) == [described, titled]


@pytest.mark.parametrize("sort", ["RELEVANCE", "PRICE"])
async def test_pages_are_the_same_whether_few_or_many_have_the_words(
    catalog_db: Database, searches: Searching, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    for number in range(3):
        await published(catalog_db, partner_id, title=words(f"Audiogram {number}", "听力"))
        await published(catalog_db, partner_id, description=words("With audiogram.", "含听力。"))
    asked = {"query": "audiogram", "filter": {"partner_id": str(partner_id)}, "sort": f"OFFERING_SORT_{sort}"}
    few = await searches.every_page(2, **asked), await searches.page(page=PageRequest(last=4), **asked)
    monkeypatch.setattr(finding, "HITS_MAX", 1)
    many = await searches.every_page(2, **asked), await searches.page(page=PageRequest(last=4), **asked)
    assert len(few[0]) == 6
    assert many == few


@FEW
@given(
    prices=st.lists(st.integers(0, 3), min_size=1, max_size=7),
    first=st.integers(1, 3),
    sort=st.sampled_from([number for number in pb.OfferingSort.values() if number]),
    retiring=st.lists(st.none() | st.integers(0, 6), max_size=8),
    adding=st.lists(st.booleans(), max_size=8),
    backwards=st.booleans(),
)
async def test_pages_of_every_order_have_each_offering_once_whatever_is_published_and_retired_meanwhile(
    catalog_db: Database,
    searches: Searching,
    prices: list[int],
    first: int,
    sort: int,
    retiring: list[int | None],
    adding: list[bool],
    backwards: bool,
) -> None:
    """What is there all the time is on exactly one page, in order, from either end. After a page, one may be retired,
    and one added."""
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    await put_site(catalog_db, partner_id)
    made: list[UUID] = []
    for number, price in enumerate(prices):
        changes: dict[str, Any] = {"price": {"minor": 10_000 + price, "currency": "CNY"}, "sites": ["fountain"]}
        made.append((await published(catalog_db, partner_id, **changes)).offering.id)
        await hear_availability(catalog_db, made[-1], NOW + timedelta(hours=1 + price % 2), number + 1)
    asked: dict[str, Any] = {
        "sort": sort,
        "query": "blood",
        "filter": {"partner_id": str(partner_id)},
        "near": {"position": FOUNTAIN},
    }
    whole = await searches.ids(**asked)
    assert sorted(whole) == sorted(made)
    gone, seen = set[UUID](), list[UUID]()
    wanted = PageRequest(last=first) if backwards else PageRequest(first=first)
    changes_made = zip_longest(retiring, adding)
    while True:
        chosen, added = next(changes_made, (None, False))
        page = await searches.page(**asked, page=wanted)
        shown = [UUID(offering.id) for offering in page.offerings]
        seen = [*shown, *seen] if backwards else [*seen, *shown]
        assert (page.page.has_next if backwards else page.page.has_previous) == bool(wanted.before or wanted.after)
        if not (page.page.has_previous if backwards else page.page.has_next):
            break
        if backwards:
            wanted.before = page.page.cursors[0]
        else:
            wanted.after = page.page.cursors[-1]
        if chosen is not None and len(gone) < len(made) - 1 and (retired := made[chosen % len(made)]) not in gone:
            async with catalog_db.transaction() as session:
                await offerings.retire_offering(
                    session, offering_id=retired, partner_id=partner_id, reason="not given any more"
                )
            gone.add(retired)
        if added:
            await published(catalog_db, partner_id)
    stayed = [offering_id for offering_id in whole if offering_id not in gone]
    assert [offering_id for offering_id in seen if offering_id in stayed] == stayed
    assert len(set(seen)) == len(seen)


async def test_the_nearest_site_counts_and_what_lies_too_far_or_nowhere_is_left_out(
    catalog_db: Database, searches: Searching
) -> None:
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    far = FOUNTAIN | {"latitude_microdegrees": 36_761_500}  # 11.1 km north
    near_id, far_id = (
        await put_site(catalog_db, partner_id),
        await put_site(catalog_db, partner_id, "far", position=far),
    )
    nowhere = (await published(catalog_db, partner_id)).offering.id
    away = (await published(catalog_db, partner_id, sites=["far"])).offering.id
    both = (await published(catalog_db, partner_id, sites=["far", "fountain"])).offering.id
    asked: dict[str, Any] = {"filter": {"partner_id": str(partner_id)}, "near": {"position": FOUNTAIN}}
    by_distance = await searches.page(sort=pb.OFFERING_SORT_DISTANCE, **asked)
    assert [UUID(offering.id) for offering in by_distance.offerings] == [both, away]
    explained = [offering.explanation for offering in by_distance.offerings]
    assert [UUID(explanation.site_id) for explanation in explained] == [near_id, far_id]
    assert explained[0].distance_metres == 0
    assert abs(explained[1].distance_metres - 11_119) < 20
    asked["near"]["within_metres"] = 5_000
    for sort in (pb.OFFERING_SORT_DISTANCE, pb.OFFERING_SORT_PRICE, pb.OFFERING_SORT_NEWEST):
        assert await searches.ids(sort=sort, **asked) == [both]
    assert nowhere in await searches.ids(filter=asked["filter"])
    with pytest.raises(Invalid) as refusal:
        await searches.page(sort=pb.OFFERING_SORT_DISTANCE)
    assert refusal.value.field == "near"


POINTS = st.tuples(st.integers(-90_000_000, 90_000_000), st.integers(-180_000_000, 180_000_000))


@settings(max_examples=examples(200))
@given(middle=POINTS, point=POINTS, metres=st.integers(1, METRES_MAX))
def test_whatever_lies_within_an_area_lies_within_its_parallels_and_meridians(
    middle: tuple[int, int], point: tuple[int, int], metres: int
) -> None:
    area = Area(*middle, metres)
    if haversine(middle, point) > metres:
        return
    (south, north), (west, east) = area.latitudes, area.longitudes
    assert south <= point[0] <= north
    assert west <= point[1] <= east


def haversine(one: tuple[int, int], other: tuple[int, int]) -> float:
    (lat, lon), (other_lat, other_lon) = ((radians(north / 1e6), radians(east / 1e6)) for north, east in (one, other))
    squared = sin((lat - other_lat) / 2) ** 2 + cos(lat) * cos(other_lat) * sin((lon - other_lon) / 2) ** 2
    return 2 * 6_371_008.8 * asin(min(1, sqrt(squared)))


async def test_the_next_free_slot_is_the_newest_word_of_it_and_outlives_a_revision(
    catalog_db: Database, searches: Searching
) -> None:
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    late, soon, never = [(await published(catalog_db, partner_id)).offering.id for _ in range(3)]
    await hear_availability(catalog_db, soon, NOW + timedelta(hours=1), 5)
    await hear_availability(catalog_db, soon, None, 4)  # older, and late
    await hear_availability(catalog_db, late, NOW + timedelta(days=3), 1)
    asked: dict[str, Any] = {"sort": pb.OFFERING_SORT_NEXT_FREE_SLOT, "filter": {"partner_id": str(partner_id)}}
    assert await searches.ids(**asked) == [soon, late]
    async with catalog_db.transaction() as session:
        await listings.refresh(session, [soon, late, never])
    assert await searches.ids(**asked) == [soon, late]
    asked["filter"]["free_before"] = NOW + timedelta(days=1)
    assert await searches.ids(**asked) == [soon]
    await hear_availability(catalog_db, soon, None, 6)
    assert await searches.ids(**asked) == []


async def test_facets_count_what_the_search_finds(catalog_db: Database, searches: Searching) -> None:
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    cheap = {"price": {"minor": 900, "currency": "CNY"}, "districts": [], "kind": pb.OFFERING_KIND_SINGLE_VISIT}
    free_soon = (await published(catalog_db, partner_id, **cheap)).offering.id
    for _ in range(2):
        await published(catalog_db, partner_id)
    await hear_availability(catalog_db, free_soon, NOW + timedelta(hours=2), 1)
    async with catalog_db.transaction() as session:
        rated = pb.PartnerMeasures(partner_id=str(partner_id), rating_hundredths=470, version=1)
        await measures.note_measures(session, [rated])
    counted = await searches.facets(
        query="blood", filter={"partner_id": str(partner_id)}, free_before=NOW + timedelta(days=7)
    )
    assert (counted.total, counted.free) == (3, 1)
    assert pairs(counted.categories) == [("chronic-care", 3)]
    assert pairs(counted.populations) == [("HYPERTENSION", 3)]
    assert pairs(counted.districts) == [("lixia", 2)]
    assert pairs(counted.kinds) == [("PACKAGE", 2), ("SINGLE_VISIT", 1)]
    assert pairs(counted.ratings) == [("4", 3)]
    bands = [(band.starts_at.minor, band.below.minor, band.count) for band in counted.prices]
    assert bands == [(500, 1_000, 1), (20_000, 50_000, 2)]
    nothing = await searches.facets(query="zzyzxqwv")
    assert nothing.total == 0


def pairs(counts: Sequence[pb.FacetCount]) -> list[tuple[str, int]]:
    return [(count.value, count.count) for count in counts]


async def test_suggestions_are_titles_on_sale_from_the_letters_typed_so_far(
    catalog_db: Database, searches: Searching
) -> None:
    partner_id, offering_id = await selling(catalog_db, title=words("Kinesiotaping twice", "肌内效贴两次"))
    for typed in ("k", "Kine", "kinesiotaping tw", "kinesiotapnig"):
        assert "Kinesiotaping twice" in await searches.suggested(typed), typed
    assert await searches.suggested("内效", "zh-CN") == ["肌内效贴两次"]
    assert await searches.suggested("zzyzxqwv") == []
    async with catalog_db.transaction() as session:
        await offerings.retire_offering(session, offering_id=offering_id, partner_id=partner_id, reason="no more")
    assert await searches.suggested("Kinesio") == []


async def test_whatever_befell_the_index_it_is_made_again(catalog_db: Database, searches: Searching) -> None:
    partner_id, offering_id = await selling(catalog_db, title=words("Otoscopy", "耳镜"))
    gone, retired_id = await selling(catalog_db)
    async with catalog_db.transaction() as session:
        await session.execute(
            text("UPDATE listing SET words = '', price_minor = 1 WHERE partner_id = :id"), {"id": partner_id}
        )
        await session.execute(text("DELETE FROM search_word WHERE word = 'otoscopy'"))
        await session.execute(
            text("UPDATE offering_revision SET status = 'restricted' WHERE offering_id = :id"), {"id": retired_id}
        )
    await listings.make_all(catalog_db)
    (found,) = (await searches.page(query="otoscpy", filter={"partner_id": str(partner_id)})).offerings
    assert UUID(found.id) == offering_id
    assert await searches.ids(filter={"partner_id": str(gone)}) == []
    assert await listings.make_stale(catalog_db) == 0


@given(st.text(alphabet="abcdefgh", min_size=4, max_size=20), st.data())
@settings(max_examples=examples(100))
def test_a_word_with_one_letter_wrong_shares_a_variant_with_what_was_meant(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcdefgh"))
    swapped = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
    typed = data.draw(
        st.sampled_from(
            [word[:at] + word[at + 1 :], word[:at] + letter + word[at + 1 :], word[:at] + letter + word[at:], swapped]
        )
    )
    assert rules.distance(typed, word) <= 1
    if len(typed) in range(rules.NEAR_MIN, rules.NEAR_LENGTH_MAX + 1):
        assert set(rules.variants(typed)) & set(rules.variants(word))
        assert rules.nearest(typed, {word: 3}) == [word]
