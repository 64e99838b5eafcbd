"""Patients of institutions: how many identity numbers each has had sealed on a day, and people by name and birth."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sealed_numbers",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("numbers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("institution_id", "day"),
    )
    op.create_index("resident_of_name", "resident", ["birth_date", sa.text("lower(name)")])
