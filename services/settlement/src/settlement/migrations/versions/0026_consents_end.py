"""a consent's end with its order or a guardianship is evidence, too"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("consent_receipt", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("consent_receipt", sa.Column("ended_because", sa.String(), server_default="", nullable=False))
    op.create_check_constraint(
        "receipt_ends_for_a_reason", "consent_receipt", "(ended_at IS NULL) = (ended_because = '')"
    )
