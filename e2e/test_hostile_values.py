"""Every field that anybody can fill gets what nobody should send: over every route, and through GraphQL.

A text, a moment, a number or a cursor that cannot be stored and read back is refused by its name; nothing is ever ours
to apologise for (`internal`, 500).
"""

import base64
import json
import re
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

import httpx2
import pytest
from chassis.routes import policy
from devstack.contracts import RequestField, is_map, request_fields
from devstack.samples import is_drawn
from devstack.stack import Stack
from gateway.schema import core
from google.protobuf.descriptor import FieldDescriptor
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
    is_union_type,
)
from yima.common.v1.route_pb2 import Role
from yima_client.caller import Caller, connect, fresh_key

from e2e.people import a_clinic, a_resident, operator_of, regulator_of

pytestmark = pytest.mark.anyio

TEXTS = ["a\0b", "\x1b[2J", "a\x85b"]
MOMENTS = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2200-01-01T00:00:00Z", "２０２６-01-01T00:00:00Z"]
INTEGERS = ["１", "²", "1_0", "9" * 30]
POSITIONS = [
    "9999-12-31T23:59:59-23:59|{id}", "0001-01-01T00:00:00+23:59|{id}", "infinity|{id}", "²", "９", "9" * 20, "-1",
    "{id}|", "2026-01-01|{id}", "x", "1|9999-12-31T23:59:59-23:59|{id}", "1|0001-01-01T00:00:00+23:59|{id}", "1|²",
    "1|" + "9" * 20, "1|-1", "1|{id}|{id}|{id}", "1|2026-13", "2|{id}", "1|x",
]  # fmt: skip
CURSORS = ["not base64!", "AAAA=A", "\u00b2", "A" * 5000]
CURSORS += [base64.urlsafe_b64encode(one.format(id=uuid4()).encode()).decode() for one in POSITIONS]


@dataclass
class Callers:
    stack: Stack
    http: httpx2.AsyncClient
    by_role: dict[int, Caller]

    def token(self, roles: Any) -> str:
        """Of somebody who may."""
        caller = next((self.by_role[role] for role in roles if role in self.by_role), None)
        return f"Bearer {caller.token}" if caller is not None else ""


@pytest.fixture(scope="module")
async def callers(stack: Stack) -> AsyncGenerator[Callers]:
    async with connect(stack.graphql) as nobody, httpx2.AsyncClient(trust_env=False, timeout=30) as http:
        clinic = await a_clinic(nobody, stack.secrets)
        resident, _ = await a_resident(nobody)
        yield Callers(
            stack,
            http,
            {
                Role.ROLE_PARTNER: clinic.staff,
                Role.ROLE_RESIDENT: resident,
                Role.ROLE_PRACTITIONER: clinic.practitioner,
                Role.ROLE_OPERATOR: await operator_of(nobody, stack.secrets),
                Role.ROLE_REGULATOR: await regulator_of(nobody, stack.secrets),
            },
        )


async def ask(callers: Callers, place: RequestField, value: str) -> httpx2.Response:
    """A request of the place's method, over HTTP, with `value` in the place."""
    verb, path, route = policy(place.method)
    service = place.method.full_name.split(".")[1]
    tree: Any = {"x": value} if is_map(place.field) else [value] if place.field.is_repeated else value
    for outer, below in reversed([*pairwise(place.steps)]):
        inner = {below.name: tree}
        tree = {"x": inner} if is_map(outer) else [inner] if outer.is_repeated else inner
    asked = {place.steps[0].name: tree}
    for name in [part.partition("}")[0] for part in path.split("{")[1:]]:
        number = is_integer(place.method.input_type.fields_by_name[name])
        given = asked.pop(name) if name in asked else 1 if number else str(uuid4())
        path = path.replace(f"{{{name}}}", quote(str(given), safe=""))
    headers = {"authorization": callers.token(route.roles)}
    if route.key_required:
        headers["idempotency-key"] = fresh_key()
    url = f"{callers.stack.service_url(service)}{path}"
    if verb == "GET":
        return await callers.http.get(f"{url}?{urlencode(list(flat(asked)))}", headers=headers)
    return await callers.http.request(
        verb.value, url, content=json.dumps(asked).encode(), headers={**headers, "content-type": "application/json"}
    )


def flat(tree: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield from ((f"{prefix}{name}", one) for one in (value if isinstance(value, list) else [value]))


def is_text(field: FieldDescriptor) -> bool:
    if is_map(field):
        return is_text(field.message_type.fields_by_name["value"])  # type: ignore[union-attr] # it is one
    return field.type == FieldDescriptor.TYPE_STRING


def is_moment(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.full_name == "google.protobuf.Timestamp"


def is_integer(field: FieldDescriptor) -> bool:
    return field.message_type is None and field.enum_type is None and field.type in (3, 4, 5, 13)


KINDS = [
    *[(place, value) for place in request_fields(is_text) for value in TEXTS],
    *[(place, value) for place in request_fields(is_moment) for value in MOMENTS],
    *[(place, value) for place in request_fields(is_integer) for value in INTEGERS],
]
# Of every value in every field, one in so many is tried, others at each commit.
HOW_MANY = [6, pytest.param(1, marks=pytest.mark.long)]
LISTINGS = list(request_fields(lambda field: field.full_name == "yima.common.v1.PageRequest.after"))


@pytest.mark.parametrize("one_in", HOW_MANY)
async def test_what_no_field_of_its_kind_may_have_is_refused_by_its_name_on_every_route(
    callers: Callers, one_in: int
) -> None:
    wrong = []
    for place, value in KINDS:
        if not is_drawn(f"{place.method.full_name} {place.name} {value!r}", one_in=one_in):
            continue
        answer = await ask(callers, place, value)
        content = answer.json()
        if answer.status_code == 429:  # of registrations and sign-ins there are only so many
            continue
        if answer.status_code != 400 or content.get("field") not in (place.name, place.name.removesuffix("[0]")):
            wrong.append((place.method.name, place.name, value, answer.status_code, content))
    assert wrong == [], f"{len(wrong)}: {wrong[:30]}"


async def test_a_forged_cursor_is_refused_at_the_cursor_on_every_listing(callers: Callers) -> None:
    assert len(LISTINGS) > 20
    wrong = []
    for place in LISTINGS:
        for value in CURSORS:
            answer = await ask(callers, place, value)
            content = answer.json()
            # A listing that needs more than a page may say so first.
            fine = answer.status_code == 400 and content.get("field")
            if not fine or (content["field"] != "page.after" and "page" in content["field"]):
                wrong.append((place.method.name, value[:40], answer.status_code, content))
    assert wrong == []


# --- through GraphQL

LEAVES: dict[str, list[Any]] = {
    "String": [*TEXTS[:2], "=1+1\u202e", "x" * 20_000],
    "ID": ["res_" + "０" * 32, "a\0b", "ord_" + "9" * 40],
    "DateTime": [*MOMENTS, "infinity", "2026-05-01"],
    "LocalizedText": [{"zh-CN": "a\0b", "en": "x"}, {"en": "\u202e"}, {"x" * 500: "y"}],
    "Int": [2**31 - 1, -1],
}
PLAIN: dict[str, Any] = {
    "String": "x",
    "ID": "x",
    "DateTime": "2027-05-01T08:00:00Z",
    "LocalizedText": {"zh-CN": "x", "en": "x"},
    "Int": 1,
    "Boolean": True,
    "Float": 1.0,
}


def plain(kind: Any, seen: tuple[str, ...] = ()) -> Any:
    """A value of an input type: nothing that would be granted, but of the right shape."""
    if isinstance(kind, GraphQLNonNull):
        return plain(kind.of_type, seen)
    if isinstance(kind, GraphQLList):
        return [plain(kind.of_type, seen)]
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        needed = {
            name: plain(field.type, (*seen, kind.name))
            for name, field in kind.fields.items()
            if isinstance(field.type, GraphQLNonNull)
        }
        return needed or {name: plain(field.type, (*seen, kind.name)) for name, field in [*kind.fields.items()][:1]}
    return PLAIN.get(kind.name, "x")


def hostile(kind: Any, depth: int = 0) -> Iterator[Any]:
    """Values of an input type with something hostile in one place, for every place."""
    if isinstance(kind, GraphQLNonNull):
        yield from hostile(kind.of_type, depth)
    elif isinstance(kind, GraphQLList):
        yield from ([one] for one in hostile(kind.of_type, depth))
    elif isinstance(kind, GraphQLInputObjectType) and depth < 4:
        for name, field in kind.fields.items():
            base = plain(kind)
            yield from (base | {name: one} for one in hostile(field.type, depth + 1))
    elif not isinstance(kind, GraphQLEnumType | GraphQLInputObjectType):
        yield from LEAVES.get(kind.name, ())


LONG = 100_000
TEXTUAL = ("String", "ID")


def long_texts(kind: Any, at: str, depth: int = 0) -> Iterator[tuple[str, Any, Any]]:
    """Where a value of an input type has a text; that value, and the same with a text of `LONG` characters there."""
    if isinstance(kind, GraphQLNonNull):
        yield from long_texts(kind.of_type, at, depth)
    elif isinstance(kind, GraphQLList):
        yield from ((f"{where}", [item], [other]) for where, item, other in long_texts(kind.of_type, f"{at}[0]", depth))
    elif isinstance(kind, GraphQLInputObjectType) and depth < 4:
        for name, field in kind.fields.items():
            base = plain(kind)
            for where, one, other in long_texts(field.type, f"{at}.{name}", depth + 1):
                yield where, base | {name: one}, base | {name: other}
    elif getattr(kind, "name", "") == "LocalizedText":
        yield f"{at}.zh-CN", PLAIN["LocalizedText"], PLAIN["LocalizedText"] | {"zh-CN": "\u9ad8" * LONG}
    elif getattr(kind, "name", "") in TEXTUAL:
        yield at, "x", "x" * LONG
        yield at, "x", "\u9ad8" * 9_999  # in an address that is as long


def questions(schema: GraphQLSchema) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """For every text in every argument of Query and Mutation: where it is, a document, and its variables twice: with a
    short text there, and with a long one."""
    for kind, root in (("query", schema.query_type), ("mutation", schema.mutation_type)):
        assert root is not None
        for name, field in root.fields.items():
            named = get_named_type(field.type)
            refused = " ... on Refused { code field message }" if kind == "mutation" and is_union_type(named) else ""
            chosen = f"{{ __typename{refused} }}" if is_composite_type(named) else ""
            needed = {name: arg.type for name, arg in field.args.items() if isinstance(arg.type, GraphQLNonNull)}
            for argument, arg in field.args.items():
                given = needed | {argument: arg.type}
                heads = ", ".join(f"${name}: {of}" for name, of in given.items())
                uses = ", ".join(f"{name}: ${name}" for name in given)
                document = f"{kind} ({heads}) {{ {name}({uses}) {chosen} }}"
                base = {name: plain(of) for name, of in needed.items()}
                for where, short, long in long_texts(arg.type, argument):
                    yield f"{name}({where})", document, base | {argument: short}, base | {argument: long}


def operations(schema: GraphQLSchema) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """A document and its variables for every argument of every field of Query and Mutation, hostile in one place."""
    for kind, root in (("query", schema.query_type), ("mutation", schema.mutation_type)):
        assert root is not None
        for name, field in root.fields.items():
            named = get_named_type(field.type)
            chosen = ""
            if is_composite_type(named):
                refused = " ... on Refused { code field message }" if is_union_type(named) else ""
                chosen = f"{{ __typename{refused} }}"
            needed = {name: arg.type for name, arg in field.args.items() if isinstance(arg.type, GraphQLNonNull)}
            for argument, arg in field.args.items():
                if argument == "idempotencyKey":
                    continue
                given = needed | {argument: arg.type}
                heads = ", ".join(f"${name}: {of}" for name, of in given.items())
                uses = ", ".join(f"{name}: ${name}" for name in given)
                document = f"{kind} ({heads}) {{ {name}({uses}) {chosen} }}"
                base = {name: plain(of) for name, of in needed.items()}
                for value in hostile(arg.type):
                    yield f"{name}({argument})", document, base | {argument: value}
                if argument == "after":
                    for cursor in CURSORS:
                        yield f"{name}({argument})", document, base | {argument: cursor}


@pytest.mark.parametrize("one_in", HOW_MANY)
async def test_no_input_of_graphql_brings_about_anything_but_a_typed_refusal(callers: Callers, one_in: int) -> None:
    roles = [Role.ROLE_OPERATOR, Role.ROLE_PARTNER, Role.ROLE_RESIDENT]
    wrong, asked = [], 0
    for index, (where, document, variables) in enumerate(operations(core)):
        if not is_drawn(f"{index} {where}", one_in=one_in):
            continue
        caller = callers.by_role[roles[index % len(roles)]]
        answer = await caller.raw(document, **variables)
        asked += 1
        content = json.dumps(answer)
        if '"internal"' in content or "Traceback" in content or "asyncpg" in content or '"status": 5' in content:
            wrong.append((where, str(variables)[:200], content[:300]))
        assert len(wrong) < 20, wrong
    assert asked * one_in > 500
    assert wrong == []


def refusals_in(answer: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Code, field and message of each refusal in an answer."""
    found = [
        (str(error["extensions"].get("code")), str(error["extensions"].get("field", "")), str(error["message"]))
        for error in answer.get("errors", [])
    ]
    for data in (answer.get("data") or {}).values():
        if isinstance(data, dict) and data.get("__typename") == "Refused":
            found.append((data["code"], data["field"] or "", data["message"]))
    return found


@pytest.mark.parametrize("one_in", HOW_MANY)
async def test_a_text_that_is_too_long_is_refused_by_its_field_before_it_is_sent_on(
    callers: Callers, one_in: int
) -> None:
    """Or for what else is wrong with the question: what a short text there is refused for, too; or as no login and
    password are that belong together. Never as a fault."""
    named, wrong = 0, []
    for index, (where, document, short, long) in enumerate(questions(core)):
        if not is_drawn(f"{index} {where}", one_in=one_in):
            continue
        argument = where.partition("(")[2].rstrip(")")
        roles = core_roles(where.partition("(")[0], document)
        caller = next((caller for role, caller in callers.by_role.items() if Role.Name(role)[5:] in roles), None)
        caller = caller or callers.by_role[Role.ROLE_RESIDENT]
        found = refusals_in(await caller.raw(document, **long))
        if any(code in ("unavailable", "internal", "bad-request") for code, *_ in found):
            wrong.append((where, found))
        elif any(names(field, argument) or code == "sign-in-refused" for code, field, _ in found):
            named += 1
        elif not found or found != refusals_in(await caller.raw(document, **short)):
            wrong.append((where, found))
    assert named * one_in > 100
    assert wrong == [], f"{len(wrong)}, {named} named: {str(wrong)[:6000]}"


def names(field: str, argument: str) -> bool:
    """Is this the argument's field, by its last name? A contract may have it in another place than the schema."""
    bare = re.compile(r"\[\d+\]|(\.text)?\.zh-CN|-")
    one, other = (bare.sub("", text).rpartition(".")[2].lower() for text in (field, argument))
    return bool(one) and (one == other or other.endswith(one) or one.endswith(other))


def core_roles(name: str, document: str) -> list[str]:
    """Who may ask for a root field."""
    root = core.query_type if document.startswith("query") else core.mutation_type
    assert root is not None
    policy = root.fields[name].extensions.get("policy")
    return policy.role_names if policy is not None else []
