"""`yima tls-certificates`: an authority of one's own, and by it a certificate for each process of a release."""

import base64
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import yaml
from devstack.authority import FILES, Authority, pem
from yima.services import SERVICES
from yima_cli.person import with_json

PRIVATE = 0o600
SANDBOXES = ("sandbox", "registers", "carriers")
PROCESSES = (*SERVICES, "gateway", *SANDBOXES)
DAYS = 90


@click.command("tls-certificates")
@click.argument("authority", type=click.Path(file_okay=False, path_type=Path))
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option("--release", default="yima", show_default=True, help="the Helm release, which services' names begin with")
@click.option("--namespace", default="yima", show_default=True, help="the namespace that it is in")
@click.option("--days", default=DAYS, show_default=True, type=click.IntRange(1, 397), help="how long each is good for")
@with_json
def tls_certificates(authority: Path, out: Path, release: str, namespace: str, days: int) -> Any:
    """Make a certificate for every process of a release, and the authority of all.

    AUTHORITY keeps the authority's key, which signs the next ones: keep it away from the cluster. It is made where
    there is none, and stays. OUT gets a secret a process, for `kubectl apply --filename`. Run it again before they end.

    \b
    Example:
      yima tls-certificates authority/ tls/
    """
    signing = kept_authority(authority)
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = []
    for process in PROCESSES:
        name = f"{release}-{process}"
        names = [name, f"{name}.{namespace}", f"{name}.{namespace}.svc", f"{name}.{namespace}.svc.cluster.local"]
        own, key = signing.sign(names, timedelta(days=days))
        data = dict(zip(FILES, (pem(own), key, signing.pem), strict=True))
        write(out / f"{process}.yaml", manifest(f"{release}-tls-{process}", namespace, data))
        made.append({"process": process, "name": name, "until": f"{own.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}"})
    return made


def kept_authority(folder: Path) -> Authority:
    """The authority that a folder keeps; made where it has none. Raises `click.ClickException`."""
    key, certificate = folder / "ca.key", folder / "ca.crt"
    if not key.exists() and not certificate.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = Authority.new()
        write(key, made.key_pem)
        write(certificate, made.pem)
        return made
    try:
        return Authority.read(key.read_bytes(), certificate.read_bytes())
    except (OSError, ValueError, TypeError):
        fault = f"{key} and {certificate} are not a key and its certificate: put back what was there"
        raise click.ClickException(fault) from None


def manifest(name: str, namespace: str, data: dict[str, bytes]) -> bytes:
    """A secret of the kind that cert-manager makes."""
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/tls",
        "metadata": {"name": name, "namespace": namespace, "labels": {"app.kubernetes.io/part-of": "yima"}},
        "data": {key: base64.b64encode(value).decode() for key, value in data.items()},
    }
    return yaml.safe_dump(secret, sort_keys=False).encode()


def write(path: Path, content: bytes) -> None:
    """Write a file that its owner alone may read, at once as a whole."""
    fresh = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE), "wb") as out:
        out.write(content)
    fresh.rename(path)
