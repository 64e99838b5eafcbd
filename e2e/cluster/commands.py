"""Commands of this machine, and those of the cluster's namespace."""

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

OUTSIDE = "yima-cluster"  # the namespace of the control plane and of who calls from outside
INSIDE_IT = ("ip", "netns", "exec", OUTSIDE)
SHOWN = 4_000


class Failed(Exception):
    """A command that ended badly, with what it said."""


class TooLate(Exception):
    """What was waited for did not come."""


def run(
    *command: str | Path,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    stdin: str = "",
    seconds: float | None = None,
) -> str:
    """What a command prints. Raises `Failed`."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            capture_output=True,
            text=True,
            input=stdin,
            cwd=folder,
            env=environment,
            check=False,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"{' '.join(words)[:200]}: not done after {seconds:.0f} s") from None
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip())[-SHOWN:]
        raise Failed(f"{' '.join(words)[:200]}: ended with {done.returncode}: {said}")
    return done.stdout


def succeeds(*command: str | Path) -> bool:
    words = [str(word) for word in command]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def begin(command: Sequence[str | Path], log: Path, environment: Mapping[str, str] | None = None) -> int:
    """The process id of a command that goes on, in a session of its own."""
    with log.open("ab") as out:
        words = [str(word) for word in command]
        return subprocess.Popen(words, stdout=out, stderr=out, env=environment, start_new_session=True).pid


def outside(*command: str | Path, seconds: float | None = None, stdin: str = "") -> str:
    """A command in the namespace outside the nodes."""
    return run(*INSIDE_IT, *command, seconds=seconds, stdin=stdin)


def until[T](what: str, ask: Callable[[], T], seconds: float, every: float = 1.0) -> T:
    """The first answer that is true. Raises `TooLate`, which names what was waited for and what was answered last."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            answer: T | str = ask()
            if answer:
                return answer  # type: ignore[return-value]  # what is asked says so
        except Failed as error:
            answer = str(error)
        if time.monotonic() > deadline:
            raise TooLate(f"{what}: not after {seconds:.0f} s; last: {answer}")
        time.sleep(every)
