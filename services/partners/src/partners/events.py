"""What partners publishes: builders of its events. It hears nothing: who may take part is decided here."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from chassis.wire import timestamp
from yima.partners.v1 import api_pb2 as pb
from yima.partners.v1 import events_pb2 as events_pb
from yima.settlement.v1.split_pb2 import SplitPlan

from partners.domain.appeals import AppealStatus
from partners.domain.bank_accounts import ending
from partners.domain.certificates import certified_scope, certified_until, in_force
from partners.domain.evidence import Piece
from partners.domain.standing import Actor, PartnerStatus
from partners.store.partners import PartnerAggregate
from partners.tables import (
    ApiKeyRow,
    AppealRow,
    BankAccountChangeRow,
    CertificateRow,
    ContractRow,
    FreezeRow,
    PartnerRow,
    SigningKeyRow,
)

ISSUED, REVOKED = 1, 2  # versions of an API key, which only goes on
IMPOSED, LIFTED = 1, 2  # versions of a freeze
APPEALED, DECIDED = 1, 2  # versions of an appeal
PROPOSED, CONFIRMED, OVER = 1, 2, 3  # versions of a change of a bank account


def standing(partner: PartnerAggregate, now: datetime) -> events_pb.Standing:
    """Where a partner stands: all that others need to know of it."""
    manifest = pb.PartnerManifest.FromString(partner.row.manifest)
    certificates = partner.certificate_terms
    status = PartnerStatus(partner.row.status)
    return events_pb.Standing(
        partner_id=str(partner.row.id),
        name=manifest.name,
        kind=manifest.kind,
        status=f"PARTNER_STATUS_{status.name}",
        capabilities=[f"CAPABILITY_{capability.name}" for capability in partner.capabilities(now)],
        certified_scope=certified_scope(certificates),
        certified_until=timestamp(certified_until(certificates)),
        version=partner.row.version,
        freezes=[
            events_pb.FreezeInForce(
                freeze_id=str(row.id), case_number=row.case_number, capabilities=capability_names(row)
            )
            for row in partner.freezes
            if row.lifted_at is None
        ],
        certificate_ids=[str(certificate_id) for certificate_id in in_force(certificates, now)],
    )


def capability_names(freeze: FreezeRow) -> list[str]:
    """What a freeze takes away, as the contract has it."""
    return [f"CAPABILITY_{name.upper()}" for name in freeze.capabilities]


def fill_freeze(event: events_pb.FreezeImposed | events_pb.FreezeLifted, row: FreezeRow) -> None:
    """What both events of a freeze say of it."""
    event.freeze_id, event.case_number, event.target_id = str(row.id), row.case_number, str(row.target_id)
    event.target = cast(pb.FreezeTarget, pb.FreezeTarget.Value(f"FREEZE_TARGET_{row.target.upper()}"))
    event.capabilities.extend(cast(pb.Capability, pb.Capability.Value(name)) for name in capability_names(row))
    event.version = IMPOSED if row.lifted_at is None else LIFTED


def certificate_revoked(certificate: CertificateRow, version: int) -> events_pb.CertificateRevoked:
    """`version`: of the partner's standing."""
    return events_pb.CertificateRevoked(
        certificate_id=str(certificate.id),
        partner_id=str(certificate.partner_id),
        aspect=cast(pb.Aspect, pb.Aspect.Value(f"ASPECT_{certificate.aspect.upper()}")),
        reason=certificate.revocation_reason,
        revoked_at=timestamp(certificate.revoked_at),
        version=version,
    )


def partner_appealed(appeal: AppealRow) -> events_pb.PartnerAppealed:
    return events_pb.PartnerAppealed(
        appeal_id=str(appeal.id),
        partner_id=str(appeal.partner_id),
        against=f"PARTNER_STATUS_{appeal.against.upper()}",
        version=APPEALED,
        by_regulator=appeal.decided_as == Actor.REGULATOR,
    )


def certificate_proposed(certificate: CertificateRow) -> events_pb.CertificateProposed:
    return events_pb.CertificateProposed(
        certificate_id=str(certificate.id),
        partner_id=str(certificate.partner_id),
        aspect=f"ASPECT_{certificate.aspect.upper()}",
        expires_at=timestamp(certificate.expires_at),
        version=certificate.version,
    )


def appeal_decided(appeal: AppealRow, standing: events_pb.Standing) -> events_pb.AppealDecided:
    return events_pb.AppealDecided(
        appeal_id=str(appeal.id),
        partner_id=str(appeal.partner_id),
        against=f"PARTNER_STATUS_{appeal.against.upper()}",
        granted=appeal.status == AppealStatus.GRANTED,
        version=DECIDED,
        standing=standing,
    )


def contract_offered(contract: ContractRow) -> events_pb.ContractOffered:
    return events_pb.ContractOffered(
        contract_id=str(contract.id),
        partner_id=str(contract.partner_id),
        effective_on=str(contract.effective_on or ""),
        version=contract.number,
        offered_at=timestamp(contract.offered_at),
    )


def contract_signed(contract: ContractRow) -> events_pb.ContractSigned:
    return events_pb.ContractSigned(
        contract_id=str(contract.id),
        partner_id=str(contract.partner_id),
        split_plan=SplitPlan.FromString(contract.split_plan),
        signed_at=timestamp(contract.signed_at),
        version=contract.number,
        effective_at=timestamp(contract.effective_at),
    )


def bank_account_registered(partner: PartnerAggregate) -> events_pb.BankAccountRegistered:
    return events_pb.BankAccountRegistered(
        partner_id=str(partner.row.id), account=partner.bank_account, version=partner.row.version
    )


def bank_account_change_proposed(
    change: BankAccountChangeRow, partner: PartnerAggregate
) -> events_pb.BankAccountChangeProposed:
    return events_pb.BankAccountChangeProposed(
        bank_account_change_id=str(change.id),
        partner_id=str(change.partner_id),
        old_ending=ending(partner.bank_account.number),
        new_ending=ending(change.number),
        contact=contact_of(partner),
        version=PROPOSED,
    )


def bank_account_change_confirmed(
    change: BankAccountChangeRow, partner: PartnerAggregate
) -> events_pb.BankAccountChangeConfirmed:
    return events_pb.BankAccountChangeConfirmed(
        bank_account_change_id=str(change.id),
        partner_id=str(change.partner_id),
        old_ending=ending(partner.bank_account.number),
        new_ending=ending(change.number),
        contact=contact_of(partner),
        effective_at=timestamp(change.effective_at),
        version=CONFIRMED,
    )


def bank_account_change_stopped(
    change: BankAccountChangeRow, partner: PartnerAggregate
) -> events_pb.BankAccountChangeStopped:
    return events_pb.BankAccountChangeStopped(
        bank_account_change_id=str(change.id),
        partner_id=str(change.partner_id),
        reason=change.stop_reason,
        contact=contact_of(partner),
        version=OVER,
    )


def evidence_ending(partner: PartnerRow, pieces: Sequence[Piece]) -> events_pb.EvidenceEnding:
    return events_pb.EvidenceEnding(
        partner_id=str(partner.id),
        aspects=sorted({cast(pb.Aspect, piece.aspect) for piece in pieces}),
        first_until=str(min(piece.valid_until for piece in pieces)),
        version=partner.version,
    )


def contact_of(partner: PartnerAggregate) -> pb.Contact:
    return pb.PartnerManifest.FromString(partner.row.manifest).contact


def api_key_issued(key: ApiKeyRow) -> events_pb.ApiKeyIssued:
    return events_pb.ApiKeyIssued(
        api_key_id=str(key.id),
        partner_id=str(key.partner_id),
        expires_at=timestamp(key.expires_at),
        version=ISSUED,
    )


def api_key_revoked(key: ApiKeyRow) -> events_pb.ApiKeyRevoked:
    return events_pb.ApiKeyRevoked(api_key_id=str(key.id), partner_id=str(key.partner_id), version=REVOKED)


def signing_key_registered(key: SigningKeyRow, compromised: bool) -> events_pb.SigningKeyRegistered:
    """`compromised`: the keys before it prove nothing any more."""
    return events_pb.SigningKeyRegistered(
        partner_id=str(key.partner_id), public_key=key.public_key, version=key.version, compromised=compromised
    )
