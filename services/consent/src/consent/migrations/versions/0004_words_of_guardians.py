"""Until when a guardian's word is good."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agreement", sa.Column("good_until", sa.DateTime(timezone=True), nullable=True))
