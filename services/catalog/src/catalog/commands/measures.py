"""How partners serve, as ordering measures it."""

from collections.abc import Iterable
from uuid import UUID

from chassis.outbox import publish
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1 import api_pb2 as pb

from catalog import events
from catalog.store import listings, measures
from catalog.tables import MeasuresRow


async def note_measures(session: AsyncSession, messages: Iterable[pb.PartnerMeasures]) -> None:
    """Go by the newest measures of each partner."""
    newest: dict[str, pb.PartnerMeasures] = {}
    for message in messages:
        if message.partner_id not in newest or newest[message.partner_id].version <= message.version:
            newest[message.partner_id] = message
    rows = [
        MeasuresRow(
            partner_id=UUID(message.partner_id),
            measures=message.SerializeToString(deterministic=True),
            version=message.version,
        )
        for message in newest.values()
    ]
    changed = await measures.put_measures(session, rows)
    ratings = {partner_id: newest[str(partner_id)].rating_hundredths for partner_id in changed}
    for partner_id in await listings.put_ratings(session, ratings):
        publish(session, events.partner_rating_changed(newest[str(partner_id)]), partner_id)
