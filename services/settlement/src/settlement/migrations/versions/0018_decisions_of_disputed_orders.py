"""what was decided about access to a resident's data for a disputed order"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dispute_decisions",
        sa.Column("dispute_id", sa.Uuid(), sa.ForeignKey("dispute.id"), primary_key=True),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute(
        "CREATE TRIGGER dispute_decisions_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON dispute_decisions"
        " FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()"
    )
