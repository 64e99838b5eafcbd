"""Commands about rules on what devices measure, and what broke one."""

from collections.abc import Callable
from typing import Any

import click

from yima_cli.choices import ALERT_RULE_STATUSES, ALERT_SEVERITIES, ALERT_TESTS, code_of
from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group

TERMS = (
    click.argument("title"),
    click.option("--code", required=True, help="LOINC's, of what it looks at."),
    click.option("--test", required=True, type=click.Choice(ALERT_TESTS), help="What breaks it."),
    click.option("--threshold", required=True, help="A decimal number, in the code's own unit."),
    click.option("--clear-at", "clearAt", help="Back at which value its flag is cleared; without it, the threshold."),
    click.option("--needed", type=click.IntRange(1), help="How many readings beyond the threshold break it."),
    click.option("--readings", type=click.IntRange(1), help="Of how many of the last."),
    click.option(
        "--minutes", "windowMinutes", type=click.IntRange(1), help="How far back it looks; without it, a day."
    ),
    click.option("--severity", required=True, type=click.Choice(ALERT_SEVERITIES), help="How urgent a flag of it is."),
)


def with_terms(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command take what a rule looks at, by the names of the schema."""
    for option in reversed(TERMS):
        command = option(command)
    return command


def coded(terms: dict[str, Any]) -> dict[str, Any]:
    return terms | {"test": code_of(terms["test"]), "severity": code_of(terms["severity"]), "key": fresh_key()}


@click.group(cls=Group)
def alerts() -> None:
    """Rules on what devices measure: make, approve, join a programme, see flags."""


@alerts.command("flags")
@click.option("--resident", "resident_id", help="Whose; without it, your own.")
@click.option("--open", "open_only", is_flag=True, help="Only those that are not cleared.")
@signed_in
def flags(me: Person, resident_id: str | None, open_only: bool) -> None:
    """List readings that broke a rule, newest first. What was measured is in the record.

    \b
    Example:
      yima alerts flags --open
    """
    me.show(me.every("reading-flags", residentId=resident_id, openOnly=open_only))


@alerts.command("rules")
@click.option("--resident", "resident_id", help="For whom you act; without it, yourself.")
@click.option("--status", type=click.Choice(ALERT_RULE_STATUSES), help="Only in this status.")
@signed_in
def rules(me: Person, resident_id: str | None, status: str | None) -> None:
    """List the rules that watch you; as a practitioner, your own and whom they watch.

    \b
    Example:
      yima alerts rules --status in-force
    """
    me.show(me.every("patient-rules", residentId=resident_id, status=code_of(status)))


@alerts.command("programmes")
@click.option("--programme", help="Only of this programme.")
@click.option("--status", type=click.Choice(ALERT_RULE_STATUSES), help="Only in this status.")
@signed_in
def programmes(me: Person, programme: str | None, status: str | None) -> None:
    """List the rules of the city's programmes.

    \b
    Example:
      yima alerts programmes --status in-force
    """
    me.show(me.every("alert-rules", programme=programme, status=code_of(status)))


@alerts.command("joined")
@click.option("--resident", "resident_id", help="For whom you act; without it, yourself.")
@signed_in
def joined(me: Person, resident_id: str | None) -> None:
    """List the programmes that you take part in.

    \b
    Example:
      yima alerts joined
    """
    me.show(me.run("programmes", residentId=resident_id))


@alerts.command("join")
@click.argument("programme")
@click.option("--resident", "resident_id", help="For whom you act; without it, yourself.")
@signed_in
def join(me: Person, programme: str, resident_id: str | None) -> None:
    """Say that you take part in a programme of the city's.

    Its rules then watch what your devices measure, and you may order what is offered to who takes part.

    \b
    Examples:
      yima alerts join hypertension
      yima alerts join hypertension --resident res_019ab…
    """
    me.show(me.run("set-programme", programme=programme, joins=True, residentId=resident_id, key=fresh_key()))


@alerts.command("leave")
@click.argument("programme")
@click.option("--resident", "resident_id", help="For whom you act; without it, yourself.")
@signed_in
def leave(me: Person, programme: str, resident_id: str | None) -> None:
    """Say that you take part in a programme no more. What you have ordered stays ordered.

    \b
    Example:
      yima alerts leave hypertension
    """
    me.show(me.run("set-programme", programme=programme, joins=False, residentId=resident_id, key=fresh_key()))


@alerts.command("propose")
@with_terms
@click.option("--programme", required=True, help="Of which programme, such as hypertension.")
@signed_in
def propose(me: Person, /, programme: str, **terms: Any) -> None:
    """Propose a rule of a programme, as an operator. Another operator decides.

    \b
    Example:
      yima alerts propose "High pressure" --programme hypertension --code 8480-6 --test above --threshold 160 \\
          --clear-at 150 --needed 2 --readings 3 --severity warning
    """
    me.show(me.run("propose-alert-rule", programme=programme, **coded(terms)))


@alerts.command("watch")
@with_terms
@click.option("--patient", "resident_id", required=True, help="For which patient, within a consent of theirs.")
@signed_in
def watch(me: Person, /, resident_id: str, **terms: Any) -> None:
    """Make a rule on what a patient's devices measure, for 90 days at most.

    \b
    Example:
      yima alerts watch "High pressure" --patient res_019ab… --code 8480-6 --test above --threshold 160 \\
          --severity warning
    """
    me.show(me.run("watch-patient", residentId=resident_id, **coded(terms)))


@alerts.command("approve")
@click.argument("alert_rule_id")
@signed_in
def approve(me: Person, alert_rule_id: str) -> None:
    """Put a rule of a programme in force that another operator proposed.

    \b
    Example:
      yima alerts approve rul_019ab…
    """
    me.show(me.run("decide-alert-rule", alertRuleId=alert_rule_id, approved=True, key=fresh_key()))


@alerts.command("refuse")
@click.argument("alert_rule_id")
@click.argument("reason")
@signed_in
def refuse(me: Person, alert_rule_id: str, reason: str) -> None:
    """Refuse a rule of a programme.

    \b
    Example:
      yima alerts refuse rul_019ab… "it would flag everybody"
    """
    query = {"alertRuleId": alert_rule_id, "approved": False, "reason": reason, "key": fresh_key()}
    me.show(me.run("decide-alert-rule", **query))


@alerts.command("end")
@click.argument("alert_rule_id")
@signed_in
def end(me: Person, alert_rule_id: str) -> None:
    """Let a rule watch nobody any more.

    \b
    Example:
      yima alerts end rul_019ab…
    """
    me.show(me.run("end-alert-rule", alertRuleId=alert_rule_id, key=fresh_key()))
