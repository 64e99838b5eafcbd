"""Readings: what devices send, each by itself. A reading comes in one of three forms: measured values by LOINC code, an
Open mHealth data point, or the bytes of a Bluetooth characteristic. What is refused harms no other of its delivery.
"""

import base64
import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
from chassis import moments, untrusted_json
from chassis.refusals import Invalid, Refusal, TryLater

from records.domain import gatt, open_mhealth
from records.domain.gatt import NotDecoded, Value
from records.domain.kinds import CATEGORIES
from records.domain.measurements import DIGITS_MAX, Plausibility, in_own_unit, measurements, plausibility
from records.domain.resources import TAG_SYSTEM
from records.domain.units import LOINC
from records.domain.units import SYSTEM as UCUM

READINGS_MAX = 100  # of a delivery
BYTES_MAX = 128 * 1024
DEPTH_MAX = 12
SEQUENCE_MAX = 2**53 - 1  # what every JSON library keeps exactly
LATE_MAX = timedelta(days=30)
CLOCK_SKEW_MAX = timedelta(minutes=5)  # a device's clock may be so far ahead
PER_DAY_MAX = 20_000  # readings of a device
VALUES_MAX = 20  # of a reading
VALUE_MAX = 10**9  # more than anything that is measured
OFFSET = re.compile(r"([+-])([01][0-9]):([0-5][0-9])")
QUALITY_SYSTEM = "urn:yima:reading-quality"  # of a tag that says what to think of a reading
PRESSURE_PANEL = ("85354-9", "Blood pressure panel")
PANEL_CODES = ("8480-6", "8462-4", "8478-0")
SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"
FORMS = ("measurements", "openMHealth", "gatt")
MEMBERS = frozenset({"sequence", "measuredAt", "until", "utcOffset", *FORMS})


class ReadingRefused(Invalid):
    code = "reading-refused"
    title = "A reading is not well formed, or not of what the device measures."


class ReadingImpossible(Invalid):
    code = "reading-impossible"
    title = "No body has such a value: the device or its unit is wrong."


class ReadingOutOfTime(Invalid):
    code = "reading-out-of-time"
    title = "A reading is of a time at which the device was not bound to this resident, or that cannot be right."


class ReadingDiffers(Refusal):
    code = "reading-differs"
    title = "Another reading of this number, or of this moment, was taken before."


class ReadingQuotaReached(TryLater):
    code = "reading-quota-reached"
    title = "The device has sent as much as it may in a day."


class Outcome(StrEnum):
    """What became of a reading."""

    STORED = "STORED"
    KNOWN = "KNOWN"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading that may be stored. `values` are as they were sent; `own` in the units that they are compared in."""

    sequence: int
    measured_at: datetime
    until: datetime | None
    values: Sequence[Value]
    own: Mapping[str, Decimal]
    unusual: bool
    doubts: Sequence[str] = ()

    @property
    def codes(self) -> str:
        """What it measures, in one text."""
        return " ".join(sorted(self.own))

    @property
    def digest(self) -> bytes:
        """Of what it says: the same reading sent again has the same."""
        said = [self.measured_at.isoformat(), self.until.isoformat() if self.until else ""]
        said += sorted(f"{each.code} {number_text(each.value)} {each.unit}" for each in self.values)
        return hashlib.sha256("\n".join([*said, *sorted(self.doubts)]).encode()).digest()

    @property
    def information_types(self) -> frozenset[str]:
        return frozenset(measurements()[code].information_type for code in self.own)


@dataclass(frozen=True, slots=True)
class RefusedReading:
    """Why a reading was not taken."""

    sequence: int  # 0 where it says none
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Terms:
    """What a device may send: what it measures, of which of its users, from when on."""

    codes: Collection[str]
    user: int | None
    since: datetime
    zone: tzinfo  # of the device's clock where it does not say
    now: datetime


@dataclass(slots=True)
class Delivery:
    """Readings that came together, in their order."""

    readings: list[Reading | RefusedReading] = field(default_factory=list)

    @property
    def fit(self) -> Sequence[Reading]:
        return [each for each in self.readings if isinstance(each, Reading)]


def read_delivery(content: bytes, terms: Terms) -> Delivery:
    """The readings in what a device has sent. Raises `Invalid` where it is none."""
    if len(content) > BYTES_MAX:
        raise Invalid("content", f"at most {BYTES_MAX} bytes")
    try:
        delivery = untrusted_json.loads(content, exact=True, depth_max=DEPTH_MAX)
    except untrusted_json.Unreadable as unfit:
        raise Invalid(unfit.path, unfit.reason) from None
    readings = delivery.get("readings") if isinstance(delivery, dict) else None
    if not isinstance(readings, list) or not 1 <= len(readings) <= READINGS_MAX:
        raise Invalid("readings", f"must be a list of 1 to {READINGS_MAX} readings")
    return Delivery([read_reading(each, f"readings[{index}]", terms) for index, each in enumerate(readings)])


def read_reading(sent: object, at: str, terms: Terms) -> Reading | RefusedReading:
    sequence = sent.get("sequence") if isinstance(sent, dict) else None
    if isinstance(sequence, bool) or not isinstance(sequence, int) or not 1 <= sequence <= SEQUENCE_MAX:
        reason = f"must be the reading's number of the device, from 1 to {SEQUENCE_MAX}"
        return RefusedReading(0, ReadingRefused(f"{at}.sequence", reason))
    assert isinstance(sent, dict)
    try:
        return check_reading(sequence, sent, at, terms)
    except (ReadingRefused, ReadingImpossible, ReadingOutOfTime) as refusal:
        return RefusedReading(sequence, refusal)
    except Invalid as invalid:  # of a part that knows no readings
        return RefusedReading(sequence, ReadingRefused(invalid.field, reason_of(invalid)))


def reason_of(invalid: Invalid) -> str:
    return invalid.detail.removeprefix(f"{invalid.field}: ")


def check_reading(sequence: int, sent: Mapping[str, Any], at: str, terms: Terms) -> Reading:
    forms = [name for name in FORMS if name in sent]
    if len(forms) != 1:
        raise ReadingRefused(at, f"must have one of {', '.join(FORMS)}")
    if set(sent) - MEMBERS:
        raise ReadingRefused(at, f"must have no other members than {', '.join(sorted(MEMBERS))}")
    doubts: Sequence[str] = ()
    measured_at, until = moment_of(sent, "measuredAt", at), moment_of(sent, "until", at)
    match forms[0]:
        case "measurements":
            values = values_of(sent["measurements"], f"{at}.measurements")
        case "openMHealth":
            point = open_mhealth.read(sent["openMHealth"], f"{at}.openMHealth")
            values, measured_at, until = point.values, point.start, point.end
        case _:
            decoded = decode(sent["gatt"], f"{at}.gatt")
            check_user_of(decoded.user, terms.user, at)
            if measured_at is None and decoded.measured_at is not None:
                zone = offset_of(sent.get("utcOffset"), f"{at}.utcOffset") or terms.zone
                measured_at = moments.within(decoded.measured_at.replace(tzinfo=zone), f"{at}.gatt")
            values, doubts = decoded.values, decoded.doubts
    if measured_at is None:
        raise ReadingRefused(f"{at}.measuredAt", "is needed: nothing else says when it was measured")
    check_time(measured_at, until, f"{at}.measuredAt", terms)
    own = {}
    for index, value in enumerate(values):
        own[value.code] = own_value(value, f"{at}.{forms[0]}[{index}]", terms.codes)
    if len(own) < len(values):
        raise ReadingRefused(f"{at}.{forms[0]}", "must have each code once")
    unusual = is_unusual(own, f"{at}.{forms[0]}")
    return Reading(sequence, measured_at, until, values, own, unusual, doubts)


def moment_of(sent: Mapping[str, Any], name: str, at: str) -> datetime | None:
    value = sent.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise ReadingRefused(f"{at}.{name}", "must be a moment with its offset")
    return moments.parse(value, f"{at}.{name}")


def offset_of(value: object, at: str) -> tzinfo | None:
    """The zone of a device's clock, where it is said."""
    if value is None:
        return None
    parts = OFFSET.fullmatch(value) if isinstance(value, str) else None
    if parts is None:
        raise ReadingRefused(at, "must be an offset, such as +08:00")
    span = timedelta(hours=int(parts[2]), minutes=int(parts[3]))
    return timezone(-span if parts[1] == "-" else span)


def values_of(sent: object, at: str) -> list[Value]:
    if not isinstance(sent, list) or not 1 <= len(sent) <= VALUES_MAX:
        raise ReadingRefused(at, f"must be a list of 1 to {VALUES_MAX} measured values")
    values = []
    for index, each in enumerate(sent):
        if not isinstance(each, dict) or set(each) != {"code", "value", "unit"}:
            raise ReadingRefused(f"{at}[{index}]", "must have code, value and unit, and nothing else")
        code, unit = each["code"], each["unit"]
        if not isinstance(code, str) or not isinstance(unit, str):
            raise ReadingRefused(f"{at}[{index}]", "must have texts as code and unit")
        values.append(Value(code, open_mhealth.number(each["value"], f"{at}[{index}].value"), unit))
    return values


def decode(sent: object, at: str) -> gatt.Decoded:
    if not isinstance(sent, dict) or set(sent) != {"characteristic", "value"}:
        raise ReadingRefused(at, "must have characteristic and value, and nothing else")
    characteristic, value = sent["characteristic"], sent["value"]
    if not isinstance(characteristic, str) or not isinstance(value, str):
        raise ReadingRefused(at, "must have texts as characteristic and value")
    try:
        content = base64.b64decode(value, validate=True)
    except ValueError:
        raise ReadingRefused(f"{at}.value", "must be the characteristic's bytes in base64") from None
    try:
        return gatt.decode(characteristic.upper(), content)
    except NotDecoded as error:
        raise ReadingRefused(f"{at}.value", str(error)) from None


def check_user_of(user: int | None, bound: int | None, at: str) -> None:
    """Refuse what another person than the resident measured with the same device."""
    if user != bound and not (bound is None and user in (None, 0)):
        raise ReadingRefused(f"{at}.gatt.value", "is of another user of the device than it is bound for")


def check_time(measured_at: datetime, until: datetime | None, at: str, terms: Terms) -> None:
    if measured_at < terms.since:
        raise ReadingOutOfTime(at, "is from before the device was bound: it may be somebody else's")
    if measured_at < terms.now - LATE_MAX:
        raise ReadingOutOfTime(at, f"is more than {LATE_MAX.days} days ago")
    last = until or measured_at
    if last < measured_at:
        raise ReadingOutOfTime(at, "must not lie after its end")
    if last > terms.now + CLOCK_SKEW_MAX:
        minutes = CLOCK_SKEW_MAX // timedelta(minutes=1)
        raise ReadingOutOfTime(at, f"lies more than {minutes} minutes ahead: set the device's clock")


def own_value(value: Value, at: str, codes: Collection[str]) -> Decimal:
    """A value in its measurement's own unit."""
    measurement = measurements().get(value.code)
    if measurement is None or value.code not in codes:
        raise ReadingRefused(f"{at}.code", "is not what devices of this model measure")
    if value.unit not in measurement.units:
        raise ReadingRefused(f"{at}.unit", f"must be one of {', '.join(measurement.units)}")
    if abs(value.value) >= VALUE_MAX or len(number_text(value.value)) > DIGITS_MAX + len("-."):
        raise ReadingRefused(f"{at}.value", f"must be a number below {VALUE_MAX}, of at most {DIGITS_MAX} digits")
    return round(in_own_unit(measurement, value.value, value.unit), DIGITS_MAX)


def is_unusual(own: Mapping[str, Decimal], at: str) -> bool:
    """Is a value outside of what is usual? Raises `ReadingImpossible`."""
    unusual = False
    for code, value in own.items():
        measurement = measurements()[code]
        match plausibility(measurement, value):
            case Plausibility.IMPOSSIBLE:
                low, high = measurement.possible
                raise ReadingImpossible(at, f"{measurement.display}: between {low} and {high} {measurement.unit}")
            case Plausibility.UNUSUAL:
                unusual = True
    if SYSTOLIC in own and DIASTOLIC in own and own[DIASTOLIC] >= own[SYSTOLIC]:
        raise ReadingImpossible(at, "the diastolic pressure must be below the systolic")
    return unusual


def number_text(value: Decimal) -> str:
    """A number as JSON has it, without an exponent."""
    return f"{value.normalize():f}" if value else "0"


@dataclass(frozen=True, slots=True)
class Measured:
    """What is kept of a reading as one FHIR Observation, and which of its codes it has."""

    fhir_id: str
    codes: Sequence[str]
    content: str


def device_name(device_id: UUID) -> str:
    """What a device is called in the record that it is bound to."""
    return f"device-{device_id.hex}"


def observations(
    reading: Reading, *, device_id: UUID, model: str, resident_id: UUID, received_at: datetime
) -> Sequence[Measured]:
    """A reading as FHIR has it: blood pressure as one Observation, everything else as one each."""
    by_code = {value.code: value for value in reading.values}
    panel = [code for code in PANEL_CODES if code in by_code]
    groups = ([panel] if panel else []) + [[code] for code in by_code if code not in panel]
    return [
        observation(
            reading,
            [by_code[code] for code in group],
            device=Reference(f"Device/{device_name(device_id)}", model),
            fhir_id=f"{device_id.hex}-{reading.sequence:x}",
            resident_id=resident_id,
            received_at=received_at,
            of_panel=group is panel,
        )
        for group in groups
    ]


@dataclass(frozen=True, slots=True)
class Reference:
    """A FHIR reference, and what it is for people."""

    reference: str
    display: str


def observation(
    reading: Reading,
    values: Sequence[Value],
    *,
    device: Reference,
    fhir_id: str,
    resident_id: UUID,
    received_at: datetime,
    of_panel: bool,
) -> Measured:
    """Some values of a reading as one Observation, whose id begins with `fhir_id`."""
    first = measurements()[values[0].code]
    code, display = PRESSURE_PANEL if of_panel else (first.code, first.display)
    fhir_id = f"{fhir_id}-{code}"
    tags = [{"system": TAG_SYSTEM, "code": first.information_type}]
    if CATEGORIES.get(first.category) == first.information_type:
        tags = []
    qualities = (["unusual"] if reading.unusual else []) + (["doubtful"] if reading.doubts else [])
    tags += [{"system": QUALITY_SYSTEM, "code": quality} for quality in qualities]
    resource: dict[str, Any] = {"resourceType": "Observation", "id": fhir_id}
    if tags:
        resource["meta"] = {"tag": tags}
    system = "http://terminology.hl7.org/CodeSystem/observation-category"
    resource |= {
        "status": "final",
        "category": [{"coding": [{"system": system, "code": first.category}]}],
        "code": {"coding": [{"system": LOINC, "code": code, "display": display}]},
        "subject": {"reference": f"Patient/{resident_id}"},
    }
    if reading.until is None:
        resource["effectiveDateTime"] = reading.measured_at.isoformat()
    else:
        resource["effectivePeriod"] = {"start": reading.measured_at.isoformat(), "end": reading.until.isoformat()}
    resource["issued"] = received_at.astimezone(UTC).isoformat()
    if of_panel:
        resource["component"] = [
            {"code": {"coding": [coding_of(value)]}, "valueQuantity": quantity_of(value)} for value in values
        ]
    else:
        resource["valueQuantity"] = quantity_of(values[0])
    if reading.doubts:
        resource["note"] = [{"text": f"The device says: {', '.join(reading.doubts)}."}]
    resource["device"] = {"reference": device.reference, "display": device.display}
    return Measured(fhir_id, [value.code for value in values], orjson.dumps(resource).decode())


def coding_of(value: Value) -> Mapping[str, str]:
    return {"system": LOINC, "code": value.code, "display": measurements()[value.code].display}


def quantity_of(value: Value) -> Mapping[str, object]:
    number = orjson.Fragment(number_text(value.value))
    return {"value": number, "unit": value.unit, "system": UCUM, "code": value.unit}
