"""Answers as people read them, and as programs do."""

import json
from typing import Any

import pytest
from city_pack.information import INFORMATION_TYPES
from hypothesis import given
from hypothesis import strategies as st
from yima_cli import practice, tables

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
ORDERS = [
    {"id": "ord_1", "total": {"amount": "360.00", "currency": "CNY"}, "partner": {"name": "清"}, "lines": [{"id": 1}]},
    {"id": "ord_2", "total": {"amount": "9.50", "currency": "CNY"}, "partner": None, "lines": []},
]


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


def test_a_record_is_read_as_a_timeline_and_says_what_lies_outside_its_range() -> None:
    systolic = {"value": "152", "unit": "mmHg", "low": "90", "high": "139", "outside": True}
    diastolic = {"value": "80", "unit": "mmHg", "low": None, "high": None, "outside": False}
    node = {
        "id": "rec_1",
        "effectiveAt": "2026-04-30T00:00:00Z",
        "status": "final",
        "institution": {"name": "Fuyuan"},
        "summary": {"title": "Blood pressure", "details": "after rest", "values": [systolic, diastolic]},
    }
    assert practice.entry(node) == {
        "id": "rec_1",
        "at": "2026-04-30T00:00:00Z",
        "what": "Blood pressure",
        "result": "152 mmHg (outside 90–139), 80 mmHg, after rest",
        "status": "final",
        "institution": {"name": "Fuyuan"},
    }


def test_a_record_is_read_whole_where_no_type_is_named() -> None:
    assert set(practice.INFORMATION_TYPES) == INFORMATION_TYPES
