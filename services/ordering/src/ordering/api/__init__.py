"""Ordering over HTTP: decode, one call, encode. Routes and roles stand in the contract."""

from ordering.api import carts, cases, orders
from ordering.api.served import api

__all__ = ["api", "carts", "cases", "orders"]
