"""Partners, as operator, regulator, the partner itself and the public see them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from chassis import pages, texts
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid
from chassis.wire import timestamp
from city_pack.pack import City
from yima.common.v1.route_pb2 import Role
from yima.partners.v1 import api_pb2 as pb
from yima.settlement.v1.split_pb2 import SplitPlan

from partners import events
from partners.api.appeals import appeal_message, until_when
from partners.api.reviews import review_message
from partners.api.served import ROLES, Resources, api, check_district, visible
from partners.commands.evidence import pieces_of
from partners.commands.reviews import evidence_in_force
from partners.domain.certificates import Aspect, CertificateTerms
from partners.domain.contracts import ContractTerms
from partners.domain.contracts import statuses as statuses_of_contracts
from partners.domain.data_grades import to_review
from partners.domain.evidence import renew_from, statuses
from partners.domain.offboarding import OffboardingStep
from partners.domain.screening import missing_evidence
from partners.domain.standing import PartnerStatus
from partners.domain.tariffs import kind_of
from partners.store import partners
from partners.store.offboarding import Offboarding
from partners.store.partners import PartnerAggregate
from partners.store.reviews import of_area
from partners.tables import (
    CertificateRow,
    ContractRow,
    FreezeRow,
    PartnerRow,
    StepRow,
)

PROFILES_MAX = 200
BY_APPLICATION = pages.keyset(datetime, UUID)


@api.serves
async def get_partner(request: pb.GetPartnerRequest, call: Call[Resources]) -> pb.Partner:
    partner = await partners.load(call.session, visible(call.principal, request.partner_id))
    return (await with_doubts(call, [partner]))[0]


def answer(call: Call[Resources], partner: PartnerAggregate) -> pb.Partner:
    """A partner that was changed, as the caller may see it."""
    return partner_message(partner, call.now, call.resources.city, supervises=call.principal.supervises)


async def with_doubts(call: Call[Resources], loaded: Sequence[PartnerAggregate]) -> list[pb.Partner]:
    """Partners as the caller may see them: with what is doubtful about them, where the caller supervises."""
    messages = [answer(call, partner) for partner in loaded]
    if call.principal.supervises:
        look_alikes = await partners.look_alikes(call.session, [partner.row for partner in loaded])
        for partner, message in zip(loaded, messages, strict=True):
            for other in look_alikes[partner.row.id]:
                message.doubts.extend(doubts_of(partner.row, other))
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
    part = BY_APPLICATION.part(request.page)
    criteria = filter_of(request, call.resources.city)
    positions, page = part.cut(await partners.page(call.session, criteria, part), lambda position: position)
    loaded = await partners.load_all(call.session, [partner_id for _, partner_id in positions])
    return pb.PartnerPage(partners=await with_doubts(call, loaded), page=page)


def filter_of(request: pb.ListPartnersRequest, city: City) -> partners.Filter:
    """What a listing is narrowed to. Refuses what no partner could be."""
    for number, kind, name in (
        (request.status, pb.PartnerStatus, "status"),
        (request.kind, pb.PartnerKind, "kind"),
    ):
        if number not in kind.values():
            raise Invalid(name, f"{number} is not a value of it")
    check_district(request.district, city)
    name = texts.look(request.name)
    if request.name and not name:
        raise Invalid("name", "must have a letter or a digit")
    return partners.Filter(
        status=pb.PartnerStatus.Name(request.status).removeprefix("PARTNER_STATUS_").lower() if request.status else "",
        kind=pb.PartnerKind.Name(request.kind).removeprefix("PARTNER_KIND_").lower() if request.kind else "",
        district=request.district,
        name=name,
        graded_below=city.quality.grade_floor if request.grades_to_review else "",
    )


@api.serves
async def get_profiles(request: pb.GetProfilesRequest, call: Call[Resources]) -> pb.Profiles:
    if len(request.partner_ids) > PROFILES_MAX:
        raise Invalid("partner_ids", f"at most {PROFILES_MAX}")
    ids = dict.fromkeys(parse_id(text, "partner_ids") for text in request.partner_ids)
    loaded = await partners.load_all(call.session, list(ids), with_reviews=False)
    return pb.Profiles(profiles=[profile_message(partner, call.now) for partner in loaded])


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


def partner_message(partner: PartnerAggregate, now: datetime, city: City, *, supervises: bool) -> pb.Partner:
    row = partner.row
    checklist = city.rubric.of(kind_of(row.manifest))
    manifest = pb.PartnerManifest.FromString(row.manifest)
    manifest.bank_account.CopyFrom(partner.bank_account)
    date_evidence(manifest, now, city)
    status = PartnerStatus(row.status)
    message = pb.Partner(
        id=str(row.id),
        status=f"PARTNER_STATUS_{status.name}",
        manifest=manifest,
        certificates=[certificate_message(certificate, supervises=supervises) for certificate in partner.certificates],
        capabilities=[f"CAPABILITY_{capability.name}" for capability in partner.capabilities(now)],
        suspension_reason=row.suspension_reason,
        applied_at=timestamp(row.applied_at),
        version=row.version,
        suspended_as=ROLES.get(row.suspended_as or "", Role.ROLE_UNSPECIFIED),
        suspended_at=timestamp(row.suspended_at),
        struck_off_at=timestamp(row.struck_off_at),
        steps=[step_message(step, supervises=supervises) for step in partner.steps],
        proposed_certificates=[
            certificate_message(certificate, supervises=supervises) for certificate in partner.proposed
        ],
        freezes=[freeze_message(freeze, supervises=supervises) for freeze in partner.freezes],
        missing_evidence=missing_evidence(checklist, evidence_in_force(row.manifest, city, now)),
        data_grades=grade_messages(partner, city.quality.grade_floor),
    )
    if partner.offboarding is not None and (
        status is PartnerStatus.LEFT or partner.offboarding.row.step < OffboardingStep.CERTIFICATES_ENDED
    ):
        message.offboarding.CopyFrom(offboarding_message(partner.offboarding, supervises=supervises))
    message.appeals.extend(appeal_message(appeal, supervises=supervises) for appeal in partner.appeals)
    if (until := until_when(partner, city, now)) is not None:
        message.appeal_until.FromDatetime(until)
    if supervises:
        message.suspended_by = str(row.suspended_by or "")
    message.reviews.extend(review_message(review, supervises=supervises) for review in partner.reviews)
    if (screening := partner.screening) is not None:
        message.screening.CopyFrom(review_message(screening, supervises=supervises))
    message.contracts.extend(contract_messages(partner.contracts, now, supervises=supervises))
    if message.contracts:
        message.contract.CopyFrom(message.contracts[0])
    return message


def contract_messages(contracts: Sequence[ContractRow], now: datetime, *, supervises: bool) -> list[pb.Contract]:
    """All versions of a contract; which persons offered and signed it is for operator and regulator."""
    terms = [ContractTerms(contract.id, contract.number, contract.effective_at) for contract in contracts]
    return [
        pb.Contract(
            id=str(contract.id),
            split_plan=SplitPlan.FromString(contract.split_plan),
            offered_at=timestamp(contract.offered_at),
            signed_at=timestamp(contract.signed_at),
            offered_by=str(contract.offered_by or "") if supervises else "",
            signed_by=str(contract.signed_by or "") if supervises else "",
            effective_on=str(contract.effective_on or ""),
            effective_at=timestamp(contract.effective_at),
            status=f"CONTRACT_STATUS_{status.name}",
        )
        for contract, status in zip(contracts, statuses_of_contracts(terms, now), strict=True)
    ]


def offboarding_message(leaving: Offboarding, *, supervises: bool) -> pb.Offboarding:
    """A partner's leaving; which persons took part is for operator and regulator."""
    row = leaving.row
    return pb.Offboarding(
        reason=row.reason,
        begun_at=timestamp(row.begun_at),
        steps=[
            pb.OffboardingStepTaken(
                step=step.step,  # type: ignore[arg-type] # the contract's number
                taken_as=ROLES[step.taken_as],
                taken_by=str(step.taken_by) if supervises else "",
                taken_at=timestamp(step.taken_at),
            )
            for step in leaving.steps
        ],
        stopped_at=timestamp(row.stopped_at),
        stopped_as=ROLES.get(row.stopped_as or "", Role.ROLE_UNSPECIFIED),
        stop_reason=row.stop_reason,
    )


def date_evidence(manifest: pb.PartnerManifest, now: datetime, city: City) -> None:
    """Say of each piece of evidence where it stands, and when it is to be renewed."""
    pieces, window_days = pieces_of(manifest.evidence), city.rubric.renewal_days
    standing = statuses(pieces, city.today(now), window_days)
    for message, piece, status in zip(manifest.evidence, pieces, standing, strict=True):
        message.status = pb.EvidenceStatus.Value(f"EVIDENCE_STATUS_{status.name}")  # type: ignore[assignment]
        message.renew_from = str(renew_from(piece.valid_until, window_days))


def grade_messages(partner: PartnerAggregate, floor: str) -> list[pb.DataGrade]:
    """How good its data is, and what of that waits for a review."""
    reviewed = [row.decided_at for row in of_area(partner.reviews, Aspect.TECHNOLOGY)]
    return [
        pb.DataGrade(
            resource_type=row.resource_type,
            letter=row.letter,
            month=row.month,
            graded_at=timestamp(row.graded_at),
            to_review=to_review(row.letter, floor, row.graded_at, reviewed),
        )
        for row in partner.data_grades
    ]


def freeze_message(row: FreezeRow, *, supervises: bool) -> pb.Freeze:
    """A freeze; which person imposed and lifted it is for operator and regulator."""
    return pb.Freeze(
        id=str(row.id),
        case_number=row.case_number,
        target=f"FREEZE_TARGET_{row.target.upper()}",
        target_id=str(row.target_id),
        partner_id=str(row.partner_id or ""),
        capabilities=events.capability_names(row),
        reason=row.reason,
        imposed_by=str(row.imposed_by) if supervises else "",
        imposed_at=timestamp(row.imposed_at),
        lifted_by=str(row.lifted_by or "") if supervises else "",
        lifted_at=timestamp(row.lifted_at),
        lift_reason=row.lift_reason,
        version=events.IMPOSED if row.lifted_at is None else events.LIFTED,
    )


def certificate_message(row: CertificateRow, *, supervises: bool) -> pb.Certificate:
    return pb.Certificate(
        id=str(row.id),
        aspect=f"ASPECT_{row.aspect.upper()}",
        scope=row.scope,
        version=row.version,
        issued_at=timestamp(row.issued_at),
        expires_at=timestamp(row.expires_at),
        issued_by=str(row.issued_by) if supervises else "",
        cosigned_by=str(row.cosigned_by or "") if supervises else "",
        cosigned_at=timestamp(row.cosigned_at),
        revoked_at=timestamp(row.revoked_at),
        revoked_as=ROLES.get(row.revoked_as or "", Role.ROLE_UNSPECIFIED),
        revoked_by=str(row.revoked_by or "") if supervises else "",
        revocation_reason=row.revocation_reason,
    )


def profile_message(partner: PartnerAggregate, now: datetime) -> pb.Profile:
    """What the public may know."""
    manifest = pb.PartnerManifest.FromString(partner.row.manifest)
    standing = events.standing(partner, now)
    return pb.Profile(
        id=str(partner.row.id),
        name=manifest.name,
        kind=manifest.kind,
        status=f"PARTNER_STATUS_{partner.row.status.upper()}",
        districts=manifest.districts,
        certified_aspects=aspects(partner.certificate_terms, now),
        capabilities=standing.capabilities,
        certified_until=standing.certified_until if standing.HasField("certified_until") else None,
        version=standing.version,
        certificate_ids=standing.certificate_ids,
        certified_scope=standing.certified_scope,
        frozen=sorted({capability for freeze in standing.freezes for capability in freeze.capabilities}),
    )


def aspects(certificates: Sequence[CertificateTerms], now: datetime) -> list[str]:
    """Those whose certificate is in force."""
    return [f"ASPECT_{certificate.aspect.name}" for certificate in certificates if now < certificate.expires_at]
