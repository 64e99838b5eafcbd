"""A fictional resident's readings: FHIR R4 Observations."""

from datetime import UTC, datetime, timedelta
from typing import Any

SYSTOLIC, DIASTOLIC, PRESSURE, GLUCOSE = "8480-6", "8462-4", "85354-9", "14771-0"


def history(run: str) -> list[dict[str, Any]]:
    """A fictional resident's readings: FHIR R4 Observations."""
    now = datetime.now(UTC).replace(microsecond=0)
    pressures = [(152, 94), (147, 91), (138, 86)]
    observations = [
        observation(
            f"{run}-bp-{index}",
            "vital-signs",
            PRESSURE,
            "Blood pressure",
            now - timedelta(days=30 * (3 - index)),
            component=[
                {"code": code(SYSTOLIC, "Systolic blood pressure"), "valueQuantity": quantity(systolic, "mm[Hg]")},
                {"code": code(DIASTOLIC, "Diastolic blood pressure"), "valueQuantity": quantity(diastolic, "mm[Hg]")},
            ],
        )
        for index, (systolic, diastolic) in enumerate(pressures)
    ]
    observations.append(
        observation(
            f"{run}-glucose", "laboratory", GLUCOSE, "Fasting glucose", now, valueQuantity=quantity(6.1, "mmol/L")
        )
    )
    return observations


def observation(id: str, category: str, loinc: str, name: str, at: datetime, **value: Any) -> dict[str, Any]:
    system = "http://terminology.hl7.org/CodeSystem/observation-category"
    return {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "category": [{"coding": [{"system": system, "code": category}]}],
        "code": code(loinc, name),
        "subject": {"reference": "Patient/example"},
        "effectiveDateTime": at.isoformat(),
        **value,
    }


def code(loinc: str, name: str) -> dict[str, Any]:
    return {"coding": [{"system": "http://loinc.org", "code": loinc, "display": name}], "text": name}


def quantity(value: float, unit: str) -> dict[str, Any]:
    return {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}


def reading(resource: dict[str, Any]) -> str:
    """One observation in a line."""
    values = [part["valueQuantity"] for part in resource.get("component", [])] or [resource["valueQuantity"]]
    shown = "/".join(f"{value['value']:g}" for value in values)
    return f"{resource['code']['text']} {shown} {values[0]['unit']} ({resource['effectiveDateTime'][:10]})"
