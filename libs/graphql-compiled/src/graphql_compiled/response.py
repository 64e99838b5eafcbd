"""The response as JSON bytes."""

from collections.abc import Callable
from typing import Any

from graphql import ExecutionResult


def to_json(result: ExecutionResult, default: Callable[[Any], Any] | None = None) -> bytes:
    """Encode a result in the response format of the GraphQL specification, with orjson.

    `default` is orjson's: it encodes what a custom scalar returned that is not JSON. Raises `orjson.JSONEncodeError`
    for what cannot be encoded.
    """
    import orjson  # noqa: PLC0415 - an optional dependency

    if result.errors is None and result.extensions is None:
        return orjson.dumps({"data": result.data}, default)
    return orjson.dumps(result.formatted, default)
