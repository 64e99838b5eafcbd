"""Where a partner's events are sent."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.wire import moment, timestamp
from yima.notifications.v1 import api_pb2 as pb

from notifications.api.deliveries import delivery_message
from notifications.api.served import api, partner_of
from notifications.commands import endpoints as commands
from notifications.commands.endpoints import NewSecret
from notifications.domain.endpoints import EndpointStatus, Signature, public_text, sealed_as, secret_text
from notifications.resources import Resources
from notifications.store import endpoints
from notifications.tables import EndpointRow


@api.serves
async def create_webhook_endpoint(
    request: pb.CreateWebhookEndpointRequest, call: Call[Resources]
) -> pb.WebhookEndpoint:
    made = await commands.create(
        call.session,
        partner_id=partner_of(call),
        url=request.url,
        event_types=request.event_types,
        description=request.description,
        signature=Signature.ED25519 if request.signature == pb.WEBHOOK_SIGNATURE_ED25519 else Signature.HMAC,
        by=UUID(call.principal.subject_id),
        allowed=call.resources.allowed,
        sealer=call.resources.sealer,
        now=call.now,
    )
    return await with_secret(made, call)


@api.serves
async def update_webhook_endpoint(
    request: pb.UpdateWebhookEndpointRequest, call: Call[Resources]
) -> pb.WebhookEndpoint:
    endpoint = await commands.update(
        call.session,
        endpoint_id=parse_id(request.webhook_endpoint_id, "webhook_endpoint_id"),
        partner_id=partner_of(call),
        url=request.url,
        event_types=request.event_types,
        description=request.description,
        allowed=call.resources.allowed,
    )
    return await endpoint_answer(endpoint, call)


@api.serves
async def pause_webhook_endpoint(request: pb.PauseWebhookEndpointRequest, call: Call[Resources]) -> pb.WebhookEndpoint:
    endpoint_id = parse_id(request.webhook_endpoint_id, "webhook_endpoint_id")
    return await endpoint_answer(await commands.pause(call.session, endpoint_id, partner_of(call)), call)


@api.serves
async def resume_webhook_endpoint(
    request: pb.ResumeWebhookEndpointRequest, call: Call[Resources]
) -> pb.WebhookEndpoint:
    endpoint_id = parse_id(request.webhook_endpoint_id, "webhook_endpoint_id")
    endpoint = await commands.resume(call.session, endpoint_id, partner_of(call), call.now)
    call.resources.wake_sender()
    return await endpoint_answer(endpoint, call)


@api.serves
async def end_webhook_endpoint(request: pb.EndWebhookEndpointRequest, call: Call[Resources]) -> pb.WebhookEndpoint:
    endpoint_id = parse_id(request.webhook_endpoint_id, "webhook_endpoint_id")
    return await endpoint_answer(await commands.end(call.session, endpoint_id, partner_of(call), call.now), call)


@api.serves
async def rotate_webhook_secret(request: pb.RotateWebhookSecretRequest, call: Call[Resources]) -> pb.WebhookEndpoint:
    made = await commands.rotate_secret(
        call.session,
        endpoint_id=parse_id(request.webhook_endpoint_id, "webhook_endpoint_id"),
        partner_id=partner_of(call),
        old_until=moment(request.old_until) if request.HasField("old_until") else None,
        sealer=call.resources.sealer,
        now=call.now,
    )
    return await with_secret(made, call)


@api.serves
async def list_webhook_endpoints(
    request: pb.ListWebhookEndpointsRequest, call: Call[Resources]
) -> pb.WebhookEndpointPage:
    part = pages.by_id(request.page)
    rows, page = part.cut(await endpoints.newest(call.session, partner_of(call), part), pages.at_id)
    return pb.WebhookEndpointPage(endpoints=await endpoint_messages(rows, call), page=page)


@api.serves
async def test_webhook_endpoint(request: pb.TestWebhookEndpointRequest, call: Call[Resources]) -> pb.WebhookDelivery:
    endpoint_id = parse_id(request.webhook_endpoint_id, "webhook_endpoint_id")
    delivery, event = await commands.send_test(call.session, endpoint_id, partner_of(call), call.now)
    call.resources.wake_sender()
    return delivery_message(delivery, event, ())


async def with_secret(made: NewSecret, call: Call[Resources]) -> pb.WebhookEndpoint:
    """An endpoint with what verifies its signatures: shown this once, where it is a secret."""
    message = await endpoint_answer(made.endpoint, call)
    if made.endpoint.signature == Signature.HMAC:
        message.secret = secret_text(made.secret)
    return message


async def endpoint_answer(endpoint: EndpointRow, call: Call[Resources]) -> pb.WebhookEndpoint:
    await call.session.flush()
    (message,) = await endpoint_messages([endpoint], call)
    return message


async def endpoint_messages(rows: Sequence[EndpointRow], call: Call[Resources]) -> list[pb.WebhookEndpoint]:
    ids = [row.id for row in rows]
    waiting = await endpoints.waiting(call.session, ids)
    messages = {row.id: endpoint_message(row, waiting) for row in rows}
    signatures = {row.id: row.signature for row in rows}
    for secret in await endpoints.secrets(call.session, ids):
        if secret.until is not None and secret.until <= call.now:
            continue
        message = messages[secret.endpoint_id]
        if secret.until is not None:
            message.old_secret_until.FromDatetime(secret.until)
        if signatures[secret.endpoint_id] == Signature.ED25519:
            public_key = public_text(call.resources.sealer.unseal(secret.sealed, sealed_as(secret.endpoint_id)))
            if secret.until is None:
                message.public_key = public_key
            else:
                message.old_public_key = public_key
    return list(messages.values())


def endpoint_message(row: EndpointRow, waiting: Mapping[UUID, int]) -> pb.WebhookEndpoint:
    return pb.WebhookEndpoint(
        id=str(row.id),
        partner_id=str(row.partner_id),
        url=row.url,
        event_types=row.event_types,
        description=row.description,
        status=f"WEBHOOK_ENDPOINT_STATUS_{EndpointStatus(row.status).name}",
        signature=f"WEBHOOK_SIGNATURE_{Signature(row.signature).name}",
        created_at=timestamp(row.created_at),
        disabled_reason=row.disabled_reason,
        broken_until=timestamp(row.broken_until),
        failures=row.failures,
        waiting=waiting.get(row.id, 0),
        ended_at=timestamp(row.ended_at),
        version=row.version,
    )
