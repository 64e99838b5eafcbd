"""Fields that are read off a message: what needs no service becomes a `Reader`, the cheapest resolver there is."""

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry
from google.protobuf.message import Message
from graphql import GraphQLObjectType, GraphQLSchema, GraphQLUnionType
from graphql_compiled import Reader
from strawberry.types.field import StrawberryField

from gateway.context import Context
from gateway.policy import LOADED_WEIGHT, policy_of

MESSAGES: dict[type[Message], type] = {}  # which type shows a message


def shows[T](message: type[Message]) -> Callable[[type[T]], type[T]]:
    """Declare that a type shows this message, so that unions know it when they see it. Stands below the decorator that
    makes it a type."""

    def declare(shown_by: type[T]) -> type[T]:
        MESSAGES[message] = shown_by
        return shown_by

    return declare


def tell_members(schema: GraphQLSchema) -> None:
    """Let unions tell their members by class, which costs a look into a table; asking each type costs much more."""
    names = {message: shown_by.__strawberry_definition__.name for message, shown_by in MESSAGES.items()}  # type: ignore[attr-defined]

    def name_of(value: Any, _info: Any, _union: Any) -> str:
        kind = type(value)
        found = names.get(kind)
        return found if found is not None else str(kind.__strawberry_definition__.name)

    for union in schema.type_map.values():
        if isinstance(union, GraphQLUnionType):
            union.resolve_type = name_of


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
            reads = getattr(resolver.wrapped_func, "reads", None)
            if reads is not None:
                field.resolve = Reader(reads)
            elif not resolver.is_async and not resolver.arguments and resolver.info_parameter is None:
                field.resolve = Reader(of_source(resolver.wrapped_func))  # type: ignore[arg-type] # a plain function


def of_source(function: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda source, _context: function(source)


def read_field(read: Callable[..., Any], annotation: Any, description: str | None = None) -> Any:
    """A field that `read(source, context)` answers."""

    def resolve(root: Any) -> Any:
        raise AssertionError("the schema resolves this by its reader")

    resolve.__annotations__["return"] = annotation
    resolve.reads = read  # type: ignore[attr-defined]
    return strawberry.field(resolver=resolve, description=description)


def loaded(
    loader: str, method: str, attribute: str, annotation: Any, description: str | None = None, shared: bool = False
) -> Any:
    """A field that a loader finds by the id in `attribute`, with all its like in one call; null without an id."""

    def read(source: Any, context: Context) -> Awaitable[Any] | Any:
        wanted = getattr(source, attribute)
        return context.find(loader, wanted) if wanted else None

    found = read_field(read, annotation, description)
    found.base_resolver.wrapped_func.policy = policy_of([method], shared, LOADED_WEIGHT)
    return found
