"""Answers as people read them, and as programs do."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yima_cli import tables

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
ORDERS = [
    {"id": "ord_1", "total": {"amount": "360.00", "currency": "CNY"}, "partner": {"name": "清"}, "lines": [{"id": 1}]},
    {"id": "ord_2", "total": {"amount": "9.50", "currency": "CNY"}, "partner": None, "lines": []},
]  # fmt: skip


def test_a_list_is_a_row_a_thing_with_money_and_names_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    tables.show(ORDERS, as_json=False)
    heading, first, second = capsys.readouterr().out.splitlines()
    assert heading.split() == ["Id", "Total", "Partner", "Lines"]
    assert first.split() == ["ord_1", "360.00", "CNY", "清", "1"]
    assert second.split() == ["ord_2", "9.50", "CNY"]


def test_a_list_of_nothing_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    tables.show([], as_json=False)
    assert capsys.readouterr().out == "none\n"


def test_one_thing_is_a_line_a_fact_and_a_table_for_what_it_has_several_of(capsys: pytest.CaptureFixture[str]) -> None:
    tables.show({"id": "rec_1", "holds": False, "openBreaks": [{"id": "brk_1"}], "ledger": {"sum": 0}}, as_json=False)
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines == ["Id rec_1", "Holds no", "Ledger sum 0", "", "Open breaks", "Id", "brk_1"]


@given(answer=JSON)
def test_any_answer_can_be_shown_and_as_json_is_what_it_was(answer: Any) -> None:
    from contextlib import redirect_stdout
    from io import StringIO

    for as_json in (False, True):
        with redirect_stdout(StringIO()) as out:
            tables.show(answer, as_json)
    assert json.loads(out.getvalue()) == answer
