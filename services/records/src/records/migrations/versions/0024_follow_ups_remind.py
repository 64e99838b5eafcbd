"""On which day the resident was reminded of a follow-up that is due."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("follow_up", sa.Column("reminded_on", sa.Date(), nullable=True))
    op.create_check_constraint("follow_up_reminded_when_due", "follow_up", "reminded_on >= due_on")
    op.create_index(
        "follow_up_to_remind", "follow_up", ["due_on"], postgresql_where=sa.text("status = 1 AND reminded_on IS NULL")
    )
    op.execute(ONCE)
    op.execute(REMINDED_ONCE)


ONCE = """
    CREATE FUNCTION follow_up_reminds_once() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a follow-up reminds its resident once' USING ERRCODE = 'check_violation';
    END $$
"""
REMINDED_ONCE = """
    CREATE TRIGGER follow_up_reminded_once BEFORE UPDATE ON follow_up FOR EACH ROW
    WHEN (OLD.reminded_on IS NOT NULL AND NEW.reminded_on IS DISTINCT FROM OLD.reminded_on)
    EXECUTE FUNCTION follow_up_reminds_once()
"""
