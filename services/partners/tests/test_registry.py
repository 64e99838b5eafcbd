"""The certificate registry: signed, with what was revoked, and verified by a program that has none of our code."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from chassis import signing
from chassis.database import Database
from chassis.ids import Kind, shown
from chassis.jwts import payload_of
from chassis.refusals import Invalid, NotFound
from chassis.sealing import Sealer
from partners.api.partners import partner_message, profile_message
from partners.commands import certificates, reviews
from partners.commands.registry import signed_registry
from partners.domain.certificates import NothingToCosign, NothingToRevoke
from partners.domain.screening import ReviewNeeded
from partners.domain.standing import Actor
from partners.store.partners import PartnerAggregate
from partners.tables import CertificateRow
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.partners.v1 import api_pb2 as pb
from yima.partners.v1.events_pb2 import CertificateLapsed, CertificateRevoked

from services.partners.tests.certifying import answers
from services.partners.tests.test_cosigning import cosign, issue
from services.partners.tests.test_steps import JINAN, NOW, OPERATOR, REGULATOR, active, load_partner

pytestmark = pytest.mark.anyio
SERVICE = "partners"
LATER = NOW + timedelta(hours=1)
SEALER = Sealer.of(f"{'A' * 43}=")
# What a stranger writes: it knows RFC 7515 and docs/certificates.md, and has nothing of ours.
STRANGER = """
import base64, json, sys
from datetime import datetime, timezone
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

registry, keys, at = open(sys.argv[1]).read(), json.load(open(sys.argv[2])), datetime.fromisoformat(sys.argv[3])
head, body, signature = registry.split(".")
named = json.loads(decoded(head))["kid"]
(key,) = [key for key in keys["keys"] if key["kid"] == named]
Ed25519PublicKey.from_public_bytes(decoded(key["x"])).verify(decoded(signature), f"{head}.{body}".encode())
said = json.loads(decoded(body))
assert said["iat"] <= at.timestamp() < said["exp"], "too old to say"
def good(certificate):
    ends = [certificate["until"], *([certificate["ended"]["at"]] if "ended" in certificate else [])]
    return datetime.fromisoformat(certificate["from"]) <= at < min(map(datetime.fromisoformat, ends))
assert not [name for name in sys.modules if name.split(".")[0] in ("partners", "chassis", "yima", "yima_client")]
print(json.dumps({p["id"]: {c["aspect"]: good(c) for c in p["certificates"]} for p in said["partners"]}))
"""


@pytest.fixture
async def db(database: str) -> AsyncGenerator[Database]:
    opened = Database(database)
    yield opened
    await opened.close()


async def ring(db: Database) -> signing.SigningKeys:
    async with db.transaction() as session:
        return await signing.load(session, NOW, SEALER)


async def revoke(db: Database, certificate_id: UUID, **other: Any) -> PartnerAggregate:
    terms = {"reason": "its backups were in the open", "by": REGULATOR, "actor": Actor.REGULATOR, "now": LATER} | other
    async with db.transaction() as session:
        return await certificates.revoke_certificate(session, certificate_id=certificate_id, **terms)


async def certificate_of(db: Database, partner_id: UUID, aspect: str) -> CertificateRow:
    (row,) = [row for row in (await load_partner(db, partner_id)).certificates if row.aspect == aspect]
    return row


async def registry(db: Database, partner_id: UUID | None, now: datetime = LATER) -> str:
    keys = await ring(db)
    async with db.transaction() as session:
        return (await signed_registry(session, city="jinan", keys=keys, partner_id=partner_id, now=now)).document


async def stranger(folder: Path, document: str, keys: signing.SigningKeys, at: datetime) -> dict[str, Any] | str:
    """What a program without our code makes of a registry; the end of what it says where it does not believe it."""
    (folder / "registry.jwt").write_text(document)
    (folder / "keys.json").write_bytes(orjson.dumps(keys.key_set()))
    (folder / "stranger.py").write_text(STRANGER)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "stranger.py", "registry.jwt", "keys.json", at.isoformat()),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complaint = await process.communicate()
    return dict(orjson.loads(said)) if process.returncode == 0 else complaint.decode().strip().splitlines()[-1]


async def test_a_program_without_our_code_verifies_who_is_certified_and_what_was_revoked(
    db: Database, tmp_path: Path
) -> None:
    good, revoked = await active(db), await active(db)
    await revoke(db, (await certificate_of(db, revoked, "security")).id)
    keys, document = await ring(db), await registry(db, None)
    said = await stranger(tmp_path, document, keys, LATER)
    assert isinstance(said, dict), said
    assert set(said[shown(Kind.PARTNER, good)].values()) == {True}
    of_revoked = said[shown(Kind.PARTNER, revoked)]
    assert of_revoked == dict.fromkeys(("LAW", "TECHNOLOGY", "PRODUCT", "SERVICE"), True) | {"SECURITY": False}

    head, body, signature = document.split(".")
    changed = f"{head}.{body[:-4]}{'AAAA' if body[-4:] != 'AAAA' else 'BBBB'}.{signature}"
    assert "InvalidSignature" in str(await stranger(tmp_path, changed, keys, LATER))
    too_late = await stranger(tmp_path, document, keys, LATER + timedelta(days=1))
    assert "too old to say" in str(too_late), "who was revoked since is not in it"


async def test_a_revoked_certificate_counts_for_nothing_at_once_and_everybody_hears_why(db: Database) -> None:
    partner_id = await active(db)
    certificate = await certificate_of(db, partner_id, "security")
    partner = await revoke(db, certificate.id)
    message = partner_message(partner, LATER, JINAN, supervises=False)
    assert set(message.capabilities) == {pb.CAPABILITY_FULFIL, pb.CAPABILITY_BE_PAID}, "orders finish and are paid"
    (shown_row,) = [row for row in message.certificates if row.aspect == pb.ASPECT_SECURITY]
    assert (shown_row.revocation_reason, shown_row.revoked_by) == ("its backups were in the open", "")
    assert pb.ASPECT_SECURITY not in profile_message(partner, LATER).certified_aspects
    async with db.transaction() as session:
        events = await session.execute(
            text("SELECT type, payload FROM outbox WHERE subject LIKE :about ORDER BY position"),
            {"about": f"%.{partner_id}"},
        )
        newest = {row.type.rpartition(".")[2]: row.payload for row in events}
    event = CertificateRevoked.FromString(newest["CertificateRevoked"])
    assert (event.certificate_id, event.reason) == (str(certificate.id), "its backups were in the open")
    assert pb.CAPABILITY_SELL not in CertificateLapsed.FromString(newest["CertificateLapsed"]).standing.capabilities


async def test_who_was_revoked_is_certified_again_on_a_later_review_only(db: Database) -> None:
    partner_id = await active(db)
    await revoke(db, (await certificate_of(db, partner_id, "law")).id)
    grants = [pb.CertificateGrant(aspect=pb.ASPECT_LAW, scope=["*"])]
    grants[0].expires_at.FromDatetime(NOW + timedelta(days=99))
    terms = {"partner_id": partner_id, "grants": grants, "city": JINAN, "by": OPERATOR}
    with pytest.raises(ReviewNeeded):
        async with db.transaction() as session:
            await certificates.issue_certificates(session, **terms, now=LATER + timedelta(minutes=1))  # type: ignore[arg-type]
    async with db.transaction() as session:
        request = pb.ReviewPartnerRequest(
            passed=True, reasons=["it is mended"], answers=answers(JINAN, "CLINIC"), partner_id=str(partner_id)
        )
        await reviews.review_partner(
            session,
            partner_id=partner_id,
            request=request,
            city=JINAN,
            by=OPERATOR,
            now=LATER + timedelta(minutes=2),
        )
        await certificates.issue_certificates(session, **terms, now=LATER + timedelta(minutes=3))  # type: ignore[arg-type]
    partner = await load_partner(db, partner_id)
    assert (
        pb.CAPABILITY_SELL
        in partner_message(partner, LATER + timedelta(minutes=4), JINAN, supervises=False).capabilities
    )


async def test_what_is_not_in_force_is_not_revoked(db: Database) -> None:
    partner_id = await active(db)
    certificate = await certificate_of(db, partner_id, "law")
    with pytest.raises(Invalid):
        await revoke(db, certificate.id, reason=" ")
    with pytest.raises(NotFound):
        await revoke(db, uuid4())
    with pytest.raises(NothingToRevoke):
        await revoke(db, certificate.id, now=NOW + timedelta(days=100))
    await issue(db, partner_id, pb.ASPECT_LAW, days=200)
    with pytest.raises(NothingToRevoke):
        await revoke(db, certificate.id)
    proposed = (await issue(db, partner_id, pb.ASPECT_SECURITY, days=200)).proposed[0]
    with pytest.raises(NothingToRevoke):
        await revoke(db, proposed.id)
    await revoke(db, (await certificate_of(db, partner_id, "security")).id)
    with pytest.raises(NothingToCosign):
        await cosign(db, proposed.id, now=LATER + timedelta(minutes=1))
    with pytest.raises(NotFound):
        await registry(db, uuid4())


async def test_the_registry_says_what_a_certificate_was_replaced_by_and_grows_in_number(db: Database) -> None:
    partner_id = await active(db)
    keys = await ring(db)
    async with db.transaction() as session:
        before = await signed_registry(session, city="jinan", keys=keys, partner_id=partner_id, now=NOW)
    await issue(db, partner_id, pb.ASPECT_LAW, days=200)
    async with db.transaction() as session:
        after = await signed_registry(session, city="jinan", keys=keys, partner_id=partner_id, now=LATER)
    assert after.number > before.number
    claims = signing_claims(after.document)
    (entry,) = claims["partners"]
    law = [each for each in entry["certificates"] if each["aspect"] == "LAW"]
    assert [(each["version"], each.get("ended", {}).get("because")) for each in law] == [(1, "replaced"), (2, None)]
    assert claims["sub"] == entry["id"] == shown(Kind.PARTNER, partner_id)


def signing_claims(document: str) -> dict[str, Any]:
    return dict(orjson.loads(payload_of(document)))


async def test_the_database_itself_revokes_once_and_nothing_that_was_never_signed(db: Database) -> None:
    partner_id = await active(db)
    certificate = await certificate_of(db, partner_id, "law")
    proposed = (await issue(db, partner_id, pb.ASPECT_SECURITY)).proposed[0]
    await revoke(db, certificate.id)
    revoking = "UPDATE certificate SET revoked_at = now(), revoked_by = issued_by, revoked_as = 'operator',"
    for certificate_id, statement in (
        (certificate.id, "UPDATE certificate SET revoked_at = NULL, revoked_by = NULL, revoked_as = NULL,"
         " revocation_reason = '' WHERE id = :id"),
        (certificate.id, f"{revoking} revocation_reason = 'again' WHERE id = :id"),
        (proposed.id, f"{revoking} revocation_reason = 'early' WHERE id = :id"),
        (proposed.id, "UPDATE certificate SET revoked_at = now() WHERE id = :id"),
        (certificate.id, "DELETE FROM certificate WHERE id = :id"),
    ):  # fmt: skip
        with pytest.raises(DBAPIError, match=r"revoked once|certificate_revoked_by_somebody|permission denied"):
            async with db.transaction() as session:
                await session.execute(text(statement), {"id": certificate_id})
