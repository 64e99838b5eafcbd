"""Three nodes of NATS by the project's own chart, with TLS and a key a process, as docs/operate.md has it."""

import json
import sys
from datetime import timedelta
from pathlib import Path

from devstack.authority import Authority, pem

from e2e.cluster.commands import run, until
from e2e.cluster.folder import REPOSITORY
from e2e.cluster.orders import under_orders
from e2e.cluster.town import Town

VALUES = REPOSITORY / "charts" / "yima" / "nats-cluster.yaml"
# The image that there is; what reloads a configuration is another project's image, which is not had here.
HERE = ("--set", "container.image.tag=2.12-alpine,reloader.enabled=false")
PEERS = [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": "nats", "app.kubernetes.io/instance": "nats"}}}]
EXTERNAL = (
    "--set", "global.nats.mode=external,global.nats.url=tls://nats:4222,global.nats.replicas=3",
    "--set", "global.nats.caSecret=nats-ca,global.nats.seedSecret=nats-seeds",
    "--set-json", f"global.nats.peers={json.dumps(PEERS)}",
)  # fmt: skip
SERVERS = 3


def play(town: Town) -> None:
    watched, kube = town.watched, town.kube
    if town.nats_chart is None:
        watched.leave_out("NATS' own chart", "--nats-chart names no folder that has it")
        return
    town.installed()
    with watched.step(
        "keys, certificates and NATS' own chart with nats-cluster.yaml", "three nodes form a cluster"
    ) as step:
        secrets(town)
        kube.helm(
            "install", "nats", town.nats_chart, "--values", VALUES, *HERE, "--wait", "--timeout=900s", seconds=960
        )
        until("routes between all of them", lambda: routes(town) == SERVERS * (SERVERS - 1) or None, 300, 5)
        step.saw("each has routes to the other two")
    with watched.step("helm upgrade to it, under orders", "events go on; every order is confirmed") as step:
        with under_orders(kube, "bus") as orders:
            town.release.more = (*town.release.more, *EXTERNAL)
            town.release.upgrade()
            kube.settled()
        step.saw(orders.said(), holds=not orders.failed and not orders.unconfirmed)
    with watched.step("yima demo by it", "it passes") as step:
        step.saw(town.demo())
    with watched.step(
        "each node of NATS is killed, under orders", "not one failed call; every order is confirmed"
    ) as step:
        with under_orders(kube, "bus-kills") as orders:
            for number in range(SERVERS):
                kube("delete", "pod", f"nats-{number}", "--grace-period=0", "--force")
                kube("wait", "--for=condition=ready", f"pod/nats-{number}", "--timeout=300s")
        step.saw(orders.said(), holds=not orders.failed and not orders.unconfirmed)
    with watched.step("what nobody may, in NATS' logs", "no violation of permissions") as step:
        said = [
            line
            for number in range(SERVERS)
            for line in kube("logs", f"nats-{number}").splitlines()
            if "ermission" in line
        ]
        step.saw(said[0] if said else "none", holds=not said)


def secrets(town: Town) -> None:
    at: Path = town.machine.folder.running / "nats"
    run(Path(sys.executable).with_name("yima"), "nats-keys", at / "seeds", at / "public")
    signing = Authority.new("Bus")
    names = ["nats", f"nats.{town.kube.namespace}.svc", "*.nats-headless",
             f"*.nats-headless.{town.kube.namespace}.svc.cluster.local"]  # fmt: skip
    own, key = signing.sign(names, timedelta(days=30))
    for name, content in {"ca.crt": signing.pem, "tls.crt": pem(own), "tls.key": key}.items():
        (at / name).write_bytes(content)
    made = {
        "nats-keys": [f"--from-file={at / 'public'}"],
        "nats-seeds": [f"--from-file={at / 'seeds'}"],
        "nats-ca": [f"--from-file={at / 'ca.crt'}"],
        "nats-tls": [f"--from-file={at / 'tls.crt'}", f"--from-file={at / 'tls.key'}"],
    }
    for name, files in made.items():
        town.kube("create", "secret", "generic", name, *files)


def routes(town: Town) -> int:
    """Between which two nodes there is a way, both ways counted."""
    peers: set[tuple[int, str]] = set()
    for number in range(SERVERS):
        text = town.kube(
            "get", "--raw", f"/api/v1/namespaces/{town.kube.namespace}/pods/nats-{number}:8222/proxy/routez"
        )
        peers |= {(number, route["remote_name"]) for route in json.loads(text)["routes"]}
    return len(peers)
