"""An API key may be an app that residents use, which has neither a secret nor keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_key", sa.Column("app", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.drop_constraint("api_key_known_by", "api_key")
    op.create_check_constraint("api_key_known_by", "api_key", "num_nonnulls(secret_sha256, key_set, app) = 1")
    op.create_check_constraint("api_key_app_reads", "api_key", "app IS NULL OR scopes = ARRAY['records']")
