"""A line names the certificates under which it was ordered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    ids = postgresql.ARRAY(sa.TEXT())
    op.add_column("standing", sa.Column("certificate_ids", ids, nullable=False, server_default="{}"))
    op.add_column("order_line", sa.Column("certificate_ids", ids, nullable=False, server_default="{}"))
