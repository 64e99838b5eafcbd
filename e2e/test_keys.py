"""An idempotency key is honoured or refused wherever it may be sent, and ignored nowhere."""

import importlib
from typing import Any

import httpx2
import pytest
from chassis.api import KeyUse, keys_of
from chassis.routes import policy
from devstack.stack import Stack
from gateway.policy import policy_in
from gateway.schema import Mutation
from google.protobuf.descriptor import MethodDescriptor
from strawberry.types import get_object_definition
from yima.common.v1.route_pb2 import Role
from yima.services import SERVICES
from yima_client.caller import Caller, fresh_key

from e2e.people import a_clinic, a_resident, refusal
from ops import example_city as cities

pytestmark = pytest.mark.anyio

# Who signs in or registers is nobody yet, so that a key would be anybody's; a code that was sent, or shown, is good
# once, as is a challenge; each decision is computed for itself.
REFUSES = {
    "identity.AddPasskey",
    "identity.AddSecondFactor",
    "identity.BeginPasskey",
    "identity.BeginPasskeySignIn",
    "identity.BeginProviderLink",
    "identity.BeginProviderSignIn",
    "identity.FinishPasskey",
    "identity.FinishPasskeySignIn",
    "identity.FinishProviderLink",
    "identity.FinishProviderSignIn",
    "identity.StepUp",
    "identity.ConfirmRegistration",
    "identity.RefreshAccess",
    "identity.BeginSecondFactor",
    "identity.EndSecondFactor",
    "identity.RequestPasswordReset",
    "identity.ResetPassword",
    "identity.CheckOrderWord",
    "identity.RequestContactCode",
    "identity.SendOrderWord",
    "identity.ConfirmContact",
    "identity.RegisterResident",
    "identity.RegisterInstitution",
    "identity.SignIn",
    "identity.AcceptInvitation",
    "identity.ExchangeApiKey",
    "identity.ExchangeClientAssertion",
    "identity.ExchangeAppCode",
    "identity.RefreshAppAccess",
    "partners.CheckApiKey",
    "consent.CosignLogCheckpoint",
    "consent.Decide",
    "consent.DecideIngest",
    "consent.DecideComputation",
    "consent.DecideEach",
    "consent.DecideIngests",
    "identity.CheckResidents",
    "identity.CompareResidents",
    "identity.SealIdentityNumbers",
    "identity.MatchPatients",
    "identity.ReachPeople",
    "notifications.CarryMessages",
}
# An order is placed once by its own constraint; a scan is answered again to whom it was answered; a code writes
# nothing; what is agreed to is granted once; a standing, a freeze or a licence is asked for again. A
# batch is taken once by its number. Of two printed codes the later is in force, and each scan of one is one.
SEES_TO_IT = {
    "ordering.PlaceOrder",
    "identity.RedeemHealthCodeToken",
    "identity.RedeemForeignCode",
    "identity.RedeemForCity",
    "identity.PrintHealthCode",
    "identity.RedeemPrintedCode",
    "identity.IssueHealthCodeToken",
    "identity.PrefetchHealthCodeTokens",
    "consent.AgreeToOrder",
    "consent.LearnStanding",
    "identity.AuthorizeApp",
    "identity.CheckLicence",
    "identity.LearnFreezes",
    "records.PutBatch",
    "records.TakeReadings",
}

ENDS = {"identity.SignOut", "identity.SignOutEverywhere"}  # what has ended stays so


def every_method() -> dict[str, tuple[MethodDescriptor, KeyUse]]:
    """Every method of every contract, and what becomes of a key that is sent to it."""
    found = {}
    for service in SERVICES:
        api = importlib.import_module(f"{service}.api").api
        for method in api.contract.methods:
            verb, _, route = policy(method)
            found[f"{service}.{method.name}"] = (method, keys_of(verb, route, api._served[method.name]))
    return found


METHODS = every_method()


def those(use: KeyUse) -> set[str]:
    return {name for name, (_, item) in METHODS.items() if item == use}


def test_every_route_that_changes_something_keeps_its_answer_by_a_key_or_is_named_here() -> None:
    assert those(KeyUse.REFUSED) == REFUSES
    assert those(KeyUse.OWN) == SEES_TO_IT
    verbs = {policy(METHODS[name][0])[0] for name in those(KeyUse.NOTHING_CHANGES)}
    assert {str(verb.value) for verb in verbs} == {"GET"}


@pytest.mark.parametrize("name", sorted(REFUSES))
async def test_a_route_that_keeps_nothing_by_a_key_refuses_one(stack: Stack, nobody: Caller, name: str) -> None:
    method, _ = METHODS[name]
    verb, path, route = policy(method)
    headers = {"idempotency-key": fresh_key(), "content-type": "application/json"}
    if not route.public:
        if Role.ROLE_PRACTITIONER in route.roles:
            caller = (await a_clinic(nobody, stack.secrets)).practitioner
        else:
            caller, _ = await a_resident(nobody)
        headers["authorization"] = f"Bearer {caller.token}"
    async with httpx2.AsyncClient(trust_env=False) as http:
        url = f"{stack.service_url(name.partition('.')[0])}{path}"
        with_key = await http.request(verb.value, url, content=b"{}", headers=headers)
        del headers["idempotency-key"]
        without = await http.request(verb.value, url, content=b"{}", headers=headers)
    answer = with_key.json()
    assert (with_key.status_code, answer["type"], answer["field"]) == (
        400,
        "urn:yima:problem:key-not-taken",
        "Idempotency-Key",
    )
    assert "key-not-taken" not in without.text


def beyond_contracts() -> list[tuple[str, str, str]]:
    """Every route that changes something and is in no contract: whose it is, its verb and path."""
    found = [("gateway", "PUT", f"/{kind}/{{secret:str}}") for kind in ("attachments", "documents")]
    nobody: Any = None
    for service in SERVICES:
        more = importlib.import_module(f"{service}.app").service().more_handlers
        for handler in more(nobody, nobody) if more else ():
            verbs = set(handler.http_methods) - {"GET", "HEAD", "OPTIONS"}
            found += [(service, verb, path) for verb in verbs for path in handler.paths]
    return sorted(found)


async def test_a_route_of_no_contract_refuses_a_key_whatever_is_sent_with_it(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Uploads and webhooks have names of their own for what is sent twice: the link, the webhook's id."""
    # A service is not made without; none is started.
    for setting in ("OPERATOR_PASSWORD", "REGULATOR_PASSWORD", "NUMBERS_SECRET"):
        monkeypatch.setenv(f"YIMA_{setting}", fresh_key())
    monkeypatch.setenv("YIMA_KEY_ENCRYPTION_KEYS", stack.secrets["key-encryption"])
    monkeypatch.setenv("YIMA_PAIRWISE_SECRETS", stack.secrets["pairwise"])
    routes = beyond_contracts()
    assert {path for _, _, path in routes} == {
        "/attachments/{secret:str}",
        "/code-files/{secret:str}",
        "/documents/{secret:str}",
        "/webhooks/provider",
        "/webhooks/stripe",
    }
    async with httpx2.AsyncClient(trust_env=False) as http:
        for service, verb, path in routes:
            base = stack.graphql.removesuffix("/graphql") if service == "gateway" else stack.service_url(service)
            url = base + path.replace("{secret:str}", "x" * 43)
            with_key = await http.request(verb, url, content=b"{}", headers={"idempotency-key": fresh_key()})
            without = await http.request(verb, url, content=b"{}")
            assert with_key.status_code == 400, (service, path, with_key.text)
            assert with_key.json()["type"] == "urn:yima:problem:key-not-taken"
            assert "key-not-taken" not in without.text


def mutations() -> dict[str, tuple[set[str], bool]]:
    """Every GraphQL mutation: the methods it asks, and whether it takes a key."""
    found = {}
    for field in get_object_definition(Mutation, strict=True).fields:
        rule = policy_in(field)
        assert rule is not None
        keyed = any(argument.python_name == "idempotency_key" for argument in field.arguments)
        found[field.python_name] = (set(rule.methods), keyed)
    return found


def test_every_mutation_that_takes_a_key_asks_a_method_that_honours_it() -> None:
    for name, (methods, keyed) in mutations().items():
        if keyed:
            assert not methods & REFUSES, name
            assert methods & (those(KeyUse.KEPT) | SEES_TO_IT), f"{name}: nothing it asks sees to its key"
        else:
            assert methods <= REFUSES | SEES_TO_IT | ENDS, f"{name} changes something and takes no key"


async def test_a_key_in_a_header_of_a_mutation_is_refused_and_said_where_to_send_it(stack: Stack) -> None:
    body: dict[str, Any] = {"query": 'mutation { signIn(login: "x", password: "y") { __typename } }'}
    async with httpx2.AsyncClient(trust_env=False) as http:
        answer = await http.post(stack.graphql, json=body, headers={"idempotency-key": "k"})
        assert "key-not-taken" in answer.text and "idempotencyKey" in answer.text
        asked = await http.post(stack.graphql, json={"query": "{ __typename }"}, headers={"idempotency-key": "k"})
        assert asked.json() == {"data": {"__typename": "Query"}}, "a question changes nothing, once or twice"


async def test_of_several_mutations_in_one_document_each_has_its_own_key(stack: Stack, nobody: Caller) -> None:
    resident, _ = await a_resident(nobody)
    add = 'addDependant(name: "Child", birthDate: "2020-01-01", idempotencyKey: "%s") { ... on Resident { id } %s }'
    refused = "... on Refused { code }"
    first, second = fresh_key(), fresh_key()
    lines = [f"{alias}: {add % (key, refused)}" for alias, key in (("a", first), ("b", first), ("c", second))]
    answer = (await resident.raw(f"mutation {{ {' '.join(lines)} }}"))["data"]
    assert answer["a"] == answer["b"] != answer["c"]
    me = await resident.run("me")
    assert len(me["dependants"]) == 2


async def test_an_operation_is_not_done_twice_by_a_key_that_is_not_taken(stack: Stack, nobody: Caller) -> None:
    """Whoever sends a key to sign in has signed in to nothing."""
    async with httpx2.AsyncClient(trust_env=False) as http:
        body = {"login": cities.OPERATOR, "password": stack.secrets["operator"]}
        headers = {"idempotency-key": "k"}
        answer = await http.post(f"{stack.service_url('identity')}/tokens", json=body, headers=headers)
    assert answer.status_code == 400
    assert (await refusal(nobody.run("sign-in", login="nobody@example.org", password="x" * 12))).code != "key-not-taken"
