"""Standings over HTTP: asked for again, for whoever has just changed one."""

from collections.abc import Sequence

from chassis.api import Call
from chassis.ids import parse_id
from yima.ordering.v1 import api_pb2 as pb
from yima.partners.v1.api_pb2 import GetProfilesRequest, Profile

from ordering.api.served import api
from ordering.commands import standings
from ordering.resources import Resources


async def profiles_now(request: pb.LearnStandingRequest, call: Call[Resources]) -> Sequence[Profile]:
    asked = GetProfilesRequest(partner_ids=[str(parse_id(request.partner_id, "partner_id"))])
    return (await call.resources.partners.get_profiles(asked)).profiles


@api.serves_after(profiles_now)
async def learn_standing(request: pb.LearnStandingRequest, call: Call[Resources]) -> pb.LearnedStanding:
    rows = await standings.keep_profiles(call.session, call.prepared)
    return pb.LearnedStanding(sells=any(row.sells for row in rows))
