"""What residents give to read in an emergency, and the keys it is signed with."""

import sqlalchemy as sa
from alembic import op
from chassis.migrations import create_signing_key_table
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_signing_key_table(op)
    op.create_table(
        "emergency_slice",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("blood_group", sa.String(), nullable=False),
        sa.Column("allergies", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("contact_name", sa.String(), nullable=False),
        sa.Column("contact_telephone", sa.String(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.CheckConstraint("version > 0", name="emergency_slice_version"),
        sa.CheckConstraint(
            "(withdrawn AND signature = '' AND blood_group = '' AND contact_name = '' AND allergies = '[]'::jsonb)"
            " OR (NOT withdrawn AND signature <> '')",
            name="emergency_slice_signed",
        ),
        sa.PrimaryKeyConstraint("resident_id", "version"),
    )
    op.execute(ONLY_GROW)
    op.execute(STAY)


ONLY_GROW = """
    CREATE FUNCTION emergency_slices_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'what was given to read in an emergency is only ever added to'
            USING ERRCODE = 'check_violation';
    END $$
"""
STAY = """
    CREATE TRIGGER emergency_slices_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON emergency_slice
    FOR EACH STATEMENT EXECUTE FUNCTION emergency_slices_only_grow()
"""
