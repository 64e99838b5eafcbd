"""Fictional lives at three institutions, as FHIR R4: visits, diagnoses, results, prescriptions, vaccinations, images.

The same seed makes the same lives, each of its own, so that a part of them is a part of all. Nobody is meant. What
people have follows from their age: pressure rises, and comes down once it is treated; sugar is measured where it is
high; children are vaccinated.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

from devstack.fictional import NUMBERS, STEP, identity_number_of

type Resource = dict[str, Any]

CENTRE, HOSPITAL, SPECIALIST = range(3)  # the institutions, by what people go to them for
UNTIL = date(2026, 11, 1)  # always the same, so that lives that are loaded again are the same
YEARS = 6  # that it tells of
RESOURCES_LEAST = 60
ZONE = timezone(timedelta(hours=8))
SURNAMES = "林高田韩石宁方徐邱姬白穆沈陶葛戚水云苏潘范彭鲁韦昌马苗凤花"
GIVEN = "晚秋得畅雨岚椿笙美淇小禾如忆青桐云飞安然景行淑贞思远知夏望舒清和怀瑾疏影既明予安听澜北辰"
TERMS = "http://terminology.hl7.org/CodeSystem"
LOINC, ICD10, ATC = "http://loinc.org", "http://hl7.org/fhir/sid/icd-10", "http://www.whocc.no/atc"


@dataclass(frozen=True)
class Ailment:
    """What somebody may have: from which age, how many of a hundred by old age, and what is taken for it."""

    code: str
    name: str
    from_age: int
    percent: int
    drug: tuple[str, str, float]


AILMENTS = {
    "pressure": Ailment("I10", "Essential (primary) hypertension", 35, 55, ("C08CA01", "amlodipine", 5)),
    "sugar": Ailment("E11", "Type 2 diabetes mellitus", 40, 28, ("A10BA02", "metformin", 500)),
    "lipids": Ailment("E78", "Disorders of lipoprotein metabolism", 40, 35, ("C10AA05", "atorvastatin", 20)),
    "breathing": Ailment("J45", "Asthma", 4, 8, ("R03AC02", "salbutamol", 0.1)),
    "stomach": Ailment("K29", "Gastritis and duodenitis", 20, 15, ("A02BC01", "omeprazole", 20)),
    "gout": Ailment("M10", "Gout", 35, 10, ("M04AA01", "allopurinol", 100)),
}
COLD = ("J06", "Acute upper respiratory infection", ("R05CB06", "ambroxol", 30.0))
# LOINC's code and name, unit, what is usual, how far people differ, and what it is with the ailment that it goes with.
LABORATORY: Sequence[tuple[str, str, str, float, float, str, float]] = (
    ("14771-0", "Fasting glucose [Moles/volume] in Serum or Plasma", "mmol/L", 5.1, 0.4, "sugar", 8.4),
    ("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", "%", 5.3, 0.3, "sugar", 7.6),
    ("14647-2", "Cholesterol [Moles/volume] in Serum or Plasma", "mmol/L", 4.5, 0.5, "lipids", 6.4),
    ("14927-8", "Triglyceride [Moles/volume] in Serum or Plasma", "mmol/L", 1.2, 0.3, "lipids", 2.6),
    ("22748-8", "Cholesterol in LDL [Moles/volume] in Serum or Plasma", "mmol/L", 2.5, 0.4, "lipids", 4.1),
    ("14646-4", "Cholesterol in HDL [Moles/volume] in Serum or Plasma", "mmol/L", 1.4, 0.2, "", 0),
    ("14682-9", "Creatinine [Moles/volume] in Serum or Plasma", "umol/L", 72, 9, "pressure", 88),
    ("14933-6", "Urate [Moles/volume] in Serum or Plasma", "umol/L", 310, 40, "gout", 520),
    ("718-7", "Hemoglobin [Mass/volume] in Blood", "g/L", 138, 9, "", 0),
    ("1742-6", "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma", "U/L", 22, 6, "", 0),
)
VACCINES = {
    "child": [("J07BD52", "measles, mumps and rubella"), ("J07BF03", "poliomyelitis"), ("J07AJ52", "diphtheria")],
    "adult": [("J07BB02", "influenza, inactivated"), ("J07AL02", "pneumococcus, conjugated")],
}


@dataclass
class Life:
    """Somebody who is nobody, and what each of the three institutions has of them."""

    number: int
    name: str
    birth_date: str
    identity_number: str
    histories: Sequence[list[Resource]] = field(default_factory=lambda: ([], [], []))

    @property
    def resources(self) -> int:
        return sum(map(len, self.histories))


def lives(seed: int, count: int, today: date = UNTIL) -> Iterator[Life]:
    """So many lives, as they are on a day."""
    return (life(seed, number, today) for number in range(count))


def life(seed: int, number: int, today: date = UNTIL, born: date | None = None) -> Life:
    """One of them, or that of somebody who was born on a day."""
    chance = random.Random(f"{seed}:{number}")  # noqa: S311 no secret
    born = born or today - timedelta(days=chance.randrange(2 * 365, 90 * 365))
    name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, 2))
    identity = identity_number_of(seed * 7_919 + number * STEP % NUMBERS, born.isoformat())
    person = Life(number, name, born.isoformat(), identity)
    Telling(person, f"life-{seed}-{number}", chance, born, today).tell()
    return person


@dataclass
class Telling:
    """A life as it is told, visit by visit, from the oldest on."""

    life: Life
    prefix: str
    chance: random.Random
    born: date
    today: date
    has: dict[str, date] = field(default_factory=dict)  # since when
    count: int = 0

    def tell(self) -> None:
        chance = self.chance
        age = self.age_on(self.today)
        for name, ailment in AILMENTS.items():
            likely = ailment.percent * min(1.0, max(0, age - ailment.from_age + 5) / 40)
            if age >= ailment.from_age and chance.random() * 100 < likely:
                self.has[name] = self.today - timedelta(days=chance.randrange(200, YEARS * 365))
        if chance.random() < 0.12:
            self.allergy(self.morning(self.first_day()))
        visits = 7 + age // 12 + 5 * len(self.has)
        first = self.first_day()
        span = max(1, (self.today - first).days - 2)
        days = sorted(first + timedelta(days=chance.randrange(span)) for _ in range(visits))
        known: set[str] = set()
        for index, day in enumerate(days):
            self.visit(day, index, known)
        while self.life.resources < RESOURCES_LEAST:
            self.visit(first + timedelta(days=chance.randrange(span)), self.count, known)

    def first_day(self) -> date:
        return max(self.born + timedelta(days=30), self.today - timedelta(days=YEARS * 365))

    def age_on(self, day: date) -> int:
        return (day - self.born).days // 365

    def morning(self, day: date) -> datetime:
        hour, minute = self.chance.randrange(8, 17), self.chance.randrange(0, 60, 5)
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)

    def visit(self, day: date, index: int, known: set[str]) -> None:
        """Somebody goes to one of the institutions, and what follows from it."""
        chance, at = self.chance, self.morning(day)
        now = [name for name, since in self.has.items() if since <= day]
        where = chance.choices((CENTRE, HOSPITAL, SPECIALIST), (6, 3, 1 + len(now)))[0]
        encounter = self.add(
            where, "Encounter", "visit", status="finished", type=[{"text": "follow-up" if now else "consultation"}],
            period={"start": at.isoformat(), "end": (at + timedelta(minutes=25)).isoformat()},
            **{"class": {"system": f"{TERMS}/v3-ActCode", "code": "AMB", "display": "ambulatory"}},
        )  # fmt: skip
        within = {"encounter": {"reference": f"Encounter/{encounter['id']}"}}
        self.vital_signs(where, at, now, within)
        for name in now:
            if name not in known:
                known.add(name)
                self.condition(where, at, AILMENTS[name], within)
            if chance.random() < 0.6:
                self.prescription(where, at, AILMENTS[name].drug, "active", within)
        if not now and chance.random() < 0.4:
            self.prescription(where, at, COLD[2], "completed", within)
        if index % 2 == 0 and self.age_on(day) >= 6:
            self.laboratory(where, at + timedelta(hours=2), now, day, within)
        if chance.random() < 0.2:
            self.vaccination(where, at, "child" if self.age_on(day) < 7 else "adult")
        if where != CENTRE and chance.random() < 0.3:
            self.image(where, at + timedelta(hours=1), within)

    def vital_signs(self, where: int, at: datetime, now: Sequence[str], within: Resource) -> None:
        chance, age = self.chance, self.age_on(at.date())
        grown = age >= 16
        treated = "pressure" in now and (at.date() - self.has["pressure"]).days > 180
        systolic = (112 + age // 4 if grown else 88 + age) + ("pressure" in now) * (8 if treated else 26)
        parts = [
            {"code": coded(LOINC, code, name), "valueQuantity": quantity(round(value + chance.gauss(0, 4)), "mm[Hg]")}
            for code, name, value in (
                ("8480-6", "Systolic blood pressure", systolic),
                ("8462-4", "Diastolic blood pressure", systolic * 0.62),
            )
        ]  # fmt: skip
        weight = round((58 + self.life.number % 24 if grown else 3.6 + age * 2.7) + chance.gauss(0, 0.8), 1)
        if age >= 3:
            self.observation(where, "vital-signs", "85354-9", "Blood pressure panel with all children optional", at,
                             component=parts, **within)  # fmt: skip
        for code, name, value, unit in (
            ("29463-7", "Body weight", max(3.0, weight), "kg"),
            ("8867-4", "Heart rate", round((72 if grown else 104 - 2 * age) + chance.gauss(0, 6)), "/min"),
            ("8310-5", "Body temperature", round(36.6 + abs(chance.gauss(0, 0.25)), 1), "Cel"),
        ):
            if code == "29463-7" or chance.random() < 0.7:
                self.observation(where, "vital-signs", code, name, at, valueQuantity=quantity(value, unit), **within)

    def laboratory(self, where: int, at: datetime, now: Sequence[str], day: date, within: Resource) -> None:
        """A panel, and the report that names its results."""
        chance, results = self.chance, []
        for code, name, unit, usual, spread, ailment, with_it in LABORATORY:
            if chance.random() < 0.35 and ailment not in now:
                continue
            treated = ailment in now and (day - self.has[ailment]).days > 240
            middle = usual if ailment not in now else (usual + with_it) / 2 if treated else with_it
            value = round(max(usual * 0.4, middle + chance.gauss(0, spread)), 0 if usual > 60 else 1)
            result = self.observation(
                where, "laboratory", code, name, at, valueQuantity=quantity(value, unit),
                referenceRange=[{"low": quantity(round(usual - 2.5 * spread, 1), unit),
                                 "high": quantity(round(usual + 2.5 * spread, 1), unit)}],
                **within,
            )  # fmt: skip
            results.append({"reference": f"Observation/{result['id']}"})
        self.add(
            where, "DiagnosticReport", "report", status="final", effectiveDateTime=at.isoformat(),
            category=[{"coding": [{"system": f"{TERMS}/v2-0074", "code": "LAB"}]}], code={"text": "Laboratory report"},
            issued=(at + timedelta(hours=3)).isoformat(), result=results, **within,
        )  # fmt: skip

    def condition(self, where: int, at: datetime, ailment: Ailment, within: Resource) -> None:
        self.add(
            where, "Condition", "condition", recordedDate=at.isoformat(), onsetDateTime=at.date().isoformat(),
            clinicalStatus=coded(f"{TERMS}/condition-clinical", "active"),
            verificationStatus=coded(f"{TERMS}/condition-ver-status", "confirmed"),
            category=[coded(f"{TERMS}/condition-category", "encounter-diagnosis")],
            code=coded(ICD10, ailment.code, ailment.name), **within,
        )  # fmt: skip

    def prescription(
        self, where: int, at: datetime, drug: tuple[str, str, float], status: str, within: Resource
    ) -> None:
        code, name, dose = drug
        self.add(
            where, "MedicationRequest", "prescription", status=status, intent="order", authoredOn=at.isoformat(),
            medicationCodeableConcept=coded(ATC, code, name), **within,
            dosageInstruction=[
                {
                    "text": "once a day",
                    "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
                    "doseAndRate": [{"doseQuantity": quantity(dose, "mg")}],
                }
            ],
        )  # fmt: skip

    def vaccination(self, where: int, at: datetime, group: str) -> None:
        code, name = self.chance.choice(VACCINES[group])
        self.add(
            where, "Immunization", "vaccination", status="completed", vaccineCode=coded(ATC, code, name),
            occurrenceDateTime=at.isoformat(), lotNumber=f"L-{at:%Y%m}-{self.chance.randrange(100, 1000)}",
        )  # fmt: skip

    def allergy(self, at: datetime) -> None:
        self.add(
            HOSPITAL, "AllergyIntolerance", "allergy", type="allergy", category=["medication"], criticality="high",
            clinicalStatus=coded(f"{TERMS}/allergyintolerance-clinical", "active"),
            verificationStatus=coded(f"{TERMS}/allergyintolerance-verification", "confirmed"),
            code=coded(ATC, "J01C", "beta-lactam antibacterials, penicillins"), recordedDate=at.isoformat(),
        )  # fmt: skip

    def image(self, where: int, at: datetime, within: Resource) -> None:
        """An image, which stays where it was taken, and what was seen in it."""
        modality, name = self.chance.choice([("DX", "Chest radiograph"), ("US", "Ultrasound of the abdomen")])
        study = self.add(
            where, "ImagingStudy", "study", status="available", started=at.isoformat(), description=name,
            modality=[{"system": "http://dicom.nema.org/resources/ontology/DCM", "code": modality}], **within,
        )  # fmt: skip
        self.add(
            where, "DiagnosticReport", "reading", status="final", effectiveDateTime=at.isoformat(),
            category=[{"coding": [{"system": f"{TERMS}/v2-0074", "code": "RAD"}]}], code={"text": name},
            issued=(at + timedelta(hours=1)).isoformat(), conclusion="No abnormality is seen.",
            imagingStudy=[{"reference": f"ImagingStudy/{study['id']}"}], **within,
        )  # fmt: skip

    def observation(self, where: int, category: str, code: str, name: str, at: datetime, **more: Any) -> Resource:
        return self.add(
            where, "Observation", "observation", status="final", effectiveDateTime=at.isoformat(),
            category=[{"coding": [{"system": f"{TERMS}/observation-category", "code": category}]}],
            code=coded(LOINC, code, name), **more,
        )  # fmt: skip

    def add(self, where: int, kind: str, word: str, **more: Any) -> Resource:
        self.count += 1
        resource = {
            "resourceType": kind,
            "id": f"{self.prefix}-{word}-{self.count}",
            subject_of(kind): {"reference": "Patient/example"},
        } | more
        self.life.histories[where].append(resource)
        return resource


def subject_of(kind: str) -> str:
    """Where a resource of this kind says whose it is."""
    return "patient" if kind in ("AllergyIntolerance", "Immunization") else "subject"


def coded(system: str, code: str, display: str = "") -> Mapping[str, Any]:
    if not display:
        return {"coding": [{"system": system, "code": code}]}
    return {"coding": [{"system": system, "code": code, "display": display}], "text": display.partition(" [")[0]}


def quantity(value: float, unit: str) -> Resource:
    whole = int(value) if float(value).is_integer() else value
    return {"value": whole, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
