"""Talk to a Yima gateway from Python.

    from yima_client import connect

    async with connect("https://yima.example.org/graphql") as nobody:
        system = await nobody.with_api_key("yk_…")
        async for order in system.api.ordering.orders(status="CONFIRMED"):
            await system.api.ordering.accept_order(order.id)

`Caller.api` has every operation that ships, typed; `Caller.run` runs them by name, and answers dictionaries. Both, the
refusals of `yima_client.problems` and the enums are generated from the gateway's schema by `make proto`. Importing this
is cheap: HTTP is imported by whoever calls.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yima_client.caller import Caller, connect, fresh_key
    from yima_client.errors import Refused
    from yima_client.partner import Partner

__all__ = ["Caller", "Partner", "Refused", "connect", "fresh_key"]  # imported when asked for
FROM = {"Caller": "caller", "connect": "caller", "fresh_key": "caller", "Refused": "errors", "Partner": "partner"}


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name not in FROM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"yima_client.{FROM[name]}"), name)
