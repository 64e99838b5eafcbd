"""Generated from the contract; do not edit."""

from chassis.client import Client
from yima.ordering.v1 import api_pb2


class OrderingClient(Client):
    """How an order moves, and when it must stop."""

    service = api_pb2.DESCRIPTOR.services_by_name["OrderingApi"]

    async def place_order(
        self, request: api_pb2.PlaceOrderRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """Place an order with one partner. It is confirmed once money, consent and slot are in."""
        return await self.call("PlaceOrder", request, api_pb2.Order, token, key)

    async def pay_order(
        self, request: api_pb2.PayOrderRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """Choose how a placed order is paid, or choose again after a failure."""
        return await self.call("PayOrder", request, api_pb2.Order, token, key)

    async def get_order(
        self, request: api_pb2.GetOrderRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """One order: the resident's, the partner's, or any for operator and regulator."""
        return await self.call("GetOrder", request, api_pb2.Order, token, key)

    async def list_orders(
        self, request: api_pb2.ListOrdersRequest, token: str = "", key: str = ""
    ) -> api_pb2.OrderPage:
        """The caller's orders, newest first."""
        return await self.call("ListOrders", request, api_pb2.OrderPage, token, key)

    async def accept_order(
        self, request: api_pb2.AcceptOrderRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """Accept a confirmed order on the partner's behalf."""
        return await self.call("AcceptOrder", request, api_pb2.Order, token, key)

    async def refuse_order(
        self, request: api_pb2.RefuseOrderRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """Refuse a confirmed order, with a reason."""
        return await self.call("RefuseOrder", request, api_pb2.Order, token, key)

    async def prove_service(
        self, request: api_pb2.ProveServiceRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """Prove a service by the receipt of a scanned health code."""
        return await self.call("ProveService", request, api_pb2.Order, token, key)

    async def fulfil_order(
        self, request: api_pb2.FulfilOrderRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """Declare a proven order fulfilled; the money is then taken and split."""
        return await self.call("FulfilOrder", request, api_pb2.Order, token, key)

    async def cancel_order(
        self, request: api_pb2.CancelOrderRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """Cancel an order that has not been proven; money, consent and slot are given back."""
        return await self.call("CancelOrder", request, api_pb2.Order, token, key)

    async def list_free_places(
        self, request: api_pb2.ListFreePlacesRequest, token: str = "", key: str = ""
    ) -> api_pb2.FreePlaces:
        """How many places are left in an offering's coming slots."""
        return await self.call("ListFreePlaces", request, api_pb2.FreePlaces, token, key)

    async def get_free_places(
        self, request: api_pb2.GetFreePlacesRequest, token: str = "", key: str = ""
    ) -> api_pb2.OfferingsFreePlaces:
        """The same for several offerings at once; one without coming slots is there without places."""
        return await self.call("GetFreePlaces", request, api_pb2.OfferingsFreePlaces, token, key)
