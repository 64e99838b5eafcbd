"""a payment, payout, refund or dispute begins and moves only as its rules say"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

# As in the domain's `MOVES` and `FIRST` when this was written: a test holds the two together.
FIRST = {
    "payment": "awaiting_method authorising captured",
    "payout": "claimed",
    "refund": "asked done",
    "dispute": "open",
}
MOVES = {
    "payment": """
        awaiting_method>authorising awaiting_method>voided
        authorising>authorised authorising>failed authorising>capture_failed authorising>voiding
        failed>authorising failed>voided
        authorised>advancing authorised>capturing authorised>voiding
        advancing>advanced advancing>authorised
        advanced>capturing advanced>voiding
        capturing>captured capturing>capture_failed
        capture_failed>captured capture_failed>authorising capture_failed>failed
        voiding>voided voiding>void_failed void_failed>voided voided>void_failed
        captured>refunding captured>partly_refunded captured>refunded
        refunding>partly_refunded refunding>refunded refunding>refund_failed
        refund_failed>partly_refunded refund_failed>refunded refund_failed>refunding
        partly_refunded>refunding partly_refunded>refunded partly_refunded>refund_failed
        refunded>refund_failed
    """,
    "payout": "claimed>submitted claimed>paid claimed>returned submitted>paid paid>returned",
    "refund": "asked>done asked>failed failed>done done>failed",
    "dispute": "open>won open>lost",
}
STATUS = {"refund": "state"}  # of the others it is `status`
REFUSE = """
    CREATE FUNCTION refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'it cannot become this from what it is' USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME;
    END $$
"""
PAYOUT_STAYS = """
    CREATE OR REPLACE FUNCTION payout_moves_one_way() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (OLD.partner_id, OLD.amount_minor, OLD.currency, OLD.rail, OLD.bank_file_id)
            IS DISTINCT FROM (NEW.partner_id, NEW.amount_minor, NEW.currency, NEW.rail, NEW.bank_file_id)
        THEN
            RAISE EXCEPTION 'what a payout pays does not change' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""


def upgrade() -> None:
    op.execute(REFUSE)
    op.execute(PAYOUT_STAYS)
    for table, moves in MOVES.items():
        status = STATUS.get(table, "status")
        # Looked at in the trigger's condition: a move that is allowed calls no function.
        op.execute(
            f"CREATE TRIGGER {table}_moves BEFORE UPDATE ON {table} FOR EACH ROW"
            f" WHEN (OLD.{status} <> NEW.{status}"
            f" AND (OLD.{status} || '>' || NEW.{status}) <> ALL ('{{{','.join(moves.split())}}}'::text[]))"
            " EXECUTE FUNCTION refuse_move()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_begins BEFORE INSERT ON {table} FOR EACH ROW"
            f" WHEN (NEW.{status} <> ALL ('{{{','.join(FIRST[table].split())}}}'::text[]))"
            " EXECUTE FUNCTION refuse_move()"
        )
