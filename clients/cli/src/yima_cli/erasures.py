"""Commands about what partners keep under consents: what has to be erased, and their word that it was."""

import hashlib
from pathlib import Path

import click

from yima_cli.choices import ERASURE_METHODS, ERASURE_STATUSES, code_of
from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group


@click.group(cls=Group)
def erasures() -> None:
    """What has to be erased after a consent's end."""


@erasures.command("list")
@click.option("--status", type=click.Choice(ERASURE_STATUSES), help="Only those; else all of them.")
@click.option("--partner", default=None, help="One partner's, for operator and regulator.")
@signed_in
def list_erasures(me: Person, status: str | None, partner: str | None) -> None:
    """List erasures, oldest due first: a partner's own; everybody's for operator and regulator.

    \b
    Examples:
      yima erasures list --status due
      yima erasures list --status overdue --login operator@yima.example.org
    """
    me.show(me.every("erasures", status=code_of(status), partnerId=partner))


@erasures.command("attest")
@click.argument("consent_id")
@click.option("--method", required=True, type=click.Choice(ERASURE_METHODS), help="How, in NIST SP 800-88's words.")
@click.option(
    "--protocol",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of your own that says what was done; only its SHA-256 is sent.",
)
@click.option("--key", default=fresh_key, help="Of the call, to repeat it with. [default: a new one]")
@signed_in
def attest(me: Person, consent_id: str, method: str, protocol: Path | None, key: str) -> None:
    """Attest that what was kept under a consent is erased; prints the signed receipt.

    \b
    Example:
      yima erasures attest con_018f… --method cryptographic-erase --protocol erased.pdf
    """
    digest = hashlib.sha256(protocol.read_bytes()).hexdigest() if protocol else ""
    attested = {"consentId": consent_id, "method": code_of(method), "protocolSha256": digest}
    me.show(me.run("attest-erasure", **attested, key=key))
