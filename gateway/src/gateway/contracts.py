"""What the contracts say in words. The first paragraph of a comment is for whoever reads the schema, too, where it is a
sentence; what is not, e.g. `// the bank's own`, is a note among engineers."""

import importlib
from collections.abc import Mapping
from functools import cache
from typing import cast

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message


@cache
def comments(package: str) -> Mapping[str, str]:
    """By message, by message and field, by enum, by enum and member."""
    comments: Mapping[str, str] = importlib.import_module(f"{package}.comments").COMMENTS
    return comments


def descriptor_of(message: type[Message]) -> Descriptor:
    """A message's contract."""
    return cast(Descriptor, message.DESCRIPTOR)  # of either implementation


def comment_on(message: type[Message]) -> str | None:
    """On a message as a whole."""
    contract = descriptor_of(message)
    return comments(contract.file.package).get(contract.name)


def comment_on_field(field: FieldDescriptor) -> str | None:
    """On one of a message's fields."""
    message = field.containing_type
    return comments(message.file.package).get(f"{message.name}.{field.name}") if message is not None else None


def comments_on_enum(enum: type) -> Mapping[str, str]:
    """On an enum of a contract, by member, and on itself by the empty name; nothing of an enum of our own."""
    package, _, module = enum.__module__.rpartition(".")
    if module != "enums":
        return {}
    return {
        name.removeprefix(enum.__name__).removeprefix("."): comment
        for name, comment in comments(package).items()
        if name.partition(".")[0] == enum.__name__
    }
