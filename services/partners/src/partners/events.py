"""What partners tells. It hears nothing: who may take part is decided here."""

from collections.abc import Sequence
from datetime import datetime

from chassis.wire import timestamp
from yima.partners.v1 import api_pb2 as pb
from yima.partners.v1 import events_pb2 as told
from yima.settlement.v1.split_pb2 import SplitPlan

from partners.domain import Aspect, Certified, Status, capabilities, certified_scope, certified_until
from partners.store import Whole
from partners.tables import ApiKeyRow, CertificateRow, ContractRow, SigningKeyRow

SUBSCRIPTIONS = ()
ISSUED, REVOKED = 1, 2  # versions of an API key, which only goes on


def certified(rows: Sequence[CertificateRow]) -> list[Certified]:
    """Certificates as the rules see them."""
    return [Certified(Aspect(row.aspect), frozenset(row.scope), row.expires_at) for row in rows]


def standing(whole: Whole, now: datetime) -> told.Standing:
    """Where a partner stands: all that others need to know of it."""
    manifest = pb.PartnerManifest.FromString(whole.partner.manifest)
    certificates = certified(whole.certificates)
    status = Status(whole.partner.status)
    return told.Standing(
        partner_id=str(whole.partner.id),
        name=manifest.name,
        kind=manifest.kind,
        status=f"PARTNER_STATUS_{status.name}",
        capabilities=[f"CAPABILITY_{one.name}" for one in capabilities(status, certificates, now)],
        certified_scope=certified_scope(certificates),
        certified_until=timestamp(certified_until(certificates)),
        version=whole.partner.version,
    )


def contract_signed(contract: ContractRow) -> told.ContractSigned:
    return told.ContractSigned(
        contract_id=str(contract.id),
        partner_id=str(contract.partner_id),
        split_plan=SplitPlan.FromString(contract.split_plan),
        signed_at=timestamp(contract.signed_at),
        version=contract.number,
    )


def bank_account_registered(whole: Whole) -> told.BankAccountRegistered:
    manifest = pb.PartnerManifest.FromString(whole.partner.manifest)
    return told.BankAccountRegistered(
        partner_id=str(whole.partner.id), account=manifest.bank_account, version=whole.partner.version
    )


def api_key_issued(key: ApiKeyRow) -> told.ApiKeyIssued:
    return told.ApiKeyIssued(
        api_key_id=str(key.id),
        partner_id=str(key.partner_id),
        expires_at=timestamp(key.expires_at),
        version=ISSUED,
    )


def api_key_revoked(key: ApiKeyRow) -> told.ApiKeyRevoked:
    return told.ApiKeyRevoked(api_key_id=str(key.id), partner_id=str(key.partner_id), version=REVOKED)


def signing_key_registered(key: SigningKeyRow, compromised: bool) -> told.SigningKeyRegistered:
    """`compromised`: the keys before it prove nothing any more."""
    return told.SigningKeyRegistered(
        partner_id=str(key.partner_id), public_key=key.public_key, version=key.version, compromised=compromised
    )
