"""What every request holds to, whatever its method makes of it: by the contract's types, field by field.

A text can be stored and shown, and is no longer than the contract lets it be. A list or map has so many elements at
most. A moment can be read back. A choice is one that the contract has. The first field that is otherwise is refused by
its name; nothing of it is repeated.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from yima.common.v1.limits_pb2 import count_max, length_max

from chassis import moments, texts
from chassis.refusals import Invalid

LENGTH_MAX = 10_000
ITEMS_MAX = 1_000
KEYS_MAX = 100

type Rule = Callable[[Any, str], None]


def check(message: Message, at: str = "") -> None:
    """Refuse a request with a value that no field of its kind may have."""
    for field, value in message.ListFields():
        if (rule := _rule(field)) is not None:
            rule(value, f"{at}{field.name}")


def check_text(value: str, field: str, longest: int = LENGTH_MAX) -> None:
    """Refuse a text that could not be stored, read back and shown, or is too long."""
    if len(value) > longest:
        raise Invalid(field, f"must have at most {longest} characters")
    if not value.isprintable():
        texts.floor(value, field)


def check_choice(number: int, field: str, known: Mapping[int, object], choices: str) -> None:
    """Refuse a number that is none of an enumeration's: protobuf takes any."""
    if number not in known:
        raise Invalid(field, f"must be one of {choices}")


def check_count(values: Sequence[object] | Mapping[str, object], field: str, most: int = ITEMS_MAX) -> None:
    """Refuse more elements than a list or map may have."""
    if len(values) > most:
        raise Invalid(field, f"must have at most {most} elements")


@cache
def longest(field: FieldDescriptor) -> int:
    """How many characters a text of this field may have."""
    return field.GetOptions().Extensions[length_max] or LENGTH_MAX  # type: ignore[index] # the stubs know no options


@cache
def most(field: FieldDescriptor) -> int:
    """How many elements a list may have."""
    return field.GetOptions().Extensions[count_max] or ITEMS_MAX  # type: ignore[index] # the stubs know no options


@cache
def _rule(field: FieldDescriptor) -> Rule | None:
    """What a field's value is held to; None where its type says all."""
    kind = field.message_type
    if kind is not None and kind.GetOptions().map_entry:
        return _map_rule(field)
    single = _single_rule(field)
    if not field.is_repeated:
        return single

    def check_all(values: Sequence[Any], at: str) -> None:
        check_count(values, at, most(field))
        if single is not None:
            for index, value in enumerate(values):
                single(value, f"{at}[{index}]")

    return check_all


def _single_rule(field: FieldDescriptor) -> Rule | None:
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING and field.type == FieldDescriptor.TYPE_STRING:
        most = longest(field)
        return lambda value, at: check_text(value, at, most)
    if field.enum_type is not None:
        names = field.enum_type.values_by_number
        choices = ", ".join(value.name for number, value in sorted(names.items()) if number)
        return lambda value, at: check_choice(value, at, names, choices)
    if field.message_type is None:
        return None
    if field.message_type.full_name == Timestamp.DESCRIPTOR.full_name:
        return moments.check
    return lambda value, at: check(value, f"{at}.")


def _map_rule(field: FieldDescriptor) -> Rule:
    entry = field.message_type
    value_rule = None if entry is None else _single_rule(entry.fields_by_name["value"])

    def check_map(values: Mapping[Any, Any], at: str) -> None:
        check_count(values, at, KEYS_MAX)
        for key in values:
            check_text(str(key), at, texts.LINE_LENGTH_MAX)
            if value_rule is not None:
                value_rule(values[key], f"{at}.{key}")

    return check_map
