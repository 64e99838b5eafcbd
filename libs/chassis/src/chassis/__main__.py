"""Run or migrate a service, finish its restore, or do one of its tasks.

    python -m chassis ordering
    python -m chassis ordering --migrate
    python -m chassis ordering --after-restore
    python -m chassis settlement --task payouts

A service's `app.py` has `service()`, which returns what to serve: an object with `name`, `settings` and `serve()`.
"""

import argparse
import asyncio
import importlib
import re
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsError

from chassis import errors, tls
from chassis.database import DatabaseAway
from chassis.settings import BadFile, SettingUnfit, given
from chassis.workers import TaskFailed, UnknownTask


def main() -> int:
    errors.install()
    parser = argparse.ArgumentParser(prog="python -m chassis", description="Run or migrate one Yima service.")
    parser.add_argument(
        "service", nargs="+", help="the service's package, e.g. ordering; several with --migrate and --after-restore"
    )
    parser.add_argument("--migrate", action="store_true", help="bring its database to the newest revision and exit")
    parser.add_argument(
        "--after-restore", action="store_true", help="do what its database needs after a restore from a dump, and exit"
    )
    parser.add_argument("--task", default="", help="do one of its tasks, e.g. payouts, and exit")
    parser.add_argument("--about", default="", help="what the task is about, e.g. the id of a key")
    arguments = parser.parse_args()
    if arguments.migrate or arguments.after_restore:
        try:
            url = given("YIMA_MIGRATION_DATABASE_URL")
        except SettingUnfit as error:
            parser.error(str(error))
        if not url:
            parser.error("set YIMA_MIGRATION_DATABASE_URL to the owner role's database URL")
        return prepare(migrate if arguments.migrate else after_restore, arguments.service, url)
    if len(arguments.service) != 1:
        parser.error("a process runs one service")
    try:
        return run(arguments.service[0], arguments.task, arguments.about)
    except ValidationError as error:
        faults = [f"YIMA_{'.'.join(map(str, fault['loc'])).upper()}: {fault['msg']}" for fault in error.errors()]
        parser.error("; ".join(faults))
    except SettingsError as error:
        field = re.search(r'"(\w+)"', str(error))
        parser.error(f"YIMA_{field[1].upper()}: {error.__cause__}" if field else str(error))
    except (SettingUnfit, UnknownTask) as error:
        parser.error(str(error))


def prepare(act: Callable[[Sequence[str], str], Coroutine[Any, Any, None]], services: Sequence[str], url: str) -> int:
    """Migrate databases, or finish their restores."""
    from chassis.migrations import DatabaseNewer  # noqa: PLC0415

    try:
        asyncio.run(act(services, url))
    except (DatabaseAway, DatabaseNewer, SettingUnfit) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def run(service: str, task: str, about: str = "") -> int:
    """Serve, or do the task."""
    # Imported here: who migrates needs none of this, who serves none of Alembic.
    import uvloop  # noqa: PLC0415

    from chassis.service import configure_process  # noqa: PLC0415

    try:
        service_instance = importlib.import_module(f"{service}.app").service()
        configure_process(service_instance.name, service_instance.settings)
        tls.check_urls(service_instance.settings.services_urls())
        service_instance.settings.check()
        if not task:
            uvloop.run(service_instance.serve())
            return 0
        sys.stdout.write(f"{uvloop.run(service_instance.perform(task, about))}\n")
    except (BadFile, DatabaseAway, TaskFailed) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


async def migrate(services: Sequence[str], url: str) -> None:
    """Migrate services' databases; `{service}` in the URL stands for each one's name."""
    from chassis import migrations  # noqa: PLC0415

    for service in services:
        await migrations.upgrade(service, url.replace("{service}", service))


async def after_restore(services: Sequence[str], url: str) -> None:
    """Finish services' restores, with the URL as `migrate` takes it."""
    from chassis import restoring  # noqa: PLC0415

    for service in services:
        summary = await restoring.after_restore(service, url.replace("{service}", service))
        sys.stdout.write(f"{summary}\n")


if __name__ == "__main__":
    sys.exit(main())
