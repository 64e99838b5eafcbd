"""Issuing and revoking certificates, and announcing those that have lapsed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import Invalid
from chassis.wire import moment
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1 import api_pb2 as pb
from yima.partners.v1 import events_pb2 as events_pb

from partners import events
from partners.commands.standing import Taker, announce, step
from partners.domain.certificates import (
    CERTIFICATE_LIFE_MAX,
    EVERYTHING,
    Aspect,
    NothingToCosign,
    NothingToRevoke,
    OwnProposal,
    certified_until,
    in_force,
    parse_scope,
)
from partners.domain.codes import (
    check_expiry,
    check_known,
)
from partners.domain.screening import check_reviewed
from partners.domain.standing import (
    Actor,
    PartnerStatus,
    StepRefused,
)
from partners.store import certificates, partners, reviews
from partners.store.partners import PartnerAggregate
from partners.tables import CertificateRow, PartnerRow

LAPSES_MAX = 100


async def issue_certificates(
    session: AsyncSession,
    *,
    partner_id: UUID,
    grants: Sequence[pb.CertificateGrant],
    city: City,
    by: UUID,
    now: datetime,
) -> PartnerAggregate:
    partner = await partners.load_for_update(session, partner_id)
    if partner.status in (PartnerStatus.SCREENING, PartnerStatus.REJECTED):
        raise StepRefused("a partner is certified after it has passed screening")
    check_grants(grants)
    aspects = [Aspect(pb.Aspect.Name(grant.aspect).removeprefix("ASPECT_").lower()) for grant in grants]
    named = [(f"grants[{index}].aspect", aspect) for index, aspect in enumerate(aspects)]
    revocations = await certificates.newest_revocations(session, partner_id)
    newest = await reviews.newest_of_areas(session, partner_id)
    check_reviewed(named, newest, now, city.rubric.review_days, revocations)
    versions = await certificates.certificate_versions(session, partner_id)
    for index, (grant, aspect) in enumerate(zip(grants, aspects, strict=True)):
        certificate = CertificateRow(
            id=new_id(),
            partner_id=partner_id,
            aspect=aspect,
            scope=scope_of(grant, city, f"grants[{index}].scope"),
            version=versions.get(aspect, 0) + 1,
            issued_by=by,
            issued_at=now,
            needs_cosignature=aspect.name in city.cosigned_aspects,
            expires_at=check_expiry(moment(grant.expires_at), now, f"grants[{index}].expires_at", CERTIFICATE_LIFE_MAX),
        )
        session.add(certificate)
        if certificate.needs_cosignature:
            publish(session, events.certificate_proposed(certificate), partner_id)
    return await certify(session, partner, Taker(Actor.OPERATOR, by, now))


async def cosign_certificate(
    session: AsyncSession, *, certificate_id: UUID, by: UUID, now: datetime
) -> PartnerAggregate:
    """Put a certificate into force that an operator proposed, if it is the newest of its aspect."""
    partner = await partners.load_for_update(
        session, (await certificates.certificate(session, certificate_id)).partner_id
    )
    proposed = {row.id: row for row in (await partners.load(session, partner.id)).proposed}
    certificate = proposed.get(certificate_id)
    if certificate is None or certificate.expires_at <= now:
        raise NothingToCosign("look at the partner's proposed certificates", "certificate_id")
    if certificate.issued_by == by:
        raise OwnProposal("another person signs it", "certificate_id")
    revoked_at = (await certificates.newest_revocations(session, partner.id)).get(certificate.aspect)
    if revoked_at is not None and certificate.issued_at <= revoked_at:
        raise NothingToCosign("the one in force was revoked since: review the partner first", "certificate_id")
    certificate.cosigned_by, certificate.cosigned_at = by, now
    return await certify(session, partner, Taker(Actor.REGULATOR, by, now))


async def revoke_certificate(
    session: AsyncSession, *, certificate_id: UUID, reason: str, by: UUID, actor: Actor, now: datetime
) -> PartnerAggregate:
    """Have a certificate count for nothing from now on. A partner that was certified has lapsed."""
    partner = await partners.load_for_update(
        session, (await certificates.certificate(session, certificate_id)).partner_id
    )
    aggregate = await partners.load(session, partner.id)
    if certificate_id not in in_force(aggregate.certificate_terms, now):
        raise NothingToRevoke("look at the partner's certificates", "certificate_id")
    certificate = next(row for row in aggregate.certificates if row.id == certificate_id)
    because = texts.line(reason, "reason", texts.REASON_LENGTH_MAX)
    certificate.revoked_at, certificate.revoked_by, certificate.revoked_as = now, by, actor
    certificate.revocation_reason = because
    await session.flush()
    revoked = await partners.load(session, partner.id)
    lapses = partner.certified_until is not None and partner.certified_until > now
    partner.certified_until = certified_until(revoked.certificate_terms)
    partner.lapse_announced = partner.lapse_announced or lapses
    partner.version += 1
    publish(session, events.certificate_revoked(certificate, partner.version), partner.id)
    return await announce(
        session, partner.id, now, events_pb.CertificateLapsed if lapses else events_pb.PartnerCertified
    )


async def certify(session: AsyncSession, partner: PartnerRow, taker: Taker) -> PartnerAggregate:
    """Go by the certificates that are in force now: a partner that has all goes on to its contract."""
    await session.flush()
    certified = await partners.load(session, partner.id)
    partner.certified_until = certified_until(certified.certificate_terms)
    partner.lapse_announced = False
    if partner.certified_until is not None and partner.status == PartnerStatus.CERTIFYING:
        step(session, partner, PartnerStatus.CONTRACTING, taker)
    else:
        partner.version += 1
    return await announce(session, partner.id, taker.at, events_pb.PartnerCertified)


def check_grants(grants: Sequence[pb.CertificateGrant]) -> None:
    if not 1 <= len(grants) <= len(Aspect) or len({grant.aspect for grant in grants}) != len(grants):
        raise Invalid("grants", "must have 1 to 5 grants, none twice for an aspect")
    for index, grant in enumerate(grants):
        if grant.aspect == pb.ASPECT_UNSPECIFIED or grant.aspect not in pb.Aspect.values():
            raise Invalid(f"grants[{index}].aspect", "must be one of the five aspects")


def scope_of(grant: pb.CertificateGrant, city: City, field: str) -> list[str]:
    """What a certificate covers: the categories it names, and what is below each of them on the day it is issued."""
    categories = parse_scope(grant.scope, field)
    if categories == [EVERYTHING]:
        return categories
    check_known(categories, city.taxonomy, field, "category")
    return list(dict.fromkeys(code for category in categories for code in city.taxonomy.within(category)))


async def announce_lapses(database: Database, now: datetime) -> int:
    """Announce certifications that have ended, `LAPSES_MAX` at most. Returns how many."""
    async with database.transaction() as session:
        ids = await certificates.claim_lapsed(session, now, LAPSES_MAX)
        for partner in await partners.load_all(session, ids):
            publish(session, events_pb.CertificateLapsed(standing=events.standing(partner, now)), partner.row.id)
    return len(ids)
