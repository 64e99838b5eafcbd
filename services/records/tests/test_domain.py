"""Records' rules alone: which resources are taken in, at which field others are refused, and what a version says."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from city_pack.information import INFORMATION_TYPES
from hypothesis import given
from hypothesis import strategies as st
from records.commands import ingests as commands
from records.domain import fhir
from records.domain.ingests import ResourceRefused, latest_birth
from records.domain.kinds import CLINICAL, KINDS, ResourceKind
from records.domain.resources import ResourceFacts
from records.domain.summaries import summary
from records.domain.versions import ResourceStale, Version, check_newer
from records_scenario import DAY, JINAN, NOON, RESIDENT, check, observation, of_kind

DEEP: dict[str, object] = {"url": "http://example.org/e", "valueString": "x"}
for _ in range(400):
    DEEP = {"url": "http://example.org/e", "extension": [DEEP]}
SOMEBODY = "01890a5d-0000-774b-bcce-b302099a8057"
PRESSURE = {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]}
TEMPERATURE = {"coding": [{"system": "http://loinc.org", "code": "8310-5"}]}


def quantity(code: str, value: float = 120) -> dict[str, object]:
    return {"value": value, "unit": code, "system": "http://unitsofmeasure.org", "code": code}


def narrative(inner: str) -> dict[str, str]:
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{inner}</div>'}


@pytest.mark.parametrize(
    ("resource", "field"),
    [
        ("{", "r"),
        ("[]", "r"),
        ('{"resourceType": "Patient"}', "r.resourceType"),
        *((f'{{"resourceType": {kind}}}', "r.resourceType") for kind in ("{}", "[]", "1", "null", "true")),
        (observation(id=None), "r.id"),
        (observation(id="with space"), "r.id"),
        (observation(category=None), "r.category"),
        (observation(effectiveDateTime=None), "r.effectiveDateTime"),
        (observation(effectiveDateTime="yesterday"), "r.effectiveDateTime"),
        (observation(unheardOf=1), "r.unheardOf"),
        (observation(status="unheard-of"), "r.status"),
        (observation(status=None), "r.status"),
    ],
)
def test_a_resource_that_cannot_be_kept_is_refused_at_its_field(resource: str, field: str) -> None:
    assert check(resource) == field


@pytest.mark.parametrize(("kind", "rules"), KINDS.items())
def test_every_kind_is_kept_and_refused_for_another_patient_without_a_time_or_with_an_unknown_status(
    kind: str, rules: ResourceKind
) -> None:
    assert isinstance(check(of_kind(kind)), ResourceFacts)
    assert (
        check(of_kind(kind, **{rules.subject: {"reference": f"Patient/{SOMEBODY}"}})) == f"r.{rules.subject}.reference"
    )
    assert check(of_kind(kind, **{rules.subject: None})) == f"r.{rules.subject}"
    dates = {path.partition(".")[0]: None for path in rules.dates}
    assert check(of_kind(kind, **dates)) == f"r.{rules.dates[0]}"
    ahead = {path.partition(".")[0]: None for path in rules.dates} | set_at(rules.dates[0], "2099-01-01T00:00:00Z")
    assert str(check(of_kind(kind, **ahead))).startswith(f"r.{rules.dates[0]}")
    if rules.statuses:
        for status in rules.statuses:
            assert isinstance(check(of_kind(kind, status=status)), ResourceFacts), status
        assert check(of_kind(kind, status="unheard-of")) == "r.status"
        assert check(of_kind(kind, status=None)) == "r.status"


def set_at(path: str, value: str) -> dict[str, object]:
    """The element of a path of one or two names, with this value at its end."""
    first, _, second = path.partition(".")
    return {first: {second: value} if second else value}


@pytest.mark.parametrize("kind", CLINICAL)
def test_a_clinical_status_says_what_is_so_and_agrees_with_its_verification(kind: str) -> None:
    def status(clinical: str | None, verified: str | None = None, **more: object) -> ResourceFacts | str:
        coded = {"clinicalStatus": clinical, "verificationStatus": verified}
        return check(of_kind(kind, **{n: v and {"coding": [{"code": v}]} for n, v in coded.items()}, **more))

    def known_as(*codes: str | None) -> str:
        facts = status(*codes)
        assert isinstance(facts, ResourceFacts)
        return facts.version.status

    assert [known_as("active", "confirmed"), known_as("resolved")] == ["active", "resolved"]
    assert [known_as(None, "entered-in-error"), known_as("inactive", "refuted")] == ["entered-in-error", "refuted"]
    assert status("unheard-of") == status("active", "entered-in-error") == "r.clinicalStatus"
    assert status("active", "unheard-of") == "r.verificationStatus"
    if kind == "AllergyIntolerance":
        assert status(None) == "r.clinicalStatus"
    else:
        assert [known_as(None), known_as(None, "provisional")] == ["recorded", "provisional"]
        assert status("active", abatementDateTime=DAY) == "r.clinicalStatus"
        assert isinstance(status("resolved", abatementDateTime=DAY), ResourceFacts)


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("MedicationRequest", {"intent": "unheard-of"}, "r.intent"),
        ("MedicationRequest", {"priority": "soon"}, "r.priority"),
        ("AllergyIntolerance", {"criticality": "grave"}, "r.criticality"),
        ("AllergyIntolerance", {"reaction": [{"severity": "x", "manifestation": [{"text": "rash"}]}]},
         "r.reaction[0].severity"),
        ("Condition", {"identifier": [{"use": "x", "value": "1"}]}, "r.identifier[0].use"),
        ("CarePlan", {"activity": [{"detail": {"status": "x"}}]}, "r.activity[0].detail.status"),
        ("AllergyIntolerance", {"category": ["food", "x"]}, "r.category[1]"),
        ("DocumentReference", {"content": [{"attachment": {"contentType": "image/png", "data": "AAAA"}}]},
         "r.content[0].attachment.data"),
        ("DiagnosticReport", {"presentedForm": [{"contentType": "application/pdf", "data": "AAAA", "size": 4}]},
         "r.presentedForm[0].size"),
        ("Procedure", {"note": []}, "r.note"),
        ("Procedure", {"code": {}}, "r.code"),
        ("Procedure", {"code": {"coding": [{"code": ""}]}}, "r.code.coding[0].code"),
        ("Procedure", {"contained": [{"resourceType": "Device", "id": "d"}, {"resourceType": "Device", "id": "d"}]},
         "r.contained[1].id"),
        ("Procedure", {"contained": [{"resourceType": "Device"}]}, "r.contained[0].id"),
    ],
)  # fmt: skip
def test_what_fhir_does_not_know_is_refused_wherever_it_stands(
    kind: str, changes: dict[str, object], field: str
) -> None:
    assert check(of_kind(kind, **changes)) == field


@pytest.mark.parametrize("kind", KINDS)
def test_a_tag_says_which_type_of_information_a_resource_is(kind: str) -> None:
    def tagged(code: str) -> str:
        tag = {"system": "urn:yima:information-type", "code": code}
        return of_kind(
            kind, meta={"lastUpdated": f"{DAY}T08:00:00Z", "tag": [{"system": "urn:other", "code": "x"}, tag]}
        )

    for information_type in INFORMATION_TYPES:
        facts = check(tagged(information_type))
        assert isinstance(facts, ResourceFacts)
        assert facts.information_type == information_type
    assert check(tagged("unheard-of")) == "r.meta.tag"


@pytest.mark.parametrize(
    ("code", "information_type"),
    [("LAB", "laboratory"), ("MB", "laboratory"), ("CT", "imaging"), ("RUS", "imaging"), ("PHY", "encounters")],
)
def test_a_report_is_known_by_the_service_that_made_it(code: str, information_type: str) -> None:
    facts = check(of_kind("DiagnosticReport", category=[{"coding": [{"code": code}]}]))
    assert isinstance(facts, ResourceFacts)
    assert facts.information_type == information_type
    assert check(of_kind("DiagnosticReport", category=None)) == "r.category"


def of_pressure(systolic: float, diastolic: float) -> dict[str, object]:
    """A blood pressure, each part with the range it should be in."""
    parts = (("8480-6", "Systolic", systolic, 90, 139), ("8462-4", "Diastolic", diastolic, 60, 89))
    component = [
        {
            "code": {"coding": [{"system": "http://loinc.org", "code": code}], "text": name},
            "valueQuantity": quantity("mm[Hg]", value),
            "referenceRange": [{"low": quantity("mm[Hg]", low), "high": quantity("mm[Hg]", high)}],
        }
        for code, name, value, low, high in parts
    ]
    return json.loads(of_kind("Observation", code={"text": "Blood pressure"}, component=component))  # type: ignore[no-any-return]


def test_an_observation_says_what_was_measured_and_what_lies_outside_its_range() -> None:
    words = summary(json.loads(json.dumps(of_pressure(152, 80)), parse_float=Decimal))
    assert (words.title, [(value.name, value.value, value.outside) for value in words.values]) == (
        "Blood pressure",
        [("Systolic", "152", True), ("Diastolic", "80", False)],
    )
    systolic = words.values[0]
    assert (systolic.code, systolic.unit, systolic.low, systolic.high) == ("8480-6", "mm[Hg]", "90", "139")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-500, max_value=500))
def test_a_value_is_shown_as_it_was_written_and_is_outside_exactly_where_it_is(value: Decimal) -> None:
    sent = observation(
        valueQuantity=quantity("mmol/L", 0), referenceRange=[{"low": {"value": 3}, "high": {"value": 6}}]
    ).replace('"value":0,', f'"value":{value},')
    (measured,) = summary(json.loads(sent, parse_float=Decimal)).values
    assert (Decimal(measured.value), measured.outside) == (value, not 3 <= value <= 6)
    assert "E" not in measured.value


@pytest.mark.parametrize(
    ("kind", "changes", "title", "details"),
    [
        ("Condition", {"code": {"coding": [{"code": "I10", "display": "Hypertension"}]}}, "Hypertension", ""),
        ("Condition", {"code": {"coding": [{"code": "I10"}]}, "note": [{"text": "mild"}]}, "I10", "mild"),
        ("DiagnosticReport", {"code": {"text": "Lipids"}, "conclusion": "LDL is high"}, "Lipids", "LDL is high"),
        ("Encounter", {"type": [{"text": "Follow-up"}], "reasonCode": [{"text": "cough"}]}, "Follow-up", "cough"),
        ("ImagingStudy", {"modality": [{"code": "US"}]}, "US", ""),
        ("MedicationRequest", {"medicationCodeableConcept": {"text": "Amlodipine 5 mg"},
                               "dosageInstruction": [{"text": "one a day"}]}, "Amlodipine 5 mg", "one a day"),
        ("MedicationRequest", {"medicationCodeableConcept": None, "medicationReference": {"reference": "#m"},
                               "contained": [{"resourceType": "Medication", "id": "m", "code": {"text": "Aspirin"}}]},
         "Aspirin", ""),
        ("CarePlan", {}, "CarePlan", ""),
    ],
)  # fmt: skip
def test_every_kind_says_in_its_own_words_what_it_is(
    kind: str, changes: dict[str, object], title: str, details: str
) -> None:
    sent = of_kind(kind, **changes)
    assert isinstance(check(sent), ResourceFacts)
    words = summary(json.loads(sent))
    assert (words.title, words.details) == (title, details)


def test_a_report_may_carry_its_document() -> None:
    for data, size in (("AAAA", 3), ("AAA=", 2), ("AA==", 1)):
        document = {"contentType": "application/pdf", "data": data, "size": size}
        assert isinstance(check(of_kind("DiagnosticReport", presentedForm=[document])), ResourceFacts)


def test_a_plan_may_speak_of_what_is_to_come_and_a_report_may_not() -> None:
    ahead = {"start": "2026-06-01", "end": "2026-09-01"}
    supply = {"validityPeriod": ahead}
    assert isinstance(check(of_kind("MedicationRequest", dispenseRequest=supply)), ResourceFacts)
    assert isinstance(check(of_kind("CarePlan", period=ahead)), ResourceFacts)
    assert check(of_kind("CarePlan", period=ahead, status="completed")) == "r.period.start"
    assert check(of_kind("DiagnosticReport", issued=None, effectivePeriod=ahead)) == "r.effectivePeriod.start"


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_whatever_is_sent_is_a_resource_or_a_refusal(sent: str) -> None:
    assert isinstance(check(sent), ResourceFacts | str)


@given(st.text(min_size=1))
def test_a_refusal_never_repeats_what_was_in_the_resource(secret: str) -> None:
    resource = observation(status=f"secret-{secret}-secret")
    with pytest.raises(ResourceRefused) as refusal:
        fhir.parse(resource, "r")
    assert f"secret-{secret}-secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"effectiveDateTime": "0001-01-01T00:00:00+14:00"}, "r.effectiveDateTime"),
        ({"effectiveDateTime": "9999-12-31T23:59:59-14:00"}, "r.effectiveDateTime"),
        ({"effectiveDateTime": "9999-12-31T23:59:59-12:00"}, "r.effectiveDateTime"),
        ({"effectiveDateTime": "2999-01-01T00:00:00Z"}, "r.effectiveDateTime"),
        ({"effectiveDateTime": "1701-01-01"}, "r.effectiveDateTime"),
        ({"effectiveDateTime": "2026-05-03"}, "r.effectiveDateTime"),
        ({"effectiveDateTime": "0001"}, "r.effectiveDateTime"),
        ({"effectiveDateTime": "9999-12"}, "r.effectiveDateTime"),
        ({"issued": "9999-12-31T23:59:59-14:00"}, "r.issued"),
        ({"meta": {"lastUpdated": "9999-12-31T23:59:59-14:00"}}, "r.meta.lastUpdated"),
        ({"effectiveDateTime": None, "effectivePeriod": {"start": "2026-04-02", "end": "2026-04-01"}},
         "r.effectivePeriod.end"),
        ({"subject": None}, "r.subject"),
        ({"subject": {"identifier": {"value": "x"}}}, "r.subject"),
        ({"subject": {"reference": f"Patient/{SOMEBODY}"}}, "r.subject.reference"),
        ({"subject": {"reference": "Patient/example"}}, "r.subject.reference"),
        ({"subject": {"reference": "Group/1"}}, "r.subject.reference"),
        ({"subject": {"reference": f"https://example.org/fhir/Patient/{SOMEBODY}"}}, "r.subject.reference"),
        ({"subject": {"reference": f"urn:uuid:{SOMEBODY}"}}, "r.subject.reference"),
        ({"subject": {"reference": f"https://example.org/fhir/Patient/{RESIDENT}"}}, "r.subject.reference"),
        ({"subject": {"reference": f"http://example.org/Patient/{RESIDENT}"}}, "r.subject.reference"),
        ({"subject": {"reference": f"Patient/{RESIDENT}", "identifier": {"value": str(SOMEBODY)}}},
         "r.subject.identifier"),
        ({"subject": {"reference": f"Patient/{RESIDENT}", "identifier": {"value": f"urn:uuid:{SOMEBODY}"}}},
         "r.subject.identifier"),
        ({"effectiveDateTime": None, "effectivePeriod": {"start": "2026-04-02", "end": "2199-01-01"}},
         "r.effectivePeriod.end"),
        ({"focus": [{"reference": f"Patient/{SOMEBODY}"}]}, "r.focus[0].reference"),
        ({"performer": [{"reference": f"Patient/{SOMEBODY}/_history/2"}]}, "r.performer[0].reference"),
        ({"code": TEMPERATURE, "valueQuantity": quantity("mm[Hg]")}, "r.valueQuantity.code"),
        ({"code": PRESSURE, "valueQuantity": quantity("mmHg")}, "r.valueQuantity.code"),
        ({"valueQuantity": quantity("nonsense!!")}, "r.valueQuantity.code"),
        ({"valueQuantity": quantity("m." * 200)}, "r.valueQuantity.code"),
        ({"component": [{"code": PRESSURE, "valueQuantity": quantity("Cel")}]}, "r.component[0].valueQuantity.code"),
        ({"text": narrative("<script>alert(1)</script>")}, "r.text.div"),
        ({"text": narrative('<p onclick="x()">a</p>')}, "r.text.div"),
        ({"text": narrative('<img src="https://example.org/x.png"/>')}, "r.text.div"),
        ({"text": narrative('<a href="javascript:x()">a</a>')}, "r.text.div"),
        ({"text": narrative('<a href=" jAvAscript:x()">a</a>')}, "r.text.div"),
        ({"text": narrative('<p style="background: url(//x)">a</p>')}, "r.text.div"),
        ({"text": narrative("<form><input/></form>")}, "r.text.div"),
        ({"text": narrative("<iframe/>")}, "r.text.div"),
        ({"text": narrative("<svg xmlns='http://www.w3.org/2000/svg'><b/></svg>")}, "r.text.div"),
        ({"text": narrative("<p>not closed")}, "r.text.div"),
        ({"text": {"status": "generated", "div": "<!DOCTYPE div [<!ENTITY a 'b'>]><div>&a;</div>"}}, "r.text.div"),
        ({"extension": [DEEP]}, "r.extension"),
        ({"note": [{"text": "a\0b"}]}, "r.note[0].text"),
        ({"note": [{"text": "\u202eevil"}]}, "r"),
    ],
)  # fmt: skip
def test_what_cannot_be_or_is_another_persons_is_refused_at_its_place(changes: dict[str, object], field: str) -> None:
    resource = json.loads(observation()) | changes
    refused_at = check(json.dumps({name: value for name, value in resource.items() if value is not None}))
    assert isinstance(refused_at, str)
    assert refused_at.startswith(field)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        (lambda text: text.replace('"status":"final"', '"status":"final","status":"amended"'), "r.status"),
        (lambda text: text.replace("6.1", "NaN"), "r.valueQuantity.value"),
        (lambda text: text.replace("6.1", "1e400"), "r.valueQuantity.value"),
        (lambda text: text.replace("6.1", "1." + "1" * 30), "r.valueQuantity.value"),
        (lambda text: text.replace("6.1", "9" * 5000), "r.valueQuantity.value"),
        (lambda text: text.replace('"mmol/L"', '"\\ud800"'), "r.valueQuantity.unit"),
        (lambda text: text.replace('"mmol/L"', '"a\\u0000b"'), "r.valueQuantity.unit"),
    ],
)
def test_json_of_two_meanings_is_refused_at_its_place(changed: Callable[[str], str], field: str) -> None:
    assert check(changed(observation())) == field


@pytest.mark.parametrize(
    ("written", "begins"),
    [
        ("2026-04-01", "2026-03-31T16:00:00+00:00"),
        ("2026-04", "2026-03-31T16:00:00+00:00"),
        ("2026", "2025-12-31T16:00:00+00:00"),
    ],
)
def test_a_date_without_a_time_is_the_citys_day(written: str, begins: str) -> None:
    facts = check(observation(effectiveDateTime=written))
    assert isinstance(facts, ResourceFacts)
    assert facts.effective_at.isoformat() == begins


@pytest.mark.parametrize("unit", ["mmol/L", "10*3/uL", "{score}", "ng/mL{FEU}", "/min", "1", "%", "kg/m2"])
def test_units_of_ucum_are_taken(unit: str) -> None:
    assert isinstance(check(observation(valueQuantity=quantity(unit))), ResourceFacts)


@pytest.mark.parametrize(
    "inner", ["<p>a&nbsp;b</p>", '<a href="#x">a</a>', '<table><tr><td style="color: red">1</td></tr></table>']
)
def test_formatted_text_is_taken(inner: str) -> None:
    assert isinstance(check(observation(text=narrative(inner))), ResourceFacts)


@given(st.text(max_size=60) | st.text(alphabet="<>/ab =\"'&;!-[]", max_size=40))
def test_any_narrative_is_formatted_text_or_refused(inner: str) -> None:
    assert isinstance(check(observation(text=narrative(inner))), ResourceFacts | str)


def test_a_planned_encounter_may_be_in_the_future_and_no_other() -> None:
    encounter = {
        "resourceType": "Encounter",
        "id": "e",
        "status": "planned",
        "class": {"code": "AMB"},
        "subject": {"reference": f"Patient/{RESIDENT}"},
        "period": {"start": "2026-06-01"},
    }
    assert isinstance(check(json.dumps(encounter)), ResourceFacts)
    assert check(json.dumps(encounter | {"status": "finished"})) == "r.period.start"


@given(sent=st.lists(st.tuples(st.none() | st.integers(1, 4), st.none() | st.integers(1, 4)), min_size=2, max_size=8))
def test_however_versions_are_marked_what_is_taken_is_older_than_nothing_taken_before(
    sent: list[tuple[int | None, int | None]],
) -> None:
    known = Version("final", None, None)
    for hour, number in sent:
        updated = None if hour is None else NOON.replace(hour=hour)
        version = Version("final", number, updated)
        try:
            check_newer(version, known, "r")
        except ResourceStale:
            continue
        assert known.updated_at is None or updated is None or updated >= known.updated_at
        if known.updated_at is not None or known.number is not None:
            later = bool(updated and known.updated_at and updated > known.updated_at)
            assert later or (number is not None and known.number is not None and number > known.number)
        known = version.after(known)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2019", "2020-01-01"),
        ("2019-02", "2019-03-01"),
        ("2019-03-12", "2019-03-13"),
        ("2019-03-12T23:59:59+08:00", "2019-03-13"),
        ("2019-03-12T23:59:59Z", "2019-03-14"),
    ],
)
def test_whoever_is_asked_about_must_be_born_by_the_last_day_a_date_may_mean(at: str, day: str) -> None:
    (sent,) = commands.check_resources([observation(effectiveDateTime=at)], resident_id=RESIDENT, zone=JINAN, now=NOON)
    assert latest_birth(sent.facts.effective_until, JINAN) == date.fromisoformat(day)
    assert sent.facts.dated == "resources[0].effectiveDateTime"
