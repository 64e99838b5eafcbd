"""How partners serve, as ordering measures it; how good the data is that they send, as records grades it."""

from collections.abc import Iterable
from uuid import UUID

from chassis.outbox import publish
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1 import api_pb2 as pb
from yima.records.v1.events_pb2 import QualityGraded

from catalog import events
from catalog.store import listings, measures
from catalog.tables import DataQualityRow, MeasuresRow


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


async def note_quality(session: AsyncSession, messages: Iterable[QualityGraded]) -> None:
    """Go by the newest month's grades of each partner."""
    newest: dict[str, QualityGraded] = {}
    for message in messages:
        if message.institution_id not in newest or newest[message.institution_id].version <= message.version:
            newest[message.institution_id] = message
    rows = [
        DataQualityRow(
            partner_id=UUID(message.institution_id),
            grades=quality_of(message).SerializeToString(deterministic=True),
            version=message.version,
        )
        for message in newest.values()
    ]
    await measures.put_quality(session, rows)


def quality_of(message: QualityGraded) -> pb.DataQuality:
    return pb.DataQuality(
        letter=message.letter,
        month=message.month,
        kinds=[pb.KindQuality(resource_type=each.resource_type, letter=each.letter) for each in message.grades],
    )
