"""Devices are bound to one resident at a time, have keys of their own, and what they measured never crosses over."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.pages import Part, beginning
from chassis.refusals import Invalid, NotFound
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from devices_scenario import NOW, Device, a_device, a_model, bind, key_of, may_act, terms, with_models
from records.commands import device_models, devices
from records.commands.readings import SentReadings
from records.domain.device_models import (
    DeviceKind,
    DeviceModelDecided,
    DeviceModelKnown,
    ModelTerms,
    OwnDeviceModel,
    check_model,
    kinds,
    models_of_table,
)
from records.domain.devices import (
    MOVES,
    DeviceBound,
    DeviceEnded,
    DeviceKeyKnown,
    DeviceModelNotApproved,
    DeviceMoveRefused,
    DeviceNotRecognised,
    DeviceStatus,
    EndReason,
    check_serial,
    check_user,
)
from records.domain.measurements import CONVERSIONS, Plausibility, measurements, plausibility
from records.domain.units import check_code
from records.store import device_models as model_store
from records.store import devices as store
from records.store.device_models import ModelFilter
from records.tables import DeviceReadingRow
from records_scenario import APART
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

pytestmark = pytest.mark.anyio
SERVICE = "records"


def test_a_city_begins_with_hundreds_of_models_of_every_kind() -> None:
    models = models_of_table()
    assert len(models) >= 300
    assert {model.kind for model in models} == set(DeviceKind)
    assert len({model.id for model in models}) == len({(model.maker, model.name) for model in models}) == len(models)


def test_the_tables_of_measurements_agree_with_themselves_and_with_ucum() -> None:
    for measurement in measurements().values():
        for unit in measurement.units:
            check_code(unit, "unit")
        assert all((unit, measurement.unit) in CONVERSIONS for unit in measurement.also_units)
        (low, high), (usual_low, usual_high) = measurement.possible, measurement.usual
        assert low <= usual_low < usual_high <= high, measurement.code
        assert plausibility(measurement, low) in (Plausibility.UNUSUAL, Plausibility.USUAL)
        assert plausibility(measurement, high + 1) == Plausibility.IMPOSSIBLE
    assert all(code in measurements() for facts in kinds().values() for code in facts.codes)


async def test_models_are_listed_by_pages_and_found_by_what_they_are(records_db: Database) -> None:
    await with_models(records_db)
    await with_models(records_db)  # each process does when it starts
    async with records_db.transaction() as session:
        seen: list[UUID] = []
        part = beginning(100)
        while True:
            rows = await model_store.page(session, ModelFilter(), None, False, part)
            seen += [row.id for row in rows[:100]]
            if len(rows) <= 100:
                break
            part = Part(100, (rows[99].position or 0,))
        assert set(seen) >= {model.id for model in models_of_table()}
        assert len(seen) == len(set(seen))
        cuffs = await model_store.page(
            session, ModelFilter(kind=2, maker="baihe instruments"), None, False, beginning(50)
        )
        assert {row.name for row in cuffs} >= {"Tenso Home", "Tenso Clinic"}
        named = await model_store.page(session, ModelFilter(words="tenso h"), None, False, beginning(50))
        assert {row.name for row in named} == {"Tenso Home"}
        assert not await model_store.page(session, ModelFilter(words="%"), None, False, beginning(50))
        pulse = await model_store.page(session, ModelFilter(code="59408-5"), None, False, beginning(100))
        assert {row.kind for row in pulse} == {int(DeviceKind.OXIMETER)}


def proposal(name: str = "Nine", **changes: Any) -> ModelTerms:
    known: dict[str, Any] = {
        "maker": "Xishan Works", "name": name, "kind": 1, "codes": [], "units": [], "bluetooth": True,
    }  # fmt: skip
    return check_model(**known | changes)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": 0}, "kind"),
        ({"kind": 13}, "kind"),
        ({"codes": ["8480-6"]}, "codes[0]"),
        ({"codes": ["8310-5", "8310-5"]}, "codes"),
        ({"units": ["K"]}, "units[0]"),
        ({"units": ["Cel", "Cel"]}, "units"),
        ({"kind": 9}, "bluetooth"),
        ({"name": "\u202eNine"}, "name"),
    ],
)
def test_a_model_that_cannot_be_is_refused_at_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        proposal(**changes)
    assert refused.value.field == field


async def test_a_makers_model_may_be_bound_once_somebody_else_has_approved_it(records_db: Database) -> None:
    partner, by, operator, name = uuid4(), uuid4(), uuid4(), f"Nine {uuid4().hex[:8]}"
    async with records_db.transaction() as session:
        row = await device_models.propose_device_model(
            session, terms=proposal(name), partner_id=partner, by=by, now=NOW
        )
    with pytest.raises(DeviceModelKnown):
        async with records_db.transaction() as session:
            await device_models.propose_device_model(
                session, terms=proposal(name.upper()), partner_id=partner, by=by, now=NOW
            )
    key, resident = Ed25519PrivateKey.generate(), uuid4()
    with pytest.raises(DeviceModelNotApproved):
        await bind(records_db, terms(row.id, "SN-1", key, resident))
    with pytest.raises(OwnDeviceModel):
        await decide(records_db, row.id, by)
    async with records_db.transaction() as session:
        wanted = ModelFilter(maker="xishan works", words=name)
        assert not await model_store.page(session, wanted, None, False, beginning(5)), "nobody else sees it yet"
        assert await model_store.page(session, wanted, partner, False, beginning(5))
    await decide(records_db, row.id, operator)
    with pytest.raises(DeviceModelDecided):
        await decide(records_db, row.id, operator)
    assert (await bind(records_db, terms(row.id, "SN-1", key, resident))).row.status == DeviceStatus.BOUND


async def decide(database: Database, model_id: UUID, by: UUID) -> None:
    async with database.transaction() as session:
        await device_models.decide_device_model(session, model_id=model_id, approved=True, reason="", by=by, now=NOW)


async def test_a_serial_number_is_bound_once_however_it_is_written(records_db: Database) -> None:
    device = await a_device(records_db, serial="Cuff-1")
    with pytest.raises(DeviceBound):
        await a_device(records_db, serial="CUFF-1")
    with pytest.raises(DeviceBound):
        await a_device(records_db, serial="cuff-1", user=2)
    await device.end()
    again = await a_device(records_db, serial="cuff-1")
    assert again.row.id != device.row.id, "bound again, it is another device"
    other_model = terms(a_model(DeviceKind.BLOOD_PRESSURE, 1), "cuff-1", Ed25519PrivateKey.generate(), uuid4())
    assert (await bind(records_db, other_model)).row.status == DeviceStatus.BOUND


async def test_a_device_for_several_people_is_bound_once_for_each(records_db: Database) -> None:
    first = await a_device(records_db, serial="family", user=1)
    second = await a_device(records_db, serial="family", user=2)
    with pytest.raises(DeviceBound):
        await a_device(records_db, serial="family", user=2)
    with pytest.raises(DeviceBound):
        await a_device(records_db, serial="family")
    assert first.row.resident_id != second.row.resident_id


async def test_nobody_registers_a_key_that_they_do_not_have_or_that_was_registered(records_db: Database) -> None:
    device = await a_device(records_db)
    model, stranger = a_model(DeviceKind.WEIGHT), Ed25519PrivateKey.generate()
    with pytest.raises(DeviceKeyKnown):
        await bind(records_db, terms(model, "S-1", device.private, uuid4()))
    mine = terms(model, "S-2", stranger, uuid4())
    for proof in (b"", bytes(64), terms(model, "S-3", stranger, uuid4()).proof):
        with pytest.raises(Invalid) as refused:
            await bind(records_db, terms(model, "S-2", stranger, mine.resident_id, proof=proof))
        assert refused.value.field == "proof"
    with pytest.raises(Invalid):
        await bind(records_db, terms(model, "S-2", stranger, mine.resident_id, public_key=bytes(31)))


async def test_a_key_signs_for_its_own_device_alone_and_until_the_next_one(records_db: Database) -> None:
    thief, victim = await a_device(records_db), await a_device(records_db)
    forged = thief.signed([victim.pressure()], victim.row.id)
    copied = SentReadings(victim.row.id, (sent := thief.signed([thief.pressure()])).content, sent.signature)
    nowhere = thief.signed([thief.pressure()], uuid4())
    for attempt in (forged, copied, nowhere, SentReadings(victim.row.id, b"{}", b"")):
        with pytest.raises(DeviceNotRecognised):
            await victim.deliver(attempt)
    assert await victim.observations() == []

    before, victim.private = victim.private, Ed25519PrivateKey.generate()
    await victim.rotate(victim.private)
    assert await victim.send(victim.pressure()) == ["STORED"]
    victim.private = before
    with pytest.raises(DeviceNotRecognised):
        await victim.send(victim.pressure())


async def test_a_revoked_key_sends_nothing_until_there_is_another(records_db: Database) -> None:
    device = await a_device(records_db)
    async with records_db.transaction() as session:
        revoked = await devices.revoke_key(
            session, device_id=device.row.id, may_act=may_act, by=uuid4(), now=device.now
        )
    assert revoked.key is not None and revoked.key.revoked_at == device.now
    with pytest.raises(DeviceNotRecognised):
        await device.send(device.pressure())
    device.private = Ed25519PrivateKey.generate()
    assert (await device.rotate(device.private)).row.status == DeviceStatus.BOUND
    assert await device.send(device.pressure()) == ["STORED"]


async def test_in_other_hands_nothing_crosses_over(records_db: Database) -> None:
    first = await a_device(records_db, serial="handed-on")
    early = first.pressure()
    assert await first.send(early) == ["STORED"]
    await first.end(EndReason.LOST)
    with pytest.raises(DeviceEnded):
        await first.send(first.pressure())
    second = await a_device(records_db, serial="handed-on", now=NOW + timedelta(days=1))
    assert await second.send(early, second.pressure()) == ["reading-out-of-time", "STORED"], "its memory is the first's"
    assert len(await first.observations()) == len(await second.observations()) == 1
    with pytest.raises(DeviceKeyKnown):
        await bind(records_db, terms(a_model(DeviceKind.STEPS), "x-1", first.private, uuid4()))
    lost = {each.resource_type: each.status for each in await first.records()}
    assert lost == {"Device": "inactive", "Observation": "final"}


async def test_an_institutions_device_waits_for_its_resident(records_db: Database) -> None:
    clinic, resident = uuid4(), uuid4()
    device = await a_device(records_db, resident_id=resident, institution_id=clinic, order_id=uuid4())
    assert device.row.status == DeviceStatus.PROPOSED
    with pytest.raises(DeviceEnded):
        await device.send(device.pressure())
    with pytest.raises(NotFound):
        await answer(device, agreed=True, whose=uuid4())
    assert (await answer(device, agreed=True, whose=resident)).row.status == DeviceStatus.BOUND
    assert await device.send(device.pressure(at=device.now - timedelta(seconds=1))) == ["reading-out-of-time"]
    device.now += timedelta(hours=2)
    assert await device.send(device.pressure()) == ["STORED"]
    written = {(record.institution_id, record.author) for record in await device.records()}
    assert written == {(clinic, "device")}, "its institution's, and of a device all the same"
    with pytest.raises(DeviceMoveRefused):
        await answer(device, agreed=False, whose=resident)


async def test_what_a_resident_declines_is_over(records_db: Database) -> None:
    device = await a_device(records_db, institution_id=uuid4(), order_id=uuid4())
    declined = await answer(device, agreed=False, whose=device.row.resident_id)
    assert (declined.row.status, declined.key and declined.key.revoked_at) == (DeviceStatus.DECLINED, device.now)
    with pytest.raises(DeviceMoveRefused):
        await answer(device, agreed=True, whose=device.row.resident_id)
    assert not await device.records()


async def answer(device: Device, *, agreed: bool, whose: UUID) -> Any:
    async with device.database.transaction() as session:
        return await devices.answer_device(
            session, device_id=device.row.id, agreed=agreed, may_act=lambda row: row.resident_id == whose, by=whose,
            apart=APART, now=device.now,
        )  # fmt: skip


async def test_an_operator_releases_a_serial_number_that_somebody_took(records_db: Database) -> None:
    taken = await a_device(records_db, serial="not-theirs")
    async with records_db.transaction() as session:
        released = await devices.release_serial(
            session, model_id=taken.row.model_id, serial="NOT-THEIRS", by=uuid4(), apart=APART, now=taken.now
        )
    assert released == 1
    assert (await a_device(records_db, serial="not-theirs")).row.status == DeviceStatus.BOUND


async def test_the_database_itself_holds_the_moves_and_whose_a_device_is(records_db: Database) -> None:
    device = await a_device(records_db)
    assert await device.send(device.pressure()) == ["STORED"]
    for statement in (
        "UPDATE device SET resident_id = gen_random_uuid() WHERE id = :id",
        "UPDATE device SET status = 1, ended_at = NULL WHERE id = :id",
        "UPDATE device SET bound_at = bound_at - interval '1 day' WHERE id = :id",
        "DELETE FROM device WHERE id = :id",
        "UPDATE device_key SET public_key = sha256('x') WHERE device_id = :id",
        "UPDATE device_reading SET sequence = 99 WHERE device_id = :id",
        "DELETE FROM device_measure WHERE device_id = :id",
        "UPDATE device_delivery SET content = 'x' WHERE device_id = :id",
        "INSERT INTO device_measure (device_id, sequence, code, resident_id, value, measured_at, record_id)"
        " SELECT device_id, sequence, 'x', gen_random_uuid(), value, measured_at, record_id FROM device_measure"
        " WHERE device_id = :id LIMIT 1",
    ):
        with pytest.raises(DBAPIError):
            async with records_db.transaction() as session:
                await session.execute(text(statement), {"id": device.row.id})
    async with records_db.transaction() as session:
        delivery = await session.scalar(text("SELECT id FROM device_delivery LIMIT 1"))
    early = DeviceReadingRow(
        device_id=device.row.id, sequence=7, delivery_id=delivery, measured_at=NOW - timedelta(days=1), codes="x",
        digest=b"", unusual=False,
    )  # fmt: skip
    with pytest.raises(DBAPIError):
        async with records_db.transaction() as session:
            session.add(early)
    assert MOVES[DeviceStatus.ENDED] == MOVES[DeviceStatus.DECLINED] == frozenset()


def test_serial_numbers_and_users_are_as_on_a_device() -> None:
    assert check_serial("AB.12/3-4:5_6") == "AB.12/3-4:5_6"
    for serial in ("", "x", "a b", "ü1", "a" * 65, "-ab", "ab\n"):
        with pytest.raises(Invalid):
            check_serial(serial)
    assert [check_user(user) for user in (0, 1, 254)] == [None, 1, 254]
    for user in (-1, 255):
        with pytest.raises(Invalid):
            check_user(user)


async def test_devices_are_listed_by_whose_they_are(records_db: Database) -> None:
    resident, clinic = uuid4(), uuid4()
    own = await a_device(records_db, resident_id=resident)
    theirs = await a_device(records_db, resident_id=resident, institution_id=clinic, order_id=uuid4())
    async with records_db.transaction() as session:
        listed = await store.page(session, resident_id=resident, institution_id=None, status=0, part=beginning(5))
        bound_by = await store.page(session, resident_id=None, institution_id=clinic, status=0, part=beginning(5))
    assert [each.row.id for each in listed] == [theirs.row.id, own.row.id]
    assert [each.row.id for each in bound_by] == [theirs.row.id]
    assert listed[1].key is not None and listed[1].key.public_key == key_of(own.private)
