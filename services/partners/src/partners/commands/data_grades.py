"""How good the data is that institutions send, as records grades it."""

from collections.abc import Iterable
from uuid import UUID

from chassis.wire import moment
from sqlalchemy.ext.asyncio import AsyncSession
from yima.records.v1.events_pb2 import QualityGraded

from partners.store import data_grades
from partners.tables import DataGradeRow


async def note_grades(session: AsyncSession, messages: Iterable[QualityGraded]) -> None:
    """Keep the newest grade of each institution and kind. A kind that a month does not grade keeps the one it has."""
    newest: dict[tuple[str, str], DataGradeRow] = {}
    for message in sorted(messages, key=lambda message: message.version):
        for each in message.grades:
            newest[message.institution_id, each.resource_type] = DataGradeRow(
                partner_id=UUID(message.institution_id),
                resource_type=each.resource_type,
                letter=each.letter,
                month=message.month,
                graded_at=moment(message.graded_at),
                version=message.version,
            )
    if newest:
        await data_grades.put(session, list(newest.values()))
