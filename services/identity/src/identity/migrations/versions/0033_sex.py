"""What sex residents are of, as the number says by which they were proven."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("resident", sa.Column("sex", sa.String(), nullable=True))
    op.create_check_constraint("resident_sex", "resident", "sex IN ('female', 'male')")
