"""Chargebacks: a cardholder's bank takes money back by itself. What it took is booked; nothing is ever sent for it."""

from datetime import datetime
from uuid import UUID

from chassis.ids import new_id
from chassis.outbox import publish
from sqlalchemy.ext.asyncio import AsyncSession

from settlement import messages, refund_outcomes
from settlement.cases import case
from settlement.commands import evidence
from settlement.commands.refunds import liability_of
from settlement.domain import splits
from settlement.domain.cases import Case
from settlement.domain.disputes import Told
from settlement.domain.ledger import CASH, DISPUTED, SUSPENSE, JournalEntry, Posting, bearing
from settlement.domain.payments import TAKEN, Dispute, Refund, RefundKind
from settlement.store import cases, ledger, payments
from settlement.store import disputes as store
from settlement.tables import DisputeRow, JournalEntryRow, PaymentRow, RefundRow

REASON_LENGTH_MAX = 500


async def hear(session: AsyncSession, payment: PaymentRow, told: Told, now: datetime) -> bool:
    """Write down what the provider tells of a dispute; says whether it was news. What comes late, twice, or out of its
    order undoes nothing: a dispute that is decided stays so."""
    dispute = await store.by_provider_reference(session, told.reference)
    news = dispute is None
    if dispute is None:
        dispute = await attach(session, payment, told) or await opened(session, payment, told, now)
    if dispute.status != Dispute.OPEN:
        ended = Dispute.WON if told.won else Dispute.LOST
        if told.won is not None and dispute.status != ended:
            said = f"the dispute was {dispute.status}, and then the provider said it was {ended}"
            await cases.open_cases(session, [case(Case.CONTRADICTED, dispute.id, said, now, payment)])
        return news
    if told.taken and not dispute.taken_minor:
        await take(session, dispute, told.amount_minor, now)
        news = True
    if told.won is None:
        return news
    await evidence.freeze(session, dispute, now)
    await close(session, dispute, told.won, now)
    return True


async def attach(session: AsyncSession, payment: PaymentRow, told: Told) -> DisputeRow | None:
    """The dispute an operator opened of the same, which is the bank's from now on."""
    dispute = await store.open_dispute_of(session, payment.id)
    if dispute is None or dispute.provider_reference is not None:
        return None
    dispute.provider_reference = told.reference
    await session.flush()
    return dispute


async def opened(session: AsyncSession, payment: PaymentRow, told: Told, now: datetime) -> DisputeRow:
    """Hold what is disputed from whoever bears it. What is more than is left of the payment nobody bears yet: it is on
    the suspense account, and a case."""
    rest = payment.captured_minor - payment.refunded_minor if payment.status in TAKEN else 0
    minor = min(told.amount_minor, rest)
    excess = told.amount_minor - minor
    dispute_id = new_id()
    entry = await hold(session, payment, dispute_id, minor, (SUSPENSE, excess), now)
    dispute = DisputeRow(
        id=dispute_id,
        payment_id=payment.id,
        partner_id=payment.partner_id,
        entry_id=entry.id,
        amount_minor=told.amount_minor,
        excess_minor=excess,
        currency=payment.currency,
        reason=told.reason[:REASON_LENGTH_MAX] or "the cardholder's bank",
        status=Dispute.OPEN,
        opened_at=now,
        provider_reference=told.reference,
    )
    session.add(dispute)
    await session.flush()
    publish(session, messages.dispute_opened(dispute, payment.order_id), payment.order_id)
    if excess:
        said = f"the bank claims {told.amount_minor} minor units where {rest} are left of the payment"
        about = case(Case.CHARGED_BEYOND, dispute.id, said, now, payment, (excess, payment.currency))
        await cases.open_cases(session, [about])
    return dispute


async def hold(
    session: AsyncSession, payment: PaymentRow, dispute_id: UUID, minor: int, beyond: tuple[str, int], now: datetime
) -> JournalEntry:
    """The entry that holds what is disputed: of each part what it would bear of a refund, and `beyond` the payment."""
    by_account: dict[str, int] = {}
    for account, bears in await borne(session, payment, minor):
        by_account[account] = by_account.get(account, 0) + bears
    held = [Posting(account, bears, payment.currency) for account, bears in by_account.items() if bears]
    account, excess = beyond
    held += [Posting(account, excess, payment.currency)] if excess else []
    held.append(Posting(DISPUTED, -minor - excess, payment.currency))
    reference = f"dispute-opened:{dispute_id}"
    entry = JournalEntry(new_id(), "dispute-opened", reference, tuple(held), order_id=payment.order_id)
    await ledger.append(session, [entry], now)
    return entry


async def borne(session: AsyncSession, payment: PaymentRow, minor: int, lost: bool = False) -> list[tuple[str, int]]:
    """Which account bears how much of so much of the payment; where it is lost, the parts are drawn on."""
    if not minor:
        return []
    lines = (await payments.splits(session, [payment.id]))[payment.id]
    parts = [(part, liability_of(line)) for line, stored in lines if line.fulfilled for part in stored]
    shares = splits.refund(minor, [part.amount_minor - part.refunded_minor for part, _ in parts])
    for (part, _), bears in zip(parts, shares, strict=True):
        part.refunded_minor += bears if lost else 0
    return [
        (bearing(part.account, payment.partner_id, liability), bears)
        for (part, liability), bears in zip(parts, shares, strict=True)
    ]


async def take(session: AsyncSession, dispute: DisputeRow, minor: int, now: datetime) -> None:
    """The bank has the money. What it took beyond the dispute is a person's to explain."""
    dispute.taken_minor = min(minor, dispute.amount_minor)
    more = minor - dispute.taken_minor
    moved = [Posting(DISPUTED, dispute.taken_minor, dispute.currency), Posting(CASH, -minor, dispute.currency)]
    moved += [Posting(SUSPENSE, more, dispute.currency)] if more else []
    await session.flush()
    await ledger.append(session, [entry_of("chargeback-taken", dispute, moved)], now)
    if more:
        said = f"the bank took {minor} minor units of a dispute of {dispute.amount_minor}"
        about = case(Case.CHARGED_BEYOND, dispute.id, said, now, amount=(more, dispute.currency))
        await cases.open_cases(session, [about])


def entry_of(kind: str, dispute: DisputeRow, moved: list[Posting], reverses: UUID | None = None) -> JournalEntry:
    """An entry about what the bank did: under the provider's name of it, where there is one."""
    return JournalEntry(
        new_id(), kind, f"{kind}:{dispute.provider_reference or dispute.id}", tuple(moved), reverses=reverses
    )


async def close(session: AsyncSession, dispute: DisputeRow, won: bool, now: datetime) -> None:
    """The bank has decided. Won: what it took comes back, and what was held is let go. Lost: the resident has the money
    from the bank already, and the parts are drawn on as by a refund."""
    if not won:
        if not dispute.taken_minor:
            await take(session, dispute, dispute.amount_minor, now)
        await lose(session, dispute, now)
        return
    if dispute.taken_minor:
        taken, postings = await ledger.by_reference(
            session, f"chargeback-taken:{dispute.provider_reference or dispute.id}", f"chargeback-taken:{dispute.id}"
        )
        back = [Posting(row.account, -row.amount_minor, row.currency) for row in postings]
        await ledger.append(session, [entry_of("chargeback-returned", dispute, back, taken.id)], now)
    dispute.taken_minor = 0
    await let_go(session, dispute, Dispute.WON, now)


async def let_go(session: AsyncSession, dispute: DisputeRow, status: Dispute, now: datetime) -> JournalEntryRow:
    """End a dispute and undo what was held for it; returns the entry that held it."""
    entry, postings = await ledger.entry(session, dispute.entry_id)
    undone = tuple(Posting(row.account, -row.amount_minor, row.currency) for row in postings)
    dispute.status, dispute.decided_at = status, now
    kind = f"dispute-{status}"
    reversal = JournalEntry(new_id(), kind, f"{kind}:{dispute.id}", undone, order_id=entry.order_id, reverses=entry.id)
    await session.flush()
    await ledger.append(session, [reversal], now)
    return entry


async def lose(session: AsyncSession, dispute: DisputeRow, now: datetime) -> None:
    """What was held stays with who bears it; the payment has been given back by so much, by the bank."""
    payment = (await payments.payments_by_id_for_update(session, [dispute.payment_id]))[dispute.payment_id]
    minor = dispute.amount_minor - dispute.excess_minor
    dispute.status, dispute.decided_at = Dispute.LOST, now
    payment.version += 1
    await session.flush()
    if not minor:
        return
    await borne(session, payment, minor, lost=True)
    payment.refunded_minor += minor
    refund = RefundRow(
        id=new_id(), payment_id=payment.id, amount_minor=minor, reason=dispute.reason, asked_by=dispute.id,
        asked_at=now, paid_at=now, state=Refund.DONE, kind=RefundKind.CHARGEBACK,
    )  # fmt: skip
    session.add(refund)
    await session.flush()
    publish(session, refund_outcomes.refund_made(refund, payment), payment.order_id)
    await refund_outcomes.show(session, {payment.id: payment}, {payment.id})
