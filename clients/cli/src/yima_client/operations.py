"""The operations that ship with the gateway, as they were when this client was built."""

import json
from functools import cache
from importlib.resources import files


@cache
def operations() -> dict[str, str]:
    """GraphQL documents by name, e.g. "place-order"."""
    return dict(json.loads((files("yima_client") / "operations.json").read_bytes()))
