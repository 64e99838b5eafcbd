"""The vectors in docs/, read by the service and by the client that verifies without it: the two share no code."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import base45
import pytest
from chassis.refusals import Refusal
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from identity.domain import codes
from identity.domain.codes import CodeForged, CodeKeys
from yima_client import health_codes
from yima_client.health_codes import CodeNotGood

FILE = Path(__file__).parents[3] / "docs/health-code-vectors.json"
KNOWN: dict[str, Any] = json.loads(FILE.read_text())
SIGNING = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(KNOWN["signingKey"]))
KID = KNOWN["keys"][0]["kid"]
KEYS = CodeKeys(KID, SIGNING, {KID: SIGNING.public_key()}, {KID: bytes.fromhex(KNOWN["subjectKey"])})
PUBLISHED = health_codes.keys_of(json.dumps({"keys": KNOWN["keys"]}))
CITY = KNOWN["city"]
VECTORS = {vector["name"]: vector for vector in KNOWN["vectors"]}


def service_says(text: str, at: datetime) -> str:
    try:
        codes.read(text, KEYS, CITY).check(at)
    except Refusal as refusal:
        return refusal.code
    return "ok"


def client_says(text: str, at: datetime) -> str:
    try:
        health_codes.verify(text, PUBLISHED, CITY, at)
    except CodeNotGood as bad:
        return bad.code
    return "ok"


@pytest.mark.parametrize("name", VECTORS)
def test_service_and_client_say_of_a_vector_what_it_says(name: str) -> None:
    vector = VECTORS[name]
    at = datetime.fromisoformat(vector["at"])
    assert (service_says(vector["text"], at), client_says(vector["text"], at)) == (vector["says"], vector["says"])


def test_the_service_reads_whose_code_a_vector_is() -> None:
    claims = codes.read(VECTORS["a fresh code"]["text"], KEYS, CITY)
    assert str(claims.health_code_id) == KNOWN["healthCodeId"]


@given(st.data())
def test_whatever_is_changed_in_a_code_service_and_client_agree(data: st.DataObject) -> None:
    """In the text, and in the bytes below it."""
    vector = VECTORS["a fresh code"]
    text, at = vector["text"], datetime.fromisoformat(vector["at"])
    place = data.draw(st.integers(0, len(text) - 1))
    changed = (
        text[:place] + data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:é")) + text[place + 1 :]
    )
    said = service_says(changed, at)
    assert said == client_says(changed, at)
    assert (said == "ok") == (changed == text)


@given(st.binary(max_size=300))
def test_garbage_is_refused_by_the_client_too(garbage: bytes) -> None:
    with pytest.raises(CodeNotGood):
        health_codes.genuine("YM1:" + codes.base45.encode(garbage), PUBLISHED)
    with pytest.raises(CodeForged):
        codes.read("YM1:" + codes.base45.encode(garbage), KEYS, CITY)


@given(st.binary(max_size=400))
def test_base45_is_what_the_library_for_it_says(data: bytes) -> None:
    text = codes.base45.encode(data)
    assert text.encode() == base45.b45encode(data)
    assert codes.base45.decode(text) == data


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:aé", max_size=20))
def test_what_is_no_base45_is_none_here_either(text: str) -> None:
    """The library takes lower case where we do not: a code has none."""
    try:
        expected = base45.b45decode(text) if text == text.upper() else None
    except ValueError:
        expected = None
    if expected is None:
        with pytest.raises(ValueError, match="base45"):
            codes.base45.decode(text)
    else:
        assert codes.base45.decode(text) == expected
