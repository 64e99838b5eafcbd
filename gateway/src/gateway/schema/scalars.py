"""Scalars and small types every part of the schema uses, and how protobuf messages are shown through them.

A resolver returns the service's message itself; the fields read its attributes. Only what a message cannot show as it
is (an amount, a text in the caller's language, a typed id, a moment that may be unset) has a resolver, made here.
"""

from datetime import datetime
from operator import attrgetter
from typing import Any, NewType, cast

import strawberry
from chassis import moments, money
from chassis.refusals import Invalid
from chassis.wire import timestamp
from google.protobuf.timestamp_pb2 import Timestamp
from graphql import GraphQLError
from strawberry.types import Info
from strawberry.types.scalar import ScalarDefinition
from yima.common.v1 import types_pb2 as pb

from gateway.context import Context, context
from gateway.ids import Kind, shown
from gateway.reading import read_field


def write_moment(value: object) -> str:
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


DateTime = NewType("DateTime", object)
LocalizedText = NewType("LocalizedText", object)
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


@strawberry.type(description="An amount of money.")
class Money:
    currency: str = strawberry.field(description="ISO 4217.")

    amount: str = read_field(
        lambda message, _: money.written(message), str, 'A decimal number with all its decimals, e.g. "128.00".'
    )


@strawberry.input(description="An amount of money, exactly representable in its currency.")
class MoneyInput:
    amount: str = strawberry.field(description='A decimal number, e.g. "128.00".')
    currency: str

    def message(self, field: str) -> pb.Money:
        money.currency_of(self.currency, f"{field}.currency")
        return money.to_message(money.parse_amount(self.amount, self.currency, f"{field}.amount"))


@strawberry.type(description="A half-open span of time: from `start`, up to but not including `end`.")
class Interval:
    start: DateTime
    end: DateTime


@strawberry.input(description="A half-open span of time: from `start`, up to but not including `end`.")
class IntervalInput:
    start: DateTime
    end: DateTime

    def message(self) -> pb.Interval:
        return pb.Interval(start=timestamp(cast(datetime, self.start)), end=timestamp(cast(datetime, self.end)))


@strawberry.type(description="Where a page stands (Relay).")
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type(description="A page of things (Relay).")
class Edge[T]:
    cursor: str
    node: T


@strawberry.type(description="A page of things (Relay).")
class Connection[T]:
    edges: list[Edge[T]]
    page_info: PageInfo

    @strawberry.field(description="The things themselves, for those who need no cursors.")
    def nodes(self) -> list[T]:
        return [edge.node for edge in self.edges]


def connection(items: Any, page: pb.PageInfo, after: str | None) -> Any:
    """A service's page as a Relay connection."""
    cursors = list(page.cursors)
    return Connection(
        edges=[Edge(cursor=cursor, node=item) for cursor, item in zip(cursors, items, strict=True)],
        page_info=PageInfo(
            has_next_page=page.has_next,
            has_previous_page=bool(after),
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        ),
    )


def page_request(first: int | None, after: str | None) -> pb.PageRequest:
    if first is not None and first < 1:
        raise Invalid("first", "must be at least 1")
    return pb.PageRequest(first=first or 0, after=after or "")


def typed_id(kind: Kind, attribute: str = "id", description: str | None = None) -> Any:
    """A field that shows a service's id as a client's."""
    return read_field(lambda root, _: shown(kind, getattr(root, attribute)), strawberry.ID, description)


def wide(attribute: str, description: str | None = None) -> Any:
    """A field that shows a 64-bit number, in digits: GraphQL's Int is too small for it."""
    return read_field(lambda root, _: str(getattr(root, attribute)), str, description)


def typed_id_or_none(kind: Kind, attribute: str, description: str | None = None) -> Any:
    """The same for an id that may be empty."""

    def read(root: Any, _: Context) -> str | None:
        return shown(kind, value) if (value := getattr(root, attribute)) else None

    return read_field(read, strawberry.ID | None, description)


def words(attribute: str, description: str | None = None) -> Any:
    """A field that shows texts by language in the one asked for, or the caller's, or the city's first."""
    inside = attrgetter(attribute)

    def read(root: Any, here: Context, locale: str | None = None) -> str:
        texts = inside(root)
        for wanted in (locale, here.locale, here.city.locales[0]):
            if wanted and wanted in texts:
                return texts[wanted]  # type: ignore[no-any-return]
        return next(iter(texts.values()), "")

    def resolve(root: Any, info: Info[Any, Any], locale: str | None = None) -> str:
        return read(root, context(info), locale)

    resolve.reads = read  # type: ignore[attr-defined]
    return strawberry.field(resolver=resolve, description=description)


def text(attribute: str, description: str | None = None) -> Any:
    """The same of a LocalizedText."""
    return words(f"{attribute}.text", description)


def moment_or_none(attribute: str, description: str | None = None) -> Any:
    """A field that shows a moment which may be unset."""

    def read(root: Any, _: Context) -> Timestamp | None:
        return getattr(root, attribute) if root.HasField(attribute) else None

    return read_field(read, DateTime | None, description)


def text_or_none(attribute: str, description: str | None = None) -> Any:
    """A field that shows a string of which the empty one means none."""
    return read_field(lambda root, _: getattr(root, attribute) or None, str | None, description)


def within(path: str, kind: Any, description: str | None = None) -> Any:
    """A field that shows something deeper inside the message."""
    inside = attrgetter(path)
    return read_field(lambda root, _: inside(root), kind, description)


def hexadecimal_or_none(attribute: str, description: str | None = None) -> Any:
    """The same as `hexadecimal` for bytes that may be empty."""
    return read_field(lambda root, _: bytes(getattr(root, attribute)).hex() or None, str | None, description)


def hexadecimal(attribute: str, description: str | None = None) -> Any:
    """A field that shows bytes as hexadecimal digits."""
    return read_field(lambda root, _: bytes(getattr(root, attribute)).hex(), str, description)
