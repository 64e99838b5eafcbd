"""Webhooks: where a partner's events are sent, what was sent, and sending it again."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import orjson
from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid
from chassis.wire import moment, timestamp
from yima.notifications.v1 import api_pb2 as pb

from notifications.api.served import api, partner_of
from notifications.commands import conformance
from notifications.commands import endpoints as commands
from notifications.commands.endpoints import NewSecret
from notifications.domain.conformance import (
    EXPECTED,
    CheckStatus,
    RunStatus,
    Step,
)
from notifications.domain.deliveries import DeliveryStatus
from notifications.domain.endpoints import (
    EndpointStatus,
    Signature,
    check_event_types,
    public_text,
    sealed_as,
    secret_text,
)
from notifications.domain.event_types import EVENT_TYPES, body_of, schema_of
from notifications.resources import Resources
from notifications.store import conformance as conformance_store
from notifications.store import deliveries, endpoints, webhook_events
from notifications.tables import AttemptRow, ConformanceRunRow, DeliveryRow, EndpointRow, EventRow

ATTEMPTS_SHOWN_MAX = 25  # of a delivery: as many as a day has


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
    limit = pages.size(request.page)
    rows = await endpoints.newest(call.session, partner_of(call), pages.after_id(request.page), limit)
    return pb.WebhookEndpointPage(
        endpoints=await endpoint_messages(rows[:limit], call), page=pages.info([row.id for row in rows], limit)
    )


@api.serves
async def test_webhook_endpoint(request: pb.TestWebhookEndpointRequest, call: Call[Resources]) -> pb.WebhookDelivery:
    endpoint_id = parse_id(request.webhook_endpoint_id, "webhook_endpoint_id")
    delivery, event = await commands.send_test(call.session, endpoint_id, partner_of(call), call.now)
    call.resources.wake_sender()
    return delivery_message(delivery, event, ())


@api.serves
async def list_webhook_event_types(
    request: pb.ListWebhookEventTypesRequest, call: Call[Resources]
) -> pb.WebhookEventTypes:
    return pb.WebhookEventTypes(
        types=[
            pb.WebhookEventType(
                type=kind.name, description=kind.description, schema=orjson.dumps(schema_of(kind.name)).decode()
            )
            for kind in EVENT_TYPES.values()
        ]
    )


@api.serves
async def list_webhook_events(request: pb.ListWebhookEventsRequest, call: Call[Resources]) -> pb.WebhookEventPage:
    limit = pages.size(request.page)
    rows = await webhook_events.of_partner(
        call.session,
        partner_of(call),
        types=check_event_types(request.event_types, EVENT_TYPES),
        since=moment(request.since) if request.HasField("since") else None,
        after=pages.after_position(request.page),
        newest_first=request.newest_first,
        limit=limit,
    )
    positions = [row.position for row in rows if row.position is not None]
    return pb.WebhookEventPage(events=[event_message(row) for row in rows[:limit]], page=pages.info(positions, limit))


@api.serves
async def list_webhook_deliveries(
    request: pb.ListWebhookDeliveriesRequest, call: Call[Resources]
) -> pb.WebhookDeliveryPage:
    limit = pages.size(request.page)
    delivered_events = await deliveries.of_partner(
        call.session,
        partner_of(call),
        endpoint_id=optional_id(request.webhook_endpoint_id, "webhook_endpoint_id"),
        event_id=optional_id(request.webhook_event_id, "webhook_event_id"),
        status=status_named(request.status),
        after=pages.after_id(request.page),
        limit=limit,
    )
    shown_rows = delivered_events[:limit]
    attempts = await deliveries.attempts(call.session, [row.id for row, _ in shown_rows], ATTEMPTS_SHOWN_MAX)
    return pb.WebhookDeliveryPage(
        deliveries=[delivery_message(row, event, attempts.get(row.id, ())) for row, event in shown_rows],
        page=pages.info([row.id for row, _ in delivered_events], limit),
    )


@api.serves
async def replay_deliveries(request: pb.ReplayDeliveriesRequest, call: Call[Resources]) -> pb.ReplayedDeliveries:
    replayed = await commands.replay(
        call.session,
        endpoint_id=parse_id(request.webhook_endpoint_id, "webhook_endpoint_id"),
        partner_id=partner_of(call),
        event_ids=[
            parse_id(event_id, f"webhook_event_ids[{index}]")
            for index, event_id in enumerate(request.webhook_event_ids)
        ],
        since=moment(request.since) if request.HasField("since") else None,
        now=call.now,
    )
    call.resources.wake_sender()
    return pb.ReplayedDeliveries(
        replayed=replayed.count,
        more=replayed.next_since is not None,
        next_since=timestamp(replayed.next_since),
    )


@api.serves
async def start_conformance_run(request: pb.StartConformanceRunRequest, call: Call[Resources]) -> pb.ConformanceRun:
    run = await conformance.start(
        call.session,
        endpoint_id=parse_id(request.webhook_endpoint_id, "webhook_endpoint_id"),
        partner_id=partner_of(call),
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return await run_answer(run, call)


@api.serves
async def begin_conformance_check(request: pb.BeginConformanceCheckRequest, call: Call[Resources]) -> pb.ConformanceRun:
    run = await conformance.begin_check(
        call.session,
        run_id=parse_id(request.conformance_run_id, "conformance_run_id"),
        partner_id=partner_of(call),
        step=step_named(request.step),
        about=request.about,
        now=call.now,
    )
    return await run_answer(run, call)


@api.serves
async def get_conformance_run(request: pb.GetConformanceRunRequest, call: Call[Resources]) -> pb.ConformanceRun:
    run_id = parse_id(request.conformance_run_id, "conformance_run_id")
    return await run_answer(await conformance_store.run_of(call.session, run_id, partner_of(call)), call)


def step_named(number: int) -> Step:
    if number == pb.CONFORMANCE_STEP_UNSPECIFIED or number not in pb.ConformanceStep.values():
        raise Invalid("step", "must be one of the checks of conformance")
    return Step(pb.ConformanceStep.Name(number).removeprefix("CONFORMANCE_STEP_").lower())


async def run_answer(run: ConformanceRunRow, call: Call[Resources]) -> pb.ConformanceRun:
    await call.session.flush()
    checks = {check.step: check for check in await conformance_store.checks_of(call.session, run.id)}
    return pb.ConformanceRun(
        id=str(run.id),
        partner_id=str(run.partner_id),
        webhook_endpoint_id=str(run.endpoint_id),
        url=run.url,
        status=f"CONFORMANCE_RUN_STATUS_{RunStatus(run.status).name}",
        started_at=timestamp(run.started_at),
        ends_at=timestamp(run.ends_at),
        finished_at=timestamp(run.finished_at),
        checks=[
            pb.ConformanceCheck(
                step=f"CONFORMANCE_STEP_{step.name}",
                status=f"CONFORMANCE_CHECK_STATUS_{CheckStatus(checks[step].status).name}",
                about=checks[step].about,
                expected=EXPECTED[step],
                sent=checks[step].sent,
                answered=checks[step].answered,
                decided_at=timestamp(checks[step].decided_at),
            )
            for step in Step
        ],
    )


def optional_id(text: str, field: str) -> UUID | None:
    return parse_id(text, field) if text else None


def status_named(number: int) -> DeliveryStatus | None:
    if number == pb.WEBHOOK_DELIVERY_STATUS_UNSPECIFIED:
        return None
    if number not in pb.WebhookDeliveryStatus.values():
        raise Invalid("status", "is no status of a delivery")
    return DeliveryStatus(pb.WebhookDeliveryStatus.Name(number).removeprefix("WEBHOOK_DELIVERY_STATUS_").lower())


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


def event_message(row: EventRow) -> pb.WebhookEvent:
    sequence = row.sequence or 0
    body = body_of(row.id, row.type, row.occurred_at, row.subject, sequence, row.data)
    return pb.WebhookEvent(
        id=str(row.id),
        type=row.type,
        subject=row.subject,
        sequence=sequence,
        occurred_at=timestamp(row.occurred_at),
        body=body.decode(),
    )


def delivery_message(row: DeliveryRow, event: EventRow, attempts: Sequence[AttemptRow]) -> pb.WebhookDelivery:
    waits = row.status == DeliveryStatus.WAITING
    return pb.WebhookDelivery(
        id=str(row.id),
        webhook_endpoint_id=str(row.endpoint_id),
        webhook_event_id=str(row.event_id),
        event_type=event.type,
        subject=row.subject,
        sequence=row.sequence,
        status=f"WEBHOOK_DELIVERY_STATUS_{DeliveryStatus(row.status).name}",
        attempts=row.attempts,
        created_at=timestamp(row.created_at),
        next_at=timestamp(row.next_at) if waits else None,
        finished_at=timestamp(row.finished_at),
        replay=row.replay,
        log=[attempt_message(attempt) for attempt in attempts],
    )


def attempt_message(row: AttemptRow) -> pb.WebhookAttempt:
    return pb.WebhookAttempt(
        at=timestamp(row.at),
        status=row.status,
        error=row.error,
        milliseconds=row.milliseconds,
        answer=row.answer,
        url=row.url,
    )
