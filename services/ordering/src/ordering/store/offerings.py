"""Copies of what is on sale: offerings, their terms, their slots and how many places are free."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from chassis.rows import insert
from chassis.statements import NamedRow, Statement
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from ordering.domain.offerings import agreed_parts
from ordering.domain.orders import Slot, Terms
from ordering.domain.standing import ASSUMED, Standing
from ordering.tables import OfferingRow, SigningKeyHistoryRow, SigningKeyRow, SlotRow, TermsRow


async def put_offerings(session: AsyncSession, offerings: Sequence[OfferingRow], terms: Sequence[TermsRow]) -> None:
    """Keep copies; an older version puts nothing back on sale, and a revision's terms stay as they came."""
    if terms:
        await insert(session, terms, "ON CONFLICT DO NOTHING")
    await insert(
        session,
        offerings,
        """
        ON CONFLICT (id) DO UPDATE SET revision = greatest(offering.revision, excluded.revision),
            on_sale = CASE WHEN offering.version < excluded.version THEN excluded.on_sale ELSE offering.on_sale END,
            pilot_districts = CASE WHEN offering.version < excluded.version
                THEN excluded.pilot_districts ELSE offering.pilot_districts END,
            pilot_ends_at = CASE WHEN offering.version < excluded.version
                THEN excluded.pilot_ends_at ELSE offering.pilot_ends_at END,
            version = greatest(offering.version, excluded.version)
        WHERE offering.version < excluded.version OR offering.revision < excluded.revision
        """,
    )


WITHDRAW = text(
    """
    INSERT INTO offering (id, revision, on_sale, version)
    SELECT id, 0, false, version
    FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS bigint[])) AS withdrawn (id, version) ORDER BY id
    ON CONFLICT (id) DO UPDATE SET on_sale = false, version = excluded.version
    WHERE offering.version < excluded.version
    """
)


async def withdraw(session: AsyncSession, versions: Mapping[UUID, int]) -> None:
    """Take offerings off sale; the revision last on sale stays known."""
    await session.execute(WITHDRAW, {"ids": list(versions), "versions": list(versions.values())})


async def add_slots(session: AsyncSession, slots: Sequence[SlotRow]) -> None:
    await insert(session, slots, "ON CONFLICT DO NOTHING")


async def withdraw_slots(session: AsyncSession, slots: Sequence[SlotRow]) -> None:
    """Let nobody book these any more, whether they are stored or not."""
    await insert(session, slots, "ON CONFLICT (id) DO UPDATE SET withdrawn = true")


def terms_of(row: NamedRow, on_sale: bool, standing: Standing = ASSUMED) -> Terms:
    """The terms of a row of `terms`, for the rules."""
    parts = agreed_parts(row["offering"])
    return Terms(
        offering_id=row["offering_id"],
        revision=row["revision"],
        partner_id=row["partner_id"],
        price_minor=row["price_minor"],
        currency=row["currency"],
        booking_required=row["booking_required"],
        on_sale=on_sale,
        kind=row["kind"],
        visits=row["visits"],
        age_from_months=row["age_from_months"],
        age_below_months=row["age_below_months"],
        sex=parts.sex,
        districts=parts.districts,
        programmes=parts.programmes,
        contains=parts.contains,
        quantity_max=row["quantity_max"],
        periods_max=row["periods_max"],
        consent_hash=parts.consent_hash,
        cancellation=parts.cancellation,
        standing=standing,
    )


TERMS = Statement(
    """
    SELECT terms.offering_id, terms.revision, terms.partner_id, terms.price_minor, terms.currency,
        terms.booking_required, offering.on_sale, offering.pilot_districts, offering.pilot_ends_at,
        terms.kind, terms.visits, terms.age_from_months,
        terms.age_below_months, terms.offering, terms.consent_needed, terms.valid_days, terms.definition,
        terms.quantity_max, terms.periods_max, terms.period_days,
        COALESCE(standing.sells, true) AS sells, standing.certified_until, standing.certificate_ids
    FROM offering JOIN terms ON terms.offering_id = offering.id AND terms.revision = offering.revision
    LEFT JOIN standing ON standing.partner_id = terms.partner_id
    WHERE offering.id = ANY(CAST(:ids AS uuid[]))
    """
)


async def terms(session: AsyncSession, ids: Sequence[UUID]) -> tuple[Mapping[UUID, Terms], Mapping[UUID, TermsRow]]:
    """The present terms of some offerings, for the rules, and as rows."""
    rows = await TERMS.fetch(session, ids=ids)
    rules = {
        row["offering_id"]: replace(
            terms_of(row, row["on_sale"], Standing(row["sells"], row["certified_until"], row["certificate_ids"] or ())),
            pilot_districts=tuple(row["pilot_districts"]),
            pilot_ends_at=row["pilot_ends_at"],
        )
        for row in rows
    }
    return rules, {row["offering_id"]: terms_row(row) for row in rows}


PILOTS = Statement(
    """
    SELECT id, on_sale, pilot_districts, pilot_ends_at FROM offering
    WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id FOR SHARE
    """
)


async def hold_pilots(session: AsyncSession, terms: Mapping[UUID, Terms]) -> Mapping[UUID, Terms]:
    """The terms, with those of pilots as they are now, and as they stay until the transaction is over: its end and
    an order come one after the other."""
    pilots = [offering_id for offering_id, term in terms.items() if term.pilot_districts]
    if not pilots:
        return terms
    held = {
        row["id"]: replace(
            terms[row["id"]],
            on_sale=row["on_sale"],
            pilot_districts=tuple(row["pilot_districts"]),
            pilot_ends_at=row["pilot_ends_at"],
        )
        for row in await PILOTS.fetch(session, ids=pilots)
    }
    return {**terms, **held}


def terms_row(row: NamedRow) -> TermsRow:
    return TermsRow(
        offering_id=row["offering_id"],
        revision=row["revision"],
        partner_id=row["partner_id"],
        price_minor=row["price_minor"],
        currency=row["currency"],
        booking_required=row["booking_required"],
        kind=row["kind"],
        visits=row["visits"],
        offering=row["offering"],
        consent_needed=row["consent_needed"],
        valid_days=row["valid_days"],
        definition=row["definition"],
        periods_max=row["periods_max"],
        period_days=row["period_days"],
    )


TERMS_AT = text(
    """
    SELECT terms.offering_id, terms.revision, partner_id, price_minor, currency, booking_required, kind, visits,
        age_from_months, age_below_months, quantity_max, periods_max, offering
    FROM terms JOIN unnest(CAST(:ids AS uuid[]), CAST(:revisions AS int[])) AS named (offering_id, revision)
        ON named.offering_id = terms.offering_id AND named.revision = terms.revision
    """
)


async def terms_at(session: AsyncSession, revisions: Sequence[tuple[UUID, int]]) -> Mapping[tuple[UUID, int], Terms]:
    """The terms of earlier revisions of offerings, as far as they are known here."""
    if not revisions:
        return {}
    parameters = {
        "ids": [offering_id for offering_id, _ in revisions],
        "revisions": [revision for _, revision in revisions],
    }
    rows = (await session.execute(TERMS_AT, parameters)).mappings()
    return {(row["offering_id"], row["revision"]): terms_of(row, on_sale=False) for row in rows}


SLOTS = text(
    """
    SELECT id, offering_id, starts_at, ends_at, CASE WHEN withdrawn THEN 0 ELSE capacity - held END AS free FROM slot
    WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id FOR UPDATE
    """
)


async def slots_for_update(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, Slot]:
    """Slots, locked in the order of their ids, so that two batches never wait for each other in a circle."""
    if not ids:
        return {}
    rows = await session.execute(SLOTS, {"ids": ids})
    return {row.id: Slot(row.id, row.offering_id, row.starts_at, row.ends_at, row.free) for row in rows}


FREE_SLOTS = text(
    """
    SELECT free.id FROM unnest(CAST(:offerings AS uuid[]), CAST(:since AS timestamptz[]), CAST(:counts AS int[]))
        AS search (offering_id, since, count)
    CROSS JOIN LATERAL (
        SELECT id FROM slot WHERE slot.offering_id = search.offering_id AND starts_at >= search.since
            AND NOT withdrawn AND held < capacity ORDER BY starts_at LIMIT search.count
    ) AS free
    """
)


async def free_slots(session: AsyncSession, offerings: Mapping[UUID, tuple[datetime, int]]) -> Sequence[UUID]:
    """The first free slots of some offerings since a moment each, at most so many."""
    return (
        await session.scalars(
            FREE_SLOTS,
            {
                "offerings": list(offerings),
                "since": [since for since, _ in offerings.values()],
                "counts": [count for _, count in offerings.values()],
            },
        )
    ).all()


COMING_SLOTS = text(
    """
    SELECT coming.* FROM unnest(CAST(:offering_ids AS uuid[])) AS listed (offering_id)
    CROSS JOIN LATERAL (
        SELECT * FROM slot WHERE slot.offering_id = listed.offering_id AND starts_at > :now AND NOT withdrawn
        ORDER BY starts_at LIMIT :limit
    ) AS coming ORDER BY coming.starts_at
    """
)


async def free_places(
    session: AsyncSession, offering_ids: Sequence[UUID], now: datetime, limit: int
) -> Sequence[SlotRow]:
    """The coming slots of some offerings, the first `limit` of each, in the order of their times."""
    parameters = {"offering_ids": list(offering_ids), "now": now, "limit": limit}
    return (await session.scalars(select(SlotRow).from_statement(COMING_SLOTS), parameters)).all()


ALIKE = text(
    """
    SELECT slot.* FROM slot JOIN slot AS first ON first.offering_id = slot.offering_id
    WHERE first.id = :slot_id AND NOT slot.withdrawn AND slot.starts_at >= first.starts_at
        AND slot.starts_at < first.starts_at + make_interval(weeks => CAST(:weeks AS int))
        AND extract(isodow FROM slot.starts_at AT TIME ZONE :zone)
            = extract(isodow FROM first.starts_at AT TIME ZONE :zone)
        AND (slot.starts_at AT TIME ZONE :zone)::time = (first.starts_at AT TIME ZONE :zone)::time
    ORDER BY slot.starts_at LIMIT :limit
    """
)


async def slots_alike(session: AsyncSession, slot_id: UUID, weeks: int, zone: str, limit: int) -> Sequence[SlotRow]:
    """This slot and the later ones of its offering at the same weekday and time of the city's clock."""
    parameters = {"slot_id": slot_id, "weeks": weeks, "zone": zone, "limit": limit}
    return (await session.scalars(select(SlotRow).from_statement(ALIKE), parameters)).all()


async def put_signing_keys(session: AsyncSession, keys: Sequence[SigningKeyRow]) -> None:
    """Take keys over, the newest by its version; that earlier ones are bad is noted whenever it arrives."""
    await insert(
        session,
        keys,
        """
        ON CONFLICT (partner_id) DO UPDATE SET
            public_key = CASE WHEN statement_key.version < excluded.version THEN excluded.public_key
                ELSE statement_key.public_key END,
            registered_at = CASE WHEN statement_key.version < excluded.version THEN excluded.registered_at
                ELSE statement_key.registered_at END,
            version = greatest(statement_key.version, excluded.version),
            good_from = greatest(statement_key.good_from, excluded.good_from)
        WHERE statement_key.version < excluded.version OR statement_key.good_from < excluded.good_from
        """,
    )
    history = [SigningKeyHistoryRow(**key.model_dump(exclude={"good_from"})) for key in keys]
    await insert(session, history, "ON CONFLICT DO NOTHING")  # also of a key that came after a newer one


async def signing_key(session: AsyncSession, partner_id: UUID, version: int) -> tuple[bytes, bool] | None:
    """A version of a partner's key, and whether it is still good: not replaced because somebody else has got it."""
    query = select(SigningKeyHistoryRow.public_key, SigningKeyRow.good_from).join(
        SigningKeyRow, col(SigningKeyRow.partner_id) == SigningKeyHistoryRow.partner_id
    )
    named = (SigningKeyHistoryRow.partner_id == partner_id, SigningKeyHistoryRow.version == version)
    key = (await session.execute(query.where(*named))).one_or_none()
    return (key.public_key, version >= key.good_from) if key is not None else None
