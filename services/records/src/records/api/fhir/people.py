"""Residents and institutions, as far as the caller may know them.

A resident sees themselves, and whom they act for. A partner sees that somebody is a resident, by the id it knows them
by, where a consent permits it anything: name and birth date are shown to who scans a code, and nowhere else
(docs/adr/0606). What institutions call themselves is public.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from chassis import outcomes
from chassis.answers import Answer
from chassis.ids import Kind
from chassis.refusals import Invalid, NotFound
from city_pack.information import INFORMATION_TYPES
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as consent_pb
from yima.identity.v1.api_pb2 import GetMeRequest, Resident
from yima.partners.v1.api_pb2 import GetProfilesRequest

from records.api.fhir.origin import FhirRequest, interaction, resource_answer
from records.api.releases import released
from records.api.served import check_licence, token_of
from records.domain.names import name_of, named, resident_named
from records.domain.releases import ConsentDenied
from records.domain.search import short
from records.domain.shown import bundle, entry

MASKED = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}]}
NOBODY = "there is no such resident, or none of whom the caller may see anything"


@interaction("GET", "Patient/{id}")
async def read_patient(request: FhirRequest) -> Answer:
    return resource_answer(200, orjson.dumps(await patient(request, request.named["id"])).decode())


@interaction("GET", "Patient")
@interaction("POST", "Patient/_search")
async def search_patients(request: FhirRequest) -> Answer:
    """Those of some ids; a resident without any finds themselves, and whom they act for."""
    ids: list[str] = []
    for name, value in request.parameters:
        match name:
            case "_id":
                ids += value.split(",")
            case "_format" | "_pretty" | "_count" | "_total" | "_totalMethod" | "_summary" | "_sort":
                pass
            case _ if not request.lenient:
                raise Invalid(short(name), "is no search parameter of Patient here: one knows whom one asks for")
    if not ids and request.call.principal.role == Role.ROLE_RESIDENT:
        ids = [str(each.id) for each in await own_people(request)]
    if not ids:
        raise Invalid("_id", "is needed: nobody looks through the residents")
    if len(ids) > 1 and request.call.principal.role != Role.ROLE_RESIDENT:
        raise Invalid("_id", "one at a time: each is decided by consent")
    patients = []
    for each in ids:
        try:
            patients.append(await patient(request, each))
        except NotFound:
            continue
    entries = [
        entry(f"{request.base}/Patient/{each['id']}", orjson.dumps(each).decode(), search={"mode": "match"})
        for each in patients
    ]
    links = {"self": f"{request.base}/Patient?_id={','.join(ids)}"}
    return Answer(200, bundle("searchset", entries, links, len(entries)), outcomes.MEDIA_TYPE)


async def patient(request: FhirRequest, name: str) -> Mapping[str, Any]:
    """A resident as the caller may know them. Raises `NotFound`."""
    call = request.call
    check_licence(call)
    try:
        resident_id = resident_named(name, "id")
    except Invalid:
        raise NotFound(NOBODY) from None
    if call.principal.role == Role.ROLE_RESIDENT:
        return await known_patient(request, resident_id)
    question = consent_pb.DecideRequest(
        resident_id=str(resident_id),
        information_types=sorted(INFORMATION_TYPES),
        purpose=request.purpose,
        access_mode=request.access_mode,
        as_far_as_covered=True,
    )

    async def read(_decision: consent_pb.Decision) -> Mapping[str, Any]:
        return await known_patient(request, resident_id)

    try:
        _, shown = await released(question, read, call)
    except ConsentDenied:
        raise NotFound(NOBODY) from None
    return shown


async def known_patient(request: FhirRequest, resident_id: UUID) -> Mapping[str, Any]:
    """A resident as the caller may know them, once it is decided that they may know of them."""
    principal = request.call.principal
    if principal.role != Role.ROLE_RESIDENT:
        return masked_patient(resident_id)
    own = next((each for each in await own_people(request) if UUID(each.id) == resident_id), None)
    if own is None or not principal.acts_for(str(resident_id)):
        raise NotFound(NOBODY)
    return own_patient(own)


async def own_people(request: FhirRequest) -> Sequence[Resident]:
    """The caller, and whom they act for, as identity knows them."""
    call = request.call
    me = await call.resources.identity.get_me(GetMeRequest(), token_of(call))
    return [me.resident, *me.dependants]


def own_patient(resident: Resident) -> Mapping[str, Any]:
    known: dict[str, Any] = {
        "resourceType": "Patient",
        "id": name_of(Kind.RESIDENT, resident.id),
        "active": True,
        "name": [{"text": resident.name}],
    }
    return known | ({"birthDate": resident.birth_date} if resident.birth_date else {})


def masked_patient(resident_id: UUID) -> Mapping[str, Any]:
    return {
        "resourceType": "Patient",
        "id": name_of(Kind.RESIDENT, resident_id),
        "active": True,
        "name": [MASKED],
        "_birthDate": MASKED,
    }


@interaction("GET", "Organization/{id}")
async def read_organization(request: FhirRequest) -> Answer:
    """An institution, as the public may know it."""
    partner_id = named(Kind.PARTNER, request.named["id"])
    profiles = None
    if partner_id is not None:
        asked = GetProfilesRequest(partner_ids=[str(partner_id)])
        profiles = (await request.call.resources.partners.get_profiles(asked)).profiles
    if not profiles:
        raise NotFound("there is no such institution")
    names = profiles[0].name.text
    locales = [each for each in request.call.resources.city.locales if each in names]
    shown: dict[str, Any] = {
        "resourceType": "Organization",
        "id": request.named["id"],
        "active": True,
        "name": names[locales[0]] if locales else next(iter(names.values()), request.named["id"]),
    }
    if others := [names[each] for each in locales[1:]]:
        shown["alias"] = others
    return resource_answer(200, orjson.dumps(shown).decode())


@interaction("GET", "Practitioner/{id}")
async def read_practitioner(request: FhirRequest) -> Answer:
    """The caller, where they are a practitioner. What institutions call theirs is theirs, and no address here."""
    call = request.call
    practitioner_id = named(Kind.PRACTITIONER, request.named["id"])
    if call.principal.role != Role.ROLE_PRACTITIONER or practitioner_id != UUID(call.principal.subject_id):
        raise NotFound("there is no such practitioner, or none whom the caller may know")
    own = (await call.resources.identity.get_me(GetMeRequest(), token_of(call))).practitioner
    shown: dict[str, Any] = {
        "resourceType": "Practitioner",
        "id": request.named["id"],
        "active": not own.HasField("ended_at"),
        "name": [{"text": own.name}],
        "qualification": [
            {
                "identifier": [{"value": own.licence_number}],
                "code": {"text": own.title or "licensed practitioner"},
            }
        ],
    }
    return resource_answer(200, orjson.dumps(shown).decode())
