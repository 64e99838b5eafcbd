"""What a schema resolves with: which fields are plain attribute reads, which executor, which resolve info."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

from graphql import GraphQLField, GraphQLResolveInfo, GraphQLSchema
from graphql.execution import Executor, default_field_resolver
from graphql.execution.incremental.incremental_executor import IncrementalExecutor


class Reader:
    """A resolver that needs its source and the context only: `read(source, context)`, which may answer an awaitable.

    graphql-core calls it as any resolver. A compiled operation calls `read` itself and makes neither path nor info for
    it. A field's arguments are given by keyword; where an operation gives none, `read` is called without them, so that
    their defaults in the schema and in the function have to be the same.
    """

    __slots__ = ("read",)

    def __init__(self, read: Callable[..., Any]) -> None:
        self.read = read

    def __call__(self, source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        return self.read(source, info.context, **arguments)


@dataclass(frozen=True, slots=True)
class AttributeRead:
    """A field that is read from its source without a resolver's path and info.

    graphql-core's default resolver takes a missing attribute for null, looks into mappings by key, and calls what it
    finds when that is callable; strawberry's does none of the three, nor does a `Reader`.
    """

    name: str
    graphql_default: bool
    reader: Callable[..., Any] | None = None


@dataclass(frozen=True, slots=True)
class Infos:
    """How the executor of a schema builds the resolve info: its class, and what differs from graphql-core's."""

    info_class: type[Any] | None
    """None when the executor has its own way, which is then called for each field."""
    plain_variables: bool = False
    additional_name: str | None = None

    def additional(self, executor_arguments: dict[str, Any]) -> tuple[Any, ...]:
        return () if self.additional_name is None else (executor_arguments.get(self.additional_name),)


def attribute_read(
    field_name: str, definition: GraphQLField, field_resolver: Callable[..., Any]
) -> AttributeRead | None:
    """Tell whether the field does no more than read an attribute; None when its resolver has to be called.

    A wrapper around a default resolver (a policy, a permission) is never mistaken for it: identity decides, not names,
    which `functools.wraps` would copy.
    """
    resolve = definition.resolve or field_resolver
    if type(resolve) is Reader:
        return AttributeRead(field_name, graphql_default=False, reader=resolve.read)
    if resolve is default_field_resolver:
        return AttributeRead(field_name, graphql_default=True)
    strawberry_field = _strawberry_basic_field(resolve)
    if strawberry_field is not None and strawberry_field.default_resolver is getattr:
        return AttributeRead(strawberry_field.python_name, graphql_default=False)
    return None


def _strawberry_basic_field(resolve: Callable[..., Any]) -> Any:
    """The strawberry field behind a resolver that only reads its attribute, else None."""
    converter = sys.modules.get("strawberry.schema.schema_converter")
    fields = sys.modules.get("strawberry.types.field")
    if converter is None or fields is None or not isinstance(resolve, FunctionType):
        return None
    code = resolve.__code__
    made_by: CodeType = converter.GraphQLCoreConverter.from_resolver.__code__
    if code.co_name != "_get_basic_result" or not any(code is constant for constant in made_by.co_consts):
        return None
    [cell] = resolve.__closure__ or (None,)
    field = cell.cell_contents if cell else None
    stock = fields.StrawberryField
    if not isinstance(field, stock) or field.base_resolver or type(field).get_result is not stock.get_result:
        return None
    return field


def executor_of(schema: GraphQLSchema) -> type[Executor[Any]]:
    """The executor class that executes this schema: strawberry's own for a strawberry schema."""
    strawberry_schema = getattr(schema, "_strawberry_schema", None)
    return getattr(strawberry_schema, "execution_context_class", None) or Executor


def why_executor_is_not_compiled(executor_class: type[Executor[Any]]) -> str | None:
    """A subclass may build the resolve info its own way; one that overrides execution itself has to execute."""
    for cls in executor_class.__mro__:
        if cls is Executor or cls is IncrementalExecutor:
            return None
        overridden = {name for name in vars(cls) if not name.startswith("__") and hasattr(Executor, name)}
        if overridden - {"build_resolve_info"}:
            return f"the executor {executor_class.__name__} overrides {', '.join(sorted(overridden))}"
    return f"{executor_class.__name__} is not an Executor of graphql-core"


def infos_of(executor_class: type[Executor[Any]]) -> Infos:
    build = executor_class.build_resolve_info
    if build is Executor.build_resolve_info:
        return Infos(GraphQLResolveInfo)
    strawberry = sys.modules.get("strawberry.schema.schema")
    if strawberry is not None and build is strawberry.StrawberryGraphQLCoreExecutionContext.build_resolve_info:
        return Infos(
            strawberry._OperationContextAwareGraphQLResolveInfo,
            plain_variables=True,
            additional_name="operation_extensions",
        )
    return Infos(None)


def why_extensions_are_not_compiled(schema: GraphQLSchema, directives: set[str]) -> str | None:
    """strawberry's schema extensions may wrap every resolver at execution, outside of the schema that is compiled."""
    strawberry_schema = getattr(schema, "_strawberry_schema", None)
    if strawberry_schema is None:
        return None
    if strawberry_schema.directives and directives:
        return f"the schema's own directives apply: @{', @'.join(sorted(directives))}"
    for extension in strawberry_schema.get_extensions():
        if type(extension).__name__ != "DirectivesExtension" and extension._implements_resolve():
            return f"the schema extension {type(extension).__name__} wraps every resolver"
    return None
