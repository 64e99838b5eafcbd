"""a payment knows which choice of a method it speaks of"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payment", sa.Column("chosen_version", sa.BigInteger(), server_default="0", nullable=False))
