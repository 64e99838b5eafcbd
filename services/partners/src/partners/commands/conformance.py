"""A passed run of the checks of conformance becomes evidence of technology, in the city's own words."""

from datetime import datetime
from uuid import UUID

from chassis.auth import sign
from chassis.signing import SigningKeys
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession
from yima.notifications.v1.api_pb2 import ConformanceRun
from yima.partners.v1 import api_pb2 as pb

from partners.commands.applications import add_evidence
from partners.domain import conformance as rules
from partners.store import partners


async def issue_result(
    session: AsyncSession, *, partner_id: UUID, run: ConformanceRun, city: City, keys: SigningKeys, now: datetime
) -> pb.ConformanceResult:
    """Sign what notifications observed, and put it among the partner's evidence, once."""
    rules.check_passed(run)
    reference, until = rules.reference(run), city.today(rules.valid_until(run)).isoformat()
    partner = await partners.load_for_update(session, partner_id)
    manifest = pb.PartnerManifest.FromString(partner.manifest)
    if all(each.reference != reference for each in manifest.evidence):
        evidence = pb.Evidence(
            aspect=pb.ASPECT_TECHNOLOGY,
            title=rules.TITLE,
            reference=reference,
            valid_until=until,
            kind=rules.DOCUMENT if rules.DOCUMENT in city.rubric.documents else "",
        )
        await add_evidence(session, partner_id=partner_id, evidence=[evidence], city=city, now=now)
    document = sign(keys.signing, rules.claims(run, city.name))
    return pb.ConformanceResult(conformance_run_id=run.id, document=document, valid_until=until)
