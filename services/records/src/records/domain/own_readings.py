"""What a resident measures at home and enters themselves: which kinds there are, what they may say, and the FHIR that
is kept of each. It is marked as their own word."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from chassis import texts
from chassis.refusals import Invalid, Refusal

from records.domain.authors import AUTHOR_SYSTEM, RESIDENT
from records.domain.measurements import Measurement, in_own_unit, measurements
from records.domain.summaries import LOINC
from records.domain.units import SYSTEM as UCUM

CATEGORY_SYSTEM = "http://terminology.hl7.org/CodeSystem/observation-category"
NUMBER = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?")
NOTE_LENGTH_MAX = 2_000
CLOCKS = timedelta(minutes=10)  # that a telephone's clock may be ahead
DAY = timedelta(days=1)
DAILY_MAX = 500  # readings of one resident that are entered or changed within a day
FINAL, AMENDED, WITHDRAWN = "final", "amended", "entered-in-error"


class OwnReadingKind(StrEnum):
    """What a resident enters. The values are the contract's, in lower case."""

    BLOOD_PRESSURE = "blood_pressure"
    GLUCOSE = "glucose"
    WEIGHT = "weight"
    TEMPERATURE = "temperature"
    HEART_RATE = "heart_rate"
    OXYGEN = "oxygen"
    STEPS = "steps"
    NOTE = "note"


class ReadingImplausible(Invalid):
    code = "reading-implausible"
    title = "No living person has such a value. Nothing was stored."


class ReadingWithdrawn(Refusal):
    code = "reading-withdrawn"
    title = "The reading was withdrawn."


class ReadingChanged(Refusal):
    code = "reading-changed"
    title = "The reading was corrected meanwhile."


class TooManyReadings(Refusal):
    code = "too-many-readings"
    title = "So many readings were entered within a day."


PRESSURE, SYSTOLIC, DIASTOLIC, NOTE = "85354-9", "8480-6", "8462-4", "51855-5"
# The code of a kind's value by the unit it is entered in; the first is taken where none is said.
CODES: Mapping[OwnReadingKind, Mapping[str, str]] = {
    OwnReadingKind.GLUCOSE: {"mmol/L": "15074-8", "mg/dL": "2339-0"},
    OwnReadingKind.WEIGHT: {"kg": "29463-7", "[lb_av]": "29463-7"},
    OwnReadingKind.TEMPERATURE: {"Cel": "8310-5", "[degF]": "8310-5"},
    OwnReadingKind.HEART_RATE: {"/min": "8867-4"},
    OwnReadingKind.OXYGEN: {"%": "59408-5"},
    OwnReadingKind.STEPS: {"{steps}": "55423-8"},
}
KINDS: Mapping[str, OwnReadingKind] = {
    **{code: kind for kind, by_unit in CODES.items() for code in by_unit.values()},
    PRESSURE: OwnReadingKind.BLOOD_PRESSURE,
    NOTE: OwnReadingKind.NOTE,
}
WORDS: Mapping[str, str] = {
    "mm[Hg]": "mmHg", "Cel": "°C", "[degF]": "°F", "[lb_av]": "lb", "{steps}": "steps", "/min": "/min",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """What a resident entered, checked. Values are decimals as they were written; '' where the kind has none."""

    kind: OwnReadingKind
    measured_at: datetime
    value: str = ""
    unit: str = ""
    systolic: str = ""
    diastolic: str = ""
    note: str = ""


def checked(reading: Reading, *, born: date | None, zone: tzinfo, now: datetime) -> Reading:
    """A reading in the form it is kept in. Refuses by its field what its kind does not have, and what nobody has."""
    check_moment(reading.measured_at, born, zone, now)
    note = texts.prose(reading.note, "values.note", NOTE_LENGTH_MAX) if reading.note else ""
    has_value, has_pressure = bool(reading.value or reading.unit), bool(reading.systolic or reading.diastolic)
    if reading.kind is OwnReadingKind.NOTE:
        refuse_other(has_value, "value", reading.kind)
        refuse_other(has_pressure, "systolic", reading.kind)
        if not note:
            raise Invalid("values.note", "is needed: a note says something")
        return Reading(reading.kind, reading.measured_at, note=note)
    if reading.kind is OwnReadingKind.BLOOD_PRESSURE:
        refuse_other(has_value, "value", reading.kind)
        systolic = amount(reading.systolic, "mm[Hg]", measurements()[SYSTOLIC], "systolic")
        diastolic = amount(reading.diastolic, "mm[Hg]", measurements()[DIASTOLIC], "diastolic")
        if diastolic >= systolic:
            raise ReadingImplausible("values.diastolic", "must lie below the systolic; check whether they are swapped")
        return Reading(
            reading.kind, reading.measured_at, systolic=reading.systolic, diastolic=reading.diastolic, note=note
        )
    refuse_other(has_pressure, "systolic", reading.kind)
    by_unit = CODES[reading.kind]
    unit = reading.unit or next(iter(by_unit))
    if unit not in by_unit:
        raise Invalid("values.unit", f"must be {' or '.join(by_unit)}")
    amount(reading.value, unit, measurements()[by_unit[unit]], "value")
    if reading.kind is OwnReadingKind.STEPS and "." in reading.value:
        raise Invalid("values.value", "must be a whole number of steps")
    return Reading(reading.kind, reading.measured_at, value=reading.value, unit=unit, note=note)


def check_moment(at: datetime, born: date | None, zone: tzinfo, now: datetime) -> None:
    if at > now + CLOCKS:
        raise Invalid("values.measured_at", "must not lie in the future; check the clock of your telephone")
    if born is not None and at.astimezone(zone).date() < born:
        raise Invalid("values.measured_at", "lies before the birth; check the date, and whose reading it is")


def refuse_other(said: bool, field: str, kind: OwnReadingKind) -> None:
    if said:
        raise Invalid(f"values.{field}", f"is not what a {kind.replace('_', ' ')} has; leave it out")


def amount(written: str, unit: str, measurement: Measurement, field: str) -> Decimal:
    """A value that somebody can have."""
    if not NUMBER.fullmatch(written):
        raise Invalid(f"values.{field}", "must be a number such as 5.6, with at most 3 decimals")
    value = Decimal(written)
    low, high = measurement.possible
    if not low <= in_own_unit(measurement, value, unit) <= high:
        raise ReadingImplausible(
            f"values.{field}",
            f"must lie between {low} and {high} {measurement.unit}; check the number, and its unit",
        )
    return value


def resource(reading: Reading, *, fhir_id: str, resident_id: UUID, status: str, zone: tzinfo) -> dict[str, Any]:
    """A reading as a FHIR Observation. Whoever performed it is the patient."""
    patient = {"reference": f"Patient/{resident_id}"}
    category, code, display = about(reading)
    said: dict[str, Any] = {
        "resourceType": "Observation",
        "id": fhir_id,
        "status": status,
        "category": [{"coding": [{"system": CATEGORY_SYSTEM, "code": category}]}],
        "code": concept(code, display),
        "subject": patient,
        "performer": [patient],
        "effectiveDateTime": reading.measured_at.astimezone(zone).isoformat(),
    }
    if reading.kind is OwnReadingKind.NOTE:
        return said | {"valueString": reading.note}
    if reading.kind is OwnReadingKind.BLOOD_PRESSURE:
        parts = ((SYSTOLIC, reading.systolic), (DIASTOLIC, reading.diastolic))
        said["component"] = [
            {"code": concept(part, measurements()[part].display), "valueQuantity": quantity(value, "mm[Hg]")}
            for part, value in parts
        ]
    else:
        said["valueQuantity"] = quantity(reading.value, reading.unit)
    return said | ({"note": [{"text": reading.note}]} if reading.note else {})


def about(reading: Reading) -> tuple[str, str, str]:
    """The category, the code and the name of a reading."""
    if reading.kind is OwnReadingKind.NOTE:
        return "survey", NOTE, "Patient Note"
    if reading.kind is OwnReadingKind.BLOOD_PRESSURE:
        return "vital-signs", PRESSURE, "Blood pressure panel"
    measurement = measurements()[CODES[reading.kind][reading.unit]]
    return measurement.category, measurement.code, measurement.display


def concept(code: str, display: str) -> Mapping[str, Any]:
    return {"coding": [{"system": LOINC, "code": code, "display": display}]}


def quantity(value: str, unit: str) -> Mapping[str, Any]:
    """An amount, with its decimals as they were written."""
    return {"value": Decimal(value), "unit": WORDS.get(unit, unit), "system": UCUM, "code": unit}


TAG: Mapping[str, Any] = {"tag": [{"system": AUTHOR_SYSTEM, "code": RESIDENT}]}


def read(said: Mapping[str, Any], measured_at: datetime) -> Reading:
    """A reading that was kept."""
    kind = KINDS[codes_of(said)[0]]
    note = next((str(each.get("text", "")) for each in said.get("note") or ()), "")
    if kind is OwnReadingKind.NOTE:
        return Reading(kind, measured_at, note=str(said["valueString"]))
    if kind is OwnReadingKind.BLOOD_PRESSURE:
        values = {codes_of(part)[0]: part["valueQuantity"]["value"] for part in said["component"]}
        return Reading(kind, measured_at, systolic=str(values[SYSTOLIC]), diastolic=str(values[DIASTOLIC]), note=note)
    sent = said["valueQuantity"]
    return Reading(kind, measured_at, value=str(sent["value"]), unit=str(sent["code"]), note=note)


def codes_of(part: Mapping[str, Any]) -> Sequence[str]:
    return [str(coding["code"]) for coding in part["code"]["coding"]]
