"""Every SQL statement of catalog."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.refusals import NotFound
from chassis.rows import insert as insert_rows
from sqlalchemy import func, insert, or_, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from catalog.domain import ReferenceTaken, SlotTime, Standing
from catalog.tables import DefinitionRow, MeasuresRow, OfferingRow, RevisionRow, SlotRow, StandingRow


@dataclass(frozen=True, slots=True)
class Whole:
    """An offering with one of its revisions."""

    offering: OfferingRow
    revision: RevisionRow


async def put_definition(session: AsyncSession, definition: DefinitionRow) -> None:
    values = definition.model_dump()
    await session.execute(
        upsert(DefinitionRow).values(values).on_conflict_do_update(index_elements=["code"], set_=values)
    )


async def definition(session: AsyncSession, code: str) -> DefinitionRow | None:
    return await session.get(DefinitionRow, code)


async def definitions(session: AsyncSession, population: int) -> Sequence[DefinitionRow]:
    query = select(DefinitionRow).order_by(col(DefinitionRow.code))
    return (await session.scalars(query.where(DefinitionRow.population == population) if population else query)).all()


async def standing(session: AsyncSession, partner_id: UUID) -> Standing | None:
    row = await session.get(StandingRow, partner_id)
    return standing_of(row) if row else None


def standing_of(row: StandingRow) -> Standing:
    return Standing(row.may_publish, row.may_sell, frozenset(row.scope), row.certified_until)


async def add_offering(session: AsyncSession, offering: OfferingRow) -> None:
    """Add an offering, unless its partner has one of this reference."""
    added = await session.execute(
        upsert(OfferingRow)
        .values(offering.model_dump())
        .on_conflict_do_nothing(index_elements=["partner_id", "reference"])
        .returning(col(OfferingRow.id))
    )
    if added.first() is None:
        raise ReferenceTaken("revise that one, or choose another reference", "manifest.reference")


def with_words(revision: RevisionRow, words: str) -> dict[str, object]:
    return {**revision.model_dump(exclude={"words"}), "words": func.to_tsvector("simple", words)}


async def add_revision(session: AsyncSession, revision: RevisionRow, words: str) -> None:
    await session.execute(insert(RevisionRow).values(with_words(revision, words)))


async def replace_draft(session: AsyncSession, revision: RevisionRow, words: str) -> None:
    """Add a draft, or put its new terms in place of its old ones."""
    statement = upsert(RevisionRow).values(with_words(revision, words))
    replaced = {
        name: statement.excluded[name]
        for name in RevisionRow.model_fields
        if name not in ("offering_id", "revision", "partner_id")
    }
    await session.execute(statement.on_conflict_do_update(index_elements=["offering_id", "revision"], set_=replaced))


async def for_update(session: AsyncSession, offering_id: UUID, partner_id: UUID | None) -> OfferingRow:
    """An offering, locked; another partner's does not exist for this one. None: whoever's it is."""
    found = await session.get(OfferingRow, offering_id, with_for_update=True)
    if found is None or (partner_id is not None and found.partner_id != partner_id):
        raise NotFound("there is no such offering", "offering_id")
    return found


async def revision(session: AsyncSession, offering_id: UUID, number: int) -> RevisionRow:
    return (
        await session.scalars(
            select(RevisionRow).where(RevisionRow.offering_id == offering_id, RevisionRow.revision == number)
        )
    ).one()


async def current(session: AsyncSession, offering_id: UUID) -> RevisionRow | None:
    """The revision that is published or restricted."""
    return (
        await session.scalars(
            select(RevisionRow).where(
                RevisionRow.offering_id == offering_id,
                col(RevisionRow.status).in_(["published", "restricted"]),
            )
        )
    ).one_or_none()


async def public(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[Whole]:
    """Offerings that are or were on sale, each at its newest such revision."""
    found = await session.execute(
        select(OfferingRow, RevisionRow)
        .ext(distinct_on(col(OfferingRow.id)))
        .join(RevisionRow, col(RevisionRow.offering_id) == col(OfferingRow.id))
        .where(col(OfferingRow.id).in_(ids), col(RevisionRow.published_at).is_not(None))
        .order_by(col(OfferingRow.id), col(RevisionRow.revision).desc())
    )
    return [Whole(offering, revision) for offering, revision in found]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a listing is narrowed to; None and nothing are not narrowed. One of the categories, one of the districts."""

    words: str = ""
    categories: Sequence[str] = ()
    population: int = 0
    partner_id: UUID | None = None
    districts: Sequence[str] = ()
    price_minor_max: int = 0
    definition: str = ""


async def listed(session: AsyncSession, wanted: Filter, after: UUID | None, most: int) -> Sequence[Whole]:
    """Published offerings, newest first, one more than wanted."""
    query = (
        select(OfferingRow, RevisionRow)
        .join(OfferingRow, col(RevisionRow.offering_id) == col(OfferingRow.id))
        .where(RevisionRow.status == "published")
        .order_by(col(RevisionRow.listed_as).desc())
        .limit(most + 1)
    )
    if wanted.words:
        query = query.where(col(RevisionRow.words).op("@@")(func.to_tsquery("simple", wanted.words)))
    if wanted.categories:
        query = query.where(col(RevisionRow.category).in_(wanted.categories))
    if wanted.population:
        query = query.where(RevisionRow.population == wanted.population)
    if wanted.partner_id:
        query = query.where(RevisionRow.partner_id == wanted.partner_id)
    if wanted.districts:
        query = query.where(
            or_(
                col(RevisionRow.districts).op("&&")(list(wanted.districts)),
                func.cardinality(col(RevisionRow.districts)) == 0,  # everywhere
            )
        )
    if wanted.price_minor_max:
        query = query.where(RevisionRow.price_minor <= wanted.price_minor_max)
    if wanted.definition:
        query = query.where(RevisionRow.definition_code == wanted.definition)
    if after:
        query = query.where(col(RevisionRow.listed_as) < after)
    return [Whole(offering, revision) for offering, revision in await session.execute(query)]


async def newest(
    session: AsyncSession, partner_id: UUID | None, status: str | None, after: UUID | None, most: int
) -> Sequence[Whole]:
    """Offerings in any state at their newest revision, newest offering first, one more than wanted."""
    query = (
        select(OfferingRow, RevisionRow)
        .join(
            RevisionRow,
            (col(RevisionRow.offering_id) == col(OfferingRow.id))
            & (col(RevisionRow.revision) == col(OfferingRow.newest_revision)),
        )
        .order_by(col(OfferingRow.id).desc())
        .limit(most + 1)
    )
    if partner_id:
        query = query.where(OfferingRow.partner_id == partner_id)
    if status:
        query = query.where(RevisionRow.status == status)
    if after:
        query = query.where(col(OfferingRow.id) < after)
    return [Whole(offering, revision) for offering, revision in await session.execute(query)]


async def overlapping(
    session: AsyncSession, offering_id: UUID, slots: Sequence[SlotRow], most: int
) -> Sequence[SlotTime]:
    """The first slots the offering has that one of these overlaps."""
    found = await session.execute(
        text(
            """
            SELECT DISTINCT slot.starts_at, slot.ends_at, slot.capacity FROM slot
            JOIN unnest(CAST(:starts AS timestamptz[]), CAST(:ends AS timestamptz[])) AS wanted (starts_at, ends_at)
            ON slot.starts_at < wanted.ends_at AND wanted.starts_at < slot.ends_at
            WHERE slot.offering_id = :offering_id ORDER BY slot.starts_at LIMIT :most
            """
        ),
        {
            "starts": [slot.starts_at for slot in slots],
            "ends": [slot.ends_at for slot in slots],
            "offering_id": offering_id,
            "most": most,
        },
    )
    return [SlotTime(row.starts_at, row.ends_at, row.capacity) for row in found]


async def add_slots(session: AsyncSession, slots: Sequence[SlotRow]) -> None:
    await insert_rows(session, slots)


WITHDRAW = text(
    """
    DELETE FROM slot WHERE id IN (
        SELECT id FROM slot WHERE offering_id = :offering_id AND starts_at > :now
            AND (CAST(:ids AS uuid[]) IS NULL OR id = ANY(CAST(:ids AS uuid[])))
            AND (CAST(:start AS timestamptz) IS NULL OR starts_at >= :start)
            AND (CAST(:end AS timestamptz) IS NULL OR starts_at < :end)
        ORDER BY starts_at LIMIT :most
    ) RETURNING id, offering_id, starts_at, ends_at, capacity
    """
)


async def withdraw_slots(
    session: AsyncSession,
    offering_id: UUID,
    ids: Sequence[UUID] | None,
    start: datetime | None,
    end: datetime | None,
    now: datetime,
    most: int,
) -> Sequence[SlotRow]:
    """Take coming slots of an offering away: these, or what begins from `start` until before `end`."""
    asked = {"offering_id": offering_id, "ids": ids, "start": start, "end": end, "now": now, "most": most}
    found = await session.execute(WITHDRAW, asked)
    return [SlotRow(id=row[0], offering_id=row[1], starts_at=row[2], ends_at=row[3], capacity=row[4]) for row in found]


async def coming_slots(session: AsyncSession, offering_id: UUID, now: datetime, most: int) -> Sequence[SlotRow]:
    found = await session.scalars(
        select(SlotRow)
        .where(SlotRow.offering_id == offering_id, SlotRow.starts_at > now)
        .order_by(col(SlotRow.starts_at))
        .limit(most)
    )
    return found.all()


async def put_standings(session: AsyncSession, standings: Sequence[StandingRow]) -> Sequence[UUID]:
    """Keep copies of partners' standings; an older one after a newer one is dropped. Returns whose changed."""
    statement = upsert(StandingRow).values([standing.model_dump() for standing in standings])
    changed = {name: statement.excluded[name] for name in StandingRow.model_fields if name != "partner_id"}
    found = await session.scalars(
        statement.on_conflict_do_update(
            index_elements=["partner_id"],
            set_=changed,
            where=col(StandingRow.version) < statement.excluded["version"],
        ).returning(col(StandingRow.partner_id))
    )
    return found.all()


# What may be sold is published, what may not is restricted: one statement for all offerings of some partners.
ALIGN = text(
    """
    WITH wanted AS (
        SELECT revision.offering_id, revision.revision,
            CASE WHEN standing.may_sell AND standing.certified_until > :now
                AND ('*' = ANY(standing.scope) OR revision.category = ANY(standing.scope))
            THEN 'published' ELSE 'restricted' END AS status
        FROM offering_revision AS revision
        JOIN partner_standing AS standing USING (partner_id)
        WHERE revision.partner_id = ANY(CAST(:partners AS uuid[])) AND revision.status IN ('published', 'restricted')
    ), moved AS (
        UPDATE offering_revision AS revision SET status = wanted.status FROM wanted
        WHERE revision.offering_id = wanted.offering_id AND revision.revision = wanted.revision
            AND revision.status <> wanted.status
        RETURNING revision.offering_id, revision.status
    )
    UPDATE offering SET version = version + 1 FROM moved WHERE offering.id = moved.offering_id
    RETURNING offering.id
    """
)


async def align(session: AsyncSession, partners: Sequence[UUID], now: datetime) -> Sequence[UUID]:
    """Restrict or restore these partners' offerings as their standing says; returns those that moved."""
    return (await session.scalars(ALIGN, {"partners": list(partners), "now": now})).all()


LAPSED = text(
    """
    SELECT standing.partner_id FROM partner_standing AS standing
    WHERE standing.certified_until <= :now AND EXISTS (
        SELECT FROM offering_revision AS revision
        WHERE revision.partner_id = standing.partner_id AND revision.status = 'published'
    )
    LIMIT :most
    """
)


async def lapsed_sellers(session: AsyncSession, now: datetime, most: int) -> Sequence[UUID]:
    """Partners whose certification has ended and who still have something on sale."""
    return (await session.scalars(LAPSED, {"now": now, "most": most})).all()


async def wholes(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[Whole]:
    """Offerings with the revision that is published or restricted."""
    found = await session.execute(
        select(OfferingRow, RevisionRow)
        .join(RevisionRow, col(RevisionRow.offering_id) == col(OfferingRow.id))
        .where(col(OfferingRow.id).in_(ids), col(RevisionRow.status).in_(["published", "restricted"]))
        .execution_options(populate_existing=True)
    )
    return [Whole(offering, revision) for offering, revision in found]


async def put_measures(session: AsyncSession, rows: Sequence[MeasuresRow]) -> None:
    """Keep how partners serve; an older word after a newer one changes nothing."""
    statement = upsert(MeasuresRow).values([row.model_dump() for row in rows])
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["partner_id"],
            set_={name: statement.excluded[name] for name in ("measures", "version")},
            where=col(MeasuresRow.version) < statement.excluded["version"],
        )
    )


async def measures(session: AsyncSession, partner_ids: Sequence[UUID]) -> Sequence[MeasuresRow]:
    return (await session.scalars(select(MeasuresRow).where(col(MeasuresRow.partner_id).in_(partner_ids)))).all()
