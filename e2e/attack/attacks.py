"""The list of attacks, and what one comes to."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from e2e.attack.scene import Scene


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attack saw. `holds` is False when somebody got what they should not have."""

    holds: bool
    seen: str


type Try = Callable[[Scene], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack: its number in `docs/attacks.md`, what is tried in a few words, and how."""

    id: str
    what: str
    run: Try


ATTACKS: list[Attack] = []


def attack(number: str, what: str) -> Callable[[Try], Try]:
    """Put a function on the list."""

    def register(function: Try) -> Try:
        ATTACKS.append(Attack(number, what, function))
        return function

    return register


def judge(faults: list[str], held: str) -> Outcome:
    """Open with the first faults, or held with a few words about how."""
    if faults:
        more = f" (and {len(faults) - 3} more)" if len(faults) > 3 else ""
        return Outcome(False, "; ".join(faults[:3]) + more)
    return Outcome(True, held)
