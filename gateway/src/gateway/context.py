"""What a resolver has at hand."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from chassis.auth import Principal
from chassis.refusals import Unauthenticated
from nats.aio.client import Client as Connection
from strawberry.types import Info

from gateway.clients import Clients
from gateway.loaders import Loaders


@dataclass
class Context:
    """One request: who asks, with which token and in which language; and the services."""

    clients: Clients
    principal: Principal
    token: str
    locale: str
    locales: list[str]
    currency: str
    nats: Connection | None = None

    @cached_property
    def loaders(self) -> Loaders:
        return Loaders(self.clients, self.token)

    @property
    def caller(self) -> Principal:
        """The signed-in caller."""
        if not self.principal.subject_id:
            raise Unauthenticated("sign in and send `Authorization: Bearer <access token>`")
        return self.principal


def context(info: Info[Any, Any]) -> Context:
    return cast(Context, info.context)
