"""The schema's own scalars: how they are written, and read."""

from datetime import datetime
from typing import NewType

import strawberry
from chassis import moments
from chassis.refusals import Invalid
from chassis.wire import timestamp
from google.protobuf.timestamp_pb2 import Timestamp
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

DateTime = NewType("DateTime", datetime)
LocalizedText = NewType("LocalizedText", dict[str, str])


def write_moment(value: object) -> str:
    if isinstance(value, datetime):
        value = timestamp(value)
    return value.ToJsonString() if isinstance(value, Timestamp) else str(value)


def read_moment(value: object) -> datetime:
    try:
        return moments.parse(str(value), "")
    except Invalid as refused:
        raise GraphQLError(f"a DateTime {refused.detail}") from None


def read_texts(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(text, str) for pair in value.items() for text in pair):
        raise GraphQLError('a LocalizedText looks like {"zh-CN": "…", "en": "…"}')
    return value


SCALARS: dict[object, ScalarDefinition] = {
    DateTime: strawberry.scalar(
        name="DateTime",
        description="A moment, ISO 8601 with an offset.",
        serialize=write_moment,
        parse_value=read_moment,
    ),
    LocalizedText: strawberry.scalar(
        name="LocalizedText",
        description='A text in several languages: BCP 47 tag to text, e.g. `{"zh-CN": "…", "en": "…"}`.',
        serialize=lambda value: dict(value.text),
        parse_value=read_texts,
    ),
}
