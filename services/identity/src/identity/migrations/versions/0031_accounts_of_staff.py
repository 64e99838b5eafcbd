"""accounts_of_staff"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "account_of_staff",
        "account",
        ["role", "institution_id"],
        postgresql_where=sa.text("role IN ('partner', 'operator', 'regulator')"),
    )
