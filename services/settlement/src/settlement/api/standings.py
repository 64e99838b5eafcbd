"""Where partners stand as payees, over HTTP: asked for again, for whoever has just changed it."""

from chassis.api import Call
from chassis.ids import parse_id
from chassis.problems import Problem
from chassis.refusals import NotFound
from yima.partners.v1.api_pb2 import CAPABILITY_BE_PAID, GetPartnerRequest, Partner
from yima.settlement.v1 import api_pb2 as pb

from settlement.api.served import api
from settlement.commands import contracts
from settlement.commands.resources import Resources
from settlement.tables import PayeeRow

NOT_FOUND = 404


async def partner_now(request: pb.LearnStandingRequest, call: Call[Resources]) -> Partner:
    partner_id = parse_id(request.partner_id, "partner_id")
    token = call.authorization.removeprefix("Bearer ")
    partners = call.resources.partners
    assert partners is not None, "a settlement that runs asks partners"
    try:
        return await partners.get_partner(GetPartnerRequest(partner_id=str(partner_id)), token)
    except Problem as problem:
        if problem.status == NOT_FOUND:
            raise NotFound("there is no such partner", "partner_id") from None
        raise


@api.serves_after(partner_now)
async def learn_standing(request: pb.LearnStandingRequest, call: Call[Resources]) -> pb.LearnedStanding:
    """A run of payouts that is under way holds its payees: the answer waits for it, and none comes after it."""
    payee = payee_now(call.prepared)
    await contracts.keep_standings(call.session, [payee])
    return pb.LearnedStanding(may_be_paid=payee.may_be_paid)


def payee_now(partner: Partner) -> PayeeRow:
    """What partners answers of a partner as a payee."""
    in_force = [freeze for freeze in partner.freezes if not freeze.HasField("lifted_at")]
    return PayeeRow(
        partner_id=parse_id(partner.id, "partner_id"),
        may_be_paid=CAPABILITY_BE_PAID in partner.capabilities,
        frozen_case=", ".join(
            sorted({freeze.case_number for freeze in in_force if CAPABILITY_BE_PAID in freeze.capabilities})
        ),
        standing_version=partner.version,
    )
