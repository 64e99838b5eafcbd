"""Compiling one operation, and executing it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    BooleanValueNode,
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLIncludeDirective,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    default_field_resolver,
    default_type_resolver,
    validate_schema,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues

from .resolvers import executor_of, infos_of, why_executor_is_not_compiled, why_extensions_are_not_compiled
from .run import Run, is_pending
from .selection import Program
from .variables import Variables

SELECTIONS_MAX = 5_000
"""Selections of an operation with its fragments spread out; more are not compiled."""
DEPTH_MAX = 60
"""Nested selection sets, fragments included; deeper operations are not compiled."""
PROGRAMS_MAX = 16
"""Programs kept for one operation, one for each choice of its `@include` and `@skip` variables.

Further choices are executed by graphql-core.
"""

CONDITIONS = {GraphQLIncludeDirective.name, GraphQLSkipDirective.name}


@dataclass(frozen=True, slots=True)
class NotCompiled:
    """The operation has to be executed by graphql-core. Nothing was resolved to find that out."""

    reason: str


class _UnsupportedError(Exception):
    """Carries the reason out of the walk."""


@dataclass(frozen=True, slots=True)
class _Size:
    """Of a selection set with its fragments spread out: how many selections, and how many sets are nested in it."""

    selections: int
    height: int


@dataclass(slots=True)
class _Walk:
    """What one walk through an operation finds out. Each fragment is walked once, however often it is spread."""

    fragments: dict[str, FragmentDefinitionNode]
    conditions: set[str]
    directives: set[str]
    sizes: dict[str, _Size] = field(default_factory=dict)
    walking: set[str] = field(default_factory=set)

    def visit(self, selection_set: SelectionSetNode, depth: int) -> _Size:
        """The size of a selection set at this depth, with its fragments spread out."""
        selections = height = 0
        for selection in selection_set.selections:
            self._directives(selection)
            below = _Size(0, 0)
            if isinstance(selection, FieldNode):
                if selection.name.value in {"__schema", "__type"}:
                    raise _UnsupportedError("the operation introspects the schema")
                if selection.selection_set:
                    below = self._inside(selection.selection_set, depth)
            elif isinstance(selection, InlineFragmentNode):
                below = self._inside(selection.selection_set, depth)
            elif isinstance(selection, FragmentSpreadNode):
                below = self._spread(selection, depth)
            selections += 1 + below.selections
            height = max(height, below.height)
            if selections > SELECTIONS_MAX:
                raise _UnsupportedError(f"the operation selects more than {SELECTIONS_MAX} fields and fragments")
        return _Size(selections, height)

    def _inside(self, selection_set: SelectionSetNode, depth: int) -> _Size:
        self._check_depth(depth + 1)
        selection = self.visit(selection_set, depth + 1)
        return _Size(selection.selections, selection.height + 1)

    def _spread(self, spread: FragmentSpreadNode, depth: int) -> _Size:
        name = spread.name.value
        fragment = self.fragments.get(name)
        if fragment is None:
            return _Size(0, 0)  # graphql-core passes over it too
        if name in self.walking:
            raise _UnsupportedError(f"the fragment {name} spreads itself")
        if fragment.variable_definitions or spread.arguments:
            raise _UnsupportedError(f"the fragment {name} takes arguments")
        known = self.sizes.get(name)
        if known is None:
            self.walking.add(name)
            known = self.sizes[name] = self._inside(fragment.selection_set, depth)
            self.walking.discard(name)
        self._check_depth(depth + known.height)
        return known

    def _check_depth(self, depth: int) -> None:
        if depth > DEPTH_MAX:
            raise _UnsupportedError(f"the operation is nested deeper than {DEPTH_MAX}")

    def _directives(self, node: SelectionNode) -> None:
        for directive in node.directives or ():
            name = directive.name.value
            if name in {"defer", "stream"}:
                raise _UnsupportedError(f"the operation uses @{name}")
            if name not in CONDITIONS:
                self.directives.add(name)
                continue
            condition = next((a.value for a in directive.arguments or () if a.name.value == "if"), None)
            if isinstance(condition, VariableNode):
                self.conditions.add(condition.name.value)
            elif not isinstance(condition, BooleanValueNode):
                raise _UnsupportedError(f"the condition of @{name} is not a Boolean")


class CompiledOperation:
    """An operation of a schema, compiled. Safe to share between requests: all state is in each execution."""

    def __init__(
        self,
        schema: GraphQLSchema,
        definition: OperationDefinitionNode,
        fragment_definitions: dict[str, FragmentDefinitionNode],
        conditions: tuple[str, ...],
        selections: int,
        executor_class: type[Executor[Any]],
        field_resolver: Callable[..., Any],
        type_resolver: Callable[..., Any],
    ) -> None:
        self.schema = schema
        self.definition = definition
        self.fragment_definitions = fragment_definitions
        self.selections = selections
        """With fragments spread out: what a program grows with."""
        self.infos = infos_of(executor_class)
        self._executor_class = executor_class
        self._fragments = {name: FragmentDetails(fragment) for name, fragment in fragment_definitions.items()}
        self._field_resolver = field_resolver
        self._type_resolver = type_resolver
        self._conditions = conditions
        self._variables = Variables(schema, definition)
        self._programs: dict[tuple[Any, ...], Program | None] = {}

    @property
    def conditions(self) -> int:
        """On how many variables the choice of a program depends."""
        return len(self._conditions)

    @property
    def source(self) -> str:
        """The Python source generated so far, to read."""
        return "\n\n".join(source for program in self._programs.values() if program for source in program.sources)

    def is_prepared(self, variable_values: dict[str, Any] | None = None) -> bool:
        """Whether `execute` with these values makes nothing first."""
        inputs = variable_values or {}
        try:
            if tuple([inputs.get(name) for name in self._conditions]) in self._programs:
                return True
        except TypeError:  # a list or an object has no hash, and is no Boolean: coercing says so
            pass
        values = self._variables.coerce(inputs)
        return isinstance(values, list) or self._choice(values) in self._programs or self._is_full

    def prepare(self, variable_values: dict[str, Any] | None = None) -> None:
        """Make what `execute` needs for these values, which takes the longer the larger the operation is. May be
        called in another thread."""
        values = self._variables.coerce(variable_values or {})
        if not isinstance(values, list):
            self._program(values)

    @property
    def _is_full(self) -> bool:
        return len(self._programs) >= PROGRAMS_MAX

    async def execute(
        self,
        root_value: Any = None,
        context_value: Any = None,
        variable_values: dict[str, Any] | None = None,
        **executor_arguments: Any,
    ) -> ExecutionResult:
        """Execute the operation, with the result graphql-core's `execute` has for the same arguments.

        Further arguments go to the executor class, as graphql-core passes them: strawberry's takes
        `operation_extensions`.
        """
        values = self._variables.coerce(variable_values or {})
        if isinstance(values, list):
            return ExecutionResult(None, errors=values)
        run = Run(self, root_value, context_value, values, executor_arguments)
        program = self._program(values)
        if program is None:
            whole: Any = run.executor.execute_operation()
            result: ExecutionResult = await whole if is_pending(whole) else whole
            return result
        try:
            data = program.execute_root(run, root_value, None)
            if type(data) is not dict:
                data = await data
        except GraphQLError as error:
            run.executor.collected_errors.add(error, None)
            data = None
        return ExecutionResult(data, run.errors)

    def executor(
        self, root: Any, context: Any, values: VariableValues, executor_arguments: dict[str, Any]
    ) -> Executor[Any]:
        return self._executor_class(
            self.schema,
            self.fragment_definitions,
            self._fragments,
            root,
            context,
            self.definition,
            values,
            self._field_resolver,
            self._type_resolver,
            default_field_resolver,
            **executor_arguments,
        )

    def _choice(self, values: VariableValues) -> tuple[Any, ...]:
        coerced = values.coerced
        return tuple([coerced.get(name) for name in self._conditions])

    def _program(self, values: VariableValues) -> Program | None:
        """The program for these values of the conditions; None when graphql-core has to execute them."""
        choice = self._choice(values)
        try:
            return self._programs[choice]
        except KeyError:
            pass
        if self._is_full:
            return None
        try:
            program = Program(
                self.schema, self._fragments, self.definition, values, self._field_resolver, self._type_resolver
            )
        except GraphQLError:  # a condition without a value: graphql-core says where
            program = None
        self._programs[choice] = program
        return program


def compile_operation(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation_name: str | None = None,
    *,
    field_resolver: Callable[..., Any] | None = None,
    type_resolver: Callable[..., Any] | None = None,
    executor_class: type[Executor[Any]] | None = None,
) -> CompiledOperation | NotCompiled:
    """Compile one operation of a valid document over the resolvers the schema has now.

    The document is taken as validated, as graphql-core's `execute` takes it. The three keyword arguments mean what
    they mean there; the executor class of a strawberry schema is found by itself.
    """
    executor_class = executor_class or executor_of(schema)
    fragments = {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    try:
        definition = _operation(schema, document, operation_name)
        walk = _Walk(fragments, set(), set())
        size = walk.visit(definition.selection_set, 0)
        _check_conditions(definition, walk.conditions)
        reason = why_executor_is_not_compiled(executor_class) or why_extensions_are_not_compiled(
            schema, walk.directives
        )
        if reason:
            raise _UnsupportedError(reason)
    except _UnsupportedError as unsupported:
        return NotCompiled(str(unsupported))
    return CompiledOperation(
        schema,
        definition,
        fragments,
        tuple(sorted(walk.conditions)),
        size.selections,
        executor_class,
        field_resolver or default_field_resolver,
        type_resolver or default_type_resolver,
    )


def _operation(schema: GraphQLSchema, document: DocumentNode, operation_name: str | None) -> OperationDefinitionNode:
    operations = list(_operations(document, operation_name))
    if not operations:
        raise _UnsupportedError("the document has no such operation")
    if operation_name is None and len(operations) > 1:
        raise _UnsupportedError("the document has several operations and none is named")
    operation = operations[-1]
    if operation.operation is OperationType.SUBSCRIPTION:
        raise _UnsupportedError("the operation is a subscription")
    if validate_schema(schema):
        raise _UnsupportedError("the schema is not valid")
    if schema.get_directive("defer") or schema.get_directive("stream"):
        raise _UnsupportedError("the schema delivers incrementally")
    if schema.get_root_type(operation.operation) is None:
        raise _UnsupportedError(f"the schema has no {operation.operation.value} type")
    if operation.directives:
        raise _UnsupportedError("the operation itself has directives")
    return operation


def _operations(document: DocumentNode, operation_name: str | None) -> Iterator[OperationDefinitionNode]:
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode) and (
            operation_name is None or (definition.name and definition.name.value == operation_name)
        ):
            yield definition


def _check_conditions(operation: OperationDefinitionNode, conditions: set[str]) -> None:
    """A condition is one of two values, so that there are few programs: its variable must be a Boolean."""
    types = {d.variable.name.value: d.type for d in operation.variable_definitions or ()}
    for name in conditions:
        declared = types.get(name)
        named = declared.type if isinstance(declared, NonNullTypeNode) else declared
        if not isinstance(named, NamedTypeNode) or named.name.value != "Boolean":
            raise _UnsupportedError(f"the condition ${name} is not a Boolean variable")
