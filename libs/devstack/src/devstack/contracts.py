"""Every request of every contract, and every field in it: for tests that walk them all."""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yima
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

DEPTH_MAX = 6


@dataclass(frozen=True)
class RequestField:
    """A field somewhere in a request: how to make a request that has a value there, and what it is called."""

    method: MethodDescriptor
    steps: tuple[FieldDescriptor, ...]

    @property
    def field(self) -> FieldDescriptor:
        return self.steps[-1]

    @property
    def name(self) -> str:
        """As a refusal names it, with [0] for a list's element and .x for a map's."""
        return ".".join(_named(step) for step in self.steps)

    def request(self, put: Callable[[Message, FieldDescriptor], None]) -> Message:
        """A request of the method in which `put` has set this field."""
        request = GetMessageClass(self.method.input_type)()
        message = request
        for step in self.steps[:-1]:
            held = getattr(message, step.name)
            message = held["x"] if is_map(step) else held.add() if step.is_repeated else held
        put(message, self.field)
        return request


def is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and bool(field.message_type.GetOptions().map_entry)


def _named(step: FieldDescriptor) -> str:
    if is_map(step):
        return f"{step.name}.x"
    return f"{step.name}[0]" if step.is_repeated else step.name


@cache
def services() -> tuple[ServiceDescriptor, ...]:
    """The services of all contracts."""
    modules = sorted(path for root in yima.__path__ for path in Path(root).glob("*/v1/*_pb2.py"))
    files = [importlib.import_module(f"yima.{path.parts[-3]}.v1.{path.stem}").DESCRIPTOR for path in modules]
    return tuple(service for file in files for service in file.services_by_name.values())


def request_fields(chosen: Callable[[FieldDescriptor], bool]) -> Iterator[RequestField]:
    """Every field of every request that is `wanted`."""
    for service in services():
        for method in service.methods:
            yield from _below(method, method.input_type, (), chosen)


def _below(method, message, steps, chosen) -> Iterator[RequestField]:  # type: ignore[no-untyped-def] # descriptors of two kinds
    for field in message.fields:
        if chosen(field):
            yield RequestField(method, (*steps, field))
        inner = field.message_type
        if inner is None or len(steps) >= DEPTH_MAX:
            continue
        if is_map(field):
            inner = inner.fields_by_name["value"].message_type
        if inner is not None and inner.full_name != "google.protobuf.Timestamp":
            yield from _below(method, inner, (*steps, field), chosen)
