"""`docs/operate.md`, command by command: each is carried out against a city of real processes, or says what it wants.

`helm` is helm. `yima` is `yima`. What `kubectl exec` runs in a pod is run with that process's settings, and the files
that `kubectl create secret` reads are those that the commands before it wrote, held against the keys that charts ask
for. What only an API server answers is in `A_CLUSTER`; `charts/tests/test_documented_commands.py` holds what it names.
"""

import asyncio
import json
import os
import re
import shutil
import subprocess
from collections.abc import AsyncGenerator, Iterator, Sequence
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from devstack.fictional import identity_number
from devstack.nats import PROCESSES
from devstack.stack import Stack
from yima_cli.main import cli
from yima_client.caller import connect

from charts import render
from charts.documented import commands
from e2e.city import a_city, last_month, run
from e2e.people import PASSWORD, Clinic, a_clinic

pytestmark = [pytest.mark.anyio, pytest.mark.long]

PAGE = Path(__file__).parents[1] / "docs" / "operate.md"
OPERATOR, REGULATOR = "operator@yima.example.org", "regulator@yima.example.org"
ANYTHING = "…"
# What an API server, a registry or a builder of images answers; tests that hold the same thing are beside it.
A_CLUSTER = (
    "cosign verify",  # what a release's workflow signs; test_a_release_is_built_twice_and_signed reads that
    "make image", "docker tag", "docker push",  # CI's runners have a builder; test_the_image_holds_… reads the recipe
    "kubectl create namespace", "kubectl label namespace", "kubectl get pods", "kubectl port-forward",
    "kubectl get configmap", "kubectl wait", "kubectl delete",
    "helm install nats", "helm upgrade nats",  # the NATS project's chart; test_nats_cluster.py runs three nodes of it
    "kubectl create job",  # test_backup.py runs what it starts, as it is rendered
    "kubectl create secret tls",  # an authority's work; the names it must have are in test_nats_cluster.py
    "kubectl create secret generic nats-ca",
    "kubectl get certificates",  # cert-manager's; test_mutual_tls_chart.py reads what it is asked for
    "secret() {", "base64 -d;", "operator-password)",  # the lines around `yima demo`; test_main_job.py plays it
)  # fmt: skip
# Those that name something which only a longer story makes are refused here by its name; the story is beside it.
REFUSED = {
    "yima payouts file ": "not-found",  # test_bank.py
    "yima reconcile statement": "not-that-message",  # test_bank.py: a bank's answer to a file
    "yima reconcile adjust": "not-found",  # test_bank.py
    "yima erasures attest": "not-found",  # test_erasures.py
}
A_MONTH = "2026-10"  # the last that is over, wherever the page closes one
PLACEHOLDERS, NOBODY_S = ("ID", "BREAK", "con_…"), "019ab000-0000-7000-8000-000000000001"
ENDS_WITH_1 = {"yima audit verify --keys keys.json proof.json"}  # there is no proof.json yet, which it says


def documented() -> Iterator[list[str]]:
    for _, words in commands(PAGE):
        yield words[: words.index("&")] if "&" in words else words


def plain(words: Sequence[str]) -> str:
    """A command without the namespace it is in."""
    return re.sub(r" --namespace yima\b", "", " ".join(words))


class Operator:
    """Who carries out the page from its first line to its last, in one folder."""

    def __init__(self, stack: Stack, clinic: Clinic, folder: Path) -> None:
        self.stack, self.clinic, self.folder = stack, clinic, folder
        self.said: dict[str, str] = {}
        self.done: list[str] = []
        (folder / "session.json").unlink(missing_ok=True)
        shutil.copytree(
            render.CHARTS, folder / "charts", ignore=shutil.ignore_patterns("charts", "Chart.lock", "tests")
        )
        (folder / "ca.crt").write_text("an authority's", "utf-8")

    async def carry_out(self, words: list[str]) -> None:
        command = plain(words)
        if command.startswith(A_CLUSTER):
            return
        self.done.append(command)
        if command.startswith("kubectl exec deploy/yima-"):
            await self.in_a_pod(words)
        elif command.startswith("kubectl create secret generic"):
            self.makes_a_secret(words)
        elif command.startswith("kubectl apply --filename"):
            self.applies(words[-1])
        elif words[:3] == ["python", "-m", "chassis"]:
            await self.as_the_owner(words[3:])
        elif words[0] == "helm":
            await asyncio.to_thread(self.renders, words)
        elif words[0] == "yima":
            await self.yima(words[1:])
        else:
            raise AssertionError(f"nobody carries this out: {command}")

    def renders(self, words: list[str]) -> None:
        """Helm itself, up to the point where it would ask a cluster."""
        if words[1:3] == ["dependency", "update"]:
            arguments = [*words[1:], "--skip-refresh"]
        else:
            pack = "charts/yima/cities/jinan.yaml"
            rest = [word for word in words[3:] if word != ANYTHING]
            values = [] if "--values" in rest else ["--values", pack]
            upgrade = ["--is-upgrade"] if words[1] == "upgrade" else []
            arguments = ["template", *words[2:3], *rest, *values, *upgrade]
        command = [str(render.HELM), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=self.folder)
        assert done.returncode == 0, done.stderr

    def makes_a_secret(self, words: list[str]) -> None:
        """Files that are there, and as many keys as a chart asks this secret for."""
        name, (option,) = words[4], words[5:]
        source = self.folder / option.removeprefix("--from-file=")
        keys = {path.name for path in source.iterdir()}
        if name == "nats-keys":
            asked = yaml.safe_load((render.UMBRELLA / "nats-cluster.yaml").read_text("utf-8"))["container"]["env"]
            wanted = {entry["valueFrom"]["secretKeyRef"]["key"] for entry in asked.values()}
            assert {entry["valueFrom"]["secretKeyRef"]["name"] for entry in asked.values()} == {name}
        else:
            assert name == "nats-seeds"
            wanted = set(PROCESSES)
        assert wanted <= keys, f"{name}: {option} has no {wanted - keys}"

    def applies(self, folder: str) -> None:
        """Secrets that a command before wrote: each one and each field that the chart asks for."""
        made = [yaml.safe_load(path.read_text("utf-8")) for path in sorted((self.folder / folder).glob("*.yaml"))]
        there = {(secret["metadata"]["name"], key) for secret in made for key in secret["data"]}
        asked = set()
        for manifest in yaml.safe_load_all(render.render("--set", "global.tls.mode=secrets")):
            if manifest and manifest["kind"] == "Deployment":
                for volume in manifest["spec"]["template"]["spec"]["volumes"]:
                    sources = volume.get("projected", {}).get("sources", ())
                    asked |= {
                        (source["secret"]["name"], item["key"])
                        for source in sources
                        for item in source["secret"]["items"]
                        if item["path"].startswith("YIMA_TLS_")
                    }
        assert len(asked) == 3 * 12
        assert asked == there

    async def in_a_pod(self, words: list[str]) -> None:
        service = words[words.index("exec") + 1].removeprefix("deploy/yima-")
        python, dash, module, *arguments = words[words.index("--") + 1 :]
        assert (python, dash) == ("python", "-m")
        if arguments[-2] == "--about":
            arguments[-1] = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}|019[0-9a-f]{5,}", self.said["list-keys"])[0]
        settings = self.stack.supervisor.environment(service)
        code, said = await run(module, *arguments, environment=settings)
        assert code == 0, said
        self.said[arguments[arguments.index("--task") + 1]] = said

    async def as_the_owner(self, arguments: list[str]) -> None:
        """On databases of its own: a restore is over nothing that somebody works with."""
        (name, option) = arguments
        postgres, owner = self.stack.postgres, f"{name}_owner"
        await postgres.ensure_database(f"{name}_restored", owner, self.stack.secrets["owner"], f"{name}_app", "app")
        url = postgres.url(f"{name}_restored", owner, self.stack.secrets["owner"])
        code, said = await run("chassis", name, option, environment={**os.environ, "YIMA_MIGRATION_DATABASE_URL": url})
        assert code == 0, said

    async def yima(self, typed: list[str]) -> None:
        command = f"yima {' '.join(typed)}"
        login, password = OPERATOR, self.stack.secrets["operator"]
        if "--login" in typed and typed[0] != "sign-in":
            login = typed[typed.index("--login") + 1]
            if login.endswith("clinic.example.org"):
                login, password = self.clinic.login, PASSWORD
                typed[typed.index("--login") + 1] = login
            else:
                password = "a password that she chooses"
        if typed[:2] == ["accounts", "confirm"]:
            login, password = REGULATOR, self.stack.secrets["regulator"]
            typed[2] = json.loads(self.said["accounts list"])[0]["id"]
        if typed[:2] == ["accounts", "accept"]:
            typed += ["--token", json.loads(self.said["accounts invite"])["token"]]
        typed = [last_month(self.stack) if word == A_MONTH else word for word in typed]
        typed = [
            self.clinic.partner_id if typed[index - 1] == "--partner" else (NOBODY_S if word in PLACEHOLDERS else word)
            for index, word in enumerate(typed)
        ]
        settings = {"YIMA_URL": self.stack.graphql, "YIMA_LOGIN": login, "YIMA_PASSWORD": password}
        settings["YIMA_SESSION"] = str(self.folder / "session.json")
        settings["YIMA_IDENTITY_NUMBER"] = identity_number("1988-05-04")
        if typed[0] not in ("nats-keys", "tls-certificates", "sign-in") and "-o" not in typed:
            typed = [*typed, "--json"]
        done = await asyncio.to_thread(CliRunner().invoke, cli, typed, env=settings)
        self.said[" ".join(typed[:2])] = done.stdout
        code = next((code for beginning, code in REFUSED.items() if command.startswith(beginning)), "")
        if code:
            assert done.exit_code == 1 and f"[{code}]" in done.stderr, (command, done.output)
        elif command.startswith(tuple(ENDS_WITH_1)):
            assert done.exit_code != 0 and "proof.json" in done.output, (command, done.output)
        else:
            assert done.exit_code == 0, (command, done.output, done.exception)


@pytest.fixture
async def operator(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Operator]:
    """A city of its own: it closes months, and withdraws a key that everybody is signed in by."""
    folder = Path(tmp_path_factory.mktemp("operating"))
    (folder / "desk").mkdir()
    async with a_city(folder / "city") as stack, connect(stack.graphql) as nobody:
        clinic = await a_clinic(nobody, stack.secrets)
        monkeypatch.chdir(folder / "desk")
        (folder / "desk" / "statement.xml").write_text("<Document/>", "utf-8")
        (folder / "desk" / "erased.pdf").write_bytes(b"%PDF-1.7")
        yield Operator(stack, clinic, folder / "desk")


async def test_every_command_of_the_page_does_what_it_says(operator: Operator) -> None:
    faults = []
    for words in documented():
        try:
            await operator.carry_out(list(words))
        except AssertionError as fault:
            faults.append(f"{' '.join(words)}\n    {fault}")
    assert not faults, "\n".join(faults)
    assert len(operator.done) > 30
