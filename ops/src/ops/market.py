"""Fill a running city's market: `yima load --partners`.

New partners and offerings are like those that are on sale there already, with names, numbers, prices, places and times
of their own. They are written by COPY into the databases of partners and catalog, as these services' own users, beside
the events that their commands would have published. All that other services and searches know of them comes by these
events. Nobody is signed up for them: they have no staff, and their papers are those of the partners they are like.
"""

import asyncio
import math
import random
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import batched
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from catalog import events as of_catalog
from catalog.commands import listings
from catalog.store.listings import count_words
from catalog.store.offerings import OfferingAggregate
from catalog.tables import OfferingRow, RevisionRow, SiteRow, SlotRow
from chassis import texts
from chassis.database import Database
from chassis.outbox import publish
from chassis.rows import Row, copy
from city_pack.pack import City, Place
from partners import events as of_partners
from partners.domain.applications import name_looks
from partners.store import partners
from partners.store.partners import PartnerAggregate
from partners.tables import PartnerRow
from sqlalchemy import not_, text
from sqlmodel import col, select
from yima.catalog.v1.api_pb2 import OfferingManifest, SiteDetails
from yima.common.v1.types_pb2 import LocalizedText, Position
from yima.partners.v1.api_pb2 import CAPABILITY_SELL, PartnerManifest
from yima.partners.v1.events_pb2 import PartnerActivated
from yima.settlement.v1.split_pb2 import SplitPlan

from ops.example_city import Tell

OFFERINGS = 25  # of a partner
SLOTS = 500  # of a partner, on average
AT_ONCE = 40  # partners that are written in one transaction
LIKE_MAX = 500  # partners that new ones are like
SITE = "main"
AROUND = 0.25  # degrees from the centre that sites lie within
PRICES = (60, 160)  # per cent of the price of what an offering is like
FIRST_DAY_WITHIN = 21  # days from tomorrow until an offering's first slot
SLOTS_A_DAY = 4
LASTS = timedelta(minutes=30)
CAPACITY = 4
ASKED_AFTER = timedelta(days=365)  # the register of institutions knows none of them
LOOK_SECONDS = 1.0
TITLE_LENGTH_MAX = 120
REFERENCE_LENGTH_MAX = 40
NUMBERED = "MK"  # how registration numbers of partners of a loaded market begin

type UrlOf = Callable[[str], str]  # a service's database, as its own user


class NothingToBeLike(Exception):
    """No partner has anything on sale yet."""


@dataclass
class Market:
    """How much there is of what was asked for, how much of it is new, and how long it took, in seconds."""

    partners: int
    offerings: int = 0
    slots: int = 0
    new_partners: int = 0
    writing: float = 0
    hearing: float = 0  # from then until all services had heard of it, and searches found it


@dataclass(frozen=True, slots=True)
class Like:
    """A partner that new ones are like, with what it has on sale."""

    partner: PartnerAggregate
    offerings: Sequence[RevisionRow]

    @property
    def booked(self) -> int:
        """How many of the offerings of a partner like this are booked."""
        kinds = [is_booked(row) for row in self.offerings]
        return sum(kinds[number % len(kinds)] for number in range(OFFERINGS))


def is_booked(revision: RevisionRow) -> bool:
    return OfferingManifest.FromString(revision.manifest).booking_required


async def load_market(
    city: City, centre: tuple[float, float] | None, url_of: UrlOf, count: int, seed: int, tell: Tell
) -> Market:
    """Bring so many partners with their offerings and slots on sale, and wait until all that hears of them has. What
    is there from before, by the same seed, stays as it is."""
    async with opened(url_of) as databases:
        now = databases["partners"].now()
        like = await to_be_like(databases, now)
        booked = sum(like[number % len(like)].booked for number in range(count))
        each = round(SLOTS * count / booked) if booked else 0
        maker = Maker(city, centre, seed, each, now)
        market = Market(count, count * OFFERINGS, booked * each)
        began = time.monotonic()
        for numbers in batched(range(count), AT_ONCE, strict=False):
            made = [maker.partner(like[number % len(like)].partner, number) for number in numbers]
            market.new_partners += await write_partners(databases["partners"], made, now)
            tell(f"{numbers[-1] + 1} of {count} partners")
        ids = [maker.id("partner", number) for number in range(count)]
        await heard(databases["catalog"], "partner_standing", ids, count, tell)
        for numbers in batched(range(count), AT_ONCE, strict=False):
            await write_shops(
                databases["catalog"], [maker.shop(like[number % len(like)], number) for number in numbers]
            )
            tell(f"{(numbers[-1] + 1) * OFFERINGS:,} of {market.offerings:,} offerings")
        market.writing = time.monotonic() - began
        began = time.monotonic()
        await heard(databases["ordering"], "terms", ids, market.offerings, tell)
        await heard(databases["ordering"], "slot", ids, market.slots, tell)
        await heard(databases["catalog"], "availability JOIN listing USING (offering_id)", ids, booked, tell)
        async with databases["catalog"].transaction() as session:
            await count_words(session)
        market.hearing = time.monotonic() - began
    return market


@asynccontextmanager
async def opened(url_of: UrlOf) -> AsyncGenerator[Mapping[str, Database]]:
    databases = {name: Database(url_of(name)) for name in ("partners", "catalog", "ordering")}
    try:
        yield databases
    finally:
        for database in databases.values():
            await database.close()


async def to_be_like(databases: Mapping[str, Database], now: datetime) -> Sequence[Like]:
    """Partners that may sell and have something on sale, the newest first."""
    async with databases["catalog"].transaction() as session:
        rows = (await session.scalars(select(RevisionRow).where(RevisionRow.status == "published"))).all()
    on_sale: dict[UUID, list[RevisionRow]] = {}
    for row in sorted(rows, key=lambda row: row.offering_id):
        on_sale.setdefault(row.partner_id, []).append(row)
    theirs = not_(col(PartnerRow.registration_number).startswith(NUMBERED))
    async with databases["partners"].transaction() as session:
        active = select(PartnerRow.id).where(theirs, PartnerRow.status == "active", col(PartnerRow.id).in_(on_sale))
        ids = (await session.scalars(active.order_by(col(PartnerRow.id).desc()).limit(LIKE_MAX))).all()
        partners_there = await partners.load_all(session, ids, with_reviews=False)
    like = [
        Like(each, on_sale[each.row.id])
        for each in partners_there
        if CAPABILITY_SELL in of_partners.standing(each, now).capabilities
    ]
    if not like:
        raise NothingToBeLike("no partner has anything on sale: load the example city first, as `yima up` does")
    return like


def id_of(seed: int, *what: object) -> UUID:
    """The same id for the same thing, in the form of a UUIDv7 of 2026's first moment."""
    digest = bytearray(sha256("/".join(map(str, (seed, *what))).encode()).digest()[:16])
    digest[:6] = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000).to_bytes(6, "big")
    digest[6] = 0x70 | digest[6] & 0x0F
    digest[8] = 0x80 | digest[8] & 0x3F
    return UUID(bytes=bytes(digest))


def again[R: Row](row: R, **changes: Any) -> R:
    """The same row with some other values, not in the database yet."""
    return type(row)(**row.model_dump() | changes)


def with_place(words: LocalizedText, place: Place, more: str = "") -> LocalizedText:
    """A text that names a place, in each of its languages, no longer than a title may be."""
    named = {
        locale: f"{value}, {place.name.get(locale, place.code)}{more}"[-TITLE_LENGTH_MAX:]
        for locale, value in words.text.items()
    }
    return LocalizedText(text=named)


@dataclass(frozen=True, slots=True)
class Shop:
    """What a new partner has on sale: where, what, and when."""

    site: SiteRow | None
    offerings: Sequence[OfferingAggregate]
    slots: Mapping[UUID, Sequence[SlotRow]]  # by offering


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes partners and offerings like others, in one city; the same by the same seed. `slots`: of an offering that is
    booked."""

    city: City
    centre: tuple[float, float] | None
    seed: int
    slots: int
    now: datetime

    def id(self, *what: object) -> UUID:
        return id_of(self.seed, *what)

    def place(self, number: int) -> Place:
        places = self.city.districts.places
        return places[number % len(places)]

    def partner(self, like: PartnerAggregate, number: int) -> PartnerAggregate:
        """A partner as active as another, with a name and a number of its own."""
        partner_id = self.id("partner", number)
        manifest = PartnerManifest.FromString(like.row.manifest)
        manifest.name.CopyFrom(with_place(manifest.name, self.place(number), f" {number + 1}"))
        manifest.registration_number = f"{NUMBERED}{self.seed:05}-{number:07}"
        row = again(
            like.row,
            id=partner_id,
            registration_number=manifest.registration_number,
            number_look=texts.look(manifest.registration_number),
            name_looks=name_looks(manifest.name.text),
            manifest=manifest.SerializeToString(deterministic=True),
            applied_at=self.now,
            registration_due_at=self.now + ASKED_AFTER,
        )

        def theirs[R: Row](rows: Sequence[R]) -> list[R]:
            return [again(each, id=self.id(number, each.__dict__["id"]), partner_id=partner_id) for each in rows]

        assert like.contract is not None  # it is active
        contract = theirs([like.contract])[0]
        plan = SplitPlan.FromString(contract.split_plan)
        plan.id = str(contract.id)
        contract.split_plan = plan.SerializeToString(deterministic=True)
        return PartnerAggregate(row, (), theirs(like.certificates), contract, theirs(like.steps))

    def shop(self, like: Like, number: int) -> Shop:
        """The shop of a partner like another. Offerings that are booked are given at its site, at so many times."""
        chance = random.Random(f"{self.seed}/{number}")  # noqa: S311 the same makes the same
        site = self.site(number, chance)
        certificates = [str(self.id(number, row.id)) for row in like.partner.certificates]
        offerings, slots = [], {}
        for each in range(OFFERINGS):
            revision = like.offerings[each % len(like.offerings)]
            offering = self.offering(revision, site, (number, each), certificates, chance)
            offerings.append(offering)
            if is_booked(revision):
                slots[offering.offering.id] = list(self.times(offering.offering.id, site, chance))
        return Shop(site, offerings, slots)

    def site(self, number: int, chance: random.Random) -> SiteRow | None:
        """Where a partner serves people; nowhere in a city of which it is not known where it lies."""
        if self.centre is None:
            return None
        latitude, longitude = (
            math.floor((middle + chance.uniform(-AROUND, AROUND)) * 1_000_000) for middle in self.centre
        )
        place = self.place(number)
        named = LocalizedText(text=dict(place.name))
        details = SiteDetails(
            name=named,
            address=with_place(named, place, f" {chance.randrange(1, 400)}"),
            position=Position(latitude_microdegrees=latitude, longitude_microdegrees=longitude),
            district=place.code,
            languages=list(self.city.locales),
        )
        return SiteRow(
            id=self.id("site", number),
            partner_id=self.id("partner", number),
            code=SITE,
            details=details.SerializeToString(deterministic=True),
            latitude_microdegrees=latitude,
            longitude_microdegrees=longitude,
            district=place.code,
            version=1,
        )

    def offering(
        self,
        like: RevisionRow,
        site: SiteRow | None,
        number: tuple[int, int],
        certificates: Sequence[str],
        chance: random.Random,
    ) -> OfferingAggregate:
        """An offering on sale like another, at a price and under a title of its own."""
        offering_id, partner_id = self.id("offering", *number), self.id("partner", number[0])
        manifest = OfferingManifest.FromString(like.manifest)
        manifest.reference = f"{manifest.reference[:REFERENCE_LENGTH_MAX]}-{number[1] + 1}"
        manifest.title.CopyFrom(with_place(manifest.title, self.place(sum(number))))
        manifest.price.minor = manifest.price.minor * chance.randrange(*PRICES) // 100
        sites = [site] if site is not None and manifest.booking_required else []
        manifest.ClearField("sites")
        manifest.sites.extend(each.code for each in sites)
        revision = again(
            like,
            offering_id=offering_id,
            revision=1,
            partner_id=partner_id,
            manifest=manifest.SerializeToString(deterministic=True),
            price_minor=manifest.price.minor,
            reviewed_price_minor=manifest.price.minor,
            certificate_ids=list(certificates),
            site_ids=[str(each.id) for each in sites],
            listed_as=self.id("listed", *number),
            drafted_at=self.now,
            published_at=self.now,
        )
        offering = OfferingRow(
            id=offering_id,
            partner_id=partner_id,
            reference=manifest.reference,
            definition_code=like.definition_code,
            version=2,  # drafted, and published
        )
        return OfferingAggregate(offering, revision)

    def times(self, offering_id: UUID, site: SiteRow | None, chance: random.Random) -> Iterator[SlotRow]:
        """Half hours of coming mornings, from a day on that is the offering's own."""
        first = self.now.astimezone(ZoneInfo(self.city.time_zone)).replace(hour=9, minute=0, second=0, microsecond=0)
        first += timedelta(days=1 + chance.randrange(FIRST_DAY_WITHIN))
        for number in range(self.slots):
            day = first + timedelta(days=number // SLOTS_A_DAY)
            starts_at = day.astimezone(UTC) + number % SLOTS_A_DAY * LASTS
            yield SlotRow(
                id=self.id(offering_id, number),
                offering_id=offering_id,
                starts_at=starts_at,
                ends_at=starts_at + LASTS,
                capacity=CAPACITY,
                site_id=site.id if site else None,
            )


async def write_partners(database: Database, made: Sequence[PartnerAggregate], now: datetime) -> int:
    """Add those that are not there yet; returns how many."""
    async with database.transaction() as session:
        ids = [each.row.id for each in made]
        there = set(await session.scalars(select(PartnerRow.id).where(col(PartnerRow.id).in_(ids))))
        new = [each for each in made if each.row.id not in there]
        await copy(session, [each.row for each in new])
        await copy(session, [row for each in new for row in each.certificates])
        await copy(session, [each.contract for each in new if each.contract])
        await copy(session, [row for each in new for row in each.steps])
        for each in new:
            assert each.contract is not None
            publish(session, PartnerActivated(standing=of_partners.standing(each, now)), each.row.id)
            publish(session, of_partners.contract_signed(each.contract), each.row.id)
            publish(session, of_partners.bank_account_registered(each), each.row.id)
    return len(new)


async def write_shops(database: Database, shops: Sequence[Shop]) -> None:
    """Bring on sale what is not there yet; each shop came whole, or not at all."""
    async with database.transaction() as session:
        firsts = [shop.offerings[0].offering.id for shop in shops]
        there = set(await session.scalars(select(OfferingRow.id).where(col(OfferingRow.id).in_(firsts))))
        new = [shop for shop, first in zip(shops, firsts, strict=True) if first not in there]
        await copy(session, [shop.site for shop in new if shop.site])
        await copy(session, [each.offering for shop in new for each in shop.offerings])
        await copy(session, [each.revision for shop in new for each in shop.offerings])
        await copy(session, [slot for shop in new for slots in shop.slots.values() for slot in slots])
        for shop in new:
            if shop.site:
                publish(session, of_catalog.site_changed(shop.site), shop.site.id)
            for each in shop.offerings:
                offering = each.offering
                publish(session, of_catalog.offering_published(each), offering.id)
                if slots := shop.slots.get(offering.id):
                    added = of_catalog.slots_added(offering.id, offering.partner_id, slots, offering.version)
                    publish(session, added, offering.id)
        await listings.refresh(session, [each.offering.id for shop in new for each in shop.offerings])


async def heard(database: Database, table: str, ids: Sequence[UUID], awaited: int, tell: Tell) -> None:
    """Wait until a table of a service has so many rows of these partners."""
    statement = text(f"SELECT count(*) FROM {table} WHERE partner_id = ANY(CAST(:ids AS uuid[]))")  # noqa: S608 names of ours
    while True:
        async with database.transaction() as session:
            there = (await session.execute(statement, {"ids": list(ids)})).scalar_one()
        if there >= awaited:
            return
        tell(f"{there:,} of {awaited:,} have been heard of in {table.split(maxsplit=1)[0].replace('_', ' ')}")
        await asyncio.sleep(LOOK_SECONDS)
