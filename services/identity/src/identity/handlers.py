"""What identity hears: what ends the sessions of partners' systems."""

from collections.abc import Sequence
from uuid import UUID

from chassis.consumer import Event, Subscription, Work, subscription
from yima.partners.v1.events_pb2 import ApiKeyRevoked, PartnerSuspended

from identity.commands import access


async def on_api_key_revoked(work: Work[object], events: Sequence[Event[ApiKeyRevoked]]) -> None:
    await access.end_sessions_of_api_keys(work.session, [UUID(event.message.api_key_id) for event in events])


async def on_partner_suspended(work: Work[object], events: Sequence[Event[PartnerSuspended]]) -> None:
    """A suspended partner's systems are out at once; its people stay, to finish what is open."""
    partner_ids = [UUID(event.message.standing.partner_id) for event in events]
    await access.end_sessions_of_systems(work.session, partner_ids)


SUBSCRIPTIONS: Sequence[Subscription[object]] = [
    subscription("identity-api-keys", {ApiKeyRevoked: on_api_key_revoked, PartnerSuspended: on_partner_suspended})
]
