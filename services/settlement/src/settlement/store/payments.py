"""SQL of contracts, payments, their splits, refunds, and of what the provider is to do."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis.refusals import NotFound
from chassis.rows import insert
from chassis.statements import Statement
from sqlalchemy import delete, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from settlement.tables import (
    ContractRow,
    LineSplitRow,
    PartRow,
    PayeeRow,
    PaymentRow,
    ProofRow,
    ProviderCallRow,
    RefundRow,
    WebhookRow,
)


async def add_contracts(session: AsyncSession, contracts: Sequence[ContractRow]) -> None:
    await insert(session, contracts, "ON CONFLICT DO NOTHING")


PLANS_IN_FORCE = Statement(
    """
    SELECT DISTINCT ON (partner_id) partner_id, plan FROM contract
    WHERE partner_id = ANY(CAST(:partners AS uuid[])) ORDER BY partner_id, version DESC
    """
)


async def plans_in_force(session: AsyncSession, partners: Sequence[UUID]) -> Mapping[UUID, bytes]:
    """The split plan of each partner's newest contract."""
    return {row[0]: row[1] for row in await PLANS_IN_FORCE.fetch(session, partners=partners)}


async def put_standings(session: AsyncSession, payees: Sequence[PayeeRow]) -> None:
    await insert(
        session,
        payees,
        """
        ON CONFLICT (partner_id) DO UPDATE
        SET may_be_paid = excluded.may_be_paid, standing_version = excluded.standing_version
        WHERE payee.standing_version < excluded.standing_version
        """,
    )


async def put_bank_accounts(session: AsyncSession, payees: Sequence[PayeeRow]) -> None:
    """Keep the newest account of each partner; payouts that came back from the one before do not count any more."""
    await insert(
        session,
        payees,
        """
        ON CONFLICT (partner_id) DO UPDATE
        SET bank_account = excluded.bank_account, account_version = excluded.account_version,
            returns_since = excluded.returns_since
        WHERE payee.account_version < excluded.account_version
        """,
    )


async def payees(session: AsyncSession, partners: Sequence[UUID]) -> Mapping[UUID, PayeeRow]:
    found = await session.scalars(select(PayeeRow).where(col(PayeeRow.partner_id).in_(partners)))
    return {row.partner_id: row for row in found}


async def add_proofs(session: AsyncSession, proofs: Sequence[ProofRow]) -> None:
    await insert(session, proofs, "ON CONFLICT DO NOTHING")


async def proofs(session: AsyncSession, lines: Sequence[UUID]) -> Sequence[ProofRow]:
    query = select(ProofRow).where(col(ProofRow.order_line_id).in_(lines)).order_by(col(ProofRow.order_line_id))
    return (await session.scalars(query)).all()


async def add_payments(
    session: AsyncSession,
    payments: Sequence[PaymentRow],
    splits: Sequence[LineSplitRow],
    parts: Sequence[PartRow],
    calls: Sequence[ProviderCallRow],
) -> None:
    """New payments with their frozen splits and the first thing to ask of the provider."""
    for rows in (payments, splits, parts, calls):
        await insert(session, rows)


async def resplit(
    session: AsyncSession, dues: Mapping[UUID, int], parts_of: Callable[[LineSplitRow, UUID], Sequence[PartRow]]
) -> None:
    """Split lines anew that cost less in the end than was ordered, by the plans they were frozen with. Nothing of them
    has been posted yet."""
    if not dues:
        return
    found = await session.execute(
        select(LineSplitRow, PaymentRow.partner_id)
        .join(PaymentRow, col(PaymentRow.id) == col(LineSplitRow.payment_id))
        .where(
            col(LineSplitRow.order_line_id).in_(list(dues)),
            ~col(LineSplitRow.fulfilled),
            col(PaymentRow.status).in_(("authorised", "advanced")),
        )
        .order_by(col(LineSplitRow.order_line_id))
        .with_for_update()
    )
    fresh: list[PartRow] = []
    for line, seller in found.all():
        if not 0 <= dues[line.order_line_id] <= line.gross_minor:
            raise ValueError(f"line {line.order_line_id} cannot cost {dues[line.order_line_id]} of {line.gross_minor}")
        line.gross_minor = dues[line.order_line_id]
        fresh += parts_of(line, seller)
    await session.flush()
    await session.execute(delete(PartRow).where(col(PartRow.order_line_id).in_([part.order_line_id for part in fresh])))
    await insert(session, fresh)


async def add_calls(session: AsyncSession, calls: Sequence[ProviderCallRow]) -> None:
    await insert(session, calls)


async def payments_of(session: AsyncSession, orders: Sequence[UUID]) -> Mapping[UUID, PaymentRow]:
    """Payments by their order."""
    found = await session.scalars(select(PaymentRow).where(col(PaymentRow.order_id).in_(orders)))
    return {row.order_id: row for row in found}


STATUSES = Statement("SELECT order_id, status FROM payment WHERE order_id = ANY(CAST(:orders AS uuid[]))")


async def statuses_of(session: AsyncSession, orders: Sequence[UUID]) -> Mapping[UUID, str]:
    """Where the payments of these orders stand."""
    return {row[0]: row[1] for row in await STATUSES.fetch(session, orders=orders)}


async def promised_before(session: AsyncSession, moment: datetime, most: int) -> Sequence[PaymentRow]:
    """Payments that were authorised before this moment and are nothing more yet, locked; without those another has."""
    query = select(PaymentRow).where(PaymentRow.status == "authorised", col(PaymentRow.authorised_at) < moment)
    query = query.order_by(col(PaymentRow.authorised_at)).limit(most).with_for_update(skip_locked=True)
    return (await session.scalars(query)).all()


async def payments_for_update(session: AsyncSession, orders: Sequence[UUID]) -> Mapping[UUID, PaymentRow]:
    found = await session.scalars(
        select(PaymentRow).where(col(PaymentRow.order_id).in_(orders)).order_by(col(PaymentRow.id)).with_for_update()
    )
    return {row.order_id: row for row in found}


async def payments_by_id_for_update(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, PaymentRow]:
    found = await session.scalars(
        select(PaymentRow).where(col(PaymentRow.id).in_(ids)).order_by(col(PaymentRow.id)).with_for_update()
    )
    return {row.id: row for row in found}


async def payment_for_update(session: AsyncSession, order_id: UUID, partner_id: UUID | None) -> PaymentRow:
    """An order's payment, locked; another partner's does not exist for this one."""
    found = (await payments_for_update(session, [order_id])).get(order_id)
    if found is None or (partner_id is not None and found.partner_id != partner_id):
        raise NotFound("there is no payment of such an order", "order_id")
    return found


STORED = {"populate_existing": True}


async def splits(
    session: AsyncSession, payments: Sequence[UUID]
) -> Mapping[UUID, Sequence[tuple[LineSplitRow, Sequence[PartRow]]]]:
    """Payments' lines with their parts, in their stored order and as they are stored: statements change them, too."""
    lines = (
        await session.scalars(
            select(LineSplitRow).where(col(LineSplitRow.payment_id).in_(payments)).order_by(col(LineSplitRow.place)),
            execution_options=STORED,
        )
    ).all()
    parts: dict[UUID, list[PartRow]] = {line.order_line_id: [] for line in lines}
    for part in await session.scalars(
        select(PartRow).where(col(PartRow.order_line_id).in_(list(parts))).order_by(col(PartRow.place)),
        execution_options=STORED,
    ):
        parts[part.order_line_id].append(part)
    found: dict[UUID, list[tuple[LineSplitRow, Sequence[PartRow]]]] = {}
    for line in lines:
        found.setdefault(line.payment_id, []).append((line, parts[line.order_line_id]))
    return found


# One statement, so that a line and its parts are of one moment.
LINES_AFTER = text(
    """
    SELECT line.order_line_id, line.payment_id, line.place, line.gross_minor, line.plan, line.fulfilled,
        payment.partner_id, (
            SELECT json_agg(json_build_array(part.party, part.account, part.amount_minor) ORDER BY part.place)
            FROM part WHERE part.order_line_id = line.order_line_id
        )
    FROM line_split AS line JOIN payment ON payment.id = line.payment_id
    WHERE CAST(:after AS uuid) IS NULL OR line.order_line_id > CAST(:after AS uuid)
    ORDER BY line.order_line_id LIMIT :most
    """
)


@dataclass(frozen=True, slots=True)
class StoredLine:
    """A line as it is stored, its seller, and party, account and amount of each of its parts in their order."""

    line: LineSplitRow
    seller: UUID
    parts: Sequence[tuple[str, str, int]]


async def lines_after(session: AsyncSession, after: UUID | None, most: int) -> Sequence[StoredLine]:
    """The next lines by their id."""
    found = await session.execute(LINES_AFTER, {"after": after, "most": most})
    return [
        StoredLine(
            LineSplitRow(
                order_line_id=row[0], payment_id=row[1], place=row[2], gross_minor=row[3], plan=row[4], fulfilled=row[5]
            ),
            row[6],
            [(party, account, minor) for party, account, minor in row[7] or ()],
        )
        for row in found
    ]


async def refunds_for_update(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, RefundRow]:
    found = await session.scalars(select(RefundRow).where(col(RefundRow.id).in_(ids)).with_for_update())
    return {row.id: row for row in found}


NOT_SENT = text(
    """
    SELECT refund.id FROM refund WHERE refund.payment_id = :payment AND refund.state <> 'done' AND NOT EXISTS (
        SELECT FROM provider_call AS call WHERE call.payment_id = refund.payment_id AND call.subject_id = refund.id
            AND call.step = 'refund' AND (call.state = 'held' OR (call.state = 'due' AND call.attempts > 0))
    )
    """
)
LOCK_REFUND_CALLS = text(
    "SELECT id FROM provider_call WHERE payment_id = :payment AND step = 'refund' AND state = 'due' FOR UPDATE"
)


async def refunds_not_sent(session: AsyncSession, payment_id: UUID) -> Sequence[RefundRow]:
    """Refunds that are due and of which no call awaits its answer, locked with their calls, oldest first."""
    await session.execute(LOCK_REFUND_CALLS, {"payment": payment_id})
    ids = list(await session.scalars(NOT_SENT, {"payment": payment_id}))
    found = await refunds_for_update(session, ids)
    return [found[one] for one in sorted(ids)]


async def refunds_of(session: AsyncSession, payments: Sequence[UUID]) -> Mapping[UUID, Sequence[RefundRow]]:
    """Refunds by their payment, oldest first; payments without one are not in it."""
    found: dict[UUID, list[RefundRow]] = {}
    query = select(RefundRow).where(col(RefundRow.payment_id).in_(payments)).order_by(col(RefundRow.id))
    for row in await session.scalars(query):
        found.setdefault(row.payment_id, []).append(row)
    return found


GIVEN_BACK = text(
    """
    SELECT line.payment_id, line.order_line_id FROM line_split AS line
    WHERE line.payment_id = ANY(CAST(:payments AS uuid[])) AND line.gross_minor > 0
        AND line.gross_minor = (SELECT sum(refunded_minor) FROM part WHERE part.order_line_id = line.order_line_id)
        AND NOT EXISTS (
            SELECT FROM refund WHERE refund.payment_id = line.payment_id AND refund.state <> 'done'
                AND refund.kind <> 'advance'
                AND coalesce(refund.order_line_id, line.order_line_id) = line.order_line_id
        )
    ORDER BY line.payment_id, line.place
    """
)


async def lines_given_back(session: AsyncSession, payments: Sequence[UUID]) -> Mapping[UUID, Sequence[UUID]]:
    """By payment, the order lines of which everything that was paid has been given back."""
    lines: dict[UUID, list[UUID]] = {}
    for row in await session.execute(GIVEN_BACK, {"payments": payments}):
        lines.setdefault(row.payment_id, []).append(row.order_line_id)
    return lines


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
        created_at, CASE WHEN step = 'refund' THEN coalesce((
            SELECT max(status) FROM dispute WHERE dispute.payment_id = provider_call.payment_id
                AND (status = 'open' OR (status = 'lost' AND beyond_minor > 0))
        ), CASE WHEN {CASE_HOLDS} THEN 'open' ELSE '' END) ELSE '' END
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


async def claim_calls(session: AsyncSession, now: datetime, lease: timedelta, most: int) -> Sequence[DueCall]:
    """Calls that are due; nobody else makes them before the lease is over.

    Every refund that is sent passes here. While its payment is disputed, a bank took what is due, or a case is open
    about what a bank or the provider said of it, none is begun; one that was sent before is only looked up.
    """
    found = await session.execute(CLAIM_CALLS, {"now": now, "lease": now + lease, "most": most})
    return [DueCall(*row) for row in found]


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


async def payment_of_reference(session: AsyncSession, reference: str) -> PaymentRow | None:
    """The payment the provider promised under this reference, locked."""
    query = select(PaymentRow).where(PaymentRow.provider_reference == reference).with_for_update()
    return (await session.scalars(query)).first() if reference else None


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
    values = {"ids": list(times), "times": list(times.values()), "unknown": [one in unknown for one in times]}
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


async def release_payouts(session: AsyncSession, partner_id: UUID, now: datetime) -> None:
    """Let a partner be paid again whose payouts came back."""
    await session.execute(
        text("UPDATE payee SET returns_since = :now WHERE partner_id = :partner"), {"partner": partner_id, "now": now}
    )


AUTHORISED = text(
    """
    UPDATE payment SET status = 'authorised', failure = '', provider_reference = done.reference, authorised_at = :now,
        version = version + 1
    FROM unnest(CAST(:ids AS uuid[]), CAST(:refs AS text[])) AS done (id, reference)
    WHERE payment.id = done.id AND payment.status = 'authorising'
    RETURNING payment.id, payment.order_id, payment.amount_minor, payment.currency, payment.version, payment.owed_minor
    """
)


async def authorised(
    session: AsyncSession, references: Mapping[UUID, str], now: datetime
) -> Sequence[tuple[UUID, UUID, int, str, int, int]]:
    """Record authorisations; returns id, order, amount, currency and version of the payments still waiting for them,
    and what each owes for what was served already."""
    found = await session.execute(AUTHORISED, {"ids": list(references), "refs": list(references.values()), "now": now})
    return [(row[0], row[1], row[2], row[3], row[4], row[5]) for row in found]
