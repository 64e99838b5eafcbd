"""a reconciliation says how many matches it could make at most"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reconciliation", sa.Column("pairs_max", sa.Integer(), nullable=True))
