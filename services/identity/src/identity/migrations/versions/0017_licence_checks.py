"""A practitioner's licence is checked with the register, and again."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "licence_check",
        sa.Column("practitioner_id", sa.Uuid(), sa.ForeignKey("practitioner.id"), primary_key=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reference", sa.String(), server_default="", nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'checked', 'refused', 'withdrawn')", name="licence_check_state"),
        sa.CheckConstraint("(state = 'waiting') = (checked_at IS NULL)", name="licence_check_answered"),
    )
    op.create_index("licence_check_due", "licence_check", ["due_at"])
    # Everybody who was registered before is asked about by the first process that starts.
    op.execute(
        """
        INSERT INTO licence_check (practitioner_id, state, due_at, changed_at, version)
        SELECT id, 'waiting', now(), now(), 0 FROM practitioner
        """
    )
    # The release before this one registers practitioners without: theirs are asked about as well.
    op.execute(
        """
        CREATE FUNCTION licence_check_begins() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO licence_check (practitioner_id, state, due_at, changed_at, version)
            VALUES (NEW.id, 'waiting', now(), now(), 0) ON CONFLICT DO NOTHING;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER licence_check_begins AFTER INSERT ON practitioner
        FOR EACH ROW EXECUTE FUNCTION licence_check_begins()
        """
    )
    op.execute(
        """
        CREATE FUNCTION licence_check_moves() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.state <> OLD.state AND (
                (OLD.state, NEW.state) NOT IN (
                    ('waiting', 'checked'), ('waiting', 'refused'), ('refused', 'checked'),
                    ('checked', 'withdrawn'), ('withdrawn', 'checked')
                ) OR NEW.version <> OLD.version + 1
            ) THEN
                RAISE EXCEPTION 'a licence does not move like this'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER licence_check_moves BEFORE UPDATE ON licence_check
        FOR EACH ROW EXECUTE FUNCTION licence_check_moves()
        """
    )
