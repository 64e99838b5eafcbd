"""`yima nats-keys`: the keys that a site makes once, for its own processes."""

import os
from pathlib import Path
from typing import Any

import click
import nkeys
from devstack.nats import OPERATOR, PROCESSES
from yima_cli.person import with_json

PRIVATE = 0o600


@click.command("nats-keys")
@click.argument("seeds", type=click.Path(file_okay=False, path_type=Path))
@click.argument("public", type=click.Path(file_okay=False, path_type=Path))
@with_json
def nats_keys(seeds: Path, public: Path) -> Any:
    """Make an NKey for every process that speaks to NATS.

    One for the operator, too: a file each, named as the process. SEEDS is for the processes and must be kept secret;
    PUBLIC is for the NATS servers. A key that is there stays.

    \b
    Example:
      yima nats-keys seeds/ public/
    """
    keys = []
    for folder in (seeds, public):
        folder.mkdir(parents=True, exist_ok=True)
    for name in (*PROCESSES, OPERATOR):
        file = seeds / name
        if not file.exists():
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as out:
                out.write(nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER))
        key = nkeys.from_seed(bytearray(file.read_bytes().strip())).public_key.decode()
        (public / name).write_text(key)
        keys.append({"process": name, "publicKey": key})
    return keys
