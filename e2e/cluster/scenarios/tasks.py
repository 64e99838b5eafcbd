"""Every CronJob once, a backup, a drill, and a restore into the same release."""

import time

from e2e.cluster.commands import until
from e2e.cluster.orders import under_orders
from e2e.cluster.town import Town

BACKUP, DRILL = "yima-backup", "yima-backup-drill"


def play(town: Town) -> None:
    town.installed()
    kube, watched = town.kube, town.watched
    names = sorted(job["metadata"]["name"] for job in kube.items("cronjobs"))
    stamp = int(time.time()) % 100_000
    for name in [*(name for name in names if name not in (BACKUP, DRILL)), BACKUP, DRILL]:
        with watched.step(f"CronJob {name}, run once", "it completes") as step:
            job = kube.job(name, f"{name.removeprefix('yima-')[:40]}-{stamp}")
            step.saw(tries(town, job["metadata"]["name"]))
    restore(town)


def tries(town: Town, job: str) -> str:
    pods = town.kube.pods(f"job-name={job}")
    failed = sum(1 for pod in pods if pod["status"].get("phase") == "Failed")
    return f"{len(pods)} pod{'s' if len(pods) > 1 else ''}, {failed} failed"


def orders_kept(town: Town) -> int:
    return int(town.query("ordering", "SELECT count(*) FROM orders"))


def restore(town: Town) -> None:
    """As docs/operate.md has it: stop all, put the newest backup in its place, begin the bus empty, start again."""
    kube, watched, release = town.kube, town.watched, town.release
    kept = orders_kept(town)
    with watched.step("orders after the backup", "all are confirmed") as step, under_orders(kube, "restore") as orders:
        time.sleep(15)
    step.saw(orders.said(), holds=not orders.failed and not orders.unconfirmed)
    with watched.step("helm upgrade --set global.restore=newest", "the Job completes") as step:
        release.upgrade(None, "--set", "global.restore=newest")
        job = f"yima-restore-{release.revision()}"
        kube.finished(job)
        step.saw(tries(town, job))
        step.saw(f"{orders_kept(town)} orders, {kept} at the backup", holds=orders_kept(town) == kept)
    with watched.step("the bus begins empty, and helm upgrade without global.restore", "every pod is ready") as step:
        kube("delete", "pod,pvc", "--selector", "app.kubernetes.io/name=nats", "--wait=false")
        until("the bus", lambda: not kube.unready(), 600, 2)
        release.upgrade()
        kube.settled()
        step.saw("all ready")
    with watched.step("yima demo after the restore", "it passes") as step:
        step.saw(town.demo())
    for name in ("yima-settlement-check-ledger", "yima-consent-check-log"):
        with watched.step(f"CronJob {name} after the restore", "it completes") as step:
            kube.job(name, f"restored-{name.removeprefix('yima-')}")
            step.saw(kube.said(f"restored-{name.removeprefix('yima-')}").splitlines()[-1][-200:])
