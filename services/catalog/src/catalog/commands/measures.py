"""How partners serve, as ordering measures it."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1 import api_pb2 as pb

from catalog.store import measures
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
    await measures.put_measures(session, rows)
