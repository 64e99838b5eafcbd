"""With which version of its partner's signing key an order's statements are signed, and from which version keys are good."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("key_version", sa.BigInteger(), nullable=True))
    op.add_column("statement_key", sa.Column("good_from", sa.BigInteger(), server_default="0", nullable=False))
    for statement in (KNOWN, KEPT, KEPT_WHEN_ACCEPTED):
        op.execute(statement)


# Of what was accepted before, by the times that were written down.
KNOWN = """
    UPDATE orders SET key_version = COALESCE((
        SELECT max(version) FROM statement_key_history AS history
        WHERE history.partner_id = orders.partner_id AND history.registered_at <= orders.accepted_at
    ), 0) WHERE accepted_at IS NOT NULL
"""
KEPT = """
    CREATE FUNCTION keep_key_version() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.key_version := COALESCE((SELECT version FROM statement_key WHERE partner_id = NEW.partner_id), 0);
        RETURN NEW;
    END $$
"""
KEPT_WHEN_ACCEPTED = """
    CREATE TRIGGER keep_key_version BEFORE UPDATE OF status ON orders FOR EACH ROW
    WHEN (NEW.status = 'accepted' AND OLD.status <> 'accepted') EXECUTE FUNCTION keep_key_version()
"""
