"""Requests of every method of the contracts, as whoever may call it could send them, about things that there are."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from chassis.routes import policy
from chassis.wire import timestamp
from devstack.contracts import is_map
from devstack.fictional import identity_number
from gateway.policy import CONTRACTS
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from yima.common.v1.types_pb2 import Money

# The generator of P-256, as a browser writes its key: a point, and nobody's.
PUSH_KEY = "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"


def consent_document(partner_id: str, until: str) -> dict[str, Any]:
    """A FHIR Consent that offers a partner to look at vital signs, to look after somebody's care."""

    def concept(system: str, code: str) -> dict[str, Any]:
        return {"coding": [{"system": system, "code": code}]}

    return {
        "resourceType": "Consent",
        "status": "proposed",
        "scope": concept(f"{TERMINOLOGY}consentscope", "patient-privacy"),
        "category": [concept("http://loinc.org", "59284-0")],
        "policyRule": concept(f"{TERMINOLOGY}v3-ActCode", "OPTIN"),
        "provision": {
            "type": "permit",
            "period": {"end": until},
            "actor": [
                {
                    "role": concept(f"{TERMINOLOGY}v3-ParticipationType", "IRCP"),
                    "reference": {"reference": f"Organization/{partner_id}"},
                }
            ],
            "action": [concept(f"{TERMINOLOGY}consentaction", "access")],
            "purpose": [{"system": f"{TERMINOLOGY}v3-ActReason", "code": "CAREMGT"}],
            "code": [concept("urn:yima:information-type", "vital-signs")],
        },
    }


HOW_MANY = {  # residents with a diagnosis
    "views": [
        {
            "name": "conditions",
            "view": {
                "resource": "Condition",
                "select": [{"column": [{"name": "code", "path": "code.coding.code.first()", "type": "code"}]}],
            },
        }
    ],
    "measures": [{"name": "residents", "of": "residents"}],
}
A_YEAR_ON = (datetime.now(UTC) + timedelta(days=365)).date().isoformat()
PLAUSIBLE = {
    "reason": "because it was so", "payment_method": "sandbox:ok", "purpose": "TREAT",
    "information_types": ["vital-signs"],
    "access_mode": 1, "period": "2026-11", "approved": True, "passed": True, "reasons": ["because"],
    "scan_receipt": "none", "statement": "none", "text": "because", "rating": 3, "answer": "because",
    "decision": "because", "code": "mine", "site_code": "mine", "sites": [],
    "calendar_code": "mine", "calendars": [], "resources": ["{}"], "label": "mine",
    "consent": json.dumps(consent_document(str(UUID(int=7)), A_YEAR_ON)),
    "method": 1, "case_number": "WJW-2026-0117", "identity_number": identity_number("1960-05-05"),
    "birth_date": "1960-05-05", "day": "1960-05-05", "from_date": A_YEAR_ON, "until_date": A_YEAR_ON,
    "times": ["09:00"], "data_from": "", "data_until": "", "valid_until": A_YEAR_ON, "month": "2026-10",
    "login": "somebody@x.example.org", "currency": "CNY", "district": "", "media_type": "image/png",
    "sensitive_categories": [], "also_statuses": [], "schedule_day": 0,
    "issued_on": "2026-01-05", "password": "seven unlikely words", "key_set": "", "risk_tier": "",
    "due_on": A_YEAR_ON, "due_until": A_YEAR_ON, "resource_types": [], "event_types": ["order.confirmed"],
}  # fmt: skip
OF_MESSAGES: dict[str, Any] = {  # where a name means something else
    "AddDependantRequest.birth_date": "2019-05-05", "AddDependantRequest.identity_number": "",
    "AssignBreakRequest.owner": str(UUID(int=7)), "ImposeFreezeRequest.target_id": f"par_{UUID(int=7).hex}",
    "ProposeProjectRequest.purpose": "HRESCH", "BankAccount.number": "6200000000000026",
    "BankAccount.bank_code": "102451000019", "ReleaseContactRequest.purpose": "TREAT",
    "ProposeProjectRequest.people_min": 0, "ProposeProjectRequest.retention_days": 0,
    "ProposeTemplateRequest.query": json.dumps(HOW_MANY), "ProposeTemplateRequest.people_min": 0,
    "ProposeTemplateRequest.project_id": "", "RequestRunRequest.parameters": "",
    "Evidence.kind": "", "Evidence.document_id": "", "DecideIngestRequest.scan_receipt": "",
    "AddWeeklySlotsRequest.weekdays": [1, 2, 3, 4, 5, 6, 7], "BeginConformanceCheckRequest.about": "",
    "AddWeeklySlotsRequest.site_id": "", "Slot.site_id": "", "Slot.practitioner_ids": [],
    "EndCalendarRequest.from_day": A_YEAR_ON, "CloseDayRequest.day": A_YEAR_ON,
    "GetBookedDaysRequest.from_day": A_YEAR_ON, "GetBookedDaysRequest.until_day": A_YEAR_ON,
    "PutCalendarRequest.kind": 2, "PutCalendarRequest.practitioner_id": "", "PutCalendarRequest.name": "Room two",
    "WithdrawSlotsRequest.day": "", "WithdrawSlotsRequest.slot_ids": [],
    "RequestCodeUploadRequest.url": "urn:example:codes", "SourceBudget.bytes": 2**20,
    "PutBatchRequest.content": b"{}\n", "PutBatchRequest.sha256": hashlib.sha256(b"{}\n").digest(),
    "OwnReadingValues.value": "", "OwnReadingValues.unit": "", "OwnReadingValues.systolic": "128",
    "OwnReadingValues.diastolic": "82",
    **{
        f"{kind}.{name}": value
        for kind in ("ProposeAlertRuleRequest", "WatchPatientRequest")
        for name, value in {"code": "8480-6", "threshold": "160", "clear_at": "150"}.items()
    },
    "SiteDetails.closed": False, "SiteDetails.languages": [], "OpeningException.day": "2027-02-06",
    **{f"{kind}.{name}": time for kind in ("OpeningHours", "OpeningSpan")
        for name, time in {"opens": "08:30", "closes": "17:00"}.items()},
    "PageRequest.last": 0, "PageRequest.before": "",
    "SetHomeDistrictRequest.district": "lixia", "Pilot.districts": ["lixia"], "WidenPilotRequest.districts": ["lixia"],
    "OfferingFilter.categories": [], "OfferingFilter.districts": [], "OfferingFilter.definition": "",
    "SuggestSearchesRequest.locale": "", "NoteFollowUpRequest.category": "",
    "NoteFollowUpRequest.reason": 1, "CloseFollowUpRequest.outcome": 2,
    "ListCatalogueEntriesRequest.since": "2026-05-01", "ListOrderIndicatorsRequest.since": "2026-05",
    "ListMoneyIndicatorsRequest.since": "2026-05", "ListDataIndicatorsRequest.since": "2026-05",
    "EndDeviceRequest.reason": 1, "ProposeDeviceModelRequest.codes": [], "ProposeDeviceModelRequest.units": [],
    "RequestContactCodeRequest.address": "somebody@x.example.org",
    "CreateWebhookEndpointRequest.url": "https://receiver.example.org/x",
    "UpdateWebhookEndpointRequest.url": "https://receiver.example.org/x",
    "ReplayDeliveriesRequest.webhook_event_ids": [],
    "MarkMessagesReadRequest.until_personal_message_id": "", "SetNotificationPreferencesRequest.locale": "",
    "SetNotificationPreferencesRequest.choices": [],
    "RegisterPushSubscriptionRequest.endpoint": "https://push.example.org/x",
    "RegisterPushSubscriptionRequest.public_key": PUSH_KEY, "RegisterPushSubscriptionRequest.auth": "A" * 22,
}  # fmt: skip
DEPTH_MAX = 3


def ids_in_paths() -> set[str]:
    """Every field that is part of a route's path and names a thing; numbers are filled as any other."""
    return {
        name
        for contract in CONTRACTS.values()
        for method in contract.methods
        for name in re.findall(r"{(\w+)}", policy(method)[1])
        if name not in PLAUSIBLE
        if method.input_type.fields_by_name[name].type == FieldDescriptor.TYPE_STRING
    }


def filled(kind: type[Message], ids: Mapping[str, str], depth: int = 0) -> Message:
    """A request about somebody's things: their ids wherever a field of that name is, and elsewhere what the contract
    allows, so that as many as can be get beyond what is said of their form."""
    message = kind()
    field: Any
    for field in kind.DESCRIPTOR.fields:
        if (name := f"{kind.DESCRIPTOR.name}.{field.name}") in OF_MESSAGES:
            put(message, field, OF_MESSAGES[name])
        elif field.name in ids:
            put(message, field, [ids[field.name]] if field.is_repeated else ids[field.name])
        elif field.name in PLAUSIBLE:
            put(message, field, PLAUSIBLE[field.name])
        elif field.name in ("after", "validate_only", "status") or depth > DEPTH_MAX or is_map(field):
            continue
        elif field.message_type is not None:
            value = valid(field, ids, depth)
            getattr(message, field.name).extend([value]) if field.is_repeated else getattr(
                message, field.name
            ).CopyFrom(value)
        else:
            value = valid(field, ids, depth)
            put(message, field, [value] if field.is_repeated else value)
    return message


def valid(field: Any, ids: Mapping[str, str], depth: int) -> Any:
    """A value of the field's type that its form allows."""
    if field.message_type is not None:
        match field.message_type.full_name:
            case "google.protobuf.Timestamp":
                return timestamp(datetime.now(UTC) + timedelta(days=2))
            case "yima.common.v1.Money":
                return Money(currency="CNY", minor=100)
        return filled(GetMessageClass(field.message_type), ids, depth + 1)
    if field.enum_type is not None:
        return field.enum_type.values[1].number
    if field.type == field.TYPE_STRING and field.name.endswith(("_id", "_ids")):
        return str(uuid4())
    return {field.TYPE_BYTES: bytes(32), field.TYPE_BOOL: True, field.TYPE_STRING: "because"}.get(field.type, 1)


def put(message: Message, field: Any, value: Any) -> None:
    try:
        if field.is_repeated:
            getattr(message, field.name).extend(value)
        else:
            setattr(message, field.name, value)
    except (TypeError, AttributeError):
        return  # a field of another type that has the name; left empty
