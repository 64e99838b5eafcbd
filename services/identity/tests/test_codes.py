"""A health code is genuine, of this city, and good for a minute."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import base45
import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from identity.domain import codes
from identity.domain.codes import ClocksDiffer, CodeExpired, CodeForged, CodeKeys

KEY = Ed25519PrivateKey.generate()
KEYS = CodeKeys("k1", KEY, {"k1": KEY.public_key()}, {"k1": bytes(32)})
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
CODE = uuid4()
TEXT, _ = codes.issue(KEYS, "jinan", CODE, NOW)


def test_a_fresh_code_reads_back_and_is_in_force_for_a_minute() -> None:
    claims = codes.read(TEXT, KEYS, "jinan")
    assert claims.health_code_id == CODE
    claims.check(NOW)
    claims.check(NOW + timedelta(seconds=59))
    with pytest.raises(CodeExpired):
        claims.check(NOW + timedelta(seconds=60))


@given(st.integers(6, 10_000))
def test_a_genuine_code_from_a_clock_that_is_ahead_is_called_that(ahead: int) -> None:
    with pytest.raises(ClocksDiffer, match=f"by {ahead} seconds"):
        codes.read(TEXT, KEYS, "jinan").check(NOW - timedelta(seconds=ahead))


@given(st.integers(-5, 0))
def test_clocks_may_differ_a_little(behind: int) -> None:
    codes.read(TEXT, KEYS, "jinan").check(NOW + timedelta(seconds=behind))


def test_a_code_says_nothing_lasting_of_whose_it_is() -> None:
    """Whoever keeps pictures of codes: all a code says is its city, its minute, and bytes that no other code has."""
    said = [claims_in(codes.issue(KEYS, "jinan", CODE, NOW)[0]) for _ in range(50)]
    assert {tuple(sorted(claims)) for claims in said} == {(1, 2, 4, 6, 7)}
    for label in (codes.SUBJECT, codes.TOKEN_ID):
        assert len({claims[label] for claims in said}) == 50
    assert CODE.bytes not in {claims[codes.SUBJECT] for claims in said}


def claims_in(text: str) -> dict[int, Any]:
    """What anybody can read in a code."""
    envelope = cbor2.loads(base45.b45decode(text.removeprefix(codes.PREFIX)))
    return dict(cbor2.loads(envelope.value[2]))


def test_no_two_codes_are_the_same() -> None:
    assert len({codes.issue(KEYS, "jinan", CODE, NOW)[0] for _ in range(50)}) == 50


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
    forged, _ = codes.issue(replace(KEYS, signing=Ed25519PrivateKey.generate()), "jinan", CODE, NOW)
    elsewhere, _ = codes.issue(KEYS, "tianjin", CODE, NOW)
    unknown, _ = codes.issue(replace(KEYS, kid="k2", subjects={"k2": bytes(32)}), "jinan", CODE, NOW)
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
