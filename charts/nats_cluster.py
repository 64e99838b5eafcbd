"""Values for NATS' own chart, three nodes with TLS and a key a service.

`python charts/nats_cluster.py` writes them, `--check` compares.

What a service may say and hear follows from what it declares: the stream of its own events, and its durables. Answers
come to an inbox of its own. NATS authorises a durable by its name; which types it asks for is in the request.
Source: NATS' documentation of authorization and of JetStream's API subjects; values of the chart `nats` 1.x.
"""

import importlib
import sys
from pathlib import Path
from typing import Any

import yaml
from devstack.stack import SERVICES

FILE = Path(__file__).parent / "yima" / "nats-cluster.yaml"
GATEWAY_HEARS = ("catalog", "partners", "ordering", "settlement")  # what it remembers answers by, and orders' changes
GATEWAY_FOLLOWS = ("ORDERING", "CONSENT")  # subscriptions that resume after a cursor
HEAD = """\
# Values for the chart `nats` of the NATS project: three nodes, TLS, a key a service. Written by charts/nats_cluster.py.
# helm install nats nats --repo … -f charts/yima/nats-cluster.yaml; docs/operate.md says how the keys are made.
"""


def permissions(name: str) -> dict[str, Any]:
    """What the process of this name may publish and subscribe to."""
    hears = [f"_INBOX.{name}.>"]
    if name == "gateway":
        says = [subject for stream in GATEWAY_FOLLOWS for subject in follows(stream)]
        hears += [f"yima.{service}.v1.>" for service in GATEWAY_HEARS]
    else:
        says = [f"yima.{name}.v1.>"]
        streams = (name.upper(), "DEADLETTERS")
        says += [f"$JS.API.STREAM.{verb}.{stream}" for stream in streams for verb in ("CREATE", "UPDATE")]
        for subscription in getattr(importlib.import_module(f"{name}.events"), "SUBSCRIPTIONS", []):
            says += consumes(subscription.stream, subscription.durable)
    return {"publish": {"allow": says}, "subscribe": {"allow": hears}}


def consumes(stream: str, durable: str) -> list[str]:
    """What it takes to declare a durable, be sent its messages, acknowledge them and bury one."""
    return [
        f"$JS.API.CONSUMER.CREATE.{stream}.{durable}",
        f"$JS.API.CONSUMER.CREATE.{stream}.{durable}.>",
        f"$JS.API.CONSUMER.DURABLE.CREATE.{stream}.{durable}",
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


def users() -> list[str]:
    """Every process that speaks to the bus, by name."""
    return [*SERVICES, "gateway"]


def variable(name: str) -> str:
    return f"YIMA_{name.upper()}_NKEY"


def authorization(keys: dict[str, str]) -> dict[str, Any]:
    """NATS' `authorization` with a public key for each process; an operator's may do everything."""
    known = [{"nkey": keys[name], "permissions": permissions(name)} for name in users()]
    return {"users": [*known, {"nkey": keys["operator"], "permissions": {"publish": ">", "subscribe": ">"}}]}


def values() -> dict[str, Any]:
    names = [*users(), "operator"]
    return {
        "config": {
            "cluster": {"enabled": True, "replicas": 3, "tls": {"enabled": True, "secretName": "nats-tls"}},
            "jetstream": {"enabled": True, "fileStore": {"pvc": {"size": "20Gi"}}},
            "nats": {"tls": {"enabled": True, "secretName": "nats-tls"}},
            "monitor": {"enabled": True},
            "merge": {"authorization": authorization({name: f"<< ${variable(name)} >>" for name in names})},
        },
        "container": {
            "env": {
                variable(name): {"valueFrom": {"secretKeyRef": {"name": "nats-keys", "key": name}}} for name in names
            }
        },
        "podTemplate": {
            "topologySpreadConstraints": {
                "kubernetes.io/hostname": {"maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule"}
            }
        },
    }


def main() -> int:
    fresh = HEAD + yaml.safe_dump(values(), sort_keys=False, width=1_000)
    if "--check" not in sys.argv:
        FILE.write_text(fresh, "utf-8")
    elif not FILE.exists() or FILE.read_text("utf-8") != fresh:
        sys.stderr.write(f"{FILE.name} is stale: run `make charts`\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
