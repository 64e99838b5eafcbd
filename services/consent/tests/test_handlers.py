"""Which events consent hears."""

from consent.handlers import SUBSCRIPTIONS
from yima.ordering.v1 import events_pb2 as ordering_pb


def test_every_way_an_order_ends_is_heard_of() -> None:
    ends = {
        ordering_pb.OrderClosed,
        ordering_pb.OrderCancelled,
        ordering_pb.OrderRefused,
        ordering_pb.OrderExpired,
    }
    handled = {kind for subscription in SUBSCRIPTIONS for kind in subscription.handlers}
    assert ends <= handled
