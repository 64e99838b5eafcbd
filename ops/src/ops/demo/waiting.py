"""Waiting until an order or a consent is so far."""

from collections.abc import Callable
from typing import Any

from yima_client.caller import Caller, until
from yima_client.errors import Refused


async def reached(status: str, resident: Caller, order_id: str) -> dict[str, Any]:
    """The order, once it has this status. The resident is asked: for its partner there is no order before CONFIRMED."""
    return await until(
        f"{status} of {order_id}",
        lambda: resident.run("order", id=order_id),
        lambda order: order["status"] == status,
    )


async def in_force(resident: Caller, order_id: str) -> dict[str, Any]:
    """The order's consent, as soon as consent has heard that the order is confirmed."""

    async def consents() -> list[dict[str, Any]]:
        return list((await resident.run("consents", orderId=order_id))["nodes"])

    nodes = await until(
        f"the consent of {order_id}", consents, lambda nodes: [node["status"] for node in nodes] == ["GRANTED"]
    )
    return nodes[0]


async def unless_refused(call: Callable[[], Any], code: str) -> Any:
    """The call's answer, or None when it was refused with this code."""
    try:
        return await call()
    except Refused as refused:
        if refused.code != code:
            raise
        return None
