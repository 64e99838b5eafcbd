"""Decisions go by what a regulator has frozen: partners with their standings, practitioners by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("standing", sa.Column("frozen", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.create_table(
        "practitioner_freeze",
        sa.Column("freeze_id", sa.Uuid(), primary_key=True),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("lifted", sa.Boolean(), nullable=False),
    )
    op.create_index(
        "practitioner_frozen", "practitioner_freeze", ["practitioner_id"], postgresql_where=sa.text("NOT lifted")
    )
