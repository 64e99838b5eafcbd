"""When an order was accepted, which keys its partner had by then, and one proof a scan."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("orders", sa.Column("accepted_at", MOMENT, nullable=True))
    op.execute(
        """
        UPDATE orders SET accepted_at = history.changed_at FROM order_history AS history
        WHERE history.order_id = orders.id AND history.status = 'accepted'
        """
    )
    op.add_column("proof", sa.Column("scan_share", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        """
        UPDATE proof SET scan_share = shared.share FROM (
            SELECT id, row_number() OVER (PARTITION BY scan_id ORDER BY id) - 1 AS share FROM proof
            WHERE scan_id IS NOT NULL
        ) AS shared WHERE shared.id = proof.id AND shared.share > 0
        """
    )
    op.create_unique_constraint("proof_one_a_scan", "proof", ["scan_id", "scan_share"])
    op.drop_constraint("proof_scan_once", "proof")
    op.add_column("statement_key", sa.Column("registered_at", MOMENT, server_default=sa.func.now(), nullable=False))
    op.create_table(
        "statement_key_history",
        sa.Column("partner_id", sa.Uuid(), primary_key=True),
        sa.Column("version", sa.BigInteger(), primary_key=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("registered_at", MOMENT, nullable=False),
    )
    # Nobody wrote down since when the present keys are there: as long as anybody remembers.
    op.execute(
        """
        INSERT INTO statement_key_history (partner_id, version, public_key, registered_at)
        SELECT partner_id, version, public_key, timestamptz '2000-01-01 00:00Z' FROM statement_key
        """
    )
    op.execute(
        """
        CREATE FUNCTION keep_statement_key() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO statement_key_history (partner_id, version, public_key, registered_at)
            VALUES (NEW.partner_id, NEW.version, NEW.public_key,
                -- The release before replaces a key without saying when.
                CASE WHEN TG_OP = 'UPDATE' AND NEW.registered_at = OLD.registered_at THEN now()
                    ELSE NEW.registered_at END
            ) ON CONFLICT DO NOTHING;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER keep_statement_key AFTER INSERT OR UPDATE ON statement_key
        FOR EACH ROW EXECUTE FUNCTION keep_statement_key()
        """
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER keep_statement_key ON statement_key")
    op.execute("DROP FUNCTION keep_statement_key")
    op.drop_table("statement_key_history")
    op.drop_column("statement_key", "registered_at")
    op.create_unique_constraint("proof_scan_once", "proof", ["scan_id", "order_line_id", "item"])
    op.drop_constraint("proof_one_a_scan", "proof")
    op.drop_column("proof", "scan_share")
    op.drop_column("orders", "accepted_at")
