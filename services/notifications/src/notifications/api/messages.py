"""What people were told, and how many messages are where."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from chassis import pages, texts
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid
from chassis.wire import timestamp
from yima.common.v1.types_pb2 import LocalizedText
from yima.notifications.v1 import messages_pb2 as pb

from notifications.api.served import api
from notifications.commands import messages as commands
from notifications.domain.messages import MARKED_MAX
from notifications.domain.templates import values_of
from notifications.resources import Resources
from notifications.store import messages, preferences
from notifications.tables import MessageDeliveryRow, MessageRow

USE = "message"  # of the tokens by which identity says that it has messages carried
CARRIED_MAX, TEXT_LENGTH_MAX = 50, 2_000
COUNTED = timedelta(days=1)


def reader(call: Call[Resources]) -> UUID:
    return UUID(call.principal.subject_id)


@api.serves
async def list_messages(request: pb.ListMessagesRequest, call: Call[Resources]) -> pb.PersonalMessagePage:
    part = pages.by_id(request.page)
    rows, page = part.cut(
        await messages.of_person(call.session, reader(call), unread=request.unread, part=part), pages.at_id
    )
    deliveries = await messages.deliveries_of(call.session, [row.id for row in rows])
    return pb.PersonalMessagePage(
        messages=[message_message(row, deliveries.get(row.id, ()), call) for row in rows],
        page=page,
        unread=await messages.unread(call.session, reader(call)),
    )


@api.serves
async def mark_messages_read(request: pb.MarkMessagesReadRequest, call: Call[Resources]) -> pb.MessagesRead:
    if bool(request.personal_message_ids) == bool(request.until_personal_message_id):
        raise Invalid("personal_message_ids", "name messages, or the one until which all were read")
    if len(request.personal_message_ids) > MARKED_MAX:
        raise Invalid("personal_message_ids", f"at most {MARKED_MAX} at once")
    ids = [parse_id(each, f"personal_message_ids[{index}]") for index, each in enumerate(request.personal_message_ids)]
    until = request.until_personal_message_id
    marked = await messages.mark_read(
        call.session, reader(call), ids, parse_id(until, "until_personal_message_id") if until else None, call.now
    )
    return pb.MessagesRead(marked=marked, unread=await messages.unread(call.session, reader(call)))


@api.serves
async def list_message_counts(request: pb.ListMessageCountsRequest, call: Call[Resources]) -> pb.MessageCounts:
    counts = await messages.counts(call.session, call.now - COUNTED)
    return pb.MessageCounts(
        counts=[
            pb.MessageCount(channel=channel_of(row.channel), status=status_of(row.status), count=row.count)
            for row in counts
        ],
        rests=[
            pb.ChannelRest(channel=channel_of(row.channel), until=timestamp(row.until), failures=row.failures)
            for row in await preferences.rests(call.session)
            if row.failures
        ],
    )


@api.serves
async def carry_messages(request: pb.CarryMessagesRequest, call: Call[Resources]) -> pb.MessagesCarried:
    await call.resources.identity_keys.receipt(request.sender, USE, call.now.timestamp(), field="sender")
    if not 1 <= len(request.messages) <= CARRIED_MAX:
        raise Invalid("messages", f"must be 1 to {CARRIED_MAX}")
    carried = []
    for index, each in enumerate(request.messages):
        if not 1 <= len(each.text) <= TEXT_LENGTH_MAX:
            raise Invalid(f"messages[{index}].text", f"must have 1 to {TEXT_LENGTH_MAX} characters")
        address = texts.login(each.address, f"messages[{index}].address")
        carried.append((parse_id(each.id, f"messages[{index}].id"), address, each.text))
    count = await commands.carry(call.session, carried, call.resources.sealer, call.now)
    return pb.MessagesCarried(carried=count)


def message_message(
    row: MessageRow, deliveries: Sequence[MessageDeliveryRow], call: Call[Resources]
) -> pb.PersonalMessage:
    templates = call.resources.templates
    values = {
        locale: values_of(row.facts, templates.city_name(locale), call.resources.city.zone)
        for locale in templates.locales
    }
    return pb.PersonalMessage(
        id=str(row.id),
        kind=kind_of(row.kind),
        title=LocalizedText(
            text={locale: templates.title(locale, row.kind, values[locale]) for locale in templates.locales}
        ),
        text=LocalizedText(
            text={locale: templates.text(locale, row.kind, values[locale]) for locale in templates.locales}
        ),
        path=templates.page(row.kind, row.subject),
        created_at=timestamp(row.created_at),
        read_at=timestamp(row.read_at),
        deliveries=[
            pb.MessageDelivery(
                channel=channel_of(each.channel),
                status=status_of(each.status),
                finished_at=timestamp(each.finished_at),
            )
            for each in deliveries
        ],
    )


def channel_of(name: str) -> str:
    return f"MESSAGE_CHANNEL_{name.upper()}"


def status_of(name: str) -> str:
    return f"MESSAGE_DELIVERY_STATUS_{name.upper()}"


def kind_of(name: str) -> str:
    return f"MESSAGE_KIND_{name.upper()}"
