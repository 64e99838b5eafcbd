"""From which addresses accounts were signed in to, and not only registered."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "known_address", sa.Column("signed_in", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    # Which of those that are there only registered is not known; all of them were used.
    op.execute("UPDATE known_address SET signed_in = true")
