"""Commands about what partners keep under consents: what has to be erased, and their word that it was."""

import hashlib
from pathlib import Path

import click
from yima.consent.v1.enums import ErasureMethod, ErasureStatus

from yima_cli.client import fresh_key
from yima_cli.terminal import ask, show_result, signed_in_options


def spelled(name: str) -> str:
    """A code as it is typed: NOTHING_KEPT is nothing-kept."""
    return name.lower().replace("_", "-")


STATUSES = {spelled(one.name): one.name for one in ErasureStatus}
METHODS = {spelled(one.name): one.name for one in ErasureMethod}


@click.group("erasures")
def erasures_group() -> None:
    """What was kept under consents and has to be erased after their end."""


@erasures_group.command("list")
@click.option("--status", type=click.Choice(list(STATUSES)), help="Only those; else all of them.")
@click.option("--partner", default=None, help="One partner's, for operator and regulator.")
@signed_in_options
def list_erasures(status: str | None, partner: str | None, **who: str) -> None:
    """List erasures, oldest due first: a partner's own; everybody's for operator and regulator.

    \b
    Examples:
      yima erasures list --status due --login staff@clinic.example.org
      yima erasures list --status overdue --login operator@yima.example.org
    """
    wanted = {"status": STATUSES[status] if status else None, "partnerId": partner}
    show_result(ask(lambda caller: caller.every("erasures", **wanted), **who))


@erasures_group.command("attest")
@click.argument("consent_id")
@click.option("--method", required=True, type=click.Choice(list(METHODS)), help="How, in NIST SP 800-88's words.")
@click.option(
    "--protocol", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of your own that says what was done; only its SHA-256 is sent.",
)  # fmt: skip
@click.option("--key", default=fresh_key, help="Of the call, to repeat it with. [default: a new one]")
@signed_in_options
def attest(consent_id: str, method: str, protocol: Path | None, key: str, **who: str) -> None:
    """Attest that what was kept under a consent is erased; prints the signed receipt.

    \b
    Example:
      yima erasures attest con_018f… --method cryptographic-erase --protocol erased.pdf --login staff@clinic.example.org
    """
    digest = hashlib.sha256(protocol.read_bytes()).hexdigest() if protocol else ""
    asked = {"consentId": consent_id, "method": METHODS[method], "protocolSha256": digest}
    show_result(ask(lambda caller: caller.run("attest-erasure", **asked, key=key), **who))
