"""Commands about systems that send to records in numbered batches."""

from pathlib import Path

import click

from yima_cli.choices import SOURCE_STATUSES, SYSTEM_KINDS, code_of
from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group


@click.group(cls=Group)
def sources() -> None:
    """Systems that send to records: register, approve, send, see what is missing."""


@sources.command("register")
@click.argument("name")
@click.option("--system", required=True, type=click.Choice(SYSTEM_KINDS), help="What kind of system it is.")
@click.option("--category", required=True, help="Of the city's taxonomy; your certificates have to cover it.")
@click.option("--type", "types", multiple=True, required=True, help="A type of information that it sends; repeat it.")
@click.option("--every", "every_minutes", type=click.IntRange(1), help="A batch comes at least so often, in minutes.")
@click.option(
    "--budget", type=(int, int, int), metavar="BATCHES LINES BYTES", help="How much it sends within a minute, at most."
)
@signed_in
def register(
    me: Person,
    name: str,
    system: str,
    category: str,
    types: tuple[str, ...],
    every_minutes: int | None,
    budget: tuple[int, int, int] | None,
) -> None:
    """Register a system of your institution that is to send. An operator approves it before it may.

    \b
    Example:
      yima sources register Laboratory --system lis --category public-health --type laboratory --every 60
    """
    said = dict(zip(("batches", "lines", "bytes"), budget, strict=True)) if budget else None
    me.show(
        me.run(
            "register-source",
            name=name,
            system=code_of(system),
            category=category,
            informationTypes=list(types),
            everyMinutes=every_minutes,
            budget=said,
            key=fresh_key(),
        )
    )


@sources.command("list")
@click.option("--status", type=click.Choice(SOURCE_STATUSES), help="Only in this status.")
@click.option("--partner", "partner_id", help="Only this institution's.")
@signed_in
def list_sources(me: Person, status: str | None, partner_id: str | None) -> None:
    """List sources, newest first: your institution's, or everybody's for operators and regulators.

    \b
    Example:
      yima sources list --status proposed
    """
    me.show(me.every("sources", status=code_of(status), partnerId=partner_id))


@sources.command("show")
@click.argument("source_id")
@signed_in
def show(me: Person, source_id: str) -> None:
    """Show how fresh and how complete what a source sends is, and which of its batches have not come.

    \b
    Example:
      yima sources show src_019ab…
    """
    me.show(me.run("source", sourceId=source_id))


@sources.command("approve")
@click.argument("source_id")
@signed_in
def approve(me: Person, source_id: str) -> None:
    """Let a source send, as an operator.

    \b
    Example:
      yima sources approve src_019ab…
    """
    me.show(me.run("decide-source", sourceId=source_id, approved=True, key=fresh_key()))


@sources.command("refuse")
@click.argument("source_id")
@click.option("--reason", required=True, help="Why; its institution reads it.")
@signed_in
def refuse(me: Person, source_id: str, reason: str) -> None:
    """Refuse a source, as an operator.

    \b
    Example:
      yima sources refuse src_019ab… --reason "its data is not of this category"
    """
    me.show(me.run("decide-source", sourceId=source_id, approved=False, reason=reason, key=fresh_key()))


@sources.command("end")
@click.argument("source_id")
@click.option("--reason", required=True, help="Why; its institution and operators read it.")
@signed_in
def end(me: Person, source_id: str, reason: str) -> None:
    """Take nothing more from a source. What came is kept.

    \b
    Example:
      yima sources end src_019ab… --reason "replaced by another system"
    """
    me.show(me.run("end-source", sourceId=source_id, reason=reason, key=fresh_key()))


@sources.command("budget")
@click.argument("source_id")
@click.argument("batches", type=int)
@click.argument("lines", type=int)
@click.argument("size", metavar="BYTES", type=int)
@signed_in
def budget(me: Person, source_id: str, batches: int, lines: int, size: int) -> None:
    """Say how much a source sends within a minute: it is never asked for more, and more is not taken.

    \b
    Example:
      yima sources budget src_019ab… 10 10000 8000000
    """
    said = {"batches": batches, "lines": lines, "bytes": size}
    me.show(me.run("set-source-budget", sourceId=source_id, budget=said, key=fresh_key()))


@sources.command("send")
@click.argument("source_id")
@click.argument("number", type=click.IntRange(1))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@signed_in
def send(me: Person, source_id: str, number: int, file: Path) -> None:
    """Send a file of NDJSON as the batch of this number. What it answers says that the batch is here for good.

    \b
    Example:
      yima sources send src_019ab… 1 monday.ndjson
    """
    content = file.read_bytes()
    me.show(me.ask(lambda caller: caller.send_batch(source_id, number, content)))


@sources.command("batches")
@click.argument("source_id")
@signed_in
def batches(me: Person, source_id: str) -> None:
    """List a source's batches, the highest number first, and how many of their lines were refused.

    \b
    Example:
      yima sources batches src_019ab…
    """
    me.show(me.every("batches", sourceId=source_id))


@sources.command("batch")
@click.argument("source_id")
@click.argument("number", type=click.IntRange(1))
@click.option("--refused", is_flag=True, help="Only the lines that were refused.")
@signed_in
def batch(me: Person, source_id: str, number: int, refused: bool) -> None:
    """Show what became of a batch's lines: the first hundred, by position.

    \b
    Example:
      yima sources batch src_019ab… 1 --refused
    """
    answer = me.run("batch", sourceId=source_id, number=number, refusedOnly=refused, first=100)
    me.show(answer["batch"])


@sources.command("left-out")
@click.argument("source_id")
@signed_in
def left_out(me: Person, source_id: str) -> None:
    """List lines that waited for whose patient number it is and did not come into a record, the last sent first.

    \b
    Example:
      yima sources left-out src_019ab…
    """
    me.show(me.every("left-out-lines", sourceId=source_id))


@sources.command("missing")
@click.argument("source_id")
@signed_in
def missing(me: Person, source_id: str) -> None:
    """Ask which batches to send again now: those that have not come, no more than the budget has left.

    \b
    Example:
      yima sources missing src_019ab…
    """
    me.show(me.run("ask-for-missing", sourceId=source_id, key=fresh_key()))


@sources.command("give-up")
@click.argument("source_id")
@click.argument("numbers", nargs=-1, required=True, type=click.IntRange(1))
@click.option("--reason", required=True, help="Why they will never come; operators read it.")
@signed_in
def give_up(me: Person, source_id: str, numbers: tuple[int, ...], reason: str) -> None:
    """Say that batches will never come: they are missing no more.

    \b
    Example:
      yima sources give-up src_019ab… 4 5 --reason "the disk was lost"
    """
    me.show(me.run("give-up-batches", sourceId=source_id, numbers=list(numbers), reason=reason, key=fresh_key()))
