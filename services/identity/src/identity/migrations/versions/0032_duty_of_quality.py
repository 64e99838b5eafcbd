"""Operators may have the duty of quality: who had all duties there were has it, too."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(ALL_DUTIES)
    op.execute(
        "UPDATE account SET duties = duties_of('operator')"
        " WHERE role = 'operator' AND duties @> ARRAY['accounts', 'finance', 'onboarding', 'support']"
    )


ALL_DUTIES = """
    CREATE OR REPLACE FUNCTION duties_of(role text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
        SELECT CASE role
            WHEN 'operator' THEN ARRAY['accounts', 'finance', 'onboarding', 'quality', 'support']
            WHEN 'partner' THEN ARRAY['desk', 'developer', 'finance', 'owner']
            WHEN 'regulator' THEN ARRAY['audit', 'supervise']
            ELSE ARRAY[]::text[]
        END
    $$
"""
