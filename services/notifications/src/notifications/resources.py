"""What the functions of this service need beside the session."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from chassis.database import Database
from chassis.pairwise import Pairwise
from chassis.sealing import Sealer
from city_pack.pack import City
from yima.partners.v1.client import PartnersClient

from notifications.domain.addresses import Allowed


def nobody_wakes() -> None:
    """Where nothing is sent from this process."""


async def nobody_sends() -> bool:
    """Where nothing is sent from this process."""
    return False


@dataclass(frozen=True)
class Resources:
    """The city; how partners stand; what ids and secrets are enciphered with; where webhooks may go; who sends them."""

    database: Database
    city: City
    partners: PartnersClient
    pairwise: Pairwise
    sealer: Sealer
    allowed: Allowed
    wake_sender: Callable[[], None] = nobody_wakes  # something was recorded
    send: Callable[[], Awaitable[bool]] = nobody_sends  # one step of the sender
    play: Callable[[], Awaitable[bool]] = nobody_sends  # one look at a run of the checks of conformance
