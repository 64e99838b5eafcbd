"""What residents say is wrong in their records, and what institutions answer."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "error_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), sa.ForeignKey("record.id"), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("resource_type", sa.String(), nullable=False),
        sa.Column("fhir_id", sa.String(), nullable=False),
        sa.Column("record_version", sa.Integer(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("corrected_version", sa.Integer(), nullable=True),
        sa.CheckConstraint("status IN ('open', 'corrected', 'confirmed', 'withdrawn')", name="error_report_status"),
        sa.CheckConstraint(
            "(status = 'open') = (closed_at IS NULL) AND (status = 'open') = (closed_by IS NULL)",
            name="error_report_closed",
        ),
        sa.CheckConstraint("(status IN ('corrected', 'confirmed')) = (answer <> '')", name="error_report_answered"),
        sa.CheckConstraint(
            "(status = 'corrected') = (corrected_version IS NOT NULL)"
            " AND corrected_version > record_version IS NOT FALSE",
            name="error_report_corrected",
        ),
        sa.CheckConstraint("description <> ''", name="error_report_described"),
        sa.PrimaryKeyConstraint("id"),
    )
    open_only = sa.text("status = 'open'")
    op.create_index("error_report_open_once", "error_report", ["record_id"], unique=True, postgresql_where=open_only)
    op.create_index("error_report_of_resident", "error_report", ["resident_id", "id"])
    op.create_index("error_report_of_institution", "error_report", ["institution_id", "id"])
    op.create_index("error_report_due", "error_report", ["answer_by"], postgresql_where=open_only)
    op.execute(CLOSED)
    op.execute(STAY)


CLOSED = """
    CREATE FUNCTION error_reports_stay_closed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a report that is closed stays as it is' USING ERRCODE = 'check_violation';
    END $$
"""
STAY = """
    CREATE TRIGGER error_report_stays BEFORE UPDATE ON error_report FOR EACH ROW WHEN (OLD.status <> 'open')
    EXECUTE FUNCTION error_reports_stay_closed()
"""
