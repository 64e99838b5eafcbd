"""Since when an applicant's documents are complete, and since when a partner is live."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("documents_complete_at", "live_at"):
        op.add_column("partner", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    # Of applications of before this, it is not known when something was handed in later: they count as complete.
    op.execute("UPDATE partner SET documents_complete_at = applied_at")
