"""What residents measure at home and enter themselves."""

from typing import Annotated

import strawberry
from chassis.wire import timestamp
from strawberry import ID
from yima.records.v1 import own_readings_pb2 as pb
from yima.records.v1.enums import OwnReadingKind

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import field, shows
from gateway.scalars import DateTime


@shows(pb.OwnReading, description="A reading as the resident entered it: their word, and no institution's.")
class OwnReading:
    record_id: ID
    resident_id: ID
    kind: OwnReadingKind
    measured_at: DateTime = field("values.measured_at")
    value: str | None = field("values.value")
    unit: str | None = field("values.unit")
    systolic: str | None = field("values.systolic")
    diastolic: str | None = field("values.diastolic")
    note: str | None = field("values.note")
    version: int
    withdrawn: bool
    entered_at: DateTime


@strawberry.input(description="What was measured. What its kind does not have is left out.")
class OwnReadingValues:
    measured_at: DateTime = strawberry.field(description="When; not in the future.")
    value: str | None = strawberry.field(default=None, description='A decimal number, e.g. "5.6".')
    unit: str | None = strawberry.field(default=None, description="UCUM's; without it, the first that the kind has.")
    systolic: str | None = strawberry.field(default=None, description="Of a blood pressure, in mm[Hg].")
    diastolic: str | None = strawberry.field(default=None, description="Of a blood pressure, in mm[Hg].")
    note: str | None = strawberry.field(default=None, description="In their own words; of a note what it says.")

    def message(self) -> pb.OwnReadingValues:
        return pb.OwnReadingValues(
            measured_at=timestamp(self.measured_at),
            value=self.value or "",
            unit=self.unit or "",
            systolic=self.systolic or "",
            diastolic=self.diastolic or "",
            note=self.note or "",
        )


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Enter what one measured oneself, or somebody for whom one acts. It is marked as the resident's "
        "own wherever it is shown; with the same key it is entered once."
    )
    @refusable
    @asks("records.RecordOwnReading")
    async def record_own_reading(
        self,
        info: Info,
        resident_id: ID,
        kind: OwnReadingKind,
        values: Annotated[OwnReadingValues, strawberry.argument(description="What was measured, and when.")],
        idempotency_key: str,
    ) -> pb.OwnReading:
        context = info.context
        request = pb.RecordOwnReadingRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId"), kind=kind, values=values.message()
        )
        return await context.clients.records.record_own_reading(request, context.token, idempotency_key)

    @strawberry.mutation(description="Correct a reading of one's own. The version before stays.")
    @refusable
    @asks("records.CorrectOwnReading")
    async def correct_own_reading(
        self,
        info: Info,
        resident_id: ID,
        record_id: ID,
        values: OwnReadingValues,
        version: Annotated[int, strawberry.argument(description="That is corrected, as it was read.")],
        idempotency_key: str | None = None,
    ) -> pb.OwnReading:
        context = info.context
        request = pb.CorrectOwnReadingRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId"),
            record_id=parse_global_id(Kind.RECORD, record_id, "recordId"),
            values=values.message(),
            version=version,
        )
        return await context.clients.records.correct_own_reading(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Withdraw a reading of one's own: it is held back from every page, and its versions stay."
    )
    @refusable
    @asks("records.WithdrawOwnReading")
    async def withdraw_own_reading(
        self, info: Info, resident_id: ID, record_id: ID, idempotency_key: str | None = None
    ) -> pb.OwnReading:
        context = info.context
        request = pb.WithdrawOwnReadingRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId"),
            record_id=parse_global_id(Kind.RECORD, record_id, "recordId"),
        )
        return await context.clients.records.withdraw_own_reading(request, context.token, idempotency_key or "")
