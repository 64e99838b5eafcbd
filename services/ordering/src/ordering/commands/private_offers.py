"""Private offers: made and withdrawn by a partner, taken by a buyer, ended by what they hang on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import Invalid
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1.api_pb2 import PRICE_BASIS_USAGE

from ordering import events
from ordering.domain import private_offers as rules
from ordering.domain.desks import DeskScan
from ordering.domain.offerings import offering_of
from ordering.domain.orders import OfferingWithdrawn, UnknownOffering
from ordering.domain.private_offers import (
    OVER,
    OfferLimits,
    PrivateOfferEnd,
    PrivateOfferOver,
    PrivateOfferStatus,
    PrivateOfferUsed,
    UnknownPrivateOffer,
)
from ordering.domain.process import Deadlines
from ordering.domain.proofs import ScanUsed
from ordering.store import offerings
from ordering.store import private_offers as store
from ordering.store.private_offers import Beholder
from ordering.tables import PrivateOfferRow, TermsRow

LAPSED_MAX = 500

type Shown = tuple[PrivateOfferRow, TermsRow]


@dataclass(frozen=True, slots=True)
class Addressee:
    """A resident who was scanned at the partner, to whom it makes an offer."""

    resident_id: UUID
    scan: DeskScan


async def make_private_offer(
    session: AsyncSession,
    *,
    partner_id: UUID,
    by: str,
    offering_id: UUID,
    price_minor: int,
    currency: str,
    until_day: str,
    addressee: Addressee | None,
    limits: OfferLimits,
    deadlines: Deadlines,
    now: datetime,
) -> tuple[Shown, str]:
    """Offer what is on sale to one buyer; returns it and its code, which is kept nowhere. Empty: it has its buyer."""
    terms, rows = await offerings.terms(session, [offering_id])
    term = terms.get(offering_id)
    if term is None or term.partner_id != partner_id:
        raise UnknownOffering("your institution has no such offering", "offering_id")
    term.standing.check(now, "offering_id")
    if not term.on_sale:
        raise OfferingWithdrawn("put it on sale first", "offering_id")
    if offering_of(rows[offering_id].offering).manifest.priced_per == PRICE_BASIS_USAGE:
        raise Invalid("offering_id", "its price is for a unit of use; a private offer is of one service")
    if term.periods_max:
        raise Invalid("offering_id", "its price is for each period; a private offer is of one service")
    rules.check_price(price_minor, currency, term.price_minor, term.currency)
    until = rules.ends_at(until_day, deadlines.today(now), limits, deadlines.zone)
    rules.check_open(*await store.count_open(session, partner_id, offering_id), limits)
    if addressee is not None and await store.scan_was_used(session, addressee.scan.scan_id):
        raise ScanUsed("a scan addresses one private offer; scan again", "scan_receipt")
    code = "" if addressee is not None else rules.new_code()
    row = PrivateOfferRow(
        id=new_id(),
        partner_id=partner_id,
        offering_id=offering_id,
        offering_revision=term.revision,
        price_minor=price_minor,
        currency=currency,
        until=until,
        status=PrivateOfferStatus.TAKEN if addressee is not None else PrivateOfferStatus.OPEN,
        code_sha256=rules.code_sha256(code) if code else None,
        made_by=by,
        made_at=now,
        buyer_id=addressee.resident_id if addressee is not None else None,
        scan_id=addressee.scan.scan_id if addressee is not None else None,
        taken_at=now if addressee is not None else None,
        version=1,
    )
    session.add(row)
    await session.flush()
    if addressee is not None:
        publish(session, events.private_offer_addressed(row), row.id)
    return (row, rows[offering_id]), code


async def take_private_offer(session: AsyncSession, *, code: str, buyer_id: UUID, by: UUID, now: datetime) -> Shown:
    """Make somebody the buyer of what a code is for. Taking it twice is taking it once; to all others there is none."""
    code_sha256 = rules.code_sha256(code)
    taken = await store.take(session, code_sha256, buyer_id, by, now)
    offer_id = taken or await store.taken_before(session, code_sha256, buyer_id)
    shown = await store.private_offer(session, offer_id, Beholder(everything=True)) if offer_id is not None else None
    if shown is None:
        raise UnknownPrivateOffer("look at the code again, or ask the partner for another", "code")
    if taken is not None:
        publish(session, events.private_offer_taken(shown[0]), shown[0].id)
    return shown


async def withdraw_private_offer(
    session: AsyncSession, *, private_offer_id: UUID, partner_id: UUID, now: datetime
) -> Shown:
    """End a private offer that nobody has ordered by."""
    shown = await private_offer(session, private_offer_id, Beholder(partner_id=partner_id), lock=True)
    row = shown[0]
    if row.status == PrivateOfferStatus.USED:
        raise PrivateOfferUsed("an order was placed by it, and stands; refuse or cancel that", "private_offer_id")
    if row.status == PrivateOfferStatus.LAPSED:
        raise PrivateOfferOver(OVER[PrivateOfferEnd(row.ended_because or "")], "private_offer_id")
    if row.status != PrivateOfferStatus.WITHDRAWN:
        row.status, row.ended_because, row.ended_at = PrivateOfferStatus.WITHDRAWN, PrivateOfferEnd.WITHDRAWN, now
        row.version += 1
        await session.flush()
        publish(session, events.private_offer_ended(row), row.id)
    return shown


async def private_offer(session: AsyncSession, private_offer_id: UUID, beholder: Beholder, lock: bool = False) -> Shown:
    """One private offer; one the caller may not see does not exist."""
    shown = await store.private_offer(session, private_offer_id, beholder, lock)
    if shown is None:
        raise UnknownPrivateOffer("look at those you have", "private_offer_id")
    return shown


def announce_used(session: AsyncSession, used: Sequence[PrivateOfferRow]) -> None:
    for row in used:
        publish(session, events.private_offer_used(row), row.id)


async def lapse_private_offers(database: Database, now: datetime) -> bool:
    """End what is over by the clock, by what is on sale, or by its partner's standing; says whether there may be more.
    Nobody takes it or orders by it before, either: both ask the same."""
    async with database.transaction() as session:
        lapsed = await store.lapse(session, now, LAPSED_MAX)
        for row in lapsed:
            publish(session, events.private_offer_ended(row), row.id)
    return len(lapsed) == LAPSED_MAX
