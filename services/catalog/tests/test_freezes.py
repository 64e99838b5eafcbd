"""A frozen offering is off sale and stays so until the last freeze is lifted; a revision names its certificates."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from catalog import handlers
from catalog.commands import offerings as commands
from catalog.commands.freezes import learn_freezes
from catalog.domain.offerings import OfferingStatus
from catalog.domain.standings import OfferingFrozen
from catalog.events import offering_message
from catalog.handlers import SUBSCRIPTIONS
from catalog.store import freezes, offerings
from catalog_scenario import JINAN, NOW, manifest, published, published_events, stand
from chassis.database import Database
from devstack.samples import examples
from hypothesis import HealthCheck, given, settings
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.partners.v1 import api_pb2 as partners_api
from yima.partners.v1 import events_pb2 as partners_pb

from services.any_order import deliver, orders_of

pytestmark = pytest.mark.anyio
SERVICE = "catalog"
ORDER = settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def of(offering_id: UUID) -> dict[str, Any]:
    return {
        "freeze_id": str(uuid4()),
        "target": partners_api.FREEZE_TARGET_OFFERING,
        "target_id": str(offering_id),
    }


async def hear(catalog_db: Database, message: Any, *, lifted: bool) -> None:
    event: Any = SimpleNamespace(message=message, cause=None)
    work: Any
    async with catalog_db.transaction() as session:
        work = SimpleNamespace(session=session, now=NOW)
        await handlers.on_freeze(lifted=lifted)(work, [event])


async def status(catalog_db: Database, offering_id: UUID) -> str:
    async with catalog_db.transaction() as session:
        current = await offerings.current(session, offering_id)
        assert current is not None
        return current.status


async def test_a_frozen_offering_is_off_sale_until_it_is_lifted_whatever_the_partners_standing_says(
    catalog_db: Database,
) -> None:
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    offering_id = (await published(catalog_db, partner_id)).offering.id
    other_id = (await published(catalog_db, partner_id)).offering.id
    freeze = of(offering_id)
    await hear(catalog_db, partners_pb.FreezeImposed(**freeze), lifted=False)
    assert await status(catalog_db, offering_id) == OfferingStatus.RESTRICTED
    assert await status(catalog_db, other_id) == OfferingStatus.PUBLISHED
    await stand(catalog_db, partner_id, version=2)
    assert await status(catalog_db, offering_id) == OfferingStatus.RESTRICTED, "a renewal lifts nothing"
    await hear(catalog_db, partners_pb.FreezeLifted(**freeze), lifted=True)
    assert await status(catalog_db, offering_id) == OfferingStatus.PUBLISHED
    names = await published_events(catalog_db, offering_id)
    assert [name.rpartition(".")[2] for name in names] == [
        "OfferingPublished",
        "OfferingWithdrawn",
        "OfferingPublished",
    ]


async def test_nothing_new_of_a_frozen_offering_is_drafted_or_published_and_the_database_says_so(
    catalog_db: Database,
) -> None:
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    aggregate = await published(catalog_db, partner_id)
    offering_id, reference = aggregate.offering.id, aggregate.offering.reference
    await hear(catalog_db, partners_pb.FreezeImposed(**of(offering_id)), lifted=False)
    mine: dict[str, Any] = {"offering_id": offering_id, "partner_id": partner_id, "city": JINAN, "now": NOW}
    with pytest.raises(OfferingFrozen):
        async with catalog_db.transaction() as session:
            await commands.revise_offering(session, manifest=manifest(reference), **mine)
    with pytest.raises(OfferingFrozen):
        async with catalog_db.transaction() as session:
            await commands.submit_offering(session, **mine)
    with pytest.raises(DBAPIError, match="a frozen offering is not on sale"):
        async with catalog_db.transaction() as session:
            await session.execute(
                text("UPDATE offering_revision SET status = 'published' WHERE offering_id = :id"), {"id": offering_id}
            )


@ORDER
@given(order=orders_of(3))
async def test_an_offering_is_frozen_until_the_last_freeze_is_lifted(catalog_db: Database, order: list[int]) -> None:
    offering_id = uuid4()
    first, second = of(offering_id), of(offering_id)
    messages = [
        partners_pb.FreezeImposed(**first, version=1),
        partners_pb.FreezeLifted(**first, version=2),
        partners_pb.FreezeImposed(**second, version=1),
    ]
    await deliver(catalog_db, SUBSCRIPTIONS, messages, order, None, datetime.now(UTC))
    async with catalog_db.transaction() as session:
        known = await freezes.in_force(session)
        assert UUID(second["freeze_id"]) in known
        assert UUID(first["freeze_id"]) not in known


class Partners:
    """What partners answers. The tests of the whole system ask the service itself."""

    def __init__(self, *things: partners_api.FrozenThing) -> None:
        self.things = things

    async def list_frozen(self, _request: partners_api.ListFrozenRequest) -> partners_api.Frozen:
        return partners_api.Frozen(things=self.things)


async def test_what_no_event_has_told_of_is_asked_for(own_database: str) -> None:
    catalog_db = Database(own_database)
    partners: Any = Partners(partners_api.FrozenThing(**of(offering_id := uuid4())))
    await learn_freezes(catalog_db, partners, NOW)
    async with catalog_db.transaction() as session:
        assert await freezes.is_frozen(session, offering_id)
    nobody: Any = Partners()
    await learn_freezes(catalog_db, nobody, NOW)
    async with catalog_db.transaction() as session:
        assert not await freezes.is_frozen(session, offering_id)
    await catalog_db.close()


async def test_a_revision_names_its_certificates_and_its_reviewer_to_those_who_supervise(catalog_db: Database) -> None:
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    aggregate = await published(catalog_db, partner_id)
    await stand(catalog_db, partner_id, version=2)
    async with catalog_db.transaction() as session:
        (kept,) = await offerings.aggregates(session, [aggregate.offering.id])
        shown = offering_message(kept, supervises=True)
        assert list(shown.certificate_ids) == ["certificate-1"], "those it was published under"
        assert UUID(shown.reviewed_by)
        assert offering_message(kept).reviewed_by == ""
    with pytest.raises(DBAPIError, match="stay as they are"):
        async with catalog_db.transaction() as session:
            await session.execute(
                text("UPDATE offering_revision SET certificate_ids = '{x}' WHERE offering_id = :id"),
                {"id": aggregate.offering.id},
            )
