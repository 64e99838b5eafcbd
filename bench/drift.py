"""What services know of one another, held together once all is quiet: events, orders, money, consents, standing.

Each check reads the databases of a running system, the streams and the sandbox provider's books, and says what does not
agree. Money that is owed and did not move is no drift where a case says so; `explained` says which fault each case is
of, by the lots that the sandbox drew.
"""

import importlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx2
from chassis import bus, dead_letters
from chassis.consumer import Subscription
from chassis.settings import Settings
from devstack.nats import OPERATOR
from devstack.stack import Stack
from nats.js.errors import NotFoundError
from settlement.domain.cases import CaseKind
from settlement.provider.sandbox.books import Faults
from yima.services import SERVICES

SHOWN_MAX = 5  # of findings that are alike

# What a payment may be while its order is so. A status in brackets needs an open case, or a call that is still due.
PAYMENTS: Mapping[str, Sequence[str]] = {
    "placed": ("awaiting_method", "failed", "[authorising]", "[authorised]"),
    "confirmed": ("authorised",),
    "accepted": ("authorised",),
    "fulfilling": ("authorised",),
    "fulfilled": ("[capturing]", "[capture_failed]"),
    "closed": ("captured", "partly_refunded", "refunded", "[refunding]", "[refund_failed]"),
    "cancelled": ("voided", "failed", "awaiting_method", "refunded", "[voiding]", "[void_failed]"),
    "refused": ("voided", "failed", "awaiting_method", "[voiding]", "[void_failed]"),
    "expired": ("voided", "failed", "awaiting_method", "[voiding]", "[void_failed]"),
}
ENDED = ("closed", "cancelled", "refused", "expired")
# The faults that a case of this kind can come of. What a bank takes beyond the rest follows a refund.
CAUSES: Mapping[CaseKind, Sequence[str]] = {
    CaseKind.REFUND_FAILED: ("refuse_refund", "refund_fails_late"),
    CaseKind.VOID_FAILED: ("refuse_void",),
    CaseKind.CAPTURE_FAILED: ("refuse_capture",),
    CaseKind.AMOUNT_DIFFERS: ("partial_capture",),
    CaseKind.CHARGED_BEYOND: ("chargeback",),
    CaseKind.PAYOUTS_STOPPED: ("bank_return", "refuse_payout"),
}
# Every call that a case is about: its own, those of its refund or payment, of the disputed payment, of the partner.
CALLS_OF_CASES = """
    SELECT money_case.id, money_case.kind, call.id::text AS key
    FROM money_case
    LEFT JOIN provider_call AS call ON call.id = money_case.subject_id OR call.subject_id = money_case.subject_id
        OR call.payment_id = (SELECT payment_id FROM dispute WHERE dispute.id = money_case.subject_id)
        OR call.subject_id = (SELECT payment_id FROM dispute WHERE dispute.id = money_case.subject_id)
        OR call.subject_id IN (SELECT id FROM payout WHERE partner_id = money_case.subject_id)
    WHERE money_case.resolved_at IS NULL
"""
# Payments with their cases and what is still to be asked of the provider.
PAID = """
    SELECT payment.order_id, payment.status, payment.amount_minor,
        EXISTS (SELECT FROM provider_call AS call WHERE state = 'due' AND call.payment_id = payment.id)
        OR EXISTS (SELECT FROM money_case AS open WHERE resolved_at IS NULL AND open.order_id = payment.order_id)
            AS open
    FROM payment
"""
# The provider's movements as the ledger has them.
BOOKED = """
    SELECT call.id::text AS key, entry.kind, posting.amount_minor AS amount
    FROM (SELECT *, CASE WHEN tries > 0 AND step = 'refund' THEN ':' || tries ELSE '' END AS try FROM provider_call)
        AS call
    JOIN journal_entry AS entry ON entry.reference IN (
        'payment-captured:' || (SELECT order_id FROM payment WHERE payment.id = call.subject_id),
        'refund-paid:' || call.subject_id || call.try, 'refund-returned:' || call.subject_id || call.try,
        'payout-paid:' || call.subject_id, 'payout-returned:' || call.subject_id)
    JOIN posting ON posting.entry_id = entry.id AND posting.account = 'provider:cash'
    WHERE call.step IN ('capture', 'refund', 'pay_out') AND call.state = 'done'
    UNION ALL
    SELECT split_part(entry.reference, ':', 2), entry.kind, posting.amount_minor
    FROM journal_entry AS entry JOIN posting ON posting.entry_id = entry.id AND posting.account = 'provider:cash'
    WHERE entry.kind IN ('chargeback-taken', 'chargeback-returned')
"""
KINDS = {
    "capture": "payment-captured",
    "refund": "refund-paid",
    "payout": "payout-paid",
    "payout-return": "payout-returned",
    "refund-return": "refund-returned",
    "chargeback": "chargeback-taken",
    "chargeback-return": "chargeback-returned",
}


@dataclass(frozen=True, slots=True)
class Explained:
    """Open cases of a kind, by the fault that each is of. Those of no fault are `unexplained`, by their ids."""

    by_fault: Counter[tuple[str, str]]
    unexplained: Sequence[str]


def subscriptions(service: str) -> Sequence[Subscription[Any]]:
    """What a service hears, as its `app.py` declares it."""
    return list(getattr(importlib.import_module(f"{service}.app"), "SUBSCRIPTIONS", []))


async def of_events(stack: Stack) -> list[str]:
    """Every event is sent, and had its effect at everybody who hears of its type; none is buried."""
    off: list[str] = []
    for service in SERVICES:
        (unsent,) = await stack.postgres.fetch(service, "SELECT count(*) FROM outbox WHERE sent_at IS NULL")
        if unsent[0]:
            off.append(f"{service} has {unsent[0]} events that are not sent")
    for service in SERVICES:
        for hears in subscriptions(service):
            types = ", ".join(f"'{kind.DESCRIPTOR.full_name}'" for kind in hears.handlers)
            said = await stack.postgres.fetch(hears.stream.lower(), f"SELECT id FROM outbox WHERE type IN ({types})")
            handled = f"SELECT event_id FROM inbox WHERE durable = '{hears.durable}'"
            missing = {row[0] for row in said} - {row[0] for row in await stack.postgres.fetch(service, handled)}
            if missing:
                off.append(f"{hears.durable} has not handled {len(missing)} of {len(said)} events")
    return off


async def of_dead_letters(stack: Stack, durables: Sequence[str] = ()) -> list[str]:
    """What is buried, of these durables or of all."""
    connection = await bus.connect(Settings(nats_url=stack.bus.url_for(OPERATOR)), OPERATOR)
    try:
        letters = await dead_letters.list_dead(bus.jetstream(connection))
    except NotFoundError:
        return []
    finally:
        await connection.close()
    return [
        f"{letter.durable} buried {letter.subject}: {letter.reason}"
        for letter in letters
        if not durables or letter.durable in durables
    ]


async def of_orders(stack: Stack, client_orders: Mapping[str, str] | None = None) -> list[str]:
    """Ordering and settlement know the same orders and what is paid for them. `client_orders` are the orders that
    clients were answered, by the key each was placed with."""
    orders = await stack.postgres.fetch(
        "ordering", "SELECT id, status, total_minor, process, idempotency_key FROM orders"
    )
    payments = {row["order_id"]: row for row in await stack.postgres.fetch("settlement", PAID)}
    off: list[str] = []
    for order in orders:
        payment = payments.pop(order["id"], None)
        if payment is None:
            off.append(f"settlement does not know order {order['id']}, {order['status']}")
            continue
        allowed = PAYMENTS[order["status"]]
        good = payment["status"] in allowed or (payment["open"] and f"[{payment['status']}]" in allowed)
        if not good:
            off.append(f"order {order['id']} is {order['status']}, its payment {payment['status']}")
        if payment["amount_minor"] != order["total_minor"]:
            off.append(f"order {order['id']} costs {order['total_minor']}, its payment {payment['amount_minor']}")
    off += [f"settlement knows an order that ordering does not: {order_id}" for order_id in payments]
    if client_orders is not None:
        placed = {order["idempotency_key"]: str(order["id"]) for order in orders}
        off += [
            f"a client was answered {client_orders[key]}: {placed.get(key)}"
            for key in client_orders
            if placed.get(key) != client_orders[key]
        ]
    return off


async def of_consents(stack: Stack) -> list[str]:
    """A consent holds while its order is under way, and ended with it; nobody has asked for one without an order."""
    orders = {
        row["id"]: row["status"] for row in await stack.postgres.fetch("ordering", "SELECT id, status FROM orders")
    }
    known = {
        row["id"]: row
        for row in await stack.postgres.fetch("consent", "SELECT id, confirmed_at, ended_at FROM consent_order")
    }
    off = []
    for order_id, status in orders.items():
        order = known.get(order_id)
        if status in ENDED and (order is None or order["ended_at"] is None):
            off.append(f"consent does not know that order {order_id} is {status}")
        if status not in ENDED and order is not None and order["ended_at"] is not None:
            off.append(f"consent takes order {order_id} for ended, which is {status}")
    query = "SELECT order_id, ended_at, revoked_at FROM consent_artefact WHERE origin = 1"
    for artefact in await stack.postgres.fetch("consent", query):
        over = artefact["ended_at"] is not None or artefact["revoked_at"] is not None
        if orders.get(artefact["order_id"], "unknown") in (*ENDED, "unknown") and not over:
            off.append(f"a consent for order {artefact['order_id']} goes on after it")
    query = "SELECT order_id FROM consent_request WHERE origin = 1"
    asked = {row[0] for row in await stack.postgres.fetch("consent", query)}
    return off + [f"a consent is asked for of no order: {order_id}" for order_id in asked - orders.keys()]


async def of_standing(stack: Stack) -> list[str]:
    """Everybody knows each partner as partners does."""
    query = "SELECT id, version FROM partner"
    partners = {row["id"]: row["version"] for row in await stack.postgres.fetch("partners", query)}
    copies = {
        "consent": "SELECT partner_id, version FROM standing",
        "catalog": "SELECT partner_id, version FROM partner_standing",
        "settlement": "SELECT partner_id, standing_version FROM payee",
    }
    off = []
    for service, query in copies.items():
        for partner_id, version in await stack.postgres.fetch(service, query):
            if partners.get(partner_id) != version:
                off.append(f"{service} knows partner {partner_id} as of {version}, not {partners.get(partner_id)}")
    return off


async def of_provider(stack: Stack) -> list[str]:
    """Every movement that the provider reports is in the ledger, and none else."""
    async with httpx2.AsyncClient(auth=("", stack.webhook_secret), trust_env=False, verify=stack.shown()) as http:
        report = (await http.get(f"{stack.provider_url}/report")).json()
    reported = Counter((entry["key"], KINDS[entry["kind"]], entry["amount"]) for entry in report)
    booked = Counter(tuple(row.values()) for row in await stack.postgres.fetch("settlement", BOOKED))
    off = [f"the provider did {entry}, which is not booked" for entry in reported - booked]
    return off + [f"{entry} is booked, which the provider did not do" for entry in booked - reported]


async def explained(stack: Stack, faults: Faults) -> Explained:
    """The fault that each open case is of: one that can lead to it, and that the sandbox drew for a call of it."""
    keys: dict[tuple[Any, str], set[str]] = {}
    for row in await stack.postgres.fetch("settlement", CALLS_OF_CASES):
        keys.setdefault((row["id"], row["kind"]), set()).add(row["key"] or "")
    by_fault: Counter[tuple[str, str]] = Counter()
    unexplained = []
    for (case_id, kind), calls in keys.items():
        drawn = [fault for fault in CAUSES.get(CaseKind(kind), ()) if any(faults.fires(fault, key) for key in calls)]
        if drawn:
            by_fault[kind, drawn[0]] += 1
        else:
            unexplained.append(f"{kind} {case_id}")
    return Explained(by_fault, unexplained)


async def everywhere(stack: Stack, client_orders: Mapping[str, str] | None = None) -> list[str]:
    """All of the checks; the first findings of each and how many more there are."""
    off: list[str] = []
    for findings in (
        await of_events(stack),
        await of_dead_letters(stack),
        await of_orders(stack, client_orders),
        await of_consents(stack),
        await of_standing(stack),
        await of_provider(stack),
    ):
        off += findings[:SHOWN_MAX]
        if len(findings) > SHOWN_MAX:
            off.append(f"… and {len(findings) - SHOWN_MAX} more like it")
    return off


async def still_due(stack: Stack, within_seconds: int) -> int:
    """How many calls to the provider fall due within so many seconds. What was refused and is tried again is a case."""
    query = (
        "SELECT count(*) FROM provider_call WHERE state = 'due' AND tries = 0"
        f" AND due_at < now() + interval '{within_seconds} s'"
    )
    try:
        return int((await stack.postgres.fetch("settlement", query))[0][0])
    except asyncpg.PostgresError:
        return -1
