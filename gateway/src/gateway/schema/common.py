"""Small types every part of the schema uses: money, spans of time, pages."""

from collections.abc import Iterable
from typing import Annotated

import strawberry
from chassis import money
from chassis.refusals import Invalid
from chassis.wire import timestamp
from strawberry import ID
from yima.common.v1 import types_pb2 as pb

from gateway.reading import reads, shows
from gateway.scalars import DateTime

AfterOfFeed = Annotated[
    str | None,
    strawberry.argument(
        description="The cursor of the last one dealt with; nothing after it is left out. "
        '`"s0"` begins with the oldest there is: a week is kept. Without it, from now on.'
    ),
]


@strawberry.interface(description="Anything that can be found by its id alone: `node(id:)`.")
class Node:
    id: ID = strawberry.field(description="Opaque and typed: the first letters say of what it is.")


@shows(pb.Money, description="An amount of money.")
class Money:
    currency: str
    amount: str = reads(
        pb.Money,
        lambda message, _: money.written(message),
        'A decimal number with all its decimals, e.g. "128.00".',
    )


@strawberry.input(description="An amount of money, exactly representable in its currency.")
class MoneyInput:
    amount: str = strawberry.field(description='A decimal number, e.g. "128.00".')
    currency: str

    def message(self, field: str) -> pb.Money:
        money.currency_of(self.currency, f"{field}.currency")
        return money.to_message(money.parse_amount(self.amount, self.currency, f"{field}.amount"))


@shows(pb.Interval, description="A half-open span of time: from `start`, up to but not including `end`.")
class Interval:
    start: DateTime
    end: DateTime


@strawberry.input(description="A half-open span of time: from `start`, up to but not including `end`.")
class IntervalInput:
    start: DateTime
    end: DateTime

    def message(self) -> pb.Interval:
        return pb.Interval(start=timestamp(self.start), end=timestamp(self.end))


DEGREE = 1_000_000  # in microdegrees


@shows(pb.Position, description="A point on the earth, WGS-84.")
class Position:
    latitude: float = reads(pb.Position, lambda point, _: point.latitude_microdegrees / DEGREE, "In degrees; north.")
    longitude: float = reads(pb.Position, lambda point, _: point.longitude_microdegrees / DEGREE, "In degrees; east.")


@strawberry.input(description="A point on the earth, WGS-84.")
class PositionInput:
    latitude: float = strawberry.field(description="In degrees, -90 to 90; north.")
    longitude: float = strawberry.field(description="In degrees, -180 to 180; east.")

    def message(self, field: str) -> pb.Position:
        """To the microdegree, which is a tenth of a metre."""
        for name, most in (("latitude", 90), ("longitude", 180)):
            if not -most <= getattr(self, name) <= most:
                raise Invalid(f"{field}.{name}", f"must lie between -{most} and {most} degrees")
        return pb.Position(
            latitude_microdegrees=round(self.latitude * DEGREE), longitude_microdegrees=round(self.longitude * DEGREE)
        )


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


def connection[T](items: Iterable[T], page: pb.PageInfo) -> Connection[T]:
    """A service's page as a Relay connection."""
    cursors = list(page.cursors)
    return Connection(
        edges=[Edge(cursor=cursor, node=item) for cursor, item in zip(cursors, items, strict=True)],
        page_info=PageInfo(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        ),
    )


def page_request(
    first: int | None, after: str | None, last: int | None = None, before: str | None = None
) -> pb.PageRequest:
    """What a service is asked for. It refuses what is too large, and what says two directions."""
    for name, size in (("first", first), ("last", last)):
        if size is not None and size < 1:
            raise Invalid(name, "must be at least 1")
    return pb.PageRequest(first=first or 0, after=after or "", last=last or 0, before=before or "")
