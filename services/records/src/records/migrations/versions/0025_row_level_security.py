"""Tables with health data are seen by what a transaction said that it may see (docs/adr/0046)."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in (EVERYTHING, RESIDENTS, TYPES, INSTITUTION):
        op.execute(statement)
    for table, condition in SEEN.items():
        op.execute(f"CREATE POLICY grounds ON {table} USING ((SELECT grounds_are_work()) OR {condition})")
        # Not FORCE: the owner migrates, and takes the backups, which would be refused.
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


# Each is asked once a statement: a policy has them in a subquery.
EVERYTHING = """
    CREATE FUNCTION grounds_are_work() RETURNS boolean STABLE LANGUAGE plpgsql AS $$
    DECLARE
        grounds text := coalesce(current_setting('yima.grounds', true), '');
    BEGIN
        IF grounds NOT IN ('decision', 'resident', 'institution', 'device', 'work')
            OR coalesce(current_setting('yima.grounds_id', true), '') = '' THEN
            RAISE EXCEPTION 'the transaction has not said on what grounds it sees what is known of residents'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN grounds = 'work';
    END $$
"""
RESIDENTS = """
    CREATE FUNCTION grounds_residents() RETURNS uuid[] STABLE LANGUAGE sql AS $$
        SELECT CAST(nullif(current_setting('yima.residents', true), '') AS uuid[])
    $$
"""
TYPES = """
    CREATE FUNCTION grounds_information_types() RETURNS text[] STABLE LANGUAGE sql AS $$
        SELECT CAST(nullif(current_setting('yima.information_types', true), '') AS text[])
    $$
"""
INSTITUTION = """
    CREATE FUNCTION grounds_institution() RETURNS uuid STABLE LANGUAGE sql AS $$
        SELECT CAST(nullif(current_setting('yima.institution', true), '') AS uuid)
    $$
"""
OF_RESIDENT = "resident_id = ANY (CAST((SELECT grounds_residents()) AS uuid[]))"
OF_TYPE = "(information_type = ANY (CAST((SELECT grounds_information_types()) AS text[]))) IS NOT FALSE"  # none: any
OF_INSTITUTION = "institution_id = (SELECT grounds_institution())"
SEEN = {
    "record": f"({OF_RESIDENT} AND {OF_TYPE}) OR {OF_INSTITUTION}",
    # Whose it was and is, its resource says; a version may have been of another type than it is now.
    "resource_version": f"({OF_TYPE} AND EXISTS (SELECT FROM record WHERE record.id = record_id))",
    "withdrawn_record": f"({OF_RESIDENT} AND {OF_TYPE}) OR {OF_INSTITUTION}",
    "emergency_slice": OF_RESIDENT,
    "error_report": f"{OF_RESIDENT} OR {OF_INSTITUTION}",
    "device_measure": OF_RESIDENT,
    "reading_flag": OF_RESIDENT,
    "follow_up": OF_RESIDENT,
}
