"""A city's catalogue is sorted by the city's own pack: categories, populations with their ages, districts."""

from datetime import timedelta
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest
from catalog.commands import definitions
from catalog.commands import offerings as commands
from catalog.commands.definitions import POPULATIONS
from catalog.domain.offerings import OfferingStatus
from catalog.domain.terms import around, below
from catalog.store import finding, offerings, standings
from catalog.store.filters import Filter
from catalog.store.finding import Query, Searches
from catalog.store.orders import Sort
from catalog.tables import StandingRow
from catalog_scenario import JINAN, NOW, TIANJIN
from chassis.database import Database
from chassis.readings import Readings
from chassis.refusals import Invalid
from city_pack.pack import BadPack, City
from yima.catalog.v1 import api_pb2 as pb

SERVICE = "catalog"


def words(english: str) -> Any:
    return {"text": {"en": english, "zh-CN": english}}


def definition(category: str, population: int = pb.POPULATION_EVERYONE) -> pb.ServiceDefinition:
    return pb.ServiceDefinition(
        code=f"d-{category}-{population}",
        category=category,
        population=population,  # type: ignore[arg-type]
        title=words(category),
        description=words(f"What {category} is."),
    )


def manifest(of: str, **changes: Any) -> pb.OfferingManifest:
    values: dict[str, Any] = {
        "definition": of,
        "reference": f"o-{uuid4().hex[:12]}",
        "kind": pb.OFFERING_KIND_SINGLE_VISIT,
        "title": words("A visit"),
        "description": words("One visit."),
        "price": {"minor": 1_000, "currency": "CNY"},
    } | changes
    return pb.OfferingManifest(**values)


async def put(catalog_db: Database, message: pb.ServiceDefinition, pack: City = JINAN) -> str:
    async with catalog_db.transaction() as session:
        return (await definitions.put_definition(session, definition=message, city=pack, now=NOW)).code


async def a_seller(catalog_db: Database) -> UUID:
    standing = StandingRow(
        partner_id=uuid4(),
        may_publish=True,
        may_sell=True,
        scope=["*"],
        certified_until=NOW + timedelta(days=9),
        version=1,
    )
    async with catalog_db.transaction() as session:
        await standings.put_standings(session, [standing])
    return standing.partner_id


async def submitted(catalog_db: Database, seller: UUID, terms: pb.OfferingManifest, pack: City = JINAN) -> UUID:
    async with catalog_db.transaction() as session:
        aggregate = await commands.draft_offering(session, partner_id=seller, manifest=terms, city=pack, now=NOW)
        offering_id = aggregate.offering.id
    async with catalog_db.transaction() as session:
        await commands.submit_offering(session, offering_id=offering_id, partner_id=seller, city=pack, now=NOW)
    return offering_id


async def reviewed(catalog_db: Database, offering_id: UUID, pack: City = JINAN) -> pb.OfferingManifest:
    """The terms it is published on."""
    async with catalog_db.transaction() as session:
        aggregate = await commands.decide_review(
            session, offering_id=offering_id, looked_at=1, approved=True, reasons=[], by=uuid4(), city=pack, now=NOW
        )
        return pb.OfferingManifest.FromString(aggregate.revision.manifest)


@pytest.mark.anyio
async def test_a_definition_names_a_category_and_a_population_of_its_own_city(catalog_db: Database) -> None:
    await put(catalog_db, definition("telehealth"))
    with pytest.raises(Invalid) as refused:
        await put(catalog_db, definition("telehealth"), TIANJIN)
    assert refused.value.field == "definition.category"
    await put(catalog_db, definition("hypertension-care"), TIANJIN)
    for population in (0, 99):
        with pytest.raises(Invalid) as refused:
            await put(catalog_db, definition("telehealth", population))
        assert refused.value.field == "definition.population"


@pytest.mark.anyio
async def test_a_category_that_the_city_gave_up_is_published_no_more(catalog_db: Database) -> None:
    seller = await a_seller(catalog_db)
    code = await put(catalog_db, definition("telehealth"))
    offering_id = await submitted(catalog_db, seller, manifest(code))
    with pytest.raises(Invalid) as refused:
        await reviewed(catalog_db, offering_id, TIANJIN)
    assert refused.value.field == "manifest.definition"
    with pytest.raises(Invalid):
        await submitted(catalog_db, seller, manifest(code), TIANJIN)
    await reviewed(catalog_db, offering_id, JINAN)


async def narrowed_to(catalog_db: Database, narrowed: Filter) -> set[UUID]:
    """What a search finds that is narrowed so and says nothing else."""
    readings = Readings(catalog_db, 1)
    found = await finding.find(Searches(readings), Query(narrowed, None, None, None, 10), Sort.NEWEST)
    await readings.close()
    return {hit.offering_id for hit in found}


@pytest.mark.anyio
async def test_a_category_finds_what_is_below_it_and_nothing_beside_it(own_database: str) -> None:
    catalog_db = Database(own_database)
    seller = await a_seller(catalog_db)
    sold = {}
    for category in ("laboratory", "imaging-and-ecg", "diagnostics", "telehealth"):
        sold[category] = await submitted(catalog_db, seller, manifest(await put(catalog_db, definition(category))))
        await reviewed(catalog_db, sold[category])

    async def search(category: str) -> set[UUID]:
        narrowed = Filter(categories=[below(category, JINAN.taxonomy, "category")])
        return await narrowed_to(catalog_db, narrowed)

    assert await search("laboratory") == {sold["laboratory"]}
    assert await search("diagnostics") == set(sold.values()) - {sold["telehealth"]}
    assert await search("primary-care") == {sold["telehealth"]}
    assert await search("insurance") == set()
    with pytest.raises(Invalid) as refused:
        await search("wearables")
    assert refused.value.field == "category"
    await catalog_db.close()


@pytest.mark.anyio
async def test_a_district_finds_who_serves_it_or_a_part_of_it_or_all_around_it(own_database: str) -> None:
    catalog_db = Database(own_database)
    seller, code = await a_seller(catalog_db), await put(catalog_db, definition("telehealth"))
    sold = {}
    for served in ("", "lixia", "lixia-yaojia", "shizhong"):
        districts = [served] if served else []
        sold[served] = await submitted(catalog_db, seller, manifest(code, districts=districts))
        await reviewed(catalog_db, sold[served])

    async def search(district: str) -> set[str]:
        narrowed = Filter(districts=[around(district, JINAN.districts, "district")])
        ids = await narrowed_to(catalog_db, narrowed)
        return {name for name, offering_id in sold.items() if offering_id in ids}

    assert await search("lixia") == {"", "lixia", "lixia-yaojia"}
    assert await search("lixia-yaojia") == {"", "lixia", "lixia-yaojia"}
    assert await search("lixia-qianfoshan") == {"", "lixia"}
    assert await search("shizhong-qixian") == {"", "shizhong"}
    with pytest.raises(Invalid):
        await search("heping")
    await catalog_db.close()


@pytest.mark.anyio
@pytest.mark.parametrize(("pack", "from_months"), [(JINAN, 780), (TIANJIN, 720)], ids=["jinan", "tianjin"])
async def test_where_an_offering_says_nothing_its_populations_ages_are_its_terms(
    catalog_db: Database, pack: City, from_months: int
) -> None:
    seller = await a_seller(catalog_db)
    category = pack.taxonomy.places[-1].code
    code = await put(catalog_db, definition(category, pb.POPULATION_ELDERLY), pack)
    terms = await reviewed(catalog_db, await submitted(catalog_db, seller, manifest(code), pack), pack)
    assert (terms.eligibility.age_from_months, terms.eligibility.age_below_months) == (from_months, 0)
    narrower = manifest(code, eligibility={"age_from_months": 840, "age_below_months": 1_200})
    terms = await reviewed(catalog_db, await submitted(catalog_db, seller, narrower, pack), pack)
    assert (terms.eligibility.age_from_months, terms.eligibility.age_below_months) == (840, 1_200)
    everyone = await put(catalog_db, definition(category), pack)
    terms = await reviewed(catalog_db, await submitted(catalog_db, seller, manifest(everyone), pack), pack)
    assert not terms.HasField("eligibility")


@pytest.mark.anyio
async def test_ages_that_contradict_the_population_are_refused_when_drafted_and_when_published(
    catalog_db: Database,
) -> None:
    seller = await a_seller(catalog_db)
    code = await put(catalog_db, definition("insurance", pb.POPULATION_ELDERLY))
    with pytest.raises(Invalid) as refused:
        await submitted(catalog_db, seller, manifest(code, eligibility={"age_from_months": 720}))
    assert refused.value.field == "manifest.eligibility.age_from_months"
    offering_id = await submitted(catalog_db, seller, manifest(code, eligibility={"age_from_months": 800}))
    older = JINAN.populations["ELDERLY"].model_copy(update={"age_from_months": 960})
    changed = JINAN.model_copy(update={"populations": JINAN.populations | {"ELDERLY": older}})
    with pytest.raises(Invalid) as refused:
        await reviewed(catalog_db, offering_id, changed)
    assert refused.value.field == "manifest.eligibility.age_from_months"
    async with catalog_db.transaction() as session:
        assert (await offerings.revision(session, offering_id, 1)).status == OfferingStatus.IN_REVIEW


def test_every_pack_has_populations_the_contract_knows_and_another_one_is_refused() -> None:
    for pack in (JINAN, TIANJIN):
        definitions.check_populations(pack, "city.yaml")
        assert set(pack.populations) <= set(POPULATIONS.values())
    for (number, name), pack in product(POPULATIONS.items(), (JINAN, TIANJIN)):
        assert definitions.population_of(number, pack) == pack.populations.get(name)
    unheard = JINAN.model_copy(update={"populations": {"PILOTS": JINAN.populations["EVERYONE"]}})
    with pytest.raises(BadPack, match=r"global\.city\.populations\.PILOTS"):
        definitions.check_populations(unheard, "city.yaml")
