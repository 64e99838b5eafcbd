"""A page to try operations on: the demo's, with examples of their variables. All of it is served from here, so that no
other site's script ever runs where people paste their tokens."""

import functools
import importlib.resources
from collections.abc import Sequence
from typing import Any

import orjson
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    OperationDefinitionNode,
    get_named_type,
    is_input_type,
    is_list_type,
    is_non_null_type,
    parse,
    type_from_ast,
)
from litestar import Response, get
from litestar.handlers import BaseRouteHandler
from yima.common.v1.route_pb2 import Role

from gateway.documents import policies
from gateway.files import own_file
from gateway.schema import core

EVERYBODY = frozenset(Role.values())
EXAMPLES: dict[str, Any] = {
    "Int": 20,
    "Float": 1.5,
    "Boolean": True,
    "ID": "…",
    "String": "…",
    "Decimal": "128.00",
    "Date": "1970-01-01",
    "DateTime": "2027-05-01T08:30:00+08:00",
    "LocalizedText": {"zh-CN": "…", "en": "…"},
}
BY_NAME: dict[str, Any] = {
    "login": "somebody@example.org",
    "password": "a password of some length",
    "birthDate": "1970-01-01",
    "currency": "CNY",
    "amount": "128.00",
    "after": None,
    "idempotencyKey": "a key of your own, e.g. a UUID",
}
NESTING_MAX = 6


def operations() -> dict[str, str]:
    """The operations that ship with the gateway, by name, in the order of the main job."""
    folder = importlib.resources.files("gateway") / "operations"
    files = sorted((item for item in folder.iterdir() if item.name.endswith(".graphql")), key=lambda item: item.name)
    return {item.name.removesuffix(".graphql").partition("-")[2]: item.read_text("utf-8") for item in files}


def for_whom(source: str) -> str:
    """Which roles may run an operation."""
    roles = frozenset.intersection(*(policy.roles or EVERYBODY for policy in policies(core, parse(source))))
    return "everybody" if roles >= EVERYBODY else ", ".join(sorted(Role.Name(role)[5:].lower() for role in roles))


def example(kind: GraphQLInputType, name: str = "", depth: int = 0) -> Any:
    """A value of an input type, to be changed: what is optional, and nests, is left out."""
    if is_non_null_type(kind):
        return example(kind.of_type, name, depth)
    if is_list_type(kind):
        return [example(kind.of_type, name, depth + 1)]
    named = get_named_type(kind)
    if isinstance(named, GraphQLEnumType):
        return next(iter(named.values))
    if isinstance(named, GraphQLInputObjectType):
        return {
            field_name: example(field.type, field_name, depth + 1)
            for field_name, field in named.fields.items()
            if is_non_null_type(field.type) or depth < 1
            if depth < NESTING_MAX
        }
    return BY_NAME.get(name, EXAMPLES.get(named.name, "…"))


def example_variables(source: str) -> dict[str, Any]:
    """Values for the variables of a document's only operation."""
    (operation,) = (node for node in parse(source).definitions if isinstance(node, OperationDefinitionNode))
    examples = {}
    for definition in operation.variable_definitions or ():
        kind = type_from_ast(core, definition.type)
        assert is_input_type(kind)  # the document is valid
        examples[definition.variable.name.value] = example(kind, definition.variable.name.value)
    return examples


@functools.cache
def shown() -> bytes:
    """The operations as the page shows them."""
    return orjson.dumps(
        [
            {"name": name, "document": source, "roles": for_whom(source), "variables": example_variables(source)}
            for name, source in operations().items()
        ]
    )


def handlers() -> Sequence[BaseRouteHandler]:
    """The page and its files."""

    @get("/console.json")
    async def examples() -> Response[bytes]:
        return Response(shown(), media_type="application/json", headers={"cache-control": "no-cache"})

    return [
        own_file("/", "console", "index.html", "text/html; charset=utf-8"),
        own_file("/console.js", "console", "console.js", "text/javascript; charset=utf-8"),
        own_file("/console.css", "console", "console.css", "text/css; charset=utf-8"),
        examples,
    ]
