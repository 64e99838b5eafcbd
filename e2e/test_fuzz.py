"""The fuzzer makes requests of the kind of every attack there was, the same ones for a seed, and sees what is wrong."""

import ast
import inspect
import random
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from chassis.routes import policy
from gateway.console import operations
from gateway.policy import CONTRACTS, policy_in
from gateway.schema import Mutation, core
from graphql import GraphQLError, OperationDefinitionNode, parse, validate
from strawberry.types import get_object_definition
from strawberry.utils.str_converters import to_camel_case

from e2e.city import a_city
from e2e.fuzz import routes, words
from e2e.fuzz.documents import Documents
from e2e.fuzz.generators import GENERATORS
from e2e.fuzz.operation import Answer, Operation, Report
from e2e.fuzz.run import SETTINGS, operate, said_in_logs
from e2e.fuzz.scene import Scene, a_scene

ATTACKS = (Path(__file__).parents[1] / "docs" / "attacks.md").read_text("utf-8")
JSON = {"content-type": "application/json"}


def ids_of_attacks() -> set[str]:
    """C1, H14, … as the tables' first column and the scripts' names have them."""
    first = re.findall(r"^\| ([CHML]\d+(?:, [CHML]\d+)*) \|", ATTACKS, re.MULTILINE)
    return {name for cell in first for name in cell.split(", ")} | set(re.findall(r"\*attack\* ([ANFP]\d+)", ATTACKS))


def test_every_attack_there_was_has_a_generator_of_its_kind() -> None:
    known = {attack for generator in GENERATORS.values() for attack in generator.attacks}
    assert len(ids_of_attacks()) > 40
    assert ids_of_attacks() <= known


def test_the_page_of_attacks_lists_every_generator_with_what_it_is_of() -> None:
    listed = dict(re.findall(r"^\| `([a-z-]+)` \| ([A-Z0-9, ]+) \|", ATTACKS, re.MULTILINE))
    assert listed == {generator.name: ", ".join(generator.attacks) for generator in GENERATORS.values()}


# What only `routes` and its like send: valid and hostile bodies, by everybody. Why nothing more is made up about them.
BY_ROUTES_ALONE = {
    "they change the offerings and slots that every order of the run is of; `offerings` makes some of its own": {
        "catalog.PutServiceDefinition", "catalog.ReviseOffering",
        "catalog.RetireOffering", "catalog.AddWeeklySlots", "catalog.WithdrawSlots", "catalog.WidenPilot",
        "catalog.EndPilot",
    },
    "their rules are held state by state in `services/ordering/tests/test_lives.py`": {
        "ordering.BookSlot", "ordering.PutCart", "ordering.CheckOut",
        "ordering.DecideReviewText", "ordering.AnswerComplaint", "ordering.DecideComplaint",
    },
    "the operator's own books: others are refused by role, and the ledger is checked at the end of each run": {
        "settlement.RunPayouts", "settlement.ExportBankFile", "settlement.ReadProviderReport", "settlement.Reconcile",
        "settlement.AssignBreak", "settlement.MatchBreaks", "settlement.ProposeAdjustment",
        "settlement.DecideAdjustment", "settlement.PutMatchRules", "settlement.DisputeStatement",
        "settlement.ConfirmStatement", "settlement.ResolveStatement", "settlement.SetPayoutTerms",
        "settlement.IssueInvoice", "settlement.DecideDispute", "settlement.RecordInvoicePayment",
        "settlement.PutRiskTier",
        "settlement.ClosePeriod", "settlement.ExchangeMoney", "settlement.AssignMoneyCase",
        "settlement.RetryMoneyCase", "settlement.SettleMoneyCase",
    },
    "services ask them for people whom `strangers-records`, `consent-documents` and `api-keys` play": {
        "consent.Decide", "consent.DecideIngest", "consent.LearnStanding", "partners.CheckApiKey",
        "consent.DecideComputation", "consent.DecideIngests", "identity.CheckResidents",
        "identity.SealIdentityNumbers", "identity.MatchPatients", "consent.DecideEach",
    },
    "an app's codes and refresh tokens go to the address that `apps` asks, which knows them by their grant": {
        "identity.ExchangeAppCode", "identity.RefreshAppAccess",
    },
    "identity asks it with the token of the resident who answers in `apps`": {"consent.GrantToApp"},
    "partners asks them with a regulator's token while `freezes` imposes and lifts": {
        "identity.LearnFreezes", "ordering.LearnStanding", "settlement.LearnStanding",
    },
    "an operator proves themself once; `services/identity/tests/test_office_holders.py` has what else is tried": {
        "identity.ProveAccount",
    },
    "ordering asks them for the desks that `desk-orders` plays; `services/identity/tests/test_words.py` has the rest": {
        "identity.SendOrderWord", "identity.CheckOrderWord",
    },
    "services alone ask them, by a token that they signed; the services' own tests forge it": {
        "identity.ReachPeople", "notifications.CarryMessages",
    },
    "a connector sends it by its source's key; `services/records/tests/test_connectors.py` has whose it is": {
        "records.ReportConnector",
    },
    "records alone asks, by a token that it has signed; identity's own tests forge it": {"identity.CompareResidents"},
}  # fmt: skip


def asked_by_generators() -> Iterator[str]:
    """The methods that generators ask by an operation that ships, a document of their own, or an address."""
    asked_by = {
        to_camel_case(field.python_name): set(rule.methods)
        for field in get_object_definition(Mutation, strict=True).fields
        if (rule := policy_in(field)) is not None
    }
    paths = {  # beside GraphQL
        "/bundles": "records.SubmitBundle",
        "/cities/scans": "identity.RedeemForCity",
        "/oauth/token": "identity.ExchangeClientAssertion",
        "/resource-writes": "records.WriteResource",
        "/proposals": "settlement.Propose",
        "/decision": "settlement.DecideProposal",
        "/statements": "settlement.IssueStatement",
        "/batches/": "records.PutBatch",
        "/readings": "records.TakeReadings",
    }
    shipped = operations()
    modules = {sys.modules[generator.generate.__module__] for generator in GENERATORS.values()} - {routes}
    for module in modules:
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            text = node.value if isinstance(node, ast.Constant) else None
            if not isinstance(text, str):
                continue
            yield from {name for path, name in paths.items() if text.endswith(path)}
            try:
                document = parse(shipped.get(text, text))
            except GraphQLError:
                continue
            for definition in document.definitions:
                if isinstance(definition, OperationDefinitionNode):
                    for field in definition.selection_set.selections:
                        yield from asked_by.get(cast(Any, field).name.value, ())


def changes() -> dict[str, Any]:
    """Every route of every contract that changes something."""
    return {
        f"{service}.{method.name}": method
        for service, contract in CONTRACTS.items()
        for method in contract.methods
        if policy(method)[0] != "GET"
    }


def test_every_route_that_changes_something_has_a_generator_of_its_own_or_a_reason_to_have_none() -> None:
    """What can be read is read by `reading-back`, all of it."""
    asked = {*asked_by_generators()}
    reasoned = set[str]().union(*BY_ROUTES_ALONE.values())
    assert changes().keys() - asked - reasoned == set(), "neither a generator nor a reason"
    assert reasoned & asked == set(), "a generator came: the reason goes"
    assert reasoned <= changes().keys(), "a reason for what there is not"


def operation(number: int = 1, seed: int = 7) -> Operation:
    return Operation(number, seed, "a generator", cast("Scene", None), Report())


def test_a_seed_and_a_number_say_what_is_sent() -> None:
    def sent(seed: int) -> list[bytes]:
        return [Documents(operation(number, seed).chance, ["ord_1"]).request() for number in range(20)]

    assert sent(7) == sent(7)
    assert sent(7) != sent(8)


def test_what_is_generated_of_the_schema_is_nearly_always_understood() -> None:
    made = [Documents(operation(number).chance, ["ord_1"]).operation() for number in range(60)]
    understood = 0
    for source in made:
        try:
            understood += not any("Cannot query field" in str(error) for error in validate(core, parse(source)))
        except GraphQLError:
            continue
    assert understood > len(made) / 2


MAKERS: list[Callable[[random.Random], Any]] = [
    words.text, words.name, words.look_alike, words.moment, words.number, words.amount, words.cursor, words.segment,
    words.identifier, words.licence, words.json_text,
]  # fmt: skip


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_values_of_a_kind_are_many(make: Callable[[random.Random], Any]) -> None:
    chance = random.Random(7)
    assert len({make(chance) for _ in range(500)}) >= 17


@pytest.mark.parametrize(
    ("answer", "faults"),
    [
        (Answer(500, JSON, b"{}", 0.1), 1),
        (Answer(503, JSON, b'{"code":"unavailable"}', 0.1), 1),
        (Answer(200, JSON, b'{"errors":[{"extensions":{"code":"internal"}}]}', 0.1), 1),
        (Answer(400, {"content-type": "application/problem+json"}, b'{"type":"urn:yima:problem:internal"}', 0.1), 1),
        (Answer(200, JSON, b'{"data":', 0.1), 1),
        (Answer(200, JSON, b'{"data":{}}', 0.1), 0),
        (Answer(403, JSON, b'{"type":"urn:yima:problem:forbidden"}', 0.1), 0),
    ],
)
def test_an_answer_that_is_a_fault_of_ours_is_seen(answer: Answer, faults: int) -> None:
    made = operation()
    made.judge(answer, "sent")
    assert len(made.report.faults) == faults


@pytest.mark.parametrize(
    ("line", "faults"),
    [
        ("2026-11-28 20:00:00 ordering ERROR chassis.problems: unexpected KeyError", 1),
        ("Traceback (most recent call last):", 1),
        (f"2026-11-28 20:00:00 records WARNING x: {words.CANARY}", 1),
        ("2026-11-28 20:00:00 ordering WARNING chassis.bus: waiting for nats", 0),
    ],
)
def test_a_fault_that_is_only_in_a_log_is_seen(tmp_path: Path, line: str, faults: int) -> None:
    (tmp_path / "ordering.log").write_text(f"all is well\n{line}\n", "utf-8")
    assert len(said_in_logs(tmp_path)) == faults


# nats-py leaves the socket of a connection that was refused to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.long
@pytest.mark.anyio
async def test_each_generator_runs_against_a_system_and_finds_nothing(tmp_path: Path) -> None:
    """One with the limits of a city, as a run has it."""
    report = Report()
    async with a_city(tmp_path, **SETTINGS) as stack, a_scene(stack) as scene:
        for generator in GENERATORS.values():
            await operate(scene, [generator], 3, 7, report)
    assert report.faults == []
    assert report.by_generator.keys() == GENERATORS.keys()
