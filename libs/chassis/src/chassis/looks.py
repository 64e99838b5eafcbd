"""Who supervises is seen doing it: what an operator or a regulator is shown of somebody is passed on from one place.

A method's contract says whether its request or its answer can name a person. Where one does, and an operator or a
regulator may call it, the service says what becomes of it (`Api(looks=…)`), or does not start.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from google.protobuf.descriptor import Descriptor, MethodDescriptor
from google.protobuf.message import Message
from yima.common.v1.route_pb2 import Role

from chassis.auth import Principal
from chassis.ids import Kind, is_id, kind_of_field
from chassis.routes import policy

if TYPE_CHECKING:
    from chassis.api import Call

SUPERVISORS = frozenset({Role.ROLE_OPERATOR, Role.ROLE_REGULATOR})


@dataclass(frozen=True, slots=True)
class Look:
    """That somebody who supervises was shown something of these people, by a method of the contract."""

    method: str
    by: Principal
    people: frozenset[str]
    at: datetime


type NoteLook[R] = Callable[[Look, "Call[R]"], Awaitable[None]]
"""Passes a look on, in the call's own transaction."""


def shows_people(method: MethodDescriptor) -> bool:
    """May an operator or a regulator be shown something of somebody by this method?"""
    route = policy(method)[2]
    supervised = not route.public and not SUPERVISORS.isdisjoint(route.roles)
    return supervised and (names_people(method.output_type) or names_people(method.input_type))


@cache
def names_people(message: Descriptor) -> bool:
    return any(people_fields(each) for each in (message, *messages_in(message)))


@cache
def people_fields(message: Descriptor) -> tuple[Any, ...]:
    return tuple(field for field in message.fields if is_id(field) and kind_of_field(field.name) == Kind.RESIDENT)


@cache
def messages_in(message: Descriptor) -> tuple[Descriptor, ...]:
    """The messages that it has, or that those have; none of them twice."""
    messages: dict[str, Descriptor] = {}
    waiting = [message]
    while waiting:
        for field in waiting.pop().fields:
            inside = field.message_type
            if inside is not None and not inside.GetOptions().map_entry and inside.full_name not in messages:
                messages[inside.full_name] = inside
                waiting.append(inside)
    messages.pop(message.full_name, None)
    return tuple(messages.values())


def people_in(message: Message) -> Iterator[str]:
    """The people that a message names."""
    for field in people_fields(message.DESCRIPTOR):
        value = getattr(message, field.name)
        yield from filter(None, value if field.is_repeated else [value])
    for field, value in message.ListFields():
        if field.message_type is not None and not field.message_type.GetOptions().map_entry:
            for inside in value if field.is_repeated else (value,):
                yield from people_in(inside)
