"""A reading that a device should not have sent is withdrawn: its versions stay, and rules on values leave it out."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

STAYS = """
    CREATE FUNCTION withdrawn_readings_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a reading that was withdrawn stays so' USING ERRCODE = 'check_violation';
    END $$
"""
STAY = """
    CREATE TRIGGER stays BEFORE UPDATE OR DELETE OR TRUNCATE ON withdrawn_reading
    FOR EACH STATEMENT EXECUTE FUNCTION withdrawn_readings_stay()
"""


def upgrade() -> None:
    op.create_table(
        "withdrawn_reading",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_as", sa.Integer(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name="withdrawn_reading_reason"),
        sa.CheckConstraint(
            "withdrawn_as IN (1, 2) AND (withdrawn_as = 2) = (consent_id IS NOT NULL)", name="withdrawn_reading_by"
        ),
        sa.ForeignKeyConstraint(["device_id", "sequence"], ["device_reading.device_id", "device_reading.sequence"]),
        sa.PrimaryKeyConstraint("device_id", "sequence"),
    )
    op.create_index("device_measure_of_record", "device_measure", ["record_id"])
    op.execute(STAYS)
    op.execute(STAY)
