"""A partner's registration is checked again with its register, and what was struck off counts as lapsed."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Everybody is asked about by the first process that starts.
    op.add_column("partner", sa.Column("registration_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("partner", sa.Column("registration_attempts", sa.Integer(), server_default="0", nullable=False))
    op.add_column("partner", sa.Column("struck_off_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("partner_registration_due", "partner", ["registration_due_at"])
