"""entries of traced orders name their trace, so that their payouts are seen in it"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("journal_entry", sa.Column("traceparent", sa.String(), nullable=True))
