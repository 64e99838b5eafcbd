"""What systems have signed to sign in, so that it is used once."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "client_assertion",
        sa.Column("api_key_id", sa.Uuid(), nullable=False),
        sa.Column("jti_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("api_key_id", "jti_sha256"),
    )
    op.create_index("client_assertion_over", "client_assertion", ["expires_at"])
