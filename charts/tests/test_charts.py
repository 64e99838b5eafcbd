"""The chart is held against the code it deploys, against Kubernetes, and against what an operator gets wrong."""

import ast
import importlib
import importlib.metadata
import importlib.util
import itertools
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml
from backups import sets
from catalog.store.finding import CONNECTIONS_MAX
from chassis.client import CONNECT_SECONDS
from chassis.database import POOL_MAX
from chassis.settings import Settings, SettingUnfit, url_variable
from city_pack import pack
from devstack import nats, published
from devstack.samples import some_of
from devstack.stack import BASE_PORT, CARRIERS_OFFSET, PROVIDER_OFFSET, REGISTERS_OFFSET
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pydantic import ValidationError
from yima.catalog.v1.api_pb2 import Population
from yima.partners.v1.api_pb2 import PartnerKind
from yima.services import PORTS, SERVICES

ROOT = Path(__file__).parents[2]
_spec = importlib.util.spec_from_file_location("render", ROOT / "charts" / "render.py")
assert _spec is not None and _spec.loader is not None
rendering = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(rendering)
render, MODES, Refused = rendering.render, rendering.MODES, rendering.Refused

VALUES: dict[str, Any] = yaml.safe_load((ROOT / "charts/yima/values.yaml").read_text("utf-8"))
PROCESSES = [*SERVICES, "gateway"]
KUBERNETES = ["1.29", "1.31", "1.33", "1.35", "1.37"]
RESTORING = ("--set", "global.restore=newest")
LIBRARIES = ["proto", "libs/chassis", "libs/city-pack", "libs/graphql-compiled"]
IN_IMAGE = [*LIBRARIES, "gateway", *(f"services/{name}" for name in SERVICES)]
SANDBOXES = {
    "sandbox": "services/settlement/src/settlement/provider/sandbox",
    "registers": "services/identity/src/identity/registers/sandbox.py",
    "carriers": "services/notifications/src/notifications/carriers/sandbox.py",
}
NO_SANDBOXES = ",".join(f"{name}.enabled=false" for name in SANDBOXES)
# Settings without which a process does not start.
NEEDED = {
    "YIMA_OPERATOR_PASSWORD": "x" * 12,
    "YIMA_REGULATOR_PASSWORD": "x" * 12,
    "YIMA_KEY_ENCRYPTION_KEYS": f"{'A' * 43}=",
    "YIMA_NUMBERS_SECRET": "x" * 16,
    "YIMA_PAIRWISE_SECRETS": "x" * 32,
}
RELAY_CONNECTIONS = 1
SUPERUSER_CONNECTIONS = 3  # PostgreSQL keeps them back
OURS = {"apps/v1", "v1", "batch/v1", "policy/v1", "autoscaling/v2", "networking.k8s.io/v1"}


# The library reads a file of 1.4 MB for each manifest that it validates; it is always the same.
kubernetes_validate.utils.schema_contents = cache(kubernetes_validate.utils.schema_contents)


def read_manifests(rendered: str) -> list[dict[str, Any]]:
    return [manifest for manifest in yaml.load_all(rendered, yaml.CSafeLoader) if manifest]


@cache
def manifests(*arguments: str) -> list[dict[str, Any]]:
    return read_manifests(render(*arguments))


def of_kind(kind: str, *arguments: str) -> dict[str, dict[str, Any]]:
    return {manifest["metadata"]["name"]: manifest for manifest in manifests(*arguments) if manifest["kind"] == kind}


def pods(*arguments: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every pod template, by what makes it."""
    for manifest in manifests(*arguments):
        spec = manifest.get("spec", {})
        template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
        if template:
            yield f"{manifest['kind']} {manifest['metadata']['name']}", template["spec"]


def containers(pod: dict[str, Any]) -> list[dict[str, Any]]:
    """All that runs in a pod, in its order."""
    return [*pod.get("initContainers", ()), *pod["containers"]]


def environment(pod: dict[str, Any]) -> dict[str, str]:
    return {
        entry["name"]: entry.get("value", "") for container in containers(pod) for entry in container.get("env", ())
    }


def secret_files(pod: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Which secret and which field of it each file has that is called as a variable."""
    files: dict[str, tuple[str, str]] = {}
    for volume in pod.get("volumes", ()):
        if volume["name"] == "secrets":
            whole = volume.get("secret", {})
            sources = volume.get("projected", {}).get("sources") or [{"secret": whole | {"name": whole["secretName"]}}]
            for source in sources:
                for item in source["secret"]["items"]:
                    assert item["path"] not in files, "it is in two secrets"
                    files[item["path"]] = (source["secret"]["name"], item["key"])
    return files


def test_it_is_without_a_lint() -> None:
    rendering.dependencies()
    report = rendering.helm(
        "lint", "--strict", str(rendering.UMBRELLA), "--values", str(rendering.UMBRELLA / "cities/jinan.yaml")
    )
    assert "0 chart(s) failed" in report


@pytest.mark.parametrize("mode", MODES)
def test_what_it_renders_is_what_was_reviewed(mode: str) -> None:
    assert rendering.golden(mode).read_text("utf-8") == render(*MODES[mode]), "run `make charts` and look at the diff"


@pytest.mark.parametrize("combined", some_of([*itertools.product(MODES, KUBERNETES)], 5, " of ".join))
def test_every_manifest_is_valid_for_each_kubernetes(combined: tuple[str, str]) -> None:
    mode, version = combined
    scaled = ["--set", "gateway.autoscaling.cpu.enabled=true", "--set", "global.ingress.enabled=true"]
    for manifest in manifests(*MODES[mode], *scaled):
        if manifest["apiVersion"] in OURS:
            kubernetes_validate.validate(manifest, version, strict=True)


# --- the city's pack

PACKS = sorted((ROOT / "charts/yima/cities").glob("*.yaml"))


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)
def test_every_city_is_one_file_and_reaches_every_process_as_it_was_written(path: Path, tmp_path: Path) -> None:
    released = read_manifests(render(city=path.stem))
    (config_map,) = [
        manifest
        for manifest in released
        if manifest["kind"] == "ConfigMap" and manifest["metadata"]["name"] == "yima-city"
    ]
    deployed = tmp_path / "city.yaml"
    deployed.write_text(config_map["data"]["city.yaml"], "utf-8")
    assert pack.read(str(deployed)) == pack.read(str(path))
    assert pack.read(str(path)).name == path.stem
    for manifest in released:
        spec = manifest.get("spec", {})
        template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
        if (
            manifest["kind"] not in ("Deployment", "CronJob")
            or "yima" not in template["spec"]["containers"][0]["image"]
        ):
            continue
        (container,) = template["spec"]["containers"]
        assert environment(template["spec"])["YIMA_CITY_FILE"] == "/etc/yima/city.yaml"
        assert {"name": "city", "mountPath": "/etc/yima", "readOnly": True} in container["volumeMounts"]
        assert {"name": "city", "configMap": {"name": "yima-city"}} in template["spec"]["volumes"]


def test_a_third_city_is_one_file(tmp_path: Path) -> None:
    third = yaml.safe_load((ROOT / "charts/yima/cities/marsa-noor.yaml").read_text("utf-8"))
    third["global"]["city"] |= {"name": "third", "currency": "JPY", "timeZone": "Asia/Tokyo"}
    path = tmp_path / "third.yaml"
    path.write_text(yaml.safe_dump(third), "utf-8")
    assert pack.read(str(path)).name == "third"
    rendering.dependencies()
    manifests = rendering.helm("template", "yima", str(rendering.UMBRELLA), "--values", str(path))
    assert "currency: JPY" in manifests and 'timeZone: "Asia/Tokyo"' in manifests


def test_another_pack_starts_every_pod_anew() -> None:
    def checksums(*arguments: str) -> set[str]:
        deployments = of_kind("Deployment", *arguments).values()
        return {
            deployment["spec"]["template"]["metadata"]["annotations"]["checksum/city"] for deployment in deployments
        }

    before, after = checksums(), checksums("--set", "global.city.fees.default.commission.minorMax=201")
    assert len(before) == len(after) == 1
    assert before != after


def test_nothing_is_installed_without_a_pack() -> None:
    rendering.dependencies()
    with pytest.raises(Refused, match=r"global\.city\.name"):
        rendering.helm("template", "yima", str(rendering.UMBRELLA))


@pytest.mark.parametrize(
    "wrong_pack",
    some_of(
        [
            ("title.en=", "title.en"),
            ("fees.default.commision=1", "commision"),
            ("fees.default.shares[0].basisPoints=10001", "basisPoints"),
            ("fees.default.shares[0].fixedMinor=1", "fees.default.shares.0"),
            ("fees.default.shares[0].party=mine", "party"),
            ("fees.kinds.BAKER.shares=", "BAKER"),
            ("fees.kinds.CLINIC.commission.minorMax=-1", "minorMax"),
            ("populations.OLD.name.en=Old", "OLD"),
            ("populations.ELDERLY.ageFromMonths=old", "ageFromMonths"),
            ("populations.ELDERLY.ageFrom=780", "ageFrom"),
            ("populations.ELDERLY.condition.code=I10", "system"),
            ("taxonomy[0].code=Public health", "taxonomy.0.code"),
            ("taxonomy[0].children[0].nam=x", "nam"),
            ("districts[0].children[1].name=x", "districts.0.children.1"),
            ("bankAccounts.CNY.bank_code=1", "bank_code"),
            ("holidays={newyear}", "holidays"),
        ],
        4,
        lambda wrong_pack: wrong_pack[0],
    ),
)
def test_a_wrong_pack_is_refused_by_the_chart_and_by_every_process_naming_the_key(
    wrong_pack: tuple[str, str], tmp_path: Path
) -> None:
    wrong, named = wrong_pack
    with pytest.raises(Refused) as refusal:
        render("--set", f"global.city.{wrong}")
    assert named in str(refusal.value)
    values = plain("--values", str(PACKS[0]), "--set", f"global.city.{wrong}", "--show-only", "templates/city.yaml")
    path = tmp_path / "city.yaml"
    path.write_text(yaml.safe_load(values)["data"]["city.yaml"], "utf-8")
    with pytest.raises(pack.BadPack, match=re.escape(re.split(r"[.](?=\d)", named)[0])):
        pack.read(str(path))


def test_the_chart_knows_the_populations_and_kinds_of_partner_that_the_contracts_have() -> None:
    schema = json.loads((ROOT / "charts/yima/values.schema.json").read_text("utf-8"))
    city = schema["properties"]["global"]["properties"]["city"]["properties"]
    populations = city["populations"]["propertyNames"]["enum"]
    assert [f"POPULATION_{population}" for population in populations] == list(Population.keys())[1:]
    kinds = city["fees"]["properties"]["kinds"]["propertyNames"]["enum"]
    assert [f"PARTNER_KIND_{kind}" for kind in kinds] == list(PartnerKind.keys())[1:]
    fields = set(pack.City.model_json_schema(by_alias=True)["properties"])
    assert set(city) == fields - {"sandbox"}, "a city of people has no clock that is moved"


# --- held against the code


def test_ports_are_those_everything_else_uses() -> None:
    expected = PORTS | {"gateway": BASE_PORT, "sandbox": BASE_PORT + PROVIDER_OFFSET}
    expected["registers"] = BASE_PORT + REGISTERS_OFFSET
    expected["carriers"] = BASE_PORT + CARRIERS_OFFSET
    assert VALUES["global"]["ports"] == expected
    assert {name: VALUES[name]["port"] for name in expected} == expected
    services = of_kind("Service")
    for name, port in expected.items():
        assert services[f"yima-{name}"]["spec"]["ports"][0]["port"] == port


def test_every_process_that_is_started_exists() -> None:
    for what, pod in itertools.chain(pods(), pods(*RESTORING)):
        for container in containers(pod):
            arguments = container.get("args", [])
            if arguments[:2] == ["-m", "chassis"]:
                assert importlib.util.find_spec(f"{arguments[2]}.app"), what
            elif arguments[:1] == ["-m"]:
                assert importlib.util.find_spec(arguments[1]), what


def test_every_variable_is_one_that_a_process_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)
    known = {f"YIMA_{field.upper()}" for field in Settings.model_fields} | {url_variable(name) for name in SERVICES}
    # What scripts and arguments name, and the databases of `backups.sets`.
    known |= {"YIMA_BACKUPS", "YIMA_CHOSEN", "YIMA_SCRIPTS", "YIMA_SCRATCH_URL"}
    known |= {sets.variable(name) for name in SERVICES}
    known |= {
        "YIMA_GATEWAY_URL",
        "YIMA_SANDBOX_URL",
        "YIMA_REGISTERS_URL",
        "YIMA_CARRIERS_URL",
        "YIMA_MIGRATION_DATABASE_URL",
        "YIMA_SECRETS_FOLDER",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
    }
    for path in SANDBOXES.values():
        known |= {f"YIMA_{name.upper()}" for name in re.findall(r"^    (\w+): \w+ = ", source(path), re.MULTILINE)}
    for name in PROCESSES:
        service = importlib.import_module(f"{name}.app").service()
        known |= {f"YIMA_{field.upper()}" for field in type(service.settings).model_fields}
    for what, pod in itertools.chain(pods(), pods(*RESTORING)):
        if "yima" in pod["containers"][0]["image"]:
            variables = {name for name in environment(pod) if not name.startswith(("PG", "POSTGRES_"))}
            assert variables | secret_files(pod).keys() <= known, what


def test_strangers_are_told_apart_behind_an_ingress_and_nobody_is_believed_without_one() -> None:
    """The first of our own proxies says who came; without one, whoever comes could say so."""

    def gateway_environment(*more: str) -> dict[str, str]:
        return next(environment(pod) for name, pod in pods(*more) if name == "Deployment yima-gateway")

    assert gateway_environment()["YIMA_PROXIES"] == "0"
    behind = ["--set", "global.ingress.enabled=true"]
    assert gateway_environment(*behind)["YIMA_PROXIES"] == "1"
    assert gateway_environment(*behind, "--set", "global.ingress.proxies=2")["YIMA_PROXIES"] == "2"
    origins = "global.ingress.corsOrigins={https://app.example.org,https://b.example.org}"
    assert (
        gateway_environment(*behind, "--set", origins)["YIMA_CORS_ORIGINS"]
        == "https://app.example.org,https://b.example.org"
    )


def test_every_task_is_one_its_service_has(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = {(name, task["task"]) for name in SERVICES for task in VALUES[name].get("tasks", {}).values()}
    assert tasks
    for name, task in tasks:
        for variable, value in NEEDED.items():
            monkeypatch.setenv(variable, value)
        known = importlib.import_module(f"{name}.app").service().tasks
        assert task in {known_task.name for known_task in known}


def source(path: str) -> str:
    """What is written in a module, or in a package's modules."""
    where = ROOT / path
    return "\n".join(file.read_text("utf-8") for file in (sorted(where.glob("*.py")) if where.is_dir() else [where]))


def test_probes_ask_routes_that_exist() -> None:
    chassis = "libs/chassis/src/chassis/service.py"
    other = {f"yima-{name}": path for name, path in SANDBOXES.items()} | {"yima-gateway": "gateway/src/gateway/app.py"}
    for name, deployment in of_kind("Deployment").items():
        served = source(other.get(name, chassis))
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            path = deployment["spec"]["template"]["spec"]["containers"][0][probe]["httpGet"]["path"]
            assert f'"{path}"' in served, (name, probe)


def test_the_call_graph_is_the_codes() -> None:
    """Who imports whose client calls them; and whoever verifies tokens fetches identity's keys, or
    records'."""
    calls: dict[str, set[str]] = {name: set() for name in PROCESSES}
    for name in PROCESSES:
        folder = ROOT / ("gateway/src" if name == "gateway" else f"services/{name}/src")
        for path in folder.rglob("*.py"):
            source = path.read_text("utf-8")
            calls[name] |= set(re.findall(r"from yima\.(\w+)\.v1\.client import", source))
            if re.search(r"FetchedKeys\(.*record-keys", source):
                calls[name].add("records")
            if re.search(r"FetchedKeys\(.*notification-keys", source):
                calls[name].add("notifications")
        if name != "identity":
            calls[name].add("identity")
    calls["settlement"].add("sandbox")
    calls["sandbox"] = {"settlement"}  # its webhooks
    for name in ("identity", "partners"):
        calls[name].add("registers")
    calls["notifications"].add("carriers")
    assert {name: sorted(called) for name, called in calls.items() if called} == {
        name: sorted(called) for name, called in VALUES["global"]["calls"].items()
    }


# --- who reaches whom


def admits(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    return all(labels.get(name) == value for name, value in selector.get("matchLabels", {}).items())


def reaches(caller: str, called: str, port: int) -> bool:
    """Do the policies let a pod of one name reach a pod of the other on a port? Both directions have to agree."""

    def labels(name: str) -> dict[str, str]:
        return {
            "app.kubernetes.io/name": name,
            "app.kubernetes.io/instance": "yima",
            "app.kubernetes.io/part-of": "yima",
        }

    def allowed(source: str, direction: str, peers_key: str, other: str) -> bool:
        for policy in of_kind("NetworkPolicy").values():
            if not admits(policy["spec"]["podSelector"], labels(source)):
                continue
            for rule in policy["spec"].get(direction) or ():
                if port in [entry["port"] for entry in rule.get("ports", ())]:
                    for peer in rule.get(peers_key, ()):
                        if "podSelector" in peer and admits(peer["podSelector"], labels(other)):
                            return True
        return False

    return allowed(caller, "egress", "to", called) and allowed(called, "ingress", "from", caller)


def test_only_who_calls_is_let_through() -> None:
    ports, calls = VALUES["global"]["ports"], VALUES["global"]["calls"]
    for caller, called in itertools.permutations(ports, 2):
        assert reaches(caller, called, ports[called]) == (called in calls.get(caller, ())), (caller, called)


@pytest.mark.parametrize("name", [*PROCESSES, *SANDBOXES])
def test_databases_and_the_bus_are_reached_by_who_has_them_alone(name: str) -> None:
    assert reaches(name, "postgres", 5432) == (name in SERVICES)
    assert reaches(name, "nats", 4222) == (name not in SANDBOXES)
    assert not reaches(name, "nats", 8222)
    assert not reaches("postgres", name, 5432)


def test_cloudnativepg_s_instances_are_reached_by_services_one_another_and_their_operator() -> None:
    policies = of_kind("NetworkPolicy", *MODES["cloudnativepg"])
    instances = {"app.kubernetes.io/name": "postgres", "app.kubernetes.io/instance": "yima"}
    chosen = [
        name for name, network_policy in policies.items() if admits(network_policy["spec"]["podSelector"], instances)
    ]
    assert chosen == ["yima-default-deny", "yima-postgres"]
    (cluster,) = of_kind("Cluster", *MODES["cloudnativepg"]).values()
    assert instances.items() <= cluster["spec"]["inheritedMetadata"]["labels"].items()
    services, themselves = policies["yima-postgres"]["spec"]["ingress"]
    assert [port["port"] for port in services["ports"]] == [5432]
    assert {peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"] for peer in services["from"]} >= set(SERVICES)
    assert [port["port"] for port in themselves["ports"]] == [5432, 8000]
    assert admits(themselves["from"][0]["podSelector"], instances)
    assert themselves["from"][1]["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": "cloudnative-pg"}
    assert policies["yima-postgres"]["spec"]["egress"] == [{}]


def test_everything_is_denied_first() -> None:
    (policy,) = [
        network_policy for name, network_policy in of_kind("NetworkPolicy").items() if name.endswith("default-deny")
    ]
    assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in policy["spec"] and "egress" not in policy["spec"]


# --- how pods run


@pytest.mark.parametrize("mode", MODES)
def test_no_pod_may_more_than_it_needs(mode: str) -> None:
    for what, pod in pods(*MODES[mode]):
        assert pod["automountServiceAccountToken"] is False, what
        assert pod["securityContext"]["runAsNonRoot"] is True, what
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, what
        for container in containers(pod):
            confined = container["securityContext"]
            assert confined["readOnlyRootFilesystem"] is True, what
            assert confined["allowPrivilegeEscalation"] is False, what
            assert confined["capabilities"] == {"drop": ["ALL"]}, what
            for resource in ("memory", "ephemeral-storage"):
                assert container["resources"]["requests"][resource], what
                assert container["resources"]["limits"][resource], what
        for volume in pod["volumes"]:
            assert "sizeLimit" in volume.get("emptyDir", {"sizeLimit": ""}), (what, volume["name"])


def test_a_drill_may_have_as_much_of_the_node_s_disk_as_its_scratch() -> None:
    (pod,) = [pod for what, pod in pods("--set", "backup.drill.scratchSize=7Gi") if what.endswith("backup-drill")]
    (server,) = [container for container in containers(pod) if container["name"] == "postgres"]
    assert server["resources"]["limits"]["ephemeral-storage"] == "7Gi"
    assert {"name": "scratch", "emptyDir": {"sizeLimit": "7Gi"}} in pod["volumes"]


def test_a_pod_is_given_longer_to_end_than_it_drains() -> None:
    for deployment in of_kind("Deployment").values():
        assert (
            deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
            > VALUES["global"]["drainSeconds"] + 10
        )


def test_no_secret_is_written_into_a_pod() -> None:
    for what, pod in pods():
        for variable, value in environment(pod).items():
            assert "golden" not in value, (what, variable)


def test_one_image_is_all_there_is_beside_the_embedded_servers() -> None:
    embedded = {VALUES["global"][server]["embedded"]["image"] for server in ("database", "nats")}
    ours = {container["image"] for _, pod in pods() for container in containers(pod)} - embedded
    assert ours == {"registry.example.org/yima/yima:0.1.0"}
    digest = f"sha256:{'a' * 64}"
    pinned = {
        container["image"] for _, pod in pods("--set", f"global.image.digest={digest}") for container in containers(pod)
    }
    pinned -= embedded
    assert all(image.endswith(f"@{digest}") for image in pinned)


def test_a_release_goes_out_service_by_service_each_with_its_migration_and_its_tasks() -> None:
    """The order that a release's notes name; see docs/operate.md."""
    arguments = ["--set", "global.image.tag=old", "--set", f"consent.tag=new@sha256:{'0' * 64}"]
    images = {what: {each["image"] for each in containers(pod)} for what, pod in pods(*arguments)}
    of_consent = {what for what, used in images.items() if any(":new@sha256:" in image for image in used)}
    assert len(of_consent) >= 5, "its pods, its migration, its tasks"
    assert all("consent" in what for what in of_consent)
    left = {what for what, used in images.items() if "consent" in what and any(":old" in image for image in used)}
    assert {what for what in left if "backup" not in what and "drill" not in what} == set()


def test_what_selects_pods_that_serve_selects_no_jobs() -> None:
    """A Job's pod in a disruption budget makes it uncountable; then no node can be drained."""
    templates = dict(pod_labels())
    for kind in ("Service", "PodDisruptionBudget", "Deployment"):
        for name, manifest in of_kind(kind).items():
            selector = manifest["spec"]["selector"]
            label_selector = {"matchLabels": selector} if kind == "Service" else selector
            chosen = {what.split()[0] for what, labels in templates.items() if admits(label_selector, labels)}
            assert len(chosen) == 1 and chosen <= {"Deployment", "StatefulSet"}, (kind, name)


def pod_labels() -> Iterator[tuple[str, dict[str, str]]]:
    for manifest in manifests():
        spec = manifest.get("spec", {})
        template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
        if template:
            yield f"{manifest['kind']} {manifest['metadata']['name']}", template["metadata"]["labels"]


def test_policies_are_about_jobs_too() -> None:
    policies = of_kind("NetworkPolicy")
    for what, labels in pod_labels():
        if labels["app.kubernetes.io/name"] == "backup-drill":  # it is denied everything, as all are first
            continue
        policy = policies[f"yima-{labels['app.kubernetes.io/name']}"]
        assert admits(policy["spec"]["podSelector"], labels), what


def test_the_embedded_database_has_connections_for_every_pod_while_they_are_replaced() -> None:
    (server,) = [stateful_set for name, stateful_set in of_kind("StatefulSet").items() if name == "yima-postgres"]
    arguments = " ".join(server["spec"]["template"]["spec"]["containers"][0]["args"])
    allowed = int(re.findall(r"max_connections=(\d+)", arguments)[0])
    deployments = of_kind("Deployment")
    pods_at_most = sum(deployments[f"yima-{name}"]["spec"]["replicas"] + 1 for name in SERVICES)
    for_searches = (deployments["yima-catalog"]["spec"]["replicas"] + 1) * CONNECTIONS_MAX
    assert allowed - SUPERUSER_CONNECTIONS >= pods_at_most * (POOL_MAX + RELAY_CONNECTIONS) + for_searches


def test_a_pod_may_wait_for_its_database_as_long_as_a_migration_may_take() -> None:
    longest = max(job["spec"]["activeDeadlineSeconds"] for job in of_kind("Job").values())
    for deployment in of_kind("Deployment").values():
        probe = deployment["spec"]["template"]["spec"]["containers"][0]["startupProbe"]
        assert probe["periodSeconds"] * probe["failureThreshold"] >= longest


# --- migrations


def test_an_external_database_is_migrated_before_anything_else_with_an_account_that_exists_by_then() -> None:
    jobs, accounts = of_kind("Job", *MODES["external"]), of_kind("ServiceAccount", *MODES["external"])
    assert set(jobs) == {f"yima-{name}-migration" for name in SERVICES}
    for job in jobs.values():
        hook = job["metadata"]["annotations"]
        assert hook["helm.sh/hook"] == "pre-install,pre-upgrade"
        account = accounts[job["spec"]["template"]["spec"]["serviceAccountName"]]
        assert account["metadata"]["annotations"]["helm.sh/hook"] == hook["helm.sh/hook"]
        assert int(account["metadata"]["annotations"]["helm.sh/hook-weight"]) < int(hook["helm.sh/hook-weight"])
        for hooked in (job, account):  # a release that goes leaves neither
            assert "hook-succeeded" in hooked["metadata"]["annotations"]["helm.sh/hook-delete-policy"]


def test_a_database_the_chart_brings_along_is_migrated_beside_it_at_first_and_before_an_upgrade_later() -> None:
    assert all("annotations" not in job["metadata"] for job in of_kind("Job").values())
    upgrades = of_kind("Job", *MODES["upgrade"])
    assert all("pre-upgrade" in job["metadata"]["annotations"]["helm.sh/hook"] for job in upgrades.values())


# --- backups and restores


def test_the_drill_reaches_nothing_and_nobody_reaches_it() -> None:
    (pod,) = [pod for what, pod in pods() if what == "CronJob yima-backup-drill"]
    for other in [*VALUES["global"]["ports"], "postgres", "nats", "backup"]:
        for port in (4222, 5432, *VALUES["global"]["ports"].values()):
            assert not reaches("backup-drill", other, port)
            assert not reaches(other, "backup-drill", port)
    drill = {"app.kubernetes.io/name": "backup-drill", "app.kubernetes.io/instance": "yima"}
    chosen = [
        name
        for name, network_policy in of_kind("NetworkPolicy").items()
        if admits(network_policy["spec"]["podSelector"], drill)
    ]
    assert chosen == ["yima-default-deny"], "not even name lookups are let through"
    (volume,) = [mounted for mounted in pod["volumes"] if mounted["name"] == "backups"]
    assert volume["persistentVolumeClaim"]["readOnly"] is True
    secret = {entry["name"] for container in containers(pod) for entry in container["env"] if "valueFrom" in entry}
    assert secret == {"YIMA_KEY_ENCRYPTION_KEYS"}, "none but what consent needs to read the keys that signed its log"


def test_what_backs_up_reaches_the_databases_alone() -> None:
    assert reaches("backup", "postgres", 5432)
    for other in [*VALUES["global"]["ports"], "nats", "backup-drill"]:
        assert not any(reaches("backup", other, port) for port in (4222, 5432, *VALUES["global"]["ports"].values()))


@pytest.mark.parametrize("mode", MODES)
def test_every_database_is_backed_up_and_drilled_in_every_mode(mode: str) -> None:
    jobs = of_kind("CronJob", *MODES[mode])
    for name in ("yima-backup", "yima-backup-drill"):
        pod = jobs[name]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        assert {sets.variable(service) for service in SERVICES} <= set(environment(pod))
    (claim,) = of_kind("PersistentVolumeClaim", *MODES[mode], "--set", NO_SANDBOXES).values()
    assert claim["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}, "an uninstall takes no backup away"


def test_the_drill_migrates_then_checks_and_its_server_is_up_before() -> None:
    (pod,) = [pod for what, pod in pods() if what == "CronJob yima-backup-drill"]
    order = [container["name"] for container in containers(pod)]
    assert order == [
        "choose", "postgres", "restore", "compare", "settlement-after-restore", "consent-after-restore",
        "settlement-check-ledger", "consent-check-access-log",
    ]  # fmt: skip
    server = containers(pod)[1]
    assert server["restartPolicy"] == "Always"
    assert "listen_addresses=127.0.0.1" in server["args"]


def test_backups_can_be_left_out_or_lie_on_a_claim_that_is_there() -> None:
    assert not [name for name in of_kind("CronJob", "--set", "backup.enabled=false") if "backup" in name]
    assert not of_kind("PersistentVolumeClaim", "--set", f"backup.enabled=false,{NO_SANDBOXES}")
    kept = ("--set", f"backup.claim.existing=kept,{NO_SANDBOXES}")
    assert not of_kind("PersistentVolumeClaim", *kept)
    (pod,) = [pod for what, pod in pods(*kept) if what == "CronJob yima-backup"]
    assert {"name": "backups", "persistentVolumeClaim": {"claimName": "kept"}} in pod["volumes"]


def test_cloudnativepg_s_own_backup_runs_at_the_same_time() -> None:
    arguments = [
        *MODES["cloudnativepg"],
        "--set",
        "global.database.cloudnativepg.backup.barmanObjectStore.destinationPath=s3://b",
    ]
    (scheduled,) = of_kind("ScheduledBackup", *arguments).values()
    assert scheduled["spec"]["schedule"] == f"0 {VALUES['backup']['schedule']}"
    assert scheduled["spec"]["method"] == "barmanObjectStore"
    assert scheduled["spec"]["cluster"] == {"name": "yima-postgres"}
    assert not of_kind("ScheduledBackup", *MODES["cloudnativepg"])


def test_while_a_backup_is_restored_nothing_else_runs() -> None:
    scaled = ("--set", "gateway.autoscaling.cpu.enabled=true", *RESTORING)
    assert {deployment["spec"]["replicas"] for deployment in of_kind("Deployment", *scaled).values()} == {0}
    assert all(cron_job["spec"]["suspend"] is True for cron_job in of_kind("CronJob", *scaled).values())
    assert not of_kind("HorizontalPodAutoscaler", *scaled)
    assert list(of_kind("Job", *scaled)) == ["yima-restore-1"], "no migration, which the restore does itself"
    named = of_kind("Job", "--set", "global.restore=20260501T010000Z")["yima-restore-1"]
    assert "20260501T010000Z" in named["spec"]["template"]["spec"]["initContainers"][0]["args"]
    for manifest in manifests(*scaled):
        if manifest["apiVersion"] in OURS:
            kubernetes_validate.validate(manifest, KUBERNETES[0], strict=True)


def test_a_rollback_runs_old_code_on_the_new_schema_and_migrates_nothing_down() -> None:
    """`helm rollback` applies an old revision's manifests, and of its hooks only those that are for a rollback."""
    for manifest in manifests(*MODES["upgrade"], "--set", "global.image.tag=0.0.9"):
        hook = manifest["metadata"].get("annotations", {}).get("helm.sh/hook", "")
        assert "rollback" not in hook and "delete" not in hook
        for what, pod in pods(*MODES["upgrade"]):
            assert not any("downgrade" in str(container.get("args", "")) for container in containers(pod)), what
    old = [container["image"] for _, pod in pods("--set", "global.image.tag=0.0.9") for container in containers(pod)]
    assert any(image.endswith(":0.0.9") for image in old)


def test_the_embedded_databases_password_outlives_the_release_as_its_volume_does() -> None:
    secret = of_kind("Secret")["yima-postgres"]
    assert secret["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}


def test_the_embedded_bus_believes_its_configuration(tmp_path: Path) -> None:
    config = tmp_path / "nats.conf"
    config.write_text(of_kind("ConfigMap")["yima-nats"]["data"]["nats.conf"], "utf-8")
    server = str(Path(sys.executable).with_name("nats-server"))
    command = [server, "-t", "-c", str(config)]
    without = subprocess.run(command, capture_output=True, text=True, check=False)
    assert without.returncode != 0, "it starts without anybody's password"
    [pod] = [pod for name, pod in pods() if name == "StatefulSet yima-nats"]
    [container] = containers(pod)
    variables = {entry["name"]: of_secret(entry["valueFrom"]["secretKeyRef"]) for entry in container["env"]}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=variables)
    assert done.returncode == 0, done.stderr


def of_secret(reference: dict[str, str]) -> str:
    return str(of_kind("Secret")[reference["name"]]["stringData"][reference["key"]])


def test_each_process_has_a_password_of_its_own_for_the_embedded_bus() -> None:
    secret = of_kind("Secret")["yima-nats"]
    assert secret["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}
    assert set(secret["stringData"]) == {*nats.PROCESSES, nats.OPERATOR}
    assert len(set(secret["stringData"].values())) == len(secret["stringData"])
    for name in nats.PROCESSES:
        [pod] = [pod for owner, pod in pods() if owner == f"Deployment yima-{name}"]
        assert secret_files(pod)["YIMA_NATS_PASSWORD"] == ("yima-nats", name)


# --- what a cluster once broke


@pytest.mark.parametrize("mode", MODES)
def test_what_holds_data_outlives_the_release(mode: str) -> None:
    """`helm uninstall` takes away neither a volume nor a password that opens one."""
    for manifest in manifests(*MODES[mode]):
        kind, name = manifest["kind"], manifest["metadata"]["name"]
        made = kind == "Secret" and "golden" in str(manifest.get("stringData")) and "-database-" not in name
        if kind in ("PersistentVolumeClaim", "Cluster") or made:  # an operator takes a Cluster's volumes away with it
            assert manifest["metadata"].get("annotations", {}).get("helm.sh/resource-policy") == "keep", (kind, name)
        if kind == "StatefulSet":
            assert manifest["spec"].get("persistentVolumeClaimRetentionPolicy", {}).get("whenDeleted") != "Delete", name


@pytest.mark.parametrize("restoring", [(), RESTORING], ids=["serving", "restoring"])
def test_a_name_that_is_asked_of_a_server_that_goes_is_asked_again_while_a_call_waits(
    restoring: tuple[str, ...],
) -> None:
    """A drained node takes its name server along, and a lost question is noticed by nothing but its time."""
    for what, pod in pods(*restoring):
        if what.startswith("StatefulSet"):
            continue  # they call nobody
        options = {option["name"]: int(option["value"]) for option in pod["dnsConfig"]["options"]}
        assert options["timeout"] < CONNECT_SECONDS <= options["timeout"] * options["attempts"], what


def test_no_variable_is_said_twice_to_a_process() -> None:
    for what, pod in itertools.chain(pods(), pods(*RESTORING)):
        for container in containers(pod):
            names = [entry["name"] for entry in container.get("env", ())]
            assert sorted(set(names)) == sorted(names), what
            assert secret_files(pod).keys().isdisjoint(names), what


def test_a_setting_is_said_alone_and_goes_before_what_the_chart_says() -> None:
    said = {"YIMA_SECOND_FACTOR_ROLES": "", "YIMA_SEND_MESSAGES": "false", "YIMA_RECORDS_URL": "http://elsewhere"}
    arguments = [word for name, value in said.items() for word in ("--set-string", f"identity.settings.{name}={value}")]
    before = {what: environment(pod) for what, pod in pods()}
    for what, pod in pods(*arguments):
        if "yima-identity" in what and "migration" not in what:
            assert environment(pod) == before[what] | said, what
        else:
            assert environment(pod) == before[what], what


@pytest.mark.parametrize(
    ("wrong", "named"),
    [("identity.settings.secondFactor=x", "secondFactor"), ("identity.settings.YIMA_X=5", "YIMA_X"),
     ("identity.env.YIMA_X=x", "env")],
)  # fmt: skip
def test_a_setting_that_is_none_is_refused_by_its_name(wrong: str, named: str) -> None:
    with pytest.raises(Refused, match=named):
        render("--set", wrong)


@pytest.mark.parametrize("mode", MODES)
def test_what_is_secret_comes_to_our_processes_as_files_that_they_alone_read(mode: str) -> None:
    """Backups and the database are other people's programs, which read what they are told."""
    seen = 0
    for what, pod in pods(*MODES[mode]):
        if "yima" not in pod["containers"][0]["image"] or "backup" in what or "restore" in what:
            continue
        (container,) = containers(pod)
        assert not [entry["name"] for entry in container.get("env", ()) if "valueFrom" in entry], what
        if files := secret_files(pod):
            seen += len(files)
            assert environment(pod)["YIMA_SECRETS_FOLDER"] == "/run/secrets/yima", what
            assert {"name": "secrets", "mountPath": "/run/secrets/yima", "readOnly": True} in container["volumeMounts"]
            (volume,) = [volume for volume in pod["volumes"] if volume["name"] == "secrets"]
            assert (volume.get("projected") or volume["secret"])["defaultMode"] == 0o440, what
        else:
            assert "YIMA_SECRETS_FOLDER" not in environment(pod), what
    assert seen > len(SERVICES) * 3


def test_a_secret_that_a_library_reads_stays_a_variable() -> None:
    named = "catalog.secretEnv.OTEL_EXPORTER_OTLP_HEADERS"
    arguments = ["--set", f"{named}.secret=collector,{named}.key=headers"]
    (pod,) = [pod for what, pod in pods(*arguments) if what == "Deployment yima-catalog"]
    (entry,) = [each for each in containers(pod)[0]["env"] if "valueFrom" in each]
    assert entry == {
        "name": "OTEL_EXPORTER_OTLP_HEADERS",
        "valueFrom": {"secretKeyRef": {"name": "collector", "key": "headers"}},
    }


def test_a_service_that_becomes_scaled_keeps_its_pods() -> None:
    scaled = of_kind("Deployment", "--set", "identity.autoscaling.cpu.enabled=true", "--set", "identity.replicas=3")
    assert scaled["yima-identity"]["spec"]["replicas"] == 3, "without a number it would fall to one"


def test_no_name_of_a_cronjob_is_cut_off() -> None:
    for name, job in of_kind("CronJob").items():
        (container, *_) = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
        if "--task" in container["args"] and "-backup" not in name:
            service = container["args"][2]
            tasks = {f"yima-{service}-{task}" for task in VALUES[service]["tasks"]}
            assert name in tasks and len(name) <= 52


@pytest.mark.parametrize("restoring", [(), RESTORING], ids=["backup", "restore"])
def test_what_dumps_or_restores_waits_until_each_database_lets_it_in(restoring: tuple[str, ...]) -> None:
    names = " ".join(sorted(SERVICES))
    scripts = [
        container["args"][0]
        for owner, pod in pods(*restoring)
        if owner.startswith(("CronJob yima-backup", "Job yima-restore")) and "drill" not in owner
        for container in containers(pod)
        if container.get("command") == ["bash", "-c"]
    ]
    assert len(scripts) == (2 if restoring else 1)
    for script in scripts:
        assert script.index(f"await_databases {names}") < min(
            script.find(word) for word in ("clear.sql", "dump.sql") if word in script
        )


def waits(container: dict[str, Any]) -> bool:
    """Does it wait for its database by itself, in a line a reason? test_databases.py and test_first_start.py try it."""
    arguments = container["args"]
    if container.get("command") == ["bash", "-c"]:
        return "await_databases" in arguments[0]
    return arguments[:2] == ["-m", "chassis"] and bool({"--migrate", "--task", "--after-restore"} & set(arguments))


def reads_its_volume(container: dict[str, Any]) -> bool:
    return bool(container["args"][:3] == ["-m", "backups", "choose"])


@pytest.mark.parametrize("restoring", [(), RESTORING], ids=["serving", "restoring"])
@pytest.mark.parametrize("mode", MODES)
def test_every_job_waits_before_the_first_thing_that_it_reaches(mode: str, restoring: tuple[str, ...]) -> None:
    """A network's policies let a pod out some seconds after its first; a retry is another pod, and as new."""
    jobs = [
        (what, pod)
        for what, pod in pods(*MODES[mode], *restoring)
        if what.startswith(("Job ", "CronJob ")) and not what.endswith("-drill")  # which has its server in the pod
    ]
    assert len(jobs) > len(SERVICES)
    for what, pod in jobs:
        first = next(container for container in containers(pod) if not reads_its_volume(container))
        assert waits(first), what


# --- what an operator gets wrong


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ("global.city.currency=yuan", "currency"),
        ("global.city.timeZone=8", "timeZone"),
        ("global.city.curency=CNY", "curency"),
        ("global.database.mode=mysql", "mode"),
        ("global.nats.mode=external", "url"),
        ("global.nats.mode=external,global.nats.url=tls://nats:4222", "global.nats.peers: say where NATS is"),
        ("global.database.mode=external", "global.database.peers: say where PostgreSQL is"),
        ("global.nats.url=http://nats:4222", "url"),
        ("global.drainSeconds=-1", "drainSeconds"),
        ("global.tracing.ratio=2", "ratio"),
        ("global.image.digest=latest", "digest"),
        ("global.ports.ordering=80", "ordering"),
        ("global.calls.ordering={nobody}", "calls"),
        ("ordering.replicas=many", "replicas"),
        ("ordering.replica=2", "replica"),
        ("ordering.resources.limits.memory=lots", "memory"),
        ("ordering.state.size=big", "size"),
        ("settlement.tasks.payouts.schedule=daily", "schedule"),
        ("settlement.tasks.payouts.tsk=payouts", "tsk"),
        ("accounts.operator=short", "operator"),
        ("global.restore=yesterday", "restore"),
        ("backup.schedule=nightly", "schedule"),
        ("backup.keepDays=0", "keepDays"),
        ("backup.claim.size=big", "size"),
        ("backup.drill.ageHoursMax=0", "ageHoursMax"),
        ("backup.drill.schedul=x", "schedul"),
        ("unheardOf=1", "unheardOf"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(wrong: str, named: str) -> None:
    with pytest.raises(Refused) as refusal:
        render("--set", wrong)
    assert named in str(refusal.value)


def test_scaling_on_two_things_at_once_is_refused() -> None:
    with pytest.raises(Refused, match="either cpu or lag"):
        render("--set", "ordering.autoscaling.cpu.enabled=true", "--set", "ordering.autoscaling.lag.enabled=true")


def test_lag_scales_by_the_durable_that_is_behind() -> None:
    arguments = [
        "--set",
        "settlement.autoscaling.lag.enabled=true",
        "--set",
        "settlement.autoscaling.lag.stream=ORDERING",
    ]
    arguments += ["--set", "settlement.autoscaling.lag.consumer=settlement-orders"]
    (scaled,) = of_kind("ScaledObject", *arguments).values()
    metadata = scaled["spec"]["triggers"][0]["metadata"]
    assert (metadata["stream"], metadata["consumer"]) == ("ORDERING", "settlement-orders")
    assert metadata["natsServerMonitoringEndpoint"] == "yima-nats.yima:8222"


def leaves(values: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(values, dict) and values:
        for key, value in values.items():
            yield from leaves(value, (*path, key))
    else:
        yield path, values


LONG = "a long password"
ELSEWHERE = [{"ipBlock": {"cidr": "10.0.0.6/32"}}]
OTHER: dict[str, Any] = {
    "currency": "KWD", "timeZone": "UTC", "locales": ["ar"], "digest": f"sha256:{'b' * 64}", "pullPolicy": "Always",
    "pullSecrets": ["pull"], "secretName": "other-{{ .service }}", "size": "7Gi", "backup": {"volumeSnapshot": {}},
    "url": "tls://elsewhere:4222", "otlpEndpoint": "http://collector:4318", "peers": [{"namespaceSelector": {}}],
    "from": [{"podSelector": {}}], "annotations": {"a": "b"}, "operator": LONG, "regulator": LONG, "webhooks": LONG,
    "keyEncryption": f"{'E' * 43}=", "cityKey": f"{'D' * 43}=",
    "numbers": f"{LONG} and longer", "registers": LONG, "carriers": LONG, "push": LONG * 3, "smtp": LONG,
    "pairwise": LONG * 3, "password": LONG, "passwordSeed": LONG,
    "mode": "external", "runbooks": "https://other.example.org", "task": "other", "key": "other",
    "schedule": "1 1 * * *", "restore": "newest", "name": "other", "env": [{"name": "X", "value": "other"}],
    "egress": [{"to": [{"podSelector": {}}]}], "hubs": ["other"],
}  # fmt: skip
FIXED: dict[str, Any] = {
    "global": {
        "database": {"embedded": {"password": "fixed"}, "peers": ELSEWHERE},
        "nats": {"embedded": {"passwordSeed": "fixed"}, "peers": ELSEWHERE, "mqtt": {"tlsSecret": "fixed"}},
    },
    "accounts": dict.fromkeys(
        (
            "operator",
            "regulator",
            "webhooks",
            "numbers",
            "registers",
            "pairwise",
            "carriers",
            "push",
            "keyEncryption",
            "cityKey",
        ),
        "fixed",
    ),
}
CONTEXTS: list[dict[str, Any]] = [
    {},
    {"global": {"database": {"mode": "cloudnativepg"}}},
    {"global": {"database": {"mode": "external"}}},
    {"global": {"ingress": {"enabled": True}, "monitoring": {"enabled": True}}},
    {"global": {"nats": {"mqtt": {"enabled": True, "hubs": ["ward"]}}}},
    {"global": {"tls": {"mode": "certManager", "issuer": {"name": "ours"}}}},
    {"global": {"nats": {"mode": "external", "url": "tls://bus:4222", "seedSecret": "seeds"}}},
    {"ordering": {"autoscaling": {"lag": {"enabled": True, "stream": "S", "consumer": "c"}}}},
]


def changed(value: Any, path: tuple[str, ...]) -> Any:
    if "calls" in path:
        return []
    if path[-1] in OTHER:
        return OTHER[path[-1]]
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case float():
            return value / 2
        case _:
            return f"{value}x"


def merged(base: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    result = deepcopy(base)
    for key, value in more.items():
        result[key] = merged(result.get(key, {}), value) if isinstance(value, dict) and key in result else value
    return result


@pytest.mark.parametrize("path", some_of([path for path, _ in leaves(VALUES)], 25, ".".join))
def test_no_value_is_without_an_effect(path: tuple[str, ...]) -> None:
    """A key that changes nothing is a trap: each one changes what is rendered, in some mode."""
    value: Any = VALUES
    for step in path:
        value = value[step]
    change: Any = changed(value, path)
    for step in reversed(path):
        change = {step: change}
    for context in CONTEXTS:
        values = merged(FIXED, context)
        changed_values = merged(values, change)
        if plain(values=yaml.safe_dump(values)) != plain(values=yaml.safe_dump(changed_values)):
            return
    raise AssertionError(f"{'.'.join(path)} changes nothing")


@cache
def plain(*arguments: str, values: str = "{}") -> str:
    """Rendered with these values and without a city's pack, which would hide what they say of the city."""
    rendering.dependencies()
    command = ["template", "yima", str(rendering.UMBRELLA), "--namespace", "yima", "--skip-schema-validation"]
    return str(rendering.helm(*command, *arguments, "--values", "-", stdin=values))


# --- skaffold


def keys_of(values: Any, prefix: str = "") -> set[str]:
    keys = {prefix}
    if isinstance(values, dict):
        for key, value in values.items():
            keys |= keys_of(value, f"{prefix}.{key}" if prefix else key)
    return keys


def test_skaffold_names_what_there_is() -> None:
    config = yaml.safe_load((ROOT / "skaffold.yaml").read_text("utf-8"))
    (artifact,) = config["build"]["artifacts"]
    assert (ROOT / artifact["docker"]["dockerfile"]).is_file()
    (release,) = config["deploy"]["helm"]["releases"]
    assert (ROOT / release["chartPath"] / "Chart.yaml").is_file()
    assert all((ROOT / path).is_file() for path in release["valuesFiles"])
    profiles = {profile["name"]: profile for profile in config["profiles"]}
    assert set(profiles) == {"dev", "debug", "city"}
    known = keys_of(VALUES) | {f"{name}.replicas" for name in PROCESSES}
    templated = set(release["setValueTemplates"])
    for profile in profiles.values():
        for patch in profile["patches"]:
            templated |= {key.partition("[")[0] for key in patch["value"]}
    assert templated <= known
    (forward,) = config["portForward"]
    assert forward["port"] == VALUES["global"]["ports"]["gateway"]


def skaffold_schema(config: dict[str, Any]) -> jsonschema.Draft7Validator:
    """The published schema of the version that the file says it is."""
    version = config["apiVersion"].removeprefix("skaffold/")
    try:
        path = published.from_go(
            "github.com/GoogleContainerTools/skaffold/v2",
            "v2.13.2",
            f"docs-v2/content/en/schemas/{version}.json",
            "09d4deac336987d5d45bbd295aad09e09a32d9b66e5122b23cf360cbed030d4a",
        )
    except published.NotFetched as why:
        pytest.skip(str(why))
    schema = json.loads(path.read_text("utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def with_profile(config: dict[str, Any], profile: dict[str, Any]) -> dict[str, Any]:
    """What Skaffold makes of a profile: its sections in the place of the file's, then its patches (RFC 6902)."""
    profiled = deepcopy(config) | {key: profile[key] for key in ("build", "deploy", "portForward") if key in profile}
    for patch in profile.get("patches", ()):
        assert patch["op"] == "add"
        *steps, last = patch["path"].strip("/").split("/")
        parent: Any = profiled
        for step in steps:
            parent = parent[int(step) if isinstance(parent, list) else step]
        parent[last] = patch["value"]
    return profiled


@pytest.mark.parametrize("profile", [None, "dev", "debug", "city"])
def test_skaffold_s_file_is_what_its_published_schema_says(profile: str | None) -> None:
    config = yaml.safe_load((ROOT / "skaffold.yaml").read_text("utf-8"))
    profiles = {entry["name"]: entry for entry in config["profiles"]}
    assert set(profiles) == {"dev", "debug", "city"}
    profiled = with_profile(config, profiles[profile]) if profile else config
    faults = list(skaffold_schema(config).iter_errors(profiled))
    assert not faults, [f"{fault.json_path}: {fault.message}" for fault in faults]


def test_the_schema_refuses_what_skaffold_does_not_know() -> None:
    config = yaml.safe_load((ROOT / "skaffold.yaml").read_text("utf-8"))
    config["deploy"]["helm"]["releases"][0]["chartpath"] = "charts/yima"
    assert list(skaffold_schema(config).iter_errors(config))


def test_the_city_profile_renders() -> None:
    config = yaml.safe_load((ROOT / "skaffold.yaml").read_text("utf-8"))
    for profile in config["profiles"]:
        for patch in profile["patches"]:
            assignments = [
                f"{key}={str(value).lower() if isinstance(value, bool) else value}"
                for key, value in patch["value"].items()
            ]
            assert "kind: Deployment" in render(
                *itertools.chain.from_iterable(("--set", assignment) for assignment in assignments)
            )


def test_the_image_holds_every_service_and_nothing_else() -> None:
    recipe = (ROOT / "Dockerfile").read_text("utf-8")
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    copied = re.findall(r"^COPY (\S+) ", recipe, re.MULTILINE)
    assert {"services", "gateway", *LIBRARIES} <= set(copied)
    let_in = [line.removeprefix("!") for line in ignored if line.startswith("!")]
    sources = [path for path in copied if not path.startswith("--")]
    assert [path for path in sources if not any(f"{path}/".startswith(f"{known}/") for known in let_in)] == []
    assert "COPY --from=pages /source/clients/web/dist /opt/yima/pages\nENV YIMA_PAGES=/opt/yima/pages" in recipe
    for built in ("clients/web/node_modules", "clients/web/dist"):
        assert built in ignored, "what was built here is not what the image has"
    assert recipe.splitlines()[0].startswith("# One image")
    assert "# syntax=" not in recipe
    assert "USER 10001:10001" in recipe
    assert "uv.toml" in copied  # else the image has what two packages ask for that are not imported


def test_a_release_is_built_twice_and_signed() -> None:
    """No builder is here: this reads what the project's own runs do."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/image.yaml").read_text("utf-8"))
    assert workflow[True] == {"push": {"tags": ["v*"]}}, "nothing else is signed"
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    assert job["permissions"]["id-token"] == "write"
    commands = "\n".join(step.get("run", "") for step in job["steps"])
    order = ["for build in one two", 'test "$one" = "$two"', "push=true", "cosign sign --yes", "cosign attest --yes"]
    assert sorted(order, key=commands.index) == order
    builds = re.findall(r"docker buildx build .*?\.$", commands.replace("\\\n", " "), re.MULTILINE)
    assert len(builds) == 2
    for build in builds:
        for fixed in ('"BASE=$BASE"', "SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH", "rewrite-timestamp=true"):
            assert fixed in build
    for signed in re.findall(r"cosign (?:sign|attest) .*", commands):
        assert signed.endswith('"$IMAGE@$DIGEST"'), "what is signed is named by its digest"
    recipe = (ROOT / "Dockerfile").read_text("utf-8")
    assert "SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH}" in recipe, "else compiled Python has the time of its build"


def projects() -> Iterator[tuple[str, dict[str, Any]]]:
    """The packages the image is made of, by their top-level module."""
    for folder in IN_IMAGE:
        pyproject = tomllib.loads((ROOT / folder / "pyproject.toml").read_text("utf-8"))
        yield pyproject["tool"]["uv"]["build-backend"]["module-name"], pyproject["project"] | {"folder": folder}


OURS_IN_IMAGE = dict(projects())


def said_to_require() -> dict[str, list[str]]:
    """What some distributions are installed with, whatever they ask for."""
    settings = tomllib.loads((ROOT / "uv.toml").read_text("utf-8"))
    return {each["name"]: each["requires-dist"] for each in settings["dependency-metadata"]}


def requirements(name: str, extra: str) -> Iterator[Requirement]:
    """What a distribution asks for: as its project says, where it is ours."""
    ours = {project["name"]: project for project in OURS_IN_IMAGE.values()}
    if name in ours:
        lines = ours[name].get("optional-dependencies", {}).get(extra, ours[name]["dependencies"])
    elif name in said_to_require():
        lines = said_to_require()[name]
    else:
        lines = importlib.metadata.requires(name) or []
    for line in lines:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            yield requirement


def installed_with(distribution: str, extras: Iterable[str]) -> set[str]:
    """Everything that is there once a distribution is installed."""
    have: set[tuple[str, str]] = set()
    waiting = [(distribution, extra) for extra in ("", *extras)]
    while waiting:
        current = waiting.pop()
        if current not in have:
            have.add(current)
            for requirement in requirements(*current):
                waiting += [(canonicalize_name(requirement.name), extra) for extra in ("", *requirement.extras)]
    return {name for name, _ in have}


def imported(source: str) -> set[str]:
    """Top-level modules that a file imports, wherever in it."""
    modules = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules.add(node.module.split(".")[0])
    return modules


@pytest.mark.parametrize("module", OURS_IN_IMAGE)
def test_the_image_holds_what_a_package_imports(module: str) -> None:
    """Everything is installed where tests run; the image has what a package declares, and no more."""
    project = OURS_IN_IMAGE[module]
    have = installed_with(project["name"], project.get("optional-dependencies", ()))
    ours = {name: [project_of_ours["name"]] for name, project_of_ours in OURS_IN_IMAGE.items()}
    providers = dict(importlib.metadata.packages_distributions()) | ours
    for path in (ROOT / project["folder"]).rglob("src/**/*.py"):
        for name in imported(path.read_text("utf-8")) - sys.stdlib_module_names:
            distributions = {canonicalize_name(distribution) for distribution in providers.get(name, ())}
            assert distributions & have, f"{path.relative_to(ROOT)} imports {name}"


# --- alerts and dashboards

KUBE_STATE = {
    "kube_cronjob_status_last_successful_time",
    "kube_cronjob_created",
    "kube_job_status_failed",
    "kube_deployment_status_replicas_available",
}


def measured() -> set[str]:
    """Every name Prometheus sees of ours."""
    source = (ROOT / "libs/chassis/src/chassis/measures.py").read_text("utf-8")
    source += "".join(path.read_text("utf-8") for path in sorted((ROOT / "gateway/src/gateway").glob("*.py")))
    source += "".join(path.read_text("utf-8") for path in sorted(ROOT.glob("services/*/src/*/**/measures.py")))
    names = set(re.findall(r'"(yima_\w+)"', source))
    return names | {f"{name}{end}" for name in names for end in ("_total", "_bucket", "_count", "_sum")} | KUBE_STATE


def queries() -> Iterator[tuple[str, str]]:
    rules = yaml.safe_load((ROOT / "charts/yima/files/rules.yaml").read_text("utf-8"))
    yield from ((rule["alert"], rule["expr"]) for group in rules["groups"] for rule in group["rules"])
    for path in (ROOT / "charts/yima/files/dashboards").glob("*.json"):
        for panel in yaml.safe_load(path.read_text("utf-8"))["panels"]:
            yield f"{path.stem}: {panel['title']}", panel["targets"][0]["expr"]


def test_alerts_and_dashboards_ask_for_what_is_measured() -> None:
    known = measured()
    for what, query in queries():
        used = set(re.findall(r"\b(?:yima|kube)_\w+", query))
        assert used and used <= known, (what, used - known)


def test_alerts_and_dashboards_name_methods_and_durables_there_are() -> None:
    contracts = "".join(path.read_text("utf-8") for path in (ROOT / "proto/yima").rglob("api.proto"))
    known = {
        f"{api}/{rpc}"
        for api, body in re.findall(r"service (\w+) \{(.*?)\n\}", contracts, re.DOTALL)
        for rpc in re.findall(r"rpc (\w+)", body)
    }
    for what, query in queries():
        for pattern in re.findall(r'method=~"([^"]+)"', query):
            assert any(re.fullmatch(pattern, method) for method in known), (what, pattern)


def test_every_alert_has_a_runbook_and_every_runbook_an_alert() -> None:
    rules = yaml.safe_load((ROOT / "charts/yima/files/rules.yaml").read_text("utf-8"))
    alerts = {rule["alert"] for group in rules["groups"] for rule in group["rules"]}
    assert alerts == {path.stem for path in (ROOT / "docs/runbooks").glob("*.md")}
    (deployed,) = of_kind("PrometheusRule", "--set", "global.monitoring.enabled=true").values()
    for rule in deployed["spec"]["groups"][0]["rules"]:
        assert rule["annotations"]["runbook_url"].endswith(f"/{rule['alert']}")


def test_samples_of_the_alerts_own_tests_come_before_prometheus_takes_them_for_gone() -> None:
    """A sample counts for five minutes: with a longer interval an alert that waits ten never goes off."""
    tests = yaml.safe_load((ROOT / "charts/tests/rules_test.yaml").read_text("utf-8"))["tests"]
    assert {test["interval"] for test in tests} <= {f"{minutes}m" for minutes in range(1, 6)}


def test_the_jobs_that_alerts_watch_are_there() -> None:
    jobs = set(of_kind("CronJob"))
    for _, query in queries():
        for pattern in re.findall(r'(?:cronjob|job_name)=~"([^"]+)"', query):
            assert any(re.fullmatch(pattern, name) for name in jobs), pattern


def test_the_database_logs_no_row_that_it_refuses() -> None:
    (server,) = [stateful_set for name, stateful_set in of_kind("StatefulSet").items() if name == "yima-postgres"]
    (container,) = server["spec"]["template"]["spec"]["containers"]
    assert {"log_error_verbosity=terse", "log_min_error_statement=panic"} <= set(container["args"])


def mappings(values: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(values, dict):
        yield path
        for key, value in values.items():
            yield from mappings(value, (*path, key))


def complaints(refusal: str) -> dict[str, set[str]]:
    """What helm says of each part of the values, by the part's name: it names a chart's alias, then what is in it."""
    said: dict[str, set[str]] = {}
    prefix = ""
    for line in refusal.splitlines():
        if header := re.fullmatch(r"(\w+):", line):
            prefix = "" if header[1] == "yima" else f"{header[1]}."
        elif complaint := re.match(r"- ([^:]+): (.*)", line):
            path = f"{prefix}{complaint[1]}".replace("(root)", "").rstrip(".")
            said.setdefault(path, set()).add(complaint[2])
    return said


FOREIGN = {"global.database.cloudnativepg.backup"}  # CloudNativePG's own, which says itself what it does not know


def test_a_key_that_there_is_not_is_refused_wherever_it_is_and_named(tmp_path: Path) -> None:
    """A file of values with one in each part of it: a misspelt key is never passed over in silence."""
    wrong: dict[str, Any] = {}
    for path in mappings(VALUES):
        part = wrong
        for step in path:
            part = part.setdefault(step, {})
        part["unheardOf"] = 1
    (tmp_path / "values.yaml").write_text(yaml.safe_dump(wrong), "utf-8")
    with pytest.raises(Refused) as refusal:
        render("--values", str(tmp_path / "values.yaml"))
    said = complaints(str(refusal.value))
    named = {path for path, words in said.items() if any("unheardOf" in word for word in words)}
    named |= {path.removesuffix(".unheardOf") for path in said if path.endswith(".unheardOf")}
    parts = {".".join(path) for path in mappings(VALUES)}
    assert len(parts) > 90
    assert parts - named - FOREIGN == set()


def test_a_value_of_another_kind_is_refused_wherever_it_is_and_named(tmp_path: Path) -> None:
    wrong: dict[str, Any] = {}
    kinds: set[str] = set()
    for path, _ in leaves(VALUES):
        if ".".join(path[:4]) in FOREIGN or "calls" in path:
            continue
        part = wrong
        for step in path[:-1]:
            part = part.setdefault(step, {})
        part[path[-1]] = {"a": "mapping"}
        kinds.add(".".join(path))
    free = {".".join(path) for path, value in leaves(VALUES) if value == {}}
    (tmp_path / "values.yaml").write_text(yaml.safe_dump(wrong), "utf-8")
    rendering.dependencies()
    with pytest.raises(Refused) as refusal:
        rendering.helm("template", "yima", str(rendering.UMBRELLA), "--values", str(tmp_path / "values.yaml"))
    assert sorted(kinds - free - set(complaints(str(refusal.value)))) == []


GIVEN = NEEDED | {
    "YIMA_CITY_KEY": f"{'B' * 43}=", "YIMA_PUSH_SECRET": "p" * 48, "YIMA_CARRIERS_SECRET": "c" * 12,
    "YIMA_REGISTERS_SECRET": "r" * 12, "YIMA_WEBHOOK_SECRET": f"whsec_{'A' * 32}", "YIMA_SMTP_PASSWORD": "s",
}  # fmt: skip
# What a process does without: it takes no part in what they are for, and answers nobody who would need them.
DISPENSABLE = {
    "YIMA_CITY_KEY", "YIMA_PUSH_SECRET", "YIMA_CARRIERS_SECRET", "YIMA_REGISTERS_SECRET", "YIMA_WEBHOOK_SECRET",
    "YIMA_SMTP_PASSWORD",
}  # fmt: skip
SECRET_FIELDS = [(name, variable) for name in PROCESSES for variable in VALUES[name].get("secretEnv", {})]


@pytest.mark.parametrize("lacking", ["absent", "empty"])
@pytest.mark.parametrize("field", SECRET_FIELDS, ids=" ".join)
def test_a_secret_that_lacks_a_field_is_named_before_anything_starts(
    field: tuple[str, str], lacking: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, variable = field
    monkeypatch.setenv("YIMA_CITY_FILE", str(PACKS[0]))
    for known, value in GIVEN.items():
        monkeypatch.setenv(known, value)
    monkeypatch.setenv(variable, "")
    if lacking == "absent":
        monkeypatch.delenv(variable)
    app = importlib.import_module(f"{name}.app")
    if variable in DISPENSABLE:
        app.service().settings.check()
        return
    with pytest.raises((ValidationError, SettingUnfit)) as refused:
        app.service().settings.check()
    assert variable.removeprefix("YIMA_").lower() in str(refused.value).lower()


def test_every_field_that_a_pod_asks_a_secret_of_ours_for_is_one_that_the_chart_puts_there() -> None:
    made = {name: set(secret.get("stringData", {})) for name, secret in of_kind("Secret").items()}
    for what, pod in itertools.chain(pods(), pods(*RESTORING)):
        for container in containers(pod):
            for entry in container.get("env", ()):
                if reference := entry.get("valueFrom", {}).get("secretKeyRef"):
                    assert reference["key"] in made[reference["name"]], (what, entry["name"])
        for variable, (name, key) in secret_files(pod).items():
            assert key in made[name], (what, variable)
