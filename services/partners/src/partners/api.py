"""Partners over HTTP: decode, one call, encode. Routes and roles stand in the contract."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from chassis import pages, texts
from chassis.api import Api, Call
from chassis.auth import Principal
from chassis.ids import parse_id
from chassis.refusals import Invalid, NotFound
from chassis.wire import moment, timestamp
from city_pack.pack import City
from yima.common.v1.route_pb2 import Role, Scope
from yima.partners.v1 import api_pb2 as pb
from yima.settlement.v1.split_pb2 import SplitPlan

from partners import commands, documents, domain, events, store
from partners.domain import (
    Actor,
    AlreadyApplied,
    ContractSuperseded,
    NotTheirStep,
    RegistrationTaken,
    Status,
    StepRefused,
    capabilities,
)
from partners.store import Whole
from partners.tables import ApiKeyRow, CertificateRow, DocumentRow, PartnerRow, StepRow

PROFILES_MAX = 200
BY_APPLICATION = pages.keyset(datetime, UUID)
KEYS_MAX = 200


@dataclass(frozen=True)
class Resources:
    """The city: its languages, currency, districts, categories and fees."""

    city: City


async def in_good_standing(call: Call[Resources]) -> None:
    """Refuse a caller whose partner does not stand well; whoever changes that waits for this request."""
    status, certified_until = await store.standing(call.session, UUID(call.principal.partner_id)) or (None, None)
    domain.check_good_standing(status, certified_until, call.now)


api: Api[Resources] = Api(
    pb.DESCRIPTOR.services_by_name["PartnersApi"],
    refusals={
        AlreadyApplied: 409,
        RegistrationTaken: 409,
        domain.NameTaken: 409,
        StepRefused: 409,
        ContractSuperseded: 409,
        domain.TooManyApiKeys: 409,
        domain.TooManyDocuments: 409,
    },
    standing=in_good_standing,
)
ACTORS = {Role.ROLE_PARTNER: Actor.PARTNER, Role.ROLE_OPERATOR: Actor.OPERATOR, Role.ROLE_REGULATOR: Actor.REGULATOR}


def actor_of(principal: Principal) -> Actor:
    """In which role the caller takes a step of a partner's status."""
    actor = ACTORS.get(principal.role)
    if actor is None:
        raise NotTheirStep("a partner, an operator or a regulator takes it")
    return actor


def visible(principal: Principal, partner_id: str) -> UUID:
    """The partner's id, if the caller may know of it."""
    found = parse_id(partner_id, "partner_id")
    if not principal.supervises and principal.partner_id != str(found):
        raise NotFound("there is no such partner", "partner_id")
    return found


@api.serves
async def apply(request: pb.ApplyRequest, call: Call[Resources]) -> pb.Partner:
    whole = await commands.apply(
        call.session,
        partner_id=UUID(call.principal.partner_id),
        applicant_id=UUID(call.principal.subject_id),
        manifest=request.manifest,
        city=call.resources.city,
        now=call.now,
    )
    return to_message(whole, call.now, supervises=call.principal.supervises)


@api.serves
async def get_partner(request: pb.GetPartnerRequest, call: Call[Resources]) -> pb.Partner:
    whole = await store.whole(call.session, visible(call.principal, request.partner_id))
    return (await seen_by(call, [whole]))[0]


async def seen_by(call: Call[Resources], wholes: Sequence[Whole]) -> list[pb.Partner]:
    """Partners as the caller may see them: with what is doubtful about them, where the caller supervises."""
    messages = [to_message(whole, call.now, supervises=call.principal.supervises) for whole in wholes]
    if call.principal.supervises:
        others = await store.look_alikes(call.session, [whole.partner for whole in wholes])
        for whole, message in zip(wholes, messages, strict=True):
            for other in others[whole.partner.id]:
                message.doubts.extend(doubts_of(whole.partner, other))
    return messages


def doubts_of(partner: PartnerRow, other: PartnerRow) -> Iterator[pb.Doubt]:
    """What is the same, to look at, of a partner and another."""
    manifest = pb.PartnerManifest.FromString(other.manifest)
    for kind, same in (
        (pb.DOUBT_KIND_SAME_REGISTRATION_NUMBER, other.number_look == partner.number_look != ""),
        (pb.DOUBT_KIND_SAME_NAME, bool(set(other.name_looks) & set(partner.name_looks))),
    ):
        if same:
            yield pb.Doubt(
                kind=kind,
                partner_id=str(other.id),
                status=f"PARTNER_STATUS_{other.status.upper()}",
                name=manifest.name,
                districts=manifest.districts,
                registration_number=other.registration_number,
            )


@api.serves
async def list_partners(request: pb.ListPartnersRequest, call: Call[Resources]) -> pb.PartnerPage:
    wanted = pages.size(request.page)
    narrowed = filter_of(request, call.resources.city)
    found = await store.page(call.session, narrowed, BY_APPLICATION.after(request.page), wanted)
    wholes = await store.wholes(call.session, [partner_id for _, partner_id in found[:wanted]])
    return pb.PartnerPage(
        partners=await seen_by(call, wholes),
        page=BY_APPLICATION.info(found, wanted),
    )


def filter_of(request: pb.ListPartnersRequest, city: City) -> store.Filter:
    """What a listing is narrowed to. Refuses what no partner could be."""
    for number, kind, name in (
        (request.status, pb.PartnerStatus, "status"),
        (request.kind, pb.PartnerKind, "kind"),
    ):
        if number not in kind.values():
            raise Invalid(name, f"{number} is not a value of it")
    if request.district and request.district not in city.districts:
        raise Invalid("district", f"there is no district {request.district!r} in this city")
    name = texts.look(request.name)
    if request.name and not name:
        raise Invalid("name", "must have a letter or a digit")
    return store.Filter(
        status=pb.PartnerStatus.Name(request.status).removeprefix("PARTNER_STATUS_").lower() if request.status else "",
        kind=pb.PartnerKind.Name(request.kind).removeprefix("PARTNER_KIND_").lower() if request.kind else "",
        district=request.district,
        name=name,
    )


@api.serves
async def get_profiles(request: pb.GetProfilesRequest, call: Call[Resources]) -> pb.Profiles:
    if len(request.partner_ids) > PROFILES_MAX:
        raise Invalid("partner_ids", f"at most {PROFILES_MAX}")
    ids = [parse_id(one, "partner_ids") for one in request.partner_ids]
    return pb.Profiles(
        profiles=[profile(whole, call.now) for whole in await store.wholes(call.session, list(dict.fromkeys(ids)))]
    )


@api.serves
async def decide_screening(request: pb.DecideScreeningRequest, call: Call[Resources]) -> pb.Partner:
    whole = await commands.decide_screening(
        call.session,
        partner_id=visible(call.principal, request.partner_id),
        passed=request.passed,
        reasons=request.reasons,
        compared=[parse_id(one, f"compared_partner_ids[{n}]") for n, one in enumerate(request.compared_partner_ids)],
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return to_message(whole, call.now, supervises=call.principal.supervises)


@api.serves
async def issue_certificates(request: pb.IssueCertificatesRequest, call: Call[Resources]) -> pb.Partner:
    whole = await commands.issue_certificates(
        call.session,
        partner_id=visible(call.principal, request.partner_id),
        grants=request.grants,
        city=call.resources.city,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return to_message(whole, call.now, supervises=call.principal.supervises)


@api.serves
async def offer_contract(request: pb.OfferContractRequest, call: Call[Resources]) -> pb.Partner:
    whole = await commands.offer_contract(
        call.session,
        partner_id=visible(call.principal, request.partner_id),
        shares=request.shares,
        refund_liability=request.refund_liability,
        city=call.resources.city,
        now=call.now,
    )
    return to_message(whole, call.now, supervises=call.principal.supervises)


@api.serves
async def sign_contract(request: pb.SignContractRequest, call: Call[Resources]) -> pb.Partner:
    whole = await commands.sign_contract(
        call.session,
        contract_id=parse_id(request.contract_id, "contract_id"),
        partner_id=UUID(call.principal.partner_id),
        by=UUID(call.principal.subject_id),
        city=call.resources.city,
        now=call.now,
    )
    return to_message(whole, call.now, supervises=call.principal.supervises)


@api.serves
async def suspend(request: pb.SuspendRequest, call: Call[Resources]) -> pb.Partner:
    partner_id = visible(call.principal, request.partner_id)
    whole = await commands.suspend(
        call.session,
        partner_id=partner_id,
        reason=request.reason,
        by=UUID(call.principal.subject_id),
        actor=actor_of(call.principal),
        now=call.now,
    )
    return to_message(whole, call.now, supervises=call.principal.supervises)


@api.serves
async def reinstate(request: pb.ReinstateRequest, call: Call[Resources]) -> pb.Partner:
    partner_id = visible(call.principal, request.partner_id)
    whole = await commands.reinstate(
        call.session,
        partner_id=partner_id,
        reason=request.reason,
        by=UUID(call.principal.subject_id),
        actor=actor_of(call.principal),
        now=call.now,
    )
    return to_message(whole, call.now, supervises=call.principal.supervises)


@api.serves
async def create_api_key(request: pb.CreateApiKeyRequest, call: Call[Resources]) -> pb.ApiKey:
    key, secret = await commands.create_api_key(
        call.session,
        partner_id=UUID(call.principal.partner_id),
        label=request.label,
        scopes=scopes_of(request.scopes) if request.scopes else list(domain.DEFAULT_SCOPES),
        expires_at=moment(request.expires_at) if request.HasField("expires_at") else None,
        now=call.now,
    )
    return api_key(key, secret)


@api.serves
async def list_api_keys(request: pb.ListApiKeysRequest, call: Call[Resources]) -> pb.ApiKeys:
    keys = await store.api_keys(call.session, UUID(call.principal.partner_id))
    return pb.ApiKeys(api_keys=[api_key(key) for key in keys])


@api.serves
async def check_api_key(request: pb.CheckApiKeyRequest, call: Call[Resources]) -> pb.ApiKeyHolder:
    key = await store.use_api_key(call.session, request.secret_sha256, call.now)
    if key is None:
        raise NotFound("there is no such key, or it is not good now", "secret_sha256")
    return pb.ApiKeyHolder(
        api_key_id=str(key.id),
        partner_id=str(key.partner_id),
        scopes=scope_messages(key.scopes),
        expires_at=timestamp(key.expires_at),
    )


@api.serves
async def check_api_keys(request: pb.CheckApiKeysRequest, call: Call[Resources]) -> pb.GoodApiKeys:
    if len(request.api_key_ids) > KEYS_MAX:
        raise Invalid("api_key_ids", f"at most {KEYS_MAX}")
    ids = [parse_id(one, "api_key_ids") for one in request.api_key_ids]
    return pb.GoodApiKeys(api_key_ids=[str(one) for one in await store.good_among(call.session, ids, call.now)])


def scopes_of(numbers: Sequence[int]) -> list[domain.Scope]:
    """The scopes a key is made with. `STANDING` goes with any key, and need not be named."""
    named = dict.fromkeys(number for number in numbers if number != Scope.SCOPE_STANDING)
    try:
        return [domain.Scope(Scope.Name(cast(Scope, number)).removeprefix("SCOPE_").lower()) for number in named]
    except ValueError:
        known = ", ".join(one.upper() for one in domain.Scope)
        raise Invalid("scopes", f"must be some of {known}") from None


def scope_messages(names: Sequence[str]) -> list[Scope]:
    """A key's scopes as the contract has them."""
    return [*(cast(Scope, Scope.Value(f"SCOPE_{name.upper()}")) for name in names), Scope.SCOPE_STANDING]


@api.serves
async def put_signing_key(request: pb.PutSigningKeyRequest, call: Call[Resources]) -> pb.SigningKey:
    key = await commands.put_signing_key(
        call.session,
        partner_id=UUID(call.principal.partner_id),
        public_key=request.public_key,
        compromised=request.compromised,
        now=call.now,
    )
    return pb.SigningKey(
        partner_id=str(key.partner_id),
        public_key=key.public_key,
        registered_at=timestamp(key.registered_at),
        version=key.version,
    )


@api.serves
async def revoke_api_key(request: pb.RevokeApiKeyRequest, call: Call[Resources]) -> pb.ApiKey:
    key = await commands.revoke_api_key(
        call.session,
        api_key_id=parse_id(request.api_key_id, "api_key_id"),
        partner_id=UUID(call.principal.partner_id),
        now=call.now,
    )
    return api_key(key)


@api.serves
async def request_upload(request: pb.RequestUploadRequest, call: Call[Resources]) -> pb.DocumentLink:
    partner_id = UUID(call.principal.partner_id)
    return link_message(*await documents.announce(call.session, partner_id=partner_id, asked=request, now=call.now))


@api.serves
async def get_document(request: pb.GetDocumentRequest, call: Call[Resources]) -> pb.DocumentLink:
    whose = None if call.principal.supervises else UUID(call.principal.partner_id)
    document_id = parse_id(request.document_id, "document_id")
    return link_message(*await documents.link(call.session, document_id=document_id, partner_id=whose, now=call.now))


def link_message(row: DocumentRow, path: str) -> pb.DocumentLink:
    return pb.DocumentLink(
        document_id=str(row.id),
        path=path,
        expires_at=timestamp(row.link_expires_at),
        media_type=row.media_type,
        size=row.size,
        uploaded=row.uploaded_at is not None,
    )


ROLES = {actor.value: role for role, actor in ACTORS.items()}


def step_message(row: StepRow, *, supervises: bool) -> pb.PartnerStep:
    """A step; which person took it is for operator and regulator, a partner learns the role."""
    return pb.PartnerStep(
        was=f"PARTNER_STATUS_{row.was.upper() or 'UNSPECIFIED'}",
        became=f"PARTNER_STATUS_{row.became.upper()}",
        taken_as=ROLES[row.taken_as],
        taken_by=str(row.taken_by) if supervises else "",
        taken_at=timestamp(row.taken_at),
        reason=row.reason,
    )


def to_message(whole: Whole, now: datetime, *, supervises: bool = False) -> pb.Partner:
    partner = whole.partner
    status = Status(partner.status)
    message = pb.Partner(
        id=str(partner.id),
        status=f"PARTNER_STATUS_{status.name}",
        manifest=pb.PartnerManifest.FromString(partner.manifest),
        certificates=[certificate(row, supervises=supervises) for row in whole.certificates],
        capabilities=[
            f"CAPABILITY_{one.name}" for one in capabilities(status, events.certified(whole.certificates), now)
        ],
        suspension_reason=partner.suspension_reason,
        applied_at=timestamp(partner.applied_at),
        version=partner.version,
        suspended_as=ROLES.get(partner.suspended_as or "", Role.ROLE_UNSPECIFIED),
        suspended_at=timestamp(partner.suspended_at),
        steps=[step_message(row, supervises=supervises) for row in whole.steps],
    )
    if supervises:
        message.suspended_by = str(partner.suspended_by or "")
    if (screening := whole.screening) is not None:
        message.screening.CopyFrom(
            pb.Screening(
                passed=screening.passed,
                reasons=screening.reasons,
                decided_at=timestamp(screening.decided_at),
                decided_by=str(screening.decided_by) if supervises else "",
            )
        )
    if (contract := whole.contract) is not None:
        message.contract.CopyFrom(
            pb.Contract(
                id=str(contract.id),
                split_plan=SplitPlan.FromString(contract.split_plan),
                offered_at=timestamp(contract.offered_at),
                signed_at=timestamp(contract.signed_at),
            )
        )
    return message


def certificate(row: CertificateRow, *, supervises: bool) -> pb.Certificate:
    return pb.Certificate(
        id=str(row.id),
        aspect=f"ASPECT_{row.aspect.upper()}",
        scope=row.scope,
        version=row.version,
        issued_at=timestamp(row.issued_at),
        expires_at=timestamp(row.expires_at),
        issued_by=str(row.issued_by) if supervises else "",
    )


def profile(whole: Whole, now: datetime) -> pb.Profile:
    """What the public may know."""
    manifest = pb.PartnerManifest.FromString(whole.partner.manifest)
    standing = events.standing(whole, now)
    return pb.Profile(
        id=str(whole.partner.id),
        name=manifest.name,
        kind=manifest.kind,
        status=f"PARTNER_STATUS_{whole.partner.status.upper()}",
        districts=manifest.districts,
        certified_aspects=aspects(whole.certificates, now),
        capabilities=standing.capabilities,
        certified_until=standing.certified_until if standing.HasField("certified_until") else None,
        version=standing.version,
    )


def aspects(rows: Sequence[CertificateRow], now: datetime) -> list[str]:
    """Those whose certificate is in force."""
    return [f"ASPECT_{row.aspect.upper()}" for row in rows if now < row.expires_at]


def api_key(key: ApiKeyRow, secret: str = "") -> pb.ApiKey:
    return pb.ApiKey(
        id=str(key.id),
        label=key.label,
        secret=secret,
        expires_at=timestamp(key.expires_at),
        revoked_at=timestamp(key.revoked_at),
        scopes=scope_messages(key.scopes),
        created_at=timestamp(key.created_at),
        last_used_at=timestamp(key.last_used_at),
    )
