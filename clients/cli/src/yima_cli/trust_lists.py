"""Commands about other cities: whose health codes are honoured, by whose word."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from yima_cli.failures import Failure
from yima_cli.person import Person, anybody, fresh_key, signed_in, with_json
from yima_cli.registry import Group

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(exists=False, dir_okay=False, path_type=Path)


@click.group("trust-list", cls=Group)
def trust_list() -> None:
    """Which cities' health codes are honoured: show, propose, approve, and sign a list."""


@trust_list.command()
@anybody
def show(me: Person) -> None:
    """Show the list in force, with this city's own key for it. With --json it is what `yima code verify --trust` takes.

    \b
    Examples:
      yima trust-list show
      yima trust-list show --json > trusted-cities.json
    """
    known = me.run("trust-list")
    if me.as_json:
        me.show(known)
        return
    own, cities = known["ownKey"] or {}, known["cities"]
    about = {name: known[name] for name in ("authority", "sequence", "expiresAt", "inForce")}
    about |= {"cities": ", ".join(city["name"] for city in cities), "ownKey": json.dumps(own)}
    if waiting := known["proposed"]:
        about["proposed"] = f"number {waiting['sequence']}: {', '.join(waiting['cities'])}"
    me.show(about)


@trust_list.command()
@click.argument("file", type=FILE)
@signed_in
def put(me: Person, file: Path) -> None:
    """Propose a newer list, as the authority sent it. It is in force once another person approves it.

    \b
    Example:
      yima trust-list put list.jwt
    """
    me.show(me.run("put-trust-list", document=file.read_text().strip(), key=fresh_key()))


@trust_list.command()
@click.argument("number", type=int)
@click.option("--approve/--reject", "approved", required=True, help="Is it to be in force?")
@click.option("--reason", default="", help="Why, for who looks at it later.")
@signed_in
def decide(me: Person, number: int, approved: bool, reason: str) -> None:
    """Approve the list of this number, which another person has proposed: it holds from the next scan on. Or reject it.

    \b
    Examples:
      yima trust-list show
      yima trust-list decide 7 --approve
    """
    me.show(me.run("decide-trust-list", sequence=number, approved=approved, reason=reason, key=fresh_key()))


@trust_list.command()
@click.option("-o", "--output", required=True, type=NEW_FILE, help="Where to write it; keep it off the network.")
@with_json
def key(output: Path) -> dict[str, str]:
    """Make the private key of an authority that signs lists. Its public half goes into every city's pack.

    \b
    Example:
      yima trust-list key -o authority-key.json
    """
    from yima_client import trust_lists

    made = trust_lists.new_key()
    try:
        output.touch(0o600, exist_ok=False)
    except FileExistsError:
        raise Failure(f"{output} is there already, and is not overwritten") from None
    output.write_text(json.dumps(made))
    return {"kid": made["kid"], "x": made["x"]}


@trust_list.command("sign")
@click.argument("file", type=FILE)
@click.option("--key", "key_file", required=True, type=FILE, help="As `yima trust-list key` made it.")
@click.option("--number", required=True, type=click.IntRange(1), help="Higher than that of every list before.")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 3650), help="How long it is good.")
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where to write it."
)
@click.option("--values", "as_values", is_flag=True, help="As values of the chart, for the cities' packs.")
@with_json
def sign_list(file: Path, key_file: Path, number: int, days: int, output: Path, as_values: bool) -> dict[str, Any]:
    """Sign a list, as the authority. FILE is YAML: `authority`, and `cities`, each with `name`, `url` and `keys` (`kid`
    and `x`, as `yima trust-list show` says of each city's own key). A city that is left out is trusted no longer.

    \b
    Examples:
      yima trust-list sign cities.yaml --key authority-key.json --number 7 -o list.jwt
      yima trust-list sign cities.yaml --key authority-key.json --number 7 --values -o trust.yaml
    """
    import yaml
    from yima_client import trust_lists

    try:
        said, private = yaml.safe_load(file.read_text("utf-8")), json.loads(key_file.read_text())
        until = datetime.now(UTC) + timedelta(days=days)
        document = trust_lists.sign(private, said["authority"], number, said["cities"], until)
        known = trust_lists.read(document, said["authority"], trust_lists.public([private]), datetime.now(UTC))
    except (yaml.YAMLError, KeyError, TypeError, ValueError, trust_lists.NotTrusted) as error:
        raise Failure(f"the file needs `authority` and `cities`, each with `name`, `url`, `keys`: {error!r}") from None
    shown = yaml.safe_dump(trust_lists.values(private, said["authority"], document)) if as_values else document
    output.write_text(shown, "utf-8")
    return {"number": known.number, "expiresAt": known.expires_at.isoformat(), "cities": ", ".join(known.cities)}
