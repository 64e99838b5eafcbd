"""Completing values: what graphql-core's `complete_value` does, as one closure per place in the operation.

Every closure takes the run, the value, its path and the resolve info of its field, and returns the completed value or
an awaitable of it; it raises what graphql-core would raise there.
"""

from collections.abc import Callable, Coroutine
from types import GeneratorType
from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLLeafType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLOutputType,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.executor import collect_iterator_awaitables, invalid_return_type_error
from graphql.pyutils import Undefined, inspect, is_awaitable, is_iterable

from .leaves import leaf_of
from .run import INERT, Info, LazyPath, Pending, Run, gather_items, is_pending, learn, real_path, settle
from .types import Field

type FinishAwaited = Callable[[Run, Any, LazyPath, Info], Coroutine[Any, Any, Any]]
type FinishCompleted = Callable[[Run, Any, LazyPath], Coroutine[Any, Any, Any]]
type ExecuteOf = dict[type, Callable[[Run, Any, LazyPath], Any]]
"""The function that reads an object, by the class of the object."""
type Complete = Callable[[Run, Any, LazyPath, Info], Any]

CLASSES_MAX = 64
"""Classes of sources and of lists remembered for each place; more are looked at each time."""


def completer(field: Field, return_type: GraphQLOutputType) -> Complete:
    if is_non_null_type(return_type):
        return _non_null(field, completer(field, return_type.of_type))
    if is_list_type(return_type):
        return _list(field, return_type)
    if is_leaf_type(return_type):
        return _leaf(return_type)
    if is_abstract_type(return_type):
        return _abstract(field, return_type)
    assert is_object_type(return_type)
    return _object(field, return_type)


def needs_info(return_type: GraphQLOutputType) -> bool:
    """Whether completing a value of this type calls a type resolver or predicate of the schema, which take the info."""
    while is_non_null_type(return_type) or is_list_type(return_type):
        return_type = return_type.of_type
    return is_abstract_type(return_type) or (is_object_type(return_type) and return_type.is_type_of is not None)


def finishers(
    field: Field, return_type: GraphQLOutputType, complete: Complete
) -> tuple[FinishAwaited, FinishCompleted]:
    """What awaits a value and then completes it, and what awaits a completed value; both handle the errors."""

    async def finish_awaited(run: Run, awaitable: Any, path: LazyPath, info: Info) -> Any:
        try:
            completed = complete(run, await awaitable, path, info)
            if type(completed) not in INERT and is_pending(completed):
                completed = await completed
        except Exception as error:
            return field.fail(run, error, return_type, path)
        return completed

    async def finish_completed(run: Run, awaitable: Any, path: LazyPath) -> Any:
        try:
            return await awaitable
        except Exception as error:
            return field.fail(run, error, return_type, path)

    return finish_awaited, finish_completed


def _non_null(field: Field, complete_inner: Complete) -> Complete:
    message = f"Cannot return null for non-nullable field {field.parent_type}.{field.name}."

    def complete(run: Run, value: Any, path: LazyPath, info: Info) -> Any:
        completed = complete_inner(run, value, path, info)
        if completed is None:
            raise TypeError(message)
        return completed

    return complete


def coercer(leaf_type: GraphQLLeafType) -> Callable[[Any], Any]:
    """What serializes a value of the leaf type, and refuses null as its output as graphql-core does."""
    coerce: Callable[[Any], Any] = leaf_type.coerce_output_value

    def coerce_not_null(value: Any) -> Any:
        coerced = coerce(value)
        if coerced is None or coerced is Undefined:
            raise TypeError(
                f"Expected `{inspect(leaf_type)}.coerce_output_value({inspect(value)})` to return non-nullable value,"
                f" returned: {inspect(coerced)}"
            )
        return coerced

    return coerce_not_null


def _leaf(leaf_type: GraphQLLeafType) -> Complete:
    same_type = leaf_of(leaf_type).same_type
    coerce = coercer(leaf_type)

    def complete(_run: Run, value: Any, _path: LazyPath, _info: Info) -> Any:
        if type(value) is same_type:
            return value
        if isinstance(value, Exception):
            raise value
        if value is None or value is Undefined:
            return None
        return coerce(value)

    return complete


def _list(field: Field, list_type: GraphQLList[Any]) -> Complete:
    item_type = list_type.of_type
    named = item_type.of_type if is_non_null_type(item_type) else item_type
    complete_item, execute_of = _item(field, item_type)
    same_type = leaf_of(named).same_type if is_leaf_type(named) else None
    only_same_type = {same_type}

    iterables: set[type] = {tuple}
    finish_awaited, finish_completed = finishers(field, item_type, complete_item)

    def complete(run: Run, value: Any, path: LazyPath, info: Info) -> Any:
        if type(value) is list:
            if same_type is not None and set(map(type, value)) == only_same_type:
                return value.copy()
        elif isinstance(value, Exception):
            raise value
        elif value is None or value is Undefined:
            return None
        elif type(value) not in iterables and not _iterates(value, iterables):
            # An async iterable is left to graphql-core, with all below it; so is the error about what is no iterable.
            info = info or field.info(run, field.path_above(path))
            where = real_path(path)
            assert where is not None
            return run.executor.complete_list_value(list_type, field.details, info, where, value, None)
        completed: list[Any] = []
        pending: Pending = []
        result: Any
        iterator = iter(value)
        index = 0
        try:
            for item in iterator:
                item_path = (path, index, None)
                if type(item) not in INERT and (
                    hasattr(item, "__await__") or (type(item) is GeneratorType and is_awaitable(item))
                ):
                    result = finish_awaited(run, item, item_path, info)
                    pending.append((index, result))
                else:
                    try:
                        execute = execute_of.get(type(item))
                        result = (
                            complete_item(run, item, item_path, info)
                            if execute is None
                            else execute(run, item, item_path)
                        )
                        if type(result) not in INERT and is_pending(result):
                            result = finish_completed(run, result, item_path)
                            pending.append((index, result))
                    except Exception as error:
                        result = field.fail(run, error, item_type, item_path)
                completed.append(result)
                index += 1
        except Exception:
            settle(run, pending + [(None, item) for item in collect_iterator_awaitables(iterator, is_awaitable)])
            raise
        return gather_items(completed, pending) if pending else completed

    return complete


def _item(field: Field, item_type: Any) -> tuple[Complete, ExecuteOf]:
    """How an item of a list is completed, and what executes items of classes that were met before."""
    execute_of: ExecuteOf = {}
    named = item_type.of_type if is_non_null_type(item_type) else item_type
    if not is_object_type(named):
        return completer(field, item_type), execute_of
    complete = _object(field, named, execute_of)
    return _non_null(field, complete) if is_non_null_type(item_type) else complete, execute_of


def _iterates(value: Any, iterables: set[type]) -> bool:
    """Tell whether the value is a synchronous iterable; what that holds for all of its class is remembered."""
    if hasattr(value, "__aiter__") or not is_iterable(value):
        return False
    if len(iterables) < CLASSES_MAX and learn(value):
        iterables.add(type(value))
    return True


def _object(field: Field, object_type: GraphQLObjectType, known: ExecuteOf | None = None) -> Complete:
    """`known` is filled with the functions of classes that need no more than to call them."""
    selection = field.program.select(object_type, field.details)
    by_attribute, by_key = selection.by_attribute, selection.by_key
    is_type_of = object_type.is_type_of
    execute_of: ExecuteOf = {} if known is None or is_type_of is not None else known

    def choose(value: Any) -> Callable[[Run, Any, LazyPath], Any]:
        execute = by_key if selection.reads_mapping(value) else by_attribute
        cls = type(value)
        if len(execute_of) < CLASSES_MAX and value.__class__ is cls:  # a proxy may speak for objects of many classes
            execute_of[cls] = execute
            learn(value)
        return execute

    def complete(run: Run, value: Any, path: LazyPath, _info: Info) -> Any:
        execute = execute_of.get(type(value))
        if execute is None:
            if isinstance(value, Exception):
                raise value
            if value is None or value is Undefined:
                return None
            execute = choose(value)
        return execute(run, value, path)

    if is_type_of is None:
        return complete

    async def complete_checked(run: Run, value: Any, path: LazyPath, verdict: Any) -> Any:
        if not await verdict:
            raise invalid_return_type_error(object_type, value, field.details)
        completed = complete(run, value, path, None)
        return await completed if is_pending(completed) else completed

    def check_and_complete(run: Run, value: Any, path: LazyPath, info: Info) -> Any:
        if isinstance(value, Exception):
            raise value
        if value is None or value is Undefined:
            return None
        assert info is not None  # needs_info() had it made
        verdict: Any = is_type_of(value, info)
        if verdict is not True:
            if is_pending(verdict):
                return complete_checked(run, value, path, verdict)
            if not verdict:
                raise invalid_return_type_error(object_type, value, field.details)
        return complete(run, value, path, info)

    return check_and_complete


def _abstract(field: Field, abstract_type: GraphQLAbstractType) -> Complete:
    resolve_type = abstract_type.resolve_type or field.program.type_resolver
    completers: dict[str, Complete] = {}

    def complete_as(run: Run, name: Any, value: Any, path: LazyPath, info: Info) -> Any:
        complete_object = completers.get(name) if type(name) is str else None
        if complete_object is None:
            assert info is not None  # needs_info() had it made
            object_type = run.executor.ensure_valid_runtime_type(name, abstract_type, field.details, info, value)
            complete_object = completers.get(object_type.name)
            if complete_object is None:
                complete_object = completers[object_type.name] = _object(field, object_type)
        return complete_object(run, value, path, info)

    async def complete_awaited(run: Run, name: Any, value: Any, path: LazyPath, info: Info) -> Any:
        completed = complete_as(run, await name, value, path, info)
        return await completed if type(completed) not in INERT and is_pending(completed) else completed

    def complete(run: Run, value: Any, path: LazyPath, info: Info) -> Any:
        if isinstance(value, Exception):
            raise value
        if value is None or value is Undefined:
            return None
        assert info is not None  # needs_info() had it made
        name: Any = resolve_type(value, info, abstract_type)
        if type(name) is not str and is_pending(name):
            return complete_awaited(run, name, value, path, info)
        return complete_as(run, name, value, path, info)

    return complete
