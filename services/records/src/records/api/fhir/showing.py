"""What is released, as the caller sees it: ids and references as the origin has them, and as much as is asked for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from chassis.refusals import Invalid
from sqlalchemy.ext.asyncio import AsyncSession

from records.api.fhir.origin import FhirRequest
from records.domain import fhir
from records.domain.kinds import KINDS
from records.domain.search import Search, Summary, elements_named, short
from records.domain.shown import Identity, Keep, naming_resident, refer, references_in, show
from records.store import search as store
from records.tables import RecordRow, VersionRow

TEXT_ELEMENTS = frozenset({"text"})


@dataclass(frozen=True, slots=True)
class Said:
    """What a resource says now, or said in a version."""

    kind: str
    record_id: UUID
    resident_id: UUID
    institution_id: UUID | None
    fhir_id: str
    version: int
    updated_at: datetime
    content: str
    author: str


def said(row: RecordRow, version: VersionRow | None = None) -> Said:
    source = version or row
    return Said(
        kind=row.resource_type,
        record_id=row.id,
        resident_id=row.resident_id,
        institution_id=row.institution_id,
        fhir_id=row.fhir_id,
        version=source.version,
        updated_at=source.ingested_at,
        content=source.content if source.content is not None else orjson.dumps(source.resource).decode(),
        author=row.author,
    )


type Keeps = Mapping[str, Keep | None]
"""Which members of resources of each kind are shown; None: all."""


async def shown(
    session: AsyncSession, request: FhirRequest, contents: Sequence[Said], keeps: Keeps
) -> Sequence[tuple[Identity, str]]:
    """Resources of one resident as the caller sees them, each with what the origin says of it."""
    others = [each for each in contents if not request.is_own(each.institution_id)]
    names = [name for each in others for name in references_in(each.content, each.institution_id)]
    known = await store.known_as(session, others[0].resident_id, names) if names else {}
    answers = []
    for each in contents:
        identity = request.identity_of(
            each.kind,
            each.record_id,
            each.institution_id,
            each.resident_id,
            each.fhir_id,
            each.version,
            each.updated_at,
            each.author,
        )
        text = naming_resident(each.content, each.resident_id)
        if not request.is_own(each.institution_id):
            text = refer(text, each.institution_id, known)
        answers.append((identity, show(text, identity, keeps[each.kind])))
    return answers


def keeps_of(kinds: Iterable[str], search: Search) -> Keeps:
    """Worked out before consent is asked: the models that it may take are loaded with the first who asks."""
    return {kind: keep_of(kind, search) for kind in kinds}


def keep_of(kind: str, search: Search) -> Keep | None:
    if search.elements:
        kept = search.elements | (needed(kind) if kind in KINDS else frozenset())
        return kept.__contains__
    match search.summary:
        case Summary.SUMMARY if kind in KINDS:
            return fhir.elements(kind, "summary_element_property").__contains__
        case Summary.TEXT:
            return (TEXT_ELEMENTS | (needed(kind) if kind in KINDS else frozenset())).__contains__
        case Summary.DATA:
            return lambda name: name != "text"
    return None


def needed(kind: str) -> frozenset[str]:
    """What a resource has to have, and whose it is."""
    return fhir.elements(kind, "element_required") | {KINDS[kind].subject}


def shape_of(request: FhirRequest, *kinds: str) -> Keeps:
    """How much is shown of what a path names: `_summary` and `_elements`. Other parameters are refused."""
    search = Search(frozenset())
    for name, value in request.parameters:
        match name:
            case "_summary" if value in set(Summary) - {Summary.COUNT}:
                search.summary = Summary(value)
            case "_elements":
                search.elements |= elements_named(value)
            case "_format" | "_pretty":
                pass
            case _ if not request.lenient:
                raise Invalid(short(name), "is no parameter of this, or has no such value")
    return keeps_of(kinds, search)
