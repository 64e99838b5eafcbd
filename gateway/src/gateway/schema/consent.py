"""Consent: requests, artefacts, what is erased after their end, and who looked."""

from collections.abc import AsyncGenerator
from enum import IntEnum
from typing import Annotated, Any

import strawberry
from strawberry.types import Info
from yima.consent.v1 import api_pb2 as pb
from yima.consent.v1.events_pb2 import ConsentEnded, ConsentGranted, ConsentRevoked, ErasureAttested, ErasureDue

from gateway import streams
from gateway.context import context
from gateway.errors import Refused, refusable
from gateway.ids import Kind, given
from gateway.policy import asks
from gateway.reading import loaded, read_field, shows
from gateway.schema.catalog import AccessMode, ConsentTemplate
from gateway.schema.identity import Institution, Role
from gateway.schema.inputs import unhex
from gateway.schema.partners import PartnerProfile, profile
from gateway.schema.scalars import (
    Connection,
    DateTime,
    connection,
    hexadecimal,
    moment_or_none,
    page_request,
    text_or_none,
    typed_id,
    typed_id_or_none,
)

CHANGES = (ConsentGranted, ConsentRevoked, ConsentEnded, ErasureDue, ErasureAttested)


@strawberry.enum(description="Where a request or an artefact stands.")
class ConsentStatus(IntEnum):
    REQUESTED = 1
    GRANTED = 2
    DENIED = 3
    REVOKED = 4
    EXPIRED = 5
    SUPERSEDED = 6
    SUSPENDED = 7
    WITHDRAWN = 8
    ENDED = 9
    AWAITING_ORDER = 10


@strawberry.enum(description="Why a decision came out as it did.")
class DecisionReason(IntEnum):
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


@strawberry.enum(description="How a consent ended before its time.")
class ConsentEnd(IntEnum):
    ORDER_CLOSED = 1
    ORDER_CANCELLED = 2
    ORDER_REFUSED = 3
    ORDER_EXPIRED = 4
    GUARDIANSHIP_ENDED = 5


@strawberry.enum(description="What an entry of the access log is about.")
class AccessKind(IntEnum):
    READ = 1
    INGEST = 2


@strawberry.enum(description="Where an erasure stands.")
class ErasureStatus(IntEnum):
    EXPECTED = 1
    DUE = 2
    OVERDUE = 3
    ATTESTED = 4


@strawberry.enum(description="How something was erased, in the words of NIST SP 800-88.")
class ErasureMethod(IntEnum):
    CLEAR = 1
    PURGE = 2
    CRYPTOGRAPHIC_ERASE = 3
    DESTROY = 4
    NOTHING_KEPT = 5


@strawberry.type(description="What a partner has to erase of what it kept under a consent, and its word that it did.")
@shows(pb.Erasure)
class Erasure:
    consent_id: strawberry.ID = typed_id(Kind.CONSENT, "consent_id")
    resident_id: strawberry.ID | None = typed_id_or_none(
        Kind.RESIDENT, "resident_id", "Whose data; null for the operator."
    )
    order_id: strawberry.ID = typed_id(Kind.ORDER, "order_id")
    order_line_id: strawberry.ID = typed_id(Kind.ORDER_LINE, "order_line_id")
    status: ErasureStatus
    due_at: DateTime
    announced_at: DateTime | None = moment_or_none("announced_at")
    attested_at: DateTime | None = moment_or_none("attested_at")
    method: ErasureMethod | None = read_field(lambda root, _: root.method or None, ErasureMethod | None)
    protocol_sha256: str | None = read_field(
        lambda root, _: root.protocol_sha256.hex() or None,
        str | None,
        "SHA-256 of the partner's own protocol of the erasure, where it has one.",
    )
    receipt: str | None = text_or_none("receipt", "JWS over the attestation.")

    grantee: PartnerProfile | None = profile("grantee_id", "Who has to erase.")


@strawberry.type(description="What a partner asks of a resident's data, for one order line.")
@shows(pb.ConsentRequest)
class ConsentRequest:
    id: strawberry.ID = typed_id(Kind.CONSENT_REQUEST)
    resident_id: strawberry.ID = typed_id(Kind.RESIDENT, "resident_id")
    order_id: strawberry.ID = typed_id(Kind.ORDER, "order_id")
    order_line_id: strawberry.ID = typed_id(Kind.ORDER_LINE, "order_line_id")
    template: ConsentTemplate
    status: ConsentStatus
    requested_at: DateTime

    grantee: PartnerProfile | None = profile("grantee_id", "Who would be permitted.")


@strawberry.type(description="A resident's signed permission.")
@shows(pb.ConsentArtefact)
class ConsentArtefact:
    id: strawberry.ID = typed_id(Kind.CONSENT)
    resident_id: strawberry.ID = typed_id(Kind.RESIDENT, "resident_id")
    order_id: strawberry.ID = typed_id(Kind.ORDER, "order_id")
    order_line_id: strawberry.ID = typed_id(Kind.ORDER_LINE, "order_line_id")
    information_types: list[str]
    purpose: str
    access_mode: AccessMode
    status: ConsentStatus
    granted_at: DateTime
    expires_at: DateTime
    revoked_at: DateTime | None = moment_or_none("revoked_at")
    ended_at: DateTime | None = moment_or_none("ended_at")
    ended_because: ConsentEnd | None = read_field(lambda root, _: root.ended_because or None, ConsentEnd | None)
    receipt: str = strawberry.field(description="JWS over the artefact, for the resident to keep.")
    retention_days: int
    erasure: Erasure | None = read_field(
        lambda root, _: root.erasure if root.HasField("erasure") else None,
        Erasure | None,
        "When what the partner kept is erased, and its word for it; null where it may keep nothing.",
    )

    grantee: PartnerProfile | None = profile("grantee_id", "Who is permitted.")


@strawberry.type(description="What came of a resident's word for an order.")
@shows(pb.OrderAgreement)
class OrderAgreement:
    granted: list[ConsentArtefact]
    kept: bool = strawberry.field(description="The order is not heard of yet; the word counts as soon as it is.")


@strawberry.type(description="One decision about a resident's data, chained to the one before it.")
@shows(pb.AccessLogEntry)
class AccessLogEntry:
    decision_id: strawberry.ID = typed_id(Kind.DECISION, "decision_id")
    kind: AccessKind = read_field(lambda root, _: root.kind or AccessKind.READ, AccessKind)
    role: Role
    information_types: list[str]
    purpose: str
    access_mode: AccessMode
    count: int | None = read_field(
        lambda root, _: root.count or None, int | None, "How many resources came, of an ingest."
    )
    times: int = read_field(
        lambda root, _: root.times or 1, int, "How often it was refused alike on that day; 1 for all else."
    )
    last_at: DateTime = strawberry.field(description="Of those, the last.")
    permitted: bool
    reason: DecisionReason
    consent_id: strawberry.ID | None = typed_id_or_none(Kind.CONSENT, "consent_id")
    decided_at: DateTime
    hash: str = hexadecimal("hash")

    partner: PartnerProfile | None = profile("partner_id", "Whose people asked, where it has applied as a partner.")
    institution: Institution | None = loaded(
        "institutions", "identity.GetInstitutions", "partner_id", Institution | None,
        "Whose people asked, applied or not; null for the resident.",
    )  # fmt: skip


@strawberry.type(description="Whether the access log's hash chain holds.")
class AccessLogCheck:
    holds: bool

    @strawberry.field
    def entries(self: Any) -> int:
        return int(self.entries)

    @strawberry.field(description="The first position at fault.")
    def broken_at(self: Any) -> int | None:
        return None if self.holds else int(self.broken_at)


@strawberry.type
class Query:
    @strawberry.field(description="What the caller or their dependants are asked for, newest first.")
    @asks("consent.ListConsentRequests")
    async def consent_requests(
        self,
        info: Info[Any, Any],
        order_id: strawberry.ID | None = None,
        status: ConsentStatus | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[ConsentRequest]:
        here = context(info)
        request = pb.ListConsentRequestsRequest(
            order_id=given(Kind.ORDER, order_id, "orderId") if order_id else "",
            status=status or 0,  # type: ignore[arg-type]
            page=page_request(first, after),
        )
        found = await here.clients.consent.list_consent_requests(request, here.token)
        return connection(found.requests, found.page, after)  # type: ignore[no-any-return]

    @strawberry.field(description="Who may see or compute on what, why and until when.")
    @asks("consent.ListConsents")
    async def consents(
        self,
        info: Info[Any, Any],
        resident_id: strawberry.ID | None = None,
        order_id: strawberry.ID | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[ConsentArtefact]:
        here = context(info)
        request = pb.ListConsentsRequest(
            resident_id=given(Kind.RESIDENT, resident_id, "residentId") if resident_id else "",
            order_id=given(Kind.ORDER, order_id, "orderId") if order_id else "",
            page=page_request(first, after),
        )
        found = await here.clients.consent.list_consents(request, here.token)
        return connection(found.consents, found.page, after)  # type: ignore[no-any-return]

    @strawberry.field(
        description="What partners have to erase, oldest due first: their own; everybody's for operator and regulator."
    )
    @asks("consent.ListErasures")
    async def erasures(
        self,
        info: Info[Any, Any],
        status: ErasureStatus | None = None,
        partner_id: strawberry.ID | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Erasure]:
        here = context(info)
        request = pb.ListErasuresRequest(
            partner_id=given(Kind.PARTNER, partner_id, "partnerId") if partner_id else "",
            status=status or 0,  # type: ignore[arg-type]
            page=page_request(first, after),
        )
        found = await here.clients.consent.list_erasures(request, here.token)
        return connection(found.erasures, found.page, after)  # type: ignore[no-any-return]

    @strawberry.field(description="Who asked for a resident's data, and the answer they got; newest first.")
    @asks("consent.ListAccessLog")
    async def access_log(
        self,
        info: Info[Any, Any],
        resident_id: strawberry.ID | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[AccessLogEntry]:
        here = context(info)
        request = pb.ListAccessLogRequest(
            resident_id=given(Kind.RESIDENT, resident_id, "residentId") if resident_id else "",
            page=page_request(first, after),
        )
        found = await here.clients.consent.list_access_log(request, here.token)
        return connection(found.entries, found.page, after)  # type: ignore[no-any-return]

    @strawberry.field(description="Recompute the access log's hash chain: for operator and regulator.")
    @asks("consent.CheckAccessLog")
    async def access_log_check(self, info: Info[Any, Any]) -> AccessLogCheck:
        here = context(info)
        return await here.clients.consent.check_access_log(pb.CheckAccessLogRequest(), here.token)  # type: ignore[return-value]


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Grant a request. The signed artefact is in force from the order's confirmation to its end."
    )
    @refusable
    @asks("consent.GrantConsent")
    async def grant_consent(
        self, info: Info[Any, Any], consent_request_id: strawberry.ID, idempotency_key: str | None = None
    ) -> Annotated[ConsentArtefact | Refused, strawberry.union("GrantConsentResult")]:
        here = context(info)
        wanted = given(Kind.CONSENT_REQUEST, consent_request_id, "consentRequestId")
        request = pb.GrantConsentRequest(consent_request_id=wanted)
        return await here.clients.consent.grant_consent(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(
        description="Say for an order that what its partner asks of the resident's data, as these hashes say, is "
        "agreed to; before consent has heard of the order, too. `placeOrder` says it for whoever sets `consentGiven`."
    )
    @refusable
    @asks("consent.AgreeToOrder")
    async def agree_to_order(
        self,
        info: Info[Any, Any],
        order_id: strawberry.ID,
        partner_id: strawberry.ID,
        consent_hashes: list[str],
        resident_id: strawberry.ID | None = None,
        idempotency_key: str | None = None,
    ) -> Annotated[OrderAgreement | Refused, strawberry.union("AgreeToOrderResult")]:
        here = context(info)
        request = pb.AgreeToOrderRequest(
            order_id=given(Kind.ORDER, order_id, "orderId"),
            resident_id=given(Kind.RESIDENT, resident_id, "residentId") if resident_id else "",
            grantee_id=given(Kind.PARTNER, partner_id, "partnerId"),
            consent_hashes=[unhex(one, f"consentHashes[{index}]") for index, one in enumerate(consent_hashes)],
        )
        return await here.clients.consent.agree_to_order(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Deny a request; the order that needs it ends.")
    @refusable
    @asks("consent.DenyConsent")
    async def deny_consent(
        self, info: Info[Any, Any], consent_request_id: strawberry.ID, idempotency_key: str | None = None
    ) -> Annotated[ConsentRequest | Refused, strawberry.union("DenyConsentResult")]:
        here = context(info)
        wanted = given(Kind.CONSENT_REQUEST, consent_request_id, "consentRequestId")
        request = pb.DenyConsentRequest(consent_request_id=wanted)
        return await here.clients.consent.deny_consent(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Revoke a consent: nothing after the answer is permitted by it.")
    @refusable
    @asks("consent.RevokeConsent")
    async def revoke_consent(
        self, info: Info[Any, Any], consent_id: strawberry.ID, reason: str = "", idempotency_key: str | None = None
    ) -> Annotated[ConsentArtefact | Refused, strawberry.union("RevokeConsentResult")]:
        here = context(info)
        request = pb.RevokeConsentRequest(consent_id=given(Kind.CONSENT, consent_id, "consentId"), reason=reason)
        return await here.clients.consent.revoke_consent(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Attest, once, that what was kept under a consent that has ended is erased.")
    @refusable
    @asks("consent.AttestErasure")
    async def attest_erasure(
        self,
        info: Info[Any, Any],
        consent_id: strawberry.ID,
        method: ErasureMethod,
        idempotency_key: str,
        protocol_sha256: str = "",
    ) -> Annotated[Erasure | Refused, strawberry.union("AttestErasureResult")]:
        here = context(info)
        request = pb.AttestErasureRequest(
            consent_id=given(Kind.CONSENT, consent_id, "consentId"),
            method=int(method),  # type: ignore[arg-type]
            protocol_sha256=unhex(protocol_sha256, "protocolSha256"),
        )
        return await here.clients.consent.attest_erasure(request, here.token, idempotency_key)  # type: ignore[return-value]


@strawberry.type(
    description="A consent that was granted or revoked or ended, or of which what was kept is to be erased, or was."
)
class ConsentChange:
    cursor: str = strawberry.field(description="Go on after it: `consentChanges(after: …)`.")
    consent: ConsentArtefact


@strawberry.type
class Subscription:
    @strawberry.subscription(
        description="Consents as they are granted, revoked and ended, and as their erasures fall due and are attested: "
        "a resident's, or those given to the caller's partner."
    )
    @asks("consent.ListConsents")
    async def consent_changes(self, info: Info[Any, Any], after: str | None = None) -> AsyncGenerator[ConsentChange]:
        here = context(info)
        async for told in streams.feed(here, CHANGES, after):
            event: Any = told.message  # all kinds name the same people and things
            if event.grantee_id != here.principal.partner_id and not here.principal.acts_for(event.resident_id):
                continue
            request = pb.ListConsentsRequest(order_id=event.order_id)
            if here.principal.acts_for(event.resident_id):
                request.resident_id = event.resident_id
            found = await here.clients.consent.list_consents(request, here.token)
            for consent in found.consents:
                if consent.id == event.consent_id:
                    yield ConsentChange(cursor=told.cursor, consent=consent)  # type: ignore[arg-type]
