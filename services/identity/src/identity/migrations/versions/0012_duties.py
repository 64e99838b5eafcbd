"""Accounts have duties: those there are have all of their role."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(ALL_DUTIES)
    op.add_column("account", sa.Column("duties", sa.ARRAY(sa.TEXT()), nullable=True))
    op.execute("UPDATE account SET duties = duties_of(role)")
    op.execute(FILL)
    op.execute(FILLS)
    op.alter_column("account", "duties", nullable=False)
    op.create_check_constraint("account_duties", "account", "duties <@ duties_of(role)")


ALL_DUTIES = """
    CREATE FUNCTION duties_of(role text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
        SELECT CASE role
            WHEN 'operator' THEN ARRAY['accounts', 'finance', 'onboarding', 'support']
            WHEN 'partner' THEN ARRAY['desk', 'developer', 'finance', 'owner']
            WHEN 'regulator' THEN ARRAY['audit', 'supervise']
            ELSE ARRAY[]::text[]
        END
    $$
"""
# The release before says nothing of duties: whom it registers is the first of an institution, and has all of them.
FILL = """
    CREATE FUNCTION account_duties() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.duties := coalesce(NEW.duties, duties_of(NEW.role));
        RETURN NEW;
    END $$
"""
FILLS = "CREATE TRIGGER duties BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION account_duties()"
