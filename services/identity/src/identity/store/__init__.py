"""Every SQL statement of identity, by subject."""

from identity.store import (
    access,
    accounts,
    cities,
    codes,
    contacts,
    corrections,
    factors,
    freezes,
    guardianships,
    licences,
    passkeys,
    people,
    proofs,
    providers,
    scans,
    sessions,
)

__all__ = [
    "access",
    "accounts",
    "cities",
    "codes",
    "contacts",
    "corrections",
    "factors",
    "freezes",
    "guardianships",
    "licences",
    "passkeys",
    "people",
    "proofs",
    "providers",
    "scans",
    "sessions",
]
