"""first_tables"""

import sqlalchemy as sa
from alembic import op
from chassis.migrations import create_messaging_tables
from settlement.tables import Xid8

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_messaging_tables(op)
    op.create_table(
        "balance_snapshot",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.Column("before_xid", Xid8(), nullable=False),
        sa.PrimaryKeyConstraint("account", "currency"),
    )
    op.create_table(
        "contract",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("plan", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("partner_id", "version"),
    )
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("payout_id", sa.Uuid(), nullable=True),
        sa.Column("reverses", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "xid",
            Xid8(),
            server_default=sa.text("pg_current_xact_id()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["reverses"],
            ["journal_entry.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference"),
    )
    op.create_index(op.f("ix_journal_entry_order_id"), "journal_entry", ["order_id"], unique=False)
    op.create_index(op.f("ix_journal_entry_payout_id"), "journal_entry", ["payout_id"], unique=False)
    op.create_table(
        "payee",
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("may_be_paid", sa.Boolean(), nullable=False),
        sa.Column("standing_version", sa.BigInteger(), nullable=False),
        sa.Column("bank_account", sa.LargeBinary(), nullable=False),
        sa.Column("account_version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("partner_id"),
    )
    op.create_table(
        "payment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("captured_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("failure", sa.String(), nullable=False),
        sa.Column("provider_reference", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('awaiting_method', 'authorising', 'authorised', 'capturing', 'captured', 'voiding', 'voided', 'failed', 'partly_refunded', 'refunded')",
            name="payment_status",
        ),
        sa.CheckConstraint("0 <= refunded_minor", name="payment_refunded"),
        sa.CheckConstraint("captured_minor <= amount_minor", name="payment_captured_at_most_authorised"),
        sa.CheckConstraint("refunded_minor <= captured_minor", name="payment_refunded_at_most_captured"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("order_id"),
    )
    op.create_index(op.f("ix_payment_partner_id"), "payment", ["partner_id"], unique=False)
    op.create_table(
        "payout",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("entries_claimed", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('claimed', 'submitted', 'paid', 'returned')",
            name="payout_status",
        ),
        sa.CheckConstraint("amount_minor > 0", name="payout_amount"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("payout_by_partner", "payout", ["partner_id", "id"], unique=False)
    op.create_table(
        "line_split",
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("plan", sa.LargeBinary(), nullable=False),
        sa.Column("fulfilled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["payment.id"],
        ),
        sa.PrimaryKeyConstraint("order_line_id"),
    )
    op.create_index(op.f("ix_line_split_payment_id"), "line_split", ["payment_id"], unique=False)
    op.create_table(
        "posting",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column(
            "xid",
            Xid8(),
            server_default=sa.text("pg_current_xact_id()"),
            nullable=False,
        ),
        sa.CheckConstraint("amount_minor <> 0", name="posting_moves_something"),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["journal_entry.id"],
        ),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_index(
        "posting_by_account",
        "posting",
        ["account", "currency", "xid"],
        unique=False,
        postgresql_include=["amount_minor"],
    )
    op.create_index("posting_of", "posting", ["entry_id"], unique=False)
    op.create_table(
        "provider_call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("traceparent", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('due', 'done', 'refused')", name="call_state"),
        sa.CheckConstraint(
            "step IN ('authorise', 'capture', 'void', 'refund', 'pay_out')",
            name="call_step",
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["payment.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "provider_call_due",
        "provider_call",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("state = 'due'"),
    )
    op.create_table(
        "refund",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["payment.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_refund_payment_id"), "refund", ["payment_id"], unique=False)
    op.create_table(
        "part",
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor >= 0", name="part_amount"),
        sa.CheckConstraint("refunded_minor BETWEEN 0 AND amount_minor", name="part_refunded"),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["line_split.order_line_id"],
        ),
        sa.PrimaryKeyConstraint("order_line_id", "place"),
    )
    op.create_table(
        "payout_claim",
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("payout_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["payout_id"],
            ["payout.id"],
        ),
        sa.ForeignKeyConstraint(
            ["position"],
            ["posting.position"],
        ),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_index(op.f("ix_payout_claim_payout_id"), "payout_claim", ["payout_id"], unique=False)
    for statement in (ZERO_SUM, CHECK_ENTRY, SAME_TRANSACTION, CHECK_POSTINGS, NO_CHANGE, ENTRIES_STAY, POSTINGS_STAY):
        op.execute(statement)


# Law 1: an entry's postings sum to zero in every currency. Checked once an entry, at the commit.
ZERO_SUM = """
    CREATE FUNCTION entry_is_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM posting WHERE entry_id = NEW.id) THEN
            RAISE EXCEPTION 'entry % has no postings', NEW.reference USING ERRCODE = 'check_violation';
        END IF;
        IF EXISTS (SELECT FROM posting WHERE entry_id = NEW.id GROUP BY currency HAVING sum(amount_minor) <> 0) THEN
            RAISE EXCEPTION 'entry % is not balanced', NEW.reference USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
"""
CHECK_ENTRY = """
    CREATE CONSTRAINT TRIGGER entry_balanced AFTER INSERT ON journal_entry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION entry_is_balanced()
"""
# … and nothing is added to an entry afterwards, which that check would not see. Once a statement.
SAME_TRANSACTION = """
    CREATE FUNCTION postings_come_with_their_entry() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM added JOIN journal_entry AS entry ON entry.id = added.entry_id
            WHERE entry.xid <> pg_current_xact_id()
        ) THEN
            RAISE EXCEPTION 'an entry takes no more postings' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
"""
CHECK_POSTINGS = """
    CREATE TRIGGER postings_with_entry AFTER INSERT ON posting REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION postings_come_with_their_entry()
"""
NO_CHANGE = """
    CREATE FUNCTION ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the ledger is only ever added to; write a reversal' USING ERRCODE = 'check_violation';
    END $$
"""
ENTRIES_STAY = """
    CREATE TRIGGER entries_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()
"""
POSTINGS_STAY = """
    CREATE TRIGGER postings_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON posting
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()
"""
