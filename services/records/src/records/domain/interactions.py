"""Interactions: what a FHIR client asks to be done with one resource of its institution, and on which condition.

An institution's resources are known by its own ids: `Observation/<id>` has the id that it gave, or got on a create.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from chassis.ids import Kind, parse_id
from chassis.refusals import Invalid, NotFound, Refusal

from records.domain import json_texts
from records.domain.fhir import FHIR_ID
from records.domain.ingests import ResourceRefused
from records.domain.kinds import KINDS
from records.domain.resources import PATIENT, is_another

CRITERIA_LENGTH_MAX = 1_000
URL = re.compile(r"([A-Za-z]{1,64})(?:/([^/?]*))?(?:\?(.*))?", re.DOTALL)
ORIGIN = re.compile(
    r"https?://[^/]{1,300}/fhir/Organization/par-[0-9a-f]{32}"
)  # what `meta.source` says of what was read here
VERSION = re.compile(r"[0-9]{1,9}")
ETAG = re.compile(r'(?:W/)?"([0-9]{1,9})"')


class Method(StrEnum):
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"


class VersionConflict(Refusal):
    """The stored version is not the one that `If-Match` names."""

    code = "version-conflict"
    title = "The stored version of the resource is another. Nothing was stored."


class ConditionAmbiguous(Refusal):
    """Several resources match the criteria of a condition."""

    code = "condition-ambiguous"
    title = "More than one resource matches the condition. Nothing was stored."


class ConcurrentWrite(Refusal):
    """Another request changed what this one was decided on."""

    code = "concurrent-write"
    title = "Another request wrote the same at the same time. Nothing was stored; send it again."


class DeletionRefused(Refusal):
    """Nothing is deleted from a health record."""

    code = "deletion-refused"
    title = "Nothing is deleted from a health record. Say that it was entered in error."


class NoSuchResource(NotFound):
    """The institution has sent no such resource."""

    code = "no-such-resource"
    title = "Your institution has sent no such resource, or it matches no condition."


@dataclass(frozen=True, slots=True)
class Criteria:
    """Which resources a condition is about: the resident's, from the caller's institution, with this identifier."""

    kind: str
    system: str | None  # None: of any system
    value: str


@dataclass(frozen=True, slots=True)
class Interaction:
    """One interaction as it was asked for. `content` is a resource, or a patch of one; `at` is its place."""

    method: Method
    at: str
    kind: str
    content: str
    fhir_id: str = ""  # that the URL names, or that a create is given
    criteria: Criteria | None = None
    if_match: int | None = None
    full_url: str = ""

    @property
    def known_as(self) -> tuple[str, str]:
        return self.kind, self.fhir_id


def interaction(
    method: str,
    url: str,
    content: str,
    *,
    at: str,
    request_at: str,
    resident_id: UUID | None,
    if_match: str = "",
    if_none_exist: str = "",
    full_url: str = "",
) -> Interaction:
    """The interaction that a request, or an entry of a Bundle, asks for. `at` is where its resource is, `request_at`
    where the rest is said."""
    target = URL.fullmatch(url)
    if target is None:
        raise Invalid(f"{request_at}.url", "must be a kind of resource, and what follows it in FHIR's interactions")
    kind, fhir_id, query = target[1], target[2], target[3]
    check_kind(kind, f"{request_at}.url")
    known_method = method_of(method, request_at)
    version = version_of(if_match, f"{request_at}.ifMatch")
    if known_method is Method.POST:
        if fhir_id is not None or query is not None:
            raise Invalid(f"{request_at}.url", "must be the kind alone; the server gives a new resource its id")
        if version is not None:
            raise Invalid(f"{request_at}.ifMatch", "is for a resource that is there; a create has none")
        condition = (
            criteria_of(kind, if_none_exist, f"{request_at}.ifNoneExist", resident_id) if if_none_exist else None
        )
        return Interaction(known_method, at, kind, content, criteria=condition, full_url=full_url)
    if if_none_exist:
        raise Invalid(f"{request_at}.ifNoneExist", "is for a create; name the criteria in the URL")
    if (fhir_id is None) == (query is None):
        raise Invalid(
            f"{request_at}.url", "must name one resource, by its id or by criteria: Kind/id, or Kind?identifier=…"
        )
    if fhir_id is not None and not FHIR_ID.fullmatch(fhir_id):
        raise Invalid(f"{request_at}.url", "must end with a FHIR id")
    condition = criteria_of(kind, query, f"{request_at}.url", resident_id) if query is not None else None
    return Interaction(known_method, at, kind, content, fhir_id or "", condition, version, full_url)


def resident_in(content: str) -> UUID | None:
    """The patient to whom a resource, or a Bundle of some, refers first; None where there is none. Whether all of it is
    of this one is checked resource by resource."""
    for match in json_texts.REFERENCE.finditer(content):
        if patient := PATIENT.fullmatch(match[2]):
            try:
                return parse_id(patient[1], "reference", Kind.RESIDENT)
            except Invalid:
                return None
    return None


def check_kind(kind: str, field: str) -> None:
    if kind == "Patient":
        raise ResourceRefused(field, "must not be Patient: refer to Patient/<the resident's id>, which the city gives")
    if kind not in KINDS:
        raise ResourceRefused(field, f"must be one of {', '.join(sorted(KINDS))}")


def method_of(method: str, request_at: str) -> Method:
    if method == Method.DELETE:
        raise DeletionRefused(
            "set its status, or verificationStatus, to entered-in-error by PUT or PATCH", f"{request_at}.method"
        )
    try:
        return Method(method)
    except ValueError:
        raise Invalid(f"{request_at}.method", "must be POST, PUT or PATCH; read outside of a Bundle") from None


def version_of(if_match: str, field: str) -> int | None:
    """The version that an ETag names; None where there is none."""
    if not if_match:
        return None
    etag = ETAG.fullmatch(if_match)
    if etag is None:
        raise Invalid(field, 'must be an ETag that was given for the resource, like W/"3"')
    return int(etag[1])


def version_read(resource: Mapping[str, Any]) -> int | None:
    """The version in which a resource was read at the FHIR origin, by its `meta`; None where it was not read there."""
    meta = resource.get("meta") or {}
    if not ORIGIN.fullmatch(str(meta.get("source", ""))) or not VERSION.fullmatch(str(meta.get("versionId", ""))):
        return None
    return int(meta["versionId"])


def criteria_of(kind: str, query: str, field: str, resident_id: UUID | None) -> Criteria:
    """The criteria of a condition: one identifier, and whose it is if that is said."""
    if len(query) > CRITERIA_LENGTH_MAX:
        raise Invalid(field, f"at most {CRITERIA_LENGTH_MAX} characters")
    identifiers = []
    for name, value in parse_qsl(query.removeprefix("?"), keep_blank_values=True):
        if name == "identifier":
            identifiers.append(value)
        elif name not in ("patient", "subject"):
            raise Invalid(field, "may name identifier, and patient or subject; nothing else")
        elif resident_id is not None and is_another(f"Patient/{value.removeprefix('Patient/')}", resident_id):
            raise Invalid(field, "must be of the resident whose record this is sent for")
    if len(identifiers) != 1:
        raise Invalid(field, "must name one identifier, as system|value or value")
    if re.search(r"\\|,", identifiers[0]) or any(not character.isprintable() for character in identifiers[0]):
        raise Invalid(field, "must name one identifier, without commas and backslashes")
    system, separator, value = identifiers[0].rpartition("|")
    if not value or (separator and not system):
        raise Invalid(field, "must name the identifier's value, and its system if that is to be the same")
    return Criteria(kind, system if separator else None, value)


def check_identity(resource: Mapping[str, Any], asked: Interaction) -> None:
    """Refuse content of another kind than its URL's, or with another id."""
    if resource.get("resourceType") != asked.kind:
        raise ResourceRefused(f"{asked.at}.resourceType", f"must be {asked.kind}, as its URL says")
    if resource.get("id") != asked.fhir_id:
        raise ResourceRefused(f"{asked.at}.id", "must be the id in the URL")
