"""Consents that residents give to apps, as they send them to the app with its code."""

from datetime import datetime, timedelta
from uuid import UUID

from chassis.signing import SigningKeys
from sqlalchemy.ext.asyncio import AsyncSession

from consent.commands import consents as granting
from consent.commands.documents import request_for
from consent.commands.receipts import Grant
from consent.domain.documents import Terms, TooManyOffers
from consent.domain.frequency import Frequency
from consent.store import consents, standings
from consent.store import documents as store
from consent.tables import ArtefactRow

GRANTS_A_DAY_MAX = 20  # of one resident, to one partner
DAY = timedelta(days=1)


async def grant_to_app(
    session: AsyncSession,
    *,
    resident_id: UUID,
    terms: Terms,
    by: UUID,
    good_until: datetime | None,
    keys: SigningKeys,
    now: datetime,
) -> ArtefactRow:
    """The resident's word for an app of a partner's: asked for and answered at once. `good_until` is when a guardian's
    word ends by itself."""
    await granting.check_acts(session, resident_id, by)
    await store.lock_offers(session, resident_id)
    if await store.count_offers(session, resident_id, terms.grantee_id, now - DAY) >= GRANTS_A_DAY_MAX:
        raise TooManyOffers(f"there were {GRANTS_A_DAY_MAX} within a day; come again tomorrow", "resident_id")
    await standings.meet_partners(session, [terms.grantee_id])
    request = request_for(resident_id, terms, by, now)
    await consents.add_requests(session, [request])
    request = await consents.request_for_update(session, request.id, [resident_id])
    return await granting.grant(session, request, Grant(by, good_until, (), frequency=Frequency()), keys, now)
