"""Variables: coercing the input as graphql-core does, with what does not depend on the input done once."""

import math
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    OperationDefinitionNode,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values
from graphql.language.parser import MAX_NESTING_DEPTH
from graphql.pyutils import Undefined
from graphql.utilities.coerce_input_value import coerce_input_value

COERCION_ERRORS_MAX = 50
"""graphql-core's own default for how many errors it reports."""


class Variables:
    """The variables of one operation."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self._schema = schema
        self._definitions = operation.variable_definitions or ()
        # graphql-core looks through every input for how deep it is; by most types it cannot be too deep. All others,
        # and defaults, take graphql-core's own way.
        heights: dict[str, float] = {}
        self._signatures: list[GraphQLVariableSignature] | None = []
        for definition in self._definitions:
            signature = get_variable_signature(schema, definition)
            if isinstance(signature, GraphQLError) or _height(signature.type, heights) > MAX_NESTING_DEPTH:
                self._signatures = None
                return
            self._signatures.append(signature)

    def coerce(self, inputs: dict[str, Any]) -> VariableValues | list[GraphQLError]:
        return self._coerce_valid(inputs) or get_variable_values(
            self._schema, self._definitions, inputs, max_errors=COERCION_ERRORS_MAX
        )

    def _coerce_valid(self, inputs: dict[str, Any]) -> VariableValues | None:
        """The values when none of them can be too deep and all are valid, else None: graphql-core then finds the
        errors."""
        if self._signatures is None:
            return None
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for signature in self._signatures:
            name = signature.name
            value = inputs.get(name, Undefined)
            if value is Undefined:
                if signature.default is not None or is_non_null_type(signature.type):
                    return None
                sources[name] = VariableValueSource(signature)
                continue
            sources[name] = VariableValueSource(signature, value)
            result = coerce_input_value(value, signature.type)
            if result is Undefined:
                return None
            coerced[name] = result
        return VariableValues(sources, coerced)


def _height(input_type: GraphQLInputType, known: dict[str, float]) -> float:
    """How many lists and input objects can lie in one another by this type; no end of them where it comes back to
    itself. `known` has the input objects that were looked at."""
    if is_non_null_type(input_type):
        return _height(input_type.of_type, known)
    if is_list_type(input_type):
        return 1 + _height(input_type.of_type, known)
    if not is_input_object_type(input_type):
        return 0
    if input_type.name not in known:
        known[input_type.name] = math.inf  # while it is looked at: whoever comes back to it here has no end
        heights = [_height(field.type, known) for field in input_type.fields.values()]
        known[input_type.name] = 1 + max(heights, default=0)
    return known[input_type.name]
