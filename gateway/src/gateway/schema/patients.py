"""Patients: institutions' own patient numbers, whose they are, and what waits until that is known."""

from typing import Annotated

import strawberry
from strawberry import ID
from yima.identity.v1.enums import PatientMatchBasis
from yima.records.v1 import patients_pb2 as pb
from yima.records.v1.enums import PatientLinkEnding, PatientLinkStatus, PatientNumberStatus

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import field, shows
from gateway.scalars import DateTime
from gateway.schema.common import Connection, connection, page_request
from gateway.schema.partners import PartnerProfile, profile


@shows(pb.PatientLink)
class PatientLink:
    id: ID
    institution: PartnerProfile | None = profile("partner_id", "Whose patient number it is.")
    value: str
    status: PatientLinkStatus
    basis: PatientMatchBasis
    asked_at: DateTime | None
    until: DateTime | None
    matched_at: DateTime | None
    ended_at: DateTime | None
    ending: PatientLinkEnding | None
    reason: str | None
    checked: str | None
    withdrawn: int


@shows(pb.LeftOutLine)
class LeftOutLine:
    source_id: ID | None
    number: int | None
    position: int | None
    code: str
    field: str | None = field(description="Where in the line.")
    detail: str | None


@shows(pb.PatientNumber)
class PatientNumber:
    id: ID
    institution: PartnerProfile | None = profile("partner_id", "Whose number it is.")
    system: str
    value: str = field(description="The number.")
    status: PatientNumberStatus
    waiting: int
    waiting_since: DateTime | None
    first_seen_at: DateTime
    has_scan: bool
    has_identity_number: bool
    has_name: bool
    reason: str | None
    links: list[pb.PatientLink]
    refused: int
    left_out: list[pb.LeftOutLine]


@strawberry.type
class Query:
    @strawberry.field(
        description="Patient numbers of an institution's own, newest first: those for which there is something to do, "
        "or those in a status. What waits for them is counted, never shown."
    )
    @asks("records.ListPatientNumbers")
    async def patient_numbers(
        self,
        info: Info,
        partner_id: ID | None = None,
        status: PatientNumberStatus | None = None,
        value: Annotated[str | None, strawberry.argument(description="Only this number.")] = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.PatientNumber]:
        context = info.context
        request = pb.ListPatientNumbersRequest(
            partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId") if partner_id else "",
            status=status,
            value=value or "",
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.records.list_patient_numbers(request, context.token)
        return connection(answer.numbers, answer.page)

    @strawberry.field(
        description="Which institutions take a resident for which of their patients, and which ask whether they are; "
        "newest first. One's own, or of somebody for whom one acts."
    )
    @asks("records.ListPatientLinks")
    async def patient_links(
        self,
        info: Info,
        resident_id: ID | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.PatientLink]:
        context = info.context
        request = pb.ListPatientLinksRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId") if resident_id else "",
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.records.list_patient_links(request, context.token)
        return connection(answer.links, answer.page)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Have the patient asked whom name and birth date mean, if there is one and only one. Whether there "
        "is, is not said."
    )
    @refusable
    @asks("records.AskPatient")
    async def ask_patient(
        self, info: Info, patient_number_id: ID, checked: str, idempotency_key: str | None = None
    ) -> pb.PatientNumber:
        context = info.context
        request = pb.AskPatientRequest(
            patient_number_id=parse_global_id(Kind.PATIENT_NUMBER, patient_number_id, "patientNumberId"),
            checked=checked,
        )
        return await context.clients.records.ask_patient(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Say whether a patient number is one's own, as its institution asks.")
    @refusable
    @asks("records.AnswerPatientLink")
    async def answer_patient_link(
        self, info: Info, patient_link_id: ID, accepted: bool, idempotency_key: str | None = None
    ) -> pb.PatientLink:
        context = info.context
        request = pb.AnswerPatientLinkRequest(
            patient_link_id=parse_global_id(Kind.PATIENT_LINK, patient_link_id, "patientLinkId"), accepted=accepted
        )
        return await context.clients.records.answer_patient_link(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="End a link between a patient number and a resident: it was wrong, and what came by it leaves the "
        "record; or the number is another patient's from now on."
    )
    @refusable
    @asks("records.EndPatientLink")
    async def end_patient_link(
        self,
        info: Info,
        patient_link_id: ID,
        ending: PatientLinkEnding,
        reason: str,
        idempotency_key: str | None = None,
    ) -> pb.PatientLink:
        context = info.context
        request = pb.EndPatientLinkRequest(
            patient_link_id=parse_global_id(Kind.PATIENT_LINK, patient_link_id, "patientLinkId"),
            ending=ending,
            reason=reason,
        )
        return await context.clients.records.end_patient_link(request, context.token, idempotency_key or "")
