"""What may be asked of the gateway, and what an operation costs before it runs."""

import pytest
from chassis.refusals import Invalid
from gateway.descriptions import undescribed
from gateway.documents import Documents, PersistedQueryNotFound, asked_for, digest_of
from gateway.limits import Budgets, BudgetSpent, TooMuchAsked
from gateway.policy import FieldWithoutPolicy, asks, method_named, policy_of
from gateway.schema import core
from graphql import parse
from graphql_compiled import InvalidDocumentError
from hypothesis import given
from hypothesis import strategies as st

from gateway import limits, page

OFFERINGS = page.operations()["offerings"]


@pytest.fixture(scope="module")
def documents() -> Documents:
    return Documents(core, page.operations())


@pytest.mark.parametrize(
    ("source", "variables", "cost"),
    [
        ("{ __typename }", {}, 0),
        ("{ me { role } }", {}, 1),
        ("{ offerings(first: 7) { nodes { id } } }", {}, 1),
        ("{ offerings(first: 7) { nodes { partner { name } } } }", {}, 1 + 7),
        ("{ offerings { nodes { partner { name } } } }", {}, 1 + 20),
        ("query ($n: Int) { offerings(first: $n) { nodes { partner { name } } } }", {"n": 50}, 1 + 50),
        ("query ($n: Int = 5) { offerings(first: $n) { nodes { partner { name } } } }", {}, 1 + 5),
        ("query ($n: Int) { offerings(first: $n) { nodes { partner { name } } } }", {"n": "many"}, 1 + 20),
        ("{ offerings(first: 3) { ...p } } fragment p on OfferingConnection { nodes { partner { id } } }", {}, 1 + 3),
        ('mutation { signIn(login: "a", password: "b") { __typename } }', {}, 10),
        ("{ orders(first: 10) { nodes { payment { status } lines { offering { partner { id } } } } } }", {}, 31),
    ],
)
def test_an_operation_costs_what_it_asks_of_services_times_its_pages(
    documents: Documents, source: str, variables: dict[str, object], cost: int
) -> None:
    assert documents.get(source).operation(None).weigh(variables) == cost


@pytest.mark.parametrize(
    ("source", "shared"),
    [
        (OFFERINGS, True),
        ('{ offering(id: "off_1") { title partner { name } } }', True),
        ('{ offering(id: "off_1") { freePlaces { free } } }', False),
        ("{ offerings { nodes { id } } me { role } }", False),
        ("{ __typename }", False),
        ("{ __schema { description } offerings { nodes { id } } }", False),
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
        documents.find(None, digest)
    assert documents.find(source, digest).source == source
    assert documents.find(None, digest).source == source
    assert not documents.find(None, digest).trusted


def test_a_trusted_document_is_always_known_by_its_hash(documents: Documents) -> None:
    assert documents.find(None, digest_of(OFFERINGS)).trusted
    assert documents.get(OFFERINGS).trusted


def test_a_hash_that_is_not_the_documents_is_refused(documents: Documents) -> None:
    with pytest.raises(Invalid) as refusal:
        documents.find("{ me { role } }", digest_of(OFFERINGS))
    assert refusal.value.field == "extensions.persistedQuery.sha256Hash"


@given(
    st.dictionaries(
        st.sampled_from(["query", "documentId", "extensions", "variables"]),
        st.none() | st.text() | st.integers() | st.dictionaries(st.text(), st.text()),
    )
)
def test_whatever_a_request_holds_names_a_document_or_is_refused(asked: dict[str, object]) -> None:
    try:
        source, digest = asked_for(asked)
    except Invalid as refusal:
        assert refusal.field
    else:
        assert source or digest


def test_a_budget_is_spent_refused_and_filled_up_again() -> None:
    budgets = Budgets(per_minute=600)
    budgets.spend("a", 600, now=0.0)
    with pytest.raises(BudgetSpent) as refusal:
        budgets.spend("a", 10, now=0.5)
    assert refusal.value.wait_seconds == 1
    budgets.spend("b", 600, now=0.5)
    budgets.spend("a", 10, now=1.0)


@given(st.lists(st.tuples(st.integers(1, 700), st.floats(0, 5)), max_size=60))
def test_no_client_ever_gets_more_than_its_budget_allows(asked: list[tuple[int, float]]) -> None:
    budgets, now, spent = Budgets(per_minute=600), 0.0, 0
    for cost, pause in asked:
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
    for name, source in page.operations().items():
        limits.check(parse(source))
        assert Documents(core, {name: source}).get(source).trusted


def test_everything_in_the_schema_says_what_it_is() -> None:
    assert undescribed(core) == []
