"""Rules of orders: how they move, when they must stop, what may be ordered. No I/O; the clock is passed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chassis.refusals import Invalid, NotFound, Refusal


class Status(StrEnum):
    """Where an order stands."""

    PLACED = "placed"
    CONFIRMED = "confirmed"
    ACCEPTED = "accepted"
    FULFILLING = "fulfilling"
    FULFILLED = "fulfilled"
    CLOSED = "closed"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


NEXT: Mapping[Status, frozenset[Status]] = {
    Status.PLACED: frozenset({Status.CONFIRMED, Status.CANCELLED, Status.EXPIRED}),
    Status.CONFIRMED: frozenset({Status.ACCEPTED, Status.REFUSED, Status.CANCELLED, Status.EXPIRED}),
    Status.ACCEPTED: frozenset({Status.FULFILLING, Status.CANCELLED, Status.EXPIRED}),
    Status.FULFILLING: frozenset({Status.FULFILLED}),
    Status.FULFILLED: frozenset({Status.CLOSED}),
}

# What happens by itself when a state's deadline passes. What was proven is fulfilled; nobody waits for ever.
AT_DEADLINE: Mapping[Status, Status] = {
    Status.PLACED: Status.EXPIRED,
    Status.CONFIRMED: Status.EXPIRED,
    Status.ACCEPTED: Status.EXPIRED,
    Status.FULFILLING: Status.FULFILLED,
}
EXPIRY_REASON: Mapping[Status, str] = {
    Status.PLACED: "money or consent did not come in time",
    Status.CONFIRMED: "the partner did not answer in time",
    Status.ACCEPTED: "the service was not given in time",
}
# Ends before anything was served: money is released, consent ends, slots are free again.
CALLED_OFF = frozenset({Status.REFUSED, Status.CANCELLED, Status.EXPIRED})
# States that wait for nobody: settlement retries what is left to do after fulfilment until it is done.
AT_REST = frozenset({Status.FULFILLED, Status.CLOSED}) | CALLED_OFF

LINES_MAX = 20
QUANTITY_MAX = 100
REASON_LENGTH_MAX = 500
METHOD_LENGTH_MAX = 128
TOTAL_MINOR_MAX = 100_000_000_00


class TransitionRefused(Refusal):
    """The order's status does not allow this step."""


class UnknownOffering(NotFound):
    """The offering is not known here (yet)."""


class OfferingWithdrawn(Refusal):
    """The offering is not on sale."""


class SeveralPartners(Refusal):
    """An order is with one partner; place one for each."""


class SlotTaken(Refusal):
    """No place is left in this slot."""


class SlotPast(Refusal):
    """The slot has begun or is over."""


class NotYourResident(NotFound):
    """There is no such resident for the caller."""


class ReceiptRefused(Refusal):
    """The scan's receipt does not prove this service."""


class ScanUsed(Refusal):
    """The scan has proven another service; scan again."""


class NothingProven(Refusal):
    """Not everything ordered has been proven yet."""


def advance(current: Status, wanted: Status) -> Status:
    """Return `wanted` if an order may go there from `current`."""
    if wanted in NEXT.get(current, frozenset()):
        return wanted
    raise TransitionRefused(f"an order that is {current} cannot become {wanted}")


@dataclass(frozen=True, slots=True)
class Terms:
    """An offering's terms at one revision, and whether it is on sale now."""

    offering_id: UUID
    revision: int
    partner_id: UUID
    price_minor: int
    currency: str
    booking_required: bool
    on_sale: bool


@dataclass(frozen=True, slots=True)
class Slot:
    """A bookable time and how many places are left in it."""

    id: UUID
    offering_id: UUID
    starts_at: datetime
    free: int


@dataclass(frozen=True, slots=True)
class WantedLine:
    """A line as asked for."""

    offering_id: UUID
    quantity: int
    slot_id: UUID | None


def check_quantity(quantity: int, field: str) -> int:
    if not 1 <= quantity <= QUANTITY_MAX:
        raise Invalid(field, f"must be between 1 and {QUANTITY_MAX}")
    return quantity


def check_terms(
    lines: Sequence[WantedLine], terms: Mapping[UUID, Terms], slots: Mapping[UUID, Slot], now: datetime
) -> Sequence[Terms]:
    """Refuse an order that could not be served; return each line's terms. Free places are taken elsewhere."""
    found = []
    for place, line in enumerate(lines):
        at = f"lines[{place}]"
        term = terms.get(line.offering_id)
        if term is None:
            raise UnknownOffering("there is no such offering", f"{at}.offering_id")
        if not term.on_sale:
            raise OfferingWithdrawn("choose another", f"{at}.offering_id")
        check_slot(line, term, slots, now, f"{at}.slot_id")
        found.append(term)
    if len({term.partner_id for term in found}) > 1:
        raise SeveralPartners("split the lines by partner", "lines")
    if total(lines, found) > TOTAL_MINOR_MAX:
        raise Invalid("lines", "together they cost more than one order may")
    return found


def check_slot(line: WantedLine, term: Terms, slots: Mapping[UUID, Slot], now: datetime, field: str) -> None:
    if term.booking_required != (line.slot_id is not None):
        raise Invalid(field, "choose one of the offering's slots" if term.booking_required else "this is not booked")
    if line.slot_id is None:
        return
    slot = slots.get(line.slot_id)
    if slot is None or slot.offering_id != line.offering_id:
        raise Invalid(field, "is not a slot of this offering")
    if slot.starts_at <= now:
        raise SlotPast("choose a coming one", field)


def total(lines: Sequence[WantedLine], terms: Sequence[Terms]) -> int:
    """What the lines cost together, in minor units."""
    return sum(line.quantity * term.price_minor for line, term in zip(lines, terms, strict=True))


def reason(text: str) -> str:
    trimmed = text.strip()
    if not 1 <= len(trimmed) <= REASON_LENGTH_MAX:
        raise Invalid("reason", f"must have 1 to {REASON_LENGTH_MAX} characters")
    return trimmed


def payment_method(text: str) -> str:
    if not 1 <= len(text) <= METHOD_LENGTH_MAX:
        raise Invalid("payment_method", f"must have 1 to {METHOD_LENGTH_MAX} characters")
    return text
