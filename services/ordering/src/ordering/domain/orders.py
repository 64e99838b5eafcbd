"""What may be ordered, and by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from chassis import texts
from chassis.refusals import Invalid, NotFound, Refusal

from ordering.domain.standing import ASSUMED, Standing

LINES_MAX = 20
SESSIONS_MAX = 60
QUANTITY_MAX = 100
UNITS_MAX = 10_000  # that one line may be of, where its price is for a unit
TEXT_LENGTH_MAX = 2000
METHOD_LENGTH_MAX = 128
TOTAL_MINOR_MAX = 100_000_000_00


class UnknownOffering(NotFound):
    code = "unknown-offering"
    title = "The offering is not known here (yet)."


class OfferingWithdrawn(Refusal):
    code = "offering-withdrawn"
    title = "The offering is not on sale."


class SeveralPartners(Refusal):
    code = "several-partners"
    title = "An order is with one partner; place one for each, or use the cart."


class OrderedAlone(Refusal):
    code = "ordered-alone"
    title = "What is paid by the period is ordered by itself."


class SlotTaken(Refusal):
    code = "slot-taken"
    title = "No place is left in this slot."


class SlotPast(Refusal):
    code = "slot-past"
    title = "The slot has begun or is over."


class BookedElsewhere(Refusal):
    code = "booked-elsewhere"
    title = "The resident is booked at that time already."


class NotEligible(Refusal):
    code = "not-eligible"
    title = "The service is for others."


class NotProven(Refusal):
    code = "not-proven"
    title = "It is not proven who this person is; what touches health data needs that."


class AgeUnknown(NotEligible):
    code = "age-unknown"
    title = "The service is for people of some age, and how old the one to be served is is not known."


class SexUnknown(NotEligible):
    code = "sex-unknown"
    title = "The service is for people of one sex, and that of the one to be served is not known."


class DistrictUnknown(NotEligible):
    code = "district-unknown"
    title = "The service is for people of some districts, and where the one to be served lives is not known."


class PilotElsewhere(NotEligible):
    code = "pilot-elsewhere"
    title = "The service is tried out in some districts first, and the one to be served lives elsewhere."


class NotInProgramme(NotEligible):
    code = "not-in-programme"
    title = "The service is for who takes part in a programme of the city's, and the one to be served does not."


class ProgrammeUnknown(NotEligible):
    code = "programme-unknown"
    title = "The service is for who takes part in a programme of the city's, and who orders is not told who does."


class NotYourResident(NotFound):
    code = "not-your-resident"
    title = "There is no such resident for the caller."


class TooManyUnpaid(Refusal):
    code = "too-many-unpaid"
    title = "There are too many orders or places that nothing was paid for."


class TooManyPlaces(Refusal):
    code = "too-many-places"
    title = "One account holds no more places of one time or day, whoever they are for."


class TooOftenCalledOff(Refusal):
    code = "too-often-called-off"
    title = "Too many bookings were called off unpaid within the hour."


class CartChanged(Refusal):
    code = "cart-changed"
    title = "The cart has changed meanwhile; look at it again."


class CartEmpty(Refusal):
    code = "cart-empty"
    title = "There is nothing in the cart."


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of the one to be served that services are offered by. `sex`: female or male; empty: it is not
    known. `districts`: where they live, and what that lies in; none: it is not known, or nobody was asked.
    `programmes`: of those that were asked for, whether they take part."""

    birth_date: date
    sex: str = ""
    districts: Sequence[str] = ()
    programmes: Mapping[str, bool] = field(default_factory=dict, hash=False)


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
    kind: str = "single-visit"
    visits: int = 1
    age_from_months: int = 0
    age_below_months: int = 0
    sex: str = field(default="", kw_only=True)  # whom it is for; empty: everybody
    quantity_max: int = field(default=QUANTITY_MAX, kw_only=True)  # of one line
    districts: Sequence[str] = field(default=(), kw_only=True)  # where its residents have to live; none: anywhere
    programmes: Sequence[str] = field(default=(), kw_only=True)  # in one of which they have to take part, if any
    pilot_districts: Sequence[str] = field(default=(), kw_only=True)  # where it is tried out first; none: everywhere
    pilot_ends_at: datetime | None = field(default=None, kw_only=True)  # from when on nobody orders it
    contains: bool = field(default=False, kw_only=True)  # has contents, which are used up one by one
    periods_max: int = field(
        default=0, kw_only=True
    )  # how many may follow one another; 0: it is not paid by the period
    consent_hash: bytes = field(default=b"", kw_only=True)  # of what it asks of the resident's data; empty: of none
    cancellation: Sequence[tuple[int, int]] = field(default=(), kw_only=True)  # hours before, basis points
    standing: Standing = field(default=ASSUMED, kw_only=True)  # of the partner


CALLED_OFF_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one account may hold without having paid for it: orders; places, those of free services included; and how
    many bookings it may call off unpaid within the hour before it books again. And how many places it may hold of one
    slot, and of one offering on one day, whoever they are for and whatever they cost. 0: as many as there are."""

    unpaid_orders: int = 5
    unpaid_places: int = 20
    called_off: int = 10
    slot_places: int = 4
    day_places: int = 8

    @property
    def any(self) -> bool:
        return bool(self.unpaid_orders or self.unpaid_places or self.called_off)

    @property
    def of_times(self) -> bool:
        """Is it bounded how many places of a time one account holds?"""
        return bool(self.slot_places or self.day_places)


@dataclass(slots=True)
class Holding:
    """What an account holds unpaid, and how many bookings it has called off so."""

    orders: int = 0
    places: int = 0
    called_off: int = 0


def check_holding(holding: Holding, limits: Limits, places: int, total_minor: int) -> None:
    """Refuse a further order of so many places to who holds too much unpaid."""
    if places and limits.called_off and holding.called_off >= limits.called_off:
        raise TooOftenCalledOff(f"{holding.called_off} were; book again in an hour", "lines")
    if total_minor and limits.unpaid_orders and holding.orders >= limits.unpaid_orders:
        raise TooManyUnpaid(f"there are {holding.orders}; pay or cancel one first", "lines")
    if places and limits.unpaid_places and holding.places + places > limits.unpaid_places:
        raise TooManyUnpaid(
            f"{holding.places} places are held, at most {limits.unpaid_places} may be; pay or cancel first", "lines"
        )


@dataclass(frozen=True, slots=True)
class Slot:
    """A bookable time and how many places are left in it."""

    id: UUID
    offering_id: UUID
    starts_at: datetime
    ends_at: datetime
    free: int


@dataclass(frozen=True, slots=True)
class Place:
    """A place that an account holds: of which slot and offering, and on which day of the city's."""

    slot_id: UUID
    offering_id: UUID
    day: date


def check_places(held: Sequence[Place], place: Place, limits: Limits, field: str) -> None:
    """Refuse a further place of a time to an account that holds many of them already."""
    of_slot = sum(other.slot_id == place.slot_id for other in held)
    if limits.slot_places and of_slot >= limits.slot_places:
        raise TooManyPlaces(
            f"{of_slot} of this slot are held, at most {limits.slot_places} may be; choose another", field
        )
    of_day = sum((other.offering_id, other.day) == (place.offering_id, place.day) for other in held)
    if limits.day_places and of_day >= limits.day_places:
        raise TooManyPlaces(
            f"{of_day} of this offering are held that day, at most {limits.day_places} may be; choose another day",
            field,
        )


@dataclass(frozen=True, slots=True)
class LineRequest:
    """A line as asked for. `at` is where the caller wrote it; `revision` and `consent_hash` are what they agree to."""

    offering_id: UUID
    quantity: int
    slot_ids: tuple[UUID, ...] = ()
    at: str = "lines[0]"
    revision: int = 0
    consent_hash: bytes = b""
    private_offer_id: UUID | None = None  # whose price it is ordered at


def check_quantity(quantity: int, field: str) -> int:
    if not 1 <= quantity <= UNITS_MAX:
        raise Invalid(field, f"must be between 1 and {QUANTITY_MAX}, or the units a price per unit is ordered for")
    return quantity


def check_terms(
    lines: Sequence[LineRequest],
    terms: Mapping[UUID, Terms],
    slots: Mapping[UUID, Slot],
    person: Person | None,
    today: date,
    now: datetime,
    *,
    for_whom: bool = True,
) -> Sequence[Terms]:
    """Refuse an order that could not be served, by the city's day; return each line's terms. Free places are taken
    elsewhere. Whether it is `for_whom` orders it is left for later where nobody does yet: of a next period."""
    line_terms = []
    for line in lines:
        term = terms.get(line.offering_id)
        if term is None:
            raise UnknownOffering("there is no such offering", f"{line.at}.offering_id")
        term.standing.check(now, f"{line.at}.offering_id")
        if not term.on_sale or (term.pilot_ends_at is not None and term.pilot_ends_at <= now):
            raise OfferingWithdrawn("choose another", f"{line.at}.offering_id")
        if for_whom:
            check_eligible(term, person, today, f"{line.at}.offering_id")
        if line.quantity > 1 and not term.contains:
            raise Invalid(
                f"{line.at}.quantity", "must be 1: one proof proves one service; order again, or one with contents"
            )
        if line.quantity > term.quantity_max:
            raise Invalid(f"{line.at}.quantity", f"must be between 1 and {term.quantity_max}")
        check_slots(line, term, slots, now)
        line_terms.append(term)
    check_alone(lines, line_terms)
    if len({term.partner_id for term in line_terms}) > 1:
        raise SeveralPartners("split the lines by partner", "lines")
    if total(lines, line_terms) > TOTAL_MINOR_MAX:
        raise Invalid("lines", "together they cost more than one order may")
    check_clashes([slots[slot_id] for line in lines for slot_id in line.slot_ids])
    return line_terms


def check_alone(lines: Sequence[LineRequest], terms: Sequence[Terms]) -> None:
    """Refuse to order others together with what periods follow."""
    for line, term in zip(lines, terms, strict=True):
        if term.periods_max and len(lines) > 1:
            raise OrderedAlone(
                "its next period follows it alone; order it by itself, or by the cart, which makes an order of each",
                f"{line.at}.offering_id",
            )


def check_proven(lines: Sequence[LineRequest], terms: Sequence[Terms], proven: bool) -> None:
    """Refuse what asks for health data to whom nobody has proven to be who they say."""
    for line, term in zip(lines, terms, strict=True):
        if term.consent_hash and not proven:
            raise NotProven(
                "prove it with an identity number, and sign in again; what asks for no data can be ordered without",
                f"{line.at}.offering_id",
            )


def check_eligible(term: Terms, person: Person | None, today: date, field: str) -> None:
    """Refuse an offering that is not for people of the age or sex of the one to be served, or who live elsewhere or
    take part in no programme of its."""
    if term.age_from_months or term.age_below_months:
        if person is None:
            raise AgeUnknown("it is not known when they were born; sign in again after adding a dependant", field)
        check_age(term, person.birth_date, today, field)
    if term.sex and (person is None or not person.sex):
        raise SexUnknown("it is what their identity number says: prove by it, once more, who they are", field)
    if term.sex and person is not None and person.sex != term.sex:
        raise NotEligible(f"it is for people who are {term.sex}", field)
    if (term.districts or term.pilot_districts) and (person is None or not person.districts):
        raise DistrictUnknown("say first in which district they live", field)
    if term.districts and person is not None and not set(term.districts).intersection(person.districts):
        raise NotEligible(f"it is for people who live in {', '.join(term.districts)}", field)
    if term.pilot_districts and person is not None and not set(term.pilot_districts).intersection(person.districts):
        raise PilotElsewhere(f"for now it is for people who live in {', '.join(term.pilot_districts)}", field)
    check_takes_part(term.programmes, person.programmes if person is not None else {}, field)


def check_takes_part(programmes: Sequence[str], known: Mapping[str, bool], field: str) -> None:
    """Refuse who takes part in none of some programmes. What is not known of one is never a yes."""
    if not programmes or any(known.get(programme) for programme in programmes):
        return
    if any(programme not in known for programme in programmes):
        raise ProgrammeUnknown(
            "they order it themselves, or who acts for them both in orders and in their record", field
        )
    raise NotInProgramme(f"they say first that they take part in {' or '.join(programmes)}", field)


def check_age(term: Terms, birth_date: date, today: date, field: str) -> None:
    age = (today.year - birth_date.year) * 12 + today.month - birth_date.month - (today.day < birth_date.day)
    if age < term.age_from_months:
        raise NotEligible(f"it is for people of at least {months(term.age_from_months)}", field)
    if term.age_below_months and age >= term.age_below_months:
        raise NotEligible(f"it is for people below {months(term.age_below_months)}", field)


def months(count: int) -> str:
    years, rest = divmod(count, 12)
    return f"{years} years" if not rest else f"{count} months"


def check_slots(line: LineRequest, term: Terms, slots: Mapping[UUID, Slot], now: datetime) -> None:
    """One slot for a visit that is booked; up to as many as there are visits where there are several."""
    field = f"{line.at}.slot_ids" if len(line.slot_ids) > 1 else f"{line.at}.slot_id"
    if term.booking_required != bool(line.slot_ids):
        raise Invalid(field, "choose one of the offering's slots" if term.booking_required else "this is not booked")
    if len(line.slot_ids) > term.visits or len(set(line.slot_ids)) < len(line.slot_ids):
        raise Invalid(field, f"at most {term.visits}, none twice")
    for slot_id in line.slot_ids:
        check_slot(slots.get(slot_id), line.offering_id, now, field)


def check_slot(slot: Slot | None, offering_id: UUID, now: datetime, field: str) -> Slot:
    if slot is None or slot.offering_id != offering_id:
        raise Invalid(field, "is not a slot of this offering")
    if slot.starts_at <= now:
        raise SlotPast("choose a coming one", field)
    return slot


def check_clashes(slots: Sequence[Slot]) -> None:
    """Nobody can be in two places at once; the database says the same of what is booked already."""
    ordered = sorted(slots, key=lambda slot: slot.starts_at)
    if any(after.starts_at < before.ends_at for before, after in pairwise(ordered)):
        raise BookedElsewhere("two of the chosen slots overlap", "lines")


def total(lines: Sequence[LineRequest], terms: Sequence[Terms]) -> int:
    """What the lines cost together, in minor units."""
    return sum(line.quantity * term.price_minor for line, term in zip(lines, terms, strict=True))


def payment_method(text: str) -> str:
    return texts.line(text, "payment_method", METHOD_LENGTH_MAX)
