"""Searches over HTTP: offerings found, counted and suggested."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.api import Call
from chassis.ids import parse_id
from chassis.pages import Keyset, keyset
from chassis.refusals import Invalid
from chassis.wire import Encoded, moment
from city_pack.pack import City
from yima.catalog.v1 import api_pb2 as pb
from yima.common.v1.types_pb2 import Money

from catalog.api.hits import SORT_PREFIX, page_of
from catalog.api.served import Resources, api
from catalog.domain import near, prices, terms
from catalog.domain.near import Area
from catalog.domain.search import Search
from catalog.store import finding, words
from catalog.store.facets import Counted, counted
from catalog.store.filters import Filter
from catalog.store.finding import Query
from catalog.store.orders import Sort

FACETS = {
    "category": "categories",
    "population": "populations",
    "kind": "kinds",
    "district": "districts",
    "stars": "ratings",
}
RATING_MAX = 500
SUGGESTIONS_DEFAULT = 8
SUGGESTIONS_MAX = 20

BY_ID: Keyset[Any] = keyset(UUID)
BY_NUMBER: Keyset[Any] = keyset(int, UUID)
BY_MOMENT: Keyset[Any] = keyset(datetime, UUID)
CURSORS: Mapping[Sort, Keyset[Any]] = {
    Sort.NEWEST: BY_ID,
    Sort.RELEVANCE: BY_NUMBER,
    Sort.DISTANCE: BY_NUMBER,
    Sort.PRICE: BY_NUMBER,
    Sort.RATING: BY_NUMBER,
    Sort.NEXT_FREE_SLOT: BY_MOMENT,
}


@api.serves_encoded
async def list_offerings(request: pb.ListOfferingsRequest, call: Call[Resources]) -> Encoded[pb.OfferingPage]:
    city, searches = call.resources.city, call.resources.searches
    narrowed = with_own(filter_of(request.filter, city), request, city)
    area = area_of(request)
    search = await words.understood(searches.readings, searches.known, request.query)
    sort = sort_of(request, search)
    part = CURSORS[sort].part(request.page)
    if sort == Sort.DISTANCE and area is None:
        raise Invalid("near", "say where from: sorting by distance needs a point")
    if request.query.strip() and search is None:
        return Encoded(pb.OfferingPage, b"")  # a query of which no word is known, or without any, matches nothing
    asked = Query(narrowed, search, area, part.place, part.limit, part.backwards)
    hits = await finding.find(searches, asked, sort)
    hits, info = part.cut(hits, lambda hit: hit.stands_at)
    return page_of(hits, info, sort, search)


@api.serves_without_transaction
async def count_offerings(request: pb.CountOfferingsRequest, call: Call[Resources]) -> pb.OfferingFacets:
    city, searches = call.resources.city, call.resources.searches
    search = await words.understood(searches.readings, searches.known, request.query)
    narrowed = filter_of(request.filter, city, search.words_query if search else "", area_of(request))
    if request.query.strip() and search is None:
        return pb.OfferingFacets()
    bounds = prices.bounds(city.currency)
    free_before = moment(request.free_before) if request.HasField("free_before") else None
    return facets(await counted(searches.readings, narrowed, bounds, free_before), bounds, city.currency)


@api.serves_without_transaction
async def suggest_searches(request: pb.SuggestSearchesRequest, call: Call[Resources]) -> pb.Suggestions:
    locales, searches = call.resources.city.locales, call.resources.searches
    if request.locale and request.locale not in locales:
        raise Invalid("locale", f"must be one of {', '.join(locales)}")
    if not 0 <= request.first <= SUGGESTIONS_MAX:
        raise Invalid("first", f"must be between 1 and {SUGGESTIONS_MAX}")
    search = await words.understood(searches.readings, searches.known, request.text, last_is_typed=True)
    if search is None:
        return pb.Suggestions()
    first = request.first or SUGGESTIONS_DEFAULT
    titles = await words.titles(searches.readings, search.words_query, request.locale or locales[0], first)
    return pb.Suggestions(suggestions=[pb.Suggestion(text=title) for title in titles])


def filter_of(given: pb.OfferingFilter, city: City, query: str = "", within: Area | None = None) -> Filter:
    """What a search is narrowed to, by the codes of the city."""
    at = "filter"
    if not 0 <= given.rating_hundredths_min <= RATING_MAX:
        raise Invalid(f"{at}.rating_hundredths_min", f"must be between 0 and {RATING_MAX}")
    for name in ("price_minor_min", "price_minor_max"):
        if getattr(given, name) < 0:
            raise Invalid(f"{at}.{name}", "must not be negative")
    return Filter(
        words=query,
        categories=any_of(
            terms.below(code, city.taxonomy, f"{at}.categories[{index}]") for index, code in enumerate(given.categories)
        ),
        populations=any_of([number] for number in given.populations),
        kinds=list(given.kinds),
        districts=any_of(
            terms.around(code, city.districts, f"{at}.districts[{index}]") for index, code in enumerate(given.districts)
        ),
        partner_id=parse_id(given.partner_id, f"{at}.partner_id") if given.partner_id else None,
        price_minor_min=given.price_minor_min,
        price_minor_max=given.price_minor_max,
        definition=given.definition,
        rating_hundredths_min=given.rating_hundredths_min,
        free_before=moment(given.free_before) if given.HasField("free_before") else None,
        within=within,
    )


def any_of[C](codes: Iterable[Sequence[C]]) -> Sequence[Sequence[C]]:
    """One group of all these: any of them is enough. None where there are none."""
    group = [code for some in codes for code in some]
    return [group] if group else []


def with_own(narrowed: Filter, request: pb.ListOfferingsRequest, city: City) -> Filter:
    """Narrowed further by what the request says beside its filter."""
    if request.category:
        below = terms.below(request.category, city.taxonomy, "category")
        narrowed = replace(narrowed, categories=[*narrowed.categories, below])
    if request.district:
        around = terms.around(request.district, city.districts, "district")
        narrowed = replace(narrowed, districts=[*narrowed.districts, around])
    if request.population:
        narrowed = replace(narrowed, populations=[*narrowed.populations, [request.population]])
    if request.partner_id:
        narrowed = replace(narrowed, partner_id=parse_id(request.partner_id, "partner_id"))
    if request.definition:
        narrowed = replace(narrowed, definition=request.definition)
    if request.price_minor_max:
        highest = min(filter(None, (narrowed.price_minor_max, request.price_minor_max)))
        narrowed = replace(narrowed, price_minor_max=highest)
    return narrowed


def area_of(request: pb.ListOfferingsRequest | pb.CountOfferingsRequest) -> Area | None:
    if not request.HasField("near"):
        return None
    point, metres = request.near.position, request.near.within_metres
    return near.area_around(point.latitude_microdegrees, point.longitude_microdegrees, metres, "near")


def sort_of(request: pb.ListOfferingsRequest, search: Search | None) -> Sort:
    """The order asked for; by relevance where there are words and none was asked for."""
    if request.sort:
        asked = Sort(pb.OfferingSort.Name(request.sort).removeprefix(SORT_PREFIX).lower())
    else:
        asked = Sort.RELEVANCE
    return Sort.NEWEST if asked == Sort.RELEVANCE and search is None else asked


def facets(counts: Iterable[Counted], bounds: Sequence[int], currency: str) -> pb.OfferingFacets:
    """Counts as clients read them: enumerations by their names, the most frequent first."""
    message = pb.OfferingFacets()
    for each in sorted(counts, key=lambda each: (-each.count, each.value)):
        if each.kind == "band":
            continue
        if each.kind == "free":
            message.total += each.count
            message.free += each.count if each.value == "true" else 0
            continue
        name = each.value
        if each.kind == "population":
            name = pb.Population.Name(int(name)).removeprefix("POPULATION_")
        elif each.kind == "kind":
            name = pb.OfferingKind.Name(int(name)).removeprefix("OFFERING_KIND_")
        getattr(message, FACETS[each.kind]).add(value=name, count=each.count)
    bands = sorted((int(each.value), each.count) for each in counts if each.kind == "band")
    for number, count in bands:
        band = message.prices.add(count=count)
        band.starts_at.CopyFrom(Money(currency=currency, minor=bounds[number - 1]))
        if number < len(bounds):
            band.below.CopyFrom(Money(currency=currency, minor=bounds[number]))
    return message
