"""Stripe as the payment provider: an order's money is a PaymentIntent that is captured by hand.

Calls go through Stripe's own library, each under our call's id as Stripe's idempotency key; the id stands in the
intent's and the refund's metadata, too, so that a webhook can be told whose it is. Payouts to partners are not Stripe's
here: their accounts are bank accounts, paid by credit transfer (payout rail `bank`).
Source: Stripe's API reference (PaymentIntents, Refunds, webhook signatures, zero- and three-decimal currencies).
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import stripe

from settlement.provider.port import Movement, Outcome, Unreachable

TIMEOUT_SECONDS = 5.0
CALL_ID = "yima_call"
WEBHOOK_TOLERANCE_SECONDS = 300
# Stripe counts these in hundredths although they have none, and these in tens of their thousandths.
COUNTED_IN_HUNDREDTHS = frozenset({"ISK", "UGX"})
COUNTED_IN_TENS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
PAGE = 100
PLACES_A_SECOND = 10_000
# What Stripe's types of balance transaction are here; what is not named keeps Stripe's name, and is for a person.
KINDS = {
    "charge": "capture", "payment": "capture", "refund": "refund", "payment_refund": "refund", "payout": "settlement",
}  # fmt: skip
NO_PAYOUTS = "Stripe pays no bank accounts of partners; set the partner's payout rail to bank"


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

    async def authorise(self, key: str, amount_minor: int, currency: str, method: str) -> Outcome:
        amount = stripe_amount(amount_minor, currency)
        if amount is None:
            return Outcome(False, reason=f"Stripe takes {currency} in steps of ten of its smallest unit")
        asked: Any = {
            "amount": amount,
            "currency": currency.lower(),
            "payment_method": method,
            "payment_method_types": ["card"],
            "capture_method": "manual",
            "confirm": True,
            "metadata": {CALL_ID: key},
        }
        return await self._ask(lambda: intent_outcome(self._intents.create(asked, {"idempotency_key": key})))

    async def capture(self, key: str, reference: str, amount_minor: int) -> Outcome:
        def work() -> Outcome:
            intent = self._intents.retrieve(reference)
            taken = stripe_amount(amount_minor, intent.currency.upper())
            asked: Any = {"amount_to_capture": taken}
            done = self._intents.capture(reference, asked, {"idempotency_key": key})
            return Outcome(done.status == "succeeded", reference, f"the intent is {done.status}", amount_minor)

        return await self._ask(work)

    async def void(self, key: str, reference: str) -> Outcome:
        def work() -> Outcome:
            done = self._intents.cancel(reference, {}, {"idempotency_key": key})
            return Outcome(done.status == "canceled", reference, f"the intent is {done.status}")

        return await self._ask(work)

    async def refund(self, key: str, reference: str, amount_minor: int) -> Outcome:
        def work() -> Outcome:
            currency = self._intents.retrieve(reference).currency.upper()
            asked: Any = {
                "payment_intent": reference,
                "amount": stripe_amount(amount_minor, currency),
                "metadata": {CALL_ID: key},
            }
            return refund_outcome(self._stripe.v1.refunds.create(asked, {"idempotency_key": key}))

        return await self._ask(work)

    async def pay_out(self, key: str, amount_minor: int, currency: str, account: str) -> Outcome:
        return Outcome(False, reason=NO_PAYOUTS)

    async def report(self, after: int, most: int) -> Sequence[Movement]:
        """Stripe's balance transactions, oldest first, each with its fee as a movement of its own.

        Stripe lists them newest first and has no number of each: the place is its second, then its turn in there.
        All that is younger than `after` is read before the oldest `most` are known.
        """
        until = int(time.time() - self.report_lag.total_seconds())

        def work() -> Sequence[Movement]:
            newer = list(self._transactions_since(after // PLACES_A_SECOND, until))
            return [moved for moved in movements_of(newer, self._call_of) if moved.place > after][:most]

        try:
            return await asyncio.to_thread(work)
        except stripe.StripeError as error:
            raise Unreachable(type(error).__name__) from error

    def _transactions_since(self, first: int, last: int) -> Iterator[Any]:
        """Balance transactions of these seconds, newest first."""
        page: Any = {"limit": PAGE, "expand": ["data.source"]}
        for one in self._stripe.v1.balance_transactions.list(page).auto_paging_iter():
            if one.created < first:
                return
            if one.created <= last:
                yield one

    def _call_of(self, source: Any) -> str:
        """Which call of ours a charge or a refund is of; what it calls itself, if it is of none.

        A charge has its intent's metadata; where it has none, the intent is asked.
        """
        told = source.to_dict()
        call = (told.get("metadata") or {}).get(CALL_ID)
        if call is None and source.object == "charge" and told.get("payment_intent"):
            call = (self._intents.retrieve(told["payment_intent"]).to_dict().get("metadata") or {}).get(CALL_ID)
        return str(call or source.id)

    @property
    def _intents(self) -> Any:
        return self._stripe.v1.payment_intents

    async def _ask(self, work: Callable[[], Outcome]) -> Outcome:
        try:
            return await asyncio.to_thread(work)
        except stripe.CardError as declined:
            return Outcome(False, reason=declined.user_message or declined.code or "declined")
        except stripe.InvalidRequestError as refused:
            return Outcome(False, reason=str(refused.user_message or refused))
        except stripe.StripeError as error:
            raise Unreachable(type(error).__name__) from error


def movements_of(transactions: Sequence[Any], call_of: Callable[[Any], str]) -> Iterator[Movement]:
    """Balance transactions as movements in their order: what moved before any fee, then the fee."""
    turn, second = 0, 0
    for one in sorted(transactions, key=lambda one: (one.created, one.id)):
        turn, second = (turn + 2 if one.created == second else 0), one.created
        currency, at = one.currency.upper(), datetime.fromtimestamp(one.created, UTC)
        kind, place = KINDS.get(one.type, one.type), one.created * PLACES_A_SECOND + turn
        named = isinstance(one.source, stripe.StripeObject)
        key = call_of(one.source) if named else str(one.source or one.id)
        yield Movement(place, key, kind, own_amount(one.amount, currency), currency, at)
        if one.fee:
            yield Movement(place + 1, one.id, "fee", -own_amount(one.fee, currency), currency, at)


def own_amount(amount: int, currency: str) -> int:
    """What Stripe counts, in minor units."""
    return amount // 100 if currency in COUNTED_IN_HUNDREDTHS else amount


def stripe_amount(minor: int, currency: str) -> int | None:
    """An amount of minor units as Stripe counts it; None where it cannot."""
    if currency in COUNTED_IN_HUNDREDTHS:
        return minor * 100
    return None if currency in COUNTED_IN_TENS and minor % 10 else minor


def intent_outcome(intent: Any) -> Outcome:
    """What became of an authorisation: promised, waiting (for the cardholder, or a slow network), or not."""
    match intent.status:
        case "requires_capture":
            return Outcome(True, intent.id)
        case "processing" | "requires_action" | "requires_confirmation":
            return Outcome(False, intent.id, "the cardholder has to confirm it", pending=True)
        case _:
            error = intent.to_dict().get("last_payment_error") or {}
            return Outcome(False, intent.id, str(error.get("message") or f"the intent is {intent.status}"))


def refund_outcome(refund: Any) -> Outcome:
    pending = refund.status in ("pending", "requires_action")
    return Outcome(refund.status == "succeeded", refund.id, f"the refund is {refund.status}", pending=pending)


def told(payload: bytes, signature: str, secret: str) -> tuple[str, str, Outcome] | None:
    """What a webhook tells, once its signature is checked: the event's id, our call's, and how the call ended.

    None for what is no end of a call of ours. Raises `stripe.SignatureVerificationError`, or ValueError when it is no
    event.
    """
    event = stripe.Webhook.construct_event(payload, signature, secret, WEBHOOK_TOLERANCE_SECONDS)
    thing = event.data.object
    call_id = (thing.to_dict().get("metadata") or {}).get(CALL_ID)
    match event.type:
        case "payment_intent.amount_capturable_updated" | "payment_intent.payment_failed":
            outcome = intent_outcome(thing)
        case "refund.updated" | "refund.failed":
            outcome = refund_outcome(thing)
        case _:
            return None
    return None if call_id is None or outcome.pending else (event.id, call_id, outcome)
