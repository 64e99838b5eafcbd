"""How far a consent reaches: of when, and what of what is apart unless it is named."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("consent_artefact", "visit_rule"):
        op.add_column(
            table,
            sa.Column(
                "sensitive_categories", postgresql.ARRAY(sa.TEXT()), server_default=sa.text("'{}'"), nullable=False
            ),
        )
    op.add_column("consent_artefact", sa.Column("data_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column("consent_artefact", sa.Column("data_until", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint("artefact_period", "consent_artefact", "data_from < data_until")
    op.add_column("visit_rule", sa.Column("history_days", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.create_check_constraint("visit_rule_history", "visit_rule", "history_days >= 0")
