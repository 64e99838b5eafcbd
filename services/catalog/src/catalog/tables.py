"""Catalog's tables. A published revision's terms never change: a trigger sees to it."""

from datetime import datetime
from uuid import UUID

from chassis.rows import Row
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, TSVECTOR
from sqlalchemy.orm import registry
from sqlmodel import Field

STATUSES = "'draft', 'in_review', 'published', 'superseded', 'refused', 'restricted', 'retired'"


class Base(Row, registry=registry()):
    """The tables of this service, apart from any other's in the same process."""


class DefinitionRow(Base, table=True):
    """A service definition of the city's catalogue."""

    __tablename__ = "service_definition"

    code: str = Field(primary_key=True)
    category: str
    population: int = Field(index=True)
    message: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    changed_at: datetime = Field(sa_type=DateTime(timezone=True))


class OfferingRow(Base, table=True):
    """An offering, across its revisions. `version` counts every change that is published."""

    __tablename__ = "offering"
    __table_args__ = (UniqueConstraint("partner_id", "reference"), Index("offering_by_partner", "partner_id", "id"))

    id: UUID = Field(primary_key=True)
    partner_id: UUID
    reference: str
    definition_code: str = Field(foreign_key="service_definition.code")
    newest_revision: int = 1
    version: int = 1


class RevisionRow(Base, table=True):
    """One revision of an offering. Of each offering at most one is published or restricted."""

    __tablename__ = "offering_revision"
    __table_args__ = (
        CheckConstraint(f"status IN ({STATUSES})", name="revision_status"),
        CheckConstraint("price_minor >= 0", name="revision_price"),
        CheckConstraint("reviewed_price_minor >= 0", name="revision_reviewed_price"),
        CheckConstraint("pilot_ends_at IS NULL OR cardinality(pilot_districts) > 0", name="revision_pilot"),
        Index(
            "revision_current",
            "offering_id",
            unique=True,
            postgresql_where=text("status IN ('published', 'restricted')"),
        ),
        Index("revision_listed", "listed_as", postgresql_where=text("status = 'published'")),
        Index("revision_pilots", "offering_id", postgresql_where=text("cardinality(pilot_districts) > 0")),
        Index(
            "revision_pilot_ends",
            "pilot_ends_at",
            postgresql_where=text("pilot_ends_at IS DISTINCT FROM pilot_end_told"),
        ),
    )

    offering_id: UUID = Field(sa_column=Column(ForeignKey("offering.id"), primary_key=True))
    revision: int = Field(primary_key=True)
    partner_id: UUID
    status: str
    manifest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    category: str
    population: int
    definition_code: str
    districts: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    price_minor: int = Field(sa_type=BigInteger)
    reviewed_price_minor: int = Field(
        default=0, sa_type=BigInteger
    )  # the last that was reviewed, at this revision or before
    currency: str
    # Written by the release before; listings have them now.
    words: str = Field(default="", sa_column=Column(TSVECTOR, nullable=False, server_default=""))
    consent_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    review_reasons: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    reviewed_by: UUID | None = None  # whose account decided its review; nobody's where it needed none
    reviewed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    # Of the partner's certificates that were in force when it was published.
    certificate_ids: list[str] = Field(default=[], sa_column=Column(ARRAY(TEXT), nullable=False, server_default="{}"))
    site_ids: list[str] = Field(default=[], sa_column=Column(ARRAY(TEXT), nullable=False, server_default="{}"))
    # Of a pilot: who orders it has to live in these; and from when on it is not on sale. Who changed it last, and why.
    pilot_districts: list[str] = Field(default=[], sa_column=Column(ARRAY(TEXT), nullable=False, server_default="{}"))
    pilot_ends_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    pilot_changed_by: UUID | None = None
    pilot_reason: str | None = None
    pilot_end_told: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # the end that was announced
    drafted_at: datetime = Field(sa_type=DateTime(timezone=True))
    published_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    # By which listings are ordered, newest first: a UUIDv7 of the moment it is published.
    listed_as: UUID | None = None


class SiteRow(Base, table=True):
    """Where a partner serves people. `closed` is part of a key, so that no listing names a site that is closed."""

    __tablename__ = "site"
    __table_args__ = (
        UniqueConstraint("partner_id", "code"),
        UniqueConstraint("id", "closed", name="site_open"),
        CheckConstraint("latitude_microdegrees BETWEEN -90000000 AND 90000000", name="site_latitude"),
        CheckConstraint("longitude_microdegrees BETWEEN -180000000 AND 180000000", name="site_longitude"),
        CheckConstraint("pictures_state IN ('', 'waiting', 'refused')", name="site_pictures_state"),
        Index("site_position", "latitude_microdegrees", "longitude_microdegrees"),
        Index("site_pictures_waiting", "id", postgresql_where=text("pictures_state = 'waiting'")),
        Index("site_pictures_not_shown", "partner_id", "id", postgresql_where=text("pictures_state <> ''")),
    )

    id: UUID = Field(primary_key=True)
    partner_id: UUID
    code: str
    details: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # yima.catalog.v1.SiteDetails
    latitude_microdegrees: int
    longitude_microdegrees: int
    district: str
    closed: bool = False
    pictures: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))  # yima.catalog.v1.SiteReview
    pictures_state: str = ""  # 'waiting' for an operator or 'refused', where some of them are not shown
    version: int = Field(sa_type=BigInteger)


class ListingRow(Base, table=True):
    """An offering on sale, as searches find it: one row an offering, made of its published revision, its partner's
    rating and its availability. It can be made again from these at any time."""

    __tablename__ = "listing"
    __table_args__ = (
        Index("listing_newest", "listed_as"),
        Index("listing_price", "price_minor", "offering_id"),
        Index("listing_rating", "rating_hundredths", "offering_id"),
        Index("listing_free", "next_free_at", "offering_id", postgresql_where=text("next_free_at IS NOT NULL")),
        Index("listing_words", "words", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
        Index("listing_title_words_of", "title_words", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
        Index("listing_category", "category"),
        Index("listing_definition", "definition_code"),
        Index("listing_partner", "partner_id"),
    )

    offering_id: UUID = Field(sa_column=Column(ForeignKey("offering.id"), primary_key=True))
    revision: int
    made_by: int  # the version of the rules by which its words were made
    partner_id: UUID
    category: str
    population: int
    kind: int  # yima.catalog.v1.OfferingKind
    definition_code: str
    districts: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    price_minor: int = Field(sa_type=BigInteger)
    rating_hundredths: int = 0
    next_free_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    listed_as: UUID
    words: str = Field(sa_column=Column(TSVECTOR, nullable=False))
    title_words: str = Field(default="", sa_column=Column(TSVECTOR, nullable=False, server_default=""))


class ListingSiteRow(Base, table=True):
    """A site at which an offering on sale is given."""

    __tablename__ = "listing_site"
    __table_args__ = (
        CheckConstraint("NOT closed", name="listing_site_open"),
        ForeignKeyConstraint(["site_id", "closed"], ["site.id", "site.closed"], name="listing_site_is_open"),
        ForeignKeyConstraint(["offering_id"], ["listing.offering_id"], name="listing_site_listed", ondelete="CASCADE"),
        Index("listing_site_site", "site_id"),
    )

    offering_id: UUID = Field(primary_key=True)
    site_id: UUID = Field(primary_key=True)
    closed: bool = False


class SearchWordRow(Base, table=True):
    """A word that a listing has or had. `variants` are what it becomes without a letter or two."""

    __tablename__ = "search_word"
    __table_args__ = (
        Index("search_word_prefix", "word", postgresql_ops={"word": "text_pattern_ops"}),
        Index("search_word_variants", "variants", postgresql_using="gin"),
    )

    word: str = Field(primary_key=True)
    variants: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    offerings: int = 1  # that have it, as last counted


class AvailabilityRow(Base, table=True):
    """A copy of when an offering's next free slot begins, kept from ordering's events."""

    __tablename__ = "availability"

    offering_id: UUID = Field(primary_key=True)
    next_free_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    version: int = Field(sa_type=BigInteger)


class ListingTitleRow(Base, table=True):
    """The title of an offering on sale in one language: what a search may be completed to."""

    __tablename__ = "listing_title"
    __table_args__ = (
        ForeignKeyConstraint(["offering_id"], ["listing.offering_id"], name="listing_title_listed", ondelete="CASCADE"),
        Index("listing_title_words", "words", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    )

    offering_id: UUID = Field(primary_key=True)
    locale: str = Field(primary_key=True)
    text: str
    words: str = Field(sa_column=Column(TSVECTOR, nullable=False))


class SlotRow(Base, table=True):
    """A bookable time. Adding slots locks the offering: no two of it that name no calendar overlap at a site."""

    __tablename__ = "slot"
    __table_args__ = (
        Index(
            "slot_once",
            "offering_id",
            "site_id",
            "starts_at",
            unique=True,
            postgresql_where=text("calendars = '{}'"),
            postgresql_nulls_not_distinct=True,
        ),
        UniqueConstraint("id", "starts_at", "ends_at", name="slot_time"),
        CheckConstraint("ends_at > starts_at", name="slot_lasts"),
        CheckConstraint("capacity > 0", name="slot_capacity"),
        Index("slot_coming", "offering_id", "starts_at"),
    )

    id: UUID = Field(primary_key=True)
    offering_id: UUID = Field(foreign_key="offering.id")
    starts_at: datetime = Field(sa_type=DateTime(timezone=True))
    ends_at: datetime = Field(sa_type=DateTime(timezone=True))
    capacity: int
    site_id: UUID | None = Field(default=None, foreign_key="site.id")
    calendars: list[str] = Field(default=[], sa_column=Column(ARRAY(TEXT), nullable=False, server_default="{}"))
    practitioner_ids: list[UUID] = Field(default=[], sa_column=Column(ARRAY(Uuid), nullable=False, server_default="{}"))


class CalendarRow(Base, table=True):
    """The times of somebody who serves, of a room or of a device. A practitioner has one."""

    __tablename__ = "calendar"
    __table_args__ = (
        UniqueConstraint("partner_id", "code"),
        UniqueConstraint("practitioner_id", name="calendar_of_practitioner"),
        CheckConstraint("kind IN ('practitioner', 'room', 'device')", name="calendar_kind"),
        CheckConstraint("(kind = 'practitioner') = (practitioner_id IS NOT NULL)", name="calendar_is_somebodys"),
    )

    id: UUID = Field(primary_key=True)
    partner_id: UUID
    code: str
    kind: str
    name: str
    practitioner_id: UUID | None = None
    ends_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # from then on it has no slots
    version: int = Field(sa_type=BigInteger)


class LeaverRow(Base, table=True):
    """Who serves at a partner no longer, kept from identity's events. A trigger lets no calendar of theirs begin or go
    on, in whichever order the two arrive."""

    __tablename__ = "leaver"

    practitioner_id: UUID = Field(primary_key=True)
    ended_at: datetime = Field(sa_type=DateTime(timezone=True))


class SlotCalendarRow(Base, table=True):
    """That a slot takes a calendar, for its time. An exclusion constraint, `calendar_once`, lets no two slots take one
    at one time; a trigger lets none begin once the calendar has ended."""

    __tablename__ = "slot_calendar"
    __table_args__ = (
        ForeignKeyConstraint(
            ["slot_id", "starts_at", "ends_at"],
            ["slot.id", "slot.starts_at", "slot.ends_at"],
            name="slot_calendar_time",
            ondelete="CASCADE",
        ),
    )

    slot_id: UUID = Field(primary_key=True)
    calendar_id: UUID = Field(primary_key=True, foreign_key="calendar.id")
    starts_at: datetime = Field(sa_type=DateTime(timezone=True))
    ends_at: datetime = Field(sa_type=DateTime(timezone=True))


class StandingRow(Base, table=True):
    """A copy of where a partner stands, kept from partners' events."""

    __tablename__ = "partner_standing"

    partner_id: UUID = Field(primary_key=True)
    may_publish: bool
    may_sell: bool
    scope: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    certified_until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True), index=True)
    version: int = Field(sa_type=BigInteger)
    certificate_ids: list[str] = Field(default=[], sa_column=Column(ARRAY(TEXT), nullable=False, server_default="{}"))


class OfferingFreezeRow(Base, table=True):
    """A regulator's freeze of an offering. It is lifted once, in whichever order the events arrive."""

    __tablename__ = "offering_freeze"
    __table_args__ = (Index("offering_frozen", "offering_id", postgresql_where=text("NOT lifted")),)

    freeze_id: UUID = Field(primary_key=True)
    offering_id: UUID
    lifted: bool


class MeasuresRow(Base, table=True):
    """A copy of how a partner serves, kept from ordering's events."""

    __tablename__ = "partner_measures"

    partner_id: UUID = Field(primary_key=True)
    measures: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # yima.catalog.v1.PartnerMeasures
    version: int = Field(sa_type=BigInteger)


class DataQualityRow(Base, table=True):
    """A copy of how good the data is that a partner sends, kept from records' events."""

    __tablename__ = "data_quality"

    partner_id: UUID = Field(primary_key=True)
    grades: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # yima.catalog.v1.DataQuality
    version: int = Field(sa_type=BigInteger)


class AttachmentRow(Base, table=True):
    """A picture or document of a partner's: what was announced and sent, and what is served of it. One that nothing
    names is removed; `published_at`: since when everybody may have it."""

    __tablename__ = "attachment"
    __table_args__ = (
        UniqueConstraint("link_sha256", name="attachment_link"),
        CheckConstraint("size BETWEEN 1 AND 5242880", name="attachment_size"),
        CheckConstraint(
            "media_type IN ('image/jpeg', 'image/png', 'image/webp', 'application/pdf')", name="attachment_media_type"
        ),
        CheckConstraint("(uploaded_at IS NULL) = (served_sha256 IS NULL)", name="attachment_sent"),
        CheckConstraint("named_at IS NULL OR uploaded_at IS NOT NULL", name="attachment_named"),
        CheckConstraint("published_at IS NULL OR named_at IS NOT NULL", name="attachment_published"),
        Index("attachment_by_partner", "partner_id"),
        Index("attachment_served", "served_sha256"),
        Index("attachment_unnamed", "announced_at", postgresql_where=text("named_at IS NULL")),
    )

    id: UUID = Field(primary_key=True)
    partner_id: UUID
    media_type: str
    size: int  # bytes, as it was sent
    sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # of what was sent
    announced_at: datetime = Field(sa_type=DateTime(timezone=True))
    link_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    link_expires_at: datetime = Field(sa_type=DateTime(timezone=True))
    uploaded_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    named_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    published_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    served_sha256: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    served_size: int = 0  # bytes
    width: int = 0  # pixels; 0 of what is no picture
    height: int = 0


class AttachmentContentRow(Base, table=True):
    """What is served of a picture or document. It never changes, and stays once an offering names it: a trigger sees to
    it."""

    __tablename__ = "attachment_content"
    __table_args__ = (CheckConstraint("octet_length(content) BETWEEN 1 AND 5242880", name="attachment_content_size"),)

    attachment_id: UUID = Field(sa_column=Column(ForeignKey("attachment.id"), primary_key=True))
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
