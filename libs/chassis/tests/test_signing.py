"""Signing keys: enciphered where they are kept, rotated with an overlap, withdrawn for good."""

import os
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta

import pytest
from chassis import signing
from chassis.auth import Verifier, sign
from chassis.database import Database
from chassis.ids import new_id
from chassis.refusals import Invalid, Unauthenticated
from chassis.sealing import Sealer
from chassis.settings import SettingUnfit
from chassis.signing import OVERLAP, SigningKeys, UnknownKey, blinded, is_about
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as some
from joserfc.jwk import OKPKey
from sqlalchemy import text

pytestmark = pytest.mark.anyio
SERVICE = "identity"
OLD, NEW = os.urandom(32), os.urandom(32)


@pytest.fixture
async def keys_db(own_database: str) -> AsyncGenerator[Database]:
    database = Database(own_database)
    yield database
    await database.close()


async def load(database: Database, *keys: bytes, now: datetime | None = None) -> SigningKeys:
    async with database.transaction() as session:
        return await signing.load(session, now or datetime.now(UTC), Sealer(keys or (OLD,)))


async def kept(database: Database) -> list[bytes]:
    async with database.transaction() as session:
        return [bytes(raw) for raw in await session.scalars(text("SELECT private_key FROM signing_key ORDER BY kid"))]


def token(ring: SigningKeys) -> str:
    claims = {"use": "access", "sub": "s", "role": "ROLE_OPERATOR", "exp": datetime.now(UTC).timestamp() + 600}
    return f"Bearer {sign(ring.signing, claims)}"


@given(plain=some.binary(min_size=1, max_size=200), about=some.text(max_size=20))
def test_what_is_enciphered_is_deciphered_with_its_key_and_as_what_it_is_alone(plain: bytes, about: str) -> None:
    sealed = Sealer((OLD,)).seal(plain, about)
    assert plain not in sealed or len(plain) < 4
    assert Sealer((NEW, OLD)).unseal(sealed, about) == plain
    for other in (Sealer((NEW,)), Sealer((os.urandom(32), NEW))):
        with pytest.raises(SettingUnfit):
            other.unseal(sealed, about)
    for changed in (sealed[:-1] + bytes([sealed[-1] ^ 1]), sealed[:-1], b""):
        with pytest.raises(SettingUnfit):
            Sealer((OLD,)).unseal(changed, about)
    with pytest.raises(SettingUnfit):
        Sealer((OLD,)).unseal(sealed, f"{about}!")


@pytest.mark.parametrize("written", ["", " , ", "not base64!", "c2hvcnQ=", "QUFB,QUFB"])
def test_a_setting_that_is_no_key_is_refused_and_not_repeated(written: str) -> None:
    with pytest.raises(SettingUnfit) as refused:
        Sealer.of(written)
    assert "YIMA_KEY_ENCRYPTION_KEYS" in str(refused.value)
    assert not written.strip(" ,") or written not in str(refused.value)


async def test_no_private_key_is_in_the_database_as_it_is(keys_db: Database) -> None:
    ring = await load(keys_db)
    raw = ring.cose_signing.private_bytes_raw()
    assert all(raw not in stored for stored in await kept(keys_db))


async def test_what_an_earlier_release_kept_as_it_is_is_enciphered_at_the_start_and_is_the_same_key(
    keys_db: Database,
) -> None:
    raw = Ed25519PrivateKey.generate().private_bytes_raw()
    async with keys_db.transaction() as session:
        await session.execute(
            text("INSERT INTO signing_key (kid, private_key, created_at) VALUES ('k', :raw, now())"), {"raw": raw}
        )
    ring = await load(keys_db)
    assert (ring.kid, ring.cose_signing.private_bytes_raw()) == ("k", raw)
    assert raw not in b"".join(await kept(keys_db))


async def test_the_key_encryption_key_is_changed_by_putting_another_before_it(keys_db: Database) -> None:
    first = await load(keys_db, OLD)
    again = await load(keys_db, NEW, OLD)
    only_new = await load(keys_db, NEW)
    assert first.kid == again.kid == only_new.kid
    with pytest.raises(SettingUnfit, match="has not the key"):
        await load(keys_db, OLD)


async def test_a_new_key_is_published_before_it_signs_and_what_the_old_one_signed_stays_genuine(
    keys_db: Database,
) -> None:
    ring = await load(keys_db)
    old, signed_before = ring.kid, token(ring)
    verifier = Verifier(ring)
    async with keys_db.transaction() as session:
        new = await signing.rotate(session, Sealer((OLD,)), datetime.now(UTC))
        ring.adopt(await signing.read(session, Sealer((OLD,))))
    assert {key["kid"] for key in ring.public()} == {old, new}
    assert ring.kid == old, "whoever verifies fetches the new one first"
    async with keys_db.transaction() as session:
        await session.execute(
            text("UPDATE signing_key SET signs_from = :then WHERE kid = :kid"),
            {"kid": new, "then": datetime.now(UTC)},
        )
        ring.adopt(await signing.read(session, Sealer((OLD,))))
    assert ring.kid == new
    for genuine in (signed_before, token(ring)):
        assert (await verifier.principal(genuine)).subject_id == "s"
    assert ring.derived("purpose").keys() == {old, new}
    assert timedelta(seconds=10) < OVERLAP


async def test_a_withdrawn_key_verifies_nothing_though_the_token_was_taken_before(keys_db: Database) -> None:
    ring = await load(keys_db)
    verifier, stolen, signed = Verifier(ring), ring.kid, token(ring)
    assert (await verifier.principal(signed)).signed_with == stolen
    async with keys_db.transaction() as session:
        fresh = await signing.withdraw(session, Sealer((OLD,)), stolen, "compromised", datetime.now(UTC))
        ring.adopt(await signing.read(session, Sealer((OLD,))))
    with pytest.raises(Unauthenticated, match="does not publish"):
        await verifier.principal(signed)
    assert (ring.kid, [key["kid"] for key in ring.public()]) == (fresh, [fresh]), "none but the new one signs"
    assert [key["kid"] for key in ring.withdrawn()] == [stolen], (
        "whoever meets a signature of it can say why it is none"
    )
    assert (await load(keys_db)).kid == fresh, "a restart brings it not back"
    for unknown in (stolen, "none", ""):
        async with keys_db.transaction() as session:
            with pytest.raises(UnknownKey):
                await signing.withdraw(session, Sealer((OLD,)), unknown, "compromised", datetime.now(UTC))


def test_a_text_about_a_blinded_id_is_known_by_who_knows_the_id_and_tells_nobody_else() -> None:
    subject, texts = str(new_id()), [str(new_id()), str(new_id())]
    signed = [{"scan_id": own, "resident_sha256": blinded(own, subject)} for own in texts]
    assert signed[0]["resident_sha256"] != signed[1]["resident_sha256"], "two texts do not say that they are about one"
    for claims in signed:
        assert subject not in str(claims)
        assert is_about(claims, "scan_id", "resident", subject)
        assert not is_about(claims, "scan_id", "resident", str(new_id()))
    assert not is_about(signed[0] | {"scan_id": texts[1]}, "scan_id", "resident", subject)
    before = {"scan_id": texts[0], "resident_id": subject}
    assert is_about(before, "scan_id", "resident", subject), "the release before named them"
    assert not is_about({}, "scan_id", "resident", subject)


class Published:
    """Keys as identity publishes them."""

    def __init__(self, *rings: OKPKey) -> None:
        self._keys = {str(key.kid): key for key in rings}

    async def get(self, kid: str) -> OKPKey | None:
        return self._keys.get(kid)


KEY, WITHDRAWN, FORGERS = (signing.jose_key(Ed25519PrivateKey.generate(), kid) for kid in ("k", "old", "k"))
RECEIPT = {"use": "scan", "scan_id": "s", "exp": 2**34}
GENUINE = sign(KEY, RECEIPT)


def rewritten(header: str) -> str:
    """A receipt whose header is this text."""
    return f"{signing.b64(header.encode())}.{GENUINE.partition('.')[2]}"


@pytest.mark.parametrize(
    ("receipt", "why"),
    [
        ("", "not a JWT"),
        ("a.b.c", "not a JWT"),
        ("\u00e9.\u00e9.\u00e9", "not a JWT"),
        (GENUINE.rpartition(".")[0], "not a JWT"),
        (rewritten("[]"), "not a JWT"),
        (rewritten("7"), "not a JWT"),
        (rewritten('["alg"]'), "not a JWT"),
        (rewritten('{"alg":"EdDSA","kid":"k","crit":7}'), "not genuine"),
        (rewritten('{"alg":' + "[" * 100_000), "not a JWT"),
        (rewritten('{"alg":"none","kid":"k"}'), "not genuine"),
        (rewritten('{"alg":"EdDSA","kid":[]}'), "does not publish"),
        (f"{GENUINE[:-6]}AAAAAA", "not genuine"),
        (sign(FORGERS, RECEIPT), "not genuine"),
        (sign(WITHDRAWN, RECEIPT), "does not publish"),
        (sign(KEY, RECEIPT | {"use": "access"}), "something else"),
        (sign(KEY, RECEIPT | {"exp": 99.0}), "expired"),
        (sign(KEY, RECEIPT | {"exp": "later"}), "expired"),
    ],
)
async def test_what_is_no_receipt_is_refused_by_its_field_and_says_nothing_of_who_calls(receipt: str, why: str) -> None:
    with pytest.raises(Invalid, match=why) as refused:
        await Verifier(Published(KEY)).receipt(receipt, "scan", 100.0, field="scan_receipt")
    assert refused.value.field == "scan_receipt"


@given(text=some.text(max_size=60) | some.text("abc.{}=", max_size=20))
async def test_no_text_is_a_receipt_that_identity_did_not_sign(text: str) -> None:
    with pytest.raises(Invalid):
        await Verifier(Published(KEY)).receipt(text, "scan", 100.0, field="scan_receipt")


async def test_a_genuine_receipt_says_what_was_scanned() -> None:
    assert await Verifier(Published(KEY)).receipt(GENUINE, "scan", 100.0, field="scan_receipt") == RECEIPT
