"""Ordering's tables: copies of what is on sale, and orders on frozen terms."""

from datetime import date, datetime
from uuid import UUID

from chassis.rights import only_added
from chassis.rows import Row
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import registry
from sqlmodel import Field

STATUSES = "'placed', 'confirmed', 'accepted', 'fulfilling', 'fulfilled', 'closed', 'refused', 'cancelled', 'expired'"

# What holds places, or could, unpaid; and what has let go of them so. `store.orders` asks by the same words.
HELD_UNPAID = "status = 'placed' AND NOT money_in OR total_minor = 0 AND status IN ('placed', 'confirmed', 'accepted')"
CALLED_OFF_UNPAID = "status IN ('cancelled', 'expired') AND NOT money_in AND begins_at IS NOT NULL"
# A session offered for one that was withdrawn, while it waits for the resident's answer.
UNANSWERED = "answer_by IS NOT NULL AND agreed_at IS NULL AND released_at IS NULL"


class Base(Row, registry=registry()):
    """The tables of this service, apart from any other's in the same process."""


class OfferingRow(Base, table=True):
    """Which revision of an offering is on sale, if it is; a copy kept from catalog's events."""

    __tablename__ = "offering"

    id: UUID = Field(primary_key=True)
    revision: int
    on_sale: bool
    version: int = Field(sa_type=BigInteger)
    # Of a pilot: who orders it has to live in these; and from when on nobody does.
    pilot_districts: list[str] = Field(default=[], sa_column=Column(ARRAY(TEXT), nullable=False, server_default="{}"))
    pilot_ends_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class StandingRow(Base, table=True):
    """A partner's standing, as far as orders go by it: the newest that has arrived, by its version."""

    __tablename__ = "standing"
    __table_args__ = (Index("standing_assumed", "partner_id", postgresql_where=text("version = 0")),)

    partner_id: UUID = Field(primary_key=True)
    sells: bool  # by its status; a lapse is by the clock
    certified_until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    version: int = Field(sa_type=BigInteger)  # 0: no event has arrived yet; partners is asked
    certificate_ids: list[str] = Field(default=[], sa_column=Column(ARRAY(TEXT), nullable=False, server_default="{}"))


class TermsRow(Base, table=True):
    """The terms of one revision. They never change, so an order's line need only name them."""

    __tablename__ = "terms"
    __table_args__ = (
        CheckConstraint("quantity_max BETWEEN 1 AND 10000", name="terms_quantity"),
        CheckConstraint(
            "periods_max = 0 AND period_days = 0 OR periods_max BETWEEN 2 AND 60 AND period_days BETWEEN 0 AND 366 "
            "AND quantity_max = 1",
            name="terms_periods",
        ),
    )

    offering_id: UUID = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    partner_id: UUID
    price_minor: int = Field(sa_type=BigInteger)
    currency: str
    booking_required: bool
    consent_needed: bool
    definition: str = ""
    kind: str = "single-visit"
    visits: int = 1  # how many sessions of a line may be booked
    valid_days: int = 0  # of its contents; 0: it has none
    unused_charged: bool = False
    quantity_max: int = 100  # of a line; a trigger of `order_line` holds it. Of units, where the price is for one
    # Where the price is for a period: how many may follow one another, and the days of one (0: a month); else 0, 0.
    periods_max: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    period_days: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    age_from_months: int = 0
    age_below_months: int = 0
    offering: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # yima.catalog.v1.Offering


class SlotRow(Base, table=True):
    """A bookable time; `held` places are taken by orders that have not been called off."""

    __tablename__ = "slot"
    __table_args__ = (
        CheckConstraint("held BETWEEN 0 AND capacity", name="slot_never_oversold"),
        Index("slot_coming", "offering_id", "starts_at"),
        Index("slot_of_day", "partner_id", "starts_at"),
    )

    id: UUID = Field(primary_key=True)
    offering_id: UUID
    starts_at: datetime = Field(sa_type=DateTime(timezone=True))
    ends_at: datetime = Field(sa_type=DateTime(timezone=True))
    capacity: int
    held: int = 0
    withdrawn: bool = False  # nobody books it any more
    partner_id: UUID | None = None  # a trigger fills it in where the release before leaves it out
    site_id: UUID | None = None
    calendars: list[str] = Field(default=[], sa_column=Column(ARRAY(TEXT), nullable=False, server_default="{}"))
    practitioner_ids: list[UUID] = Field(default=[], sa_column=Column(ARRAY(Uuid), nullable=False, server_default="{}"))


class AvailabilityRow(Base, table=True):
    """When the next free slot of an offering begins, as it was told last; `version` counts what was told."""

    __tablename__ = "availability"
    __table_args__ = (Index("availability_begins", "next_free_at", postgresql_where=text("next_free_at IS NOT NULL")),)

    offering_id: UUID = Field(primary_key=True)
    next_free_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    version: int = Field(default=0, sa_type=BigInteger)


class AvailabilityChangeRow(Base, table=True):
    """An offering of which a slot became free or taken. A trigger of `slot` writes these, and a worker looks at each
    once: whoever books waits for nobody."""

    __tablename__ = "availability_change"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    offering_id: UUID


class OrderRow(Base, table=True):
    """An order. One idempotency key of a caller places one."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("placed_by", "idempotency_key", name="orders_placed_once"),
        CheckConstraint(f"status IN ({STATUSES})", name="orders_status"),
        CheckConstraint("total_minor >= 0", name="orders_total"),
        CheckConstraint(
            "(deadline IS NOT NULL) = (status IN ('placed', 'confirmed', 'accepted', 'fulfilling'))",
            name="orders_waiting_have_a_deadline",
        ),
        CheckConstraint(
            "status <> 'fulfilling' OR objection_until IS NULL OR deadline >= objection_until",
            name="orders_wait_for_objections",
        ),
        Index("orders_by_resident", "resident_id", "id"),
        Index("orders_by_moment", "placed_at", postgresql_using="brin"),
        Index("orders_by_partner", "partner_id", "id"),
        Index("orders_unaccepted", "partner_id", postgresql_where=text("status IN ('placed', 'confirmed')")),
        Index("orders_held_unpaid", "placed_by", postgresql_where=text(HELD_UNPAID)),
        Index("orders_called_off_unpaid", "placed_by", "changed_at", postgresql_where=text(CALLED_OFF_UNPAID)),
        Index("orders_overdue", "deadline", postgresql_where=text("deadline IS NOT NULL")),
        CheckConstraint(
            "dues_after IS NULL OR (status = 'cancelled' AND dues_after >= objection_until)", name="orders_dues_wait"
        ),
        Index("orders_dues_waiting", "dues_after", postgresql_where=text("dues_after IS NOT NULL")),
        UniqueConstraint("desk_scan_id", name="orders_one_a_scan"),
        CheckConstraint(
            "num_nonnulls(desk_by, desk_scan_id, desk_practitioner_id, desk_printed) IN (0, 4)", name="orders_of_a_desk"
        ),
        CheckConstraint(
            "desk_by IS NULL OR desk_agreed_at IS NOT NULL OR status NOT IN ('confirmed', 'accepted', 'fulfilling', "
            "'fulfilled', 'closed')",
            name="orders_of_a_desk_are_agreed_to",
        ),
        CheckConstraint(
            "desk_agreed_at IS NULL OR desk_by IS NOT NULL AND desk_agreed_at >= placed_at", name="orders_agreed"
        ),
        CheckConstraint("desk_word_id IS NULL OR desk_agreed_at IS NOT NULL", name="orders_agreed_by_word"),
        ForeignKeyConstraint(
            ["id", "desk_word_id"], ["desk_word.order_id", "desk_word.id"], name="orders_word_of_it", use_alter=True
        ),
        UniqueConstraint("series_id", "period", name="orders_one_a_period"),
        CheckConstraint(
            "num_nonnulls(series_id, period) IN (0, 2) AND (coalesce(period, 1) > 1) = (period_starts_at IS NOT NULL) "
            "AND (coalesce(period, 2) > 1 OR series_id = id)",
            name="orders_of_a_series",
        ),
        ForeignKeyConstraint(
            ["series_id"], ["series.id"], name="orders_in_series", deferrable=True, initially="DEFERRED", use_alter=True
        ),
    )

    id: UUID = Field(primary_key=True)
    resident_id: UUID
    placed_by: UUID
    partner_id: UUID
    status: str
    total_minor: int = Field(sa_type=BigInteger)
    currency: str
    money_in: bool
    deadline: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    reason: str = ""
    changed_by: str
    placed_at: datetime = Field(sa_type=DateTime(timezone=True))
    changed_at: datetime = Field(sa_type=DateTime(timezone=True))
    version: int = Field(sa_type=BigInteger)
    payment_version: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})  # its choice
    idempotency_key: str
    request_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    process: str
    passed_to: UUID | None = None  # who is served instead of the resident
    checkout_id: UUID | None = None
    # A desk placed it: the account, whose scan of which code, printed or not; and when the resident agreed to it.
    desk_by: UUID | None = None
    desk_scan_id: UUID | None = None
    desk_practitioner_id: UUID | None = None
    desk_printed: bool | None = None
    desk_agreed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    desk_word_id: UUID | None = None  # the code, told at the desk, by which they did; else with their own session
    follow_up_id: UUID | None = None  # what records knows that it was booked for; its resident's word
    # Paid by the period: the series, named by its first order; which of its periods; when a following one begins, as
    # the one before ended; and in what its terms differ from that one's. Triggers keep all of it.
    series_id: UUID | None = None
    period: int | None = None
    period_starts_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    period_changes: list[str] = Field(default=[], sa_column=Column(ARRAY(TEXT), nullable=False, server_default="{}"))
    begins_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # the first booked session
    window_ends_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # to use its contents
    confirmed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # seen by its partner then
    accepted_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # no proof is older
    key_version: int | None = Field(default=None, sa_type=BigInteger)  # known of its partner then; a trigger keeps it
    # Until when its money waits, since something was proven by the partner alone; `contested`: the resident objected.
    objection_until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    contested: bool = False
    # It is cancelled, and its money waits until then, since it rests on what the partner alone says.
    dues_after: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))

    @property
    def waits_for_word(self) -> bool:
        """Did a desk place it, and has its resident not agreed to it yet?"""
        return self.desk_by is not None and self.desk_agreed_at is None

    @property
    def waits_for_objection(self) -> bool:
        """Does its money wait, or may it yet, for its resident to object?"""
        return self.status == "fulfilling" or self.dues_after is not None

    @property
    def given_from(self) -> datetime | None:
        """From when on its services may be given: once it is accepted, and its period has begun."""
        begins = [at for at in (self.accepted_at, self.period_starts_at) if at is not None]
        return max(begins) if self.accepted_at is not None else None

    @property
    def beneficiary_id(self) -> UUID:
        """Who is served."""
        return self.passed_to or self.resident_id


class SeriesRow(Base, table=True):
    """Orders of one offering that follow one another, a period each. `next_at` is when the next is prepared; unset
    while the newest waits to be paid and accepted. It is written as its first order is."""

    __tablename__ = "series"
    __table_args__ = (
        CheckConstraint("period BETWEEN 1 AND 60", name="series_period"),
        CheckConstraint("anchor_day BETWEEN 1 AND 31", name="series_anchor_day"),
        CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="series_ended"),
        CheckConstraint("ended_at IS NULL OR next_at IS NULL", name="series_ended_has_no_next"),
        CheckConstraint(
            "ended_because IN ('stopped', 'unpaid', 'not_accepted', 'called_off', 'complete', 'withdrawn', 'standing', "
            "'not_eligible')",
            name="series_ended_because",
        ),
        Index("series_due", "next_at", postgresql_where=text("next_at IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)  # of its first order
    resident_id: UUID
    partner_id: UUID
    offering_id: UUID
    newest_order_id: UUID
    period: int = 1  # the newest order's
    anchor_day: int | None = None  # the day of the city's month on which the first began
    next_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    ended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    ended_because: str | None = None
    version: int = Field(default=1, sa_type=BigInteger)


class DeskWordRow(Base, table=True):
    """A code that was sent to the resident of an order which a desk placed, for the order's version of then. What the
    code is, identity knows alone; its id is shown to nobody. It is taken once, by whoever entered it."""

    __tablename__ = "desk_word"
    __table_args__ = (
        UniqueConstraint("order_id", "id", name="desk_word_of_order"),
        CheckConstraint("(taken_by IS NULL) = (taken_at IS NULL)", name="desk_word_taken"),
        Index("desk_word_once", "order_id", unique=True, postgresql_where=text("taken_at IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    order_id: UUID = Field(foreign_key="orders.id")
    order_version: int = Field(sa_type=BigInteger)
    sent_by: UUID
    sent_at: datetime = Field(sa_type=DateTime(timezone=True))
    taken_by: UUID | None = None
    taken_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class OrderLineRow(Base, table=True):
    """One offering within an order, on the terms it names."""

    __tablename__ = "order_line"
    __table_args__ = (
        ForeignKeyConstraint(["offering_id", "offering_revision"], ["terms.offering_id", "terms.revision"]),
        CheckConstraint("quantity BETWEEN 1 AND 10000", name="line_quantity"),
        CheckConstraint("fees_minor >= 0", name="line_fees"),
        CheckConstraint("sessions_lost >= 0", name="line_sessions_lost"),
        ForeignKeyConstraint(
            ["private_offer_id", "offering_id", "offering_revision", "private_price_minor"],
            [
                "private_offer.id",
                "private_offer.offering_id",
                "private_offer.offering_revision",
                "private_offer.price_minor",
            ],
            name="line_as_it_was_offered",
            use_alter=True,
        ),
        UniqueConstraint("private_offer_id", name="line_one_a_private_offer"),
        CheckConstraint(
            "num_nonnulls(private_offer_id, private_price_minor) IN (0, 2) AND "
            "(private_offer_id IS NULL OR quantity = 1)",
            name="line_of_a_private_offer",
        ),
        Index("order_line_of", "order_id", "place"),
    )

    id: UUID = Field(primary_key=True)
    order_id: UUID = Field(foreign_key="orders.id")
    place: int
    offering_id: UUID
    offering_revision: int
    quantity: int
    fees_minor: int = Field(default=0, sa_type=BigInteger)  # of sessions their resident has cancelled late
    # Agreed sessions the partner took back that were not agreed on again: nobody is charged for them unused.
    sessions_lost: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    # Written by the release before, which knew no bookings; goes with the next migration.
    slot_id: UUID | None = Field(default=None, foreign_key="slot.id")
    certificate_ids: list[str] = Field(  # of the partner, in force when it was ordered
        default=[], sa_column=Column(ARRAY(TEXT), nullable=False, server_default="{}")
    )
    # The private offer it was ordered by, and its price; else the terms say the price.
    private_offer_id: UUID | None = None
    private_price_minor: int | None = Field(default=None, sa_type=BigInteger)
    consented: bool = False
    consent_version: int = Field(
        default=0, sa_column_kwargs={"server_default": text("0")}
    )  # the newest that has arrived


class PrivateOfferRow(Base, table=True):
    """One of a partner's offerings, offered to one buyer at a lower price. Of its code only the hash is kept; one for a
    resident who was scanned has no code, and its buyer from the beginning. A trigger lets it move one way."""

    __tablename__ = "private_offer"
    __table_args__ = (
        ForeignKeyConstraint(["offering_id", "offering_revision"], ["terms.offering_id", "terms.revision"]),
        CheckConstraint("status IN ('open', 'taken', 'used', 'withdrawn', 'lapsed')", name="private_offer_status"),
        CheckConstraint(
            "ended_because IN ('withdrawn', 'day_over', 'offering_changed', 'standing')",
            name="private_offer_ended_because",
        ),
        CheckConstraint("price_minor >= 0", name="private_offer_price"),
        CheckConstraint("until > made_at", name="private_offer_until"),
        CheckConstraint("num_nonnulls(code_sha256, scan_id) = 1", name="private_offer_by_code_or_scan"),
        CheckConstraint("(buyer_id IS NULL) = (taken_at IS NULL)", name="private_offer_buyer"),
        CheckConstraint("status <> 'open' OR buyer_id IS NULL", name="private_offer_open"),
        CheckConstraint("status NOT IN ('taken', 'used') OR buyer_id IS NOT NULL", name="private_offer_taken"),
        CheckConstraint("(status = 'used') = (order_id IS NOT NULL)", name="private_offer_used"),
        CheckConstraint(
            "(status IN ('withdrawn', 'lapsed')) = (ended_because IS NOT NULL)", name="private_offer_ended"
        ),
        CheckConstraint("(status IN ('open', 'taken')) = (ended_at IS NULL)", name="private_offer_ended_at"),
        UniqueConstraint("code_sha256", name="private_offer_code"),
        UniqueConstraint("scan_id", name="private_offer_one_a_scan"),
        UniqueConstraint(
            "id", "offering_id", "offering_revision", "price_minor", name="private_offer_as_it_is_ordered"
        ),
        Index("private_offer_of_partner", "partner_id", "id"),
        Index("private_offer_of_buyer", "buyer_id", "id"),
        Index(
            "private_offer_standing",
            "partner_id",
            "offering_id",
            postgresql_where=text("status IN ('open', 'taken')"),
        ),
    )

    id: UUID = Field(primary_key=True)
    partner_id: UUID
    offering_id: UUID
    offering_revision: int
    price_minor: int = Field(sa_type=BigInteger)
    currency: str
    until: datetime = Field(sa_type=DateTime(timezone=True))
    status: str
    code_sha256: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    made_by: str
    made_at: datetime = Field(sa_type=DateTime(timezone=True))
    buyer_id: UUID | None = None
    scan_id: UUID | None = None  # of its buyer's code, where it was made for them
    taken_by: UUID | None = None  # the account: the buyer's, or of who acts for them
    taken_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    order_id: UUID | None = Field(default=None, foreign_key="orders.id")
    ended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    ended_because: str | None = None
    version: int = Field(sa_type=BigInteger)


class BookingRow(Base, table=True):
    """Places of a slot, held for a line until they are released. One that the partner booked waits for the resident's
    agreement; an exclusion constraint, `booking_no_clash`, lets nobody agree to two at one time."""

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint("places BETWEEN 1 AND 100", name="booking_places"),
        CheckConstraint("ends_at > starts_at", name="booking_lasts"),
        CheckConstraint("booked_by IN ('resident', 'partner')", name="booking_booked_by"),
        CheckConstraint("agreed_at IS NOT NULL OR booked_by = 'partner'", name="booking_agreed"),
        CheckConstraint(
            "answer_by IS NULL OR (answer_by < starts_at AND booked_by = 'partner')", name="booking_answered_before"
        ),
        Index("booking_once", "order_line_id", "slot_id", unique=True, postgresql_where=text("released_at IS NULL")),
        Index("booking_in_slot", "slot_id", postgresql_where=text("released_at IS NULL")),
        Index("booking_of_beneficiary", "beneficiary_id", postgresql_where=text("released_at IS NULL")),
        Index("booking_unanswered", "answer_by", postgresql_where=text(UNANSWERED)),
        Index("booking_held_by", "held_by", "starts_at", postgresql_where=text("released_at IS NULL")),
    )

    id: UUID = Field(primary_key=True)
    order_line_id: UUID = Field(foreign_key="order_line.id", index=True)
    slot_id: UUID = Field(foreign_key="slot.id")
    held_by: UUID  # the account that placed the order; a trigger fills it in where the release before leaves it out
    beneficiary_id: UUID
    starts_at: datetime = Field(sa_type=DateTime(timezone=True))
    ends_at: datetime = Field(sa_type=DateTime(timezone=True))
    places: int
    released_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    booked_by: str = Field(default="resident", sa_column_kwargs={"server_default": "resident"})
    agreed_at: datetime | None = Field(
        default=None, sa_column=Column(DateTime(timezone=True), nullable=True, server_default=func.now())
    )
    # It stands in for a session that the partner withdrew: cancelled free of charge where nobody answers by then.
    answer_by: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class AbsenceRow(Base, table=True):
    """That a partner says its resident did not come to a session: once an order, which is about nothing else."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("stated_at >= starts_at", name="absence_after_start"),
        CheckConstraint("fee_minor >= 0", name="absence_fee"),
    )

    order_id: UUID = Field(primary_key=True, foreign_key="orders.id")
    booking_id: UUID = Field(foreign_key="booking.id")
    order_line_id: UUID = Field(foreign_key="order_line.id")
    starts_at: datetime = Field(sa_type=DateTime(timezone=True))
    stated_at: datetime = Field(sa_type=DateTime(timezone=True))
    stated_by: str
    fee_minor: int = Field(sa_type=BigInteger)
    struck_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # it costs nothing since


class EntitlementRow(Base, table=True):
    """What a line contains of one thing, and how much of it was used; never more than was granted."""

    __tablename__ = "entitlement"
    __table_args__ = (
        CheckConstraint("used BETWEEN 0 AND granted", name="entitlement_not_overused"),
        CheckConstraint("given_up BETWEEN 0 AND granted - used", name="entitlement_given_up"),
    )

    order_line_id: UUID = Field(primary_key=True, foreign_key="order_line.id")
    code: str = Field(primary_key=True)
    place: int
    visit: bool
    granted: int
    used: int = 0
    weight: int = 1
    given_up: int = 0  # sessions their resident has cancelled


class ProofRow(Base, table=True):
    """Proof of service: of a whole line once, or of units of one of its contents. A scan proves one thing.

    `scan_share` numbers what scans of earlier releases proved together; it is 0 for every scan since.
    """

    __tablename__ = "proof"
    __table_args__ = (
        CheckConstraint("source IN ('scan', 'partner', 'resident')", name="proof_source"),
        CheckConstraint("(source = 'scan') = (scan_id IS NOT NULL)", name="proof_scan"),
        CheckConstraint("(source = 'partner') = (statement IS NOT NULL)", name="proof_statement"),
        CheckConstraint("units BETWEEN 1 AND 366", name="proof_units"),
        Index("proof_whole_once", "order_line_id", unique=True, postgresql_where=text("item = ''")),
        Index("proof_of_line", "order_line_id"),
        UniqueConstraint("scan_id", "scan_share", name="proof_one_a_scan"),
    )

    id: UUID = Field(primary_key=True)
    order_line_id: UUID = Field(foreign_key="order_line.id")
    item: str = ""
    units: int = 1
    source: str
    scan_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("scan_used.scan_id")))
    scan_share: int = 0
    practitioner_id: UUID | None = None
    statement: str | None = None  # the JWS, as it was signed
    statement_key: str | None = Field(default=None, unique=True)  # the partner's id and the statement's
    proven_at: datetime = Field(sa_type=DateTime(timezone=True))
    objection_until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    struck_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # it proves nothing since


class UsageRecordRow(Base, table=True):
    """Units of a metered service that were used, counted once by the partner's own key."""

    __tablename__ = "usage_record"
    __table_args__ = (
        CheckConstraint("units BETWEEN 1 AND 366", name="usage_units"),
        ForeignKeyConstraint(["order_line_id", "item"], ["entitlement.order_line_id", "entitlement.code"]),
        Index("usage_of_line", "order_line_id"),
    )

    partner_id: UUID = Field(primary_key=True)
    key: str = Field(primary_key=True)
    order_line_id: UUID
    item: str
    units: int
    used_at: datetime = Field(sa_type=DateTime(timezone=True))
    recorded_at: datetime = Field(sa_type=DateTime(timezone=True))
    objection_until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    struck_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class ScanUsedRow(Base, table=True):
    """Which order a scan was used for: the primary key lets it be one."""

    __tablename__ = "scan_used"

    scan_id: UUID = Field(primary_key=True)
    order_id: UUID = Field(foreign_key="orders.id")


class OrderHistoryRow(Base, table=True):
    """Every status an order has had, written by a trigger; only ever added to."""

    __tablename__ = "order_history"

    order_id: UUID = Field(primary_key=True, foreign_key="orders.id")
    version: int = Field(primary_key=True, sa_type=BigInteger)
    status: str
    changed_by: str
    changed_at: datetime = Field(sa_type=DateTime(timezone=True))


class SigningKeyRow(Base, table=True):
    """The public key a partner signs statements with now; a copy kept from partners' events. Keys before version
    `good_from` were replaced because somebody else has got them: they prove nothing any more."""

    __tablename__ = "statement_key"

    partner_id: UUID = Field(primary_key=True)
    public_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    version: int = Field(sa_type=BigInteger)
    registered_at: datetime = Field(
        sa_column=Column(DateTime(timezone=True), nullable=False, server_default=func.now())
    )
    good_from: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default=text("0")))


class SigningKeyHistoryRow(Base, table=True):
    """Every key a partner has signed statements with, and since when; written by a trigger, only ever added to. An
    order's statements are signed with the key that was known here when the order was accepted."""

    __tablename__ = "statement_key_history"
    __table_args__ = (only_added(),)

    partner_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_type=BigInteger)
    public_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    registered_at: datetime = Field(sa_type=DateTime(timezone=True))


class CartRow(Base, table=True):
    """What somebody means to order. `version` counts its changes, so that nothing is ordered that was not seen."""

    __tablename__ = "cart"

    owner_id: UUID = Field(primary_key=True)
    resident_id: UUID
    lines: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # yima.ordering.v1.Cart
    version: int = Field(sa_type=BigInteger)


class ReviewRow(Base, table=True):
    """A resident's review of a service they received; one an order and offering, however many lines it has.

    `repeat` numbers what earlier releases took of one order and offering; it is 0 for every review since.
    """

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint("rating BETWEEN 1 AND 5", name="review_rating"),
        CheckConstraint("status IN ('pending', 'published', 'withheld')", name="review_status"),
        UniqueConstraint("order_id", "offering_id", "repeat", name="review_once"),
        Index("review_of_offering", "offering_id", "id"),
        Index("review_undecided", "id", postgresql_where=text("status = 'pending'")),
    )

    id: UUID = Field(primary_key=True)
    order_line_id: UUID = Field(foreign_key="order_line.id", unique=True)
    order_id: UUID | None = Field(default=None, foreign_key="orders.id")  # unset by the release before
    repeat: int = 0
    offering_id: UUID
    partner_id: UUID = Field(index=True)
    rating: int
    text: str
    status: str
    reviewed_by: UUID
    reviewed_at: datetime = Field(sa_type=DateTime(timezone=True))


class ComplaintRow(Base, table=True):
    """A resident's complaint about an order: a case with a deadline."""

    __tablename__ = "complaint"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'answered', 'decided')", name="complaint_status"),
        CheckConstraint("NOT escalated OR answer_by <= escalated_at", name="complaint_escalated_late"),
        Index("complaint_by_partner", "partner_id", "id"),
        Index("complaint_by_resident", "resident_id", "id"),
        Index("complaint_unanswered", "answer_by", postgresql_where=text("status = 'open' AND NOT escalated")),
        Index("complaint_once", "order_id", unique=True, postgresql_where=text("status <> 'decided'")),
    )

    id: UUID = Field(primary_key=True)
    order_id: UUID = Field(foreign_key="orders.id")
    resident_id: UUID
    partner_id: UUID
    status: str
    text: str
    answer: str = ""
    decision: str = ""
    upheld: bool = False
    opened_by: UUID
    opened_at: datetime = Field(sa_type=DateTime(timezone=True))
    answer_by: datetime = Field(sa_type=DateTime(timezone=True))
    not_given: bool = False  # it says that what the partner states was not given
    objects: bool = False  # and the order's money waits for its decision
    version: int = Field(default=1, sa_type=BigInteger)
    escalated: bool = False
    escalated_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class RefundRow(Base, table=True):
    """Which lines of an order were given back entirely; a copy kept from settlement's events, by their version."""

    __tablename__ = "refund"

    order_id: UUID = Field(primary_key=True)
    line_ids: list[UUID] = Field(sa_column=Column(ARRAY(Uuid), nullable=False))
    version: int = Field(sa_type=BigInteger)


class MeasuresRow(Base, table=True):
    """What was last published of how a partner serves."""

    __tablename__ = "partner_measures"

    partner_id: UUID = Field(primary_key=True)
    measures: bytes = Field(sa_column=Column("told", LargeBinary, nullable=False))  # yima.catalog.v1.PartnerMeasures
    version: int = Field(sa_type=BigInteger)


class CountedMonthRow(Base, table=True):
    """A month whose orders were counted, once it was over."""

    __tablename__ = "counted_month"
    __table_args__ = (CheckConstraint("extract(day FROM month) = 1", name="counted_month_begins"), only_added())

    month: date = Field(primary_key=True)
    counted_at: datetime = Field(sa_type=DateTime(timezone=True))


class OrderMonthRow(Base, table=True):
    """Orders of a partner that were placed in a month and came to one ending. Without numbers: they are of fewer than
    ten residents, and nobody is told how many."""

    __tablename__ = "order_month"
    __table_args__ = (
        CheckConstraint("ending BETWEEN 1 AND 3", name="order_month_ending"),
        CheckConstraint(
            "(orders IS NULL) = (residents IS NULL) AND residents >= 10 IS NOT FALSE", name="order_month_of_many"
        ),
        only_added(),
    )

    month: date = Field(primary_key=True, foreign_key="counted_month.month")
    partner_id: UUID = Field(primary_key=True)
    ending: int = Field(primary_key=True)
    orders: int | None = Field(default=None, sa_type=BigInteger)
    residents: int | None = Field(default=None, sa_type=BigInteger)
