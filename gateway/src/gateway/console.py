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
FOLDER = importlib.resources.files("gateway") / "operations"


class StrayOperation(Exception):
    """A file of an operation lies outside the folder of its subject, or beside another of its name."""


def subjects() -> dict[str, str]:
    """The subject of each operation that ships, by name: its folder, which is named as the schema's module is."""
    by_name: dict[str, str] = {}
    for folder in sorted(FOLDER.iterdir(), key=lambda item: item.name):
        if folder.name.endswith(".graphql"):
            raise StrayOperation(f"operations/{folder.name}: move it into the folder of its subject, such as consent/")
        for item in sorted(folder.iterdir(), key=lambda item: item.name) if folder.is_dir() else ():
            name = item.name.removesuffix(".graphql")
            if name in by_name:
                raise StrayOperation(f"operations/{folder.name}/{item.name}: {by_name[name]}/ has one of this name")
            by_name[name] = folder.name
    return by_name


def operations() -> dict[str, str]:
    """The operations that ship with the gateway, by name."""
    return {name: (FOLDER / folder / f"{name}.graphql").read_text("utf-8") for name, folder in subjects().items()}


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
    subject_of = subjects()
    return orjson.dumps(
        [
            {
                "name": name,
                "subject": subject_of[name].replace("_", " "),
                "document": source,
                "roles": for_whom(source),
                "variables": example_variables(source),
            }
            for name, source in operations().items()
        ]
    )


def handlers(first: bool) -> Sequence[BaseRouteHandler]:
    """The page and its files; it is the gateway's first page, too, where there are none for people."""

    @get("/console.json")
    async def examples() -> Response[bytes]:
        return Response(shown(), media_type="application/json", headers={"cache-control": "no-cache"})

    return [
        own_file(["/", "/console"] if first else ["/console"], "console", "index.html", "text/html; charset=utf-8"),
        own_file("/console.js", "console", "console.js", "text/javascript; charset=utf-8"),
        own_file("/console.css", "console", "console.css", "text/css; charset=utf-8"),
        examples,
    ]
