"""Money never leaks: not by rounding, not by dividing, not by converting."""

import pytest
from chassis import money
from chassis.refusals import Invalid
from hypothesis import given
from hypothesis import strategies as st
from moneyed import Money

MINOR = st.integers(-(10**13), 10**13)


@given(MINOR, st.lists(st.integers(0, 10_000), min_size=1, max_size=8).filter(any))
def test_parts_sum_to_the_whole_exactly(minor: int, weights: list[int]) -> None:
    parts = money.allocate(minor, weights)
    assert sum(parts) == minor
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)


@given(MINOR, st.lists(st.integers(0, 10_000), min_size=1, max_size=8).filter(any))
def test_a_refund_mirrors_its_payment(minor: int, weights: list[int]) -> None:
    assert money.allocate(-minor, weights) == [-part for part in money.allocate(minor, weights)]


@given(st.integers(0, 10**13), st.lists(st.integers(0, 10_000), min_size=1, max_size=8).filter(any))
def test_no_part_is_a_whole_unit_away_from_its_share(minor: int, weights: list[int]) -> None:
    for part, weight in zip(money.allocate(minor, weights), weights, strict=True):
        assert abs(part * sum(weights) - minor * weight) < sum(weights)


@given(MINOR, st.sampled_from(["CNY", "JPY", "KWD", "USD"]))
def test_minor_units_come_back_as_they_went(minor: int, currency: str) -> None:
    assert money.to_minor(money.from_minor(minor, currency)) == minor


def test_an_amount_finer_than_its_currency_is_refused_not_truncated() -> None:
    with pytest.raises(Invalid):
        money.to_minor(Money("10.005", "INR"))
    with pytest.raises(Invalid):
        money.parse_amount("1.5", "JPY")
    assert money.to_minor(money.parse_amount("1.234", "KWD")) == 1234


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NaN",
        "Infinity",
        "1e400",
        "9" * 40,
        "1,00",
        "0x10",
        "1e1",
        "５.00",
        " 5.00",
        "5.00 ",
        "+5.00",
        "5.",
        ".5",
        "1_0",
        "5.00\n",
        "٥",
        "--5",
        "1.2.3",
    ],
)
def test_what_is_no_amount_is_refused_by_name(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        money.parse_amount(text, "CNY", "price.amount")
    assert refused.value.field == "price.amount"


@given(st.text(max_size=12) | st.text(alphabet="0123456789.-+e_ ５٣", max_size=12))
def test_an_amount_that_is_taken_is_written_in_plain_digits_and_reads_the_same_everywhere(text: str) -> None:
    try:
        amount = money.parse_amount(text, "KWD")
    except Invalid as refused:
        assert refused.field == "amount"
        return
    assert set(text) <= set("0123456789.-")
    assert money.to_minor(amount) == round(float(text) * 1000)


def test_an_unknown_currency_is_refused_by_name() -> None:
    with pytest.raises(Invalid) as refused:
        money.from_minor(1, "XXZ", "price.currency")
    assert refused.value.field == "price.currency"


def test_weights_that_divide_nothing_are_our_own_fault() -> None:
    with pytest.raises(ValueError, match="weights"):
        money.allocate(100, [0, 0])


@given(st.integers(-money.MINOR_MAX, money.MINOR_MAX), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_a_written_amount_reads_back_as_the_same_money(minor: int, currency: str) -> None:
    message = money.to_message(money.from_minor(minor, currency))
    text = money.written(message)
    assert money.parse_amount(text, currency) == money.from_message(message)
    assert len(text.partition(".")[2]) == money.decimals(money.currency_of(currency))
