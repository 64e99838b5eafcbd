"""A service's own Ed25519 keys: kept in its database, the newest signs, all that are not withdrawn verify."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc.jwk import OKPKey
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.auth import ALGORITHM
from chassis.ids import new_id

LOCK = text("LOCK TABLE signing_key IN EXCLUSIVE MODE")
FIRST = text(
    """
    INSERT INTO signing_key (kid, private_key, created_at) SELECT :kid, :private_key, :now
    WHERE NOT EXISTS (SELECT FROM signing_key WHERE withdrawn_at IS NULL)
    """
)
RING = text("SELECT kid, private_key FROM signing_key WHERE withdrawn_at IS NULL ORDER BY created_at DESC")


@dataclass(frozen=True)
class SigningKeys:
    """The key ring, in the forms that JOSE and COSE want it."""

    kid: str
    signing: OKPKey
    cose_signing: Ed25519PrivateKey
    verifying: dict[str, OKPKey]
    cose_verifying: dict[str, Ed25519PublicKey]
    private: dict[str, Ed25519PrivateKey]

    def derived(self, purpose: str) -> dict[str, bytes]:
        """A symmetric key of 32 bytes for a purpose of our own, by the id of the key it goes with (HKDF, RFC 5869)."""
        return {
            kid: HKDF(hashes.SHA256(), 32, None, purpose.encode()).derive(key.private_bytes_raw())
            for kid, key in self.private.items()
        }

    async def get(self, kid: str) -> OKPKey | None:
        """For the chassis' verifier, where a service trusts its own ring."""
        return self.verifying.get(kid)

    def public(self) -> Sequence[dict[str, Any]]:
        """What others verify with: JSON Web Keys (RFC 8037)."""
        return [
            {"kty": "OKP", "crv": "Ed25519", "x": key.as_dict(private=False)["x"], "kid": kid, "use": "sig",
             "alg": ALGORITHM}
            for kid, key in self.verifying.items()
        ]  # fmt: skip


async def load(session: AsyncSession, now: datetime) -> SigningKeys:
    """The ring from the database. The first process ever to start makes the first key."""
    await session.execute(LOCK)
    fresh = Ed25519PrivateKey.generate().private_bytes_raw()
    await session.execute(FIRST, {"kid": str(new_id()), "private_key": fresh, "now": now})
    rows = (await session.execute(RING)).all()
    private = {kid: Ed25519PrivateKey.from_private_bytes(raw) for kid, raw in rows}
    jose = {kid: jose_key(key, kid) for kid, key in private.items()}
    newest = rows[0][0]
    return SigningKeys(
        kid=newest,
        signing=jose[newest],
        cose_signing=private[newest],
        verifying=jose,
        cose_verifying={kid: key.public_key() for kid, key in private.items()},
        private=private,
    )


def jose_key(key: Ed25519PrivateKey, kid: str) -> OKPKey:
    """The same key as a JWK."""
    public, private = b64(key.public_key().public_bytes_raw()), b64(key.private_bytes_raw())
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "kid": kid, "use": "sig", "x": public, "d": private})


def b64(data: bytes) -> str:
    """Base64url without padding, as JOSE writes it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
