"""Commands about how partners stand: for themselves, and for those who screen and supervise them."""

import json
from pathlib import Path
from typing import Any

import click

from yima_cli.choices import AREAS, PARTNER_KINDS, PARTNER_STATUSES, code_of
from yima_cli.person import OUTPUT, PARTNER, Person, anybody, fresh_key, signed_in
from yima_cli.registry import Group

VERDICTS = "MET, PARTLY_MET, NOT_MET"
REASON = click.option("--reason", required=True, help="Why. The partner reads it.")
ANSWERS = click.option(
    "-f",
    "--file",
    "path",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The answers; `yima partners form` prints a file to fill in.",
)


@click.group(cls=Group)
def partners() -> None:
    """Institutions that have applied: how they stand, what they are screened by; screen and review them."""


@partners.command("list")
@click.option("--status", type=click.Choice(PARTNER_STATUSES), help="Only those that stand so.")
@click.option("--kind", type=click.Choice(PARTNER_KINDS), help="Only of this kind.")
@click.option("--district", help="Only in this district, by its code.")
@click.option("--name", help="Only with this in a name of theirs, in any language and spelling.")
@signed_in
def list_partners(me: Person, status: str | None, kind: str | None, district: str | None, name: str | None) -> None:
    """List partners, newest first, with what is doubtful about them.

    \b
    Examples:
      yima partners list --status screening
      yima partners list --name "clear spring" --json
    """
    me.show(me.every("partners", status=code_of(status), kind=code_of(kind), district=district, name=name))


@partners.command("show")
@PARTNER
@signed_in
def show_partner(me: Person, partner_id: str | None) -> None:
    """Show an application as its screener reads it: evidence, contact, steps, and who looks alike.

    Without an id it is your own institution.

    \b
    Examples:
      yima partners show
      yima partners show par_019ab…
    """
    me.show(me.ask_about(partner_id, lambda caller, partner: caller.run("application", id=partner)))


@partners.command("checklist")
@click.argument("kind", type=click.Choice(PARTNER_KINDS))
@anybody
def checklist(me: Person, kind: str) -> None:
    """Show what partners of a kind are screened by, and how much of it is enough.

    \b
    Example:
      yima partners checklist laboratory
    """
    me.show(me.run("checklist", kind=code_of(kind)))


@partners.command("form")
@click.argument("partner_id")
@click.option("--area", "areas", multiple=True, type=click.Choice(AREAS), help="Only this area, for a partial review.")
@OUTPUT
@signed_in
def form(me: Person, partner_id: str, areas: tuple[str, ...], output: Path | None) -> None:
    """Print a partner's checklist as a file to fill in: verdicts are MET, PARTLY_MET, NOT_MET.

    \b
    Examples:
      yima partners form par_019ab… -o answers.yaml
      yima partners form par_019ab… --area security -o answers.yaml
    """
    partner = me.run("application", id=partner_id)
    checklist = me.run("checklist", kind=partner["kind"])
    me.save("\n".join(form_lines(partner, checklist, [area.upper() for area in areas])).encode() + b"\n", output)


def form_lines(partner: dict[str, Any], checklist: dict[str, Any], areas: list[str]) -> list[str]:
    """The file, line by line. What comes from others is quoted as JSON is, or on a comment's one line."""
    lines = [
        f"# {one_line(partner['name'])}, by {checklist['edition']}: {checklist['passAt'] / 100:g} % of all weights,",
        f"# and {checklist['areaAt'] / 100:g} % of each area's. Verdicts: {VERDICTS}. The partner reads each reason.",
        f"checklistVersion: {checklist['version']}",
        f"areas: {json.dumps(areas)}",
        "passed: true",
        'reasons: [""]',
        "answers:",
    ]
    for item in checklist["items"]:
        if areas and item["area"] not in areas:
            continue
        knock_out = ", knock-out" if item["knockOut"] else ""
        lines.append(f"  # {item['area']}, weight {item['weight']}{knock_out}: {one_line(item['question'])}")
        lines += [f"  #   {one_line(shown)}" for shown in shown_by(partner, item)]
        lines.append(f'  - {{item: {item["code"]}, verdict: , reason: ""}}')
    return lines


def shown_by(partner: dict[str, Any], item: dict[str, Any]) -> list[str]:
    """What was handed in for an item: of a kind that it wants, or of no kind and of its area."""
    return [
        f"{evidence['title']} ({evidence['reference']}), until {evidence['validUntil']}"
        for evidence in partner["evidence"]
        if (evidence["kind"] in item["evidence"] if evidence["kind"] else evidence["aspect"] == item["area"])
    ]


def one_line(text: str) -> str:
    return " ".join(text.split())


@partners.command("screen")
@click.argument("partner_id")
@ANSWERS
@click.option("--compared", multiple=True, help="A partner of the same name whose papers you compared.")
@signed_in
def screen(me: Person, partner_id: str, path: Path, compared: tuple[str, ...]) -> None:
    """Decide an application by a filled-in checklist. The outcome follows from the answers.

    \b
    Example:
      yima partners screen par_019ab… -f answers.yaml
    """
    answers = read_answers(path)
    answers.pop("areas")
    me.show(
        me.run(
            "decide-screening",
            partnerId=partner_id,
            **answers,
            comparedPartnerIds=list(compared) or None,
            key=fresh_key(),
        )
    )


@partners.command("review")
@click.argument("partner_id")
@ANSWERS
@signed_in
def review(me: Person, partner_id: str, path: Path) -> None:
    """Review a partner that was let through, in all areas or some, before its certificates are renewed.

    \b
    Example:
      yima partners review par_019ab… -f answers.yaml
    """
    me.show(me.run("review-partner", partnerId=partner_id, **read_answers(path), key=fresh_key()))


@partners.command("suspend")
@click.argument("partner_id")
@REASON
@signed_in
def suspend(me: Person, partner_id: str, reason: str) -> None:
    """Suspend a partner, as an operator or a regulator: it sells, reads and is paid nothing. It may appeal.

    \b
    Example:
      yima partners suspend par_019ab… --reason "its licence is not in force"
    """
    me.show(me.run("suspend-partner", partnerId=partner_id, reason=reason, key=fresh_key()))


@partners.command("reinstate")
@click.argument("partner_id")
@REASON
@signed_in
def reinstate(me: Person, partner_id: str, reason: str) -> None:
    """Lift a suspension, as an operator or a regulator.

    \b
    Example:
      yima partners reinstate par_019ab… --reason "the licence was renewed"
    """
    me.show(me.run("reinstate-partner", partnerId=partner_id, reason=reason, key=fresh_key()))


def read_answers(path: Path) -> dict[str, Any]:
    """What a filled-in form says. Items that were left empty are left out."""
    import yaml

    try:
        filled = yaml.safe_load(path.read_text("utf-8"))
        answers = [answer for answer in filled["answers"] if answer["verdict"]]
        return {
            "checklistVersion": filled.get("checklistVersion"),
            "areas": filled.get("areas") or None,
            "passed": filled["passed"],
            "reasons": filled["reasons"],
            "answers": answers,
        }
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
        raise click.ClickException(f"{path} is not a form of `yima partners form`: {one_line(str(error))}") from None
