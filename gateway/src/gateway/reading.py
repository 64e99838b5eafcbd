"""How the schema shows the contracts' messages.

A resolver says in its return type which message it returns, and mypy holds it to that. Here is said how a message is
shown: a class with `@shows(message)` names the fields that clients see, in their order. What each is read from, how,
and what is said of it comes from the contract; a class that does not agree with its contract stops the start.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, EnumMeta
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

import strawberry
from chassis.ids import Kind, kind_of_field, kind_of_id, shown
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.timestamp_pb2 import Timestamp
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, GraphQLUnionType
from graphql_compiled import Reader
from strawberry.types.base import StrawberryObjectDefinition, get_object_definition
from strawberry.types.field import StrawberryField
from yima.common.v1.types_pb2 import LocalizedText

from gateway.context import Context
from gateway.contracts import comment_on, descriptor_of
from gateway.policy import LOADED_WEIGHT, Policy, policy_of
from gateway.scalars import DateTime

type Read = Callable[..., Any]  # of what is shown and the context, for some with a locale
type Attribute = Callable[[Any], Any]

DEFINITION = "__strawberry_definition__"
SHOWN: dict[type, StrawberryObjectDefinition] = {}  # how a message, or something of our own, is shown
CONTRACTS: dict[str, FieldDescriptor] = {}  # what the contract says of a field, by its type's name and its own
NUMBERS = {
    FieldDescriptor.CPPTYPE_INT32,
    FieldDescriptor.CPPTYPE_UINT32,
    FieldDescriptor.CPPTYPE_INT64,
    FieldDescriptor.CPPTYPE_UINT64,
}
SCALARS: dict[int, type] = {
    FieldDescriptor.CPPTYPE_STRING: str,
    FieldDescriptor.CPPTYPE_BOOL: bool,
    FieldDescriptor.CPPTYPE_DOUBLE: float,
    **dict.fromkeys(NUMBERS, int),
}


class ContractDiffers(Exception):
    """A type of the schema does not agree with the contract it shows."""


@dataclass(frozen=True, slots=True)
class Field:
    """What a class says of a field of its own, besides its type."""

    path: str = ""
    kind: Kind | None = None
    read: Read | None = None
    description: str | None = None
    policy: Policy | None = None
    source: type = object  # what it is read off


def field(path: str = "", kind: Kind | None = None, description: str | None = None) -> Any:
    """A field that is read from elsewhere in the message than its name says, or an id whose name does not say its kind,
    or of which clients read something else than in the contract."""
    return Field(path, kind, None, description)


def reads[S](source: type[S], read: Callable[[S, Context], object], description: str | None = None) -> Any:
    """A field that is worked out from the message it is shown of."""
    return Field(read=read, description=description, source=source)


def words(path: str, description: str | None = None) -> Any:
    """A field that shows texts by language in the caller's."""
    return Field(path, None, in_a_language(attribute(path)), description)


def loaded(loader: str, method: str, path: str, description: str | None = None, shared: bool = False) -> Any:
    """A field that a loader finds by the id at `path`, with all its like in one call; null without an id."""
    id_of = attribute(path)

    def read(source: object, context: Context) -> object:
        object_id = id_of(source)
        return context.find(loader, object_id) if object_id else None

    return Field(path, None, read, description, policy_of([method], shared, LOADED_WEIGHT))


def loaded_each(loader: str, method: str, path: str, description: str | None = None, shared: bool = False) -> Any:
    """A field that a loader finds by each of the ids at `path`, with all their like in one call."""
    ids_of = attribute(path)

    def read(source: object, context: Context) -> object:
        return [context.find(loader, object_id) for object_id in ids_of(source)]

    return Field(path, None, read, description, policy_of([method], shared, LOADED_WEIGHT))


def shows[S](source: type[S], *alike: type[Message], description: str | None = None) -> Callable[[type], type[S]]:
    """Make a class the GraphQL type that shows these messages, or these objects of our own. In the schema, its name
    then stands for them. Messages that are alike are shown by the same type."""

    def declare(kind: type) -> type[S]:
        for name, annotation in get_type_hints(kind).items():
            said = vars(kind).get(name, Field())
            if isinstance(said, Field):
                shown_field = made_field(kind, source, name, annotation, said)
                for other in alike:
                    made_field(kind, other, name, annotation, said)
                if shown_field is not None:
                    setattr(kind, name, shown_field)
                elif name in vars(kind):
                    delattr(kind, name)
        text = description or (comment_on(source) if issubclass(source, Message) else None)
        definition = get_object_definition(strawberry.type(kind, description=text), strict=True)
        definition.origin = source
        for shown_so in (source, *alike):
            if shown_so in SHOWN:
                raise ContractDiffers(f"{shown_so.__name__} is shown as {SHOWN[shown_so].name} already")
            SHOWN[shown_so] = definition
            setattr(shown_so, DEFINITION, definition)  # so that strawberry knows it in a resolver's return type
        return source

    return declare


def names_enum(enum: type[int], name: str) -> None:
    """Let an enum of a contract have another name in the schema."""
    strawberry.enum(cast(EnumMeta, enum), name=name)


def made_field(kind: type, source: type, name: str, annotation: object, said: Field) -> Any:
    """The field as strawberry has it; None where the source's own attribute is all there is to it."""
    path = said.path or name
    read = said.read
    if not issubclass(source, said.source):
        raise ContractDiffers(f"{kind.__name__}.{name} is read off {said.source.__name__}, not {source.__name__}")
    if issubclass(source, Message) and (read is None or said.path):
        try:
            source_field = found_in(descriptor_of(source), path)
            read = read or reader(source_field, path, annotation, said.kind, name)
            CONTRACTS.setdefault(f"{kind.__name__}.{name}", source_field)
        except ContractDiffers as problem:
            raise ContractDiffers(f"{kind.__name__}.{name} of {source.__name__}: {problem}") from None
    elif read is None and path != name:
        read = from_attribute(path)
    if read is None:
        return strawberry.field(description=said.description) if said.description else None
    return read_field(read, annotation, said.description, said.policy)


def read_field(read: Read, annotation: object, description: str | None, policy: Policy | None = None) -> Any:
    """A field that `read(source, context)` answers, or `read(source, context, locale=…)` of texts."""

    def resolve(root: object) -> object:
        raise AssertionError("the schema resolves this by its reader")

    def resolve_text(root: object, locale: str | None = None) -> object:
        raise AssertionError("the schema resolves this by its reader")

    resolver: Any = resolve_text if "locale" in inspect.signature(read).parameters else resolve
    resolver.__annotations__["return"] = annotation
    resolver.reads = read
    if policy is not None:
        resolver.policy = policy
    return strawberry.field(resolver=resolver, description=description)


def found_in(message: Descriptor, path: str) -> FieldDescriptor:
    """The field of a message that a path leads to."""
    *above, last = path.split(".")
    for name in above:
        field = message.fields_by_name.get(name)
        if field is None or field.message_type is None:
            raise ContractDiffers(f"the contract has no message {name}")
        message = field.message_type
    last_field = message.fields_by_name.get(last)
    if last_field is None:
        raise ContractDiffers(f"the contract has no field {last}")
    return last_field


def reader(field: FieldDescriptor, path: str, annotation: object, kind: Kind | None, name: str) -> Read | None:
    """How a field of this contract is read as this type; None where it is the message's own attribute."""
    optional, inner = without_none(annotation)
    if field.is_repeated and not is_map(field):
        return reader_of_list(field, path, inner, kind, name)
    read = attribute(path)
    if inner is strawberry.ID:
        return reader_of_id(read, optional, kind or kind_of(field, name))
    if inner is str and (as_text := reader_of_text(field, path, optional)) is not None:
        return as_text
    check(field, inner)
    if optional:
        return reader_where_given(field, path)
    return None if path == name else from_attribute(path)


def reader_of_list(field: FieldDescriptor, path: str, annotation: object, kind: Kind | None, name: str) -> Read | None:
    if get_origin(annotation) is not list:
        raise ContractDiffers("the contract has a list")
    (item,) = get_args(annotation)
    read = attribute(path)
    if item is strawberry.ID:
        of = kind or kind_of(field, name)
        return lambda message, _: [shown(of, item_id) for item_id in read(message)]
    if item is str and field.cpp_type in NUMBERS:
        return lambda message, _: [str(number) for number in read(message)]
    check(field, item)
    return None if path == name else from_attribute(path)


def reader_of_id(read: Attribute, optional: bool, kind: Kind) -> Read:
    if not optional:
        return lambda message, _: shown(kind, read(message))
    return lambda message, _: shown(kind, value) if (value := read(message)) else None


def reader_of_text(field: FieldDescriptor, path: str, optional: bool) -> Read | None:
    """Bytes in hexadecimal digits, a text in the caller's language, a number that is too large for GraphQL's Int."""
    read = attribute(path)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return lambda message, _: read(message).hex() or None if optional else read(message).hex()
    if field.message_type is LocalizedText.DESCRIPTOR:
        return in_a_language(attribute(f"{path}.text"))
    return (lambda message, _: str(read(message))) if field.cpp_type in NUMBERS else None


def reader_where_given(field: FieldDescriptor, path: str) -> Read:
    """Null where the contract's field is not set, or where it is empty if it cannot tell the two apart."""
    read = attribute(path)
    if not field.has_presence:
        return lambda message, _: read(message) or None
    above, _, last = path.rpartition(".")
    if not above:
        return lambda message, _: read(message) if message.HasField(last) else None
    within = attribute(above)
    return lambda message, _: read(message) if within(message).HasField(last) else None


def in_a_language(read: Attribute) -> Read:
    """A text by language, in the one asked for, or the caller's, or the city's first."""

    def choose(source: object, context: Context, locale: str | None = None) -> str:
        texts: dict[str, str] = read(source)
        for language in (locale, context.locale, context.city.locales[0]):
            if language and language in texts:
                return texts[language]
        return next(iter(texts.values()), "")

    return choose


def check(field: FieldDescriptor, annotation: object) -> None:
    """Raises where a field of the contract cannot be shown as this type."""
    if field.message_type is Timestamp.DESCRIPTOR:
        agrees = annotation is DateTime
    elif field.message_type is not None:
        agrees = annotation in SHOWN and SHOWN.get(GetMessageClass(field.message_type)) is SHOWN[annotation]
    elif field.enum_type is not None:
        names = {value.number: value.name for value in field.enum_type.values}
        agrees = (
            isinstance(annotation, type)
            and issubclass(annotation, Enum)
            and all(names.get(member.value, "").endswith(f"_{member.name}") for member in annotation)
        )
    else:
        agrees = SCALARS.get(field.cpp_type) is annotation
    if not agrees:
        raise ContractDiffers(f"the contract's {field.name} cannot be shown as {annotation}")


def kind_of(field: FieldDescriptor, name: str) -> Kind:
    """Of what an id is, by its name: its own, or that of the message whose id it is."""
    id_kind = kind_of_id(field)
    if id_kind is None and field.name != "id":
        id_kind = kind_of_field(name)
    if id_kind is None:
        raise ContractDiffers("its name does not say of what it is an id: give its kind")
    return id_kind


def is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and bool(field.message_type.GetOptions().map_entry)


def without_none(annotation: object) -> tuple[bool, object]:
    """May it be null, and what is it else?"""
    parts = get_args(annotation)
    if get_origin(annotation) not in (Union, UnionType) or NoneType not in parts:
        return False, annotation
    (inner,) = (part for part in parts if part is not NoneType)
    return True, inner


def attribute(path: str) -> Attribute:
    return attrgetter(path)


def from_attribute(path: str) -> Read:
    read = attribute(path)
    return lambda source, _: read(source)


def tell_members(schema: GraphQLSchema) -> None:
    """Let unions and interfaces tell their members by class, which costs a look into a table; asking each type costs
    much more. Nor is each thing of a type that has an interface asked whether it is of that type."""
    names = {source: definition.name for source, definition in SHOWN.items()}

    def name_of(value: object, _info: object, _union: object) -> str:
        return names.get(type(value)) or get_object_definition(type(value), strict=True).name

    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
            kind.resolve_type = name_of
        elif isinstance(kind, GraphQLObjectType):
            kind.is_type_of = None


def make_readers(schema: GraphQLSchema) -> None:
    """Let readers resolve without strawberry's own wrappers: those declared, and all that take nothing but `self`."""
    for kind in schema.type_map.values():
        if not isinstance(kind, GraphQLObjectType) or kind.name.startswith("__"):
            continue
        for field in kind.fields.values():
            declared = field.extensions.get("strawberry-definition")
            if not isinstance(declared, StrawberryField) or declared.base_resolver is None:
                continue
            resolver = declared.base_resolver
            function: Any = resolver.wrapped_func
            read = getattr(function, "reads", None)
            if read is not None:
                field.resolve = Reader(read)
            elif not resolver.is_async and not resolver.arguments and resolver.info_parameter is None:
                field.resolve = Reader(of_source(function))


def of_source(function: Attribute) -> Read:
    return lambda source, _context: function(source)
