"""A practitioner's registration ends."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("practitioner", sa.Column("former_licence_number", sa.String(), nullable=True))
    op.add_column("practitioner", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("practitioner", sa.Column("ended_by", sa.Uuid(), nullable=True))
    op.add_column("practitioner", sa.Column("ended_because", sa.String(), server_default="", nullable=False))
    # Who has left has no number, so that the keys that were there leave it free. The release before reads such a row
    # only for the practitioner themselves, whose sessions have ended.
    op.alter_column("practitioner", "licence_number", nullable=True)
    op.create_check_constraint("practitioner_number_until_end", "practitioner", NUMBER_UNTIL_END)


NUMBER_UNTIL_END = """
    (ended_at IS NULL AND licence_number IS NOT NULL AND former_licence_number IS NULL)
    OR (ended_at IS NOT NULL AND ended_by IS NOT NULL AND licence_number IS NULL AND former_licence_number IS NOT NULL)
"""
