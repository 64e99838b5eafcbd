"""Whom messages reach, and where. Only notifications asks."""

from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid
from yima.common.v1.route_pb2 import Duty, GuardianAct
from yima.identity.v1 import api_pb2 as pb

from identity import store
from identity.api.served import Resources, api
from identity.domain.reach import AUDIENCES_MAX, Audience

USE = "reach"  # of the tokens by which notifications says that it asks


@api.serves
async def reach_people(request: pb.ReachPeopleRequest, call: Call[Resources]) -> pb.PeopleReached:
    await call.resources.notifier.receipt(request.sender, USE, call.now.timestamp(), field="sender")
    if not 1 <= len(request.audiences) <= AUDIENCES_MAX:
        raise Invalid("audiences", f"must be 1 to {AUDIENCES_MAX}")
    audiences = [audience_of(each, f"audiences[{index}]") for index, each in enumerate(request.audiences)]
    reached = await store.reach.people(call.session, audiences, call.now)
    known = await store.reach.known(call.session, [each.account_id for each in audiences if each.account_id])
    return pb.PeopleReached(
        audiences=[
            pb.ReachedAudience(
                people=[
                    pb.ReachedPerson(
                        account_id=str(person.account_id),
                        role=f"ROLE_{person.role.upper()}",
                        addresses=person.addresses,
                    )
                    for person in people
                ],
                ended=audience.account_id is not None and audience.account_id not in known,
            )
            for audience, people in zip(audiences, reached, strict=True)
        ]
    )


def audience_of(message: pb.Audience, at: str) -> Audience:
    said = [message.resident_id, message.partner_id, message.account_id, message.operators, message.regulators]
    if sum(map(bool, said)) != 1:
        raise Invalid(at, "must name a resident, a partner, an account, the operators or the regulators: one of them")
    return Audience(
        resident_id=parse_id(message.resident_id, f"{at}.resident_id") if message.resident_id else None,
        partner_id=parse_id(message.partner_id, f"{at}.partner_id") if message.partner_id else None,
        account_id=parse_id(message.account_id, f"{at}.account_id") if message.account_id else None,
        operators=message.operators,
        regulators=message.regulators,
        duties=[Duty.Name(duty).removeprefix("DUTY_").lower() for duty in message.duties if duty in Duty.values()],
        act=act_named(message.act, at),
    )


def act_named(number: int, at: str) -> str:
    if number not in GuardianAct.values():
        raise Invalid(f"{at}.act", "is no act of a guardian")
    return GuardianAct.Name(number).removeprefix("GUARDIAN_ACT_").lower() if number else ""
