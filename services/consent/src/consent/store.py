"""Every SQL statement of consent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.refusals import NotFound
from chassis.rows import insert
from sqlalchemy import ColumnElement, Row, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from consent import domain
from consent.domain import GENESIS, AccessMode, Artefact, ErasureStatus, Relation, Standing, Status
from consent.tables import (
    AccessLogRow,
    AgreementRow,
    ArtefactRow,
    ErasureRow,
    OrderRow,
    RefusalRow,
    RequestRow,
    ScanRow,
    StandingRow,
)

CLOCK = text("SELECT clock_timestamp()")
CHAIN = text("SELECT pg_advisory_xact_lock(1129270867)")  # one writer of the access log at a time
HEAD = text(
    """
    SELECT clock_timestamp(), head.position, head.hash FROM (SELECT) AS always
    LEFT JOIN LATERAL (SELECT position, hash FROM access_log ORDER BY position DESC LIMIT 1) AS head ON true
    """
)
ORDERS = text(
    """
    SELECT pg_advisory_xact_lock(hashtextextended(CAST(id AS text), 1129270868))
    FROM (SELECT DISTINCT unnest(CAST(:ids AS uuid[])) AS id ORDER BY 1) AS known
    """
)


async def clock(session: AsyncSession) -> datetime:
    """The database's time: what happens in one order is dated by one clock."""
    found: datetime = (await session.execute(CLOCK)).scalar_one()
    return found


async def lock_orders(session: AsyncSession, orders: Sequence[UUID]) -> None:
    """Be the one who works with what is known of these orders, before anything is known of them too."""
    await session.execute(ORDERS, {"ids": list(orders)})


async def add_requests(session: AsyncSession, requests: Sequence[RequestRow]) -> None:
    await insert(session, requests, "ON CONFLICT DO NOTHING")


async def request_for_update(session: AsyncSession, request_id: UUID, residents: Sequence[UUID]) -> RequestRow:
    """A request of one of these residents; another's does not exist for them."""
    found = await session.get(RequestRow, request_id, with_for_update=True)
    if found is None or found.resident_id not in residents:
        raise NotFound("there is no such request", "consent_request_id")
    return found


async def open_requests(session: AsyncSession, orders: Sequence[UUID]) -> Sequence[RequestRow]:
    """Orders' requests that nobody has answered, locked."""
    found = await session.scalars(
        select(RequestRow)
        .where(col(RequestRow.order_id).in_(orders), RequestRow.status == Status.REQUESTED)
        .order_by(col(RequestRow.id))
        .with_for_update()
    )
    return found.all()


async def requests_of_order(session: AsyncSession, order_id: UUID) -> Sequence[RequestRow]:
    """All requests of an order, locked."""
    found = await session.scalars(
        select(RequestRow).where(RequestRow.order_id == order_id).order_by(col(RequestRow.id)).with_for_update()
    )
    return found.all()


async def artefacts_for(session: AsyncSession, requests: Sequence[UUID]) -> Sequence[ArtefactRow]:
    """What was granted on these requests."""
    return (await session.scalars(select(ArtefactRow).where(col(ArtefactRow.consent_request_id).in_(requests)))).all()


FORGET_AGREEMENTS = text("DELETE FROM agreement WHERE agreed_at < :before")
FORGET_SCANS = text("DELETE FROM last_scan WHERE scanned_at < :before")
COUNT_AGREEMENTS = text("SELECT count(*) FROM agreement WHERE agreed_by = :by AND agreed_at >= :since")
TAKE_AGREEMENTS = text(
    """
    DELETE FROM agreement WHERE order_id = ANY(CAST(:orders AS uuid[]))
    RETURNING order_id, resident_id, grantee_id, template_hash, agreed_by, good_until
    """
)


async def count_agreements(session: AsyncSession, by: UUID, since: datetime) -> int:
    """How many words a person has given for orders that are not heard of."""
    return int(await session.scalar(COUNT_AGREEMENTS, {"by": by, "since": since}) or 0)


async def given_by_guardians(session: AsyncSession, orders: Sequence[UUID]) -> Sequence[UUID]:
    """The residents for whom a guardian has given a word for one of these orders."""
    found = await session.scalars(
        select(AgreementRow.resident_id)
        .distinct()
        .where(col(AgreementRow.order_id).in_(orders), col(AgreementRow.agreed_by) != col(AgreementRow.resident_id))
    )
    return found.all()


async def keep_agreements(session: AsyncSession, agreements: Sequence[AgreementRow]) -> None:
    await insert(session, agreements, "ON CONFLICT DO NOTHING")


@dataclass(frozen=True, slots=True)
class Word:
    """Whose word it was, and until when they act for the resident; None: for themselves."""

    agreed_by: UUID
    good_until: datetime | None


async def take_agreements(session: AsyncSession, orders: Sequence[UUID]) -> dict[tuple[UUID, UUID, UUID, bytes], Word]:
    """The words kept for these orders, which are kept no longer, by order, resident, grantee and hash."""
    found = await session.execute(TAKE_AGREEMENTS, {"orders": list(orders)})
    return {
        (row.order_id, row.resident_id, row.grantee_id, bytes(row.template_hash)): Word(row.agreed_by, row.good_until)
        for row in found
    }


async def forget(session: AsyncSession, *, agreed_before: datetime, scanned_before: datetime) -> None:
    """Forget words for orders that never came, and scans that count for nothing any more."""
    await session.execute(FORGET_AGREEMENTS, {"before": agreed_before})
    await session.execute(FORGET_SCANS, {"before": scanned_before})


# Of one order each of these is noted once, whichever is heard of first; whom it serves, by the newest word.
NOTE_CONFIRMED = text(
    """
    INSERT INTO consent_order AS known (id, resident_id, partner_id, confirmed_at, ended_because, version)
    SELECT id, resident_id, partner_id, :at, 0, 0
    FROM unnest(CAST(:ids AS uuid[]), CAST(:residents AS uuid[]), CAST(:partners AS uuid[]))
        AS heard (id, resident_id, partner_id)
    ON CONFLICT (id) DO UPDATE SET confirmed_at = excluded.confirmed_at WHERE known.confirmed_at IS NULL
    """
)
NOTE_ENDED = text(
    """
    INSERT INTO consent_order AS known (id, resident_id, partner_id, ended_at, ended_because, version)
    SELECT id, resident_id, partner_id, :at, :because, 0
    FROM unnest(CAST(:ids AS uuid[]), CAST(:residents AS uuid[]), CAST(:partners AS uuid[]))
        AS heard (id, resident_id, partner_id)
    ON CONFLICT (id) DO UPDATE SET ended_at = excluded.ended_at, ended_because = excluded.ended_because
    WHERE known.ended_at IS NULL
    """
)
NOTE_SERVED = text(
    """
    INSERT INTO consent_order AS known (id, resident_id, partner_id, ended_because, version)
    SELECT id, resident_id, partner_id, 0, version
    FROM unnest(CAST(:ids AS uuid[]), CAST(:residents AS uuid[]), CAST(:partners AS uuid[]),
        CAST(:versions AS bigint[])) AS heard (id, resident_id, partner_id, version)
    ON CONFLICT (id) DO UPDATE SET resident_id = excluded.resident_id, version = excluded.version
    WHERE known.version < excluded.version
    """
)
MEET_PARTNERS = text(
    """
    INSERT INTO standing (partner_id, reads_data, version) SELECT DISTINCT unnest(CAST(:ids AS uuid[])), false, 0
    ON CONFLICT DO NOTHING
    """
)
NOTE_STANDINGS = text(
    """
    INSERT INTO standing AS known (partner_id, reads_data, certified_until, version)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:reads AS boolean[]), CAST(:until AS timestamptz[]),
        CAST(:versions AS bigint[]))
    ON CONFLICT (partner_id) DO UPDATE
    SET reads_data = excluded.reads_data, certified_until = excluded.certified_until, version = excluded.version
    WHERE known.version < excluded.version
    """
)
NOTE_SCANS = text(
    """
    INSERT INTO last_scan AS known (resident_id, partner_id, scanned_at)
    SELECT resident_id, partner_id, max(scanned_at)
    FROM unnest(CAST(:residents AS uuid[]), CAST(:partners AS uuid[]), CAST(:moments AS timestamptz[]))
        AS heard (resident_id, partner_id, scanned_at)
    GROUP BY 1, 2
    ON CONFLICT (resident_id, partner_id) DO UPDATE SET scanned_at = GREATEST(known.scanned_at, excluded.scanned_at)
    """
)


@dataclass(frozen=True, slots=True)
class Heard:
    """An order as an event names it."""

    id: UUID
    resident_id: UUID
    partner_id: UUID
    version: int = 0


def _columns(orders: Sequence[Heard]) -> dict[str, list[UUID]]:
    return {
        "ids": [one.id for one in orders],
        "residents": [one.resident_id for one in orders],
        "partners": [one.partner_id for one in orders],
    }


async def note_confirmed(session: AsyncSession, orders: Sequence[Heard], at: datetime) -> None:
    """Take note that orders are confirmed, and of partners nothing is known of yet."""
    await session.execute(NOTE_CONFIRMED, {**_columns(orders), "at": at})
    await meet_partners(session, [one.partner_id for one in orders])


async def note_ended(session: AsyncSession, orders: Sequence[Heard], because: domain.End, at: datetime) -> None:
    await session.execute(NOTE_ENDED, {**_columns(orders), "because": int(because), "at": at})


async def note_served(session: AsyncSession, orders: Sequence[Heard]) -> None:
    """Take note of whom orders serve from now on."""
    await session.execute(NOTE_SERVED, {**_columns(orders), "versions": [one.version for one in orders]})


async def orders_known(session: AsyncSession, orders: Sequence[UUID]) -> dict[UUID, OrderRow]:
    found = await session.scalars(select(OrderRow).where(col(OrderRow.id).in_(orders)))
    return {row.id: row for row in found}


async def meet_partners(session: AsyncSession, partners: Sequence[UUID]) -> None:
    """Take note of partners whose standing is to be asked for, unless it is known."""
    await session.execute(MEET_PARTNERS, {"ids": list(partners)})


async def partners_met(session: AsyncSession, most: int) -> Sequence[UUID]:
    """Partners whose standing nobody has told of."""
    return (await session.scalars(select(StandingRow.partner_id).where(StandingRow.version == 0).limit(most))).all()


async def note_standings(session: AsyncSession, standings: Sequence[StandingRow]) -> None:
    """Take standings over from whoever told of them; an older one changes nothing."""
    await session.execute(
        NOTE_STANDINGS,
        {
            "ids": [one.partner_id for one in standings],
            "reads": [one.reads_data for one in standings],
            "until": [one.certified_until for one in standings],
            "versions": [one.version for one in standings],
        },
    )


async def forget_partners(session: AsyncSession, partners: Sequence[UUID]) -> None:
    """Nobody knows of these; they have no standing."""
    await session.execute(
        text("DELETE FROM standing WHERE version = 0 AND partner_id = ANY(CAST(:ids AS uuid[]))"),
        {"ids": list(partners)},
    )


async def note_scans(session: AsyncSession, scans: Sequence[ScanRow]) -> None:
    await session.execute(
        NOTE_SCANS,
        {
            "residents": [one.resident_id for one in scans],
            "partners": [one.partner_id for one in scans],
            "moments": [one.scanned_at for one in scans],
        },
    )


async def requests_page(
    session: AsyncSession,
    residents: Sequence[UUID],
    order_id: UUID | None,
    status: str | None,
    after: UUID | None,
    most: int,
) -> Sequence[RequestRow]:
    """Residents' requests, newest first, one more than wanted."""
    query = select(RequestRow).where(col(RequestRow.resident_id).in_(residents))
    if order_id is not None:
        query = query.where(RequestRow.order_id == order_id)
    if status is not None:
        query = query.where(RequestRow.status == status)
    if after is not None:
        query = query.where(col(RequestRow.id) < after)
    return (await session.scalars(query.order_by(col(RequestRow.id).desc()).limit(most + 1))).all()


async def add_artefacts(session: AsyncSession, artefacts: Sequence[ArtefactRow]) -> None:
    await insert(session, artefacts)


async def artefact_for_update(session: AsyncSession, artefact_id: UUID, residents: Sequence[UUID]) -> ArtefactRow:
    found = await session.get(ArtefactRow, artefact_id, with_for_update=True)
    if found is None or found.resident_id not in residents:
        raise NotFound("there is no such consent", "consent_id")
    return found


async def artefacts_of_orders(session: AsyncSession, orders: Sequence[UUID]) -> Sequence[ArtefactRow]:
    """Orders' artefacts that have neither been revoked nor ended, locked."""
    found = await session.scalars(
        select(ArtefactRow)
        .where(
            col(ArtefactRow.order_id).in_(orders),
            col(ArtefactRow.revoked_at).is_(None),
            col(ArtefactRow.ended_at).is_(None),
        )
        .order_by(col(ArtefactRow.id))
        .with_for_update()
    )
    return found.all()


GUARDIANS = text(
    """
    SELECT pg_advisory_xact_lock(hashtextextended(CAST(id AS text), 1129270869))
    FROM (SELECT DISTINCT unnest(CAST(:ids AS uuid[])) AS id ORDER BY 1) AS known
    """
)
NOTE_GUARDIANSHIPS = text(
    """
    INSERT INTO ended_guardianship AS known (dependant_id, guardian_id, ended_at, version)
    SELECT DISTINCT ON (dependant_id, guardian_id) *
    FROM unnest(CAST(:dependants AS uuid[]), CAST(:guardians AS uuid[]), CAST(:moments AS timestamptz[]),
        CAST(:versions AS bigint[])) AS heard (dependant_id, guardian_id, ended_at, version)
    ORDER BY dependant_id, guardian_id, version DESC
    ON CONFLICT (dependant_id, guardian_id) DO UPDATE SET ended_at = excluded.ended_at, version = excluded.version
    WHERE known.version < excluded.version
    """
)
FORGET_WORDS_OF_GUARDIANS = text(
    """
    DELETE FROM agreement USING unnest(CAST(:dependants AS uuid[]), CAST(:guardians AS uuid[]))
        AS ended (dependant_id, guardian_id)
    WHERE agreement.resident_id = ended.dependant_id AND agreement.agreed_by = ended.guardian_id
    """
)
ACTS_NO_LONGER = text(
    """
    SELECT known.dependant_id, known.guardian_id FROM ended_guardianship AS known
    JOIN unnest(CAST(:dependants AS uuid[]), CAST(:guardians AS uuid[])) AS asked (dependant_id, guardian_id)
        USING (dependant_id, guardian_id)
    """
)


@dataclass(frozen=True, slots=True)
class EndedGuardianship:
    """That a guardian acts for a dependant no longer."""

    dependant_id: UUID
    guardian_id: UUID
    ended_at: datetime
    version: int


async def lock_guardians_of(session: AsyncSession, residents: Sequence[UUID]) -> None:
    """Be the one who gives, or ends, what guardians of these residents give."""
    await session.execute(GUARDIANS, {"ids": list(residents)})


async def note_guardianships(session: AsyncSession, ended: Sequence[EndedGuardianship]) -> None:
    """Take note that guardianships have ended; what the guardians agreed to, for orders not heard of, is forgotten."""
    pairs = {"dependants": [one.dependant_id for one in ended], "guardians": [one.guardian_id for one in ended]}
    more = {"moments": [one.ended_at for one in ended], "versions": [one.version for one in ended]}
    await session.execute(NOTE_GUARDIANSHIPS, pairs | more)
    await session.execute(FORGET_WORDS_OF_GUARDIANS, pairs)


async def acts_no_longer(session: AsyncSession, pairs: Sequence[tuple[UUID, UUID]]) -> frozenset[tuple[UUID, UUID]]:
    """Of these residents and guardians, those whose guardianship has ended."""
    rows = await session.execute(
        ACTS_NO_LONGER, {"dependants": [one for one, _ in pairs], "guardians": [one for _, one in pairs]}
    )
    return frozenset((row.dependant_id, row.guardian_id) for row in rows)


async def artefacts_given_by(session: AsyncSession, pairs: Sequence[tuple[UUID, UUID]]) -> Sequence[ArtefactRow]:
    """What guardians gave for dependants and has neither been revoked nor ended, locked."""
    found = await session.scalars(
        select(ArtefactRow)
        .where(
            tuple_(col(ArtefactRow.resident_id), col(ArtefactRow.granted_by)).in_(pairs),
            col(ArtefactRow.granted_by) != col(ArtefactRow.resident_id),
            col(ArtefactRow.revoked_at).is_(None),
            col(ArtefactRow.ended_at).is_(None),
        )
        .order_by(col(ArtefactRow.id))
        .with_for_update()
    )
    return found.all()


async def artefacts_page(
    session: AsyncSession,
    residents: Sequence[UUID] | None,
    grantee_id: UUID | None,
    order_id: UUID | None,
    after: UUID | None,
    most: int,
) -> Sequence[ArtefactRow]:
    """Artefacts of some residents, or held by a partner; newest first, one more than wanted."""
    query = select(ArtefactRow)
    if residents is not None:
        query = query.where(col(ArtefactRow.resident_id).in_(residents))
    if grantee_id is not None:
        query = query.where(ArtefactRow.grantee_id == grantee_id)
    if order_id is not None:
        query = query.where(ArtefactRow.order_id == order_id)
    if after is not None:
        query = query.where(col(ArtefactRow.id) < after)
    return (await session.scalars(query.order_by(col(ArtefactRow.id).desc()).limit(most + 1))).all()


async def erasures_of(session: AsyncSession, consents: Sequence[UUID]) -> dict[UUID, ErasureRow]:
    """Of these consents, those under which anything may be kept."""
    found = await session.scalars(select(ErasureRow).where(col(ErasureRow.consent_id).in_(consents)))
    return {row.consent_id: row for row in found}


async def erasure_for_update(
    session: AsyncSession, consent_id: UUID, grantee_id: UUID
) -> tuple[ErasureRow | None, ArtefactRow]:
    """What the grantee has to erase of a consent; one that another holds does not exist for it."""
    erasure = await session.get(ErasureRow, consent_id, with_for_update=True)
    artefact = await session.get(ArtefactRow, consent_id)
    if artefact is None or artefact.grantee_id != grantee_id:
        raise NotFound("there is no such consent", "consent_id")
    return erasure, artefact


def stands(status: ErasureStatus, at: datetime) -> Sequence[ColumnElement[bool]]:
    """`domain.erasure_status` as conditions."""
    due_at, attested_at = col(ErasureRow.due_at), col(ErasureRow.attested_at)
    overdue = domain.overdue_since(at)
    match status:
        case ErasureStatus.ATTESTED:
            return [attested_at.is_not(None)]
        case ErasureStatus.EXPECTED:
            return [attested_at.is_(None), due_at > at]
        case ErasureStatus.DUE:
            return [attested_at.is_(None), due_at <= at, due_at > overdue]
        case ErasureStatus.OVERDUE:
            return [attested_at.is_(None), due_at <= overdue]


async def erasures_page(
    session: AsyncSession,
    grantee_id: UUID | None,
    status: ErasureStatus | None,
    at: datetime,
    after: tuple[datetime, UUID] | None,
    most: int,
) -> Sequence[Row[ErasureRow, ArtefactRow]]:
    """Erasures, of one grantee or of all, oldest due first, one more than wanted."""
    place = (col(ErasureRow.due_at), col(ErasureRow.consent_id))
    query = select(ErasureRow, ArtefactRow).join(ArtefactRow, col(ArtefactRow.id) == col(ErasureRow.consent_id))
    if grantee_id is not None:
        query = query.where(ErasureRow.grantee_id == grantee_id)
    if status is not None:
        query = query.where(*stands(status, at))
    if after is not None:
        query = query.where(tuple_(*place) > after)
    return (await session.execute(query.order_by(*place).limit(most + 1))).all()


# Two at once take different ones: what the other has locked is skipped.
ANNOUNCE = text(
    """
    WITH due AS MATERIALIZED (
        SELECT consent_id FROM erasure WHERE attested_at IS NULL AND announced_at IS NULL AND due_at <= :now
        ORDER BY due_at LIMIT :most FOR UPDATE SKIP LOCKED
    )
    UPDATE erasure SET announced_at = :now FROM due, consent_artefact AS artefact
    WHERE erasure.consent_id = due.consent_id AND artefact.id = due.consent_id
    RETURNING artefact.id, artefact.order_id, artefact.order_line_id, artefact.resident_id, artefact.grantee_id,
        artefact.artefact_hash, erasure.due_at
    """
)


@dataclass(frozen=True, slots=True)
class Due:
    """An erasure that has just been announced."""

    consent_id: UUID
    order_id: UUID
    order_line_id: UUID
    resident_id: UUID
    grantee_id: UUID
    artefact_hash: bytes
    due_at: datetime


async def announce_due(session: AsyncSession, now: datetime, most: int) -> Sequence[Due]:
    """Take note that erasures which have fallen due are announced, the oldest first; returns them."""
    return [Due(*row) for row in await session.execute(ANNOUNCE, {"now": now, "most": most})]


@dataclass(frozen=True, slots=True)
class OpenErasures:
    """How many erasures are due and not attested, and how many of them are late; each counts the next ones too."""

    due: int
    overdue: int
    long_overdue: int
    untold_since: datetime | None  # when the oldest fell due that nobody was told of


OPEN = text(
    """
    SELECT count(*), count(*) FILTER (WHERE due_at <= :overdue), count(*) FILTER (WHERE due_at <= :long_overdue),
        min(due_at) FILTER (WHERE announced_at IS NULL)
    FROM erasure WHERE attested_at IS NULL AND due_at <= :now
    """
)


async def open_erasures(session: AsyncSession, now: datetime) -> OpenErasures:
    late = {"overdue": domain.overdue_since(now), "long_overdue": domain.long_overdue_since(now)}
    return OpenErasures(*(await session.execute(OPEN, {"now": now, **late})).one())


FOR_DECISION = text(
    """
    SELECT asked.place, standing.reads_data, standing.certified_until, artefact.id, artefact.information_types,
        artefact.purpose, artefact.access_mode, artefact.expires_at, artefact.revoked_at IS NOT NULL AS revoked,
        COALESCE(artefact.ended_at, known.ended_at) IS NOT NULL AS ended,
        artefact.ended_because = 5 AS guardianship_ended, known.confirmed_at IS NOT NULL AS confirmed
    FROM unnest(CAST(:residents AS uuid[]), CAST(:grantees AS uuid[])) WITH ORDINALITY
        AS asked (resident_id, grantee_id, place)
    LEFT JOIN standing ON standing.partner_id = asked.grantee_id
    LEFT JOIN (consent_artefact AS artefact LEFT JOIN consent_order AS known ON known.id = artefact.order_id)
        ON artefact.resident_id = asked.resident_id AND artefact.grantee_id = asked.grantee_id
    ORDER BY asked.place, artefact.granted_at DESC
    """
)
FOR_INGEST = text(
    """
    SELECT standing.reads_data, standing.certified_until, EXISTS (
        SELECT FROM consent_order AS known
        WHERE known.resident_id = asked.resident_id AND known.partner_id = asked.partner_id
            AND known.confirmed_at IS NOT NULL AND known.ended_at IS NULL
    ) AS serves, last_scan.scanned_at
    FROM unnest(CAST(:residents AS uuid[]), CAST(:partners AS uuid[])) WITH ORDINALITY
        AS asked (resident_id, partner_id, place)
    LEFT JOIN standing ON standing.partner_id = asked.partner_id
    LEFT JOIN last_scan
        ON last_scan.resident_id = asked.resident_id AND last_scan.partner_id = asked.partner_id
    ORDER BY asked.place
    """
)


@dataclass(frozen=True, slots=True)
class Held:
    """What a partner holds of a resident, and its own standing; None: nobody has told of it."""

    standing: Standing | None
    artefacts: Sequence[Artefact]


async def for_decisions(session: AsyncSession, asked: Sequence[tuple[UUID, UUID]]) -> Sequence[Held]:
    """For each resident and grantee the grantee's standing and the artefacts between them, newest first: one indexed
    read for all."""
    standings: list[Standing | None] = [None] * len(asked)
    found: list[list[Artefact]] = [[] for _ in asked]
    rows = await session.execute(
        FOR_DECISION, {"residents": [one for one, _ in asked], "grantees": [one for _, one in asked]}
    )
    for row in rows:
        standings[row.place - 1] = _standing(row)
        if row.id is not None:
            found[row.place - 1].append(
                Artefact(
                    id=row.id,
                    information_types=frozenset(row.information_types),
                    purpose=row.purpose,
                    access_mode=AccessMode(row.access_mode),
                    expires_at=row.expires_at,
                    revoked=row.revoked,
                    confirmed=row.confirmed,
                    ended=row.ended,
                    guardianship_ended=row.guardianship_ended,
                )
            )
    return [Held(standing, artefacts) for standing, artefacts in zip(standings, found, strict=True)]


def _standing(row: Any) -> Standing | None:
    return None if row.reads_data is None else Standing(row.reads_data, row.certified_until)


async def for_ingests(
    session: AsyncSession, asked: Sequence[tuple[UUID, UUID]]
) -> Sequence[tuple[Standing | None, Relation]]:
    """For each resident and partner the partner's standing and what there is between them."""
    rows = await session.execute(
        FOR_INGEST, {"residents": [one for one, _ in asked], "partners": [one for _, one in asked]}
    )
    return [(_standing(row), Relation(row.serves, row.scanned_at)) for row in rows]


async def lock_chain(session: AsyncSession) -> tuple[datetime, int, bytes]:
    """Be the one writer of the access log until the commit; returns the time, the last position and its hash."""
    await session.execute(CHAIN)
    head = (await session.execute(HEAD)).one()
    return head[0], head[1] or 0, bytes(head[2]) if head[2] else GENESIS


REFUSED_AGAIN = text(
    """
    UPDATE refusal AS known SET times = known.times + heard.times, last_at = :at
    FROM unnest(CAST(:residents AS uuid[]), CAST(:askers AS uuid[]), CAST(:reasons AS integer[]),
        CAST(:times AS integer[])) AS heard (resident_id, asker_id, reason, times)
    WHERE known.resident_id = heard.resident_id AND known.asker_id = heard.asker_id AND known.reason = heard.reason
        AND known.day = :day
    RETURNING known.resident_id, known.asker_id, known.reason, known.decision_id
    """
)


async def refused_again(
    session: AsyncSession, refused: Mapping[tuple[UUID, UUID, int], int], at: datetime
) -> Mapping[tuple[UUID, UUID, int], UUID]:
    """Count refusals, by resident, asker and reason, that there was one like before on that day; returns the decisions
    they are counted with. Only whoever holds the chain may."""
    rows = await session.execute(
        REFUSED_AGAIN,
        {
            "residents": [key[0] for key in refused],
            "askers": [key[1] for key in refused],
            "reasons": [key[2] for key in refused],
            "times": list(refused.values()),
            "at": at,
            "day": at.date(),
        },
    )
    return {(row.resident_id, row.asker_id, row.reason): row.decision_id for row in rows}


async def add_refusals(session: AsyncSession, refusals: Sequence[RefusalRow]) -> None:
    await insert(session, refusals)


async def refusals_at(session: AsyncSession, positions: Sequence[int]) -> Mapping[int, RefusalRow]:
    """How often these entries of the log were repeated."""
    found = await session.scalars(select(RefusalRow).where(col(RefusalRow.position).in_(positions)))
    return {row.position: row for row in found}


async def append_log(session: AsyncSession, rows: Sequence[AccessLogRow]) -> None:
    await insert(session, rows)


async def log_page(session: AsyncSession, resident_id: UUID, before: int | None, most: int) -> Sequence[AccessLogRow]:
    """A resident's log, newest first, one more than wanted."""
    query = select(AccessLogRow).where(AccessLogRow.resident_id == resident_id)
    if before is not None:
        query = query.where(col(AccessLogRow.position) < before)
    return (await session.scalars(query.order_by(col(AccessLogRow.position).desc()).limit(most + 1))).all()


async def log_chunk(session: AsyncSession, after: int, most: int) -> Sequence[AccessLogRow]:
    """The log in the order it was written, a chunk at a time."""
    query = select(AccessLogRow).where(col(AccessLogRow.position) > after).order_by(col(AccessLogRow.position))
    return (await session.scalars(query.limit(most).execution_options(populate_existing=True))).all()


# An order has one resident and one grantee. An entry that names the grantee has its id among its bytes; as what it is
# named, the reader sees from the entry.
LOGGED = text(
    """
    SELECT party.order_id, party.grantee_id, party.since, party.consents, log.entry, log.hash
    FROM (
        SELECT request.order_id, request.resident_id, request.grantee_id, min(request.requested_at) AS since,
            array_agg(artefact.id) AS consents
        FROM consent_request AS request
        LEFT JOIN consent_artefact AS artefact ON artefact.consent_request_id = request.id
        WHERE request.order_id = ANY(:orders) GROUP BY 1, 2, 3
    ) AS party CROSS JOIN LATERAL (
        SELECT access_log.position, entry, hash FROM access_log
        WHERE resident_id = party.resident_id
            AND position(convert_to(CAST(party.grantee_id AS text), 'UTF8') IN entry) > 0
        ORDER BY access_log.position DESC LIMIT :most
    ) AS log
    ORDER BY party.order_id, log.position DESC
    """
)


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry of the access log about an order's resident that names the order's grantee."""

    order_id: UUID
    grantee_id: UUID
    since: datetime  # when the resident was asked for the order
    consents: Sequence[UUID | None]  # the order's
    entry: bytes
    hash: bytes


async def logged_between(session: AsyncSession, orders: Sequence[UUID], most: int) -> Sequence[Logged]:
    """The log of orders' residents as far as it names the grantees: newest first, and at most so many an order."""
    return [Logged(*row) for row in await session.execute(LOGGED, {"orders": orders, "most": most})]
