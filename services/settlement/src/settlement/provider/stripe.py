"""Stripe as the payment provider: an order's money is a PaymentIntent that is captured by hand.

Calls go through Stripe's own library, each under our call's id as Stripe's idempotency key; the id stands in the
intent's and the refund's metadata, too, so that a webhook says whose it is. Payouts to partners are not Stripe's
here: their accounts are bank accounts, paid by credit transfer (payout rail `bank`).
Source: Stripe's API reference (PaymentIntents, Refunds, webhook signatures, zero- and three-decimal currencies).
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import stripe
from chassis import errors

from settlement.domain.calls import Step
from settlement.domain.disputes import ProviderDispute
from settlement.domain.next_steps import NextStep, StepKind
from settlement.provider.port import Movement, NotDone, Outcome, PaymentMethod, ProviderRequest, Unreachable, whole

TIMEOUT_SECONDS = 5.0
CALL_ID = "yima_call"
WEBHOOK_TOLERANCE_SECONDS = 300
# Stripe counts these in hundredths although they have none, and these in tens of their thousandths.
COUNTED_IN_HUNDREDTHS = frozenset({"ISK", "UGX"})
COUNTED_IN_TENS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
STEP_IN_TENS = 10
PAGE = 100
LOOKED_THROUGH_MAX = 2_000
CLOCKS_DIFFER_SECONDS = 300
CONFIRMED_WITHIN = timedelta(hours=1)  # Stripe says of no page how long it is good for
KEYS_KEPT_SECONDS = 23 * 3600  # Stripe keeps an idempotency key for at least 24 hours
UNEXPECTED_STATE = "payment_intent_unexpected_state"
# With these statuses Stripe's library says that a request was refused; with none, it refused to send it.
REFUSED = frozenset({None, 400, 402, 404})
# An answer that has not the fields of the contract.
NOT_UNDERSTOOD = (AttributeError, KeyError, TypeError, ValueError)
PLACES_A_SECOND = 10_000
# What Stripe's types of balance transaction are here; what is not named keeps Stripe's name, and is for a person.
KINDS = {
    "charge": "capture",
    "payment": "capture",
    "refund": "refund",
    "payment_refund": "refund",
    "payout": "settlement",
    "refund_failure": "refund-return",
    "payment_failure_refund": "refund-return",
}
NOT_YET = Outcome(False, reason="Stripe has not done it yet", pending=True)
NO_PAYOUTS = "Stripe pays no bank accounts of partners; set the partner's payout rail to bank"


class NotPayable(ValueError):
    """An amount Stripe cannot move."""


class StripeProvider:
    """Speaks to Stripe. Its library waits for answers, so each call has a thread; the sweeper bounds their number."""

    report_lag = timedelta(minutes=2)  # what is younger may still get neighbours of its second

    def __init__(self, api_key: str, url: str = "") -> None:
        self._stripe = stripe.StripeClient(
            api_key,
            base_addresses={"api": url} if url else {},
            http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
            max_network_retries=0,  # the sweeper asks again, under the same key
        )

    async def close(self) -> None:
        """Nothing is held open."""

    def payable_step(self, currency: str) -> int:
        return STEP_IN_TENS if currency in COUNTED_IN_TENS else 1

    async def methods(self, currency: str) -> Sequence[PaymentMethod]:
        """None by itself: a card becomes a payment method in a form of Stripe's, which the client brings."""
        return []

    async def authorise(self, key: str, amount_minor: int, currency: str, method: str, return_to: str = "") -> Outcome:
        back = {"return_url": return_to} if return_to else {}

        def work() -> Outcome:
            options: Any = {
                "amount": stripe_amount(amount_minor, currency),
                "currency": currency.lower(),
                "payment_method": method,
                "payment_method_types": ["card"],
                "capture_method": "manual",
                "confirm": True,
                "metadata": {CALL_ID: key},
                **back,
            }
            return intent_outcome(self._intents.create(options, {"idempotency_key": key}))

        return await self._ask(work)

    async def capture(self, key: str, reference: str, amount_minor: int) -> Outcome:
        def work() -> Outcome:
            intent = self._intents.retrieve(reference)
            options: Any = {"amount_to_capture": stripe_amount(amount_minor, intent.currency.upper())}
            try:
                done = self._intents.capture(reference, options, {"idempotency_key": key})
                return capture_outcome(done) or NOT_YET
            except stripe.InvalidRequestError as refused:
                return self._as_it_is(refused, reference, capture_outcome)

        return await self._ask(work)

    async def void(self, key: str, reference: str) -> Outcome:
        def work() -> Outcome:
            try:
                return void_outcome(self._intents.cancel(reference, {}, {"idempotency_key": key})) or NOT_YET
            except stripe.InvalidRequestError as refused:
                return self._as_it_is(refused, reference, void_outcome)

        return await self._ask(work)

    def _as_it_is(self, refused: Any, reference: str, outcome: Callable[[Any], Outcome | None]) -> Outcome:
        """What became of an intent that was in no state for the request: it may have been done before."""
        if refused.code != UNEXPECTED_STATE:
            raise refused
        return outcome(self._intents.retrieve(reference)) or Outcome(False, reference, str(refused.user_message))

    async def refund(self, key: str, reference: str, amount_minor: int) -> Outcome:
        def work() -> Outcome:
            currency = self._intents.retrieve(reference).currency.upper()
            options: Any = {
                "payment_intent": reference,
                "amount": stripe_amount(amount_minor, currency),
                "metadata": {CALL_ID: key},
            }
            return refund_outcome(self._stripe.v1.refunds.create(options, {"idempotency_key": key}))

        return await self._ask(work)

    async def pay_out(self, key: str, amount_minor: int, currency: str, account: str) -> Outcome:
        return Outcome(False, reason=NO_PAYOUTS)

    async def look_up(self, request: ProviderRequest) -> Outcome | None:
        """What Stripe has of a call. It forgets idempotency keys after a day: the call's id in the metadata stays."""

        def work() -> Outcome | None:
            match Step(request.step):
                case Step.AUTHORISE:
                    page = self._intents.list({"limit": PAGE})
                    intent = self._by_call(page, request)
                    if intent is None and answered_at(page) - request.since.timestamp() > KEYS_KEPT_SECONDS:
                        return Outcome(False, reason="Stripe never heard of it")
                    return None if intent is None else intent_outcome(intent)
                case Step.CAPTURE | Step.ADVANCE:
                    return capture_outcome(self._intents.retrieve(request.reference))
                case Step.VOID | Step.LET_GO:
                    return void_outcome(self._intents.retrieve(request.reference))
                case Step.REFUND:
                    refunds = self._stripe.v1.refunds.list({"payment_intent": request.reference, "limit": PAGE})
                    intent = self._by_call(refunds, request)
                    return None if intent is None else refund_outcome(intent)
                case Step.PAY_OUT:
                    return Outcome(False, reason=NO_PAYOUTS)

        return await self._read(work)

    def _by_call(self, page: Any, request: ProviderRequest) -> Any:
        """What has the call's id, of what Stripe lists newest first; none where none has."""
        since = request.since.timestamp() - CLOCKS_DIFFER_SECONDS
        for count, candidate in enumerate(page.auto_paging_iter()):
            if candidate.created < since:
                return None
            if (candidate.to_dict().get("metadata") or {}).get(CALL_ID) == request.key:
                return candidate
            if count >= LOOKED_THROUGH_MAX:
                raise Unreachable(f"more than {LOOKED_THROUGH_MAX} to look through")
        return None

    async def report(self, after: int, most: int) -> Sequence[Movement]:
        """Stripe's balance transactions, oldest first, each with its fee as a movement of its own.

        Stripe lists them newest first and has no number of each: the place is its second, then its turn in there.
        All that is younger than `after` is read before the oldest `most` are known. What is too young is known by
        Stripe's clock: were ours ahead, places would be given before all of their second are there.
        """

        def work() -> Sequence[Movement]:
            newer = list(self._transactions_since(after // PLACES_A_SECOND))
            return [moved for moved in movements_of(newer, self._call_of) if moved.place > after][:most]

        return await self._read(work)

    def _transactions_since(self, first: int) -> Iterator[Any]:
        """Balance transactions from this second on that are old enough for the report, newest first."""
        options: Any = {"limit": PAGE, "expand": ["data.source"]}
        page = self._stripe.v1.balance_transactions.list(options)
        last = answered_at(page) - self.report_lag.total_seconds()
        for transaction in page.auto_paging_iter():
            if transaction.created < first:
                return
            if transaction.created <= last:
                yield transaction

    def _call_of(self, source: Any) -> str:
        """Which call of ours a charge or a refund is of; what it calls itself, if it is of none.

        A charge has its intent's metadata; where it has none, the intent is asked.
        """
        content = source.to_dict()
        call = (content.get("metadata") or {}).get(CALL_ID)
        if call is None and source.object == "charge" and content.get("payment_intent"):
            call = (self._intents.retrieve(content["payment_intent"]).to_dict().get("metadata") or {}).get(CALL_ID)
        return str(call or source.id)

    @property
    def _intents(self) -> Any:
        return self._stripe.v1.payment_intents

    async def _read[A](self, work: Callable[[], A]) -> A:
        """What Stripe answers without doing anything; `Unreachable` whatever kept it from being read."""
        try:
            return await asyncio.to_thread(work)
        except (stripe.StripeError, *NOT_UNDERSTOOD) as error:
            raise Unreachable(errors.kind_of(error)) from error

    async def _ask(self, work: Callable[[], Outcome]) -> Outcome:
        """The answer by the class of Stripe's error: definite, not done for now, or unknown.

        Unknown is what is not named here: no connection, a 5xx, a key in use, an answer that is not understood, and
        whatever a later release of the library raises.
        """
        try:
            return await asyncio.to_thread(work)
        except NotPayable as refused:
            return Outcome(False, reason=str(refused))
        except (stripe.RateLimitError, stripe.AuthenticationError, stripe.PermissionError) as not_now:
            raise NotDone(type(not_now).__name__) from not_now
        except (stripe.CardError, stripe.InvalidRequestError) as refused:
            if refused.http_status not in REFUSED:
                raise Unreachable(f"status {refused.http_status}") from refused
            return Outcome(False, reason=str(refused.user_message or refused.code or refused))
        except (stripe.StripeError, *NOT_UNDERSTOOD) as error:
            raise Unreachable(errors.kind_of(error)) from error


def answered_at(page: Any) -> float:
    """When Stripe answered, by its own clock: the `Date` of the answer, or the time of the newest it lists."""
    headers = {name.lower(): value for name, value in dict(page.last_response.headers).items()}
    with suppress(ValueError, KeyError):
        return parsedate_to_datetime(headers["date"]).timestamp()
    return float(max((transaction.created for transaction in page.data), default=0))


def movements_of(transactions: Sequence[Any], call_of: Callable[[Any], str]) -> Iterator[Movement]:
    """Balance transactions as movements in their order: what moved before any fee, then the fee."""
    turn, second = 0, 0
    for transaction in sorted(transactions, key=lambda transaction: (transaction.created, transaction.id)):
        turn, second = (turn + 2 if transaction.created == second else 0), transaction.created
        currency, at = transaction.currency.upper(), datetime.fromtimestamp(transaction.created, UTC)
        kind, index = kind_of(transaction), transaction.created * PLACES_A_SECOND + turn
        named = isinstance(transaction.source, stripe.StripeObject)
        key = call_of(transaction.source) if named else str(transaction.source or transaction.id)
        yield Movement(index, key, kind, own_amount(transaction.amount, currency), currency, at)
        if transaction.fee:
            yield Movement(index + 1, transaction.id, "fee", -own_amount(transaction.fee, currency), currency, at)


def kind_of(transaction: Any) -> str:
    """What a balance transaction is here; a dispute's is an adjustment of Stripe's."""
    if transaction.type == "adjustment" and getattr(transaction.source, "object", "") == "dispute":
        return "chargeback" if transaction.amount < 0 else "chargeback-return"
    return KINDS.get(str(transaction.type), str(transaction.type))


def own_amount(amount: int, currency: str) -> int:
    """What Stripe counts, in minor units."""
    return amount // 100 if currency in COUNTED_IN_HUNDREDTHS else amount


def stripe_amount(minor: int, currency: str) -> int:
    """An amount of minor units as Stripe counts it; `NotPayable` where it cannot."""
    if currency in COUNTED_IN_HUNDREDTHS:
        return minor * 100
    if currency in COUNTED_IN_TENS and minor % STEP_IN_TENS:
        raise NotPayable(f"Stripe takes {currency} in steps of {STEP_IN_TENS} of its smallest unit, not {minor}")
    return minor


def own_or_none(amount: int | None, currency: str) -> int | None:
    return None if amount is None else own_amount(whole(amount), currency.upper())


def intent_outcome(intent: Any) -> Outcome:
    """What became of an authorisation: promised, waiting (for the cardholder, or a slow network), or not."""
    match intent.status:
        case "requires_capture":
            amount = own_or_none(intent.to_dict().get("amount"), intent.to_dict().get("currency") or "")
            return Outcome(True, intent.id, amount_minor=amount)
        case "processing" | "requires_action" | "requires_confirmation":
            asked = "the cardholder has to confirm it"
            return Outcome(False, intent.id, asked, pending=True, next_step=step_of_intent(intent.to_dict()))
        case _:
            error = intent.to_dict().get("last_payment_error") or {}
            return Outcome(False, intent.id, str(error.get("message") or f"the intent is {intent.status}"))


def step_of_intent(intent: dict[str, Any]) -> NextStep | None:
    """The page of Stripe's that the cardholder has to go to; none where nothing is asked of them."""
    action = intent.get("next_action") or {}
    url = (action.get("redirect_to_url") or {}).get("url")
    if action.get("type") != "redirect_to_url" or not isinstance(url, str):
        return None
    made = datetime.fromtimestamp(int(intent.get("created") or 0), UTC)
    return NextStep(StepKind.REDIRECT, url, made + CONFIRMED_WITHIN)


def capture_outcome(intent: Any) -> Outcome | None:
    """What was taken of an intent; none while it waits to be captured."""
    match intent.status:
        case "succeeded":
            received = intent.to_dict().get("amount_received")
            return Outcome(True, intent.id, amount_minor=own_or_none(received, intent.currency))
        case "processing":
            return Outcome(False, intent.id, "the capture is on its way", pending=True)
        case "requires_capture":
            return None
        case _:
            return Outcome(False, intent.id, f"the intent is {intent.status}")


def void_outcome(intent: Any) -> Outcome | None:
    """Whether an intent was let go; none while it could be."""
    if intent.status == "requires_capture":
        return None
    return Outcome(intent.status == "canceled", intent.id, f"the intent is {intent.status}")


def refund_outcome(refund: Any) -> Outcome:
    pending = refund.status in ("pending", "requires_action")
    content = refund.to_dict()
    reason = str(content.get("failure_reason") or f"the refund is {refund.status}")
    amount = own_or_none(content.get("amount"), content.get("currency") or "")
    return Outcome(refund.status == "succeeded", refund.id, reason, amount, pending)


def parse_webhook(payload: bytes, signature: str, secrets: Sequence[str]) -> tuple[str, str, str, Any] | None:
    """What a webhook says, once its signature is checked with one of the secrets: the event's id and kind; our call's
    id and how it ended, or an intent's id and what became of a dispute about it. A refund that failed is of a kind of
    its own: Stripe had taken it out of the balance, and put it back.

    None for what is no end of a call of ours. Raises `stripe.SignatureVerificationError`, or ValueError when it is no
    event.
    """
    event = verified(payload, signature, secrets)
    thing = event.data.object
    if event.type.startswith("charge.dispute."):
        return dispute_of(event, thing.to_dict())
    call_id = (thing.to_dict().get("metadata") or {}).get(CALL_ID)
    match event.type:
        case "payment_intent.amount_capturable_updated" | "payment_intent.payment_failed":
            outcome = intent_outcome(thing)
        case "refund.updated" | "refund.failed" | "charge.refund.updated":
            outcome = refund_outcome(thing)
        case _:
            return None
    kind = "refund.failed" if thing.object == "refund" and thing.status == "failed" else "call.finished"
    return None if call_id is None or outcome.pending else (event.id, kind, call_id, outcome)


def verified(payload: bytes, signature: str, secrets: Sequence[str]) -> Any:
    """The event, where one of the secrets signed it."""
    for secret in secrets[1:]:
        with suppress(stripe.SignatureVerificationError):
            return stripe.Webhook.construct_event(payload, signature, secret, WEBHOOK_TOLERANCE_SECONDS)
    return stripe.Webhook.construct_event(payload, signature, secrets[0], WEBHOOK_TOLERANCE_SECONDS)


def dispute_of(event: Any, dispute: dict[str, Any]) -> tuple[str, str, str, ProviderDispute] | None:
    """What an event says of a dispute; None for an inquiry, of which no money moves."""
    status = str(dispute["status"])
    if status.startswith("warning") or not dispute.get("payment_intent"):
        return None
    currency = str(dispute["currency"]).upper()
    taken = bool(dispute.get("balance_transactions")) or event.type == "charge.dispute.funds_withdrawn"
    won = {"won": True, "lost": False, "prevented": True}.get(status)
    amount = own_amount(whole(dispute["amount"]), currency)
    reason = str(dispute.get("reason") or "")
    claim = ProviderDispute(str(dispute["id"]), amount, currency, reason, taken or status in ("won", "lost"), won)
    return event.id, event.type, str(dispute["payment_intent"]), claim
