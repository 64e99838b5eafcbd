"""an upheld complaint holds its order's money until it is refunded, and so does what a bank took and nobody could book"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("complaint", sa.Column("proposal_id", sa.Uuid(), nullable=True))
    op.create_foreign_key("complaint_proposal_id_fkey", "complaint", "proposal", ["proposal_id"], ["id"])
    op.execute(
        "UPDATE complaint SET proposal_id = proposal.id FROM proposal"
        " WHERE complaint.upheld AND proposal.reason = 'complaint ' || complaint.complaint_id || ' was upheld'"
    )
    op.create_index("complaint_of_order", "complaint", ["order_id"])
    op.drop_index("complaint_open", "complaint")
    op.create_index("money_case_of_order", "money_case", ["order_id"], postgresql_where=sa.text("resolved_at IS NULL"))
