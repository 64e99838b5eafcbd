"""What an account's second factor and contacts are ends with it."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
TABLES = ("second_factor", "recovery_code", "contact")


def upgrade() -> None:
    # The tables were made in this release; of accounts that have ended since nothing is to be kept.
    for table in TABLES:
        op.execute(f"DELETE FROM {table} WHERE subject_id NOT IN (SELECT subject_id FROM account)")  # noqa: S608 ours
        op.create_foreign_key(
            f"{table}_subject_id_fkey", table, "account", ["subject_id"], ["subject_id"], ondelete="CASCADE"
        )
