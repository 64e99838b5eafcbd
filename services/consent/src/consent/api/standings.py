"""Standings over HTTP: asked for again, for whoever has just changed one."""

import asyncio

from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid
from yima.consent.v1 import api_pb2 as pb

from consent.api.served import Resources, api
from consent.commands import freezes, standings
from consent.domain.consents import RELEASE_SECONDS


@api.serves_once
async def learn_standing(request: pb.LearnStandingRequest, call: Call[Resources]) -> pb.LearnedStanding:
    """Answered as late as a revocation is: what was decided before is over by then."""
    if bool(request.partner_id) == bool(request.practitioner_id):
        raise Invalid("partner_id", "name either a partner or a practitioner")
    database, partners = call.resources.database, call.resources.partners
    if request.partner_id:
        partner_id = parse_id(request.partner_id, "partner_id")
        reads = await standings.learn(database, partners, partner_id)
    else:
        practitioner_id = parse_id(request.practitioner_id, "practitioner_id")
        reads = not await freezes.learn_freezes(database, partners, practitioner_id)
    await asyncio.sleep(RELEASE_SECONDS)
    return pb.LearnedStanding(reads_data=reads)
