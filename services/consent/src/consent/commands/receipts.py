"""Receipts: a permission and an attested erasure, signed so that their holder can show them to anybody."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from chassis.ids import new_id
from chassis.jwts import ALGORITHM
from chassis.signing import SigningKeys
from joserfc import jws
from yima.catalog.v1.api_pb2 import ConsentTemplate

from consent.domain.consents import AccessMode, Origin
from consent.domain.erasures import ErasureMethod
from consent.domain.frequency import Frequency
from consent.domain.reach import Reach
from consent.tables import ArtefactRow, ErasureRow, RequestRow

EMERGENCY_PURPOSE = "ETREAT"
OF_RESIDENT = frozenset({"resident", "granted_by", "visit_rule"})  # ids that are the same in what each grantee holds


def sign(content: dict[str, Any], keys: SigningKeys) -> tuple[str, bytes]:
    """The receipt, a compact JWS (RFC 7515) over canonical JSON, and the SHA-256 of that JSON."""
    canonical = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    key = keys.signing
    header = {"alg": ALGORITHM, "kid": key.kid}
    receipt = jws.serialize_compact(header, canonical, key, algorithms=[ALGORITHM])
    return receipt, hashlib.sha256(canonical).digest()


@dataclass(frozen=True, slots=True)
class Grant:
    """How a request is granted: by whom, how much of it, to whom of the grantee's people."""

    by: UUID
    until: datetime | None = None  # what a guardian grants ends when the resident comes of age
    information_types: Sequence[str] = ()  # of a visit: only these; none: all that is asked
    whole_institution: bool = False  # of a visit: not only who scanned
    visit_rule_id: UUID | None = None
    reach: Reach | None = None  # of a visit; of an order as its template says
    practitioner_id: UUID | None = None  # of an order: the only one of the grantee's people
    frequency: Frequency = field(default_factory=Frequency)  # an offer's is narrowed by it


def grant(request: RequestRow, terms: Grant, keys: SigningKeys, now: datetime) -> ArtefactRow:
    """The artefact that answers a request. That of a visit ends with the visit, that of an offer when it says, and that
    of a project with the project's term."""
    template = ConsentTemplate.FromString(request.template)
    end = request.expires_at or now + timedelta(days=template.valid_days)
    expires_at = end if terms.until is None else min(end, terms.until)
    information_types = list(terms.information_types or template.information_types)
    reach = terms.reach or Reach(frozenset(template.sensitive_categories), request.data_from, request.data_until)
    practitioner_id = None if terms.whole_institution else request.practitioner_id or terms.practitioner_id
    frequency = Frequency(request.uses_per_day, request.uses_in_all).narrowed(terms.frequency)
    artefact_id = new_id()
    content: dict[str, Any] = {
        "id": str(artefact_id),
        "resident": str(request.resident_id),
        "granted_by": str(terms.by),
        "grantee": str(request.grantee_id),
        "information_types": information_types,
        "purpose": template.purpose,
        "access_mode": int(template.access_mode),
        "template_sha256": request.template_hash.hex(),
        "granted_at": now.isoformat(),
        "expires_at": expires_at.isoformat(),
        "retention_days": template.retention_days,
    }
    content |= origin_claims(request, terms, practitioner_id) | limit_claims(frequency, reach)
    receipt, artefact_hash = sign(content, keys)
    return ArtefactRow(
        id=artefact_id,
        consent_request_id=request.id,
        resident_id=request.resident_id,
        granted_by=terms.by,
        grantee_id=request.grantee_id,
        order_id=request.order_id,
        order_line_id=request.order_line_id,
        information_types=information_types,
        purpose=template.purpose,
        access_mode=template.access_mode,
        granted_at=now,
        expires_at=expires_at,
        receipt=receipt,
        artefact_hash=artefact_hash,
        retention_days=template.retention_days,
        origin=request.origin,
        scan_id=request.scan_id,
        practitioner_id=practitioner_id,
        visit_rule_id=terms.visit_rule_id,
        sensitive_categories=sorted(reach.sensitive_categories),
        data_from=reach.data_from,
        data_until=reach.data_until,
        uses_per_day=frequency.per_day,
        uses_in_all=frequency.in_all,
        project_id=request.project_id,
    )


def origin_claims(request: RequestRow, terms: Grant, practitioner_id: UUID | None) -> dict[str, object]:
    """What a receipt says of where its consent comes from, and of the only practitioner it is for, if it is."""
    if request.origin == Origin.VISIT:
        return {
            "origin": Origin.VISIT.name,
            "scan": str(request.scan_id),
            "practitioner": str(practitioner_id or ""),
            "visit_rule": str(terms.visit_rule_id or ""),
        }
    if request.origin == Origin.OFFER:
        return {"origin": Origin.OFFER.name, "practitioner": str(practitioner_id or "")}
    if request.origin == Origin.PROJECT:
        return {"origin": Origin.PROJECT.name, "project": str(request.project_id)}
    only = {"practitioner": str(practitioner_id)} if practitioner_id is not None else {}
    return {"order": str(request.order_id), "order_line": str(request.order_line_id), **only}


def limit_claims(frequency: Frequency, reach: Reach) -> dict[str, object]:
    """What a receipt says of how often its consent may be used, and of how much of the record it covers."""
    uses = {"uses_per_day": frequency.per_day, "uses_in_all": frequency.in_all} if frequency.limited else {}
    return {
        **uses,
        "sensitive_categories": sorted(reach.sensitive_categories),
        "data_from": reach.data_from.isoformat() if reach.data_from else "",
        "data_until": reach.data_until.isoformat() if reach.data_until else "",
    }


def open_in_emergency(
    *,
    resident_id: UUID,
    practitioner_id: UUID,
    partner_id: UUID,
    information_types: Sequence[str],
    sensitive_categories: Sequence[str],
    until: datetime,
    keys: SigningKeys,
    now: datetime,
) -> ArtefactRow:
    """What a practitioner opens for themselves, to view in an emergency. Nobody has granted it, and it says so."""
    artefact_id = new_id()
    content: dict[str, Any] = {
        "id": str(artefact_id),
        "origin": Origin.EMERGENCY.name,
        "resident": str(resident_id),
        "opened_by": str(practitioner_id),
        "grantee": str(partner_id),
        "practitioner": str(practitioner_id),
        "information_types": list(information_types),
        "sensitive_categories": list(sensitive_categories),
        "purpose": EMERGENCY_PURPOSE,
        "access_mode": int(AccessMode.VIEW),
        "granted_at": now.isoformat(),
        "expires_at": until.isoformat(),
    }
    receipt, artefact_hash = sign(content, keys)
    return ArtefactRow(
        id=artefact_id,
        resident_id=resident_id,
        granted_by=practitioner_id,
        grantee_id=partner_id,
        information_types=list(information_types),
        purpose=EMERGENCY_PURPOSE,
        access_mode=AccessMode.VIEW,
        granted_at=now,
        expires_at=until,
        receipt=receipt,
        artefact_hash=artefact_hash,
        origin=Origin.EMERGENCY,
        practitioner_id=practitioner_id,
        sensitive_categories=list(sensitive_categories),
    )


def for_grantee(artefact: ArtefactRow, keys: SigningKeys) -> str:
    """The receipt as its grantee holds it: the same, signed without the ids by which two grantees could find out that
    they have the same resident (ADR 0617). The hash of the resident's own stands for them."""
    content = orjson.loads(jws.extract_compact(artefact.receipt.encode()).payload)
    shown = {name: value for name, value in content.items() if name not in OF_RESIDENT}
    return sign(shown | {"artefact_sha256": artefact.artefact_hash.hex()}, keys)[0]


def attest(
    erasure: ErasureRow,
    artefact: ArtefactRow,
    by: UUID,
    method: ErasureMethod,
    protocol_sha256: bytes,
    keys: SigningKeys,
    now: datetime,
) -> None:
    """Write the grantee's word that it has erased what it kept. The artefact's hash stands for the resident's id."""
    content: dict[str, Any] = {
        "erased": str(artefact.id),
        "artefact_sha256": artefact.artefact_hash.hex(),
        "grantee": str(artefact.grantee_id),
        "due_at": erasure.due_at.isoformat(),
        "attested_at": now.isoformat(),
        "attested_by": str(by),
        "method": method.name,
        "protocol_sha256": protocol_sha256.hex(),
    }
    erasure.receipt, erasure.attestation_hash = sign(content, keys)
    erasure.attested_at, erasure.attested_by, erasure.method = now, by, method
    erasure.protocol_sha256 = protocol_sha256 or None
