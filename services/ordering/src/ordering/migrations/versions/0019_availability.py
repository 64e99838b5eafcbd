"""When offerings' next free slots begin, kept by what changes them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "availability",
        sa.Column("offering_id", sa.Uuid(), primary_key=True),
        sa.Column("next_free_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
    )
    begins = sa.text("next_free_at IS NOT NULL")
    op.create_index("availability_begins", "availability", ["next_free_at"], postgresql_where=begins)
    op.create_table(
        "availability_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
    )
    op.execute(NOTE_ADDED)
    op.execute(NOTE_CHANGED)
    op.execute(
        """
        CREATE TRIGGER slots_added_are_noted AFTER INSERT ON slot REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION note_added_slots()
        """
    )
    op.execute(
        """
        CREATE TRIGGER slots_changed_are_noted AFTER UPDATE ON slot REFERENCING OLD TABLE AS was NEW TABLE AS now
        FOR EACH STATEMENT EXECUTE FUNCTION note_changed_slots()
        """
    )
    op.execute(
        "INSERT INTO availability_change (offering_id) SELECT DISTINCT offering_id FROM slot WHERE starts_at > now()"
    )


NOTE_ADDED = """
    CREATE FUNCTION note_added_slots() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO availability_change (offering_id)
        SELECT DISTINCT offering_id FROM added WHERE NOT withdrawn AND held < capacity;
        RETURN NULL;
    END $$
"""
NOTE_CHANGED = """
    CREATE FUNCTION note_changed_slots() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO availability_change (offering_id)
        SELECT DISTINCT now.offering_id FROM now JOIN was USING (id)
        WHERE (NOT now.withdrawn AND now.held < now.capacity) <> (NOT was.withdrawn AND was.held < was.capacity)
            OR now.starts_at <> was.starts_at;
        RETURN NULL;
    END $$
"""
