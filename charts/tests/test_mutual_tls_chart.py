"""Mutual TLS between services, as the chart sets it up: who has a certificate, for which names, who is asked how."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from chassis.tls import VARIABLES
from click.testing import CliRunner
from ops.tls_certificates import PROCESSES
from yima_cli.main import cli

from charts import render

CERT_MANAGER = ("--set", "global.tls.mode=certManager")
SECRETS = ("--set", "global.tls.mode=secrets")
FIELDS = dict(zip(("tls.crt", "tls.key", "ca.crt"), VARIABLES, strict=True))
HEALTH = 8790


def rendered(*arguments: str) -> list[dict[str, Any]]:
    return [each for each in yaml.load_all(render.render(*arguments), yaml.CSafeLoader) if each]


def of_kind(kind: str, *arguments: str) -> dict[str, dict[str, Any]]:
    return {each["metadata"]["name"]: each for each in rendered(*arguments) if each["kind"] == kind}


def pods_of(manifests: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    specs = {name: each["spec"].get("jobTemplate", each)["spec"]["template"] for name, each in manifests.items()}
    return {name: spec["spec"] for name, spec in specs.items()}


def environment(pod: dict[str, Any]) -> dict[str, str]:
    return {entry["name"]: entry.get("value", "") for entry in pod["containers"][0]["env"]}


def files_of(pod: dict[str, Any]) -> dict[str, tuple[str, str]]:
    (volume,) = [each for each in pod["volumes"] if each["name"] == "secrets"]
    sources = [source["secret"] for source in volume["projected"]["sources"]]
    return {item["path"]: (source["name"], item["key"]) for source in sources for item in source["items"]}


def callers(*arguments: str) -> dict[str, dict[str, Any]]:
    """Pods of processes that ask others: services and their tasks; not backups, which ask the database alone."""
    asking = pods_of(of_kind("Deployment", *arguments)) | pods_of(of_kind("CronJob", *arguments))
    return {name: pod for name, pod in asking.items() if "backup" not in name}


def test_it_is_off_to_evaluate() -> None:
    assert "tls-" not in {name.removeprefix("yima-")[:4] for name in of_kind("Certificate")}
    assert not of_kind("Certificate") and not of_kind("Issuer")
    for pod in callers().values():
        assert not files_of_tls(pod) and "YIMA_HEALTH_PORT" not in environment(pod)


def files_of_tls(pod: dict[str, Any]) -> dict[str, tuple[str, str]]:
    if not [each for each in pod["volumes"] if each["name"] == "secrets"]:
        return {}
    return {path: where for path, where in files_of(pod).items() if path in VARIABLES}


@pytest.mark.parametrize("mode", [CERT_MANAGER, SECRETS], ids=["certManager", "secrets"])
def test_every_process_that_is_asked_or_asks_has_a_certificate_of_its_own_and_asks_nobody_in_plain(
    mode: tuple[str, ...],
) -> None:
    asking = callers(*mode)
    assert len(asking) > len(PROCESSES)
    owners: dict[str, set[str]] = {}
    for name, pod in asking.items():
        files = files_of_tls(pod)
        (secret,) = {secret for secret, _ in files.values()}
        assert files == {variable: (secret, field) for field, variable in FIELDS.items()}, name
        owners.setdefault(secret, set()).add(pod["serviceAccountName"])
        urls = {key: value for key, value in environment(pod).items() if value.startswith(("http://", "https://"))}
        assert {key for key, value in urls.items() if value.startswith("http://")} == set(), name
    assert owners == {f"yima-tls-{process}": {f"yima-{process}"} for process in PROCESSES}


def test_probes_are_asked_at_a_port_of_their_own_where_no_policy_lets_anybody() -> None:
    for name, pod in pods_of(of_kind("Deployment", *SECRETS)).items():
        (container,) = pod["containers"]
        assert {"name": "health", "containerPort": HEALTH} in container["ports"], name
        assert environment(pod)["YIMA_HEALTH_PORT"] == str(HEALTH)
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            assert container[probe]["httpGet"]["port"] == "health", name
    for name, policy in of_kind("NetworkPolicy", *SECRETS).items():
        for rule in policy["spec"].get("ingress", ()):
            assert HEALTH not in [port["port"] for port in rule["ports"]], name
    for service in of_kind("Service", *SECRETS).values():
        assert HEALTH not in [port["port"] for port in service["spec"]["ports"]]


def test_a_certificate_is_for_the_name_that_the_others_ask() -> None:
    certificates = of_kind("Certificate", *CERT_MANAGER)
    names = {name for each in certificates.values() for name in each["spec"].get("dnsNames", ())}
    for pod in callers(*CERT_MANAGER).values():
        for key, value in environment(pod).items():
            if value.startswith("https://yima"):
                assert urlsplit(value).hostname in names, (key, value)
    for process in PROCESSES:
        spec = certificates[f"yima-{process}"]["spec"]
        assert spec["secretName"] == f"yima-tls-{process}"
        assert spec["dnsNames"][0] == f"yima-{process}"
        assert spec["usages"] == ["digital signature", "server auth", "client auth"]
        assert spec["privateKey"] == {
            "algorithm": "ECDSA",
            "size": 256,
            "encoding": "PKCS8",
            "rotationPolicy": "Always",
        }
        assert (spec["duration"], spec["renewBefore"]) == ("2160h", "720h")


def test_the_authority_is_the_chart_s_own_or_the_city_s() -> None:
    issuers, certificates = of_kind("Issuer", *CERT_MANAGER), of_kind("Certificate", *CERT_MANAGER)
    assert set(issuers) == {"yima-services", "yima-services-root"}
    own = certificates["yima-services"]["spec"]
    assert own["isCA"] and issuers["yima-services"]["spec"] == {"ca": {"secretName": own["secretName"]}}
    assert certificates["yima-ordering"]["spec"]["issuerRef"]["name"] == "yima-services"
    given = (*CERT_MANAGER, "--set", "global.tls.issuer.name=city,global.tls.issuer.kind=ClusterIssuer")
    assert not of_kind("Issuer", *given)
    for each in of_kind("Certificate", *given).values():
        assert each["spec"]["issuerRef"] == {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": "city"}
    assert not of_kind("Issuer", *SECRETS) and not of_kind("Certificate", *SECRETS)


def test_only_the_gateway_listens_in_plain_and_only_where_the_ingress_asks_so() -> None:
    for more, listens, protocol in (((), "plain", None), (("--set", "global.tls.ingress=tls"), "server", "https")):
        for name, pod in pods_of(of_kind("Deployment", *SECRETS, *more)).items():
            assert environment(pod).get("YIMA_TLS_LISTEN") == (listens if name == "yima-gateway" else None), name
        (port,) = of_kind("Service", *SECRETS, *more)["yima-gateway"]["spec"]["ports"]
        assert port.get("appProtocol") == protocol


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ("mode=mutual", "mode"),
        ("mode=", "mode"),
        ("modus=secrets", "modus"),
        ("secretName=one-for-all", "secretName"),
        ("issuer=city", "issuer"),
        ("issuer.kind=Authority", "kind"),
        ("duration=90d", "duration"),
        ("healthPort=80", "healthPort"),
        ("ingress=mutual", "ingress"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(wrong: str, named: str) -> None:
    with pytest.raises(render.Refused, match=named):
        render.render("--set", f"global.tls.{wrong}")


def test_secrets_of_the_command_are_those_that_pods_want(tmp_path: Path) -> None:
    arguments = ["tls-certificates", str(tmp_path / "authority"), str(tmp_path / "tls")]
    assert CliRunner().invoke(cli, arguments).exit_code == 0
    made = [yaml.safe_load(path.read_text("utf-8")) for path in sorted((tmp_path / "tls").glob("*.yaml"))]
    there = {(each["metadata"]["name"], field) for each in made for field in each["data"]}
    asked = {where for pod in callers(*SECRETS).values() for where in files_of_tls(pod).values()}
    assert asked == there
