"""Operations compiled once and executed as often as they come; by graphql-core what cannot be compiled."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

from chassis.client import deadline
from chassis.refusals import Refusal
from graphql import ExecutionResult, GraphQLError, GraphQLSchema, execute, subscribe
from graphql import Executor as GraphQLExecutor
from graphql_compiled import CompiledCache, CompiledOperation, InvalidDocumentError

from gateway import limits
from gateway.context import Context
from gateway.documents import DOCUMENTS_MAX, Document, Documents


class EventExecutor(GraphQLExecutor[None]):
    """Executes a subscription's events, each in a context of its own: what a loader read for one event may have changed
    by the next."""

    def build_per_event_executor(self, payload: Any) -> GraphQLExecutor[None]:
        executor = super().build_per_event_executor(payload)
        executor.context_value = replace(self.context_value, shows=set())
        return executor


class Executor:
    """Executes operations over one schema. A document is worked out once and remembered."""

    def __init__(self, schema: GraphQLSchema, trusted: Mapping[str, str]) -> None:
        self._schema = schema
        self.documents = Documents(schema, trusted)
        self._compiled = CompiledCache(
            schema, load=lambda source: self.documents.get(source).ast, entries_max=DOCUMENTS_MAX
        )

    async def execute(
        self, document: Document, variables: dict[str, Any] | None, operation_name: str | None, context: Context
    ) -> ExecutionResult:
        """The operation's result, errors included."""
        until = deadline.set(time.monotonic() + limits.EXECUTION_SECONDS)
        try:
            entry = self._compiled.get(document.source, operation_name)
            async with asyncio.timeout(limits.EXECUTION_SECONDS):
                if isinstance(entry, CompiledOperation):
                    return await entry.execute(None, context, variables)
                result = execute(
                    self._schema,
                    document.ast,
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
        finally:
            deadline.reset(until)

    async def subscribe(
        self, document: Document, variables: dict[str, Any] | None, operation_name: str | None, context: Context
    ) -> AsyncIterator[ExecutionResult]:
        """A subscription's results, one by one; a single one with errors when it cannot begin."""
        found = subscribe(
            self._schema,
            document.ast,
            context_value=context,
            variable_values=variables,
            operation_name=operation_name,
            executor_class=EventExecutor,
        )
        results = await found if asyncio.iscoroutine(found) or asyncio.isfuture(found) else found
        if isinstance(results, ExecutionResult):
            yield results
            return
        try:
            async for result in results:  # type: ignore[union-attr] # graphql-core's awaitable-or-value
                yield result
        except Exception as error:  # whatever its source met: a refusal, or something of ours that is not shown
            yield ExecutionResult(data=None, errors=[GraphQLError(str(error), original_error=error)])
        finally:
            await results.aclose()  # type: ignore[union-attr]
