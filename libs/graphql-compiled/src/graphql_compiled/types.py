"""What the parts of a compiled operation know of one another: fields, functions that read an object, the program."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLSchema,
)
from graphql.execution.collect_fields import FieldDetails
from graphql.execution.values import VariableValues
from graphql.pyutils import Path

from .resolvers import AttributeRead, attribute_read
from .run import LazyPath, Run, real_path

type ExecuteObject = Callable[[Run, Any, LazyPath], Any]
"""Takes the run, the source object and its path; returns the dict of its fields, or an awaitable of it."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The fields of one object type at one place: a function for sources with attributes and one for mappings."""

    by_attribute: ExecuteObject
    by_key: ExecuteObject
    source: str

    def reads_mapping(self, value: Any) -> bool:
        return self.by_key is not self.by_attribute and isinstance(value, Mapping)


class Program(Protocol):
    """The functions of one operation."""

    @property
    def schema(self) -> GraphQLSchema: ...
    @property
    def values(self) -> VariableValues: ...
    @property
    def field_resolver(self) -> Callable[..., Any]: ...
    @property
    def type_resolver(self) -> Callable[..., Any]: ...
    def select(self, object_type: GraphQLObjectType, details: list[FieldDetails]) -> Selection: ...


class Field:
    """One field of an operation: all that is known about it before any value is."""

    __slots__ = (
        "definition",
        "details",
        "head",
        "key",
        "name",
        "node",
        "nodes",
        "parent_type",
        "program",
        "return_type",
        "typename",
    )

    def __init__(
        self,
        program: Program,
        parent_type: GraphQLObjectType,
        key: str,
        definition: GraphQLField,
        details: list[FieldDetails],
    ) -> None:
        self.program = program
        self.parent_type = parent_type
        self.typename = parent_type.name
        self.key = key
        self.definition = definition
        self.return_type = definition.type
        self.details = details
        self.nodes: list[FieldNode] = [detail.node for detail in details]
        self.node = self.nodes[0]
        self.name = self.node.name.value
        self.head = (self.name, self.nodes, self.return_type, parent_type)

    def attribute_read(self) -> AttributeRead | None:
        if self.node.arguments:
            return None
        read = attribute_read(self.name, self.definition, self.program.field_resolver)
        if read is not None and read.reader is None and self.definition.args:
            return None  # what the default resolver finds may be callable and take them
        return read

    def info(self, run: Run, path: Path) -> GraphQLResolveInfo[Any]:
        info_class = run.operation.infos.info_class
        if info_class is None:
            return run.executor.build_resolve_info(self.definition, self.nodes, self.parent_type, path)
        tail = run.info_tail or run.make_info_tail()
        info: GraphQLResolveInfo[Any] = tuple.__new__(info_class, (*self.head, path, *tail))
        return info

    def path_above(self, path: LazyPath) -> Path:
        """The path of the field itself, above the list indexes that lead to one of its items."""
        while path is not None and isinstance(path[1], int):
            path = path[0]
        resolved = real_path(path)
        assert resolved is not None
        return resolved

    def fail(self, run: Run, error: Exception, return_type: GraphQLOutputType, path: LazyPath) -> Any:
        """Record the error and answer null, or raise it located when the type forbids null."""
        where = real_path(path)
        assert where is not None
        run.executor.handle_field_error(error, return_type, self.details, where)
        return None
