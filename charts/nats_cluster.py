"""Who may say and hear what on the bus, for every mode of it: `python charts/nats_cluster.py` writes it.

`files/nats-users.conf` is what an embedded NATS asks for, in the chart, in `yima up` and in tests: a user and a
password for each process. `nats-cluster.yaml` has values for NATS' own chart: three nodes, TLS, a key for each process.

Permissions follow from what a service declares: the stream of its own events, and its durables; and everybody hears
which sessions have ended. Answers come to an inbox of its own. A service creates a stream that is missing and never
changes one that is there: a stream's settings can republish what its owner says as another's events, so only the
operator changes them. NATS authorises a durable by its name; which types it asks for is in the request.
Source: NATS' documentation of authorization and of JetStream's API subjects; values of the chart `nats` 1.x.
"""

import copy
import importlib
import json
import sys
from pathlib import Path
from typing import Any

import yaml
from chassis import sessions
from devstack.nats import OPERATOR, PROCESSES, variable
from yima.services import SERVICES

CHART = Path(__file__).parent / "yima"
USERS_FILE = CHART / "files" / "nats-users.conf"
CLUSTER_FILE = CHART / "nats-cluster.yaml"
GATEWAY_HEARS = ("catalog", "partners", "ordering", "settlement")  # what it remembers answers by, and orders' changes
GATEWAY_FOLLOWS = ("ORDERING", "CONSENT", "IDENTITY")  # subscriptions that resume after a cursor
# What hubs of devices say over MQTT, and are answered: nobody but the gateway hears the one and says the other.
DEVICES, ANSWERS = "devices", "answers"
SPENT = "gateway.spent"  # what clients spend at one of its replicas, which the others hear
EVERYTHING = {"publish": ">", "subscribe": ">"}
USERS_HEAD = """\
# Who may come to an embedded NATS, and what each may say and hear. Written by charts/nats_cluster.py (`make charts`).
# Passwords come from the environment of the server.
"""
CLUSTER_HEAD = """\
# Values for the chart `nats` of the NATS project: three nodes, TLS, a key a service. Written by charts/nats_cluster.py.
# helm install nats nats --repo … -f charts/yima/nats-cluster.yaml; docs/operate.md says how the keys are made.
"""


def permissions(name: str) -> dict[str, Any]:
    """What the process of this name may publish and subscribe to."""
    hears = [f"_INBOX.{name}.>", sessions.SUBJECT]
    if name == "gateway":
        hears += [f"yima.{service}.v1.>" for service in GATEWAY_HEARS]
        hears.append(f"{DEVICES}.*.*.readings")
        says = [subject for stream in GATEWAY_FOLLOWS for subject in follows(stream)]
        says += [f"{ANSWERS}.>", SPENT]
        hears.append(SPENT)
        never = [
            subject for stream, durable in durables() if stream in GATEWAY_FOLLOWS for subject in uses(stream, durable)
        ]
        return {"publish": {"allow": says, "deny": never}, "subscribe": {"allow": hears}}
    own = name.upper()
    says = [f"yima.{name}.v1.>", f"$JS.API.STREAM.INFO.{own}", f"$JS.API.STREAM.MSG.GET.{own}"]
    says += [f"$JS.API.STREAM.CREATE.{stream}" for stream in (own, "DEADLETTERS")]
    for subscription in subscriptions(name):
        says += consumes(subscription.stream, subscription.durable)
    return {"publish": {"allow": says}, "subscribe": {"allow": hears}}


def subscriptions(service: str) -> list[Any]:
    """What a service says it hears."""
    return list(getattr(importlib.import_module(f"{service}.app"), "SUBSCRIPTIONS", []))


def durables() -> list[tuple[str, str]]:
    """Every durable there is, after its stream."""
    return [(hears.stream, hears.durable) for service in SERVICES for hears in subscriptions(service)]


def consumes(stream: str, durable: str) -> list[str]:
    """What it takes to declare a durable, be sent its messages, acknowledge them and bury one."""
    return [
        f"$JS.API.CONSUMER.DURABLE.CREATE.{stream}.{durable}",
        f"$JS.API.CONSUMER.INFO.{stream}.{durable}",
        f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}",
        f"$JS.ACK.{stream}.{durable}.>",
        f"deadletters.{durable}",
    ]


def follows(stream: str) -> list[str]:
    """What it takes to read a stream by a consumer that is forgotten afterwards."""
    return [
        f"$JS.API.STREAM.INFO.{stream}",
        f"$JS.API.CONSUMER.CREATE.{stream}",
        f"$JS.API.CONSUMER.CREATE.{stream}.>",
        f"$JS.API.CONSUMER.MSG.NEXT.{stream}.*",
        f"$JS.API.CONSUMER.INFO.{stream}.*",
        f"$JS.API.CONSUMER.DELETE.{stream}.*",
    ]


def uses(stream: str, durable: str) -> list[str]:
    """What would touch a service's durable with the rights of `follows`."""
    return [
        f"$JS.API.CONSUMER.CREATE.{stream}.{durable}",
        f"$JS.API.CONSUMER.CREATE.{stream}.{durable}.>",
        f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}",
        f"$JS.API.CONSUMER.DELETE.{stream}.{durable}",
    ]


def with_passwords() -> dict[str, Any]:
    """NATS' `authorization` with a user and a password for each process; the operator's may do everything."""
    known = [{"user": name, "password": f"${variable(name)}", "permissions": permissions(name)} for name in PROCESSES]
    return {"users": [*known, {"user": OPERATOR, "password": f"${variable(OPERATOR)}", "permissions": EVERYTHING}]}


def with_keys(keys: dict[str, str]) -> dict[str, Any]:
    """The same with a public key for each."""
    known = [{"nkey": keys[name], "permissions": permissions(name)} for name in PROCESSES]
    return {"users": [*known, {"nkey": keys[OPERATOR], "permissions": EVERYTHING}]}


def users_conf() -> str:
    """The embedded server's `authorization` in NATS' own syntax, where a variable stands without quotes."""
    text = json.dumps({"authorization": with_passwords()}, indent=2)
    for name in (*PROCESSES, OPERATOR):
        text = text.replace(f'"${variable(name)}"', f"${variable(name)}")
    return USERS_HEAD + text.removeprefix("{\n").removesuffix("\n}") + "\n"


def key_variable(name: str) -> str:
    return f"YIMA_{name.upper()}_NKEY"


# As Pod Security `restricted` asks of every pod, NATS' own among them.
NOBODY = {
    "runAsNonRoot": True,
    "runAsUser": 1000,
    "runAsGroup": 1000,
    "fsGroup": 1000,
    "fsGroupChangePolicy": "OnRootMismatch",
    "seccompProfile": {"type": "RuntimeDefault"},
}
CONFINED = {
    "securityContext": {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
}


def cluster_values() -> dict[str, Any]:
    names = [*PROCESSES, OPERATOR]
    return {
        "tlsCA": {"enabled": True, "secretName": "nats-ca"},  # else nodes believe no certificate of a private authority
        "config": {
            "cluster": {"enabled": True, "replicas": 3, "tls": {"enabled": True, "secretName": "nats-tls"}},
            "jetstream": {"enabled": True, "fileStore": {"pvc": {"size": "20Gi"}}},
            "nats": {"tls": {"enabled": True, "secretName": "nats-tls"}},
            "monitor": {"enabled": True},
            "merge": {"authorization": with_keys({name: f"<< ${key_variable(name)} >>" for name in names})},
        },
        "container": {
            "env": {
                key_variable(name): {"valueFrom": {"secretKeyRef": {"name": "nats-keys", "key": name}}}
                for name in names
            },
            "merge": copy.deepcopy(CONFINED),
            "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "1Gi"}},
        },
        "reloader": {"merge": copy.deepcopy(CONFINED)},
        "natsBox": {"enabled": False},  # a shell that would run as root; `yima streams` asks the bus
        "podTemplate": {
            "merge": {"spec": {"securityContext": NOBODY}},
            "topologySpreadConstraints": {
                "kubernetes.io/hostname": {"maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule"}
            },
        },
    }


def files() -> dict[Path, str]:
    """What is written, by where."""
    values = yaml.safe_dump(cluster_values(), sort_keys=False, width=1_000)
    return {USERS_FILE: users_conf(), CLUSTER_FILE: CLUSTER_HEAD + values}


def main() -> int:
    stale = 0
    for path, fresh in files().items():
        if "--check" not in sys.argv:
            path.write_text(fresh, "utf-8")
        elif not path.exists() or path.read_text("utf-8") != fresh:
            sys.stderr.write(f"{path.name} is stale: run `make charts`\n")
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main())
