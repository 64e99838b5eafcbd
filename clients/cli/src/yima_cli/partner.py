"""Commands of a partner's engineer and staff: register, apply, take orders."""

from dataclasses import asdict
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from yima_cli.account import confirm
from yima_cli.choices import AREAS, code_of
from yima_cli.faults import checked, said_with_its_line
from yima_cli.person import FILE, PARTNER, Person, anybody, fresh_key, signed_in

if TYPE_CHECKING:
    from yima_client.caller import Caller

EXAMPLES = ("partner", "offering", "course", "per-unit", "per-period", "site")


@click.command()
@click.option(
    "--name", "names", multiple=True, required=True, help='In each of the city\'s languages: "en=Clear Spring".'
)
@click.option("--staff", required=True, help="Your own name, as the first of its staff.")
@click.option("--login", envvar="YIMA_LOGIN", prompt=True, help="Your e-mail address, to sign in with; or YIMA_LOGIN.")
@click.option(
    "--password",
    envvar="YIMA_PASSWORD",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    help="Or YIMA_PASSWORD.",
)
@anybody
def register(me: Person, names: tuple[str, ...], staff: str, login: str, password: str) -> None:
    """Register an institution and the first of its staff. Then apply as a partner with `yima apply`.

    \b
    Example:
      yima register --name "en=Clear Spring" --name "zh-CN=清泉" --staff "Wang Lin" --login staff@clinic.example.org
    """
    by_language = dict(name.partition("=")[::2] for name in names)
    if not all(by_language.values()):
        raise click.UsageError('--name is a language and the name in it, e.g. --name "en=Clear Spring Clinic"')
    confirm(me, me.run("register-institution", name=by_language, login=login, password=password, staffName=staff))


@click.command()
@click.argument("kind", type=click.Choice(EXAMPLES))
def example(kind: str) -> None:
    """Print an example of a manifest file, to begin with.

    \b
    Examples:
      yima example partner > partner.yaml
      yima example offering > offering.yaml
    """
    click.echo((files("yima_cli") / "manifests" / f"{kind}.yaml").read_text("utf-8"), nl=False)


@click.command()
@FILE
@signed_in
def apply(me: Person, path: Path) -> None:
    """Apply as a partner with a manifest file. An institution is registered first, with `yima register`.

    Every fault is said with its line before anything is sent. Who was refused mends what `yima partners show` says and
    applies again.

    \b
    Example:
      yima apply -f partner.yaml
    """
    manifests = checked(path, "Partner")

    async def work(caller: "Caller") -> list[Any]:
        answers = []
        for number, manifest in enumerate(manifests):
            with said_with_its_line(path, "Partner", number):
                answers.append(await caller.run("apply-as-partner", manifest=manifest))
        return answers

    me.show(me.ask(work))


@click.command("add-evidence")
@click.option("--aspect", required=True, type=click.Choice(AREAS), help="What it supports.")
@click.option("--kind", help="Which kind of document it is, by its code: `yima partners checklist` lists them.")
@click.option("--title", required=True, help="What it is.")
@click.option("--reference", required=True, help="Where it is: a registry's number, or the upload's id.")
@click.option("--until", "valid_until", required=True, help="The last day it is in force, e.g. 2028-06-30.")
@click.option("--document", "document_id", help="The file, as `yima documents send` named it.")
@signed_in
def add_evidence(
    me: Person, aspect: str, kind: str | None, title: str, reference: str, valid_until: str, document_id: str | None
) -> None:
    """Hand in more evidence, for what is to be mended, to renew what ends, or before a review.

    What renews a document is of its aspect and kind, from the day that `yima partners show` names (`renewFrom`); the
    old one counts until its last day. You are reminded on that day.

    \b
    Examples:
      yima add-evidence --aspect law --kind business-licence --title Licence --reference L-1 --until 2028-06-30
      yima documents send licence.pdf
      yima add-evidence --aspect law --title Licence --reference L-2 --until 2030-06-30 --document doc_019ab…
    """
    evidence = {
        "aspect": code_of(aspect),
        "kind": kind,
        "title": title,
        "reference": reference,
        "validUntil": valid_until,
        "documentId": document_id,
    }
    me.show(me.run("add-evidence", evidence=[evidence], key=fresh_key()))


async def published(caller: "Caller", path: Path, manifests: list[dict[str, Any]]) -> list[Any]:
    """A file's offerings as they stand once they were handed in; a refusal is said with its line."""
    from yima_client.partner import Partner

    done = []
    for number, manifest in enumerate(manifests):
        with said_with_its_line(path, "Offering", number):
            done.append(asdict(await Partner(caller).publish(manifest)))
    return done


@click.command()
@click.argument("order_id")
@signed_in
def accept(me: Person, order_id: str) -> None:
    """Accept an order.

    \b
    Example:
      yima accept ord_019ab…
    """
    me.show(me.run("accept-order", orderId=order_id, key=fresh_key()))


@click.command()
@click.argument("order_id")
@click.option("--reason", required=True, help="Why; the resident reads it.")
@signed_in
def refuse(me: Person, order_id: str, reason: str) -> None:
    """Refuse an order, and say why.

    \b
    Example:
      yima refuse ord_019ab… --reason "we are closed that day"
    """
    me.show(me.run("refuse-order", orderId=order_id, reason=reason))


@click.command()
@click.argument("order_line_id")
@click.option("--item", required=True, help="What was used, by its code in the offering's contents.")
@click.option("--units", default=1, show_default=True, help="How many units of it.")
@click.option("--key", required=True, help="Your own name of this record: sent again, it counts once.")
@click.option("--used-at", type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]), help="When it was used; else now.")
@signed_in
def record_usage(me: Person, order_line_id: str, item: str, units: int, key: str, used_at: datetime | None) -> None:
    """Record what of an order's contents was used. Its resident may object before it is paid for.

    \b
    Examples:
      yima record-usage lin_019ab… --item day --key device-7/2026-12-01
      yima record-usage lin_019ab… --item day --units 3 --key device-7/2026-12-04 --used-at 2026-12-04T08:00:00+08:00
    """
    at = (used_at or datetime.now(UTC)).isoformat()
    record = {"key": key, "orderLineId": order_line_id, "item": item, "units": units, "usedAt": at}
    me.show(me.run("record-usage", records=[record], key=fresh_key())["outcomes"])


@click.command()
@PARTNER
@signed_in
def statement(me: Person, partner_id: str | None) -> None:
    """Show a partner's account as it stands now. `yima statements` has those that were issued.

    Without an id it is your own institution.

    \b
    Examples:
      yima statement
      yima statement par_019ab…
    """
    me.show(me.ask_about(partner_id, lambda caller, partner: caller.run("statement", partnerId=partner)))
