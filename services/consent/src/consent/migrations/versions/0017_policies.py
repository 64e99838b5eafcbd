"""Entries of the access log about no single resident, and what the city's pack said."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, name in (("access_log_waiting", "waiting"), ("access_log_leaf", "leaf")):
        op.alter_column(table, "resident_id", nullable=True)
        for constraint, condition in (
            (f"{name}_is_about_somebody", "resident_id IS NOT NULL OR kind IN (6, 9)"),
            (f"{name}_is_everybodys", "kind <> 9 OR resident_id IS NULL"),
        ):
            # Read through afterwards: a log of years is not locked meanwhile.
            op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({condition}) NOT VALID")
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {constraint}")
    op.create_table(
        "city_pack",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parts", postgresql.JSONB(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name="city_pack_is_one"),
        sa.PrimaryKeyConstraint("id"),
    )
