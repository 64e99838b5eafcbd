"""An API key may have public keys of its system in the place of a secret."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("api_key", "secret_sha256", nullable=True)
    op.add_column("api_key", sa.Column("key_set", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.create_check_constraint("api_key_known_by", "api_key", "(secret_sha256 IS NULL) <> (key_set IS NULL)")
