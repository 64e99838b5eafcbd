"""partners whose payouts a regulator has frozen, under which case"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payee", sa.Column("frozen_case", sa.String(), nullable=False, server_default=""))
