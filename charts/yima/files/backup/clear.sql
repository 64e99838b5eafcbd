-- Empty a database, by its owner, for what is restored into it; never one that somebody works with.
\set ON_ERROR_STOP on
DO $$
DECLARE others bigint;
BEGIN
    SELECT count(*) INTO others FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL;
    IF others > 0 THEN
        RAISE EXCEPTION '% connections to %: nothing is restored while somebody works with it', others, current_database();
    END IF;
END $$;
-- Default privileges go as well: they would give rights on restored tables that a migration has taken away.
DROP OWNED BY CURRENT_USER CASCADE;
