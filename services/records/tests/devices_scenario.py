"""Devices as their tests use them: a cuff that is bound to a resident, signs what it measured, and sends it."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from chassis.database import Database
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from records.commands import devices as commands
from records.commands import readings as reading_commands
from records.commands.devices import Actor, DeviceTerms
from records.commands.readings import ReadingOutcome, SentReadings
from records.domain.device_models import DeviceKind, models_of_table
from records.domain.devices import EndReason, key_statement, readings_statement
from records.domain.readings import read_delivery
from records.store import device_models as model_store
from records.store.devices import KeyedDevice
from records.tables import DeviceRow, RecordRow
from records_scenario import APART, JINAN
from sqlmodel import col, select
from yima.common.v1.route_pb2 import Role

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SOMEBODY = Actor(UUID(int=9), int(Role.ROLE_RESIDENT))


def a_model(kind: DeviceKind, index: int = 0) -> UUID:
    return [model.id for model in models_of_table() if model.kind == kind][index]


async def with_models(database: Database) -> None:
    async with database.transaction() as session:
        await model_store.add_models(session, models_of_table(), NOW)


def key_of(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


def terms(model_id: UUID, serial: str, private: Ed25519PrivateKey, resident_id: UUID, **more: Any) -> DeviceTerms:
    proof = private.sign(key_statement(model_id, serial, key_of(private)))
    return DeviceTerms(
        **{
            "model_id": model_id,
            "serial": serial,
            "user": None,
            "public_key": key_of(private),
            "proof": proof,
            "resident_id": resident_id,
            "institution_id": None,
            "order_id": None,
        }
        | more
    )


def may_act(_row: DeviceRow) -> bool:
    return True


@dataclass
class Device:
    """A bound device in somebody's hands."""

    database: Database
    row: DeviceRow
    private: Ed25519PrivateKey
    now: datetime = NOW + timedelta(hours=1)
    sequence: int = 0
    sent: list[SentReadings] = field(default_factory=list)

    def signed(self, readings: Sequence[Any], device_id: UUID | None = None) -> SentReadings:
        return self.signed_bytes(json.dumps({"readings": list(readings)}).encode(), device_id)

    def signed_bytes(self, content: bytes, device_id: UUID | None = None) -> SentReadings:
        device_id = device_id or self.row.id
        return SentReadings(device_id, content, self.private.sign(readings_statement(device_id, content)))

    async def send(self, *readings: Any) -> list[str]:
        """What became of each: its result, or the code that it was refused with."""
        return [said(each) for each in await self.deliver(self.signed(readings))]

    async def deliver(self, sent: SentReadings) -> Sequence[ReadingOutcome]:
        async with self.database.transaction() as session:
            device = await reading_commands.recognise(session, sent)
            delivery = read_delivery(sent.content, reading_commands.terms_of(device, JINAN, self.now))
        async with self.database.transaction() as session:
            return await reading_commands.store_readings(
                session, sent=sent, delivery=delivery, zone=JINAN, apart=APART, now=self.now
            )

    def pressure(self, systolic: float = 120, diastolic: float = 80, **more: Any) -> dict[str, Any]:
        self.sequence += 1
        at = more.pop("at", self.now - timedelta(minutes=30) + timedelta(seconds=self.sequence))
        values = [("8480-6", systolic), ("8462-4", diastolic)]
        return {
            "sequence": self.sequence,
            "measuredAt": at.isoformat(),
            "measurements": [{"code": code, "value": value, "unit": "mm[Hg]"} for code, value in values],
        } | more

    async def observations(self) -> list[dict[str, Any]]:
        return [json.loads(each.content or "") for each in await self.records() if each.resource_type == "Observation"]

    async def records(self) -> Sequence[RecordRow]:
        async with self.database.transaction() as session:
            query = select(RecordRow).where(RecordRow.resident_id == self.row.resident_id)
            return (await session.scalars(query.order_by(col(RecordRow.effective_at), col(RecordRow.fhir_id)))).all()

    async def end(self, reason: EndReason = EndReason.RETURNED) -> KeyedDevice:
        async with self.database.transaction() as session:
            return await commands.end_device(
                session, device_id=self.row.id, reason=reason, may_act=may_act, by=uuid4(), apart=APART, now=self.now
            )

    async def rotate(self, private: Ed25519PrivateKey) -> KeyedDevice:
        wanted = terms(self.row.model_id, self.row.serial, private, self.row.resident_id)
        async with self.database.transaction() as session:
            return await commands.rotate_key(
                session, device_id=self.row.id, public_key=wanted.public_key, proof=wanted.proof, may_act=may_act,
                by=uuid4(), now=self.now,
            )  # fmt: skip


def said(outcome: ReadingOutcome) -> str:
    return outcome.refusal.code if outcome.refusal else str(outcome.outcome)


async def bind(database: Database, wanted: DeviceTerms, now: datetime = NOW) -> KeyedDevice:
    async with database.transaction() as session:
        return await commands.bind_device(session, terms=wanted, by=SOMEBODY, apart=APART, now=now)


async def a_device(
    database: Database,
    kind: DeviceKind = DeviceKind.BLOOD_PRESSURE,
    *,
    resident_id: UUID | None = None,
    serial: str | None = None,
    now: datetime = NOW,
    **more: Any,
) -> Device:
    """A device that is bound to a resident of its own."""
    await with_models(database)
    private = Ed25519PrivateKey.generate()
    wanted = terms(a_model(kind), serial or f"SN-{uuid4()}", private, resident_id or uuid4(), **more)
    device = await bind(database, wanted, now)
    return Device(database, device.row, private, now + timedelta(hours=1))


def base64_of(digits: str) -> str:
    return base64.b64encode(bytes.fromhex(digits)).decode()
