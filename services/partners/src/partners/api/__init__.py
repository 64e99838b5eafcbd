"""Partners over HTTP: decode, one call, encode. Routes and roles stand in the contract."""

from partners.api import (
    applications,
    certificates,
    contracts,
    document_links,
    documents,
    freezes,
    keys,
    partners,
    standing,
)
from partners.api.served import Resources, api

__all__ = [
    "Resources",
    "api",
    "applications",
    "certificates",
    "contracts",
    "document_links",
    "documents",
    "freezes",
    "keys",
    "partners",
    "standing",
]
