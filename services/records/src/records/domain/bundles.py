"""Bundles of FHIR R4: many interactions in one request, all or none (`transaction`), or each on its own (`batch`)."""

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis import untrusted_json
from chassis.refusals import Invalid, Refusal

from records.domain import json_texts, patches
from records.domain.ingests import RESOURCE_BYTES_MAX, RESOURCES_MAX, ResourceRefused
from records.domain.interactions import Interaction, Method, interaction

VALUES_MAX = 200_000
DEPTH_MAX = 36  # a resource's, and that of what is about it


ISSUES_MAX = 100  # that are answered of a refused transaction


class BundleRefused(Invalid):
    """Some entries of a transaction are refused, and so is all of it."""

    code = "bundle-refused"
    title = "Some entries of the transaction are refused. None was stored."

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        first = refusals[0]
        super().__init__(first.field, first.detail.removeprefix(f"{first.field}: "))
        self.refusals = refusals

    @property
    def data(self) -> dict[str, Any]:
        """A `yima.records.v1.WriteIssues`: what each refused entry is refused for."""
        issues = [
            {"field": each.field, "code": each.code, "detail": each.detail} for each in self.refusals[:ISSUES_MAX]
        ]
        return {"issues": issues}


@dataclass(frozen=True, slots=True)
class Bundle:
    """Its entries in their order: each an interaction, or why there is none."""

    transaction: bool
    entries: Sequence[Interaction | Refusal]


def bundle(text: str, *, resident_id: UUID | None) -> Bundle:
    """The Bundle in `text`, each resource as it was sent. Raises `Invalid` where it is no batch and no transaction."""
    try:
        content = untrusted_json.loads(text, exact=True, depth_max=DEPTH_MAX, values_max=VALUES_MAX)
    except untrusted_json.Unreadable as unfit:
        raise Invalid(f"Bundle.{unfit.path}" if unfit.path else "Bundle", unfit.reason) from None
    if not isinstance(content, dict) or content.get("resourceType") != "Bundle":
        raise Invalid("Bundle", "must be a Bundle")
    if content.get("type") not in ("batch", "transaction"):
        raise Invalid("Bundle.type", "must be batch or transaction")
    entries = content.get("entry")
    if not isinstance(entries, list) or not 1 <= len(entries) <= RESOURCES_MAX:
        raise Invalid("Bundle.entry", f"must have 1 to {RESOURCES_MAX} entries")
    texts = resource_texts(text)
    asked: list[Interaction | Refusal] = []
    for index, (entry, resource) in enumerate(zip(entries, texts, strict=True)):
        try:
            asked.append(entry_of(entry, resource, f"Bundle.entry[{index}]", resident_id))
        except Refusal as refusal:
            asked.append(refusal)
    return Bundle(content["type"] == "transaction", asked)


def resource_texts(text: str) -> Iterator[str]:
    """Each entry's resource as it was sent; empty where it has none."""
    start = next(start for key, start, _ in json_texts.members(text) if key == "entry")
    for begins, _ in json_texts.elements(text, start):
        if text[begins] != "{":
            yield ""
            continue
        resources = (text[start:end] for key, start, end in json_texts.members(text, begins) if key == "resource")
        yield next(resources, "")


def entry_of(entry: object, resource: str, at: str, resident_id: UUID | None) -> Interaction:
    """The interaction of an entry."""
    request = entry.get("request") if isinstance(entry, Mapping) else None
    if not isinstance(entry, Mapping) or not isinstance(request, Mapping):
        raise Invalid(f"{at}.request", "is needed: its method and url")
    said = {name: text_of(request, name, f"{at}.request") for name in ("method", "url", "ifMatch", "ifNoneExist")}
    for name in ("ifNoneMatch", "ifModifiedSince"):
        if name in request:
            raise Invalid(f"{at}.request.{name}", "is for reading; leave it out")
    method = said["method"]
    content = patch_of(entry, at) if method == Method.PATCH else resource
    asked = interaction(
        method,
        said["url"],
        content,
        at=f"{at}.resource",
        request_at=f"{at}.request",
        resident_id=resident_id,
        if_match=said["ifMatch"],
        if_none_exist=said["ifNoneExist"],
        full_url=text_of(entry, "fullUrl", at),
    )
    if not content.startswith("{") and method != Method.PATCH:
        raise ResourceRefused(f"{at}.resource", "is needed")
    if len(content) > RESOURCE_BYTES_MAX:
        raise ResourceRefused(f"{at}.resource", f"at most {RESOURCE_BYTES_MAX} bytes")
    return asked


def text_of(element: Mapping[str, Any], name: str, at: str) -> str:
    value = element.get(name, "")
    if not isinstance(value, str):
        raise Invalid(f"{at}.{name}", "must be a text")
    return value


def patch_of(entry: Mapping[str, Any], at: str) -> str:
    """The patch that an entry carries, as FHIR has it in a Bundle: a Binary."""
    resource = entry.get("resource")
    if not isinstance(resource, Mapping) or resource.get("contentType") != patches.CONTENT_TYPE:
        raise ResourceRefused(f"{at}.resource", f"must be a Binary of {patches.CONTENT_TYPE}")
    try:
        return base64.b64decode(text_of(resource, "data", f"{at}.resource"), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise ResourceRefused(f"{at}.resource.data", "must be the patch in base64") from None
