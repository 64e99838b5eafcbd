"""Whoever a regulator has frozen as a practitioner scans nothing, whatever else is asked."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(REFUSES)
    for table in ("scan", "foreign_scan"):
        op.execute(BY_NOBODY_FROZEN.format(table=table))


# Of a scan that another city's practitioner made nothing is known here.
REFUSES = """
    CREATE FUNCTION scans_by_nobody_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM added JOIN subject_freeze AS known ON known.subject_id = added.practitioner_id
            WHERE NOT known.whole_account AND NOT known.lifted
        ) THEN
            RAISE EXCEPTION 'a practitioner whom a regulator has frozen scans nothing' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
"""
BY_NOBODY_FROZEN = """
    CREATE TRIGGER {table}_by_nobody_frozen AFTER INSERT ON {table} REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION scans_by_nobody_frozen()
"""
