"""The generators: each makes the requests of one kind, when its turn comes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from e2e.fuzz.operation import Operation

type Generate = Callable[[Operation], Awaitable[None]]


@dataclass(frozen=True)
class Generator:
    """`attacks` are those of `docs/attacks.md` whose kind its requests are of; `weight` says how often it comes."""

    name: str
    attacks: tuple[str, ...]
    weight: float
    generate: Generate

    @property
    def about(self) -> str:
        return (self.generate.__doc__ or "").strip()


GENERATORS: dict[str, Generator] = {}


def generator(*attacks: str, weight: float = 1.0) -> Callable[[Generate], Generate]:
    """Register a function as the generator of its name."""

    def register(function: Generate) -> Generate:
        name = function.__name__.replace("_", "-")
        GENERATORS[name] = Generator(name, attacks, weight, function)
        return function

    return register
