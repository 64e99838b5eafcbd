"""What operators and regulators are shown of residents: their access log tells them."""

from chassis.looks import Look
from chassis.outbox import publish
from sqlalchemy.ext.asyncio import AsyncSession

from ordering import events


def announce_look(session: AsyncSession, look: Look) -> None:
    publish(session, events.residents_seen(look), look.by.subject_id)
