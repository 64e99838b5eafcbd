"""Until when a session waits for an answer that is offered for one its partner withdrew."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("booking", sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        "booking_answered_before", "booking", "answer_by IS NULL OR (answer_by < starts_at AND booked_by = 'partner')"
    )
    waits = sa.text("answer_by IS NOT NULL AND agreed_at IS NULL AND released_at IS NULL")
    op.create_index("booking_unanswered", "booking", ["answer_by"], postgresql_where=waits)
