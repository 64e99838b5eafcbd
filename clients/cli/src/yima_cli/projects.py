"""Commands about projects of research and public health, which residents may join."""

import click

from yima_cli.choices import code_of
from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group

STATUSES = ("proposed", "endorsed", "approved", "expired", "ended")
ACCESS_MODES = ("view", "store", "compute")


@click.group(cls=Group)
def projects() -> None:
    """Projects of research and public health: what they ask for, and who joins."""


@projects.command("list")
@click.option("--status", type=click.Choice(STATUSES), help="Only those; else all of them.")
@signed_in
def list_projects(me: Person, status: str | None) -> None:
    """List projects, newest first. Everybody may.

    \b
    Example:
      yima projects list --status approved
    """
    me.show(me.every("projects", status=code_of(status)))


@projects.command("join")
@click.argument("project_id")
@click.option("--for", "resident_id", help="A dependant of yours; else yourself.")
@signed_in
def join(me: Person, project_id: str, resident_id: str | None) -> None:
    """Join an approved project: you consent to what it asks for. `yima consents revoke` takes it back.

    \b
    Example:
      yima projects join prj_019ab…
    """
    me.show(me.run("join-project", projectId=project_id, residentId=resident_id, key=fresh_key()))


@projects.command("propose")
@click.option("--name", required=True, help="What it is called.")
@click.option("--why", required=True, help="What it is for, in plain words; residents read it.")
@click.option("--ethics", "ethics_approval", required=True, help="Which committee has approved it, and its number.")
@click.option("--type", "types", multiple=True, required=True, help="A kind of information; may be repeated.")
@click.option("--sensitive", "categories", multiple=True, help="What it asks for of what is apart, e.g. hiv.")
@click.option(
    "--purpose",
    type=click.Choice(("HRESCH", "PUBHLTH"), case_sensitive=False),
    default="HRESCH",
    show_default=True,
    help="Research, or public health.",
)
@click.option("--mode", type=click.Choice(ACCESS_MODES), default="compute", show_default=True, help="How data is used.")
@click.option(
    "--people",
    "people_min",
    default=10,
    show_default=True,
    help="Of how many people at least a result says something, where it is computed.",
)
@click.option("--days", "term_days", default=365, show_default=True, help="For so long from its approval on.")
@click.option(
    "--keep",
    "retention_days",
    default=0,
    show_default=True,
    help="For so many days after a consent's end what was stored is kept.",
)
@signed_in
def propose(
    me: Person,
    name: str,
    why: str,
    ethics_approval: str,
    types: tuple[str, ...],
    categories: tuple[str, ...],
    purpose: str,
    mode: str,
    people_min: int,
    term_days: int,
    retention_days: int,
) -> None:
    """Propose a project of your institution. An operator endorses it and a regulator approves it.

    \b
    Example:
      yima projects propose --name "Sleep and pulse" --why "what sleep does" --ethics "IRB 7" --type vital-signs
    """
    project = {
        "name": name,
        "why": why,
        "ethicsApproval": ethics_approval,
        "informationTypes": list(types),
        "sensitiveCategories": list(categories) or None,
        "purpose": purpose.upper(),
        "accessMode": mode.upper(),
        "peopleMin": people_min if mode == "compute" else 0,
        "termDays": term_days,
        "retentionDays": retention_days,
    }
    me.show(me.run("propose-project", key=fresh_key(), **project))


@projects.command("endorse")
@click.argument("project_id")
@signed_in
def endorse(me: Person, project_id: str) -> None:
    """Endorse a proposed project as it stands, as an operator.

    \b
    Example:
      yima projects endorse prj_019ab…
    """
    me.show(me.run("endorse-project", projectId=project_id, key=fresh_key()))


@projects.command("approve")
@click.argument("project_id")
@signed_in
def approve(me: Person, project_id: str) -> None:
    """Approve an endorsed project as it stands, as a regulator: its term begins, and residents may join it.

    \b
    Example:
      yima projects approve prj_019ab…
    """
    me.show(me.run("approve-project", projectId=project_id, key=fresh_key()))


@projects.command("end")
@click.argument("project_id")
@click.option("--reason", required=True, help="Why; who has joined reads it.")
@signed_in
def end(me: Person, project_id: str, reason: str) -> None:
    """End a project, withdraw your own, or reject one: nothing is permitted any more by what was consented to for it.

    \b
    Example:
      yima projects end prj_019ab… --reason "the questions were answered"
    """
    me.show(me.run("end-project", projectId=project_id, reason=reason, key=fresh_key()))
