"""Readings: late, doubled and out of order they come out right; what no body has is refused, what is odd is flagged."""

import json
from datetime import timedelta
from typing import Any

import pytest
from chassis.database import Database
from chassis.refusals import Invalid
from devices_scenario import NOW, a_device, base64_of, said
from hypothesis import given, settings
from hypothesis import strategies as st
from records.domain.device_models import kinds
from records.domain.readings import (
    BYTES_MAX,
    PER_DAY_MAX,
    ReadingQuotaReached,
    RefusedReading,
    Terms,
    read_delivery,
)
from records_scenario import JINAN
from sqlalchemy import text

pytestmark = pytest.mark.anyio
SERVICE = "records"
EVERYTHING = frozenset(code for facts in kinds().values() for code in facts.codes)
TERMS = Terms(EVERYTHING, None, NOW - timedelta(days=60), JINAN, NOW)
AT = (NOW - timedelta(hours=1)).isoformat()


def read(**sent: Any) -> Any:
    (reading,) = read_delivery(json.dumps({"readings": [{"sequence": 1} | sent]}).encode(), TERMS).readings
    return reading


def values(reading: Any) -> dict[str, str]:
    return {value.code: f"{value.value} {value.unit}" for value in reading.values}


async def test_a_reading_is_an_observation_in_the_residents_record(records_db: Database) -> None:
    device = await a_device(records_db)
    measured = device.pressure(120.5, 80)
    measured["measurements"].append({"code": "8867-4", "value": 72, "unit": "/min"})
    assert await device.send(measured) == ["STORED"]
    pressure, pulse = sorted(await device.observations(), key=lambda each: "component" not in each)
    assert pressure["code"]["coding"][0]["code"] == "85354-9"
    assert [part["valueQuantity"]["value"] for part in pressure["component"]] == [120.5, 80]
    assert pulse["valueQuantity"] == {
        "value": 72, "unit": "/min", "system": "http://unitsofmeasure.org", "code": "/min",
    }  # fmt: skip
    assert pressure["subject"] == {"reference": f"Patient/{device.row.resident_id}"}
    assert pressure["device"] == {
        "reference": f"Device/device-{device.row.id.hex}",
        "display": "Baihe Instruments Tenso Home",
    }
    rows = await device.records()
    assert {(row.institution_id, row.author, row.author_id) for row in rows} == {(None, "device", device.row.id)}
    assert {row.information_type for row in rows if row.resource_type == "Observation"} == {"vital-signs"}
    assert any(row.resource_type == "Device" for row in rows)
    assert device.row.serial not in "".join(row.content or "" for row in rows)


async def test_late_doubled_and_disordered_readings_come_out_right(records_db: Database) -> None:
    device = await a_device(records_db)
    device.now += timedelta(days=20)
    sent = [device.pressure(120 + day, at=device.now - timedelta(days=day)) for day in range(5)]
    assert await device.send(sent[3], sent[0]) == ["STORED", "STORED"]
    assert await device.send(sent[1], sent[3], sent[3], sent[2]) == ["STORED", "KNOWN", "KNOWN", "STORED"]
    assert await device.send(*sent) == ["KNOWN", "KNOWN", "KNOWN", "KNOWN", "STORED"]
    shown = [each["component"][0]["valueQuantity"]["value"] for each in await device.observations()]
    assert shown == [124, 123, 122, 121, 120], "as they were measured"
    renumbered = sent[0] | {"sequence": 77}
    other = sent[0] | {"measurements": device.pressure(150)["measurements"]}
    assert await device.send(renumbered) == ["KNOWN"], "the same moment and values under another number"
    assert await device.send(other) == ["reading-differs"], "the same number with other values"
    assert await device.send(other | {"sequence": 78}) == ["reading-differs"], "the same moment with other values"
    assert len(await device.observations()) == 5


async def test_a_reading_that_is_refused_harms_no_other(records_db: Database) -> None:
    device = await a_device(records_db)
    outcomes = await device.deliver(
        device.signed(
            [
                device.pressure(),
                device.pressure(900),
                {"sequence": "x"},
                device.pressure(80, 120),
                device.pressure(at=device.now + timedelta(hours=1)),
                device.pressure(at=NOW - timedelta(seconds=1)),
                device.pressure() | {"measurements": [{"code": "15074-8", "value": 5, "unit": "mmol/L"}]},
                "no reading",
                device.pressure(190, 110),
            ]
        )
    )
    assert [said(each) for each in outcomes] == [
        "STORED", "reading-impossible", "reading-refused", "reading-impossible", "reading-out-of-time",
        "reading-out-of-time", "reading-refused", "reading-refused", "STORED",
    ]  # fmt: skip
    assert [each.unusual for each in outcomes] == [False] * 8 + [True]
    refusal = outcomes[1].refusal
    assert refusal is not None and refusal.field == "readings[1].measurements"
    assert "900" not in refusal.detail, "no value is quoted"
    tags = [each.get("meta", {}).get("tag") for each in await device.observations()]
    assert tags == [None, [{"system": "urn:yima:reading-quality", "code": "unusual"}]]


async def test_what_was_signed_is_kept_with_what_it_said(records_db: Database) -> None:
    device = await a_device(records_db)
    sent = device.signed([device.pressure()])
    await device.deliver(sent)
    await device.deliver(sent)
    async with records_db.transaction() as session:
        kept = (
            await session.execute(
                text("SELECT content, signature, key_number FROM device_delivery WHERE device_id = :id"),
                {"id": device.row.id},
            )
        ).all()
        events = await session.scalar(
            text("SELECT count(*) FROM outbox WHERE position(CAST(:resident AS bytea) IN payload) > 0"),
            {"resident": str(device.row.resident_id).encode()},
        )
    assert [tuple(row) for row in kept] == [(sent.content, sent.signature, 1)], "sent again, it says nothing new"
    assert events == 2, "the device, and what it measured"


async def test_a_device_sends_so_much_in_a_day(records_db: Database) -> None:
    device = await a_device(records_db)
    async with records_db.transaction() as session:
        query = text("UPDATE device SET day = CAST(:now AS timestamptz)::date, day_readings = :most WHERE id = :id")
        await session.execute(query, {"now": device.now, "most": PER_DAY_MAX - 1, "id": device.row.id})
    with pytest.raises(ReadingQuotaReached):
        await device.send(device.pressure(), device.pressure())
    assert await device.observations() == []
    assert await device.send(device.pressure()) == ["STORED"]
    device.now += timedelta(days=1)
    assert await device.send(device.pressure(), device.pressure()) == ["STORED", "STORED"]


async def test_bytes_of_a_bluetooth_cuff_are_a_reading_of_its_own_user(records_db: Database) -> None:
    device = await a_device(records_db, user=2)
    device.now = NOW + timedelta(hours=2)
    # At 21:30 of the device's clock, which is the city's: an hour and a half after the binding.
    theirs = {"characteristic": "2a35", "value": base64_of("1e 7800 5000 5d00 ea07 05 01 15 1e 0f 4800 02 0100")}
    others = {"characteristic": "2A35", "value": base64_of("1e 7800 5000 5d00 ea07 05 01 15 1f 0f 4800 01 0100")}
    sent = [{"sequence": 1, "gatt": theirs}, {"sequence": 2, "gatt": others}]
    assert await device.send(*sent) == ["STORED", "reading-refused"]
    pressure, pulse = sorted(await device.observations(), key=lambda each: "component" not in each)
    assert pressure["effectiveDateTime"] == "2026-05-01T13:30:15+00:00"
    assert pressure["note"] == [{"text": "The device says: body moved."}]
    assert pulse["valueQuantity"]["value"] == 72


async def test_every_kind_of_device_has_its_readings_taken(records_db: Database) -> None:
    for kind, facts in kinds().items():
        device = await a_device(records_db, kind)
        measured = [code for code in facts.codes if code not in ("8478-0",)]
        known = [TYPICAL[code] for code in measured]
        readings = {
            "sequence": 1,
            "measuredAt": device.now.isoformat(),
            "measurements": [
                {"code": code, "value": value, "unit": unit}
                for code, (value, unit) in zip(measured, known, strict=True)
            ],
        }
        assert await device.send(readings) == ["STORED"], kind.name
        assert sum(len(each.get("component", [0])) for each in await device.observations()) == len(measured)


TYPICAL: dict[str, tuple[float, str]] = {
    "8310-5": (98.6, "[degF]"), "8480-6": (120, "mm[Hg]"), "8462-4": (80, "mm[Hg]"), "8867-4": (70, "/min"),
    "15074-8": (5.4, "mmol/L"), "2339-0": (97, "mg/dL"), "14749-6": (5.4, "mmol/L"), "2345-7": (97, "mg/dL"),
    "59408-5": (97, "%"), "29463-7": (154.3, "[lb_av]"), "39156-5": (22.5, "kg/m2"), "41982-0": (21, "%"),
    "14933-6": (300, "umol/L"), "2093-3": (180, "mg/dL"), "14647-2": (4.7, "mmol/L"), "14646-4": (1.3, "mmol/L"),
    "39469-2": (2.6, "mmol/L"), "14927-8": (1.1, "mmol/L"), "55423-8": (8_000, "{steps}"), "93832-4": (430, "min"),
    "55283-6": (140, "/min"), "20150-9": (3.1, "L"), "19868-9": (3900, "mL"), "19935-6": (7.5, "L/s"),
    "8625-6": (160, "ms"), "8633-0": (0.09, "s"), "8634-8": (400, "ms"),
}  # fmt: skip


def point(schema: str, body: dict[str, Any], frame: dict[str, Any] | None = None) -> dict[str, Any]:
    """An Open mHealth data point, written as their schemas have it."""
    return {
        "header": {"id": "x", "schema_id": {"namespace": "omh", "name": schema, "version": "1.0"}},
        "body": body | {"effective_time_frame": frame or {"date_time": AT}},
    }


@pytest.mark.parametrize(
    ("schema", "body", "expected"),
    [
        (
            "blood-pressure",
            {
                "systolic_blood_pressure": {"value": 160, "unit": "mmHg"},
                "diastolic_blood_pressure": {"value": 60, "unit": "mmHg"},
                "body_posture": "sitting",
            },
            {"8480-6": "160 mm[Hg]", "8462-4": "60 mm[Hg]"},
        ),
        ("blood-glucose", {"blood_glucose": {"value": 120, "unit": "mg/dL"}}, {"2339-0": "120 mg/dL"}),
        ("blood-glucose", {"blood_glucose": {"value": 5.5, "unit": "mmol/L"}}, {"15074-8": "5.5 mmol/L"}),
        ("heart-rate", {"heart_rate": {"value": 50, "unit": "beats/min"}}, {"8867-4": "50 /min"}),
        ("body-weight", {"body_weight": {"value": 50, "unit": "kg"}}, {"29463-7": "50 kg"}),
        ("body-weight", {"body_weight": {"value": 110, "unit": "lb"}}, {"29463-7": "110 [lb_av]"}),
        ("body-temperature", {"body_temperature": {"value": 97, "unit": "F"}}, {"8310-5": "97 [degF]"}),
        ("oxygen-saturation", {"oxygen_saturation": {"value": 96.5, "unit": "%"}}, {"59408-5": "96.5 %"}),
        ("step-count", {"step_count": 7939}, {"55423-8": "7939 {steps}"}),
        ("step-count", {"step_count": {"value": 7939, "unit": "steps"}}, {"55423-8": "7939 {steps}"}),
        ("sleep-duration", {"sleep_duration": {"value": 465, "unit": "min"}}, {"93832-4": "465 min"}),
    ],
)
def test_open_mhealths_data_points_are_read(schema: str, body: dict[str, Any], expected: dict[str, str]) -> None:
    assert values(read(openMHealth=point(schema, body))) == expected


def test_an_interval_of_open_mhealth_is_from_one_moment_to_another() -> None:
    ends = (NOW - timedelta(hours=1)).isoformat()
    begins = NOW - timedelta(hours=9)
    night = {"value": 8, "unit": "h"}
    for interval in (
        {"start_date_time": begins.isoformat(), "end_date_time": ends},
        {"start_date_time": begins.isoformat(), "duration": night},
        {"end_date_time": ends, "duration": night},
    ):
        body = {"sleep_duration": {"value": 7.5, "unit": "h"}}
        reading = read(openMHealth=point("sleep-duration", body, {"time_interval": interval}))
        assert (reading.measured_at, reading.until) == (begins, NOW - timedelta(hours=1))


def rate(**changes: Any) -> dict[str, Any]:
    return {"code": "8867-4", "value": 60, "unit": "/min"} | changes


RATE = {"heart_rate": {"value": 50, "unit": "beats/min"}}


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, ""),
        ({"measurements": [], "measuredAt": AT}, ".measurements"),
        ({"measurements": [rate()]}, ".measuredAt"),
        ({"measurements": [rate(value="60")], "measuredAt": AT}, ".measurements[0].value"),
        ({"measurements": [rate(value=True)], "measuredAt": AT}, ".measurements[0].value"),
        ({"measurements": [rate(value=60.123456789012)], "measuredAt": AT}, ".measurements[0].value"),
        ({"measurements": [rate(unit="Hz")], "measuredAt": AT}, ".measurements[0].unit"),
        ({"measurements": [rate(code="1-1")], "measuredAt": AT}, ".measurements[0].code"),
        ({"measurements": [rate(), rate()], "measuredAt": AT}, ".measurements"),
        ({"measurements": [rate()], "measuredAt": "2026-05-01"}, ".measuredAt"),
        ({"measurements": [rate()], "measuredAt": AT, "note": "x"}, ""),
        ({"measurements": [rate()], "measuredAt": AT, "until": (NOW - timedelta(days=1)).isoformat()}, ".measuredAt"),
        ({"gatt": {"characteristic": "2A35", "value": "!"}}, ".gatt.value"),
        ({"gatt": {"characteristic": "2A35", "value": "AA=="}}, ".gatt.value"),
        ({"gatt": {"characteristic": "2A35", "value": base64_of("00 7800 5000 5d00")}}, ".measuredAt"),
        ({"gatt": {"characteristic": "2A35", "value": base64_of("08 7800 5000 5d00 03")}, "measuredAt": AT},
         ".gatt.value"),
        ({"gatt": [], "measuredAt": AT}, ".gatt"),
        ({"gatt": {}, "openMHealth": {}}, ""),
        ({"openMHealth": point("heart-rate", RATE | {"descriptive_statistic": "maximum"})},
         ".openMHealth.body.descriptive_statistic"),
        ({"openMHealth": point("physical-activity", {})}, ".openMHealth.header.schema_id"),
        ({"openMHealth": point("heart-rate", {})}, ".openMHealth.body.heart_rate"),
        ({"openMHealth": point("heart-rate", RATE, {"date_time": "yesterday"})},
         ".openMHealth.body.effective_time_frame.date_time"),
        ({"openMHealth": []}, ".openMHealth.header"),
    ],
)  # fmt: skip
def test_what_is_no_reading_is_refused_at_its_place(sent: dict[str, Any], field: str) -> None:
    refused = read(**sent)
    assert isinstance(refused, RefusedReading)
    assert refused.refusal.field == f"readings[0]{field}"


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b'{"readings":[]}', b'{"readings":7}', b'{"readings":[{"sequence":1,"sequence":2}]}',
     b'{"readings":' + b"[" * 50 + b"]" * 50 + b"}", b'{"readings":[{"sequence":NaN}]}', b"\xff",
     b"1" * (BYTES_MAX + 1), json.dumps({"readings": [{"sequence": 1}] * 101}).encode()],
)  # fmt: skip
def test_what_is_no_delivery_is_refused_whole(content: bytes) -> None:
    with pytest.raises(Invalid):
        read_delivery(content, TERMS)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["measurements", "openMHealth", "gatt", "header", "body", "schema_id", "code", "value", "unit",
                         "characteristic", "measuredAt", "heart_rate", "effective_time_frame", "date_time"]),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["measurements", "openMHealth", "gatt", "measuredAt", "until", "utcOffset"]), anything
    )
)
def test_whatever_is_sent_is_read_or_refused(sent: dict[str, Any]) -> None:
    try:
        read(**sent)
    except Invalid:
        return
