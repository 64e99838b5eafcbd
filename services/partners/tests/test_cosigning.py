"""A certificate that touches data is proposed by an operator, and in force once a regulator has signed it, too."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.refusals import NotFound
from chassis.wire import timestamp
from partners.api.partners import partner_message
from partners.commands import certificates
from partners.domain.certificates import NothingToCosign, OwnProposal
from partners.domain.standing import PartnerStatus
from partners.store.partners import PartnerAggregate
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.partners.v1 import api_pb2 as pb

from services.partners.tests.test_steps import JINAN, NOW, OPERATOR, REGULATOR, active, load_partner, screened

pytestmark = pytest.mark.anyio
SERVICE = "partners"


@pytest.fixture
async def db(database: str) -> AsyncGenerator[Database]:
    opened = Database(database)
    yield opened
    await opened.close()


async def issue(db: Database, partner_id: UUID, *aspects: int, days: int = 99) -> PartnerAggregate:
    grants = [
        pb.CertificateGrant(aspect=aspect, scope=["*"], expires_at=timestamp(NOW + timedelta(days=days)))  # type: ignore[arg-type]
        for aspect in aspects or pb.Aspect.values()[1:]
    ]
    async with db.transaction() as session:
        return await certificates.issue_certificates(
            session, partner_id=partner_id, grants=grants, city=JINAN, by=OPERATOR, now=NOW
        )


async def cosign(db: Database, certificate_id: UUID, **other: Any) -> PartnerAggregate:
    async with db.transaction() as session:
        return await certificates.cosign_certificate(
            session, certificate_id=certificate_id, **({"by": REGULATOR, "now": NOW} | other)
        )


async def test_an_operator_alone_certifies_nobody_for_data(db: Database) -> None:
    partner_id = await screened(db)
    partner = await issue(db, partner_id)
    (proposed,) = partner.proposed
    assert proposed.aspect == "security"
    assert {row.aspect for row in partner.certificates} == {"law", "technology", "product", "service"}
    assert (partner.row.status, partner.row.certified_until) == (PartnerStatus.CERTIFYING, None)
    shown = partner_message(partner, NOW, JINAN, supervises=False)
    assert [row.aspect for row in shown.proposed_certificates] == [pb.ASPECT_SECURITY]

    done = await cosign(db, proposed.id)
    assert (done.row.status, done.proposed) == (PartnerStatus.CONTRACTING, [])
    assert done.steps[-1].taken_as == "regulator"
    (signed,) = [row for row in partner_message(done, NOW, JINAN, supervises=True).certificates if row.cosigned_by]
    assert (signed.aspect, signed.cosigned_by) == (pb.ASPECT_SECURITY, str(REGULATOR))
    assert not any(row.cosigned_by for row in partner_message(done, NOW, JINAN, supervises=False).certificates)


async def test_a_renewal_counts_once_it_is_signed_and_the_one_before_until_then(db: Database) -> None:
    partner_id = await active(db)
    before = {row.aspect: row for row in (await load_partner(db, partner_id)).certificates}["security"]
    renewed = await issue(db, partner_id, pb.ASPECT_SECURITY, days=500)
    assert before.id in {row.id for row in renewed.certificates}
    assert renewed.row.status == PartnerStatus.ACTIVE
    (proposed,) = renewed.proposed
    newer = (await issue(db, partner_id, pb.ASPECT_SECURITY, days=400)).proposed[0]
    with pytest.raises(NothingToCosign):
        await cosign(db, proposed.id)
    done = await cosign(db, newer.id)
    assert newer.id in {row.id for row in done.certificates}


async def test_what_was_signed_is_over_or_needs_no_signature_is_not_signed(db: Database) -> None:
    partner = await issue(db, await screened(db))
    (proposed,) = partner.proposed
    with pytest.raises(NothingToCosign):
        await cosign(db, partner.certificates[0].id)
    with pytest.raises(NothingToCosign):
        await cosign(db, proposed.id, now=NOW + timedelta(days=100))
    with pytest.raises(OwnProposal):
        await cosign(db, proposed.id, by=OPERATOR)
    with pytest.raises(NotFound):
        await cosign(db, uuid4())
    await cosign(db, proposed.id)
    with pytest.raises(NothingToCosign):
        await cosign(db, proposed.id)


async def test_the_database_itself_lets_nobody_sign_their_own_or_change_a_certificate(db: Database) -> None:
    (proposed,) = (await issue(db, await screened(db))).proposed
    for statement in (
        "UPDATE certificate SET cosigned_by = issued_by, cosigned_at = now() WHERE id = :id",
        "UPDATE certificate SET needs_cosignature = false WHERE id = :id",
        "UPDATE certificate SET cosigned_at = now() WHERE id = :id",
    ):
        with pytest.raises(DBAPIError, match=r"certificate_by_two|permission denied|certificate_cosigned"):
            async with db.transaction() as session:
                await session.execute(text(statement), {"id": proposed.id})
