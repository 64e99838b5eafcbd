"""Every SQL statement of identity, by subject."""

from identity.store import (
    access,
    accounts,
    codes,
    contacts,
    factors,
    freezes,
    guardianships,
    licences,
    passkeys,
    people,
    proofs,
    scans,
    sessions,
)

__all__ = [
    "access",
    "accounts",
    "codes",
    "contacts",
    "factors",
    "freezes",
    "guardianships",
    "licences",
    "passkeys",
    "people",
    "proofs",
    "scans",
    "sessions",
]
