"""What the payment provider tells by itself: how a pending call ended, or that a bank sent a payout back.

Webhooks are signed as Standard Webhooks (HMAC-SHA256 over id, timestamp and body, five minutes of tolerance), have
their effect once however often and in whatever order they come, and are refused without a trace when they are not ours.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chassis import untrusted_json
from chassis.database import Database
from chassis.ids import parse_id
from chassis.refusals import Invalid, NotFound, Unauthenticated, Unavailable
from litestar import Request, post
from litestar.handlers import BaseRouteHandler
from sqlalchemy.ext.asyncio import AsyncSession
from standardwebhooks import Webhook, WebhookVerificationError

from settlement import provider_calls
from settlement.api import Resources
from settlement.domain.payments import Step
from settlement.provider.port import outcome_of
from settlement.store import payments

FINISHED = "call.finished"
RETURNED = "payout.returned"
REFUND_FAILED = "refund.failed"
AFTERWARDS = {RETURNED: Step.PAY_OUT, REFUND_FAILED: Step.REFUND}  # what had been done comes back, and of which step
ID_LENGTH_MAX = 128
REASON_LENGTH_MAX = 500


def handlers(database: Database, resources: Resources) -> Sequence[BaseRouteHandler]:
    @post("/webhooks/provider", status_code=200, include_in_schema=False)
    async def provider_tells(request: Request[Any, Any, Any]) -> dict[str, bool]:
        body = await request.body()
        async with database.transaction() as session:
            news = await receive(session, resources.webhook_secret, dict(request.headers), body, datetime.now(UTC))
        if news:
            resources.provider_is_needed()
        return {"news": news}

    @post("/webhooks/stripe", status_code=200, include_in_schema=False)
    async def stripe_tells(request: Request[Any, Any, Any]) -> dict[str, bool]:
        body = await request.body()
        signature = request.headers.get("stripe-signature", "")
        async with database.transaction() as session:
            news = await receive_from_stripe(session, resources.webhook_secret, signature, body, datetime.now(UTC))
        if news:
            resources.provider_is_needed()
        return {"news": news}

    return [provider_tells, stripe_tells]


async def receive_from_stripe(session: AsyncSession, secret: str, signature: str, body: bytes, now: datetime) -> bool:
    """Believe an event that Stripe signed and record what it tells. Says whether it was news."""
    import stripe  # noqa: PLC0415 a large library, for those who use it

    from settlement.provider.stripe import told  # noqa: PLC0415

    if not secret:
        raise Unavailable("no webhook secret is set, so none is believed")
    try:
        found = told(body, signature, secret)
    except stripe.SignatureVerificationError as error:
        raise Unauthenticated(f"the webhook's signature does not hold: {error}") from None
    except (ValueError, AttributeError, KeyError, TypeError):
        raise Invalid("body", "is no event of Stripe's") from None
    if found is None:
        return False
    event_id, kind, call_id, outcome = found
    call = await payments.call_for_update(session, parse_id(call_id, "metadata.yima_call"))
    if call is None:
        raise NotFound("there is no such call", "metadata.yima_call")
    if not await payments.take_webhook(session, event_id[:ID_LENGTH_MAX], call.id, kind, now):
        return False
    if kind == REFUND_FAILED:
        return await provider_calls.record_returned_refund(session, call, outcome.reason, now)
    return await provider_calls.record_told(session, call, outcome, now)


async def receive(session: AsyncSession, secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Believe a webhook of a good signature and record what it tells. Says whether it was news."""
    told = verified(secret, headers, body)
    try:
        kind, data = told["type"], dict(told["data"])
        call_id = UUID(data["key"])
        reason = str(data["reason"])[:REASON_LENGTH_MAX]
        outcome = outcome_of(data) if kind == FINISHED else None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Invalid("body", f"is no webhook of ours: {error!r}") from None
    if kind != FINISHED and kind not in AFTERWARDS:
        raise Invalid("type", "is not one we know")
    call = await payments.call_for_update(session, call_id)
    if call is None or (kind in AFTERWARDS and call.step != AFTERWARDS[kind]):
        raise NotFound("there is no such call", "data.key")
    if outcome is not None and outcome.pending:
        raise Invalid("data", "tells of no end")
    if not await payments.take_webhook(session, headers["webhook-id"][:ID_LENGTH_MAX], call_id, kind, now):
        return False
    if kind == RETURNED:
        return await provider_calls.record_returned_payout(session, call, reason, now)
    if kind == REFUND_FAILED:
        return await provider_calls.record_returned_refund(session, call, reason, now)
    assert outcome is not None
    return await provider_calls.record_told(session, call, outcome, now)


def verified(secret: str, headers: Mapping[str, str], body: bytes) -> Mapping[str, Any]:
    """The webhook's content, once its signature is checked."""
    if not secret:
        raise Unavailable("no webhook secret is set, so none is believed")
    try:
        Webhook(secret).verify(body, dict(headers))
        return dict(untrusted_json.loads(body))
    except WebhookVerificationError as error:
        raise Unauthenticated(f"the webhook's signature does not hold: {error}") from None
    except (ValueError, TypeError):
        raise Invalid("body", "is no JSON object") from None
