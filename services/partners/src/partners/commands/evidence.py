"""Reminding partners of evidence that ends."""

from collections.abc import Sequence
from datetime import date, datetime

from chassis.database import Database
from chassis.outbox import publish
from city_pack.pack import City
from yima.partners.v1 import api_pb2 as pb

from partners import events
from partners.domain.evidence import Piece, remind_on, to_renew
from partners.store import evidence

AT_ONCE_MAX = 100


def pieces_of(handed_in: Sequence[pb.Evidence]) -> list[Piece]:
    """Evidence as its rules see it."""
    return [Piece(each.aspect, each.kind, each.title, date.fromisoformat(each.valid_until)) for each in handed_in]


async def remind_due(database: Database, city: City, now: datetime) -> int:
    """Announce what has to be renewed, of partners whose day has come; `AT_ONCE_MAX` at most. Returns how many."""
    today, window_days = city.today(now), city.rubric.renewal_days
    async with database.transaction() as session:
        due = await evidence.claim_due(session, today, AT_ONCE_MAX)
        for partner in due:
            pieces = pieces_of(pb.PartnerManifest.FromString(partner.manifest).evidence)
            partner.evidence_remind_on = remind_on(pieces, today, window_days)
            if ending := to_renew(pieces, today, window_days):
                partner.version += 1
                publish(session, events.evidence_ending(partner, ending), partner.id)
    return len(due)
