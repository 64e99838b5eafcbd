"""Commands about the books: months, seals, exchanges, risk, invoices, evidence."""

import hashlib
from pathlib import Path

import click

from yima_cli.bank import PROPOSE, proposed
from yima_cli.money import ledger
from yima_cli.terminal import OUTPUT, Failure, ask, money_input, save, show_result, signed_in_options


@ledger.command("close")
@click.argument("month")
@signed_in_options
def close(month: str, **who: str) -> None:
    """Close the books of a MONTH that is over, such as 2026-10; what comes late counts in the next one.

    \b
    yima ledger close 2026-10 --login operator@yima.example.org
    """
    show_result(ask(lambda caller: caller.run("close-period", month=month), **who))


@ledger.command("periods")
@click.argument("month", required=False, default="")
@signed_in_options
def periods(month: str, **who: str) -> None:
    """Closed months, newest first; with a MONTH, that one and every account's balance at its end."""
    if month:
        show_result(ask(lambda caller: caller.run("accounting-period", month=month), **who))
    else:
        show_result(ask(lambda caller: caller.every("accounting-periods"), **who))


@ledger.command("seals")
@click.option("--partner", default=None, help="Whose chain; the city's own where nobody is named.")
@signed_in_options
def seals(partner: str | None, **who: str) -> None:
    """The links of a chain of hashes over the ledger, newest first. Keep one: it shows that nothing was changed."""
    show_result(ask(lambda caller: caller.every("seals", partnerId=partner), **who))


@ledger.command("exchange")
@click.option("--sold", required=True, help='What was given, e.g. "7200.00 CNY".')
@click.option("--bought", required=True, help='What was got for it, e.g. "1000.00 USD".')
@click.option("--rate", required=True, help="How much of the bought currency one of the sold one got.")
@click.option("--account", default="bank:cash", show_default=True, help="Where both are held.")
@click.option("--reason", required=True, help="What for.")
@signed_in_options
def exchange(sold: str, bought: str, rate: str, account: str, reason: str, **who: str) -> None:
    """Propose to write down that money of one currency was given for money of another; another person approves it.

    \b
    yima ledger exchange --sold "7200.00 CNY" --bought "1000.00 USD" --rate 0.138888889 --reason "device order 17"
    """
    wanted = {
        "sold": money_input(sold, "--sold"),
        "bought": money_input(bought, "--bought"),
        "rate": rate,
        "reason": reason,
        "account": account,
    }
    show_result(ask(lambda caller: proposed(caller, reason, {"exchangeMoney": wanted}), **who))


@click.group("risk")
def risk_group() -> None:
    """What partners of each risk are asked for: a hold, a reserve."""


@risk_group.command("list")
@signed_in_options
def tiers(**who: str) -> None:
    """Every tier."""
    show_result(ask(lambda caller: caller.run("risk-tiers"), **who))


@risk_group.command("set")
@click.argument("name")
@click.option("--hold-days", default=0, help="From the capture until it is due.")
@click.option("--reserve", default=0, help="Of each payout, kept back, in hundredths of a percent.")
@click.option("--reserve-days", default=0, help="Until the reserve is released.")
@PROPOSE
@signed_in_options
def put_tier(name: str, hold_days: int, reserve: int, reserve_days: int, propose: str, **who: str) -> None:
    """Set what partners of the tier NAME are asked for. "new" is of those with whom no terms were agreed.

    To ask for less than now takes two people: `--propose`.

    \b
    yima risk set standard --hold-days 7 --login operator@yima.example.org
    """
    wanted = {"name": name, "holdDays": hold_days, "reserveBasisPoints": reserve, "reserveDays": reserve_days}
    if propose:
        show_result(ask(lambda caller: proposed(caller, propose, {"putRiskTier": wanted}), **who))
    else:
        show_result(ask(lambda caller: caller.run("put-risk-tier", **wanted), **who))


@click.group("invoices")
def invoices_group() -> None:
    """What partners were asked to pay."""


@invoices_group.command("list")
@click.option("--partner", default=None, help="Whose; everybody's where nobody is named.")
@signed_in_options
def invoices(partner: str | None, **who: str) -> None:
    """Invoices, newest first, with what was paid of each."""
    show_result(ask(lambda caller: caller.every("invoices", partnerId=partner), **who))


@invoices_group.command("paid")
@click.argument("invoice")
@click.option("--amount", "paid", required=True, help='What came, e.g. "90.00 CNY".')
@click.option("--bank-reference", required=True, help="The bank's own of the transfer.")
@PROPOSE
@signed_in_options
def paid(invoice: str, paid: str, bank_reference: str, propose: str, **who: str) -> None:
    """Say that an INVOICE was paid, or a part of it. The same transfer counts once.

    What no statement of the bank tells of takes two people: `--propose`.
    """
    wanted = {"invoiceId": invoice, "amount": money_input(paid, "--amount"), "bankReference": bank_reference}
    if propose:
        show_result(ask(lambda caller: proposed(caller, propose, {"recordInvoicePayment": wanted}), **who))
    else:
        show_result(ask(lambda caller: caller.run("record-invoice-payment", **wanted), **who))


@click.group("disputes")
def disputes_group() -> None:
    """What is claimed of orders' money."""


@disputes_group.command("evidence")
@click.argument("dispute")
@OUTPUT
@signed_in_options
def evidence(dispute: str, output: Path | None, **who: str) -> None:
    """What the chain says of the order a DISPUTE is about, as JSON: ids, amounts, moments, hashes."""
    found = ask(lambda caller: caller.run("dispute-evidence", disputeId=dispute), **who)
    content = found["content"].encode()
    if hashlib.sha256(content).hexdigest() != found["sha256"]:
        raise Failure("the evidence is not what its hash says; ask again")
    save(content, output)
