"""Partners: application, screening, certificates, contract, suspension, API keys."""

import base64
from enum import IntEnum
from typing import Annotated, Any

import strawberry
from chassis.refusals import Invalid
from chassis.wire import timestamp
from strawberry.types import Info
from yima.catalog.v1 import api_pb2 as catalog_pb
from yima.partners.v1 import api_pb2 as pb

from gateway.context import context
from gateway.errors import Refused, refusable
from gateway.ids import Kind, given
from gateway.policy import asks
from gateway.reading import loaded, read_field, shows
from gateway.schema.identity import Role
from gateway.schema.inputs import fill
from gateway.schema.scalars import (
    Connection,
    DateTime,
    LocalizedText,
    Money,
    MoneyInput,
    connection,
    hexadecimal,
    moment_or_none,
    page_request,
    text,
    text_or_none,
    typed_id,
    typed_id_or_none,
    within,
)


@strawberry.enum(description="What kind of organisation a partner is.")
class PartnerKind(IntEnum):
    HOSPITAL = 1
    CLINIC = 2
    COMMUNITY_HEALTH_CENTRE = 3
    LABORATORY = 4
    DEVICE_MAKER = 5
    INSURER = 6
    AI_COMPANY = 7
    HEALTH_MANAGEMENT = 8


@strawberry.enum(description="Where a partner stands between applying and leaving.")
class PartnerStatus(IntEnum):
    APPLIED = 1
    SCREENING = 2
    CERTIFYING = 3
    CONTRACTING = 4
    ACTIVE = 5
    SUSPENDED = 6
    OFFBOARDING = 7
    LEFT = 8
    REJECTED = 9


@strawberry.enum(description="What a partner may do.")
class Capability(IntEnum):
    PUBLISH = 1
    SELL = 2
    FULFIL = 3
    READ_DATA = 4
    BE_PAID = 5


@strawberry.enum(description="What a partner is certified in.")
class Aspect(IntEnum):
    LAW = 1
    SECURITY = 2
    TECHNOLOGY = 3
    PRODUCT = 4
    SERVICE = 5


@strawberry.type(description="How a partner has served in the last 90 days.")
@shows(catalog_pb.PartnerMeasures)
class PartnerMeasures:
    orders: int = strawberry.field(description="Confirmed ones.")
    residents: int = strawberry.field(description="How many people the orders are of.")
    acceptance_seconds: int = strawberry.field(description="The median from confirmation to acceptance.")
    completed_basis_points: int = strawberry.field(description="Of the orders that ended, those that were served.")
    complaints: int = strawberry.field(description="How many residents complained.")
    reviews: int = strawberry.field(description="How many residents reviewed.")
    rating: float | None = read_field(
        lambda message, _: message.rating_hundredths / 100 if message.rating_hundredths else None,
        float | None,
        "The mean of all reviews, from 1 to 5; null without any.",
    )


@strawberry.type(description="The key a partner's systems sign statements with.")
@shows(pb.SigningKey)
class SigningKey:
    registered_at: DateTime
    version: int

    public_key: str = hexadecimal("public_key", "Ed25519, in hexadecimal digits.")


@strawberry.type(description="What everybody may know of a partner.")
@shows(pb.Profile)
class PartnerProfile:
    id: strawberry.ID = typed_id(Kind.PARTNER)
    name: str = text("name")
    kind: PartnerKind
    status: PartnerStatus
    districts: list[str]
    certified_aspects: list[Aspect]

    measures: PartnerMeasures | None = loaded(
        "measures", "catalog.GetPartnerMeasures", "id", PartnerMeasures | None, "How it serves; null until it has."
    )


def profile(attribute: str, description: str | None = None) -> Any:
    """A field that shows the public profile of the partner whose id is in `attribute`."""
    return loaded("profiles", "partners.GetProfiles", attribute, PartnerProfile | None, description, shared=True)


@strawberry.type(description="The operator's decision on an application.")
class Screening:
    passed: bool
    reasons: list[str]
    decided_at: DateTime
    decided_by: str | None = text_or_none("decided_by", "Whose account: for operator and regulator.")


@strawberry.type(description="A certificate in one aspect.")
class Certificate:
    id: strawberry.ID = typed_id(Kind.CERTIFICATE)
    aspect: Aspect
    scope: list[str] = strawberry.field(description="Categories of service definitions; `*` is all of them.")
    version: int
    issued_at: DateTime
    expires_at: DateTime
    issued_by: str | None = text_or_none("issued_by", "Whose account: for operator and regulator.")


@strawberry.type(description="A step of a partner's status, and who took it.")
class PartnerStep:
    became: PartnerStatus
    taken_at: DateTime
    taken_by: str | None = text_or_none("taken_by", "Whose account: for operator and regulator.")
    reason: str | None = text_or_none("reason")

    @strawberry.field(description="Null for an application.")
    def was(self: Any) -> PartnerStatus | None:
        return self.was or None

    @strawberry.field(description="In which role it was taken.")
    def taken_as(self: Any) -> Role:
        return Role(self.taken_as)


@strawberry.enum(description="Who bears a refund.")
class RefundLiability(IntEnum):
    PRO_RATA = 1
    PARTNER = 2
    PLATFORM = 3


@strawberry.type(description="The rate at which the part of the gross above an amount is taken, up to the next tier.")
class Tier:
    above: Money
    basis_points: int


@strawberry.type(description="One party's share of a payment: a part of the gross, a fixed amount, or tiers.")
class Share:
    party: str
    tiers: list[Tier]
    of: str | None = text_or_none("of", "The share from whose part it is taken; null: from the gross.")

    @strawberry.field(description="Hundredths of a percent of the gross.")
    def basis_points(self: Any) -> int | None:
        return self.basis_points if self.HasField("basis_points") else None

    @strawberry.field
    def fixed(self: Any) -> Money | None:
        return self.fixed if self.HasField("fixed") else None

    @strawberry.field
    def floor(self: Any) -> Money | None:
        return self.floor if self.HasField("floor") else None

    @strawberry.field
    def cap(self: Any) -> Money | None:
        return self.cap if self.HasField("cap") else None


@strawberry.type(description="How each payment is divided. What the shares leave is the partner's.")
class SplitPlan:
    version: int
    shares: list[Share]

    @strawberry.field(description="Are parts of the gross rounded up to a minor unit? Set where a line was split.")
    def rounded_up(self: Any) -> bool:
        return bool(self.rounding)

    @strawberry.field(description="Who bears a refund.")
    def refund_liability(self: Any) -> RefundLiability:
        return self.refund_liability or RefundLiability.PRO_RATA


@strawberry.type(description="A contract: on offer until signed.")
class Contract:
    id: strawberry.ID = typed_id(Kind.CONTRACT)
    split_plan: SplitPlan
    offered_at: DateTime
    signed_at: DateTime | None = moment_or_none("signed_at")


@strawberry.type(description="A document that supports one aspect of certification.")
class Evidence:
    aspect: Aspect
    title: str
    reference: str
    valid_until: str
    document_id: strawberry.ID | None = typed_id_or_none(Kind.DOCUMENT, "document_id", "`document` finds it.")


@strawberry.enum(description="Kinds of doubts.")
class DoubtKind(IntEnum):
    SAME_REGISTRATION_NUMBER = 1


@strawberry.type(description="What to look at before a partner is let through.")
@shows(pb.Doubt)
class Doubt:
    kind: DoubtKind
    partner_id: strawberry.ID = typed_id(Kind.PARTNER, "partner_id")
    status: PartnerStatus


@strawberry.type(description="Whom the operator calls.")
class Contact:
    name: str
    email: str
    telephone: str


@strawberry.type(description="Where payouts go. Of the number, no more is shown than tells accounts apart.")
class PartnerBankAccount:
    holder: str
    number: str = read_field(lambda account, _: masked(account.number), str, "Its last four characters.")
    bank_code: str


def masked(number: str) -> str:
    """The number with all but its end hidden: at most four characters of it, and a third."""
    hidden = len(number) - min(4, len(number) // 3)
    return "•" * hidden + number[hidden:]


@strawberry.type(description="A partner in full: for its own staff, the operator and the regulator.")
@shows(pb.Partner)
class Partner:
    id: strawberry.ID = typed_id(Kind.PARTNER)
    name: str = text("manifest.name")
    kind: PartnerKind = within("manifest.kind", PartnerKind)
    status: PartnerStatus
    districts: list[str] = within("manifest.districts", list[str])
    registration_number: str = within("manifest.registration_number", str)
    contact: Contact = within("manifest.contact", Contact)
    bank_account: PartnerBankAccount = within("manifest.bank_account", PartnerBankAccount)
    evidence: list[Evidence] = within("manifest.evidence", list[Evidence], "What it handed in with its application.")
    certificates: list[Certificate]
    capabilities: list[Capability]
    suspension_reason: str | None = text_or_none("suspension_reason")
    suspended_at: DateTime | None = moment_or_none("suspended_at")
    suspended_by: str | None = text_or_none("suspended_by", "Whose account: for operator and regulator.")
    steps: list[PartnerStep] = strawberry.field(description="What became of it, oldest first, and who did it.")
    applied_at: DateTime
    doubts: list[Doubt] = strawberry.field(description="For operator and regulator: what to look at first.")

    @strawberry.field(description="Who made the suspension it is under; a regulator lifts a regulator's.")
    def suspended_as(self: Any) -> Role | None:
        return self.suspended_as or None

    @strawberry.field
    def screening(self: Any) -> Screening | None:
        return self.screening if self.HasField("screening") else None

    @strawberry.field
    def contract(self: Any) -> Contract | None:
        return self.contract if self.HasField("contract") else None


@strawberry.enum(description="What a partner's API key may do.")
class ApiKeyScope(IntEnum):
    OFFERINGS = 1
    ORDERS = 2
    RECORDS = 3
    MONEY = 4
    DOCUMENTS = 5
    STANDING = 6


@strawberry.type(description="A key for a partner's systems.")
@shows(pb.ApiKey)
class ApiKey:
    id: strawberry.ID = typed_id(Kind.API_KEY)
    label: str
    secret: str | None = text_or_none("secret", "Shown only in the answer that created the key, and kept nowhere.")
    scopes: list[ApiKeyScope]
    created_at: DateTime
    last_used_at: DateTime | None = moment_or_none("last_used_at")
    expires_at: DateTime
    revoked_at: DateTime | None = moment_or_none("revoked_at")


@strawberry.type(description="Where to send a document to, or to fetch it from. Keep it to yourself.")
@shows(pb.DocumentLink)
class DocumentLink:
    document_id: strawberry.ID = typed_id(Kind.DOCUMENT, "document_id", "Evidence names it.")
    path: str = strawberry.field(description="Below the gateway's own address: PUT the document to it, or GET it.")
    expires_at: DateTime
    media_type: str
    uploaded: bool


@strawberry.input(description="Whom the operator calls.")
class ContactInput:
    name: str
    email: str
    telephone: str


@strawberry.input(description="Where payouts go.")
class BankAccountInput:
    holder: str
    number: str
    bank_code: str


@strawberry.input(description="A document that supports one aspect of certification.")
class EvidenceInput:
    aspect: Aspect
    title: str
    reference: str
    valid_until: str
    document_id: strawberry.ID | None = strawberry.field(default=None, description="Of an upload, where it is one.")


@strawberry.input(description="A partner's application, as a manifest file holds it in `spec`.")
class PartnerManifestInput:
    name: LocalizedText
    kind: PartnerKind
    registration_number: str
    districts: list[str]
    contact: ContactInput
    bank_account: BankAccountInput
    evidence: list[EvidenceInput]


@strawberry.input(description="A certificate to issue.")
class CertificateGrantInput:
    aspect: Aspect
    scope: list[str]
    expires_at: DateTime


@strawberry.input(description="The rate at which the part of the gross above an amount is taken, up to the next tier.")
class TierInput:
    above: MoneyInput
    basis_points: int


@strawberry.input(description="One party's share: `basisPoints` or `fixed`, within `floor` and `cap`.")
class ShareInput:
    party: str
    basis_points: int | None = None
    tiers: list[TierInput] = strawberry.field(default_factory=list)
    of: str | None = None
    fixed: MoneyInput | None = None
    floor: MoneyInput | None = None
    cap: MoneyInput | None = None


@strawberry.type
class Query:
    @strawberry.field(description="A document, to be fetched within minutes: a partner's own; all for the operator.")
    @asks("partners.GetDocument")
    async def document(self, info: Info[Any, Any], id: strawberry.ID) -> DocumentLink:
        here = context(info)
        request = pb.GetDocumentRequest(document_id=given(Kind.DOCUMENT, id, "id"))
        return await here.clients.partners.get_document(request, here.token)  # type: ignore[return-value]

    @strawberry.field(description="The caller's API keys, newest first, those that are over too; never their secrets.")
    @asks("partners.ListApiKeys")
    async def api_keys(self, info: Info[Any, Any]) -> list[ApiKey]:
        here = context(info)
        return (await here.clients.partners.list_api_keys(pb.ListApiKeysRequest(), here.token)).api_keys  # type: ignore[return-value]

    @strawberry.field(description="One partner in full.")
    @asks("partners.GetPartner")
    async def partner(self, info: Info[Any, Any], id: strawberry.ID) -> Partner:
        here = context(info)
        request = pb.GetPartnerRequest(partner_id=given(Kind.PARTNER, id, "id"))
        return await here.clients.partners.get_partner(request, here.token)  # type: ignore[return-value]

    @strawberry.field(description="Partners, newest first: for operator and regulator.")
    @asks("partners.ListPartners")
    async def partners(
        self,
        info: Info[Any, Any],
        status: PartnerStatus | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Partner]:
        here = context(info)
        request = pb.ListPartnersRequest(status=status or 0, page=page_request(first, after))  # type: ignore[arg-type]
        found = await here.clients.partners.list_partners(request, here.token)
        return connection(found.partners, found.page, after)  # type: ignore[no-any-return]


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Announce a document; send it to the path that comes back, by PUT, once.")
    @refusable
    @asks("partners.RequestUpload")
    async def request_upload(
        self, info: Info[Any, Any], media_type: str, size: int, sha256: str, idempotency_key: str | None = None
    ) -> Annotated[DocumentLink | Refused, strawberry.union("RequestUploadResult")]:
        here = context(info)
        try:
            digest = bytes.fromhex(sha256)
        except ValueError:
            raise Invalid("sha256", "must be hexadecimal digits") from None
        request = pb.RequestUploadRequest(media_type=media_type, size=size, sha256=digest)
        return await here.clients.partners.request_upload(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Apply as a partner, for the caller's institution.")
    @refusable
    @asks("partners.Apply")
    async def apply_as_partner(
        self, info: Info[Any, Any], manifest: PartnerManifestInput, idempotency_key: str | None = None
    ) -> Annotated[Partner | Refused, strawberry.union("ApplyAsPartnerResult")]:
        here = context(info)
        request = pb.ApplyRequest()
        fill(request.manifest, manifest, {"document_id": Kind.DOCUMENT}, "manifest.")
        return await here.clients.partners.apply(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Pass or reject an application, with reasons.")
    @refusable
    @asks("partners.DecideScreening")
    async def decide_screening(
        self,
        info: Info[Any, Any],
        partner_id: strawberry.ID,
        passed: bool,
        reasons: list[str],
        idempotency_key: str | None = None,
    ) -> Annotated[Partner | Refused, strawberry.union("DecideScreeningResult")]:
        here = context(info)
        request = pb.DecideScreeningRequest(
            partner_id=given(Kind.PARTNER, partner_id, "partnerId"), passed=passed, reasons=reasons
        )
        return await here.clients.partners.decide_screening(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Issue certificates. With all five aspects in force, a contract can be offered.")
    @refusable
    @asks("partners.IssueCertificates")
    async def issue_certificates(
        self,
        info: Info[Any, Any],
        partner_id: strawberry.ID,
        grants: list[CertificateGrantInput],
        idempotency_key: str | None = None,
    ) -> Annotated[Partner | Refused, strawberry.union("IssueCertificatesResult")]:
        here = context(info)
        request = pb.IssueCertificatesRequest(partner_id=given(Kind.PARTNER, partner_id, "partnerId"))
        for index, grant in enumerate(grants):
            fill(request.grants.add(), grant, prefix=f"grants[{index}].")
        return await here.clients.partners.issue_certificates(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(
        description="Offer a contract to a certified partner; without shares, with those of the city's tariff."
    )
    @refusable
    @asks("partners.OfferContract")
    async def offer_contract(
        self,
        info: Info[Any, Any],
        partner_id: strawberry.ID,
        shares: list[ShareInput] | None = None,
        idempotency_key: str | None = None,
        refund_liability: RefundLiability | None = None,
    ) -> Annotated[Partner | Refused, strawberry.union("OfferContractResult")]:
        here = context(info)
        request = pb.OfferContractRequest(
            partner_id=given(Kind.PARTNER, partner_id, "partnerId"),
            refund_liability=refund_liability or 0,  # type: ignore[arg-type]
        )
        for index, share in enumerate(shares or ()):
            fill(request.shares.add(), share, prefix=f"shares[{index}].")
        return await here.clients.partners.offer_contract(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Sign the contract on offer; the partner becomes active.")
    @refusable
    @asks("partners.SignContract")
    async def sign_contract(
        self, info: Info[Any, Any], contract_id: strawberry.ID, idempotency_key: str | None = None
    ) -> Annotated[Partner | Refused, strawberry.union("SignContractResult")]:
        here = context(info)
        request = pb.SignContractRequest(contract_id=given(Kind.CONTRACT, contract_id, "contractId"))
        return await here.clients.partners.sign_contract(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Suspend a partner: its offerings leave the catalog, its payouts stop.")
    @refusable
    @asks("partners.Suspend")
    async def suspend_partner(
        self, info: Info[Any, Any], partner_id: strawberry.ID, reason: str, idempotency_key: str | None = None
    ) -> Annotated[Partner | Refused, strawberry.union("SuspendPartnerResult")]:
        here = context(info)
        request = pb.SuspendRequest(partner_id=given(Kind.PARTNER, partner_id, "partnerId"), reason=reason)
        return await here.clients.partners.suspend(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="End a suspension.")
    @refusable
    @asks("partners.Reinstate")
    async def reinstate_partner(
        self, info: Info[Any, Any], partner_id: strawberry.ID, reason: str, idempotency_key: str | None = None
    ) -> Annotated[Partner | Refused, strawberry.union("ReinstatePartnerResult")]:
        here = context(info)
        request = pb.ReinstateRequest(partner_id=given(Kind.PARTNER, partner_id, "partnerId"), reason=reason)
        return await here.clients.partners.reinstate(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Create an API key for the caller's systems. People do; no key makes keys.")
    @refusable
    @asks("partners.CreateApiKey")
    async def create_api_key(
        self,
        info: Info[Any, Any],
        label: str,
        expires_at: DateTime | None = None,
        scopes: list[ApiKeyScope] | None = None,
        idempotency_key: str | None = None,
    ) -> Annotated[ApiKey | Refused, strawberry.union("CreateApiKeyResult")]:
        here = context(info)
        if scopes == []:
            raise Invalid("scopes", "name what the key may do, or leave scopes out for OFFERINGS and ORDERS")
        named = [scope.value for scope in scopes or ()]
        request = pb.CreateApiKeyRequest(label=label, expires_at=timestamp(expires_at), scopes=named)  # type: ignore[arg-type]
        return await here.clients.partners.create_api_key(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Register the public key the partner's systems sign statements with.")
    @refusable
    @asks("partners.PutSigningKey")
    async def register_signing_key(
        self, info: Info[Any, Any], public_key: str, idempotency_key: str | None = None
    ) -> Annotated[SigningKey | Refused, strawberry.union("RegisterSigningKeyResult")]:
        here = context(info)
        try:
            raw = base64.b64decode(public_key, validate=True)
        except ValueError:
            raise Invalid("publicKey", "must be base64") from None
        request = pb.PutSigningKeyRequest(public_key=raw)
        return await here.clients.partners.put_signing_key(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Revoke one of the caller's API keys.")
    @refusable
    @asks("partners.RevokeApiKey")
    async def revoke_api_key(
        self, info: Info[Any, Any], api_key_id: strawberry.ID, idempotency_key: str | None = None
    ) -> Annotated[ApiKey | Refused, strawberry.union("RevokeApiKeyResult")]:
        here = context(info)
        request = pb.RevokeApiKeyRequest(api_key_id=given(Kind.API_KEY, api_key_id, "apiKeyId"))
        return await here.clients.partners.revoke_api_key(request, here.token, idempotency_key or "")  # type: ignore[return-value]
