"""SQL of what the provider is to do, and of the webhooks that say what became of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis.ids import new_id
from chassis.rows import insert
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from settlement.domain.calls import Step
from settlement.tables import PaymentRow, ProviderCallRow, RefundRow, WebhookRow


async def add_calls(session: AsyncSession, calls: Sequence[ProviderCallRow]) -> None:
    await insert(session, calls)


# Of a refund's call: may the cardholder's bank have the same money?
BANK_CLAIMS = """
    EXISTS (
        SELECT FROM dispute WHERE dispute.payment_id = provider_call.payment_id
            AND (status = 'open' OR (status = 'lost' AND beyond_minor > 0))
    )
"""
CASE_HOLDS = """
    EXISTS (
        SELECT FROM money_case JOIN payment USING (order_id) WHERE payment.id = provider_call.payment_id
            AND money_case.kind IN ('charged_beyond', 'contradicted') AND money_case.resolved_at IS NULL
    )
"""
CLAIM_CALLS = text(
    f"""
    UPDATE provider_call SET attempts = attempts + 1, due_at = :lease
    WHERE id IN (
        SELECT id FROM provider_call WHERE state = 'due' AND due_at <= :now AND NOT (
            step = 'refund' AND attempts = 0 AND ({BANK_CLAIMS} OR {CASE_HOLDS})
        )
        ORDER BY due_at LIMIT :most FOR UPDATE SKIP LOCKED
    )
    RETURNING id, step, subject_id, payment_id, amount_minor, currency, detail, traceparent, attempts, tries,
        created_at, CASE WHEN step = 'authorise' THEN (
            SELECT order_id FROM payment WHERE payment.id = provider_call.payment_id
        ) END AS order_id, CASE WHEN step = 'refund' THEN coalesce((
            SELECT max(status) FROM dispute WHERE dispute.payment_id = provider_call.payment_id
                AND (status = 'open' OR (status = 'lost' AND beyond_minor > 0))
        ), CASE WHEN {CASE_HOLDS} THEN 'open' ELSE '' END) ELSE '' END AS disputed
    """  # noqa: S608 put together of what stands above
)


@dataclass(frozen=True, slots=True)
class DueCall:
    """A call to make now."""

    id: UUID
    step: str
    subject_id: UUID
    payment_id: UUID | None
    amount_minor: int
    currency: str
    detail: str
    traceparent: str
    attempts: int
    tries: int  # calls for the same that were refused before
    created_at: datetime
    # Of a refund: a dispute of the payment, or a case about it, is "open", or a dispute is "lost" and took what is due.
    disputed: str = ""
    order_id: UUID | None = None  # of a promise that is asked for: who pays comes back to its page


async def claim_calls(session: AsyncSession, now: datetime, lease: timedelta, most: int) -> Sequence[DueCall]:
    """Calls that are due; nobody else makes them before the lease is over.

    Every refund that is sent passes here. While its payment is disputed, a bank took what is due, or a case is open
    about what a bank or the provider said of it, none is begun; one that was sent before is only looked up.
    """
    rows = await session.execute(CLAIM_CALLS, {"now": now, "lease": now + lease, "most": most})
    return [DueCall(**row) for row in rows.mappings()]


async def call_for_update(session: AsyncSession, call_id: UUID) -> DueCall | None:
    """A call by its id, whatever its state, locked."""
    row = await session.scalar(select(ProviderCallRow).where(ProviderCallRow.id == call_id).with_for_update())
    if row is None:
        return None
    return DueCall(
        row.id, row.step, row.subject_id, row.payment_id, row.amount_minor, row.currency, row.detail, row.traceparent,
        row.attempts, row.tries, row.created_at,
    )  # fmt: skip


async def state_of_call(session: AsyncSession, call_id: UUID) -> str:
    return str(await session.scalar(text("SELECT state FROM provider_call WHERE id = :id"), {"id": call_id}))


async def take_webhook(session: AsyncSession, webhook_id: str, call_id: UUID | None, kind: str, now: datetime) -> bool:
    """Take note of a webhook; says whether it is the first of its id."""
    row = {"id": webhook_id, "call_id": call_id, "kind": kind, "received_at": now}
    statement = upsert(WebhookRow).values(row).on_conflict_do_nothing().returning(col(WebhookRow.id))
    return await session.scalar(statement) is not None


FINISH_CALLS = text(
    """
    UPDATE provider_call SET state = done.state, unknown_since = NULL
    FROM unnest(CAST(:ids AS uuid[]), CAST(:states AS text[])) AS done (id, state)
    WHERE provider_call.id = done.id AND provider_call.state = 'due' RETURNING provider_call.id
    """
)
POSTPONE_CALLS = text(
    """
    UPDATE provider_call SET due_at = later.due_at,
        unknown_since = CASE WHEN later.unknown THEN coalesce(unknown_since, :now) END
    FROM unnest(CAST(:ids AS uuid[]), CAST(:times AS timestamptz[]), CAST(:unknown AS boolean[]))
        AS later (id, due_at, unknown)
    WHERE provider_call.id = later.id AND provider_call.state = 'due'
    """
)


async def finish_calls(session: AsyncSession, states: Mapping[UUID, str]) -> set[UUID]:
    """Mark calls done or refused; returns those that nobody had marked before."""
    return set(await session.scalars(FINISH_CALLS, {"ids": list(states), "states": list(states.values())}))


async def postpone_calls(
    session: AsyncSession, times: Mapping[UUID, datetime], unknown: Collection[UUID], now: datetime
) -> None:
    """Let calls be due later; of those in `unknown` nobody knows what became of them."""
    values = {"ids": list(times), "times": list(times.values()), "unknown": [call_id in unknown for call_id in times]}
    await session.execute(POSTPONE_CALLS, values | {"now": now})


OF_SUBJECT = "payment_id = :payment AND subject_id = :subject AND step = :step AND state = 'due'"
DROP_CALLS = text(f"UPDATE provider_call SET state = 'dropped' WHERE {OF_SUBJECT} AND attempts = 0")  # noqa: S608 ours
MAKE_NOW = text(f"UPDATE provider_call SET due_at = :now WHERE {OF_SUBJECT} AND attempts = 0 RETURNING id")  # noqa: S608
HAS_DUE = text(f"SELECT EXISTS (SELECT FROM provider_call WHERE {OF_SUBJECT})")  # noqa: S608
RELEASE_HELD = text("UPDATE provider_call SET state = 'due' WHERE id = :id AND state = 'held'")


async def drop_calls(session: AsyncSession, payment_id: UUID, subject_id: UUID, step: str) -> None:
    """Do not make the call that was to be made later, and has not been made yet."""
    await session.execute(DROP_CALLS, {"payment": payment_id, "subject": subject_id, "step": step})


async def make_now(session: AsyncSession, payment_id: UUID, subject_id: UUID, step: str, now: datetime) -> bool:
    """Make a call now that was to be made later; says whether there was one."""
    values = {"payment": payment_id, "subject": subject_id, "step": step, "now": now}
    return await session.scalar(MAKE_NOW, values) is not None


async def has_due(session: AsyncSession, payment_id: UUID, subject_id: UUID, step: str) -> bool:
    """Is a call about it to be made, or its answer awaited?"""
    values = {"payment": payment_id, "subject": subject_id, "step": step}
    return bool(await session.scalar(HAS_DUE, values))


async def calls_about(session: AsyncSession, subject_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
    """Those of these ids that are calls about this payment, refund or payout."""
    query = select(ProviderCallRow.id).where(col(ProviderCallRow.id).in_(ids), ProviderCallRow.subject_id == subject_id)
    return set(await session.scalars(query))


async def release_held(session: AsyncSession, call_id: UUID) -> None:
    """Let a call be recorded that was kept for a person to look at."""
    await session.execute(RELEASE_HELD, {"id": call_id})


def new_call(
    step: str,
    subject_id: UUID,
    amount: tuple[int, str],
    detail: str,
    traceparent: str,
    due_at: datetime,
    *,
    payment_id: UUID | None = None,
    tries: int = 0,
) -> ProviderCallRow:
    """Something to ask of the provider; `amount` is in minor units of its currency. Its id is the provider's key."""
    minor, currency = amount
    return ProviderCallRow(
        id=new_id(),
        step=step,
        subject_id=subject_id,
        payment_id=payment_id,
        amount_minor=minor,
        currency=currency,
        detail=detail,
        traceparent=traceparent,
        due_at=due_at,
        created_at=due_at,
        tries=tries,
    )


def payment_call(
    payment: PaymentRow, step: Step, detail: str, now: datetime, traceparent: str, minor: int | None = None
) -> ProviderCallRow:
    """Something to ask of the provider for a payment, now: for its whole amount, or for `minor` of it."""
    amount = (payment.amount_minor if minor is None else minor, payment.currency)
    return new_call(step, payment.id, amount, detail, traceparent, now, payment_id=payment.id)


def refund_call(
    refund: RefundRow, payment: PaymentRow, traceparent: str, now: datetime, tries: int = 0
) -> ProviderCallRow:
    """What the provider is to give back, now."""
    amount = (refund.due_minor, payment.currency)
    return new_call(
        Step.REFUND, refund.id, amount, payment.provider_reference, traceparent, now,
        payment_id=payment.id, tries=tries,
    )  # fmt: skip


def retry_call(call: DueCall, payment: PaymentRow, tries: int, due_at: datetime) -> ProviderCallRow:
    """The same as a call that was refused, under a key of its own."""
    amount = (call.amount_minor, call.currency)
    return new_call(
        call.step, call.subject_id, amount, call.detail, call.traceparent, due_at, payment_id=payment.id, tries=tries
    )
