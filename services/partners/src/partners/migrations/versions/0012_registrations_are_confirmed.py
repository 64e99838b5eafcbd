"""Who was let through has a registration that its register confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Those who were let through before have none, and the release before lets through without: the constraint that
    # nobody passes without is the next release's.
    op.add_column("screening", sa.Column("registration_reference", sa.String(), nullable=True))
