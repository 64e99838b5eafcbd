"""What clients spend at one replica of the gateway is taken off at the others as well, over the bus.

No request waits for it. Each replica says a few times a second what was spent there, and at once where that is a
twentieth of a budget; the others take it off. So one client spends at most a twentieth more for each further replica,
and what is on its way. With the bus away each replica has its own budget for a client, as one alone has.

It is core NATS, which keeps nothing. Nobody but the gateway may say or hear it.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import batched
from uuid import uuid4

import orjson
from chassis import bus
from nats.aio.client import Client as Connection
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from gateway.limits import COST_CEILING, Budgets

log = logging.getLogger("gateway.spending")

SUBJECT = "gateway.spent"
TELL_SECONDS = 0.25
CLIENTS_AT_ONCE = 2_000  # in a message
CLIENT_CHARACTERS_MAX = 200


async def share(connection: Connection, budgets: Budgets) -> None:
    """Say what is spent here, and hear what is spent elsewhere, for as long as the process lives."""
    own = uuid4().hex

    async def heard(message: Msg) -> None:
        spent = spent_in(message.data)
        if spent is None:
            log.warning("what came on %s says nothing that a replica says", SUBJECT)
        elif spent[0] != own:
            budgets.hear(spent[1])

    subscription = await connection.subscribe(SUBJECT, cb=heard)
    try:
        await bus.subscribed(connection)
        log.info("what clients spend at other replicas is taken off here")
        while True:
            budgets.others_hear = connection.is_connected
            with suppress(TimeoutError):
                async with asyncio.timeout(TELL_SECONDS):
                    await budgets.much_unheard.wait()
            messages = said(own, budgets.unheard())
            if connection.is_connected:  # else it is nobody's: it would come when it is over
                for message in messages:
                    await connection.publish(SUBJECT, message)
    finally:
        budgets.others_hear = False
        with suppress(NatsError):
            await subscription.unsubscribe()


def said(own: str, spent: Mapping[str, int]) -> Sequence[bytes]:
    """Messages that say this."""
    parts = batched(spent.items(), CLIENTS_AT_ONCE, strict=False)
    return [orjson.dumps({"from": own, "spent": dict(some)}) for some in parts]


def spent_in(data: bytes) -> tuple[str, Mapping[str, int]] | None:
    """Who says this, and what was spent there by whom; None where it is not what a replica says."""
    try:
        message = orjson.loads(data)
        sender, spent = message["from"], message["spent"]
        fits = isinstance(sender, str) and len(spent) <= CLIENTS_AT_ONCE
        known = {str(client): int(cost) for client, cost in spent.items() if 0 < cost <= COST_CEILING}
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
        return None
    fits = fits and len(known) == len(spent) and all(len(client) <= CLIENT_CHARACTERS_MAX for client in known)
    return (sender, known) if fits else None
