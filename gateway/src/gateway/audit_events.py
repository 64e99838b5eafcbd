"""Entries of the access log as FHIR R4 AuditEvents, after IHE's Basic Audit Log Patterns (BALP)."""

from typing import Any

import orjson
from chassis.wire import moment
from yima.common.v1.enums import Role
from yima.consent.v1 import api_pb2 as pb
from yima.consent.v1.enums import AccessAct, AccessKind, Reason

PROFILES = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/"
HL7 = "http://terminology.hl7.org/CodeSystem/"
REST = "http://hl7.org/fhir/restful-interaction"
DICOM = "http://dicom.nema.org/resources/ontology/DCM"
OURS = "urn:yima"


def audit_event(entry: pb.AccessLogEntry) -> str:
    """The AuditEvent of an entry, as JSON: who, whose data, what for, when, and what came of it."""
    adds = entry.kind == AccessKind.INGEST
    changes = entry.kind in (AccessKind.CONSENT, AccessKind.POLICY, AccessKind.CITY)
    profile, action, interaction = (
        ("Create", "C", "create") if adds else ("Update", "U", "update") if changes else ("Read", "R", "read")
    )
    if entry.resident_id:
        profile = f"Patient{profile}"
    subtypes = [coding(REST, interaction)]
    if entry.act:
        subtypes.append(coding(f"{OURS}:access-act", AccessAct(entry.act).name))
    event: dict[str, Any] = {
        "resourceType": "AuditEvent",
        "id": entry.decision_id,
        "meta": {"profile": [f"{PROFILES}IHE.BasicAudit.{profile}"]},
        "type": coding(f"{HL7}audit-event-type", "rest", "RESTful Operation"),
        "subtype": subtypes,
        "action": action,
        "recorded": moment(entry.decided_at).isoformat(),
        "outcome": "0" if entry.permitted else "8",
        "outcomeDesc": Reason(entry.reason).name,
        "agent": [
            agent(entry),
            {"type": concept(DICOM, "110152", "Destination Role ID"), "who": PLATFORM, "requestor": False},
        ],
        "source": {"observer": PLATFORM, "type": [coding(f"{HL7}security-source-type", "4", "Application Server")]},
        "entity": entities(entry),
    }
    if entry.purpose:
        event["purposeOfEvent"] = [concept(f"{HL7}v3-ActReason", entry.purpose)]
    return orjson.dumps(event).decode()


PLATFORM = {"display": "Yima"}


def coding(system: str, code: str, display: str = "") -> dict[str, str]:
    return {"system": system, "code": code} | ({"display": display} if display else {})


def concept(system: str, code: str, display: str = "") -> dict[str, Any]:
    return {"coding": [coding(system, code, display)]}


def identified(system: str, value: str) -> dict[str, Any]:
    return {"identifier": {"system": f"{OURS}:{system}", "value": value}}


def agent(entry: pb.AccessLogEntry) -> dict[str, Any]:
    """Who asked or acted, for which institution."""
    who = identified("person", entry.subject_id) if entry.subject_id else PLATFORM
    role = Role(entry.role).name if entry.role else "PLATFORM"
    shown: dict[str, Any] = {
        "type": concept(DICOM, "110153", "Source Role ID"),
        "role": [concept(f"{OURS}:role", role)],
        "who": who,
        "requestor": True,
    }
    if entry.purpose:
        shown["purposeOfUse"] = [concept(f"{HL7}v3-ActReason", entry.purpose)]
    return shown


def entities(entry: pb.AccessLogEntry) -> list[dict[str, Any]]:
    """Whose data, by which consent, of which kinds; and which institution is concerned."""
    person, system, location = (coding(f"{HL7}audit-entity-type", code) for code in ("1", "2", "3"))
    shown: list[dict[str, Any]] = []
    if entry.resident_id:
        patient = coding(f"{HL7}object-role", "1", "Patient")
        shown.append({"what": identified("resident", entry.resident_id), "type": person, "role": patient})
    elif entry.about_id:
        shown.append({"what": identified("rule", entry.about_id), "type": system})
    shown += [{"what": {"display": part}, "type": system} for part in entry.parts]
    shown += [
        {"what": {"display": kind}, "type": system, "role": coding(f"{HL7}object-role", "4", "Domain Resource")}
        for kind in entry.information_types
    ]
    if entry.consent_id:
        shown.append({"what": identified("consent", entry.consent_id), "type": system})
    if entry.partner_id:
        shown.append({"what": identified("partner", entry.partner_id), "type": location})
    return shown
