"""A service's own Ed25519 keys: kept in its database, enciphered; the newest signs, all that are not withdrawn verify.

A new key is published before it signs (`OVERLAP`), so that whoever verifies has it by then. One that somebody else has
got is withdrawn, and nothing that it signed is genuine any more: every process of the service reads the ring again
within `READ_EVERY_SECONDS`, and whoever verifies fetches it as often.
"""

import base64
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc.jwk import OKPKey
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database
from chassis.ids import new_id
from chassis.jwts import ALGORITHM
from chassis.sealing import Sealer, Settings
from chassis.workers import Task, TaskAbout, TaskFailed, Worker

READ_EVERY_SECONDS = 2.0
OVERLAP = timedelta(minutes=1)  # between a key's publication and its first signature
RAW_BYTES = 32  # of an Ed25519 private key that an earlier release kept as it is
LOCK = text("LOCK TABLE signing_key IN EXCLUSIVE MODE")
EVERY = text(
    "SELECT kid, private_key, coalesce(signs_from, created_at) AS signs_from, withdrawn_at FROM signing_key"
    " ORDER BY coalesce(signs_from, created_at) DESC, kid DESC"
)
ADD = text(
    "INSERT INTO signing_key (kid, private_key, created_at, signs_from) VALUES (:kid, :private_key, :now, :signs_from)"
)
SEAL = text("UPDATE signing_key SET private_key = :private_key WHERE kid = :kid")
WITHDRAW = text(
    "UPDATE signing_key SET withdrawn_at = :now, withdrawn_because = :reason"
    " WHERE kid = :kid AND withdrawn_at IS NULL RETURNING true"
)


class UnknownKey(Exception):
    """No key of this id is in force."""


@dataclass(frozen=True, slots=True)
class RingKey:
    """A key of the ring: it verifies, and signs from a moment on until a newer one does, unless it is withdrawn."""

    kid: str
    private: Ed25519PrivateKey
    jose: OKPKey
    signs_from: datetime
    withdrawn: bool = False  # nothing that it signed is genuine any more; others have to know it to say so


class SigningKeys:
    """The key ring as it was read last, in the forms that JOSE and COSE want it."""

    def __init__(self, keys: Sequence[RingKey]) -> None:
        self._keys: Sequence[RingKey] = ()
        self._withdrawn: Sequence[RingKey] = ()
        self.adopt(keys)

    def adopt(self, keys: Sequence[RingKey]) -> None:
        """Take what was read in the place of what there was: the newest first."""
        known = [*self._keys, *self._withdrawn]
        if {(key.kid, key.signs_from, key.withdrawn) for key in keys} == {
            (key.kid, key.signs_from, key.withdrawn) for key in known
        }:
            return
        self._withdrawn = [key for key in keys if key.withdrawn]
        keys = [key for key in keys if not key.withdrawn]
        self._keys = keys
        self._derived: dict[str, dict[str, bytes]] = {}
        self.private = {key.kid: key.private for key in keys}
        self.verifying = {key.kid: key.jose for key in keys}
        self.cose_verifying: dict[str, Ed25519PublicKey] = {key.kid: key.private.public_key() for key in keys}

    @property
    def signer(self) -> RingKey:
        """The key that signs now."""
        now = datetime.now(UTC)
        return next((key for key in self._keys if key.signs_from <= now), self._keys[-1])

    @property
    def kid(self) -> str:
        """Of the key that signs now."""
        return self.signer.kid

    @property
    def signing(self) -> OKPKey:
        return self.signer.jose

    @property
    def cose_signing(self) -> Ed25519PrivateKey:
        return self.signer.private

    def derived(self, purpose: str) -> dict[str, bytes]:
        """A symmetric key of 32 bytes for a purpose of our own, by the id of the key it goes with (HKDF, RFC 5869)."""
        if purpose not in self._derived:
            self._derived[purpose] = {
                kid: HKDF(hashes.SHA256(), 32, None, purpose.encode()).derive(key.private_bytes_raw())
                for kid, key in self.private.items()
            }
        return self._derived[purpose]

    async def get(self, kid: str) -> OKPKey | None:
        """For the chassis' verifier, where a service trusts its own ring."""
        return self.verifying.get(kid)

    def public(self) -> Sequence[dict[str, Any]]:
        """What others verify with: JSON Web Keys (RFC 8037)."""
        return [json_web_key(key) for key in self._keys]

    def withdrawn(self) -> Sequence[dict[str, Any]]:
        """Keys whose signatures are genuine no more, so that whoever meets one can say so."""
        return [json_web_key(key) for key in self._withdrawn]

    def key_set(self) -> dict[str, Any]:
        """Both, as services publish them (RFC 7517): readers of a key set ignore members that they do not know."""
        return {"keys": self.public(), "withdrawn": self.withdrawn()}


def json_web_key(key: RingKey) -> dict[str, Any]:
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": key.jose.as_dict(private=False)["x"],
        "kid": key.kid,
        "use": "sig",
        "alg": ALGORITHM,
    }


async def load(session: AsyncSession, now: datetime, sealer: Sealer) -> SigningKeys:
    """The ring from the database. The first process ever to start makes the first key; what an earlier release kept as
    it is, or what is enciphered with an older key-encryption key, is enciphered with the one in use."""
    await session.execute(LOCK)
    for row in (await session.execute(EVERY)).all():
        if not sealer.is_current(row.private_key):
            sealed = sealer.seal(raw_key(row, sealer), about(row.kid))
            await session.execute(SEAL, {"kid": row.kid, "private_key": sealed})
    ring = await read(session, sealer)
    if all(key.withdrawn for key in ring):
        await add(session, sealer, now, signs_from=now)
        ring = await read(session, sealer)
    return SigningKeys(ring)


async def read(session: AsyncSession, sealer: Sealer) -> Sequence[RingKey]:
    """The keys, the newest first; those that were withdrawn, too."""
    keys = []
    for row in (await session.execute(EVERY)).all():
        private = Ed25519PrivateKey.from_private_bytes(raw_key(row, sealer))
        keys.append(RingKey(row.kid, private, jose_key(private, row.kid), row.signs_from, row.withdrawn_at is not None))
    return keys


async def rotate(session: AsyncSession, sealer: Sealer, now: datetime, *, at_once: bool = False) -> str:
    """Make another key, which signs from `OVERLAP` on; what those before it signed stays genuine. Returns its id."""
    await session.execute(LOCK)
    return await add(session, sealer, now, signs_from=now if at_once else now + OVERLAP)


async def withdraw(session: AsyncSession, sealer: Sealer, kid: str, reason: str, now: datetime) -> str:
    """Withdraw a key that somebody else has got: what it signed is genuine no more. Another signs at once, and its id
    is returned. Raises `UnknownKey`."""
    await session.execute(LOCK)
    if await session.scalar(WITHDRAW, {"kid": kid, "reason": reason, "now": now}) is None:
        raise UnknownKey(f"no key {kid} is in force")
    return await add(session, sealer, now, signs_from=now)


async def add(session: AsyncSession, sealer: Sealer, now: datetime, *, signs_from: datetime) -> str:
    kid = str(new_id())
    private = Ed25519PrivateKey.generate().private_bytes_raw()
    sealed = sealer.seal(private, about(kid))
    await session.execute(ADD, {"kid": kid, "private_key": sealed, "now": now, "signs_from": signs_from})
    return kid


def keeper[R](ring: Callable[[R], SigningKeys], settings: Settings) -> Worker[R]:
    """What has a service read its ring again, so that every replica signs and verifies with the keys there are."""

    async def read_again(database: Database, resources: R) -> bool:
        async with database.transaction() as session:
            keys = await read(session, settings.sealer)
        if not all(key.withdrawn for key in keys):
            ring(resources).adopt(keys)
        return False

    return Worker("read signing keys", read_again, READ_EVERY_SECONDS)


@dataclass(frozen=True, slots=True)
class KeyStore:
    """A service's keys as whoever runs it handles them: all there are, newest first, each with `kid`, `signs_from` and
    `withdrawn_at`; making the next one; withdrawing one, which raises `UnknownKey`, and has the id of the next."""

    every: TextClause
    rotate: Callable[[AsyncSession, Sealer, datetime], Awaitable[str]]
    withdraw: Callable[[AsyncSession, Sealer, str, str, datetime], Awaitable[str]]


RING = KeyStore(EVERY, rotate, withdraw)


def tasks(settings: Settings, store: KeyStore = RING) -> Sequence[Task[Any] | TaskAbout[Any]]:
    """What is done to a service's keys by whoever runs it: see `docs/operate.md`."""

    async def make_next(database: Database, _resources: object) -> str:
        async with database.transaction() as session:
            kid = await store.rotate(session, settings.sealer, database.now())
        return f"{kid} is published, and signs within {OVERLAP.total_seconds():.0f} seconds"

    async def take_back(database: Database, _resources: object, about: str) -> str:
        try:
            async with database.transaction() as session:
                kid = await store.withdraw(session, settings.sealer, about, "compromised", database.now())
        except UnknownKey as error:
            raise TaskFailed(f"{error}; name one with --about") from None
        return f"{about} is withdrawn: what it signed is refused within seconds; {kid} signs now"

    async def list_keys(database: Database, _resources: object) -> str:
        async with database.transaction() as session:
            rows = (await session.execute(store.every)).all()
        return "\n".join(
            f"{row.kid}  {'withdrawn' if row.withdrawn_at else 'in force'}  since {row.signs_from:%Y-%m-%d %H:%M} UTC"
            for row in rows
        )

    return [Task("rotate-keys", make_next), TaskAbout("withdraw-key", take_back), Task("list-keys", list_keys)]


def raw_key(row: Any, sealer: Sealer) -> bytes:
    if len(row.private_key) == RAW_BYTES:
        return bytes(row.private_key)
    return sealer.unseal(row.private_key, about(row.kid))


def about(kid: str) -> str:
    return f"signing key {kid}"


def jose_key(key: Ed25519PrivateKey, kid: str) -> OKPKey:
    """The same key as a JWK."""
    public, private = b64(key.public_key().public_bytes_raw()), b64(key.private_bytes_raw())
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "kid": kid, "use": "sig", "x": public, "d": private})


def b64(data: bytes) -> str:
    """Base64url without padding, as JOSE writes it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def blinded(own_id: str, subject_id: str) -> str:
    """What a signed text has in the place of the id that it is about, so that only who knows the id can tell, and two
    texts about the same tell nobody so: a hash of it with the text's own id."""
    return hashlib.sha256(f"{own_id} {subject_id}".encode()).hexdigest()


def is_about(claims: Mapping[str, Any], own: str, name: str, subject_id: str) -> bool:
    """Is a signed text about this id? It is blinded with the text's own id, its claim `own`. The release before had it
    as it is."""
    if f"{name}_id" in claims:
        return bool(claims[f"{name}_id"] == subject_id)
    return bool(claims.get(f"{name}_sha256") == blinded(str(claims.get(own)), subject_id))
