"""Selection sets: the Python source that reads one object, generated for each object type of an operation."""

import keyword
from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    TypeNameMetaFieldDef,
    is_leaf_type,
    is_non_null_type,
)
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, collect_fields, collect_subfields
from graphql.execution.values import VariableValues

from . import leaves
from .fields import ResolveField, read_field, resolved_field
from .resolvers import AttributeRead
from .run import LazyPath, Raised, Run, gather_fields, is_pending, real_path, settle
from .types import ExecuteObject, Field, Selection

RAISED = "except Exception as error:\n    {v} = Raised(error)"


class Program:
    """The functions of one operation, for one choice of the variables that `@include` and `@skip` depend on."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: dict[str, FragmentDetails],
        operation: OperationDefinitionNode,
        values: VariableValues,
        field_resolver: Callable[..., Any],
        type_resolver: Callable[..., Any],
    ) -> None:
        self.schema = schema
        self.fragments = fragments
        self.operation = operation
        self.values = values
        self.field_resolver = field_resolver
        self.type_resolver = type_resolver
        self.sources: list[str] = []
        root_type = schema.get_root_type(operation.operation)
        assert root_type is not None
        grouped = collect_fields(schema, fragments, values, root_type, operation).grouped_field_set
        self.execute_root: ExecuteObject
        if operation.operation is OperationType.MUTATION:
            self.execute_root = _serially(self._fields(root_type, grouped))
        else:
            selection = self._generate(root_type, grouped)
            self.execute_root = lambda run, root, path: (
                selection.by_key if selection.reads_mapping(root) else selection.by_attribute
            )(run, root, path)

    def select(self, object_type: GraphQLObjectType, details: list[FieldDetails]) -> Selection:
        collected = collect_subfields(self.schema, self.fragments, self.values, self.operation, object_type, details)
        return self._generate(object_type, collected.grouped_field_set)

    def _fields(self, object_type: GraphQLObjectType, grouped: dict[str, list[FieldDetails]]) -> list[Field]:
        fields = [
            (key, self.schema.get_field(object_type, details[0].node.name.value), details)
            for key, details in grouped.items()
        ]
        return [Field(self, object_type, key, definition, details) for key, definition, details in fields if definition]

    def _generate(self, object_type: GraphQLObjectType, grouped: dict[str, list[FieldDetails]]) -> Selection:
        namespace: dict[str, Any] = {
            "Raised": Raised,
            "gather_fields": gather_fields,
            "real_path": real_path,
            "settle": settle,
            **leaves.NAMESPACE,
        }
        fields = [_Line(index, field, namespace) for index, field in enumerate(self._fields(object_type, grouped))]
        source = _function("by_attribute", fields, by_key=False)
        has_keys = any(line.read and line.read.graphql_default for line in fields)
        if has_keys:
            source += _function("by_key", fields, by_key=True)
        exec(compile(source, f"<compiled {object_type.name}>", "exec"), namespace)  # noqa: S102 - source is made below
        self.sources.append(source)
        by_attribute = namespace["by_attribute"]
        return Selection(by_attribute, namespace["by_key"] if has_keys else by_attribute, source)


class _Line:
    """The source lines of one field. Only indexes, identifiers and `repr` of keys enter the source, never raw text."""

    def __init__(self, index: int, field: Field, namespace: dict[str, Any]) -> None:
        self.index = index
        self.key = field.key
        self.typename = field.typename if field.definition is TypeNameMetaFieldDef else None
        self.read: AttributeRead | None = None
        self.leaf: leaves.Leaf | None = None
        self.nullable = not is_non_null_type(field.return_type)
        self.resolves = False
        if self.typename is not None:
            return
        self.read = field.attribute_read()
        if self.read is None:
            self.resolves = True
            namespace[f"field_{index}"] = resolved_field(field)
            return
        if self.read.reader is not None:
            namespace[f"reader_{index}"] = self.read.reader
        namespace[f"field_{index}"] = read_field(field, self.read)
        named = field.return_type.of_type if is_non_null_type(field.return_type) else field.return_type
        if is_leaf_type(named):
            self.leaf = leaves.leaf_of(named)
            namespace[f"names_{index}"] = self.leaf.names
            namespace[f"keep_{index}"] = self.leaf.keep

    @property
    def result(self) -> str:
        return repr(self.typename) if self.typename is not None else f"v{self.index}"

    def lines(self, by_key: bool) -> list[str]:
        v, index = f"v{self.index}", self.index
        if self.typename is not None:
            return []
        if self.read is None:
            return [f"{v} = field_{index}(run, source, path, pending)"]
        return [*_read(v, index, self.read, by_key), *self._complete(v, f"field_{index}(run, {v}, path, pending)")]

    def _complete(self, v: str, otherwise: str) -> list[str]:
        leaf = self.leaf
        if leaf is not None and leaf.test is not None:
            test = f"not ({leaf.test.format(v=v)})"
            return [f"if {test}{f' and {v} is not None' if self.nullable else ''}:", f"    {v} = {otherwise}"]
        if leaf is not None and leaf.key is not None:
            return [
                f"name = names_{self.index}.get({leaf.key.format(v=v)})",
                f"{v} = {otherwise} if name is None else name",
            ]
        if self.nullable:
            return [f"if {v} is not None:", f"    {v} = {otherwise}"]
        return [f"{v} = {otherwise}"]


def _read(v: str, index: int, read: AttributeRead, by_key: bool) -> list[str]:
    """Reading never raises: an error becomes a `Raised`, which the field's own function then handles."""
    if read.reader is not None:
        return ["try:", f"    {v} = reader_{index}(source, run.context)", *RAISED.format(v=v).splitlines()]
    plain = read.name.isascii() and read.name.isidentifier() and not keyword.iskeyword(read.name)
    attribute = f"source.{read.name}" if plain else f"getattr(source, {read.name!r})"
    failed = RAISED.format(v=v).splitlines()
    if not read.graphql_default:
        return ["try:", f"    {v} = {attribute}", *failed]
    if by_key:
        return ["try:", f"    {v} = source.get({read.name!r})", *failed]
    return ["try:", f"    {v} = {attribute}", "except AttributeError:", f"    {v} = None", *failed]


def _function(name: str, fields: list[_Line], by_key: bool) -> str:
    body: list[str] = []
    if sum(line.resolves for line in fields) > 1:
        body.append("path = real_path(path)")
    body += [part for line in fields for part in line.lines(by_key)]
    body.append(f"result = {{{', '.join(f'{line.key!r}: {line.result}' for line in fields)}}}")
    indented = "\n".join(f"        {part}" for part in body)
    return (
        f"def {name}(run, source, path):\n"
        "    pending = []\n"
        "    try:\n"
        f"{indented}\n"
        "    except Exception:\n"
        "        settle(run, pending)\n"
        "        raise\n"
        "    return gather_fields(result, pending) if pending else result\n"
    )


def _serially(fields: list[Field]) -> ExecuteObject:
    """The root fields of a mutation: each only starts when the one before has finished."""
    steps: list[tuple[str, ResolveField]] = [(field.key, resolved_field(field)) for field in fields]

    async def execute(run: Run, root: Any, path: LazyPath) -> dict[str, Any]:
        results: dict[str, Any] = {}
        for key, step in steps:
            value = step(run, root, path, [])
            results[key] = await value if is_pending(value) else value
        return results

    return execute
