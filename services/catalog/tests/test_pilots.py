"""A revision published as a pilot: widened, ended, over by itself; and what nobody may make of it."""

import asyncio
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
from sqlalchemy import text
from yima.catalog.v1 import api_pb2 as pb
from yima.catalog.v1.events_pb2 import PilotEnded, PilotWidened

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


async def of_sale(catalog_db: Database, offering_id: UUID) -> list[str]:
    """What was published of its sale; of its pilot, `told` has it."""
    return [name for name in await published_events(catalog_db, offering_id) if name.startswith("Offering")]


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
    assert await of_sale(catalog_db, offering_id) == ["OfferingPublished"] * 3
    with pytest.raises(NoPilot):
        await widen(catalog_db, offering_id, "lixia")


async def test_a_pilot_goes_off_sale_at_its_end_by_itself_and_goes_on_where_it_is_widened(catalog_db: Database) -> None:
    offering_id = (await piloted(catalog_db, uuid4(), Pilot(["lixia"], NOW + timedelta(hours=1)))).offering.id
    await standings.restrict_lapsed(catalog_db, NOW)
    assert (await now_of(catalog_db, offering_id)).status == pb.OFFERING_STATUS_PUBLISHED
    await standings.restrict_lapsed(catalog_db, NOW + timedelta(hours=1))
    assert (await now_of(catalog_db, offering_id)).status == pb.OFFERING_STATUS_RESTRICTED
    assert await of_sale(catalog_db, offering_id) == ["OfferingPublished", "OfferingWithdrawn"]
    assert (await widen(catalog_db, offering_id, "lixia", until=SOON)).status == pb.OFFERING_STATUS_PUBLISHED
    assert (await of_sale(catalog_db, offering_id))[2:] == ["OfferingPublished"]


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


async def end(catalog_db: Database, offering_id: UUID, now: datetime = NOW) -> None:
    async with catalog_db.transaction() as session:
        await pilots.end_pilot(session, offering_id=offering_id, reason="enough", by=uuid4(), now=now)


async def test_a_partner_is_told_once_when_its_pilot_is_widened_ended_and_ends_by_itself(catalog_db: Database) -> None:
    offering_id = (await piloted(catalog_db, uuid4(), Pilot(["lixia"], NOW + timedelta(hours=1)))).offering.id
    await pilots.tell_ends(catalog_db, NOW)
    assert await told(catalog_db, offering_id) == []
    for _ in range(2):
        await pilots.tell_ends(catalog_db, NOW + timedelta(hours=1))
    assert await told(catalog_db, offering_id) == [("PilotEnded", True)]
    await widen(catalog_db, offering_id, "lixia", "shizhong", until=SOON)
    await end(catalog_db, offering_id)
    await pilots.tell_ends(catalog_db, NOW + timedelta(days=60))
    assert await told(catalog_db, offering_id) == [
        ("PilotEnded", True),
        ("PilotWidened", ["lixia", "shizhong"]),
        ("PilotEnded", False),
    ]
    await widen(catalog_db, offering_id)
    assert (await told(catalog_db, offering_id))[3:] == [("PilotWidened", [])]


async def told(catalog_db: Database, offering_id: UUID) -> list[tuple[str, Any]]:
    """What was said of a pilot, in its order: where it is tried out now, or whether it ended by itself."""
    async with catalog_db.transaction() as session:
        rows = await session.execute(
            text(
                "SELECT type, payload FROM outbox WHERE subject LIKE :subject AND type LIKE '%Pilot%' ORDER BY position"
            ),
            {"subject": f"%.{offering_id}"},
        )
        said: list[tuple[str, Any]] = []
        for row in rows:
            if row.type.endswith("PilotWidened"):
                said.append(("PilotWidened", list(PilotWidened.FromString(row.payload).districts)))
            else:
                said.append(("PilotEnded", PilotEnded.FromString(row.payload).by_itself))
        return said


async def test_of_widening_and_ending_at_the_same_moment_the_database_makes_one_story(catalog_db: Database) -> None:
    """Whichever is first, the other finds what it left: one more district and then an end, or an end and then a pilot
    that goes on. And a pilot for everybody is ended by nobody."""
    outcomes = set()
    for everybody in (False, True) * 3:
        offering_id = (await piloted(catalog_db, uuid4())).offering.id
        wider = widen(catalog_db, offering_id, *([] if everybody else ["lixia", "shizhong"]))
        wide, ended = await asyncio.gather(wider, end(catalog_db, offering_id), return_exceptions=True)
        assert not isinstance(wide, BaseException)
        told_of = [name for name, _ in await told(catalog_db, offering_id)]
        after = await now_of(catalog_db, offering_id)
        if isinstance(ended, NoPilot):
            assert everybody and told_of == ["PilotWidened"]
            assert (after.status, after.HasField("pilot")) == (pb.OFFERING_STATUS_PUBLISHED, False)
        else:
            assert ended is None
            assert sorted(told_of) == ["PilotEnded", "PilotWidened"]
            over = told_of[-1] == "PilotEnded"
            assert after.status == (pb.OFFERING_STATUS_RESTRICTED if over else pb.OFFERING_STATUS_PUBLISHED)
            assert (await of_sale(catalog_db, offering_id))[-1] != "OfferingWithdrawn" or over
        outcomes.add((everybody, *told_of))
    assert outcomes


async def test_an_end_that_comes_by_itself_while_operators_end_and_widen_is_told_once_and_locks_nothing_in_a_circle(
    catalog_db: Database,
) -> None:
    for _ in range(4):
        ends_at = NOW + timedelta(hours=1)
        partner_id = uuid4()
        offering_id = (await piloted(catalog_db, partner_id, Pilot(["lixia"], ends_at))).offering.id
        outcomes = await asyncio.gather(
            *(standings.restrict_lapsed(catalog_db, ends_at) for _ in range(2)),
            *(pilots.tell_ends(catalog_db, ends_at) for _ in range(2)),
            widen(catalog_db, offering_id, "lixia", until=SOON),
            end(catalog_db, offering_id, NOW + timedelta(minutes=59)),
            return_exceptions=True,
        )
        assert [each for each in outcomes if isinstance(each, BaseException) and not isinstance(each, NoPilot)] == []
        await standings.restrict_lapsed(catalog_db, ends_at)
        await pilots.tell_ends(catalog_db, ends_at)
        said = [name for name, _ in await told(catalog_db, offering_id)]
        assert said.count("PilotWidened") == 1
        # At most an end before it was widened, and one after.
        assert said.count("PilotEnded") <= 2
        assert "PilotEnded PilotEnded" not in " ".join(said)
        ended = said[-1] == "PilotEnded"
        status = (await now_of(catalog_db, offering_id)).status
        assert status == (pb.OFFERING_STATUS_RESTRICTED if ended else pb.OFFERING_STATUS_PUBLISHED)


async def test_another_price_puts_a_pilot_that_has_ended_not_back_on_sale(catalog_db: Database) -> None:
    partner_id = uuid4()
    offering = await piloted(catalog_db, partner_id)
    offering_id = offering.offering.id
    await end(catalog_db, offering_id)
    terms = pb.OfferingManifest.FromString(offering.revision.manifest)
    terms.price.minor -= 1
    later = NOW + timedelta(minutes=1)
    async with catalog_db.transaction() as session:
        await commands.revise_offering(
            session, offering_id=offering_id, partner_id=partner_id, manifest=terms, city=JINAN, now=later
        )
        cheaper = await commands.submit_offering(
            session, offering_id=offering_id, partner_id=partner_id, city=JINAN, now=later
        )
    assert cheaper.revision.status == OfferingStatus.IN_REVIEW
