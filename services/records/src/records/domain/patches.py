"""JSON Patch (RFC 6902) of a stored resource. What becomes of it is checked like any other resource."""

import copy
from collections.abc import Mapping
from typing import Any

from chassis import untrusted_json
from jsonpatch import JsonPatch, JsonPatchException
from jsonpointer import JsonPointerException

from records.domain import json_texts
from records.domain.ingests import ResourceRefused

OPERATIONS_MAX = 100
CONTENT_TYPE = "application/json-patch+json"


def patched(content: str, patch: str, at: str) -> str:
    """The resource with the operations of a patch applied, in their order. Refused where one of them does not apply, or
    changes which resource it is; `at` is the patch's place."""
    try:
        operations = untrusted_json.loads(patch, exact=True)
    except untrusted_json.Unreadable as unfit:
        raise ResourceRefused(f"{at}.{unfit.path}" if unfit.path else at, unfit.reason) from None
    if not isinstance(operations, list) or not 1 <= len(operations) <= OPERATIONS_MAX:
        raise ResourceRefused(at, f"must be an array of 1 to {OPERATIONS_MAX} operations (RFC 6902)")
    before = untrusted_json.loads(content, exact=True)
    resource: Any = copy.deepcopy(before)
    for index, operation in enumerate(operations):
        resource = applied(resource, operation, f"{at}[{index}]")
    if not isinstance(resource, dict):
        raise ResourceRefused(at, "must leave a resource")
    for name in ("resourceType", "id"):
        if resource.get(name) != before.get(name):
            raise ResourceRefused(at, f"must not change the {name}")
    return json_texts.written(resource)


def applied(resource: Any, operation: object, at: str) -> Any:
    """The resource after one operation, which changes it. A copy doubles it at most, and is measured at once."""
    if not isinstance(operation, Mapping):
        raise ResourceRefused(at, "must be an operation, which is an object")
    try:
        resource = JsonPatch([operation]).apply(resource, in_place=True)
    except (JsonPatchException, JsonPointerException):
        raise ResourceRefused(at, "does not apply to the stored version") from None
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError):  # what the library lets by
        raise ResourceRefused(at, "is not an operation of RFC 6902 that applies here") from None
    if operation.get("op") == "copy" and has_more_values(resource, untrusted_json.VALUES_MAX):
        raise ResourceRefused(at, f"makes a resource of more than {untrusted_json.VALUES_MAX} values")
    return resource


def has_more_values(resource: object, most: int) -> bool:
    """Has a resource more values than so many? What is beyond them is not looked at."""
    stack, count = [resource], 0
    while stack and count <= most:
        value = stack.pop()
        count += 1
        if isinstance(value, dict):
            stack += value.values()
        elif isinstance(value, list):
            stack += value
    return count > most
