"""Uses of data by month, purpose and kind of information, counted once; of fewer than ten residents, without a number."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
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
        "data_use_month",
        sa.Column("month", sa.Date(), sa.ForeignKey("counted_month.month"), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("information_type", sa.String(), nullable=False),
        sa.Column("uses", sa.BigInteger(), nullable=True),
        sa.Column("residents", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(uses IS NULL) = (residents IS NULL) AND residents >= 10 IS NOT FALSE", name="data_use_month_of_many"
        ),
        sa.PrimaryKeyConstraint("month", "purpose", "information_type"),
    )
    op.create_index("leaf_by_moment", "access_log_leaf", ["at"], postgresql_using="brin")
    op.execute(STAYS)
    for table in ("counted_month", "data_use_month"):
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION data_use_months_stay()"
        )


STAYS = """
    CREATE FUNCTION data_use_months_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a month is counted once' USING ERRCODE = 'check_violation';
    END $$
"""
