"""What a trigger refuses is named and never quoted: a message is also in the log of PostgreSQL."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ENTRY_IS_BALANCED = """
    CREATE OR REPLACE FUNCTION entry_is_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        currencies bigint;
        off boolean;
    BEGIN
        SELECT count(*), bool_or(total <> 0) INTO currencies, off FROM (
            SELECT sum(amount_minor) AS total FROM posting WHERE entry_id = NEW.id GROUP BY currency
        ) AS totals;
        IF currencies = 0 THEN
            RAISE EXCEPTION 'an entry has no postings' USING ERRCODE = 'check_violation';
        END IF;
        IF off THEN
            RAISE EXCEPTION 'an entry is not balanced' USING ERRCODE = 'check_violation';
        END IF;
        IF currencies > 1 AND NEW.kind <> 'exchange' THEN
            RAISE EXCEPTION 'an entry is of several currencies, and no exchange' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
"""
STATEMENT_ADDS_UP = """
    CREATE OR REPLACE FUNCTION bank_statement_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        booked record;
    BEGIN
        SELECT count(*) AS lines, coalesce(sum(amount_minor), 0) AS total, bool_and(currency = NEW.currency) AS one
        INTO booked FROM bank_line WHERE statement_id = NEW.id;
        IF booked.lines <> NEW.lines OR NEW.opening_minor + booked.total <> NEW.closing_minor OR NOT booked.one THEN
            RAISE EXCEPTION 'a bank statement does not add up' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
"""
MATCH_IS_EVEN = """
    CREATE OR REPLACE FUNCTION match_is_even() RETURNS trigger LANGUAGE plpgsql AS $$
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
            RAISE EXCEPTION 'a match is not even' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
"""
PAYOUT_MOVES_ONE_WAY = """
    CREATE OR REPLACE FUNCTION payout_moves_one_way() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (OLD.partner_id, OLD.amount_minor, OLD.currency, OLD.rail, OLD.bank_file_id)
            IS DISTINCT FROM (NEW.partner_id, NEW.amount_minor, NEW.currency, NEW.rail, NEW.bank_file_id)
        THEN
            RAISE EXCEPTION 'what a payout pays does not change' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.status <> OLD.status AND NOT (
            OLD.status = 'claimed' OR NEW.status = 'returned' OR (OLD.status = 'submitted' AND NEW.status = 'paid')
        ) THEN
            RAISE EXCEPTION 'a payout cannot become this from what it is' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""


def upgrade() -> None:
    for function in (ENTRY_IS_BALANCED, STATEMENT_ADDS_UP, MATCH_IS_EVEN, PAYOUT_MOVES_ONE_WAY):
        op.execute(function)
