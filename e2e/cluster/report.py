"""What was watched, for people and for programs."""

from dataclasses import asdict
from pathlib import Path

import orjson

from e2e.cluster.watched import Watched
from e2e.faults.report import seconds, table

HEAD = """\
# The last run of the cluster

Written by `make cluster ARGS="{arguments}"`. [cluster.md](cluster.md) says what it does and how to read this. Times are
of a machine with {cores} cores that others used, too: none of them is a promise.

"""


def summary(watched: Watched) -> str:
    """In a line."""
    minutes = sum(step.seconds for step in watched.steps) / 60
    return f"{len(watched.steps)} steps in {minutes:.0f} minutes: {len(watched.off)} did not hold"


def markdown(watched: Watched, arguments: str, cores: int) -> str:
    """The report as a page."""
    lines = [HEAD.format(arguments=arguments, cores=cores), f"{summary(watched)}.", ""]
    lines += [f"- {name}: {version}" for name, version in watched.versions.items()]
    for scenario in dict.fromkeys(step.scenario for step in watched.steps):
        lines += ["", f"## {scenario}", ""]
        lines += table(
            ("done", "expected", "seen", "took", ""),
            [
                (
                    one_line(step.done),
                    step.expected,
                    one_line(step.seen),
                    seconds(step.seconds),
                    "" if step.holds else "**off**",
                )
                for step in watched.steps
                if step.scenario == scenario
            ],
        )
    if watched.left_out:
        lines += ["", "## What was left out", ""]
        lines += [f"- {what}: {why}" for what, why in watched.left_out.items()]
    return "\n".join(lines) + "\n"


def one_line(text: str) -> str:
    return " ".join(text.split()).replace("<", "&lt;")


def write(watched: Watched, folder: Path, arguments: str, cores: int) -> None:
    """Both files, in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cluster-last.md").write_text(markdown(watched, arguments, cores), "utf-8")
    content = {
        "versions": watched.versions,
        "steps": [asdict(step) for step in watched.steps],
        "leftOut": watched.left_out,
    }
    (folder / "cluster-last.json").write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
