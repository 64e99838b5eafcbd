"""The resident's own word to consent, given together with an order."""

import logging
from collections.abc import Iterable

from chassis.problems import Problem
from chassis.refusals import Refusal
from yima.consent.v1.api_pb2 import AgreeToOrderRequest
from yima.ordering.v1 import api_pb2 as ordering

from gateway.context import Context

log = logging.getLogger("gateway")


async def agree(context: Context, order: ordering.Order, hashes: Iterable[bytes]) -> None:
    """Tell consent, with the caller's own token, that they agree to what an order of theirs asks for, as far as these
    hashes say. Where consent does not take it, the order waits for consent, and the answer says why."""
    hashes_asked = {line.consent_hash for line in order.lines if line.consent_needed} & set(hashes)
    if not hashes_asked or not order.id or order.status != ordering.ORDER_STATUS_PLACED:
        return
    word = AgreeToOrderRequest(
        order_id=order.id,
        resident_id=order.resident_id,
        grantee_id=order.partner_id,
        consent_hashes=sorted(hashes_asked),
    )
    try:
        await context.clients.consent.agree_to_order(word, context.token)
    except (Problem, Refusal) as problem:
        log.warning("an order's consent was not given with it: %s", type(problem).__name__)
        context.consent_problems[order.id] = problem.detail or str(problem)
