"""What identity hears: what ends the sessions of partners' systems and of apps, and whom a regulator freezes."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.consumer import Event, Subscription, Work, subscription
from yima.consent.v1.events_pb2 import OfferClosed
from yima.partners.v1.events_pb2 import (
    ApiKeyRevoked,
    CertificateLapsed,
    FreezeImposed,
    FreezeLifted,
    PartnerSuspended,
)

from identity.commands import access, apps, freezes


async def on_api_key_revoked(work: Work[object], events: Sequence[Event[ApiKeyRevoked]]) -> None:
    await access.end_sessions_of_api_keys(work.session, [UUID(event.message.api_key_id) for event in events])


async def on_standing_lost(work: Work[object], events: Sequence[Event[Any]]) -> None:
    """The systems of a partner that is suspended or has lapsed are out at once; its people stay, to finish what is
    open."""
    partner_ids = [UUID(event.message.standing.partner_id) for event in events]
    await access.end_sessions_of_systems(work.session, partner_ids)


async def on_freeze_imposed(work: Work[object], events: Sequence[Event[FreezeImposed]]) -> None:
    await freezes.note_imposed(work.session, [event.message for event in events])


async def on_freeze_lifted(work: Work[object], events: Sequence[Event[FreezeLifted]]) -> None:
    await freezes.note_lifted(work.session, [event.message for event in events])


async def on_offer_closed(work: Work[object], events: Sequence[Event[OfferClosed]]) -> None:
    """A consent that a resident gave an app is over: so is what the app is signed in for."""
    await apps.end_of_consents(work.session, [UUID(event.message.consent_id) for event in events])


SUBSCRIPTIONS: Sequence[Subscription[object]] = [
    subscription(
        "identity-api-keys",
        {
            ApiKeyRevoked: on_api_key_revoked,
            PartnerSuspended: on_standing_lost,
            CertificateLapsed: on_standing_lost,
        },
    ),
    subscription("identity-apps", {OfferClosed: on_offer_closed}),
    subscription("identity-freezes", {FreezeImposed: on_freeze_imposed, FreezeLifted: on_freeze_lifted}),
]
