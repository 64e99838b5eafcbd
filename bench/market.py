"""Searches among the offerings of two thousand partners, each beside the statement that reads its page, and no more."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import Any

import asyncpg
from catalog.api.searching import area_of, filter_of, sort_of, with_own
from catalog.store.finding import Common, Query, find
from catalog.store.words import understood
from chassis.client import http_client
from chassis.statements import NamedRow, Reading
from chassis.wire import timestamp
from city_pack.pack import City, read
from devstack.stack import Stack
from ops.market import load_market
from yima.catalog.v1 import api_pb2 as pb
from yima.catalog.v1.client import CatalogClient
from yima.common.v1.types_pb2 import PageRequest, Position

from bench.measure import Histogram, Meter, Row, Target, histogram, paused
from bench.people import with_offerings

PAGE = 20
ROUNDS = 300  # of each search, in turn with its SQL, so that a busy moment meets both


def searches(centre: tuple[float, float], week: datetime) -> dict[str, pb.ListOfferingsRequest]:
    """Searches as people make them."""
    north, east = (round(degrees * 1_000_000) for degrees in centre)
    page = PageRequest(first=PAGE)
    return {
        "newest": pb.ListOfferingsRequest(page=page),
        "a common word": pb.ListOfferingsRequest(query="随访", page=page),
        "a rare pair of words": pb.ListOfferingsRequest(query="blood Quanchenglu", page=page),
        "a category, the cheapest": pb.ListOfferingsRequest(
            category="chronic-care", sort=pb.OFFERING_SORT_PRICE, page=page
        ),
        "the next free slot": pb.ListOfferingsRequest(sort=pb.OFFERING_SORT_NEXT_FREE_SLOT, page=page),
        "free this week in a district": pb.ListOfferingsRequest(
            filter=pb.OfferingFilter(free_before=timestamp(week), districts=["lixia"]),
            sort=pb.OFFERING_SORT_NEXT_FREE_SLOT,
            page=page,
        ),
        "the nearest": pb.ListOfferingsRequest(
            near=pb.Near(position=Position(latitude_microdegrees=north, longitude_microdegrees=east)),
            sort=pb.OFFERING_SORT_DISTANCE,
            page=page,
        ),
    }


class Noted(Reading):
    """A connection on which it is noted what was asked."""

    def __init__(self, driver: Any) -> None:
        super().__init__(driver, {})
        self.driver, self.settings, self.asked = driver, "", list[tuple[str, Sequence[Any]]]()

    async def fetch(self, sql: str, values: Sequence[Any]) -> Sequence[NamedRow]:
        self.asked.append((sql, list(values)))
        return await super().fetch(sql, values)

    async def planned_by(self, settings: str) -> None:
        self.settings = settings
        await super().planned_by(settings)


async def statement_of(
    connection: Any, request: pb.ListOfferingsRequest, city: City
) -> tuple[str, tuple[str, Sequence[Any]]]:
    """The statement by which the service reads a search's page once it has been asked before, with the settings that it
    is planned by."""
    noted, common = Noted(connection), Common()
    for _ in range(2):
        noted.asked.clear()
        search = await understood(noted, request.query)
        narrowed = with_own(filter_of(request.filter, city), request, city)
        asked = Query(narrowed, search, area_of(request), None, PAGE)
        hits = await find(noted, common, asked, sort_of(request, search))
    assert len(hits) == PAGE + 1
    return noted.settings, noted.asked[-1]


async def searched(stack: Stack, partners: int) -> Row:
    """p99 of each search, over the service's own route, beside p99 of the statement that reads its page, by the driver;
    the row is the one that is furthest."""
    await with_offerings(stack)
    centre = stack.city.centre()
    assert centre is not None

    def url_of(service: str) -> str:
        return stack.postgres.url(service, f"{service}_app", stack.secrets["app"])

    pack = read(str(stack.city.pack))
    market = await load_market(pack, centre, url_of, partners, 1, lambda _: None)
    await stack.postgres.run_sql("catalog", "VACUUM ANALYZE")
    client = CatalogClient(http_client(), stack.service_url("catalog"))
    connection = await asyncpg.connect(stack.postgres.dsn("catalog"))
    found: dict[str, tuple[float, float]] = {}
    histograms: dict[str, Histogram] = {}
    with paused(stack, but=["catalog"]):
        meter = Meter(stack)
        week = datetime.now(UTC) + timedelta(days=7)
        for name, request in searches(centre, week).items():
            settings, (sql, values) = await statement_of(connection, request, pack)
            await connection.execute(settings)
            assert len((await client.list_offerings(request)).offerings) == PAGE, name
            found[name], histograms[name] = await by_turns(
                lambda request=request: client.list_offerings(request),  # type: ignore[misc]
                lambda sql=sql, values=values: connection.fetch(sql, *values),  # type: ignore[misc]
            )
        cost = meter.cost("a search and its SQL alone", ROUNDS * len(found))
    await connection.close()
    await asyncio.sleep(1)
    worst = max(found, key=lambda name: found[name][0] / found[name][1])
    ours, bare = found[worst]
    each = "; ".join(f"{name} {mine:.1f} and {its:.1f} ms" for name, (mine, its) in found.items())
    return Row(
        f"a search among {market.offerings:,} offerings with {market.slots:,} slots: {worst}",
        f"p99 {ours:.1f} ms",
        f"p99 {bare:.1f} ms, the SQL of its page alone",
        ours / bare,
        [Target("p99 by that of the SQL", ours / bare, 3, at_most=True)],
        f"loaded in {market.writing + market.hearing:.0f} s; {each}",
        less_is_better=True,
        cost=cost,
        histograms=histograms,
    )


async def by_turns(
    ours: Callable[[], Awaitable[object]], bare: Callable[[], Awaitable[object]]
) -> tuple[tuple[float, float], Histogram]:
    """The 99th percentiles of both, in milliseconds, and how long each of ours took."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(ROUNDS):
        for call, taken in zip((ours, bare), times, strict=True):
            began = time.perf_counter()
            await call()
            if number >= ROUNDS // 10:  # the first ones prepare what the others use
                taken.append(time.perf_counter() - began)
    mine, its = (quantiles(taken, n=100)[98] * 1000 for taken in times)
    return (mine, its), histogram(times[0])
