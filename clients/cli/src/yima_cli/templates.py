"""Commands about templates of queries: what may be counted on records, and who approved it."""

from pathlib import Path

import click

from yima_cli.choices import code_of
from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group

STATUSES = ("proposed", "endorsed", "approved", "withdrawn")


@click.group(cls=Group)
def templates() -> None:
    """Queries on records: propose, endorse, approve, withdraw them."""


@templates.command("list")
@click.option("--status", type=click.Choice(STATUSES), help="Only those; else all of them.")
@signed_in
def list_templates(me: Person, status: str | None) -> None:
    """List templates, newest first: your institution's, or everybody's for operators and regulators.

    \b
    Example:
      yima templates list --status proposed
    """
    me.show(me.every("query-templates", status=code_of(status)))


@templates.command("propose")
@click.argument("code")
@click.option(
    "-f",
    "--file",
    "path",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The query, as JSON.",
)
@click.option("--title", required=True, help="What it counts, in plain words; residents read it in their log.")
@click.option("--why", required=True, help="What it is for, in plain words.")
@click.option("--purpose", required=True, help="Which consents it goes by, such as HRESCH.")
@click.option(
    "--type", "types", multiple=True, required=True, help="A type of information that it looks at; repeat it."
)
@click.option("--project", "project_id", help="By consents to this project alone.")
@click.option("--people", "people_min", type=click.IntRange(10), help="Of how many people at least it says something.")
@click.option("--runs", "runs_max", type=click.IntRange(1), default=20, show_default=True, help="How often it is run.")
@signed_in
def propose(
    me: Person,
    code: str,
    path: Path,
    title: str,
    why: str,
    purpose: str,
    types: tuple[str, ...],
    project_id: str | None,
    people_min: int | None,
    runs_max: int,
) -> None:
    """Propose a query that your institution may run, or its next version; FILE is its JSON (docs/compute.md).

    \b
    Example:
      yima templates propose by-district -f query.json --title "Hypertension by district" --why "to plan clinics"
        --purpose HRESCH --type encounters
    """
    me.show(
        me.run(
            "propose-query-template",
            code=code,
            title=title,
            why=why,
            purpose=purpose,
            informationTypes=list(types),
            query=path.read_text("utf-8"),
            runsMax=runs_max,
            projectId=project_id,
            peopleMin=people_min or 0,
            key=fresh_key(),
        )
    )


@templates.command("endorse")
@click.argument("template_id")
@signed_in
def endorse(me: Person, template_id: str) -> None:
    """Endorse a proposed template as it stands, as an operator.

    \b
    Example:
      yima templates endorse tpl_019ab…
    """
    me.show(me.run("endorse-query-template", templateId=template_id, key=fresh_key()))


@templates.command("approve")
@click.argument("template_id")
@signed_in
def approve(me: Person, template_id: str) -> None:
    """Approve an endorsed template as it stands, as a regulator.

    \b
    Example:
      yima templates approve tpl_019ab…
    """
    me.show(me.run("approve-query-template", templateId=template_id, key=fresh_key()))


@templates.command("withdraw")
@click.argument("template_id")
@click.option("--reason", required=True, help="Why; its partner, operators and regulators read it.")
@signed_in
def withdraw(me: Person, template_id: str, reason: str) -> None:
    """Withdraw a template, or reject one that was only proposed.

    \b
    Example:
      yima templates withdraw tpl_019ab… --reason "it names too small a district"
    """
    me.show(me.run("withdraw-query-template", templateId=template_id, reason=reason, key=fresh_key()))
