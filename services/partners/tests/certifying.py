"""Certifying a partner in tests, as two people do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from partners.commands import certificates
from partners.store.partners import PartnerAggregate
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1 import api_pb2 as pb


async def certify(
    session: AsyncSession,
    *,
    partner_id: UUID,
    grants: Sequence[pb.CertificateGrant],
    now: datetime,
    cosigner: UUID | None = None,
    **who: Any,
) -> PartnerAggregate:
    """Issue certificates, and have a regulator co-sign those that touch data."""
    partner = await certificates.issue_certificates(session, partner_id=partner_id, grants=grants, now=now, **who)
    for proposed in partner.proposed:
        partner = await certificates.cosign_certificate(
            session, certificate_id=proposed.id, by=cosigner or uuid4(), now=now
        )
    return partner
