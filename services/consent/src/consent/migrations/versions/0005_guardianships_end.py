"""Consents end with the guardianship of whoever gave them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ended_guardianship",
        sa.Column("dependant_id", sa.Uuid(), nullable=False),
        sa.Column("guardian_id", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("dependant_id", "guardian_id"),
    )
    op.create_index(
        "artefact_given_for_another",
        "consent_artefact",
        ["resident_id", "granted_by"],
        postgresql_where=sa.text("granted_by <> resident_id AND revoked_at IS NULL AND ended_at IS NULL"),
    )
