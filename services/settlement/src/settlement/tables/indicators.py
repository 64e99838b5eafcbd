"""What orders' money comes to by month, for who supervises."""

from datetime import date, datetime
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import BigInteger, CheckConstraint, DateTime
from sqlmodel import Field

from settlement.tables.base import Base


class CountedMonthRow(Base, table=True):
    """A month whose money was counted; it never is again."""

    __tablename__ = "counted_month"
    __table_args__ = (CheckConstraint("extract(day FROM month) = 1", name="counted_month_begins"), only_added())

    month: date = Field(primary_key=True)
    counted_at: datetime = Field(sa_type=DateTime(timezone=True))


class MoneyMonthRow(Base, table=True):
    """What a share of a partner's orders came to in the entries of a month, less what was given back. Without numbers:
    it is of fewer than ten residents, and nobody is told how much."""

    __tablename__ = "money_month"
    __table_args__ = (
        CheckConstraint("share BETWEEN 1 AND 3", name="money_month_share"),
        CheckConstraint(
            "(amount_minor IS NULL) = (residents IS NULL) AND residents >= 10 IS NOT FALSE", name="money_month_of_many"
        ),
        only_added(),
    )

    month: date = Field(primary_key=True, foreign_key="counted_month.month")
    partner_id: UUID = Field(primary_key=True)
    share: int = Field(primary_key=True)
    currency: str = Field(primary_key=True)
    amount_minor: int | None = Field(default=None, sa_type=BigInteger)
    residents: int | None = Field(default=None, sa_type=BigInteger)
