"""Commands about patients of institutions: whose their numbers are, and what waits until that is known."""

import click

from yima_cli.choices import PATIENT_LINK_ENDINGS, PATIENT_NUMBER_STATUSES, code_of
from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group


@click.group(cls=Group)
def patients() -> None:
    """Institutions' patient numbers: what waits for them, whose they are, undo."""


@patients.command("unmatched")
@click.option("--status", type=click.Choice(PATIENT_NUMBER_STATUSES), help="Only in this status.")
@click.option("--number", "value", help="Only this number.")
@click.option("--partner", "partner_id", help="Only this institution's.")
@signed_in
def unmatched(me: Person, status: str | None, value: str | None, partner_id: str | None) -> None:
    """List patient numbers for which there is something to do: how much waits for each, why, and what it was taken for.

    \b
    Example:
      yima patients unmatched
    """
    me.show(me.every("patient-numbers", status=code_of(status), value=value, partnerId=partner_id))


@patients.command("ask")
@click.argument("patient_number_id")
@click.option("--checked", required=True, help="What you looked at to know that name and birth date are the patient's.")
@signed_in
def ask(me: Person, patient_number_id: str, checked: str) -> None:
    """Have the patient asked whom name and birth date mean. Whether there is anybody, is not said.

    \b
    Example:
      yima patients ask pnm_019ab… --checked "the admission form of 3 May"
    """
    me.show(me.run("ask-patient", patientNumberId=patient_number_id, checked=checked, key=fresh_key()))


@patients.command("mine")
@click.option("--resident", "resident_id", help="For whom you act; without it, yourself.")
@signed_in
def mine(me: Person, resident_id: str | None) -> None:
    """List which institutions take you for which of their patients, and which ask whether you are.

    \b
    Example:
      yima patients mine
    """
    me.show(me.every("patient-links", residentId=resident_id))


@patients.command("answer")
@click.argument("patient_link_id")
@click.option("--yes/--no", "accepted", required=True, help="Is it you?")
@signed_in
def answer(me: Person, patient_link_id: str, accepted: bool) -> None:
    """Say whether a patient number is yours.

    \b
    Example:
      yima patients answer plk_019ab… --yes
    """
    me.show(me.run("answer-patient-link", patientLinkId=patient_link_id, accepted=accepted, key=fresh_key()))


@patients.command("unmatch")
@click.argument("patient_link_id")
@click.option("--as", "ending", required=True, type=click.Choice(PATIENT_LINK_ENDINGS), help="Was it never they, or is "
              "the number another patient's from now on?")  # fmt: skip
@click.option("--reason", required=True, help="Why; the resident, the institution and operators read it.")
@signed_in
def unmatch(me: Person, patient_link_id: str, ending: str, reason: str) -> None:
    """End a link between a patient number and a resident. Where it was wrong, what came by it leaves the record.

    \b
    Example:
      yima patients unmatch plk_019ab… --as wrong --reason "two patients of one name were mixed up"
    """
    query = {"patientLinkId": patient_link_id, "ending": code_of(ending), "reason": reason, "key": fresh_key()}
    me.show(me.run("end-patient-link", **query))
