"""A partner's backend, whole: it puts an offering on sale, accepts orders as they are confirmed, states that it served,
and fetches its statements.

    pip install yima-client
    YIMA_URL=http://127.0.0.1:8700/graphql YIMA_API_KEY=yk_… python serve.py

It keeps its signing key and the cursor of the last event it dealt with in the folder YIMA_FOLDER: started again, it
goes on where it was. Prints a JSON line a step. With YIMA_ORDERS it ends after so many orders.
"""

import asyncio
import json
import os
from pathlib import Path

from yima_client import Partner, Refused
from yima_client.partner import OLDEST, StatementKey
from yima_client.problems import NotPermitted, StatementRefused

URL, API_KEY = os.environ["YIMA_URL"], os.environ["YIMA_API_KEY"]
FOLDER = Path(os.environ.get("YIMA_FOLDER", "."))
MANIFEST = os.environ.get("YIMA_OFFERING", "")
ORDERS = int(os.environ.get("YIMA_ORDERS", "0"))


def tell(step: str, **facts: object) -> None:
    print(json.dumps({"step": step, **facts}, default=str), flush=True)


def signing_key() -> StatementKey:
    """The key that statements are signed with. Register its public half once, as a person: `registerSigningKey`."""
    file = FOLDER / "signing-key.pem"
    if not file.exists():
        StatementKey().write(file)
    return StatementKey.read(file)


async def serve(partner: Partner, key: StatementKey, order_id: str) -> None:
    """Accept an order, give what it is for, and say so. Done twice, it does nothing twice."""
    order = await partner.order(order_id)
    if order is None or order.status not in ("CONFIRMED", "ACCEPTED"):
        return
    if order.status == "CONFIRMED":
        await partner.accept(order_id)
    for line in order.lines:
        if not line.proven:
            await state(partner, order_id, key.statement(order_id, line.id, f"report-{line.id}", partner.now()))
    tell("served", order=order_id)


async def state(partner: Partner, order_id: str, statement: str) -> None:
    """Hand a statement in. A key that was registered just now takes a moment to be known."""
    for _ in range(20):
        try:
            return await partner.state(order_id, statement)
        except StatementRefused:
            await asyncio.sleep(0.5)
    return await partner.state(order_id, statement)


async def main() -> None:
    key = signing_key()
    kept = FOLDER / "cursor"
    cursor = kept.read_text() if kept.exists() else OLDEST
    async with Partner.connect(URL, API_KEY) as partner:
        me = await partner.api.identity.me()
        tell("signed in", standing=me and me.role)
        if MANIFEST:
            try:
                offering = await partner.publish(json.loads(Path(MANIFEST).read_text("utf-8")))
                tell("published", reference=offering.reference, status=offering.status)
            except NotPermitted as refused:  # not certified yet, or suspended
                tell("not published", code=refused.code, message=refused.message)
        served = 0
        async for event in partner.order_events(after=cursor):
            if event.kind == "CONFIRMED":
                try:
                    await serve(partner, key, event.order_id)
                    served += 1
                except Refused as refused:  # cancelled in between, for example
                    tell("refused", order=event.order_id, code=refused.code, message=refused.message)
            kept.write_text(event.cursor)
            if ORDERS and served >= ORDERS:
                break
        statements = await partner.statements().all()
        tell("statements", issued=[statement.id for statement in statements])


asyncio.run(main())
