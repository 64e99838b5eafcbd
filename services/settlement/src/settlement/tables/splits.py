"""Order lines with the parts they were split into."""

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, LargeBinary, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlmodel import Field

from settlement.tables.base import Base


class LineSplitRow(Base, table=True):
    """A line's gross and the plan it was split by, frozen when it was ordered."""

    __tablename__ = "line_split"

    order_line_id: UUID = Field(primary_key=True)
    payment_id: UUID = Field(foreign_key="payment.id", index=True)
    place: int
    gross_minor: int = Field(sa_type=BigInteger)
    plan: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    fulfilled: bool = False
    # Of what was ordered, under which certificates: for evidence. Lines of before 0033 have none.
    offering_id: UUID | None = None
    offering_revision: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    certificate_ids: list[str] = Field(default=[], sa_column=Column(ARRAY(TEXT), nullable=False, server_default="{}"))


class PartRow(Base, table=True):
    """A party's part of a line, and where it is credited."""

    __tablename__ = "part"
    __table_args__ = (
        CheckConstraint("amount_minor >= 0", name="part_amount"),
        CheckConstraint("refunded_minor BETWEEN 0 AND amount_minor", name="part_refunded"),
    )

    order_line_id: UUID = Field(primary_key=True, foreign_key="line_split.order_line_id")
    place: int = Field(primary_key=True)
    party: str
    account: str
    amount_minor: int = Field(sa_type=BigInteger)
    refunded_minor: int = Field(default=0, sa_type=BigInteger)
