"""Payments as their orders have them: placed, a method chosen, served, called off."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis.consumer import NotYet
from chassis.ids import new_id
from sqlalchemy.ext.asyncio import AsyncSession

from settlement.commands import advances
from settlement.domain.calls import Step
from settlement.domain.payments import ChosenMethod, EndedOrder, PaymentStatus, PlacedOrder, move_payment
from settlement.domain.splits import frozen_plan
from settlement.provider.port import Provider
from settlement.store import calls, contracts, ledger, next_steps, payments, splits
from settlement.tables import LineSplitRow, PartRow, PaymentRow, ProviderCallRow


async def place(session: AsyncSession, orders: Sequence[PlacedOrder], now: datetime) -> None:
    """Freeze each line's split, and ask for the money where a payment method was chosen."""
    plans = await contracts.plans_at_placement(
        session,
        [order.id for order in orders],
        [order.partner_id for order in orders],
        [order.placed_at for order in orders],
    )
    if missing := {order.partner_id for order in orders if order.id not in plans}:
        raise NotYet(f"no contract is known of {len(missing)} partners")
    rows: list[PaymentRow] = []
    lines: list[LineSplitRow] = []
    parts: list[PartRow] = []
    new_calls: list[ProviderCallRow] = []
    for order in orders:
        payment = payment_of(order)
        rows.append(payment)
        for index, line in enumerate(order.lines):
            lines.append(
                LineSplitRow(
                    order_line_id=line.id,
                    payment_id=payment.id,
                    place=index,
                    gross_minor=line.gross_minor,
                    plan=frozen_plan(plans[order.id]),
                    offering_id=line.offering_id,
                    offering_revision=line.offering_revision,
                    certificate_ids=list(line.certificate_ids),
                )
            )
            parts += splits.parts_of(lines[-1], payment.partner_id)
        if payment.status == PaymentStatus.AUTHORISING:
            new_calls.append(calls.payment_call(payment, Step.AUTHORISE, order.payment_method, now, order.traceparent))
    await payments.add_payments(session, rows, lines, parts, new_calls)


def payment_of(order: PlacedOrder) -> PaymentRow:
    """A new payment. What is free has been paid for."""
    status = PaymentStatus.AUTHORISING if order.payment_method else PaymentStatus.AWAITING_METHOD
    return PaymentRow(
        id=new_id(),
        order_id=order.id,
        partner_id=order.partner_id,
        resident_id=order.resident_id,
        placed_by=order.placed_by,
        status=status if order.total_minor else PaymentStatus.CAPTURED,
        amount_minor=order.total_minor,
        currency=order.currency,
        chosen_version=order.version,
    )


async def locked(session: AsyncSession, orders: Sequence[UUID]) -> Mapping[UUID, PaymentRow]:
    """The payments of these orders, locked. Raises `NotYet` where the order has not arrived yet."""
    rows = await payments.payments_for_update(session, orders)
    if len(rows) < len(set(orders)):
        raise NotYet("an order moved before it arrived")
    return rows


async def choose(session: AsyncSession, choices: Sequence[ChosenMethod], now: datetime) -> None:
    """Ask for the money by the method that was chosen."""
    rows = await locked(session, [choice.order_id for choice in choices])
    new_calls: list[ProviderCallRow] = []
    for choice in choices:
        payment = rows[choice.order_id]
        if choice.version <= payment.chosen_version:
            continue  # another method was chosen since
        payment.chosen_version = choice.version
        if payment.status in (PaymentStatus.AWAITING_METHOD, PaymentStatus.FAILED, PaymentStatus.CAPTURE_FAILED):
            move_payment(payment, PaymentStatus.AUTHORISING)
            payment.failure = ""
            payment.version += 1
            minor = payment.owed_minor or payment.amount_minor
            if payment.owed_minor:  # it was served, and the first promise could not be taken
                await calls.drop_calls(session, payment.id, payment.id, Step.CAPTURE)
                if await calls.has_due(session, payment.id, payment.id, Step.CAPTURE):
                    raise NotYet("the money may just be being taken")
            method, trace = choice.payment_method, choice.traceparent
            new_calls.append(calls.payment_call(payment, Step.AUTHORISE, method, now, trace, minor))
        elif payment.status == PaymentStatus.AUTHORISING and await next_steps.supersede(session, payment.id, now):
            payment.version += 1  # who pays did not do what the provider asked for, and chose another way
            minor = payment.owed_minor or payment.amount_minor
            new_calls.append(
                calls.payment_call(payment, Step.AUTHORISE, choice.payment_method, now, choice.traceparent, minor)
            )
    await calls.add_calls(session, new_calls)


async def fulfil(session: AsyncSession, orders: Sequence[EndedOrder], provider: Provider, now: datetime) -> None:
    """Post what is owed to whom and let the captures fall due: one statement for the whole batch. An order of which
    nothing is due gives its promised money back."""
    dues = payable_dues(orders, provider)
    owing: list[EndedOrder] = []
    free: list[EndedOrder] = []
    lines: set[UUID] = set()
    for order in orders:
        if any(dues.get(line, 1) for line in order.line_ids):
            owing.append(order)
            lines.update(order.line_ids)
        else:
            free.append(order)
    await settle(session, owing, lines, dues, now)
    await release(session, free, now)


async def cancel(session: AsyncSession, orders: Sequence[EndedOrder], provider: Provider, now: datetime) -> None:
    """Take what is owed nevertheless, for what was used and the fee; else give promised money back."""
    owing = [order for order in orders if order.dues]
    if owing:
        await locked(session, [order.id for order in owing])
        dues = payable_dues(owing, provider)
        await settle(session, owing, dues.keys(), dues, now)
    await release(session, [order for order in orders if not order.dues], now)


def payable_dues(orders: Sequence[EndedOrder], provider: Provider) -> dict[UUID, int]:
    """What lines cost that cost less than was ordered, rounded down to what the provider can move."""
    return {
        due.line_id: due.amount_minor - due.amount_minor % provider.payable_step(due.currency)
        for order in orders
        for due in order.dues
    }


async def settle(
    session: AsyncSession,
    orders: Sequence[EndedOrder],
    lines: Collection[UUID],
    dues: Mapping[UUID, int],
    now: datetime,
) -> None:
    """Post what the lines of these orders cost, in full or what `dues` says, and let the captures fall due."""
    ids = [order.id for order in orders]
    statuses = await payments.statuses_of(session, ids)
    if len(statuses) < len(set(ids)):
        raise NotYet("an order moved before it arrived")
    if PaymentStatus.ADVANCING in statuses.values():
        raise NotYet("money is being taken in advance")
    await splits.resplit(session, {line: minor for line, minor in dues.items() if line in lines})
    await ledger.fulfil(
        session,
        orders=ids,
        lines=[line for line in lines if dues.get(line, 1)],
        entries=[new_id() for _ in orders],
        calls=[new_id() for _ in orders],
        traces=[order.traceparent for order in orders],
        effective=[order.ended_at for order in orders],
        now=now,
    )
    if in_advance := [order_id for order_id, status in statuses.items() if status == PaymentStatus.ADVANCED]:
        await advances.use(session, in_advance, now)


async def release(session: AsyncSession, orders: Sequence[EndedOrder], now: datetime) -> None:
    """Give promised money back. An authorisation on its way is given back when it arrives."""
    if not orders:
        return
    rows = await locked(session, [order.id for order in orders])
    new_calls: list[ProviderCallRow] = []
    for order in orders:
        payment = rows[order.id]
        if payment.status == PaymentStatus.AUTHORISED:
            move_payment(payment, PaymentStatus.VOIDING)
            new_calls.append(calls.payment_call(payment, Step.VOID, payment.provider_reference, now, order.traceparent))
        elif payment.status == PaymentStatus.AUTHORISING:
            move_payment(payment, PaymentStatus.VOIDING)
        elif payment.status == PaymentStatus.ADVANCING:
            raise NotYet("money is being taken in advance")
        elif payment.status == PaymentStatus.ADVANCED:
            await advances.call_off(session, payment, now)
            continue
        elif payment.status in (PaymentStatus.AWAITING_METHOD, PaymentStatus.FAILED):
            move_payment(payment, PaymentStatus.VOIDED)
        else:
            continue
        payment.version += 1
    await calls.add_calls(session, new_calls)
