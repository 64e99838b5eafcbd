import asyncio
import functools
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any

import pytest
import strawberry
from graphql import ExecutionResult, GraphQLSchema, parse
from graphql_compiled import CompiledOperation, NotCompiled, compile_operation
from strawberry.dataloader import DataLoader
from strawberry.directive import DirectiveLocation, DirectiveValue
from strawberry.extensions import FieldExtension, SchemaExtension
from strawberry.permission import BasePermission
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

type Same = Callable[..., ExecutionResult]


class IsStaff(BasePermission):
    message = "staff only"

    def has_permission(self, source: Any, info: Any, **kwargs: Any) -> bool:
        return bool(info.context["staff"])


class Shout(FieldExtension):
    def resolve(self, next_: Any, source: Any, info: Any, **kwargs: Any) -> Any:
        return next_(source, info, **kwargs).upper()


@strawberry.enum
class Level(Enum):
    LOW = 1
    HIGH = 2


@strawberry.input
class Range:
    least: int = 1
    most: int | None = None


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Partner(Named):
    city: str = "Jinan"


@strawberry.type
class Doctor(Named):
    level: Level = Level.HIGH


@strawberry.type
class Offering:
    id: strawberry.ID
    title_text: str
    seller_id: int
    level: Level = Level.LOW
    price: Decimal = Decimal("2.50")
    since: date = date(2026, 1, 1)
    cost: str = strawberry.field(default="secret", permission_classes=[IsStaff])
    slogan: str = strawberry.field(default="buy", extensions=[Shout()])

    @strawberry.field
    async def seller(self, info: strawberry.Info) -> Partner:
        partner: Partner = await info.context["partners"].load(self.seller_id)
        return partner

    @strawberry.field
    async def rival(self, info: strawberry.Info) -> Partner | None:
        await info.context["partners"].load(self.seller_id)
        partner: Partner = await info.context["partners"].load(self.seller_id + 100)
        return partner

    @strawberry.field
    def about(self, info: strawberry.Info, range: Range | None = None, level: Level = Level.LOW) -> str:
        return f"{info.path.as_list()} {info.variable_values} {info.input_extensions} {range} {level}"


OFFERINGS = [Offering(id=strawberry.ID(str(n)), title_text=f"Offering {n}", seller_id=n % 3) for n in range(7)]


@strawberry.type
class Query:
    @strawberry.field
    async def offerings(self) -> list[Offering]:
        return OFFERINGS

    @strawberry.field
    def either(self) -> list[Annotated[Partner | Doctor, strawberry.union("Either")]]:
        return [Partner(name="p"), Doctor(name="d")]

    @strawberry.field
    def named(self) -> list[Named]:
        return [Partner(name="p"), Doctor(name="d")]

    @strawberry.field
    def broken(self) -> list[Offering]:
        return [OFFERINGS[0], Source()]  # type: ignore[list-item]

    @strawberry.field
    def text(self) -> str:
        return "text"


class Source:
    """Has no attributes."""


SCHEMA: GraphQLSchema = strawberry.Schema(Query)._schema
CORE = {"executor_class": StrawberryGraphQLCoreExecutionContext}


class Batches:
    """Contexts, each with a loader of its own, that note the keys of every batch."""

    def __init__(self) -> None:
        self.executions: list[list[list[int]]] = []

    def __call__(self) -> dict[str, Any]:
        batches: list[list[int]] = []
        self.executions.append(batches)

        async def load(keys: list[int]) -> list[Partner]:
            batches.append(keys)
            await asyncio.sleep(0)
            return [Partner(name=f"Partner {key}") for key in keys]

        return {"partners": DataLoader(load), "staff": False}


def test_plain_fields_are_read_without_a_resolver(same: Same) -> None:
    source = "{ offerings { id titleText level price since } }"
    result = same(SCHEMA, source, core_options=CORE)
    assert result.data is not None
    assert result.data["offerings"][1] == {
        "id": "1",
        "titleText": "Offering 1",
        "level": "LOW",
        "price": "2.50",
        "since": "2026-01-01",
    }
    compiled = compile_operation(SCHEMA, parse(source))
    assert isinstance(compiled, CompiledOperation)
    asyncio.run(compiled.execute())
    assert "source.title_text" in compiled.source


@pytest.mark.parametrize(
    "source",
    [
        "{ offerings { seller { name } } }",
        "{ offerings { titleText seller { name city } rival { name } } }",
        "{ a: offerings { seller { name } } b: offerings { rival { name } } }",
    ],
)
def test_loaders_batch_exactly_as_with_graphql_core(same: Same, source: str) -> None:
    batches = Batches()
    result = same(SCHEMA, source, context=batches, core_options=CORE)
    assert result.errors is None
    core, compiled = batches.executions
    assert compiled == core
    assert 1 <= len(compiled) <= 2


@pytest.mark.parametrize("staff", [True, False])
def test_a_permission_on_a_plain_attribute_is_enforced(same: Same, staff: bool) -> None:
    result = same(SCHEMA, "{ offerings { cost } }", context={"staff": staff}, core_options=CORE)
    assert (result.data is None) is not staff


def test_a_field_extension_on_a_plain_attribute_is_applied(same: Same) -> None:
    result = same(SCHEMA, "{ offerings { slogan } }", core_options=CORE)
    assert result.data is not None and result.data["offerings"][0] == {"slogan": "BUY"}


def test_a_policy_wrapped_around_a_plain_field_is_enforced_whatever_names_it_copies(same: Same) -> None:
    schema = strawberry.Schema(Query)._schema
    field = schema.type_map["Offering"].fields["titleText"]  # type: ignore[attr-defined]
    inner = field.resolve

    @functools.wraps(inner)
    def refuse(*_arguments: Any, **_options: Any) -> Any:
        raise PermissionError("refused")

    field.resolve = refuse
    assert same(schema, "{ offerings { titleText } }", core_options=CORE).data is None


def test_the_info_carries_variables_and_operation_extensions(same: Same) -> None:
    source = "query($r: Range, $l: Level!) { offerings { about(range: $r, level: $l) } }"
    result = same(SCHEMA, source, None, {"r": {"most": 3}, "l": "HIGH"}, core_options=CORE)
    assert result.data is not None
    about = result.data["offerings"][0]["about"]
    assert "['offerings', 0, 'about']" in about and "Level.HIGH" in about

    compiled = compile_operation(SCHEMA, parse("{ offerings { about } }"))
    assert isinstance(compiled, CompiledOperation)
    data = asyncio.run(compiled.execute(operation_extensions={"trace": "t1"})).data
    assert data is not None and "{'trace': 't1'}" in data["offerings"][0]["about"]


def test_unions_and_interfaces_of_strawberry_types(same: Same) -> None:
    source = """{ either { __typename ... on Partner { city } ... on Doctor { level } }
      named { name ... on Doctor { level } } }"""
    result = same(SCHEMA, source, core_options=CORE)
    assert result.data == {
        "either": [{"__typename": "Partner", "city": "Jinan"}, {"__typename": "Doctor", "level": "HIGH"}],
        "named": [{"name": "p"}, {"name": "d", "level": "HIGH"}],
    }


def test_a_missing_attribute_is_the_error_strawberry_makes_it(same: Same) -> None:
    result = same(SCHEMA, "{ broken { titleText } }", core_options=CORE)
    assert result.errors is not None
    assert result.errors[0].path == ["broken", 1, "titleText"]
    assert "has no attribute 'title_text'" in result.errors[0].message


def test_a_default_resolver_of_the_configuration_is_used(same: Same) -> None:
    schema = strawberry.Schema(Query, config=StrawberryConfig(default_resolver=lambda source, name: f"{name}!"))._schema
    result = same(schema, "{ broken { titleText } }", core_options=CORE)
    assert result.data == {"broken": [{"titleText": "title_text!"}] * 2}


def test_a_schema_extension_that_wraps_resolvers_is_not_compiled() -> None:
    calls: list[str] = []

    class Audit(SchemaExtension):
        def resolve(self, next_: Any, root: Any, info: Any, *args: Any, **kwargs: Any) -> Any:
            calls.append(info.field_name)
            return next_(root, info, *args, **kwargs)

    compiled = compile_operation(strawberry.Schema(Query, extensions=[Audit])._schema, parse("{ text }"))
    assert isinstance(compiled, NotCompiled) and "Audit" in compiled.reason
    assert calls == []


def test_a_schema_extension_that_only_surrounds_execution_is_compiled() -> None:
    class Timing(SchemaExtension):
        pass

    compiled = compile_operation(strawberry.Schema(Query, extensions=[Timing])._schema, parse("{ text }"))
    assert isinstance(compiled, CompiledOperation)


def test_an_operation_with_the_schemas_own_directives_is_not_compiled() -> None:
    @strawberry.directive(locations=[DirectiveLocation.FIELD])
    def loud(value: DirectiveValue[str]) -> str:
        return value.upper()

    schema = strawberry.Schema(Query, directives=[loud])._schema
    refused = compile_operation(schema, parse("{ text @loud }"))
    assert isinstance(refused, NotCompiled) and "@loud" in refused.reason
    assert isinstance(compile_operation(schema, parse("{ text @include(if: true) }")), CompiledOperation)
