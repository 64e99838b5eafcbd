"""Inputs into the services' messages: field by field, since both have the same names."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum
from functools import cache
from typing import Any

from chassis.refusals import Invalid
from chassis.wire import timestamp
from google.protobuf.message import Message
from strawberry import UNSET
from yima.common.v1.types_pb2 import LocalizedText

from gateway.ids import Kind, given
from gateway.schema.common import IntervalInput, MoneyInput


def fill[M: Message](message: M, source: Any, ids: dict[str, Kind] | None = None, prefix: str = "") -> M:
    """Put an input's given fields into `message`. `ids` names the fields that hold typed ids."""
    for name in names_of(source.__class__):
        value = getattr(source, name)
        if value is None or value is UNSET:
            continue
        field = message.DESCRIPTOR.fields_by_name[name]
        place = f"{prefix}{name}"
        if (choice := field.containing_oneof) is not None and (other := message.WhichOneof(choice.name)) is not None:
            raise Invalid(place, f"give one of these, and there is {other} too")
        if field.is_repeated and not isinstance(value, dict):
            target = getattr(message, name)
            for index, item in enumerate(value):
                if field.message_type is not None:
                    put(target.add(), item, ids, f"{place}[{index}]")
                else:
                    target.append(plain(item, name, ids, f"{place}[{index}]"))
        elif field.message_type is not None:
            put(getattr(message, name), value, ids, place)
        else:
            made = unhex(value, place) if field.type == field.TYPE_BYTES else plain(value, name, ids, place)
            setattr(message, name, made)
    return message


@cache
def names_of(kind: type[Any]) -> Sequence[str]:
    """The fields of an input."""
    return tuple(field.name for field in dataclasses.fields(kind))


def put(target: Message, value: Any, ids: dict[str, Kind] | None, place: str) -> None:
    """Put one input value into a message field."""
    target.SetInParent()
    if isinstance(target, LocalizedText):
        target.text.update(value)
    elif isinstance(value, MoneyInput):
        target.CopyFrom(value.message(place))
    elif isinstance(value, IntervalInput):
        target.CopyFrom(value.message())
    elif isinstance(value, datetime):
        stamp = timestamp(value)
        assert stamp is not None
        target.CopyFrom(stamp)
    else:
        fill(target, value, ids, f"{place}.")


def unhex(digits: str, place: str) -> bytes:
    """Bytes from the hexadecimal digits clients see them as."""
    try:
        return bytes.fromhex(digits)
    except ValueError:
        raise Invalid(place, "must be hexadecimal digits") from None


def plain(value: Any, name: str, ids: dict[str, Kind] | None, place: str) -> Any:
    if isinstance(value, IntEnum):
        return int(value)
    if ids and name in ids:
        return given(ids[name], str(value), place)
    return value
