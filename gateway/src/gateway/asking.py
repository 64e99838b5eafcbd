"""A request as GraphQL over HTTP has it: document, variables and name; who asks, from where, until when, in which
language."""

import base64
import functools
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from chassis.refusals import Invalid, UnsupportedMediaType

from gateway.documents import document_named

VALUES_MAX = 10_000  # of variables: each is coerced here and read again by its service
LANGUAGES_MAX = 200  # characters of an Accept-Language that are read
JSON_TYPES = frozenset({"application/json", "application/graphql-response+json"})


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """What is asked for: a document by its text, its hash or both."""

    source: str | None
    digest: str | None
    variables: dict[str, Any] | None
    name: str | None
    values: int  # in the variables


def check_content_type(content_type: str) -> None:
    """Refuse a body that does not say it is JSON: other types can be sent by any page without asking first."""
    media_type, _, parameters = content_type.partition(";")
    if media_type.strip().lower() not in JSON_TYPES:
        raise UnsupportedMediaType("send the body as `content-type: application/json`", "content-type")
    charset = parameters.lower().replace(" ", "").replace('"', "")
    if charset and charset.startswith("charset=") and charset != "charset=utf-8":
        raise UnsupportedMediaType("JSON is UTF-8", "content-type")


def decoded(raw: bytes) -> dict[str, Any]:
    try:
        payload = orjson.loads(raw)
    except orjson.JSONDecodeError:
        payload = None
    if not isinstance(payload, dict):
        raise Invalid("", 'send one JSON object: {"query": "…", "variables": {…}}')
    return payload


def from_query(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The same from a URL, where `variables` and `extensions` are JSON."""
    payload = dict(parameters)
    for name in ("variables", "extensions"):
        if payload.get(name):
            try:
                payload[name] = orjson.loads(payload[name])
            except orjson.JSONDecodeError:
                raise Invalid(name, "must be a JSON object") from None
        else:
            payload.pop(name, None)
    return payload


def read(payload: Mapping[str, Any]) -> GraphQLRequest:
    """Document, variables and operation name of a request."""
    extensions = payload.get("extensions")
    if extensions is not None and not isinstance(extensions, dict):
        raise Invalid("extensions", "must be a JSON object")
    source, digest = document_named(payload)
    variables, name = payload.get("variables"), payload.get("operationName")
    if variables is not None and not isinstance(variables, dict):
        raise Invalid("variables", "must be a JSON object")
    values = values_in(variables or {})
    if values > VALUES_MAX:
        raise Invalid("variables", f"at most {VALUES_MAX} values, those of lists and objects counted one by one")
    if name is not None and not isinstance(name, str):
        raise Invalid("operationName", "must be a string")
    return GraphQLRequest(source, digest, variables, name or None, values)


def values_in(variables: Mapping[str, Any]) -> int:
    """How many values there are to be read, one by one; counting stops where there are too many."""
    count = 0
    todo: list[Any] = [variables]
    while todo and count <= VALUES_MAX:
        value = todo.pop()
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        count += len(inner)
        todo.extend(item for item in inner if isinstance(item, dict | list))
    return count


def preferred(accept_language: str, locales: tuple[str, ...]) -> str:
    """The city's language that the caller likes best, by the qualities they give; else the city's first."""
    return _preferred(accept_language[:LANGUAGES_MAX], locales)


@functools.lru_cache(maxsize=1_024)
def _preferred(accept_language: str, locales: tuple[str, ...]) -> str:
    preferences = []
    for index, part in enumerate(accept_language.split(",")):
        tag, _, parameters = part.partition(";")
        quality = quality_of(parameters)
        if tag.strip() and quality > 0:
            preferences.append((-quality, index, tag.strip().lower()))
    for _, _, tag in sorted(preferences):
        for locale in locales:
            if locale.lower() == tag or locale.lower().partition("-")[0] == tag.partition("-")[0]:
                return locale
    return locales[0]


def quality_of(parameters: str) -> float:
    """The weight of RFC 9110, 1 where there is none, 0 where it cannot be read."""
    name, _, value = parameters.strip().partition("=")
    if not name:
        return 1.0
    try:
        quality = float(value) if name.strip().lower() == "q" and value[:1] in ("0", "1") else 0.0
    except ValueError:
        return 0.0
    return min(1.0, quality)


def expires_at(authorization: str) -> float | None:
    """When a verified access token ends, in seconds since 1970."""
    parts = authorization.partition(" ")[2].split(".")
    if len(parts) != 3:
        return None
    payload = parts[1] + "=" * (-len(parts[1]) % 4)
    expiry = orjson.loads(base64.urlsafe_b64decode(payload)).get("exp")
    return float(expiry) if isinstance(expiry, int | float) else None


@functools.lru_cache(maxsize=4_096)
def address_of(host: str, forwarded: str, proxies: int) -> str:
    """Where a stranger calls from: as the last of our own proxies saw it; of IPv6, the network they have whole."""
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()] if proxies else []
    seen = hops[-proxies] if proxies and len(hops) >= proxies else host
    try:
        address = ipaddress.ip_address(seen)
    except ValueError:
        return seen[:64]
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
