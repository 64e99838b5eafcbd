"""Screening and certifying a partner in tests, as operator and regulator do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from city_pack.pack import City
from partners.commands import certificates
from partners.store.partners import PartnerAggregate
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1 import api_pb2 as pb


def answers(city: City, kind: str, verdict: int = pb.VERDICT_MET) -> list[pb.ChecklistAnswer]:
    """A checklist with one verdict for all of it."""
    return [
        pb.ChecklistAnswer(item=item.code, verdict=verdict, reason="seen")  # type: ignore[arg-type] # its number
        for item in city.rubric.of(kind).items
    ]


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
