"""The state of one execution, and the response path in its cheap form."""

from collections.abc import Awaitable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import GeneratorType, WrapperDescriptorType
from typing import Any, Protocol
from uuid import UUID

from graphql import FragmentDefinitionNode, GraphQLResolveInfo, GraphQLSchema, OperationDefinitionNode
from graphql.execution import Executor
from graphql.execution.values import VariableValues
from graphql.pyutils import Path, Undefined, gather_with_cancel, is_awaitable
from graphql.type.definition import GraphQLResolveInfoHelpers

from .resolvers import Infos

type LazyPath = tuple[Any, str | int, str | None] | None
"""A response path as a plain tuple of the fields of `Path`: three times cheaper to make, and most are never read."""

type Pending = list[tuple[Any, Awaitable[Any]]]
"""The key (or index) and the awaitable of each part of a result that is still to come."""

INERT: set[type] = {str, int, float, bool, type(None), list, tuple, dict, bytes, set, frozenset}
INERT |= {datetime, date, time, timedelta, Decimal, UUID}
"""Types whose instances are never awaitable, callable or exceptions: no need to ask each value.

Classes of sources are added as they are met, see `learn`.
"""
INERT_MAX = 1_024


def real_path(path: LazyPath) -> Path | None:
    """The same path as graphql-core's own linked `Path`."""
    if path is None or type(path) is Path:
        return path
    prev, key, typename = path
    return tuple.__new__(Path, (real_path(prev), key, typename))


def is_pending(value: Any) -> bool:
    """graphql-core's `is_awaitable`, in the order that answers soonest."""
    return hasattr(value, "__await__") or (isinstance(value, GeneratorType) and is_awaitable(value))


def learn(value: Any) -> bool:
    """Tell whether the class of a value is inert, and remember it.

    It is when no instance can differ from its class: one without a `__dict__` and without Python code that answers for
    attributes, such as a class with slots or a protobuf message, whom it takes a microsecond to say what it has not.
    """
    cls = type(value)
    if cls in INERT:
        return True
    if len(INERT) >= INERT_MAX or cls is GeneratorType or value is Undefined or isinstance(value, Exception):
        return False
    defined = {name for base in cls.__mro__[:-1] for name in vars(base)}
    if (
        cls.__dictoffset__ == 0
        and not defined & {"__getattr__", "__class__", "__await__", "__call__"}
        and isinstance(cls.__getattribute__, WrapperDescriptorType)
        and not is_pending(value)
    ):
        INERT.add(cls)
        return True
    return False


class Raised:
    """Stands for the value of an attribute whose reading raised."""

    __slots__ = ("error",)

    def __init__(self, error: Exception) -> None:
        self.error = error


class Operation(Protocol):
    """What an execution needs of the operation it is of."""

    @property
    def schema(self) -> GraphQLSchema: ...
    @property
    def definition(self) -> OperationDefinitionNode: ...
    @property
    def fragment_definitions(self) -> dict[str, FragmentDefinitionNode]: ...
    @property
    def infos(self) -> Infos: ...
    def executor(
        self, root: Any, context: Any, values: VariableValues, executor_arguments: dict[str, Any]
    ) -> Executor[Any]: ...


class Run:
    """One execution of a compiled operation.

    The graphql-core executor, which collects the errors and completes what is not compiled, is only made when it is
    first needed: most executions never need it.
    """

    __slots__ = ("_executor", "arguments", "context", "executor_arguments", "info_tail", "operation", "root", "values")

    def __init__(
        self,
        operation: Operation,
        root: Any,
        context: Any,
        values: VariableValues,
        executor_arguments: dict[str, Any],
    ) -> None:
        self.operation = operation
        self.root = root
        self.context = context
        self.values = values
        self.executor_arguments = executor_arguments
        self.arguments: dict[Any, dict[str, Any]] = {}
        self.info_tail: tuple[Any, ...] | None = None
        self._executor: Executor[Any] | None = None

    @property
    def executor(self) -> Executor[Any]:
        executor = self._executor
        if executor is None:
            executor = self._executor = self.operation.executor(
                self.root, self.context, self.values, self.executor_arguments
            )
        return executor

    @property
    def errors(self) -> list[Any] | None:
        return None if self._executor is None else self._executor.collected_errors.errors or None

    def make_info_tail(self) -> tuple[Any, ...]:
        """The part of `GraphQLResolveInfo` after its path, which is the same for every field of an execution."""
        operation = self.operation
        self.info_tail = tail = (
            operation.schema,
            operation.fragment_definitions,
            self.root,
            operation.definition,
            self.values.coerced if operation.infos.plain_variables else self.values,
            self.context,
            is_awaitable,
            None,
            GraphQLResolveInfoHelpers(gather=gather_async_work, track=self.track_async_work),
            *operation.infos.additional(self.executor_arguments),
        )
        return tail

    def track_async_work(self, values: Sequence[Any]) -> None:
        self.executor.track_async_work(values)


def gather_async_work(values: Sequence[Awaitable[Any]]) -> Awaitable[list[Any]]:
    return gather_with_cancel(*values)


type Info = GraphQLResolveInfo[Any] | None


async def gather_fields(results: dict[str, Any], pending: Pending) -> dict[str, Any]:
    """Await the pending fields of an object, concurrently when they are several, and put them in their places."""
    if len(pending) == 1:
        key, awaitable = pending[0]
        results[key] = await awaitable
    else:
        awaited = await gather_with_cancel(*[awaitable for _, awaitable in pending])
        results.update(zip([key for key, _ in pending], awaited, strict=True))
    return results


async def gather_items(results: list[Any], pending: Pending) -> list[Any]:
    """The same for the items of a list."""
    if len(pending) == 1:
        index, awaitable = pending[0]
        results[index] = await awaitable
    else:
        awaited = await gather_with_cancel(*[awaitable for _, awaitable in pending])
        for (index, _), value in zip(pending, awaited, strict=True):
            results[index] = value
    return results


def settle(run: Run, pending: Pending) -> None:
    """Let what was started finish unseen, since an error has already decided the result."""
    if pending:
        run.executor.settle_in_background([awaitable for _, awaitable in pending])
