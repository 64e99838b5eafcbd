"""Each type of events: filled from an event that there is, thin, and as its JSON Schema says."""

import re
from datetime import UTC, datetime
from typing import Any

import jsonschema
import orjson
import pytest
from chassis.ids import Kind, new_id, shown
from chassis.pairwise import Pairwise
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st
from notifications.domain.event_types import (
    EVENT_TYPES,
    EventType,
    body_of,
    data_of,
    data_text,
    partner_of,
    schema_of,
    source_of,
    subject_of,
)
from notifications.handlers import SUBSCRIPTIONS
from yima.common.v1.types_pb2 import Interval, Money

PAIRWISE = Pairwise.of("x" * 40)
every_type = pytest.mark.parametrize("kind", EVENT_TYPES.values(), ids=lambda kind: kind.name)
FROM_EVENTS = [kind for kind in EVENT_TYPES.values() if kind.event]
# A person's words, what a service was of, and what somebody measured: nothing of it is told.
NOT_THIN = re.compile(r"reason|text|words|item|value|code|resource|answer$|information_type|name|statement$")


def an_event(kind: EventType) -> Any:
    """What a type is filled from, with something in every field that it takes."""
    message = GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(kind.event))()
    for holder in {id(part): part for part in (message, source_of(message))}.values():
        for field in holder.DESCRIPTOR.fields:
            if field.type == FieldDescriptor.TYPE_STRING and field.name.endswith("_id"):
                setattr(holder, field.name, str(new_id()))
            elif field.message_type is Timestamp.DESCRIPTOR and not field.is_repeated:
                getattr(holder, field.name).FromDatetime(datetime.now(UTC))
            elif field.message_type is Money.DESCRIPTOR and not field.is_repeated:
                getattr(holder, field.name).CopyFrom(Money(currency="CNY", minor=12800))
            elif field.message_type is Interval.DESCRIPTOR:
                getattr(holder, field.name).start.FromDatetime(datetime.now(UTC))
            elif field.name.endswith("_ids"):
                getattr(holder, field.name).append(str(new_id()))
    return message


@every_type
def test_a_type_is_filled_from_an_event_that_somebody_publishes_and_takes_nothing_that_is_not_in_it(
    kind: EventType,
) -> None:
    assert kind.description.endswith("."), "a sentence, from the contract"
    assert kind.subject in {field.name for field in kind.contract.fields}
    if not kind.event:
        return
    source = source_of(an_event(kind)).DESCRIPTOR
    for field in kind.contract.fields:
        same = source.fields_by_name[field.name]
        assert (same.type, same.message_type, same.is_repeated) == (field.type, field.message_type, field.is_repeated)
    heard = {message.DESCRIPTOR.full_name for hears in SUBSCRIPTIONS for message in hears.handlers}
    assert kind.event in heard


@every_type
def test_what_is_told_is_thin(kind: EventType) -> None:
    assert [field.name for field in kind.contract.fields if NOT_THIN.search(field.name)] == []


@pytest.mark.parametrize("kind", FROM_EVENTS, ids=lambda kind: kind.name)
def test_a_body_is_as_its_schema_says_and_names_residents_as_their_partner_does(kind: EventType) -> None:
    event = an_event(kind)
    partner = partner_of(event)
    assert partner is not None
    view = PAIRWISE.of_partner(str(partner))
    data = data_of(kind, event)
    subject = subject_of(kind, data)
    resident = getattr(event, "resident_id", "")
    body = orjson.loads(body_of(new_id(), kind.name, datetime.now(UTC), subject, 1, data_text(data, view)))
    schema = schema_of(kind.name)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(body, schema, format_checker=jsonschema.FormatChecker())
    if resident and "residentId" in body["data"]:
        assert body["data"]["residentId"] == shown(Kind.RESIDENT, view.id_of(Kind.RESIDENT, resident))
    assert resident.replace("-", "") not in orjson.dumps(body).decode() or not resident


@given(st.sampled_from(FROM_EVENTS), st.integers(1, 2**40))
def test_the_same_event_makes_the_same_bytes(kind: EventType, sequence: int) -> None:
    event, event_id, at = an_event(kind), new_id(), datetime.now(UTC)
    view = PAIRWISE.of_partner(str(partner_of(event)))
    first, second = (
        body_of(event_id, kind.name, at, subject_of(kind, data), sequence, data_text(data, view))
        for data in (data_of(kind, event), data_of(kind, event))
    )
    assert first == second
