"""What is to be done next for residents, and the orders that they booked for it."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Integer(), nullable=False),
        sa.Column("closing_note", sa.String(), nullable=False),
        sa.CheckConstraint("action BETWEEN 1 AND 8 AND reason BETWEEN 1 AND 8", name="follow_up_coded"),
        sa.CheckConstraint("category = '' OR offering_id IS NULL", name="follow_up_refers_once"),
        sa.CheckConstraint("status BETWEEN 1 AND 4", name="follow_up_status"),
        sa.CheckConstraint("status = 3 OR (order_id IS NOT NULL) = (status = 2)", name="follow_up_booked"),
        sa.CheckConstraint("(status IN (3, 4)) = (closed_at IS NOT NULL)", name="follow_up_closed"),
        sa.CheckConstraint("outcome BETWEEN 0 AND 5 AND (outcome > 0) = (status = 3)", name="follow_up_outcome"),
        sa.CheckConstraint("outcome <> 1 OR order_id IS NOT NULL", name="follow_up_served"),
        sa.CheckConstraint("(status = 4 OR outcome > 1) = (closed_by IS NOT NULL)", name="follow_up_closed_by"),
        sa.CheckConstraint("closing_note = '' OR outcome > 1", name="follow_up_closing_note"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("follow_up_of_resident", "follow_up", ["resident_id", "id"])
    op.create_index(
        "follow_up_in_sight", "follow_up", ["practitioner_id", "due_on", "id"],
        postgresql_where=sa.text("status IN (1, 2) AND consent_id IS NOT NULL"),
    )  # fmt: skip
    op.create_index(
        "follow_up_of_consent", "follow_up", ["consent_id"], postgresql_where=sa.text("consent_id IS NOT NULL")
    )
    op.create_table(
        "follow_up_order",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("follow_up_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state BETWEEN 1 AND 3", name="follow_up_order_state"),
        sa.PrimaryKeyConstraint("order_id"),
    )
    op.create_index("follow_up_order_of", "follow_up_order", ["follow_up_id"])
    for statement in (MOVES, FOLLOW_UP_MOVES, KEPT, BEGINS, STAYS):
        op.execute(statement)


# It begins as due. What it says stays; what is closed stays as it is; what is booked is not declined.
MOVES = """
    CREATE FUNCTION follow_up_moves() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (OLD.status, NEW.status) NOT IN ((1, 1), (1, 2), (1, 3), (1, 4), (2, 1), (2, 2), (2, 3))
            OR (OLD.id, OLD.resident_id, OLD.practitioner_id, OLD.institution_id, OLD.action, OLD.reason, OLD.due_on,
                OLD.category, OLD.offering_id, OLD.note, OLD.noted_at)
                IS DISTINCT FROM
                (NEW.id, NEW.resident_id, NEW.practitioner_id, NEW.institution_id, NEW.action, NEW.reason, NEW.due_on,
                NEW.category, NEW.offering_id, NEW.note, NEW.noted_at)
        THEN
            RAISE EXCEPTION 'a follow-up cannot become this from what it is' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
FOLLOW_UP_MOVES = (
    "CREATE TRIGGER follow_up_moves BEFORE UPDATE ON follow_up FOR EACH ROW EXECUTE FUNCTION follow_up_moves()"
)
KEPT = """
    CREATE FUNCTION follow_up_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a follow-up begins as due, and is kept' USING ERRCODE = 'check_violation';
    END $$
"""
BEGINS = """
    CREATE TRIGGER follow_up_begins BEFORE INSERT ON follow_up FOR EACH ROW WHEN (NEW.status <> 1)
    EXECUTE FUNCTION follow_up_stays()
"""
STAYS = """
    CREATE TRIGGER follow_up_is_kept BEFORE DELETE OR TRUNCATE ON follow_up
    FOR EACH STATEMENT EXECUTE FUNCTION follow_up_stays()
"""
