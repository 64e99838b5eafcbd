"""What an operation costs, worked out before it runs: weights of fields that ask services, times the pages around them.

The directives are those of the GraphQL cost specification (`@cost`, `@listSize`); a document's cost is a function of
its variables, made once.
"""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_composite_type,
)

from gateway.policy import ASSUMED_SIZE, Policy

type Weigh = Callable[[Mapping[str, Any]], int]


def weigher(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> Weigh:
    """The cost of an operation of a valid document, as a function of its variables."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    defaults = {
        definition.variable.name.value: int(definition.default_value.value)
        for definition in operation.variable_definitions or ()
        if isinstance(definition.default_value, IntValueNode)
    }

    def selected(selections: SelectionSetNode, parent: GraphQLCompositeType) -> tuple[int, list[Weigh]]:
        constant, variable = 0, []
        for node in selections.selections:
            if isinstance(node, FieldNode):
                more, weigh = field(node, parent)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                kind = schema.get_type(condition.name.value) if condition else parent
                more, weigh = selected(node.selection_set, kind)  # type: ignore[arg-type] # the document is valid
            elif isinstance(node, FragmentSpreadNode):
                fragment = fragments[node.name.value]
                kind = schema.get_type(fragment.type_condition.name.value)
                more, weigh = selected(fragment.selection_set, kind)  # type: ignore[arg-type]
            constant += more
            variable += weigh
        return constant, variable

    def field(node: FieldNode, parent: GraphQLCompositeType) -> tuple[int, list[Weigh]]:
        has_fields = isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)
        definition = parent.fields.get(node.name.value) if has_fields else None  # type: ignore[union-attr]
        if definition is None:  # __typename and introspection
            return 0, []
        policy: Policy | None = definition.extensions.get("policy")
        weight = policy.weight if policy else 0
        kind = get_named_type(definition.type)
        if node.selection_set is None or not is_composite_type(kind):
            return weight, []
        constant, variable = selected(node.selection_set, kind)
        if "first" not in definition.args:
            return weight + constant, variable
        size = next((argument.value for argument in node.arguments or () if argument.name.value == "first"), None)
        if isinstance(size, VariableNode):
            name = size.name.value
            default = defaults.get(name, ASSUMED_SIZE)

            def page(variables: Mapping[str, Any]) -> int:
                given = variables.get(name, default)
                times = given if isinstance(given, int) and given > 0 else ASSUMED_SIZE
                return times * (constant + sum(weigh(variables) for weigh in variable))

            return weight, [page]
        times = max(1, int(size.value)) if isinstance(size, IntValueNode) else ASSUMED_SIZE
        return weight + times * constant, [scaled(weigh, times) for weigh in variable]

    root = schema.get_root_type(operation.operation)
    assert root is not None
    constant, variable = selected(operation.selection_set, root)
    return lambda variables: constant + sum(weigh(variables) for weigh in variable)


def scaled(weigh: Weigh, times: int) -> Weigh:
    return lambda variables: times * weigh(variables)
