"""Whom a regulator has frozen: no session begins for a frozen account, whoever would begin it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subject_freeze",
        sa.Column("freeze_id", sa.Uuid(), primary_key=True),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("whole_account", sa.Boolean(), nullable=False),
        sa.Column("lifted", sa.Boolean(), nullable=False),
    )
    op.create_index("subject_frozen", "subject_freeze", ["subject_id"], postgresql_where=sa.text("NOT lifted"))
    op.execute(IS_NOT_FROZEN)
    op.execute(SESSION_OF_UNFROZEN)


IS_NOT_FROZEN = """
    CREATE FUNCTION account_is_not_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM subject_freeze AS frozen
            WHERE frozen.subject_id = NEW.subject_id AND frozen.whole_account AND NOT frozen.lifted) THEN
            RAISE EXCEPTION 'no session begins for a frozen account'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'account_is_not_frozen';
        END IF;
        RETURN NEW;
    END $$
"""
SESSION_OF_UNFROZEN = """
    CREATE TRIGGER session_of_unfrozen BEFORE INSERT ON access_session
    FOR EACH ROW EXECUTE FUNCTION account_is_not_frozen()
"""
