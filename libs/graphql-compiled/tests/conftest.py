import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLSchema, execute, parse, validate
from graphql_compiled import CompiledOperation, compile_operation


@pytest.fixture
def same() -> Callable[..., ExecutionResult]:
    """Execute with graphql-core and compiled, assert that data, key order and errors are equal, return the result.

    `root` and `context` may be functions that make a fresh one for each execution.
    """

    def run(
        schema: GraphQLSchema,
        source: str,
        root: Any = None,
        variables: dict[str, Any] | None = None,
        context: Any = None,
        core_options: dict[str, Any] | None = None,
        **options: Any,
    ) -> ExecutionResult:
        document = parse(source)
        assert validate(schema, document) == []
        compiled = compile_operation(schema, document, **options)
        assert isinstance(compiled, CompiledOperation), compiled

        def fresh(value: Any) -> Any:
            return value() if callable(value) else value

        async def both() -> tuple[ExecutionResult, ExecutionResult]:
            expected: Any = execute(
                schema, document, fresh(root), fresh(context), variables, **options, **(core_options or {})
            )
            if not isinstance(expected, ExecutionResult):
                expected = await expected
            return expected, await compiled.execute(fresh(root), fresh(context), variables)

        expected, actual = asyncio.run(both())
        assert json.dumps(actual.data, default=repr) == json.dumps(expected.data, default=repr)
        assert actual.errors == expected.errors
        return actual

    return run
