"""The city, as its pack has it: what the gateway knows itself, and asks nobody for."""

from dataclasses import dataclass
from typing import Any

import strawberry
from city_pack import pack
from yima.catalog.v1.enums import Population
from yima.common.v1.types_pb2 import Money as MoneyMessage
from yima.partners.v1.enums import PartnerKind

from gateway.context import Context, Info
from gateway.policy import asks
from gateway.reading import attribute, field, in_a_language, read_field, reads, shows, words
from gateway.schema.common import Money


@dataclass(frozen=True, slots=True)
class NamedPopulation:
    """A population with its rule."""

    population: Population
    rule: pack.Population


@dataclass(frozen=True, slots=True)
class PartnerTariff:
    """A kind of partner with its tariff."""

    kind: PartnerKind
    tariff: pack.Tariff


def name_of_entry() -> Any:
    return read_field(in_a_language(attribute("name")), str, None)


def parent() -> Any:
    return read_field(lambda entry, _: entry.parent or None, str | None, "The code it is below; null at the top.")


@strawberry.type(description="A category of the city's taxonomy.")
class Category:
    code: str
    name: str = name_of_entry()
    parent: str | None = parent()


@strawberry.type(description="A district of the city, or a part of one.")
class District:
    code: str
    name: str = name_of_entry()
    parent: str | None = parent()


@shows(pack.Condition, description="A code of a clinical condition.")
class Condition:
    system: str = field(description="The code system's URI.")
    code: str


@shows(NamedPopulation, description="For whom services are meant, by name and age.")
class PopulationRule:
    population: Population
    name: str = words("rule.name")
    age_from_months: int = field("rule.age_from_months")
    age_below_months: int | None = field("rule.age_below_months", description="Below this age in months; null: any.")
    condition: Condition | None = field(
        "rule.condition",
        description="What its people have. Declared only: nothing is decided by it, since no health data is read "
        "without consent.",
    )


def amount(path: str, description: str) -> Any:
    """An amount of the pack, in the city's currency; null where there is none."""
    inside = attribute(path)

    def read(source: object, context: Context) -> MoneyMessage | None:
        minor = inside(source)
        return None if minor is None else MoneyMessage(currency=context.city.currency, minor=minor)

    return reads(object, read, description)


@shows(pack.Programme, description="A programme of the city's, for residents who say that they take part in it.")
class Programme:
    code: str
    name: str = name_of_entry()


@shows(pack.Share, description="A party's share of each payment, as contracts start with it.")
class TariffShare:
    party: str
    basis_points: int | None = field(description="Hundredths of a percent of the gross.")
    fixed: Money | None = amount("fixed_minor", "A fixed amount instead.")
    floor: Money | None = amount("floor_minor", "At least this.")
    cap: Money | None = amount("cap_minor", "At most this.")


@shows(PartnerTariff, description="What the city's marketplace takes of a kind of partner.")
class Tariff:
    kind: PartnerKind
    shares: list[TariffShare] = field("tariff.shares", description="What a contract starts from.")
    commission_basis_points_max: int = field(
        "tariff.commission.basis_points_max", description="The most a contract may give the platform."
    )
    commission_amount_max: Money = amount(
        "tariff.commission.minor_max", "The most it may give the platform as a fixed amount or a floor."
    )


@shows(pack.City, description="The city: its languages, currency and clock, and what its catalogue is sorted by.")
class City:
    name: str
    title: str = words("title")
    currency: str
    locales: list[str] = field(description="BCP 47 tags; the first is the default.")
    time_zone: str = field(description="Of the IANA database.")
    categories: list[Category] = field("taxonomy.places", description="Each after the one it is below.")
    districts: list[District] = field("districts.places", description="Each after the one it is below.")
    populations: list[PopulationRule] = reads(
        pack.City,
        lambda city, _: [
            NamedPopulation(population, city.populations[population.name])
            for population in Population
            if population.name in city.populations
        ],
        "For whom services are meant.",
    )
    programmes: list[Programme] = field(description="For residents who say themselves that they take part.")
    tariffs: list[Tariff] = reads(
        pack.City,
        lambda city, _: [PartnerTariff(kind, city.fees.of(kind.name)) for kind in PartnerKind],
        "What the marketplace takes of each kind of partner.",
    )


@strawberry.type
class Query:
    @strawberry.field(description="The city, as its pack has it.")
    @asks(shared=True)
    async def city(self, info: Info) -> pack.City:
        return info.context.city
