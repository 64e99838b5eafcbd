"""What becomes of HL7 v2 messages: ADT a Patient and an Encounter, ORU reports and their results, ORM a report that is
registered. Whatever has no place in FHIR, or none that the mapping says, is refused with where it stands."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yima_connector.errors import NotMapped
from yima_connector.hl7v2.messages import Message, Segment
from yima_connector.mapping import Mapped
from yima_connector.places import Path
from yima_connector.resources import (
    TERMINOLOGY,
    UCUM,
    Line,
    Moment,
    Person,
    check_patient_number,
    id_of,
    instant,
    moment,
    number,
    patient,
    subject,
)

STAYS = {"A01", "A02", "A03", "A04", "A08", "A11", "A13"}  # events of a stay or visit
PEOPLE = {"A05", "A28", "A31", "A40"}  # events of a person alone; A40: two numbers are one person
OUTCOMES = f"{TERMINOLOGY}v3-ObservationInterpretation"
ACT_CODES = f"{TERMINOLOGY}v3-ActCode"
DIAGNOSTIC_SERVICES = f"{TERMINOLOGY}v2-0074"
OBSERVATION_CATEGORY = f"{TERMINOLOGY}observation-category"
IMAGING = frozenset({"CT", "CTH", "CUS", "NMR", "NMS", "OUS", "RAD", "RUS", "VUS", "XRC"})
EXAMS = frozenset({"AU", "EC", "EN", "ICU", "NRS", "OSL", "OT", "OTH", "PF", "PHR", "PHY", "PT", "RC", "RT", "RX"})
# OBR-25 (table 0123) and OBX-11 (table 0085) in FHIR's words.
REPORT_STATUS = {
    "O": "registered", "I": "registered", "S": "registered", "A": "partial", "P": "preliminary", "R": "partial",
    "C": "corrected", "F": "final", "X": "cancelled", "Y": "registered", "Z": "registered", "": "final",
}  # fmt: skip
RESULT_STATUS = {
    "F": "final", "U": "final", "C": "corrected", "P": "preliminary", "S": "preliminary", "R": "preliminary",
    "B": "preliminary", "I": "registered", "X": "cancelled", "D": "entered-in-error", "W": "entered-in-error",
    "": "final",
}  # fmt: skip
NO_RESULT = frozenset({"N", "O"})  # the result was not asked for, or this is a detail of the order
WITHOUT_VALUE = frozenset({"registered", "cancelled", "entered-in-error"})
CANCELLED = frozenset({"CA", "OC", "DC", "CR", "OD"})  # ORC-1
INTERPRETATIONS = frozenset(
    {"L", "LL", "H", "HH", "N", "A", "AA", "<", ">", "U", "D", "B", "W", "S", "R", "I", "MS", "VS", "POS", "NEG", "IND"}
)
RANGE = re.compile(r"\s*([+-]?[0-9.]+)\s*(?:--|-|~|～|—|–)\s*([+-]?[0-9.]+)\s*")
POWER = re.compile(r"\d{1,2}/\S+")
BOUND = re.compile(r"\s*(<=|>=|<|>|≤|≥|＜|＞)\s*([+-]?[0-9.]+)\s*")
COMPARATORS = {"≤": "<=", "≥": ">=", "＜": "<", "＞": ">"}
NUMERIC = frozenset({"<", "<=", ">=", ">"})
CODED = frozenset({"CE", "CWE", "CNE", "CF", "IS", "ID"})
TEXTS = frozenset({"ST", "TX", "FT", "SI", ""})
TIMES = frozenset({"TS", "DT", "DTM"})
DOCUMENT_TYPES = {"PDF": "application/pdf", "PLAIN": "text/plain", "HTML": "text/html", "RTF": "application/rtf"}


def mapped(message: Message, mapping: Mapped) -> Sequence[Line]:
    """The lines that a message becomes, in their order. Raises `NotMapped`."""
    kind = message.kind
    name, _, event = kind.partition("^")
    if sum(segment.name == "PID" for segment in message.segments) > 1 and event != "A40":
        raise NotMapped("PID", "is there more than once; a message is about one patient")
    facts = Facts.of(message, mapping)
    if name == "ADT" and event in STAYS:
        return [facts.person(), facts.line(encounter(message, facts, event))]
    if name == "ADT" and event in PEOPLE:
        return [facts.person()]
    if kind in ("ORU^R01", "ORU"):
        return [*facts.known_person(), *results(message, facts)]
    if kind in ("ORM^O01", "ORM", "OML^O21"):
        return [*facts.known_person(), *orders(message, facts)]
    raise NotMapped("MSH-9", "is a kind of message that becomes nothing here")


@dataclass(frozen=True, slots=True)
class Facts:
    """What each resource of a message has in common."""

    message: Message
    mapping: Mapped
    patient_number: str
    other_numbers: Sequence[str]
    identity_number: str
    sent_at: datetime

    @staticmethod
    def of(message: Message, mapping: Mapped) -> "Facts":
        pid = message.first("PID")
        if pid is None:
            raise NotMapped("PID", "is not there: whom is it about?")
        own, identity = patient_numbers(pid, mapping)
        patient_number = check_patient_number(own, "PID-3")
        prior = message.text(Path("MRG", 1)) if message.kind.endswith("A40") else ""
        sent = message.any_of([Path("MSH", 7), Path("EVN", 2), Path("OBR", 22)])
        if not sent:
            raise NotMapped("MSH-7", "does not say when the message was made")
        others = [check_patient_number(prior, "MRG-1")] if prior else []
        at = moment(sent, "MSH-7", mapping.time_zone).at
        return Facts(
            message, mapping, patient_number, others, identity or message.any_of(mapping.patients.identity_paths), at
        )

    @property
    def system(self) -> str:
        return self.mapping.patients.system

    def line(self, resource: Mapping[str, Any]) -> Line:
        return Line(resource, self.sent_at)

    def subject(self) -> Mapping[str, Any]:
        return subject(self.system, self.patient_number)

    def id_of(self, prefix: str, *names: str) -> str:
        return id_of(prefix, self.system, *names)

    def moment(self, text: str, at: str) -> Moment:
        return moment(text, at, self.mapping.time_zone)

    def person(self) -> Line:
        """The line that says who the patient number is."""
        pid = self.message.first("PID")
        assert pid is not None, "looked for before"
        name = birth_date = ""
        if self.mapping.patients.names:
            name = name_of(pid)
            written = pid.text(7)[:8]
            if written:
                birth_date = self.moment(written, "PID-7").fhir
                if birth_date > f"{date.today()}" or len(birth_date) < 10:  # noqa: DTZ011 a typing error, by any zone
                    birth_date = ""
        person = Person(self.identity_number, name, birth_date, self.other_numbers)
        return self.line(patient(self.system, self.patient_number, person))

    def known_person(self) -> Sequence[Line]:
        """The same where a message of results says more than a number: a laboratory's system may send no other."""
        return [self.person()] if self.identity_number else []


def patient_numbers(pid: Segment, mapping: Mapped) -> tuple[str, str]:
    """The institution's own patient number, and the national identity number; each empty where it is not said."""
    own = untyped = identity = ""
    for n in range(1, pid.repetitions(3) + 1):
        text, authority, kind = (pid.text(3, component, repetition=n) for component in (1, 4, 5))
        is_own = not mapping.patients.authority or authority == mapping.patients.authority
        if kind in mapping.patients.identity_types:
            identity = identity or text
        elif kind == mapping.patients.type and is_own:
            own = own or text
        elif not kind and is_own:
            untyped = untyped or text
    return own or untyped, identity


def name_of(pid: Segment) -> str:
    """The name as a person writes it: without a space where it is Chinese, Japanese or Korean."""
    family, given = pid.text(5, 1), pid.text(5, 2)
    if not (family and given):
        return family or given
    return f"{family}{given}" if not family.isascii() else f"{given} {family}"


def encounter(message: Message, facts: Facts, event: str) -> Mapping[str, Any]:
    """The stay or visit that a message is about."""
    visits = facts.mapping.visits
    if not (visit_number := message.any_of(visits.number)):
        raise NotMapped("PV1-19", "does not say which stay or visit it is; look at `visits.number` in the mapping")
    patient_class = message.text(Path("PV1", 2))
    if patient_class not in visits.classes:
        raise NotMapped("PV1-2", "is a class of patient that `visits.classes` does not have")
    starts, ends = visits.start, visits.end
    if event not in ("A01", "A04"):  # the event's own time is not that of the admission
        starts = [path for path in starts if path.segment != "EVN"] or starts
    discharged = event == "A03" or (event == "A08" and bool(message.text(Path("PV1", 45))))
    if not (start := message.any_of(starts)):
        raise NotMapped("PV1-44", "does not say when it began; look at `visits.start` in the mapping")
    period = {"start": facts.moment(start, "PV1-44").fhir}
    if discharged and (end := message.any_of(ends)):
        period["end"] = facts.moment(end, "PV1-45").fhir
    resource: dict[str, Any] = {
        "resourceType": "Encounter",
        "id": facts.id_of("encounter", visit_number),
        "status": "cancelled" if event == "A11" else "finished" if discharged else "in-progress",
        "class": {"system": ACT_CODES, "code": visits.classes[patient_class]},
        "subject": facts.subject(),
        "period": period,
    }
    if ward := ", ".join(filter(None, (message.text(Path("PV1", 3, n)) for n in (1, 2, 3)))):
        resource["location"] = [{"location": {"display": ward}}]
    if reason := message.text(Path("PV2", 3, 2)) or message.text(Path("PV2", 3)):
        resource["reasonCode"] = [{"text": reason}]
    return resource


def results(message: Message, facts: Facts) -> list[Line]:
    """The reports of a message, each after its results."""
    lines: list[Line] = []
    for group in message.groups("OBR", before=["ORC"]):
        observations, documents = observed(group, facts)
        lines += [facts.line(each) for each in observations]
        lines.append(facts.line(report(group, facts, observations, documents)))
    if not lines:
        raise NotMapped("OBR", "is not there: what are the results of?")
    return lines


def orders(message: Message, facts: Facts) -> list[Line]:
    """The orders of a message, each as a report that is registered: a record has no orders of a hospital's own."""
    if not facts.mapping.results.orders:
        raise NotMapped("MSH-9", "is an order, which `results.orders` leaves out")
    lines = []
    for group in message.groups("OBR", before=["ORC"]):
        control = next((segment.text(1) for segment in group if segment.name == "ORC"), "")
        lines.append(facts.line(report(group, facts, [], [], "cancelled" if control in CANCELLED else "registered")))
    if not lines:
        raise NotMapped("OBR", "is not there: what is ordered? Orders of medicines (RXO) become nothing here")
    return lines


def order_of(group: Sequence[Segment], facts: Facts) -> str:
    """What an order is called: by the first number that it has, and by what is ordered."""
    obr = segment_of(group, "OBR")
    for path in facts.mapping.results.order_number:
        segment = next((each for each in group if each.name == path.segment), None)
        if segment is not None and (text := segment.text(path.field, path.component, path.subcomponent)):
            return f"{text}\x1f{obr.text(4) or obr.text(4, 4)}"
    raise NotMapped("OBR-3", "has no number of the order; look at `results.order_number` in the mapping")


def segment_of(group: Sequence[Segment], name: str) -> Segment:
    return next(segment for segment in group if segment.name == name)


def report(
    group: Sequence[Segment],
    facts: Facts,
    observations: Sequence[Mapping[str, Any]],
    documents: Sequence[Mapping[str, Any]],
    status: str = "",
) -> Mapping[str, Any]:
    """The report of an order."""
    obr = segment_of(group, "OBR")
    written = obr.text(25)
    if not status and written not in REPORT_STATUS:
        raise NotMapped("OBR-25", "is no status of a report (table 0123)")
    resource: dict[str, Any] = {
        "resourceType": "DiagnosticReport",
        "id": facts.id_of("report", order_of(group, facts)),
        "status": status or REPORT_STATUS[written],
        "category": [{"coding": [{"system": DIAGNOSTIC_SERVICES, "code": service_of(obr, facts)}]}],
        "code": concept(obr, 4, facts),
        "subject": facts.subject(),
    }
    if numbers := [{"value": text} for field in (2, 3) if (text := obr.text(field))]:
        resource["identifier"] = numbers
    if visit_number := facts.message.any_of(facts.mapping.visits.number):
        resource["encounter"] = {"reference": f"Encounter/{facts.id_of('encounter', visit_number)}"}
    if taken := obr.text(7):
        if until := obr.text(8):
            times = {"start": facts.moment(taken, "OBR-7").fhir, "end": facts.moment(until, "OBR-8").fhir}
            resource["effectivePeriod"] = times
        else:
            resource["effectiveDateTime"] = facts.moment(taken, "OBR-7").fhir
    issued = obr.text(22)
    resource["issued"] = instant(facts.moment(issued, "OBR-22").at if issued else facts.sent_at)
    if observations:
        resource["result"] = [{"reference": f"Observation/{each['id']}"} for each in observations]
    if notes := notes_of(group[: next((n for n, each in enumerate(group) if each.name == "OBX"), len(group))]):
        resource["conclusion"] = notes
    if documents:
        resource["presentedForm"] = list(documents)
    return resource


def service_of(obr: Segment, facts: Facts) -> str:
    """The diagnostic service, in table 0074."""
    written = obr.text(24)
    return facts.mapping.results.categories.get(written) or written or facts.mapping.results.category


def category_of(service: str) -> str:
    return "imaging" if service in IMAGING else "exam" if service in EXAMS else "laboratory"


def observed(group: Sequence[Segment], facts: Facts) -> tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]:
    """The results of an order, and the documents that stand among them."""
    obr, order = segment_of(group, "OBR"), order_of(group, facts)
    observations: list[dict[str, Any]] = []
    documents: list[Mapping[str, Any]] = []
    times: dict[tuple[str, str], int] = {}
    for index, segment in enumerate(group):
        if segment.name != "OBX" or segment.text(11) in NO_RESULT:
            continue
        if segment.text(2) == "ED":
            documents.append(document(segment))
            continue
        key = (segment.text(3) or segment.text(3, 2) or segment.text(3, 4), segment.text(4))
        times[key] = times.get(key, 0) + 1
        name = facts.id_of("result", order, *key, *([str(times[key])] if times[key] > 1 else []))
        resource = observation(segment, obr, facts, name)
        following = next((n for n in range(index + 1, len(group)) if group[n].name != "NTE"), len(group))
        if notes := notes_of(group[index + 1 : following]):
            resource["note"] = [{"text": notes}]
        observations.append(resource)
    return observations, documents


def observation(obx: Segment, obr: Segment, facts: Facts, name: str) -> dict[str, Any]:
    """A result."""
    written = obx.text(11)
    if written not in RESULT_STATUS:
        raise NotMapped("OBX-11", "is no status of a result (table 0085)")
    status = RESULT_STATUS[written]
    taken, at = next(
        ((text, at) for text, at in ((obx.text(14), "OBX-14"), (obr.text(7), "OBR-7")) if text), ("", "OBR-7")
    )
    effective = facts.moment(taken, at).fhir if taken else None
    if effective is None and not obr.text(22):
        raise NotMapped("OBX-14", "does not say when it was measured, nor do OBR-7 and OBR-22")
    resource: dict[str, Any] = {
        "resourceType": "Observation",
        "id": name,
        "status": status,
        "category": [
            {"coding": [{"system": OBSERVATION_CATEGORY, "code": category_of(service_of(obr, facts))}]},
        ],
        "code": concept(obx, 3, facts),
        "subject": facts.subject(),
    }
    if effective is not None:
        resource["effectiveDateTime"] = effective
    if issued := obr.text(22):
        resource["issued"] = instant(facts.moment(issued, "OBR-22").at)
    if value := value_of(obx, facts):
        resource |= value
    elif status not in WITHOUT_VALUE:
        resource["dataAbsentReason"] = {"coding": [{"system": f"{TERMINOLOGY}data-absent-reason", "code": "unknown"}]}
    if flags := [interpretation(text) for text in obx.texts(8)]:
        resource["interpretation"] = flags
    if written_range := obx.text(7):
        resource["referenceRange"] = [reference_range(written_range, unit_of(obx, facts))]
    return resource


def value_of(obx: Segment, facts: Facts) -> Mapping[str, Any] | None:
    """A result's value, by the type that OBX-2 says; None where there is none."""
    kind = obx.text(2)
    if not (texts := obx.texts(5)) and not obx.text(5, 2):
        return None
    if kind == "NM":
        return numeric(texts[0], facts, obx)
    if kind == "SN":
        return structured(obx, facts)
    if kind in CODED:
        return {"valueCodeableConcept": concept(obx, 5, facts, whole=True)}
    if kind in TIMES:
        return {"valueDateTime": facts.moment(texts[0], "OBX-5").fhir}
    if kind in TEXTS:
        return {"valueString": "\n".join(texts)}
    raise NotMapped("OBX-2", "is a type of value that becomes nothing here")


def numeric(text: str, facts: Facts, obx: Segment) -> Mapping[str, Any]:
    """A number with its unit. Laboratories write `<0.01` into numbers, too."""
    bound = BOUND.fullmatch(text)
    if bound is None:
        return {"valueQuantity": {"value": number(text, "OBX-5")} | unit_of(obx, facts)}
    comparator = COMPARATORS.get(bound[1], bound[1])
    return {
        "valueQuantity": {"value": number(bound[2], "OBX-5"), "comparator": comparator} | unit_of(obx, facts),
    }


def structured(obx: Segment, facts: Facts) -> Mapping[str, Any]:
    """A structured number: `>^100`, `^1^:^128`, `^2^-^3`, `^3^+`."""
    comparator, first, separator, second = (obx.text(5, n) for n in (1, 2, 3, 4))
    unit = unit_of(obx, facts)
    if not first or (comparator and comparator not in (*NUMERIC, "=")):
        return {"valueString": f"{comparator}{first}{separator}{second}"}
    value: dict[str, Any] = {"value": number(first, "OBX-5")}
    if separator == "-" and second:
        return {"valueRange": {"low": value | unit, "high": {"value": number(second, "OBX-5")} | unit}}
    if separator in (":", "/") and second:
        return {"valueRatio": {"numerator": value, "denominator": {"value": number(second, "OBX-5")}}}
    if separator:
        return {"valueString": f"{comparator}{first}{separator}{second}"}
    return {"valueQuantity": value | ({"comparator": comparator} if comparator in NUMERIC else {}) | unit}


def unit_of(obx: Segment, facts: Facts) -> dict[str, Any]:
    """The unit as it was written, and its UCUM code where it has one."""
    code, text = obx.text(6), obx.text(6, 2)
    if code.lstrip("x*X×") == "10" and POWER.fullmatch(text):  # `10^9/L`, whose writer forgot that ^ separates
        code, text = f"{code}^{text}", ""
    if not (written := text or code):
        return {}
    ucum = code if obx.text(6, 3).upper() == "UCUM" else facts.mapping.unit(code) or facts.mapping.unit(text)
    return {"unit": written} | ({"system": UCUM, "code": ucum} if ucum else {})


def concept(segment: Segment, field: int, facts: Facts, *, whole: bool = False) -> Mapping[str, Any]:
    """A coded element: its code, another one of the same meaning, and its text. `whole`: a text alone is enough."""
    codings = []
    for first in (1, 4):
        code, text, system = (segment.text(field, first + n) for n in (0, 1, 2))
        if not code:
            continue
        uri = facts.mapping.system_of(system)
        if uri is None and not whole:
            raise NotMapped(
                f"{segment.name}-{field}",
                "has a coding system that `codes` in the mapping does not have, nor local_system",
            )
        coding = {"system": uri, "code": code} if uri else {"code": code}
        codings.append(coding | ({"display": text} if text else {}))
    text = segment.text(field, 9) or segment.text(field, 2) or segment.text(field, 5) or segment.text(field)
    if not codings and not text:
        raise NotMapped(f"{segment.name}-{field}", "does not say what it is of")
    return ({"coding": codings} if codings else {}) | ({"text": text} if text else {})


def interpretation(flag: str) -> Mapping[str, Any]:
    """An abnormal flag (table 0078). FHIR has most of them; what it does not have stays as text."""
    return {"coding": [{"system": OUTCOMES, "code": flag}]} if flag in INTERPRETATIONS else {"text": flag}


def reference_range(text: str, unit: dict[str, Any]) -> Mapping[str, Any]:
    """What is normal: as it was written, and as numbers where it is such."""
    shown: dict[str, Any] = {"text": text}
    try:
        if between := RANGE.fullmatch(text):
            low, high = number(between[1], "OBX-7"), number(between[2], "OBX-7")
            if low <= high:
                shown |= {"low": {"value": low} | unit, "high": {"value": high} | unit}
        elif bound := BOUND.fullmatch(text):
            side = "high" if COMPARATORS.get(bound[1], bound[1]).startswith("<") else "low"
            shown[side] = {"value": number(bound[2], "OBX-7")} | unit
    except NotMapped:
        pass  # it is not numbers
    return shown


def document(obx: Segment) -> Mapping[str, Any]:
    """A document that stands among the results, in base64."""
    subtype, encoding, data = obx.text(5, 3), obx.text(5, 4), obx.text(5, 5)
    content_type = DOCUMENT_TYPES.get(subtype.upper())
    if content_type is None or encoding.upper() != "BASE64" or not data:
        raise NotMapped(
            "OBX-5", f"must be a document in Base64: {', '.join(sorted(DOCUMENT_TYPES))}; pictures are linked to"
        )
    return {"contentType": content_type, "data": "".join(data.split()), "title": obx.text(3, 2) or obx.text(3)}


def notes_of(segments: Sequence[Segment]) -> str:
    """What NTE segments say, line by line."""
    return "\n".join(text for segment in segments if segment.name == "NTE" for text in segment.texts(3))
