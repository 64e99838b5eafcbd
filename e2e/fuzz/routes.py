"""The services' routes: valid bodies of everybody, mutated; what can be read; values in paths; idempotency keys."""

import random
from collections.abc import Iterator
from functools import cache
from http import HTTPMethod
from typing import Any
from urllib.parse import quote

import orjson
from chassis.routes import needs_standing, policy
from gateway.policy import CONTRACTS
from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from yima.common.v1.route_pb2 import Scope
from yima_client.caller import fresh_key

from e2e.fuzz import words
from e2e.fuzz.generators import generator
from e2e.fuzz.operation import Answer, Operation
from e2e.fuzz.scene import NOBODY, Person
from e2e.valid_requests import filled

PROTOBUF = "application/x-protobuf"
# What takes a person or a partner of the scene away; `access` and `standing` do these to people of their own.
ENDING = {
    "SignOut", "SignOutEverywhere", "ChangePassword", "EndSessions", "Suspend", "RevokeApiKey", "EndGuardianship",
    "EndPractitionerRegistration", "SetDuties", "SuspendAccount", "RemoveAccount", "Leave",
    "ImposeFreeze",
}  # fmt: skip
VALUES: dict[int, Any] = {
    FieldDescriptor.TYPE_STRING: words.text,
    FieldDescriptor.TYPE_BYTES: lambda chance: chance.choice(["AAAA", "not base64!", "", "=" * 9, "A" * 5000]),
    FieldDescriptor.TYPE_BOOL: lambda chance: chance.choice([True, False, "yes", 1, None]),
    FieldDescriptor.TYPE_ENUM: lambda chance: chance.choice([0, 1, 99, -1, "NOTHING", None]),
}
type Tree = dict[str, Any]


@cache
def methods() -> list[tuple[str, MethodDescriptor]]:
    """Every method of every service, by name so that a seed means the same in every run."""
    return [
        (service, method)
        for service, contract in sorted(CONTRACTS.items())
        for method in sorted(contract.methods, key=lambda method: method.name)
        if method.name not in ENDING
    ]


@generator("M1", "M4", "C3", "H7", "L3", "L9", weight=12)
async def routes(operation: Operation) -> None:
    """Any route, by anybody: a body that its contract allows, or the same with hostile values in a place or two."""
    chance = operation.chance
    service, method = chance.choice(methods())
    route = policy(method)[2]
    may = operation.scene.who_may(route.roles, route.scope)
    person = chance.choice(may) if may and chance.random() < 0.6 else operation.scene.anybody(chance)
    body = tree_of(filled(GetMessageClass(method.input_type), operation.scene.some_ids(chance)))
    mutations = chance.choice([0, 1, 1, 2])
    for _ in range(mutations):
        mutate(chance, body, method)
    await call(operation, service, method, person, body)


@generator("F11", "M4")
async def segments(operation: Operation) -> None:
    """What stands in a path: empty, dots, slashes, encoded twice, blanks, other kinds of ids."""
    chance = operation.chance
    service, method = chance.choice([method for method in methods() if "{" in policy(method[1])[1]])
    body = tree_of(filled(GetMessageClass(method.input_type), operation.scene.some_ids(chance)))
    for name in [part.partition("}")[0] for part in policy(method)[1].split("{")[1:]]:
        body[name] = chance.choice([words.segment, words.identifier, words.text])(chance)
    await call(operation, service, method, operation.scene.anybody(chance), body, encoded=chance.random() < 0.7)


@generator("M4", weight=3)
async def cursors(operation: Operation) -> None:
    """A list that there is, after a place that nobody was given."""
    chance = operation.chance
    service, method = chance.choice([method for method in methods() if "page" in method[1].input_type.fields_by_name])
    route = policy(method)[2]
    body = tree_of(filled(GetMessageClass(method.input_type), operation.scene.some_ids(chance)))
    body["page"] = {"first": chance.choice([0, 1, 20, 100, 101, -1, 2**31 - 1]), "after": words.cursor(chance)}
    may = operation.scene.who_may(route.roles, route.scope) or [NOBODY]
    answer = await call(operation, service, method, chance.choice(may), body)
    if answer.status == 400 and not (answer.content or {}).get("field"):
        operation.fault("the refusal names no field", body)


@generator("C2", "M4", "M3", weight=3)
async def reading_back(operation: Operation) -> None:
    """Any list or thing, by who may see it: whatever was taken in by now can be read."""
    await read(operation, *operation.chance.choice(reads()))


@generator("L5", "H7", "H14")
async def idempotency_keys(operation: Operation) -> None:
    """Keys that are sent twice, with another body, with letters that no header has, or where none is taken."""
    chance = operation.chance
    service, method = chance.choice([method for method in methods() if policy(method[1])[0] != HTTPMethod.GET])
    route = policy(method)[2]
    person = chance.choice(operation.scene.who_may(route.roles, route.scope) or [NOBODY])
    body = tree_of(filled(GetMessageClass(method.input_type), operation.scene.some_ids(chance)))
    key = chance.choice([fresh_key(), fresh_key(), "a" * 128, "a" * 129, " ", "\x7f", "ключ", "%00", ""])
    first = await call(operation, service, method, person, body, key=key)
    if chance.random() < 0.4:
        mutate(chance, body, method)
    again = await call(operation, service, method, person, body, key=key)
    if first.good and again.good and route.key_required and first.body != again.body:
        secret = b"ecret" in first.body or b"oken" in first.body
        if not secret:
            operation.fault(f"one key, two answers: {first.body[:300]!r} and {again.body[:300]!r}", body)


@cache
def reads() -> list[tuple[str, MethodDescriptor]]:
    return [method for method in methods() if policy(method[1])[0] == HTTPMethod.GET]


async def read(operation: Operation, service: str, method: MethodDescriptor, person: Person | None = None) -> Answer:
    """A list or a thing as somebody who may see it, to the last page of a few."""
    route = policy(method)[2]
    chance = operation.chance
    may = operation.scene.who_may(route.roles, route.scope) or [NOBODY]
    person = person or chance.choice(may)
    body = tree_of(filled(GetMessageClass(method.input_type), operation.scene.some_ids(chance)))
    paged = "page" in method.input_type.fields_by_name
    after = ""
    for _ in range(5):
        if paged:
            body["page"] = {"first": 100, "after": after}
        answer = await call(operation, service, method, person, body)
        page = (answer.content or {}).get("page") or {} if answer.good else {}
        if not page.get("has_next"):
            return answer
        after = page["cursors"][-1]
    return answer


async def call(
    operation: Operation,
    service: str,
    method: MethodDescriptor,
    person: Person,
    body: Tree,
    *,
    key: str | None = None,
    encoded: bool = True,
) -> Answer:
    """Send a request of a method as somebody; who may not is not answered as if they might."""
    verb, path, route = policy(method)
    chance, rest = operation.chance, dict(body)
    for name in [part.partition("}")[0] for part in path.split("{")[1:]]:
        value = str(rest.pop(name, ""))
        path = path.replace(f"{{{name}}}", quote(value, safe="") if encoded else value.replace("\r\n", ""))
    headers = {}
    if key is None and route.key_required:
        key = fresh_key()
    if key:
        headers["idempotency-key"] = key.encode("utf-8").decode("latin-1")
    url = f"{operation.scene.stack.service_url(service)}{path}"
    if verb == HTTPMethod.GET:
        answer = await operation.send("GET", url, person, headers=headers, params=[*flat(rest)])
    else:
        content = as_protobuf(method, rest) if chance.random() < 0.2 else None
        headers |= {"content-type": PROTOBUF} if content is not None else {}
        content = orjson.dumps(rest, default=str) if content is None else content
        answer = await operation.send(verb.value, url, person, content=content, headers=headers)
    if answer.good and encoded and not may(method, service, person):
        operation.fault(f"{person.name} may not call {method.full_name}, and was answered {answer.status}", body)
    return answer


def may(method: MethodDescriptor, service: str, person: Person) -> bool:
    """Does the contract let somebody of this role, scope and standing in?"""
    route = policy(method)[2]
    if route.public:
        return True
    if person.role not in route.roles:
        return False
    if person.scope is not None and (route.scope == Scope.SCOPE_UNSPECIFIED or person.scope != route.scope):
        return route.scope == Scope.SCOPE_STANDING
    return person.in_standing or not needs_standing(method)


def as_protobuf(method: MethodDescriptor, tree: Tree) -> bytes | None:
    """The body as a message; None where no message is like it."""
    try:
        return bytes(json_format.ParseDict(tree, GetMessageClass(method.input_type)()).SerializeToString())
    except (json_format.ParseError, ValueError, TypeError, AttributeError, RecursionError):
        return None


def tree_of(message: Message) -> Tree:
    return json_format.MessageToDict(message, preserving_proto_field_name=True)


def mutate(chance: random.Random, body: Tree, method: MethodDescriptor) -> None:
    """Put something hostile into a place of the body, as far down as one comes by chance."""
    descriptor, tree = method.input_type, body
    while descriptor.fields:
        field = chance.choice(descriptor.fields)
        inner = field.message_type
        known = tree.get(field.name)
        if inner is None or inner.full_name == "google.protobuf.Timestamp" or chance.random() < 0.1:
            break
        if inner.GetOptions().map_entry:
            tree[field.name] = {words.scalar(chance): words.text(chance)}
            return
        deeper = known[0] if isinstance(known, list) and known else known
        if not isinstance(deeper, dict):
            deeper = {}
            tree[field.name] = [deeper] if field.is_repeated else deeper
        descriptor, tree = inner, deeper
    else:
        return
    if chance.random() < 0.05:
        tree[chance.choice(["unheard_of", "", "__proto__", field.name.upper()])] = words.text(chance)
    elif chance.random() < 0.05:
        tree.pop(field.name, None)
    else:
        value = hostile(chance, field)
        tree[field.name] = [value] * chance.choice([1, 1, 2, 300]) if field.is_repeated else value


def hostile(chance: random.Random, field: FieldDescriptor) -> Any:
    if field.message_type is not None:
        return words.moment(chance) if field.message_type.name == "Timestamp" else chance.choice([None, [], "x", 7])
    if field.type in VALUES:
        return VALUES[field.type](chance)
    return chance.choice([0, -1, 1, 2**31 - 1, 2**31, 2**63 - 1, 2**63, 1.5, words.number(chance), None])


def flat(tree: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield from ((f"{prefix}{name}", str(item)) for item in (value if isinstance(value, list) else [value]))
