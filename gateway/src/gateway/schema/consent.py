"""Consent: requests, artefacts, what is erased after their end, and who looked."""

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry
from chassis.wire import timestamp
from strawberry import ID
from yima.catalog.v1.enums import AccessMode
from yima.common.v1.enums import GuardianAct, Role
from yima.consent.v1 import api_pb2 as pb
from yima.consent.v1.enums import (
    AccessAct,
    AccessKind,
    ConsentEnd,
    ConsentStatus,
    EmergencyStatus,
    ErasureMethod,
    ErasureStatus,
    GroundKind,
    LegalBasisStatus,
    Origin,
    Reason,
    RemedyKind,
)
from yima.consent.v1.events_pb2 import (
    ConsentEnded,
    ConsentGranted,
    ConsentRevoked,
    EmergencyClosed,
    EmergencyOpened,
    EmergencyReviewed,
    ErasureAttested,
    ErasureDue,
    OfferAnswered,
    OfferClosed,
    ProjectJoined,
    ProjectLeft,
    VisitAnswered,
    VisitClosed,
    VisitOffered,
)
from yima.partners.v1.enums import PartnerKind

from gateway import streams
from gateway.audit_events import audit_event
from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id, resident_or_caller
from gateway.policy import asks
from gateway.reading import field, loaded, names_enum, reads, shows
from gateway.scalars import DateTime
from gateway.schema.catalog import ConsentTemplate
from gateway.schema.common import AfterOfFeed, Connection, connection, page_request
from gateway.schema.identity import Institution
from gateway.schema.inputs import unhex
from gateway.schema.partners import PartnerProfile, profile
from gateway.sentences import sentence

type Change = (
    ConsentGranted
    | ConsentRevoked
    | ConsentEnded
    | ErasureDue
    | ErasureAttested
    | VisitAnswered
    | VisitClosed
    | EmergencyOpened
    | EmergencyClosed
    | EmergencyReviewed
    | OfferAnswered
    | OfferClosed
    | ProjectJoined
    | ProjectLeft
)
CHANGES: tuple[type[Change], ...] = (
    ConsentGranted, ConsentRevoked, ConsentEnded, ErasureDue, ErasureAttested, VisitAnswered, VisitClosed,
    EmergencyOpened, EmergencyClosed, EmergencyReviewed, OfferAnswered, OfferClosed, ProjectJoined, ProjectLeft,
)  # fmt: skip
type VisitEvent = VisitOffered | VisitAnswered | VisitClosed
VISIT_EVENTS: tuple[type[VisitEvent], ...] = (VisitOffered, VisitAnswered, VisitClosed)


names_enum(Reason, "DecisionReason")
names_enum(Origin, "ConsentOrigin")


@shows(pb.Erasure, description="What a partner has to erase of what it kept under a consent, and its word that it did.")
class Erasure:
    consent_id: ID
    resident_id: ID | None = field(description="Whose data; null for the operator.")
    order_id: ID
    order_line_id: ID
    status: ErasureStatus
    due_at: DateTime
    announced_at: DateTime | None
    attested_at: DateTime | None
    method: ErasureMethod | None
    protocol_sha256: str | None = field(
        description="SHA-256 of the partner's own protocol of the erasure, where it has one."
    )
    receipt: str | None = field(description="JWS over the attestation.")
    grantee: PartnerProfile | None = profile("grantee_id", "Who has to erase.")


@shows(pb.ConsentRequest)
class ConsentRequest:
    id: ID
    resident_id: ID
    origin: Origin
    order_id: ID | None = field(description="The order that asks; null for a visit.")
    order_line_id: ID | None
    practitioner_id: ID | None
    scan_id: ID | None = field(description="The scan that offers it, of a visit.")
    template: ConsentTemplate
    status: ConsentStatus
    requested_at: DateTime
    until: DateTime | None
    data_from: DateTime | None
    data_until: DateTime | None
    uses_per_day: int
    uses_in_all: int
    consent_id: ID | None
    project_id: ID | None
    grantee: PartnerProfile | None = profile("grantee_id", "Who would be permitted.")


@shows(pb.ConsentDocument)
class ConsentDocument:
    resource: str
    receipt: str


@shows(pb.ConsentArtefact)
class ConsentArtefact:
    id: ID = field(kind=Kind.CONSENT)
    resident_id: ID
    origin: Origin
    order_id: ID | None = field(description="The order it ends with; null for a visit.")
    order_line_id: ID | None
    practitioner_id: ID | None
    scan_id: ID | None = field(description="The scan that offered it, of a visit.")
    visit_rule_id: ID | None
    project_id: ID | None
    information_types: list[str]
    sensitive_categories: list[str]
    data_from: DateTime | None
    data_until: DateTime | None
    uses_per_day: int
    uses_in_all: int
    used_in_all: int
    purpose: str
    access_mode: AccessMode
    status: ConsentStatus
    granted_at: DateTime
    expires_at: DateTime
    revoked_at: DateTime | None
    ended_at: DateTime | None
    ended_because: ConsentEnd | None
    receipt: str = field(
        description="JWS over the artefact, for the resident to keep; `/consent-keys.json` verifies it. A partner's "
        "own names no resident, and has the hash of the resident's."
    )
    retention_days: int
    erasure: Erasure | None = field(
        description="When what the partner kept is erased, and its word for it; null where it may keep nothing."
    )
    grantee: PartnerProfile | None = profile("grantee_id", "Who is permitted.")


@shows(pb.VisitRule)
class VisitRule:
    id: ID
    resident_id: ID
    institution_kinds: list[PartnerKind]
    information_types: list[str]
    hours_from: str | None
    hours_until: str | None
    whole_institution: bool
    sensitive_categories: list[str]
    history_days: int
    set_at: DateTime
    ended_at: DateTime | None


@shows(pb.EmergencyReview)
class EmergencyReview:
    justified: bool
    note: str
    reviewed_at: DateTime


@shows(pb.Emergency)
class Emergency:
    id: ID
    resident_id: ID
    practitioner_id: ID
    reason: str
    consent_id: ID
    opened_at: DateTime
    until: DateTime
    review_due_at: DateTime
    status: EmergencyStatus
    review: EmergencyReview | None
    audit: EmergencyReview | None
    partner: PartnerProfile | None = profile("partner_id", "Whose practitioner it was.")


@shows(pb.LegalBasis)
class LegalBasis:
    id: ID
    statute: str
    why: str
    information_types: list[str]
    sensitive_categories: list[str]
    purpose: str
    access_mode: AccessMode
    status: LegalBasisStatus
    entered_at: DateTime
    signed_at: DateTime | None
    expires_at: DateTime | None
    ended_at: DateTime | None
    ended_because: str | None
    grantee: PartnerProfile | None = profile("grantee_id", "Whom it permits.")


@shows(pb.AccessGround)
class AccessGround:
    kind: GroundKind
    permits: bool
    reason: Reason
    origin: Origin | None
    consent_id: ID | None
    consent_request_id: ID | None
    visit_rule_id: ID | None
    legal_basis_id: ID | None
    statute: str | None
    information_types: list[str]
    until: DateTime | None


@shows(pb.AccessRemedy)
class AccessRemedy:
    kind: RemedyKind
    consent_id: ID | None
    consent_request_id: ID | None
    visit_rule_id: ID | None
    legal_basis_id: ID | None
    project_id: ID | None


@shows(pb.AccessExplanation)
class AccessExplanation:
    permitted: bool
    reason: Reason
    grounds: list[AccessGround]
    remedies: list[AccessRemedy]


@shows(pb.OrderAgreement, description="What came of a resident's word for an order.")
class OrderAgreement:
    granted: list[ConsentArtefact]
    kept: bool = field(description="The order is not heard of yet; the word counts as soon as it is.")


@shows(pb.AccessLogEntry)
class AccessLogEntry:
    position: int
    decision_id: ID = field(description="The decision's own id, or the entry's where it is no decision.")
    kind: AccessKind = reads(pb.AccessLogEntry, lambda root, _: root.kind or AccessKind.READ, "What it is about.")
    act: AccessAct | None
    role: Role = reads(
        pb.AccessLogEntry, lambda root, _: root.role or Role.OPERATOR, "Of who acted; OPERATOR for the platform itself."
    )
    information_types: list[str]
    purpose: str
    access_mode: AccessMode = reads(
        pb.AccessLogEntry, lambda root, _: root.access_mode or AccessMode.VIEW, "What was to be done with the data."
    )
    sentence: str = reads(
        pb.AccessLogEntry,
        lambda root, context: sentence(root, context.language or context.locale),
        "The entry in plain words, in the caller's language. The institution is shown beside it.",
    )
    audit_event: str = reads(
        pb.AccessLogEntry,
        lambda root, _: audit_event(root),
        "The same as a FHIR R4 AuditEvent (IHE BALP), as JSON.",
    )
    note: str | None
    place: str | None
    app: str | None
    parts: list[str]
    ended_because: ConsentEnd | None
    count: int | None = field(description="How many resources came, of an ingest.")
    times: int = reads(
        pb.AccessLogEntry,
        lambda root, _: root.times or 1,
        "How often it was refused alike on that day; 1 for all else.",
    )
    last_at: DateTime = field(description="Of those, the last.")
    permitted: bool
    reason: Reason
    consent_id: ID | None
    decided_at: DateTime
    hash: str
    partner: PartnerProfile | None = profile("partner_id", "Whose people asked, where it has applied as a partner.")
    institution: Institution | None = loaded(
        "institutions",
        "identity.GetInstitutions",
        "partner_id",
        "Whose people asked, applied or not; null for the resident.",
    )


@shows(pb.LogCheckpoint)
class LogCheckpoint:
    origin: str
    size: int
    root: str
    note: str
    keys: list[str]
    signed_at: DateTime


@shows(pb.LogConsistency)
class LogConsistency:
    old_size: int
    size: int
    path: list[str] = reads(
        pb.LogConsistency, lambda proof, _: [digest.hex() for digest in proof.path], "Hashes, as RFC 6962 orders them."
    )


@shows(pb.LogInclusion)
class LogInclusion:
    index: int
    size: int
    entry: str
    path: list[str] = reads(
        pb.LogInclusion, lambda proof, _: [digest.hex() for digest in proof.path], "Hashes, as RFC 6962 orders them."
    )
    checkpoint: LogCheckpoint | None


@shows(pb.AccessLogCheck)
class AccessLogCheck:
    holds: bool
    entries: int
    why: str | None
    broken_at: int | None = reads(
        pb.AccessLogCheck,
        lambda check, _: None if check.holds else check.broken_at,
        "The first position for which nothing vouches; the fault is there, or up to 255 later.",
    )


@strawberry.type
class Query:
    @strawberry.field(description="What the caller or their dependants are asked for, newest first.")
    @asks("consent.ListConsentRequests")
    async def consent_requests(
        self,
        info: Info,
        order_id: ID | None = None,
        status: ConsentStatus | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.ConsentRequest]:
        context = info.context
        request = pb.ListConsentRequestsRequest(
            order_id=parse_global_id(Kind.ORDER, order_id, "orderId") if order_id else "",
            status=status,
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.consent.list_consent_requests(request, context.token)
        return connection(answer.requests, answer.page)

    @strawberry.field(
        description="Visits: what scans of residents' codes offered the caller's institution, and what came of it."
    )
    @asks("consent.ListVisits")
    async def visits(
        self,
        info: Info,
        resident_id: ID | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.ConsentRequest]:
        context = info.context
        request = pb.ListVisitsRequest(
            resident_id=resident_or_caller(resident_id),
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.consent.list_visits(request, context.token)
        return connection(answer.requests, answer.page)

    @strawberry.field(description="A consent as a FHIR R4 Consent, signed: one's own; anybody's for the regulator.")
    @asks("consent.ExportConsent")
    async def consent_document(self, info: Info, consent_id: ID) -> pb.ConsentDocument:
        context = info.context
        request = pb.ExportConsentRequest(consent_id=parse_global_id(Kind.CONSENT, consent_id, "consentId"))
        return await context.clients.consent.export_consent(request, context.token)

    @strawberry.field(
        description="What residents were offered for the caller's institution by FHIR Consents, and what came of it."
    )
    @asks("consent.ListConsentOffers")
    async def consent_offers(
        self,
        info: Info,
        resident_id: ID | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.ConsentRequest]:
        context = info.context
        request = pb.ListConsentOffersRequest(
            resident_id=resident_or_caller(resident_id),
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.consent.list_consent_offers(request, context.token)
        return connection(answer.requests, answer.page)

    @strawberry.field(
        description="Records opened in emergencies, newest first: a resident's own; of the caller's institution; "
        "everybody's for the regulator."
    )
    @asks("consent.ListEmergencies")
    async def emergencies(
        self,
        info: Info,
        resident_id: ID | None = None,
        partner_id: ID | None = None,
        status: EmergencyStatus | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.Emergency]:
        context = info.context
        request = pb.ListEmergenciesRequest(
            resident_id=resident_or_caller(resident_id),
            partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId") if partner_id else "",
            status=status,
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.consent.list_emergencies(request, context.token)
        return connection(answer.emergencies, answer.page)

    @strawberry.field(
        description="Legal bases other than consent, newest first: what the law lets whom see of everybody. "
        "For everybody: laws are no secret."
    )
    @asks("consent.ListLegalBases")
    async def legal_bases(
        self,
        info: Info,
        status: LegalBasisStatus | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.LegalBasis]:
        context = info.context
        request = pb.ListLegalBasesRequest(status=status, page=page_request(first, after, last, before))
        answer = await context.clients.consent.list_legal_bases(request, context.token)
        return connection(answer.bases, answer.page)

    @strawberry.field(
        description="Why a partner may, or may not, use a resident's data now, and what would change it. It decides "
        "nothing: for the resident, for the partner itself as far as what it holds says, and for the regulator."
    )
    @asks("consent.ExplainAccess")
    async def explain_access(
        self,
        info: Info,
        partner_id: ID,
        information_types: list[str],
        purpose: str = "TREAT",
        access_mode: AccessMode = AccessMode.VIEW,
        practitioner_id: ID | None = None,
        resident_id: ID | None = None,
    ) -> pb.AccessExplanation:
        context = info.context
        practitioner = parse_global_id(Kind.PRACTITIONER, practitioner_id, "practitionerId") if practitioner_id else ""
        request = pb.ExplainAccessRequest(
            resident_id=resident_or_caller(resident_id),
            partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId"),
            practitioner_id=practitioner,
            information_types=information_types,
            purpose=purpose,
            access_mode=access_mode,
        )
        return await context.clients.consent.explain_access(request, context.token)

    @strawberry.field(description="The visit rules of the caller and their dependants, newest first.")
    @asks("consent.ListVisitRules")
    async def visit_rules(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.VisitRule]:
        context = info.context
        request = pb.ListVisitRulesRequest(page=page_request(first, after, last, before))
        answer = await context.clients.consent.list_visit_rules(request, context.token)
        return connection(answer.rules, answer.page)

    @strawberry.field(description="Who may see or compute on what, why and until when.")
    @asks("consent.ListConsents")
    async def consents(
        self,
        info: Info,
        resident_id: ID | None = None,
        order_id: ID | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.ConsentArtefact]:
        context = info.context
        request = pb.ListConsentsRequest(
            resident_id=resident_or_caller(resident_id),
            order_id=parse_global_id(Kind.ORDER, order_id, "orderId") if order_id else "",
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.consent.list_consents(request, context.token)
        return connection(answer.consents, answer.page)

    @strawberry.field(
        description="What partners have to erase, oldest due first: their own; everybody's for operator and regulator."
    )
    @asks("consent.ListErasures")
    async def erasures(
        self,
        info: Info,
        status: ErasureStatus | None = None,
        partner_id: ID | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.Erasure]:
        context = info.context
        request = pb.ListErasuresRequest(
            partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId") if partner_id else "",
            status=status,
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.consent.list_erasures(request, context.token)
        return connection(answer.erasures, answer.page)

    @strawberry.field(
        description="Who asked for a resident's data, and the answer they got; newest first. With `kind: CITY`, which "
        "rules of the city's were changed by whom: for everybody."
    )
    @asks("consent.ListAccessLog")
    async def access_log(
        self,
        info: Info,
        resident_id: ID | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        practitioner_id: ID | None = None,
        partner_id: ID | None = None,
        kind: AccessKind | None = None,
        since: DateTime | None = None,
        until: DateTime | None = None,
    ) -> Connection[pb.AccessLogEntry]:
        context = info.context
        request = pb.ListAccessLogRequest(
            resident_id=resident_or_caller(resident_id),
            page=page_request(first, after, last, before),
            subject_id=parse_global_id(Kind.PRACTITIONER, practitioner_id, "practitionerId") if practitioner_id else "",
            partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId") if partner_id else "",
            kind=kind,
            since=timestamp(since) if since else None,
            until=timestamp(until) if until else None,
        )
        answer = await context.clients.consent.list_access_log(request, context.token)
        return connection(answer.entries, answer.page)

    @strawberry.field(description="Compute the access log's tree again and compare it: for operator and regulator.")
    @asks("consent.CheckAccessLog")
    async def access_log_check(self, info: Info) -> pb.AccessLogCheck:
        context = info.context
        return await context.clients.consent.check_access_log(pb.CheckAccessLogRequest(), context.token)

    @strawberry.field(description="The signed word of how large the access log is, and of its tree's root.")
    @asks("consent.GetLogCheckpoint")
    async def access_log_checkpoint(self, info: Info, size: int | None = None) -> pb.LogCheckpoint:
        context = info.context
        return await context.clients.consent.get_log_checkpoint(pb.GetLogCheckpointRequest(size=size), context.token)

    @strawberry.field(description="The path that shows that one tree of the access log begins a later one.")
    @asks("consent.GetLogConsistency")
    async def access_log_consistency(self, info: Info, old_size: int, size: int) -> pb.LogConsistency:
        context = info.context
        request = pb.GetLogConsistencyRequest(old_size=old_size, size=size)
        return await context.clients.consent.get_log_consistency(request, context.token)

    @strawberry.field(description="An entry of the access log, and the path that shows that it is in its tree.")
    @asks("consent.GetLogInclusion")
    async def access_log_inclusion(self, info: Info, position: int, size: int | None = None) -> pb.LogInclusion:
        context = info.context
        request = pb.GetLogInclusionRequest(position=position, size=size)
        return await context.clients.consent.get_log_inclusion(request, context.token)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Grant a request. The signed artefact is in force from the order's confirmation to its end; that "
        "of a visit until the visit ends. A visit may be granted in part, and to all people of the institution."
    )
    @refusable
    @asks("consent.GrantConsent")
    async def grant_consent(
        self,
        info: Info,
        consent_request_id: ID,
        idempotency_key: str | None = None,
        information_types: Annotated[
            list[str] | None, strawberry.argument(description="Of a visit: only these of what is offered.")
        ] = None,
        whole_institution: Annotated[
            bool, strawberry.argument(description="Of a visit: not only who scanned, but all of the institution.")
        ] = False,
        sensitive_categories: Annotated[
            list[str] | None,
            strawberry.argument(description="Of a visit: what is apart unless it is named, such as `hiv`."),
        ] = None,
        data_from: Annotated[
            str | None, strawberry.argument(description="Of a visit: only what is dated from this day on, YYYY-MM-DD.")
        ] = None,
        data_until: Annotated[
            str | None, strawberry.argument(description="Of a visit: only what is dated until this day, YYYY-MM-DD.")
        ] = None,
        practitioner_id: Annotated[
            ID | None, strawberry.argument(description="Of an order: only this practitioner of the partner's.")
        ] = None,
        uses_per_day: Annotated[
            int, strawberry.argument(description="How often it may be used on a day; 0: as often as one likes.")
        ] = 0,
        uses_in_all: Annotated[
            int, strawberry.argument(description="How often it may be used in all; 0: as often as one likes.")
        ] = 0,
    ) -> pb.ConsentArtefact:
        context = info.context
        internal_id = parse_global_id(Kind.CONSENT_REQUEST, consent_request_id, "consentRequestId")
        request = pb.GrantConsentRequest(
            consent_request_id=internal_id,
            information_types=information_types or (),
            whole_institution=whole_institution,
            sensitive_categories=sensitive_categories or (),
            data_from=data_from or "",
            data_until=data_until or "",
            practitioner_id=parse_global_id(Kind.PRACTITIONER, practitioner_id, "practitionerId")
            if practitioner_id
            else "",
            uses_per_day=uses_per_day,
            uses_in_all=uses_in_all,
        )
        return await context.clients.consent.grant_consent(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Say for an order that what its partner asks of the resident's data, as these hashes say, is "
        "agreed to; before consent has heard of the order, too. `placeOrder` says it for whoever sets `consentGiven`."
    )
    @refusable
    @asks("consent.AgreeToOrder")
    async def agree_to_order(
        self,
        info: Info,
        order_id: ID,
        partner_id: ID,
        consent_hashes: list[str],
        resident_id: ID | None = None,
        idempotency_key: str | None = None,
    ) -> pb.OrderAgreement:
        context = info.context
        request = pb.AgreeToOrderRequest(
            order_id=parse_global_id(Kind.ORDER, order_id, "orderId"),
            resident_id=resident_or_caller(resident_id),
            grantee_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId"),
            consent_hashes=[unhex(digits, f"consentHashes[{index}]") for index, digits in enumerate(consent_hashes)],
        )
        return await context.clients.consent.agree_to_order(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Offer a resident to consent to what a FHIR R4 Consent says. It grants nothing: the resident is "
        "asked. For an institution that serves them, which asks for itself; and for the resident's own app."
    )
    @refusable
    @asks("consent.OfferConsent")
    async def offer_consent(
        self,
        info: Info,
        consent: Annotated[str, strawberry.argument(description="A FHIR R4 Consent, as JSON.")],
        resident_id: ID | None = None,
        idempotency_key: str | None = None,
    ) -> pb.ConsentRequest:
        context = info.context
        request = pb.OfferConsentRequest(resident_id=resident_or_caller(resident_id), consent=consent)
        return await context.clients.consent.offer_consent(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Deny a request; the order that needs it ends.")
    @refusable
    @asks("consent.DenyConsent")
    async def deny_consent(
        self, info: Info, consent_request_id: ID, idempotency_key: str | None = None
    ) -> pb.ConsentRequest:
        context = info.context
        internal_id = parse_global_id(Kind.CONSENT_REQUEST, consent_request_id, "consentRequestId")
        request = pb.DenyConsentRequest(consent_request_id=internal_id)
        return await context.clients.consent.deny_consent(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Revoke a consent: nothing after the answer is permitted by it.")
    @refusable
    @asks("consent.RevokeConsent")
    async def revoke_consent(
        self, info: Info, consent_id: ID, reason: str = "", idempotency_key: str | None = None
    ) -> pb.ConsentArtefact:
        context = info.context
        request = pb.RevokeConsentRequest(
            consent_id=parse_global_id(Kind.CONSENT, consent_id, "consentId"), reason=reason
        )
        return await context.clients.consent.revoke_consent(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Break the glass: in an emergency, open a resident's record to yourself without their word. They "
        "are told at once; your institution reviews it, the regulator audits it; few a day."
    )
    @refusable
    @asks("consent.BreakGlass")
    async def break_glass(
        self, info: Info, resident_id: ID, reason: str, idempotency_key: str | None = None
    ) -> pb.Emergency:
        context = info.context
        request = pb.BreakGlassRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId"), reason=reason
        )
        return await context.clients.consent.break_glass(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Say what was found of an emergency: once for its institution, once for the regulator. What was "
        "not justified is shut at once."
    )
    @refusable
    @asks("consent.ReviewEmergency")
    async def review_emergency(
        self, info: Info, emergency_id: ID, justified: bool, note: str, idempotency_key: str | None = None
    ) -> pb.Emergency:
        context = info.context
        request = pb.ReviewEmergencyRequest(
            emergency_id=parse_global_id(Kind.EMERGENCY, emergency_id, "emergencyId"), justified=justified, note=note
        )
        return await context.clients.consent.review_emergency(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Enter a legal basis other than consent: what the law lets a partner see of everybody. It permits "
        "nothing until a regulator has signed it."
    )
    @refusable
    @asks("consent.EnterLegalBasis")
    async def enter_legal_basis(
        self,
        info: Info,
        statute: str,
        why: str,
        partner_id: ID,
        information_types: list[str],
        purpose: str,
        valid_days: int,
        access_mode: AccessMode = AccessMode.VIEW,
        sensitive_categories: list[str] | None = None,
        idempotency_key: str | None = None,
    ) -> pb.LegalBasis:
        context = info.context
        request = pb.EnterLegalBasisRequest(
            statute=statute,
            why=why,
            partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId"),
            information_types=information_types,
            sensitive_categories=sensitive_categories or (),
            purpose=purpose,
            access_mode=access_mode,
            valid_days=valid_days,
        )
        return await context.clients.consent.enter_legal_basis(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Sign a legal basis as it stands: it is in force from now on.")
    @refusable
    @asks("consent.SignLegalBasis")
    async def sign_legal_basis(
        self, info: Info, legal_basis_id: ID, idempotency_key: str | None = None
    ) -> pb.LegalBasis:
        context = info.context
        basis_id = parse_global_id(Kind.LEGAL_BASIS, legal_basis_id, "legalBasisId")
        request = pb.SignLegalBasisRequest(legal_basis_id=basis_id)
        return await context.clients.consent.sign_legal_basis(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="End a legal basis: nothing after the answer is permitted by it.")
    @refusable
    @asks("consent.EndLegalBasis")
    async def end_legal_basis(
        self, info: Info, legal_basis_id: ID, reason: str, idempotency_key: str | None = None
    ) -> pb.LegalBasis:
        context = info.context
        basis_id = parse_global_id(Kind.LEGAL_BASIS, legal_basis_id, "legalBasisId")
        request = pb.EndLegalBasisRequest(legal_basis_id=basis_id, reason=reason)
        return await context.clients.consent.end_legal_basis(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Set a rule of the caller's or a dependant's: a scan that fits it opens the record for the visit, "
        "and nobody is asked."
    )
    @refusable
    @asks("consent.SetVisitRule")
    async def set_visit_rule(
        self,
        info: Info,
        information_types: list[str],
        institution_kinds: list[PartnerKind] | None = None,
        hours_from: str | None = None,
        hours_until: str | None = None,
        whole_institution: bool = False,
        sensitive_categories: list[str] | None = None,
        history_days: int = 0,
        resident_id: ID | None = None,
        idempotency_key: str | None = None,
    ) -> pb.VisitRule:
        context = info.context
        request = pb.SetVisitRuleRequest(
            resident_id=resident_or_caller(resident_id),
            institution_kinds=institution_kinds or (),
            information_types=information_types,
            hours_from=hours_from or "",
            hours_until=hours_until or "",
            whole_institution=whole_institution,
            sensitive_categories=sensitive_categories or (),
            history_days=history_days,
        )
        return await context.clients.consent.set_visit_rule(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="End a visit rule: no scan is granted by it any more.")
    @refusable
    @asks("consent.EndVisitRule")
    async def end_visit_rule(self, info: Info, visit_rule_id: ID, idempotency_key: str | None = None) -> pb.VisitRule:
        context = info.context
        request = pb.EndVisitRuleRequest(visit_rule_id=parse_global_id(Kind.VISIT_RULE, visit_rule_id, "visitRuleId"))
        return await context.clients.consent.end_visit_rule(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Attest, once, that what was kept under a consent that has ended is erased.")
    @refusable
    @asks("consent.AttestErasure")
    async def attest_erasure(
        self,
        info: Info,
        consent_id: ID,
        method: ErasureMethod,
        idempotency_key: str,
        protocol_sha256: str = "",
    ) -> pb.Erasure:
        context = info.context
        request = pb.AttestErasureRequest(
            consent_id=parse_global_id(Kind.CONSENT, consent_id, "consentId"),
            method=method,
            protocol_sha256=unhex(protocol_sha256, "protocolSha256"),
        )
        return await context.clients.consent.attest_erasure(request, context.token, idempotency_key)

    @strawberry.mutation(description="Sign beneath a checkpoint of the access log, as a witness known here.")
    @refusable
    @asks("consent.CosignLogCheckpoint")
    async def cosign_log_checkpoint(self, info: Info, size: int, cosignature: str) -> pb.LogCheckpoint:
        context = info.context
        request = pb.CosignLogCheckpointRequest(size=size, cosignature=cosignature)
        return await context.clients.consent.cosign_log_checkpoint(request, context.token)


@strawberry.type(
    description="A consent that was granted or revoked or ended, or of which what was kept is to be erased, or was."
)
class ConsentChange:
    cursor: str = strawberry.field(description="Go on after it: `consentChanges(after: …)`.")
    consent: pb.ConsentArtefact


@strawberry.type(description="A visit that a scan offered, or that was answered or closed.")
class VisitChange:
    cursor: str = strawberry.field(description="Go on after it: `visitChanges(after: …)`.")
    visit: pb.ConsentRequest = strawberry.field(description="As it stands now.")


@strawberry.type
class Subscription:
    @strawberry.subscription(
        description="Consents as they are granted, revoked and ended, and as their erasures fall due and are attested: "
        "a resident's, or those given to the caller's partner."
    )
    @asks("consent.ListConsents")
    async def consent_changes(self, info: Info, after: AfterOfFeed = None) -> AsyncGenerator[ConsentChange]:
        context = info.context
        async for feed_event in streams.feed(context, CHANGES, after):
            event = feed_event.message  # all kinds name the same people, and the consent where there is one
            if not event.consent_id:
                continue
            own = context.acts_for(event.resident_id, GuardianAct.CONSENTS)
            if event.grantee_id != context.principal.partner_id and not own:
                continue
            request = pb.ListConsentsRequest(consent_id=event.consent_id)
            if own:
                request.resident_id = event.resident_id
            answer = await context.clients.consent.list_consents(request, context.token)
            for consent in answer.consents:
                yield ConsentChange(cursor=feed_event.cursor, consent=consent)

    @strawberry.subscription(
        description="Visits as scans offer them, and as they are answered and closed: a resident's, or those of the "
        "caller's institution."
    )
    @asks("consent.ListConsentRequests", "consent.ListVisits")
    async def visit_changes(self, info: Info, after: AfterOfFeed = None) -> AsyncGenerator[VisitChange]:
        context = info.context
        async for feed_event in streams.feed(context, VISIT_EVENTS, after):
            event = feed_event.message  # all kinds name the same people, and the visit's request
            visit_id = event.consent_request_id
            if context.acts_for(event.resident_id, GuardianAct.CONSENTS):
                own = pb.ListConsentRequestsRequest(consent_request_id=visit_id)
                answer = await context.clients.consent.list_consent_requests(own, context.token)
            elif event.grantee_id == context.principal.partner_id:
                theirs = pb.ListVisitsRequest(consent_request_id=visit_id)
                answer = await context.clients.consent.list_visits(theirs, context.token)
            else:
                continue
            for visit in answer.requests:
                yield VisitChange(cursor=feed_event.cursor, visit=visit)
