"""A revision published as a pilot: widened, ended, over by itself; and what nobody may make of it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from catalog.commands import offerings as commands
from catalog.commands import pilots, standings
from catalog.domain.offerings import OfferingStatus
from catalog.domain.pilots import NoPilot, Pilot
from catalog.events import offering_message
from catalog.store import offerings
from catalog.store.offerings import OfferingAggregate
from catalog_scenario import JINAN, NOW, manifest, published_events, put_hypertension_follow_up, stand
from chassis.database import Database
from chassis.refusals import Invalid
from yima.catalog.v1 import api_pb2 as pb

pytestmark = pytest.mark.anyio
SERVICE = "catalog"
SOON = NOW + timedelta(days=30)
LIXIA = Pilot(["lixia"], SOON)


async def piloted(
    catalog_db: Database, partner_id: UUID, as_pilot: Pilot | None = LIXIA, **changes: Any
) -> OfferingAggregate:
    """An offering, published as this pilot says."""
    await put_hypertension_follow_up(catalog_db)
    await stand(catalog_db, partner_id)
    terms = manifest(f"pilot-{uuid4().hex[:8]}", districts=["lixia", "shizhong"], **changes)
    async with catalog_db.transaction() as session:
        drafted = await commands.draft_offering(session, partner_id=partner_id, manifest=terms, city=JINAN, now=NOW)
        offering_id = drafted.offering.id
        await commands.submit_offering(session, offering_id=offering_id, partner_id=partner_id, city=JINAN, now=NOW)
        return await commands.decide_review(
            session, offering_id=offering_id, looked_at=1, approved=True, reasons=[], by=uuid4(), city=JINAN, now=NOW,
            pilot=as_pilot,
        )  # fmt: skip


async def widen(catalog_db: Database, offering_id: UUID, *districts: str, until: datetime | None = None) -> pb.Offering:
    async with catalog_db.transaction() as session:
        after = await pilots.widen_pilot(
            session, offering_id=offering_id, to=Pilot(districts, until), reason="it goes well", by=uuid4(),
            city=JINAN, now=NOW,
        )  # fmt: skip
        return offering_message(after)


async def now_of(catalog_db: Database, offering_id: UUID) -> pb.Offering:
    async with catalog_db.transaction() as session:
        return offering_message((await offerings.public(session, [offering_id]))[0])


async def test_a_pilot_is_published_widened_and_then_for_everybody(catalog_db: Database) -> None:
    offering = await piloted(catalog_db, uuid4())
    offering_id = offering.offering.id
    assert list(offering_message(offering).pilot.districts) == ["lixia"]
    wider = await widen(catalog_db, offering_id, "lixia", "shizhong", until=SOON + timedelta(days=1))
    assert list(wider.pilot.districts) == ["lixia", "shizhong"]
    assert not (await widen(catalog_db, offering_id)).HasField("pilot")
    assert await published_events(catalog_db, offering_id) == ["OfferingPublished"] * 3
    with pytest.raises(NoPilot):
        await widen(catalog_db, offering_id, "lixia")


async def test_a_pilot_goes_off_sale_at_its_end_by_itself_and_goes_on_where_it_is_widened(catalog_db: Database) -> None:
    offering_id = (await piloted(catalog_db, uuid4(), Pilot(["lixia"], NOW + timedelta(hours=1)))).offering.id
    await standings.restrict_lapsed(catalog_db, NOW)
    assert (await now_of(catalog_db, offering_id)).status == pb.OFFERING_STATUS_PUBLISHED
    await standings.restrict_lapsed(catalog_db, NOW + timedelta(hours=1))
    assert (await now_of(catalog_db, offering_id)).status == pb.OFFERING_STATUS_RESTRICTED
    assert await published_events(catalog_db, offering_id) == ["OfferingPublished", "OfferingWithdrawn"]
    assert (await widen(catalog_db, offering_id, "lixia", until=SOON)).status == pb.OFFERING_STATUS_PUBLISHED
    assert (await published_events(catalog_db, offering_id))[2:] == ["OfferingPublished"]


async def test_an_operator_ends_a_pilot_once_and_only_one(catalog_db: Database) -> None:
    offering_id = (await piloted(catalog_db, uuid4())).offering.id
    async with catalog_db.transaction() as session:
        ended = await pilots.end_pilot(session, offering_id=offering_id, reason="nobody comes", by=uuid4(), now=NOW)
    assert ended.revision.status == OfferingStatus.RESTRICTED
    general = (await piloted(catalog_db, uuid4(), None)).offering.id
    for none in (offering_id, general):
        with pytest.raises(NoPilot):
            async with catalog_db.transaction() as session:
                await pilots.end_pilot(session, offering_id=none, reason="again", by=uuid4(), now=NOW)


@pytest.mark.parametrize(
    ("pilot", "field"),
    [
        (Pilot([]), "pilot.districts"),
        (Pilot(["atlantis"]), "pilot.districts[0]"),
        (Pilot(["lixia", "huaiyin"]), "pilot.districts[1]"),
        (Pilot(["lixia"], NOW), "pilot.ends_at"),
        (Pilot(["lixia"], NOW + timedelta(days=800)), "pilot.ends_at"),
    ],
)
async def test_a_pilot_of_nowhere_or_of_no_time_to_come_is_refused(
    catalog_db: Database, pilot: Pilot, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await piloted(catalog_db, uuid4(), pilot)
    assert refused.value.field == field


async def test_widening_leaves_nobody_out_and_ends_no_earlier(catalog_db: Database) -> None:
    offering_id = (await piloted(catalog_db, uuid4())).offering.id
    for districts, until, field in (
        (["shizhong"], SOON, "districts"),
        (["lixia"], SOON - timedelta(days=1), "ends_at"),
        ([], SOON, "districts"),
    ):
        with pytest.raises(Invalid) as refused:
            await widen(catalog_db, offering_id, *districts, until=until)
        assert refused.value.field == field


async def test_a_partner_asks_for_a_pilot_and_a_new_price_does_not_widen_it(catalog_db: Database) -> None:
    partner_id = uuid4()
    offering = await piloted(catalog_db, partner_id, None, pilot={"districts": ["lixia"]})
    assert list(offering_message(offering).pilot.districts) == ["lixia"]
    terms = pb.OfferingManifest.FromString(offering.revision.manifest)
    terms.price.minor -= 1
    offering_id = offering.offering.id
    async with catalog_db.transaction() as session:
        await commands.revise_offering(
            session, offering_id=offering_id, partner_id=partner_id, manifest=terms, city=JINAN, now=NOW
        )
        cheaper = await commands.submit_offering(
            session, offering_id=offering_id, partner_id=partner_id, city=JINAN, now=NOW
        )
    assert cheaper.revision.status == OfferingStatus.PUBLISHED
    assert list(offering_message(cheaper).pilot.districts) == ["lixia"]
