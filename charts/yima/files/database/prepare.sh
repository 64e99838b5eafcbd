# Before the server starts: where its first start was cut off, what that made is taken away, and it begins again.
# Nothing is lost by it: until `making` is gone, no role of a service could sign in.
set -euo pipefail
cd "$YIMA_DATA"
if [ -e making ] && [ -e "$PGDATA" ]; then
  echo "the first start was cut off: making the databases again"
  rm -rf "$PGDATA"
fi
[ -e "$PGDATA/PG_VERSION" ] || touch making
