"""Rules on what devices measure, who takes part in which programme, and what broke a rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import rows
from chassis.pages import Part
from sqlalchemy import false, func, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, or_, select, update
from sqlmodel.sql.expression import SelectOfScalar

from records.domain.alert_rules import AlertRuleStatus
from records.domain.own_readings import WITHDRAWN
from records.domain.releases import Release
from records.domain.sensitivity import Sensitivity
from records.store.releases import fits
from records.tables import AlertRuleRow, EndedConsentRow, ProgrammeMemberRow, ReadingFlagRow, RecordRow

# No reading that was withdrawn counts.
# What the readings that have just come break: each rule once, by the first of them that does. For each reading the rule
# looks at the values of its window up to then. A flag that is open already is left as it is.
RAISE = text(
    """
    WITH fresh AS (
        SELECT * FROM device_measure WHERE device_id = :device_id AND sequence = ANY(CAST(:sequences AS bigint[]))
    ), rule AS (
        SELECT * FROM alert_rule
        WHERE status = 2 AND (until IS NULL OR until > :now) AND code IN (SELECT code FROM fresh)
            AND (CAST(:rules AS uuid[]) IS NULL OR id = ANY(CAST(:rules AS uuid[]))) AND (
            resident_id = :resident_id OR programme IN (
                SELECT programme FROM programme_member WHERE resident_id = :resident_id AND left_at IS NULL
            )
        )
    ), broken AS (
        SELECT DISTINCT ON (rule.id) rule.id AS rule_id, fresh.sequence, fresh.code, fresh.record_id, fresh.measured_at
        FROM fresh JOIN rule ON rule.code = fresh.code
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (
                    WHERE near.place <= rule.readings
                    AND CASE rule.test WHEN 1 THEN near.value > rule.threshold ELSE near.value < rule.threshold END
                ) AS beyond, min(near.value) AS lowest
            FROM (
                SELECT known.value, row_number() OVER (ORDER BY known.measured_at DESC, known.sequence DESC) AS place
                FROM device_measure AS known
                WHERE known.resident_id = :resident_id AND known.code = fresh.code
                    AND known.measured_at <= fresh.measured_at
                    AND known.measured_at > fresh.measured_at - make_interval(mins => rule.window_minutes)
                    AND NOT EXISTS (
                        SELECT FROM withdrawn_reading AS gone
                        WHERE gone.device_id = known.device_id AND gone.sequence = known.sequence
                    )
            ) AS near
        ) AS seen
        WHERE fresh.measured_at > :now - make_interval(mins => rule.window_minutes) AND CASE rule.test
            WHEN 1 THEN fresh.value > rule.threshold AND seen.beyond >= rule.needed
            WHEN 2 THEN fresh.value < rule.threshold AND seen.beyond >= rule.needed
            ELSE fresh.value - seen.lowest >= rule.threshold
        END
        ORDER BY rule.id, fresh.measured_at, fresh.sequence
    )
    INSERT INTO reading_flag (id, rule_id, resident_id, device_id, sequence, code, record_id, measured_at, raised_at)
    SELECT ids.id, broken.rule_id, :resident_id, :device_id, broken.sequence, broken.code, broken.record_id,
        broken.measured_at, :now
    FROM (SELECT *, row_number() OVER (ORDER BY rule_id) AS place FROM broken) AS broken
    JOIN unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS ids (id, place) ON ids.place = broken.place
    ON CONFLICT (rule_id, resident_id) WHERE cleared_at IS NULL DO NOTHING
    RETURNING id, rule_id, record_id
    """
)
# Flags whose rule's last values, after the one that raised it, are all back.
CLEAR = text(
    """
    UPDATE reading_flag AS flag SET cleared_at = :now FROM alert_rule AS rule
    WHERE flag.resident_id = :resident_id AND flag.cleared_at IS NULL AND rule.id = flag.rule_id
        AND (
            SELECT count(*) FILTER (WHERE CASE rule.test
                WHEN 1 THEN near.value <= rule.clear_at
                WHEN 2 THEN near.value >= rule.clear_at
                ELSE near.value - near.lowest < rule.clear_at
            END)
            FROM (
                SELECT known.value, (
                    SELECT min(before.value) FROM device_measure AS before
                    WHERE before.resident_id = :resident_id AND before.code = rule.code
                        AND before.measured_at <= known.measured_at
                        AND before.measured_at > known.measured_at - make_interval(mins => rule.window_minutes)
                        AND NOT EXISTS (
                            SELECT FROM withdrawn_reading AS gone
                            WHERE gone.device_id = before.device_id AND gone.sequence = before.sequence
                        )
                ) AS lowest
                FROM device_measure AS known
                WHERE known.resident_id = :resident_id AND known.code = rule.code
                    AND known.measured_at > flag.measured_at
                    AND NOT EXISTS (
                        SELECT FROM withdrawn_reading AS gone
                        WHERE gone.device_id = known.device_id AND gone.sequence = known.sequence
                    )
                ORDER BY known.measured_at DESC, known.sequence DESC LIMIT :cleared_by
            ) AS near
        ) >= :cleared_by
    """
)
JOIN = text(
    """
    INSERT INTO programme_member AS known (resident_id, programme, joined_at) VALUES (:resident_id, :programme, :now)
    ON CONFLICT (resident_id, programme) DO UPDATE
    SET joined_at = CASE WHEN known.left_at IS NULL THEN known.joined_at ELSE excluded.joined_at END, left_at = NULL
    RETURNING joined_at
    """
)


async def lock(session: AsyncSession, of: str) -> None:
    """Let nobody else make a rule of this programme or patient until we commit."""
    await rows.lock_count(session, "alert rules", of)


async def rule(session: AsyncSession, rule_id: UUID, *, lock: bool = False) -> AlertRuleRow | None:
    query = select(AlertRuleRow).where(AlertRuleRow.id == rule_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(query)).first()


OPEN = (int(AlertRuleStatus.PROPOSED), int(AlertRuleStatus.IN_FORCE))


async def open_of_programme(session: AsyncSession, programme: str) -> int:
    query = select(func.count()).where(AlertRuleRow.programme == programme, col(AlertRuleRow.status).in_(OPEN))
    return int((await session.execute(query)).scalar_one())


async def open_of_patient(session: AsyncSession, practitioner_id: UUID, resident_id: UUID, now: datetime) -> int:
    query = select(func.count()).where(
        AlertRuleRow.practitioner_id == practitioner_id,
        AlertRuleRow.resident_id == resident_id,
        col(AlertRuleRow.status).in_(OPEN),
        col(AlertRuleRow.until) > now,
    )
    return int((await session.execute(query)).scalar_one())


async def join(session: AsyncSession, resident_id: UUID, programme: str, now: datetime) -> datetime:
    """Let a programme's rules watch a resident; since when they do."""
    parameters = {"resident_id": resident_id, "programme": programme, "now": now}
    joined_at: datetime = (await session.execute(JOIN, parameters)).scalar_one()
    return joined_at


async def leave(session: AsyncSession, resident_id: UUID, programme: str, now: datetime) -> None:
    query = update(ProgrammeMemberRow).where(
        col(ProgrammeMemberRow.resident_id) == resident_id,
        col(ProgrammeMemberRow.programme) == programme,
        col(ProgrammeMemberRow.left_at).is_(None),
    )
    await session.execute(query.values(left_at=now))


async def programmes_of(session: AsyncSession, resident_id: UUID, among: Sequence[str] | None = None) -> Sequence[str]:
    """The programmes that a resident takes part in; `among`: of these alone."""
    query = select(ProgrammeMemberRow.programme).where(
        ProgrammeMemberRow.resident_id == resident_id, col(ProgrammeMemberRow.left_at).is_(None)
    )
    if among is not None:
        query = query.where(col(ProgrammeMemberRow.programme).in_(set(among)))
    return (await session.scalars(query.order_by(ProgrammeMemberRow.programme))).all()


async def has_ended(session: AsyncSession, consent_id: UUID) -> bool:
    query = select(EndedConsentRow.consent_id).where(EndedConsentRow.consent_id == consent_id)
    return (await session.execute(query)).first() is not None


async def end_with_consents(session: AsyncSession, consent_ids: Sequence[UUID], now: datetime) -> None:
    """End the rules that are within these consents, and let none be made any more."""
    ended = [EndedConsentRow(consent_id=consent_id, ended_at=now) for consent_id in sorted(set(consent_ids))]
    await rows.insert(session, ended, "ON CONFLICT DO NOTHING")
    query = update(AlertRuleRow).where(
        col(AlertRuleRow.consent_id).in_(consent_ids), col(AlertRuleRow.status) == int(AlertRuleStatus.IN_FORCE)
    )
    await session.execute(query.values(status=int(AlertRuleStatus.ENDED), ended_at=now))


async def of_programmes(
    session: AsyncSession, programme: str, status: int, part: Part[tuple[UUID]]
) -> Sequence[AlertRuleRow]:
    """Rules of programmes, or of one, newest first."""
    query = select(AlertRuleRow).where(AlertRuleRow.programme != "")
    if programme:
        query = query.where(AlertRuleRow.programme == programme)
    return (await session.scalars(newest(query, status, part))).all()


async def of_practitioner(
    session: AsyncSession, practitioner_id: UUID, status: int, part: Part[tuple[UUID]]
) -> Sequence[AlertRuleRow]:
    """A practitioner's rules, newest first."""
    query = select(AlertRuleRow).where(AlertRuleRow.practitioner_id == practitioner_id)
    return (await session.scalars(newest(query, status, part))).all()


async def watching(
    session: AsyncSession, resident_id: UUID, status: int, part: Part[tuple[UUID]]
) -> Sequence[AlertRuleRow]:
    """The rules for a resident, and of the programmes that they take part in, newest first."""
    theirs = select(ProgrammeMemberRow.programme).where(
        ProgrammeMemberRow.resident_id == resident_id, col(ProgrammeMemberRow.left_at).is_(None)
    )
    query = select(AlertRuleRow).where(
        or_(col(AlertRuleRow.resident_id) == resident_id, col(AlertRuleRow.programme).in_(theirs))
    )
    return (await session.scalars(newest(query, status, part))).all()


def newest(query: SelectOfScalar[AlertRuleRow], status: int, part: Part[tuple[UUID]]) -> SelectOfScalar[AlertRuleRow]:
    if status:
        query = query.where(AlertRuleRow.status == status)
    return part.of(query, col(AlertRuleRow.id), descending=True)


@dataclass(frozen=True, slots=True)
class RaisedFlag:
    """A flag that has just been raised."""

    id: UUID
    record_id: UUID
    rule: AlertRuleRow


async def judge(
    session: AsyncSession,
    *,
    device_id: UUID,
    resident_id: UUID,
    sequences: Sequence[int],
    ids: Sequence[UUID],
    cleared_by: int,
    now: datetime,
    rules: Sequence[UUID] | None = None,
) -> Sequence[RaisedFlag]:
    """Raise what these readings break, and clear what is back; `ids` are for the flags. With `rules`, only those are
    looked at."""
    parameters = {
        "device_id": device_id,
        "resident_id": resident_id,
        "sequences": list(sequences),
        "ids": list(ids),
        "rules": None if rules is None else list(rules),
        "now": now,
    }
    raised = (await session.execute(RAISE, parameters)).all()
    await session.execute(CLEAR, {"resident_id": resident_id, "cleared_by": cleared_by, "now": now})
    if not raised:
        return []
    query = select(AlertRuleRow).where(col(AlertRuleRow.id).in_([flag.rule_id for flag in raised]))
    broken = {row.id: row for row in (await session.scalars(query)).all()}
    return [RaisedFlag(flag.id, flag.record_id, broken[flag.rule_id]) for flag in raised]


async def clear_of_reading(session: AsyncSession, device_id: UUID, sequence: int, now: datetime) -> Sequence[UUID]:
    """Clear the flags that this reading raised, and say of which rules they were."""
    query = update(ReadingFlagRow).where(
        col(ReadingFlagRow.device_id) == device_id,
        col(ReadingFlagRow.sequence) == sequence,
        col(ReadingFlagRow.cleared_at).is_(None),
    )
    cleared = await session.execute(query.values(cleared_at=now).returning(col(ReadingFlagRow.rule_id)))
    return cleared.scalars().all()


async def flags(
    session: AsyncSession,
    resident_id: UUID,
    releases: Sequence[Release],
    apart: Sensitivity,
    open_only: bool,
    part: Part[tuple[UUID]],
) -> Sequence[tuple[ReadingFlagRow, AlertRuleRow]]:
    """A resident's flags about what may be released of their record, newest first."""
    query = (
        select(ReadingFlagRow, AlertRuleRow)
        .join(AlertRuleRow, col(AlertRuleRow.id) == ReadingFlagRow.rule_id)
        .join(RecordRow, col(RecordRow.id) == ReadingFlagRow.record_id)
        .where(
            ReadingFlagRow.resident_id == resident_id,
            col(RecordRow.status) != WITHDRAWN,
            or_(false(), *(fits(release, apart) for release in releases)),
        )
    )
    if open_only:
        query = query.where(col(ReadingFlagRow.cleared_at).is_(None))
    return [
        (flag, watching)
        for flag, watching in await session.execute(part.of(query, col(ReadingFlagRow.id), descending=True))
    ]
