"""Offerings as the catalog published them, kept as bytes and read once."""

from functools import lru_cache

from yima.catalog.v1.api_pb2 import Offering

OFFERINGS_KEPT_MAX = 4096


@lru_cache(OFFERINGS_KEPT_MAX)
def offering_of(published: bytes) -> Offering:
    """An offering as the catalog published it. Whoever reads it changes nothing: everybody gets the same one."""
    return Offering.FromString(published)


@lru_cache(OFFERINGS_KEPT_MAX)
def agreed_parts(published: bytes) -> tuple[bytes, tuple[tuple[int, int], ...], bool]:
    """An offering's consent hash, its cancellation rules, and whether it has contents."""
    offering = offering_of(published)
    rules = tuple((rule.hours_before, rule.fee_basis_points) for rule in offering.manifest.cancellation)
    return offering.consent_hash, rules, bool(offering.manifest.contents)
