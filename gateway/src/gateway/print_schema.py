"""Write the schema to `gateway/schema.graphql`; with `--check`, compare it with what is committed.

A change that would break clients (GraphQL's own rules) is refused unless it is written with `--break`.
"""

import sys
from pathlib import Path

from graphql import build_schema
from graphql.utilities import find_breaking_changes

from gateway.schema import core, schema

PATH = Path(__file__).parents[2] / "schema.graphql"


def main() -> int:
    fresh = schema.as_str() + "\n"
    known = PATH.read_text("utf-8") if PATH.exists() else ""
    if "--check" in sys.argv:
        if fresh != known:
            sys.stderr.write("gateway/schema.graphql is stale: run `make proto`\n")
        return int(fresh != known)
    breaking = find_breaking_changes(build_schema(known), core) if known else []
    if breaking and "--break" not in sys.argv:
        for change in breaking:
            sys.stderr.write(f"{change.description}\n")
        sys.stderr.write("This would break clients. Deprecate instead, or write it with --break.\n")
        return 1
    PATH.write_text(fresh, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
