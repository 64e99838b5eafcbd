"""Codes by which residents agree to what a desk ordered for them, and what their messages say."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("contact_code_purpose", "contact_code")
    op.create_check_constraint(
        "contact_code_purpose", "contact_code", "purpose IN ('reset', 'confirm', 'register', 'word')"
    )
    op.add_column("message", sa.Column("facts", JSONB(), nullable=True))
    op.create_check_constraint("message_forgets", "message", "facts IS NULL OR sent_at IS NULL")
