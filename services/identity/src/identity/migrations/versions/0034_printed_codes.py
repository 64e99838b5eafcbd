"""Printed codes, for who has no phone."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "printed_code",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("resident_id", sa.Uuid(), sa.ForeignKey("identity_proof.resident_id"), nullable=False),
        sa.Column("text_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("printed_by", sa.Uuid(), nullable=False),
        sa.Column("printed_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("wrong", sa.Integer(), nullable=False, server_default="0"),
        sa.UniqueConstraint("text_sha256"),
        sa.CheckConstraint("octet_length(text_sha256) = 32", name="printed_code_sha256"),
        sa.CheckConstraint(
            "expires_at > printed_at AND expires_at <= printed_at + interval '180 days'", name="printed_code_life"
        ),
        sa.CheckConstraint("wrong BETWEEN 0 AND 5 AND (wrong < 5 OR ended_at IS NOT NULL)", name="printed_code_tried"),
    )
    op.create_index(
        "printed_code_in_force",
        "printed_code",
        ["resident_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.add_column("scan", sa.Column("printed_code_id", sa.Uuid(), sa.ForeignKey("printed_code.id"), nullable=True))
    for statement in (GOES_FORWARD, ON_UPDATE, IN_FORCE, ON_SCAN):
        op.execute(statement)


GOES_FORWARD = """
    CREATE FUNCTION printed_code_goes_forward() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE moving CONSTANT text[] := ARRAY['ended_at', 'wrong'];
    BEGIN
        IF OLD.ended_at IS NOT NULL OR to_jsonb(NEW) - moving IS DISTINCT FROM to_jsonb(OLD) - moving THEN
            RAISE EXCEPTION 'a printed code ends, and nothing else of it changes' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
ON_UPDATE = """
    CREATE TRIGGER printed_code_goes_forward BEFORE UPDATE ON printed_code
    FOR EACH ROW EXECUTE FUNCTION printed_code_goes_forward()
"""
IN_FORCE = """
    CREATE FUNCTION scan_of_printed_code() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM printed_code AS printed
            WHERE printed.id = NEW.printed_code_id AND printed.resident_id = NEW.resident_id AND printed.ended_at IS NULL
                AND printed.printed_at <= NEW.scanned_at AND NEW.scanned_at < printed.expires_at
        ) THEN
            RAISE EXCEPTION 'a printed code is scanned while it is in force' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
ON_SCAN = """
    CREATE TRIGGER scan_of_printed_code BEFORE INSERT ON scan FOR EACH ROW WHEN (NEW.printed_code_id IS NOT NULL)
    EXECUTE FUNCTION scan_of_printed_code()
"""
