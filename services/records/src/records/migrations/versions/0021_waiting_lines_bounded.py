"""Lines that wait for whose patient number it is are counted by source, and those that waited too long are left out."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("batch", sa.Column("may_wait", sa.Integer(), nullable=False, server_default=sa.text("0")))
    for name in ("resource_type", "fhir_id"):
        op.add_column("waiting_line", sa.Column(name, sa.String(), nullable=False, server_default=sa.text("''")))
    waits, refused = sa.text("settled_at IS NULL"), sa.text("outcome = 'r'")
    op.create_index("waiting_line_of_source", "waiting_line", ["source_id", "received_at"], postgresql_where=waits)
    op.create_index("waiting_line_oldest", "waiting_line", ["received_at"], postgresql_where=waits)
    op.create_index("waiting_line_left_out", "waiting_line", ["source_id", "id"], postgresql_where=refused)
