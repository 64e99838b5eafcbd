"""Grades of what institutions send, by kind and month; reports of them; the resource catalogue."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "grading",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("graded_at", MOMENT, nullable=True),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("sealed_at", MOMENT, nullable=True),
        sa.CheckConstraint("extract(day FROM month) = 1", name="grading_month"),
        sa.PrimaryKeyConstraint("institution_id", "month"),
    )
    op.create_index(
        "grading_due", "grading", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL AND sealed_at IS NULL")
    )
    op.create_table(
        "quality_grade",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("resource_type", sa.String(), nullable=False),
        sa.Column("residents", sa.BigInteger(), nullable=False),
        sa.Column("resources", sa.BigInteger(), nullable=False),
        sa.Column("affected", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("graded_at", MOMENT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("residents >= 10", name="quality_grade_of_enough"),
        sa.CheckConstraint("letter IN ('A', 'B', 'C', 'D', 'E')", name="quality_grade_letter"),
        sa.CheckConstraint("extract(day FROM month) = 1", name="quality_grade_month"),
        sa.PrimaryKeyConstraint("institution_id", "month", "resource_type"),
        sa.UniqueConstraint("id", name="quality_grade_id"),
    )
    op.create_index("quality_grade_listed", "quality_grade", ["month", "id"])
    op.create_index("quality_grade_of_institution", "quality_grade", ["institution_id", "month", "id"])
    op.create_table(
        "quality_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.CheckConstraint("extract(day FROM month) = 1", name="quality_report_month"),
        sa.CheckConstraint("letter IN ('A', 'B', 'C', 'D', 'E')", name="quality_report_letter"),
        sa.CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="quality_report_hash"),
        sa.CheckConstraint("signature <> ''", name="quality_report_signed"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("institution_id", "month", name="quality_report_once"),
    )
    op.create_index("quality_report_listed", "quality_report", ["institution_id", "id"])
    op.create_table(
        "catalogue_count", sa.Column("counted_at", MOMENT, nullable=False), sa.PrimaryKeyConstraint("counted_at")
    )
    op.create_table(
        "catalogue_entry",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("information_type", sa.String(), nullable=False),
        sa.Column("resource_type", sa.String(), nullable=False),
        sa.Column("resources_at_least", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("newest_day", sa.Date(), nullable=False),
        sa.Column("counted_at", MOMENT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("resources_at_least >= 10", name="catalogue_entry_counts_nobody"),
        sa.CheckConstraint(
            "resources_at_least % CAST(10 ^ (length(CAST(resources_at_least AS text)) - 1) AS bigint) = 0",
            name="catalogue_entry_rounded",
        ),
        sa.PrimaryKeyConstraint("institution_id", "information_type", "resource_type"),
        sa.UniqueConstraint("id", name="catalogue_entry_id"),
    )
    # What came in a month lies together: an index of blocks costs next to nothing to keep.
    op.create_index("record_came", "record", ["ingested_at"], postgresql_using="brin")
    for statement in (SEALED, SEALED_GRADE, SEALED_GRADES, SEALED_ONCE, REPORTS, REPORTS_STAY):
        op.execute(statement)


# What was reported stays what it was.
SEALED = """
    CREATE FUNCTION quality_grade_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE touched quality_grade;
    BEGIN
        touched := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        IF EXISTS (
            SELECT FROM grading WHERE institution_id = touched.institution_id AND month = touched.month
                AND sealed_at IS NOT NULL
        ) THEN
            RAISE EXCEPTION 'grades of a month that was reported stay what they were' USING ERRCODE = 'check_violation';
        END IF;
        RETURN touched;
    END $$
"""
SEALED_GRADE = """
    CREATE TRIGGER sealed BEFORE INSERT OR UPDATE OR DELETE ON quality_grade
    FOR EACH ROW EXECUTE FUNCTION quality_grade_sealed()
"""
SEALED_GRADES = """
    CREATE FUNCTION grading_sealed_once() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a month that was reported stays so' USING ERRCODE = 'check_violation';
    END $$
"""
SEALED_ONCE = """
    CREATE TRIGGER sealed_once BEFORE UPDATE OR DELETE ON grading FOR EACH ROW
    WHEN (OLD.sealed_at IS NOT NULL) EXECUTE FUNCTION grading_sealed_once()
"""
REPORTS = """
    CREATE FUNCTION quality_reports_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a report stays what it was' USING ERRCODE = 'check_violation';
    END $$
"""
REPORTS_STAY = """
    CREATE TRIGGER quality_reports_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON quality_report
    FOR EACH STATEMENT EXECUTE FUNCTION quality_reports_only_grow()
"""
