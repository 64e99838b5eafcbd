"""Scans of other cities' codes are listed, and kept for 400 days."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("foreign_scan_of", "foreign_scan", ["institution_id", "scanned_at", "id"])
    op.create_index("foreign_scan_received_at", "foreign_scan", ["received_at"])
    op.execute("DROP TRIGGER foreign_scan_stays ON foreign_scan")
    op.execute(KEPT)
    op.execute(IS_KEPT)
    op.execute(NOT_EMPTIED)
    op.execute(MAY_DELETE)


# A claim may be questioned for a year and a month; what is younger stays, whoever would delete it.
KEPT = """
    CREATE FUNCTION foreign_scan_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' OR OLD.received_at > now() - interval '400 days' THEN
            RAISE EXCEPTION 'scans of other cities'' codes are only ever added to, and kept for 400 days'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    END $$
"""
IS_KEPT = """
    CREATE TRIGGER foreign_scan_is_kept BEFORE UPDATE OR DELETE ON foreign_scan
    FOR EACH ROW EXECUTE FUNCTION foreign_scan_is_kept()
"""
NOT_EMPTIED = """
    CREATE TRIGGER foreign_scan_stays BEFORE TRUNCATE ON foreign_scan
    FOR EACH STATEMENT EXECUTE FUNCTION scans_only_grow()
"""
# The right was taken from whoever adds to it, when nothing was ever deleted.
MAY_DELETE = """
    DO $$
    DECLARE adder text;
    BEGIN
        FOR adder IN
            SELECT DISTINCT grantee FROM information_schema.role_table_grants
            WHERE table_schema = current_schema() AND table_name = 'foreign_scan' AND privilege_type = 'INSERT'
                AND grantee <> current_user
        LOOP
            EXECUTE format('GRANT DELETE ON foreign_scan TO %s', CASE adder WHEN 'PUBLIC' THEN adder
                ELSE quote_ident(adder) END);
        END LOOP;
    END $$
"""
