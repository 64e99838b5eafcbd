"""What the catalog makes of events."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from catalog import handlers
from catalog.store import measures
from chassis.consumer import Event, Work
from chassis.database import Database
from yima.catalog.v1 import api_pb2 as pb
from yima.ordering.v1.events_pb2 import PartnerMeasured

SERVICE = "catalog"


@pytest.mark.anyio
async def test_how_a_partner_serves_is_known_by_the_newest_word(catalog_db: Database) -> None:
    partner = uuid4()

    async def hear(*orders_and_versions: tuple[int, int]) -> None:
        events = [
            Event(
                uuid4(),
                datetime.now(UTC),
                str(partner),
                "",
                PartnerMeasured(measures=pb.PartnerMeasures(partner_id=str(partner), orders=orders, version=version)),
            )
            for orders, version in orders_and_versions
        ]
        async with catalog_db.transaction() as session:
            await handlers.on_partner_measured(Work(session, datetime.now(UTC), None), events)

    await hear((5, 2), (3, 1))
    await hear((4, 1))
    async with catalog_db.transaction() as session:
        (row,) = await measures.measures(session, [partner, uuid4()])
    assert pb.PartnerMeasures.FromString(row.measures).orders == 5
