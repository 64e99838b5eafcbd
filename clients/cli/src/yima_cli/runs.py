"""Commands about runs of queries, and what they came to."""

import json

import click

from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group


@click.group(cls=Group)
def runs() -> None:
    """Runs of queries on records: ask for one, see where it stands, read its result."""


@runs.command("list")
@click.option("--template", "template_id", help="Only of this template.")
@signed_in
def list_runs(me: Person, template_id: str | None) -> None:
    """List runs, newest first: your institution's, or everybody's for operators and regulators.

    \b
    Example:
      yima runs list --template tpl_019ab…
    """
    me.show(me.every("query-runs", templateId=template_id))


@runs.command("start")
@click.argument("template_id")
@click.option("--parameter", "parameters", type=(str, str), multiple=True, metavar="NAME VALUE", help="Repeat it.")
@click.option("--from", "data_from", default="", help="Only data of then or later: the first day of a month.")
@click.option("--until", "data_until", default="", help="Only data of before then: the first day of a month.")
@click.option("--line", "order_line_id", help="The line of an order that the run is for.")
@click.option("--item", default="", help="Which of the line's contents.")
@signed_in
def start(
    me: Person,
    template_id: str,
    parameters: tuple[tuple[str, str], ...],
    data_from: str,
    data_until: str,
    order_line_id: str | None,
    item: str,
) -> None:
    """Ask for a run of an approved template, over the residents whose consent holds when it runs.

    \b
    Example:
      yima runs start tpl_019ab… --parameter disease I10 --from 2026-01-01
    """
    me.show(
        me.run(
            "request-query-run",
            templateId=template_id,
            parameters=json.dumps({name: number_or_text(value) for name, value in parameters}),
            dataFrom=data_from,
            dataUntil=data_until,
            orderLineId=order_line_id,
            item=item,
            key=fresh_key(),
        )
    )


def number_or_text(value: str) -> float | str:
    try:
        return float(value)
    except ValueError:
        return value


@runs.command("result")
@click.argument("run_id")
@signed_in
def result(me: Person, run_id: str) -> None:
    """Show what a released run came to: groups of so many people at least, and the signed result.

    \b
    Example:
      yima runs result run_019ab…
    """
    me.show(me.run("run-result", runId=run_id))
