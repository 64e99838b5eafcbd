"""What FHIR clients write: creates, updates and patches, one or a Bundle of them, by the rules of every ingest.

First they are planned (`plan`): read, resolved and checked, with what they were decided on. Then consent is asked. Then
they are stored (`store_writes`), all in one statement, if what they were decided on still holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from typing import TypeGuard
from uuid import UUID

from chassis import untrusted_json
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import Invalid, Refusal
from sqlalchemy.ext.asyncio import AsyncSession

from records import events
from records.commands.ingests import row_of, sent_resource
from records.domain import fhir, json_texts, patches, resources
from records.domain.bundles import BundleRefused
from records.domain.ingests import QUOTA, RESOURCE_BYTES_MAX, Quota, QuotaReached, ResourceRefused
from records.domain.interactions import (
    ConcurrentWrite,
    ConditionAmbiguous,
    Criteria,
    Interaction,
    Method,
    NoSuchResource,
    VersionConflict,
    check_identity,
    version_read,
)
from records.domain.kinds import KINDS
from records.domain.lines import SentResource
from records.domain.sensitivity import Sensitivity
from records.domain.versions import Version, check_newer
from records.store import ingests as store
from records.store import writes as stored
from records.store.ingests import StoredRecord, StoredVersion
from records.store.writes import StoredContent


@dataclass(frozen=True, slots=True)
class Stored:
    """What a plan was made on."""

    matches: Mapping[Criteria, frozenset[str]]
    contents: Mapping[tuple[str, str], StoredContent]  # of what is patched


@dataclass(frozen=True, slots=True)
class PlannedWrite:
    """An interaction that may be done, with its resource as it is going to be stored."""

    asked: Interaction
    resource: SentResource
    patched_version: int | None = None  # which a patch was applied to
    is_there: bool = False  # the condition of a create found the resource: nothing is to be stored
    read_version: int | None = None  # in which its sender read it at the FHIR origin, and changed it

    @property
    def known_as(self) -> tuple[str, str]:
        return self.asked.known_as

    @property
    def shown(self) -> str:
        """What may be shown of what is stored: what its sender has just sent. What was there before needs a permit."""
        return self.resource.content if self.patched_version is None else ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done for one resident: each interaction, or why not; `matches` is what its conditions found."""

    resident_id: UUID
    writes: Sequence[PlannedWrite | Refusal]
    matches: Mapping[Criteria, frozenset[str]]
    patched_types: frozenset[str]  # what consent knows as is patched

    @property
    def sent(self) -> Sequence[SentResource]:
        return [write.resource for write in self.planned if not write.is_there]

    @property
    def planned(self) -> Sequence[PlannedWrite]:
        return [write for write in self.writes if isinstance(write, PlannedWrite)]

    @property
    def information_types(self) -> frozenset[str]:
        return self.patched_types | {write.resource.facts.information_type for write in self.planned}

    @property
    def refusals(self) -> Sequence[Refusal]:
        return [write for write in self.writes if isinstance(write, Refusal)]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an interaction."""

    kind: str
    fhir_id: str
    version: int
    at: datetime  # when this version was stored
    created: bool = False
    content: str = ""  # as it was stored; empty where that may not be shown


async def look_up(
    session: AsyncSession, institution_id: UUID, resident_id: UUID | None, asked: Sequence[Interaction | Refusal]
) -> Stored:
    """What the conditions and the patches of these interactions are about."""
    interactions = [each for each in asked if isinstance(each, Interaction)]
    conditions = list(dict.fromkeys(each.criteria for each in interactions if each.criteria))
    if conditions and resident_id is None:
        raise Invalid(interactions[0].at, "must say whose it is; add patient=<the resident's id> to the criteria")
    matches: Mapping[Criteria, frozenset[str]] = {}
    if conditions and resident_id is not None:
        matches = await stored.matches(session, institution_id, resident_id, conditions)
    names = [name for each in interactions if each.method is Method.PATCH for name in names_of(each, matches)]
    return Stored(matches, await stored.contents(session, institution_id, names))


def names_of(asked: Interaction, matches: Mapping[Criteria, frozenset[str]]) -> Sequence[tuple[str, str]]:
    """Which stored resources an interaction is about."""
    if asked.criteria is None:
        return [asked.known_as] if asked.fhir_id else []
    return [(asked.kind, fhir_id) for fhir_id in sorted(matches[asked.criteria])]


def plan(
    asked: Sequence[Interaction | Refusal],
    known: Stored,
    *,
    resident_id: UUID | None,
    transaction: bool,
    zone: tzinfo,
    now: datetime,
) -> Plan:
    """What is to be done. Raises `BundleRefused` where an entry of a transaction is refused, with all that are."""
    named = resident_id or resident_of(known)
    if named is None:
        raise without_resident(asked)
    resolved = [resolve(each, known.matches) for each in asked]
    references = {
        each.full_url: f"{each.kind}/{each.fhir_id}"
        for each in resolved
        if isinstance(each, Interaction) and each.full_url and transaction
    }
    taken: set[object] = set()
    writes: list[PlannedWrite | Refusal] = []
    for each in resolved:
        if isinstance(each, Refusal):
            writes.append(each)
            continue
        try:
            check_single(each, taken)
            writes.append(plan_write(each, known, references, resident_id=named, zone=zone, now=now))
        except Refusal as refusal:
            writes.append(refusal)
    patched = (known.contents[write.known_as] for write in writes if is_patch(write))
    made = Plan(named, writes, known.matches, frozenset(content.information_type for content in patched))
    if transaction and made.refusals:
        raise BundleRefused(made.refusals)
    return made


def without_resident(asked: Sequence[Interaction | Refusal]) -> Refusal:
    """Why nothing can be done where nobody is named, and nothing is stored that says whose it is."""
    first = asked[0]
    if isinstance(first, Refusal):
        return first
    if first.method is Method.PATCH:
        return NoSuchResource("create it with PUT or POST", first.at)
    subject = KINDS[first.kind].subject
    return ResourceRefused(f"{first.at}.{subject}", "is needed: a reference to Patient/<the resident's id>")


def is_patch(write: PlannedWrite | Refusal) -> TypeGuard[PlannedWrite]:
    return isinstance(write, PlannedWrite) and write.patched_version is not None


def resident_of(known: Stored) -> UUID | None:
    """Whose the resources are that are patched; None where there are none, or not of one resident."""
    residents = {content.resident_id for content in known.contents.values()}
    return residents.pop() if len(residents) == 1 else None


def resolve(asked: Interaction | Refusal, matches: Mapping[Criteria, frozenset[str]]) -> Interaction | Refusal:
    """The interaction with the id of its resource: what its condition found, what its content says, or a new one."""
    if isinstance(asked, Refusal) or (asked.criteria is None and asked.method is not Method.POST):
        return asked
    matching = sorted(matches[asked.criteria]) if asked.criteria else []
    if len(matching) > 1:
        return ConditionAmbiguous("name more of the identifier, its system too", asked.at)
    if asked.method is Method.PATCH:
        return (
            replace(asked, fhir_id=matching[0])
            if matching
            else NoSuchResource("nothing matches its criteria", asked.at)
        )
    try:
        own_id = json_texts.id_of(asked.content)
    except untrusted_json.Unreadable as unfit:
        return ResourceRefused(f"{asked.at}.{unfit.path}" if unfit.path else asked.at, unfit.reason)
    if asked.method is Method.PUT and own_id and matching and own_id != matching[0]:
        return ResourceRefused(f"{asked.at}.id", "is not the id of the resource that the criteria match; leave it out")
    kept = own_id if asked.method is Method.PUT else ""
    fhir_id = matching[0] if matching else kept or str(new_id())
    return replace(asked, fhir_id=fhir_id, content=json_texts.with_id(asked.content, fhir_id))


def check_single(asked: Interaction, taken: set[object]) -> None:
    """Refuse what is about the same resource as an interaction before it, or on the same condition."""
    names = [name for name in (asked.known_as, asked.criteria, asked.full_url) if name]
    if not taken.isdisjoint(names):
        raise ResourceRefused(asked.at, "is about the same resource as another entry, or has its fullUrl")
    taken.update(names)


def plan_write(
    asked: Interaction,
    known: Stored,
    references: Mapping[str, str],
    *,
    resident_id: UUID,
    zone: tzinfo,
    now: datetime,
) -> PlannedWrite:
    """An interaction that may be done, its resource checked as it is going to be stored."""
    patched_version = None
    if asked.method is Method.PATCH:
        base = known.contents.get(asked.known_as)
        if base is None:
            raise NoSuchResource("create it with PUT or POST", asked.at)
        if base.resident_id != resident_id:
            raise ResourceRefused(asked.at, "is another resident's")
        check_version(asked, base.version)
        content, patched_version = patches.patched(base.content, asked.content, asked.at), base.version
    else:
        content = json_texts.with_references(asked.content, references)
    if len(content) > RESOURCE_BYTES_MAX:
        raise ResourceRefused(asked.at, f"at most {RESOURCE_BYTES_MAX} bytes")
    resource = fhir.parse(content, asked.at)
    check_identity(resource, asked)
    facts = resources.check(resource, asked.at, resident_id=resident_id, zone=zone, now=now)
    is_there = asked.method is Method.POST and asked.criteria is not None and bool(known.matches[asked.criteria])
    read_version = version_read(resource)
    if read_version is not None:  # what its `meta` says is the origin's, and nothing of its source
        facts = replace(facts, version=Version(facts.version.status, None, None))
    return PlannedWrite(asked, sent_resource(facts, content), patched_version, is_there, read_version)


def check_version(asked: Interaction, version: int | None) -> None:
    """Refuse where `If-Match` names another version than the stored one, or one of nothing."""
    if asked.if_match is not None and asked.if_match != version:
        raise VersionConflict("read the resource, and send its version in If-Match", asked.at)


async def store_writes(
    session: AsyncSession,
    *,
    plan: Plan,
    transaction: bool,
    institution_id: UUID,
    zone: tzinfo,
    apart: Sensitivity,
    now: datetime,
    quota: Quota = QUOTA,
) -> Sequence[Outcome | Refusal]:
    """Store what was planned and permitted, and say of each interaction what became of it. Of a transaction all is
    stored, or none."""
    await count(session, plan, institution_id, now.astimezone(zone).date(), quota)
    conditions = list(plan.matches)
    await stored.lock_conditions(session, institution_id, plan.resident_id, conditions)
    matches = await stored.matches(session, institution_id, plan.resident_id, conditions)
    names = [write.known_as for write in plan.planned]
    before = await store.stored_before(session, institution_id, names)
    outcomes: list[Outcome | Refusal | None] = []
    rows = []
    for write in plan.writes:
        try:
            outcome = decide(write, plan, matches, before)
        except Refusal as refusal:
            outcome = refusal
        outcomes.append(outcome)
        if outcome is None and isinstance(write, PlannedWrite):
            rows.append(row_of(write.resource, before.get(write.known_as)))
    refuse_all(outcomes, transaction)
    records = await store.put(session, plan.resident_id, institution_id, rows, apart, now) if rows else ()
    for record in records:
        publish(session, events.record_ingested(record, plan.resident_id, institution_id), record.id)
    written = {(record.resource_type, record.fhir_id): record for record in records}
    done = [
        outcome if outcome is not None else outcome_of(write, written, now)
        for outcome, write in zip(outcomes, plan.writes, strict=True)
    ]
    refuse_all(done, transaction)
    return done


async def count(session: AsyncSession, plan: Plan, institution_id: UUID, day: date, quota: Quota) -> None:
    """Count what is sent. Raises `QuotaReached`."""
    sent = plan.sent
    size = sum(len(resource.content.encode()) for resource in sent)
    if sent and not await store.within_quota(session, institution_id, day, len(sent), size, quota):
        raise QuotaReached(f"at most {quota.resources} resources and {quota.bytes} bytes a day; go on tomorrow")


def refuse_all(outcomes: Sequence[Outcome | Refusal | None], transaction: bool) -> None:
    """Refuse a transaction of which an entry is refused."""
    refusals = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    if transaction and refusals:
        raise BundleRefused(refusals)


def decide(
    write: PlannedWrite | Refusal,
    plan: Plan,
    matches: Mapping[Criteria, frozenset[str]],
    before: Mapping[tuple[str, str], StoredVersion],
) -> Outcome | Refusal | None:
    """What becomes of an interaction, now that nobody else writes the same; None: it is to be stored."""
    if isinstance(write, Refusal):
        return write
    asked, known = write.asked, before.get(write.known_as)
    if asked.criteria is not None and matches[asked.criteria] != plan.matches[asked.criteria]:
        raise ConcurrentWrite("what matches its condition has changed", asked.at)
    if known is not None and known.resident_id != plan.resident_id:
        raise ResourceRefused(asked.at, "is another resident's")
    if write.is_there:
        if known is None:
            raise ConcurrentWrite("what matched its condition is not there", asked.at)
        return Outcome(asked.kind, asked.fhir_id, known.revision, known.ingested_at)
    check_version(asked, known.revision if known else None)
    if write.patched_version is not None and (known is None or known.revision != write.patched_version):
        raise ConcurrentWrite("the version that was patched has been replaced", asked.at)
    if known is None:
        return None
    if asked.method is Method.PUT and asked.criteria is not None and not matches[asked.criteria]:
        raise ResourceRefused(f"{asked.at}.id", "is of a resource that does not match the criteria")
    if known.sha256 == write.resource.sha256:
        return Outcome(asked.kind, asked.fhir_id, known.revision, known.ingested_at, content=write.shown)
    if asked.if_match is not None or write.patched_version is not None:
        return None
    if write.read_version is None:
        check_newer(write.resource.facts.version, known.version, asked.at)
    elif write.read_version != known.revision:
        raise VersionConflict("it was read in another version than the stored one; read it again", asked.at)
    return None


def outcome_of(
    write: PlannedWrite | Refusal, written: Mapping[tuple[str, str], StoredRecord], now: datetime
) -> Outcome | Refusal:
    """What became of an interaction that was to be stored."""
    if isinstance(write, Refusal):
        return write
    record = written.get(write.known_as)
    if record is None:
        return ConcurrentWrite("another version came at the same time", write.asked.at)
    kind, fhir_id = write.known_as
    return Outcome(kind, fhir_id, record.version, now, created=record.version == 1, content=write.shown)
