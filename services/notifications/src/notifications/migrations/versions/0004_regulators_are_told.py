"""Regulators are told, too."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("notice_audience", "notice", type_="check")
    op.create_check_constraint(
        "notice_audience", "notice", "audience IN ('resident', 'partner', 'operators', 'regulators', 'address')"
    )
