"""What a provider answers, of every status and kind of error: done, refused, not done for now, or nobody knows."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
import stripe
import stripe.oauth_error
from devstack import ports
from devstack.samples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from settlement.provider.http import HttpProvider
from settlement.provider.port import NotDone, Outcome, ProviderRequest, Unreachable
from settlement.provider.sandbox.books import Faults, Sandbox
from settlement.provider.stripe import NotPayable, StripeProvider, own_amount, stripe_amount

pytestmark = pytest.mark.anyio
type Answer = tuple[int, Any]


class Server:
    """Answers requests as a test says, and keeps the requests."""

    def __init__(self) -> None:
        self.answers: Callable[[str, str], Answer] = lambda _method, _path: (200, {})
        self.requests: list[tuple[str, str, bytes]] = []
        self.date = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.split("\r\n")
        told_us = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        body = await reader.readexactly(int(told_us.get("content-length", 0)))
        method, path, _ = first.split(" ")
        self.requests.append((method, path, body))
        status, answer = self.answers(method, path)
        if status:
            content = answer if isinstance(answer, bytes) else orjson.dumps(answer)
            fields = [f"content-length: {len(content)}", "content-type: application/json", "connection: close"]
            fields += [f"date: {self.date}"] if self.date else []
            writer.write("\r\n".join([f"HTTP/1.1 {status} X", *fields, "", ""]).encode() + content)
            await writer.drain()
        writer.close()


@pytest.fixture
async def server() -> AsyncGenerator[tuple[Server, str]]:
    new_server = Server()
    listening = await asyncio.start_server(new_server.serve, "127.0.0.1", 0)
    yield new_server, f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    listening.close()


DONE = {"approved": True, "reference": "r", "reason": "", "amount": 500}
REFUSED = {400, 402, 404, 405, 406, 410, 411, 413, 414, 415, 422}
NOT_NOW = {401, 403, 429}


NO_TRUTH = ["false", "true", "", 0, 1, None, [], {}]
NO_AMOUNT = ["500", 500.0, 499.9, True, [500], {}]
MALFORMED = [
    *({**DONE, "approved": value} for value in NO_TRUTH),
    *({**DONE, "pending": value} for value in NO_TRUTH),
    *({**DONE, "amount": value} for value in NO_AMOUNT),
]


@pytest.mark.parametrize("answer", MALFORMED, ids=str)
async def test_an_answer_of_another_form_than_agreed_is_no_answer(
    server: tuple[Server, str], answer: dict[str, Any]
) -> None:
    """The text "false" is true to Python: what is not understood is asked about, not believed."""
    provider_server, url = server
    provider_server.answers = lambda _method, _path: (200, answer)
    provider = HttpProvider(url)
    assert await meaning(provider) == "unknown"
    await provider.close()


async def meaning(provider: Any, step: str = "refund") -> str:
    calls = {
        "authorise": lambda: provider.authorise("k", 500, "CNY", "pm"),
        "capture": lambda: provider.capture("k", "pi_1", 500),
        "void": lambda: provider.void("k", "pi_1"),
        "refund": lambda: provider.refund("k", "pi_1", 500),
    }
    try:
        outcome = await calls[step]()
    except NotDone:
        return "not done"
    except Unreachable:
        return "unknown"
    return "pending" if outcome.pending else "done" if outcome.approved else "refused"


async def test_each_status_of_the_provider_has_one_meaning(server: tuple[Server, str]) -> None:
    provider_server, url = server
    provider = HttpProvider(url)
    for status in range(100, 600):
        provider_server.answers = lambda _method, _path, status=status: (status, {"reason": "because"})  # type: ignore[misc]
        expected = "refused" if status in REFUSED else "not done" if status in NOT_NOW else "unknown"
        assert (status, await meaning(provider)) == (status, expected)
    await provider.close()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((200, DONE), "done"),
        ((200, {**DONE, "approved": False}), "refused"),
        ((200, {**DONE, "approved": False, "pending": True}), "pending"),
        ((200, b"<html>"), "unknown"),
        ((200, b""), "unknown"),
        ((200, {"approved": True}), "unknown"),
        ((200, [1]), "unknown"),
        ((400, b"<html>"), "refused"),
        ((0, None), "unknown"),
    ],
)
async def test_an_answer_that_is_not_understood_is_unknown(
    server: tuple[Server, str], answer: Answer, expected: str
) -> None:
    provider_server, url = server
    provider_server.answers = lambda _method, _path: answer
    provider = HttpProvider(url)
    assert await meaning(provider) == expected
    await provider.close()


async def test_where_nobody_listens_nothing_was_done() -> None:
    provider = HttpProvider(f"http://127.0.0.1:{ports.free()}")
    assert await meaning(provider) == "not done"
    await provider.close()


async def test_a_call_is_looked_up_by_its_key(server: tuple[Server, str]) -> None:
    provider_server, url = server
    provider = HttpProvider(url)
    request = ProviderRequest("the-key", "refund", "r", 500, "CNY", datetime.now(UTC))
    provider_server.answers = lambda _method, _path: (404, {})
    assert await provider.look_up(request) is None
    provider_server.answers = lambda _method, _path: (200, DONE)
    assert await provider.look_up(request) == Outcome(True, "r", "", 500)
    provider_server.answers = lambda _method, _path: (500, {})
    with pytest.raises(Unreachable):
        await provider.look_up(request)
    assert {(method, path) for method, path, _ in provider_server.requests} == {("GET", "/calls/the-key")}
    await provider.close()


def error(kind: str, code: str = "") -> Any:
    return {"error": {"type": kind, "code": code or None, "message": "because"}}


def intent(status: str, **more: Any) -> Any:
    return {"object": "payment_intent", "id": "pi_1", "status": status, "currency": "cny", "amount": 500, **more}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((402, error("card_error", "card_declined")), "refused"),
        ((400, error("invalid_request_error", "charge_already_refunded")), "refused"),
        ((404, error("invalid_request_error", "resource_missing")), "refused"),
        ((401, error("invalid_request_error")), "not done"),
        ((403, error("invalid_request_error")), "not done"),
        ((429, error("rate_limit_error")), "not done"),
        ((409, error("idempotency_error", "idempotency_key_in_use")), "unknown"),
        ((400, error("idempotency_error")), "unknown"),
        ((409, error("invalid_request_error", "lock_timeout")), "unknown"),
        ((500, error("api_error")), "unknown"),
        ((502, b"<html>"), "unknown"),
        ((503, error("api_error")), "unknown"),
        ((0, None), "unknown"),
    ],
)
@pytest.mark.parametrize("step", ["authorise", "capture", "void", "refund"])
async def test_each_error_of_stripe_has_one_meaning(
    server: tuple[Server, str], step: str, answer: Answer, expected: str
) -> None:
    provider_server, url = server
    provider_server.answers = lambda method, _path: (200, intent("requires_capture")) if method == "GET" else answer
    assert await meaning(StripeProvider("sk_test_1", url), step) == expected


STRIPE_REFUSED = {400, 402, 404}  # as its library reads them; a 405 or 422 is no answer of Stripe's


async def test_each_status_of_stripe_has_one_meaning(server: tuple[Server, str]) -> None:
    provider_server, url = server
    provider = StripeProvider("sk_test_1", url)
    for status in range(100, 600):
        provider_server.answers = lambda method, _path, status=status: (  # type: ignore[misc]
            (200, intent("requires_capture")) if method == "GET" else (status, error("api_error"))
        )
        expected = "refused" if status in STRIPE_REFUSED else "not done" if status in NOT_NOW else "unknown"
        assert (status, await meaning(provider)) == (status, expected)


# What every error of Stripe's library means to us. One that a release adds is in neither: decide what it means.
DEFINITE = {"CardError", "InvalidRequestError"}
NOT_DONE = {"RateLimitError", "AuthenticationError", "PermissionError"}
UNKNOWN = {
    "StripeError", "APIError", "APIConnectionError", "IdempotencyError",
    "StripeErrorWithParamCode", "SignatureVerificationError",  # are raised by no call
    # of the second version of Stripe's interface, and of signing in by OAuth, which we do not ask
    "AlreadyCanceledError", "BlockedByStripeError", "CannotProceedError", "CapabilityNotEnabledError",
    "ControlledByAlternateResourceError", "FeatureNotEnabledError", "FinancialAccountNotOpenError",
    "FxQuoteNeedsRefreshError", "InsufficientFundsError", "InvalidPaymentMethodError", "InvalidPayoutMethodError",
    "InvalidVaultedCredentialError", "NotCancelableError", "QuotaExceededError", "RecipientNotNotifiableError",
    "TemporarySessionExpiredError", "VerificationAttemptFailedError", "VerificationExpiredError",
    "VerificationNotInitiatedError", "OAuthError", "InvalidClientError", "InvalidGrantError", "InvalidScopeError",
    "UnsupportedGrantTypeError", "UnsupportedResponseTypeError",
}  # fmt: skip
OAUTH = "stripe.oauth_error"


def family(kind: type[Exception]) -> list[type[Exception]]:
    return [kind, *(descendant for child in kind.__subclasses__() for descendant in family(child))]


FAMILY = family(stripe.StripeError)


def test_what_every_error_of_stripe_s_library_means_is_decided() -> None:
    assert {kind.__name__ for kind in FAMILY} == DEFINITE | NOT_DONE | UNKNOWN
    assert not DEFINITE & NOT_DONE and not (DEFINITE | NOT_DONE) & UNKNOWN


@given(
    kind=st.sampled_from(FAMILY),
    status=st.one_of(st.none(), st.sampled_from(sorted(STRIPE_REFUSED)), st.integers(100, 599)),
)
@settings(max_examples=examples(400), deadline=None)
def test_each_error_of_stripe_s_library_is_definite_unknown_or_turned_away(
    kind: type[Exception], status: int | None
) -> None:
    raised = kind.__new__(kind)
    stripe.StripeError.__init__(raised, "because", http_status=status)
    raised.param = None  # type: ignore[attr-defined]

    def work() -> Outcome:
        raise raised

    try:
        outcome = asyncio.run(StripeProvider("sk_test_1")._ask(work))
        meant = "pending" if outcome.pending else "done" if outcome.approved else "refused"
    except NotDone:
        meant = "not done"
    except Unreachable:
        meant = "unknown"
    named = kind.__name__ if kind.__module__ != OAUTH else ""
    expected = (
        "refused"
        if named in DEFINITE and status in {None, *STRIPE_REFUSED}
        else "not done"
        if named in NOT_DONE
        else "unknown"
    )
    assert meant == expected


@pytest.mark.parametrize("body", [{}, [], [1], {"status": "succeeded"}, {"id": 1}, error("api_error")])
@pytest.mark.parametrize("step", ["authorise", "capture", "void", "refund"])
async def test_an_answer_of_stripe_without_its_fields_is_unknown(
    server: tuple[Server, str], step: str, body: Any
) -> None:
    provider_server, url = server
    provider_server.answers = lambda method, _path: (
        (200, intent("requires_capture")) if method == "GET" else (200, body)
    )
    provider = StripeProvider("sk_test_1", url)
    assert await meaning(provider, step) == "unknown"
    provider_server.answers = lambda _method, _path: (200, body)
    with pytest.raises(Unreachable):
        await provider.report(0, 10)


@pytest.mark.parametrize("ahead_seconds", [3_600, -3_600, 0])
@pytest.mark.parametrize("says_the_date", [True, False])
async def test_a_report_of_stripe_loses_no_neighbour_whatever_our_clock_says(
    server: tuple[Server, str], ahead_seconds: int, says_the_date: bool
) -> None:
    """A movement that comes late into a second whose places were given already would be left out for ever."""
    provider_server, url = server
    provider, lag = StripeProvider("sk_test_1", url), int(StripeProvider.report_lag.total_seconds())
    stripes_now = int(time.time()) - ahead_seconds
    moved = {"txn_5": -lag - 50, "txn_4": -lag + 1, "txn_2": 0}  # and when, from Stripe's now

    def listed(_method: str, _path: str) -> Answer:
        rows = [
            {
                "object": "balance_transaction", "id": name, "created": stripes_now + at, "type": "charge",
                "amount": 500, "fee": 0, "currency": "cny", "source": None,
            }
            for name, at in sorted(moved.items(), key=lambda item: -item[1])
        ]  # fmt: skip
        return 200, {"object": "list", "data": rows, "has_more": False, "url": "/v1/balance_transactions"}

    provider_server.answers = listed
    provider_server.date = (
        format_datetime(datetime.fromtimestamp(stripes_now, UTC), usegmt=True) if says_the_date else ""
    )
    first = await provider.report(0, 10)
    assert [movement.key for movement in first] == ["txn_5"]
    moved["txn_3"] = moved["txn_4"]  # late, and before its neighbour by name
    moved["txn_9"] = lag + 60
    provider_server.date = (
        format_datetime(datetime.fromtimestamp(stripes_now + lag + 60, UTC), usegmt=True)
        if provider_server.date
        else ""
    )
    then = await provider.report(first[-1].place, 10)
    assert [movement.key for movement in then] == ["txn_3", "txn_4", "txn_2"]


async def test_what_was_taken_is_what_stripe_says_it_received(server: tuple[Server, str]) -> None:
    provider_server, url = server
    provider_server.answers = lambda method, _path: (
        (200, intent("requires_capture")) if method == "GET" else (200, intent("succeeded", amount_received=450))
    )
    outcome = await StripeProvider("sk_test_1", url).capture("k", "pi_1", 500)
    assert (outcome.approved, outcome.amount_minor) == (True, 450)


@pytest.mark.parametrize(("step", "status"), [("capture", "succeeded"), ("void", "canceled")])
async def test_what_stripe_refuses_as_done_before_is_taken_as_done(
    server: tuple[Server, str], step: str, status: str
) -> None:
    """Stripe forgets keys after a day: the second request of a capture is then refused for the intent's state."""
    provider_server, url = server
    provider_server.answers = lambda method, _path: (
        (200, intent(status, amount_received=500))
        if method == "GET"
        else (400, error("invalid_request_error", "payment_intent_unexpected_state"))
    )
    assert await meaning(StripeProvider("sk_test_1", url), step) == "done"


@pytest.mark.parametrize("currency", ["KWD", "BHD", "JOD", "OMR", "TND"])
@pytest.mark.parametrize("minor", [1, 7, 333, 1_005])
async def test_what_stripe_cannot_move_is_refused_before_anything_is_sent(
    server: tuple[Server, str], currency: str, minor: int
) -> None:
    """An amount that was left out of the request moved everything."""
    provider_server, url = server
    provider_server.answers = lambda _method, _path: (200, intent("requires_capture", currency=currency.lower()))
    provider = StripeProvider("sk_test_1", url)
    for request in (
        await provider.authorise("k", minor, currency, "pm"),
        await provider.capture("k", "pi_1", minor),
        await provider.refund("k", "pi_1", minor),
    ):
        assert not request.approved and not request.pending
        assert "in steps of 10" in request.reason
    assert {method for method, _, _ in provider_server.requests} <= {"GET"}


@given(st.integers(1, 10**9), st.sampled_from(["CNY", "JPY", "ISK", "UGX", "KWD", "TND", "USD"]))
def test_an_amount_comes_back_from_stripe_as_it_went_or_does_not_go(minor: int, currency: str) -> None:
    step = StripeProvider("sk_test_1").payable_step(currency)
    if minor % step:
        with pytest.raises(NotPayable):
            stripe_amount(minor, currency)
    else:
        assert own_amount(stripe_amount(minor, currency), currency) == minor


async def test_a_refund_is_looked_up_by_the_call_in_its_metadata(server: tuple[Server, str]) -> None:
    provider_server, url = server
    key, now = str(uuid4()), datetime.now(UTC)
    refund = {
        "object": "refund", "id": "re_1", "status": "failed", "amount": 500, "currency": "cny",
        "failure_reason": "lost_or_stolen_card", "created": int(now.timestamp()), "metadata": {"yima_call": key},
    }  # fmt: skip
    page = {"object": "list", "data": [{**refund, "metadata": {}}, refund], "has_more": False, "url": "/v1/refunds"}
    provider_server.answers = lambda _method, _path: (200, page)
    provider = StripeProvider("sk_test_1", url)
    outcome = await provider.look_up(ProviderRequest(key, "refund", "pi_1", 500, "CNY", now))
    assert outcome is not None and not outcome.approved and outcome.reason == "lost_or_stolen_card"
    assert await provider.look_up(ProviderRequest(str(uuid4()), "refund", "pi_1", 500, "CNY", now)) is None


def test_the_sandbox_tells_what_became_of_a_call_and_of_none_it_never_had(tmp_path: Any) -> None:
    sandbox = Sandbox(tmp_path / "books.sqlite", Faults(pending=1, webhook_only=True))
    assert sandbox.look_up("k") is None
    sandbox.carry_out("/authorisations", "k", {"amount": 5, "currency": "CNY", "method": "sandbox:ok"})
    assert (sandbox.look_up("k") or {})["pending"]
    (due,) = sandbox.due_webhooks()
    sandbox.webhook_sent(due.place)
    assert (sandbox.look_up("k") or {})["approved"]
    sandbox.close()


def test_what_the_sandbox_remembers_is_its_owners(tmp_path: Path) -> None:
    (path := tmp_path / "books.sqlite").touch(0o644)  # of before
    sandbox = Sandbox(path)
    sandbox.carry_out("/authorisations", "k", {"amount": 1, "currency": "CNY", "method": "sandbox:ok"})
    assert {file.name: oct(file.stat().st_mode & 0o777) for file in tmp_path.iterdir()} == {
        file.name: "0o600" for file in tmp_path.iterdir()
    }
    sandbox.close()
