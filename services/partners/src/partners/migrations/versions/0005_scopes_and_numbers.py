"""scopes_and_numbers"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Keys of before could do all of this, and the release before makes keys without saying what they are for.
ALL = "'{offerings,orders,records,money,documents}'"


def upgrade() -> None:
    op.add_column(
        "api_key", sa.Column("scopes", postgresql.ARRAY(sa.TEXT()), nullable=False, server_default=sa.text(ALL))
    )
    op.add_column("api_key", sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint("partner_registration_number_key", "partner", type_="unique")
    op.create_index("ix_partner_registration_number", "partner", ["registration_number"])
    op.create_index(
        "partner_registration_screened",
        "partner",
        ["registration_number"],
        unique=True,
        postgresql_where=sa.text("status NOT IN ('screening', 'rejected')"),
    )
