"""Private offers: one of a partner's offerings, offered to one buyer at a lower price, until a day.

A partner knows no residents to offer things to. It gets a code, which it gives to whom it likes; whoever takes the
offer by it first is its buyer. Or it has just scanned the code of who stands there, and the offer is theirs.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from chassis import moments
from chassis.refusals import Invalid, NotFound, Refusal

CODE_PREFIX = "ypo_"
CODE_BYTES = 24
CODE_LENGTH_MAX = 64


class PrivateOfferStatus(StrEnum):
    """Where a private offer stands. One that is open has no buyer yet."""

    OPEN = "open"
    TAKEN = "taken"
    USED = "used"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


# The database refuses every other move (migration 0027).
MOVES: Mapping[PrivateOfferStatus, frozenset[PrivateOfferStatus]] = MappingProxyType(
    {
        PrivateOfferStatus.OPEN: frozenset(
            {PrivateOfferStatus.TAKEN, PrivateOfferStatus.WITHDRAWN, PrivateOfferStatus.LAPSED}
        ),
        PrivateOfferStatus.TAKEN: frozenset(
            {PrivateOfferStatus.USED, PrivateOfferStatus.WITHDRAWN, PrivateOfferStatus.LAPSED}
        ),
        PrivateOfferStatus.USED: frozenset(),
        PrivateOfferStatus.WITHDRAWN: frozenset(),
        PrivateOfferStatus.LAPSED: frozenset(),
    }
)
FIRST = frozenset({PrivateOfferStatus.OPEN, PrivateOfferStatus.TAKEN})  # taken: by who was scanned


class PrivateOfferEnd(StrEnum):
    """Why a private offer is over that nobody ordered by."""

    WITHDRAWN = "withdrawn"
    DAY_OVER = "day_over"
    OFFERING_CHANGED = "offering_changed"
    STANDING = "standing"


OVER = {
    PrivateOfferEnd.WITHDRAWN: "its partner has withdrawn it",
    PrivateOfferEnd.DAY_OVER: "its last day is over",
    PrivateOfferEnd.OFFERING_CHANGED: "what it was made of is not on sale any more, or on other terms",
    PrivateOfferEnd.STANDING: "its partner takes no orders now",
}


class UnknownPrivateOffer(NotFound):
    """Said alike of a code that there never was, and of an offer that is somebody else's or over: nobody learns that
    there is one."""

    code = "unknown-private-offer"
    title = "There is no such private offer for the caller."


class PrivateOfferOver(Refusal):
    code = "private-offer-over"
    title = "The private offer is over."


class PrivateOfferUsed(Refusal):
    code = "private-offer-used"
    title = "The private offer was ordered by already; it is good once."


class PriceNotLower(Refusal):
    code = "price-not-lower"
    title = "A private offer costs less than what everybody pays."


class TooManyPrivateOffers(Refusal):
    code = "too-many-private-offers"
    title = "The partner has as many private offers open as it may."


@dataclass(frozen=True, slots=True)
class OfferLimits:
    """How many private offers may be open at once, of a partner and of one offering, and for how many days each."""

    of_partner: int = 200
    of_offering: int = 50
    days: int = 90


@dataclass(frozen=True, slots=True)
class PrivateOffer:
    """What ordering by a private offer goes by, as it stands now: `end` says why it is over, or would be."""

    id: UUID
    offering_id: UUID
    offering_revision: int
    price_minor: int
    status: str
    buyer_id: UUID | None
    end: PrivateOfferEnd | None = None


def new_code() -> str:
    """What a private offer is taken by: 192 bits that nobody guesses."""
    return CODE_PREFIX + secrets.token_urlsafe(CODE_BYTES)


def code_sha256(code: str) -> bytes:
    """What is kept of a code."""
    if not 0 < len(code) <= CODE_LENGTH_MAX:
        raise Invalid("code", f"must have 1 to {CODE_LENGTH_MAX} characters, as its partner has given it")
    return hashlib.sha256(code.strip().encode()).digest()


def check_price(minor: int, currency: str, published_minor: int, published_currency: str) -> None:
    """Refuse a price that is not below what was reviewed and published, or not in its currency."""
    if currency != published_currency:
        raise Invalid("price.currency", f"must be {published_currency}, as the published price is")
    if minor < 0:
        raise Invalid("price", "must not be below nothing")
    if minor >= published_minor:
        raise PriceNotLower("a higher price is a new revision of the offering, for everybody", "price")


def ends_at(until_day: str, today: date, limits: OfferLimits, zone: tzinfo) -> datetime:
    """The end of the last day of a private offer, by the city's clock."""
    day = moments.parse_day(until_day, "until_day")
    if not today <= day <= today + timedelta(days=limits.days):
        raise Invalid("until_day", f"must be today or later, at most {limits.days} days from now")
    return moments.start_of(day + timedelta(days=1), zone)


def check_open(of_partner: int, of_offering: int, limits: OfferLimits) -> None:
    """Refuse one more where many are open."""
    if of_offering >= limits.of_offering:
        raise TooManyPrivateOffers(
            f"{of_offering} of this offering are open; withdraw one, or wait until one is used or over", "offering_id"
        )
    if of_partner >= limits.of_partner:
        raise TooManyPrivateOffers(f"{of_partner} are open; withdraw one, or wait until one is used or over", "")


def check_usable(
    offer: PrivateOffer | None, *, offering_id: UUID, quantity: int, resident_id: UUID, at: str
) -> PrivateOffer:
    """Refuse to order by a private offer that is not the resident's, was used, is over, or is of something else."""
    field = f"{at}.private_offer_id"
    if offer is None or offer.buyer_id != resident_id:
        raise UnknownPrivateOffer("take it by its code first, for whom you order", field)
    if offer.status == PrivateOfferStatus.USED:
        raise PrivateOfferUsed("order at the published price, or ask the partner for another", field)
    if offer.end is not None:
        raise PrivateOfferOver(
            f"{OVER[offer.end]}; order at the published price, or ask the partner for another", field
        )
    if offer.offering_id != offering_id:
        raise Invalid(field, "is of another offering")
    if quantity != 1:
        raise Invalid(f"{at}.quantity", "must be 1: a private offer is good once")
    return offer
