"""A city's catalogue is sorted by the city's own pack: categories, populations with their ages, districts."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from catalog import commands, domain, store
from catalog.commands import POPULATIONS
from catalog.domain import Ages, Status
from catalog.tables import StandingRow
from chassis.database import Database
from chassis.refusals import Invalid
from city_pack.pack import BadPack, City, read
from hypothesis import given
from hypothesis import strategies as st
from yima.catalog.v1 import api_pb2 as pb

SERVICE = "catalog"
NOW = datetime.now(UTC).replace(microsecond=0)
CITIES = Path(__file__).parents[3] / "charts" / "yima" / "cities"
JINAN, TIANJIN = (read(str(CITIES / f"{name}.yaml")) for name in ("jinan", "tianjin"))


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
    told: dict[str, Any] = {
        "definition": of,
        "reference": f"o-{uuid4().hex[:12]}",
        "kind": pb.OFFERING_KIND_SINGLE_VISIT,
        "title": words("A visit"),
        "description": words("One visit."),
        "price": {"minor": 1_000, "currency": "CNY"},
    } | changes
    return pb.OfferingManifest(**told)


@pytest.fixture
async def shop(database: str) -> AsyncGenerator[Database]:
    made = Database(database)
    yield made
    await made.close()


async def put(shop: Database, wanted: pb.ServiceDefinition, pack: City = JINAN) -> str:
    async with shop.transaction() as session:
        return (await commands.put_definition(session, definition=wanted, city=pack, now=NOW)).code


async def a_seller(shop: Database) -> UUID:
    standing = StandingRow(
        partner_id=uuid4(), may_publish=True, may_sell=True, scope=["*"], certified_until=NOW + timedelta(days=9),
        version=1,
    )  # fmt: skip
    async with shop.transaction() as session:
        await store.put_standings(session, [standing])
    return standing.partner_id


async def submitted(shop: Database, seller: UUID, wanted: pb.OfferingManifest, pack: City = JINAN) -> UUID:
    async with shop.transaction() as session:
        whole = await commands.draft_offering(session, partner_id=seller, manifest=wanted, city=pack, now=NOW)
        offering_id = whole.offering.id
    async with shop.transaction() as session:
        await commands.submit_offering(session, offering_id=offering_id, partner_id=seller, city=pack, now=NOW)
    return offering_id


async def reviewed(shop: Database, offering_id: UUID, pack: City = JINAN) -> pb.OfferingManifest:
    """The terms it is published on."""
    async with shop.transaction() as session:
        whole = await commands.decide_review(
            session, offering_id=offering_id, looked_at=1, approved=True, reasons=[], city=pack, now=NOW
        )
        return pb.OfferingManifest.FromString(whole.revision.manifest)


@pytest.mark.anyio
async def test_a_definition_names_a_category_and_a_population_of_its_own_city(shop: Database) -> None:
    await put(shop, definition("telehealth"))
    with pytest.raises(Invalid) as refused:
        await put(shop, definition("telehealth"), TIANJIN)
    assert refused.value.field == "definition.category"
    await put(shop, definition("hypertension-care"), TIANJIN)
    for population in (0, 99):
        with pytest.raises(Invalid) as refused:
            await put(shop, definition("telehealth", population))
        assert refused.value.field == "definition.population"


@pytest.mark.anyio
async def test_a_category_that_the_city_gave_up_is_published_no_more(shop: Database) -> None:
    seller = await a_seller(shop)
    code = await put(shop, definition("telehealth"))
    offering_id = await submitted(shop, seller, manifest(code))
    with pytest.raises(Invalid) as refused:
        await reviewed(shop, offering_id, TIANJIN)
    assert refused.value.field == "manifest.definition"
    with pytest.raises(Invalid):
        await submitted(shop, seller, manifest(code), TIANJIN)
    await reviewed(shop, offering_id, JINAN)


@pytest.mark.anyio
async def test_a_category_finds_what_is_below_it_and_nothing_beside_it(own_database: str) -> None:
    shop = Database(own_database)
    seller = await a_seller(shop)
    sold = {}
    for category in ("laboratory", "imaging-and-ecg", "diagnostics", "telehealth"):
        sold[category] = await submitted(shop, seller, manifest(await put(shop, definition(category))))
        await reviewed(shop, sold[category])

    async def found(category: str) -> set[UUID]:
        wanted = store.Filter(categories=domain.below(category, JINAN.taxonomy, "category"))
        async with shop.transaction() as session:
            return {whole.offering.id for whole in await store.listed(session, wanted, None, 10)}

    assert await found("laboratory") == {sold["laboratory"]}
    assert await found("diagnostics") == set(sold.values()) - {sold["telehealth"]}
    assert await found("primary-care") == {sold["telehealth"]}
    assert await found("insurance") == set()
    with pytest.raises(Invalid) as refused:
        await found("wearables")
    assert refused.value.field == "category"
    await shop.close()


@pytest.mark.anyio
async def test_a_district_finds_who_serves_it_or_a_part_of_it_or_all_around_it(own_database: str) -> None:
    shop = Database(own_database)
    seller, code = await a_seller(shop), await put(shop, definition("telehealth"))
    sold = {}
    for served in ("", "lixia", "lixia-yaojia", "shizhong"):
        districts = [served] if served else []
        sold[served] = await submitted(shop, seller, manifest(code, districts=districts))
        await reviewed(shop, sold[served])

    async def found(district: str) -> set[str]:
        wanted = store.Filter(districts=domain.around(district, JINAN.districts, "district"))
        async with shop.transaction() as session:
            ids = {whole.offering.id for whole in await store.listed(session, wanted, None, 10)}
        return {name for name, offering_id in sold.items() if offering_id in ids}

    assert await found("lixia") == {"", "lixia", "lixia-yaojia"}
    assert await found("lixia-yaojia") == {"", "lixia", "lixia-yaojia"}
    assert await found("lixia-qianfoshan") == {"", "lixia"}
    assert await found("shizhong-qixian") == {"", "shizhong"}
    with pytest.raises(Invalid):
        await found("heping")
    await shop.close()


@pytest.mark.anyio
@pytest.mark.parametrize(("pack", "from_months"), [(JINAN, 780), (TIANJIN, 720)], ids=["jinan", "tianjin"])
async def test_where_an_offering_says_nothing_its_populations_ages_are_its_terms(
    shop: Database, pack: City, from_months: int
) -> None:
    seller = await a_seller(shop)
    category = pack.taxonomy.places[-1].code
    code = await put(shop, definition(category, pb.POPULATION_ELDERLY), pack)
    terms = await reviewed(shop, await submitted(shop, seller, manifest(code), pack), pack)
    assert (terms.eligibility.age_from_months, terms.eligibility.age_below_months) == (from_months, 0)
    narrower = manifest(code, eligibility={"age_from_months": 840, "age_below_months": 1_200})
    terms = await reviewed(shop, await submitted(shop, seller, narrower, pack), pack)
    assert (terms.eligibility.age_from_months, terms.eligibility.age_below_months) == (840, 1_200)
    everyone = await put(shop, definition(category), pack)
    terms = await reviewed(shop, await submitted(shop, seller, manifest(everyone), pack), pack)
    assert not terms.HasField("eligibility")


@pytest.mark.anyio
async def test_ages_that_contradict_the_population_are_refused_when_drafted_and_when_published(shop: Database) -> None:
    seller = await a_seller(shop)
    code = await put(shop, definition("insurance", pb.POPULATION_ELDERLY))
    with pytest.raises(Invalid) as refused:
        await submitted(shop, seller, manifest(code, eligibility={"age_from_months": 720}))
    assert refused.value.field == "manifest.eligibility.age_from_months"
    offering_id = await submitted(shop, seller, manifest(code, eligibility={"age_from_months": 800}))
    older = JINAN.populations["ELDERLY"].model_copy(update={"age_from_months": 960})
    changed = JINAN.model_copy(update={"populations": JINAN.populations | {"ELDERLY": older}})
    with pytest.raises(Invalid) as refused:
        await reviewed(shop, offering_id, changed)
    assert refused.value.field == "manifest.eligibility.age_from_months"
    async with shop.transaction() as session:
        assert (await store.revision(session, offering_id, 1)).status == Status.IN_REVIEW


ages = st.builds(Ages, st.integers(0, 1_500), st.integers(0, 1_500)).filter(
    lambda one: not one.end or one.start < one.end
)


@given(ages, ages, st.integers(0, 1_600))
def test_whoever_is_served_belongs_to_the_population_and_to_what_the_offering_says(
    said: Ages, population: Ages, age: int
) -> None:
    def belongs(to: Ages) -> bool:
        return to.start <= age and (not to.end or age < to.end)

    try:
        served = domain.within_population(said, population, "eligibility")
    except Invalid:
        explicit = [at for at in (said.start, said.end - 1 if said.end else 0) if at]
        outside = [at for at in explicit if not population.start <= at < (population.end or 10_000)]
        assert outside, "refused, although all it says lies within its population"
        return
    assert not served.end or served.start < served.end
    assert belongs(served) == (belongs(said) and belongs(population))


def test_every_pack_has_populations_the_contract_knows_and_another_one_is_refused() -> None:
    for pack in (JINAN, TIANJIN):
        commands.check_populations(pack, "city.yaml")
        assert set(pack.populations) <= set(POPULATIONS.values())
    for (number, name), pack in product(POPULATIONS.items(), (JINAN, TIANJIN)):
        assert commands.population_of(number, pack) == pack.populations.get(name)
    unheard = JINAN.model_copy(update={"populations": {"PILOTS": JINAN.populations["EVERYONE"]}})
    with pytest.raises(BadPack, match=r"global\.city\.populations\.PILOTS"):
        commands.check_populations(unheard, "city.yaml")
