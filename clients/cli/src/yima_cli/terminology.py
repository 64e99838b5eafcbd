"""Commands about codes of diagnoses, measurements and the like: tables of them, and maps of institutions' own codes."""

from pathlib import Path

import click

from yima_cli.choices import CODE_MAP_STATUSES, code_of
from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=Group)
def codes() -> None:
    """Tables of codes and maps of local ones: load, look up, translate, approve."""


@codes.command()
@click.argument("file", type=FILE)
@click.option("--uri", default="", help="What it is of, as a URI. A FHIR resource says so itself.")
@click.option("--version", default="", help="Which version it is. A FHIR resource says so itself.")
@click.option("--title", default="", help="What people call it. A FHIR resource says so itself.")
@signed_in
def load(me: Person, file: Path, uri: str, version: str, title: str) -> None:
    """Load a table of codes, or hand in a map of local codes. FILE is a CodeSystem, ValueSet or ConceptMap of FHIR R4
    as .json, or CSV with a header.

    A table has the columns code, display, parent, active, and system where it chooses codes of several systems. A map
    has source_system, source_code, target_system, target_code, target_display, equivalence. A version never changes
    once it is loaded; the same file again is the same version.

    \b
    Examples:
      yima codes load diagnoses.json
      yima codes load tests.csv --uri urn:example:tests --version 2026.1 --title "Laboratory tests"
    """
    from yima_client import code_files

    content, as_csv = file.read_bytes(), file.suffix == ".csv"
    me.show(
        me.ask(lambda caller: code_files.send(caller, content, as_csv=as_csv, url=uri, version=version, title=title))
    )


@codes.command("list")
@signed_in
def list_tables(me: Person) -> None:
    """List the tables there are, the last loaded first, and which of them the city requires.

    \b
    Example:
      yima codes list
    """
    me.show(me.every("code-tables"))


@codes.command()
@click.option("--status", type=click.Choice(CODE_MAP_STATUSES), help="Only those that stand so.")
@signed_in
def maps(me: Person, status: str | None) -> None:
    """List the maps of local codes, the last submitted first.

    \b
    Examples:
      yima codes maps
      yima codes maps --status proposed
    """
    me.show(me.every("code-maps", status=code_of(status)))


@codes.command("map")
@click.argument("code_map_id")
@signed_in
def show_map(me: Person, code_map_id: str) -> None:
    """Show what a map says, line by line.

    \b
    Example:
      yima codes map map_019ab…
    """
    me.show(me.every("code-map-entries", codeMapId=code_map_id))


@codes.command()
@click.argument("code_map_id")
@click.option("--reason", required=True, help="Why. The institution reads it.")
@signed_in
def approve(me: Person, code_map_id: str, reason: str) -> None:
    """Approve a map that somebody else handed in. What comes is mapped by it at once, what is there within minutes.

    \b
    Example:
      yima codes approve map_019ab… --reason "compared with the laboratory's list"
    """
    me.show(me.run("decide-code-map", codeMapId=code_map_id, approved=True, reason=reason, key=fresh_key()))


@codes.command()
@click.argument("code_map_id")
@click.option("--reason", required=True, help="Why. The institution reads it.")
@signed_in
def reject(me: Person, code_map_id: str, reason: str) -> None:
    """Reject a map that somebody else handed in.

    \b
    Example:
      yima codes reject map_019ab… --reason "GLU is not glucose in urine"
    """
    me.show(me.run("decide-code-map", codeMapId=code_map_id, approved=False, reason=reason, key=fresh_key()))


@codes.command()
@signed_in
def unmapped(me: Person) -> None:
    """List the codes that your institution sent where the city's tables have none for them. Map them.

    \b
    Example:
      yima codes unmapped
    """
    me.show(me.every("unmapped-codes"))


@codes.command("look-up")
@click.argument("system")
@click.argument("code")
@click.option("--version", default="", help="Of the table; the one the city requires, or the last, if not given.")
@signed_in
def look_up(me: Person, system: str, code: str, version: str) -> None:
    """Show what a code means.

    \b
    Example:
      yima codes look-up http://loinc.org 8480-6
    """
    me.show(me.run("code-details", system=system, code=code, version=version))


@codes.command()
@click.argument("table")
@click.argument("code")
@click.option("--system", default="", help="Of the code, where TABLE is a value set.")
@click.option("--version", default="", help="Of the table; the one the city requires, or the last, if not given.")
@click.option("--display", default="", help="What you take it to be called.")
@signed_in
def validate(me: Person, table: str, code: str, system: str, version: str, display: str) -> None:
    """Say whether a code is one of a table, and may be used.

    \b
    Example:
      yima codes validate urn:yima:jinan:measurements 8480-6 --system http://loinc.org
    """
    me.show(me.run("code-validation", url=table, code=code, system=system, version=version, display=display))


@codes.command()
@click.argument("system")
@click.argument("code")
@click.option("--to", "target_system", default="", help="Only to this system.")
@click.option("--institution", "institution_id", help="Whose maps count beside the city's; else your own.")
@signed_in
def translate(me: Person, system: str, code: str, target_system: str, institution_id: str | None) -> None:
    """Say what a code is in another system, by the maps in force.

    \b
    Example:
      yima codes translate urn:example:hospital-tests GLU --to http://loinc.org
    """
    translations = me.run(
        "code-translations", system=system, code=code, targetSystem=target_system, institutionId=institution_id
    )
    me.show(translations)
