"""Open mHealth's data points, as apps and devices send them (https://www.openmhealth.org/documentation/): which of
their schemas are read, and what each says in LOINC's codes and UCUM's units.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from chassis import moments
from chassis.refusals import Invalid

from records.domain.gatt import Value

# A schema's unit to UCUM's, and by what to multiply.
DURATIONS: Mapping[str, int] = {"sec": 1, "min": 60, "h": 3_600, "d": 86_400}  # in seconds


@dataclass(frozen=True, slots=True)
class Quantity:
    """A field of a schema that holds a value, and what it is by the unit it comes in: code, unit, scale."""

    name: str
    by_unit: Mapping[str, tuple[str, str, Decimal]]
    plain: str = ""  # the unit of a number that has none beside it


AS_SENT = Decimal(1)


def pressure(name: str, code: str) -> Quantity:
    return Quantity(name, {"mmHg": (code, "mm[Hg]", AS_SENT)})


SCHEMAS: Mapping[str, tuple[Quantity, ...]] = {
    "blood-pressure": (pressure("systolic_blood_pressure", "8480-6"), pressure("diastolic_blood_pressure", "8462-4")),
    "blood-glucose": (
        Quantity("blood_glucose", {"mmol/L": ("15074-8", "mmol/L", AS_SENT), "mg/dL": ("2339-0", "mg/dL", AS_SENT)}),
    ),
    "heart-rate": (Quantity("heart_rate", {"beats/min": ("8867-4", "/min", AS_SENT)}),),
    "body-weight": (
        Quantity(
            "body_weight",
            {
                "kg": ("29463-7", "kg", AS_SENT),
                "g": ("29463-7", "g", AS_SENT),
                "lb": ("29463-7", "[lb_av]", AS_SENT),
            },
        ),
    ),
    "body-temperature": (
        Quantity("body_temperature", {"C": ("8310-5", "Cel", AS_SENT), "F": ("8310-5", "[degF]", AS_SENT)}),
    ),
    "oxygen-saturation": (Quantity("oxygen_saturation", {"%": ("59408-5", "%", AS_SENT)}),),
    "step-count": (Quantity("step_count", {"steps": ("55423-8", "{steps}", AS_SENT)}, plain="steps"),),
    "sleep-duration": (
        Quantity(
            "sleep_duration",
            {
                "h": ("93832-4", "h", AS_SENT),
                "min": ("93832-4", "min", AS_SENT),
                "sec": ("93832-4", "min", AS_SENT / 60),
            },
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class DataPoint:
    """What a data point says."""

    values: list[Value]
    start: datetime
    end: datetime | None


def read(point: object, at: str) -> DataPoint:
    """A data point: `header` names the schema, `body` is by it. Refusals name the field and the rule."""
    header, body = member(point, "header", at), member(point, "body", at)
    schema = member(header, "schema_id", f"{at}.header")
    name = schema.get("name")
    if schema.get("namespace") != "omh" or not isinstance(name, str) or name not in SCHEMAS:
        raise Invalid(f"{at}.header.schema_id", f"must be of omh, and one of {', '.join(sorted(SCHEMAS))}")
    if "descriptive_statistic" in body:
        raise Invalid(f"{at}.body.descriptive_statistic", "must not be there: send what was measured")
    values = [value_of(body, quantity, f"{at}.body") for quantity in SCHEMAS[name]]
    start, end = time_frame(member(body, "effective_time_frame", f"{at}.body"), f"{at}.body.effective_time_frame")
    return DataPoint(values, start, end)


def member(value: object, name: str, at: str) -> Mapping[str, Any]:
    inner = value.get(name) if isinstance(value, Mapping) else None
    if not isinstance(inner, Mapping):
        raise Invalid(f"{at}.{name}", "is needed, and an object")
    return inner


def value_of(body: Mapping[str, Any], quantity: Quantity, at: str) -> Value:
    sent = body.get(quantity.name)
    if quantity.plain and not isinstance(sent, Mapping):
        sent = {"value": sent, "unit": quantity.plain}
    if not isinstance(sent, Mapping):
        raise Invalid(f"{at}.{quantity.name}", "is needed: a value and its unit")
    unit = sent.get("unit")
    if not isinstance(unit, str) or unit not in quantity.by_unit:
        raise Invalid(f"{at}.{quantity.name}.unit", f"must be one of {', '.join(quantity.by_unit)}")
    code, ucum, scale = quantity.by_unit[unit]
    return Value(code, number(sent.get("value"), f"{at}.{quantity.name}.value") * scale, ucum)


def number(value: object, at: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Invalid(at, "must be a number")
    return Decimal(value)


def time_frame(frame: Mapping[str, Any], at: str) -> tuple[datetime, datetime | None]:
    """When it was measured: a moment, or from one to another."""
    if "date_time" in frame:
        return instant(frame["date_time"], f"{at}.date_time"), None
    interval = member(frame, "time_interval", at)
    start, end, duration = (interval.get(name) for name in ("start_date_time", "end_date_time", "duration"))
    at = f"{at}.time_interval"
    if duration is not None and (start is None) != (end is None):
        length = span(duration, f"{at}.duration")
        if start is not None:
            begins = instant(start, f"{at}.start_date_time")
            return begins, shifted(begins, length, at)
        ends = instant(end, f"{at}.end_date_time")
        return shifted(ends, -length, at), ends
    begins, ends = instant(start, f"{at}.start_date_time"), instant(end, f"{at}.end_date_time")
    if ends < begins:
        raise Invalid(f"{at}.end_date_time", "must not lie before the start")
    return begins, ends


def span(duration: object, at: str) -> timedelta:
    if not isinstance(duration, Mapping) or duration.get("unit") not in DURATIONS:
        raise Invalid(at, f"must be a value in one of {', '.join(DURATIONS)}")
    length = number(duration.get("value"), f"{at}.value")
    if not 0 <= length <= 1_000_000:
        raise Invalid(f"{at}.value", "must be between 0 and 1,000,000")
    return timedelta(seconds=float(length) * DURATIONS[duration["unit"]])


def shifted(at: datetime, by: timedelta, field: str) -> datetime:
    try:
        return moments.within(at + by, field)
    except OverflowError:
        raise Invalid(field, moments.OUT_OF_RANGE) from None


def instant(value: object, at: str) -> datetime:
    if not isinstance(value, str):
        raise Invalid(at, "is needed: a moment with its offset, such as 2026-05-01T08:00:00+08:00")
    return moments.parse(value, at)
