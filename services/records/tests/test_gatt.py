"""Bluetooth characteristics are decoded as the specifications have them: against bytes worked out by hand, and against
an encoder of these tests' own."""

import struct
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records.domain.gatt import CHARACTERISTICS, Decoded, NotDecoded, Special, decode, float32, sfloat


def said(characteristic: str, digits: str) -> dict[str, Any]:
    decoded = decode(characteristic, bytes.fromhex(digits))
    return {
        "values": {value.code: (value.value, value.unit) for value in decoded.values},
        "at": decoded.measured_at,
        "user": decoded.user,
        "sequence": decoded.sequence,
        "doubts": decoded.doubts,
    }


@pytest.mark.parametrize(
    ("word", "number"),
    [
        (0x0072, Decimal(114)),  # 114 · 10^0
        (0xF16D, Decimal("36.5")),  # 365 · 10^-1
        (0x0FFF, Decimal(-1)),  # the mantissa is signed
        (0x7001, Decimal(10_000_000)),  # the greatest exponent
        (0x8001, Decimal("0.00000001")),  # the least
        (0x07FD, Decimal(2045)),  # the greatest number that is one
        (0x0803, Decimal(-2045)),
        (0x07FF, Special.NOT_A_NUMBER),
        (0x0800, Special.NOT_AT_THIS_RESOLUTION),
        (0x07FE, Special.ABOVE),
        (0x0802, Special.BELOW),
        (0x0801, Special.RESERVED),
    ],
)
def test_sfloats_are_as_ieee_11073_has_them(word: int, number: Decimal | Special) -> None:
    assert sfloat(word) == number


@pytest.mark.parametrize(
    ("word", "number"),
    [
        (0xFF00016D, Decimal("36.5")),  # 365 · 10^-1
        (0xFE000E42, Decimal("36.50")),  # the same, with another digit
        (0x00FFFFFF, Decimal(-1)),
        (0x007FFFFF, Special.NOT_A_NUMBER),
        (0x00800000, Special.NOT_AT_THIS_RESOLUTION),
        (0x007FFFFE, Special.ABOVE),
        (0x00800002, Special.BELOW),
        (0x00800001, Special.RESERVED),
    ],
)
def test_floats_are_as_ieee_11073_has_them(word: int, number: Decimal | Special) -> None:
    assert float32(word) == number


def test_a_blood_pressure_with_everything_that_there_can_be() -> None:
    # flags 1E: time, pulse, user and status; 120/80 mean 93; 2026-05-01 08:30:15; pulse 72; user 2; status: body moved
    # (bit 0) and irregular pulse (bit 2).
    assert said("2A35", "1e 7800 5000 5d00 ea07 05 01 08 1e 0f 4800 02 0500") == {
        "values": {
            "8480-6": (Decimal(120), "mm[Hg]"),
            "8462-4": (Decimal(80), "mm[Hg]"),
            "8478-0": (Decimal(93), "mm[Hg]"),
            "8867-4": (Decimal(72), "/min"),
        },
        "at": datetime(2026, 5, 1, 8, 30, 15),  # noqa: DTZ001 the device has no zone
        "user": 2,
        "sequence": None,
        "doubts": ["body moved", "irregular pulse"],
    }


def test_a_blood_pressure_in_kilopascals_without_its_mean() -> None:
    # flags 01: kPa. 16.0 and 10.6 as 160 and 106 · 10^-1; the mean is not a number.
    assert said("2A35", "01 a0f0 6af0 ff07")["values"] == {
        "8480-6": (Decimal("120.0"), "mm[Hg]"),
        "8462-4": (Decimal("79.5"), "mm[Hg]"),
    }


def test_a_user_whom_the_device_does_not_know_is_nobody() -> None:
    assert said("2A35", "08 7800 5000 5d00 ff")["user"] is None


def test_glucose_in_moles_with_its_offset() -> None:
    # flags 07: offset, concentration and moles; record 21; 2026-05-01 08:30:15, and 90 minutes; 0.0061 mol/L as
    # 61 · 10^-4; capillary whole blood (1) of a finger (1).
    assert said("2A18", "07 1500 ea07 05 01 08 1e 0f 5a00 3dc0 11") == {
        "values": {"15074-8": (Decimal("6.1"), "mmol/L")},
        "at": datetime(2026, 5, 1, 10, 0, 15),  # noqa: DTZ001
        "user": None,
        "sequence": 21,
        "doubts": [],
    }


def test_glucose_by_weight_of_plasma_and_what_its_sensor_says() -> None:
    # flags 0A: concentration and status; 0.00110 kg/L as 110 · 10^-5; venous plasma (4); status: sample too small.
    assert said("2A18", "0a 0100 ea07 05 01 08 1e 0f 6eb0 f4 0400")["values"] == {"2345-7": (Decimal(110), "mg/dL")}
    assert said("2A18", "0a 0100 ea07 05 01 08 1e 0f 6eb0 f4 0400")["doubts"] == ["sample too small"]


def test_a_temperature_in_fahrenheit_with_its_place() -> None:
    # flags 07: Fahrenheit, time and type; 98.6 as 986 · 10^-1; of the ear (3).
    assert said("2A1C", "07 da0300ff ea07 05 01 08 1e 0f 03")["values"] == {"8310-5": (Decimal("98.6"), "[degF]")}


def test_a_spot_check_of_oxygen_whose_clock_was_never_set() -> None:
    # flags 1F; 97 %, 64 a minute; a time; status: questionable (bit 14); sensor: low perfusion (bit 5); amplitude 2.0.
    spot = said("2A5E", "1f 6100 4000 ea07 05 01 08 1e 0f 0040 200000 14f0")
    assert spot["values"] == {"59408-5": (Decimal(97), "%"), "8867-4": (Decimal(64), "/min")}
    assert (spot["at"], spot["doubts"]) == (None, ["questionable measurement", "low perfusion"])


def test_continuous_oxygen_takes_the_normal_average() -> None:
    # flags 03: fast and slow averages follow, 90 % and 91 % with 60 and 61 a minute.
    continuous = said("2A5F", "03 6100 4000 5a00 3c00 5b00 3d00")
    assert continuous["values"] == {"59408-5": (Decimal(97), "%"), "8867-4": (Decimal(64), "/min")}


@pytest.mark.parametrize(
    ("characteristic", "digits", "why"),
    [
        ("2A35", "", "shorter"),
        ("2A35", "00 7800 5000", "shorter"),
        ("2A35", "00 7800 5000 5d00 00", "longer"),
        ("2A35", "02 7800 5000 5d00 ea07 02 1e 08 1e 0f", "no such date"),  # the 30th of February
        ("2A35", "00 ff07 ff07 ff07", "could not measure"),
        ("2A18", "02 0100 ea07 05 01 08 1e 0f 6eb0 4a", "control solution"),
        ("2A18", "02 0100 ea07 05 01 08 1e 0f 6eb0 19", "not kept"),  # interstitial fluid
        ("2A18", "00 0100 ea07 05 01 08 1e 0f", "could not measure"),
        ("2A5E", "02 6100 4000 0004", "demonstration"),
        ("2A5F", "04 6100 4000 0008", "testing"),
        ("2A37", "00 48", "must be of one of"),
        ("2A1C", "00" * 400, "longer"),
    ],
)
def test_what_is_none_or_is_nobodys_is_refused_with_the_reason(characteristic: str, digits: str, why: str) -> None:
    with pytest.raises(NotDecoded, match=why):
        decode(characteristic, bytes.fromhex(digits))


def test_a_time_that_the_device_does_not_know_is_none() -> None:
    assert said("2A35", "02 7800 5000 5d00 0000 00 00 00 00 00")["at"] is None
    assert said("2A18", "03 0100 ea07 05 01 08 1e 0f ff7f 6eb0 11")["at"] is None, "the offset overran"


# An encoder that is written from the specification's tables, and shares nothing with the decoder.
def word16(mantissa: int, exponent: int) -> bytes:
    return struct.pack("<H", (exponent & 0xF) << 12 | mantissa & 0xFFF)


def word32(mantissa: int, exponent: int) -> bytes:
    return struct.pack("<I", (exponent & 0xFF) << 24 | mantissa & 0xFFFFFF)


small = st.tuples(st.integers(-2045, 2045), st.integers(-8, 7))
moments = st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)).map(lambda at: at.replace(microsecond=0))  # noqa: DTZ001


def date_time(at: datetime) -> bytes:
    return struct.pack("<H5B", at.year, at.month, at.day, at.hour, at.minute, at.second)


def decimal_of(number: tuple[int, int]) -> Decimal:
    return Decimal(number[0]) * Decimal(10) ** number[1]


@settings(max_examples=60, deadline=None)
@given(
    pressures=st.tuples(small, small, small),
    at=st.none() | moments,
    pulse=st.none() | small,
    user=st.none() | st.integers(0, 255),
    status=st.none() | st.integers(0, 0xFFFF),
)
def test_whatever_blood_pressure_is_encoded_is_decoded(
    pressures: Any, at: datetime | None, pulse: Any, user: int | None, status: int | None
) -> None:
    flags = (at is not None) << 1 | (pulse is not None) << 2 | (user is not None) << 3 | (status is not None) << 4
    sent = bytes([flags]) + b"".join(word16(*each) for each in pressures)
    sent += date_time(at) if at is not None else b""
    sent += word16(*pulse) if pulse is not None else b""
    sent += bytes([user]) if user is not None else b""
    sent += struct.pack("<H", status) if status is not None else b""
    decoded = decode("2A35", sent)
    numbers = [decimal_of(each) for each in (*pressures, *([pulse] if pulse else []))]
    assert [value.value for value in decoded.values] == numbers
    assert decoded.measured_at == at
    assert decoded.user == (None if user == 255 else user)
    assert ("body moved" in decoded.doubts) == bool(status and status & 1)


@settings(max_examples=40, deadline=None)
@given(
    number=st.tuples(st.integers(-(2**23) + 3, 2**23 - 3), st.integers(-20, 20)), fahrenheit=st.booleans(), at=moments
)
def test_whatever_temperature_is_encoded_is_decoded(number: Any, fahrenheit: bool, at: datetime) -> None:
    decoded = decode("2A1C", bytes([fahrenheit | 2]) + word32(*number) + date_time(at))
    (value,) = decoded.values
    assert (value.value, value.unit) == (decimal_of(number), "[degF]" if fahrenheit else "Cel")
    assert decoded.measured_at == at


@settings(max_examples=40, deadline=None)
@given(
    number=small, sequence=st.integers(0, 0xFFFF), minutes=st.none() | st.integers(-1_000, 1_000), moles=st.booleans(),
    sample=st.integers(1, 8), at=moments,
)  # fmt: skip
def test_whatever_glucose_is_encoded_is_decoded(
    number: Any, sequence: int, minutes: int | None, moles: bool, sample: int, at: datetime
) -> None:
    flags = (minutes is not None) | 2 | moles << 2
    sent = struct.pack("<BH", flags, sequence) + date_time(at)
    sent += struct.pack("<h", minutes) if minutes is not None else b""
    decoded = decode("2A18", sent + word16(*number) + bytes([0xF0 | sample]))
    (value,) = decoded.values
    assert value.value == decimal_of(number) * (1_000 if moles else 100_000)
    assert value.code == {(0, True): "14749-6", (0, False): "2345-7", (1, True): "15074-8", (1, False): "2339-0"}[
        sample % 2, moles
    ]  # fmt: skip
    assert decoded.sequence == sequence
    assert decoded.measured_at is not None
    assert (decoded.measured_at - at).total_seconds() == (minutes or 0) * 60


@settings(max_examples=60, deadline=None)
@given(number=small, spot=st.booleans(), flags=st.integers(0, 31), sensor=st.integers(0, 0xFFFFFF), at=moments)
def test_whatever_oxygen_is_encoded_is_decoded(number: Any, spot: bool, flags: int, sensor: int, at: datetime) -> None:
    sent = bytes([flags]) + word16(*number) + word16(60, 0)
    if spot:
        fields = [(1, date_time(at)), (2, b"\0\0"), (4, sensor.to_bytes(3, "little")), (8, word16(1, 0))]
    else:
        fields = [
            (1, b"\1\0\2\0"),
            (2, b"\3\0\4\0"),
            (4, b"\0\0"),
            (8, sensor.to_bytes(3, "little")),
            (16, word16(1, 0)),
        ]
    sent += b"".join(content for bit, content in fields if flags & bit)
    decoded = decode("2A5E" if spot else "2A5F", sent)
    assert [value.value for value in decoded.values] == [decimal_of(number), 60]
    assert decoded.measured_at == (at if spot and flags & 1 and not flags & 16 else None)
    has_sensor = bool(flags & (4 if spot else 8))
    assert ("low perfusion" in decoded.doubts) == (has_sensor and bool(sensor & 1 << 5))


@settings(max_examples=150, deadline=None)
@given(characteristic=st.sampled_from(sorted(CHARACTERISTICS)), content=st.binary(max_size=40))
def test_any_bytes_are_decoded_or_refused(characteristic: str, content: bytes) -> None:
    try:
        decoded = decode(characteristic, content)
    except NotDecoded:
        return
    assert isinstance(decoded, Decoded)
    assert decoded.values
