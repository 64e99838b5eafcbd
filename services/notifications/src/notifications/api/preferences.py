"""How people want to be told, and the browsers that show them messages."""

from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid
from chassis.wire import timestamp
from yima.common.v1.route_pb2 import Role
from yima.notifications.v1 import messages_pb2 as pb

from notifications.api.messages import channel_of, kind_of, reader
from notifications.api.served import api
from notifications.carriers.push import subscription_of
from notifications.commands import preferences as commands
from notifications.commands.preferences import Choice
from notifications.domain.addresses import check_url
from notifications.domain.messages import Channel, PushNotSetUp, goes_by, kinds_for
from notifications.resources import Resources
from notifications.store import preferences
from notifications.tables import PushSubscriptionRow


@api.serves
async def get_notification_preferences(
    request: pb.GetNotificationPreferencesRequest, call: Call[Resources]
) -> pb.NotificationPreferences:
    return await preferences_message(call)


@api.serves
async def set_notification_preferences(
    request: pb.SetNotificationPreferencesRequest, call: Call[Resources]
) -> pb.NotificationPreferences:
    quiet = request.quiet_hours
    await commands.choose(
        call.session,
        person_id=reader(call),
        role=role_of(call),
        locale=request.locale,
        quiet=(quiet.quiet_from, quiet.quiet_until) if request.HasField("quiet_hours") else None,
        choices=[choice_of(each, f"choices[{index}]") for index, each in enumerate(request.choices)],
        locales=call.resources.templates.locales,
        now=call.now,
    )
    return await preferences_message(call)


@api.serves
async def register_push_subscription(
    request: pb.RegisterPushSubscriptionRequest, call: Call[Resources]
) -> pb.PushSubscription:
    if not call.resources.push_public_key:
        raise PushNotSetUp("choose another channel")
    endpoint = check_url(request.endpoint, call.resources.allowed, "endpoint")
    subscription = subscription_of(endpoint, request.public_key, request.auth)
    row = await commands.subscribe(call.session, reader(call), subscription, call.resources.sealer, call.now)
    return subscription_message(row)


@api.serves
async def end_push_subscription(request: pb.EndPushSubscriptionRequest, call: Call[Resources]) -> pb.PushSubscription:
    subscription_id = parse_id(request.push_subscription_id, "push_subscription_id")
    return subscription_message(await commands.unsubscribe(call.session, subscription_id, reader(call)))


def role_of(call: Call[Resources]) -> str:
    return Role.Name(call.principal.role)


def choice_of(message: pb.ChannelChoice, at: str) -> Choice:
    if message.kind not in pb.MessageKind.values() or not message.kind:
        raise Invalid(f"{at}.kind", "is no kind of message")
    if message.channel not in pb.MessageChannel.values() or not message.channel:
        raise Invalid(f"{at}.channel", "is no channel")
    kind = pb.MessageKind.Name(message.kind).removeprefix("MESSAGE_KIND_").lower()
    channel = pb.MessageChannel.Name(message.channel).removeprefix("MESSAGE_CHANNEL_").lower()
    return Choice(kind, Channel(channel), message.on)


async def preferences_message(call: Call[Resources]) -> pb.NotificationPreferences:
    person_id, locales = reader(call), call.resources.templates.locales
    settings = await commands.settings_of(call.session, person_id, locales[0], call.now)
    choices = (await preferences.choices_of(call.session, [person_id])).get(person_id, {})
    subscriptions = (await preferences.subscriptions_of(call.session, [person_id])).get(person_id, ())
    return pb.NotificationPreferences(
        locale=call.resources.templates.locale(settings.locale),
        quiet_from=settings.quiet_from,
        quiet_until=settings.quiet_until,
        choices=[
            pb.ChannelChoice(
                kind=kind_of(kind.name),
                channel=channel_of(channel),
                on=goes_by(kind, channel, choices),
                fixed=kind.fixed and channel in kind.channels,
            )
            for kind in kinds_for(role_of(call))
            for channel in Channel
        ],
        push_public_key=call.resources.push_public_key,
        push_subscriptions=[subscription_message(row) for row in subscriptions],
        locales=locales,
    )


def subscription_message(row: PushSubscriptionRow) -> pb.PushSubscription:
    return pb.PushSubscription(id=str(row.id), created_at=timestamp(row.created_at), service=row.service)
