"""What is apart by default: which resources are of which of the city's categories, as JSON paths that SQL evaluates."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import orjson
from city_pack.sensitivity import CodesOf

# A coding anywhere in a resource, security labels too: any element with a system and a code.
CODING = "$.** ? ({conditions})"


@dataclass(frozen=True)
class Sensitivity:
    """The city's categories, each with the JSON path that finds it in a resource."""

    paths: Mapping[str, str]

    @property
    def categories(self) -> frozenset[str]:
        return frozenset(self.paths)

    @cached_property
    def digest(self) -> str:
        """What a resource was classified by: the same for the same categories and codes."""
        return hashlib.sha256(orjson.dumps(sorted(self.paths.items()))).hexdigest()[:16]


def sensitivity(sensitive: Mapping[str, Sequence[CodesOf]]) -> Sensitivity:
    """The categories of a city's pack."""
    return Sensitivity({category: path_to(systems) for category, systems in sensitive.items()})


def path_to(systems: Sequence[CodesOf]) -> str:
    """The JSON path of codings of these systems. A pack's systems and codes have no quote and no backslash."""
    return CODING.format(conditions=" || ".join(condition(codes) for codes in systems))


def condition(codes: CodesOf) -> str:
    exact = "|".join(f"{escaped(code)}$" for code in codes.codes)
    begins = "|".join(escaped(prefix) for prefix in codes.prefixes)
    pattern = "|".join(part for part in (exact, begins) if part)
    return f'@.system == "{codes.system}" && @.code like_regex "^({pattern})"'


def escaped(code: str) -> str:
    """A code of letters, digits, dots and hyphens in a pattern: of these only the dot means something else there."""
    return code.replace(".", "[.]")
