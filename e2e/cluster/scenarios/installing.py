"""The chart is installed as a city would evaluate it, and the main job is played."""

import time

from e2e.cluster.commands import Failed, until
from e2e.cluster.town import Town

PROBE = """\
apiVersion: v1
kind: Pod
metadata:
  name: stranger
  namespace: {namespace}
  labels: {{app.kubernetes.io/name: {name}, app.kubernetes.io/instance: {instance}}}
spec:
  restartPolicy: Never
  automountServiceAccountToken: false
  securityContext: {{runAsNonRoot: true, runAsUser: 10001, seccompProfile: {{type: RuntimeDefault}}}}
  containers:
    - name: stranger
      image: {image}
      command: [python, -c, "{code}"]
      securityContext: {{allowPrivilegeEscalation: false, capabilities: {{drop: [ALL]}}}}
"""
REACHES = (
    "import socket, sys, time; time.sleep(6); "
    "s = socket.socket(); s.settimeout(4); sys.exit(0 if s.connect_ex((sys.argv[1], int(sys.argv[2]))) == 0 else 7)"
)
# From whom to what, and whether it may: an authority of the chart's `global.calls`.
CALLS = (
    ("elsewhere", "nobody", "elsewhere", "yima-postgres", False),
    ("elsewhere", "nobody", "elsewhere", "yima-nats", False),
    ("elsewhere", "nobody", "elsewhere", "yima-ordering", False),
    ("elsewhere", "nobody", "elsewhere", "yima-gateway", True),
    ("yima", "catalog", "yima", "yima-settlement", False),
    ("yima", "catalog", "yima", "yima-partners", True),
    ("yima", "gateway", "yima", "yima-postgres", False),
)


def play(town: Town) -> None:
    kube, watched = town.kube, town.watched
    with watched.step("helm install: two replicas, policies, Pod Security `restricted`", "every pod is ready") as step:
        began = time.monotonic()
        if not town.release.is_there():
            town.release.install()
            step.saw(f"helm {time.monotonic() - began:.0f} s")
        kube.settled()
        step.saw(f"{len(serving(town))} pods ready, on {spread(town)}")
    with watched.step("restarts since", "no pod of a service ended") as step:
        ended = restarts(town)
        step.saw(", ".join(ended) or "none", holds=not ended)
    with watched.step("yima demo, from outside", "it passes") as step:
        step.saw(town.demo())
    with watched.step("kubectl top pods", "a measure of each pod") as step:
        lines = until("measures", lambda: kube("top", "pods", "--no-headers"), 180, 5).splitlines()
        millis = [int(line.split()[1].removesuffix("m")) for line in lines]
        sizes = [int(line.split()[2].removesuffix("Mi")) for line in lines]
        step.saw(f"{len(lines)} pods: {sum(millis)} millicores, {sum(sizes)} MiB, the largest {max(sizes)} MiB")
    kube.apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: elsewhere}\n")
    for namespace, name, instance, service, may in CALLS:
        who = f"{name} of this release" if namespace == "yima" else "a pod of another namespace"
        with watched.step(f"{who} connects to {service}", "let through" if may else "refused by policy") as step:
            reached = reaches(town, namespace, name, instance, service)
            step.saw("let through" if reached else "not let through", holds=reached == may)


def serving(town: Town) -> list[str]:
    owned = "ownerReferences"
    return [
        pod["metadata"]["name"]
        for pod in town.kube.pods()
        if not any(each["kind"] == "Job" for each in pod["metadata"].get(owned, []))
    ]


def spread(town: Town) -> str:
    counts: dict[str, int] = {}
    for pod in town.kube.pods():
        if pod["status"].get("phase") == "Running":
            node = pod["spec"]["nodeName"]
            counts[node] = counts.get(node, 0) + 1
    return ", ".join(f"{node} {count}" for node, count in sorted(counts.items()))


def restarts(town: Town) -> list[str]:
    """Containers of services that ended; what waits for the database does so without."""
    return [
        f"{pod['metadata']['name']}: {status['restartCount']}"
        for pod in town.kube.pods("app.kubernetes.io/component=service")
        for status in pod["status"].get("containerStatuses", [])
        if status["restartCount"]
    ]


def reaches(town: Town, namespace: str, name: str, instance: str, service: str) -> bool:
    """Does a pod with these labels get a connection to a service? It waits first, until policies know it."""
    address, port = town.kube.address(service).split(":")
    code = REACHES.replace("sys.argv[1]", f"'{address}'").replace("sys.argv[2]", f"'{port}'")
    image = f"registry.internal/yima/yima:{town.release.version.tag}"
    where = ("--namespace", namespace)
    town.kube(*where, "delete", "pod", "stranger", "--ignore-not-found", "--wait=true")
    town.kube.apply(PROBE.format(namespace=namespace, name=name, instance=instance, image=image, code=code), namespace)

    def over() -> int | None:
        status = town.kube.get(*where, "pod", "stranger")["status"]
        if status.get("phase") not in ("Succeeded", "Failed"):
            return None
        return int(status["containerStatuses"][0]["state"]["terminated"]["exitCode"]) + 1

    code_of_it = until("the stranger", over, 180) - 1  # type: ignore[operator]  # it has ended by then
    town.kube(*where, "delete", "pod", "stranger", "--wait=false")
    if code_of_it not in (0, 7):
        raise Failed(f"the stranger ended with {code_of_it}")
    return code_of_it == 0
