"""Results that are kept, by moment and commit, and whether one is worse than the last: by ratios, which travel."""

import json
import math
import platform
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import psutil

FOLDER = Path("bench/results")
GROWTH = FOLDER / "growth"
WORSE_BY = 0.15  # of a ratio; what two runs of one commit differ by is less
FLAT_WITHIN = 1.5  # the most that what reads by a key may cost at the end, of what it does in the beginning
LINEAR_WITHIN = 1.15  # the most that what reads everything may grow by, as a power of how much there is


@dataclass(frozen=True)
class Report:
    """The rows and where they were measured. A row's `name` stays the same when its words change."""

    machine: str
    commit: str
    taken_at: str
    city: str  # "small" or "large"
    rows: list[dict[str, Any]]

    @classmethod
    def of(cls, city: str, rows: list[dict[str, Any]]) -> Self:
        return cls(machine(), commit(), moment(), city, rows)

    def keep(self) -> Path:
        return keep(FOLDER, self)


class Grows(StrEnum):
    FLAT = "flat"
    LINEAR = "linear"


@dataclass(frozen=True)
class Measured:
    """What a question cost at each size, in milliseconds: the median of all rounds."""

    what: str
    among: str
    grows: Grows
    milliseconds: Mapping[int, float]

    @property
    def factor(self) -> float:
        """What it costs among the most, as a multiple of what it does among the fewest."""
        costs = list(self.milliseconds.values())
        return costs[-1] / costs[0]

    @property
    def slope(self) -> float:
        """By which power it grows over the last decade: 0 is flat, 1 is as much as there is more."""
        (few, cheap), (many, dear) = list(self.milliseconds.items())[-2:]
        return math.log(dear / cheap) / math.log(many / few)

    @property
    def holds(self) -> bool:
        return self.factor <= FLAT_WITHIN if self.grows == Grows.FLAT else self.slope <= LINEAR_WITHIN


@dataclass(frozen=True)
class Growth:
    """What questions cost where there is ever more, and where it was measured."""

    machine: str
    commit: str
    taken_at: str
    curves: Sequence[Measured]

    @classmethod
    def of(cls, curves: Sequence[Measured]) -> Self:
        return cls(machine(), commit(), moment(), curves)

    @classmethod
    def last(cls) -> Self | None:
        """The newest that is kept."""
        paths = sorted(GROWTH.glob("*.json"))
        if not paths:
            return None
        kept = json.loads(paths[-1].read_text("utf-8"))
        curves = [
            Measured(**each | {"milliseconds": {int(count): cost for count, cost in each["milliseconds"].items()}})
            for each in kept.pop("curves")
        ]
        return cls(**kept, curves=curves)

    def keep(self) -> Path:
        return keep(GROWTH, self)


def keep(folder: Path, results: Report | Growth) -> Path:
    """In a file whose name sorts by when they were taken."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{results.taken_at.replace(' ', 'T').replace(':', '')}-{results.commit}.json"
    path.write_text(json.dumps(asdict(results), indent=1, ensure_ascii=False) + "\n", "utf-8")
    return path


def last(city: str = "") -> Report | None:
    """The newest report that is kept, of a city of this size or of any."""
    for path in sorted(FOLDER.glob("*.json"), reverse=True):
        report = Report(**json.loads(path.read_text("utf-8")))
        if city in ("", report.city):
            return report
    return None


def worse(rows: Sequence[Mapping[str, Any]], before: Report) -> list[str]:
    """What is worse than before by more than two runs of one commit differ by, a line each."""
    known = {(row["name"], row["less_is_better"]): row["ratio"] for row in before.rows}
    findings = []
    for row in rows:
        if (was := known.get((row["name"], row["less_is_better"]))) is None:
            continue
        by = row["ratio"] / was - 1 if row["less_is_better"] else 1 - row["ratio"] / was
        if by > WORSE_BY:
            findings.append(f"{row['name']}: {row['ratio']:.2f} of its limit, and {was:.2f} at {before.commit}")
    return findings


def moment() -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime())


def commit() -> str:
    git = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(git, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    return f"{psutil.cpu_count()} cores, {memory:.0f} GiB, {platform.machine()}, CPython {platform.python_version()}"
