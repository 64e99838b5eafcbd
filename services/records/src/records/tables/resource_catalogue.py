"""Which data there is, as it is told: counted once a day."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, UniqueConstraint
from sqlmodel import Field

from records.tables.base import Base


class CatalogueCountRow(Base, table=True):
    """When the catalogue was counted."""

    __tablename__ = "catalogue_count"

    counted_at: datetime = Field(primary_key=True, sa_type=DateTime(timezone=True))


class CatalogueEntryRow(Base, table=True):
    """A line of the catalogue. It says nothing that fewer than ten residents share."""

    __tablename__ = "catalogue_entry"
    __table_args__ = (
        CheckConstraint("resources_at_least >= 10", name="catalogue_entry_counts_nobody"),
        CheckConstraint(
            "resources_at_least % CAST(10 ^ (length(CAST(resources_at_least AS text)) - 1) AS bigint) = 0",
            name="catalogue_entry_rounded",
        ),
        UniqueConstraint("id", name="catalogue_entry_id"),
    )

    institution_id: UUID = Field(primary_key=True)
    information_type: str = Field(primary_key=True)
    resource_type: str = Field(primary_key=True)
    resources_at_least: int = Field(sa_type=BigInteger)
    first_day: date
    newest_day: date
    counted_at: datetime = Field(sa_type=DateTime(timezone=True))
    id: UUID  # the same whenever it is counted, so that pages of a listing go on
