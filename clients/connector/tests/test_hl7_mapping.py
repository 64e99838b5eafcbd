"""What becomes of HL7 v2 messages: resources, their ids, units, ranges and times; what has no place, by its field."""

import json
from typing import Any

import pytest
from yima_connector.errors import NotMapped
from yima_connector.hl7v2.mapped import mapped
from yima_connector.hl7v2.messages import read
from yima_connector.resources import Line

from .samples import LOCAL, SYSTEM, admission, header, mapping, message, order, pid, result

LOINC = "http://loinc.org"
IDENTITY = "110101198001310017"


def lines_of(content: bytes, **changes: Any) -> list[Line]:
    return list(mapped(read(content, "utf-8"), mapping(**changes)))


def of_kind(lines: list[Line], kind: str) -> list[dict[str, Any]]:
    return [dict(line.resource) for line in lines if line.resource["resourceType"] == kind]


def test_an_admission_says_who_the_patient_number_is_and_what_stay_began() -> None:
    person, stay = lines_of(admission(identity=IDENTITY))
    assert person.resource["identifier"] == [
        {"system": SYSTEM, "value": "P-4711"},
        {"system": "urn:yima:identity-number", "value": IDENTITY},
    ]
    assert (person.resource["name"], person.resource["birthDate"]) == ([{"text": "张伟"}], "1980-01-31")
    assert stay.resource | {"id": ""} == {
        "resourceType": "Encounter",
        "id": "",
        "status": "in-progress",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": {"identifier": {"system": SYSTEM, "value": "P-4711"}},
        "period": {"start": "2026-11-27T08:30:00+08:00"},
        "location": [{"location": {"display": "CARD, 301, 2"}}],
    }
    assert "P-4711" not in stay.resource["id"] + person.resource["id"]


def test_a_stay_is_one_resource_from_its_admission_to_its_discharge() -> None:
    lines = [
        lines_of(admission(event=event, control_id=f"M{event}", end=end))[1]
        for event, end in (("A01", ""), ("A08", ""), ("A02", ""), ("A03", "20261128100000"), ("A13", ""), ("A11", ""))
    ]
    assert len({line.resource["id"] for line in lines}) == 1
    statuses = [line.resource["status"] for line in lines]
    assert statuses == ["in-progress", "in-progress", "in-progress", "finished", "in-progress", "cancelled"]
    assert lines[3].resource["period"]["end"] == "2026-11-28T10:00:00+08:00"
    assert "end" not in lines[4].resource["period"]


def test_numbers_that_were_merged_are_one_person() -> None:
    merged = message(header("ADT^A40"), "EVN|A40|20261128", pid("P-1"), "MRG|P-2^^^HIS^MR")
    (person,) = lines_of(merged)
    assert [each["value"] for each in person.resource["identifier"]] == ["P-1", "P-2"]


def test_results_become_observations_before_their_report() -> None:
    lines = lines_of(result())
    assert [line.resource["resourceType"] for line in lines] == ["Observation", "Observation", "DiagnosticReport"]
    glucose, potassium, report = (line.resource for line in lines)
    assert glucose["code"]["coding"] == [
        {"system": LOINC, "code": "2345-7", "display": "Glucose"},
        {"system": LOCAL, "code": "GLU", "display": "葡萄糖"},
    ]
    unit = {"unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"}
    assert {name: glucose["valueQuantity"][name] for name in unit} == unit
    assert glucose["interpretation"][0]["coding"][0]["code"] == "H"
    assert glucose["note"] == [{"text": "fasting\nsample"}]
    assert glucose["effectiveDateTime"] == "2026-11-28T09:00:00+08:00"
    assert [each["reference"] for each in report["result"]] == [
        f"Observation/{glucose['id']}",
        f"Observation/{potassium['id']}",
    ]
    assert (report["status"], report["category"][0]["coding"][0]["code"]) == ("final", "CH")
    (stay,) = of_kind(lines_of(admission()), "Encounter")
    assert report["encounter"] == {"reference": f"Encounter/{stay['id']}"}


@pytest.mark.parametrize("digits", ["6.10", "0.0500", "120", "1000000.000001"])
def test_a_value_keeps_the_digits_that_it_was_sent_with(digits: str) -> None:
    text = lines_of(result(value=digits))[0].text(7)
    assert f'"valueQuantity":{{"value":{digits},' in text
    assert json.loads(text)["meta"] == {"versionId": "7", "lastUpdated": "2026-11-28T10:15:00+08:00"}


def test_a_correction_is_the_same_result_and_another_order_another() -> None:
    first, second, other = (
        lines_of(content)[0]
        for content in (result(), result(value="5.90", at="20261128111500+0800"), result(order="ORD-2"))
    )
    assert first.name == second.name != other.name
    assert first.updated_at < second.updated_at
    assert first.sha256 != second.sha256


def test_an_order_is_a_report_that_is_registered_and_its_results_are_that_report() -> None:
    (registered,) = lines_of(order())
    assert registered.resource["status"] == "registered"
    assert registered.resource["id"] == lines_of(result())[-1].resource["id"]
    assert lines_of(order(control="CA"))[0].resource["status"] == "cancelled"
    with pytest.raises(NotMapped, match=r"results\.orders"):
        lines_of(order(), results={"orders": False})


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        ("SN", ">^100", {"valueQuantity": {"value": 100, "comparator": ">", "unit": "x"}}),
        ("SN", "^1^:^128", {"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}}),
        ("SN", "^2^-^3", {"valueRange": {"low": {"value": 2, "unit": "x"}, "high": {"value": 3, "unit": "x"}}}),
        ("SN", "^3^+", {"valueString": "3+"}),
        ("NM", "<0.01", {"valueQuantity": {"value": 0.01, "comparator": "<", "unit": "x"}}),
        ("NM", "-5.", {"valueQuantity": {"value": -5, "unit": "x"}}),
        ("ST", "clear", {"valueString": "clear"}),
        ("TX", "one~two", {"valueString": "one\ntwo"}),
        (
            "CWE",
            "POS^Yes^99LAB",
            {"valueCodeableConcept": {"coding": [{"system": LOCAL, "code": "POS", "display": "Yes"}], "text": "Yes"}},
        ),
        ("DT", "20261101", {"valueDateTime": "2026-11-01"}),
        ("TS", "202611010930", {"valueDateTime": "2026-11-01T09:30:00+08:00"}),
        (
            "NM",
            "",
            {
                "dataAbsentReason": {
                    "coding": [
                        {"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "unknown"}
                    ]
                }
            },
        ),
    ],
)
def test_a_value_is_what_its_type_says(kind: str, written: str, value: dict[str, Any]) -> None:
    sent = message(
        header("ORU^R01"), pid(), "OBR|1|O||C^c^99LAB|||20261128", f"OBX|1|{kind}|T^t^99LAB||{written}|x|||||F"
    )
    observation = json.loads(lines_of(sent)[0].text(1))
    assert {name: part for name, part in observation.items() if name in value or name.startswith("value")} == value


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("3.9-6.1", "3.9", "6.1"),
        ("3.5--5.3", "3.5", "5.3"),
        ("<5.2", None, "5.2"),
        ("≥60", "60", None),
        ("阴性", None, None),
        ("6.1-3.9", None, None),
        ("3.9～6.1", "3.9", "6.1"),
        ("1-2-3", None, None),
    ],
)
def test_a_reference_range_is_numbers_where_it_is_and_always_its_text(
    written: str, low: str | None, high: str | None
) -> None:
    sent = message(
        header("ORU^R01"), pid(), "OBR|1|O||C^c^99LAB|||20261128", f"OBX|1|NM|T^t^99LAB||5|mmol/L|{written}||||F"
    )
    (shown,) = lines_of(sent)[0].resource["referenceRange"]
    assert shown["text"] == written
    assert [str(shown[side]["value"]) if side in shown else None for side in ("low", "high")] == [low, high]


def test_a_local_unit_gets_its_ucum_code_by_the_mapping_and_one_that_nobody_knows_stays_text() -> None:
    def quantity(unit: str, **codes: Any) -> dict[str, Any]:
        sent = message(header("ORU^R01"), pid(), "OBR|1|O||C^c^LN|||20261128", f"OBX|1|NM|T^t^LN||5|{unit}|||||F")
        return dict(lines_of(sent, codes=codes)[0].resource["valueQuantity"])

    written = {"unit": "10^9/L", "code": "10*9/L"}  # though ^ separates components, and should have been escaped
    assert quantity("10^9/L").items() >= written.items()
    assert quantity(r"10\S\9/L")["code"] == "10*9/L"
    assert quantity("umol/L")["code"] == "umol/L"
    assert quantity("个/L", units={"个/L": "10*9/L"})["code"] == "10*9/L"
    assert "code" not in quantity("蒲式耳")


def test_a_time_without_an_offset_is_the_hospitals() -> None:
    def effective(taken: str, zone: str = "Asia/Shanghai") -> str:
        sent = message(header("ORU^R01"), pid(), f"OBR|1|O||C^c^LN|||{taken}", "OBX|1|NM|T^t^LN||5||||||F")
        return str(lines_of(sent, zone=zone)[0].resource["effectiveDateTime"])

    assert effective("20260701120000", "Europe/Berlin") == "2026-07-01T12:00:00+02:00"
    assert effective("20260101120000", "Europe/Berlin") == "2026-01-01T12:00:00+01:00"
    assert effective("20260701120000-0500") == "2026-07-01T12:00:00-05:00"
    assert effective("2026070112") == "2026-07-01T12:00:00+08:00"
    assert [effective("20260701"), effective("202607"), effective("2026")] == ["2026-07-01", "2026-07", "2026"]
    assert effective("20260701120000.1234") == "2026-07-01T12:00:00.123+08:00"


def test_a_document_among_the_results_is_in_the_report() -> None:
    sent = message(
        header("ORU^R01"),
        pid(),
        "OBR|1|O||C^c^LN|||20261128",
        "OBX|1|ED|PDF^Report^LN||^AP^PDF^Base64^JVBERi0xLjQ=||||||F",
    )
    (report,) = lines_of(sent)
    assert report.resource["presentedForm"] == [
        {"contentType": "application/pdf", "data": "JVBERi0xLjQ=", "title": "Report"}
    ]


RESULT = ("OBR|1|O||C^c^LN|||20261128", "OBX|1|NM|T^t^LN||5||||||F")


@pytest.mark.parametrize(
    ("segments", "field"),
    [
        ((header("ADT^A01"),), "PID"),
        ((header("ADT^A01"), "PID|1||"), "PID-3"),
        ((header("ADT^A01"), pid("N" * 65)), "PID-3"),
        ((header("ADT^A01"), pid(), pid("P-2")), "PID"),
        ((header("ADT^A01"), pid(), "PV1|1|I"), "PV1-19"),
        ((header("ADT^A01", at=""), pid()), "MSH-7"),
        ((header("ADT^A01", at="20261345"), pid()), "MSH-7"),
        ((header("ADT^A60"), pid()), "MSH-9"),
        ((header("MDM^T02"), pid()), "MSH-9"),
        ((header("ORU^R01"), pid()), "OBR"),
        ((header("ORM^O01"), pid(), "ORC|NW|1", "RXO|x"), "OBR"),
        ((header("ORU^R01"), pid(), "OBR|1|||C^c^LN|||20261128", RESULT[1]), "OBR-3"),
        ((header("ORU^R01"), pid(), "OBR|1|O||C^c^LN", RESULT[1]), "OBX-14"),
        ((header("ORU^R01"), pid(), RESULT[0], "OBX|1|NM|T^t^LN||high||||||F"), "OBX-5"),
        ((header("ORU^R01"), pid(), RESULT[0], "OBX|1|NM|T^t^LN||1E5||||||F"), "OBX-5"),
        ((header("ORU^R01"), pid(), RESULT[0], "OBX|1|QQ|T^t^LN||5||||||F"), "OBX-2"),
        ((header("ORU^R01"), pid(), RESULT[0], "OBX|1|NM|||5||||||F"), "OBX-3"),
        ((header("ORU^R01"), pid(), RESULT[0], "OBX|1|NM|T^t^LN||5||||||?"), "OBX-11"),
        ((header("ORU^R01"), pid(), RESULT[0], "OBX|1|ED|T^t^LN||^IM^JPEG^Base64^AAAA||||||F"), "OBX-5"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_has_no_place_is_refused_by_its_field_and_without_a_value(segments: tuple[str, ...], field: str) -> None:
    with pytest.raises(NotMapped) as refused:
        lines_of(message(*segments))
    assert refused.value.field == field
    assert "P-4711" not in str(refused.value) and "high" not in str(refused.value)


def test_a_code_of_an_unknown_system_is_refused_unless_the_mapping_says_whose_local_ones_are() -> None:
    sent = message(header("ORU^R01"), pid(), RESULT[0], "OBX|1|NM|T^t^99OTHER||5||||||F")
    with pytest.raises(NotMapped, match="OBX-3"):
        lines_of(sent, codes={})
    assert lines_of(sent)[0].resource["code"]["coding"][0]["system"] == LOCAL
