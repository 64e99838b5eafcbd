"""Files for the bank, its statements, and the provider's report."""

from datetime import date, datetime
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Identity, LargeBinary, UniqueConstraint
from sqlmodel import Field

from settlement.tables.base import Base


class BankFileRow(Base, table=True):
    """Payouts of one currency as a file for the bank. A trigger keeps it as it was made; exported once."""

    __tablename__ = "bank_file"
    __table_args__ = (
        CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="file_hash"),
        CheckConstraint("payouts > 0 AND total_minor > 0", name="file_pays_something"),
        CheckConstraint("(exported_at IS NULL) = (exported_by IS NULL)", name="file_exported_by_somebody"),
        only_added("exported_at", "exported_by"),
    )

    id: UUID = Field(primary_key=True)
    currency: str
    payouts: int
    total_minor: int = Field(sa_type=BigInteger)
    sha256: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    made_at: datetime = Field(sa_type=DateTime(timezone=True))
    exported_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    exported_by: UUID | None = None


class BankStatementRow(Base, table=True):
    """A statement the bank gave of an account of ours. A deferred trigger holds it against its lines."""

    __tablename__ = "bank_statement"
    __table_args__ = (
        UniqueConstraint("account", "currency", "statement_id"),
        CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="statement_hash"),
        only_added(),
    )

    id: UUID = Field(primary_key=True)
    statement_id: str
    account: str
    currency: str
    start_on: date
    end_on: date
    opening_minor: int = Field(sa_type=BigInteger)
    closing_minor: int = Field(sa_type=BigInteger)
    lines: int
    sha256: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    ingested_by: UUID
    ingested_at: datetime = Field(sa_type=DateTime(timezone=True))


class BankLineRow(Base, table=True):
    """Something the bank booked. `reference` is that of the entry which should be in the ledger, where it says."""

    __tablename__ = "bank_line"
    __table_args__ = (UniqueConstraint("statement_id", "place"), only_added())

    position: int = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    statement_id: UUID = Field(foreign_key="bank_statement.id")
    place: int
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    booked_on: date
    end_to_end_id: str
    bank_reference: str
    remittance: str
    return_reason: str
    reference: str = Field(index=True)
