"""look_alikes"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("look_alike", sa.String(), nullable=True))
    op.execute("UPDATE account SET look_alike = login")
    op.create_unique_constraint("account_look_alike", "account", ["look_alike"])
