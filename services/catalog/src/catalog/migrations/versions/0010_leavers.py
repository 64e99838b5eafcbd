"""Practitioners who have left, whose calendars have ended."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leaver",
        sa.Column("practitioner_id", sa.Uuid(), primary_key=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute(ENDS_WITH_THEM)
    op.execute(ENDED)


# Who notes a leaver, and who puts a calendar, hold the partner's lock: neither overlooks the other.
ENDS_WITH_THEM = """
    CREATE FUNCTION calendar_ends_with_them() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM leaver WHERE leaver.practitioner_id = NEW.practitioner_id
                AND (NEW.ends_at IS NULL OR NEW.ends_at > leaver.ended_at)
        ) THEN
            RAISE EXCEPTION 'a calendar ends with who left' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
ENDED = """
    CREATE TRIGGER calendar_ends_with_them BEFORE INSERT OR UPDATE ON calendar
    FOR EACH ROW EXECUTE FUNCTION calendar_ends_with_them()
"""
