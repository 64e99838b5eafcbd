"""Settlement, composed."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

import city_pack.settings
from chassis import counted_months, sealing, signing
from chassis.client import http_client
from chassis.database import Database
from chassis.service import Service
from chassis.settings import SettingUnfit
from chassis.workers import Task, TaskFailed, Worker
from city_pack.pack import BadPack
from pydantic import Field
from yima.partners.v1.client import PartnersClient

from settlement import commands
from settlement.api import Resources, api, webhooks
from settlement.commands import access_log, advances, indicators, measures, provider_report
from settlement.commands import cases as cases_commands
from settlement.commands.calls import carry_out_due
from settlement.commands.reconciliation import is_complete
from settlement.domain.bank import BankAccount, OwnBank, fault
from settlement.domain.next_steps import Ways, origin_of
from settlement.domain.proposals import Bounds
from settlement.domain.statements import month_began
from settlement.handlers import SUBSCRIPTIONS
from settlement.provider.http import HttpProvider
from settlement.store import books, checks, documents, ledger, payouts, restored, statements
from settlement.store import cases as case_store
from settlement.store import reconciliation as store

if TYPE_CHECKING:
    from settlement.provider.stripe import StripeProvider

log = logging.getLogger("settlement")

STRIPE_PAGES = "https://hooks.stripe.com"  # where Stripe has a cardholder confirm
CALLS_EVERY_SECONDS = 0.0  # the step itself waits, for the wake_up or a moment
WAKE_UP_SECONDS = 0.25
SNAPSHOT_EVERY_SECONDS = 30.0
ADVANCE_EVERY_SECONDS = 60.0
SEAL_EVERY_SECONDS = 300.0
MEASURE_EVERY_SECONDS = 60.0
WATCH_EVERY_SECONDS = 30.0
BREAK_OPEN_MAX = timedelta(days=3)  # then somebody should have explained it
STATEMENTS_MAX = 100  # looked for at a time
STATEMENT_BYTES_MAX = 16 * 1024 * 1024  # a large bank statement


class Settings(sealing.Settings, city_pack.settings.Settings):
    """Where the payment provider is, and what the keys that sign documents are enciphered with."""

    provider: Literal["sandbox", "stripe"] = "sandbox"  # whom money is moved by; the sandbox is for trials
    provider_url: str = "http://127.0.0.1:8708"  # where the sandbox is
    # after so many, promised money is taken in advance: a card's promise lasts seven
    promised_days: int = Field(default=6, ge=1, le=365)
    stripe_api_key: str = ""  # the account's secret key at Stripe
    stripe_api_url: str = ""  # of a server that speaks Stripe's API, for tests; else Stripe's own
    # the origins of the provider's pages that who pays may be sent to, separated by blanks; none: the provider's own
    redirect_origins: str = ""
    pages_url: str = "http://127.0.0.1:8700/app"  # of our pages, where who was sent to the provider comes back to
    webhook_secret: str = ""  # shared with the provider, `whsec_…`; without one, no webhook is believed

    def check(self) -> None:
        super().check()
        _ = self.bank
        if unfit := [origin for origin in self.redirect_origins.split() if origin_of(origin) != origin]:
            raise SettingUnfit(f"YIMA_REDIRECT_ORIGINS: {unfit[0]} is no origin, such as https://pay.example.org")

    @property
    def ways(self) -> Ways:
        """Where the provider may send who pays, and where it sends them back to."""
        own = origin_of(self.provider_url) if self.provider == "sandbox" else STRIPE_PAGES
        return Ways(frozenset(self.redirect_origins.split() or [own]), self.pages_url)

    @property
    def bank(self) -> OwnBank:
        """The operator's own accounts, each fit to be named in a payment file."""
        known = self.city.bank_accounts
        accounts = {
            currency: BankAccount(account.holder, account.number, account.bank_code)
            for currency, account in known.items()
        }
        for currency, account in accounts.items():
            if unfit := fault(account):
                raise BadPack(f"{self.city_file}: global.city.bankAccounts.{currency}: {unfit}")
        messages = {currency: account.credit_transfer for currency, account in known.items()}
        return OwnBank(accounts, self.city.zone, messages)


@asynccontextmanager
async def resources(settings: Settings, database: Database) -> AsyncGenerator[Resources]:
    issuer = f"Yima settlement, {settings.city.name}"
    async with database.transaction() as session:
        await documents.load(session, settings.sealer, issuer, database.now())
    provider = provider_of(settings)
    yield Resources(
        provider,
        settings.webhook_secret,
        settings.bank,
        issuer,
        timedelta(days=settings.promised_days),
        Bounds(settings.city.alone_minor_max, settings.city.currency),
        ways=settings.ways,
        sealer=settings.sealer,
        partners=PartnersClient(http_client(), settings.url("partners")),
    )
    await provider.close()


def provider_of(settings: Settings) -> "HttpProvider | StripeProvider":
    """The payment provider the operator has chosen."""
    if settings.provider == "sandbox":
        return HttpProvider(settings.provider_url, settings.webhook_secret)
    if not settings.stripe_api_key or not settings.webhook_secret:
        raise SettingUnfit(
            "YIMA_PROVIDER is stripe: set YIMA_STRIPE_API_KEY, and YIMA_WEBHOOK_SECRET to the endpoint's"
        )
    from settlement.provider.stripe import StripeProvider  # noqa: PLC0415 a large library, for those who use it

    return StripeProvider(settings.stripe_api_key, settings.stripe_api_url)


async def call_provider(database: Database, resources: Resources) -> bool:
    """Make due calls; then wait for the wake_up, or a moment: another process may have made something due."""
    resources.wake_up.clear()
    if await carry_out_due(database, resources.provider, resources.ways):
        return True
    try:
        await asyncio.wait_for(resources.wake_up.wait(), WAKE_UP_SECONDS)
    except TimeoutError:
        return False
    return True


async def take_in_advance(database: Database, resources: Resources) -> bool:
    """Take what the provider will not promise for much longer."""
    async with database.transaction() as session:
        due = await advances.take_due(session, resources.promised_for, database.now())
    if due:
        resources.provider_is_needed()
    return due == advances.AT_ONCE_MAX


async def snapshot_balances(database: Database, _resources: Resources) -> bool:
    async with database.transaction() as session:
        await ledger.take_snapshot(session)
    return False


async def seal_ledger(database: Database, _resources: Resources) -> bool:
    """Chain what was added since: first see how far nothing is on its way any more, then seal up to there."""
    async with database.transaction() as session:
        upto = await books.last_position(session)
    async with database.transaction() as session:
        await books.seal(session, upto, database.now())
    return False


async def seal_now(database: Database, resources: Resources) -> str:
    """Seal at once, e.g. before a backup: what a link covers can be held against the restored ledger."""
    await seal_ledger(database, resources)
    async with database.transaction() as session:
        return f"sealed up to {await books.sealed_upto(session)}"


async def measure_ledger(database: Database, _resources: Resources) -> bool:
    """Give the measures what the last check found."""
    async with database.transaction() as session:
        checked_at, violations = await checks.last(session)
        sealed_at = await books.last_sealed(session)
        swept_at = await payouts.last_sweep(session) or await ledger.began(session)
    measures.ledger_was(violations, checked=checked_at, sealed=sealed_at, swept=swept_at)
    return False


async def watch_access_log(database: Database, _resources: Resources) -> bool:
    """See whether consent's access log only grew, by what it signed."""
    async with database.transaction() as session:
        faults = await access_log.compare_checkpoints(session)
    measures.access_log_was(faults)
    if faults:
        log.error("%d checkpoints of the access log do not go on from those kept here: it was cut or changed", faults)
    return False


async def look_for_cases(database: Database, _resources: Resources) -> bool:
    """Open a case for what has had no answer for an hour, and give the measures how many are open."""
    async with database.transaction() as session:
        await cases_commands.open_unanswered(session, database.now())
    async with database.transaction() as session:
        measures.cases_were(await case_store.open_by_kind(session), await case_store.unknown_for(session))
    return False


async def pay_all(database: Database, resources: Resources) -> str:
    async with database.transaction() as session:
        now = database.now()
        payouts, held = await commands.run_payouts(session, partner_id=None, now=now, bank=resources.bank)
    return f"{len(payouts)} payouts made, {len(held)} held"


async def check_ledger(database: Database, _resources: Resources) -> str:
    """Every invariant holds, and every currency sums to zero; what was found is kept to be measured."""
    async with database.transaction() as session:
        check = await commands.check_ledger(session)
    async with database.transaction() as session:
        await checks.note(session, check, database.now())
    if not check.holds:
        raise TaskFailed(f"the ledger does not hold: {'; '.join(check.findings) or check.totals}")
    return f"{check.entries} entries and {check.postings} postings hold"


async def reconcile(database: Database, resources: Resources) -> str:
    """Read the provider's report, then compare the ledger with it and with the bank's statements."""
    read = await provider_report.read_all(database, resources.provider, database.now)
    now = database.now()
    matched = opened = 0
    complete = False
    while not complete:
        async with database.transaction() as session:
            run = await commands.run_reconciliation(session, bank=resources.bank, now=now)
            complete = is_complete(run)
        matched, opened = matched + run.matched, opened + run.opened
    async with database.transaction() as session:
        open_yet = await store.open_breaks(session)
    summary = f"{read} movements read, {matched} matched, {opened} breaks opened, {len(open_yet)} open"
    if old := [open_break for open_break in open_yet if now - open_break.opened_at > BREAK_OPEN_MAX]:
        raise TaskFailed(f"{summary}, {len(old)} of them for more than {BREAK_OPEN_MAX.days} days")
    return summary


async def issue_statements(database: Database, resources: Resources) -> str:
    """Issue every partner's statement up to the beginning of this month, where there is none."""
    now = database.now()
    finish = month_began(now, resources.bank.zone)
    issued = 0
    while True:
        async with database.transaction() as session:
            due = await statements.due(session, finish, STATEMENTS_MAX)
        for partner_id in due:
            async with database.transaction() as session:
                await commands.issue_statement(
                    session,
                    partner_id=partner_id,
                    finish=finish,
                    issuer=resources.issuer,
                    sealer=resources.sealer,
                    zone=resources.bank.zone,
                    now=now,
                )
        issued += len(due)
        if len(due) < STATEMENTS_MAX:
            return f"{issued} statements issued"


async def after_restore(database: Database) -> str:
    """What `python -m chassis settlement --after-restore` does beside what it does for every service."""
    changed = await restored.restart_numbers(database)
    return "its transactions are this server's" if changed is None else f"{changed} postings are numbered again"


def service() -> Service[Settings, Resources]:
    settings = Settings()
    return Service(
        name="settlement",
        api=api,
        settings=settings,
        make_resources=resources,
        subscriptions=SUBSCRIPTIONS,
        body_bytes_max=STATEMENT_BYTES_MAX,
        more_handlers=webhooks.handlers,
        tasks=[
            Task("payouts", pay_all),
            Task("check-ledger", check_ledger),
            Task("reconcile", reconcile),
            Task("statements", issue_statements),
            Task("seal", seal_now),
            *signing.tasks(settings, documents.KEYS),
        ],
        workers=[
            Worker("call the provider", call_provider, CALLS_EVERY_SECONDS),
            Worker("take in advance", take_in_advance, ADVANCE_EVERY_SECONDS),
            Worker("snapshot balances", snapshot_balances, SNAPSHOT_EVERY_SECONDS),
            Worker("seal the ledger", seal_ledger, SEAL_EVERY_SECONDS),
            Worker("measure the ledger", measure_ledger, MEASURE_EVERY_SECONDS),
            Worker("look for cases", look_for_cases, MEASURE_EVERY_SECONDS),
            counted_months.counting(indicators.count_next_month, lambda resources: resources.bank.zone),
            Worker("watch the access log", watch_access_log, WATCH_EVERY_SECONDS),
        ],
    )
