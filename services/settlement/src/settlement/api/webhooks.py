"""What the payment provider reports by itself: how a pending call ended, that a payout or refund came back, that a
cardholder's bank took money.

Webhooks are signed as Standard Webhooks (HMAC-SHA256 over id, timestamp and body, five minutes of tolerance), have
their effect once however often and in whatever order they come, and are refused without a trace when they are not ours.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis import texts, untrusted_json
from chassis.database import Database
from chassis.ids import parse_id
from chassis.refusals import Invalid, NotFound, Refusal, Unauthenticated, Unavailable
from litestar import Request, post
from litestar.handlers import BaseRouteHandler
from sqlalchemy.ext.asyncio import AsyncSession
from standardwebhooks import Webhook, WebhookVerificationError

from settlement.api import Resources
from settlement.commands import measures
from settlement.commands.webhooks import ID_LENGTH_MAX, REFUND_FAILED, RETURNED, hear_of_dispute, record
from settlement.domain.calls import Step
from settlement.domain.disputes import ProviderDispute
from settlement.provider.port import Outcome, outcome_of, truth, whole
from settlement.store import calls, payments

FINISHED = "call.finished"
AFTERWARDS = {RETURNED: Step.PAY_OUT, REFUND_FAILED: Step.REFUND}  # what had been done comes back, and of which step
DISPUTE_OPENED, DISPUTE_CLOSED = "dispute.opened", "dispute.closed"
DISPUTES = (DISPUTE_OPENED, DISPUTE_CLOSED)
type Receive = Callable[[AsyncSession, str, bytes, datetime], Awaitable[bool]]


def handlers(database: Database, resources: Resources) -> Sequence[BaseRouteHandler]:
    async def take(receive: Receive, body: bytes) -> dict[str, bool]:
        try:
            async with database.transaction() as session:
                first_time = await receive(session, resources.webhook_secret, body, database.now())
        except Refusal as refusal:
            measures.refused_webhooks.add(1, {"reason": refusal.code})
            raise
        if first_time:
            resources.provider_is_needed()
        return {"news": first_time}

    @post("/webhooks/provider", status_code=200, include_in_schema=False)
    async def provider_webhook(request: Request[Any, Any, Any]) -> dict[str, bool]:
        headers = dict(request.headers)

        async def receive_signed(session: AsyncSession, secrets: str, body: bytes, now: datetime) -> bool:
            return await receive(session, secrets, headers, body, now)

        return await take(receive_signed, await request.body())

    @post("/webhooks/stripe", status_code=200, include_in_schema=False)
    async def stripe_webhook(request: Request[Any, Any, Any]) -> dict[str, bool]:
        signature = request.headers.get("stripe-signature", "")

        async def receive_signed(session: AsyncSession, secrets: str, body: bytes, now: datetime) -> bool:
            return await receive_from_stripe(session, secrets, signature, body, now)

        return await take(receive_signed, await request.body())

    return [provider_webhook, stripe_webhook]


async def receive_from_stripe(session: AsyncSession, secrets: str, signature: str, body: bytes, now: datetime) -> bool:
    """Believe an event that Stripe signed with one of the secrets, and record it. Returns False for a repeated one."""
    import stripe  # noqa: PLC0415 a large library, for those who use it

    from settlement.provider.stripe import parse_webhook  # noqa: PLC0415

    if not secrets.split():
        raise Unavailable("no webhook secret is set, so none is believed")
    try:
        event = parse_webhook(body, signature, secrets.split())
    except stripe.SignatureVerificationError as error:
        raise Unauthenticated(f"the webhook's signature does not hold: {error}") from None
    except (ValueError, AttributeError, KeyError, TypeError, OverflowError):
        raise Invalid("body", "is no event of Stripe's") from None
    if event is None:
        return False
    event_id, kind, about, outcome = event
    if isinstance(outcome, ProviderDispute):
        payment = await payments.payment_of_reference(session, about)
        if payment is None:
            raise NotFound("there is no payment of such an intent", "payment_intent")
        return await hear_of_dispute(session, payment, outcome, (event_id, None, kind), now)
    call = await calls.call_for_update(session, parse_id(about, "metadata.yima_call"))
    if call is None:
        raise NotFound("there is no such call", "metadata.yima_call")
    return await record(session, (event_id, call.id, kind), call, outcome, now)


async def receive(session: AsyncSession, secrets: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Believe a webhook that one of the secrets signed and record what it says. Returns False for a repeated one."""
    webhook = verified(secrets, headers, body)
    try:
        kind, data = webhook["type"], dict(webhook["data"])
        call_id = UUID(data["key"])
        reason = str(data["reason"])[: texts.REASON_LENGTH_MAX]
        outcome = outcome_of(data) if kind == FINISHED else None
        dispute = dispute_of(kind, data, reason) if kind in DISPUTES else None
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise Invalid("body", f"is no webhook of ours: {error!r}") from None
    if kind not in (FINISHED, *AFTERWARDS, *DISPUTES):
        raise Invalid("type", "is not one we know")
    call = await calls.call_for_update(session, call_id)
    if call is None or (kind in AFTERWARDS and call.step != AFTERWARDS[kind]):
        raise NotFound("there is no such call", "data.key")
    if outcome is not None and outcome.pending:
        raise Invalid("data", "tells of no end")
    if dispute is not None:
        if call.payment_id is None:
            raise NotFound("there is no such payment", "data.key")
        payment = (await payments.payments_by_id_for_update(session, [call.payment_id]))[call.payment_id]
        return await hear_of_dispute(session, payment, dispute, (headers["webhook-id"], call.id, kind), now)
    ended = outcome or Outcome(False, reason=reason)
    return await record(session, (headers["webhook-id"], call_id, kind), call, ended, now)


def dispute_of(kind: str, data: Mapping[str, Any], reason: str) -> ProviderDispute:
    amount = whole(data["amount"])
    if amount <= 0:
        raise ValueError("an amount above zero is needed")
    won = truth(data["won"]) if kind == DISPUTE_CLOSED else None
    return ProviderDispute(str(data["dispute"])[:ID_LENGTH_MAX], amount, str(data["currency"]), reason, True, won)


def verified(secrets: str, headers: Mapping[str, str], body: bytes) -> Mapping[str, Any]:
    """The webhook's content, once its signature is checked: with the new secret or, while it is rotated, the old."""
    known = secrets.split()
    if not known:
        raise Unavailable("no webhook secret is set, so none is believed")
    try:
        for secret in known[1:]:
            with suppress(WebhookVerificationError):
                Webhook(secret).verify(body, dict(headers))
                break
        else:
            Webhook(known[0]).verify(body, dict(headers))
        return dict(untrusted_json.loads(body))
    except WebhookVerificationError as error:
        raise Unauthenticated(f"the webhook's signature does not hold: {error}") from None
    except (ValueError, TypeError):
        raise Invalid("body", "is no JSON object") from None
