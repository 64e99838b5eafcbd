"""Money of orders by month, partner, share and currency, counted once; of fewer than ten residents, without a number."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counted_month",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("EXTRACT(day FROM month) = 1", name="counted_month_begins"),
        sa.PrimaryKeyConstraint("month"),
    )
    op.create_table(
        "money_month",
        sa.Column("month", sa.Date(), sa.ForeignKey("counted_month.month"), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("residents", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("share BETWEEN 1 AND 3", name="money_month_share"),
        sa.CheckConstraint(
            "(amount_minor IS NULL) = (residents IS NULL) AND residents >= 10 IS NOT FALSE", name="money_month_of_many"
        ),
        sa.PrimaryKeyConstraint("month", "partner_id", "share", "currency"),
    )
    op.create_index("entry_by_moment", "journal_entry", ["recorded_at"], postgresql_using="brin")
    op.execute(STAYS)
    for table in ("counted_month", "money_month"):
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION money_months_stay()"
        )


STAYS = """
    CREATE FUNCTION money_months_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a month is counted once' USING ERRCODE = 'check_violation';
    END $$
"""
