"""Commands about how good stored data is: rules, and what was found by them."""

import click

from yima_cli.choices import SEVERITIES, code_of
from yima_cli.person import Person, signed_in
from yima_cli.registry import Group


@click.group(cls=Group)
def quality() -> None:
    """How good stored data is: the rules it is examined by, and what was found."""


@quality.command()
@signed_in
def rules(me: Person) -> None:
    """Show the rules that stored data is examined by: what is so where one is broken, and what to do.

    \b
    Example:
      yima quality rules
    """
    me.show(me.run("quality-rules"))


@quality.command()
@click.option("--rule", default="", help="Only of this rule.")
@click.option("--severity", type=click.Choice(SEVERITIES), help="Only of this severity.")
@click.option("--also-gone", is_flag=True, help="Those, too, that are so no more.")
@signed_in
def findings(me: Person, rule: str, severity: str | None, also_gone: bool) -> None:
    """List what was found of the resources that your institution sent, the last first. Correct them, and send them
    again: what is so no more is gone.

    \b
    Examples:
      yima quality findings
      yima quality findings --severity error
      yima quality findings --rule systolic-range --also-gone
    """
    me.show(me.every("quality-findings", rule=rule, severity=code_of(severity), alsoGone=also_gone))
