"""Making an artefact: what the resident permits, signed so that they can show it to anybody."""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from chassis.auth import ALGORITHM
from chassis.ids import new_id
from chassis.signing import SigningKeys
from joserfc import jws
from yima.catalog.v1.api_pb2 import ConsentTemplate

from consent.tables import ArtefactRow, RequestRow


def grant(request: RequestRow, granted_by: UUID, keys: SigningKeys, now: datetime) -> ArtefactRow:
    """The artefact that answers a request. Its receipt is a compact JWS (RFC 7515) over canonical JSON."""
    template = ConsentTemplate.FromString(request.template)
    expires_at = now + timedelta(days=template.valid_days)
    artefact_id = new_id()
    said: dict[str, Any] = {
        "id": str(artefact_id),
        "resident": str(request.resident_id),
        "granted_by": str(granted_by),
        "grantee": str(request.grantee_id),
        "order": str(request.order_id),
        "order_line": str(request.order_line_id),
        "information_types": list(template.information_types),
        "purpose": template.purpose,
        "access_mode": int(template.access_mode),
        "template_sha256": request.template_hash.hex(),
        "granted_at": now.isoformat(),
        "expires_at": expires_at.isoformat(),
    }
    canonical = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
    header = {"alg": ALGORITHM, "kid": keys.kid}
    return ArtefactRow(
        id=artefact_id,
        consent_request_id=request.id,
        resident_id=request.resident_id,
        granted_by=granted_by,
        grantee_id=request.grantee_id,
        order_id=request.order_id,
        order_line_id=request.order_line_id,
        information_types=list(template.information_types),
        purpose=template.purpose,
        access_mode=template.access_mode,
        granted_at=now,
        expires_at=expires_at,
        receipt=jws.serialize_compact(header, canonical, keys.signing, algorithms=[ALGORITHM]),
        artefact_hash=hashlib.sha256(canonical).digest(),
    )
