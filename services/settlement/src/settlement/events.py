"""What settlement hears: contracts and standings of partners, how orders move, and what is evidence of it."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol
from uuid import UUID

from chassis.consumer import Event, NotYet, Subscription, Work, subscription
from chassis.ids import new_id
from chassis.money import currency_of
from chassis.wire import moment
from city_pack.split_plans import Share, Tier
from yima.ordering.v1 import events_pb2 as ordering
from yima.partners.v1 import events_pb2 as partners
from yima.partners.v1.api_pb2 import CAPABILITY_BE_PAID
from yima.settlement.v1 import split_pb2

from settlement import messages
from settlement.commands import advances
from settlement.domain import splits
from settlement.domain.cases import Case
from settlement.domain.ledger import account_of
from settlement.domain.payments import Payment, Step
from settlement.handlers import complaints as complaints_heard
from settlement.handlers import evidence as evidence_heard
from settlement.provider.port import Provider
from settlement.store import cases, ledger, payments
from settlement.tables import ContractRow, LineSplitRow, PartRow, PayeeRow, PaymentRow, ProviderCallRow

PLANS_KEPT_MAX = 4096


class HasProvider(Protocol):
    """What a handler that makes calls due at the provider needs of the service's resources."""

    @property
    def provider(self) -> Provider: ...

    def provider_is_needed(self) -> None:
        """Something is due at the provider, from this transaction's commit on."""


async def on_contract_signed(work: Work[object], events: Sequence[Event[partners.ContractSigned]]) -> None:
    """Keep signed plans; one that could not be applied is buried, before any order is split by it."""
    for event in events:
        splits.check([share_of(share) for share in event.message.split_plan.shares])
        check_currency(event.message.split_plan)
    rows = [
        ContractRow(
            id=UUID(event.message.contract_id),
            partner_id=UUID(event.message.partner_id),
            version=event.message.split_plan.version,
            plan=event.message.split_plan.SerializeToString(deterministic=True),
            signed_at=moment(event.message.signed_at),
        )
        for event in events
    ]
    await payments.add_contracts(work.session, rows)


def check_currency(plan: split_pb2.SplitPlan) -> None:
    """Refuse a plan whose amounts are of several currencies, or of one nobody knows."""
    found = set()
    for place, share in enumerate(plan.shares):
        amounts = [(name, getattr(share, name)) for name in ("fixed", "floor", "cap") if share.HasField(name)]
        amounts += [(f"tiers[{step}].above", tier.above) for step, tier in enumerate(share.tiers) if tier.above.minor]
        for name, amount in amounts:
            found.add(currency_of(amount.currency, f"shares[{place}].{name}.currency").code)
    if len(found) > 1:
        raise splits.PlanMalformed(f"its amounts are of {', '.join(sorted(found))}", "shares")


async def on_standing(work: Work[object], events: Sequence[Event[Any]]) -> None:
    rows = [
        PayeeRow(
            partner_id=UUID(standing.partner_id),
            may_be_paid=CAPABILITY_BE_PAID in standing.capabilities,
            standing_version=standing.version,
        )
        for standing in (event.message.standing for event in events)
    ]
    await payments.put_standings(work.session, rows)


async def on_bank_account(work: Work[object], events: Sequence[Event[partners.BankAccountRegistered]]) -> None:
    rows = [
        PayeeRow(
            partner_id=UUID(event.message.partner_id),
            bank_account=event.message.account.SerializeToString(deterministic=True),
            account_version=event.message.version,
            returns_since=work.now,
        )
        for event in events
    ]
    await payments.put_bank_accounts(work.session, rows)
    partners_told = [row.partner_id for row in rows]
    await cases.came_right(work.session, [Case.PAYOUTS_STOPPED], partners_told, work.now)


async def on_order_placed(work: Work[HasProvider], events: Sequence[Event[ordering.OrderPlaced]]) -> None:
    """Freeze each line's split, and ask for the money where a payment method was chosen."""
    partner_ids = {UUID(event.message.partner_id) for event in events}
    plans = await payments.plans_in_force(work.session, list(partner_ids))
    if missing := partner_ids - plans.keys():
        raise NotYet(f"no contract is known of {len(missing)} partners")
    rows: list[PaymentRow] = []
    lines: list[LineSplitRow] = []
    parts: list[PartRow] = []
    calls: list[ProviderCallRow] = []
    for event in events:
        placed = event.message
        payment = payment_of(placed)
        rows.append(payment)
        for place, line in enumerate(placed.lines):
            lines.append(
                LineSplitRow(
                    order_line_id=UUID(line.order_line_id),
                    payment_id=payment.id,
                    place=place,
                    gross_minor=line.total.minor,
                    plan=frozen(plans[payment.partner_id]),
                )
            )
            parts += parts_of(lines[-1], payment.partner_id)
        if payment.status == Payment.AUTHORISING:
            calls.append(messages.call(payment, Step.AUTHORISE, placed.payment_method, work.now, event.traceparent))
    await payments.add_payments(work.session, rows, lines, parts, calls)
    work.resources.provider_is_needed()


def payment_of(placed: ordering.OrderPlaced) -> PaymentRow:
    """A new payment. What is free has been paid for."""
    status = Payment.AUTHORISING if placed.payment_method else Payment.AWAITING_METHOD
    return PaymentRow(
        id=new_id(),
        order_id=UUID(placed.order_id),
        partner_id=UUID(placed.partner_id),
        resident_id=UUID(placed.resident_id),
        placed_by=UUID(placed.placed_by),
        status=status if placed.total.minor else Payment.CAPTURED,
        amount_minor=placed.total.minor,
        currency=placed.total.currency,
        chosen_version=placed.version,
    )


def parts_of(line: LineSplitRow, seller: UUID) -> Sequence[PartRow]:
    """The parts of a line by its frozen plan."""
    found = splits.split(line.gross_minor, shares_of(line.plan), seller, rounding_of(line.plan))
    return [
        PartRow(
            order_line_id=line.order_line_id,
            place=place,
            party=part.party,
            account=account_of(part.party),
            amount_minor=part.amount_minor,
        )
        for place, part in enumerate(found)
    ]


@lru_cache(PLANS_KEPT_MAX)
def shares_of(plan: bytes) -> Sequence[Share]:
    """The shares of a plan as it was signed."""
    return tuple(share_of(share) for share in split_pb2.SplitPlan.FromString(plan).shares)


@lru_cache(PLANS_KEPT_MAX)
def rounding_of(plan: bytes) -> splits.Rounding:
    up = split_pb2.SplitPlan.FromString(plan).rounding == split_pb2.ROUNDING_UP
    return splits.Rounding.UP if up else splits.Rounding.NEAREST


@lru_cache(PLANS_KEPT_MAX)
def frozen(plan: bytes) -> bytes:
    """A signed plan as a line is frozen with it: it says how its parts are rounded."""
    message = split_pb2.SplitPlan.FromString(plan)
    message.rounding = split_pb2.ROUNDING_UP
    return message.SerializeToString(deterministic=True)


def share_of(share: split_pb2.Share) -> Share:
    return Share(
        party=share.party,
        basis_points=share.basis_points if share.HasField("basis_points") else None,
        fixed_minor=share.fixed.minor if share.HasField("fixed") else None,
        floor_minor=share.floor.minor if share.HasField("floor") else None,
        cap_minor=share.cap.minor if share.HasField("cap") else None,
        tiers=tuple(Tier(tier.above.minor, tier.basis_points) for tier in share.tiers),
        of=share.of,
    )


async def known(work: Work[object], events: Sequence[Event[Any]]) -> dict[UUID, PaymentRow]:
    """The payments of the events' orders, locked."""
    orders = [UUID(event.message.order_id) for event in events]
    found = dict(await payments.payments_for_update(work.session, orders))
    if len(found) < len(set(orders)):
        raise NotYet("an order moved before it was heard of")
    return found


async def on_payment_chosen(work: Work[HasProvider], events: Sequence[Event[ordering.PaymentChosen]]) -> None:
    found = await known(work, events)
    calls = []
    for event in events:
        payment = found[UUID(event.message.order_id)]
        if event.message.version <= payment.chosen_version:
            continue  # another method was chosen since
        payment.chosen_version = event.message.version
        if payment.status in (Payment.AWAITING_METHOD, Payment.FAILED, Payment.CAPTURE_FAILED):
            payment.status, payment.failure = Payment.AUTHORISING, ""
            payment.version += 1
            call = messages.call(payment, Step.AUTHORISE, event.message.payment_method, work.now, event.traceparent)
            if payment.owed_minor:  # it was served, and the first promise could not be taken
                call.amount_minor = payment.owed_minor
                await payments.drop_calls(work.session, payment.id, payment.id, Step.CAPTURE)
                if await payments.has_due(work.session, payment.id, payment.id, Step.CAPTURE):
                    raise NotYet("the money may just be being taken")
            calls.append(call)
    await payments.add_calls(work.session, calls)
    work.resources.provider_is_needed()


async def on_order_fulfilled(work: Work[HasProvider], events: Sequence[Event[ordering.OrderFulfilled]]) -> None:
    """Post what is owed to whom and let the captures fall due: one statement for the whole batch. An order of which
    nothing is due gives its promised money back."""
    less = dues_of(events, work.resources.provider)
    due: list[Event[ordering.OrderFulfilled]] = []
    free: list[Event[ordering.OrderFulfilled]] = []
    lines: set[UUID] = set()
    for event in events:
        of_order = [UUID(line) for line in event.message.order_line_ids]
        if any(less.get(line, 1) for line in of_order):
            due.append(event)
            lines.update(of_order)
        else:
            free.append(event)
    await settle(work, due, lines, less)
    await give_back(work, free)


async def settle(
    work: Work[HasProvider], events: Sequence[Event[Any]], lines: Collection[UUID], less: Mapping[UUID, int]
) -> None:
    """Post what the lines of these orders cost, in full or what `less` says, and let the captures fall due."""
    orders = [UUID(event.message.order_id) for event in events]
    statuses = await payments.statuses_of(work.session, orders)
    if len(statuses) < len(set(orders)):
        raise NotYet("an order moved before it was heard of")
    if Payment.ADVANCING in statuses.values():
        raise NotYet("money is being taken in advance")
    await payments.resplit(work.session, {line: minor for line, minor in less.items() if line in lines}, parts_of)
    await ledger.fulfil(
        work.session,
        orders=orders,
        lines=[line for line in lines if less.get(line, 1)],
        entries=[new_id() for _ in events],
        calls=[new_id() for _ in events],
        traces=[event.traceparent for event in events],
        effective=[event.time for event in events],
        now=work.now,
    )
    if in_advance := [order for order, status in statuses.items() if status == Payment.ADVANCED]:
        await advances.use(work.session, in_advance, work.now)
    work.resources.provider_is_needed()


def dues_of(events: Sequence[Event[Any]], provider: Provider) -> dict[UUID, int]:
    """What lines cost that cost less than was ordered, rounded down to what the provider can move."""
    return {
        UUID(due.order_line_id): due.amount.minor - due.amount.minor % provider.payable_step(due.amount.currency)
        for event in events
        for due in event.message.dues
    }


async def on_order_cancelled(work: Work[HasProvider], events: Sequence[Event[ordering.OrderCancelled]]) -> None:
    """What is owed nevertheless is taken, for what was used and the fee; else promised money is given back."""
    owing = [event for event in events if event.message.dues]
    if owing:
        await known(work, owing)
        less = dues_of(owing, work.resources.provider)
        await settle(work, owing, less.keys(), less)
    await give_back(work, [event for event in events if not event.message.dues])


async def give_back(work: Work[HasProvider], events: Sequence[Event[Any]]) -> None:
    """Give promised money back. An authorisation on its way is given back when it arrives."""
    if not events:
        return
    found = await known(work, events)
    calls = []
    for event in events:
        payment = found[UUID(event.message.order_id)]
        if payment.status == Payment.AUTHORISED:
            payment.status = Payment.VOIDING
            calls.append(messages.call(payment, Step.VOID, payment.provider_reference, work.now, event.traceparent))
        elif payment.status == Payment.AUTHORISING:
            payment.status = Payment.VOIDING
        elif payment.status == Payment.ADVANCING:
            raise NotYet("money is being taken in advance")
        elif payment.status == Payment.ADVANCED:
            await advances.call_off(work.session, payment, work.now)
            continue
        elif payment.status in (Payment.AWAITING_METHOD, Payment.FAILED):
            payment.status = Payment.VOIDED
        else:
            continue
        payment.version += 1
    await payments.add_calls(work.session, calls)
    work.resources.provider_is_needed()


SUBSCRIPTIONS: Sequence[Subscription[HasProvider]] = [
    subscription(
        "settlement-contracts",
        {
            partners.ContractSigned: on_contract_signed,
            partners.BankAccountRegistered: on_bank_account,
            partners.PartnerActivated: on_standing,
            partners.PartnerSuspended: on_standing,
            partners.PartnerReinstated: on_standing,
            partners.PartnerCertified: on_standing,
            partners.CertificateLapsed: on_standing,
        },
    ),
    subscription(
        "settlement-orders",
        {
            ordering.OrderPlaced: on_order_placed,
            ordering.PaymentChosen: on_payment_chosen,
            ordering.OrderFulfilled: on_order_fulfilled,
            ordering.OrderCancelled: on_order_cancelled,
            ordering.OrderRefused: give_back,
            ordering.OrderExpired: give_back,
        },
        lanes=2,
    ),
    *evidence_heard.SUBSCRIPTIONS,
    *complaints_heard.SUBSCRIPTIONS,
]
