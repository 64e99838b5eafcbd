"""What happened, step by step, for people and as JSON."""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Step:
    """What happened, who did it, and what came of it."""

    number: int
    actor: str
    title: str
    facts: dict[str, Any]


@dataclass
class Story:
    """The steps so far; `tell` hears of each as it happens."""

    tell: Callable[[Step], None]
    steps: list[Step] = field(default_factory=list)

    def add(self, actor: str, title: str, /, **facts: Any) -> None:
        step = Step(len(self.steps) + 1, actor, title, facts)
        self.steps.append(step)
        self.tell(step)

    def as_json(self) -> list[dict[str, Any]]:
        """The steps with the names that `--json` promises."""
        return [asdict(step) | {"facts": camel_case(step.facts)} for step in self.steps]


def camel_case(facts: Any) -> Any:
    """Facts whose names are written as GraphQL's: waits_for is waitsFor."""
    if isinstance(facts, list):
        return [camel_case(item) for item in facts]
    if not isinstance(facts, dict):
        return facts
    return {re.sub("_([a-z])", lambda letter: letter[1].upper(), name): camel_case(v) for name, v in facts.items()}


def money(amount: dict[str, str]) -> str:
    return f"{amount['amount']} {amount['currency']}"
