"""The city, as its pack has it: what the gateway knows itself, and asks nobody for."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import strawberry
from chassis import city as pack
from strawberry.types import Info
from yima.common.v1.types_pb2 import Money as MoneyMessage

from gateway.context import Context, context
from gateway.policy import asks
from gateway.reading import read_field
from gateway.schema.catalog import Population
from gateway.schema.partners import PartnerKind
from gateway.schema.scalars import Money, within, words


@dataclass(frozen=True, slots=True)
class Meant:
    """A population with its rule."""

    population: Population
    rule: pack.Population


@dataclass(frozen=True, slots=True)
class Taken:
    """A kind of partner with its tariff."""

    kind: PartnerKind
    tariff: pack.Tariff


def parent() -> Any:
    return read_field(lambda place, _: place.parent or None, str | None, "The code it is below; null at the top.")


@strawberry.type(description="A category of the city's taxonomy.")
class Category:
    code: str
    name: str = words("name")
    parent: str | None = parent()


@strawberry.type(description="A district of the city, or a part of one.")
class District:
    code: str
    name: str = words("name")
    parent: str | None = parent()


@strawberry.type(description="A code of a clinical condition.")
class Condition:
    system: str = strawberry.field(description="The code system's URI.")
    code: str


@strawberry.type(description="For whom services are meant, by name and age.")
class PopulationRule:
    population: Population
    name: str = words("rule.name")
    age_from_months: int = within("rule.age_from_months", int)
    age_below_months: int | None = within("rule.age_below_months", int | None, "Below this age in months; null: any.")
    condition: Condition | None = within(
        "rule.condition",
        Condition | None,
        "What its people have. Declared only: nothing is decided by it, since no health data is read without consent.",
    )


def amount(path: str, annotation: Any, description: str) -> Any:
    """An amount of the pack, in the city's currency; null where there is none."""
    inside = attrgetter(path)

    def read(source: Any, here: Context) -> MoneyMessage | None:
        minor = inside(source)
        return None if minor is None else MoneyMessage(currency=here.city.currency, minor=minor)

    return read_field(read, annotation, description)


@strawberry.type(description="A party's share of each payment, as contracts start with it.")
class TariffShare:
    party: str
    basis_points: int | None = strawberry.field(description="Hundredths of a percent of the gross.")
    fixed: Money | None = amount("fixed_minor", Money | None, "A fixed amount instead.")
    floor: Money | None = amount("floor_minor", Money | None, "At least this.")
    cap: Money | None = amount("cap_minor", Money | None, "At most this.")


@strawberry.type(description="What the city's marketplace takes of a kind of partner.")
class Tariff:
    kind: PartnerKind
    shares: list[TariffShare] = within("tariff.shares", list[TariffShare], "What a contract starts from.")
    commission_basis_points_max: int = within(
        "tariff.commission.basis_points_max", int, "The most a contract may give the platform."
    )
    commission_amount_max: Money = amount(
        "tariff.commission.minor_max", Money, "The most it may give the platform as a fixed amount or a floor."
    )


@strawberry.type(description="The city: its languages, currency and clock, and what its catalogue is sorted by.")
class City:
    name: str
    title: str = words("title")
    currency: str
    locales: list[str] = strawberry.field(description="BCP 47 tags; the first is the default.")
    time_zone: str = strawberry.field(description="Of the IANA database.")
    categories: list[Category] = within("taxonomy.places", list[Category], "Each after the one it is below.")
    districts: list[District] = within("districts.places", list[District], "Each after the one it is below.")
    populations: list[PopulationRule] = read_field(
        lambda city, _: [Meant(one, city.populations[one.name]) for one in Population if one.name in city.populations],
        list[PopulationRule],
        "For whom services are meant.",
    )
    tariffs: list[Tariff] = read_field(
        lambda city, _: [Taken(kind, city.fees.of(kind.name)) for kind in PartnerKind],
        list[Tariff],
        "What the marketplace takes of each kind of partner.",
    )


@strawberry.type
class Query:
    @strawberry.field(description="The city, as its pack has it.")
    @asks(shared=True)
    async def city(self, info: Info[Any, Any]) -> City:
        found: pack.City = context(info).city
        return found  # type: ignore[return-value]
