"""API keys and signing keys of a partner's systems."""

from datetime import timedelta
from enum import StrEnum

from chassis.refusals import Invalid, Refusal
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

API_KEY_LIFE = timedelta(days=365)
OVERLAP, OVERLAP_MAX = timedelta(days=1), timedelta(days=30)  # for which a key goes on beside the one that replaces it


class Scope(StrEnum):
    """What an API key may do. The values are those of the contract's `Scope`, in lower case."""

    OFFERINGS = "offerings"
    ORDERS = "orders"
    RECORDS = "records"
    MONEY = "money"
    DOCUMENTS = "documents"
    WEBHOOKS = "webhooks"


# What selling takes; health data and money only where they are asked for.
DEFAULT_SCOPES = (Scope.OFFERINGS, Scope.ORDERS)
API_KEYS_MAX = 50  # that are good, of one partner


class TooManyApiKeys(Refusal):
    code = "too-many-api-keys"
    title = "A partner may have only so many API keys at once."


def parse_public_key(raw: bytes, field: str) -> Ed25519PublicKey:
    """An Ed25519 public key, as 32 raw bytes (RFC 8032)."""
    try:
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError:
        raise Invalid(field, "must be an Ed25519 public key: 32 raw bytes, in base64 where it is JSON") from None
