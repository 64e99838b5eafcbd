"""What becomes of rows: the mapping's resource with the columns' values; nothing where a column says nothing."""

import json
from typing import Any

import pytest
from yima_connector.errors import NotMapped
from yima_connector.mapping import Rows
from yima_connector.rows import columns_needed, mapped

from .samples import LOCAL, MAPPING, SYSTEM, mapping

ROW = {
    "SAMPLE": "S1", "ITEM": "GLU", "NAME": "葡萄糖", "PATIENT": "P-4711", "REPORTED": "2026-11-28 10:15:00",
    "TAKEN": "2026-11-28 09:05", "VALUE": "6.10", "UNIT": "mmol/L", "RANGE": "3.9-6.1",
}  # fmt: skip


def rows(**changes: Any) -> Rows:
    return Rows.model_validate({**MAPPING["rows"]["results"], **changes})


def test_a_row_becomes_the_resource_that_the_mapping_writes_down() -> None:
    (line,) = mapped(ROW, rows(), mapping())
    said = json.loads(line.text(1))
    assert line.text(1).count("6.10") == 1, "the digits stay"
    assert said["subject"] == {"identifier": {"system": SYSTEM, "value": "P-4711"}}
    assert said["code"] == {"coding": [{"system": LOCAL, "code": "GLU", "display": "葡萄糖"}]}
    assert (said["effectiveDateTime"], said["valueQuantity"]["code"]) == ("2026-11-28T09:05:00+08:00", "mmol/L")
    assert said["meta"]["lastUpdated"] == "2026-11-28T10:15:00+08:00"
    (corrected,) = mapped(ROW | {"VALUE": "5.9"}, rows(), mapping())
    (other,) = mapped(ROW | {"ITEM": "K"}, rows(), mapping())
    assert corrected.name == line.name != other.name


def test_what_a_row_does_not_say_is_left_out_with_all_that_stood_there_for_it() -> None:
    (line,) = mapped(ROW | {"VALUE": "", "UNIT": "", "RANGE": "", "NAME": ""}, rows(), mapping())
    assert not {"valueQuantity", "referenceRange"} & line.resource.keys()
    assert line.resource["code"] == {"coding": [{"system": LOCAL, "code": "GLU"}]}
    (line,) = mapped(ROW | {"UNIT": "蒲式耳"}, rows(), mapping())
    assert line.resource["valueQuantity"].keys() == {"value", "unit"}, "a unit that UCUM does not have has no code"


def test_a_row_may_say_who_the_patient_is_and_which_rows_count() -> None:
    known = rows(identity_number="ID", name="WHO", birth_date="BORN", only={"STATE": ["F"]})
    row = ROW | {"ID": "110101198001310017", "WHO": "张伟", "BORN": "1980-01-31 00:00:00", "STATE": "F"}
    person, _ = mapped(row, known, mapping())
    assert person.resource["identifier"][1]["value"] == "110101198001310017"
    assert (person.resource["name"], person.resource["birthDate"]) == ([{"text": "张伟"}], "1980-01-31")
    assert len(mapped(row | {"ID": "", "WHO": ""}, known, mapping())) == 1
    assert mapped(row | {"STATE": "P"}, known, mapping()) == []
    assert columns_needed(known) == {*row}


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"PATIENT": ""}, "PATIENT"),
        ({"REPORTED": "yesterday"}, "REPORTED"),
        ({"TAKEN": "20261399"}, "TAKEN"),
        ({"VALUE": "high"}, "VALUE"),
        ({"VALUE": "1e9"}, "VALUE"),
        ({"SAMPLE": "", "ITEM": ""}, "SAMPLE"),
        ({"NAME": "a\x00b"}, "NAME"),
    ],
)
def test_what_cannot_be_is_refused_by_its_column_and_without_its_value(changes: dict[str, str], column: str) -> None:
    with pytest.raises(NotMapped) as refused:
        mapped(ROW | changes, rows(), mapping())
    assert refused.value.field == column
    assert not any(value in str(refused.value) for value in changes.values() if value)


@pytest.mark.parametrize(
    ("place", "why"),
    [("{NOWHERE}", "no column"), ("{VALUE|money}", "no form"), ("{VALUE|table:sexes}", "does not have")],
)
def test_a_mapping_that_names_what_is_not_there_says_so(place: str, why: str) -> None:
    with pytest.raises(NotMapped, match=why):
        mapped(ROW, rows(resource={"resourceType": "Observation", "x": place}), mapping())


def test_values_are_looked_up_in_tables_and_put_into_texts() -> None:
    written = rows(
        resource={"resourceType": "Immunization", "status": "{ITEM|table:states}", "note": "{NAME} of {SAMPLE}"}
    )
    (line,) = mapped(ROW, written, mapping(tables={"states": {"GLU": "completed"}}))
    assert (line.resource["status"], line.resource["note"]) == ("completed", "葡萄糖 of S1")
    assert line.resource["patient"]["identifier"]["value"] == "P-4711", "an Immunization's patient stands there"
