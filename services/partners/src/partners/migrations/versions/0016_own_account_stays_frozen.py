"""Nobody freezes their own account, and nobody lifts a freeze of it."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not of what is there: a freeze of before stays as it was imposed and lifted.
    op.execute(
        """
        ALTER TABLE regulator_freeze ADD CONSTRAINT freeze_by_another
        CHECK (target_id <> imposed_by AND target_id IS DISTINCT FROM lifted_by) NOT VALID
        """
    )
