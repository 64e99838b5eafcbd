"""The connector's chart is held against the settings that the connector reads, and against Kubernetes."""

import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from yima_connector import mapping, settings

ROOT = Path(__file__).parents[2]
_spec = importlib.util.spec_from_file_location("render", ROOT / "charts" / "render.py")
assert _spec is not None and _spec.loader is not None
rendering = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(rendering)
KUBERNETES = ["1.29", "1.33", "1.37"]


@cache
def manifests(*arguments: str) -> dict[str, dict[str, Any]]:
    rendered = yaml.load_all(rendering.render_connector(*arguments), yaml.CSafeLoader)
    return {manifest["kind"]: manifest for manifest in rendered if manifest}


def test_it_is_without_a_lint_and_what_it_renders_is_what_was_reviewed() -> None:
    report = rendering.helm("lint", "--strict", str(rendering.CONNECTOR), "--values", str(rendering.HOSPITAL))
    assert "0 chart(s) failed" in report
    assert rendering.golden("connector").read_text("utf-8") == rendering.render_connector(), "run `make charts`"


@pytest.mark.parametrize("version", KUBERNETES)
def test_every_manifest_is_valid_for_each_kubernetes(version: str) -> None:
    for manifest in manifests("--set", "service.type=LoadBalancer").values():
        kubernetes_validate.validate(manifest, version, strict=True)


def test_the_connector_reads_the_settings_and_mappings_that_it_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HIS_PASSWORD", "a password")
    for name, text in manifests()["ConfigMap"]["data"].items():
        (tmp_path / name).write_text(text, "utf-8")
    known = settings.read(tmp_path / "connector.yaml")
    (container,) = manifests()["StatefulSet"]["spec"]["template"]["spec"]["containers"]
    mounts = [mount["mountPath"] for mount in container["volumeMounts"]]
    assert any(known.spool.folder.is_relative_to(mount) for mount in mounts), "what is kept outlives the pod"
    assert any(known.city.key_file.is_relative_to(mount) for mount in mounts)
    ports = {port["containerPort"] for port in container["ports"]}
    listening = {source.mllp.port for source in known.sources.values() if source.mllp}
    assert ports == listening | {known.status.port}
    for source in known.sources.values():
        rows = mapping.read(source.mapping).rows
        assert {inlet.rows for inlet in (source.csv, source.view) if inlet} <= rows.keys()


def test_there_is_one_pod_that_may_do_nothing_else() -> None:
    spec = manifests()["StatefulSet"]["spec"]
    pod = spec["template"]["spec"]
    (container,) = pod["containers"]
    assert (spec["replicas"], pod["automountServiceAccountToken"], pod["securityContext"]["runAsNonRoot"]) == (
        1,
        False,
        True,
    )
    assert container["securityContext"]["readOnlyRootFilesystem"]
    policy = manifests()["NetworkPolicy"]["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    (entry,) = policy["ingress"]
    assert [port["port"] for port in entry["ports"]] == [8088, 2575, 2576]
    closed = manifests("--set", "from=null")["NetworkPolicy"]["spec"]
    assert closed["ingress"] == [], "nobody is let in who is not named"


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ("city.url=yima.example.org/", "url"),
        ("city.clientId=laboratory", "clientId"),
        ("sources.laboratory.id=1", "id"),
        ("sources.Laboratory.id=src_1", "Laboratory"),
        ("sources.laboratory.mllp.port=25", "port"),
        ("replicas=2", "replicas"),
        ("spool.size=much", "size"),
    ],
)
def test_what_an_engineer_gets_wrong_is_refused_by_its_key(wrong: str, named: str) -> None:
    with pytest.raises(rendering.Refused, match=named):
        rendering.render_connector("--set", wrong)
