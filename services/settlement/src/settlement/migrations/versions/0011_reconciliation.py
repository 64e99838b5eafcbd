"""reconciliation: bank statements, the provider's report, matches, breaks, adjustments"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def position() -> sa.Column[int]:
    return sa.Column("position", sa.BigInteger(), sa.Identity(always=True), primary_key=True)


def upgrade() -> None:
    op.create_table(
        "bank_statement",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("statement_id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=False),
        sa.Column("opening_minor", sa.BigInteger(), nullable=False),
        sa.Column("closing_minor", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("ingested_by", sa.Uuid(), nullable=False),
        sa.Column("ingested_at", MOMENT, nullable=False),
        sa.CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="statement_hash"),
        sa.UniqueConstraint("account", "currency", "statement_id"),
    )
    op.create_table(
        "bank_line",
        position(),
        sa.Column("statement_id", sa.Uuid(), sa.ForeignKey("bank_statement.id"), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("end_to_end_id", sa.String(), nullable=False),
        sa.Column("bank_reference", sa.String(), nullable=False),
        sa.Column("remittance", sa.String(), nullable=False),
        sa.Column("return_reason", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.UniqueConstraint("statement_id", "place"),
    )
    op.create_index(op.f("ix_bank_line_reference"), "bank_line", ["reference"])
    op.create_table(
        "provider_report",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.Column("movements", sa.Integer(), nullable=False),
    )
    op.create_table(
        "provider_movement",
        position(),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("moved_at", MOMENT, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.UniqueConstraint("place"),
    )
    op.create_index(op.f("ix_provider_movement_reference"), "provider_movement", ["reference"])
    rules = op.create_table(
        "match_rule",
        sa.Column("place", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("by_reference", sa.Boolean(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.CheckConstraint("days BETWEEN 0 AND 60", name="rule_days"),
        sa.UniqueConstraint("name"),
    )
    op.bulk_insert(
        rules,
        [
            {"place": 1, "name": "reference", "by_reference": True, "days": 30},
            {"place": 2, "name": "amount and time", "by_reference": False, "days": 3},
        ],
    )
    op.create_table(
        "reconciliation",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("ran_at", MOMENT, nullable=False),
        sa.Column("ledger_position", sa.BigInteger(), nullable=False),
        sa.Column("snapshot", sa.String(), nullable=False),
        sa.Column("bank_position", sa.BigInteger(), nullable=False),
        sa.Column("provider_position", sa.BigInteger(), nullable=False),
        sa.Column("match_serial", sa.BigInteger(), nullable=False),
        sa.Column("bank_until", MOMENT, nullable=True),
        sa.Column("provider_until", MOMENT, nullable=True),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("resolved", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
    )
    op.create_table(
        "match",
        sa.Column("serial", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("reconciliation_id", sa.Uuid(), sa.ForeignKey("reconciliation.id"), nullable=True),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint("(reconciliation_id IS NULL) = (made_by IS NOT NULL)", name="match_by_whom"),
    )
    op.create_index(op.f("ix_match_reconciliation_id"), "match", ["reconciliation_id"])
    op.create_table(
        "matched_item",
        sa.Column("side", sa.String(), primary_key=True),
        sa.Column("position", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("match_serial", sa.BigInteger(), sa.ForeignKey("match.serial"), nullable=False),
        sa.CheckConstraint("side IN ('ledger', 'bank', 'provider')", name="item_side"),
    )
    op.create_index(op.f("ix_matched_item_match_serial"), "matched_item", ["match_serial"])
    op.create_table(
        "break",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("posting_position", sa.BigInteger(), sa.ForeignKey("posting.position"), nullable=True),
        sa.Column("told_position", sa.BigInteger(), nullable=True),
        sa.Column("payout_id", sa.Uuid(), sa.ForeignKey("payout.id"), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("occurred_at", MOMENT, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("reconciliation_id", sa.Uuid(), sa.ForeignKey("reconciliation.id"), nullable=False),
        sa.Column("owner", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("resolution", sa.String(), nullable=False),
        sa.Column("resolved_at", MOMENT, nullable=True),
        sa.Column("match_serial", sa.BigInteger(), sa.ForeignKey("match.serial"), nullable=True),
        sa.CheckConstraint(
            "kind IN ('not_in_ledger', 'not_told', 'amount_differs', 'payout_unconfirmed')", name="break_kind"
        ),
        sa.CheckConstraint("source IN ('bank', 'provider')", name="break_source"),
        sa.CheckConstraint("status IN ('open', 'resolved')", name="break_status"),
        sa.CheckConstraint("(status = 'resolved') = (resolved_at IS NOT NULL)", name="break_resolved"),
    )
    op.create_index("break_open", "break", ["status", "id"])
    is_open = sa.text("status = 'open'")
    op.create_index("break_of_posting", "break", ["posting_position"], unique=True, postgresql_where=is_open)
    op.create_index("break_of_told", "break", ["source", "told_position"], unique=True, postgresql_where=is_open)
    op.create_index("break_of_payout", "break", ["payout_id"], unique=True, postgresql_where=is_open)
    op.create_table(
        "adjustment",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("break_id", sa.Uuid(), sa.ForeignKey("break.id"), nullable=False),
        sa.Column("cash_account", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("entry_id", sa.Uuid(), sa.ForeignKey("journal_entry.id"), nullable=True),
        sa.CheckConstraint("status IN ('proposed', 'approved', 'rejected')", name="adjustment_status"),
        sa.CheckConstraint("(status = 'proposed') = (decided_by IS NULL)", name="adjustment_decided"),
        sa.CheckConstraint("status <> 'approved' OR decided_by <> proposed_by", name="adjustment_by_two"),
        sa.CheckConstraint("(status = 'approved') = (entry_id IS NOT NULL)", name="adjustment_entry"),
        sa.CheckConstraint("amount_minor <> 0", name="adjustment_amount"),
    )
    op.create_index(
        "adjustment_proposed", "adjustment", ["break_id"], unique=True, postgresql_where=sa.text("status = 'proposed'")
    )
    for table in ("bank_statement", "bank_line", "provider_movement", "reconciliation", "match", "matched_item"):
        op.execute(STAYS.format(table=table))
    for statement in (ADDS_UP, CHECK_STATEMENT, IS_EVEN, CHECK_MATCH, PROPOSAL_STAYS, PROPOSALS_STAY):
        op.execute(statement)


STAYS = """
    CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}"
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()
"""
ADDS_UP = """
    CREATE FUNCTION bank_statement_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        booked record;
    BEGIN
        SELECT count(*) AS lines, coalesce(sum(amount_minor), 0) AS total, bool_and(currency = NEW.currency) AS one
        INTO booked FROM bank_line WHERE statement_id = NEW.id;
        IF booked.lines <> NEW.lines OR NEW.opening_minor + booked.total <> NEW.closing_minor OR NOT booked.one THEN
            RAISE EXCEPTION 'statement % does not add up', NEW.statement_id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
"""
CHECK_STATEMENT = """
    CREATE CONSTRAINT TRIGGER bank_statement_adds_up AFTER INSERT ON bank_statement DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION bank_statement_adds_up()
"""
# What the ledger has of a match is what its source tells of it, in every currency; nothing is tolerated.
IS_EVEN = """
    CREATE FUNCTION match_is_even() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM matched_item WHERE match_serial = NEW.serial) OR EXISTS (
            SELECT FROM (
                SELECT posting.currency, posting.amount_minor FROM matched_item AS item
                JOIN posting USING (position) WHERE item.match_serial = NEW.serial AND item.side = 'ledger'
                UNION ALL
                SELECT line.currency, -line.amount_minor FROM matched_item AS item
                JOIN bank_line AS line USING (position) WHERE item.match_serial = NEW.serial AND item.side = 'bank'
                UNION ALL
                SELECT moved.currency, -moved.amount_minor FROM matched_item AS item
                JOIN provider_movement AS moved USING (position)
                WHERE item.match_serial = NEW.serial AND item.side = 'provider'
            ) AS told GROUP BY currency HAVING sum(amount_minor) <> 0
        ) THEN
            RAISE EXCEPTION 'match % is not even', NEW.serial USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
"""
CHECK_MATCH = """
    CREATE CONSTRAINT TRIGGER match_is_even AFTER INSERT ON match DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION match_is_even()
"""
# What one person proposed is what the other approves.
PROPOSAL_STAYS = """
    CREATE FUNCTION proposal_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.status <> 'proposed'
            OR (OLD.id, OLD.break_id, OLD.cash_account, OLD.account, OLD.amount_minor, OLD.currency, OLD.reason,
                OLD.proposed_by, OLD.proposed_at) IS DISTINCT FROM
               (NEW.id, NEW.break_id, NEW.cash_account, NEW.account, NEW.amount_minor, NEW.currency, NEW.reason,
                NEW.proposed_by, NEW.proposed_at)
        THEN
            RAISE EXCEPTION 'an adjustment is decided once, as it was proposed' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
PROPOSALS_STAY = """
    CREATE TRIGGER proposal_stays BEFORE UPDATE OR DELETE ON adjustment
    FOR EACH ROW EXECUTE FUNCTION proposal_stays()
"""
