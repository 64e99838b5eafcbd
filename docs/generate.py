"""Write `docs/events.md` from the contracts: every event, who publishes it, who hears it, what it carries."""

import importlib
import sys
from pathlib import Path

from google.protobuf.descriptor import Descriptor

PATH = Path(__file__).parent / "events.md"
SERVICES = ("identity", "partners", "catalog", "ordering", "settlement", "consent", "records")
SOURCES = Path(__file__).parent.parent / "proto" / "yima"


def main() -> int:
    fresh = render()
    if "--check" in sys.argv:
        stale = not PATH.exists() or PATH.read_text("utf-8") != fresh
        if stale:
            sys.stderr.write("docs/events.md is stale: run `make proto`\n")
        return int(stale)
    PATH.write_text(fresh, "utf-8")
    return 0


def render() -> str:
    heard = hearers()
    lines = [
        "# Events",
        "",
        "Generated from `proto/` and each service's `SUBSCRIPTIONS`; do not edit. Subject: the event's full name and",
        "the aggregate's id; one stream a publishing service. No event carries health data.",
    ]
    for service in SERVICES:
        messages = importlib.import_module(f"yima.{service}.v1.events_pb2").DESCRIPTOR.message_types_by_name
        told = comments(SOURCES / service / "v1" / "events.proto")
        lines += ["", f"## {service}", "", "| event | says | carries | heard by |", "|---|---|---|---|"]
        lines += [
            f"| `{name}` | {told.get(name, '')} | {fields(message)} | {', '.join(heard.get(message.full_name, []))} |"
            for name, message in messages.items()
            if name not in ("Standing", "PlacedLine", "LineDue")
        ]
    return "\n".join(lines) + "\n"


def hearers() -> dict[str, list[str]]:
    """Durables by the event they hear."""
    found: dict[str, list[str]] = {}
    for service in SERVICES:
        for subscription in getattr(importlib.import_module(f"{service}.events"), "SUBSCRIPTIONS", []):
            for kind in subscription.handlers:
                found.setdefault(kind.DESCRIPTOR.full_name, []).append(f"`{subscription.durable}`")
    return found


def comments(path: Path) -> dict[str, str]:
    """Each message's comment in a contract."""
    found: dict[str, str] = {}
    held: list[str] = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("//"):
            held.append(line.removeprefix("//").strip())
        elif line.startswith("message "):
            found[line.split()[1]] = " ".join(held)
            held = []
        else:
            held = []
    return found


def fields(message: Descriptor) -> str:
    return ", ".join(f"`{field.name}`" for field in message.fields)


if __name__ == "__main__":
    sys.exit(main())
