"""Leaves: which values are already their own output, decided by one expression in the generated source."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from math import isfinite
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLString,
)
from graphql.type.scalars import GRAPHQL_MAX_INT, GRAPHQL_MIN_INT


@dataclass(frozen=True, slots=True)
class Leaf:
    """`test` is true for a value that serializes to itself; `names` holds what a value serializes to, by `key`."""

    test: str | None = None
    key: str | None = None
    names: dict[Any, str] = field(default_factory=dict)
    keep: tuple[Any, ...] = ()
    """The enum members whose ids are the keys of `names`: an id means something only while they live."""
    same_type: type | None = None
    """The type all of whose instances serialize to themselves."""


STOCK: dict[Callable[[Any], Any], Leaf] = {
    GraphQLString.coerce_output_value: Leaf("type({v}) is str", same_type=str),
    GraphQLID.coerce_output_value: Leaf("type({v}) is str", same_type=str),
    GraphQLBoolean.coerce_output_value: Leaf("type({v}) is bool", same_type=bool),
    GraphQLInt.coerce_output_value: Leaf(f"type({{v}}) is int and {GRAPHQL_MIN_INT} <= {{v}} <= {GRAPHQL_MAX_INT}"),
    GraphQLFloat.coerce_output_value: Leaf("type({v}) is float and isfinite({v})"),
}
NAMESPACE = {"isfinite": isfinite}


def leaf_of(leaf_type: GraphQLLeafType) -> Leaf:
    if isinstance(leaf_type, GraphQLEnumType):
        return _enum_leaf(leaf_type)
    return STOCK.get(leaf_type.coerce_output_value, Leaf())


def _enum_leaf(enum_type: GraphQLEnumType) -> Leaf:
    """A table of the names, made by asking the type itself for each of its values once."""
    wrapped: Any = getattr(enum_type, "wrapped_cls", None)
    values = list(wrapped) if isinstance(wrapped, type(Enum)) else [v.value for v in enum_type.values.values()]
    if any(callable(value) or hasattr(value, "__await__") for value in values):
        return Leaf()
    try:
        names = {value: enum_type.coerce_output_value(value) for value in values}
    except Exception:  # unhashable, or a type that cannot name its own values: it is asked for each value it meets
        return Leaf()
    if all(isinstance(value, IntEnum) for value in values):
        return _int_enum_leaf(enum_type, values, names)
    if all(isinstance(value, Enum) for value in values):
        return Leaf(key="id({v})", names={id(value): name for value, name in names.items()}, keep=tuple(values))
    for exact in (str, int):
        if all(type(value) is exact for value in values):
            return Leaf(key=f"{{v}} if type({{v}}) is {exact.__name__} else None", names=names)
    return Leaf()


def _int_enum_leaf(enum_type: GraphQLEnumType, members: list[Any], names: dict[Any, str]) -> Leaf:
    """Members of an IntEnum equal their numbers, which protobuf messages hold: the type says whether it names both."""
    try:
        plain = {int(member): enum_type.coerce_output_value(int(member)) for member in members}
    except Exception:  # a type that names its members only
        plain = {}
    if plain == names:
        return Leaf(key="{v} if isinstance({v}, int) and type({v}) is not bool else None", names=names)
    return Leaf(key="id({v})", names={id(member): name for member, name in names.items()}, keep=tuple(members))
