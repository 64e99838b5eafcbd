"""`yima keys`: a partner's API keys, and those that a site makes once."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click
import nkeys
from devstack.nats import OPERATOR, PROCESSES
from yima.common.v1.enums import Scope

from yima_cli.terminal import ask, show_result, signed_in_options

PRIVATE = 0o600


@click.group("keys")
def keys_group() -> None:
    """A partner's API keys; and the keys of a site's own processes."""


@keys_group.command("create")
@click.argument("label")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.name.lower() for scope in Scope]),
    help="What it may do; several may be. [default: offerings and orders]",
)
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="In UTC. [default: in a year]")
@signed_in_options
def create(label: str, scopes: tuple[str, ...], expires: datetime | None, **who: str) -> None:
    """Make an API key for one of your systems. Its secret is shown now, and never again.

    \b
    Example:
      yima keys create "booking system" --scope orders --login staff@clinic.example.org
    """
    wanted = {
        "label": label,
        "scopes": [scope.upper() for scope in scopes] or None,
        "expiresAt": expires.replace(tzinfo=UTC).isoformat() if expires else None,
    }
    show_result(ask(lambda caller: caller.run("create-api-key", **wanted), **who))


@keys_group.command("list")
@signed_in_options
def list_keys(**who: str) -> None:
    """List the API keys of your partner: what each may do, when it was last used, until when it is in force."""
    show_result(ask(lambda caller: caller.run("api-keys"), **who))


@keys_group.command("revoke")
@click.argument("key_id")
@signed_in_options
def revoke(key_id: str, **who: str) -> None:
    """Revoke an API key: whoever has signed in with it is signed out."""
    show_result(ask(lambda caller: caller.run("revoke-api-key", id=key_id), **who))


@keys_group.command("nats")
@click.argument("seeds", type=click.Path(file_okay=False, path_type=Path))
@click.argument("public", type=click.Path(file_okay=False, path_type=Path))
def nats_keys(seeds: Path, public: Path) -> None:
    """Make an NKey for every process that speaks to NATS, and one for the operator: a file each, named as the process.

    SEEDS is for the processes and must be kept secret; PUBLIC is for the NATS servers. A key that is there stays.

    \b
    yima keys nats seeds/ public/
    """
    for folder in (seeds, public):
        folder.mkdir(parents=True, exist_ok=True)
    for name in (*PROCESSES, OPERATOR):
        file = seeds / name
        if not file.exists():
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as out:
                out.write(nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER))
        key = nkeys.from_seed(bytearray(file.read_bytes().strip())).public_key.decode()
        (public / name).write_text(key)
        click.echo(f"{name:12} {key}")
