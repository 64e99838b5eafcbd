"""Documents parsed, validated, limited and compiled once; then executed as often as they come."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from chassis.refusals import Refusal
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationType,
    execute,
    get_operation_ast,
    parse,
    subscribe,
    validate,
)
from graphql_compiled import CompiledCache, CompiledOperation, InvalidDocumentError

from gateway import limits
from gateway.context import Context

DOCUMENTS_MAX = 1_000


class Executor:
    """Executes operations over one schema. A document is worked out once and remembered."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._documents: dict[str, DocumentNode] = {}
        self._compiled = CompiledCache(schema, load=self._load, entries_max=DOCUMENTS_MAX)

    def _load(self, source: str) -> DocumentNode:
        if (known := self._documents.get(source)) is not None:
            return known
        try:
            document = parse(source, max_tokens=limits.TOKENS_MAX)
        except GraphQLError as error:
            raise InvalidDocumentError([error]) from error
        if errors := validate(self._schema, document):
            raise InvalidDocumentError(errors)
        limits.check(document)
        if len(self._documents) >= DOCUMENTS_MAX:
            self._documents.pop(next(iter(self._documents)))
        self._documents[source] = document
        return document

    def kind(self, source: str, operation_name: str | None) -> OperationType:
        """Query, mutation or subscription. Raises `InvalidDocumentError` or a refusal."""
        operation = get_operation_ast(self._load(source), operation_name)
        if operation is None:
            raise InvalidDocumentError([GraphQLError("Say which operation to run: `operationName`.")])
        return operation.operation

    async def execute(
        self, source: str, variables: dict[str, Any] | None, operation_name: str | None, context: Context
    ) -> ExecutionResult:
        """The operation's result, errors included."""
        try:
            entry = self._compiled.get(source, operation_name)
            async with asyncio.timeout(limits.EXECUTION_SECONDS):
                if isinstance(entry, CompiledOperation):
                    return await entry.execute(None, context, variables)
                result = execute(
                    self._schema,
                    self._load(source),
                    context_value=context,
                    variable_values=variables,
                    operation_name=operation_name,
                )
                return await result if not isinstance(result, ExecutionResult) else result
        except InvalidDocumentError as error:
            return ExecutionResult(data=None, errors=error.errors)
        except Refusal as error:
            return ExecutionResult(data=None, errors=[GraphQLError(error.detail, original_error=error)])
        except TimeoutError:
            return ExecutionResult(data=None, errors=[GraphQLError("This took too long; ask for less at once.")])

    async def subscribe(
        self, source: str, variables: dict[str, Any] | None, operation_name: str | None, context: Context
    ) -> AsyncIterator[ExecutionResult]:
        """A subscription's results, one by one; a single one with errors when it cannot begin."""
        try:
            document = self._load(source)
        except InvalidDocumentError as error:
            yield ExecutionResult(data=None, errors=error.errors)
            return
        found = subscribe(
            self._schema, document, context_value=context, variable_values=variables, operation_name=operation_name
        )
        results = await found if asyncio.iscoroutine(found) or asyncio.isfuture(found) else found
        if isinstance(results, ExecutionResult):
            yield results
            return
        async for result in results:  # type: ignore[union-attr] # graphql-core's awaitable-or-value
            yield result
