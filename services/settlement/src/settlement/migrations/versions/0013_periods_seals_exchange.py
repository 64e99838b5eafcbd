"""accounting periods, effective moments, seals, exchanges, and what the ledger's check found"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "accounting_period",
        sa.Column("ends_at", MOMENT, primary_key=True),
        sa.Column("starts_at", MOMENT, nullable=True),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=False),
        sa.UniqueConstraint("starts_at", postgresql_nulls_not_distinct=True),
        sa.ForeignKeyConstraint(["starts_at"], ["accounting_period.ends_at"]),
        sa.CheckConstraint("starts_at < ends_at AND ends_at <= closed_at", name="period_has_ended"),
    )
    op.create_table(
        "period_balance",
        sa.Column("ends_at", MOMENT, sa.ForeignKey("accounting_period.ends_at"), primary_key=True),
        sa.Column("account", sa.Text(), primary_key=True),
        sa.Column("currency", sa.String(), primary_key=True),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "seal",
        sa.Column("chain", sa.Text(), primary_key=True),
        sa.Column("number", sa.BigInteger(), primary_key=True),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.Column("postings", sa.BigInteger(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", MOMENT, nullable=False),
        sa.CheckConstraint("number > 0 AND postings > 0", name="seal_seals_something"),
        sa.CheckConstraint("length(hash) = 32", name="seal_hash"),
    )
    op.create_index("seal_upto", "seal", ["upto"])
    op.create_table(
        "exchange",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("entry_id", sa.Uuid(), sa.ForeignKey("journal_entry.id"), nullable=False, unique=True),
        sa.Column("sold_minor", sa.BigInteger(), nullable=False),
        sa.Column("sold_currency", sa.String(), nullable=False),
        sa.Column("bought_minor", sa.BigInteger(), nullable=False),
        sa.Column("bought_currency", sa.String(), nullable=False),
        sa.Column("rate", sa.Numeric(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint("sold_minor > 0 AND bought_minor > 0 AND rate > 0", name="exchange_moves_something"),
        sa.CheckConstraint("sold_currency <> bought_currency", name="exchange_of_two"),
    )
    op.create_table(
        "ledger_check",
        sa.Column("checked_at", MOMENT, primary_key=True),
        sa.Column("invariant", sa.String(), primary_key=True),
        sa.Column("violations", sa.BigInteger(), nullable=False),
    )
    op.add_column("journal_entry", sa.Column("effective_at", MOMENT, nullable=True))
    op.add_column("journal_entry", sa.Column("late_for", MOMENT, nullable=True))
    op.create_check_constraint("entry_late", "journal_entry", "late_for < effective_at")
    op.create_index(
        "entry_effective", "journal_entry", ["effective_at"], postgresql_where=sa.text("late_for IS NOT NULL")
    )
    op.create_index(
        "provider_call_of_payment", "provider_call", ["payment_id"], postgresql_where=sa.text("state = 'due'")
    )
    for statement in (ENTER, SWEEP, ENTRIES_ARE_ENTERED, ENTRIES_ARE_SWEPT, POSTINGS_ARE_ENTERED, CHECK_ENTRY):
        op.execute(statement)
    for table in ("accounting_period", "period_balance", "seal", "exchange"):
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()"
        )


# Whoever adds to the ledger holds this lock in common until its end; whoever closes a period or looks how far to seal
# holds it alone for a moment, and knows that nothing is on its way.
ENTER = """
    CREATE FUNCTION enters_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock_shared(1279476048);
        RETURN NULL;
    END $$
"""
# An entry counts when what it tells of happened, or, where that period has been closed, at the beginning of the first
# one that has not; then it says for when it came too late.
SWEEP = """
    CREATE FUNCTION late_entries_are_swept() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE open_from timestamptz := (SELECT max(ends_at) FROM accounting_period);
    BEGIN
        NEW.effective_at := least(coalesce(NEW.effective_at, NEW.recorded_at), NEW.recorded_at);
        NEW.late_for := NULL;
        IF NEW.effective_at < open_from THEN
            NEW.late_for := NEW.effective_at;
            NEW.effective_at := open_from;
        END IF;
        RETURN NEW;
    END $$
"""
ENTRIES_ARE_ENTERED = """
    CREATE TRIGGER entry_enters BEFORE INSERT ON journal_entry FOR EACH STATEMENT EXECUTE FUNCTION enters_ledger()
"""
ENTRIES_ARE_SWEPT = """
    CREATE TRIGGER late_entries_are_swept BEFORE INSERT ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION late_entries_are_swept()
"""
POSTINGS_ARE_ENTERED = (
    "CREATE TRIGGER posting_enters BEFORE INSERT ON posting FOR EACH STATEMENT EXECUTE FUNCTION enters_ledger()"
)
# No implicit exchange: an entry of two currencies is one that says so.
CHECK_ENTRY = """
    CREATE OR REPLACE FUNCTION entry_is_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        currencies bigint;
        off boolean;
    BEGIN
        SELECT count(*), bool_or(total <> 0) INTO currencies, off FROM (
            SELECT sum(amount_minor) AS total FROM posting WHERE entry_id = NEW.id GROUP BY currency
        ) AS totals;
        IF currencies = 0 THEN
            RAISE EXCEPTION 'entry % has no postings', NEW.reference USING ERRCODE = 'check_violation';
        END IF;
        IF off THEN
            RAISE EXCEPTION 'entry % is not balanced', NEW.reference USING ERRCODE = 'check_violation';
        END IF;
        IF currencies > 1 AND NEW.kind <> 'exchange' THEN
            RAISE EXCEPTION 'entry % is of several currencies, and no exchange', NEW.reference
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
"""
