import asyncio
from decimal import Decimal
from typing import Any

import orjson
import pytest
from graphql import DocumentNode, ExecutionResult, build_schema, parse
from graphql_compiled import CompiledCache, CompiledOperation, InvalidDocumentError, NotCompiled, to_json

SCHEMA = build_schema("type Query { a: Int b: String! }")


def test_the_same_document_and_name_compile_once() -> None:
    loads: list[str] = []

    def load(source: str) -> DocumentNode:
        loads.append(source)
        return parse(source)

    cache = CompiledCache(SCHEMA, load=load)
    source = "query X { a } query Y { b }"
    first = cache.get(source, "X")
    assert isinstance(first, CompiledOperation)
    assert cache.get(source, "X") is first
    assert cache.get(source, "Y") is not first
    assert loads == [source, source]


def test_that_an_operation_is_not_compiled_is_kept_too() -> None:
    cache = CompiledCache(SCHEMA)
    refused = cache.get("{ __schema { queryType { name } } }")
    assert isinstance(refused, NotCompiled)
    assert cache.get("{ __schema { queryType { name } } }") is refused


def test_the_longest_unused_operation_makes_room() -> None:
    cache = CompiledCache(SCHEMA, entries_max=2)
    first, second = cache.get("{ a }"), cache.get("{ b }")
    assert cache.get("{ a }") is first
    cache.get("{ a b }")
    assert len(cache) == 2
    assert cache.get("{ a }") is first
    assert cache.get("{ b }") is not second


@pytest.mark.parametrize("source", ["{ a", "{ c }", "query($x: Int) { a }"])
def test_a_document_that_is_not_valid_is_refused_and_not_kept(source: str) -> None:
    cache = CompiledCache(SCHEMA)
    for _ in range(2):
        with pytest.raises(InvalidDocumentError) as refused:
            cache.get(source)
        assert refused.value.errors
    assert len(cache) == 0


def executed(source: str, root: Any) -> ExecutionResult:
    compiled = CompiledCache(SCHEMA).get(source)
    assert isinstance(compiled, CompiledOperation)
    return asyncio.run(compiled.execute(root))


def test_a_result_is_encoded_in_the_response_format() -> None:
    assert to_json(executed("{ b a }", {"a": 1, "b": "名"})) == '{"data":{"b":"名","a":1}}'.encode()


def test_errors_are_encoded_with_their_locations_and_paths() -> None:
    result = executed("{ b }", {"b": None})
    assert orjson.loads(to_json(result)) == result.formatted
    assert orjson.loads(to_json(result))["errors"][0]["path"] == ["b"]


def test_extensions_are_encoded() -> None:
    assert orjson.loads(to_json(ExecutionResult({"a": 1}, None, {"cost": 2}))) == {
        "data": {"a": 1},
        "extensions": {"cost": 2},
    }


def test_what_a_scalar_returns_beyond_json_goes_through_default() -> None:
    result = ExecutionResult({"a": Decimal("1.50")}, None)
    with pytest.raises(orjson.JSONEncodeError):
        to_json(result)
    assert to_json(result, default=str) == b'{"data":{"a":"1.50"}}'
