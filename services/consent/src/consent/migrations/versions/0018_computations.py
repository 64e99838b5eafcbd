"""Who consented to be counted, by the institution that counts."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "artefact_to_compute",
        "consent_artefact",
        ["grantee_id", "resident_id"],
        postgresql_where=sa.text("access_mode = 3 AND revoked_at IS NULL AND ended_at IS NULL"),
    )
