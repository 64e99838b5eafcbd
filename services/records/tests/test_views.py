"""Views: what HL7's cases do not say, or say only in later versions, and what a definition may cost."""

import json
from typing import Any

import pytest
from devstack.samples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from records.domain.fhirpath import FUNCTIONS, PathInvalid, PathMismatch, compile_path
from records.domain.views import ROWS_OF_RESOURCE_MAX, ViewInvalid, compile_view

PRESSURE: dict[str, Any] = {
    "resourceType": "Observation",
    "id": "bp",
    "subject": {"reference": "Patient/p"},
    "effectiveDateTime": "2026-04-30T08:15:00+08:00",
    "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]},
    "component": [
        {"code": {"coding": [{"code": "8480-6"}]}, "valueQuantity": {"value": 131.0, "unit": "mmHg"}},
        {"code": {"coding": [{"code": "8462-4"}]}, "valueQuantity": {"value": 81, "unit": "mmHg"}},
    ],
}


def evaluated(path: str, resource: dict[str, Any] = PRESSURE, **constants: Any) -> list[Any]:
    return compile_path(path, constants)([resource], 0)


def view(*select: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"resource": "Observation", "select": list(select)} | more


def column(name: str, path: str, **more: Any) -> dict[str, Any]:
    return {"column": [{"name": name, "path": path} | more]}


def test_a_reading_is_found_by_the_code_of_its_component() -> None:
    systolic = "component.where(code.coding.exists(code = '8480-6')).value.ofType(Quantity).value"
    assert evaluated(systolic) == [131.0]
    assert evaluated(f"{systolic} > %limit", limit=130) == [True]
    assert evaluated("component.count()") == [2]
    assert evaluated("component.last().value.ofType(Quantity).unit") == ["mmHg"]
    assert evaluated("code.coding.code.first().startsWith('85354')") == [True]
    assert evaluated("effective.ofType(dateTime).substring(0, 7)") == ["2026-04"]
    assert evaluated("Observation.id") == ["bp"]
    assert evaluated("subject.getReferenceKey(Patient)") == ["Patient/p"]


def test_moments_are_compared_as_moments_and_not_as_text() -> None:
    assert evaluated("effective.ofType(dateTime) = @2026-04-30T00:15:00Z") == [True]
    assert evaluated("effective < @2026-04-30T00:16:00Z") == [True]
    assert evaluated("effective < @2026-05-01") == [True]
    assert evaluated("effective > @2026-04-30") == [], "whether it was before midnight is not said"


def test_what_is_not_there_is_neither_true_nor_false() -> None:
    assert evaluated("status = 'final'") == []
    assert evaluated("status = 'final' or true") == [True]
    assert evaluated("status = 'final' and false") == [False]
    assert evaluated("(status = 'final').not()") == []
    assert evaluated("1 / 0") == []
    assert evaluated("-1 + 2 * 3 = 5") == [True]


def test_repeat_goes_down_and_numbers_its_rows() -> None:
    answers = {
        "resourceType": "QuestionnaireResponse",
        "id": "q",
        "item": [{"linkId": "1", "item": [{"linkId": "1.1"}, {"linkId": "1.2"}]}, {"linkId": "2"}],
    }
    definition = {
        "resource": "QuestionnaireResponse",
        "select": [
            column("id", "id"),
            {"repeat": ["item"]} | column("link", "linkId"),
            {"forEachOrNull": "author"} | column("author", "%rowIndex"),
        ],
    }
    assert compile_view(definition).rows(answers) == [
        ("q", "1", 0), ("q", "1.1", 0), ("q", "1.2", 0), ("q", "2", 0),
    ]  # fmt: skip
    numbered = view({"repeat": ["item"]} | column("at", "%rowIndex"), resource="QuestionnaireResponse")
    assert compile_view(numbered).rows(answers) == [(0,), (1,), (2,), (3,)]


@pytest.mark.parametrize(
    ("definition", "path"),
    [
        ([], ""),
        (view(resource="x' OR 1=1"), "resource"),
        (view(), "select"),
        (view(column("a", "id"), column("a", "id")), "select"),
        (view(column("a b", "id")), "select[0].column[0].name"),
        (view(column("_a", "id")), "select[0].column[0].name"),
        (view(column("a", "id.nosuch()")), "select[0].column[0].path"),
        (view(column("a", "%secret")), "select[0].column[0].path"),
        (view(column("a", "%resource.id")), "select[0].column[0].path"),
        (view(column("a", "descendants()")), "select[0].column[0].path"),
        (view(column("a", "id.matches('(a+)+$')")), "select[0].column[0].path"),
        (view(column("a", "(" * 200 + "id" + ")" * 200)), "select[0].column[0].path"),
        (view(column("a", "id" + ".first()" * 200)), "select[0].column[0].path"),
        (view(column("a", 1)), "select[0].column[0].path"),
        (view({"forEach": "a", "repeat": ["b"]} | column("a", "id")), "select[0].repeat"),
        (view({"unionAll": []}), "select[0].unionAll"),
        (view(column("a", "id"), where=["true"]), "where[0]"),
        (view(column("a", "id"), constant=[{"name": "x"}]), "constant[0]"),
        (view(*[column(f"c{index}", "id") for index in range(101)]), "select"),
        (view(column("a", "'" + "x" * 70_000 + "'")), ""),
    ],
)
def test_what_cannot_be_compiled_is_refused_with_its_place(definition: Any, path: str) -> None:
    with pytest.raises(ViewInvalid) as refused:
        compile_view(definition)
    assert refused.value.path == path


def test_selects_that_lie_too_deep_are_refused() -> None:
    deep: dict[str, Any] = column("a", "id")
    for _ in range(20):
        deep = {"select": [deep]}
    with pytest.raises(ViewInvalid):
        compile_view(view(deep))


@pytest.mark.parametrize(
    "selects",
    [
        [{"forEach": "item"} | column(f"c{index}", "$this") for index in range(4)],
        [{"repeat": ["$this"]} | column("a", "id")],
    ],
)
def test_one_resource_does_not_become_any_number_of_rows(selects: list[dict[str, Any]]) -> None:
    wide = {"resourceType": "Observation", "item": ["x"] * 100}
    with pytest.raises(PathMismatch):
        compile_view(view(*selects)).rows(wide)
    few = compile_view(view(*selects[:1])).rows(
        {"resourceType": "Observation", "item": ["x"]} if len(selects) > 1 else {}
    )
    assert len(few) < ROWS_OF_RESOURCE_MAX


@pytest.mark.parametrize("path", ["code", "component.value.ofType(Quantity).value", "effective"])
def test_a_column_that_says_what_it_holds_holds_nothing_else(path: str) -> None:
    with pytest.raises(PathMismatch):
        compile_view(view(column("a", path, type="boolean"))).rows(PRESSURE)


NAMES = st.sampled_from(
    ["id", "code", "value", "coding", "$this", "%rowIndex", "'x'", "1", "true", "@2026", *FUNCTIONS]
)
PARTS = st.sampled_from(
    [".", "(", ")", "[", "]", ",", " = ", " and ", " or ", " - ", " & ", " < ", "'", "\\", "%", "`"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "code", "valueQuantity", "value", "coding"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=examples(60))
@given(st.lists(NAMES | PARTS, max_size=12).map("".join), st.dictionaries(st.sampled_from(["id", "code"]), JSON))
def test_whatever_is_written_and_looked_at_is_an_answer_or_a_refusal(path: str, resource: dict[str, Any]) -> None:
    try:
        values = compile_path(path, {})([resource], 0)
    except (PathInvalid, PathMismatch):
        return
    assert isinstance(values, list)
    json.dumps(values, default=str)
