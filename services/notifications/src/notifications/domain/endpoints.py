"""Webhook endpoints: what may become of one, its secrets, and what it may ask for."""

import base64
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from chassis.refusals import Invalid, Refusal
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ENDPOINTS_MAX = 20  # of a partner, that have not ended
SECRET_BYTES = 32
SECRET_PREFIX, PUBLIC_PREFIX = "whsec_", "whpk_"  # as Standard Webhooks writes them
OVERLAP, OVERLAP_MAX = timedelta(days=1), timedelta(days=7)  # for which the secret before signs beside a new one


class EndpointStatus(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    DISABLED = "disabled"
    ENDED = "ended"


class Signature(StrEnum):
    HMAC = "hmac"
    ED25519 = "ed25519"


MOVES: Mapping[EndpointStatus, frozenset[EndpointStatus]] = MappingProxyType(
    {
        EndpointStatus.ACTIVE: frozenset({EndpointStatus.PAUSED, EndpointStatus.DISABLED, EndpointStatus.ENDED}),
        EndpointStatus.PAUSED: frozenset({EndpointStatus.ACTIVE, EndpointStatus.ENDED}),
        EndpointStatus.DISABLED: frozenset({EndpointStatus.ACTIVE, EndpointStatus.ENDED}),
        EndpointStatus.ENDED: frozenset(),
    }
)


class EndpointEnded(Refusal):
    code = "webhook-endpoint-ended"
    title = "The webhook endpoint has ended; make another."


class EndpointNotActive(Refusal):
    code = "webhook-endpoint-not-active"
    title = "The webhook endpoint is paused or disabled; resume it first."


class TooManyEndpoints(Refusal):
    code = "too-many-webhook-endpoints"
    title = "A partner may have only so many webhook endpoints; end one that is not needed."


class StandingNeeded(Refusal):
    code = "webhooks-need-standing"
    title = "Webhooks are for partners that are active, certified and not frozen."


def move(before: str, after: EndpointStatus) -> EndpointStatus:
    """The status after a change. One that it has already stays."""
    status = EndpointStatus(before)
    if status == EndpointStatus.ENDED and after != EndpointStatus.ENDED:
        raise EndpointEnded("make another: an endpoint ends for good", "webhook_endpoint_id")
    if after != status and after not in MOVES[status]:
        raise EndpointNotActive(f"it is {status} now", "webhook_endpoint_id")
    return after


def check_event_types(chosen: Sequence[str], known: Iterable[str], field: str = "event_types") -> list[str]:
    """The types in order, each once. None are all of them, those that come later too."""
    types = frozenset(known)
    for index, name in enumerate(chosen):
        if name not in types:
            raise Invalid(f"{field}[{index}]", "is no type of event; webhookEventTypes lists them")
    return sorted(set(chosen))


def check_old_until(until: datetime | None, now: datetime) -> datetime:
    """Until when the secret before signs too."""
    if until is None:
        return now + OVERLAP
    if not now <= until <= now + OVERLAP_MAX:
        raise Invalid("old_until", f"must be between now and {OVERLAP_MAX.days} days from now")
    return until


def new_secret() -> bytes:
    """A secret of HMAC, or the private key of Ed25519: both are 32 random bytes."""
    return os.urandom(SECRET_BYTES)


def secret_text(secret: bytes) -> str:
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def public_text(secret: bytes) -> str:
    """The public half of a private key, as the receiver gets it."""
    return (
        PUBLIC_PREFIX
        + base64.b64encode(Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()).decode()
    )


def sealed_as(endpoint_id: object) -> str:
    """What a sealed secret is about: it is deciphered as this endpoint's alone."""
    return f"webhook endpoint {endpoint_id}"
