"""Patients of institutions over HTTP. Only records asks, in the name of whoever sent a batch."""

from uuid import UUID

from chassis import moments, texts
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid
from yima.identity.v1 import api_pb2 as pb

from identity.api.served import Resources, api
from identity.commands import patients as commands
from identity.domain.patients import PATIENTS_MAX, SEAL_BYTES_MAX, Evidence


async def institution_of(sender: str, call: Call[Resources]) -> UUID:
    """Whose patients these are, as records says."""
    claims = await call.resources.senders.receipt(sender, "collection", call.now.timestamp(), field="sender")
    return UUID(claims["pid"])


@api.serves
async def seal_identity_numbers(request: pb.SealIdentityNumbersRequest, call: Call[Resources]) -> pb.SealedNumbers:
    if not 1 <= len(request.identity_numbers) <= PATIENTS_MAX:
        raise Invalid("identity_numbers", f"must be 1 to {PATIENTS_MAX}")
    seals = await commands.seal_numbers(
        call.session,
        call.resources.patient_seals,
        call.resources.number_key,
        institution_id=await institution_of(request.sender, call),
        numbers=request.identity_numbers,
        day=call.now.astimezone(call.resources.pack.zone).date(),
    )
    return pb.SealedNumbers(seals=seals)


@api.serves
async def match_patients(request: pb.MatchPatientsRequest, call: Call[Resources]) -> pb.PatientMatches:
    if not 1 <= len(request.patients) <= PATIENTS_MAX:
        raise Invalid("patients", f"must be 1 to {PATIENTS_MAX}")
    institution_id = await institution_of(request.sender, call)
    matches = await commands.match_patients(
        call.session,
        institution_id=institution_id,
        patients=[
            evidence_of(patient, f"patients[{index}]", institution_id, call)
            for index, patient in enumerate(request.patients)
        ],
    )
    return pb.PatientMatches(
        matches=[
            pb.PatientMatch(
                resident_id=str(each.resident_id or ""),
                basis=int(each.basis or 0),  # type: ignore[arg-type] # the contract's number
                differs=each.differs,
            )
            for each in matches
        ]
    )


def evidence_of(message: pb.PatientEvidence, at: str, institution_id: UUID, call: Call[Resources]) -> Evidence:
    if len(message.seal) > SEAL_BYTES_MAX:
        raise Invalid(f"{at}.seal", f"must have at most {SEAL_BYTES_MAX} bytes")
    return Evidence(
        number_hash=call.resources.patient_seals.open(institution_id, message.seal) if message.seal else None,
        scan_id=parse_id(message.scan_id, f"{at}.scan_id") if message.scan_id else None,
        resident_id=parse_id(message.resident_id, f"{at}.resident_id") if message.resident_id else None,
        name=texts.name(message.name, f"{at}.name") if message.name else "",
        birth_date=moments.parse_day(message.birth_date, f"{at}.birth_date") if message.birth_date else None,
    )
