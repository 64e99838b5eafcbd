"""What may be asked of the gateway, and what an operation costs before it runs."""

import pytest
from chassis.refusals import Invalid
from gateway.costs import ASSUMED_LENGTH, FIELD_WEIGHT, INTERPRETED_WEIGHT, ROW_WEIGHT, weigher
from gateway.descriptions import undescribed
from gateway.documents import Documents, PersistedQueryNotFound, digest_of, document_named
from gateway.limits import Budgets, BudgetSpent, TooMuchAsked
from gateway.policy import (
    LOADED_WEIGHT,
    READ_WEIGHT,
    WRITE_WEIGHT,
    FieldWithoutPolicy,
    asks,
    method_named,
    policy_of,
)
from gateway.schema import core
from graphql import OperationDefinitionNode, get_introspection_query, parse
from graphql_compiled import InvalidDocumentError
from hypothesis import given
from hypothesis import strategies as st

from gateway import console, limits, shape
from gateway import documents as documents_module

OFFERINGS = console.operations()["offerings"]


@pytest.fixture(scope="module")
def documents() -> Documents:
    return Documents(core, console.operations())


F, R, ROW, ONE = FIELD_WEIGHT, READ_WEIGHT, ROW_WEIGHT, LOADED_WEIGHT
PAGE = R + F  # of offerings, whose rows come on top
NAMED = ROW + F + (ONE + F) + F  # a row with its partner's name: the row, `nodes`, `partner`, `name`


@pytest.mark.parametrize(
    ("source", "variables", "cost"),
    [
        ("{ __typename }", {}, F),
        ("{ me { role } }", {}, R + 2 * F),
        ("{ offerings(first: 7) { nodes { id } } }", {}, PAGE + 7 * (ROW + 2 * F)),
        ("{ offerings(first: 7) { nodes { partner { name } } } }", {}, PAGE + 7 * NAMED),
        ("{ offerings { nodes { partner { name } } } }", {}, PAGE + 20 * NAMED),
        ("query ($n: Int) { offerings(first: $n) { nodes { partner { name } } } }", {"n": 50}, PAGE + 50 * NAMED),
        ("query ($n: Int = 5) { offerings(first: $n) { nodes { partner { name } } } }", {}, PAGE + 5 * NAMED),
        ("query ($n: Int) { offerings(first: $n) { nodes { partner { name } } } }", {"n": "many"}, PAGE + 20 * NAMED),
        (
            "{ offerings(first: 3) { ...p } } fragment p on OfferingConnection { nodes { partner { id } } }",
            {},
            PAGE + 3 * NAMED,
        ),
        ("{ offerings(last: 7) { nodes { id } } }", {}, PAGE + 7 * (ROW + 2 * F)),
        ("{ offerings(first: 3, last: 7) { nodes { id } } }", {}, PAGE + 7 * (ROW + 2 * F)),
        ("query ($n: Int) { offerings(last: $n) { nodes { partner { name } } } }", {"n": 50}, PAGE + 50 * NAMED),
        ("query ($n: Int) { offerings(last: $n) { nodes { partner { name } } } }", {}, PAGE + 20 * NAMED),
        (
            "query ($n: Int, $m: Int) { offerings(first: $n, last: $m) { nodes { id } } }",
            {"m": 50},
            PAGE + 50 * (ROW + 2 * F),
        ),
        ("query ($n: Int = 5) { offerings(first: $n, last: 9) { nodes { id } } }", {}, PAGE + 9 * (ROW + 2 * F)),
        ('mutation { signIn(login: "a", password: "b") { __typename } }', {}, WRITE_WEIGHT + 2 * F),
        (
            "{ orders(first: 10) { nodes { lines { id } } } }",
            {},
            R + F + 10 * (ROW + 2 * F + ASSUMED_LENGTH * F),
        ),
    ],
)
def test_an_operation_costs_its_fields_and_what_it_asks_of_services_times_its_pages(
    documents: Documents, source: str, variables: dict[str, object], cost: int
) -> None:
    assert documents.get(source).operation(None).weigh(variables) == cost


def test_what_graphql_core_has_to_execute_costs_its_fields_ten_times(documents: Documents) -> None:
    fast = documents.get("query ($a: Boolean!) { me { role @include(if: $a) } }").operation(None)
    flags = " ".join(f"$f{number}: Boolean!" for number in range(6))
    many = " ".join(f"f{number}: role @include(if: $f{number})" for number in range(6))
    slow = documents.get(f"query ({flags}) {{ me {{ {many} }} }}").operation(None)
    assert fast.weigh({}) == R + 2 * F
    assert slow.weigh({}) == R + 7 * INTERPRETED_WEIGHT


def test_the_introspection_that_tools_send_may_be_asked_once_by_anybody(documents: Documents) -> None:
    whole = get_introspection_query(input_value_deprecation=True, specified_by_url=True, directive_is_repeatable=True)
    cost = documents.get(whole).operation(None).weigh({})
    assert limits.COST_MAX / 10 < cost <= limits.COST_MAX


def test_a_fragment_is_weighed_once_however_often_it_is_spread() -> None:
    """Five hundred fields are let through; were each of a diamond's paths weighed, the weights below would not end."""
    chain = "".join(f" fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(200))
    ast = parse(
        f"query ($n: Int) {{ ...f0 }}{chain} fragment f200 on Query {{ offerings(first: $n) {{ nodes {{ id }} }} }}"
    )
    operation = ast.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    assert weigher(core, ast, operation)({"n": 3}) == limits.COST_CEILING


@pytest.mark.parametrize(
    ("source", "shared"),
    [
        (OFFERINGS, True),
        ('{ offering(id: "off_1") { title partner { name } } }', True),
        ('{ offering(id: "off_1") { freePlaces { free } } }', False),
        ("{ offerings { nodes { id } } me { role } }", False),
        ("{ __typename }", False),
        ("{ __schema { description } }", False),
    ],
)
def test_only_answers_that_everybody_gets_and_events_keep_fresh_are_remembered(
    documents: Documents, source: str, shared: bool
) -> None:
    assert documents.get(source).operation(None).shared is shared


@pytest.mark.parametrize(
    "source",
    [
        " ".join(f"query Q{number} {{ me {{ role }} }}" for number in range(12)),
        "{ offerings { " + " ".join(f"a{number}: pageInfo {{ hasNextPage }}" for number in range(70)) + " } }",
        "{" + "a {" * 200 + "b" + "}" * 201,
        "{ " + "me { role } " * 600 + "}",
    ],
)
def test_a_document_that_asks_too_much_is_refused_before_it_runs(documents: Documents, source: str) -> None:
    with pytest.raises((TooMuchAsked, InvalidDocumentError)):
        documents.get(source)


def test_introspection_cannot_be_nested_without_end(documents: Documents) -> None:
    nested = "fields { type { " * 6 + "name" + " } }" * 6
    with pytest.raises(InvalidDocumentError):
        documents.get("{ __schema { types { " + nested + " } } }")


def test_a_document_is_known_by_its_hash_once_it_was_sent_with_it(documents: Documents) -> None:
    source = "{ me { role institution { id } } }"
    digest = digest_of(source)
    with pytest.raises(PersistedQueryNotFound):
        documents.known(None, digest)
    assert documents.known(source, digest) is None
    documents.get(source, digest)
    known = documents.known(None, digest)
    assert known is not None
    assert (known.source, known.trusted) == (source, False)


def test_a_trusted_document_is_always_known_by_its_hash(documents: Documents) -> None:
    known = documents.known(None, digest_of(OFFERINGS))
    assert known is not None
    assert known.trusted
    assert documents.get(OFFERINGS).trusted


def test_a_hash_that_is_not_the_documents_is_refused(documents: Documents) -> None:
    with pytest.raises(Invalid) as refusal:
        documents.known("{ me { role } }", digest_of(OFFERINGS))
    assert refusal.value.field == "extensions.persistedQuery.sha256Hash"


@given(
    st.dictionaries(
        st.sampled_from(["query", "documentId", "extensions", "variables"]),
        st.none() | st.text() | st.integers() | st.dictionaries(st.text(), st.text()),
    )
)
def test_whatever_a_request_holds_names_a_document_or_is_refused(request: dict[str, object]) -> None:
    try:
        source, digest = document_named(request)
    except Invalid as refusal:
        assert refusal.field
    else:
        assert source or digest


@pytest.mark.long
def test_documents_are_kept_within_so_many_bytes_and_the_longest_unused_goes_first(documents: Documents) -> None:
    """Padding counts: what a document takes is bounded by its size, not by how many there are."""
    sources = [
        f"{{ __typename{',' * 30_000} }} # {number}" for number in range(documents_module.BYTES_MAX // 31_000 + 50)
    ]
    first = documents.get(sources[0])
    for source in sources[1:]:
        documents.get(source)
    assert sum(document.bytes for document, _ in documents._others.values()) <= documents_module.BYTES_MAX
    assert (
        documents.known(None, first.digest if sources[0] in documents._others else digest_of(sources[-1])) is not None
    )
    with pytest.raises(PersistedQueryNotFound):
        documents.known(None, digest_of(sources[0]))


def test_a_document_has_so_many_characters_and_no_more(documents: Documents) -> None:
    with pytest.raises(TooMuchAsked, match="characters"):
        documents.get("{ __typename" + "," * limits.DOCUMENT_CHARACTERS_MAX + "}")


@pytest.mark.parametrize(
    "source", ["{ nothing }", "{", "{ ...f } fragment f on Query { ...f }", "{ " + "me " * 600 + "}"]
)
def test_what_was_refused_is_refused_again_without_looking(
    documents: Documents, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises((InvalidDocumentError, TooMuchAsked)) as first:
        documents.get(source)
    monkeypatch.setattr(documents, "document_of", None)
    with pytest.raises(type(first.value)) as again:
        documents.get(source)
    assert str(again.value) == str(first.value)


def test_refusals_are_few_and_hold_no_document(documents: Documents) -> None:
    for number in range(documents_module.REFUSALS_MAX + 10):
        with pytest.raises(InvalidDocumentError):
            documents.get(f"{{ {'x' * 1_000}{number} }}")
    assert len(documents._refusals) == documents_module.REFUSALS_MAX
    for refusal in documents._refusals.values():
        assert isinstance(refusal, InvalidDocumentError | TooMuchAsked)
        if isinstance(refusal, InvalidDocumentError):
            assert all(error.nodes is None and len(error.message) <= 300 for error in refusal.errors)
        assert refusal.__traceback__ is None


def test_a_debt_is_paid_off_before_anything_is_asked_again() -> None:
    """Work that took longer than was paid for, by which a client may be behind a minute's budget and no more."""
    budgets = Budgets(per_minute=600)
    budgets.spend("a", 1, now=0.0)
    budgets.owe("a", 10_000, now=0.0)
    with pytest.raises(BudgetSpent) as refusal:
        budgets.spend("a", 60, now=1.0)
    assert 60 <= refusal.value.wait_seconds <= 66
    budgets.spend("a", 60, now=67.0)


def test_a_budget_is_spent_refused_and_filled_up_again() -> None:
    budgets = Budgets(per_minute=600)
    budgets.spend("a", 600, now=0.0)
    with pytest.raises(BudgetSpent) as refusal:
        budgets.spend("a", 10, now=0.5)
    assert refusal.value.wait_seconds == 1
    budgets.spend("b", 600, now=0.5)
    budgets.spend("a", 10, now=1.0)


@given(st.lists(st.tuples(st.integers(1, 700), st.floats(0, 5)), max_size=60))
def test_no_client_ever_gets_more_than_its_budget_allows(charges: list[tuple[int, float]]) -> None:
    budgets, now, spent = Budgets(per_minute=600), 0.0, 0
    for cost, pause in charges:
        now += pause
        try:
            budgets.spend("client", cost, now=now)
        except BudgetSpent:
            continue
        spent += cost
    assert spent <= 600 + now * 10 + 1e-6


def test_every_root_field_shows_who_may_ask_for_it() -> None:
    for root in (core.query_type, core.mutation_type, core.subscription_type):
        assert root is not None
        assert [name for name, field in root.fields.items() if "policy" not in field.extensions] == []


def test_a_policy_is_what_the_contract_says() -> None:
    assert policy_of(["catalog.ListOfferings"]).roles == frozenset()
    assert policy_of(["ordering.PlaceOrder"]).role_names == ["RESIDENT"]
    assert policy_of(["ordering.PlaceOrder"]).weight > policy_of(["ordering.ListOrders"]).weight


def test_a_field_that_names_no_method_of_a_contract_stops_the_start() -> None:
    with pytest.raises(FieldWithoutPolicy):
        asks("ordering.NoSuchMethod")
    with pytest.raises(FieldWithoutPolicy):
        method_named("nobody.Knows")


def test_the_operations_that_ship_are_within_the_limits() -> None:
    for name, source in console.operations().items():
        shape.check(parse(source))
        assert Documents(core, {name: source}).get(source).trusted


def test_everything_in_the_schema_says_what_it_is() -> None:
    assert undescribed(core) == []
