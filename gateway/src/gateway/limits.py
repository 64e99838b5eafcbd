"""What one document may ask at most. Counted once, when a document is first seen."""

from chassis.refusals import Refusal
from graphql import DocumentNode, FieldNode, FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode
from graphql.language import OperationDefinitionNode, SelectionSetNode

TOKENS_MAX = 4_000
DEPTH_MAX = 12
FIELDS_MAX = 500  # after fragments are spread
ALIASES_MAX = 60
OPERATIONS_MAX = 10
BODY_BYTES_MAX = 512 * 1024
EXECUTION_SECONDS = 20.0


class TooMuchAsked(Refusal):
    """The document asks for more than one request may."""


def check(document: DocumentNode) -> None:
    """Refuse a valid document that is too deep or too wide."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if len(operations) > OPERATIONS_MAX:
        raise TooMuchAsked(f"at most {OPERATIONS_MAX} operations in a document")
    for operation in operations:
        fields = aliases = 0
        todo: list[tuple[SelectionSetNode, int]] = [(operation.selection_set, 1)]
        while todo:
            selections, depth = todo.pop()
            if depth > DEPTH_MAX:
                raise TooMuchAsked(f"at most {DEPTH_MAX} fields deep")
            for node in selections.selections:
                if isinstance(node, FieldNode):
                    if node.name.value.startswith("__"):
                        continue
                    fields += 1
                    aliases += node.alias is not None
                    if node.selection_set:
                        todo.append((node.selection_set, depth + 1))
                elif isinstance(node, InlineFragmentNode):
                    todo.append((node.selection_set, depth))
                elif isinstance(node, FragmentSpreadNode):
                    todo.append((fragments[node.name.value].selection_set, depth))
            if fields > FIELDS_MAX or aliases > ALIASES_MAX:
                raise TooMuchAsked(f"at most {FIELDS_MAX} fields and {ALIASES_MAX} aliases")
