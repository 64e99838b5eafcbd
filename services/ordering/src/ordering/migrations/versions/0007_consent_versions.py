"""Which version of a consent each line goes by, so that an older word changes nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("order_line", sa.Column("consent_version", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.execute("UPDATE order_line SET consent_version = 2 WHERE consented")
