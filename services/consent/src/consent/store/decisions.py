"""What decisions go by: standings, artefacts, orders and scans, read for many questions at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.statements import NamedRow, Statement
from sqlalchemy.ext.asyncio import AsyncSession

from consent.domain.consents import AccessMode, Origin
from consent.domain.decisions import AccessRequest, Artefact, Relation, Standing
from consent.domain.reach import Reach

# Each question looks up the index by itself: a join with all of them may be planned as reading the whole table.
FOR_DECISION = Statement(
    """
    SELECT question.number, standing.reads_data, standing.certified_until, standing.frozen, artefact.id,
        artefact.information_types, artefact.purpose, artefact.access_mode, artefact.expires_at,
        artefact.revoked_at IS NOT NULL AS revoked,
        COALESCE(artefact.ended_at, known.ended_at, CASE artefact.origin WHEN 5 THEN (
            SELECT project.ended_at FROM project WHERE project.id = artefact.project_id
        ) END) IS NOT NULL AS ended,
        artefact.ended_because = 5 AS guardianship_ended, artefact.practitioner_id,
        artefact.project_id, artefact.origin, artefact.sensitive_categories, artefact.data_from, artefact.data_until,
        artefact.origin <> 1 OR known.confirmed_at IS NOT NULL AS confirmed,
        artefact.uses_per_day + artefact.uses_in_all > 0 AS limited,
        COALESCE(used.in_all >= used.in_all_max OR used.day >= CAST(:day AS date) AND used.on_day >= used.per_day_max,
            false) AS used_up
    FROM unnest(CAST(:residents AS uuid[]), CAST(:grantees AS uuid[])) WITH ORDINALITY
        AS question (resident_id, grantee_id, number)
    LEFT JOIN LATERAL (
        SELECT * FROM standing WHERE partner_id = question.grantee_id LIMIT 1
    ) AS standing ON true
    LEFT JOIN LATERAL (
        SELECT * FROM consent_artefact
        WHERE resident_id = question.resident_id AND grantee_id = question.grantee_id ORDER BY granted_at DESC
    ) AS artefact ON true
    LEFT JOIN LATERAL (SELECT * FROM consent_order WHERE id = artefact.order_id LIMIT 1) AS known ON true
    LEFT JOIN LATERAL (
        SELECT * FROM consent_use WHERE artefact.uses_per_day + artefact.uses_in_all > 0 AND consent_id = artefact.id
        LIMIT 1
    ) AS used ON true
    ORDER BY question.number, artefact.granted_at DESC
    """
)
FOR_INGEST = Statement(
    """
    SELECT standing.reads_data, standing.certified_until, standing.frozen, EXISTS (
        SELECT FROM consent_order AS known
        WHERE known.resident_id = question.resident_id AND known.partner_id = question.partner_id
            AND known.confirmed_at IS NOT NULL AND known.ended_at IS NULL
    ) AS serves, last_scan.scanned_at
    FROM unnest(CAST(:residents AS uuid[]), CAST(:partners AS uuid[])) WITH ORDINALITY
        AS question (resident_id, partner_id, number)
    LEFT JOIN standing ON standing.partner_id = question.partner_id
    LEFT JOIN last_scan
        ON last_scan.resident_id = question.resident_id AND last_scan.partner_id = question.partner_id
    ORDER BY question.number
    """
)

# Residents who gave a consent to be counted, by their ids: who of them may be is decided one by one.
WHO_CONSENTED = Statement(
    """
    SELECT DISTINCT resident_id FROM consent_artefact
    WHERE grantee_id = CAST(:grantee_id AS uuid) AND access_mode = 3 AND revoked_at IS NULL AND ended_at IS NULL
        AND expires_at > :at AND purpose = :purpose AND information_types && CAST(:types AS text[])
        AND project_id IS NOT DISTINCT FROM CAST(:project_id AS uuid) AND resident_id > CAST(:after AS uuid)
    ORDER BY resident_id LIMIT CAST(:limit AS integer)
    """
)


@dataclass(frozen=True, slots=True)
class Holdings:
    """The artefacts a partner holds of a resident, and its own standing; None: it is unknown."""

    standing: Standing | None
    artefacts: Sequence[Artefact]


async def for_decisions(session: AsyncSession, pairs: Sequence[tuple[UUID, UUID]], day: date) -> Sequence[Holdings]:
    """For each resident and grantee the grantee's standing and the artefacts between them, newest first: one indexed
    read for all. `day` is the city's, by which uses are counted."""
    standings: list[Standing | None] = [None] * len(pairs)
    artefacts: list[list[Artefact]] = [[] for _ in pairs]
    residents, grantees = [resident for resident, _ in pairs], [grantee for _, grantee in pairs]
    for row in await FOR_DECISION.fetch(session, residents=residents, grantees=grantees, day=day):
        index = row["number"] - 1
        standings[index] = _standing(row)
        if row["id"] is not None:
            artefacts[index].append(
                Artefact(
                    id=row["id"],
                    information_types=frozenset(row["information_types"]),
                    purpose=row["purpose"],
                    access_mode=AccessMode(row["access_mode"]),
                    expires_at=row["expires_at"],
                    revoked=row["revoked"],
                    confirmed=row["confirmed"],
                    limited=row["limited"],
                    used_up=row["used_up"],
                    ended=row["ended"],
                    guardianship_ended=row["guardianship_ended"],
                    practitioner_id=row["practitioner_id"],
                    project_id=row["project_id"],
                    origin=Origin(row["origin"]),
                    reach=Reach(frozenset(row["sensitive_categories"]), row["data_from"], row["data_until"]),
                )
            )
    return [Holdings(standing, held) for standing, held in zip(standings, artefacts, strict=True)]


def _standing(row: NamedRow) -> Standing | None:
    return None if row["reads_data"] is None else Standing(row["reads_data"], row["certified_until"], row["frozen"])


async def for_ingests(
    session: AsyncSession, pairs: Sequence[tuple[UUID, UUID]]
) -> Sequence[tuple[Standing | None, Relation]]:
    """For each resident and partner the partner's standing and what there is between them."""
    residents, partners = [resident for resident, _ in pairs], [partner for _, partner in pairs]
    rows = await FOR_INGEST.fetch(session, residents=residents, partners=partners)
    return [(_standing(row), Relation(row["serves"], row["scanned_at"])) for row in rows]


async def who_consented(
    session: AsyncSession,
    *,
    grantee_id: UUID,
    project_id: UUID | None,
    request: AccessRequest,
    at: datetime,
    after: UUID,
    limit: int,
) -> Sequence[UUID]:
    """Residents after this one with a consent that could permit a partner to compute, by their ids."""
    rows = await WHO_CONSENTED.fetch(
        session,
        grantee_id=grantee_id,
        project_id=project_id,
        at=at,
        purpose=request.purpose,
        types=sorted(request.information_types),
        after=after,
        limit=limit,
    )
    return [row["resident_id"] for row in rows]
