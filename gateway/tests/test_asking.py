"""Who asks, from where, in which language, with how many values."""

import base64
from typing import Any

import orjson
import pytest
from chassis.refusals import Invalid
from gateway.asking import VALUES_MAX, address_of, expires_at, preferred, read, values_in
from hypothesis import given
from hypothesis import strategies as st

LOCALES = ("zh-CN", "en")


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [
        ("", "zh-CN"),
        ("en-GB,en;q=0.9", "en"),
        ("fr, zh;q=0.5", "zh-CN"),
        ("fr", "zh-CN"),
        (",;q=,", "zh-CN"),
        ("en;q=0", "zh-CN"),
        ("en;q=0, zh;q=0.1", "zh-CN"),
        ("zh;q=0.3, en;q=0.8", "en"),
        ("zh;q=0.8, en;q=0.80", "zh-CN"),
        ("en;q=0.000", "zh-CN"),
        ("en;q=1.000", "en"),
        ("en;q=wrong", "zh-CN"),
        ("en;level=1", "zh-CN"),
    ],
)
def test_a_caller_is_answered_in_the_language_they_like_best_that_the_city_speaks(accepted: str, spoken: str) -> None:
    assert preferred(accepted, LOCALES) == spoken


@given(st.text())
def test_whatever_a_caller_accepts_they_are_answered_in_a_language_of_the_city(accepted: str) -> None:
    assert preferred(accepted, LOCALES) in LOCALES
    assert preferred(accepted + "," * 100_000, LOCALES) in LOCALES


@pytest.mark.parametrize(
    ("host", "forwarded", "proxies", "address"),
    [
        ("10.0.0.1", "203.0.113.7", 0, "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7", 1, "203.0.113.7"),
        ("10.0.0.1", "198.51.100.9, 203.0.113.7", 1, "203.0.113.7"),
        ("10.0.0.1", "198.51.100.9, 203.0.113.7", 2, "198.51.100.9"),
        ("10.0.0.1", "203.0.113.7", 2, "10.0.0.1"),
        ("10.0.0.1", "", 1, "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "", 0, "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "", 0, "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "", 0, "203.0.113.7"),
        ("10.0.0.1", "x" * 500, 1, "x" * 64),
    ],
)
def test_an_address_is_believed_only_from_our_own_proxies(
    host: str, forwarded: str, proxies: int, address: str
) -> None:
    """Who has an IPv6 network has so many addresses of it that each would be somebody new."""
    assert address_of(host, forwarded, proxies) == address


def test_when_a_token_ends_is_read_off_it() -> None:
    payload = base64.urlsafe_b64encode(orjson.dumps({"exp": 1_900_000_000})).decode().rstrip("=")
    assert expires_at(f"Bearer a.{payload}.c") == 1_900_000_000
    assert expires_at("") is None


def test_variables_have_so_many_values_and_no_more() -> None:
    fits = {"query": "{ a }", "variables": {"list": [1] * (VALUES_MAX - 1)}}
    assert read(fits).values == VALUES_MAX
    too_many: list[dict[str, Any]] = [
        {"list": [1] * VALUES_MAX},
        {"lists": [[]] * VALUES_MAX},
        {"a": [{"b": [1] * 100}] * 100},
    ]
    for variables in too_many:
        with pytest.raises(Invalid, match="at most") as refusal:
            read({"query": "{ a }", "variables": variables})
        assert refusal.value.field == "variables"


@given(
    st.recursive(
        st.integers(), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
    )
)
def test_values_are_counted_wherever_they_are(value: object) -> None:
    def count(value: object) -> int:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return sum(1 + count(part) for part in inner)

    assert values_in({"value": value}) == 1 + count(value)
