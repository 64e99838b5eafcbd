"""Alembic for every service: one environment, one way to run it.

A service keeps `migrations/env.py`, which calls `run(metadata)`, and `migrations/versions/`. Old code must run
against the new schema (expand, then contract), and no migration may wait long for a lock.
"""

import importlib.resources
from collections.abc import Callable
from typing import Any

import alembic.command
import alembic.config
from alembic import context
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from chassis.database import location_of, wait_for, why_unusable
from chassis.rights import restrict
from chassis.settings import Settings

LOCK_TIMEOUT_SECONDS = 5
OWNER_URL = "YIMA_MIGRATION_DATABASE_URL"  # the variable that says where the owner reaches its database


def config(service: str) -> alembic.config.Config:
    """The service's Alembic configuration, found inside its package."""
    alembic_config = alembic.config.Config()
    alembic_config.set_main_option("script_location", str(importlib.resources.files(service) / "migrations"))
    return alembic_config


class DatabaseNewer(Exception):
    """A database was migrated by a newer release than this; the text says which, and what to do."""


async def upgrade(service: str, url: str, revision: str = "head") -> None:
    """Bring the database at `url` (the owner's) to a revision of the service, the newest if none is named.

    Raises `DatabaseNewer` where it is at one that this release does not know, and changes nothing.
    """
    known = set(revisions(service))

    def upgraded(settings: alembic.config.Config) -> None:
        current = MigrationContext.configure(settings.attributes["connection"]).get_current_heads()
        if unknown := sorted(set(current) - known):
            raise DatabaseNewer(
                f"the database at {location_of(url, OWNER_URL)} ({OWNER_URL}) is at revision {', '.join(unknown)}, and "
                f"this release knows {service} up to {max(known)}: use the release that migrated it, or a later one"
            )
        alembic.command.upgrade(settings, revision)

    await _command(service, url, upgraded)


def revisions(service: str) -> list[str]:
    """The service's revisions, the newest first."""
    return [script.revision for script in ScriptDirectory.from_config(config(service)).walk_revisions()]


async def check(service: str, url: str) -> None:
    """Raise when the tables in code and the migrations disagree."""
    await _command(service, url, alembic.command.check)


async def _command(service: str, url: str, command: Callable[[alembic.config.Config], None]) -> None:
    engine = create_async_engine(url, poolclass=NullPool)
    location = location_of(url, OWNER_URL)

    async def connect() -> AsyncConnection:
        return await engine.connect()

    def with_connection(sync: Connection) -> None:
        settings = config(service)
        settings.attributes["connection"] = sync
        command(settings)

    try:
        connection = await wait_for(
            connect, lambda error: why_unusable(location, OWNER_URL, error), Settings().database_wait_seconds
        )
        try:
            await connection.run_sync(with_connection)
            await connection.commit()
        finally:
            await connection.close()
    finally:
        await engine.dispose()


def run(metadata: MetaData) -> None:
    """The body of every service's `migrations/env.py`."""
    connection: Connection = context.config.attributes["connection"]
    connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'"))
    context.configure(connection=connection, target_metadata=metadata, include_name=is_own)
    with context.begin_transaction():
        context.run_migrations()
        bring_up_to_date(connection)
        restrict(connection, metadata)


# What databases lack that were made by an earlier release.
SINCE = {
    ("outbox", "sequence"): "ALTER TABLE outbox ADD COLUMN sequence bigint",
    ("signing_key", "signs_from"): "ALTER TABLE signing_key ADD COLUMN signs_from timestamptz",
    ("signing_key", "withdrawn_because"): "ALTER TABLE signing_key ADD COLUMN withdrawn_because text",
}
HAS = text("SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(:name) AND attname = :column)")
EXISTS = text("SELECT to_regclass(:name) IS NOT NULL")


def bring_up_to_date(connection: Connection) -> None:
    """Add to the chassis's own tables what later releases have: the same for every service, so in none's revisions."""
    for (name, column), statement in SINCE.items():
        if not connection.scalar(EXISTS, {"name": name}):
            continue  # an older revision was asked for
        if not connection.scalar(HAS, {"name": name, "column": column}):
            connection.execute(text(statement))


def is_own(name: str | None, kind: str, _parents: object) -> bool:
    """Is this table the service's, to be compared with its code, rather than the chassis's?"""
    return kind != "table" or name not in OWN_TABLES


def create_messaging_tables(op: Any) -> None:
    """The chassis's own tables, for a service's first migration."""
    for statement in f"{OUTBOX};{INBOX};{IDEMPOTENCY}".split(";"):
        op.execute(statement)


def create_signing_key_table(op: Any) -> None:
    """The table of `chassis.signing`, for a service that signs."""
    op.execute(SIGNING_KEY)


OWN_TABLES = {"outbox", "inbox", "idempotency", "signing_key"}
SIGNING_KEY = """
    CREATE TABLE signing_key (
        kid text PRIMARY KEY,
        private_key bytea NOT NULL,
        created_at timestamptz NOT NULL,
        withdrawn_at timestamptz
    )
"""
OUTBOX = """
    CREATE TABLE outbox (
        position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id uuid NOT NULL,
        subject text NOT NULL,
        type text NOT NULL,
        payload bytea NOT NULL,
        traceparent text NOT NULL,
        cause uuid,
        created_at timestamptz NOT NULL DEFAULT now(),
        sent_at timestamptz,
        sequence bigint
    );
    CREATE INDEX outbox_unsent ON outbox (position) WHERE sent_at IS NULL;
    CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL
"""
INBOX = """
    CREATE TABLE inbox (
        durable text NOT NULL,
        event_id uuid NOT NULL,
        handled_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (durable, event_id)
    );
    CREATE INDEX inbox_handled ON inbox (handled_at)
"""
IDEMPOTENCY = """
    CREATE TABLE idempotency (
        subject_id text NOT NULL,
        key text NOT NULL,
        request_sha256 bytea NOT NULL,
        answer bytea,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (subject_id, key)
    );
    CREATE INDEX idempotency_created ON idempotency (created_at)
"""
