"""Who is behind an audience, and where messages reach them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.statements import Statement
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from identity.domain.reach import Audience, Person
from identity.tables import AccountRow

# Theirs who are named; of a resident without an account, theirs who act for them. Only accounts that are in use.
PEOPLE = Statement(
    """
    WITH audience AS (
        SELECT * FROM unnest(
            CAST(:numbers AS integer[]), CAST(:residents AS uuid[]), CAST(:partners AS uuid[]),
            CAST(:accounts AS uuid[]), CAST(:operators AS boolean[]), CAST(:duties AS text[]), CAST(:acts AS text[]),
            CAST(:regulators AS boolean[])
        ) AS each (number, resident_id, partner_id, account_id, operators, duties, act, regulators)
    ), person AS (
        SELECT number, resident_id AS subject_id FROM audience WHERE resident_id IS NOT NULL
        UNION
        SELECT number, account_id FROM audience WHERE account_id IS NOT NULL
        UNION
        SELECT number, guardian.guardian_id FROM audience
        JOIN guardian ON guardian.dependant_id = audience.resident_id AND guardian.ended_at IS NULL
            AND (guardian.until IS NULL OR guardian.until > CAST(:now AS timestamptz))
            AND (audience.act = '' OR audience.act = ANY(guardian.acts))
        WHERE NOT EXISTS (SELECT FROM account AS own WHERE own.subject_id = audience.resident_id)
        UNION
        SELECT number, staff.subject_id FROM audience
        JOIN account AS staff ON staff.institution_id = audience.partner_id AND staff.role = 'partner'
        WHERE audience.duties = '' OR staff.duties && string_to_array(audience.duties, ',')
        UNION
        SELECT number, operator.subject_id FROM audience
        JOIN account AS operator ON audience.operators AND operator.role = 'operator'
        WHERE audience.duties = '' OR operator.duties && string_to_array(audience.duties, ',')
        UNION
        SELECT number, regulator.subject_id FROM audience
        JOIN account AS regulator ON audience.regulators AND regulator.role = 'regulator'
    )
    SELECT person.number, account.subject_id, account.role, coalesce(reached.addresses, '{}') AS addresses
    FROM person JOIN account ON account.subject_id = person.subject_id
    LEFT JOIN LATERAL (
        SELECT array_agg(contact.address ORDER BY contact.confirmed_at DESC, contact.address) AS addresses
        FROM contact WHERE contact.subject_id = account.subject_id
    ) AS reached ON true
    WHERE account.suspended_at IS NULL AND NOT account.unconfirmed AND NOT account.awaits_code
    ORDER BY person.number, account.subject_id
    """
)


async def people(session: AsyncSession, audiences: Sequence[Audience], now: datetime) -> Sequence[Sequence[Person]]:
    """The people of each audience, in its order."""
    rows = await PEOPLE.fetch(
        session,
        numbers=list(range(len(audiences))),
        residents=[audience.resident_id for audience in audiences],
        partners=[audience.partner_id for audience in audiences],
        accounts=[audience.account_id for audience in audiences],
        operators=[audience.operators for audience in audiences],
        duties=[",".join(audience.duties) for audience in audiences],
        acts=[audience.act for audience in audiences],
        regulators=[audience.regulators for audience in audiences],
        now=now,
    )
    reached: list[list[Person]] = [[] for _ in audiences]
    for row in rows:
        reached[row["number"]].append(Person(UUID(str(row["subject_id"])), row["role"], list(row["addresses"])))
    return reached


async def known(session: AsyncSession, account_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of these accounts that there still are, whatever became of them."""
    query = select(AccountRow.subject_id).where(col(AccountRow.subject_id).in_(account_ids))
    return frozenset(await session.scalars(query))
