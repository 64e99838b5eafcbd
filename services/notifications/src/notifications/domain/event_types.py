"""Types of events that partners are told of: each a message of `webhooks.proto`, which says what it is filled from.

A body is made of the contract alone, and so is its JSON Schema: neither names a field that the contract has not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

import orjson
from chassis import money
from chassis.ids import Kind, kind_of_id, shown
from chassis.pairwise import PartnerView
from chassis.wire import moment
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.timestamp_pb2 import Timestamp
from yima.common.v1.types_pb2 import Interval, Money
from yima.notifications.v1 import webhooks_pb2
from yima.notifications.v1.comments import COMMENTS

type Json = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PARTNER_FIELDS = ("partner_id", "grantee_id", "institution_id")  # which an event says whom it concerns by
INTEGERS = {FieldDescriptor.CPPTYPE_INT32, FieldDescriptor.CPPTYPE_INT64}


@dataclass(frozen=True)
class EventType:
    """A type of events."""

    name: str
    event: str  # the full name of what it is filled from; empty: this service makes it
    message: type[Message]
    subject: str  # the field that says what it is about
    about_partner: bool
    ends_consent: bool

    @property
    def contract(self) -> Descriptor:
        return cast(Descriptor, self.message.DESCRIPTOR)  # of either implementation

    @property
    def description(self) -> str:
        return COMMENTS.get(self.contract.name, "")


def event_type_of(message: Descriptor) -> EventType | None:
    options: Any = message.GetOptions()  # the stubs know no options
    said = options.Extensions[webhooks_pb2.webhook]
    if not said.type:
        return None
    kind = GetMessageClass(message)
    return EventType(said.type, said.event, kind, said.subject, said.about_partner, said.ends_consent)


EVENT_TYPES: Mapping[str, EventType] = {
    kind.name: kind
    for kind in map(event_type_of, webhooks_pb2.DESCRIPTOR.message_types_by_name.values())
    if kind is not None
}
BY_EVENT: Mapping[str, EventType] = {kind.event: kind for kind in EVENT_TYPES.values() if kind.event}
TEST, DISABLED = EVENT_TYPES["webhook.test"], EVENT_TYPES["webhook.disabled"]
INQUIRY = EVENT_TYPES["webhook.inquiry"]


def source_of(event: Any) -> Any:
    """The part of an event that says whom it concerns: the partner's standing, or the event itself."""
    return event.standing if "standing" in event.DESCRIPTOR.fields_by_name else event


def partner_of(event: Any) -> UUID | None:
    """Which partner an event concerns; None where it is none's."""
    source = source_of(event)
    for name in PARTNER_FIELDS:
        if value := getattr(source, name, ""):
            return UUID(value)
    return None


def data_of(kind: EventType, event: Message) -> Message:
    """What is said of an event: the fields that both have; what the event does not say itself, of its standing."""
    data = kind.message()
    for field in kind.message.DESCRIPTOR.fields:
        source: Any = event if field.name in event.DESCRIPTOR.fields_by_name else source_of(event)
        if field.is_repeated:
            getattr(data, field.name).extend(getattr(source, field.name))
        elif field.message_type is not None:
            if source.HasField(field.name):
                getattr(data, field.name).CopyFrom(getattr(source, field.name))
        else:
            setattr(data, field.name, getattr(source, field.name))
    return data


def subject_of(kind: EventType, data: Any) -> str:
    """What it is about, as clients see ids: events of one subject are sent in order. What comes of no order is about
    its consent."""
    field = kind.contract.fields_by_name[kind.subject]
    if value := getattr(data, kind.subject):
        return id_text(field, value)
    for name in ("consent_id", "consent_request_id"):
        if value := getattr(data, name, ""):
            return shown(Kind.CONSENT if name == "consent_id" else Kind.CONSENT_REQUEST, value)
    raise ValueError(f"an event of the type {kind.name} does not say what it is about")


def data_text(data: Message, view: PartnerView) -> str:
    """What is said, as JSON, with the ids that the partner knows."""
    view.outward(data, data)
    return as_json_text(data)


def as_json_text(data: Message) -> str:
    """What is said where nothing in it is another for each partner."""
    return orjson.dumps(as_json(data)).decode()


def body_of(event_id: UUID, type_name: str, occurred_at: datetime, subject: str, sequence: int, data: str) -> bytes:
    """What is sent. The same event makes the same bytes each time."""
    head = {
        "id": shown(Kind.WEBHOOK_EVENT, event_id),
        "type": type_name,
        "timestamp": rfc3339(occurred_at),
        "subject": subject,
        "sequence": sequence,
    }
    return orjson.dumps(head)[:-1] + b',"data":' + data.encode() + b"}"


def as_json(message: Any) -> Json:
    """A message as clients see such things everywhere: names in camel case, typed ids, amounts as decimals, null for
    what is not set."""
    return {field.json_name: value_of(message, field) for field in message.DESCRIPTOR.fields}


def value_of(message: Any, field: FieldDescriptor) -> Any:
    value = getattr(message, field.name)
    if field.is_repeated:
        return [scalar(field, each) for each in value]
    if field.message_type is not None and not message.HasField(field.name):
        return None
    return scalar(field, value)


def scalar(field: FieldDescriptor, value: Any) -> Any:
    if field.message_type is Timestamp.DESCRIPTOR:
        return rfc3339(moment(value))
    if field.message_type is Money.DESCRIPTOR:
        return {"currency": value.currency, "amount": money.written(value)}
    if field.message_type is Interval.DESCRIPTOR:
        return {"start": rfc3339(moment(value.start)), "end": rfc3339(moment(value.end))}
    if field.enum_type is not None:
        return short_names(field)[value]
    if field.type == FieldDescriptor.TYPE_STRING:
        return id_text(field, value) if value else None
    return value


def id_text(field: FieldDescriptor, value: str) -> str:
    kind = kind_of_id(field)
    return value if kind is None else shown(kind, value)


def rfc3339(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@cache
def short_names(field: FieldDescriptor) -> Mapping[int, str]:
    """An enum's names without what they all begin with, as the schema has them."""
    assert field.enum_type is not None
    members = field.enum_type.values
    prefix = members[0].name.removesuffix("UNSPECIFIED")
    return {member.number: member.name.removeprefix(prefix) for member in members}


@cache
def schema_of(name: str) -> Json:
    """The JSON Schema of the bodies of a type."""
    kind = EVENT_TYPES[name]
    return {
        "$schema": DIALECT,
        "title": kind.name,
        "description": kind.description,
        "type": "object",
        "required": ["id", "type", "timestamp", "subject", "sequence", "data"],
        "properties": {
            "id": {"type": "string", "description": "The same however often it is sent: deal with each once."},
            "type": {"const": kind.name},
            "timestamp": {"type": "string", "format": "date-time", "description": "When it happened."},
            "subject": {"type": "string", "description": "What it is about: events of one subject come in order."},
            "sequence": {"type": "integer", "minimum": 1, "description": "Grows from event to event of the subject."},
            "data": data_schema(kind.contract),
        },
    }


def data_schema(message: Descriptor) -> Json:
    return {
        "type": "object",
        "required": [field.json_name for field in message.fields],
        "properties": {field.json_name: field_schema(field) for field in message.fields},
    }


def field_schema(field: FieldDescriptor) -> Json:
    if field.is_repeated:
        return {"type": "array", "items": value_schema(field)}
    schema = value_schema(field)
    if field.message_type is not None or field.type == FieldDescriptor.TYPE_STRING:
        return {"anyOf": [schema, {"type": "null"}]}
    return schema


def value_schema(field: FieldDescriptor) -> Json:
    if field.message_type is not None:
        return OBJECTS[field.message_type.full_name]
    if field.enum_type is not None:
        return {"enum": list(short_names(field).values())}
    if field.cpp_type in INTEGERS:
        return {"type": "integer"}
    if field.type == FieldDescriptor.TYPE_BOOL:
        return {"type": "boolean"}
    kind = kind_of_id(field)
    return {"type": "string"} if kind is None else {"type": "string", "pattern": f"^{kind}_[0-9a-f]{{32}}$"}


def object_schema(**properties: Json) -> Json:
    return {"type": "object", "required": list(properties), "properties": properties}


MOMENT: Json = {"type": "string", "format": "date-time"}
AMOUNT: Json = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
OBJECTS: Mapping[str, Json] = {
    Timestamp.DESCRIPTOR.full_name: MOMENT,
    Money.DESCRIPTOR.full_name: object_schema(currency={"type": "string"}, amount=AMOUNT),
    Interval.DESCRIPTOR.full_name: object_schema(start=MOMENT, end=MOMENT),
}
