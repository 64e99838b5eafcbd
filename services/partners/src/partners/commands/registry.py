"""The certificate registry as a signed document. docs/certificates.md says what is in it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chassis.auth import sign
from chassis.ids import Kind, shown
from chassis.refusals import NotFound
from chassis.signing import SigningKeys
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1.api_pb2 import PartnerKind, PartnerManifest

from partners.domain.registry import KIND, NEXT_AFTER, SHOWN_AFTER_END, end_of
from partners.store import registry


@dataclass(frozen=True, slots=True)
class SignedRegistry:
    """The registry as a JWT: `document` is whole, the rest is what it says of itself."""

    document: str
    number: int
    issued_at: datetime
    next_at: datetime


async def signed_registry(
    session: AsyncSession, *, city: str, keys: SigningKeys, partner_id: UUID | None, now: datetime
) -> SignedRegistry:
    """The registry as of now, of everybody or of one partner."""
    rows = await registry.rows(session, partner_id, now - SHOWN_AFTER_END)
    if partner_id is not None and not rows.partners:
        raise NotFound("there is no such partner", "partner_id")
    certificates: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in rows.certificates:
        certificates[row.partner_id].append(row)
    next_at = now + NEXT_AFTER
    claims: dict[str, Any] = {
        "kind": KIND,
        "iss": city,
        "iat": int(now.timestamp()),
        "exp": int(next_at.timestamp()),
        "number": rows.number,
        "partners": [partner_entry(row, certificates[row.id], rows.frozen.get(row.id, ())) for row in rows.partners],
    }
    if partner_id is not None:
        claims["sub"] = shown(Kind.PARTNER, partner_id)
    return SignedRegistry(sign(keys.signing, claims), rows.number, now, next_at)


def partner_entry(row: Any, certificates: list[Any], frozen: Any) -> dict[str, Any]:
    """What the registry says of a partner."""
    manifest = PartnerManifest.FromString(row.manifest)
    return {
        "id": shown(Kind.PARTNER, row.id),
        "name": dict(sorted(manifest.name.text.items())),
        "kind": PartnerKind.Name(manifest.kind).removeprefix("PARTNER_KIND_"),
        "status": row.status.upper(),
        "frozen": [capability.upper() for capability in frozen],
        "certificates": [certificate_entry(certificate, row.struck_off_at) for certificate in certificates],
    }


def certificate_entry(row: Any, struck_off_at: datetime | None) -> dict[str, Any]:
    """A certificate in the registry: in force from `from` until the earlier of `until` and `ended.at`."""
    entry = {
        "id": shown(Kind.CERTIFICATE, row.id),
        "aspect": row.aspect.upper(),
        "version": row.version,
        "scope": row.scope,
        "from": written(row.in_force_from),
        "until": written(row.expires_at),
    }
    end = end_of(
        revoked_at=row.revoked_at,
        reason=row.revocation_reason,
        replaced_at=row.replaced_at,
        struck_off_at=struck_off_at,
        left_at=row.left_at,
    )
    if end is not None:
        entry["ended"] = {"at": written(end.at), "because": end.because} | (
            {"reason": end.reason} if end.reason else {}
        )
    return entry


def written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
