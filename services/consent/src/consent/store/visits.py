"""Visits and the rules that answer them beforehand."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis.pages import Part
from chassis.refusals import NotFound
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from consent.domain.consents import RequestStatus
from consent.domain.visits import Hours, Visit, VisitRule
from consent.tables import StandingRow, VisitRuleRow

LASTING = text(
    """
    SELECT visit.id, visit.resident_id, visit.grantee_id, visit.practitioner_id, visit.status,
        artefact.id IS NOT NULL AND artefact.revoked_at IS NULL AND artefact.ended_at IS NULL
            AND artefact.expires_at > :now AS in_force,
        artefact.id IS NOT NULL AND artefact.practitioner_id IS NULL AS whole_institution
    FROM (
        SELECT DISTINCT * FROM unnest(CAST(:residents AS uuid[]), CAST(:grantees AS uuid[]))
            AS named (resident_id, grantee_id)
    ) AS pair
    JOIN consent_request AS visit ON visit.origin = 2 AND visit.resident_id = pair.resident_id
        AND visit.grantee_id = pair.grantee_id AND visit.expires_at > :now
    LEFT JOIN consent_artefact AS artefact ON artefact.consent_request_id = visit.id
    ORDER BY visit.id DESC
    """
)
SUPERSEDE = text(
    """
    UPDATE consent_request SET status = 'superseded'
    WHERE id = ANY(CAST(:ids AS uuid[])) AND origin = 2 AND status = 'requested'
    """
)
END_RULES = text(
    """
    UPDATE visit_rule SET ended_at = :now
    FROM unnest(CAST(:residents AS uuid[]), CAST(:guardians AS uuid[])) AS over (resident_id, guardian_id)
    WHERE visit_rule.resident_id = over.resident_id AND visit_rule.set_by = over.guardian_id
        AND visit_rule.ended_at IS NULL
    RETURNING visit_rule.id
    """
)

type Pair = tuple[UUID, UUID]  # resident and institution


async def lasting_visits(session: AsyncSession, pairs: Sequence[Pair], now: datetime) -> defaultdict[Pair, list[Visit]]:
    """The visits of these residents to these institutions that would still last, the newest first."""
    parameters = {
        "residents": [resident_id for resident_id, _ in pairs],
        "grantees": [grantee_id for _, grantee_id in pairs],
        "now": now,
    }
    visits: defaultdict[Pair, list[Visit]] = defaultdict(list)
    for row in await session.execute(LASTING, parameters):
        visits[row.resident_id, row.grantee_id].append(
            Visit(row.id, row.practitioner_id, RequestStatus(row.status), row.in_force, row.whole_institution)
        )
    return visits


async def supersede(session: AsyncSession, requests: Sequence[UUID]) -> None:
    """Later scans' offers stand in the place of these."""
    await session.execute(SUPERSEDE, {"ids": list(requests)})


async def standings_of(session: AsyncSession, partners: Sequence[UUID]) -> Mapping[UUID, StandingRow]:
    """Where partners stand, and of which kind they are, as far as it is known."""
    rows = await session.scalars(select(StandingRow).where(col(StandingRow.partner_id).in_(partners)))
    return {row.partner_id: row for row in rows}


async def rules_in_force(session: AsyncSession, residents: Sequence[UUID]) -> Mapping[UUID, list[VisitRule]]:
    """Residents' rules that have not been ended, the newest first."""
    query = select(VisitRuleRow).where(
        col(VisitRuleRow.resident_id).in_(residents), col(VisitRuleRow.ended_at).is_(None)
    )
    rules: defaultdict[UUID, list[VisitRule]] = defaultdict(list)
    for row in await session.scalars(query.order_by(col(VisitRuleRow.id).desc())):
        hours = Hours(row.hours_from, row.hours_until) if row.hours_from is not None and row.hours_until else None
        rules[row.resident_id].append(
            VisitRule(
                id=row.id,
                set_by=row.set_by,
                institution_kinds=frozenset(row.institution_kinds),
                information_types=frozenset(row.information_types),
                hours=hours,
                whole_institution=row.whole_institution,
                good_until=row.good_until,
                sensitive_categories=frozenset(row.sensitive_categories),
                history_days=row.history_days,
            )
        )
    return rules


async def rules_page(
    session: AsyncSession, residents: Sequence[UUID], part: Part[tuple[UUID]]
) -> Sequence[VisitRuleRow]:
    """Residents' rules, newest first."""
    query = select(VisitRuleRow).where(col(VisitRuleRow.resident_id).in_(residents))
    return (await session.scalars(part.of(query, col(VisitRuleRow.id), descending=True))).all()


async def rule_for_update(session: AsyncSession, rule_id: UUID, residents: Sequence[UUID]) -> VisitRuleRow:
    """A rule of one of these residents; another's does not exist for them."""
    rule = await session.get(VisitRuleRow, rule_id, with_for_update=True)
    if rule is None or rule.resident_id not in residents:
        raise NotFound("there is no such visit rule", "visit_rule_id")
    return rule


async def end_rules_of_guardians(session: AsyncSession, pairs: Sequence[Pair], now: datetime) -> Sequence[VisitRuleRow]:
    """End the rules that guardians set for residents they no longer act for."""
    parameters = {
        "residents": [resident_id for resident_id, _ in pairs],
        "guardians": [guardian_id for _, guardian_id in pairs],
        "now": now,
    }
    ended = (await session.scalars(END_RULES, parameters)).all()
    return (await session.scalars(select(VisitRuleRow).where(col(VisitRuleRow.id).in_(ended)))).all()
