"""How large a document is with its fragments spread out, found before anything else is done with it.

Each fragment is measured once, however often it is spread, so that measuring takes as long as the document is written,
not as long as it means. Only then is it validated: graphql-core compares every two fields of one name, and each two
fragments, so that what it takes grows with the square of their number. Numbers that exceed every limit stop growing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    DefinitionNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)
from graphql_compiled import InvalidDocumentError

from gateway.limits import (
    ALIASES_MAX,
    DEPTH_MAX,
    DIRECTIVES_MAX,
    FIELDS_MAX,
    FRAGMENTS_MAX,
    INTROSPECTION_DEPTH_MAX,
    INTROSPECTIONS_MAX,
    NESTING_MAX,
    OPERATIONS_MAX,
    PAIRS_MAX,
    SPREADS_MAX,
    TooMuchAsked,
)

INTROSPECTION = frozenset({"__schema", "__type"})
CEILING = 1_000_000  # where counting stops: far above every limit


@dataclass(frozen=True, slots=True)
class Shape:
    """Of a selection set with its fragments spread out. Fields of the schema about itself count like any other."""

    fields: int = 0
    aliases: int = 0
    spreads: int = 0  # of fragments, with a name or without
    depth: int = 0  # of fields
    introspection_depth: int = 0  # of fields, below one that asks about the schema
    introspections: int = 0
    nesting: int = 0  # of selection sets, those of fragments too

    def __add__(self, other: "Shape") -> "Shape":
        return Shape(
            fields=min(CEILING, self.fields + other.fields),
            aliases=min(CEILING, self.aliases + other.aliases),
            spreads=min(CEILING, self.spreads + other.spreads),
            depth=max(self.depth, other.depth),
            introspection_depth=max(self.introspection_depth, other.introspection_depth),
            introspections=min(CEILING, self.introspections + other.introspections),
            nesting=max(self.nesting, other.nesting),
        )


def check(document: DocumentNode) -> None:
    """Refuse a document that asks for too much, in a time that depends on its length alone.

    Raises `TooMuchAsked`; `InvalidDocumentError` where a fragment spreads itself.
    """
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    if len(operations) > OPERATIONS_MAX:
        raise TooMuchAsked(f"at most {OPERATIONS_MAX} operations in a document")
    if len(document.definitions) - len(operations) > FRAGMENTS_MAX:
        raise TooMuchAsked(f"at most {FRAGMENTS_MAX} fragments in a document")
    spread = {id(node): check_nesting(node) for node in document.definitions}
    shapes: dict[str, Shape] = {}
    for name in innermost_first(fragments, {name: spread[id(node)] for name, node in fragments.items()}):
        shapes[name] = measured(fragments[name].selection_set, shapes)
        check_shape(
            shapes[name], INTROSPECTION_DEPTH_MAX
        )  # whether it is about the schema is decided where it is spread
    for operation in operations:
        check_shape(measured(operation.selection_set, shapes), DEPTH_MAX)
    spread_anywhere = {name for names in spread.values() for name in names}
    roots = [*operations, *(node for name, node in fragments.items() if name not in spread_anywhere)]
    pairs = 0
    for root in roots:
        pairs += pairs_in([root.selection_set], fragments)
        if pairs > PAIRS_MAX:
            raise TooMuchAsked("too many fields of one name, or fragments, in one place; ask for each of them once")


def check_shape(shape: Shape, depth_max: int) -> None:
    if shape.nesting > NESTING_MAX:
        raise TooMuchAsked("nested too deeply")
    if shape.depth > depth_max or shape.introspection_depth > INTROSPECTION_DEPTH_MAX:
        raise TooMuchAsked(f"at most {DEPTH_MAX} fields deep")
    if shape.fields > FIELDS_MAX or shape.aliases > ALIASES_MAX:
        raise TooMuchAsked(f"at most {FIELDS_MAX} fields and {ALIASES_MAX} aliases, with fragments spread out")
    if shape.spreads > SPREADS_MAX:
        raise TooMuchAsked(f"at most {SPREADS_MAX} spreads of fragments, each counted wherever it leads")
    if shape.introspections > INTROSPECTIONS_MAX:
        raise TooMuchAsked(f"at most {INTROSPECTIONS_MAX} questions about the schema at once")


def check_nesting(definition: DefinitionNode) -> list[str]:
    """The fragments a definition spreads. Refuse one whose selection sets, as written, are nested so deeply that
    walking through them would exhaust the stack, or that has directives by the hundred."""
    spread: list[str] = []
    directives = len(definition.directives or ()) if isinstance(definition, OperationDefinitionNode) else 0
    todo = [(node, 1) for node in selections_of(definition)]
    while todo:
        node, depth = todo.pop()
        if depth > NESTING_MAX:
            raise TooMuchAsked("nested too deeply")
        directives += len(node.directives or ())
        if isinstance(node, FragmentSpreadNode):
            spread.append(node.name.value)
        else:
            todo.extend((inner, depth + 1) for inner in selections_of(node))
    if directives > DIRECTIVES_MAX:
        raise TooMuchAsked(f"at most {DIRECTIVES_MAX} directives")
    return spread


def selections_of(node: DefinitionNode | SelectionNode) -> tuple[SelectionNode, ...]:
    selection_set: SelectionSetNode | None = getattr(node, "selection_set", None)
    return tuple(selection_set.selections) if selection_set is not None else ()


def innermost_first(fragments: Mapping[str, FragmentDefinitionNode], spread: Mapping[str, list[str]]) -> list[str]:
    """The fragments in an order in which each comes after those it spreads. Raises where one spreads itself."""
    ordered: dict[str, None] = {}
    for start in fragments:
        entered: dict[str, Iterator[str]] = {} if start in ordered else {start: iter(spread[start])}
        while entered:
            name, inner = next(reversed(entered.items()))
            following = next((other for other in inner if other in fragments and other not in ordered), None)
            if following is None:
                del entered[name]
                ordered[name] = None
            elif following in entered:
                message = f"Cannot spread fragment '{following}' within itself."
                raise InvalidDocumentError([GraphQLError(message, fragments[following])])
            else:
                entered[following] = iter(spread[following])
    return list(ordered)


def measured(selection_set: SelectionSetNode, shapes: Mapping[str, Shape]) -> Shape:
    """The shape of a selection set, by those of the fragments it spreads."""
    total = Shape(nesting=1)
    for node in selection_set.selections:
        if isinstance(node, FieldNode):
            total += field_shape(node, shapes)
            continue
        if isinstance(node, FragmentSpreadNode):
            inner = shapes.get(node.name.value, Shape())  # validation says which it does not know
        else:
            assert isinstance(node, InlineFragmentNode)
            inner = measured(node.selection_set, shapes)
        total += Shape(spreads=1, nesting=inner.nesting + 1) + inner
    return total


def field_shape(node: FieldNode, shapes: Mapping[str, Shape]) -> Shape:
    inner = measured(node.selection_set, shapes) if node.selection_set else Shape()
    own = Shape(fields=1, aliases=node.alias is not None)
    if node.name.value in INTROSPECTION:
        depth = Shape(depth=1, introspection_depth=max(inner.depth, inner.introspection_depth) + 1, introspections=1)
        inner = Shape(inner.fields, inner.aliases, inner.spreads, 0, 0, inner.introspections, inner.nesting)
    else:
        depth = Shape(depth=inner.depth + 1)
    return own + depth + inner + Shape(nesting=inner.nesting + 1)


def pairs_in(sets: list[SelectionSetNode], fragments: Mapping[str, FragmentDefinitionNode]) -> int:
    """How many pairs of fields of one name, and of fragments, a document within the limits has in one place: below all
    that is answered together there."""
    by_name: defaultdict[str, list[FieldNode]] = defaultdict(list)
    spreads = pairs = 0
    todo = list(sets)
    while todo:
        for node in todo.pop().selections:
            if isinstance(node, FieldNode):
                by_name[(node.alias or node.name).value].append(node)
            elif isinstance(node, InlineFragmentNode):
                todo.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                spreads += 1
                if (fragment := fragments.get(node.name.value)) is not None:
                    todo.append(fragment.selection_set)
    pairs += spreads * spreads
    for fields in by_name.values():
        pairs += len(fields) * len(fields)
        if inner := [node.selection_set for node in fields if node.selection_set]:
            pairs += pairs_in(inner, fragments)
    return pairs
