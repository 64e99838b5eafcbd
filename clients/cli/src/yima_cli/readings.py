"""Commands of residents about what they measure at home: enter it, correct it, withdraw it."""

from typing import Any

import click

from yima_cli.choices import OWN_READING_KINDS, code_of
from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.practice import read_of
from yima_cli.registry import Group

PRESSURE, NOTE = "blood-pressure", "note"
VALUE = "A number; of a blood pressure two, such as 128/82; of a note what it says."


@click.group("readings", cls=Group)
def readings() -> None:
    """What you measure at home: enter it, correct it, withdraw it."""


@readings.command("add")
@click.argument("kind", type=click.Choice(OWN_READING_KINDS))
@click.argument("value")
@click.option("--at", "measured_at", required=True, help="When it was measured.")
@click.option("--unit", help="UCUM's, such as mg/dL; without it, the first that the kind has.")
@click.option("--note", help="In your own words.")
@click.option("--resident", "resident_id", default="", help="For whom you act; without it, yourself.")
@signed_in
def add(me: Person, /, kind: str, value: str, resident_id: str, **more: Any) -> None:
    """Enter what you measured. VALUE is a number; of a blood pressure two, such as 128/82; of a note what it says.

    \b
    Examples:
      yima readings add blood-pressure 128/82 --at 2026-05-01T08:00:00+08:00
      yima readings add glucose 5.6 --at 2026-05-01T08:00:00+08:00 --note "before breakfast"
    """
    query = {"kind": code_of(kind), "values": values_of(kind, value, more), "key": fresh_key()}
    me.show(me.ask(lambda caller: read_of(caller, "record-own-reading", resident_id, query)))


@readings.command("correct")
@click.argument("record_id")
@click.argument("kind", type=click.Choice(OWN_READING_KINDS))
@click.argument("value")
@click.option("--at", "measured_at", required=True, help="When it was measured.")
@click.option("--version", required=True, type=int, help="That is corrected, as it was read.")
@click.option("--unit", help="UCUM's, such as mg/dL; without it, the first that the kind has.")
@click.option("--note", help="In your own words.")
@click.option("--resident", "resident_id", default="", help="For whom you act; without it, yourself.")
@signed_in
def correct(me: Person, /, record_id: str, kind: str, value: str, resident_id: str, version: int, **more: Any) -> None:
    """Correct a reading of yours. The version before stays in your record.

    \b
    Example:
      yima readings correct rec_019ab… weight 71.5 --at 2026-05-01T08:00:00+08:00 --version 1
    """
    query = {
        "recordId": record_id, "values": values_of(kind, value, more), "version": version, "key": fresh_key(),
    }  # fmt: skip
    me.show(me.ask(lambda caller: read_of(caller, "correct-own-reading", resident_id, query)))


@readings.command("withdraw")
@click.argument("record_id")
@click.option("--resident", "resident_id", default="", help="For whom you act; without it, yourself.")
@signed_in
def withdraw(me: Person, record_id: str, resident_id: str) -> None:
    """Withdraw a reading of yours. It is held back from every page, and its versions stay.

    \b
    Example:
      yima readings withdraw rec_019ab…
    """
    query = {"recordId": record_id, "key": fresh_key()}
    me.show(me.ask(lambda caller: read_of(caller, "withdraw-own-reading", resident_id, query)))


def values_of(kind: str, value: str, more: dict[str, Any]) -> dict[str, Any]:
    """What was typed, as the schema has it."""
    said = {"measuredAt": more["measured_at"], "unit": more["unit"], "note": more["note"]}
    if kind == NOTE:
        return said | {"note": value}
    if kind == PRESSURE:
        systolic, _, diastolic = value.partition("/")
        return said | {"systolic": systolic, "diastolic": diastolic}
    return said | {"value": value}
