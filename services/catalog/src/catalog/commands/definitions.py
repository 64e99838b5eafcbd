"""Service definitions of the city's catalogue."""

from datetime import datetime

from chassis import texts
from chassis.refusals import Invalid
from city_pack.pack import BadPack, City, Population
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1 import api_pb2 as pb

from catalog.domain.terms import DESCRIPTION_LENGTH_MAX, ITEMS_MAX, TITLE_LENGTH_MAX, check_slug
from catalog.store import definitions, listings
from catalog.tables import DefinitionRow

POPULATIONS = {number: name.removeprefix("POPULATION_") for name, number in pb.Population.items() if number}


async def put_definition(
    session: AsyncSession, *, definition: pb.ServiceDefinition, city: City, now: datetime
) -> pb.ServiceDefinition:
    at, locales = "definition", city.locales
    check_slug(definition.code, f"{at}.code")
    if definition.category not in city.taxonomy:
        raise Invalid(f"{at}.category", f"there is no category {definition.category!r} in this city")
    if population_of(definition.population, city) is None:
        raise Invalid(f"{at}.population", f"must be one of {', '.join(city.populations)}")
    definition.title.text.update(
        texts.localized(definition.title.text, locales, f"{at}.title", texts.line, TITLE_LENGTH_MAX)
    )
    definition.description.text.update(
        texts.localized(definition.description.text, locales, f"{at}.description", texts.prose, DESCRIPTION_LENGTH_MAX)
    )
    if len(definition.items) > ITEMS_MAX:
        raise Invalid(f"{at}.items", f"at most {ITEMS_MAX}")
    for index, item in enumerate(definition.items):
        check_slug(item.code, f"{at}.items[{index}].code")
        item.title.text.update(
            texts.localized(item.title.text, locales, f"{at}.items[{index}].title", texts.line, TITLE_LENGTH_MAX)
        )
    await definitions.put_definition(
        session,
        DefinitionRow(
            code=definition.code,
            category=definition.category,
            population=definition.population,
            message=definition.SerializeToString(deterministic=True),
            changed_at=now,
        ),
    )
    await listings.forget(session, definition.code)  # they are found by its words, too
    return definition


def population_of(number: int, city: City) -> Population | None:
    """The city's population that the contract's number stands for."""
    return city.populations.get(POPULATIONS.get(number, ""))


def check_populations(city: City, path: str) -> None:
    """Refuse a pack with a population the contract does not have."""
    if unknown := city.populations.keys() - set(POPULATIONS.values()):
        known = ", ".join(POPULATIONS.values())
        raise BadPack(f"{path}: global.city.populations.{min(unknown)}: must be one of {known}")
