"""A passed run of the checks of conformance is signed by the city, and stands among the partner's evidence, once."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from uuid import UUID

import orjson
import pytest
from chassis.database import Database
from chassis.ids import Kind, new_id, shown
from chassis.jwts import payload_of
from chassis.wire import timestamp
from partners.commands.conformance import issue_result
from partners.domain.conformance import COUNTS_FOR, ConformanceNotPassed
from yima.notifications.v1 import api_pb2 as notifications
from yima.partners.v1 import api_pb2 as pb

from services.partners.tests.test_registry import ring
from services.partners.tests.test_steps import JINAN, NOW, active, load_partner

pytestmark = pytest.mark.anyio
SERVICE = "partners"


@pytest.fixture
async def db(database: str) -> AsyncGenerator[Database]:
    opened = Database(database)
    yield opened
    await opened.close()


def a_run(partner_id: UUID, status: str = "PASSED") -> notifications.ConformanceRun:
    return notifications.ConformanceRun(
        id=str(new_id()),
        partner_id=str(partner_id),
        url="https://clinic.example.org/yima",
        status=f"CONFORMANCE_RUN_STATUS_{status}",
        finished_at=timestamp(NOW),
        checks=[notifications.ConformanceCheck(step="CONFORMANCE_STEP_ORDER")],
    )


async def issued(db: Database, partner_id: UUID, run: notifications.ConformanceRun) -> pb.ConformanceResult:
    keys = await ring(db)
    async with db.transaction() as session:
        return await issue_result(session, partner_id=partner_id, run=run, city=JINAN, keys=keys, now=NOW)


async def evidence_of(db: Database, partner_id: UUID) -> list[pb.Evidence]:
    return list(pb.PartnerManifest.FromString((await load_partner(db, partner_id)).row.manifest).evidence)


async def test_a_passed_run_is_signed_the_same_each_time_and_is_evidence_once(db: Database) -> None:
    partner_id = await active(db)
    before = await evidence_of(db, partner_id)
    run = a_run(partner_id)
    first, second = await issued(db, partner_id, run), await issued(db, partner_id, run)
    assert first == second
    claims = orjson.loads(payload_of(first.document))
    assert (claims["sub"], claims["jti"]) == (shown(Kind.PARTNER, partner_id), shown(Kind.CONFORMANCE_RUN, run.id))
    assert (claims["kind"], claims["passed"]) == ("yima-conformance", ["ORDER"])
    assert claims["exp"] - claims["iat"] == COUNTS_FOR.total_seconds()
    (added,) = [each for each in await evidence_of(db, partner_id) if each not in before]
    assert (added.aspect, added.reference, added.kind) == (pb.ASPECT_TECHNOLOGY, claims["jti"], "conformance-report")
    assert added.valid_until == (JINAN.today(NOW + timedelta(days=365))).isoformat()


@pytest.mark.parametrize("status", ["PLAYING", "FAILED", "EXPIRED"])
async def test_nothing_is_signed_of_a_run_that_is_not_passed(db: Database, status: str) -> None:
    partner_id = await active(db)
    before = await evidence_of(db, partner_id)
    with pytest.raises(ConformanceNotPassed):
        await issued(db, partner_id, a_run(partner_id, status))
    assert await evidence_of(db, partner_id) == before
