"""Compiled against graphql-core, on the same schema, data and parsed document: neither parses nor validates.

Run with `python bench.py [ROUNDS]`. The two are interleaved round by round; the table and the JSON show medians.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from statistics import median
from time import perf_counter
from typing import Any

import strawberry
from graphql import ExecutionResult, GraphQLSchema, build_schema, execute, parse
from graphql_compiled import CompiledOperation, compile_operation
from strawberry.dataloader import DataLoader
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

ROWS = 20
ROUNDS = 15
ROUND_SECONDS = 0.02


@strawberry.enum
class State(Enum):
    OPEN = "open"
    CLOSED = "closed"


@strawberry.type
class Partner:
    id: str
    name: str


@strawberry.type
class Offering:
    id: strawberry.ID
    title: str
    summary: str | None
    city: str
    stock: int
    rating: float
    active: bool
    unit: str
    code: str
    note: str | None
    partner: Partner
    state: State = State.OPEN
    price: Decimal = Decimal("12.50")
    since: datetime = field(default_factory=lambda: datetime(2026, 1, 1, tzinfo=UTC))

    @strawberry.field
    def label(self) -> str:
        return self.title

    @strawberry.field
    async def label_later(self) -> str:
        return self.title

    @strawberry.field
    async def seller(self, info: strawberry.Info) -> Partner:
        partner: Partner = await info.context["partners"].load(self.partner.id)
        return partner


OFFERINGS = [
    Offering(
        id=strawberry.ID(str(n)),
        title=f"Offering {n}",
        summary=None,
        city="Jinan",
        stock=n,
        rating=n / 4,
        active=True,
        unit="visit",
        code=f"C{n}",
        note="",
        partner=Partner(id=str(n % 5), name=f"Partner {n % 5}"),
    )
    for n in range(ROWS)
]


@strawberry.type
class Query:
    @strawberry.field
    async def offerings(self, first: int = ROWS) -> list[Offering]:
        return OFFERINGS[:first]


LEAVES = "id title summary city stock rating active unit code note"
PLAIN = build_schema(
    """
    type Partner { id: String! name: String! }
    type Offering {
      id: ID! title: String! summary: String city: String! stock: Int! rating: Float! active: Boolean!
      unit: String! code: String! note: String partner: Partner!
    }
    type Query { offerings: [Offering!]! }
    """
)
STRAWBERRY: GraphQLSchema = strawberry.Schema(Query)._schema


@dataclass
class Case:
    name: str
    schema: GraphQLSchema
    document: str
    root: Any = None
    context: Callable[[], Any] = lambda: None
    variables: dict[str, Any] | None = None


def as_dict(value: Any) -> Any:
    return {**vars(value), "partner": vars(value.partner)}


async def load_partners(keys: list[str]) -> list[Partner]:
    return [Partner(id=key, name=f"Partner {key}") for key in keys]


def loaders() -> dict[str, Any]:
    return {"partners": DataLoader(load_partners)}


CASES = [
    Case(f"{ROWS} rows x 10 attributes", PLAIN, f"{{ offerings {{ {LEAVES} }} }}", {"offerings": OFFERINGS}),
    Case(
        f"{ROWS} rows x 10 keys of dicts",
        PLAIN,
        f"{{ offerings {{ {LEAVES} }} }}",
        {"offerings": [as_dict(o) for o in OFFERINGS]},
    ),
    Case(
        f"{ROWS} rows x 10 attributes, 2 nested",
        PLAIN,
        f"{{ offerings {{ {LEAVES} partner {{ id name }} }} }}",
        {"offerings": OFFERINGS},
    ),
    Case("strawberry, the same 10 attributes", STRAWBERRY, f"{{ offerings {{ {LEAVES} }} }}"),
    Case("strawberry, 2 nested", STRAWBERRY, f"{{ offerings {{ {LEAVES} partner {{ id name }} }} }}"),
    Case(
        "strawberry, fragments and variables",
        STRAWBERRY,
        f"query($n: Int!, $p: Boolean!) {{ offerings(first: $n) {{ ...F partner @include(if: $p) {{ name }} }} }}"
        f" fragment F on Offering {{ {LEAVES} }}",
        variables={"n": ROWS, "p": True},
    ),
    Case("strawberry, enum, Decimal, DateTime", STRAWBERRY, "{ offerings { id state price since } }"),
    Case("strawberry, 1 sync resolver a row", STRAWBERRY, f"{{ offerings {{ {LEAVES} label }} }}"),
    Case("strawberry, 1 async resolver a row", STRAWBERRY, f"{{ offerings {{ {LEAVES} labelLater }} }}"),
    Case(
        "strawberry, 1 DataLoader a row",
        STRAWBERRY,
        f"{{ offerings {{ {LEAVES} seller {{ id name }} }} }}",
        context=loaders,
    ),
]


async def timed(call: Callable[[], Awaitable[Any]]) -> float:
    """Microseconds a call, over as many calls as fit in a round."""
    calls = 0
    started = perf_counter()
    while (elapsed := perf_counter() - started) < ROUND_SECONDS:
        for _ in range(4):
            await call()
        calls += 4
    return elapsed / calls * 1e6


async def measure(case: Case, rounds: int) -> dict[str, Any]:
    document = parse(case.document)
    compiled = compile_operation(case.schema, document)
    assert isinstance(compiled, CompiledOperation), compiled
    options: dict[str, Any] = (
        {"executor_class": StrawberryGraphQLCoreExecutionContext} if case.schema is STRAWBERRY else {}
    )

    async def by_graphql_core() -> ExecutionResult:
        result = execute(case.schema, document, case.root, case.context(), case.variables, **options)
        return result if isinstance(result, ExecutionResult) else await result

    async def by_compiled() -> ExecutionResult:
        return await compiled.execute(case.root, case.context(), case.variables)

    assert await by_compiled() == await by_graphql_core()
    core, fast = [], []
    for _ in range(rounds):
        core.append(await timed(by_graphql_core))
        fast.append(await timed(by_compiled))
    return {
        "case": case.name,
        "graphql_core_us": round(median(core), 1),
        "compiled_us": round(median(fast), 1),
        "times": round(median(core) / median(fast), 1),
    }


async def compile_milliseconds() -> float:
    document = parse(CASES[4].document)

    async def once() -> None:
        compiled = compile_operation(STRAWBERRY, document)
        assert isinstance(compiled, CompiledOperation)
        await compiled.execute()

    return round(await timed(once) / 1e3, 2)


async def main(rounds: int) -> None:
    results = [await measure(case, rounds) for case in CASES]
    write = sys.stdout.write
    write(f"{'':40}{'graphql-core':>14}{'compiled':>12}{'times':>8}\n")
    for row in results:
        write(f"{row['case']:40}{row['graphql_core_us']:>11,.0f} us{row['compiled_us']:>9,.0f} us{row['times']:>8}\n")
    milliseconds = await compile_milliseconds()
    write(f"compiling and executing once: {milliseconds} ms\n")
    write(json.dumps({"rows": ROWS, "compile_ms": milliseconds, "results": results}) + "\n")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
