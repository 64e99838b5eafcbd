"""Uninstalled, and installed again under its name: the city is as it was."""

from e2e.cluster.scenarios.tasks import orders_kept
from e2e.cluster.town import Town


def play(town: Town) -> None:
    town.installed()
    kube, watched = town.kube, town.watched
    kept = orders_kept(town)
    with watched.step("helm uninstall", "volumes and secrets of what is kept stay, nothing else") as step:
        town.release.uninstall()
        left = sorted(
            f"{item['kind']}/{item['metadata']['name']}"
            for item in kube.items("deployments,statefulsets,services,cronjobs,networkpolicies,configmaps,secrets,pvc")
            if item["metadata"]["name"] not in ("kube-root-ca.crt", "kubernetes")
        )
        unexpected = [name for name in left if not name.startswith(("PersistentVolumeClaim/", "Secret/yima-"))]
        step.saw(f"{', '.join(left)}", holds=not unexpected)
    with watched.step("helm install under the same name", "every pod is ready, and every order is there") as step:
        town.release.install()
        kube.settled()
        step.saw(f"{orders_kept(town)} orders, {kept} before", holds=orders_kept(town) == kept)
    for name in ("yima-settlement-check-ledger", "yima-settlement-reconcile", "yima-consent-check-log"):
        with watched.step(f"CronJob {name} after it", "it completes") as step:
            job = f"again-{name.removeprefix('yima-')}"
            kube.job(name, job)
            step.saw(kube.said(job).splitlines()[-1][-200:])
    with watched.step("yima demo after it", "it passes") as step:
        step.saw(town.demo())
