"""The contract notifications serves, and what answers each refusal."""

from uuid import UUID

from chassis.api import Api, Call
from yima.notifications.v1 import api_pb2 as pb

from notifications.commands import standings
from notifications.domain.conformance import ConformanceCheckBegun, ConformanceRunOver, TooManyConformanceRuns
from notifications.domain.endpoints import EndpointEnded, EndpointNotActive, StandingNeeded, TooManyEndpoints
from notifications.domain.messages import PushNotSetUp, TooManySubscriptions
from notifications.resources import Resources


async def in_good_standing(call: Call[Resources]) -> None:
    """Refuse a caller whose partner is not told of anything now, as partners has it."""
    standing = await standings.learn(call.resources.database, call.resources.partners, partner_of(call))
    if standing is None or not standing.good(call.now):
        raise StandingNeeded(
            "sign a contract, renew what has lapsed, or ask the operator or the regulator why it is not"
        )


api: Api[Resources] = Api(
    pb.DESCRIPTOR.services_by_name["NotificationsApi"],
    refusals={
        EndpointEnded: 409,
        EndpointNotActive: 409,
        TooManyEndpoints: 429,
        StandingNeeded: 403,
        ConformanceRunOver: 409,
        ConformanceCheckBegun: 409,
        TooManyConformanceRuns: 429,
        TooManySubscriptions: 409,
        PushNotSetUp: 409,
    },
    standing_of_neighbour=in_good_standing,
)


def partner_of(call: Call[Resources]) -> UUID:
    return UUID(call.principal.partner_id)
