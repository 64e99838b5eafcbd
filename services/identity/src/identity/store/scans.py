"""Scans that honoured tokens, copies that were shown afterwards, and who the people of a scan are.

What redeeming takes is set-based: a batch of any size is a constant number of statements.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.pages import Part
from chassis.rows import insert
from chassis.statements import NamedRow, Statement
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from identity.tables import InstitutionRow, PractitionerRow, ReplayRow, ScanRow

# Locked, so that no registration ends, and no licence is withdrawn, before we commit.
REGISTERED = Statement(
    """
    SELECT practitioner.id, practitioner.registered_at, licence_check.state = 'checked' AS licence_checked
    FROM practitioner JOIN licence_check ON licence_check.practitioner_id = practitioner.id
    WHERE practitioner.id = ANY(CAST(:ids AS uuid[])) AND practitioner.ended_at IS NULL
    ORDER BY practitioner.id FOR SHARE
    """
)
OF_TOKENS = Statement("SELECT * FROM scan WHERE token_id = ANY(CAST(:tokens AS bytea[]))")
SHOWN = Statement(
    """
    SELECT id, name, birth_date, health_code_id, code_generation,
        EXISTS (SELECT FROM identity_proof WHERE identity_proof.resident_id = resident.id) AS proven
    FROM resident WHERE health_code_id = ANY(CAST(:codes AS uuid[]))
    """
)
ADD = Statement(
    """
    INSERT INTO scan (
        id, token_id, resident_id, practitioner_id, institution_id, scanned_at, received_at, app, place,
        elsewhere, elsewhere_id
    )
    SELECT * FROM unnest(
        CAST(:ids AS uuid[]), CAST(:tokens AS bytea[]), CAST(:residents AS uuid[]), CAST(:practitioners AS uuid[]),
        CAST(:institutions AS uuid[]), CAST(:scanned AS timestamptz[]), CAST(:received AS timestamptz[]),
        CAST(:apps AS text[]), CAST(:places AS text[]), CAST(:elsewheres AS text[]), CAST(:elsewhere_ids AS uuid[])
    ) AS given (id, token_id) ORDER BY token_id
    ON CONFLICT (token_id) DO NOTHING RETURNING id
    """
)
GUARDIANS = Statement(
    """
    SELECT guardian.dependant_id, resident.name FROM guardian JOIN resident ON resident.id = guardian.guardian_id
    WHERE guardian.dependant_id = ANY(CAST(:dependants AS uuid[])) AND guardian.ended_at IS NULL
        AND (guardian.ward = 'adult' OR guardian.dependant_id = ANY(CAST(:minors AS uuid[])))
        AND (guardian.until IS NULL OR guardian.until > CAST(:now AS timestamptz))
    ORDER BY guardian.since
    """
)
REPLAYED = Statement(
    """
    SELECT code_replay.scan_id, shown.scanner_id FROM code_replay
    JOIN unnest(CAST(:scans AS uuid[]), CAST(:scanners AS uuid[])) AS shown (scan_id, scanner_id)
        ON shown.scan_id = code_replay.scan_id
        AND shown.scanner_id = coalesce(code_replay.practitioner_id, code_replay.elsewhere_id)
    """
)


@dataclass(frozen=True, slots=True)
class Shown:
    """Whose code a token is, with what who scans it learns of them."""

    id: UUID
    name: str
    birth_date: date
    code_generation: int
    proven: bool  # that they are who they say


@dataclass(frozen=True, slots=True)
class Registration:
    """Since when a practitioner is registered, and whether their licence is checked."""

    since: datetime
    licence_checked: bool


async def registrations(session: AsyncSession, practitioner_ids: Sequence[UUID]) -> Mapping[UUID, Registration]:
    """The registrations of those practitioners whose registration is in force. None of that ends before we commit."""
    rows = await REGISTERED.fetch(session, ids=practitioner_ids)
    return {row["id"]: Registration(row["registered_at"], row["licence_checked"]) for row in rows}


async def scans_of_tokens(session: AsyncSession, token_ids: Sequence[bytes]) -> Mapping[bytes, ScanRow]:
    """The scans that honoured these tokens, by token."""
    rows = await OF_TOKENS.fetch(session, tokens=token_ids)
    return {row["token_id"]: scan_of(row) for row in rows}


def scan_of(row: NamedRow) -> ScanRow:
    return ScanRow(**{name: row[name] for name in ScanRow.model_fields})


async def residents_of_codes(session: AsyncSession, health_code_ids: Sequence[UUID]) -> Mapping[UUID, Shown]:
    """Whose these health codes are."""
    rows = await SHOWN.fetch(session, codes=health_code_ids)
    return {
        row["health_code_id"]: Shown(row["id"], row["name"], row["birth_date"], row["code_generation"], row["proven"])
        for row in rows
    }


async def add_scans(session: AsyncSession, scans: Sequence[ScanRow]) -> frozenset[UUID]:
    """Honour tokens, each for whoever is first, however many try at once. Returns the ids of the scans that were."""
    rows = await ADD.fetch(
        session,
        ids=[scan.id for scan in scans],
        tokens=[scan.token_id for scan in scans],
        residents=[scan.resident_id for scan in scans],
        practitioners=[scan.practitioner_id for scan in scans],
        institutions=[scan.institution_id for scan in scans],
        scanned=[scan.scanned_at for scan in scans],
        received=[scan.received_at for scan in scans],
        apps=[scan.app for scan in scans],
        places=[scan.place for scan in scans],
        elsewheres=[scan.elsewhere for scan in scans],
        elsewhere_ids=[scan.elsewhere_id for scan in scans],
    )
    return frozenset(row["id"] for row in rows)


async def guardian_names(
    session: AsyncSession, dependant_ids: Sequence[UUID], minors: Sequence[UUID], now: datetime
) -> Mapping[UUID, Sequence[str]]:
    """Who acts for these residents, some of whom are minors, by name."""
    names: dict[UUID, list[str]] = {}
    for row in await GUARDIANS.fetch(session, dependants=dependant_ids, minors=minors, now=now):
        names.setdefault(row["dependant_id"], []).append(row["name"])
    return names


async def known_replays(
    session: AsyncSession, shown: Sequence[tuple[UUID, UUID | None]]
) -> frozenset[tuple[UUID, UUID | None]]:
    """Which of these copies, by scan and who was shown it, the resident was told of already."""
    scan_ids, scanner_ids = zip(*shown, strict=True)
    rows = await REPLAYED.fetch(session, scans=list(scan_ids), scanners=list(scanner_ids))
    return frozenset((row["scan_id"], row["scanner_id"]) for row in rows)


async def add_replays(session: AsyncSession, replays: Sequence[ReplayRow]) -> None:
    await insert(session, replays, "ON CONFLICT DO NOTHING")  # by either of its scanners


@dataclass(frozen=True, slots=True)
class NamedScan[R: ScanRow | ReplayRow]:
    """A scan or the showing of a copy, with who did it; neither where that was in another city."""

    row: R
    practitioner: PractitionerRow | None
    institution: InstitutionRow | None


async def scans_of_resident(
    session: AsyncSession, resident_id: UUID, part: Part[tuple[datetime, UUID]]
) -> Sequence[NamedScan[ScanRow]]:
    """A resident's scans, newest first."""
    position = (col(ScanRow.scanned_at), col(ScanRow.id))
    query = (
        select(ScanRow, PractitionerRow, InstitutionRow)
        .outerjoin(PractitionerRow, col(PractitionerRow.id) == col(ScanRow.practitioner_id))
        .outerjoin(InstitutionRow, col(InstitutionRow.id) == col(ScanRow.institution_id))
        .where(ScanRow.resident_id == resident_id)
    )
    rows = await session.execute(part.of(query, *position, descending=True))
    return [NamedScan(row, practitioner, institution) for row, practitioner, institution in rows]


async def replays_of_resident(
    session: AsyncSession, resident_id: UUID, part: Part[tuple[datetime, UUID]]
) -> Sequence[NamedScan[ReplayRow]]:
    """Copies of a resident's codes that were shown, newest first."""
    position = (col(ReplayRow.first_at), col(ReplayRow.id))
    query = (
        select(ReplayRow, PractitionerRow, InstitutionRow)
        .outerjoin(PractitionerRow, col(PractitionerRow.id) == col(ReplayRow.practitioner_id))
        .outerjoin(InstitutionRow, col(InstitutionRow.id) == col(ReplayRow.institution_id))
        .where(ReplayRow.resident_id == resident_id)
    )
    rows = await session.execute(part.of(query, *position, descending=True))
    return [NamedScan(row, practitioner, institution) for row, practitioner, institution in rows]
