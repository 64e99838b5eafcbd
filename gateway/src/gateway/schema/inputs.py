"""Inputs into the services' messages: field by field, since both have the same names. An input that has a field which
its message has not, or of another type, stops the start."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from datetime import datetime
from enum import IntEnum
from functools import cache
from typing import Any, cast, dataclass_transform, get_args, get_origin, get_type_hints

import strawberry
from chassis.refusals import Invalid
from chassis.wire import timestamp
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from strawberry import UNSET
from strawberry.schema.name_converter import NameConverter
from strawberry.types import get_object_definition
from strawberry.types.arguments import InputContext
from strawberry.types.base import StrawberryList, StrawberryOptional
from strawberry.types.lazy_type import LazyType
from yima.common.v1.types_pb2 import Interval, LocalizedText, Money, Position

from gateway.contracts import comment_on, descriptor_of
from gateway.ids import Kind, parse_global_id
from gateway.reading import CONTRACTS, ContractDiffers, check, found_in, kind_of, without_none
from gateway.scalars import LocalizedText as Texts
from gateway.schema.common import IntervalInput, MoneyInput, PositionInput

TAKEN: dict[object, type[Message]] = {
    MoneyInput: Money,
    IntervalInput: Interval,
    PositionInput: Position,
    Texts: LocalizedText,
}
FIELDS: dict[object, dict[str, Kind | None]] = {}  # of each input; of what those are that are ids


@dataclass_transform(order_default=True, kw_only_default=True, field_specifiers=(strawberry.field,))
def takes[T](message: type[Message], description: str | None = None) -> Callable[[type[T]], type[T]]:
    """Make a class the GraphQL input that is put into these messages. What is said of it is what the contract says of
    them, if it says nothing else."""

    def declare(kind: type[T]) -> type[T]:
        TAKEN[kind] = message
        fields = FIELDS[kind] = dict[str, Kind | None]()
        for name, annotation in get_type_hints(kind).items():
            try:
                field = found_in(descriptor_of(message), name)
                CONTRACTS[f"{kind.__name__}.{name}"] = field
                is_id = item_of(annotation) is strawberry.ID
                fields[name] = kind_of(field, name) if is_id else None
                if not is_id:
                    check_input(field, item_of(annotation))
            except ContractDiffers as problem:
                raise ContractDiffers(f"{kind.__name__}.{name} into {message.__name__}: {problem}") from None
        made = strawberry.input(kind, description=description or comment_on(message))
        get_object_definition(made, strict=True).from_input = from_value
        return made

    return declare


type Build = Callable[[Any], Any]
"""Makes a field's value of what graphql-core has read and checked."""


def from_value(kind: type, value: Mapping[str, Any], context: InputContext) -> Any:
    """An input of its value."""
    return build_input(kind, context.config.name_converter)(value)


@cache
def build_input(kind: type, names: NameConverter) -> Build:
    """How an input is made of its value. strawberry by itself asks each field for its type and its name in every
    request; here they are asked once."""
    definition = get_object_definition(kind, strict=True)
    fields = [
        (names.from_field(field), field.python_name, build_of(field.resolve_type(type_definition=definition), names))
        for field in definition.fields
    ]
    absent: dict[str, Any] = {
        field.python_name: None
        for field in definition.fields
        if field.default_value is MISSING and field.default_factory is MISSING
    }

    def build(value: Mapping[str, Any]) -> Any:
        return kind(
            **(absent | {python_name: make(value[name]) for name, python_name, make in fields if name in value})
        )

    return build


def build_of(kind: object, names: NameConverter) -> Build:
    """How a value of this type is made."""
    if isinstance(kind, LazyType):
        return build_of(kind.resolve_type(), names)
    if isinstance(kind, StrawberryOptional):
        inner = build_of(kind.of_type, names)
        return lambda value: value if value is None or value is UNSET else inner(value)
    if isinstance(kind, StrawberryList):
        item = build_of(kind.of_type, names)
        return lambda value: [item(each) for each in value]
    if get_object_definition(kind) is not None:
        return build_input(cast(type, kind), names)
    return lambda value: value  # a scalar or an enumeration's: graphql-core has made it


def item_of(annotation: object) -> object:
    """The type of one value, of a list too."""
    _, inner = without_none(annotation)
    return get_args(inner)[0] if get_origin(inner) is list else inner


def check_input(field: FieldDescriptor, annotation: object) -> None:
    """Raises where a value of this type cannot be put into a field of a contract."""
    if annotation in TAKEN:
        if field.message_type is None or GetMessageClass(field.message_type) is not TAKEN[annotation]:
            raise ContractDiffers(f"the contract's {field.name} is no {TAKEN[annotation].__name__}")
    elif not (annotation is str and field.type == FieldDescriptor.TYPE_BYTES):
        check(field, annotation)


def fill[M: Message](message: M, source: object, prefix: str = "") -> M:
    """Put an input's given fields into `message`. `prefix` is where the input stands, as refusals name it."""
    for name, kind in FIELDS[type(source)].items():
        value: Any = getattr(source, name)
        if value is None or value is UNSET:
            continue
        field = message.DESCRIPTOR.fields_by_name[name]
        path = f"{prefix}{name}"
        if (choice := field.containing_oneof) is not None and (other := message.WhichOneof(choice.name)) is not None:
            raise Invalid(path, f"give one of these, and there is {other} too")
        if field.is_repeated and not isinstance(value, dict):
            target = getattr(message, name)
            for index, item in enumerate(value):
                if field.message_type is not None:
                    put(target.add(), item, f"{path}[{index}]")
                else:
                    target.append(plain(item, kind, f"{path}[{index}]"))
        elif field.message_type is not None:
            put(getattr(message, name), value, path)
        else:
            single = unhex(value, path) if field.type == field.TYPE_BYTES else plain(value, kind, path)
            setattr(message, name, single)
    return message


def put(target: Message, value: Any, path: str) -> None:
    """Put one input value into a message field."""
    target.SetInParent()
    if isinstance(target, LocalizedText):
        target.text.update(value)
    elif isinstance(value, MoneyInput | PositionInput):
        target.CopyFrom(value.message(path))
    elif isinstance(value, IntervalInput):
        target.CopyFrom(value.message())
    elif isinstance(value, datetime):
        stamp = timestamp(value)
        assert stamp is not None
        target.CopyFrom(stamp)
    else:
        fill(target, value, f"{path}.")


def unhex(digits: str, path: str) -> bytes:
    """Bytes from the hexadecimal digits clients see them as."""
    try:
        return bytes.fromhex(digits)
    except ValueError:
        raise Invalid(path, "must be hexadecimal digits") from None


def plain(value: object, kind: Kind | None, path: str) -> object:
    if isinstance(value, IntEnum):
        return int(value)
    return parse_global_id(kind, str(value), path) if kind is not None else value
