"""webhooks, refunds of a line, and rights that let nobody change the ledger"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["provider_call.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_webhook_call_id"), "webhook", ["call_id"], unique=False)
    op.add_column("refund", sa.Column("order_line_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(None, "refund", "line_split", ["order_line_id"], ["order_line_id"])
    op.execute(ONLY_ADD)


# Whoever else than the owner has rights on the ledger may read it and add to it; the triggers bind the owner too.
ONLY_ADD = """
    DO $$
    DECLARE who text;
    BEGIN
        FOR who IN
            SELECT DISTINCT grantee FROM information_schema.role_table_grants
            WHERE table_schema = current_schema() AND table_name = 'posting' AND grantee <> current_user
        LOOP
            EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON journal_entry, posting, webhook FROM %I', who);
        END LOOP;
    END $$
"""
