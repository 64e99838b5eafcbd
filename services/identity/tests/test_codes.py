"""A health code is genuine, of this city, and good for a minute."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import base45
import cbor2
import pytest
from chassis.refusals import Invalid
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from identity.domain import codes
from identity.domain.codes import ClocksDiffer, CodeExpired, CodeForged, CodeKeys, CodeNotYet

KEY = Ed25519PrivateKey.generate()
KEYS = CodeKeys("k1", KEY, {"k1": KEY.public_key()}, {"k1": bytes(32)})
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
CODE = uuid4()
TEXT = codes.issue(KEYS, "jinan", CODE, 3, NOW)[0].text

HOUR = [codes.read(token.text, KEYS, "jinan") for token in codes.issue(KEYS, "jinan", CODE, 3, NOW, 60)]


def test_a_fresh_code_reads_back_and_is_in_force_for_a_minute() -> None:
    claims = codes.read(TEXT, KEYS, "jinan")
    assert (claims.health_code_id, claims.generation) == (CODE, 3)
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


@given(st.integers(0, 59), st.integers(-100, 4000))
def test_each_code_of_an_hour_is_good_in_its_own_minute_and_in_no_other(number: int, seconds: int) -> None:
    claims = HOUR[number]
    good = number * 60 - 5 <= seconds < number * 60 + 60
    try:
        claims.check(NOW + timedelta(seconds=seconds))
    except (CodeNotYet, CodeExpired, ClocksDiffer):
        assert not good
    else:
        assert good


def test_a_code_of_a_later_minute_is_called_that() -> None:
    with pytest.raises(CodeNotYet, match="from 600 seconds"):
        HOUR[10].check(NOW)


@pytest.mark.parametrize("count", [-1, 0, 61, 2**31 - 1])
def test_no_more_codes_are_issued_ahead_than_for_an_hour(count: int) -> None:
    with pytest.raises(Invalid, match="between 1 and 60"):
        codes.check_count(count)


@given(st.integers(-4000, 4000), st.integers(0, 4000))
def test_a_code_that_claims_more_than_a_minute_or_an_hour_ahead_is_forged(ahead: int, life: int) -> None:
    """Signed by our key or not: no code of ours says such a thing."""
    start = NOW + timedelta(seconds=ahead)
    claims = replace(HOUR[0], not_before=start, expires_at=start + timedelta(seconds=life))
    if life > 60 or not 0 <= ahead <= 59 * 60:
        with pytest.raises(CodeForged):
            claims.check(start)


def test_the_release_before_and_this_one_read_each_others_codes() -> None:
    """It knew neither generations nor minutes ahead."""
    token_id = bytes(range(16))
    subject = codes.enciphered(bytes(32), token_id, CODE, 0)[:16]
    seconds = int(NOW.timestamp())
    old = cbor2.dumps({1: "jinan", 2: subject, 4: seconds + 60, 6: seconds, 7: token_id})
    read = codes.read(codes.signed(KEY, cbor2.dumps({1: codes.EDDSA, 4: b"k1"}), old), KEYS, "jinan")
    assert (read.health_code_id, read.generation, read.not_before) == (CODE, 0, NOW)
    said = claims_in(TEXT)
    assert codes.deciphered(bytes(32), said[codes.TOKEN_ID], said[codes.SUBJECT])[0] == CODE


def test_a_code_says_nothing_lasting_of_whose_it_is() -> None:
    """Whoever keeps pictures of codes: all a code says is its city, its minute, and bytes that no other code has."""
    said = [claims_in(token.text) for token in codes.issue(KEYS, "jinan", CODE, 3, NOW, 50)]
    assert {tuple(sorted(claims)) for claims in said} == {(-70001, 1, 2, 4, 5, 6, 7)}
    for label in (codes.SUBJECT, codes.TOKEN_ID, codes.GENERATION):
        assert len({claims[label] for claims in said}) == 50
    assert CODE.bytes not in {claims[codes.SUBJECT] for claims in said}


def claims_in(text: str) -> dict[int, Any]:
    """What anybody can read in a code."""
    envelope = cbor2.loads(base45.b45decode(text.removeprefix(codes.PREFIX)))
    return dict(cbor2.loads(envelope.value[2]))


def test_no_two_codes_are_the_same() -> None:
    assert len({codes.issue(KEYS, "jinan", CODE, 0, NOW)[0].text for _ in range(50)}) == 50


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
    (forged,) = codes.issue(replace(KEYS, signing=Ed25519PrivateKey.generate()), "jinan", CODE, 0, NOW)
    (elsewhere,) = codes.issue(KEYS, "tianjin", CODE, 0, NOW)
    (unknown,) = codes.issue(replace(KEYS, kid="k2", subjects={"k2": bytes(32)}), "jinan", CODE, 0, NOW)
    for token in (forged, elsewhere, unknown):
        with pytest.raises(CodeForged):
            codes.read(token.text, KEYS, "jinan")


@given(st.binary(max_size=200))
def test_garbage_is_refused_and_nothing_else_happens(garbage: bytes) -> None:
    with pytest.raises(CodeForged):
        codes.read("YM1:" + base45.b45encode(garbage).decode(), KEYS, "jinan")


@given(st.integers(0, len(TEXT) - 5), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"))
def test_a_code_with_one_letter_changed_is_refused(index: int, letter: str) -> None:
    body = TEXT.removeprefix("YM1:")
    changed = body[:index] + letter + body[index + 1 :]
    if changed != body:
        with pytest.raises(CodeForged):
            codes.read("YM1:" + changed, KEYS, "jinan")
