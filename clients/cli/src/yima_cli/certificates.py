"""Commands about certificates: the city's registry of them, verified offline, and revoking one."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import click

from yima_cli.choices import AREAS, code_of
from yima_cli.failures import Failure
from yima_cli.person import OUTPUT, PARTNER, Person, anybody, fresh_key, signed_in
from yima_cli.registry import Group

if TYPE_CHECKING:
    from yima_client.certificates import ListedCertificate

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
ASPECTS = 5  # a partner sells with all of them


@click.group(cls=Group)
def certificates() -> None:
    """Partners' certificates: list, issue and revoke them; fetch the signed registry, verify it offline."""


@certificates.command("registry")
@click.option("--partner", "partner_id", default="", help="Only this partner's.")
@OUTPUT
@anybody
def fetch_registry(me: Person, partner_id: str, output: Path | None) -> None:
    """Fetch the signed certificate registry. It is good for a day; then there is a newer one.

    \b
    Examples:
      yima certificates registry -o registry.jwt
      yima certificates registry --partner par_019ab… -o clinic.jwt
    """
    me.save(fetched(me, f"/certificates/{partner_id}" if partner_id else "/certificates"), output)


@certificates.command("keys")
@OUTPUT
@anybody
def fetch_keys(me: Person, output: Path | None) -> None:
    """Fetch the keys that verify the registry. Keep them: what is verified later rests on them.

    \b
    Example:
      yima certificates keys -o keys.json
    """
    me.save(fetched(me, "/certificate-keys.json"), output)


@certificates.command("verify")
@click.argument("file", type=FILE)
@click.option("--keys", "keys_file", type=FILE, help="What `yima certificates keys` kept; else fetched now.")
@click.option("--partner", "partner_id", default="", help="Is this partner certified in all five aspects?")
@click.option("--certificate", "certificate_id", default="", help="Is this certificate in force?")
@click.option("--at", "moment", help="At this moment, such as 2026-05-01T08:30:00+08:00; now if not given.")
@anybody
def verify(
    me: Person, file: Path, keys_file: Path | None, partner_id: str, certificate_id: str, moment: str | None
) -> None:
    """Verify a registry that was kept, and show which certificates are in force.

    With --keys nothing is asked of anybody. It ends with 1 where the signature does not hold, where the registry is too
    old to say, or where the partner or certificate that is named is not in force.

    \b
    Examples:
      yima certificates verify registry.jwt --keys keys.json
      yima certificates verify registry.jwt --keys keys.json --certificate cer_019ab…
      yima certificates verify clinic.jwt --partner par_019ab…
    """
    from yima_client.certificates import verify_registry
    from yima_client.transparency import NotProved

    keys = json.loads(keys_file.read_bytes() if keys_file else fetched(me, "/certificate-keys.json"))
    try:
        at = datetime.fromisoformat(moment).astimezone(UTC) if moment else datetime.now(UTC)
        registry = verify_registry(file.read_text("utf-8"), keys, at)
    except NotProved as flaw:
        raise Failure(f"it does not hold: {flaw}") from None
    except (ValueError, KeyError) as error:
        raise Failure(f"it cannot be read: {error}") from None
    listed = [
        each
        for each in registry.certificates
        if partner_id in ("", each.partner_id) and certificate_id in ("", each.certificate_id)
    ]
    if certificate_id and not any(each.in_force for each in listed):
        raise Failure(
            f"{certificate_id} is not in force: {listed[0].why_not if listed else 'the registry has none such'}"
        )
    if (
        partner_id
        and len(aspects := {each.aspect for each in listed if each.in_force}) < ASPECTS
        and not certificate_id
    ):
        raise Failure(f"{partner_id} is certified in {len(aspects)} of {ASPECTS} aspects: {', '.join(sorted(aspects))}")
    me.show([shown(each) for each in listed])


@certificates.command("list")
@PARTNER
@signed_in
def list_certificates(me: Person, partner_id: str | None) -> None:
    """List a partner's certificates with their ids, and those that wait for a regulator. Without an id: your own.

    \b
    Examples:
      yima certificates list
      yima certificates list par_019ab… --json
    """
    me.show(me.ask_about(partner_id, lambda caller, partner: caller.run("partner-certificates", id=partner)))


@certificates.command("issue")
@click.argument("partner_id")
@click.option("--aspect", "aspects", multiple=True, type=click.Choice(AREAS), help="In this. [default: in all five]")
@click.option("--category", "scope", multiple=True, help="For this category of services. [default: for all]")
@click.option(
    "--until", "until", required=True, type=click.DateTime(["%Y-%m-%d"]),
    help="The first day on which it is no longer in force, in UTC.",
)  # fmt: skip
@signed_in
def issue(me: Person, partner_id: str, aspects: tuple[str, ...], scope: tuple[str, ...], until: datetime) -> None:
    """Certify a partner whose review was passed, as an operator. What touches data waits for a regulator.

    \b
    Examples:
      yima certificates issue par_019ab… --until 2027-12-01
      yima certificates issue par_019ab… --aspect security --until 2027-12-01
    """
    expires_at = until.replace(tzinfo=UTC).isoformat()
    terms = {"scope": list(scope) or ["*"], "expiresAt": expires_at}
    grants = [{"aspect": code_of(aspect), **terms} for aspect in aspects or AREAS]
    me.show(me.run("issue-certificates", partnerId=partner_id, grants=grants, key=fresh_key()))


@certificates.command("cosign")
@click.argument("certificate_id")
@signed_in
def cosign(me: Person, certificate_id: str) -> None:
    """Sign a certificate that an operator proposed, as a regulator. It asks for your second factor.

    \b
    Example:
      yima certificates cosign cer_019ab…
    """
    me.show(me.run("cosign-certificate", certificateId=certificate_id, key=fresh_key()))


@certificates.command("revoke")
@click.argument("certificate_id")
@click.option("--reason", required=True, help="Why. Everybody can read it in the registry.")
@signed_in
def revoke(me: Person, certificate_id: str, reason: str) -> None:
    """Revoke a certificate that is in force, as an operator or a regulator.

    \b
    Example:
      yima certificates revoke cer_019ab… --reason "its backups were in the open"
    """
    me.show(me.run("revoke-certificate", certificateId=certificate_id, reason=reason, key=fresh_key()))


def fetched(me: Person, path: str) -> bytes:
    import httpx2

    answer = httpx2.get(urljoin(me.url, path))
    if not answer.is_success:
        raise Failure(f"{path} cannot be had ({answer.status_code}); check the id, or try again shortly")
    return answer.content


def shown(certificate: "ListedCertificate") -> dict[str, Any]:
    return {
        "partner": certificate.partner,
        "partnerId": certificate.partner_id,
        "partnerStatus": certificate.partner_status,
        "certificateId": certificate.certificate_id,
        "aspect": certificate.aspect,
        "until": certificate.until.isoformat(),
        "inForce": certificate.in_force,
        "whyNot": certificate.why_not or None,
        "reason": certificate.reason or None,
    }
