"""What must be so in the ledger and around it, each as a query for what is not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from settlement.domain.ledger import ADVANCES, ANY, DISPUTED, EXCHANGES, PAYABLE, REFUNDS_DUE, pending, reserve
from settlement.store import books
from settlement.store.sql import literal, partner_account
from settlement.tables import LedgerCheckRow


@dataclass(frozen=True, slots=True)
class Invariant:
    """A law, under the name it is measured by; what it says where it is broken; and where it is, five at most."""

    name: str
    broken: str
    query: str


INVARIANTS = (
    Invariant(
        "entries_sum_to_zero",
        "an entry's postings do not sum to zero",
        """
        SELECT entry_id::text FROM posting GROUP BY entry_id, currency HAVING sum(amount_minor) <> 0 LIMIT 5
        """,
    ),
    Invariant(
        "entries_have_postings",
        "an entry has no postings",
        """
        SELECT id::text FROM journal_entry WHERE NOT EXISTS (SELECT FROM posting WHERE entry_id = journal_entry.id)
        LIMIT 5
        """,
    ),
    Invariant(
        "snapshots_are_their_postings",
        "a snapshot differs from its postings",
        """
        SELECT snapshot.account FROM balance_snapshot AS snapshot
        LEFT JOIN posting ON posting.account = snapshot.account AND posting.currency = snapshot.currency
            AND posting.xid < snapshot.before_xid
        GROUP BY snapshot.account, snapshot.currency, snapshot.balance_minor
        HAVING coalesce(sum(posting.amount_minor), 0) <> snapshot.balance_minor LIMIT 5
        """,
    ),
    Invariant(
        "payouts_are_their_claims",
        "a payout differs from what it claims",
        """
        SELECT payout.id::text FROM payout
        LEFT JOIN payout_claim AS claim ON claim.payout_id = payout.id
        LEFT JOIN posting ON posting.position = claim.position
        GROUP BY payout.id HAVING coalesce(-sum(posting.amount_minor), 0) <> payout.amount_minor LIMIT 5
        """,
    ),
    Invariant(
        "bank_files_are_their_payouts",
        "a file for the bank differs from its payouts",
        """
        SELECT file.id::text FROM bank_file AS file LEFT JOIN payout ON payout.bank_file_id = file.id
        GROUP BY file.id HAVING (count(payout.id), coalesce(sum(payout.amount_minor), 0))
            <> (file.payouts, file.total_minor) LIMIT 5
        """,
    ),
    Invariant(
        "disputes_are_held",
        "open disputes differ from what is held for them",
        f"""
        SELECT 'in ' || currency FROM (
            SELECT currency, amount_minor - taken_minor AS amount_minor FROM dispute WHERE status = 'open'
            UNION ALL SELECT currency, amount_minor FROM posting WHERE account = {literal(DISPUTED)}
        ) AS held GROUP BY currency HAVING sum(amount_minor) <> 0
        """,  # noqa: S608 names of the domain
    ),
    Invariant(
        "reserves_are_not_negative",
        "a reserve is a debt",
        f"""
        SELECT account FROM posting WHERE account LIKE {literal(reserve(ANY))} GROUP BY account, currency
        HAVING sum(amount_minor) > 0 LIMIT 5
        """,  # noqa: S608 names of the domain
    ),
    Invariant(
        "invoices_are_posted",
        "invoices differ from what was posted for them",
        """
        SELECT invoice.id::text FROM invoice WHERE NOT EXISTS (
            SELECT FROM journal_entry AS entry JOIN posting ON posting.entry_id = entry.id
            WHERE entry.reference = 'debt-invoiced\\:' || invoice.id AND posting.amount_minor = invoice.amount_minor
        ) LIMIT 5
        """,
    ),
    Invariant(
        "refunds_within_captures",
        "more was refunded than captured",
        """
        SELECT id::text FROM payment WHERE refunded_minor > captured_minor LIMIT 5
        """,
    ),
    Invariant(
        "nothing_is_given_back_twice",
        "refunds and chargebacks are more than was taken, and no case says so",
        """
        SELECT payment.id::text FROM payment
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(CASE WHEN state = 'done' THEN amount_minor ELSE by_bank_minor END), 0) AS minor
            FROM refund WHERE refund.payment_id = payment.id
        ) AS refunded
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(
                beyond_minor + CASE WHEN status = 'open' THEN amount_minor - excess_minor ELSE 0 END
            ), 0) AS minor
            FROM dispute WHERE dispute.payment_id = payment.id AND status <> 'won'
        ) AS claimed
        WHERE refunded.minor + claimed.minor > greatest(payment.captured_minor, payment.advanced_minor)
            AND claimed.minor > 0 AND NOT EXISTS (
                SELECT FROM money_case WHERE kind = 'charged_beyond' AND order_id = payment.order_id
            )
        LIMIT 5
        """,
    ),
    Invariant(
        "pending_is_not_negative",
        "a partner's pending balance is a debt",
        f"""
        SELECT account FROM posting WHERE account LIKE {literal(pending(ANY))} GROUP BY account, currency
        HAVING sum(amount_minor) > 0 LIMIT 5
        """,  # noqa: S608 names of the domain
    ),
    Invariant(
        "parts_are_their_payments",
        "parts were given back that the payment does not know of",
        """
        SELECT payment.id::text FROM payment JOIN line_split AS line ON line.payment_id = payment.id AND line.fulfilled
        JOIN part USING (order_line_id)
        WHERE payment.status IN ('captured', 'refunding', 'refund_failed', 'partly_refunded', 'refunded')
        GROUP BY payment.id
        HAVING sum(part.amount_minor - part.refunded_minor) <> payment.captured_minor - payment.refunded_minor LIMIT 5
        """,
    ),
    Invariant(
        "payments_are_called",
        "a payment waits for a call that nobody will make",
        """
        SELECT id::text FROM payment
        WHERE status IN ('authorising', 'advancing', 'capturing', 'voiding', 'capture_failed', 'void_failed')
            AND NOT EXISTS (SELECT FROM provider_call AS call WHERE call.payment_id = payment.id AND call.state = 'due')
            AND NOT EXISTS (
                SELECT FROM money_case AS problem
                WHERE problem.resolved_at IS NULL AND problem.order_id = payment.order_id
            )
            AND NOT EXISTS (
                SELECT FROM provider_call AS call JOIN money_case AS problem ON problem.subject_id = call.id
                WHERE call.payment_id = payment.id AND call.state = 'held' AND problem.resolved_at IS NULL
            )
        LIMIT 5
        """,
    ),
    Invariant(
        "refunds_are_called",
        "money is to be given back, and nobody will: no call is due, and no case is open",
        """
        SELECT refund.id::text FROM refund WHERE refund.state <> 'done'
            AND NOT EXISTS (
                SELECT FROM provider_call AS call WHERE call.payment_id = refund.payment_id
                    AND call.subject_id = refund.id AND call.state = 'due'
            )
            AND NOT EXISTS (
                SELECT FROM money_case AS problem WHERE problem.resolved_at IS NULL AND (
                    problem.subject_id = refund.id OR problem.subject_id IN (
                        SELECT id FROM provider_call AS call
                        WHERE call.payment_id = refund.payment_id AND call.subject_id = refund.id
                    )
                )
            )
        LIMIT 5
        """,
    ),
    Invariant(
        "refunds_are_owed",
        "what is to be given back is not what the ledger owes",
        f"""
        SELECT 'in ' || currency FROM (
            SELECT payment.currency, refund.amount_minor - refund.by_bank_minor AS amount_minor
            FROM refund JOIN payment ON payment.id = refund.payment_id
            WHERE refund.state <> 'done'
            UNION ALL SELECT currency, amount_minor FROM posting WHERE account = {literal(REFUNDS_DUE)}
        ) AS owed GROUP BY currency HAVING sum(amount_minor) <> 0
        """,  # noqa: S608 names of the domain
    ),
    Invariant(
        "parts_sum_to_gross",
        "a line's parts do not sum to its gross",
        """
        SELECT line.order_line_id::text FROM line_split AS line JOIN part USING (order_line_id)
        GROUP BY line.order_line_id HAVING sum(part.amount_minor) <> line.gross_minor LIMIT 5
        """,
    ),
    Invariant(
        "statements_are_the_ledger",
        "a statement's closing balance is not the ledger's",
        f"""
        SELECT statement.id::text
        FROM (SELECT DISTINCT ON (partner_id) * FROM statement ORDER BY partner_id, finish_at DESC) AS statement
        CROSS JOIN LATERAL
            jsonb_array_elements(convert_from(statement.content, 'UTF8')::jsonb -> 'currencies') AS by_currency
        WHERE (by_currency -> 'closing' ->> 'minor')::bigint <> (
            SELECT coalesce(-sum(posting.amount_minor), 0)
            FROM posting JOIN journal_entry AS entry ON entry.id = posting.entry_id
            WHERE posting.account = {partner_account("statement.partner_id", PAYABLE)}
                AND posting.currency = by_currency -> 'closing' ->> 'currency'
                AND entry.recorded_at < statement.finish_at
                AND pg_visible_in_snapshot(posting.xid, statement.snapshot::pg_snapshot)
        ) LIMIT 5
        """,  # noqa: S608 names of the domain
    ),
    Invariant(
        "periods_are_the_ledger",
        "a closed period's balance is not the ledger's",
        """
        SELECT to_char(closed.ends_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"') || ' '
            || coalesce(closed.account, summed.account)
        FROM (SELECT * FROM period_balance WHERE ends_at = (SELECT max(ends_at) FROM accounting_period)) AS closed
        FULL JOIN (
            SELECT posting.account, posting.currency, sum(posting.amount_minor) AS balance_minor
            FROM posting JOIN journal_entry AS entry ON entry.id = posting.entry_id
            WHERE coalesce(entry.effective_at, entry.recorded_at) < (SELECT max(ends_at) FROM accounting_period)
            GROUP BY posting.account, posting.currency HAVING sum(posting.amount_minor) <> 0
        ) AS summed USING (account, currency)
        WHERE closed.balance_minor IS DISTINCT FROM summed.balance_minor LIMIT 5
        """,
    ),
    Invariant(
        "exchanges_are_posted",
        "an exchange differs from its entry",
        f"""
        SELECT exchange.id::text FROM exchange WHERE NOT EXISTS (
            SELECT FROM posting WHERE posting.entry_id = exchange.entry_id
                AND posting.amount_minor = exchange.sold_minor
                AND posting.currency = exchange.sold_currency AND posting.account LIKE {literal(EXCHANGES)}
        ) OR NOT EXISTS (
            SELECT FROM posting WHERE posting.entry_id = exchange.entry_id
                AND posting.amount_minor = -exchange.bought_minor
                AND posting.currency = exchange.bought_currency AND posting.account LIKE {literal(EXCHANGES)}
        ) LIMIT 5
        """,  # noqa: S608 names of the domain
    ),
    Invariant(
        "advances_are_held",
        "what was taken in advance is not what is held for residents",
        f"""
        SELECT 'in ' || currency FROM (
            SELECT currency, advanced_minor AS amount_minor FROM payment WHERE status = 'advanced'
            UNION ALL SELECT currency, amount_minor FROM posting WHERE account = {literal(ADVANCES)}
        ) AS held GROUP BY currency HAVING sum(amount_minor) <> 0
        """,  # noqa: S608 names of the domain
    ),
    Invariant(
        "transactions_are_this_servers",
        "the ledger was restored into another server, and --after-restore was not run",
        """
        SELECT 'position ' || position FROM posting WHERE xid >= pg_snapshot_xmax(pg_current_snapshot()) LIMIT 5
        """,
    ),
    Invariant("chains_hold", "a sealed chain is broken", books.BROKEN),
)


SPLITS = Invariant(
    "splits_are_their_plans", "a line's parts are not what its frozen plan comes to", ""
)  # which no query can tell: `commands.verification` splits again


@dataclass(frozen=True, slots=True)
class LedgerCheck:
    """How large the ledger is, the sum of all postings by currency, and what is broken, by invariant."""

    entries: int
    postings: int
    totals: dict[str, int]
    broken: Mapping[str, Sequence[str]]

    @property
    def findings(self) -> list[str]:
        said = {invariant.name: invariant.broken for invariant in (*INVARIANTS, SPLITS)}
        return [f"{said[name]}: {violation}" for name, places in self.broken.items() for violation in places]

    @property
    def holds(self) -> bool:
        return not self.findings and not any(self.totals.values())


# One statement for all: they look at the ledger of one moment.
BROKEN = text(
    " UNION ALL ".join(
        f"SELECT '{invariant.name}' AS name, place FROM ({invariant.query}) AS broken (place)"  # noqa: S608 our names
        for invariant in INVARIANTS
    )
)
ENTRIES = text("SELECT count(*) FROM journal_entry")
TOTALS = text(
    "SELECT currency, sum(amount_minor)::bigint AS total_minor, count(*) AS postings FROM posting GROUP BY currency"
)


async def check(session: AsyncSession) -> LedgerCheck:
    """Hold the whole ledger against every invariant."""
    await books.raise_statement_timeout(session)
    entries = await session.scalar(ENTRIES)
    totals = list(await session.execute(TOTALS))
    broken: dict[str, list[str]] = {invariant.name: [] for invariant in INVARIANTS}
    for row in await session.execute(BROKEN):
        broken[row.name].append(row.place)
    return LedgerCheck(
        entries=int(entries or 0),
        postings=sum(row.postings for row in totals),
        totals={row.currency: row.total_minor for row in totals},
        broken=broken,
    )


async def note(session: AsyncSession, check: LedgerCheck, now: datetime) -> None:
    """Keep what a check found, for those who measure it."""
    violations = {name: len(places) for name, places in check.broken.items()}
    violations["sum_is_zero"] = sum(minor != 0 for minor in check.totals.values())
    rows = [{"checked_at": now, "invariant": name, "violations": count} for name, count in violations.items()]
    await session.execute(insert(LedgerCheckRow), rows)


LAST = text(
    "SELECT invariant, violations, checked_at FROM ledger_check"
    " WHERE checked_at = (SELECT max(checked_at) FROM ledger_check)"
)


async def last(session: AsyncSession) -> tuple[datetime | None, dict[str, int]]:
    """When the ledger was checked last, and how often each invariant was broken."""
    rows = list(await session.execute(LAST))
    return (rows[0].checked_at if rows else None), {row.invariant: row.violations for row in rows}
