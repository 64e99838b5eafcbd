"""JSON that strangers send: one meaning, bounded cost, and a refusal that names the place and not what is there."""

import json
import time
import tracemalloc
from decimal import Decimal
from typing import Any

import pytest
from chassis import wire
from chassis.refusals import Invalid
from chassis.untrusted_json import DEPTH_MAX, VALUES_MAX, Unreadable, loads
from hypothesis import given
from hypothesis import strategies as st
from yima.records.v1.api_pb2 import IngestResourcesRequest

PLAIN = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PLAIN, inner, max_size=4),
    max_leaves=20,
)


def refused(text: bytes | str, **more: Any) -> Unreadable:
    with pytest.raises(Unreadable) as unreadable:
        loads(text, **more)
    return unreadable.value


@given(VALUES)
def test_what_json_says_is_what_is_read(value: Any) -> None:
    assert loads(json.dumps(value)) == value
    assert loads(json.dumps(value, ensure_ascii=False), exact=True) == value


@given(st.text(max_size=40) | st.text(alphabet='{}[],:"\\u0d8e1.-+ ', max_size=40))
def test_any_text_is_json_or_is_refused(text: str) -> None:
    try:
        loads(text)
    except Unreadable as unfit:
        assert unfit.reason


@given(st.binary(max_size=40))
def test_any_bytes_are_json_or_are_refused(raw: bytes) -> None:
    try:
        loads(raw)
    except Unreadable as unfit:
        assert unfit.reason


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (r'{"a": [{"b": "x\u0000y"}]}', "a[0].b"),
        ('{"a": [1, {"b": 1, "b": 2}]}', "a[1].b"),
        ('{"a": NaN}', "a"),
        ('{"a": {"c": [-Infinity]}}', "a.c[0]"),
        ('{"a": 1e400}', "a"),
        ('{"a": 0.' + "1" * 40 + "}", "a"),
        ('{"a": ' + "9" * 5000 + "}", "a"),
        (r'{"a": "\ud800"}', "a"),
        ('{"a": "\x7f"}', "a"),
        (r'{"\u0000": 1}', ""),
        ("[1, 2", ""),
        ("{'a': 1}", ""),
        ('{"a": 1,}', ""),
        ("[1]]", ""),
        ("", ""),
    ],
)
def test_what_has_no_one_meaning_is_refused_at_its_place(text: str, path: str) -> None:
    assert refused(text).path == path


def test_a_refusal_repeats_no_value_and_no_key_that_could_be_one() -> None:
    unfit = refused('{"HIV positive, do not resuscitate": {"note": "secret\\u0000"}}')
    assert unfit.path == "?.note"
    assert "HIV" not in str(unfit) and "secret" not in str(unfit)


@pytest.mark.parametrize("number", ["5.10", "1.0000000000000000001", "1E+2", "-0.0", "100", "0.1"])
def test_exact_decimals_are_as_they_were_written(number: str) -> None:
    number_read = loads(f"[{number}]", exact=True)[0]
    assert str(number_read) == str(Decimal(number))


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
@pytest.mark.parametrize("levels", [DEPTH_MAX + 1, 1_000, 100_000])
def test_depth_has_a_bound(opening: str, levels: int) -> None:
    closing = opening[::-1].translate(str.maketrans('[{":a', "]}   ")).replace(" ", "")
    assert refused(opening * levels + "1" + closing * levels, values_max=10**7).reason.startswith("is nested")


@pytest.mark.parametrize("element", ['""', "[]", "{}", "1", "null", '{"a":1}', r'"\"\\,,,"'])
def test_five_megabytes_of_small_values_cost_what_their_bytes_do(element: str) -> None:
    text = ("[" + ",".join([element] * (5_000_000 // (len(element) + 1))) + "]").encode()
    tracemalloc.start()
    began = time.process_time()
    assert refused(text).reason == f"has more than {VALUES_MAX} values"
    took, (_, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < 1, "and that while memory is traced"
    assert peak < 1_000_000


def test_commas_within_strings_are_no_values() -> None:
    text = json.dumps([",[{" * 100_000] * 3)
    assert loads(text) == json.loads(text)


def test_a_request_of_a_million_empty_strings_is_refused_before_it_is_taken_apart() -> None:
    body = b'{"residentId":"x","resources":[' + b",".join([b'""'] * 1_600_000) + b"]}"
    began = time.process_time()
    with pytest.raises(Invalid):
        wire.decode(IngestResourcesRequest, body, wire.JSON)
    assert time.process_time() - began < 1
