"""`yima tls-certificates`: what it makes is believed by chassis, and the authority's key is kept."""

import base64
import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from chassis import tls
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from ops.tls_certificates import PROCESSES
from yima_cli.main import cli

FILES = dict(zip(("tls.crt", "tls.key", "ca.crt"), tls.VARIABLES, strict=True))


def make(folder: Path, *more: str) -> Result:
    return CliRunner().invoke(cli, ["tls-certificates", str(folder / "authority"), str(folder / "tls"), *more])


def secret(folder: Path, process: str) -> dict[str, bytes]:
    made: dict[str, Any] = yaml.safe_load((folder / "tls" / f"{process}.yaml").read_text("utf-8"))
    assert made["type"] == "kubernetes.io/tls"
    return {name: base64.b64decode(value) for name, value in made["data"].items()}


def test_each_process_is_believed_for_the_names_it_has_in_the_cluster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = make(tmp_path, "--release", "jinan", "--namespace", "health", "--json")
    assert said.exit_code == 0
    assert [each["process"] for each in json.loads(said.stdout)] == list(PROCESSES)
    for process in PROCESSES:
        for name, content in secret(tmp_path, process).items():
            monkeypatch.setenv(FILES[name], content.decode())
        identity = tls.read()
        name = f"jinan-{process}"
        assert identity.names == [name, *(f"{name}.health{end}" for end in ("", ".svc", ".svc.cluster.local"))]
        assert abs(identity.until - datetime.now(UTC) - timedelta(days=90)) < timedelta(minutes=5)
    certificate = x509.load_pem_x509_certificate(secret(tmp_path, "ordering")["tls.crt"])
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1"


def test_the_authority_stays_and_nobody_else_reads_a_key(tmp_path: Path) -> None:
    assert make(tmp_path).exit_code == 0
    first = {process: secret(tmp_path, process) for process in PROCESSES}
    assert make(tmp_path, "--days", "30").exit_code == 0
    for process in PROCESSES:
        again = secret(tmp_path, process)
        assert again["ca.crt"] == first[process]["ca.crt"]
        assert again["tls.key"] != first[process]["tls.key"], "a key is made with each"
    assert b"ca.key" not in b"".join(path.read_bytes() for path in (tmp_path / "tls").iterdir())
    for path in [*(tmp_path / "authority").iterdir(), *(tmp_path / "tls").iterdir()]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert len({first[process]["tls.key"] for process in PROCESSES}) == len(PROCESSES)


@pytest.mark.parametrize("fault", ["no key", "another key", "no certificate"])
def test_an_authority_that_is_not_whole_is_left_as_it_is_and_said(tmp_path: Path, fault: str) -> None:
    assert make(tmp_path).exit_code == 0
    key, certificate = tmp_path / "authority" / "ca.key", tmp_path / "authority" / "ca.crt"
    if fault == "another key":
        assert make(tmp_path / "other").exit_code == 0
        key.write_bytes((tmp_path / "other" / "authority" / "ca.key").read_bytes())
    else:
        (key if fault == "no key" else certificate).unlink()
    before = {path.name: path.read_bytes() for path in (tmp_path / "authority").iterdir()}
    said = make(tmp_path)
    assert said.exit_code == 1
    assert f"{key} and {certificate} are not a key and its certificate" in said.stderr
    assert {path.name: path.read_bytes() for path in (tmp_path / "authority").iterdir()} == before
