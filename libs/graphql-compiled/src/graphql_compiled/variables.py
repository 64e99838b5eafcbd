"""Variables: coercing the input as graphql-core does, with what does not depend on the input done once."""

from typing import Any

from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, is_leaf_type, is_non_null_type
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values
from graphql.pyutils import Undefined
from graphql.utilities.coerce_input_value import coerce_input_value

COERCION_ERRORS_MAX = 50
"""graphql-core's own default for how many errors it reports."""


class Variables:
    """The variables of one operation."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self._schema = schema
        self._definitions = operation.variable_definitions or ()
        # An input of a leaf type cannot nest; all others, and defaults, take graphql-core's own way.
        self._signatures: list[GraphQLVariableSignature] | None = []
        for definition in self._definitions:
            signature = get_variable_signature(schema, definition)
            if isinstance(signature, GraphQLError) or not is_leaf_type(_nullable(signature.type)):
                self._signatures = None
                return
            self._signatures.append(signature)

    def coerce(self, inputs: dict[str, Any]) -> VariableValues | list[GraphQLError]:
        return self._coerce_leaves(inputs) or get_variable_values(
            self._schema, self._definitions, inputs, max_errors=COERCION_ERRORS_MAX
        )

    def _coerce_leaves(self, inputs: dict[str, Any]) -> VariableValues | None:
        """The values when every variable is a leaf and valid, else None: graphql-core then finds the errors."""
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


def _nullable(input_type: Any) -> Any:
    return input_type.of_type if is_non_null_type(input_type) else input_type
