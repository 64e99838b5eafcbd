"""Sources, their batches, what became of each line, and what has not come."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "source",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("system", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("information_types", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("budget_batches", sa.Integer(), nullable=False),
        sa.Column("budget_lines", sa.Integer(), nullable=False),
        sa.Column("budget_bytes", sa.BigInteger(), nullable=False),
        sa.Column("every_minutes", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("registered_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("highest_number", sa.BigInteger(), nullable=False),
        sa.Column("last_received_at", MOMENT, nullable=True),
        sa.Column("minute", MOMENT, nullable=True),
        sa.Column("minute_batches", sa.Integer(), nullable=False),
        sa.Column("minute_lines", sa.Integer(), nullable=False),
        sa.Column("minute_bytes", sa.BigInteger(), nullable=False),
        sa.Column("bad_in_a_row", sa.Integer(), nullable=False),
        sa.Column("paused_until", MOMENT, nullable=True),
        sa.CheckConstraint("decided_by <> registered_by", name="source_decided_by_another"),
        sa.CheckConstraint("status NOT IN (2, 3) OR decided_by IS NOT NULL", name="source_decided"),
        sa.CheckConstraint("cardinality(information_types) > 0", name="source_sends_something"),
        sa.CheckConstraint(
            "budget_batches > 0 AND budget_lines > 0 AND budget_bytes > 0 AND every_minutes > 0", name="source_budget"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("source_listed", "source", ["partner_id", "id"])
    op.create_index(
        "source_named_once",
        "source",
        ["partner_id", sa.text("lower(name)")],
        unique=True,
        postgresql_where=sa.text("status IN (1, 2)"),
    )
    op.create_table(
        "batch",
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("positions", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("resident_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=False),
        sa.Column("sent_as", sa.Integer(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("try_at", MOMENT, nullable=False),
        sa.Column("processed_at", MOMENT, nullable=True),
        sa.Column("outcomes", sa.String(), nullable=False),
        sa.Column("given_up", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("number > 0", name="batch_number"),
        sa.CheckConstraint("given_up OR octet_length(sha256) = 32", name="batch_digest"),
        sa.CheckConstraint("(processed_at IS NULL) = (content IS NOT NULL)", name="batch_waits_with_its_bytes"),
        sa.CheckConstraint(
            "processed_at IS NULL OR given_up OR length(outcomes) = positions", name="batch_line_has_its_outcome"
        ),
        sa.CheckConstraint("NOT given_up OR (reason <> '' AND lines = 0)", name="batch_given_up_with_a_reason"),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"]),
        sa.PrimaryKeyConstraint("source_id", "number"),
    )
    op.create_index(
        "batch_waiting",
        "batch",
        ["received_at", "source_id", "number"],
        postgresql_where=sa.text("processed_at IS NULL"),
    )
    # Compressed content is slower to keep than to send, and it goes with its processing.
    op.execute("ALTER TABLE batch ALTER COLUMN content SET STORAGE EXTERNAL")
    op.create_table(
        "batch_refusal",
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.CheckConstraint("position > 0", name="batch_refusal_position"),
        sa.ForeignKeyConstraint(["source_id", "number"], ["batch.source_id", "batch.number"]),
        sa.PrimaryKeyConstraint("source_id", "number", "position"),
    )
    op.create_table(
        "batch_gap",
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("asked_times", sa.Integer(), nullable=False),
        sa.Column("ask_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"]),
        sa.PrimaryKeyConstraint("source_id", "number"),
    )
    op.create_table(
        "source_intake",
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("information_type", sa.String(), nullable=False),
        sa.Column("stored", sa.BigInteger(), nullable=False),
        sa.Column("unchanged", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.Column("last_received_at", MOMENT, nullable=False),
        sa.Column("newest_effective_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"]),
        sa.PrimaryKeyConstraint("source_id", "information_type"),
    )
    for statement in (MOVES, SOURCE_MOVES, BATCH_STAYS, BATCHES_STAY, BATCHES_ARE_KEPT, REFUSALS, REFUSALS_STAY):
        op.execute(statement)


# What records.domain.sources.MOVES says; who it is of, and what it may send, stays.
MOVES = """
    CREATE FUNCTION source_moves() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.status <> OLD.status
            AND (OLD.status, NEW.status) NOT IN ((1, 2), (1, 3), (1, 4), (2, 4))
            OR (OLD.id, OLD.partner_id, OLD.system, OLD.category, OLD.information_types, OLD.registered_by)
                IS DISTINCT FROM
                (NEW.id, NEW.partner_id, NEW.system, NEW.category, NEW.information_types, NEW.registered_by)
            OR NEW.highest_number < OLD.highest_number
        THEN
            RAISE EXCEPTION 'a source cannot become this from what it is' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
SOURCE_MOVES = "CREATE TRIGGER source_moves BEFORE UPDATE ON source FOR EACH ROW EXECUTE FUNCTION source_moves()"
# What came stays what it was; it is processed once, and its bytes go with that.
BATCH_STAYS = """
    CREATE FUNCTION batch_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'UPDATE' THEN
            RAISE EXCEPTION 'batches are only ever added to' USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.processed_at IS NOT NULL
            OR (OLD.source_id, OLD.number, OLD.sha256, OLD.size, OLD.positions, OLD.lines, OLD.received_at, OLD.sent_by)
                IS DISTINCT FROM
                (NEW.source_id, NEW.number, NEW.sha256, NEW.size, NEW.positions, NEW.lines, NEW.received_at, NEW.sent_by)
            OR NEW.content IS NOT NULL AND NEW.content IS DISTINCT FROM OLD.content
        THEN
            RAISE EXCEPTION 'a batch stays what it was' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
BATCHES_STAY = "CREATE TRIGGER batch_stays BEFORE UPDATE ON batch FOR EACH ROW EXECUTE FUNCTION batch_stays()"
BATCHES_ARE_KEPT = """
    CREATE TRIGGER batches_are_kept BEFORE DELETE OR TRUNCATE ON batch
    FOR EACH STATEMENT EXECUTE FUNCTION batch_stays()
"""
REFUSALS = """
    CREATE FUNCTION batch_refusals_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'what became of lines is only ever added to' USING ERRCODE = 'check_violation';
    END $$
"""
REFUSALS_STAY = """
    CREATE TRIGGER batch_refusals_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON batch_refusal
    FOR EACH STATEMENT EXECUTE FUNCTION batch_refusals_only_grow()
"""
