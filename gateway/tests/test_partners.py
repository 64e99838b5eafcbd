"""What an operator sees of a partner: whom to call, and of a bank account no more than tells it apart."""

import pytest
from gateway.schema.partners import masked


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("6222021602001234567", "•••••••••••••••4567"),
        ("DE89370400440532013000", "••••••••••••••••••3000"),
        ("123456", "••••56"),
        ("12", "••"),
        ("", ""),
    ],
)
def test_no_more_of_an_account_is_shown_than_tells_it_apart(number: str, shown: str) -> None:
    assert masked(number) == shown
