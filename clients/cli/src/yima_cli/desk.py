"""Commands of a front desk."""

import click

from yima_cli.person import Person, signed_in


@click.command("who-comes")
@click.argument("order_id")
@click.option("--purpose", default="TREAT", show_default=True, help="As the order's consent says it.")
@signed_in
def who_comes(me: Person, order_id: str, purpose: str) -> None:
    """Show who comes for an order: name, age, telephone.

    Its consent has to cover `contact`, from its confirmation to its end; the resident sees that you looked. `yima
    orders list --day` has a day's orders.

    \b
    Example:
      yima who-comes ord_019ab…
    """
    me.show(me.run("order-contact", orderId=order_id, purpose=purpose))
