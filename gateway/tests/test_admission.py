"""Who may run what: strangers, trusted documents, introspection by role, budgets by client."""

import re
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from chassis.auth import ANYONE, Principal
from chassis.client import deadline
from chassis.refusals import Forbidden
from gateway.app import Gateway, Settings
from gateway.console import operations, shown
from gateway.limits import BudgetSpent, TooCostly
from gateway.schema import core
from graphql import OperationDefinitionNode, parse
from graphql.execution.values import get_variable_values
from yima.common.v1.route_pb2 import Role

RESIDENT = Principal(Role.ROLE_RESIDENT, "r1")
REGULATOR = Principal(Role.ROLE_REGULATOR, "g1")
SCHEMA = "{ __schema { queryType { name } } }"


def gateway(**settings: Any) -> Gateway:
    return Gateway(Settings(**settings))


def admit(instance: Gateway, source: str, principal: Principal = ANYONE, client: str = "c") -> None:
    document = instance.executor.documents.get(source)
    instance.admit(principal.subject_id or client, principal, document, document.operation(None), {})


def test_strangers_may_run_trusted_documents_only_where_the_gateway_is_told_so() -> None:
    strict = gateway(trusted_only=True)
    admit(strict, operations()["offerings"])
    admit(strict, "{ me { role } }", RESIDENT)
    with pytest.raises(Forbidden, match="trusted"):
        admit(strict, "{ offerings(first: 1) { nodes { id } } }")


@pytest.mark.parametrize(
    ("introspection", "may"),
    [
        ("everybody", [ANYONE, RESIDENT, REGULATOR]),
        ("signed-in", [RESIDENT, REGULATOR]),
        ("supervisors", [REGULATOR]),
    ],
)
def test_who_may_ask_about_the_schema_is_a_setting(introspection: str, may: list[Principal]) -> None:
    instance = gateway(introspection=introspection)
    for principal in (ANYONE, RESIDENT, REGULATOR):
        if principal in may:
            admit(instance, SCHEMA, principal)
        else:
            with pytest.raises(Forbidden):
                admit(instance, SCHEMA, principal)


def test_a_clients_budget_is_its_own() -> None:
    instance = gateway(budget_per_minute=20_000)
    listing = "{ offerings(first: 50) { nodes { partner { name } } } }"
    admit(instance, listing, client="a")
    with pytest.raises(BudgetSpent):
        admit(instance, listing, client="a")
    admit(instance, listing, client="b")
    admit(instance, listing, RESIDENT, client="a")


def test_what_costs_more_than_one_request_may_is_refused_whoever_asks() -> None:
    with pytest.raises(TooCostly):
        admit(gateway(), "{ offerings(first: 9999) { nodes { partner { name } } } }", REGULATOR)


def test_the_page_says_of_each_operation_who_may_run_it_and_has_variables_that_fit() -> None:
    """Every example is of the types the operation declares, whatever it says."""
    operations_by_name = {operation["name"]: operation for operation in orjson.loads(shown())}
    assert operations_by_name.keys() == operations().keys()
    assert operations_by_name["offerings"]["roles"] == "everybody"
    assert operations_by_name["decide-screening"]["roles"] == "operator"
    for name, shown_operation in operations_by_name.items():
        (operation,) = parse(shown_operation["document"]).definitions
        assert isinstance(operation, OperationDefinitionNode)
        values = get_variable_values(core, operation.variable_definitions or (), shown_operation["variables"])
        wrong = [error.message for error in values] if isinstance(values, list) else []
        assert not wrong, (name, wrong)


def test_a_deprecation_says_until_when_and_what_to_use_instead() -> None:
    for kind in core.type_map.values():
        for name, field in getattr(kind, "fields", {}).items():
            if (reason := getattr(field, "deprecation_reason", None)) is not None:
                assert re.match(r"until \d{4}-\d{2}: use ", reason), f"{kind.name}.{name}"


@pytest.mark.anyio
async def test_an_operation_s_time_ends_with_the_operation() -> None:
    """Whatever the same connection asks next has time of its own."""
    instance = gateway()
    context: Any = SimpleNamespace()
    answer = await instance.executor.execute(instance.executor.documents.get("{ __typename }"), {}, None, context)
    assert answer.data == {"__typename": "Query"}
    assert deadline.get() is None
