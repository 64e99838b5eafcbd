"""Operations compiled once and executed as often as they come; by graphql-core what cannot be compiled."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import orjson
from chassis.client import deadline
from chassis.refusals import Refusal
from graphql import ExecutionResult, GraphQLError, GraphQLSchema, execute, execute_sync, subscribe
from graphql import Executor as GraphQLExecutor
from graphql_compiled import CompiledOperation, InvalidDocumentError

from gateway import limits
from gateway.analyst import Analyst
from gateway.context import Context
from gateway.documents import Document, Documents, Operation, digest_of

type Charge = Callable[[int], None]
"""Takes what was done off somebody's budget, in microseconds of a core."""


class EventExecutor(GraphQLExecutor[None]):
    """Executes a subscription's events, each in a context of its own: what a loader read for one event may have changed
    by the next."""

    def build_per_event_executor(self, payload: Any) -> GraphQLExecutor[None]:
        executor = super().build_per_event_executor(payload)
        executor.context_value = replace(self.context_value, shows=set())
        return executor


async def once[K, T](running: dict[K, asyncio.Task[T | Exception]], key: K, work: Callable[[], Awaitable[T]]) -> T:
    """What `work` comes to, which whoever asks for the same meanwhile waits for. Raises what it raises, to each."""

    async def attempt() -> T | Exception:  # whoever waited may be gone: a task's own exception would be nobody's
        try:
            return await work()
        except Exception as error:
            return error

    task = running.get(key)
    if task is None:
        task = running[key] = asyncio.create_task(attempt())
        task.add_done_callback(lambda _: running.pop(key, None))
    outcome = await asyncio.shield(task)
    if isinstance(outcome, Exception):
        raise outcome.with_traceback(None)
    return outcome


class Executor:
    """Executes operations over one schema. A document is worked out once, beside the loop, and remembered."""

    def __init__(self, schema: GraphQLSchema, trusted: Mapping[str, str]) -> None:
        self._schema = schema
        self._analyst = Analyst()
        self._looking: dict[str, asyncio.Task[Document | Exception]] = {}
        self._preparing: dict[tuple[CompiledOperation, bytes], asyncio.Task[Exception | None]] = {}
        self._introspecting: dict[bytes, asyncio.Task[ExecutionResult | Exception]] = {}
        self.documents = Documents(schema, trusted)

    async def learn(self, client: str, source: str, charge: Charge) -> Document:
        """A document nobody sent before, or what refuses it. Who sends the same meanwhile waits for the same."""
        return await once(self._looking, digest_of(source), lambda: self._look(client, source, charge))

    async def _look(self, client: str, source: str, charge: Charge) -> Document:
        outcome, took = await self._analyst.work(client, partial(self.documents.examined, source))
        charge(took)
        return self.documents.keep(source, outcome)

    async def prepare(
        self, client: str, document: Document, operation: Operation, variables: dict[str, Any] | None, charge: Charge
    ) -> None:
        """Make the program these variables need, if there is none yet. Who needs the same meanwhile waits for it."""
        compiled = operation.compiled
        if not isinstance(compiled, CompiledOperation) or compiled.is_prepared(variables):
            return

        async def make() -> None:
            _, took = await self._analyst.work(client, partial(compiled.prepare, variables))
            charge(took)
            self.documents.grown(document, operation.program_bytes)

        await once(self._preparing, (compiled, orjson.dumps(variables)), make)

    async def introspect(
        self, client: str, document: Document, variables: dict[str, Any] | None, name: str | None, charge: Charge
    ) -> ExecutionResult:
        """What the schema says about itself, worked out beside the loop: it calls no service. Who asks the same
        meanwhile waits for the same."""
        question = orjson.dumps([document.digest, variables, name])

        async def ask() -> ExecutionResult:
            task = partial(execute_sync, self._schema, document.ast, variable_values=variables, operation_name=name)
            outcome, took = await self._analyst.work(client, task)
            charge(took)
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        return await once(self._introspecting, question, ask)

    async def execute(
        self, document: Document, variables: dict[str, Any] | None, operation_name: str | None, context: Context
    ) -> ExecutionResult:
        """The operation's result, errors included."""
        until = deadline.set(time.monotonic() + limits.EXECUTION_SECONDS)
        try:
            compiled = document.operation(operation_name).compiled
            async with asyncio.timeout(limits.EXECUTION_SECONDS):
                if isinstance(compiled, CompiledOperation):
                    return await compiled.execute(None, context, variables)
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
    ) -> AsyncGenerator[ExecutionResult]:
        """A subscription's results, one by one; a single one with errors when it cannot begin."""
        subscribing: Any = subscribe(
            self._schema,
            document.ast,
            context_value=context,
            variable_values=variables,
            operation_name=operation_name,
            executor_class=EventExecutor,
        )
        begun: AsyncGenerator[ExecutionResult] | ExecutionResult = (
            await subscribing if asyncio.iscoroutine(subscribing) or asyncio.isfuture(subscribing) else subscribing
        )
        if isinstance(begun, ExecutionResult):
            yield begun
            return
        try:
            async for result in begun:
                yield result
        except Exception as error:  # whatever its source met: a refusal, or something of ours that is not shown
            yield ExecutionResult(data=None, errors=[GraphQLError(str(error), original_error=error)])
        finally:
            await begun.aclose()
