"""What a decision says: who may read a resident's data, or add to it, now, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import IntEnum
from uuid import UUID

from chassis.refusals import Invalid, Refusal
from city_pack import information
from city_pack.information import PURPOSES, check_each_known, check_known

from consent.domain.consents import AccessMode, Origin, RequestStatus
from consent.domain.reach import Reach

# With what the resident gave themselves, to be read in an emergency.
RECORD_TYPES = information.INFORMATION_TYPES | {"emergency"}
# And with whom the order of a consent is about, which only the consent of an order releases.
INFORMATION_TYPES = RECORD_TYPES | {information.CONTACT}
INFORMATION_TYPES_MAX = 20
INGESTED_MAX = 10_000
SCAN_COUNTS_FOR = timedelta(hours=1)  # so long after a scan the resident counts as present


class Reason(IntEnum):
    """Why a decision came out as it did; the contract's numbers."""

    CONSENT_IN_FORCE = 1
    OWN_RECORD = 2
    NO_CONSENT = 3
    CONSENT_REVOKED = 4
    CONSENT_EXPIRED = 5
    OTHER_PURPOSE = 6
    OTHER_INFORMATION_TYPE = 7
    OTHER_ACCESS_MODE = 8
    PARTNER_NOT_IN_STANDING = 9
    ORDER_NOT_CONFIRMED = 10
    ORDER_ENDED = 11
    SERVES_BY_ORDER = 12
    SCANNED = 13
    NO_RELATION = 14
    GUARDIANSHIP_ENDED = 15
    OTHER_PRACTITIONER = 16
    VISIT_OFFERED = 17
    VISIT_DENIED = 18
    EMERGENCY = 19
    LEGAL_BASIS = 20
    USED_UP = 21
    PROJECT_ENDED = 22
    ITS_PATIENT = 23
    FROZEN = 30
    NO_DECISION = 100  # of an entry of the log that says what happened


class AccessKind(IntEnum):
    """What an entry of the access log is about; the contract's numbers. The first two are decisions."""

    READ = 1
    INGEST = 2
    SCAN = 3
    EMERGENCY = 4
    CONSENT = 5
    POLICY = 6
    LOOK = 7
    REFUSALS = 8
    CITY = 9  # about no resident, and for everybody to read


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """What a caller wants to do with a resident's data. An ingest has no purpose, but a count."""

    information_types: frozenset[str]
    purpose: str
    access_mode: AccessMode
    kind: AccessKind = AccessKind.READ
    count: int = 0
    as_far_as_covered: bool = False  # whichever of the types are covered, rather than all or none

    def within(self, covered: frozenset[str]) -> "AccessRequest":
        """The request where only these types are covered: for those of them, if it was made as far as covered."""
        kinds = self.information_types & covered
        return replace(self, information_types=kinds) if self.as_far_as_covered and kinds else self


def check_access_request(
    information_types: Sequence[str], purpose: str, access_mode: int, as_far_as_covered: bool = False
) -> AccessRequest:
    """The request, if it can be decided at all."""
    kinds = check_types(information_types)
    check_known(purpose, "purpose", PURPOSES)
    if access_mode not in set(AccessMode):
        raise Invalid("access_mode", "must be VIEW, STORE or COMPUTE")
    return AccessRequest(kinds, purpose, AccessMode(access_mode), as_far_as_covered=as_far_as_covered)


def check_types(information_types: Sequence[str]) -> frozenset[str]:
    if not 1 <= len(information_types) <= INFORMATION_TYPES_MAX:
        raise Invalid("information_types", f"name 1 to {INFORMATION_TYPES_MAX} of them")
    check_each_known(information_types, "information_types", INFORMATION_TYPES)
    return frozenset(information_types)


def check_ingest(information_types: Sequence[str], count: int) -> AccessRequest:
    """The request to add to a record, if it can be decided at all."""
    if not 1 <= count <= INGESTED_MAX:
        raise Invalid("count", f"must be between 1 and {INGESTED_MAX}")
    return AccessRequest(check_types(information_types), "", AccessMode.STORE, AccessKind.INGEST, count)


@dataclass(frozen=True, slots=True)
class Computation:
    """The run of a query that a resident would be counted in; by consents to its project alone, or to none."""

    run_id: UUID
    project_id: UUID | None
    note: str  # what they are counted in, in plain words


class MayNotUseData(Refusal):
    code = "may-not-use-data"
    title = "The institution may not use residents' data now."


@dataclass(frozen=True, slots=True)
class Standing:
    """A partner's standing, as far as decisions go by it."""

    reads_data: bool
    certified_until: datetime | None
    frozen: bool = False  # by a regulator

    def check(self, at: datetime) -> Reason | None:
        """Why the partner may not use residents' data now; None: it may."""
        if self.frozen:
            return Reason.FROZEN
        return None if self.good(at) else Reason.PARTNER_NOT_IN_STANDING

    def good(self, at: datetime) -> bool:
        """May the partner use residents' data now? A certificate lapses by the clock, no event is needed."""
        return self.reads_data and self.certified_until is not None and at < self.certified_until


NO_STANDING = Standing(False, None)  # of a partner whose standing is unknown


@dataclass(frozen=True, slots=True)
class Relation:
    """What there is between a partner and a resident now."""

    serves: bool  # by an order that is confirmed and has not ended
    scanned_at: datetime | None  # the resident's code, last
    patient: bool = False  # by a number of its own that records has matched


@dataclass(frozen=True, slots=True)
class Artefact:
    """A signed permission, as far as decisions go: in force from its order's confirmation to the order's or the
    project's end or until it expires, unless revoked. That it was revoked or ended does not depend on any clock."""

    id: UUID
    information_types: frozenset[str]
    purpose: str
    access_mode: AccessMode
    expires_at: datetime
    revoked: bool = False
    confirmed: bool = True
    ended: bool = False
    guardianship_ended: bool = False  # the guardian's who gave it, which ended it
    practitioner_id: UUID | None = None  # the only one it permits; None: all of the grantee's people
    reach: Reach = field(default_factory=Reach)
    origin: Origin = Origin.ORDER
    limited: bool = False  # it may be used so often only, on a day or in all
    used_up: bool = False  # and was, as far as it is known: who counts a use knows for certain
    project_id: UUID | None = None  # which it was given for

    @property
    def shut(self) -> bool:
        """Did whoever reviewed the emergency end it?"""
        return self.ended and self.origin == Origin.EMERGENCY

    def in_force(self, at: datetime) -> bool:
        """By the clock, at the moment of asking: no sweep expires a consent."""
        return self.confirmed and not self.ended and not self.revoked and at < self.expires_at


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """What the law lets a partner do with anybody's data; in force where it was read so."""

    id: UUID
    statute: str
    information_types: frozenset[str]
    purpose: str
    access_mode: AccessMode
    sensitive_categories: frozenset[str] = frozenset()

    def permits(self, request: AccessRequest) -> bool:
        return (self.purpose, self.access_mode) == (request.purpose, request.access_mode) and (
            request.information_types <= self.information_types
        )


@dataclass(frozen=True, slots=True)
class Release:
    """What one artefact lets out: of these kinds of information, as far as it reaches."""

    information_types: frozenset[str]
    reach: Reach


@dataclass(frozen=True, slots=True)
class Verdict:
    """Permit or deny, why, by which artefact, and what may be let out. Of one's own record that is all there is."""

    permitted: bool
    reason: Reason
    artefact_id: UUID | None = None
    releases: tuple[Release, ...] = ()
    basis: LegalBasis | None = None  # which permits it, where no consent does
    uses: tuple[UUID, ...] = ()  # the consents that this is a use of, where they may be used so often only


def decide(
    standing: Standing,
    artefacts: Sequence[Artefact],
    request: AccessRequest,
    at: datetime,
    asker_id: UUID | None = None,
) -> Verdict:
    """Permit what artefacts in force cover together, for the same purpose and mode, to a partner in good standing; else
    deny with the nearest reason. What permits one practitioner permits nobody else: `asker_id` is whose person asks.

    `artefacts` are those of the resident for the partner, newest first; the newest that helps is named.
    """
    if (refused := standing.check(at)) is not None:
        return Verdict(False, refused)
    for_asker = [artefact for artefact in artefacts if artefact.practitioner_id in (None, asker_id)]
    verdict = decide_for_asker(for_asker, request, at)
    if not verdict.permitted and len(for_asker) < len(artefacts) and decide_for_asker(artefacts, request, at).permitted:
        return Verdict(False, Reason.OTHER_PRACTITIONER)
    return verdict


def decide_for_asker(artefacts: Sequence[Artefact], request: AccessRequest, at: datetime) -> Verdict:
    """`decide`, where all of the artefacts permit whoever asks."""
    in_force = [artefact for artefact in artefacts if artefact.in_force(at)]
    fitting = [
        artefact
        for artefact in in_force
        if (artefact.purpose, artefact.access_mode) == (request.purpose, request.access_mode)
    ]
    without_end = [artefact for artefact in fitting if not artefact.limited]
    left = [artefact for artefact in fitting if not artefact.used_up]
    if request.as_far_as_covered:
        request = request.within(types_of(left))
    for candidates in (without_end, left):  # no use is counted where none needs to be
        covering = [artefact for artefact in candidates if artefact.information_types & request.information_types]
        if covers(covering, request):
            releases = [
                Release(artefact.information_types & request.information_types, artefact.reach) for artefact in covering
            ]
            in_emergency = covering[0].origin == Origin.EMERGENCY
            reason = Reason.EMERGENCY if in_emergency else Reason.CONSENT_IN_FORCE
            uses = tuple(artefact.id for artefact in covering if artefact.limited)
            return Verdict(True, reason, covering[0].id, tuple(releases), uses=uses)
    if covers(fitting, request):
        return Verdict(False, Reason.USED_UP)
    return Verdict(False, why_not(artefacts, in_force, request, at))


def covers(artefacts: Sequence[Artefact], request: AccessRequest) -> bool:
    """Is all that is asked for in one of these at least?"""
    return request.information_types <= types_of(artefacts)


def types_of(artefacts: Sequence[Artefact]) -> frozenset[str]:
    """The types of information that these cover together."""
    return frozenset[str]().union(*(each.information_types for each in artefacts))


def why_not(
    artefacts: Sequence[Artefact], in_force: Sequence[Artefact], request: AccessRequest, at: datetime
) -> Reason:
    """The reason that is nearest to a permit."""
    for_purpose = [artefact for artefact in in_force if artefact.purpose == request.purpose]
    waiting = [artefact for artefact in artefacts if not artefact.confirmed and at < artefact.expires_at]
    reasons = {
        Reason.OTHER_INFORMATION_TYPE: any(artefact.access_mode == request.access_mode for artefact in for_purpose),
        Reason.OTHER_ACCESS_MODE: bool(for_purpose),
        Reason.OTHER_PURPOSE: bool(in_force),
        Reason.CONSENT_REVOKED: any(artefact.revoked or artefact.shut for artefact in artefacts),
        Reason.GUARDIANSHIP_ENDED: any(artefact.guardianship_ended for artefact in artefacts),
        Reason.PROJECT_ENDED: any(artefact.ended and artefact.origin == Origin.PROJECT for artefact in artefacts),
        Reason.ORDER_ENDED: any(artefact.ended for artefact in artefacts),
        Reason.ORDER_NOT_CONFIRMED: bool(waiting),
        Reason.CONSENT_EXPIRED: bool(artefacts),
    }
    return next((reason for reason, holds in reasons.items() if holds), Reason.NO_CONSENT)


# Refusals for which the nearer reason is, while the resident is asked for a visit, that they have not answered.
NOT_PERMITTED_YET = frozenset(Reason) - {Reason.PARTNER_NOT_IN_STANDING, Reason.GUARDIANSHIP_ENDED, Reason.FROZEN}
NOTHING_IN_FORCE = frozenset({Reason.NO_CONSENT, Reason.CONSENT_EXPIRED, Reason.ORDER_ENDED, Reason.PROJECT_ENDED})


def explain_visit(verdict: Verdict, request: AccessRequest, statuses: Sequence[RequestStatus]) -> Verdict:
    """A refusal with the nearer reason that a visit gives. `statuses` are of the visits that would still last and whose
    code the asker scanned, the newest first."""
    if verdict.permitted or (request.purpose, request.access_mode) != ("TREAT", AccessMode.VIEW):
        return verdict
    newest = next(iter(statuses), None)
    if newest == RequestStatus.REQUESTED and verdict.reason in NOT_PERMITTED_YET:
        return Verdict(False, Reason.VISIT_OFFERED)
    if newest == RequestStatus.DENIED and verdict.reason in NOTHING_IN_FORCE:
        return Verdict(False, Reason.VISIT_DENIED)
    return verdict


# Refusals that no legal basis helps against: who asks may do nothing.
ABOUT_WHO_ASKS = frozenset({Reason.PARTNER_NOT_IN_STANDING, Reason.GUARDIANSHIP_ENDED, Reason.FROZEN})


def permit_by_law(verdict: Verdict, request: AccessRequest, bases: Sequence[LegalBasis]) -> Verdict:
    """A refusal, or the permit that a legal basis of the partner's alone gives: bases are not added up."""
    if verdict.permitted or verdict.reason in ABOUT_WHO_ASKS:
        return verdict
    for basis in bases:
        covered = request.within(basis.information_types)
        if basis.permits(covered):
            release = Release(covered.information_types, Reach(basis.sensitive_categories))
            return Verdict(True, Reason.LEGAL_BASIS, None, (release,), basis)
    return verdict


def decide_ingest(standing: Standing, relation: Relation, at: datetime) -> Verdict:
    """Permit a partner in good standing to add to the record of a resident it serves, or has just scanned, or who is a
    patient of its own."""
    if (refused := standing.check(at)) is not None:
        return Verdict(False, refused)
    if relation.serves:
        return Verdict(True, Reason.SERVES_BY_ORDER)
    if relation.scanned_at is not None and at < relation.scanned_at + SCAN_COUNTS_FOR:
        return Verdict(True, Reason.SCANNED)
    if relation.patient:
        return Verdict(True, Reason.ITS_PATIENT)
    return Verdict(False, Reason.NO_RELATION)
