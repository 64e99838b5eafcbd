"""Act three: the split, the payout, and what comes after: a refund, a dispute, a payout that comes back."""

from typing import Any

import httpx2
from yima_client.caller import Caller, agreed, fresh_key, retried, until
from yima_client.errors import Refused

from ops.demo.story import Story, money
from ops.demo.waiting import reached
from ops.example_city import colleague


async def settle(
    story: Story,
    practitioner: Caller,
    staff: Caller,
    operator: Caller,
    bookkeeper: Caller,
    order_id: str,
    partner_id: str,
) -> bool:
    """Fulfilment, the split, the payout, the statement. Was it paid out? A city may hold the money for days."""
    await practitioner.run("fulfil-order", orderId=order_id)
    await show_split(story, staff, operator, order_id)
    await wait_as_new_partner(story, staff, operator, bookkeeper, partner_id)
    paid = await pay_out(story, staff, operator, partner_id)
    if paid:
        await read_statement(story, staff, partner_id)
    return paid


async def show_split(story: Story, staff: Caller, operator: Caller, order_id: str) -> None:
    """The money is taken and split; the ledger has it."""
    closed = await until(
        "the settlement", lambda: staff.run("order", id=order_id), lambda order: order["status"] == "CLOSED"
    )
    (split,) = closed["payment"]["splits"]
    story.add(
        "settlement",
        "takes the money and splits it",
        paid=money(split["gross"]),
        parts={party_name(part["party"]): money(part["amount"]) for part in split["parts"]},
        status=closed["status"],
    )
    entries = await operator.run("entries", orderId=order_id)
    story.add(
        "settlement",
        "has written it to the ledger",
        entries={
            entry["kind"]: {
                party_name(posting["account"]): posting["amount"]["amount"] for posting in entry["postings"]
            }
            for entry in entries
        },
    )


async def invite_bookkeeper(
    story: Story, nobody: Caller, operator: Caller, regulator: Caller, run: str, password: str
) -> Caller:
    """A second operator, for money alone. The regulator confirms who it is, so that the first is not both people."""
    bookkeeper = await colleague(
        nobody,
        operator,
        f"bookkeeper-{run}@yima.example.org",
        password,
        name="Zhao Min",
        duties=["FINANCE"],
        confirmer=regulator,
    )
    try:
        await bookkeeper.run("end-sessions", login=f"staff-{run}@clinic.example.org", reason="not hers to end")
    except Refused as refused:
        story.add(
            "operator",
            "invites a bookkeeper, whom the regulator confirms",
            duties=(await bookkeeper.run("me"))["duties"],
            beyond_them=refused.message,
        )
    return bookkeeper


async def wait_as_new_partner(
    story: Story, staff: Caller, operator: Caller, bookkeeper: Caller, partner_id: str
) -> None:
    """A new partner's money is held; two operators together let it be paid at once."""
    run = await operator.run("run-payouts", partnerId=partner_id, key=fresh_key())
    outlook = await staff.run("payout-outlook", partnerId=partner_id)
    on_hold = outlook["currencies"][0]["onHold"]
    story.add("operator", "runs the payouts: a new partner waits", paid=len(run["payouts"]), on_hold=money(on_hold))
    terms = {"setPayoutTerms": {"partnerId": partner_id, "terms": {"holdDays": 0}}}
    reason = "known for years: its money need not wait for complaints"
    proposed = await operator.run("propose", act=terms, reason=reason, key=fresh_key())
    decision = {"proposalId": proposed["id"], "approved": True}
    try:
        await operator.run("decide-proposal", **decision, key=fresh_key())
    except Refused as refused:
        approved = await bookkeeper.run("decide-proposal", **decision, key=fresh_key())
        story.add(
            "operator",
            "proposes that this partner is paid at once; another operator approves it",
            proposer_approves=refused.code,
            proposal=approved["status"],
        )


async def pay_out(story: Story, staff: Caller, operator: Caller, partner_id: str) -> bool:
    """Run the payouts. Was the partner paid?"""
    run = await operator.run("run-payouts", partnerId=partner_id, key=fresh_key())
    if not run["payouts"]:
        (held,) = run["held"]
        story.add(
            "operator",
            "pays nothing out yet: the city's risk tier holds the money longer. What comes after a payout is left out",
            on_hold=money(held["onHold"]),
            until=held["heldUntil"],
            reason=held["reason"],
        )
        return False
    (payout,) = run["payouts"]
    paid = await payout_in_status("PAID", staff, partner_id, payout["id"])
    story.add("operator", "runs the payouts", amount=money(paid["amount"]), status=paid["status"])
    return True


async def read_statement(story: Story, staff: Caller, partner_id: str) -> None:
    statement = await staff.run("statement", partnerId=partner_id)
    (account,) = statement["currencies"]
    story.add(
        "partner",
        "reads its statement",
        opening=money(account["opening"]),
        lines=[f"{line['kind']}: {line['amount']['amount']}" for line in account["lines"]],
        closing=money(account["closing"]),
    )


async def payout_in_status(status: str, staff: Caller, partner_id: str, payout_id: str) -> dict[str, Any]:
    """A payout, once it has this status."""

    async def look() -> dict[str, Any]:
        nodes: list[dict[str, Any]] = (await staff.run("payouts", partnerId=partner_id))["nodes"]
        return next(node for node in nodes if node["id"] == payout_id)

    return await until(f"a payout that is {status}", look, lambda payout: payout["status"] == status)


async def afterwards(
    story: Story,
    resident: Caller,
    practitioner: Caller,
    staff: Caller,
    operator: Caller,
    offering: dict[str, Any],
    order_id: str,
    partner_id: str,
) -> None:
    """Money that is claimed back after it was paid out: the next payout nets it, and what is disputed is held."""

    async def closing() -> str:
        (account,) = (await staff.run("statement", partnerId=partner_id))["currencies"]
        return money(account["closing"])

    part = {"amount": "60.00", "currency": (await staff.run("order", id=order_id))["total"]["currency"]}
    await operator.run("refund-order", orderId=order_id, amount=part, reason="a visit fell out", key=fresh_key())
    refunded = await until(
        "the refund",
        lambda: resident.run("order", id=order_id),
        lambda order: order["payment"]["status"] == "PARTLY_REFUNDED",
    )
    story.add(
        "operator",
        "refunds a part, after it was paid out",
        refunded=money(refunded["payment"]["refunded"]),
        balance=await closing(),
    )
    order = {"lines": [{"offeringId": offering["id"]}], "paymentMethod": "sandbox:ok", "consentGiven": True}
    order = await retried(lambda: agreed(resident, order), "unknown-offering")
    placed = await resident.run("place-order", input=order, key=fresh_key())

    await reached("CONFIRMED", resident, placed["id"])
    await staff.run("accept-order", orderId=placed["id"])
    code = await resident.run("issue-health-code")
    scan = await practitioner.run("redeem-health-code", text=code["text"])
    await practitioner.run("prove-service", orderId=placed["id"], scanReceipt=scan["receipt"], key=fresh_key())
    await practitioner.run("fulfil-order", orderId=placed["id"])
    await reached("CLOSED", resident, placed["id"])
    story.add("resident", "orders again, and is served", balance=await closing())
    dispute = await operator.run(
        "open-dispute", orderId=placed["id"], amount=part, reason="half a visit", key=fresh_key()
    )
    run = await operator.run("run-payouts", partnerId=partner_id, key=fresh_key())
    (payout,) = run["payouts"]
    story.add(
        "operator",
        "pays again: the refund is netted, the dispute held",
        disputed=money(dispute["amount"]),
        amount=money(payout["amount"]),
    )
    decided = await operator.run("decide-dispute", disputeId=dispute["id"], forPartner=True, key=fresh_key())
    story.add(
        "operator",
        "decides the dispute for the partner",
        dispute=decided["status"],
        balance=await closing(),
    )


async def come_back(
    story: Story, staff: Caller, operator: Caller, partner_id: str, provider: str, password: str
) -> None:
    """The partner's bank sends a payout back: it is owed again, paid again, and the statement says so."""

    async def pay(expected: str) -> dict[str, Any]:
        (payout,) = (await operator.run("run-payouts", partnerId=partner_id, key=fresh_key()))["payouts"]
        return await payout_in_status(expected, staff, partner_id, payout["id"])

    async with httpx2.AsyncClient(base_url=provider, auth=("demo", password), trust_env=False) as sandbox:
        (await sandbox.put("/faults", json={"bank_return": 1})).raise_for_status()
        try:
            returned = await pay("RETURNED")
        finally:
            (await sandbox.put("/faults", json={})).raise_for_status()
    story.add("operator", "pays what was held; the bank sends it back", status=returned["status"])
    paid = await pay("PAID")
    (account,) = (await staff.run("statement", partnerId=partner_id))["currencies"]
    story.add(
        "operator",
        "pays it again; the statement says all of it",
        amount=money(paid["amount"]),
        lines=[f"{line['kind']}: {line['amount']['amount']}" for line in account["lines"]],
        closing=money(account["closing"]),
    )


def party_name(text: str) -> str:
    """A ledger account or party without the partner's id."""
    head, _, rest = text.partition(":")
    return f"partner {rest.rpartition(':')[2]}".replace(f" {rest}", "") if head == "partner" else text
