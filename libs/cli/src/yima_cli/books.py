"""Commands about the books: months, seals, exchanges, risk, invoices, evidence. They speak to settlement itself."""

import hashlib
from pathlib import Path
from typing import Any

import click
from chassis.money import parse_amount, to_message
from yima.common.v1.types_pb2 import Money, PageRequest
from yima.settlement.v1 import api_pb2 as pb
from yima.settlement.v1 import books_pb2 as books
from yima.settlement.v1.client import SettlementClient

from yima_cli.bank import OUTPUT, PROPOSE, ask, proposed, save, settlement_options, show
from yima_cli.money import ledger

PAGE = PageRequest(first=100)


def amount(text: str, field: str) -> Money:
    """An amount as people write it: "720.00 CNY"."""
    number, _, currency = text.strip().partition(" ")
    return to_message(parse_amount(number, currency, field))


@ledger.command("close")
@click.argument("month")
@settlement_options
def close(month: str, **how: Any) -> None:
    """Close the books of a MONTH that is over, such as 2026-10; what comes late counts in the next one.

    \b
    yima ledger close 2026-10 --login operator@city.example.org
    """

    async def work(settlement: SettlementClient, token: str) -> Any:
        return await settlement.close_period(books.ClosePeriodRequest(month=month), token)

    show(ask(work, **how))


@ledger.command("periods")
@click.argument("month", required=False, default="")
@settlement_options
def periods(month: str, **how: Any) -> None:
    """Closed months, newest first; with a MONTH, that one and every account's balance at its end."""

    async def work(settlement: SettlementClient, token: str) -> Any:
        if month:
            return await settlement.get_period(books.GetPeriodRequest(month=month), token)
        return await settlement.list_periods(books.ListPeriodsRequest(page=PAGE), token)

    show(ask(work, **how))


@ledger.command("seals")
@click.option("--partner", default="", help="Whose chain; the city's own where nobody is named.")
@settlement_options
def seals(partner: str, **how: Any) -> None:
    """The links of a chain of hashes over the ledger, newest first. Keep one: it shows that nothing was changed."""

    async def work(settlement: SettlementClient, token: str) -> Any:
        return await settlement.list_seals(books.ListSealsRequest(partner_id=partner, page=PAGE), token)

    for link in ask(work, **how).seals:
        click.echo(
            f"{link.chain}  {link.number}  up to {link.upto}  {link.hash.hex()}  {link.sealed_at.ToJsonString()}"
        )


@ledger.command("exchange")
@click.option("--sold", required=True, help='What was given, e.g. "7200.00 CNY".')
@click.option("--bought", required=True, help='What was got for it, e.g. "1000.00 USD".')
@click.option("--rate", required=True, help="How much of the bought currency one of the sold one got.")
@click.option("--account", default="bank:cash", show_default=True, help="Where both are held.")
@click.option("--reason", required=True, help="What for.")
@settlement_options
def exchange(sold: str, bought: str, rate: str, account: str, reason: str, **how: Any) -> None:
    """Propose to write down that money of one currency was given for money of another; another person approves it.

    \b
    yima ledger exchange --sold "7200.00 CNY" --bought "1000.00 USD" --rate 0.138888889 --reason "device order 17"
    """

    async def work(settlement: SettlementClient, token: str) -> Any:
        asked = books.ExchangeMoneyRequest(
            account=account, sold=amount(sold, "sold"), bought=amount(bought, "bought"), rate=rate, reason=reason
        )
        return await proposed(settlement, token, reason, pb.ProposedAct(exchange_money=asked))

    show(ask(work, **how))


@click.group("risk")
def risk_group() -> None:
    """What partners of each risk are asked for: a hold, a reserve."""


@risk_group.command("list")
@settlement_options
def tiers(**how: Any) -> None:
    """Every tier."""

    async def work(settlement: SettlementClient, token: str) -> Any:
        return await settlement.list_risk_tiers(books.ListRiskTiersRequest(), token)

    show(ask(work, **how))


@risk_group.command("set")
@click.argument("name")
@click.option("--hold-days", default=0, help="From the capture until it is due.")
@click.option("--reserve", default=0, help="Of each payout, kept back, in hundredths of a percent.")
@click.option("--reserve-days", default=0, help="Until the reserve is released.")
@PROPOSE
@settlement_options
def put_tier(name: str, hold_days: int, reserve: int, reserve_days: int, propose: str, **how: Any) -> None:
    """Set what partners of the tier NAME are asked for. "new" is of those with whom no terms were agreed.

    To ask for less than now takes two people: `--propose`.

    \b
    yima risk set standard --hold-days 7 --login operator@city.example.org
    """

    async def work(settlement: SettlementClient, token: str) -> Any:
        asked = books.PutRiskTierRequest(
            name=name, hold_days=hold_days, reserve_basis_points=reserve, reserve_days=reserve_days
        )
        if propose:
            return await proposed(settlement, token, propose, pb.ProposedAct(put_risk_tier=asked))
        return await settlement.put_risk_tier(asked, token)

    show(ask(work, **how))


@click.group("invoices")
def invoices_group() -> None:
    """What partners were asked to pay."""


@invoices_group.command("list")
@click.option("--partner", default="", help="Whose; everybody's where nobody is named.")
@settlement_options
def invoices(partner: str, **how: Any) -> None:
    """Invoices, newest first, with what was paid of each."""

    async def work(settlement: SettlementClient, token: str) -> Any:
        return await settlement.list_invoices(books.ListInvoicesRequest(partner_id=partner, page=PAGE), token)

    show(ask(work, **how))


@invoices_group.command("paid")
@click.argument("invoice")
@click.option("--amount", "paid", required=True, help='What came, e.g. "90.00 CNY".')
@click.option("--bank-reference", required=True, help="The bank's own of the transfer.")
@PROPOSE
@settlement_options
def paid(invoice: str, paid: str, bank_reference: str, propose: str, **how: Any) -> None:
    """Say that an INVOICE was paid, or a part of it. The same transfer counts once.

    What no statement of the bank tells of takes two people: `--propose`.
    """

    async def work(settlement: SettlementClient, token: str) -> Any:
        asked = books.RecordInvoicePaymentRequest(
            invoice_id=invoice, amount=amount(paid, "amount"), bank_reference=bank_reference
        )
        if propose:
            return await proposed(settlement, token, propose, pb.ProposedAct(record_invoice_payment=asked))
        return await settlement.record_invoice_payment(asked, token)

    show(ask(work, **how))


@click.group("disputes")
def disputes_group() -> None:
    """What is claimed of orders' money."""


@disputes_group.command("evidence")
@click.argument("dispute")
@OUTPUT
@settlement_options
def evidence(dispute: str, output: Path | None, **how: Any) -> None:
    """What the chain says of the order a DISPUTE is about, as JSON: ids, amounts, moments, hashes."""

    async def work(settlement: SettlementClient, token: str) -> Any:
        return await settlement.get_evidence(books.GetEvidenceRequest(dispute_id=dispute), token)

    told = ask(work, **how)
    if hashlib.sha256(told.content).hexdigest() != told.sha256:
        raise click.ClickException("the evidence is not what its hash says; ask again")
    save(told.content, output)
