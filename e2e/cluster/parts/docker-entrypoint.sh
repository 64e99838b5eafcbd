#!/bin/bash
# What the official PostgreSQL image's entrypoint does, as far as the chart asks for it.
set -Eeo pipefail
if [ "${1:0:1}" = '-' ]; then set -- postgres "$@"; fi
if [ "$1" = postgres ]; then
  mkdir -p "$PGDATA"
  chmod 00700 "$PGDATA" || :  # every time: a volume's fsGroup widens it at each mount
  if [ ! -s "$PGDATA/PG_VERSION" ]; then
    method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
    if [ -z "$POSTGRES_PASSWORD" ] && [ "$method" != trust ]; then
      echo "Error: Database is uninitialized and superuser password is not specified." >&2
      exit 1
    fi
    initdb --username=postgres --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") -D "$PGDATA"
    printf '\nhost all all all %s\n' "$method" >> "$PGDATA/pg_hba.conf"
    PGUSER=postgres pg_ctl -D "$PGDATA" -o "$(printf '%q ' "${@:2}") -c listen_addresses='' -p 5432" -w start
    for file in /docker-entrypoint-initdb.d/*.sql; do
      [ -e "$file" ] || continue
      psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password --username postgres --dbname postgres -f "$file"
    done
    PGUSER=postgres pg_ctl -D "$PGDATA" -m fast -w stop
  fi
fi
exec "$@"
