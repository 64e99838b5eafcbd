"""Money that one person alone could take or lose."""

from uuid import UUID

from yima_client.caller import fresh_key

from e2e.attack.agreements import priced
from e2e.attack.attacks import Outcome, attack, judge
from e2e.attack.scene import Scene, code_of
from e2e.people import Clinic, place, serve, until_status

DISPUTE = """mutation ($order: ID!, $key: String!) { openDispute(orderId: $order, reason: "a trial",
    amount: { amount: "0.01", currency: "USD" }, charged: { amount: "999999999.99", currency: "CNY" },
    idempotencyKey: $key) { __typename ... on Dispute { id status } ... on Refused { code message field } } }"""
DECIDE = """mutation ($id: ID!, $key: String!) {
    decideDispute(disputeId: $id, forPartner: false, idempotencyKey: $key) {
    __typename ... on Dispute { id status } ... on Refused { code message field } } }"""


async def paid_order(scene: Scene, clinic: Clinic) -> str:
    """An order that was served by a scan, and whose money was taken."""
    resident, _ = await scene.resident()
    order = await place(resident, clinic, consentGiven=False)
    await until_status(resident, order["id"], "CONFIRMED")
    await serve(resident, clinic, order["id"])
    await until_status(resident, order["id"], "CLOSED")
    return str(order["id"])


@attack("H4", "a partner that refunds what it was paid out already, and a new one's first payout")
async def exit_scam(scene: Scene) -> Outcome:
    operator, faults = await scene.operator(), []
    known, new = await scene.clinic(**priced("1000.00")), await scene.clinic(agreed_terms=False, **priced("1000.00"))
    order_id = await paid_order(scene, known)
    await paid_order(scene, new)
    run = await operator.run("run-payouts", partnerId=known.partner_id, key=fresh_key())
    refunded = await code_of(known.staff.run("refund-order", orderId=order_id, reason="a trial", key=fresh_key()))
    if not run["payouts"]:
        faults.append(f"could not be tried: {run}")
    if not refunded:
        faults.append("it refunded what it no longer had")
    first = await operator.run("run-payouts", partnerId=new.partner_id, key=fresh_key())
    if first["payouts"]:
        faults.append("a new partner was paid out at once")
    held = ", ".join(held["reason"] for held in first["held"])
    return judge(faults, f"the refund: {refunded}; the new partner's payout is held: {held}")


@attack("F6", "one operator gives an accomplice, or a fund of their own making, a share of a partner's contract")
async def shares_of_others(scene: Scene) -> Outcome:
    clinic, other, operator = await scene.clinic(), await scene.clinic(), await scene.operator()
    parties = [f"partner:{UUID(one.partner_id.partition('_')[2])}" for one in (other, clinic)] + ["fund:accomplice"]
    answers = [
        await code_of(
            operator.run("offer-contract", partnerId=clinic.partner_id, shares=[{"party": party, "basisPoints": 9_000}])
        )
        for party in parties
    ]
    faults = [f"{party} was offered" for party, code in zip(parties, answers, strict=True) if not code]
    return judge(faults, ", ".join(answers))


@attack("H11", "one operator opens and decides a dispute over a sum of their own")
async def one_operator(scene: Scene) -> Outcome:
    clinic, operator = await scene.clinic(**priced("100.00")), await scene.operator()
    order_id = await paid_order(scene, clinic)
    opened = await operator.raw(DISPUTE, order=order_id, key=fresh_key())
    dispute = (opened.get("data") or {}).get("openDispute") or {}
    if "id" not in dispute:
        return judge([], f"refused: {dispute.get('code') or opened.get('errors')}")
    decided = (await operator.raw(DECIDE, id=dispute["id"], key=fresh_key()))["data"]["decideDispute"]
    faults = ["one person booked a loss of 999,999,999.99"] if "id" in decided else []
    return judge(faults, f"the decision needs another person: {decided.get('code')}")
