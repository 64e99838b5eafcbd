"""What people are told, and by which channels they want to be."""

from typing import Annotated

import strawberry
from strawberry import ID
from yima.common.v1.types_pb2 import PageRequest
from yima.notifications.v1 import messages_pb2 as pb
from yima.notifications.v1.enums import MessageChannel, MessageDeliveryStatus, MessageKind

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import field, shows
from gateway.scalars import DateTime
from gateway.schema.common import Connection, connection, page_request


@shows(pb.MessageDelivery)
class MessageDelivery:
    channel: MessageChannel
    status: MessageDeliveryStatus
    finished_at: DateTime | None


@shows(pb.PersonalMessage)
class PersonalMessage:
    id: ID
    kind: MessageKind
    title: str
    text: str
    path: str
    created_at: DateTime
    read_at: DateTime | None
    deliveries: list[pb.MessageDelivery]


@shows(pb.MessagesRead, description="What was marked as read.")
class MessagesRead:
    marked: int = field(description="How many were unread before.")
    unread: int = field(description="How many still are.")


@shows(pb.ChannelChoice)
class ChannelChoice:
    kind: MessageKind
    channel: MessageChannel
    on: bool = field(description="It goes this way.")
    fixed: bool


@shows(pb.PushSubscription)
class PushSubscription:
    id: ID
    created_at: DateTime
    service: str


@shows(pb.NotificationPreferences)
class NotificationPreferences:
    locale: str
    locales: list[str]
    quiet_from: int
    quiet_until: int
    choices: list[pb.ChannelChoice]
    push_public_key: str | None
    push_subscriptions: list[pb.PushSubscription]


@shows(pb.MessageCount)
class MessageCount:
    channel: MessageChannel
    status: MessageDeliveryStatus
    count: int = field(description="How many.")


@shows(pb.ChannelRest)
class ChannelRest:
    channel: MessageChannel
    until: DateTime | None
    failures: int


@shows(pb.MessageCounts)
class MessageCounts:
    counts: list[pb.MessageCount] = field(description="By channel and what became of them.")
    rests: list[pb.ChannelRest] = field(description="Channels of which attempts failed.")


@strawberry.input(description="Whether a kind of message goes by a channel.")
class ChannelChoiceInput:
    kind: MessageKind
    channel: MessageChannel = strawberry.field(description="By what.")
    on: bool = strawberry.field(description="It goes this way.")

    def message(self) -> pb.ChannelChoice:
        return pb.ChannelChoice(kind=self.kind, channel=self.channel, on=self.on)


@strawberry.input(description="When nothing is sent that is not urgent, in minutes after midnight by the city's clock.")
class QuietHoursInput:
    quiet_from: int = strawberry.field(description="From this minute on.")
    quiet_until: int = strawberry.field(description="Until this minute; the same as from: there are no quiet hours.")

    def message(self) -> pb.QuietHours:
        return pb.QuietHours(quiet_from=self.quiet_from, quiet_until=self.quiet_until)


@strawberry.type
class Query:
    @strawberry.field(description="What the caller was told, newest first; it stays for a year.")
    @asks("notifications.ListMessages")
    async def messages(
        self,
        info: Info,
        unread: bool = False,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.PersonalMessage]:
        context = info.context
        request = pb.ListMessagesRequest(unread=unread, page=page_request(first, after, last, before))
        answer = await context.clients.notifications.list_messages(request, context.token)
        return connection(answer.messages, answer.page)

    @strawberry.field(description="How many of the caller's messages are unread.")
    @asks("notifications.ListMessages")
    async def unread_messages(self, info: Info) -> int:
        context = info.context
        request = pb.ListMessagesRequest(unread=True, page=PageRequest(first=1))
        return (await context.clients.notifications.list_messages(request, context.token)).unread

    @strawberry.field(description="By which channels the caller is told of what, and when not.")
    @asks("notifications.GetNotificationPreferences")
    async def notification_preferences(self, info: Info) -> pb.NotificationPreferences:
        context = info.context
        request = pb.GetNotificationPreferencesRequest()
        return await context.clients.notifications.get_notification_preferences(request, context.token)

    @strawberry.field(description="How many messages of the last day are where: nobody's, and nothing that they say.")
    @asks("notifications.ListMessageCounts")
    async def message_counts(self, info: Info) -> pb.MessageCounts:
        context = info.context
        return await context.clients.notifications.list_message_counts(pb.ListMessageCountsRequest(), context.token)


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Mark the caller's messages as read: those that are named, or all until one.")
    @refusable
    @asks("notifications.MarkMessagesRead")
    async def mark_messages_read(
        self,
        info: Info,
        message_ids: Annotated[list[ID] | None, strawberry.argument(description="These messages.")] = None,
        until_message_id: Annotated[
            ID | None, strawberry.argument(description="This message, and all that came before it.")
        ] = None,
        idempotency_key: str | None = None,
    ) -> pb.MessagesRead:
        context = info.context
        request = pb.MarkMessagesReadRequest(
            personal_message_ids=[
                parse_global_id(Kind.PERSONAL_MESSAGE, message_id, f"messageIds[{index}]")
                for index, message_id in enumerate(message_ids or ())
            ],
            until_personal_message_id=parse_global_id(Kind.PERSONAL_MESSAGE, until_message_id, "untilMessageId")
            if until_message_id
            else "",
        )
        return await context.clients.notifications.mark_messages_read(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Choose by which channels, in which language and when the caller is told. What is not named stays."
    )
    @refusable
    @asks("notifications.SetNotificationPreferences")
    async def set_notification_preferences(
        self,
        info: Info,
        locale: str | None = None,
        quiet_hours: Annotated[
            QuietHoursInput | None, strawberry.argument(description="If not given, they stay as they are.")
        ] = None,
        choices: Annotated[
            list[ChannelChoiceInput] | None, strawberry.argument(description="What is to change; the rest stays.")
        ] = None,
        idempotency_key: str | None = None,
    ) -> pb.NotificationPreferences:
        context = info.context
        request = pb.SetNotificationPreferencesRequest(
            locale=locale or "",
            quiet_hours=quiet_hours.message() if quiet_hours is not None else None,
            choices=[choice.message() for choice in choices or ()],
        )
        return await context.clients.notifications.set_notification_preferences(
            request, context.token, idempotency_key or ""
        )

    @strawberry.mutation(description="Have the caller's messages shown by a browser, as its Push API describes it.")
    @refusable
    @asks("notifications.RegisterPushSubscription")
    async def register_push_subscription(
        self, info: Info, endpoint: str, public_key: str, auth: str, idempotency_key: str | None = None
    ) -> pb.PushSubscription:
        context = info.context
        request = pb.RegisterPushSubscriptionRequest(endpoint=endpoint, public_key=public_key, auth=auth)
        return await context.clients.notifications.register_push_subscription(
            request, context.token, idempotency_key or ""
        )

    @strawberry.mutation(description="Have the caller's messages shown by a browser no longer.")
    @refusable
    @asks("notifications.EndPushSubscription")
    async def end_push_subscription(
        self,
        info: Info,
        subscription_id: Annotated[ID, strawberry.argument(description="Of the browser that is to hear no more.")],
        idempotency_key: str | None = None,
    ) -> pb.PushSubscription:
        context = info.context
        request = pb.EndPushSubscriptionRequest(
            push_subscription_id=parse_global_id(Kind.PUSH_SUBSCRIPTION, subscription_id, "subscriptionId")
        )
        return await context.clients.notifications.end_push_subscription(request, context.token, idempotency_key or "")
