"""`yima keys`: what a site makes once, and keeps."""

import os
from pathlib import Path

import click
import nkeys
from devstack.nats import OPERATOR, PROCESSES

PRIVATE = 0o600


@click.group("keys")
def keys_group() -> None:
    """Keys that a site makes once."""


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
