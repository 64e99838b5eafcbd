import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, IntEnum
from types import SimpleNamespace as Source
from typing import Any

import pytest
from graphql import (
    ExecutionResult,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
    build_schema,
    execute,
    parse,
)
from graphql.execution import Executor
from graphql.pyutils import Undefined
from graphql_compiled import CompiledOperation, Reader, compile_operation

type Same = Callable[..., ExecutionResult]

SHOP = build_schema(
    """
    enum Size { SMALL LARGE }
    input Range { least: Int = 1, most: Int! }
    interface Named { name: String! }
    type Partner implements Named { name: String!, city: String }
    type Doctor implements Named { name: String!, patients: Int! }
    union Seller = Partner | Doctor
    type Offering { id: ID!, title: String!, price: Float, stock: Int!, size: Size, tags: [String!], seller: Partner!,
      related: [Offering], label(upper: Boolean = false, times: Int!): String }
    type Query { offerings: [Offering!]!, offering(id: ID!): Offering, sellers: [Seller!], named: [Named],
      search(range: Range, sizes: [Size!] = [SMALL], text: String = "any"): String, matrix: [[Int!]!] }
    type Mutation { first: Int, second: Int!, third: Int }
    """
)


def offering(number: int = 1, **changes: Any) -> Source:
    values: dict[str, Any] = {
        "id": number,
        "title": f"Offering {number}",
        "price": 2.5,
        "stock": 3,
        "size": "SMALL",
        "tags": ["a", "b"],
        "seller": Source(name="Ming", city="Jinan"),
        "related": None,
    }
    return Source(**(values | changes))


def root_with(*offerings: Any) -> dict[str, Any]:
    return {"offerings": list(offerings)}


def schema_of(result_type: Any, resolve: Callable[..., Any], **options: Any) -> GraphQLSchema:
    return GraphQLSchema(GraphQLObjectType("Query", {"value": GraphQLField(result_type, resolve=resolve)}), **options)


def test_lists_of_objects_are_read_by_attribute(same: Same) -> None:
    result = same(SHOP, "{ offerings { id title price stock size tags seller { name city } } }", root_with(offering()))
    assert result.data == {
        "offerings": [
            {
                "id": "1",
                "title": "Offering 1",
                "price": 2.5,
                "stock": 3,
                "size": "SMALL",
                "tags": ["a", "b"],
                "seller": {"name": "Ming", "city": "Jinan"},
            }
        ]
    }


def test_dicts_and_other_mappings_are_read_by_key(same: Same) -> None:
    sources = [vars(offering()), OrderedDict(vars(offering(2)))]
    result = same(SHOP, "{ offerings { id title seller { name } } }", root_with(*sources, offering(3)))
    assert result.data is not None
    assert [row["id"] for row in result.data["offerings"]] == ["1", "2", "3"]


def test_a_missing_attribute_is_null(same: Same) -> None:
    result = same(SHOP, "{ offerings { price related { id } tags } }", root_with(Source(), {}))
    assert result.data == {"offerings": [{"price": None, "related": None, "tags": None}] * 2}


def test_an_attribute_that_is_callable_is_called_with_the_info_and_its_arguments(same: Same) -> None:
    source = offering(
        title=lambda info: info.path.as_list()[-1],
        label=lambda info, upper, times: f"{upper} {times}",
        seller=lambda info: {"name": info.field_name},
    )
    result = same(SHOP, "{ offerings { title label(times: 2) seller { name } } }", root_with(source))
    assert result.data == {"offerings": [{"title": "title", "label": "False 2", "seller": {"name": "seller"}}]}


def test_null_in_a_non_null_field_nulls_the_nearest_nullable_parent(same: Same) -> None:
    source = offering(related=[offering(2), offering(3, title=None), offering(4, seller=Source(name=None))])
    result = same(SHOP, "{ offerings { related { title seller { name } } } }", root_with(source))
    assert result.data is not None and result.errors is not None
    assert [bool(row) for row in result.data["offerings"][0]["related"]] == [True, False, False]
    assert [(e.path, e.message) for e in result.errors] == [
        (["offerings", 0, "related", 1, "title"], "Cannot return null for non-nullable field Offering.title."),
        (["offerings", 0, "related", 2, "seller", "name"], "Cannot return null for non-nullable field Partner.name."),
    ]


def test_null_in_a_list_of_non_null_nulls_all_data(same: Same) -> None:
    assert same(SHOP, "{ offerings { id } }", root_with(offering(), None)).data is None


def test_an_error_has_the_path_of_its_alias_and_all_its_locations(same: Same) -> None:
    class Broken:
        @property
        def price(self) -> float:
            raise ValueError("no price")

    result = same(SHOP, "{ rows: offerings { cost: price\n cost: price } }", root_with(Broken()))
    assert result.errors is not None
    [error] = result.errors
    assert (error.message, error.path) == ("no price", ["rows", 0, "cost"])
    assert error.locations is not None and len(error.locations) == 2
    assert isinstance(error.original_error, ValueError)


def test_an_exception_that_is_returned_counts_as_raised(same: Same) -> None:
    source = offering(price=ValueError("no price"), related=[KeyError("gone")])
    result = same(SHOP, "{ offerings { price related { id } } }", root_with(source))
    assert result.errors is not None and len(result.errors) == 2


def test_leaves_are_coerced_as_their_scalars_do(same: Same) -> None:
    sources = [
        offering(stock=True, price=3, title=7),
        offering(stock=2.0, price="1.5", title=False),
        offering(stock="8", price=Decimal("1.5"), title=1.5),
    ]
    result = same(SHOP, "{ offerings { stock price title } }", root_with(*sources))
    assert result.data is not None
    assert [row["stock"] for row in result.data["offerings"]] == [1, 2, 8]


@pytest.mark.parametrize("bad", [{"price": float("inf")}, {"price": "x"}, {"price": []}, {"size": "HUGE"}])
def test_a_leaf_that_cannot_be_serialized_is_an_error(same: Same, bad: dict[str, Any]) -> None:
    result = same(SHOP, f"{{ offerings {{ {next(iter(bad))} }} }}", root_with(offering(**bad)))
    assert result.errors is not None and result.data is not None


@pytest.mark.parametrize("stock", [2**31, -(2**31) - 1, 1.5, "x"])
def test_an_int_beyond_32_bits_is_an_error(same: Same, stock: Any) -> None:
    assert same(SHOP, "{ offerings { stock } }", root_with(offering(stock=stock))).data is None


def test_lists_may_be_tuples_generators_and_nested(same: Same) -> None:
    def generated() -> Iterator[Any]:
        yield [1, 2]
        yield (3,)

    assert same(SHOP, "{ matrix }", lambda: {"matrix": generated()}).data == {"matrix": [[1, 2], [3]]}
    assert same(SHOP, "{ matrix }", {"matrix": ((), (1,))}).data == {"matrix": [[], [1]]}
    assert same(SHOP, "{ matrix }", {"matrix": "12"}).errors


def test_a_list_may_be_an_async_iterable(same: Same) -> None:
    async def stream() -> AsyncIterator[Any]:
        yield offering(1)
        yield offering(2)

    result = same(SHOP, "{ offerings { id } }", lambda: {"offerings": stream()})
    assert result.data == {"offerings": [{"id": "1"}, {"id": "2"}]}


def test_a_generator_that_breaks_is_an_error_of_its_list(same: Same) -> None:
    def broken() -> Iterator[Any]:
        yield [1]
        raise ValueError("broke")

    result = same(SHOP, "{ matrix }", lambda: {"matrix": broken()})
    assert result.data == {"matrix": None}


def test_aliases_fragments_and_merged_selections_keep_their_order(same: Same) -> None:
    source = """
    query { offerings { ...A second: title ... on Offering { id seller { city } } } }
    fragment A on Offering { price seller { name } ...B }
    fragment B on Offering { __typename first: title }
    """
    result = same(SHOP, source, root_with(offering()))
    assert result.data is not None
    [row] = result.data["offerings"]
    assert list(row) == ["price", "seller", "__typename", "first", "second", "id"]
    assert row["seller"] == {"name": "Ming", "city": "Jinan"}


@pytest.mark.parametrize("a", [True, False])
@pytest.mark.parametrize("b", [True, False, None])
def test_include_and_skip_follow_the_variables_of_each_execution(same: Same, a: bool, b: bool | None) -> None:
    source = """query($a: Boolean!, $b: Boolean! = true) { offerings {
      id @include(if: $a) title @skip(if: $b) ... @include(if: $b) { stock price @skip(if: true) } ...F @skip(if: $a)
    } } fragment F on Offering { size }"""
    variables = {"a": a} if b is None else {"a": a, "b": b}
    result = same(SHOP, source, root_with(offering()), variables)
    assert result.data is not None
    [row] = result.data["offerings"]
    assert ("id" in row, "size" in row, "stock" in row) == (a, not a, b is not False)


def test_variables_are_coerced_and_defaulted(same: Same) -> None:
    source = """query($range: Range, $text: String = "all", $sizes: [Size!]) {
      search(range: $range, sizes: $sizes, text: $text) }"""
    root = {"search": lambda _info, **arguments: repr(arguments)}
    for variables in [
        {},
        {"range": {"most": 3}, "sizes": "LARGE", "text": None},
        {"sizes": None},
        {"range": {"most": "x"}},
        {"range": {"least": 1}, "sizes": ["HUGE"], "text": 3},
    ]:
        same(SHOP, source, root, variables)


NESTED = build_schema(
    """
    input Tree { name: String = "leaf", below: [Tree!], beside: Box }
    input Box { rows: [[Int!]!], most: Float! = 2 }
    type Query { tree(tree: Tree): String, box(box: Box, boxes: [[Box]]): String }
    """
)
DEEP: dict[str, Any] = {"name": "end"}
for _ in range(300):
    DEEP = {"below": [DEEP]}


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"tree": None, "box": None, "boxes": None},
        {"tree": {"below": {"below": [{"name": None}]}}, "box": {"rows": [1, [2, 3]]}, "boxes": {"most": 1}},
        {"tree": {"beside": {"rows": [["x"]]}}},
        {"box": {"rows": [[[1]]]}},
        {"box": {"most": None}},
        {"box": {"least": 1}},
        {"box": [], "boxes": [[[{}]]]},
        {"boxes": [[None, {}], None]},
        {"boxes": [[{"rows": [[1.5]]}, 3], "x"]},
        {"tree": DEEP},
        {"box": {"rows": DEEP}},
    ],
)
def test_input_objects_are_coerced_however_they_nest(same: Same, variables: dict[str, Any]) -> None:
    root = {"tree": lambda _info, **arguments: repr(arguments), "box": lambda _info, **arguments: repr(arguments)}
    same(NESTED, "query($box: Box, $boxes: [[Box]]) { box(box: $box, boxes: $boxes) }", root, variables)
    same(NESTED, "query($tree: Tree, $box: Box) { tree(tree: $tree) box(box: $box) }", root, variables)


def test_each_execution_has_its_own_variables() -> None:
    document = parse("query($id: ID!) { offering(id: $id) { id } }")
    compiled = compile_operation(SHOP, document)
    assert isinstance(compiled, CompiledOperation)
    root = {"offering": lambda _info, **arguments: arguments}

    async def run() -> list[Any]:
        return [(await compiled.execute(root, None, {"id": value})).data for value in ("a", 2, "c")]

    assert asyncio.run(run()) == [{"offering": {"id": "a"}}, {"offering": {"id": "2"}}, {"offering": {"id": "c"}}]


def test_a_missing_variable_is_an_error_before_any_resolver(same: Same) -> None:
    root = {"offering": lambda _info, **_arguments: pytest.fail("resolved")}
    result = same(SHOP, "query($id: ID!) { offering(id: $id) { id } }", root)
    assert result.data is None and result.errors is not None
    assert "Variable '$id'" in result.errors[0].message


def test_arguments_are_literals_variables_and_defaults(same: Same) -> None:
    root = {"search": lambda _info, **arguments: repr(arguments)}
    result = same(
        SHOP,
        """query($least: Int, $text: String!) {
          a: search b: search(text: "x", sizes: [LARGE, SMALL]) c: search(range: {least: $least, most: 2}, text: $text)
        }""",
        root,
        {"text": "y"},
    )
    assert result.data is not None
    assert result.data["a"] == "{'sizes': ['SMALL'], 'text': 'any'}"
    assert result.data["c"] == "{'range': {'least': 1, 'most': 2}, 'sizes': ['SMALL'], 'text': 'y'}"


def test_a_resolver_may_change_the_arguments_it_is_given(same: Same) -> None:
    def search(_info: Any, sizes: list[str], **_arguments: Any) -> str:
        sizes.append("CHANGED")
        return ",".join(sizes)

    root = {"search": search}
    for _ in range(2):
        result = same(SHOP, "{ search(sizes: [LARGE]) }", root)
        assert result.data == {"search": "LARGE,CHANGED"}


def test_a_literal_list_is_made_anew_for_each_row(same: Same) -> None:
    def resolve(_source: Any, _info: Any, numbers: list[int]) -> int:
        numbers.append(0)
        return len(numbers)

    numbers = GraphQLArgument(GraphQLList(GraphQLInt))
    row = GraphQLObjectType("Row", {"count": GraphQLField(GraphQLInt, args={"numbers": numbers}, resolve=resolve)})
    schema = schema_of(GraphQLList(row), lambda *_: [{}, {}])
    assert same(schema, "{ value { count(numbers: [1, 2]) } }").data == {"value": [{"count": 3}, {"count": 3}]}


def test_unions_and_interfaces_resolve_by_typename(same: Same) -> None:
    sellers = [{"__typename": "Partner", "name": "Ming", "city": "Jinan"}, {"__typename": "Doctor", "patients": 3}]
    source = """{ sellers { __typename ... on Partner { name } ... on Doctor { patients } }
      named { name ... on Partner { city } } }"""
    result = same(SHOP, source, {"sellers": sellers, "named": sellers[:1]})
    assert result.data == {
        "sellers": [{"__typename": "Partner", "name": "Ming"}, {"__typename": "Doctor", "patients": 3}],
        "named": [{"name": "Ming", "city": "Jinan"}],
    }


@pytest.mark.parametrize("typename", ["Missing", "Offering", "Size", 3, None])
def test_a_type_that_is_not_possible_is_an_error(same: Same, typename: Any) -> None:
    assert same(SHOP, "{ sellers { __typename } }", {"sellers": [{"__typename": typename}]}).errors


def test_unions_resolve_by_is_type_of_sync_and_async(same: Same) -> None:
    async def is_lake(value: Any, _info: Any) -> bool:
        return bool(value["kind"] == "lake")

    name = {"name": GraphQLField(GraphQLString)}
    hill = GraphQLObjectType("Hill", name, is_type_of=lambda value, _info: value["kind"] == "hill")
    lake = GraphQLObjectType("Lake", name, is_type_of=is_lake)
    place = GraphQLUnionType("Place", [hill, lake])
    query = GraphQLObjectType("Query", {"places": GraphQLField(GraphQLList(place)), "lake": GraphQLField(lake)})
    places = [{"kind": "hill", "name": "h"}, {"kind": "lake", "name": "l"}, {"kind": "sea"}]
    source = "{ places { ... on Hill { name } ... on Lake { name } } lake { name } }"
    result = same(GraphQLSchema(query), source, {"places": places, "lake": places[0]})
    assert result.data == {"places": [{"name": "h"}, {"name": "l"}, None], "lake": None}


def test_an_async_resolve_type_is_awaited(same: Same) -> None:
    schema = build_schema(
        "type Query { pet: Pet } interface Pet { name: String } type Cat implements Pet { name: String }"
    )

    async def resolve_type(_value: Any, _info: Any, _type: Any) -> str:
        return "Cat"

    schema.type_map["Pet"].resolve_type = resolve_type  # type: ignore[attr-defined]
    assert same(schema, "{ pet { name __typename } }", {"pet": {"name": "Mi"}}).data == {
        "pet": {"name": "Mi", "__typename": "Cat"}
    }


class Colour(Enum):
    RED = "r"
    BLUE = "b"


@pytest.mark.parametrize("value", [Colour.RED, "r", "RED", None, 1])
@pytest.mark.parametrize("values", [{"RED": Colour.RED, "BLUE": Colour.BLUE}, {"RED": "r"}, {"RED": 1}, Colour])
def test_enums_serialize_their_own_values_only(same: Same, values: Any, value: Any) -> None:
    enum_type = GraphQLEnumType("Colour", values)
    row = GraphQLObjectType("Row", {"colour": GraphQLField(enum_type)})
    same(schema_of(row, lambda *_: {"colour": value}), "{ value { colour } }")


@pytest.mark.parametrize("value", [Decimal("1.50"), "bad", "null", None, ValueError("x"), object()])
def test_custom_scalars_serialize_through_their_own_function(same: Same, value: Any) -> None:
    def serialize(value: Any) -> Any:
        if value == "bad":
            raise ValueError("bad money")
        return None if value == "null" else {"cents": str(value)[:8]}

    money = GraphQLScalarType("Money", serialize=serialize)
    row = GraphQLObjectType("Row", {"money": GraphQLField(money)})
    same(schema_of(row, lambda *_: {"money": value}), "{ value { money } }")


def test_resolvers_get_the_same_info_as_from_graphql_core(same: Same) -> None:
    seen: list[GraphQLResolveInfo[Any]] = []

    def resolve(_source: Any, info: GraphQLResolveInfo[Any]) -> str:
        seen.append(info)
        return "x"

    schema = schema_of(GraphQLString, resolve)
    source = """query Q { x: value x: value ...F @include(if: true) }
      fragment F on Query { y: value @skip(if: false) value @include(if: true) }"""
    same(schema, source, "root", context={"user": 1})
    half = len(seen) // 2
    assert half == 3
    for core, compiled in zip(seen[:half], seen[half:], strict=True):
        assert type(compiled) is type(core)
        assert compiled[:12] == core[:12]
        assert compiled.path is not None and compiled.path.as_list() == core.path.as_list()
        assert compiled.abort_signal is None


def test_the_helpers_of_the_info_gather_and_track(same: Same) -> None:
    tracked = []

    async def work(number: int) -> int:
        tracked.append(number)
        return number

    async def resolve(_source: Any, info: GraphQLResolveInfo[Any]) -> str:
        info.async_helpers.track([work(0)])
        return str(await info.async_helpers.gather([work(1), work(2)]))

    assert same(schema_of(GraphQLString, resolve), "{ value }").data == {"value": "[1, 2]"}
    assert tracked.count(0) == 2


def test_siblings_are_resolved_concurrently() -> None:
    schema = build_schema("type Query { a: Int b: Int c: Int }")

    async def run() -> None:
        barrier = asyncio.Barrier(3)

        async def meet(_info: Any) -> int:
            await asyncio.wait_for(barrier.wait(), 5)
            return 1

        compiled = compile_operation(schema, parse("{ a b c }"))
        assert isinstance(compiled, CompiledOperation)
        result = await compiled.execute({"a": meet, "b": meet, "c": meet})
        assert result == ExecutionResult({"a": 1, "b": 1, "c": 1}, None)

    asyncio.run(run())


def test_root_fields_of_a_mutation_run_one_after_the_other(same: Same) -> None:
    log: list[str] = []

    def step(name: str, value: Any) -> Callable[..., Any]:
        async def later(_info: Any) -> Any:
            log.append(f"{name} starts")
            await asyncio.sleep(0)
            log.append(f"{name} ends")
            return value

        return later

    root = {"first": step("first", 1), "second": step("second", 2), "third": lambda _info: log.append("third")}
    same(SHOP, "mutation { second first third }", root)
    assert log == ["second starts", "second ends", "first starts", "first ends", "third"] * 2


def test_a_mutation_stops_at_a_null_that_is_forbidden(same: Same) -> None:
    root = {"first": 1, "second": None, "third": lambda _info: pytest.fail("went on")}
    assert same(SHOP, "mutation { first second third }", root).data is None


def test_a_forbidden_null_cancels_what_its_siblings_await(same: Same) -> None:
    ended: list[str] = []

    async def slow(_info: Any) -> str:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("slow")
        return "never"

    async def none(_info: Any) -> None:
        return None

    source = offering(label=lambda info, **_: slow(info), title=none)
    result = same(SHOP, "{ offerings { label(times: 1) title } }", root_with(source))
    assert result.data is None and ended == ["slow", "slow"]


def test_what_was_started_before_a_forbidden_null_is_finished_in_the_background(same: Same) -> None:
    ended: list[str] = []

    async def slow(name: str) -> str:
        await asyncio.sleep(0)
        ended.append(name)
        return name

    async def wait(_info: Any) -> int:
        for _ in range(5):
            await asyncio.sleep(0)
        return 1

    def root() -> dict[str, Any]:
        rows = [offering(price=slow("field")), offering(title=None, price=slow("field of the broken row"))]
        return {"a": wait, "offerings": rows, "b": {"related": [slow("item"), None]}}

    schema = build_schema(
        """type Offering { title: String! price: String } type B { related: [String!] }
        type Query { a: Int offerings: [Offering!] b: B }"""
    )
    result = same(schema, "{ a offerings { price title } b { related } }", root)
    assert result.data == {"a": 1, "offerings": None, "b": {"related": None}}
    assert sorted(ended) == sorted(["field", "field of the broken row", "item"] * 2)


@pytest.mark.parametrize(
    "source",
    [
        "{ one { leaf } }",
        "{ one { one { one { leaf } leaf } } other: leaf }",
        "{ many { leaf } }",
        "{ single { leaf one { leaf } } leaf }",
        "{ many { leaf other: leaf one { many { leaf } } } }",
    ],
)
def test_results_take_as_many_turns_of_the_event_loop_as_with_graphql_core(source: str) -> None:
    """A loader that collects what is asked for within one turn then collects the same."""
    schema = build_schema("type Query { leaf: Int one: Query many: [Query] single: [Query] }")

    async def later(value: Any) -> Any:
        await asyncio.sleep(0)
        return value

    fields = schema.type_map["Query"].fields  # type: ignore[attr-defined]
    fields["leaf"].resolve = lambda *_: later(1)
    fields["one"].resolve = lambda *_: later({})
    fields["many"].resolve = lambda *_: later([{}, {}])
    fields["single"].resolve = lambda *_: later([{}])

    async def turns(execution: Any) -> tuple[int, ExecutionResult]:
        count = 0
        task = asyncio.ensure_future(execution)
        while not task.done():
            count += 1
            await asyncio.sleep(0)
        return count, task.result()

    document = parse(source)
    compiled = compile_operation(schema, document)
    assert isinstance(compiled, CompiledOperation)

    async def run() -> None:
        expected = await turns(execute(schema, document))
        assert await turns(compiled.execute()) == expected

    asyncio.run(run())


def test_an_attribute_may_be_awaitable(same: Same) -> None:
    async def later(value: Any) -> Any:
        return value

    def root() -> Any:
        return root_with(
            offering(title=later("t"), seller=later(Source(name=later("n"))), related=[later(offering(2)), later(None)])
        )

    result = same(SHOP, "{ offerings { id title seller { name } related { id } } }", root)
    assert result.data == {
        "offerings": [{"id": "1", "title": "t", "seller": {"name": "n"}, "related": [{"id": "2"}, None]}]
    }


def test_a_custom_default_resolver_and_type_resolver_are_used(same: Same) -> None:
    def field_resolver(source: Any, info: Any, **_arguments: Any) -> Any:
        return source[info.field_name.upper()]

    root = {"SELLERS": [{"NAME": "Ming"}]}
    result = same(
        SHOP,
        "{ sellers { ... on Partner { name } } }",
        root,
        field_resolver=field_resolver,
        type_resolver=lambda *_: "Partner",
    )
    assert result.data == {"sellers": [{"name": "Ming"}]}


def test_an_executor_class_may_build_the_info_its_own_way(same: Same) -> None:
    class Tracing(Executor[Any]):
        def __init__(self, *arguments: Any, trace: str = "none", **options: Any) -> None:
            super().__init__(*arguments, **options)
            self.trace = trace

        def build_resolve_info(self, *arguments: Any) -> Any:
            return super().build_resolve_info(*arguments)._replace(context=self.trace)

    schema = schema_of(GraphQLString, lambda _source, info: info.context)
    assert same(schema, "{ value }", executor_class=Tracing).data == {"value": "none"}
    compiled = compile_operation(schema, parse("{ value }"), executor_class=Tracing)
    assert isinstance(compiled, CompiledOperation)
    assert asyncio.run(compiled.execute(trace="t1")).data == {"value": "t1"}


def test_a_wrapper_around_the_default_resolver_is_called(same: Same) -> None:
    schema = build_schema("type Query { secret: String }")
    field = schema.query_type.fields["secret"]  # type: ignore[union-attr]

    def guarded(_source: Any, _info: Any) -> str:
        raise PermissionError("no")

    field.resolve = guarded
    assert same(schema, "{ secret }", {"secret": "s"}).data == {"secret": None}


def test_one_compiled_operation_serves_concurrent_executions() -> None:
    async def greet(_source: Any, info: Any) -> str:
        await asyncio.sleep(0)
        return f"{info.context} {info.root_value}"

    compiled = compile_operation(schema_of(GraphQLString, greet), parse("{ value }"))
    assert isinstance(compiled, CompiledOperation)

    async def run() -> list[Any]:
        return [r.data for r in await asyncio.gather(*[compiled.execute(n, f"c{n}") for n in range(5)])]

    assert asyncio.run(run()) == [{"value": f"c{n} {n}"} for n in range(5)]


def test_names_that_are_python_keywords_are_read(same: Same) -> None:
    schema = build_schema("type Query { from: String class: Int }")
    row = Source(**{"from": "a", "class": 1})
    assert same(schema, "{ from class None: class }", row).data == {"from": "a", "class": 1, "None": 1}


def test_an_object_that_speaks_for_another_is_looked_at_each_time(same: Same) -> None:
    @dataclass
    class Proxy:
        inner: Any

        @property  # type: ignore[misc]
        def __class__(self) -> type:
            return type(self.inner)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.inner, name)

    rows = [Proxy(vars(offering(1))), Proxy(offering(2)), offering(3)]
    same(SHOP, "{ offerings { id title } }", root_with(*rows))


def test_sources_with_slots_may_hold_and_be_anything_others_may(same: Same) -> None:
    @dataclass(slots=True)
    class Slotted:
        id: Any
        title: Any = "t"

        def __iter__(self) -> Iterator[Any]:
            return iter([offering(1)])

    class Calling:
        __slots__ = ()

        def __call__(self, _info: Any) -> Any:
            return "called"

    class Awaitable:
        __slots__ = ()

        def __await__(self) -> Iterator[Any]:
            return iter(())

    rows = [Slotted(1), Slotted(Calling()), Slotted(2, Awaitable()), Slotted(Undefined), Slotted(3, ValueError("x"))]
    for _ in range(2):
        for row in rows:
            same(SHOP, "{ offering(id: 1) { id title } }", {"offering": lambda _info, id, row=row: row})
        same(SHOP, "{ offerings { id title } }", root_with(*rows))
    same(SHOP, "{ offerings { id } }", {"offerings": Slotted(1)})


def test_the_generated_source_can_be_read() -> None:
    compiled = compile_operation(SHOP, parse("{ offerings { title } }"))
    assert isinstance(compiled, CompiledOperation)
    asyncio.run(compiled.execute(root_with(offering())))
    assert "source.title" in compiled.source


def test_an_operation_is_chosen_by_name() -> None:
    document = parse("query A { offerings { id } } query B { matrix }")
    compiled = compile_operation(SHOP, document, "B")
    assert isinstance(compiled, CompiledOperation)
    assert asyncio.run(compiled.execute({"matrix": [[1]]})) == execute(
        SHOP, document, {"matrix": [[1]]}, operation_name="B"
    )


class Level(IntEnum):
    LOW = 1
    HIGH = 2


def schema_of_readers() -> GraphQLSchema:
    def broken(source: Any, context: Any) -> str:
        raise ValueError(f"{source['n']} cannot be read")

    async def later(number: int) -> str:
        await asyncio.sleep(0)
        return f"later {number}"

    level = GraphQLEnumType("Level", Level)
    item = GraphQLObjectType(
        "Item",
        {
            "named": GraphQLField(
                GraphQLNonNull(GraphQLString),
                args={"suffix": GraphQLArgument(GraphQLString, default_value="!")},
                resolve=Reader(lambda source, context, suffix="!": f"{context} {source['n']}{suffix}"),
            ),
            "awaited": GraphQLField(GraphQLString, resolve=Reader(lambda source, context: later(source["n"]))),
            "broken": GraphQLField(GraphQLString, resolve=Reader(broken)),
            "level": GraphQLField(level, resolve=Reader(lambda source, context: Level(source["n"]))),
        },
    )
    rows = [{"n": 1}, {"n": 2}]
    items = GraphQLField(GraphQLList(GraphQLNonNull(item)), resolve=lambda *_: rows)
    return GraphQLSchema(GraphQLObjectType("Query", {"items": items}))


@pytest.mark.parametrize(
    "source",
    [
        "{ items { named level } }",
        '{ items { named(suffix: "?") awaited } }',
        "query ($s: String) { items { named(suffix: $s) broken awaited again: named } }",
    ],
)
def test_a_reader_answers_what_a_resolver_answers_without_an_info(source: str) -> None:
    schema = schema_of_readers()
    document = parse(source)

    async def both() -> None:
        by_core = execute(schema, document, context_value="row", variable_values={"s": "…"})
        expected = await by_core if asyncio.iscoroutine(by_core) or asyncio.isfuture(by_core) else by_core
        compiled = compile_operation(schema, document)
        assert isinstance(compiled, CompiledOperation)
        result = await compiled.execute(None, "row", {"s": "…"})
        assert result.data == expected.data
        assert [e.formatted for e in result.errors or ()] == [e.formatted for e in expected.errors or ()]

    asyncio.run(both())
