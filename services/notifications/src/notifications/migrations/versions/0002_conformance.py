"""conformance"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
PLAYING = sa.text("status = 'playing'")
RUN_MOVES = "playing>passed playing>failed playing>expired"
CHECK_MOVES = "waiting>playing playing>passed playing>failed"


def upgrade() -> None:
    op.create_table(
        "conformance_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.CheckConstraint("status IN ('playing', 'passed', 'failed', 'expired')", name="run_status"),
        sa.CheckConstraint("(status = 'playing') = (finished_at IS NULL)", name="run_finished_at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("run_of_partner", "conformance_run", ["partner_id", "started_at"])
    op.create_index("run_due", "conformance_run", ["next_at"], postgresql_where=PLAYING)
    op.create_index("one_run_of_endpoint", "conformance_run", ["endpoint_id"], unique=True, postgresql_where=PLAYING)
    op.create_index("run_by_time", "conformance_run", ["started_at"])
    op.create_table(
        "conformance_check",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("sent", sa.String(), nullable=False),
        sa.Column("answered", sa.String(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.CheckConstraint("status IN ('waiting', 'playing', 'passed', 'failed')", name="check_status"),
        sa.CheckConstraint("(status IN ('passed', 'failed')) = (decided_at IS NOT NULL)", name="check_decided_at"),
        sa.CheckConstraint("(status = 'waiting') = (begun_at IS NULL)", name="check_begun_at"),
        sa.ForeignKeyConstraint(["run_id"], ["conformance_run.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "step"),
    )
    for table, name, moves in (
        ("conformance_run", "run", RUN_MOVES),
        ("conformance_check", "check", CHECK_MOVES),
    ):
        op.execute(
            f"CREATE TRIGGER {name}_moves BEFORE UPDATE ON {table} FOR EACH ROW"
            f" WHEN (OLD.status <> NEW.status"
            f" AND (OLD.status || '>' || NEW.status) <> ALL ('{{{','.join(moves.split())}}}'::text[]))"
            " EXECUTE FUNCTION refuse_move()"
        )
