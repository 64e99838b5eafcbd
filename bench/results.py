"""Results that are kept, by day and commit, and whether one is worse than the last: by ratios, since those travel."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FOLDER = Path("bench/results")
WORSE_BY = 0.15  # of a ratio; what two runs of one commit differ by is less


@dataclass(frozen=True)
class Report:
    """The rows and where they were measured. A row's `name` stays the same when its words change."""

    machine: str
    commit: str
    taken_at: str
    rows: list[dict[str, Any]]

    def keep(self) -> Path:
        FOLDER.mkdir(exist_ok=True)
        path = FOLDER / f"{self.taken_at}-{self.commit}.json"
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", "utf-8")
        return path


def last() -> Report | None:
    """The newest report that is kept."""
    paths = sorted(FOLDER.glob("*.json"))
    return Report(**json.loads(paths[-1].read_text("utf-8"))) if paths else None


def worse(rows: Sequence[Mapping[str, Any]], before: Report) -> list[str]:
    """What is worse than before by more than two runs of one commit differ by, a line each."""
    known = {row["name"]: row["ratio"] for row in before.rows}
    findings = []
    for row in rows:
        if (was := known.get(row["name"])) is None:
            continue
        by = row["ratio"] / was - 1 if row["less_is_better"] else 1 - row["ratio"] / was
        if by > WORSE_BY:
            findings.append(f"{row['name']}: {row['ratio']:.2f} of its limit, and {was:.2f} at {before.commit}")
    return findings


def commit() -> str:
    git = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(git, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
