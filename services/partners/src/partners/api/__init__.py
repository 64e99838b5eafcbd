"""Partners over HTTP: decode, one call, encode. Routes and roles stand in the contract."""

from partners.api import (
    appeals,
    applications,
    bank_accounts,
    certificates,
    conformance,
    contracts,
    document_links,
    documents,
    freezes,
    funnel,
    keys,
    levels,
    offboarding,
    partners,
    standing,
)
from partners.api.served import Resources, api

__all__ = [
    "Resources",
    "api",
    "appeals",
    "applications",
    "bank_accounts",
    "certificates",
    "conformance",
    "contracts",
    "document_links",
    "documents",
    "freezes",
    "funnel",
    "keys",
    "levels",
    "offboarding",
    "partners",
    "standing",
]
