"""What the functions of this service need beside the session."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from chassis.auth import Verifier
from chassis.database import Database
from chassis.pairwise import Pairwise
from chassis.sealing import Sealer
from chassis.signing import SigningKeys
from city_pack.pack import City
from yima.partners.v1.client import PartnersClient

from notifications.domain.addresses import Allowed
from notifications.domain.templates import Templates


def nobody_wakes() -> None:
    """Where nothing is sent from this process."""


async def nobody_sends() -> bool:
    """Where nothing is sent from this process."""
    return False


@dataclass(frozen=True)
class Resources:
    """The city; how partners stand; what ids and secrets are enciphered with; where webhooks may go; who sends them.

    For people: what messages say, what signs our questions to identity, what shows that identity has messages carried,
    what browsers subscribe with, and who writes and carries messages."""

    database: Database
    city: City
    partners: PartnersClient
    pairwise: Pairwise
    sealer: Sealer
    allowed: Allowed
    templates: Templates
    keys: SigningKeys
    identity_keys: Verifier
    push_public_key: str = ""  # empty: nothing is pushed
    wake_sender: Callable[[], None] = nobody_wakes  # something was recorded
    send: Callable[[], Awaitable[bool]] = nobody_sends  # one step of the sender
    play: Callable[[], Awaitable[bool]] = nobody_sends  # one look at a run of the checks of conformance
    write_messages: Callable[[], Awaitable[bool]] = nobody_sends  # one step of the courier
    carry_messages: Callable[[], Awaitable[bool]] = nobody_sends  # another
