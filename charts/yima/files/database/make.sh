# After each start of the server: makes the databases and roles that are missing, and lets the roles sign in once all
# are there. May be cut off anywhere, and run again.
set -euo pipefail
run() { psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username postgres --file "$1" postgres; }
until pg_isready --quiet --host 127.0.0.1 --username postgres; do sleep 0.5; done # by TCP: the image's first server has a socket alone
run "$YIMA_SQL/databases.sql"
rm -f "$YIMA_DATA/making"
run "$YIMA_SQL/logins.sql"
