"""Fields: resolving or reading one field of a source, completing it, and handling its errors."""

from collections.abc import Callable
from enum import Enum
from typing import Any

from graphql import (
    GraphQLError,
    VariableNode,
    is_enum_type,
    is_leaf_type,
    is_non_null_type,
    specified_scalar_types,
)
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path

from .completion import coercer, completer, finishers, needs_info
from .resolvers import AttributeRead
from .run import INERT, Info, LazyPath, Pending, Raised, Run, is_pending, real_path
from .types import Field

type ResolveField = Callable[[Run, Any, LazyPath, Pending], Any]
"""Takes the run, the source, the path of the source and the list for what is pending; returns the completed value.

An awaitable of it is also put in the list. A null that a non-null type forbids is raised.
"""
type FinishField = ResolveField
"""The same after the attribute was read: takes the value in the place of the source."""


SPECIFIED = frozenset(specified_scalar_types.values())
IMMUTABLE = frozenset({str, int, float, bool, type(None)})


def _arguments(field: Field) -> Callable[[Run], dict[str, Any]] | None:
    """How the arguments of a field are got: None for none, else a function that makes them as early as is safe.

    Arguments written out in full, of types that cannot be changed by whom they are given to, are made once for all
    executions; those that also take whole variables once for each execution; all others for each call, as graphql-core
    does.
    """
    definition, node = field.definition, field.node
    if not definition.args:
        return None

    def of_call(run: Run) -> dict[str, Any]:
        return get_argument_values(definition, node, run.values)

    def of_execution(run: Run) -> dict[str, Any]:
        arguments = run.arguments.get(field)
        if arguments is None:
            arguments = run.arguments[field] = get_argument_values(definition, node, run.values)
        return arguments

    written = {argument.name.value: argument.value for argument in node.arguments or ()}
    literals = {name: value for name, value in written.items() if not isinstance(value, VariableNode)}
    for name in definition.args.keys() - (written.keys() - literals.keys()):
        argument_type = definition.args[name].type
        inner = argument_type.of_type if is_non_null_type(argument_type) else argument_type
        if name in literals and not (is_enum_type(inner) or inner in SPECIFIED):
            return of_call
    if len(literals) < len(written):
        return of_execution
    try:
        constant = get_argument_values(definition, node, field.program.values)
    except GraphQLError:
        return of_call
    if all(type(value) in IMMUTABLE or isinstance(value, Enum) for value in constant.values()):
        return lambda _run: constant
    return of_execution


def finisher(field: Field) -> Callable[[Run, Any, LazyPath, Info, Pending], Any]:
    """What follows when a field has got its value: await it, complete it, handle its errors."""
    key, return_type = field.key, field.return_type
    complete = completer(field, return_type)

    finish_awaited, finish_completed = finishers(field, return_type, complete)

    def finish(run: Run, value: Any, path: LazyPath, info: Info, pending: Pending) -> Any:
        try:
            if type(value) not in INERT and is_pending(value):
                completed = finish_awaited(run, value, path, info)
            else:
                completed = complete(run, value, path, info)
                if type(completed) in INERT or not is_pending(completed):
                    return completed
                completed = finish_completed(run, completed, path)
        except Exception as error:
            return field.fail(run, error, return_type, path)
        pending.append((key, completed))
        return completed

    return finish


def resolved_field(field: Field) -> ResolveField:
    """A field whose resolver is called."""
    key, typename, return_type = field.key, field.typename, field.return_type
    resolve: Callable[..., Any] = field.definition.resolve or field.program.field_resolver
    arguments = _arguments(field)
    finish = finisher(field)
    make_info = field.info

    def execute(run: Run, source: Any, parent: LazyPath, pending: Pending) -> Any:
        path: Path = tuple.__new__(Path, (real_path(parent), key, typename))
        info = make_info(run, path)
        try:
            value = resolve(source, info) if arguments is None else resolve(source, info, **arguments(run))
        except Exception as error:
            return field.fail(run, error, return_type, path)
        return finish(run, value, path, info, pending)

    return execute


def read_field(field: Field, read: AttributeRead) -> FinishField:
    """A field whose value was read from an attribute or a key of the source."""
    key, typename, return_type = field.key, field.typename, field.return_type
    calls = read.graphql_default
    finish = finisher(field)
    infos_needed = needs_info(return_type)

    def execute(run: Run, value: Any, parent: LazyPath, pending: Pending) -> Any:
        path = (parent, key, typename)
        info: Info = None
        if type(value) not in INERT:
            if type(value) is Raised:
                return field.fail(run, value.error, return_type, path)
            if calls and callable(value):
                info = field.info(run, field.path_above(path))
                try:
                    value = value(info)
                except Exception as error:
                    return field.fail(run, error, return_type, path)
        if infos_needed and info is None:
            info = field.info(run, field.path_above(path))
        return finish(run, value, path, info, pending)

    leaf_type = return_type.of_type if is_non_null_type(return_type) else return_type
    if not is_leaf_type(leaf_type):
        return execute
    coerce = coercer(leaf_type)
    _, finish_coerced = finishers(field, return_type, completer(field, return_type))

    def execute_leaf(run: Run, value: Any, parent: LazyPath, pending: Pending) -> Any:
        if value is None or type(value) not in INERT:
            return execute(run, value, parent, pending)
        try:
            coerced = coerce(value)
        except Exception as error:
            return field.fail(run, error, return_type, (parent, key, typename))
        if type(coerced) in INERT or not is_pending(coerced):
            return coerced
        coerced = finish_coerced(run, coerced, (parent, key, typename))  # a scalar may serialize to an awaitable
        pending.append((key, coerced))
        return coerced

    return execute_leaf
