"""Commands about guardianships: who acts for whom."""

from datetime import datetime

import click

from yima_cli.choices import GUARDIAN_ACTS, GUARDIANSHIP_DOCUMENTS, GUARDIANSHIP_PROPOSAL_STATUSES, code_of
from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group


@click.group(cls=Group)
def family() -> None:
    """Who acts for whom: your mother, a child, a second parent."""


@family.command("list")
@click.option("--of", "resident_id", help="Whose, for operator and regulator; else your own.")
@click.option("--ended", "ended_too", is_flag=True, help="Those that have ended, too.")
@signed_in
def list_guardianships(me: Person, resident_id: str | None, ended_too: bool) -> None:
    """List for whom you act, and who acts for you, newest first.

    \b
    Example:
      yima family list
    """
    me.show(me.every("guardianships", residentId=resident_id, endedToo=ended_too))


@family.command("propose")
@click.option("--for", "resident_id", help="Who is acted for, as their `yima whoami` says. [default: you]")
@click.option("--guardian", "guardian_id", help="Who acts. [default: you]")
@click.option("--act", "acts", multiple=True, type=click.Choice(GUARDIAN_ACTS), help="Only this. [default: everything]")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="In your own time. [default: until it is ended]")
@click.option("--document", type=click.Choice(GUARDIANSHIP_DOCUMENTS), help="What shows it, where nobody can confirm.")
@click.option("--number", default="", help="The document's number.")
@click.option("--issued-by", default="", help="Who issued the document.")
@click.option("--issued-on", default="", help="When, such as 2026-05-01.")
@signed_in
def propose(
    me: Person,
    resident_id: str | None,
    guardian_id: str | None,
    acts: tuple[str, ...],
    until: datetime | None,
    document: str | None,
    number: str,
    issued_by: str,
    issued_on: str,
) -> None:
    """Propose that somebody acts for another. The other one confirms it with `yima family confirm`.

    With a document an operator decides it: for a child whom nobody can answer for, or an adult who cannot.

    \b
    Examples:
      yima family propose --for res_019ab… --act orders --act consents
      yima family propose --guardian res_019ab…
      yima family propose --for res_019ab… --until 2028-05-01 --document court-decision \\
          --number "(2026) 0042" --issued-by "Shizhong district court" --issued-on 2026-05-01
    """
    evidence = None
    if document is not None:
        paper = {"kind": code_of(document), "reference": number, "issuedBy": issued_by, "issuedOn": issued_on}
        evidence = [paper]
    me.show(
        me.run(
            "propose-guardianship",
            residentId=resident_id,
            guardianId=guardian_id,
            acts=[code_of(act) for act in acts or GUARDIAN_ACTS],
            until=until.astimezone().isoformat() if until else None,
            evidence=evidence,
            key=fresh_key(),
        )
    )


@family.command("proposals")
@click.option("--status", type=click.Choice(GUARDIANSHIP_PROPOSAL_STATUSES), help="[default: any]")
@signed_in
def proposals(me: Person, status: str | None) -> None:
    """List proposals you are part of or asked about, newest first; as an operator, those with documents.

    \b
    Example:
      yima family proposals --status open
    """
    me.show(me.every("guardianship-proposals", status=code_of(status)))


@family.command("confirm")
@click.argument("proposal_id")
@signed_in
def confirm(me: Person, proposal_id: str) -> None:
    """Confirm what another person proposed. The guardian signs in again to act.

    \b
    Example:
      yima family confirm gpr_019ab…
    """
    me.show(me.run("confirm-guardianship", proposalId=proposal_id, key=fresh_key()))


@family.command("decline")
@click.argument("proposal_id")
@click.option("--reason", default="", help="Why; the other one reads it.")
@signed_in
def decline(me: Person, proposal_id: str, reason: str) -> None:
    """Decline what another person proposed, or take back what you did.

    \b
    Example:
      yima family decline gpr_019ab… --reason "I manage by myself"
    """
    me.show(me.run("decline-guardianship", proposalId=proposal_id, reason=reason, key=fresh_key()))


@family.command("decide")
@click.argument("proposal_id")
@click.option("--approve/--refuse", "approved", required=True, help="Do the documents show it?")
@click.option("--reason", required=True, help="Why; both read it.")
@signed_in
def decide(me: Person, proposal_id: str, approved: bool, reason: str) -> None:
    """Decide a proposal by its documents, as an operator with the duty SUPPORT.

    \b
    Example:
      yima family decide gpr_019ab… --approve --reason "the decision is in force; I saw the original"
    """
    decided = {"proposalId": proposal_id, "approved": approved, "reason": reason}
    me.show(me.run("decide-guardianship", **decided, key=fresh_key()))


@family.command("end")
@click.argument("resident_id")
@click.option("--guardian", "guardian_id", help="Whose, as the dependant or an operator. [default: yours]")
@click.option("--reason", default="", help="Why.")
@signed_in
def end(me: Person, resident_id: str, guardian_id: str | None, reason: str) -> None:
    """End that somebody acts for RESIDENT_ID. The consents that the guardian gave end with it.

    \b
    Examples:
      yima family end res_019ab…
      yima family end res_019ab… --guardian res_019cd… --reason "she moved away"
    """
    me.show(me.run("end-guardianship", residentId=resident_id, guardianId=guardian_id, reason=reason, key=fresh_key()))
