"""Commands about the books: the ledger, months, seals, exchanges, risk, invoices, evidence."""

import hashlib
from pathlib import Path

import click

from yima_cli.failures import Failure
from yima_cli.person import OUTPUT, Person, signed_in
from yima_cli.proposals import PROPOSE, propose, propose_or_run
from yima_cli.registry import Group


def money_input(text: str, field: str) -> dict[str, str]:
    """An amount as people write it, "720.00 CNY", as the schema takes it."""
    number, _, currency = text.strip().partition(" ")
    if not number or not currency.strip():
        raise click.UsageError(f'{field} is an amount and its currency, e.g. "720.00 CNY"')
    return {"amount": number, "currency": currency.strip()}


@click.group(cls=Group)
def ledger() -> None:
    """The ledger as a whole: verify, close months, seals."""


@ledger.command()
@signed_in
def verify(me: Person) -> None:
    """Recompute the whole ledger; ends with 1 and says what is off where it does not hold.

    \b
    Example:
      yima ledger verify
    """
    check = me.run("ledger-check")
    me.show(check)
    if not check["holds"]:
        raise Failure("the ledger does not hold; the runbook InvariantBroken says what to do first")


@ledger.command("close")
@click.argument("month")
@signed_in
def close(me: Person, month: str) -> None:
    """Close the books of a MONTH that is over, such as 2026-10; what comes late counts in the next one.

    \b
    Example:
      yima ledger close 2026-10
    """
    me.show(me.run("close-period", month=month))


@ledger.command("periods")
@click.argument("month", required=False, default="")
@signed_in
def periods(me: Person, month: str) -> None:
    """List closed months, newest first; with a MONTH, that one and every account's balance at its end.

    \b
    Examples:
      yima ledger periods
      yima ledger periods 2026-10
    """
    me.show(me.run("accounting-period", month=month) if month else me.every("accounting-periods"))


@ledger.command("seals")
@click.option("--partner", default=None, help="Whose chain; the city's own where nobody is named.")
@signed_in
def seals(me: Person, partner: str | None) -> None:
    """List the links of a chain of hashes over the ledger, newest first. Keep one: it shows that nothing was changed.

    \b
    Example:
      yima ledger seals --partner par_019ab…
    """
    me.show(me.every("seals", partnerId=partner))


@ledger.command("exchange")
@click.option("--sold", required=True, help='What was given, e.g. "7200.00 CNY".')
@click.option("--bought", required=True, help='What was got for it, e.g. "1000.00 USD".')
@click.option("--rate", required=True, help="How much of the bought currency one of the sold one got.")
@click.option("--account", default="bank:cash", show_default=True, help="Where both are held.")
@click.option("--reason", required=True, help="What for.")
@signed_in
def exchange(me: Person, sold: str, bought: str, rate: str, account: str, reason: str) -> None:
    """Propose to write down that money of one currency was given for money of another; another person approves it.

    \b
    Example:
      yima ledger exchange --sold "7200.00 CNY" --bought "1000.00 USD" --rate 0.138888889 --reason "device order 17"
    """
    both = {"sold": money_input(sold, "--sold"), "bought": money_input(bought, "--bought")}
    propose(me, reason, "exchange-money", **both, rate=rate, reason=reason, account=account)


@click.group(cls=Group)
def risk() -> None:
    """Risk tiers: how long money is held, what is reserved."""


@risk.command("list")
@signed_in
def list_tiers(me: Person) -> None:
    """List every tier.

    \b
    Example:
      yima risk list
    """
    me.show(me.run("risk-tiers"))


@risk.command("set")
@click.argument("name")
@click.option("--hold-days", default=0, help="From the capture until it is due.")
@click.option("--reserve", default=0, help="Kept back of each payout, in basis points.")
@click.option("--reserve-days", default=0, help="Until the reserve is released.")
@PROPOSE
@signed_in
def put_tier(me: Person, name: str, hold_days: int, reserve: int, reserve_days: int, propose: str) -> None:
    """Set what partners of the tier NAME are asked for. "new" is of those with whom no terms were agreed.

    To ask for less than now takes two people: `--propose`.

    \b
    Examples:
      yima risk set standard --hold-days 7
      yima risk set standard --hold-days 1 --propose "a year without a dispute"
    """
    tier = {"name": name, "holdDays": hold_days, "reserveBasisPoints": reserve, "reserveDays": reserve_days}
    propose_or_run(me, propose, "put-risk-tier", **tier)


@click.group(cls=Group)
def invoices() -> None:
    """What partners were asked to pay."""


@invoices.command("list")
@click.option("--partner", default=None, help="Whose; everybody's where nobody is named.")
@signed_in
def list_invoices(me: Person, partner: str | None) -> None:
    """List invoices, newest first, with what was paid of each.

    \b
    Example:
      yima invoices list --partner par_019ab…
    """
    me.show(me.every("invoices", partnerId=partner))


@invoices.command("paid")
@click.argument("invoice_id")
@click.option("--amount", required=True, help='What came, e.g. "90.00 CNY".')
@click.option("--bank-reference", required=True, help="The bank's own of the transfer.")
@PROPOSE
@signed_in
def record_payment(me: Person, invoice_id: str, amount: str, bank_reference: str, propose: str) -> None:
    """Say that an invoice was paid, or a part of it. The same transfer counts once.

    What is on no statement of the bank takes two people: `--propose`.

    \b
    Example:
      yima invoices paid inv_019ab… --amount "90.00 CNY" --bank-reference 20261124-77
    """
    payment = {"invoiceId": invoice_id, "amount": money_input(amount, "--amount"), "bankReference": bank_reference}
    propose_or_run(me, propose, "record-invoice-payment", **payment)


@click.group(cls=Group)
def disputes() -> None:
    """Disputes about the money of an order."""


@disputes.command("evidence")
@click.argument("dispute_id")
@OUTPUT
@signed_in
def evidence(me: Person, dispute_id: str, output: Path | None) -> None:
    """What the chain says of the order a dispute is about, as JSON: ids, amounts, moments, hashes.

    \b
    Example:
      yima disputes evidence dsp_019ab… -o evidence.json
    """
    evidence = me.run("dispute-evidence", disputeId=dispute_id)
    content = evidence["content"].encode()
    if hashlib.sha256(content).hexdigest() != evidence["sha256"]:
        raise Failure("the evidence is not what its hash says; ask again")
    me.save(content, output)
