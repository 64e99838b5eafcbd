"""Consent over HTTP: decode, one call, encode. Routes and roles stand in the contract."""

from consent.api import (
    access_log,
    apps,
    consents,
    decisions,
    documents,
    emergencies,
    erasures,
    explanations,
    indicators,
    legal_bases,
    projects,
    standings,
    visits,
)
from consent.api.served import Resources, api

__all__ = [
    "Resources",
    "access_log",
    "api",
    "apps",
    "consents",
    "decisions",
    "documents",
    "emergencies",
    "erasures",
    "explanations",
    "indicators",
    "legal_bases",
    "projects",
    "standings",
    "visits",
]
