"""Identity over HTTP: decode, one call, encode. Routes and roles stand in the contract."""

from identity.api import (
    access,
    accounts,
    cities,
    codes,
    comparisons,
    contacts,
    corrections,
    factors,
    freezes,
    guardianships,
    licences,
    passkeys,
    patients,
    people,
    proofs,
    providers,
    scans,
)
from identity.api.served import Resources, api

__all__ = [
    "Resources",
    "access",
    "accounts",
    "api",
    "cities",
    "codes",
    "comparisons",
    "contacts",
    "corrections",
    "factors",
    "freezes",
    "guardianships",
    "licences",
    "passkeys",
    "patients",
    "people",
    "proofs",
    "providers",
    "scans",
]
