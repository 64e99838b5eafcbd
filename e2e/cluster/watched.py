"""What was done, what was expected of it and what was seen."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console

from e2e.cluster.commands import Failed, TooLate
from e2e.cluster.folder import REPOSITORY, Folder

SHOWN = 600


@dataclass
class Step:
    scenario: str
    done: str
    expected: str
    seen: str = ""
    holds: bool = False
    seconds: float = 0.0

    def saw(self, what: str, *, holds: bool = True) -> None:
        """Whatever is said of a step holds, or all of it does not."""
        self.holds = (self.holds or not self.seen) and holds
        what = what.replace(f"{Folder.here().root}/", "").replace(f"{REPOSITORY}/", "")  # a report is of no machine
        self.seen = f"{self.seen}; {what}" if self.seen else what


@dataclass
class Watched:
    out: Console
    steps: list[Step] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    scenario: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def step(self, done: str, expected: str) -> Iterator[Step]:
        """One step. What does not come or ends badly within it is what was seen, and ends the scenario."""
        step = Step(self.scenario, done, expected)
        began = time.monotonic()
        try:
            yield step
        except (Failed, TooLate, AssertionError) as error:
            step.saw(f"{type(error).__name__}: {str(error)[:SHOWN]}", holds=False)
            raise
        finally:
            step.seconds = time.monotonic() - began
            if not step.seen:
                step.saw("as expected")
            self.steps.append(step)
            mark = "[green]holds[/]" if step.holds else "[red]OFF[/]"
            self.out.print(f"  {mark} {step.seconds:5.0f} s  {step.done}: ", end="")
            self.out.print(step.seen, markup=False)

    def leave_out(self, what: str, why: str) -> None:
        self.left_out[what] = why
        self.out.print(f"  left out: {what}: {why}", markup=False)

    @property
    def off(self) -> list[Step]:
        return [step for step in self.steps if not step.holds]
