"""Sites have pictures: all that a site is to have, and whether some of them wait for an operator or were refused."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("site", sa.Column("pictures", sa.LargeBinary(), nullable=False, server_default=""))
    op.add_column("site", sa.Column("pictures_state", sa.String(), nullable=False, server_default=""))
    op.create_check_constraint("site_pictures_state", "site", "pictures_state IN ('', 'waiting', 'refused')")
    waiting, not_shown = sa.text("pictures_state = 'waiting'"), sa.text("pictures_state <> ''")
    op.create_index("site_pictures_waiting", "site", ["id"], postgresql_where=waiting)
    op.create_index("site_pictures_not_shown", "site", ["partner_id", "id"], postgresql_where=not_shown)
