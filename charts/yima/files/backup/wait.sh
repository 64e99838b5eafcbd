# Waits until each database that is named lets us in, and says what for, each reason once. A server starts, its roles are
# being made, or the network's policies do not know this pod yet: they take effect some seconds after its first.
# The URL of each is in YIMA_BACKUP_URL_NAME.
await_databases() {
  local name url answer said deadline=$((SECONDS + ${YIMA_DATABASE_WAIT_SECONDS:-600}))
  for name in "$@"; do
    url="YIMA_BACKUP_URL_${name^^}" said=""
    until answer="$(psql --no-psqlrc --quiet --command 'SELECT' "${!url/+asyncpg/}" 2>&1)"; do
      if ((SECONDS >= deadline)); then
        echo "$name: $answer" >&2
        return 1
      fi
      [ "$answer" = "$said" ] || echo "waiting for $name: $answer" >&2
      said="$answer"
      sleep 1
    done
  done
}
