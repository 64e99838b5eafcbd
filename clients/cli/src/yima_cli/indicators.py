"""Commands about how the city does."""

import click

from yima_cli.choices import PARTNER_KINDS, code_of
from yima_cli.person import Person, signed_in
from yima_cli.registry import Group

SINCE = click.option("--since", help="From this month on, such as 2026-05; without it, the last twelve.")


@click.group(cls=Group)
def indicators() -> None:
    """How the city does, month by month: partners, orders, money, the use of data."""


@indicators.command("show")
@click.option("--kind", type=click.Choice(PARTNER_KINDS), help="Only of partners of this kind.")
@click.option("--district", help="Only of partners in this district.")
@SINCE
@signed_in
def show(me: Person, kind: str | None, district: str | None, since: str | None) -> None:
    """Show partners by level of data, what orders came to, and to whom their money went.

    \b
    Example:
      yima indicators show --kind hospital --since 2026-05
    """
    me.show(me.run("indicators", kind=code_of(kind), district=district, since=since))


@indicators.command("data-use")
@SINCE
@signed_in
def data_use(me: Person, since: str | None) -> None:
    """Show how often residents' data was read, by month, purpose and kind of information.

    \b
    Example:
      yima indicators data-use --since 2026-05
    """
    me.show(me.run("data-use", since=since))
