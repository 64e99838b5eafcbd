"""A device's reading is withdrawn by whose it is: its versions stay, and nothing is made of it any more."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.pages import beginning
from chassis.refusals import Invalid, NotFound
from devices_scenario import Device, a_device
from records.commands import withdrawals as commands
from records.commands.withdrawals import Withdrawer
from records.domain.own_readings import WITHDRAWN
from records.domain.releases import Release
from records.store import alert_rules as rule_store
from records.store import releases as release_store
from records.store import withdrawals as store
from records.tables import WithdrawnReadingRow
from records_scenario import APART, JINAN
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from test_alert_rules import a_rule, flags, published, send
from yima.common.v1.route_pb2 import Role
from yima.records.v1.events_pb2 import ReadingWithdrawn

pytestmark = pytest.mark.anyio
SERVICE = "records"
BY_RESIDENT = Withdrawer(UUID(int=7), int(Role.ROLE_RESIDENT))
REASON = "My neighbour tried it."


async def withdraw(
    cuff: Device,
    record_id: UUID,
    *,
    resident_id: UUID | None = None,
    reason: str = REASON,
    by: Withdrawer = BY_RESIDENT,
) -> tuple[WithdrawnReadingRow, Sequence[UUID]]:
    async with cuff.database.transaction() as session:
        return await commands.withdraw_device_reading(
            session,
            resident_id=resident_id or cuff.row.resident_id,
            record_id=record_id,
            reason=reason,
            by=by,
            zone=JINAN,
            apart=APART,
            now=cuff.now,
        )


async def measured(cuff: Device) -> list[tuple[UUID, str, int]]:
    """Of each Observation: its id, its status, its version."""
    return [(row.id, row.status, row.version) for row in await cuff.records() if row.resource_type == "Observation"]


async def test_a_reading_is_withdrawn_with_its_versions_and_not_taken_again(records_db: Database) -> None:
    cuff = await a_device(records_db)
    first, second = cuff.pressure(185, 110), cuff.pressure()
    assert await cuff.send(first, second) == ["STORED", "STORED"]
    (wrong, _, _), (right, _, _) = await measured(cuff)
    row, together = await withdraw(cuff, wrong)
    assert (row.sequence, row.reason, list(together)) == (1, REASON, [wrong])
    assert await measured(cuff) == [(wrong, WITHDRAWN, 2), (right, "final", 1)]
    everything = [Release(frozenset({"vital-signs"}))]
    async with records_db.transaction() as session:
        page = await release_store.page(session, cuff.row.resident_id, everything, APART, beginning(10))
        versions = await release_store.versions(session, cuff.row.resident_id, wrong, everything, APART)
    assert [each.id for each in page] == [right], "it leaves every page"
    assert versions is not None and [each.status for each in versions[1]] == ["final"], "what it said stays"
    assert await cuff.send(first) == ["KNOWN"], "sent again, it does not come back"
    again, _ = await withdraw(cuff, wrong, reason="Once more.")
    assert again.reason == REASON, "withdrawn twice, it was withdrawn the first time"
    assert await measured(cuff) == [(wrong, WITHDRAWN, 2), (right, "final", 1)]
    (event,) = await withdrawn_events(cuff)
    assert (event.record_id, event.withdrawn_by, event.partner_id) == (str(wrong), str(BY_RESIDENT.subject_id), "")
    assert REASON not in str(event), "why stays in the service"


async def withdrawn_events(cuff: Device) -> list[ReadingWithdrawn]:
    async with cuff.database.transaction() as session:
        query = text(
            "SELECT payload FROM outbox WHERE type = 'yima.records.v1.ReadingWithdrawn'"
            " AND position(CAST(:resident AS bytea) IN payload) > 0 ORDER BY position"
        )
        rows = await session.execute(query, {"resident": str(cuff.row.resident_id).encode()})
        return [ReadingWithdrawn.FromString(row.payload) for row in rows]


async def test_what_came_with_a_reading_goes_with_it(records_db: Database) -> None:
    cuff = await a_device(records_db)
    pressure = cuff.pressure()
    pressure["measurements"].append({"code": "8867-4", "value": 71, "unit": "/min"})
    assert await cuff.send(pressure) == ["STORED"]
    (one, _, _), (other, _, _) = await measured(cuff)
    _, together = await withdraw(cuff, other)
    assert set(together) == {one, other}
    assert [(status, version) for _, status, version in await measured(cuff)] == [(WITHDRAWN, 2), (WITHDRAWN, 2)]


async def test_nobody_withdraws_what_is_in_anothers_record_or_no_devices_and_says_why(records_db: Database) -> None:
    cuff = await a_device(records_db)
    await cuff.send(cuff.pressure())
    ((reading, _, _),) = await measured(cuff)
    for record_id, resident_id in ((reading, uuid4()), (uuid4(), None)):
        with pytest.raises(NotFound) as refusal:
            await withdraw(cuff, record_id, resident_id=resident_id)
        assert refusal.value.field == "record_id"
    with pytest.raises(Invalid) as no_reason:
        await withdraw(cuff, reading, reason=" ")
    assert no_reason.value.field == "reason"
    assert await measured(cuff) == [(reading, "final", 1)]


async def test_a_practitioner_withdraws_as_far_as_their_consent_goes(records_db: Database) -> None:
    cuff = await a_device(records_db)
    await cuff.send(cuff.pressure())
    ((reading, _, _),) = await measured(cuff)

    async def sees(release: Release) -> bool:
        async with records_db.transaction() as session:
            return await store.may_be_withdrawn(session, cuff.row.resident_id, reading, [release], APART)

    vital_signs = frozenset({"vital-signs"})
    assert await sees(Release(vital_signs))
    assert not await sees(Release(frozenset({"laboratory"})))
    assert not await sees(Release(vital_signs, data_from=cuff.now + timedelta(days=1)))
    doctor = Withdrawer(uuid4(), int(Role.ROLE_PRACTITIONER), uuid4(), uuid4())
    row, _ = await withdraw(cuff, reading, by=doctor)
    assert (row.withdrawn_by, row.consent_id) == (doctor.subject_id, doctor.consent_id)
    (event,) = await withdrawn_events(cuff)
    assert (event.role, event.partner_id) == (Role.ROLE_PRACTITIONER, str(doctor.partner_id))


async def test_the_database_itself_keeps_what_was_withdrawn(records_db: Database) -> None:
    cuff = await a_device(records_db)
    await cuff.send(cuff.pressure(), cuff.pressure())
    (reading, _, _), _ = await measured(cuff)
    await withdraw(cuff, reading)
    without_consent = (
        "INSERT INTO withdrawn_reading (device_id, sequence, withdrawn_by, withdrawn_as, reason, withdrawn_at)"
        " SELECT device_id, 2, withdrawn_by, 2, reason, withdrawn_at FROM withdrawn_reading WHERE device_id = :id"
    )
    for statement in (
        "UPDATE withdrawn_reading SET reason = 'x' WHERE device_id = :id",
        "DELETE FROM withdrawn_reading WHERE device_id = :id",
        without_consent,
    ):
        with pytest.raises(DBAPIError):
            async with records_db.transaction() as session:
                await session.execute(text(statement), {"id": cuff.row.id})


async def test_rules_on_values_leave_it_out_and_its_flag_is_cleared(records_db: Database) -> None:
    cuff = await a_device(records_db)
    rule = await a_rule(cuff, needed=2, readings=2, window_minutes=600)
    await send(cuff, 190, 180)
    (flag,) = await flags(cuff)
    wrong = flag.record_id
    await withdraw(cuff, wrong)
    assert [each.cleared_at for each in await flags(cuff)] == [cuff.now]
    async with records_db.transaction() as session:
        releases = [Release(frozenset({"vital-signs"}))]
        listed = await rule_store.flags(session, cuff.row.resident_id, releases, APART, False, beginning(10))
    assert not listed, "nobody is shown a flag of what was not theirs"
    await send(cuff, 120)
    await send(cuff, 170)
    assert len(await flags(cuff)) == 1, "of the last two that stay, one is beyond"
    await send(cuff, 171)
    assert [each.rule_id for each in await flags(cuff)] == [rule.id, rule.id]


async def test_what_broke_a_rule_while_the_withdrawn_one_was_flagged_is_flagged_then(records_db: Database) -> None:
    cuff = await a_device(records_db)
    await a_rule(cuff, clear_at="150")
    await send(cuff, 190)
    await send(cuff, 185)
    (flag,) = await flags(cuff)
    cuff.now += timedelta(minutes=1)
    await withdraw(cuff, flag.record_id)
    cleared, raised = await flags(cuff)
    assert cleared.cleared_at == cuff.now and raised.cleared_at is None
    assert raised.sequence == flag.sequence + 1
    assert len(await published(cuff)) == 2, "whoever watches hears of it"
    (again, _, _), *_ = await measured(cuff)
    await withdraw(cuff, again)
    assert len(await flags(cuff)) == 2
