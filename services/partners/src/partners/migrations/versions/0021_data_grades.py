"""How good the data is that institutions send, as records grades it."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "data_grade",
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("resource_type", sa.String(), nullable=False),
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("graded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("partner_id", "resource_type"),
        sa.CheckConstraint("letter IN ('A', 'B', 'C', 'D', 'E')", name="data_grade_letter"),
    )
    for statement in (NEWER, ONLY_NEWER):
        op.execute(statement)


NEWER = """
    CREATE FUNCTION data_grade_is_newer() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.version <= OLD.version OR (NEW.partner_id, NEW.resource_type) <> (OLD.partner_id, OLD.resource_type) THEN
            RAISE EXCEPTION 'a grade of data gives way to a newer one only' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
ONLY_NEWER = """
    CREATE TRIGGER data_grade_only_newer BEFORE UPDATE ON data_grade
    FOR EACH ROW EXECUTE FUNCTION data_grade_is_newer()
"""
