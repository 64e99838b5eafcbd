"""Who comes: released on consent's word, which writes it to the resident's access log."""

from typing import cast

from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import NotFound
from city_pack.information import CONTACT
from yima.catalog.v1.api_pb2 import ACCESS_MODE_VIEW
from yima.consent.v1 import api_pb2 as consent_pb
from yima.identity.v1 import api_pb2 as pb

from identity import store
from identity.api.served import Resources, api
from identity.domain.people import age, is_minor
from identity.domain.releases import ContactDenied

TREATMENT = "TREAT"


async def permitted(request: pb.ReleaseContactRequest, call: Call[Resources]) -> str:
    """The id of the decision that permits it. Raises `ContactDenied`."""
    resident_id = parse_id(request.resident_id, "resident_id")
    decision = await call.resources.consent.decide(
        consent_pb.DecideRequest(
            resident_id=str(resident_id),
            information_types=[CONTACT],
            purpose=request.purpose or TREATMENT,
            access_mode=ACCESS_MODE_VIEW,
        ),
        call.authorization.removeprefix("Bearer "),
    )
    if not decision.permitted:
        reason = consent_pb.Reason.Name(decision.reason).removeprefix("REASON_").lower().replace("_", " ")
        raise ContactDenied(
            f"{reason}: an order has to ask for `contact`, be confirmed, and not be over", "resident_id"
        )
    return decision.id


@api.serves_after(permitted)
async def release_contact(request: pb.ReleaseContactRequest, call: Call[Resources]) -> pb.ReleasedContact:
    resident_id = parse_id(request.resident_id, "resident_id")
    born = await store.releases.birth_date(call.session, resident_id)
    if born is None:
        raise NotFound("there is no such resident", "resident_id")
    minor = is_minor(born, call.resources.pack, call.now)
    person = await store.releases.person(call.session, resident_id, call.now, minor=minor)
    assert person is not None  # residents stay
    return pb.ReleasedContact(
        name=person.name,
        age=age(person.birth_date, call.resources.pack.today(call.now)),
        proven=person.proven,
        telephone=person.telephone,
        guardian_names=person.guardian_names,
        decision_id=cast(str, call.prepared),
    )
