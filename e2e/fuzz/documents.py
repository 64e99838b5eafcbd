"""GraphQL: documents that were generated, mutated, or made to take long; by POST, GET and over WebSockets."""

import asyncio
import random
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import orjson
import websockets
from gateway.schema import core
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLUnionType,
    get_named_type,
    is_list_type,
    is_non_null_type,
)

from e2e.fuzz import words
from e2e.fuzz.generators import generator
from e2e.fuzz.operation import HANG_SECONDS, SHIPPED, Answer, Operation
from e2e.fuzz.scene import Person

ADDRESS_MAX = 60_000  # what the client puts into one; what is longer goes as a body
WAYS = ["POST", "POST", "POST", "GET", "WebSocket"]
QUIET_SECONDS = 10.0  # after which what a WebSocket follows is taken for quiet
WRONG = ['"wrong"', "7", "{}", "[]", "WRONG", "true", "1e400", "99999999999999999999"]
STRAY = ["unheardOf", "__schema { types { name } }", "... on Order { id }", "a: id b: id"]
# What ends the sessions that are asked with, or the standing of the partner that is asked about.
ENDING = {
    "signOut",
    "signOutEverywhere",
    "endSessions",
    "changePassword",
    "suspendPartner",
    "imposeFreeze",
    "beginOffboarding",
    "endPractitionerRegistration",
}
MEMBERS = ["query", "variables", "operationName", "extensions", "documentId"]


@generator("C1", "H1", "H2", "M4", "M7", weight=12)
async def documents(operation: Operation) -> None:
    """Operations of the schema with right and wrong arguments, and those that ship, mutated."""
    body = Documents(operation.chance, operation.scene.shown).request()
    answer = await ask(operation, body, operation.chance.choice(WAYS), operation.scene.anybody(operation.chance))
    operation.report.plain.append(answer.seconds)


@generator("C1", "H1", "H2", "H3", "M9", weight=4)
async def hostile_documents(operation: Operation) -> None:
    """Fragments that spread each other, aliases of questions about the schema, fields of one name, padding."""
    source = Documents(operation.chance, operation.scene.shown).hostile()
    body = orjson.dumps({"query": source})
    answer = await ask(operation, body, operation.chance.choice(WAYS), operation.scene.anybody(operation.chance))
    operation.report.hostile.append((answer.seconds, source[:500]))


@generator("H3", "L9")
async def padded_bodies(operation: Operation) -> None:
    """JSON of many values, keys twice, depth, numbers without end, and members that mean nothing."""
    chance = operation.chance
    body = words.json_text(chance)
    if chance.random() < 0.5:
        body = b'{"query":"{ city { title } }","pad":' + (body or b"0") + b"}"
    await ask(operation, body, "POST", operation.scene.anybody(chance))


@generator("M5")
async def sockets(operation: Operation) -> None:
    """WebSockets that say what the protocol does not, come from another origin, or say nothing."""
    chance = operation.chance
    origin = chance.choice([None, "https://elsewhere.example", "null"])
    said = [
        '{"type":"connection_init"}',
        '{"type":"connection_init"}',
        '{"type":"subscribe","id":"1","payload":{"query":"{ __typename }"}}',
        '{"type":"subscribe","id":"1","payload":{"query":"subscription { orderStatus(orderId: "x") { status } }"}}',
        '{"type":"complete","id":"1"}',
        '{"type":"ping"}',
        "{",
        "",
        "[]",
        '{"type":7}',
        '{"id":[]}',
        "x" * 100_000,
        '{"type":"pong","payload":3}',
    ]
    url = operation.scene.graphql.replace("http", "ws", 1)
    protocol = websockets.Subprotocol(chance.choice(["graphql-transport-ws", "graphql-ws", "x"]))
    try:
        async with (
            asyncio.timeout(HANG_SECONDS),
            websockets.connect(url, subprotocols=[protocol], origin=origin) as socket,  # type: ignore[arg-type] # odd ones
        ):
            if origin is not None:
                operation.fault(f"a page of {origin} was let in")
            for message in chance.choices(said, k=chance.randint(0, 6)):
                await socket.send(message if chance.random() < 0.9 else message.encode())
            await asyncio.wait_for(socket.recv(), 0.5)
            operation.ended("spoken with")
    except (TimeoutError, OSError, websockets.WebSocketException) as error:
        operation.ended(f"socket: {type(error).__name__}")


async def ask(operation: Operation, body: bytes, way: str, person: Person) -> Answer:
    """Send a body one way or another."""
    if way == "WebSocket":
        return await by_socket(operation, body, person)
    if way == "GET" and len(quote(body)) < ADDRESS_MAX:
        asked = orjson.loads(body).items() if body.startswith(b"{") and is_json(body) else []
        params = {name: part if isinstance(part, str) else orjson.dumps(part).decode() for name, part in asked}
        return await operation.send("GET", operation.scene.graphql, person, params=params)
    return await operation.send("POST", operation.scene.graphql, person, content=body)


def is_json(body: bytes) -> bool:
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return True


async def by_socket(operation: Operation, body: bytes, person: Person) -> Answer:
    began = time.perf_counter()
    url, protocols = operation.scene.graphql.replace("http", "ws", 1), [websockets.Subprotocol("graphql-transport-ws")]
    errors: Any = ()
    try:
        async with asyncio.timeout(HANG_SECONDS), websockets.connect(url, subprotocols=protocols) as socket:
            authorization = f"Bearer {person.token}" if person.token else ""
            first = {"type": "connection_init", "payload": {"authorization": authorization}}
            await socket.send(orjson.dumps(first).decode())
            await socket.recv()
            payload = body.decode(errors="replace")
            await socket.send(f'{{"type":"subscribe","id":"1","payload":{payload}}}')
            try:
                message = orjson.loads(await asyncio.wait_for(socket.recv(), QUIET_SECONDS))
            except TimeoutError:
                if b"subscription" not in body:
                    operation.fault("no answer over a WebSocket", body)
                message = {"type": "next"}
            errors = message["payload"] if message["type"] == "error" else message.get("payload", {}).get("errors", ())
    except websockets.ConnectionClosed as end:
        if end.rcvd is None:
            operation.fault("the WebSocket broke", body)
    except websockets.WebSocketException as refused:  # as many as there may be are open
        operation.ended(f"socket: {type(refused).__name__}")
    except (TimeoutError, OSError) as error:
        operation.fault(f"WebSocket: {error!r}", body)
    raw = orjson.dumps({"errors": errors})
    answer = Answer(200, {"content-type": "application/json"}, raw, time.perf_counter() - began)
    operation.judge(answer, body)
    return answer


class Documents:
    """Makes documents and their variables. Everything random comes from one source."""

    def __init__(self, chance: random.Random, ids: list[str]) -> None:
        self.random = chance
        self.ids = ids
        self.shipped = [source for source in SHIPPED.values() if not any(name in source for name in ENDING)]

    def request(self) -> bytes:
        """A body: an operation that was generated, or ships, or was made of one that ships."""
        chance = self.random.random()
        if chance < 0.5:
            source = self.operation()
        elif chance < 0.9:
            source = self.mutated(self.random.choice(self.shipped))
        else:
            source = self.random.choice(self.shipped)
        asked: dict[str, Any] = {"query": source, "variables": self.variables(source)}
        if self.random.random() < 0.02:
            asked[self.random.choice(MEMBERS)] = self.scrap()
        raw = orjson.dumps(asked)
        if self.random.random() < 0.01:
            cut = self.random.randrange(len(raw))
            raw = raw[:cut] + bytes([self.random.randrange(256)]) + raw[cut + self.random.randrange(3) :]
        return raw

    def hostile(self) -> str:
        """A document that would take long to look at, were it looked at without a bound."""
        makers = [self.fragments, self.questions, self.twins, self.padded]
        return self.random.choice(makers)()

    def fragments(self) -> str:
        """A graph of fragments: chains, diamonds of any width, and cycles now and then."""
        kind, leaf = self.random.choice(
            [("Query", "me { role }"), ("Query", "__typename"), ("Mutation", "__typename"), ("__Schema", "description")]
        )
        levels = self.random.randint(2, 120)
        ways = ["{0}", "{0} {0}", "... {{ {0} }} {0}", "{0} @include(if: true) {0}", "x: __typename {0} {0}"]
        way = self.random.choice(ways)
        bodies = [way.format(f"...f{level + 1}") for level in range(levels)]
        bodies.append(leaf if self.random.random() < 0.8 else f"...f{self.random.randrange(levels)}")
        for _ in range(self.random.randrange(4)):
            level = self.random.randrange(levels)
            bodies[level] += f" ...f{self.random.randrange(level, levels + 1)}"
        made = " ".join(f"fragment f{number} on {kind} {{ {body} }}" for number, body in enumerate(bodies))
        inside = "__schema { ...f0 }" if kind == "__Schema" else "...f0"
        operation = "mutation" if kind == "Mutation" else "query"
        return f"{operation} {{ {inside if self.random.random() < 0.9 else '__typename'} }} {made}"

    def questions(self) -> str:
        """About the schema, under many names and deep within each other."""
        inner = "{ name }"
        for _ in range(self.random.randint(0, 6)):
            inner = self.random.choice(
                ["{{ name fields {{ name type {0} }} }}", "{{ kind ofType {0} }}", "{{ name interfaces {0} }}"]
            ).format(inner)
        ask = self.random.choice(
            ["__schema {{ types {0} }}", '__type(name: "Query") {0}', "__schema {{ queryType {0} }}"]
        )
        asked = (f"a{number}: {ask.format(inner)}" for number in range(self.random.choice([1, 2, 3, 60, 200])))
        return "{ " + " ".join(asked) + " }"

    def twins(self) -> str:
        """Fields of one name in one place."""
        field = self.random.choice(
            [
                "edges { node { id } }",
                "edges { node { partner { name } } }",
                "a: totalCount",
                "nodes { a: id a: title }",
            ]
        )
        count = self.random.choice([2, 20, 60, 150, 400])
        if self.random.random() < 0.3:
            spread = " ".join(f"...f{number}" for number in range(count))
            made = " ".join(f"fragment f{number} on OfferingConnection {{ {field} }}" for number in range(count))
            return f"{{ offerings {{ {spread} }} }} {made}"
        return "{ offerings { " + f"{field} " * count + "} }"

    def padded(self) -> str:
        pad = self.random.choice([",", " ", "\n", "#\n", "# a long comment\n", "\ufeff"])
        return (
            "{ me { role } " + pad * self.random.choice([10, 1_000, 30_000, 120_000]) + f" x{self.random.random()} }}"
        )

    def operation(self) -> str:
        kind = self.random.choices(["query", "mutation"], [8, 2])[0]
        root = core.query_type if kind == "query" else core.mutation_type
        assert root is not None
        return f"{kind} {self.selection(root, self.random.randint(1, 7))}"

    def selection(self, kind: GraphQLObjectType, depth: int) -> str:
        known = sorted(kind.fields.keys() - ENDING)
        names = self.random.sample(known, k=min(len(known), self.random.randint(1, 4)))
        fields = [self.field(kind, name, depth) for name in names]
        if self.random.random() < 0.1:
            fields.append("__typename")
        if self.random.random() < 0.03:
            fields.append(self.random.choice(STRAY))
        return "{ " + (" ".join(field for field in fields if field) or "__typename") + " }"

    def field(self, parent: GraphQLObjectType, name: str, depth: int) -> str:
        field = parent.fields[name]
        given = [
            f"{argument}: {self.literal(described.type)}"
            for argument, described in field.args.items()
            if is_non_null_type(described.type) or self.random.random() < 0.3
        ]
        alias = f"x{self.random.randrange(9)}: " if self.random.random() < 0.1 else ""
        arguments = f"({', '.join(given)})" if given else ""
        kind = get_named_type(field.type)
        if isinstance(kind, GraphQLObjectType):
            if depth <= 1:
                return ""
            return f"{alias}{name}{arguments} {self.selection(kind, depth - 1)}"
        if isinstance(kind, GraphQLUnionType):
            members = " ".join(
                f"... on {member.name} {self.selection(member, max(1, depth - 1))}" for member in kind.types
            )
            return f"{alias}{name}{arguments} {{ __typename {members} }}"
        return f"{alias}{name}{arguments}"

    def literal(self, kind: Any, depth: int = 4) -> str:
        if is_non_null_type(kind):
            kind = kind.of_type
        elif self.random.random() < 0.1:
            return "null"
        if is_list_type(kind):
            return f"[{', '.join(self.literal(kind.of_type, depth - 1) for _ in range(self.random.randrange(3)))}]"
        if self.random.random() < 0.05:
            return self.random.choice(WRONG)
        if isinstance(kind, GraphQLEnumType):
            return str(self.random.choice(sorted(kind.values)))
        if isinstance(kind, GraphQLInputObjectType):
            fields = [
                f"{name}: {self.literal(field.type, depth - 1)}"
                for name, field in kind.fields.items()
                if depth and (is_non_null_type(field.type) or self.random.random() < 0.5)
            ]
            return "{" + ", ".join(fields) + "}"
        assert isinstance(kind, GraphQLScalarType)
        return self.scalar(kind.name)

    def scalar(self, name: str) -> str:
        match name:
            case "Int":
                return str(self.random.choice([0, 1, 2, 20, 100, 101, -1, 2**31 - 1, 2**31]))
            case "Boolean":
                return self.random.choice(["true", "false"])
            case "ID":
                return orjson.dumps(self.random.choice([*self.ids, *self.ids, words.text(self.random)])).decode()
            case "LocalizedText":
                return self.random.choice(['{en: "a", zhCN: "b"}', '{en: "a"}', "{}", '"text"', "{en: 7}"])
        return orjson.dumps(self.random.choice([words.text(self.random), words.text(self.random), *self.ids])).decode()

    def mutated(self, source: str) -> str:
        """A document with pieces taken out, put in, repeated, or of another."""
        for _ in range(self.random.randint(1, 4)):
            at, length = self.random.randrange(len(source) + 1), self.random.randrange(12)
            match self.random.randrange(5):
                case 0:
                    source = source[:at] + source[at + length :]
                case 1:
                    source = source[:at] + self.random.choice([*'{}()!$:"@.#', words.text(self.random)]) + source[at:]
                case 2:
                    source = source[:at] + source[at : at + length] * self.random.randint(2, 40) + source[at:]
                case 3:
                    other = self.random.choice(self.shipped)
                    source = source[:at] + other[self.random.randrange(len(other)) :]
                case 4:
                    pieces = source.split(" ")
                    self.random.shuffle(pieces)
                    source = " ".join(pieces)
        return source

    def variables(self, source: str) -> Any:
        names = {part.split(":")[0].strip("!,) \n") for part in source.split("$")[1:] if ":" in part}
        return {name: self.value(name) for name in names if self.random.random() < 0.9}

    def value(self, name: str) -> Any:
        if name.lower().endswith("id") and self.random.random() < 0.8:
            return self.random.choice(self.ids)
        return self.scrap()

    def scrap(self, depth: int = 3) -> Any:
        makers: list[Callable[[], Any]] = [
            lambda: words.text(self.random),
            lambda: self.random.choice([0, 1, -1, 20, 2**31, 2**62, 1.5, True, False, None]),
            lambda: self.random.choice(self.ids),
            lambda: [self.scrap(depth - 1) for _ in range(self.random.randrange(3))] if depth else [],
            lambda: {self.random.choice(["id", "en", "lines", "amount"]): self.scrap(depth - 1)} if depth else {},
        ]
        return self.random.choice(makers)()
