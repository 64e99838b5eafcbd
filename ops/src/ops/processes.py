"""Commands about how orders move."""

from typing import Any

import click
from ordering.domain.process import processes
from yima_cli.failures import Failure
from yima_cli.person import JSON
from yima_cli.registry import Group
from yima_cli.tables import show as show_answer


@click.group(cls=Group)
def process() -> None:
    """How orders move: states, who moves them, deadlines."""


@process.command()
@click.argument("name", required=False)
@JSON
def show(name: str | None, as_json: bool) -> None:
    """Draw a process as a Mermaid state diagram; without a name, list the processes.

    \b
    Examples:
      yima process show
      yima process show package/1 > package.mmd
    """
    known = processes()
    if name is None:
        rows: list[Any] = [{"name": process.name, "provenBy": sorted(process.proofs)} for process in known.values()]
        show_answer(rows, as_json)
        return
    if name not in known:
        raise Failure(f"there is no process {name}; there are {', '.join(known)}")
    if as_json:
        show_answer({"name": name, "mermaid": known[name].mermaid()}, as_json)
    else:
        click.echo(known[name].mermaid())
