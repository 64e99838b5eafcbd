"""What a run did and watched, for people and for programs."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from e2e.faults.watched import MEASURES

if TYPE_CHECKING:
    from e2e.faults.run import Run

HEAD = """\
# The last run of faults

Written by `make faults ARGS="{arguments}"`. [faults.md](faults.md) says what it does and how to read this. Times are of
a machine with {cores} cores that others used, too: none of them is a promise.

"""
LOOKS_SHOWN = 8


def summary(run: "Run") -> str:
    """In a line."""
    return (
        f"{len(run.outcomes) - 1} faults in {run.seconds / 60:.1f} minutes beside {run.orders:,} orders and "
        f"{run.events:,} events, seed {run.seed}: {len(run.findings)} findings"
    )


def markdown(run: "Run", arguments: str, cores: int) -> str:
    """The report as a page."""
    lines = [HEAD.format(arguments=arguments, cores=cores), f"{summary(run)}.", "", "## The faults", ""]
    lines += table(
        ("at", "fault", "what was done", "at rest after", "longest wait of a caller", "done beside", "off"),
        [
            (
                seconds(each.at), each.name, each.what, seconds(each.quiet), seconds(each.longest_wait), each.done,
                len(each.off),
            )
            for each in run.outcomes
        ],
    )  # fmt: skip
    if run.skipped:
        lines += ["", "Left out on this machine:", ""]
        lines += [f"- {name}: {why}" for name, why in run.skipped.items()]
    lines += ["", "## What was off", ""]
    lines += [f"- {finding}" for finding in run.findings] or ["Nothing."]
    lines += ["", "## What was used, at rest", ""]
    lines += used(run)
    lines += ["", "## Minute by minute", ""]
    lines += soaked(run)
    if run.forgotten:
        lines += [
            "",
            "## What is kept for a time",
            "",
            "Beside the work, half of the rows were made older than they are kept, half not quite.",
        ]
        lines += ["", *table(("what", "made older", "of them left", "not quite", "of them gone"),
                             [(what, one.aged, one.left, one.young, one.gone)
                              for what, one in run.forgotten.items()])]  # fmt: skip
    lines += ["", "## What people did and were answered", ""]
    lines += table(("times", "what"), [(count, what) for what, count in sorted(run.happened.items())])
    return "\n".join(lines) + "\n"


def used(run: "Run") -> list[str]:
    step = max(1, -(-len(run.looks) // LOOKS_SHOWN))
    looks = [*run.looks[:-1:step], run.looks[-1]] if run.looks else []
    if not looks:
        return ["Nothing was looked at."]
    rows: list[tuple[object, ...]] = [
        ("orders", *(look.orders for look in looks)),
        ("MiB of all processes", *(round(sum(look.memory.values())) for look in looks)),
        ("MiB of the largest", *(round(max(look.memory.values())) for look in looks)),
        ("file handles", *(sum(look.handles.values()) for look in looks)),
        ("MiB of the bus", *(round(look.bus_memory) for look in looks)),
        ("connections to databases", *(look.connections for look in looks)),
        ("streams", *(look.streams for look in looks)),
        ("durables", *(look.durables for look in looks)),
        ("messages in streams", *(look.messages for look in looks)),
        ("MiB of streams", *(round(look.bytes / 2**20, 1) for look in looks)),
    ]
    for name in looks[-1].tables:
        rows.append((f"{name}: rows", *(look.tables.get(name, (0, 0))[0] for look in looks)))
        rows.append((f"{name}: KiB", *(look.tables.get(name, (0, 0))[1] for look in looks)))
    return table(("", *(f"{look.at:.0f} s" for look in looks)), rows)


def soaked(run: "Run") -> list[str]:
    """A line a minute, beneath it what is said of each series."""
    if not run.minutes_seen:
        return ["Nothing was looked at."]
    lines = table(
        ("minute", "orders", *(measure.name for measure in MEASURES)),
        [
            (f"{look.at / 60:.0f}", look.orders, *(short(measure.of(look)) for measure in MEASURES))
            for look in run.minutes_seen
        ],
    )
    said = [run.soaked.get(measure.name) for measure in MEASURES]
    lines.append("| **second half** | | " + " | ".join(f"**{each.word}**" if each else "" for each in said) + " |")
    lines.append("| grown by | | " + " | ".join(short(each.growth) if each else "" for each in said) + " |")
    missed = f"In {run.minutes_missed} minutes a fault had taken what would have been looked at."
    return [*lines, *(["", missed] if run.minutes_missed else [])]


def short(value: float) -> str:
    """A number as long as it is worth reading."""
    return f"{value:.0f}" if abs(value) >= 20 or value == int(value) else f"{value:.2f}"


def seconds(count: float) -> str:
    return f"{count:.0f} s"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    return [
        "| " + " | ".join(head) + " |",
        "|" + "---|" * len(head),
        *("| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows),
    ]


def write(run: "Run", folder: Path, arguments: str, cores: int) -> None:
    """Both files, in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "faults-last.md").write_text(markdown(run, arguments, cores), "utf-8")
    content = {
        "seed": run.seed,
        "asked": run.minutes,
        "seconds": run.seconds,
        "plan": run.plan,
        "skipped": run.skipped,
        "orders": run.orders,
        "events": run.events,
        "faults": [asdict(each) for each in run.outcomes],
        "findings": run.findings,
        "used": [look.record() for look in run.looks],
        "minutes": [look.record() for look in run.minutes_seen],
        "minutesMissed": run.minutes_missed,
        "soaked": {name: asdict(verdict) for name, verdict in run.soaked.items()},
        "kept": {what: one.record() for what, one in run.forgotten.items()},
        "happened": run.happened,
    }
    (folder / "faults-last.json").write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
