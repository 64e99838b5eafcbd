"""How large a document is: found in a time that depends on how it is written, not on what it spreads to."""

import time

import pytest
from devstack.samples import examples
from gateway.documents import Documents
from gateway.limits import ALIASES_MAX, FIELDS_MAX, NESTING_MAX, PAIRS_MAX, SPREADS_MAX, TooMuchAsked
from gateway.schema import core
from gateway.shape import check
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    InlineFragmentNode,
    SelectionSetNode,
    parse,
)
from graphql_compiled import InvalidDocumentError
from hypothesis import given, settings
from hypothesis import strategies as st

PLAIN = "{ offerings(first: 20) { edges { cursor node { id title partner { id name } } } } }"
TIMES_MAX = 60  # of what a plain document takes: the longest that is let through takes longer, and is charged for it


def fragments(kind: str, bodies: list[str]) -> str:
    return " ".join(f"fragment f{number} on {kind} {{ {body} }}" for number, body in enumerate(bodies))


def diamonds(
    levels: int, operation: str = "query", kind: str = "Query", spread: str = "{0} {0}", leaf: str = ""
) -> str:
    """Two to the power of `levels`, in some forty bytes a level."""
    bodies = [spread.format(f"...f{level + 1}") for level in range(levels)]
    return f"{operation} {{ ...f0 }} {fragments(kind, [*bodies, leaf or '__typename'])}"


HOSTILE = {
    "diamonds of fragments": diamonds(300),
    "diamonds with conditions": "query ($v: Boolean!) "
    + diamonds(90, "", spread="{0} @include(if: $v) {0} @skip(if: $v)"),
    "diamonds in inline fragments": diamonds(90, spread="... on Query {{ {0} }} ... {{ {0} }}"),
    "diamonds of a mutation": diamonds(90, "mutation", "Mutation"),
    "diamonds of a subscription": diamonds(90, "subscription", "Subscription"),
    "diamonds nobody spreads": "{ __typename } " + diamonds(90).partition("}")[2],
    "diamonds below the schema's own": "{ __schema { ...f0 } } "
    + fragments("__Schema", [f"...f{level + 1} ...f{level + 1}" for level in range(90)] + ["description"]),
    "diamonds below a field": diamonds(9, spread="a: offerings {{ nodes {{ id }} }} {0} {0}"),
    "a chain": diamonds(90, spread="offerings {{ nodes {{ id }} }} {0}"),
    "a cycle": "{ ...f0 } " + fragments("Query", ["...f1", "...f2", "...f0"]),
    "a fragment that spreads itself": "{ ...f0 } fragment f0 on Query { me { role } ...f0 }",
    "a cycle nobody spreads": "{ __typename } " + fragments("Query", ["...f1", "...f0"]),
    "fields of one name": "{ offerings { " + "edges { node { id } } " * 150 + "} }",
    "aliases of one name": "{ " + " ".join("a: offerings(first: 1) { edges { cursor } }" for _ in range(60)) + " }",
    "fragments in one place": "{ "
    + " ".join(f"...f{number}" for number in range(90))
    + " } "
    + fragments("Query", ["offerings { edges { cursor } }"] * 90),
    "aliases of the schema": "{ " + " ".join(f"a{n}: __schema {{ types {{ name }} }}" for n in range(50)) + " }",
    "aliases of a type": "{ " + " ".join(f'a{n}: __type(name: "Query") {{ name }}' for n in range(50)) + " }",
    "aliases of __typename": "{ " + " ".join(f"a{n}: __typename" for n in range(900)) + " }",
    "directives": "{ __typename " + "@include(if: true) " * 500 + "}",
    "nesting": "{ " + "... { " * 300 + "__typename" + " }" * 300 + " }",
    "unknown fragments": "{ " + " ".join(f"...x{n}" for n in range(900)) + " }",
    "fields nobody has": "{ " + " ".join(f"offerimgs{n}" for n in range(900)) + " }",
    "unused variables": "query(" + " ".join(f"$v{n}: Int" for n in range(900)) + ") { __typename }",
    "padding": "{ __typename" + "," * 32_000 + " }",
    "comments": "#a\n" * 10_000 + "{ __typename }",
    "a long string": '{ offerings(query: "' + "a" * 32_000 + '") { edges { cursor } } }',
}
REFUSED_FOR_ITS_SHAPE = set(HOSTILE) - {
    "fields nobody has",
    "unused variables",
    "padding",
    "comments",
    "a long string",
}


@pytest.fixture(scope="module")
def documents() -> Documents:
    return Documents(core, {})


def seconds(documents: Documents, source: str) -> float:
    began = time.thread_time()
    documents.examined(source)
    return time.thread_time() - began


@pytest.mark.parametrize("name", sorted(REFUSED_FOR_ITS_SHAPE))
def test_what_spreads_to_more_than_may_be_asked_is_refused_before_it_is_validated(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.documents.validate", None)
    documents = Documents(core, {})
    with pytest.raises((TooMuchAsked, InvalidDocumentError), match=r"at most|too many|too deeply|within itself"):
        documents.get(HOSTILE[name])


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_no_document_takes_many_times_longer_than_a_plain_one(documents: Documents, name: str) -> None:
    plain = sorted(seconds(documents, PLAIN) for _ in range(5))[2]
    assert min(seconds(documents, HOSTILE[name]) for _ in range(2)) < TIMES_MAX * plain


def test_a_cycle_is_told_as_graphql_tells_it(documents: Documents) -> None:
    with pytest.raises(InvalidDocumentError) as refusal:
        documents.get(HOSTILE["a cycle"])
    (error,) = refusal.value.errors
    assert error.message == "Cannot spread fragment 'f0' within itself."
    assert error.locations


def test_what_an_app_sends_is_let_through(documents: Documents) -> None:
    """Fragments a component each, that repeat ids and names, as code generators write them."""
    components = [
        "edges { node { id __typename title } }",
        "edges { node { id __typename partner { id __typename name } } }",
        "edges { node { id __typename price { amount currency } } }",
        "pageInfo { hasNextPage endCursor }",
    ] * 5
    spread = " ".join(f"...f{number}" for number in range(len(components)))
    source = f"{{ offerings(first: 20) {{ {spread} }} }} {fragments('OfferingConnection', components)}"
    assert documents.get(source).operation(None).shared


def brute_force(document: DocumentNode) -> list[tuple[int, int, int]]:
    """Fields, aliases and spreads of the operation and of each fragment, by walking through all of it."""
    known = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}

    def walk(selections: SelectionSetNode | None) -> tuple[int, int, int]:
        fields = aliases = spreads = 0
        for node in selections.selections if selections else ():
            inner = node.selection_set if isinstance(node, FieldNode | InlineFragmentNode) else None
            if isinstance(node, FieldNode):
                fields, aliases = fields + 1, aliases + (node.alias is not None)
            else:
                spreads += 1
                inner = inner or known[node.name.value].selection_set  # type: ignore[attr-defined]
            below = walk(inner)
            fields, aliases, spreads = fields + below[0], aliases + below[1], spreads + below[2]
        return fields, aliases, spreads

    return [walk(definition.selection_set) for definition in document.definitions]  # type: ignore[attr-defined]


@st.composite
def fragment_graphs(draw: st.DrawFn) -> str:
    """Fragments that spread later ones, any number of times, beside fields of any name."""
    count = draw(st.integers(1, 7))
    pieces = ["a: me {{ role }}", "me {{ role }}", "... {{ {0} }}", "{0}", "{0} {0}", "me {{ ... {{ role }} }}"]
    bodies = []
    for number in range(count):
        chosen = draw(st.lists(st.sampled_from(pieces), min_size=1, max_size=4))
        later = f"...f{draw(st.integers(number + 1, count))}" if number < count else ""
        bodies.append(" ".join(piece.format(later) for piece in chosen))
    return f"{{ ...f0 }} {fragments('Query', [*bodies, '__typename'])}"


@given(fragment_graphs())
@settings(max_examples=examples(150), deadline=None)
def test_counting_each_fragment_once_counts_what_walking_through_them_counts(source: str) -> None:
    document = parse(source)
    fields, aliases, spreads = (max(counts) for counts in zip(*brute_force(document), strict=True))
    too_many = fields > FIELDS_MAX or aliases > ALIASES_MAX or spreads > SPREADS_MAX
    try:
        check(document)
    except TooMuchAsked as refusal:
        assert too_many or "too many" in refusal.detail, refusal.detail
    else:
        assert not too_many


def test_every_limit_of_a_shape_is_reached_and_not_passed() -> None:
    def let_through(source: str) -> bool:
        try:
            check(parse(source))
        except TooMuchAsked:
            return False
        return True

    def names(count: int) -> str:
        return "{ " + " ".join(f"n{number}" for number in range(count)) + " }"

    def nested(depth: int) -> str:
        return "{ " + "... { " * (depth - 1) + "a" + " }" * depth

    def twins(count: int) -> str:
        return "{ " + "a " * count + "}"

    for document_source, limit in ((names, FIELDS_MAX), (nested, NESTING_MAX), (twins, int(PAIRS_MAX**0.5))):
        assert let_through(document_source(limit)), document_source.__name__
        assert not let_through(document_source(limit + 1)), document_source.__name__
