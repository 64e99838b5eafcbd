"""Resources as they are shown: what was sent stays to the byte, but for the ids and what FHIR has the server say.

A resource is taken apart into the members it has on top, each as it was written, and put together again. So a decimal
keeps its digits, and nothing is decoded that is not needed.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.ids import Kind

from records.domain import json_texts
from records.domain.authors import AUTHOR_SYSTEM, INSTITUTION
from records.domain.kinds import KINDS
from records.domain.names import name_of

ALWAYS = frozenset({"resourceType", "id", "meta"})
OURS = frozenset({"versionId", "lastUpdated", "source"})  # of `meta`
SUBSETTED = (
    '{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}'  # not all is shown
)
REFERENCE = re.compile(r'("reference"\s*:\s*")(' + "|".join(KINDS) + r")/([A-Za-z0-9\-.]{1,64})(?=[\"/])")

type Named = tuple[UUID, str, str]  # an institution, a kind, and what the institution calls a resource of it


def members(text: str) -> Iterator[tuple[str, str]]:
    """The members of a JSON object: names, and values as they are written."""
    for name, begin, end in json_texts.members(text):
        yield name, text[begin:end]


def written(parts: Iterable[tuple[str, str]]) -> str:
    return "{" + ",".join(f"{json.dumps(name)}:{value}" for name, value in parts) + "}"


def instant(at: datetime) -> str:
    """A FHIR instant."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Identity:
    """What the origin says of a resource: its id there, its version, since when, and whose it is."""

    kind: str
    id: str
    version: int
    updated_at: datetime
    source: str  # the institution, or the patient where none sent it, as a reference
    author: str = INSTITUTION

    @property
    def reference(self) -> str:
        return f"{self.kind}/{self.id}"

    @property
    def etag(self) -> str:
        return f'W/"{self.version}"'


type Keep = Callable[[str], bool]
"""Is a member of a resource shown?"""


def show(content: str, identity: Identity, keep: Keep | None = None) -> str:
    """A resource as it was sent, with what the origin says of it. `keep` chooses members; then it says that it is not
    all of it."""
    parts = dict(members(content))
    meta = [(name, value) for name, value in members(parts.get("meta", "{}")) if name not in OURS]
    says_so = identity.author == INSTITUTION or AUTHOR_SYSTEM in dict(meta).get("tag", "")
    tagged = [] if says_so else [json.dumps({"system": AUTHOR_SYSTEM, "code": identity.author})]
    tagged += [SUBSETTED] if keep is not None else []
    if tagged:
        sent = dict(meta).get("tag", "[]")[1:-1].strip()
        tags = ",".join([sent, *tagged] if sent else tagged)
        meta = [*((name, value) for name, value in meta if name != "tag"), ("tag", f"[{tags}]")]
    ours = [
        ("versionId", json.dumps(str(identity.version))),
        ("lastUpdated", json.dumps(instant(identity.updated_at))),
        ("source", json.dumps(identity.source)),
    ]
    head = [
        ("resourceType", json.dumps(identity.kind)),
        ("id", json.dumps(identity.id)),
        ("meta", written([*ours, *meta])),
    ]
    rest = [
        (name, value)
        for name, value in parts.items()
        if name not in ALWAYS and (keep is None or keep(name.removeprefix("_")))
    ]
    return written([*head, *rest])


def naming_resident(content: str, resident_id: UUID) -> str:
    """The resource with the resident's id as the origin has it, wherever it stands and in whichever form."""
    name = name_of(Kind.RESIDENT, resident_id)
    spelled = re.compile(
        rf'(?P<urn>(?<=")urn:uuid:)?(?:{resident_id}|{resident_id.hex}|res_{resident_id.hex})', re.IGNORECASE
    )
    return spelled.sub(lambda match: f"Patient/{name}" if match["urn"] else name, content)


def references_in(content: str, institution_id: UUID | None) -> Iterator[Named]:
    """What a resource of an institution refers to by the institution's own ids."""
    if institution_id is None:
        return
    for match in REFERENCE.finditer(content):
        yield institution_id, match[2], match[3]


def refer(content: str, institution_id: UUID | None, known: Mapping[Named, UUID]) -> str:
    """The resource with the origin's ids in the place of the institution's, where we know what is referred to."""

    def other(match: re.Match[str]) -> str:
        record_id = known.get((institution_id, match[2], match[3])) if institution_id else None
        return match[0] if record_id is None else f"{match[1]}{match[2]}/{name_of(Kind.RECORD, record_id)}"

    return REFERENCE.sub(other, content)


def bundle(kind: str, entries: Sequence[str], links: Mapping[str, str], total: int | None = None) -> bytes:
    """A Bundle of entries, each written already."""
    parts = [("resourceType", '"Bundle"'), ("type", json.dumps(kind))]
    if total is not None:
        parts.append(("total", str(total)))
    parts.append(("link", json.dumps([{"relation": relation, "url": url} for relation, url in links.items()])))
    if entries:
        parts.append(("entry", f"[{','.join(entries)}]"))
    return written(parts).encode()


def entry(url: str, resource: str, **more: object) -> str:
    """An entry of a Bundle: `more` are its other members, such as `search`."""
    parts = [("fullUrl", json.dumps(url)), ("resource", resource)]
    return written([*parts, *((name, json.dumps(value)) for name, value in more.items())])
