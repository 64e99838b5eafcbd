"""Partners: application, screening, certificates, contract, suspension, API keys."""

import base64
from typing import Annotated, Any

import strawberry
from chassis.refusals import Invalid
from chassis.wire import timestamp
from strawberry import ID
from yima.catalog.v1 import api_pb2 as catalog_pb
from yima.common.v1.enums import Role, Scope
from yima.partners.v1 import api_pb2 as pb
from yima.partners.v1.enums import (
    AppealStatus,
    Aspect,
    Capability,
    ContractStatus,
    DoubtKind,
    EvidenceStatus,
    OffboardingStep,
    PartnerKind,
    PartnerStatus,
    ReviewKind,
    Verdict,
)
from yima.settlement.v1 import split_pb2 as split_pb
from yima.settlement.v1.enums import RefundLiability

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import field, loaded, names_enum, reads, shows
from gateway.scalars import DateTime, LocalizedText
from gateway.schema.common import Connection, Money, MoneyInput, Node, connection, page_request
from gateway.schema.freezes import Freeze
from gateway.schema.inputs import fill, takes

names_enum(Scope, "ApiKeyScope")


@shows(catalog_pb.KindQuality)
class KindQuality:
    resource_type: str
    letter: str


@shows(catalog_pb.DataQuality)
class DataQuality:
    letter: str
    month: str
    kinds: list[catalog_pb.KindQuality]


@shows(catalog_pb.PartnerMeasures, description="How a partner has served in the last 90 days.")
class PartnerMeasures:
    orders: int = field(description="Confirmed ones.")
    residents: int = field(description="How many people the orders are of.")
    acceptance_seconds: int = field(description="The median from confirmation to acceptance.")
    completed_basis_points: int = field(description="Of the orders that ended, those that were served.")
    complaints: int = field(description="How many residents complained.")
    reviews: int = field(description="How many residents reviewed.")
    rating: float | None = reads(
        catalog_pb.PartnerMeasures,
        lambda message, _: message.rating_hundredths / 100 if message.rating_hundredths else None,
        "The mean of all reviews, from 1 to 5; null without any.",
    )
    data_quality: catalog_pb.DataQuality | None = field(
        description="How good the data is that it sends to records; null where nothing is graded."
    )


@shows(pb.SigningKey, description="The key a partner's systems sign statements with.")
class SigningKey:
    registered_at: DateTime
    version: int
    public_key: str = field(description="Ed25519, in hexadecimal digits.")


@shows(pb.Profile, description="What everybody may know of a partner.")
class PartnerProfile:
    id: ID = field(kind=Kind.PARTNER)
    name: str
    kind: PartnerKind
    status: PartnerStatus
    districts: list[str]
    certified_aspects: list[Aspect]
    measures: PartnerMeasures | None = loaded(
        "measures", "catalog.GetPartnerMeasures", "id", "How it serves; null until it has."
    )


def profile(attribute: str, description: str | None = None) -> Any:
    """A field that shows the public profile of the partner whose id is in `attribute`."""
    return loaded("profiles", "partners.GetProfiles", attribute, description, shared=True)


@shows(pb.AreaScore)
class AreaScore:
    area: Aspect
    score: int
    passed: bool


@shows(pb.ChecklistItem)
class ChecklistItem:
    code: str
    area: Aspect
    question: str
    weight: int
    knock_out: bool
    evidence: list[str]


@shows(pb.DocumentKind)
class DocumentKind:
    code: str
    name: str


@shows(pb.Checklist)
class Checklist:
    kind: PartnerKind
    edition: str
    version: str
    pass_at: int
    area_at: int
    review_days: int
    items: list[ChecklistItem]
    documents: list[DocumentKind]


@shows(pb.AnsweredItem)
class AnsweredItem:
    item: ChecklistItem
    verdict: Verdict | None = field(description="Null where a knock-out decided without it.")
    reason: str | None


@shows(pb.Screening)
class Screening:
    passed: bool
    reasons: list[str]
    decided_at: DateTime
    decided_by: str | None = field(description="Whose account: for operator and regulator.")
    kind: ReviewKind
    edition: str | None
    checklist_version: str | None
    score: int
    pass_at: int
    area_at: int
    areas: list[AreaScore]
    items: list[AnsweredItem]
    to_mend: list[AnsweredItem] = reads(
        pb.Screening,
        lambda review, _: [item for item in review.items if item.verdict in (Verdict.PARTLY_MET, Verdict.NOT_MET)],
        "What was found not to be as it should, and why.",
    )


@shows(pb.Certificate)
class Certificate:
    id: ID
    aspect: Aspect
    scope: list[str] = field(description="Categories of service definitions; `*` is all of them.")
    version: int
    issued_at: DateTime
    expires_at: DateTime
    issued_by: str | None = field(description="Whose account: for operator and regulator.")
    cosigned_by: str | None = field(description="Which regulator's account: for operator and regulator.")
    cosigned_at: DateTime | None
    revoked_at: DateTime | None
    revoked_as: Role | None
    revoked_by: str | None = field(description="Whose account: for operator and regulator.")
    revocation_reason: str | None


@shows(pb.PartnerStep)
class PartnerStep:
    became: PartnerStatus
    taken_at: DateTime
    taken_by: str | None = field(description="Whose account: for operator and regulator.")
    reason: str | None
    was: PartnerStatus | None = field(description="Null for an application.")
    taken_as: Role = field(description="In which role it was taken.")


@shows(split_pb.Tier)
class Tier:
    above: Money
    basis_points: int


@shows(split_pb.Share, description="One party's share of a payment: a part of the gross, a fixed amount, or tiers.")
class Share:
    party: str
    tiers: list[Tier]
    of: str | None = field(description="The share from whose part it is taken; null: from the gross.")
    basis_points: int | None = field(description="Hundredths of a percent of the gross.")
    fixed: Money | None
    floor: Money | None
    cap: Money | None


@shows(split_pb.SplitPlan, description="How each payment is divided. What the shares leave is the partner's.")
class SplitPlan:
    version: int
    shares: list[Share]
    rounded_up: bool = reads(
        split_pb.SplitPlan,
        lambda plan, _: bool(plan.rounding),
        "Are parts of the gross rounded up to a minor unit? Set where a line was split.",
    )
    refund_liability: RefundLiability = reads(
        split_pb.SplitPlan,
        lambda plan, _: plan.refund_liability or RefundLiability.PRO_RATA,
        "Who bears a refund.",
    )


@shows(pb.Contract)
class Contract:
    id: ID
    split_plan: SplitPlan
    offered_at: DateTime
    signed_at: DateTime | None
    offered_by: str | None = field(description="Whose account: for operator and regulator.")
    signed_by: str | None = field(description="Whose account: for operator and regulator.")
    effective_on: str | None = field(description="From which day of the city on. Null: from its signature.")
    effective_at: DateTime | None
    status: ContractStatus


@shows(pb.Evidence)
class Evidence:
    aspect: Aspect
    title: str
    reference: str = field(description="Where the document is, where it was not uploaded.")
    valid_until: str
    document_id: ID | None = field(description="`document` finds it.")
    kind: str | None
    status: EvidenceStatus
    renew_from: str = field(description="From which day on something newer is to be handed in.")


@shows(pb.Doubt)
class Doubt:
    kind: DoubtKind
    partner_id: ID
    status: PartnerStatus
    name: str
    districts: list[str]
    registration_number: str


@shows(pb.Contact)
class Contact:
    name: str
    email: str
    telephone: str = field(description="With the country's prefix.")


@shows(pb.BankAccount, description="Where payouts go. Of the number, no more is shown than tells accounts apart.")
class PartnerBankAccount:
    holder: str
    number: str = reads(pb.BankAccount, lambda account, _: masked(account.number), "Its last four characters.")
    bank_code: str


def masked(number: str) -> str:
    """The number with all but its end hidden: at most four characters of it, and a third."""
    hidden = len(number) - min(4, len(number) // 3)
    return "•" * hidden + number[hidden:]


@shows(pb.DataGrade)
class DataGrade:
    resource_type: str
    letter: str
    month: str
    graded_at: DateTime
    to_review: bool


@shows(pb.OffboardingStepTaken)
class OffboardingStepTaken:
    step: OffboardingStep
    taken_as: Role
    taken_by: str | None = field(description="Whose account: for operator and regulator.")
    taken_at: DateTime


@shows(pb.Offboarding)
class Offboarding:
    reason: str
    begun_at: DateTime
    steps: list[OffboardingStepTaken]
    stopped_at: DateTime | None
    stopped_as: Role | None
    stop_reason: str | None


@shows(pb.AppealVoice)
class AppealVoice:
    granted: bool
    reason: str
    spoken_as: Role
    spoken_by: str | None = field(description="Whose account: for operator and regulator.")
    spoken_at: DateTime


@shows(pb.Appeal)
class Appeal:
    id: ID
    partner_id: ID
    partner: PartnerProfile | None = profile("partner_id")
    against: PartnerStatus
    decided_as: Role
    step_reason: str | None
    reason: str
    document_ids: list[ID]
    appealed_at: DateTime
    appealed_by: str | None = field(description="Whose account: for operator and regulator.")
    status: AppealStatus
    ended_at: DateTime | None
    voices: list[AppealVoice]


@shows(pb.Partner, description="A partner in full: for its own staff, the operator and the regulator.")
class Partner(Node):
    id: ID
    name: str = field("manifest.name")
    kind: PartnerKind = field("manifest.kind")
    status: PartnerStatus
    districts: list[str] = field("manifest.districts")
    registration_number: str = field("manifest.registration_number")
    contact: Contact = field("manifest.contact")
    bank_account: PartnerBankAccount = field("manifest.bank_account")
    evidence: list[Evidence] = field("manifest.evidence", description="What it handed in with its application.")
    certificates: list[Certificate]
    proposed_certificates: list[Certificate]
    capabilities: list[Capability]
    suspension_reason: str | None
    suspended_at: DateTime | None
    suspended_by: str | None = field(description="Whose account: for operator and regulator.")
    struck_off_at: DateTime | None
    steps: list[PartnerStep] = field(description="What became of it, oldest first, and who did it.")
    applied_at: DateTime
    doubts: list[Doubt] = field(description="For operator and regulator: what to look at first.")
    suspended_as: Role | None = field(
        description="Who made the suspension it is under; a regulator lifts a regulator's."
    )
    screening: Screening | None
    reviews: list[Screening]
    missing_evidence: list[str]
    data_grades: list[DataGrade]
    offboarding: Offboarding | None
    contract: Contract | None
    contracts: list[Contract]
    appeals: list[Appeal]
    appeal_until: DateTime | None
    freezes: list[Freeze] = field(description="Of the partner itself, oldest first, those that were lifted too.")


@shows(pb.AppRegistration)
class AppRegistration:
    name: str
    redirect_uris: list[str]
    scope: str


@takes(pb.AppRegistration)
class AppRegistrationInput:
    name: LocalizedText
    redirect_uris: list[str]
    scope: str


@shows(pb.ApiKey, description="A key for a partner's systems.")
class ApiKey:
    id: ID
    label: str
    secret: str | None = field(description="Shown only in the answer that created the key, and kept nowhere.")
    key_set: str | None = field(description="The system's public keys, which sign in in the place of a secret.")
    app: AppRegistration | None
    scopes: list[Scope]
    created_at: DateTime
    last_used_at: DateTime | None
    expires_at: DateTime
    revoked_at: DateTime | None


@shows(pb.DocumentLink, description="Where to send a document to, or to fetch it from. Keep it to yourself.")
class DocumentLink:
    document_id: ID = field(description="Evidence names it.")
    path: str = field(description="Below the gateway's own address: PUT the document to it, or GET it.")
    expires_at: DateTime
    media_type: str
    uploaded: bool


@takes(pb.Contact)
class ContactInput:
    name: str
    email: str
    telephone: str


@takes(pb.BankAccount)
class BankAccountInput:
    holder: str
    number: str
    bank_code: str


@takes(pb.Evidence)
class EvidenceInput:
    aspect: Aspect
    title: str
    reference: str
    valid_until: str
    document_id: ID | None = strawberry.field(default=None, description="Of an upload, where it is one.")
    kind: str | None = None


@takes(pb.PartnerManifest, description="A partner's application, as a manifest file holds it in `spec`.")
class PartnerManifestInput:
    name: LocalizedText
    kind: PartnerKind
    registration_number: str
    districts: list[str]
    contact: ContactInput
    bank_account: BankAccountInput
    evidence: list[EvidenceInput]


@takes(pb.ChecklistAnswer)
class ChecklistAnswerInput:
    item: str
    verdict: Verdict
    reason: str


@takes(pb.CertificateGrant, description="A certificate to issue.")
class CertificateGrantInput:
    aspect: Aspect
    scope: list[str]
    expires_at: DateTime


@takes(split_pb.Tier)
class TierInput:
    above: MoneyInput
    basis_points: int


@takes(split_pb.Share, description="One party's share: `basisPoints` or `fixed`, within `floor` and `cap`.")
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
    async def document(self, info: Info, id: ID) -> pb.DocumentLink:
        context = info.context
        request = pb.GetDocumentRequest(document_id=parse_global_id(Kind.DOCUMENT, id, "id"))
        return await context.clients.partners.get_document(request, context.token)

    @strawberry.field(description="The caller's API keys, newest first, those that are over too; never their secrets.")
    @asks("partners.ListApiKeys")
    async def api_keys(self, info: Info) -> list[pb.ApiKey]:
        context = info.context
        return list((await context.clients.partners.list_api_keys(pb.ListApiKeysRequest(), context.token)).api_keys)

    @strawberry.field(description="One partner in full.")
    @asks("partners.GetPartner")
    async def partner(self, info: Info, id: ID) -> pb.Partner:
        context = info.context
        request = pb.GetPartnerRequest(partner_id=parse_global_id(Kind.PARTNER, id, "id"))
        return await context.clients.partners.get_partner(request, context.token)

    @strawberry.field(description="What a partner of a kind is screened by.")
    @asks("partners.GetChecklist")
    async def checklist(self, info: Info, kind: PartnerKind) -> pb.Checklist:
        context = info.context
        return await context.clients.partners.get_checklist(pb.GetChecklistRequest(kind=kind), context.token)

    @strawberry.field(description="Partners, newest first: for operator and regulator.")
    @asks("partners.ListPartners")
    async def partners(
        self,
        info: Info,
        status: PartnerStatus | None = None,
        kind: PartnerKind | None = None,
        district: str | None = None,
        name: str | None = None,
        grades_to_review: bool = False,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.Partner]:
        context = info.context
        request = pb.ListPartnersRequest(
            status=status,
            kind=kind,
            district=district,
            name=name,
            grades_to_review=grades_to_review,
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.partners.list_partners(request, context.token)
        return connection(answer.partners, answer.page)


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Announce a document; send it to the path that comes back, by PUT, once.")
    @refusable
    @asks("partners.RequestUpload")
    async def request_upload(
        self, info: Info, media_type: str, size: int, sha256: str, idempotency_key: str | None = None
    ) -> pb.DocumentLink:
        context = info.context
        try:
            digest = bytes.fromhex(sha256)
        except ValueError:
            raise Invalid("sha256", "must be hexadecimal digits") from None
        request = pb.RequestUploadRequest(media_type=media_type, size=size, sha256=digest)
        return await context.clients.partners.request_upload(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Apply as a partner, for the caller's institution.")
    @refusable
    @asks("partners.Apply")
    async def apply_as_partner(
        self, info: Info, manifest: PartnerManifestInput, idempotency_key: str | None = None
    ) -> pb.Partner:
        context = info.context
        request = pb.ApplyRequest()
        fill(request.manifest, manifest, "manifest.")
        return await context.clients.partners.apply(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Hand in more evidence, for what is to be mended or before a review.")
    @refusable
    @asks("partners.AddEvidence")
    async def add_evidence(
        self, info: Info, evidence: list[EvidenceInput], idempotency_key: str | None = None
    ) -> pb.Partner:
        context = info.context
        request = pb.AddEvidenceRequest()
        for index, document in enumerate(evidence):
            fill(request.evidence.add(), document, f"evidence[{index}].")
        return await context.clients.partners.add_evidence(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Review a partner that was let through, in all areas or some. Its outcome follows from the answers."
    )
    @refusable
    @asks("partners.ReviewPartner")
    async def review_partner(
        self,
        info: Info,
        partner_id: ID,
        passed: bool,
        reasons: list[str],
        answers: list[ChecklistAnswerInput],
        areas: list[Aspect] | None = None,
        checklist_version: str | None = None,
        idempotency_key: str | None = None,
    ) -> pb.Partner:
        context = info.context
        request = pb.ReviewPartnerRequest(
            partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId"),
            areas=areas or (),
            passed=passed,
            reasons=reasons,
            checklist_version=checklist_version or "",
        )
        for index, answer in enumerate(answers):
            fill(request.answers.add(), answer, f"answers[{index}].")
        return await context.clients.partners.review_partner(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Pass or reject an application by the checklist of its kind. The outcome follows from the answers."
    )
    @refusable
    @asks("partners.DecideScreening")
    async def decide_screening(
        self,
        info: Info,
        partner_id: ID,
        passed: bool,
        reasons: list[str],
        compared_partner_ids: list[ID] | None = None,
        answers: list[ChecklistAnswerInput] | None = None,
        checklist_version: str | None = None,
        idempotency_key: str | None = None,
    ) -> pb.Partner:
        context = info.context
        request = pb.DecideScreeningRequest(
            partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId"),
            passed=passed,
            reasons=reasons,
            checklist_version=checklist_version or "",
        )
        for index, answer in enumerate(answers or ()):
            fill(request.answers.add(), answer, f"answers[{index}].")
        for index, compared_id in enumerate(compared_partner_ids or ()):
            request.compared_partner_ids.append(
                parse_global_id(Kind.PARTNER, compared_id, f"comparedPartnerIds[{index}]")
            )
        return await context.clients.partners.decide_screening(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Issue certificates. With all five aspects in force, a contract can be offered.")
    @refusable
    @asks("partners.IssueCertificates")
    async def issue_certificates(
        self,
        info: Info,
        partner_id: ID,
        grants: list[CertificateGrantInput],
        idempotency_key: str | None = None,
    ) -> pb.Partner:
        context = info.context
        request = pb.IssueCertificatesRequest(partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId"))
        for index, grant in enumerate(grants):
            fill(request.grants.add(), grant, f"grants[{index}].")
        return await context.clients.partners.issue_certificates(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Co-sign a certificate that an operator proposed, as a regulator.")
    @refusable
    @asks("partners.CosignCertificate")
    async def cosign_certificate(
        self, info: Info, certificate_id: ID, idempotency_key: str | None = None
    ) -> pb.Partner:
        context = info.context
        request = pb.CosignCertificateRequest(
            certificate_id=parse_global_id(Kind.CERTIFICATE, certificate_id, "certificateId")
        )
        return await context.clients.partners.cosign_certificate(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Revoke a certificate that is in force, for a reason that everybody can read.")
    @refusable
    @asks("partners.RevokeCertificate")
    async def revoke_certificate(
        self, info: Info, certificate_id: ID, reason: str, idempotency_key: str | None = None
    ) -> pb.Partner:
        context = info.context
        request = pb.RevokeCertificateRequest(
            certificate_id=parse_global_id(Kind.CERTIFICATE, certificate_id, "certificateId"), reason=reason
        )
        return await context.clients.partners.revoke_certificate(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Offer a contract to a certified partner, or a new version to an active one; without shares, with"
        " those of the city's tariff. Orders that are placed before it is in force keep the terms of when they were"
        " placed."
    )
    @refusable
    @asks("partners.OfferContract")
    async def offer_contract(
        self,
        info: Info,
        partner_id: ID,
        shares: list[ShareInput] | None = None,
        idempotency_key: str | None = None,
        refund_liability: RefundLiability | None = None,
        effective_on: Annotated[
            str | None,
            strawberry.argument(
                description="From which day of the city on; tomorrow at the earliest. Null: from its signature."
            ),
        ] = None,
    ) -> pb.Partner:
        context = info.context
        request = pb.OfferContractRequest(
            partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId"),
            refund_liability=refund_liability,
            effective_on=effective_on or "",
        )
        for index, share in enumerate(shares or ()):
            fill(request.shares.add(), share, f"shares[{index}].")
        return await context.clients.partners.offer_contract(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Sign the contract on offer; the partner becomes active.")
    @refusable
    @asks("partners.SignContract")
    async def sign_contract(self, info: Info, contract_id: ID, idempotency_key: str | None = None) -> pb.Partner:
        context = info.context
        request = pb.SignContractRequest(contract_id=parse_global_id(Kind.CONTRACT, contract_id, "contractId"))
        return await context.clients.partners.sign_contract(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Suspend a partner: its offerings leave the catalog, its payouts stop.")
    @refusable
    @asks("partners.Suspend")
    async def suspend_partner(
        self, info: Info, partner_id: ID, reason: str, idempotency_key: str | None = None
    ) -> pb.Partner:
        context = info.context
        request = pb.SuspendRequest(partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId"), reason=reason)
        return await context.clients.partners.suspend(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="End a suspension.")
    @refusable
    @asks("partners.Reinstate")
    async def reinstate_partner(
        self, info: Info, partner_id: ID, reason: str, idempotency_key: str | None = None
    ) -> pb.Partner:
        context = info.context
        request = pb.ReinstateRequest(partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId"), reason=reason)
        return await context.clients.partners.reinstate(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Create an API key for the caller's systems. People do; no key makes keys.")
    @refusable
    @asks("partners.CreateApiKey")
    async def create_api_key(
        self,
        info: Info,
        label: str,
        expires_at: DateTime | None = None,
        scopes: list[Scope] | None = None,
        key_set: Annotated[
            str | None,
            strawberry.argument(
                description="The system's public keys (a JSON Web Key Set, RFC 7517), to sign in with in the place of a"
                " secret: SMART on FHIR's backend services."
            ),
        ] = None,
        app: Annotated[
            AppRegistrationInput | None,
            strawberry.argument(
                description="An app that residents use, in the place of a system: SMART App Launch, without a secret."
            ),
        ] = None,
        idempotency_key: str | None = None,
    ) -> pb.ApiKey:
        context = info.context
        if scopes == []:
            raise Invalid("scopes", "name what the key may do, or leave scopes out for OFFERINGS and ORDERS")
        request = pb.CreateApiKeyRequest(
            label=label, expires_at=timestamp(expires_at), scopes=scopes, key_set=key_set or ""
        )
        if app is not None:
            request.app.CopyFrom(fill(pb.AppRegistration(), app))
        return await context.clients.partners.create_api_key(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Register the public key the partner's systems sign statements with.")
    @refusable
    @asks("partners.PutSigningKey")
    async def register_signing_key(
        self, info: Info, public_key: str, compromised: bool = False, idempotency_key: str | None = None
    ) -> pb.SigningKey:
        context = info.context
        try:
            raw = base64.b64decode(public_key, validate=True)
        except ValueError:
            raise Invalid("publicKey", "must be base64") from None
        request = pb.PutSigningKeyRequest(public_key=raw, compromised=compromised)
        return await context.clients.partners.put_signing_key(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="A new API key like one there is, which goes on until a moment, a day from now.")
    @refusable
    @asks("partners.RotateApiKey")
    async def rotate_api_key(
        self,
        info: Info,
        api_key_id: ID,
        old_until: DateTime | None = None,
        expires_at: DateTime | None = None,
        key_set: Annotated[
            str | None,
            strawberry.argument(description="The new public keys, where the key has some in the place of a secret."),
        ] = None,
        idempotency_key: str | None = None,
    ) -> pb.ApiKey:
        context = info.context
        request = pb.RotateApiKeyRequest(
            api_key_id=parse_global_id(Kind.API_KEY, api_key_id, "apiKeyId"),
            old_until=timestamp(old_until),
            expires_at=timestamp(expires_at),
            key_set=key_set or "",
        )
        return await context.clients.partners.rotate_api_key(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Revoke one of the caller's API keys.")
    @refusable
    @asks("partners.RevokeApiKey")
    async def revoke_api_key(self, info: Info, api_key_id: ID, idempotency_key: str | None = None) -> pb.ApiKey:
        context = info.context
        request = pb.RevokeApiKeyRequest(api_key_id=parse_global_id(Kind.API_KEY, api_key_id, "apiKeyId"))
        return await context.clients.partners.revoke_api_key(request, context.token, idempotency_key or "")
