"""What cannot be compiled is reported before any resolver runs."""

import asyncio
from typing import Any

import pytest
from graphql import (
    ExecutionResult,
    GraphQLSchema,
    build_schema,
    execute,
    parse,
)
from graphql.execution import Executor
from graphql.execution.incremental.incremental_executor import IncrementalExecutor
from graphql.type.directives import GraphQLDeferDirective, GraphQLStreamDirective
from graphql_compiled import CompiledOperation, NotCompiled, compile_operation
from graphql_compiled.operation import DEPTH_MAX, PROGRAMS_MAX, SELECTIONS_MAX

SDL = """
    type Person { name: String friends: [Person] }
    type Query { me: Person other(id: Int): Person }
    type Subscription { ticks: Int }
"""


@pytest.fixture
def calls() -> list[str]:
    return []


@pytest.fixture
def schema(calls: list[str]) -> GraphQLSchema:
    """Every field notes that it was resolved."""
    schema = build_schema(SDL)
    for name in ("Person", "Query", "Subscription"):
        for field in schema.type_map[name].fields.values():  # type: ignore[attr-defined]
            field.resolve = lambda *_: calls.append("resolved")
    return schema


def nested(depth: int) -> str:
    return "{ me " + "{ friends " * depth + "{ name }" + " }" * depth + " }"


def diamonds(levels: int, leaf: str) -> str:
    """Each fragment spreads the next twice: two to the power of `levels` leaves, in a few bytes a level."""
    chain = "".join(f" fragment f{n} on Person {{ ...f{n + 1} ...f{n + 1} }}" for n in range(levels))
    return f"{{ me {{ ...f0 }} }}{chain} fragment f{levels} on Person {{ {leaf} }}"


def refused(schema: GraphQLSchema, source: str, **options: Any) -> str:
    document = parse(source, experimental_fragment_arguments=True)
    compiled = compile_operation(schema, document, **options)
    assert isinstance(compiled, NotCompiled)
    return compiled.reason


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{ __schema { types { name } } }", "introspects"),
        ('{ me { name } ...F } fragment F on Query { __type(name: "Person") { name } }', "introspects"),
        ("subscription { ticks }", "subscription"),
        ("mutation { change }", "no mutation type"),
        ("{ me { ... @defer { name } } }", "@defer"),
        ("{ me { friends @stream { name } } }", "@stream"),
        ("query @experimental_disableErrorPropagation { me { name } }", "directives"),
        ("query A { me { name } } query B { me { name } }", "several operations"),
        ("fragment F on Query { me { name } }", "no such operation"),
        ("query ($a: String!) { me { name @include(if: $a) } }", "not a Boolean"),
        ("{ me { name @include(if: $a) } }", "not a Boolean"),
        ("{ me { name @include(if: 3) } }", "not a Boolean"),
        ("{ me { name @skip } }", "not a Boolean"),
        ("{ me { ...F } } fragment F on Person { friends { ...F } }", "spreads itself"),
        (
            "{ me { ...A } } fragment A on Person { ...B } fragment B on Person { friends { ...A } }",
            "spreads itself",
        ),
        (diamonds(400, "name"), "nested deeper"),
        (diamonds(40, "name"), "selects more"),
        ("{ me { ...F(n: 1) } } fragment F($n: Int) on Person { name }", "takes arguments"),
        (nested(DEPTH_MAX + 1), "nested deeper"),
        ("{ " + "me { name } " * SELECTIONS_MAX + "}", "selects more"),
    ],
)
def test_it_falls_back_before_any_resolver_runs_for(
    schema: GraphQLSchema, calls: list[str], source: str, reason: str
) -> None:
    assert reason in refused(schema, source)
    assert calls == []


def test_fragments_that_multiply_are_not_compiled(schema: GraphQLSchema, calls: list[str]) -> None:
    spread = "a: friends {{ ...F{0} }} b: friends {{ ...F{0} }}"
    laughs = "".join(f"fragment F{n} on Person {{ {spread.format(n + 1)} }}" for n in range(20))
    assert "selects more" in refused(schema, "{ me { ...F0 } }" + laughs + "fragment F20 on Person { name }")
    assert calls == []


def test_an_unknown_operation_name_is_not_compiled(schema: GraphQLSchema, calls: list[str]) -> None:
    compiled = compile_operation(schema, parse("query A { me { name } }"), "B")
    assert compiled == NotCompiled("the document has no such operation")
    assert calls == []


def test_a_schema_with_incremental_delivery_is_not_compiled(calls: list[str]) -> None:
    plain = build_schema(SDL)
    schema = GraphQLSchema(
        plain.query_type, directives=[*plain.directives, GraphQLDeferDirective, GraphQLStreamDirective]
    )
    assert "incrementally" in refused(schema, "{ me { name } }")


def test_an_invalid_schema_is_not_compiled() -> None:
    assert "not valid" in refused(build_schema("type Query"), "{ me }")


@pytest.mark.parametrize("stock", [Executor, IncrementalExecutor])
def test_an_executor_that_overrides_execution_is_not_compiled(
    schema: GraphQLSchema, calls: list[str], stock: type[Executor[Any]]
) -> None:
    class Counting(stock):  # type: ignore[valid-type,misc]
        def execute_field(self, *arguments: Any) -> Any:
            calls.append("executed")
            return super().execute_field(*arguments)

    assert "overrides execute_field" in refused(schema, "{ me { name } }", executor_class=Counting)
    assert calls == []


def test_a_class_that_is_no_executor_is_not_compiled(schema: GraphQLSchema) -> None:
    assert "not an Executor" in refused(schema, "{ me { name } }", executor_class=object)


def executed(schema: GraphQLSchema, source: str, root: Any, variables: list[dict[str, Any]]) -> list[ExecutionResult]:
    compiled = compile_operation(schema, parse(source))
    assert isinstance(compiled, CompiledOperation)

    async def run() -> list[ExecutionResult]:
        return [await compiled.execute(root, None, values) for values in variables]

    return asyncio.run(run())


def test_more_choices_of_conditions_than_are_kept_are_executed_by_graphql_core() -> None:
    schema = build_schema("type Query { a: Int }")
    count = 6
    names = [f"v{n}" for n in range(count)]
    source = (
        f"query({', '.join(f'${name}: Boolean!' for name in names)})"
        + "{ "
        + " ".join(f"{name}: a @include(if: ${name})" for name in names)
        + " }"
    )
    choices = [{name: bool(number >> n & 1) for n, name in enumerate(names)} for number in range(2**count)]
    assert len(choices) > PROGRAMS_MAX
    results = executed(schema, source, {"a": 1}, choices)
    document = parse(source)
    assert results == [execute(schema, document, {"a": 1}, None, values) for values in choices]


def test_a_condition_without_a_value_is_the_error_of_graphql_core(schema: GraphQLSchema, calls: list[str]) -> None:
    source = "query($a: Boolean) { me { name } other @skip(if: $a) { name } }"
    for variables in ({}, {"a": None}):
        [result] = executed(schema, source, None, [variables])
        assert result == execute(schema, parse(source), variable_values=variables)
        assert result.data is None
    assert calls == []


def test_invalid_variables_run_no_resolver(schema: GraphQLSchema, calls: list[str]) -> None:
    [result] = executed(schema, "query($id: Int!) { other(id: $id) { name } }", None, [{"id": "x"}])
    assert result.data is None and result.errors
    assert calls == []


def test_what_is_refused_is_what_graphql_core_then_executes(schema: GraphQLSchema, calls: list[str]) -> None:
    source = "{ me { name } __schema { queryType { name } } }"
    compiled = compile_operation(schema, parse(source))
    assert isinstance(compiled, NotCompiled)
    result: Any = execute(schema, parse(source))
    assert result.data == {"me": None, "__schema": {"queryType": {"name": "Query"}}}
    assert calls == ["resolved"]


def test_a_fragment_is_walked_once_however_often_it_is_spread() -> None:
    """Its conditions count too, wherever it is first met, and what it holds is not gone through again."""
    schema = build_schema(SDL)
    source = "query ($a: Boolean!) " + diamonds(10, "name @include(if: $a)")
    compiled = compile_operation(schema, parse(source))
    assert isinstance(compiled, CompiledOperation)
    for shown in (True, False):
        data = asyncio.run(compiled.execute({"me": {"name": "A"}}, None, {"a": shown})).data
        assert data is not None
        assert data["me"] == ({"name": "A"} if shown else {})


@pytest.mark.parametrize("levels", [20, 50, 55])
def test_spreads_of_spreads_are_refused_as_soon_as_they_are_too_many(schema: GraphQLSchema, levels: int) -> None:
    """Walked again at each spread, 55 levels would outlast the sun."""
    assert "selects more" in refused(schema, diamonds(levels, "name"))


def test_what_an_operation_needs_can_be_made_before_it_runs() -> None:
    """Making a program takes as long as it is large; who serves others meanwhile makes it elsewhere."""
    source = "query ($a: Boolean! = true) { me { name @include(if: $a) friends { name @skip(if: $a) } } }"
    compiled = compile_operation(build_schema(SDL), parse(source))
    assert isinstance(compiled, CompiledOperation)
    for variables in ({}, {"a": False}):
        assert not compiled.is_prepared(variables)
        compiled.prepare(variables)
        assert compiled.is_prepared(variables)
    assert compiled.is_prepared({"a": True})
    for wrong in ("wrong", [], {}, [True], 2**70):
        assert compiled.is_prepared({"a": wrong}), "there is nothing to make: its variables are refused"
