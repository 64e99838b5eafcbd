"""Webhooks: where a partner's events are sent, what was sent, and sending it again."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry
from chassis.wire import timestamp
from strawberry import ID
from yima.notifications.v1 import api_pb2 as pb
from yima.notifications.v1.enums import (
    ConformanceCheckStatus,
    ConformanceRunStatus,
    ConformanceStep,
    WebhookDeliveryStatus,
    WebhookEndpointStatus,
    WebhookSignature,
)
from yima.partners.v1 import api_pb2 as partners_pb

from gateway import streams
from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import field, shows
from gateway.scalars import DateTime
from gateway.schema.common import Connection, connection, page_request

FOLLOW_SECONDS = 1.0  # between two looks: they are in notifications' list before they are sent


@shows(pb.WebhookEndpoint)
class WebhookEndpoint:
    id: ID
    url: str
    event_types: list[str]
    description: str | None
    status: WebhookEndpointStatus
    signature: WebhookSignature
    secret: str | None = field(description="What signs with HMAC, `whsec_…`: shown when it is made, and never again.")
    old_secret_until: DateTime | None
    public_key: str | None
    old_public_key: str | None
    created_at: DateTime
    disabled_reason: str | None
    broken_until: DateTime | None
    failures: int
    waiting: int
    ended_at: DateTime | None


@shows(pb.WebhookEventType)
class WebhookEventType:
    type: str
    description: str
    schema: str


@shows(pb.WebhookEvent)
class WebhookEvent:
    id: ID
    type: str
    subject: str
    sequence: int
    occurred_at: DateTime
    body: str


@shows(pb.WebhookAttempt)
class WebhookAttempt:
    at: DateTime
    url: str
    status: int | None = field(description="The answer's; null: there was none.")
    error: str | None
    milliseconds: int
    answer: str | None


@shows(pb.WebhookDelivery)
class WebhookDelivery:
    id: ID
    endpoint_id: ID = field("webhook_endpoint_id", description="To which endpoint.")
    event_id: ID = field("webhook_event_id", description="Which event.")
    event_type: str
    subject: str
    sequence: int
    status: WebhookDeliveryStatus
    attempts: int
    created_at: DateTime
    next_at: DateTime | None
    finished_at: DateTime | None
    replay: bool
    log: list[pb.WebhookAttempt]


@shows(pb.ReplayedDeliveries, description="What was sent again.")
class ReplayedDeliveries:
    replayed: int = field(description="How many events are sent again.")
    more: bool
    next_since: DateTime | None


@shows(pb.ConformanceCheck)
class ConformanceCheck:
    step: ConformanceStep
    status: ConformanceCheckStatus
    about: str | None
    expected: str
    sent: str | None
    answered: str | None
    decided_at: DateTime | None


@shows(pb.ConformanceRun)
class ConformanceRun:
    id: ID
    endpoint_id: ID = field("webhook_endpoint_id", description="Of which endpoint.")
    url: str
    status: ConformanceRunStatus
    started_at: DateTime
    ends_at: DateTime
    finished_at: DateTime | None
    checks: list[pb.ConformanceCheck]


@shows(partners_pb.ConformanceResult)
class ConformanceResult:
    run_id: ID = field("conformance_run_id", description="Which run was passed.")
    document: str
    valid_until: str


@strawberry.type
class Query:
    @strawberry.field(description="Where the events of the caller's partner are sent, newest first.")
    @asks("notifications.ListWebhookEndpoints")
    async def webhook_endpoints(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.WebhookEndpoint]:
        context = info.context
        request = pb.ListWebhookEndpointsRequest(page=page_request(first, after, last, before))
        answer = await context.clients.notifications.list_webhook_endpoints(request, context.token)
        return connection(answer.endpoints, answer.page)

    @strawberry.field(description="Which types of events webhooks have, and what each says.")
    @asks("notifications.ListWebhookEventTypes")
    async def webhook_event_types(self, info: Info) -> list[pb.WebhookEventType]:
        answer = await info.context.clients.notifications.list_webhook_event_types(pb.ListWebhookEventTypesRequest())
        return list(answer.types)

    @strawberry.field(
        description="What happened that concerns the caller's partner, oldest first, as webhooks say it; whoever keeps "
        "the last cursor goes on after it and misses nothing. A month is kept."
    )
    @asks("notifications.ListWebhookEvents")
    async def webhook_events(
        self,
        info: Info,
        event_types: list[str] | None = None,
        since: DateTime | None = None,
        newest_first: bool = False,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.WebhookEvent]:
        context = info.context
        request = pb.ListWebhookEventsRequest(
            event_types=event_types or (),
            since=timestamp(since),
            newest_first=newest_first,
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.notifications.list_webhook_events(request, context.token)
        return connection(answer.events, answer.page)

    @strawberry.field(
        description="What was sent to the endpoints of the caller's partner, newest first, with each attempt."
    )
    @asks("notifications.ListWebhookDeliveries")
    async def webhook_deliveries(
        self,
        info: Info,
        endpoint_id: ID | None = None,
        event_id: ID | None = None,
        status: WebhookDeliveryStatus | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.WebhookDelivery]:
        context = info.context
        request = pb.ListWebhookDeliveriesRequest(
            webhook_endpoint_id=endpoint_named(endpoint_id) if endpoint_id else "",
            webhook_event_id=parse_global_id(Kind.WEBHOOK_EVENT, event_id, "eventId") if event_id else "",
            status=status,
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.notifications.list_webhook_deliveries(request, context.token)
        return connection(answer.deliveries, answer.page)

    @strawberry.field(
        description="A run of the checks of conformance, with each check: what was sent, expected and answered."
    )
    @asks("notifications.GetConformanceRun")
    async def conformance_run(self, info: Info, run_id: ID) -> pb.ConformanceRun:
        context = info.context
        request = pb.GetConformanceRunRequest(conformance_run_id=run_named(run_id))
        return await context.clients.notifications.get_conformance_run(request, context.token)


@strawberry.type(description="Something that happened, with the cursor to go on after.")
class FollowedWebhookEvent:
    cursor: str = strawberry.field(description="Keep it when the event was dealt with, and go on after it.")
    event: pb.WebhookEvent = strawberry.field(description="What happened.")


@strawberry.type
class Subscription:
    @strawberry.subscription(
        description="All that concerns the caller's partner, as webhooks say it: from now on, or after a cursor."
    )
    @asks("notifications.ListWebhookEvents")
    async def webhook_events(
        self, info: Info, event_types: list[str] | None = None, after: str | None = None
    ) -> AsyncGenerator[FollowedWebhookEvent]:
        context = info.context
        ask = context.clients.notifications.list_webhook_events
        with context.consumers.opened(context.client):
            if after is None:
                newest = pb.ListWebhookEventsRequest(newest_first=True, page=page_request(1, None))
                after = "".join((await ask(newest, context.token)).page.cursors)
            while True:
                await streams.check_standing(context)
                request = pb.ListWebhookEventsRequest(event_types=event_types or (), page=page_request(None, after))
                answer = await ask(request, context.token)
                for event, cursor in zip(answer.events, answer.page.cursors, strict=True):
                    after = cursor
                    yield FollowedWebhookEvent(cursor=cursor, event=event)
                if not answer.page.has_next:
                    await asyncio.sleep(FOLLOW_SECONDS)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Have events of the caller's partner sent to an address. The secret that signs them is shown now, "
        "and never again. Without types, all of them are sent."
    )
    @refusable
    @asks("notifications.CreateWebhookEndpoint")
    async def create_webhook_endpoint(
        self,
        info: Info,
        url: str,
        event_types: list[str] | None = None,
        description: str | None = None,
        signature: WebhookSignature | None = None,
        idempotency_key: str | None = None,
    ) -> pb.WebhookEndpoint:
        context = info.context
        request = pb.CreateWebhookEndpointRequest(
            url=url, event_types=event_types or (), description=description or "", signature=signature
        )
        return await context.clients.notifications.create_webhook_endpoint(
            request, context.token, idempotency_key or ""
        )

    @strawberry.mutation(
        description="Change an endpoint: its address, types and description are as they are said here."
    )
    @refusable
    @asks("notifications.UpdateWebhookEndpoint")
    async def update_webhook_endpoint(
        self,
        info: Info,
        endpoint_id: ID,
        url: str,
        event_types: list[str] | None = None,
        description: str | None = None,
        idempotency_key: str | None = None,
    ) -> pb.WebhookEndpoint:
        context = info.context
        request = pb.UpdateWebhookEndpointRequest(
            webhook_endpoint_id=endpoint_named(endpoint_id),
            url=url,
            event_types=event_types or (),
            description=description or "",
        )
        return await context.clients.notifications.update_webhook_endpoint(
            request, context.token, idempotency_key or ""
        )

    @strawberry.mutation(description="Send nothing to an endpoint until it is resumed; what happens waits, for a day.")
    @refusable
    @asks("notifications.PauseWebhookEndpoint")
    async def pause_webhook_endpoint(
        self, info: Info, endpoint_id: ID, idempotency_key: str | None = None
    ) -> pb.WebhookEndpoint:
        context = info.context
        request = pb.PauseWebhookEndpointRequest(webhook_endpoint_id=endpoint_named(endpoint_id))
        return await context.clients.notifications.pause_webhook_endpoint(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Send again to an endpoint that was paused or disabled.")
    @refusable
    @asks("notifications.ResumeWebhookEndpoint")
    async def resume_webhook_endpoint(
        self, info: Info, endpoint_id: ID, idempotency_key: str | None = None
    ) -> pb.WebhookEndpoint:
        context = info.context
        request = pb.ResumeWebhookEndpointRequest(webhook_endpoint_id=endpoint_named(endpoint_id))
        return await context.clients.notifications.resume_webhook_endpoint(
            request, context.token, idempotency_key or ""
        )

    @strawberry.mutation(description="End an endpoint for good. What was not sent to it yet is not sent.")
    @refusable
    @asks("notifications.EndWebhookEndpoint")
    async def end_webhook_endpoint(
        self, info: Info, endpoint_id: ID, idempotency_key: str | None = None
    ) -> pb.WebhookEndpoint:
        context = info.context
        request = pb.EndWebhookEndpointRequest(webhook_endpoint_id=endpoint_named(endpoint_id))
        return await context.clients.notifications.end_webhook_endpoint(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Give an endpoint another secret, shown now and never again. The one before signs beside it, for a "
        "day if it is not said."
    )
    @refusable
    @asks("notifications.RotateWebhookSecret")
    async def rotate_webhook_secret(
        self, info: Info, endpoint_id: ID, old_until: DateTime | None = None, idempotency_key: str | None = None
    ) -> pb.WebhookEndpoint:
        context = info.context
        request = pb.RotateWebhookSecretRequest(
            webhook_endpoint_id=endpoint_named(endpoint_id), old_until=timestamp(old_until)
        )
        return await context.clients.notifications.rotate_webhook_secret(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Send an endpoint an event of the type `webhook.test`.")
    @refusable
    @asks("notifications.TestWebhookEndpoint")
    async def test_webhook_endpoint(
        self, info: Info, endpoint_id: ID, idempotency_key: str | None = None
    ) -> pb.WebhookDelivery:
        context = info.context
        request = pb.TestWebhookEndpointRequest(webhook_endpoint_id=endpoint_named(endpoint_id))
        return await context.clients.notifications.test_webhook_endpoint(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Send events again: those that are named, or all of the endpoint's types since a moment. They "
        "keep their ids, so that a receiver knows them."
    )
    @refusable
    @asks("notifications.ReplayDeliveries")
    async def replay_deliveries(
        self,
        info: Info,
        endpoint_id: ID,
        event_ids: list[ID] | None = None,
        since: DateTime | None = None,
        idempotency_key: str | None = None,
    ) -> pb.ReplayedDeliveries:
        context = info.context
        request = pb.ReplayDeliveriesRequest(
            webhook_endpoint_id=endpoint_named(endpoint_id),
            webhook_event_ids=[
                parse_global_id(Kind.WEBHOOK_EVENT, event_id, f"eventIds[{index}]")
                for index, event_id in enumerate(event_ids or ())
            ],
            since=timestamp(since),
        )
        return await context.clients.notifications.replay_deliveries(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Begin to observe how an endpoint, and the system behind it, deal with what the city sends. One "
        "that is under way for the endpoint is over by it."
    )
    @refusable
    @asks("notifications.StartConformanceRun")
    async def start_conformance_run(
        self, info: Info, endpoint_id: ID, idempotency_key: str | None = None
    ) -> pb.ConformanceRun:
        context = info.context
        request = pb.StartConformanceRunRequest(webhook_endpoint_id=endpoint_named(endpoint_id))
        return await context.clients.notifications.start_conformance_run(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Say which order or statement, begun since the run began, a check is decided by. It begins with it."
    )
    @refusable
    @asks("notifications.BeginConformanceCheck")
    async def begin_conformance_check(
        self,
        info: Info,
        run_id: ID,
        step: Annotated[ConformanceStep, strawberry.argument(description="Which check.")],
        about: str | None = None,
        idempotency_key: str | None = None,
    ) -> pb.ConformanceRun:
        context = info.context
        request = pb.BeginConformanceCheckRequest(conformance_run_id=run_named(run_id), step=step, about=about or "")
        return await context.clients.notifications.begin_conformance_check(
            request, context.token, idempotency_key or ""
        )

    @strawberry.mutation(
        description="Have the city sign that a system of the caller's partner passed a run of the checks of "
        "conformance. It is among the partner's evidence of technology from then on."
    )
    @refusable
    @asks("partners.IssueConformanceResult")
    async def issue_conformance_result(
        self, info: Info, run_id: ID, idempotency_key: str | None = None
    ) -> partners_pb.ConformanceResult:
        context = info.context
        request = partners_pb.IssueConformanceResultRequest(conformance_run_id=run_named(run_id))
        return await context.clients.partners.issue_conformance_result(request, context.token, idempotency_key or "")


def run_named(run_id: ID) -> str:
    return parse_global_id(Kind.CONFORMANCE_RUN, run_id, "runId")


def endpoint_named(endpoint_id: ID) -> str:
    return parse_global_id(Kind.WEBHOOK_ENDPOINT, endpoint_id, "endpointId")
