-- One database, dumped as it is at one moment, with the rows of each table at that very moment beside it.
-- psql "$DUMP_URL" --file dump.sql, where DUMP_TO is the path without its ending.
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
\getenv to DUMP_TO
\set rows :to .rows
\set revision :to .revision
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL statement_timeout = 0;
SELECT pg_export_snapshot() AS snapshot \gset
\setenv DUMP_SNAPSHOT :snapshot
\o :rows
SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"');
SELECT format('SELECT %L, count(*) FROM public.%I', tablename, tablename)
FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename \gexec
\o :revision
SELECT version_num FROM alembic_version;
\o
\! exec pg_dump --format custom --snapshot "$DUMP_SNAPSHOT" --file "$DUMP_TO.dump" "$DUMP_URL"
\if :SHELL_ERROR
    DO $$ BEGIN RAISE EXCEPTION 'pg_dump failed'; END $$;
\endif
COMMIT;
