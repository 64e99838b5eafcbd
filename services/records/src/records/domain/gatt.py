"""Values of Bluetooth characteristics as devices send them, decoded: bytes in, measured values out.

Blood Pressure Measurement (2A35), Glucose Measurement (2A18), Temperature Measurement (2A1C), and pulse oximetry's
Spot-Check (2A5E) and Continuous (2A5F) Measurement, as the Bluetooth SIG's GATT Specification Supplement has them.
Numbers are IEEE 11073-20601's FLOAT and SFLOAT; everything is little-endian. Bits that are reserved are ignored, as the
specification demands; bytes that are left over are refused.
"""

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

BYTES_MAX = 32
UNKNOWN_USER = 0xFF
KPA_IN_MMHG = Decimal("7.50062")


class NotDecoded(ValueError):
    """The bytes are no such characteristic, or say something that is not kept. Its text says why, and no value."""


class Special(StrEnum):
    """What a number can be in the place of a value."""

    NOT_A_NUMBER = "nan"
    NOT_AT_THIS_RESOLUTION = "nres"
    ABOVE = "+infinity"
    BELOW = "-infinity"
    RESERVED = "reserved"


SFLOATS: Mapping[int, Special] = {
    0x07FF: Special.NOT_A_NUMBER,
    0x0800: Special.NOT_AT_THIS_RESOLUTION,
    0x07FE: Special.ABOVE,
    0x0802: Special.BELOW,
    0x0801: Special.RESERVED,
}
FLOATS: Mapping[int, Special] = {
    0x007FFFFF: Special.NOT_A_NUMBER,
    0x00800000: Special.NOT_AT_THIS_RESOLUTION,
    0x007FFFFE: Special.ABOVE,
    0x00800002: Special.BELOW,
    0x00800001: Special.RESERVED,
}


@dataclass(frozen=True, slots=True)
class Value:
    """A measured value: LOINC's code, and UCUM's unit."""

    code: str
    value: Decimal
    unit: str


@dataclass(slots=True)
class Decoded:
    """What a characteristic says."""

    values: list[Value] = field(default_factory=list)
    measured_at: datetime | None = None  # by the device's clock, which knows no zone
    user: int | None = None  # of a device for several people
    sequence: int | None = None  # of the device's own memory
    doubts: list[str] = field(default_factory=list)  # why the values may not be right

    def add(self, code: str, number: "Decimal | Special", unit: str, scale: Decimal = Decimal(1)) -> None:
        """Note a value. One that the device could not measure is left out; beyond what it can measure is a doubt."""
        if isinstance(number, Special):
            if number in (Special.ABOVE, Special.BELOW):
                self.doubts.append("beyond what the device measures")
            return
        self.values.append(Value(code, (number * scale).normalize(), unit))


def scaled(mantissa: int, exponent: int, bits: int, exponent_bits: int) -> Decimal:
    if mantissa >= 1 << (bits - 1):
        mantissa -= 1 << bits
    if exponent >= 1 << (exponent_bits - 1):
        exponent -= 1 << exponent_bits
    return Decimal(mantissa).scaleb(exponent)


def sfloat(word: int) -> Decimal | Special:
    """A number of 16 bits: 4 of exponent, 12 of mantissa."""
    return SFLOATS.get(word) or scaled(word & 0x0FFF, word >> 12, 12, 4)


def float32(word: int) -> Decimal | Special:
    """A number of 32 bits: 8 of exponent, 24 of mantissa."""
    return FLOATS.get(word) or scaled(word & 0x00FFFFFF, word >> 24, 24, 8)


class Bytes:
    """The bytes of a characteristic, read one field after the other."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def read(self, form: str) -> Sequence[int]:
        size = struct.calcsize(form)
        if self._at + size > len(self._content):
            raise NotDecoded("is shorter than its flags say")
        values = struct.unpack_from(form, self._content, self._at)
        self._at += size
        return values

    def number(self, form: str) -> int:
        return self.read(form)[0]

    def sfloat(self) -> Decimal | Special:
        return sfloat(self.number("<H"))

    def bits24(self) -> int:
        low, high = self.read("<HB")
        return low | high << 16

    def moment(self) -> datetime | None:
        """A date and time; None where the device does not know them."""
        year, month, day, hour, minute, second = self.read("<HBBBBB")
        if 0 in (year, month, day):
            return None
        try:
            return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 the device has no zone
        except ValueError:
            raise NotDecoded("has no such date or time") from None

    def end(self) -> None:
        if self._at != len(self._content):
            raise NotDecoded("is longer than its flags say")


def set_bits(word: int, names: Mapping[int, str]) -> list[str]:
    return [name for bit, name in names.items() if word & 1 << bit]


BLOOD_PRESSURE_DOUBTS: Mapping[int, str] = {
    0: "body moved",
    1: "cuff too loose",
    2: "irregular pulse",
    5: "improper position",
}


def blood_pressure(content: Bytes) -> Decoded:
    flags = content.number("<B")
    decoded = Decoded()
    scale = KPA_IN_MMHG if flags & 1 else Decimal(1)
    for code in ("8480-6", "8462-4", "8478-0"):
        decoded.add(code, content.sfloat(), "mm[Hg]", scale)
    if flags & 1:
        decoded.values = [Value(each.code, round(each.value, 1), each.unit) for each in decoded.values]
    if flags & 2:
        decoded.measured_at = content.moment()
    if flags & 4:
        decoded.add("8867-4", content.sfloat(), "/min")
    if flags & 8:
        user = content.number("<B")
        decoded.user = None if user == UNKNOWN_USER else user
    if flags & 16:
        decoded.doubts += set_bits(content.number("<H"), BLOOD_PRESSURE_DOUBTS)
    return decoded


GLUCOSE_DOUBTS: Mapping[int, str] = {
    0: "battery low",
    1: "sensor malfunction",
    2: "sample too small",
    3: "strip inserted wrongly",
    4: "strip of another type",
    5: "above what the device measures",
    6: "below what the device measures",
    7: "too hot",
    8: "too cold",
    9: "strip pulled too soon",
    10: "sensor failed",
    11: "clock not set",
}
OVERRUNS = frozenset({0x7FFF, -0x8000})  # offsets that are beyond what can be said: the time is not known
WHOLE_BLOOD, PLASMA = frozenset({1, 3, 5, 7}), frozenset({2, 4, 6, 8})
CONTROL_SOLUTION, CONTROL_SOLUTION_LOCATION = 10, 4
GLUCOSE: Mapping[tuple[bool, bool], tuple[str, str, Decimal]] = {  # of plasma, in moles: code, unit, scale
    (False, False): ("2339-0", "mg/dL", Decimal(100_000)),
    (False, True): ("15074-8", "mmol/L", Decimal(1_000)),
    (True, False): ("2345-7", "mg/dL", Decimal(100_000)),
    (True, True): ("14749-6", "mmol/L", Decimal(1_000)),
}


def glucose(content: Bytes) -> Decoded:
    flags = content.number("<B")
    decoded = Decoded(sequence=content.number("<H"), measured_at=content.moment())
    if flags & 1:
        minutes = content.number("<h")
        if decoded.measured_at is not None:
            decoded.measured_at = None if minutes in OVERRUNS else offset(decoded.measured_at, minutes)
    if flags & 2:
        number, kind = content.sfloat(), content.number("<B")
        sample, location = kind & 0x0F, kind >> 4
        if sample == CONTROL_SOLUTION or location == CONTROL_SOLUTION_LOCATION:
            raise NotDecoded("is of a control solution, and nobody's blood")
        if sample not in WHOLE_BLOOD | PLASMA:
            raise NotDecoded("is of a sample that is not kept: it must be whole blood or plasma")
        code, unit, scale = GLUCOSE[sample in PLASMA, bool(flags & 4)]
        decoded.add(code, number, unit, scale)
    if flags & 8:
        decoded.doubts += set_bits(content.number("<H"), GLUCOSE_DOUBTS)
    return decoded


def offset(at: datetime, minutes: int) -> datetime:
    try:
        return at + timedelta(minutes=minutes)
    except OverflowError:
        raise NotDecoded("has no such date or time") from None


def temperature(content: Bytes) -> Decoded:
    flags = content.number("<B")
    decoded = Decoded()
    decoded.add("8310-5", float32(content.number("<I")), "[degF]" if flags & 1 else "Cel")
    if flags & 2:
        decoded.measured_at = content.moment()
    if flags & 4:
        content.number("<B")  # where on the body it was measured, which no code here says
    return decoded


OXIMETRY_DOUBTS: Mapping[int, str] = {
    6: "early estimate",
    12: "calibration goes on",
    13: "measurement unavailable",
    14: "questionable measurement",
    15: "invalid measurement",
}
DEMONSTRATION, TESTING = 10, 11
SENSOR_DOUBTS: Mapping[int, str] = {
    1: "equipment malfunction",
    2: "signal processing irregular",
    3: "inadequate signal",
    4: "poor signal",
    5: "low perfusion",
    6: "erratic signal",
    7: "no pulse in the signal",
    8: "questionable pulse",
    10: "sensor interference",
    11: "sensor not at the body",
    12: "unknown sensor",
    13: "sensor displaced",
    14: "sensor malfunction",
    15: "sensor disconnected",
}


def oximetry_status(content: Bytes, decoded: Decoded, measurement: bool, sensor: bool, amplitude: bool) -> None:
    if measurement:
        status = content.number("<H")
        if status & (1 << DEMONSTRATION | 1 << TESTING):
            raise NotDecoded("is for demonstration or testing, and nobody's")
        decoded.doubts += set_bits(status, OXIMETRY_DOUBTS)
    if sensor:
        decoded.doubts += set_bits(content.bits24(), SENSOR_DOUBTS)
    if amplitude:
        content.sfloat()


def oximetry_spot_check(content: Bytes) -> Decoded:
    flags = content.number("<B")
    decoded = Decoded()
    decoded.add("59408-5", content.sfloat(), "%")
    decoded.add("8867-4", content.sfloat(), "/min")
    if flags & 1:
        at = content.moment()
        decoded.measured_at = None if flags & 16 else at  # 16: the clock was never set
    oximetry_status(content, decoded, bool(flags & 2), bool(flags & 4), bool(flags & 8))
    return decoded


def oximetry_continuous(content: Bytes) -> Decoded:
    """Of the three averages that a device may send, the normal one is taken."""
    flags = content.number("<B")
    decoded = Decoded()
    decoded.add("59408-5", content.sfloat(), "%")
    decoded.add("8867-4", content.sfloat(), "/min")
    for bit in (1, 2):  # the fast and the slow average
        if flags & bit:
            content.read("<HH")
    oximetry_status(content, decoded, bool(flags & 4), bool(flags & 8), bool(flags & 16))
    return decoded


CHARACTERISTICS: Mapping[str, Callable[[Bytes], Decoded]] = {
    "2A18": glucose,
    "2A1C": temperature,
    "2A35": blood_pressure,
    "2A5E": oximetry_spot_check,
    "2A5F": oximetry_continuous,
}


def decode(characteristic: str, content: bytes) -> Decoded:
    """What a characteristic's bytes say. Raises `NotDecoded`."""
    read = CHARACTERISTICS.get(characteristic)
    if read is None:
        raise NotDecoded(f"must be of one of {', '.join(CHARACTERISTICS)}")
    if len(content) > BYTES_MAX:
        raise NotDecoded("is longer than its flags say")
    fields = Bytes(content)
    decoded = read(fields)
    fields.end()
    if not decoded.values:
        raise NotDecoded("has no value: the device could not measure one")
    return decoded
