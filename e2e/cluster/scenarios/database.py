"""PostgreSQL with a standby, by CloudNativePG: its operator and chart from a checkout of theirs."""

import time
from pathlib import Path

from e2e.cluster import images
from e2e.cluster.binaries import compile_go
from e2e.cluster.commands import until
from e2e.cluster.orders import under_orders
from e2e.cluster.town import Town

OPERATOR = "ghcr.io/cloudnative-pg/cloudnative-pg"
OPERAND = "ghcr.io/cloudnative-pg/postgresql:18"
OPERAND_ID = "26"  # as whom CloudNativePG runs PostgreSQL
NAMESPACE = "cnpg-system"
MODE = ("--set", "global.database.mode=cloudnativepg")
WHOLE = "Cluster in healthy state"


def play(town: Town) -> None:
    kube, watched = town.kube, town.watched
    if town.cloudnativepg is None:
        watched.leave_out("CloudNativePG", "--cloudnative-pg names no folder with its source and charts")
        return
    with watched.step("CloudNativePG's operator, compiled, by its own chart", "it is ready") as step:
        tag = operator_image(town, town.cloudnativepg / "cloudnative-pg")
        for node in town.machine.nodes:
            node.import_images()
        chart = town.cloudnativepg / "charts" / "charts" / "cloudnative-pg"
        kube("create", "namespace", NAMESPACE)
        kube.helm("install", "cnpg", chart, "--namespace", NAMESPACE, "--set", f"image.tag={tag}", "--wait",
                  "--timeout=600s", seconds=660)  # fmt: skip
        step.saw(f"of {tag}")
    if town.release.is_there():
        town.release.uninstall()
        kube("delete", "namespace", kube.namespace, "--wait=true", seconds=300)
    town.release.more = MODE
    with watched.step(
        "helm install with global.database.mode=cloudnativepg", "three instances, every pod ready"
    ) as step:
        town.release.install()
        until("three instances", lambda: phase(town) == WHOLE or None, 900, 5)
        kube.settled()
        step.saw(f"three instances, primary {primary(town)}")
    with watched.step("yima demo", "it passes") as step:
        step.saw(town.demo())
    with watched.step(
        "the primary's pod is deleted by force, under orders", "another is promoted; every order is confirmed"
    ) as step:
        with under_orders(kube, "failover") as orders:
            old, began = primary(town), time.monotonic()
            kube("delete", "pod", old, "--grace-period=0", "--force")
            until("another primary, or the same again", lambda: phase(town) == WHOLE or None, 600, 2)
            step.saw(f"{old}, then {primary(town)}; whole after {time.monotonic() - began:.0f} s")
            kube.settled()
        step.saw(orders.said(), holds=not orders.unconfirmed)
    with watched.step(
        "the primary's node loses power, under orders", "a standby is promoted; every order is confirmed"
    ) as step:
        old = primary(town)
        on = town.node_of(old)
        (node,) = [each for each in town.machine.nodes if each.name == on]
        with under_orders(kube, "failover-node") as orders:
            began = time.monotonic()
            node.kill()
            until("another primary", lambda: primary(town) != old and primary(town), 600, 2)
            step.saw(f"{old} on {on}, then {primary(town)} after {time.monotonic() - began:.0f} s")
            time.sleep(30)
            node.start()
            node.enforce_policies()
            until("three instances", lambda: phase(town) == WHOLE or None, 900, 5)
            kube.settled()
        step.saw(orders.said(), holds=not orders.unconfirmed)
    with watched.step("check-ledger after it", "it completes") as step:
        kube.job("yima-settlement-check-ledger", f"failover-{int(time.time()) % 100_000}")
        step.saw("completed")


def phase(town: Town) -> str:
    return str(town.kube.get("cluster.postgresql.cnpg.io", "yima-postgres").get("status", {}).get("phase", ""))


def primary(town: Town) -> str:
    return str(town.kube.get("cluster.postgresql.cnpg.io", "yima-postgres")["status"].get("currentPrimary", ""))


def operator_image(town: Town, source: Path) -> str:
    """Its tag; the image of PostgreSQL as it wants one is made, too."""
    folder = town.machine.folder
    said = (source / "pkg" / "versions" / "versions.go").read_text("utf-8")
    tag = said.split('Version = "')[1].split('"')[0]
    if not folder.binary("manager").exists():
        compile_go(source, folder.binaries, "./cmd/manager")
    image = f"{OPERATOR}:{tag}"
    if not images.archive(folder, image).exists():
        container = images.buildah("from", images.BASE)
        for to in ("/operator/manager_amd64", "/manager"):
            images.buildah("add", "--quiet", container, folder.binary("manager"), to)
        images.buildah("config", "--user", "65532:65532", "--entrypoint", '["/manager"]', "--cmd", "", container)
        images.buildah("commit", "--quiet", "--format", "docker", "--rm", container, image)
        images.saved(folder, image)
    if not images.archive(folder, OPERAND).exists():
        container = images.buildah("from", images.POSTGRES)
        known = f"useradd --uid {OPERAND_ID} --gid 999 --home-dir /var/lib/postgresql cnpg"
        images.buildah("run", container, "--", "sh", "-c", f"PATH=$PATH:/usr/sbin; {known}")
        images.buildah("config", "--user", OPERAND_ID, "--entrypoint", "", container)
        images.buildah("commit", "--quiet", "--format", "docker", "--rm", container, OPERAND)
        images.saved(folder, OPERAND)
    return tag
