"""Calendars of practitioners, rooms and devices, which no two slots take at one time."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    texts, ids = postgresql.ARRAY(sa.TEXT()), postgresql.ARRAY(sa.Uuid())
    op.add_column("slot", sa.Column("site_id", sa.Uuid(), sa.ForeignKey("site.id"), nullable=True))
    op.add_column("slot", sa.Column("calendars", texts, nullable=False, server_default="{}"))
    op.add_column("slot", sa.Column("practitioner_ids", ids, nullable=False, server_default="{}"))
    op.create_unique_constraint("slot_time", "slot", ["id", "starts_at", "ends_at"])
    op.create_index("slot_coming", "slot", ["offering_id", "starts_at"])
    op.create_index(
        "slot_once",
        "slot",
        ["offering_id", "site_id", "starts_at"],
        unique=True,
        postgresql_where=sa.text("calendars = '{}'"),
        postgresql_nulls_not_distinct=True,
    )
    op.drop_constraint("slot_offering_id_starts_at_key", "slot")
    op.create_table(
        "calendar",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=True),
        sa.Column("ends_at", MOMENT, nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("partner_id", "code"),
        sa.UniqueConstraint("practitioner_id", name="calendar_of_practitioner"),
        sa.CheckConstraint("kind IN ('practitioner', 'room', 'device')", name="calendar_kind"),
        sa.CheckConstraint("(kind = 'practitioner') = (practitioner_id IS NOT NULL)", name="calendar_is_somebodys"),
    )
    op.create_table(
        "slot_calendar",
        sa.Column("slot_id", sa.Uuid(), primary_key=True),
        sa.Column("calendar_id", sa.Uuid(), sa.ForeignKey("calendar.id"), primary_key=True),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["slot_id", "starts_at", "ends_at"],
            ["slot.id", "slot.starts_at", "slot.ends_at"],
            name="slot_calendar_time",
            ondelete="CASCADE",
        ),
    )
    # GiST knows no equality of UUIDs without an extension; ranges of one UUID each overlap when they are equal.
    op.execute("CREATE TYPE uuidrange AS RANGE (subtype = uuid)")
    for statement in (ONCE, BEFORE_ITS_END, ENDS):
        op.execute(statement)


ONCE = """
    ALTER TABLE slot_calendar ADD CONSTRAINT calendar_once EXCLUDE USING gist (
        uuidrange(calendar_id, calendar_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&
    )
"""
# The calendar is locked, so that it does not end meanwhile.
BEFORE_ITS_END = """
    CREATE FUNCTION calendar_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM FROM calendar WHERE calendar.id = NEW.calendar_id FOR SHARE;
        IF EXISTS (SELECT FROM calendar WHERE calendar.id = NEW.calendar_id AND calendar.ends_at <= NEW.starts_at) THEN
            RAISE EXCEPTION 'a calendar has no slots once it has ended' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
ENDS = """
    CREATE TRIGGER slot_calendar_goes_on BEFORE INSERT ON slot_calendar FOR EACH ROW EXECUTE FUNCTION calendar_goes_on()
"""
