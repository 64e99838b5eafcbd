"""Commands about a resident's consents, and the code they show."""

from pathlib import Path

import click

from yima_cli.choices import code_of
from yima_cli.person import OUTPUT, Person, fresh_key, signed_in
from yima_cli.registry import Group


@click.group(cls=Group)
def consents() -> None:
    """Who may see your health data, and for what."""


@consents.command("requests")
@click.option("--order", "order_id", help="Only those of this order.")
@click.option("--open", "unanswered", is_flag=True, help="Only those that wait for your answer.")
@signed_in
def list_requests(me: Person, order_id: str | None, unanswered: bool) -> None:
    """List what you are asked to consent to: by orders, and by scans of your code.

    \b
    Example:
      yima consents requests --open
    """
    status = "REQUESTED" if unanswered else None
    me.show(me.run("consent-requests", orderId=order_id, status=status)["nodes"])


@consents.command("grant")
@click.argument("request_id")
@click.option("--type", "types", multiple=True, help="Of a visit: only this kind of information; may be repeated.")
@click.option("--whole-institution", is_flag=True, help="Of a visit: not only who scanned, but all of the institution.")
@click.option("--sensitive", "categories", multiple=True, help="Of a visit: what is apart unless named, e.g. hiv.")
@click.option("--from", "data_from", help="Of a visit: only what is dated from this day on, YYYY-MM-DD.")
@click.option("--until", "data_until", help="Of a visit: only what is dated until this day, YYYY-MM-DD.")
@click.option("--practitioner", "practitioner_id", help="Of an order: only this practitioner of the partner's.")
@click.option("--uses-per-day", default=0, help="How often it may be used on a day; 0: as often as one likes.")
@click.option("--uses", "uses_in_all", default=0, help="How often it may be used in all; 0: as often as one likes.")
@signed_in
def grant(
    me: Person,
    request_id: str,
    types: tuple[str, ...],
    whole_institution: bool,
    categories: tuple[str, ...],
    data_from: str | None,
    data_until: str | None,
    practitioner_id: str | None,
    uses_per_day: int,
    uses_in_all: int,
) -> None:
    """Consent to a request, to what it lists and nothing else; prints the receipt.

    \b
    Example:
      yima consents grant req_019ab…
      yima consents grant req_019ab… --type vital-signs --type laboratory
    """
    narrowed = {
        "informationTypes": list(types) or None,
        "wholeInstitution": whole_institution,
        "sensitiveCategories": list(categories) or None,
        "dataFrom": data_from,
        "dataUntil": data_until,
        "practitionerId": practitioner_id,
        "usesPerDay": uses_per_day,
        "usesInAll": uses_in_all,
    }
    me.show(me.run("grant-consent", consentRequestId=request_id, key=fresh_key(), **narrowed))


@consents.command("deny")
@click.argument("request_id")
@signed_in
def deny(me: Person, request_id: str) -> None:
    """Say no to a request. An order that needs it ends.

    \b
    Example:
      yima consents deny req_019ab…
    """
    me.show(me.run("deny-consent", consentRequestId=request_id, key=fresh_key()))


@consents.command("export")
@click.argument("consent_id")
@click.option(
    "--receipt", "receipt_file", type=click.Path(dir_okay=False, path_type=Path), help="Keep the receipt here."
)
@OUTPUT
@signed_in
def export(me: Person, consent_id: str, receipt_file: Path | None, output: Path | None) -> None:
    """Write a consent of yours as a FHIR R4 Consent, for others to read; its receipt shows that the city signed it.

    \b
    Examples:
      yima consents export con_019ab… -o consent.json --receipt consent.jws
      yima audit verify consent.json consent.jws
    """
    document = me.run("consent-document", consentId=consent_id)
    if receipt_file is not None:
        receipt_file.write_text(document["receipt"])
    me.save(document["resource"].encode(), output)


@consents.command("offer")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--resident", "resident_id", help="Whom to ask; else yourself.")
@signed_in
def offer(me: Person, file: Path, resident_id: str | None) -> None:
    """Ask a resident for what a FHIR R4 Consent says. It grants nothing: they answer it.

    FILE is the Consent, as JSON. An institution asks for itself, and only whom it serves.

    \b
    Example:
      yima consents offer consent.json --resident res_019ab…
    """
    document = file.read_text()
    me.show(me.run("offer-consent", consent=document, residentId=resident_id, key=fresh_key()))


@consents.command("offers")
@click.option("--resident", "resident_id", help="Only one resident's.")
@signed_in
def list_offers(me: Person, resident_id: str | None) -> None:
    """List what your institution offered residents by FHIR Consents, and what came of it.

    \b
    Example:
      yima consents offers
    """
    me.show(me.every("consent-offers", residentId=resident_id))


@consents.command("explain")
@click.argument("partner_id")
@click.option("--type", "types", multiple=True, required=True, help="A kind of information; may be repeated.")
@click.option("--purpose", default="TREAT", show_default=True, help="What it would be read for.")
@click.option("--practitioner", "practitioner_id", help="Only this one of the partner's people.")
@click.option("--resident", "resident_id", help="Whose data: for a guardian, a partner, a regulator.")
@signed_in
def explain(
    me: Person,
    partner_id: str,
    types: tuple[str, ...],
    purpose: str,
    practitioner_id: str | None,
    resident_id: str | None,
) -> None:
    """Show why a partner may, or may not, see your data, and what would change it.

    \b
    Example:
      yima consents explain par_019ab… --type vital-signs
    """
    question = {
        "partnerId": partner_id,
        "informationTypes": list(types),
        "purpose": purpose.upper(),
        "practitionerId": practitioner_id,
        "residentId": resident_id,
    }
    me.show(me.run("explain-access", **question))


@consents.group("rules", cls=Group)
def rules() -> None:
    """Your visit rules: which scans of your code open your record without asking you."""


@rules.command("list")
@signed_in
def list_rules(me: Person) -> None:
    """List your rules and your dependants', newest first.

    \b
    Example:
      yima consents rules list
    """
    me.show(me.every("visit-rules"))


@rules.command("set")
@click.option("--type", "types", multiple=True, required=True, help="A kind of information it opens; may be repeated.")
@click.option("--at", "kinds", multiple=True, help="At this kind of institution, e.g. hospital; without: at all.")
@click.option("--from", "hours_from", help="From this time of the day on, HH:MM; with --until.")
@click.option("--until", "hours_until", help="Until this time of the day, HH:MM; may lie past midnight.")
@click.option("--whole-institution", is_flag=True, help="Not only for who scans, but for all of the institution.")
@click.option("--sensitive", "categories", multiple=True, help="What it opens of what is apart unless named, e.g. hiv.")
@click.option("--history-days", default=0, help="Only what is dated within so many days before the scan; 0: all.")
@click.option("--resident", "resident_id", help="For a dependant of yours; else your own.")
@signed_in
def set_rule(
    me: Person,
    types: tuple[str, ...],
    kinds: tuple[str, ...],
    hours_from: str | None,
    hours_until: str | None,
    whole_institution: bool,
    categories: tuple[str, ...],
    history_days: int,
    resident_id: str | None,
) -> None:
    """Open your record, for the visit, to whoever scans your code where this rule says so.

    \b
    Example:
      yima consents rules set --type vital-signs --at hospital --from 08:00 --until 18:00
    """
    rule = {
        "informationTypes": list(types),
        "institutionKinds": [code_of(kind) for kind in kinds],
        "hoursFrom": hours_from,
        "hoursUntil": hours_until,
        "wholeInstitution": whole_institution,
        "sensitiveCategories": list(categories) or None,
        "historyDays": history_days,
        "residentId": resident_id,
    }
    me.show(me.run("set-visit-rule", key=fresh_key(), **rule))


@rules.command("end")
@click.argument("rule_id")
@signed_in
def end_rule(me: Person, rule_id: str) -> None:
    """End a rule: from now on you are asked.

    \b
    Example:
      yima consents rules end vru_019ab…
    """
    me.show(me.run("end-visit-rule", visitRuleId=rule_id, key=fresh_key()))


@consents.command("list")
@click.option("--order", "order_id", help="Only those of this order.")
@click.option("--resident", "resident_id", help="Whose: for a guardian, a partner, a regulator.")
@signed_in
def list_consents(me: Person, order_id: str | None, resident_id: str | None) -> None:
    """List consents, newest first, with where they stand.

    \b
    Example:
      yima consents list
    """
    me.show(me.every("consents", orderId=order_id, residentId=resident_id))


@consents.command("revoke")
@click.argument("consent_id")
@click.option("--reason", required=True, help="Why; the partner reads it.")
@signed_in
def revoke(me: Person, consent_id: str, reason: str) -> None:
    """Take a consent back: nothing more is read under it.

    \b
    Example:
      yima consents revoke con_019ab… --reason "I changed doctors"
    """
    me.show(me.run("revoke-consent", consentId=consent_id, reason=reason, key=fresh_key()))


@click.command("health-code")
@click.option("--resident", "resident_id", help="Of a dependant of yours; else your own.")
@signed_in
def health_code(me: Person, resident_id: str | None) -> None:
    """Show your health code, good for one minute.

    \b
    Example:
      yima health-code
    """
    me.show(me.run("issue-health-code", residentId=resident_id))
