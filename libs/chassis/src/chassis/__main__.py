"""Run or migrate a service: `python -m chassis ordering`, `python -m chassis ordering --migrate`.

A service's `app.py` has `service()`, which returns what to serve: an object with `name`, `settings` and `serve()`.
"""

import argparse
import asyncio
import importlib
import os
import sys

import uvloop

from chassis import migrations
from chassis.service import configure_process


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m chassis", description="Run or migrate one Yima service.")
    parser.add_argument("service", help="the service's package, e.g. ordering")
    parser.add_argument("--migrate", action="store_true", help="bring its database to the newest revision and exit")
    arguments = parser.parse_args()
    if arguments.migrate:
        url = os.environ.get("YIMA_MIGRATION_DATABASE_URL", "")
        if not url:
            parser.error("set YIMA_MIGRATION_DATABASE_URL to the owner role's database URL")
        asyncio.run(migrations.upgrade(arguments.service, url))
        return 0
    made = importlib.import_module(f"{arguments.service}.app").service()
    configure_process(made.name, made.settings)
    uvloop.run(made.serve())
    return 0


if __name__ == "__main__":
    sys.exit(main())
