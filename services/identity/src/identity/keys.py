"""Identity's signing keys: loaded at start, the newest signs, all that are not withdrawn verify."""

import base64
from dataclasses import dataclass
from datetime import datetime

from chassis.ids import new_id
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc.jwk import OKPKey
from sqlalchemy.ext.asyncio import AsyncSession

from identity import store
from identity.tables import SigningKeyRow


@dataclass(frozen=True)
class SigningKeys:
    """The key ring, in the forms JOSE and COSE want it."""

    kid: str
    signing: OKPKey
    cose_signing: Ed25519PrivateKey
    verifying: dict[str, OKPKey]
    cose_verifying: dict[str, Ed25519PublicKey]

    async def get(self, kid: str) -> OKPKey | None:
        """For the chassis's verifier: identity trusts its own ring."""
        return self.verifying.get(kid)


async def load(session: AsyncSession, now: datetime) -> SigningKeys:
    """The ring from the database; the first service ever to start makes the first key."""
    fresh = Ed25519PrivateKey.generate()
    kid = str(new_id())
    await store.add_first_signing_key(
        session, SigningKeyRow(kid=kid, private_key=fresh.private_bytes_raw(), created_at=now)
    )
    rows = await store.signing_keys(session)
    private = {row.kid: Ed25519PrivateKey.from_private_bytes(row.private_key) for row in rows}
    jose = {kid: jose_key(key, kid) for kid, key in private.items()}
    newest = rows[0].kid
    return SigningKeys(
        kid=newest,
        signing=jose[newest],
        cose_signing=private[newest],
        verifying=jose,
        cose_verifying={kid: key.public_key() for kid, key in private.items()},
    )


def jose_key(key: Ed25519PrivateKey, kid: str) -> OKPKey:
    """The same key as a JWK (RFC 8037)."""
    raw = {"kty": "OKP", "crv": "Ed25519", "kid": kid, "use": "sig"}
    return OKPKey.import_key({**raw, "x": b64(key.public_key().public_bytes_raw()), "d": b64(key.private_bytes_raw())})


def b64(data: bytes) -> str:
    """Base64url without padding, as JOSE writes it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
