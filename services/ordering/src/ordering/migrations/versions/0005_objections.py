"""Residents object to what partners alone say was given; complaints have versions."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("orders", sa.Column("objection_until", MOMENT, nullable=True))
    op.add_column("orders", sa.Column("contested", sa.Boolean(), server_default="false", nullable=False))
    op.create_check_constraint(
        "orders_wait_for_objections",
        "orders",
        "status <> 'fulfilling' OR objection_until IS NULL OR deadline >= objection_until",
    )
    for table in ("proof", "usage_record"):
        op.add_column(table, sa.Column("objection_until", MOMENT, nullable=True))
        op.add_column(table, sa.Column("struck_at", MOMENT, nullable=True))
    op.add_column("complaint", sa.Column("not_given", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("complaint", sa.Column("objects", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("complaint", sa.Column("version", sa.BigInteger(), server_default="1", nullable=False))


def downgrade() -> None:
    for column in ("version", "objects", "not_given"):
        op.drop_column("complaint", column)
    for table in ("proof", "usage_record"):
        op.drop_column(table, "struck_at")
        op.drop_column(table, "objection_until")
    op.drop_constraint("orders_wait_for_objections", "orders")
    op.drop_column("orders", "contested")
    op.drop_column("orders", "objection_until")
