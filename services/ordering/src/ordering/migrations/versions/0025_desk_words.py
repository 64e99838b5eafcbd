"""Codes by text message, by which a resident agrees at the desk to what it ordered for them."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "desk_word",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("order_id", sa.Uuid(), sa.ForeignKey("orders.id"), nullable=False),
        sa.Column("order_version", sa.BigInteger(), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("taken_at", MOMENT, nullable=True),
        sa.UniqueConstraint("order_id", "id", name="desk_word_of_order"),
        sa.CheckConstraint("(taken_by IS NULL) = (taken_at IS NULL)", name="desk_word_taken"),
    )
    op.create_index(
        "desk_word_once", "desk_word", ["order_id"], unique=True, postgresql_where=sa.text("taken_at IS NOT NULL")
    )
    op.add_column("orders", sa.Column("desk_word_id", sa.Uuid(), nullable=True))
    op.create_check_constraint("orders_agreed_by_word", "orders", "desk_word_id IS NULL OR desk_agreed_at IS NOT NULL")
    op.create_foreign_key("orders_word_of_it", "orders", "desk_word", ["id", "desk_word_id"], ["order_id", "id"])
    for statement in (
        "DROP TRIGGER desk_order_stays ON orders", ORDER_STAYS, WORD_STAYS, ON_WORD, WORD_IS_TAKEN, ON_ORDER
    ):  # fmt: skip
        op.execute(statement)


# How a word was given stays, with the word.
ORDER_STAYS = """
    CREATE TRIGGER desk_order_stays BEFORE UPDATE OF
        desk_by, desk_scan_id, desk_practitioner_id, desk_printed, desk_agreed_at, desk_word_id
    ON orders FOR EACH ROW WHEN (
        (OLD.desk_by, OLD.desk_scan_id, OLD.desk_practitioner_id, OLD.desk_printed)
            IS DISTINCT FROM (NEW.desk_by, NEW.desk_scan_id, NEW.desk_practitioner_id, NEW.desk_printed)
        OR OLD.desk_agreed_at IS NOT NULL
            AND (OLD.desk_agreed_at, OLD.desk_word_id) IS DISTINCT FROM (NEW.desk_agreed_at, NEW.desk_word_id)
    ) EXECUTE FUNCTION desk_order_stays()
"""
WORD_STAYS = """
    CREATE FUNCTION desk_word_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE moving CONSTANT text[] := ARRAY['taken_by', 'taken_at'];
    BEGIN
        IF OLD.taken_at IS NOT NULL OR to_jsonb(NEW) - moving IS DISTINCT FROM to_jsonb(OLD) - moving THEN
            RAISE EXCEPTION 'a code is taken once, and nothing else of it changes' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
ON_WORD = """
    CREATE TRIGGER desk_word_stays BEFORE UPDATE ON desk_word FOR EACH ROW EXECUTE FUNCTION desk_word_stays()
"""
# An order is agreed to by a code that was taken, and that was sent for what the order was until then.
WORD_IS_TAKEN = """
    CREATE FUNCTION desk_word_is_taken() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM desk_word AS word WHERE word.id = NEW.desk_word_id AND word.order_id = NEW.id
                AND word.taken_at IS NOT NULL AND word.order_version = OLD.version
        ) THEN
            RAISE EXCEPTION 'an order is agreed to by a code that was sent for it as it stands'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
ON_ORDER = """
    CREATE TRIGGER desk_word_is_taken BEFORE UPDATE OF desk_word_id ON orders FOR EACH ROW
    WHEN (NEW.desk_word_id IS NOT NULL AND NEW.desk_word_id IS DISTINCT FROM OLD.desk_word_id)
    EXECUTE FUNCTION desk_word_is_taken()
"""
