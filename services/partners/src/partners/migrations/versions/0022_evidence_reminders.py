"""On which day a partner is reminded of evidence that ends. Those that are there are looked at today."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("partner", sa.Column("evidence_remind_on", sa.Date(), nullable=True))
    op.create_index("partner_evidence_remind_on", "partner", ["evidence_remind_on"])
    op.execute("UPDATE partner SET evidence_remind_on = current_date")
