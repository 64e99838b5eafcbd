"""Commands about what is read in an emergency: blood group, allergies, whom to call."""

from typing import TYPE_CHECKING, Any

import click

from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group

if TYPE_CHECKING:
    from yima_client.caller import Caller


@click.group("emergency-slice", cls=Group)
def emergency_slice() -> None:
    """What is read of you in an emergency: blood group, allergies, whom to call."""


@emergency_slice.command()
@click.option("--blood-group", default="", help="Such as A+ or O-.")
@click.option("--allergy", "allergies", multiple=True, help="In a few words; several may be.")
@click.option("--contact", "contact_name", default="", help="Whom to call.")
@click.option("--telephone", "contact_telephone", default="", help="Of the contact, such as +8613800000000.")
@click.option("--resident", "resident_id", help="Of a dependant of yours; else your own.")
@signed_in
def put(
    me: Person,
    blood_group: str,
    allergies: tuple[str, ...],
    contact_name: str,
    contact_telephone: str,
    resident_id: str | None,
) -> None:
    """Keep what is to be read; it replaces what was kept.

    \b
    Example:
      yima emergency-slice put --blood-group A+ --allergy penicillin --contact "Lin Mei" --telephone +8613800000000
    """
    content = {
        "bloodGroup": blood_group,
        "allergies": allergies,
        "contactName": contact_name,
        "contactTelephone": contact_telephone,
    }

    async def work(caller: "Caller") -> Any:
        whose = resident_id or await own_id(caller)
        return await caller.run("put-emergency-slice", residentId=whose, **content, key=fresh_key())

    me.show(me.ask(work))


@emergency_slice.command()
@click.argument("resident_id", required=False)
@signed_in
def show(me: Person, resident_id: str | None) -> None:
    """Show what is kept: your own, a dependant's, or as a practitioner who has broken the glass that of RESIDENT_ID.

    \b
    Example:
      yima emergency-slice show
    """

    async def work(caller: "Caller") -> Any:
        return await caller.run("emergency-slice", residentId=resident_id or await own_id(caller))

    me.show(me.ask(work))


@emergency_slice.command()
@click.option("--resident", "resident_id", help="Of a dependant of yours; else your own.")
@signed_in
def withdraw(me: Person, resident_id: str | None) -> None:
    """Show it to nobody any more.

    \b
    Example:
      yima emergency-slice withdraw
    """

    async def work(caller: "Caller") -> Any:
        whose = resident_id or await own_id(caller)
        return await caller.run("withdraw-emergency-slice", residentId=whose, key=fresh_key())

    me.show(me.ask(work))


async def own_id(caller: "Caller") -> str:
    """The id of the resident who is signed in."""
    resident = (await caller.run("me"))["resident"]
    if resident is None:
        raise click.UsageError("say whose: you are not signed in as a resident")
    return str(resident["id"])
