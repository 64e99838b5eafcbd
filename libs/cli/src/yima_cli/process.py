"""Commands about how orders move."""

import click
from ordering.domain.process import processes


@click.group()
def process() -> None:
    """How orders move: states, who moves them, deadlines."""


@process.command()
@click.argument("name", required=False)
def show(name: str | None) -> None:
    """Draw a process as a Mermaid state diagram; without a name, list the processes.

    \b
    Examples:
      yima process show
      yima process show package/1 > package.mmd
    """
    known = processes()
    if name is None:
        for one in known.values():
            click.echo(f"{one.name:<20} proven by {', '.join(sorted(one.proofs))}")
        return
    if name not in known:
        raise click.ClickException(f"there is no process {name}; there are {', '.join(known)}")
    click.echo(known[name].mermaid())
