"""What the processes of a test run make once and copy from then on: it costs much to make, and little to copy."""

import fcntl
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

FOLDER = "YIMA_TEST_SEEDS"  # where a run keeps its seeds; the run makes and removes it


def folder() -> Path | None:
    """Where this run keeps its seeds; None where nothing runs but what is asked for."""
    path = os.environ.get(FOLDER)
    return Path(path) if path else None


@contextmanager
def making(seeds: Path, name: str) -> Iterator[tuple[Path, Path | None]]:
    """A seed, and where to make it; None where it is there. Other processes wait meanwhile: one makes it."""
    seed, unfinished = seeds / name, seeds / f"{name}-unfinished"
    with (seeds / f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if seed.exists():
            yield seed, None
        else:
            yield seed, unfinished
            unfinished.rename(seed)


def copy(seed: Path, target: Path, parts: Sequence[str]) -> None:
    """Copy parts of a seed. Their owners stay: a database's files belong to a user of their own."""
    target.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", *(str(seed / part) for part in parts), str(target)], check=True)  # noqa: S603, S607
