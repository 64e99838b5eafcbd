"""A health code is genuine, of this city, and good for a minute."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import base45
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from identity import codes
from identity.domain import CodeExpired, CodeForged

KEY = Ed25519PrivateKey.generate()
KEYS = {"k1": KEY.public_key()}
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
CODE = uuid4()
TEXT, _ = codes.issue(KEY, "k1", "jinan", CODE, NOW)


def test_a_fresh_code_reads_back_and_is_in_force_for_a_minute() -> None:
    claims = codes.read(TEXT, KEYS, "jinan")
    assert claims.health_code_id == CODE
    claims.check(NOW)
    claims.check(NOW + timedelta(seconds=59))
    with pytest.raises(CodeExpired):
        claims.check(NOW + timedelta(seconds=60))


def test_a_code_from_the_future_is_none_of_ours() -> None:
    with pytest.raises(CodeForged):
        codes.read(TEXT, KEYS, "jinan").check(NOW - timedelta(seconds=30))


def test_no_two_codes_are_the_same() -> None:
    assert len({codes.issue(KEY, "k1", "jinan", CODE, NOW)[0] for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "text",
    [
        "",
        "YM1:",
        "YM1:%%%",
        "HC1:" + TEXT.removeprefix("YM1:"),
        TEXT[:-2],
        TEXT + "AA0",
        "YM1:" + base45.b45encode(base45.b45decode(TEXT.removeprefix("YM1:")) + b"\x00").decode(),
        "YM1:" + "A" * 600,
    ],
)
def test_what_is_not_exactly_a_code_is_refused(text: str) -> None:
    with pytest.raises(CodeForged):
        codes.read(text, KEYS, "jinan")


def test_another_key_s_or_another_city_s_code_is_refused() -> None:
    forged, _ = codes.issue(Ed25519PrivateKey.generate(), "k1", "jinan", CODE, NOW)
    elsewhere, _ = codes.issue(KEY, "k1", "tianjin", CODE, NOW)
    unknown, _ = codes.issue(KEY, "k2", "jinan", CODE, NOW)
    for text in (forged, elsewhere, unknown):
        with pytest.raises(CodeForged):
            codes.read(text, KEYS, "jinan")


@given(st.binary(max_size=200))
def test_garbage_is_refused_and_nothing_else_happens(garbage: bytes) -> None:
    with pytest.raises(CodeForged):
        codes.read("YM1:" + base45.b45encode(garbage).decode(), KEYS, "jinan")


@given(st.integers(0, len(TEXT) - 5), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"))
def test_a_code_with_one_letter_changed_is_refused(place: int, letter: str) -> None:
    body = TEXT.removeprefix("YM1:")
    changed = body[:place] + letter + body[place + 1 :]
    if changed != body:
        with pytest.raises(CodeForged):
            codes.read("YM1:" + changed, KEYS, "jinan")
