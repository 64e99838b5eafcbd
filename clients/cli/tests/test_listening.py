"""What `yima listen` forwards verifies as a webhook does, and whom trials register is nobody."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric
from yima_cli.trials import number_of_nobody
from yima_client import webhooks
from yima_client.webhooks import NotGenuine

SECRET = "whsec_" + "QUJD" * 8


@given(st.dictionaries(st.text(), st.text() | st.integers()))
def test_what_is_forwarded_is_signed_as_a_webhook_is(data: dict[str, str | int]) -> None:
    body = json.dumps({"id": "evt_1", "type": "webhook.test", "data": data}).encode()
    headers = webhooks.signed_headers(SECRET, "evt_1", body, int(time.time()))
    assert webhooks.verify(SECRET, headers, body).data == data
    with pytest.raises(NotGenuine):
        webhooks.verify("whsec_" + "QUJE" * 8, headers, body)


def test_whom_trials_register_has_a_number_with_a_right_check_digit_that_is_of_no_area() -> None:
    numbers = {number_of_nobody() for _ in range(200)}
    assert len(numbers) > 190
    for number in numbers:
        assert number.startswith("0")
        assert number[6:14] == "19600505"
        assert ric.calc_check_digit(f"{number[:-1]}0") == number[-1]
