"""Searches among the offerings of two thousand partners, each beside the statement that reads its page, and no more."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import Any

import asyncpg
from catalog.api.searching import area_of, filter_of, sort_of, with_own
from catalog.store.finding import Query, Searches, find
from catalog.store.words import understood
from chassis.client import http_client
from chassis.statements import NamedRow
from chassis.wire import PROTOBUF, timestamp
from city_pack.pack import City, read
from devstack.stack import Stack
from ops.market import load_market
from yima.catalog.v1 import api_pb2 as pb
from yima.catalog.v1.client import CatalogClient
from yima.common.v1.types_pb2 import PageRequest, Position

from bench.measure import Histogram, Meter, Row, Target, histogram, paused
from bench.people import with_offerings
from bench.same_bytes import same_bytes

PAGE = 20
ROUNDS = 1_000  # of each search: ten of them are beyond its p99
TARGET = 3  # times its SQL


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


class Noted:
    """A connection of a client's own on which it is noted what was asked, and by which settings it was planned."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver
        self.asked: list[tuple[str, Sequence[Any], str]] = []

    async def fetch(self, sql: str, values: Sequence[Any], planned_by: str = "") -> Sequence[NamedRow]:
        self.asked.append((sql, list(values), planned_by))
        if planned_by:
            await self._driver.execute(planned_by)
        rows: Sequence[NamedRow] = await self._driver.fetch(sql, *values)
        return rows


async def statement_of(connection: Any, request: pb.ListOfferingsRequest, city: City) -> tuple[str, Sequence[Any], str]:
    """The one statement by which the service answers a search that was asked before, with its values and settings."""
    noted = Noted(connection)
    searches = Searches(noted)
    for _ in range(2):
        noted.asked.clear()
        search = await understood(noted, searches.known, request.query)
        narrowed = with_own(filter_of(request.filter, city), request, city)
        asked = Query(narrowed, search, area_of(request), None, PAGE)
        hits = await find(searches, asked, sort_of(request, search))
    (statement,) = noted.asked
    assert len(hits) == PAGE + 1
    return statement


@dataclass(frozen=True)
class Times:
    """How long calls took, in milliseconds; of how long each took, in seconds."""

    p50: float
    p99: float
    all: Histogram

    @classmethod
    def of(cls, taken: Sequence[float]) -> "Times":
        cuts = quantiles(taken, n=100)
        return cls(cuts[49] * 1000, cuts[98] * 1000, histogram(taken))


@dataclass(frozen=True)
class Figures:
    """A search over the service's own route; a route that returns the same bytes and does nothing; the statement."""

    ours: Times
    route: Times
    sql: Times

    @property
    def ratio(self) -> float:
        return self.ours.p99 / self.sql.p99

    def __str__(self) -> str:
        columns = (self.ours, self.route, self.sql)
        p50, p99 = ("/".join(f"{getattr(times, name):.1f}" for times in columns) for name in ("p50", "p99"))
        return f"{p99} (p50 {p50}), {self.ratio:.1f} times"


async def searched(stack: Stack, partners: int) -> Row:
    """p99 of each search, over the service's own route, beside p99 of the statement that reads its page, by the driver;
    the row is the one that is furthest. What a route costs that returns the same bytes is said beside it."""
    await with_offerings(stack)
    centre = stack.city.centre()
    assert centre is not None

    def url_of(service: str) -> str:
        return stack.postgres.url(service, f"{service}_app", stack.secrets["app"])

    pack = read(str(stack.city.pack))
    market = await load_market(pack, centre, url_of, partners, 1, lambda _: None)
    await stack.postgres.run_sql("catalog", "VACUUM ANALYZE")
    client = CatalogClient(http_client(), stack.service_url("catalog"))
    asked = searches(centre, datetime.now(UTC) + timedelta(days=7))
    with paused(stack, but=["catalog"]):
        pages = [await client.list_offerings(request) for request in asked.values()]
        assert [len(page.offerings) for page in pages] == [PAGE] * len(asked)
        bodies = {f"/{number}/offerings": page.SerializeToString() for number, page in enumerate(pages)}
        connection = await asyncpg.connect(stack.postgres.dsn("catalog"))
        meter = Meter(stack)
        async with same_bytes(stack.folder, PROTOBUF, bodies) as idle:
            found = {
                name: await compared(
                    client, CatalogClient(http_client(), f"{idle}/{number}"), connection, request, pack
                )
                for number, (name, request) in enumerate(asked.items())
            }
        cost = meter.cost("a search, the same bytes and its SQL", ROUNDS * len(found))
        await connection.close()
    await asyncio.sleep(1)
    worst = max(found, key=lambda name: found[name].ratio)
    return Row(
        f"a search among {market.offerings:,} offerings with {market.slots:,} slots: {worst}",
        f"p99 {found[worst].ours.p99:.1f} ms",
        f"p99 {found[worst].sql.p99:.1f} ms, the SQL of its page alone",
        found[worst].ratio,
        [Target(f"{name}: p99 by that of the SQL", each.ratio, TARGET, at_most=True) for name, each in found.items()],
        f"loaded in {market.writing + market.hearing:.0f} s; p99 in ms of ours, of a "
        f"route that returns the same bytes, and of SQL: {'; '.join(f'{name} {each}' for name, each in found.items())}",
        less_is_better=True,
        cost=cost,
        histograms={name: each.ours.all for name, each in found.items()},
    )


async def compared(
    client: CatalogClient, idle: CatalogClient, connection: Any, request: pb.ListOfferingsRequest, city: City
) -> Figures:
    """A search beside its statement, asked by the same process on a connection that stays open, prepared."""
    sql, values, settings = await statement_of(connection, request, city)
    await connection.execute(settings)
    return Figures(
        *await by_turns(
            lambda: client.list_offerings(request),
            lambda: idle.list_offerings(request),
            lambda: connection.fetch(sql, *values),
        )
    )


async def by_turns(*calls: Callable[[], Awaitable[object]]) -> Sequence[Times]:
    """How long each took. They go by turns, each in turn first, so that a busy moment meets all of them."""
    times: list[list[float]] = [[] for _ in calls]
    for number in range(ROUNDS):
        for place in range(len(calls)):
            which = (number + place) % len(calls)
            began = time.perf_counter()
            await calls[which]()
            if number >= ROUNDS // 10:  # the first ones prepare what the others use
                times[which].append(time.perf_counter() - began)
    return [Times.of(taken) for taken in times]
