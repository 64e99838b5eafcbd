"""The operations that ship with the gateway, as they were when this client was built."""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

DECLARED = re.compile(r"\$(\w+)\s*:")  # `$key: String`; where one is used, no colon follows


@cache
def operations() -> dict[str, str]:
    """GraphQL documents by name, e.g. "place-order"."""
    return dict(json.loads((files("yima_client") / "operations.json").read_bytes()))


@cache
def declared_variables() -> Mapping[str, frozenset[str]]:
    """The variables that each operation takes, e.g. "input" and "key" of "place-order"."""
    return {name: frozenset(DECLARED.findall(document)) for name, document in operations().items()}
