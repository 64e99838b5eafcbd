"""Chargebacks: a cardholder's bank takes money back by itself. What it took is booked; nothing is ever sent for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from chassis import texts
from chassis.ids import new_id
from chassis.outbox import publish
from sqlalchemy.ext.asyncio import AsyncSession

from settlement import events
from settlement.commands import evidence, refund_outcomes
from settlement.domain import splits
from settlement.domain.cases import CaseKind
from settlement.domain.disputes import DisputeStatus, ProviderDispute, move_dispute
from settlement.domain.ledger import CASH, DISPUTED, SUSPENSE, JournalEntry, Posting, bearing
from settlement.domain.payments import TAKEN
from settlement.domain.refunds import RefundKind, RefundStatus
from settlement.domain.splits import liability_of
from settlement.store import cases, ledger, payments
from settlement.store import disputes as store
from settlement.store import splits as splits_store
from settlement.store.cases import new_case
from settlement.tables import DisputeRow, JournalEntryRow, PaymentRow, RefundRow

MINOR_MAX = 2**63 - 1


async def hear(session: AsyncSession, payment: PaymentRow, claim: ProviderDispute, now: datetime) -> bool:
    """Write down what the provider reports of a dispute; returns False for a repeated report. What comes late,
    twice, or out of its order undoes nothing: a dispute that is decided stays so."""
    if claim.currency != payment.currency:
        return await claimed_in_another_currency(session, payment, claim, now)
    dispute = await store.by_provider_reference(session, claim.reference)
    changed = dispute is None
    if dispute is None:
        dispute = await attach(session, payment, claim, now) or await opened(session, payment, claim, now)
    if dispute.payment_id != payment.id:
        return await contradicted(session, payment, dispute, "the provider reported it for another payment, too", now)
    if dispute.status != DisputeStatus.OPEN:
        ended = DisputeStatus.WON if claim.won else DisputeStatus.LOST
        if claim.won is not None and dispute.status != ended:
            detail = f"the dispute was {dispute.status}, and then the provider said it was {ended}"
            await contradicted(session, payment, dispute, detail, now)
        return changed
    if claim.amount_minor != dispute.amount_minor:
        if dispute.taken_minor:
            detail = f"the bank took {dispute.taken_minor} minor units, and the provider tells of {claim.amount_minor}"
            await contradicted(session, payment, dispute, detail, now)
        else:
            await resize(session, payment, dispute, claim.amount_minor, now)
        changed = True
    if claim.taken and not dispute.taken_minor:
        await take(session, dispute, dispute.amount_minor, now)
        changed = True
    if claim.won is None:
        return changed
    await evidence.freeze(session, dispute, now)
    await close(session, dispute, claim.won, now)
    return True


async def claimed_in_another_currency(
    session: AsyncSession, payment: PaymentRow, claim: ProviderDispute, now: datetime
) -> bool:
    """A claim that cannot be booked is a case, one a dispute. Nothing of the payment is given back while it is open: it
    ends when people settle it, or when the bank decides for the partner."""
    subject = uuid5(payment.id, claim.reference)
    before = await cases.newest(session, CaseKind.CHARGED_BEYOND, subject)
    if claim.won is None and before is not None:
        return False
    ended = "" if claim.won is None else ", and decided for the " + ("partner" if claim.won else "cardholder")
    detail = f"the bank claims {claim.amount_minor} minor units of {claim.currency} (dispute {claim.reference}){ended}"
    amount = (min(claim.amount_minor, MINOR_MAX), claim.currency)
    await cases.open_cases(session, [new_case(CaseKind.CHARGED_BEYOND, subject, detail, now, payment, amount)])
    if claim.won and (before is None or before.resolved_at is None):
        await cases.came_right(session, [CaseKind.CHARGED_BEYOND], [subject], now)
    await refund_outcomes.explain_waiting(session, payment)
    return True


async def contradicted(
    session: AsyncSession, payment: PaymentRow, dispute: DisputeRow, detail: str, now: datetime
) -> bool:
    await cases.open_cases(session, [new_case(CaseKind.CONTRADICTED, dispute.id, detail, now, payment)])
    await refund_outcomes.explain_waiting(session, payment)
    return True


async def attach(
    session: AsyncSession, payment: PaymentRow, claim: ProviderDispute, now: datetime
) -> DisputeRow | None:
    """The dispute an operator opened of the same, which is the bank's from now on, and grows to what the bank claims.

    Where the bank claims less, the operator's stays open about the rest, and the bank's is another.
    """
    dispute = await store.own_dispute_of(session, payment.id)
    if dispute is None:
        return None
    if dispute.claimed_minor is None and claim.amount_minor < dispute.amount_minor:
        await resize(session, payment, dispute, dispute.amount_minor - claim.amount_minor, now)
        return None
    dispute.provider_reference = claim.reference
    await session.flush()
    return dispute


@dataclass(frozen=True, slots=True)
class ClaimCover:
    """How much of a claim the payment's parts bear, refunds that are due cover, and neither does."""

    held_minor: int
    due_minor: int
    rest_minor: int


async def covered(session: AsyncSession, payment: PaymentRow, minor: int) -> ClaimCover:
    """A bank that claims money takes what was to be given back first, then what is left of the payment."""
    due = min(minor, await refund_outcomes.uncovered(session, payment))
    held = min(minor - due, await left(session, payment))
    return ClaimCover(held, due, minor - due - held)


async def left(session: AsyncSession, payment: PaymentRow) -> int:
    """What is left of a payment: neither given back nor held for a dispute."""
    if payment.status not in TAKEN:
        return 0
    claims = [dispute for dispute in await store.claims_on(session, payment.id) if dispute.status == DisputeStatus.OPEN]
    held = sum(dispute.amount_minor - dispute.excess_minor for dispute in claims)
    return max(payment.captured_minor - payment.refunded_minor - held, 0)


async def opened(session: AsyncSession, payment: PaymentRow, claim: ProviderDispute, now: datetime) -> DisputeRow:
    """Hold what is disputed from whoever bears it. What refunds that are due cover, and what is more than is left of
    the payment, nobody's part bears: it is on the suspense account, and the latter is a case."""
    cover = await covered(session, payment, claim.amount_minor)
    beyond = claim.amount_minor - cover.held_minor
    dispute_id = new_id()
    entry = await hold(session, payment, dispute_id, cover.held_minor, [(SUSPENSE, beyond)], now)
    dispute = DisputeRow(
        id=dispute_id,
        payment_id=payment.id,
        partner_id=payment.partner_id,
        entry_id=entry.id,
        amount_minor=claim.amount_minor,
        excess_minor=beyond,
        beyond_minor=beyond,
        currency=payment.currency,
        reason=claim.reason[: texts.REASON_LENGTH_MAX] or "the cardholder's bank",
        status=DisputeStatus.OPEN,
        opened_at=now,
        provider_reference=claim.reference,
    )
    session.add(dispute)
    await session.flush()
    publish(session, events.dispute_opened(dispute, payment.order_id), payment.order_id)
    await say_beyond(session, payment, dispute, cover, now)
    return dispute


async def say_beyond(
    session: AsyncSession, payment: PaymentRow, dispute: DisputeRow, claim: ClaimCover, now: datetime
) -> None:
    if claim.rest_minor:
        said = (
            f"the bank claims {dispute.amount_minor} minor units, {claim.rest_minor} more than is left of the payment"
        )
        about = new_case(CaseKind.CHARGED_BEYOND, dispute.id, said, now, payment, (claim.rest_minor, payment.currency))
        await cases.open_cases(session, [about])
    await refund_outcomes.net(session, payment, now)


async def resize(session: AsyncSession, payment: PaymentRow, dispute: DisputeRow, minor: int, now: datetime) -> None:
    """Hold what the bank claims instead of what was held before; it has not taken it yet."""
    entry, postings = await ledger.entry(session, dispute.entry_id)
    undone = tuple(Posting(row.account, -row.amount_minor, row.currency) for row in postings)
    kind = "dispute-changed"
    reversal = JournalEntry(new_id(), kind, f"{kind}:{entry.id}", undone, order_id=entry.order_id, reverses=entry.id)
    await ledger.append(session, [reversal], now)
    dispute.excess_minor, dispute.beyond_minor = dispute.amount_minor, 0  # nothing is held for it
    await session.flush()
    claim = await covered(session, payment, minor)
    beyond = minor - claim.held_minor
    held = await hold(session, payment, dispute.id, claim.held_minor, [(SUSPENSE, beyond)], now, again=True)
    dispute.amount_minor, dispute.excess_minor, dispute.beyond_minor = minor, beyond, beyond
    dispute.entry_id = held.id
    await session.flush()
    await say_beyond(session, payment, dispute, claim, now)


async def hold(
    session: AsyncSession,
    payment: PaymentRow,
    dispute_id: UUID,
    minor: int,
    others: Sequence[tuple[str, int]],
    now: datetime,
    again: bool = False,
) -> JournalEntry:
    """The entry that holds what is disputed: of each part what it would bear of a refund, and of `others` the rest."""
    by_account: dict[str, int] = {}
    for account, bears in [*await borne(session, payment, minor), *others]:
        by_account[account] = by_account.get(account, 0) + bears
    held = [Posting(account, bears, payment.currency) for account, bears in by_account.items() if bears]
    held.append(Posting(DISPUTED, -sum(by_account.values()), payment.currency))
    entry_id = new_id()
    reference = f"dispute-opened:{dispute_id}" + (f":{entry_id}" if again else "")
    entry = JournalEntry(entry_id, "dispute-opened", reference, tuple(held), order_id=payment.order_id)
    await ledger.append(session, [entry], now)
    return entry


async def borne(session: AsyncSession, payment: PaymentRow, minor: int, lost: bool = False) -> list[tuple[str, int]]:
    """Which account bears how much of so much of the payment; where it is lost, the parts are drawn on."""
    if not minor:
        return []
    lines = (await splits_store.splits(session, [payment.id]))[payment.id]
    parts = [(part, liability_of(line.plan)) for line, stored in lines if line.fulfilled for part in stored]
    shares = splits.refund(minor, [part.amount_minor - part.refunded_minor for part, _ in parts])
    for (part, _), bears in zip(parts, shares, strict=True):
        part.refunded_minor += bears if lost else 0
    return [
        (bearing(part.account, payment.partner_id, liability), bears)
        for (part, liability), bears in zip(parts, shares, strict=True)
    ]


async def take(session: AsyncSession, dispute: DisputeRow, minor: int, now: datetime) -> None:
    """The bank has the money: all of the dispute."""
    dispute.taken_minor = minor
    moved = [Posting(DISPUTED, minor, dispute.currency), Posting(CASH, -minor, dispute.currency)]
    await session.flush()
    await ledger.append(session, [entry_of("chargeback-taken", dispute, moved)], now)


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
    await let_go(session, dispute, DisputeStatus.WON, now)


async def let_go(session: AsyncSession, dispute: DisputeRow, status: DisputeStatus, now: datetime) -> JournalEntryRow:
    """End a dispute and undo what was held for it; returns the entry that held it."""
    entry, postings = await ledger.entry(session, dispute.entry_id)
    undone = tuple(Posting(row.account, -row.amount_minor, row.currency) for row in postings)
    move_dispute(dispute, status)
    dispute.decided_at, dispute.beyond_minor = now, 0
    kind = f"dispute-{status}"
    reversal = JournalEntry(new_id(), kind, f"{kind}:{dispute.id}", undone, order_id=entry.order_id, reverses=entry.id)
    await session.flush()
    await ledger.append(session, [reversal], now)
    payment = (await payments.payments_by_id_for_update(session, [dispute.payment_id]))[dispute.payment_id]
    publish(session, events.dispute_decided(dispute, payment.order_id, now), payment.order_id)
    await cases.came_right(session, [CaseKind.CHARGED_BEYOND], [dispute.id], now)
    await refund_outcomes.explain_waiting(session, payment)
    await refund_outcomes.net(session, payment, now)
    return entry


async def lose(session: AsyncSession, dispute: DisputeRow, now: datetime) -> None:
    """What was held stays with who bears it; the payment has been given back by so much, by the bank."""
    payment = (await payments.payments_by_id_for_update(session, [dispute.payment_id]))[dispute.payment_id]
    minor = dispute.amount_minor - dispute.excess_minor
    move_dispute(dispute, DisputeStatus.LOST)
    dispute.decided_at = now
    publish(session, events.dispute_decided(dispute, payment.order_id, now), payment.order_id)
    payment.version += 1
    await session.flush()
    await refund_outcomes.explain_waiting(session, payment)
    if minor:
        await borne(session, payment, minor, lost=True)
        payment.refunded_minor += minor
        refund = RefundRow(
            id=new_id(), payment_id=payment.id, amount_minor=minor, reason=dispute.reason, asked_by=dispute.id,
            asked_at=now, paid_at=now, state=RefundStatus.DONE, kind=RefundKind.CHARGEBACK, by_bank_minor=minor,
        )  # fmt: skip
        session.add(refund)
        await session.flush()
        await refund_outcomes.announce(session, [(events.refund_made(refund, payment), payment, None)])
        await refund_outcomes.show(session, {payment.id: payment}, {payment.id})
    await refund_outcomes.net(session, payment, now)
