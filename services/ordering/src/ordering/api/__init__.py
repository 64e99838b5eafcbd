"""Ordering over HTTP: decode, one call, encode. Routes and roles stand in the contract."""

from ordering.api import (
    booking,
    carts,
    cases,
    days,
    desks,
    indicators,
    orders,
    placing,
    private_offers,
    proofs,
    standings,
)
from ordering.api.served import api

__all__ = [
    "api",
    "booking",
    "carts",
    "cases",
    "days",
    "desks",
    "indicators",
    "orders",
    "placing",
    "private_offers",
    "proofs",
    "standings",
]
