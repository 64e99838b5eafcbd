"""Who adds to a record is in good standing and has to do with the resident; the resident sees that something came."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from chassis.auth import Principal
from chassis.refusals import Invalid
from consent import api, commands, domain, events, store
from consent.domain import SCAN_COUNTS_FOR, Reason
from house import LABORATORY, House
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as pb
from yima.ordering.v1.events_pb2 import OrderTransferred

pytestmark = pytest.mark.anyio
SERVICE = "consent"


async def log(house: House) -> list[pb.AccessLogEntry]:
    """What the resident sees, newest first."""
    async with house.database.transaction() as session:
        rows = await store.log_page(session, house.resident, None, 100)
        repeated = await store.refusals_at(session, [row.position for row in rows])
        return [api.log_message(row, repeated.get(row.position)) for row in rows]


async def test_a_stranger_adds_nothing(house: House) -> None:
    house.resident = uuid4()
    assert (await house.add()).reason == Reason.NO_RELATION
    operator = Principal(Role.ROLE_OPERATOR, str(uuid4()))
    assert (await house.add(operator)).reason == Reason.NO_RELATION
    assert not (await house.add(Principal(Role.ROLE_RESIDENT, str(house.resident)))).permitted


async def test_whoever_serves_by_a_confirmed_order_adds_until_it_ends(house: House) -> None:
    house.resident = uuid4()
    order_id = await house.order(confirmed=False)
    assert (await house.add()).reason == Reason.NO_RELATION
    await house.confirm(order_id)
    assert (await house.add()).reason == Reason.SERVES_BY_ORDER
    assert (await house.add(house.doctor(uuid4()))).reason == Reason.PARTNER_NOT_IN_STANDING
    assert (await house.add(resident=uuid4())).reason == Reason.NO_RELATION
    await house.end(order_id)
    assert (await house.add()).reason == Reason.NO_RELATION


async def test_whoever_scanned_the_code_adds_for_an_hour(house: House) -> None:
    house.resident = uuid4()
    await house.scanned(datetime.now(UTC) - SCAN_COUNTS_FOR)
    assert (await house.add()).reason == Reason.NO_RELATION
    await house.scanned(datetime.now(UTC) - SCAN_COUNTS_FOR + timedelta(minutes=1))
    assert (await house.add()).reason == Reason.SCANNED
    await house.scanned(datetime.now(UTC) - 2 * SCAN_COUNTS_FOR)  # heard late
    assert (await house.add()).reason == Reason.SCANNED
    assert not (await house.ask()).permitted, "a scan opens no record for reading"


async def test_an_order_that_was_passed_on_relates_to_whom_it_serves(house: House) -> None:
    house.resident, payer = uuid4(), house.resident
    order_id = await house.order()
    payer, child = house.resident, uuid4()
    for version in (5, 4):
        served = child if version == 5 else payer
        passed_on = house.moved(OrderTransferred, order_id, beneficiary_id=str(served), version=version)
        await house.hear(events.on_order_transferred, passed_on)
    assert (await house.add(resident=child)).permitted
    assert not (await house.add(resident=payer)).permitted


async def test_the_resident_sees_what_came_from_whom_and_how_much(house: House) -> None:
    house.resident = uuid4()
    await house.order()
    doctor = house.doctor()
    decision = await house.add(doctor, count=17)
    (entry,) = await log(house)
    assert (entry.decision_id, entry.kind, entry.count) == (decision.id, pb.ACCESS_KIND_INGEST, 17)
    assert (entry.partner_id, entry.subject_id) == (str(house.partner), doctor.subject_id)
    assert list(entry.information_types) == ["vital-signs"]
    async with house.database.transaction() as session:
        assert (await commands.check_log(session))[1] == 0


async def test_whoever_is_outside_fills_no_log(house: House) -> None:
    """Two hundred refusals of an institution nobody has screened are one entry, which names it and counts them."""
    house.resident, stranger = uuid4(), uuid4()
    first = await house.ask(house.doctor(stranger))
    for _ in range(9):
        last = await house.ask(house.doctor(stranger), times=20)
        await house.ask(house.doctor(stranger), kinds=LABORATORY, purpose="HRESCH", times=2)
    assert last.id == first.id, "the decision it is counted with"
    (entry,) = await log(house)
    assert (entry.partner_id, entry.permitted, entry.reason) == (str(stranger), False, Reason.PARTNER_NOT_IN_STANDING)
    assert entry.times == 1 + 9 * 22
    assert entry.last_at.ToDatetime() > entry.decided_at.ToDatetime()
    async with house.database.transaction() as session:
        assert (await commands.check_log(session))[1] == 0


async def test_refusals_that_differ_by_person_or_reason_are_entries_of_their_own(house: House) -> None:
    house.resident = uuid4()
    one, two = house.doctor(), house.doctor()
    for doctor in (one, two, one):
        await house.ask(doctor)
        await house.add(doctor)
    assert sorted((entry.subject_id, entry.reason, entry.times) for entry in await log(house)) == sorted(
        (doctor.subject_id, reason, times)
        for doctor, times in ((one, 2), (two, 1))
        for reason in (Reason.NO_CONSENT, Reason.NO_RELATION)
    )


async def test_every_permit_is_an_entry_of_its_own(house: House) -> None:
    house.resident = uuid4()
    await house.order()
    doctor = house.doctor()
    await house.ask(doctor, times=5)
    assert [entry.times for entry in await log(house)] == [1] * 5


@pytest.mark.parametrize(
    ("kinds", "count", "field"),
    [
        ([], 1, "information_types"),
        (["x"], 1, "information_types[0]"),
        (["vital-signs"], 0, "count"),
        (["vital-signs"], -1, "count"),
        (["vital-signs"], 10_001, "count"),
    ],
)
def test_an_ingest_that_cannot_be_decided_is_refused_at_its_field(kinds: list[str], count: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        domain.check_ingest(kinds, count)
    assert refused.value.field == field
