"""Commands about health codes: codes for when there is no network, who scanned, where copies were shown, verifying."""

from datetime import UTC, datetime
from pathlib import Path

import click

from yima_cli.failures import Failure
from yima_cli.person import Person, anybody, fresh_key, signed_in, with_json
from yima_cli.registry import Group

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=Group)
def code() -> None:
    """Codes without a network, who scanned yours, and verifying one."""


@code.command()
@click.option("--minutes", default=60, show_default=True, type=click.IntRange(1, 60), help="For so many, from now on.")
@click.option("--resident", "resident_id", help="Of a dependant of yours; else your own.")
@signed_in
def prefetch(me: Person, minutes: int, resident_id: str | None) -> None:
    """Fetch codes for the next minutes, to show without a network. Each is good in its own minute only.

    \b
    Example:
      yima code prefetch --minutes 30
    """
    me.show(me.run("prefetch-health-codes", count=minutes, residentId=resident_id)["codes"])


@code.command()
@click.option("--resident", "resident_id", help="Of a dependant of yours; else your own.")
@signed_in
def rotate(me: Person, resident_id: str | None) -> None:
    """Make every code void that was issued until now: do it when a phone with your codes is lost.

    \b
    Example:
      yima code rotate
    """
    me.show(me.run("rotate-health-code", residentId=resident_id, key=fresh_key()))


@code.command("print")
@click.option("--resident", "resident_id", help="Of a dependant of yours; else your own.")
@signed_in
def print_code(me: Person, resident_id: str | None) -> None:
    """Print a code for somebody without a phone, and see what its QR says. It is good for half a year, with their
    identity card alone. The one before is void. The page of the code prints it with its QR.

    \b
    Example:
      yima code print --resident res_019ab…
    """
    me.show(me.run("print-health-code", residentId=resident_id))


@code.command("end-print")
@click.option("--resident", "resident_id", help="Of a dependant of yours; else your own.")
@signed_in
def end_print(me: Person, resident_id: str | None) -> None:
    """Make a printed code void: do it when it is lost.

    \b
    Example:
      yima code end-print
    """
    me.show(me.run("end-printed-code", residentId=resident_id, key=fresh_key()))


@code.command()
@click.option("--resident", "resident_id", help="Of a dependant of yours; else your own.")
@signed_in
def scans(me: Person, resident_id: str | None) -> None:
    """List who scanned your code: practitioner, institution, place and app. Newest first.

    \b
    Example:
      yima code scans
    """
    me.show(me.every("scans", residentId=resident_id))


@code.command()
@click.option("--resident", "resident_id", help="Of a dependant of yours; else your own.")
@signed_in
def alerts(me: Person, resident_id: str | None) -> None:
    """List where copies of your code were shown. Codes fetched before are void then; fetch fresh ones.

    \b
    Example:
      yima code alerts
    """
    me.show(me.every("code-alerts", residentId=resident_id))


@code.command()
@anybody
def keys(me: Person) -> None:
    """Print the keys that verify health codes, for a device that will have no network.

    \b
    Example:
      yima code keys --json > city-keys.json
    """
    known = me.run("health-code-keys")
    me.show({"keys": known} if me.as_json else known)


@code.command()
@click.argument("text")
@click.option("--keys", "file", type=FILE, help="The city's keys, as `yima code keys --json` prints them.")
@click.option("--trust", type=FILE, help="Of any city: the trust list, as `yima trust-list show --json` prints it.")
@click.option("--city", default="", help="Of which city it has to be; else of any of these keys.")
@click.option("--at", "at", help="When it was scanned, such as 2026-12-01T09:30:00+08:00; else now.")
@with_json
def verify(text: str, file: Path | None, trust: Path | None, city: str, at: str | None) -> dict[str, str]:
    """Verify a code by the city's keys alone, without a network, or another city's by the trust list. TEXT is what the
    code says, and begins with YM1:.

    Whose it is only the city can tell, and only the city honours it: keep the text and the moment, and send both in
    within three days, with `yima scan --scanned-at`.

    \b
    Examples:
      yima code verify --keys city-keys.json "YM1:…"
      yima code verify --trust trusted-cities.json "YM1:…"
    """
    from yima_client import health_codes, trust_lists

    if (file is None) == (trust is None):
        raise Failure("give one of --keys and --trust")
    try:
        moment = datetime.fromisoformat(at) if at else datetime.now(UTC)
        known = health_codes.read_keys(file) if file else {}
        trusted = trust_lists.read_trusted(trust) if trust else {}
    except ValueError as error:
        raise Failure(
            "--at is a moment such as 2026-12-01T09:30:00+08:00, --keys what `yima code keys --json` prints, --trust "
            f"what `yima trust-list show --json` prints: {error}"
        ) from None
    if moment.tzinfo is None:
        raise Failure("--at needs its offset from UTC, such as +08:00")
    try:
        token = trust_lists.verify(text, trusted, moment) if trust else health_codes.verify(text, known, city, moment)
    except health_codes.CodeNotGood as bad:
        raise Failure(f"{bad} [{bad.code}]") from None
    except trust_lists.NotTrusted as bad:
        raise Failure(f"{bad} [city-not-trusted]") from None
    if city and token.city != city:
        raise Failure(f"it is of {token.city} [code-forged]")
    return {
        "city": token.city,
        "kid": token.kid,
        "tokenId": token.token_id,
        "issuedAt": token.issued_at.isoformat(),
        "notBefore": token.not_before.isoformat(),
        "expiresAt": token.expires_at.isoformat(),
    }
