"""What an operation costs, worked out before it runs: an estimate, in microseconds of a core, of us and the services.

A field costs a little for each row it is in; one that asks a service costs what the call does. Pages multiply what is
in them. The directives are those of the GraphQL cost specification (`@cost`, `@listSize`). A document's cost is a
function of its variables, made once; each fragment is weighed once, and evaluated once, however often it is spread. How
the weights were found is in `docs/adr/0015`.
"""

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SchemaMetaFieldDef,
    SelectionSetNode,
    TypeMetaFieldDef,
    VariableNode,
    get_named_type,
    is_composite_type,
)

from gateway.limits import COST_CEILING
from gateway.policy import ASSUMED_SIZE, SLICING, Policy

FIELD_WEIGHT = 2  # read by a compiled operation, and written as JSON
INTERPRETED_WEIGHT = 20  # by graphql-core
INTROSPECTED_WEIGHT = 5  # by graphql-core, of the schema itself
ROW_WEIGHT = 100  # of a page: found, encoded, sent and decoded
WRAPPED = 0.6  # of types that are asked for what they are of, so many are of anything
ASSUMED_LENGTH = 3  # of a list that is not a page

type Weigh = Callable[[Mapping[str, Any]], int]


@dataclass(slots=True)
class Evaluation:
    """One evaluation of a cost: the variables, and what fragments were found to cost with them."""

    variables: Mapping[str, Any]
    fragments: dict[str, int] = field(default_factory=dict)


type Amount = int | Callable[[Evaluation], int]


def weigher(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, field_weight: int = FIELD_WEIGHT
) -> Weigh:
    """The cost of an operation of a valid document, as a function of its variables."""
    cost = Weigher(schema, document, operation, field_weight).operation_cost()
    if isinstance(cost, int):
        return lambda _variables: cost
    return lambda variables: cost(Evaluation(variables))


class Weigher:
    """Weighs one operation and the fragments it spreads."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, field_weight: int
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._field_weight = field_weight
        self._definitions = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._fragments: dict[str, Amount] = {}
        self._defaults = {
            definition.variable.name.value: int(definition.default_value.value)
            for definition in operation.variable_definitions or ()
            if isinstance(definition.default_value, IntValueNode)
        }

    def operation_cost(self) -> Amount:
        root = self._schema.get_root_type(self._operation.operation)
        assert root is not None
        return self._selected(self._operation.selection_set, root)

    def _selected(self, selections: SelectionSetNode, parent: GraphQLCompositeType) -> Amount:
        amounts: list[Amount] = []
        for node in selections.selections:
            if isinstance(node, FieldNode):
                amounts.append(self._field(node, parent))
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                kind = self._schema.get_type(condition.name.value) if condition else parent
                assert is_composite_type(kind)  # the document is valid
                amounts.append(self._selected(node.selection_set, kind))
            elif isinstance(node, FragmentSpreadNode):
                amounts.append(self._fragment(node.name.value))
        return total(amounts)

    def _fragment(self, name: str) -> Amount:
        if (known := self._fragments.get(name)) is not None:
            return known
        definition = self._definitions[name]
        kind = self._schema.get_type(definition.type_condition.name.value)
        assert is_composite_type(kind)  # the document is valid
        cost = self._selected(definition.selection_set, kind)
        if isinstance(cost, int):
            self._fragments[name] = cost
            return cost

        def once(evaluation: Evaluation) -> int:
            known = evaluation.fragments.get(name)
            if known is None:
                known = evaluation.fragments[name] = cost(evaluation)
            return known

        self._fragments[name] = once
        return once

    def _field(self, node: FieldNode, parent: GraphQLCompositeType) -> Amount:
        definition = self._definition(node.name.value, parent)
        if definition is None:  # __typename
            return self._field_weight
        policy: Policy | None = definition.extensions.get("policy")
        about_the_schema = parent.name.startswith("__")
        own = (policy.weight if policy else 0) + (INTROSPECTED_WEIGHT if about_the_schema else self._field_weight)
        kind = get_named_type(definition.type)
        if node.selection_set is None or not is_composite_type(kind):
            return own
        inner = self._selected(node.selection_set, kind)
        if about_the_schema or kind.name.startswith("__"):
            return total([own, times(introspected(self._schema).get(node.name.value, 1), inner)])
        if "first" in definition.args:
            return total([own, times(self._page_size(node), total([ROW_WEIGHT, inner]))])
        return total([own, times(ASSUMED_LENGTH, inner) if is_list(definition) and not is_page(parent) else inner])

    def _definition(self, name: str, parent: GraphQLCompositeType) -> GraphQLField | None:
        if name == "__schema":
            return SchemaMetaFieldDef
        if name == "__type":
            return TypeMetaFieldDef
        return parent.fields.get(name) if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else None

    def _page_size(self, node: FieldNode) -> Amount:
        """How many rows are asked for, from whichever end; where both are said, which is refused, the larger."""
        sizes = [argument.value for argument in node.arguments or () if argument.name.value in SLICING]
        said = max((int(size.value) for size in sizes if isinstance(size, IntValueNode)), default=0)
        names = [size.name.value for size in sizes if isinstance(size, VariableNode)]
        if not names:
            return min(COST_CEILING, said) if said > 0 else ASSUMED_SIZE

        def requested_size(evaluation: Evaluation) -> int:
            values = [evaluation.variables.get(name, self._defaults.get(name)) for name in names]
            size = max((value for value in values if isinstance(value, int)), default=0)
            return min(COST_CEILING, max(size, said)) if max(size, said) > 0 else ASSUMED_SIZE

        return requested_size


def is_list(definition: GraphQLField) -> bool:
    kind = definition.type
    return isinstance(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, GraphQLList)


def is_page(kind: GraphQLCompositeType) -> bool:
    """Its rows are counted where its size is said."""
    return kind.name.endswith("Connection")


@functools.lru_cache(maxsize=4)
def introspected(schema: GraphQLSchema) -> Mapping[str, float]:
    """How many there are, on average, of what the schema tells about itself, by the name of the field that tells it."""
    kinds = list(schema.type_map.values())
    shown = [kind for kind in kinds if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)]
    fields = [field for kind in shown for field in kind.fields.values()]
    widest = max(len(kind.fields) for kind in shown)
    average = len(fields) / len(kinds)
    return {
        "types": len(kinds),
        "directives": len(schema.directives),
        "__type": max(1.0, widest / average),
        "fields": average,
        "args": max(1.0, sum(len(field.args) for field in fields) / len(fields)),
        "inputFields": sum(len(kind.fields) for kind in kinds if isinstance(kind, GraphQLInputObjectType)) / len(kinds),
        "enumValues": sum(len(kind.values) for kind in kinds if isinstance(kind, GraphQLEnumType)) / len(kinds),
        "possibleTypes": sum(len(kind.types) for kind in kinds if isinstance(kind, GraphQLUnionType)) / len(kinds),
        "interfaces": sum(len(kind.interfaces) for kind in shown) / len(kinds),
        "ofType": WRAPPED,
    }


def total(amounts: list[Amount]) -> Amount:
    """The sum, which stops growing far above what anybody may spend."""
    constant = min(COST_CEILING, sum(amount for amount in amounts if isinstance(amount, int)))
    variable = [amount for amount in amounts if not isinstance(amount, int)]
    if not variable:
        return constant
    if not constant and len(variable) == 1:
        return variable[0]
    return lambda evaluation: min(COST_CEILING, constant + sum(amount(evaluation) for amount in variable))


def times(size: Amount | float, amount: Amount) -> Amount:
    if isinstance(size, int | float) and isinstance(amount, int):
        return min(COST_CEILING, math.ceil(size * amount))

    def product(evaluation: Evaluation) -> int:
        many = size if isinstance(size, int | float) else size(evaluation)
        each = amount if isinstance(amount, int) else amount(evaluation)
        return min(COST_CEILING, math.ceil(many * each))

    return product
