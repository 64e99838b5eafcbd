"""`make fuzz`: the gateway is asked 50,000 generated and mutated operations; none may be answered with a fault of ours.

Operations are generated from the schema (fields, arguments, fragments, variables, right and wrong), or made by mutating
those that ship, or hostile: fragments that spread each other, aliases of the schema's own fields, fields of one name,
padding. They come from nobody, a resident, a partner and the operator, by POST, GET and over WebSockets. What is looked
for: a status of 500, an error with the code `internal`, an answer that takes longer than the gateway allows itself, a
hostile one that takes many times longer than a plain one, a body that is not JSON, and memory or connections that keep
growing. A seed makes a run repeatable: `make fuzz ARGS="--seed 7 --operations 5000"`.
"""

import argparse
import asyncio
import contextlib
import random
import sys
import tempfile
import time
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

import httpx2
import orjson
import psutil
import websockets
from devstack.stack import Stack
from gateway.page import operations
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
from yima_client.caller import connect

from e2e.city import a_city
from e2e.people import a_clinic, a_resident, operator_of, place
from gateway import limits

AT_ONCE = 16
ADDRESS_MAX = 60_000  # what the client puts into one; what is longer goes as a body
WAYS = ["POST", "GET", "WebSocket"]
QUIET_SECONDS = 10.0  # after which what a WebSocket follows is taken for quiet
TIMES_MAX = 60  # as long as a plain answer takes at the median, a hostile one may take
HANG_SECONDS = limits.EXECUTION_SECONDS + 5
GROWTH_MAX = 1.25  # of the gateway's memory, from a quarter of the run to its end
WORDS = ["", "0", "-1", "Ω", "高血压", "a" * 300, "2026-05-01T08:30:00Z", "128.00", "\u0000", "YM1:X"]
# What was taken in once and could not be read back, shown or told apart: characters, moments, numbers, cursors, FHIR.
WORDS += [
    "a\u202eb",
    "a\u200bb",
    "\u00adx",
    "=HYPERLINK(1)",
    "<b>x</b>",
    "\x1b[2J",
    "о@x.example.org",
    "q" + "\u0323" * 9,
]
WORDS += [
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-05-01",
    "infinity",
    "２０２６-05-01T00:00:00Z",
]
WORDS += ["1e1", "５.00", "+5.00", " 5.00", "²", "9" * 40, "1_0"]
WORDS += [
    urlsafe_b64encode(f"1|{one}".encode()).decode() for one in ("²", "9" * 20, "9999-12-31T23:59:59-23:59|x", "x|y")
]
WORDS += [
    '{"resourceType":"Observation","status":"final","status":"amended","id":"a\\u0000b","x":NaN}',
    "[" * 400 + "]" * 400,
]
WRONG = ['"wrong"', "7", "{}", "[]", "WRONG", "true", "1e400", "99999999999999999999"]
STRAY = ["unheardOf", "__schema { types { name } }", "... on Order { id }", "a: id b: id"]
ENDING = {"signOut", "signOutEverywhere", "endSessions", "changePassword"}  # of the sessions that are asked with
MEMBERS = ["query", "variables", "operationName", "extensions", "documentId"]
LETTERS = [*'{}()!$:"@.#', *WORDS]


@dataclass(frozen=True)
class Request:
    """A body, the way it is sent, and whether it was made to take long."""

    body: bytes
    way: str
    hostile: bool


class Fuzzer:
    """Makes requests. Everything random comes from one seeded source."""

    def __init__(self, seed: int, ids: list[str]) -> None:
        self.random = random.Random(seed)
        self.ids = ids
        self.shipped = [source for source in operations().values() if not any(name in source for name in ENDING)]

    def request(self) -> "Request":
        """A request, and how it is sent."""
        chance = self.random.random()
        if chance < 0.08:
            return Request(orjson.dumps({"query": self.hostile()}), self.random.choice(WAYS), hostile=True)
        if chance < 0.55:
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
            return Request(raw, "POST", hostile=False)
        return Request(raw, self.random.choice(["POST", "POST", "POST", *WAYS]), hostile=False)

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
            f"{argument}: {self.literal(told.type)}"
            for argument, told in field.args.items()
            if is_non_null_type(told.type) or self.random.random() < 0.3
        ]
        alias = f"x{self.random.randrange(9)}: " if self.random.random() < 0.1 else ""
        arguments = f"({', '.join(given)})" if given else ""
        kind = get_named_type(field.type)
        if isinstance(kind, GraphQLObjectType):
            if depth <= 1:
                return ""
            return f"{alias}{name}{arguments} {self.selection(kind, depth - 1)}"
        if isinstance(kind, GraphQLUnionType):
            members = " ".join(f"... on {one.name} {self.selection(one, max(1, depth - 1))}" for one in kind.types)
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
                return orjson.dumps(self.random.choice([*self.ids, *self.ids, *WORDS])).decode()
            case "LocalizedText":
                return self.random.choice(['{en: "a", zhCN: "b"}', '{en: "a"}', "{}", '"text"', "{en: 7}"])
        return orjson.dumps(self.random.choice([*WORDS, *self.ids])).decode()

    def mutated(self, source: str) -> str:
        for _ in range(self.random.randint(1, 4)):
            place, length = self.random.randrange(len(source) + 1), self.random.randrange(12)
            match self.random.randrange(5):
                case 0:
                    source = source[:place] + source[place + length :]
                case 1:
                    source = source[:place] + self.random.choice(LETTERS) + source[place:]
                case 2:
                    source = (
                        source[:place] + source[place : place + length] * self.random.randint(2, 40) + source[place:]
                    )
                case 3:
                    other = self.random.choice(self.shipped)
                    source = source[:place] + other[self.random.randrange(len(other)) :]
                case 4:
                    words = source.split(" ")
                    self.random.shuffle(words[: self.random.randrange(len(words) + 1)])
                    source = " ".join(words)
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
            lambda: self.random.choice(WORDS),
            lambda: self.random.choice([0, 1, -1, 20, 2**31, 2**62, 1.5, True, False, None]),
            lambda: self.random.choice(self.ids),
            lambda: [self.scrap(depth - 1) for _ in range(self.random.randrange(3))] if depth else [],
            lambda: {self.random.choice(["id", "en", "lines", "amount"]): self.scrap(depth - 1)} if depth else {},
        ]
        return self.random.choice(makers)()


async def people(stack: Stack) -> tuple[list[str], list[str]]:
    """Tokens to call with (an empty one for nobody), and ids of things there are."""
    async with connect(stack.graphql) as nobody:
        operator = await operator_of(nobody, stack.secrets)
        clinic = await a_clinic(nobody, stack.secrets)
        resident, resident_id = await a_resident(nobody)
        order = await place(resident, clinic)
        tokens = [
            "",
            *(one._headers["authorization"] for one in (resident, clinic.staff, clinic.practitioner, operator)),
        ]
        return tokens, [clinic.partner_id, clinic.offering["id"], resident_id, order["id"], order["lines"][0]["id"]]


async def ask(http: httpx2.AsyncClient, url: str, token: str, request: Request) -> tuple[str, str]:
    """What an answer was, in a word, and what is wrong with it, if anything is."""
    try:
        async with asyncio.timeout(HANG_SECONDS):
            if request.way == "WebSocket":
                return await by_socket(url, token, request.body)
            return await by_http(http, url, token, request)
    except TimeoutError:
        return "hang", f"no answer within {HANG_SECONDS:.0f} s"


async def by_http(http: httpx2.AsyncClient, url: str, token: str, request: Request) -> tuple[str, str]:
    headers = {"content-type": "application/json"} | ({"authorization": token} if token else {})
    if request.way == "GET" and len(quote(request.body)) < ADDRESS_MAX:
        asked = orjson.loads(request.body).items()
        parameters = {name: part if isinstance(part, str) else orjson.dumps(part).decode() for name, part in asked}
        asking = http.stream("GET", url, params=parameters, headers=headers)
    else:
        asking = http.stream("POST", url, content=request.body, headers=headers)
    async with contextlib.AsyncExitStack() as sent:
        try:
            answer = await sent.enter_async_context(asking)
        except httpx2.InvalidURL:  # a longer address than any client sends
            return "not sent", ""
        if answer.status_code in (414, 431):  # than any server reads
            return f"refused {answer.status_code}", ""
        if answer.headers["content-type"].startswith("text/event-stream"):
            async for chunk in answer.aiter_bytes():
                return ("internal", chunk.decode()) if b'"internal"' in chunk else ("followed", "")
        return judged(answer.status_code, await answer.aread())


async def by_socket(url: str, token: str, body: bytes) -> tuple[str, str]:
    protocols = [websockets.Subprotocol("graphql-transport-ws")]
    try:
        async with websockets.connect(url.replace("http", "ws", 1), subprotocols=protocols) as socket:
            await socket.send(orjson.dumps({"type": "connection_init", "payload": {"authorization": token}}).decode())
            await socket.recv()
            payload = orjson.loads(body)
            await socket.send(orjson.dumps({"type": "subscribe", "id": "1", "payload": payload}).decode())
            try:
                message = orjson.loads(await asyncio.wait_for(socket.recv(), QUIET_SECONDS))
            except TimeoutError:
                return ("followed", "") if b"subscription" in body else ("hang", "no answer over a WebSocket")
            errors = message["payload"] if message["type"] == "error" else message.get("payload", {}).get("errors", ())
            return judged(200, orjson.dumps({"errors": errors}))
    except websockets.ConnectionClosed as end:
        return f"closed {end.rcvd.code if end.rcvd else 0}", "" if end.rcvd else "the connection broke"


def judged(status: int, raw: bytes) -> tuple[str, str]:
    if status >= 500:
        return str(status), raw.decode(errors="replace")[:300]
    try:
        told = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return "not JSON", raw.decode(errors="replace")[:300]
    codes = {error.get("extensions", {}).get("code") for error in told.get("errors", ())}
    if "internal" in codes:
        return "internal", raw.decode()[:300]
    return ("answered" if not codes else f"refused {status}"), ""


async def fuzz(count: int, seed: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        print("starting the system …", flush=True)
        async with a_city(Path(folder), YIMA_BUDGET_PER_MINUTE=str(10**9)) as stack:
            tokens, ids = await people(stack)
            fuzzer = Fuzzer(seed, ids)
            http = httpx2.AsyncClient(trust_env=False, timeout=HANG_SECONDS + 5)
            gateway = psutil.Process(stack.supervisor.pid("gateway"))
            outcomes: Counter[str] = Counter()
            faults: list[tuple[bytes, str]] = []
            requests = iter(range(count))
            plain: list[tuple[float, bytes]] = []
            hostile: list[tuple[float, bytes]] = []
            began, memory, connections = time.monotonic(), [], []

            async def client() -> None:
                for number in requests:
                    request, token = fuzzer.request(), fuzzer.random.choice(tokens)
                    asked_at = time.perf_counter()
                    outcome, wrong = await ask(http, stack.graphql, token, request)
                    outcomes[outcome] += 1
                    if wrong:
                        faults.append((request.body, wrong))
                    (hostile if request.hostile else plain).append((time.perf_counter() - asked_at, request.body))
                    if number % max(1, count // 20) == 0:
                        memory.append(gateway.memory_info().rss)
                        connections.append(len(gateway.net_connections()))
                        rate = number / (time.monotonic() - began)
                        print(
                            f"  {number:>6} asked, {rate:,.0f}/s, {memory[-1] >> 20} MiB, {len(faults)} faults",
                            flush=True,
                        )

            await asyncio.gather(*(client() for _ in range(AT_ONCE)))
            usual = median(took for took, _ in plain)
            slowest = max(hostile)[0]
            print(f"plain answers {usual * 1000:.0f} ms at the median, hostile ones {slowest * 1000:.0f} ms at most")
            faults += [
                (body, f"took {took:.2f} s, {took / usual:.0f} times a plain answer")
                for took, body in hostile
                if took > TIMES_MAX * usual
            ]
            await http.aclose()
            if gateway.pid != stack.supervisor.pid("gateway"):
                faults.append((b"", "the gateway died"))
    quarter = memory[len(memory) // 4]
    print(f"{dict(outcomes.most_common())}; memory {quarter >> 20} → {memory[-1] >> 20} MiB; seed {seed}")
    for body, wrong in faults[:10]:
        print(f"\nFAULT {wrong}\n  asked: {body.decode(errors='replace')[:1500]}")
    grown = memory[-1] > quarter * GROWTH_MAX or connections[-1] > connections[len(connections) // 4] + AT_ONCE
    if grown:
        print("the gateway keeps growing")
    print(f"{count:,} operations, {len(faults)} faults")
    return int(bool(faults) or grown)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=20261124)
    arguments = parser.parse_args()
    return asyncio.run(fuzz(arguments.operations, arguments.seed))


if __name__ == "__main__":
    sys.exit(main())
