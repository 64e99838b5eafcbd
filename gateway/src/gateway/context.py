"""What a resolver has at hand."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import strawberry
from chassis.auth import Principal
from chassis.pairwise import PartnerView
from chassis.refusals import Unauthenticated
from city_pack.pack import City
from nats.aio.client import Client as Connection
from yima.common.v1.enums import GuardianAct
from yima.identity.v1 import api_pb2 as pb

from gateway.browser import BrowserSession
from gateway.clients import Clients
from gateway.loaders import SHARED, Loaders
from gateway.openings import Openings
from gateway.responses import Shared
from gateway.system_health import SystemHealth

CONSUMERS_OF_CLIENT = 10  # of the bus: each feed has one
CONSUMERS_MAX = 500


@dataclass
class Context:
    """One request: who asks, with which token and in which language; and the services."""

    clients: Clients
    principal: Principal
    token: str
    locale: str
    city: City
    shared: Shared = field(default_factory=Shared)
    nats: Connection | None = None
    client: str = ""  # whose budget this is taken off
    language: str = ""  # of the platform's own sentences; empty: of the locale
    consumers: Openings = field(default_factory=lambda: Openings("feeds", CONSUMERS_OF_CLIENT, CONSUMERS_MAX))
    consent_problems: dict[str, str] = field(default_factory=dict)  # why a placed order's consent was not given, by id
    view: PartnerView | None = None  # of a partner's people and systems, for whom `clients` translate
    shows: set[str] = field(default_factory=set)  # what a public answer shows, see `responses`
    health: SystemHealth | None = None
    browser: BrowserSession | None = None  # where a page of ours asks

    @cached_property
    def loaders(self) -> Loaders:
        return Loaders(self.clients, self.token, self.shared)

    @property
    def caller(self) -> Principal:
        """The signed-in caller."""
        if not self.principal.subject_id:
            raise Unauthenticated("sign in and send `Authorization: Bearer <access token>`")
        return self.principal

    def kept(self, token: pb.AccessToken) -> pb.AccessToken:
        """A new access token as the caller gets it: a page of ours without its refresh token."""
        return token if self.browser is None else self.browser.keep(token)

    def refresh_token(self, sent: str) -> str:
        """What the caller goes on with: what they sent, or what a page's browser keeps."""
        return sent if sent or self.browser is None else self.browser.own_refresh_token()

    def forget_session(self) -> None:
        if self.browser is not None:
            self.browser.forget()

    def acts_for(self, resident_id: str, act: GuardianAct) -> bool:
        """Is the caller this resident, or a guardian who may do this for them?"""
        return self.principal.within([act]).acts_for(resident_id)

    def find(self, loader: str, object_id: str) -> Any:
        """What a loader finds by id: at once when it is shared and remembered, else an awaitable."""
        if (kind := SHARED.get(loader)) is not None:
            name = f"{kind}:{object_id}"
            self.shows.add(name)
            if (known := self.shared.object(name)) is not None:
                return known
        return getattr(self.loaders, loader).load(object_id)


Info = strawberry.Info[Context, None]  # what a resolver gets: `info.context`
