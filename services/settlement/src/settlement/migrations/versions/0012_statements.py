"""statements: as issued, with their answers; proofs of service; the key that signs"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "statement",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("previous_id", sa.Uuid(), sa.ForeignKey("statement.id"), nullable=True),
        sa.Column("start_at", MOMENT, nullable=True),
        sa.Column("finish_at", MOMENT, nullable=False),
        sa.Column("ledger_position", sa.BigInteger(), nullable=False),
        sa.Column("snapshot", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("deadline_at", MOMENT, nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("resolution", sa.String(), nullable=False),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("resolved_at", MOMENT, nullable=True),
        sa.UniqueConstraint("partner_id", "previous_id", postgresql_nulls_not_distinct=True),
        sa.CheckConstraint("start_at IS NULL OR start_at < finish_at", name="statement_period"),
        sa.CheckConstraint("(start_at IS NULL) = (previous_id IS NULL)", name="statement_follows"),
        sa.CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="issued_statement_hash"),
        sa.CheckConstraint("answer IN ('', 'confirmed', 'disputed', 'resolved')", name="statement_answer"),
        sa.CheckConstraint("(answer = '') = (answered_by IS NULL)", name="statement_answered"),
        sa.CheckConstraint("(answer = 'resolved') = (resolved_by IS NOT NULL)", name="statement_resolved"),
        sa.CheckConstraint("answered_at IS NULL OR answered_at < deadline_at", name="statement_answered_in_time"),
    )
    op.create_index("statement_by_partner", "statement", ["partner_id", "id"])
    op.create_table(
        "disputed_line",
        sa.Column("statement_id", sa.Uuid(), sa.ForeignKey("statement.id"), primary_key=True),
        sa.Column("position", sa.BigInteger(), sa.ForeignKey("posting.position"), primary_key=True),
    )
    op.create_table(
        "proof",
        sa.Column("order_line_id", sa.Uuid(), primary_key=True),
        sa.Column("proof_id", sa.Uuid(), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=True),
        sa.Column("proven_at", MOMENT, nullable=False),
    )
    op.create_table(
        "document_key",
        sa.Column("serial", sa.String(), primary_key=True),
        sa.Column("private_key", sa.LargeBinary(), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    for table in ("disputed_line", "proof"):
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()"
        )
    for statement in (STATEMENT_STAYS, STATEMENTS_STAY, STATEMENTS_ARE_KEPT):
        op.execute(statement)


# What was issued stays; it is answered once, and where it was disputed, resolved once. It takes up where its
# predecessor, which is the same partner's, ends.
STATEMENT_STAYS = """
    CREATE FUNCTION statement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.previous_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM statement AS before WHERE before.id = NEW.previous_id
                    AND (before.partner_id, before.finish_at) = (NEW.partner_id, NEW.start_at)
            ) THEN
                RAISE EXCEPTION 'a statement takes up where the one before ends' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END IF;
        IF TG_OP = 'DELETE'
            OR (OLD.id, OLD.partner_id, OLD.previous_id, OLD.start_at, OLD.finish_at, OLD.ledger_position, OLD.snapshot,
                OLD.sha256, OLD.content, OLD.pdf, OLD.issued_at, OLD.deadline_at) IS DISTINCT FROM
               (NEW.id, NEW.partner_id, NEW.previous_id, NEW.start_at, NEW.finish_at, NEW.ledger_position, NEW.snapshot,
                NEW.sha256, NEW.content, NEW.pdf, NEW.issued_at, NEW.deadline_at)
            OR NOT (
                (OLD.answer = '' AND NEW.answer IN ('confirmed', 'disputed'))
                OR (OLD.answer = 'disputed' AND NEW.answer = 'resolved'
                    AND (OLD.reason, OLD.answered_by, OLD.answered_at) = (NEW.reason, NEW.answered_by, NEW.answered_at))
            )
        THEN
            RAISE EXCEPTION 'a statement stays as it was issued and answered' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
STATEMENTS_STAY = """
    CREATE TRIGGER statement_stays BEFORE INSERT OR UPDATE OR DELETE ON statement
    FOR EACH ROW EXECUTE FUNCTION statement_stays()
"""
STATEMENTS_ARE_KEPT = """
    CREATE TRIGGER statements_are_kept BEFORE TRUNCATE ON statement
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()
"""
