"""Commands about the keys that services sign with: identity tokens and health codes, partners the certificate registry,
consent receipts and its log, records what is read in an emergency, settlement statements."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
from yima_cli.failures import Failure
from yima_cli.person import with_json
from yima_cli.registry import Group

if TYPE_CHECKING:
    from chassis.sealing import Sealer
    from chassis.signing import KeyStore
    from sqlalchemy.ext.asyncio import AsyncSession

SERVICES = ("identity", "partners", "consent", "records", "settlement")
SERVICE = click.option(
    "--service", type=click.Choice(SERVICES), default="identity", show_default=True, help="Whose keys."
)


@click.group("signing-keys", cls=Group)
def signing_keys() -> None:
    """Keys that services sign with: list, rotate, withdraw.

    They are those of the system on this machine; elsewhere YIMA_DATABASE_URL and YIMA_KEY_ENCRYPTION_KEYS say whose, as
    they do where a service runs.
    """


@signing_keys.command("list")
@SERVICE
@with_json
def list_keys(service: str) -> Any:
    """List a service's keys, the newest first: from when each signs, and whether it was withdrawn.

    \b
    Example:
      yima signing-keys list
    """

    async def every(session: "AsyncSession", _sealer: "Sealer") -> list[dict[str, Any]]:
        return [
            {
                "kid": row.kid,
                "signsFrom": row.signs_from.isoformat(),
                "withdrawnAt": row.withdrawn_at.isoformat() if row.withdrawn_at else None,
            }
            for row in (await session.execute(keys_of(service).every)).all()
        ]

    return on(service, every)


@signing_keys.command("rotate")
@SERVICE
@with_json
def rotate(service: str) -> Any:
    """Make a new key: it is published now and signs in a minute. What older ones signed stays genuine.

    \b
    Example:
      yima signing-keys rotate --service consent
    """

    async def make(session: "AsyncSession", sealer: "Sealer") -> dict[str, Any]:
        return {"kid": await keys_of(service).rotate(session, sealer, datetime.now(UTC))}

    return on(service, make)


@signing_keys.command("withdraw")
@click.argument("kid")
@SERVICE
@click.option("--reason", required=True, help="Why, for who looks at it later.")
@with_json
def withdraw(kid: str, service: str, reason: str) -> Any:
    """Withdraw a key that somebody else has got: what it signed is refused within seconds, and another signs.

    \b
    Example:
      yima signing-keys withdraw 019ab… --reason "a backup was lost"
    """

    async def take_back(session: "AsyncSession", sealer: "Sealer") -> dict[str, Any]:
        from chassis.signing import UnknownKey

        try:
            return {"kid": await keys_of(service).withdraw(session, sealer, kid, reason, datetime.now(UTC))}
        except UnknownKey as error:
            raise Failure(f"{error}; `yima signing-keys list --service {service}` has those there are") from None

    return on(service, take_back)


def keys_of(service: str) -> "KeyStore":
    """How a service's keys are handled: settlement's have certificates."""
    if service == "settlement":
        from settlement.store.documents import KEYS

        return KEYS
    from chassis.signing import RING

    return RING


def on[T](service: str, work: "Callable[[AsyncSession, Sealer], Awaitable[T]]") -> T:
    """Do `work` in one transaction of the service's database."""

    async def run() -> T:
        from chassis.database import Database
        from chassis.sealing import Sealer

        url, keys = where(service)
        sealer, database = Sealer.of(keys), Database(url)
        try:
            async with database.transaction() as session:
                return await work(session, sealer)
        finally:
            await database.close()

    return asyncio.run(run())


def where(service: str) -> tuple[str, str]:
    """The service's database, and what its keys are enciphered with."""
    url, keys = os.environ.get("YIMA_DATABASE_URL", ""), os.environ.get("YIMA_KEY_ENCRYPTION_KEYS", "")
    if url:
        return url, keys
    import orjson

    from ops.state import STATE

    try:
        postgres = orjson.loads((STATE / "state.json").read_bytes())["postgres"]
        secrets = orjson.loads((STATE / "secrets.json").read_bytes())
    except (OSError, KeyError, ValueError):
        raise Failure("no system runs here; start one with `yima up`, or set YIMA_DATABASE_URL") from None
    host, port, password = postgres["host"], postgres["port"], secrets["app"]
    return f"postgresql+asyncpg://{service}_app:{password}@/{service}?host={host}&port={port}", secrets[
        "key-encryption"
    ]
