"""What the certificate registry is made of: partners, and all of their certificates that were ever in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# A certificate is in force from when it was issued, or co-signed where its aspect needs that, until a newer one of its
# aspect is. One that was never signed is not listed.
LISTED = """
    SELECT id, partner_id, aspect, version, scope, expires_at, revoked_at, revocation_reason, in_force_from,
        (
            SELECT min(step.taken_at) FROM offboarding_step AS step JOIN offboarding ON offboarding.id = offboarding_id
            WHERE offboarding.partner_id = dated.partner_id AND step.step = 5 AND step.taken_at >= in_force_from
        ) AS left_at,
        lead(in_force_from) OVER (PARTITION BY partner_id, aspect ORDER BY version) AS replaced_at
    FROM (
        SELECT *, CASE WHEN needs_cosignature THEN cosigned_at ELSE issued_at END AS in_force_from
        FROM certificate
    ) AS dated
    WHERE in_force_from IS NOT NULL
"""
CERTIFICATES = text(
    f"""
    SELECT * FROM ({LISTED}) AS listed
    WHERE least(expires_at, revoked_at, replaced_at) > :ended_after
        AND (CAST(:partner_id AS uuid) IS NULL OR partner_id = :partner_id)
    ORDER BY partner_id, aspect, version
    """  # noqa: S608 # of constants
)
PARTNERS = text(
    """
    SELECT id, status, manifest, struck_off_at FROM partner
    WHERE id = ANY(:ids) ORDER BY id
    """
)
FROZEN = text(
    """
    SELECT target_id, array_agg(DISTINCT capability ORDER BY capability) AS capabilities
    FROM regulator_freeze CROSS JOIN LATERAL unnest(capabilities) AS capability
    WHERE target = 'partner' AND lifted_at IS NULL AND target_id = ANY(:ids) GROUP BY target_id
    """
)
# Grows with each change of a partner, and partners stay: so a later registry has a higher number.
NUMBER = text(
    """
    SELECT coalesce(sum(version), 0) FROM partner WHERE CAST(:partner_id AS uuid) IS NULL OR id = :partner_id
    """
)


@dataclass(frozen=True, slots=True)
class RegistryRows:
    """The registry's rows, and its number."""

    number: int
    partners: Sequence[Any]  # id, status, manifest, struck_off_at
    certificates: Sequence[Any]
    frozen: dict[UUID, list[str]]


async def rows(session: AsyncSession, partner_id: UUID | None, ended_after: datetime) -> RegistryRows:
    """The rows of all partners, or of one. Certificates that ended before `ended_after` are left out."""
    number = await session.scalar(NUMBER, {"partner_id": partner_id})
    terms = {"partner_id": partner_id, "ended_after": ended_after}
    certificates = (await session.execute(CERTIFICATES, terms)).all()
    ids = list({row.partner_id for row in certificates} | ({partner_id} if partner_id else set()))
    partners = (await session.execute(PARTNERS, {"ids": ids})).all()
    frozen = {row.target_id: row.capabilities for row in await session.execute(FROZEN, {"ids": ids})}
    return RegistryRows(int(number or 0), partners, certificates, frozen)
