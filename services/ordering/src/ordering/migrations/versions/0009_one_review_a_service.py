"""One review an order and offering, however many lines it has."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("review", sa.Column("order_id", sa.Uuid(), sa.ForeignKey("orders.id"), nullable=True))
    op.add_column("review", sa.Column("repeat", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        "UPDATE review SET order_id = line.order_id FROM order_line AS line WHERE line.id = review.order_line_id"
    )
    op.execute(
        """
        UPDATE review SET repeat = counted.repeat FROM (
            SELECT id, row_number() OVER (PARTITION BY order_id, offering_id ORDER BY id) - 1 AS repeat FROM review
        ) AS counted WHERE counted.id = review.id AND counted.repeat > 0
        """
    )
    op.create_unique_constraint("review_once", "review", ["order_id", "offering_id", "repeat"])


def downgrade() -> None:
    op.drop_constraint("review_once", "review")
    op.drop_column("review", "repeat")
    op.drop_column("review", "order_id")
