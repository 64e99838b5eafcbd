"""JSON as text: where its parts stand, and how one is changed while every other byte stays.

All but `with_references` and `id_of` are for texts that `chassis.untrusted_json` has read: these are JSON, have bounds
on their depth, and no key twice in one object.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from json.decoder import scanstring  # type: ignore[attr-defined] # the stubs leave it out
from typing import Any

import orjson
from chassis import untrusted_json

SPACE = re.compile(r"[ \t\n\r]*")
# A reference and what it says. In a string these quotes would be escaped, so that nothing else is met.
REFERENCE = re.compile(r'("reference"[ \t\n\r]*:[ \t\n\r]*)"((?:[^"\\]|\\.)*+)"')
_value_end: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder().scan_once  # type: ignore[attr-defined]


def after_space(text: str, index: int) -> int:
    match = SPACE.match(text, index)
    return match.end() if match else index


def members(text: str, index: int = 0) -> Iterator[tuple[str, int, int]]:
    """The members of the object that begins here: each key, and where its value begins and ends."""
    index = after_space(text, after_space(text, index) + 1)
    while text[index] != "}":
        key, index = scanstring(text, index + 1, True)
        start = after_space(text, after_space(text, index) + 1)
        _, end = _value_end(text, start)
        yield key, start, end
        index = after_space(text, end)
        if text[index] == ",":
            index = after_space(text, index + 1)


def elements(text: str, index: int) -> Iterator[tuple[int, int]]:
    """Where each element of the array that begins here begins and ends."""
    index = after_space(text, index + 1)
    while text[index] != "]":
        _, end = _value_end(text, index)
        yield index, end
        index = after_space(text, end)
        if text[index] == ",":
            index = after_space(text, index + 1)


def id_of(text: str) -> str:
    """The id that the resource in a text says; empty where it says none. Raises `Unreadable`."""
    resource = untrusted_json.loads(text)
    if not isinstance(resource, dict):
        raise untrusted_json.Unreadable("", "must be a resource, which is an object")
    fhir_id = resource.get("id")
    return fhir_id if isinstance(fhir_id, str) else ""


def with_id(text: str, fhir_id: str) -> str:
    """The resource with this id; every other byte of it stays."""
    written = json.dumps(fhir_id)
    for key, start, end in members(text):
        if key == "id":
            return f"{text[:start]}{written}{text[end:]}"
    inside = after_space(text, 0) + 1
    comma = "" if text[after_space(text, inside)] == "}" else ","
    return f'{text[:inside]}"id":{written}{comma}{text[inside:]}'


def with_references(text: str, names: Mapping[str, str]) -> str:
    """The resource with these references in the place of others; every other byte of it stays."""
    if not names:
        return text
    return REFERENCE.sub(lambda match: f'{match[1]}"{names.get(match[2], match[2])}"', text)


def written(value: object) -> str:
    """A value as JSON, its decimals as they were written."""
    return orjson.dumps(value, default=_number).decode()


def _number(value: object) -> orjson.Fragment:
    if not isinstance(value, Decimal):
        raise TypeError(type(value).__name__)
    return orjson.Fragment(str(value).encode())
