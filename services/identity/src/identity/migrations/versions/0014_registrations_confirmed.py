"""Who registers gives a code that is sent to their login."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Who has not given the code manages nothing yet: the login may be given to who registers it next.
MANAGES = """
    CREATE OR REPLACE FUNCTION manages_accounts(who account) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
        SELECT who.suspended_at IS NULL AND NOT who.unconfirmed AND NOT who.awaits_code AND CASE who.role
            WHEN 'operator' THEN 'accounts' WHEN 'partner' THEN 'owner' WHEN 'regulator' THEN 'supervise'
        END = ANY(who.duties)
    $$
"""


def upgrade() -> None:
    op.add_column("account", sa.Column("awaits_code", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.drop_constraint("contact_code_purpose", "contact_code")
    op.create_check_constraint("contact_code_purpose", "contact_code", "purpose IN ('reset', 'confirm', 'register')")
    op.execute(MANAGES)
