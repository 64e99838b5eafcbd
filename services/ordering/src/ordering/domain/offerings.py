"""Offerings as the catalog published them, kept as bytes and read once."""

from functools import lru_cache
from typing import NamedTuple

from yima.catalog.v1.api_pb2 import Offering
from yima.common.v1.types_pb2 import Sex

OFFERINGS_KEPT_MAX = 4096


@lru_cache(OFFERINGS_KEPT_MAX)
def offering_of(published: bytes) -> Offering:
    """An offering as the catalog published it. Whoever reads it changes nothing: everybody gets the same one."""
    return Offering.FromString(published)


class AgreedParts(NamedTuple):
    """What the rules go by that stands in an offering's published bytes."""

    consent_hash: bytes  # of what it asks of the resident's data; empty: of none
    cancellation: tuple[tuple[int, int], ...]  # hours before, basis points
    contains: bool  # has contents, which are used up one by one
    sex: str  # whom it is for; empty: everybody
    districts: tuple[str, ...]  # in which its residents have to live; none: anywhere
    programmes: tuple[str, ...]  # in one of which its residents have to take part; none: it is for others, too


@lru_cache(OFFERINGS_KEPT_MAX)
def agreed_parts(published: bytes) -> AgreedParts:
    offering = offering_of(published)
    rules = tuple((rule.hours_before, rule.fee_basis_points) for rule in offering.manifest.cancellation)
    eligibility = offering.manifest.eligibility
    return AgreedParts(
        offering.consent_hash,
        rules,
        bool(offering.manifest.contents),
        sex_of(eligibility.sex),
        tuple(eligibility.districts),
        tuple(eligibility.programmes),
    )


def sex_of(given: Sex) -> str:
    """`female` or `male`; empty where none is said."""
    return Sex.Name(given).removeprefix("SEX_").lower() if given else ""
