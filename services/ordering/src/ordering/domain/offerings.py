"""Offerings as the catalog published them, kept as bytes and read once."""

from functools import lru_cache

from yima.catalog.v1.api_pb2 import Offering
from yima.common.v1.types_pb2 import Sex

OFFERINGS_KEPT_MAX = 4096


@lru_cache(OFFERINGS_KEPT_MAX)
def offering_of(published: bytes) -> Offering:
    """An offering as the catalog published it. Whoever reads it changes nothing: everybody gets the same one."""
    return Offering.FromString(published)


@lru_cache(OFFERINGS_KEPT_MAX)
def agreed_parts(published: bytes) -> tuple[bytes, tuple[tuple[int, int], ...], bool, str]:
    """An offering's consent hash, its cancellation rules, whether it has contents, and the sex it is for, if it is."""
    offering = offering_of(published)
    rules = tuple((rule.hours_before, rule.fee_basis_points) for rule in offering.manifest.cancellation)
    sex = sex_of(offering.manifest.eligibility.sex)
    return offering.consent_hash, rules, bool(offering.manifest.contents), sex


def sex_of(given: Sex) -> str:
    """`female` or `male`; empty where none is said."""
    return Sex.Name(given).removeprefix("SEX_").lower() if given else ""
