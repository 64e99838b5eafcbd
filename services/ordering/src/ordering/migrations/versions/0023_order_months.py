"""Orders by month, partner and ending, counted once; of fewer than ten residents, without a number."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
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
        "order_month",
        sa.Column("month", sa.Date(), sa.ForeignKey("counted_month.month"), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("ending", sa.Integer(), nullable=False),
        sa.Column("orders", sa.BigInteger(), nullable=True),
        sa.Column("residents", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("ending BETWEEN 1 AND 3", name="order_month_ending"),
        sa.CheckConstraint(
            "(orders IS NULL) = (residents IS NULL) AND residents >= 10 IS NOT FALSE", name="order_month_of_many"
        ),
        sa.PrimaryKeyConstraint("month", "partner_id", "ending"),
    )
    op.create_index("orders_by_moment", "orders", ["placed_at"], postgresql_using="brin")
    op.execute(STAYS)
    for table in ("counted_month", "order_month"):
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION order_months_stay()"
        )


STAYS = """
    CREATE FUNCTION order_months_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a month is counted once' USING ERRCODE = 'check_violation';
    END $$
"""
