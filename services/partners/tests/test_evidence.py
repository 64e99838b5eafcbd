"""Evidence ends on a day: the partner is reminded in time, hands in newer of the same, and is left alone then."""

from collections.abc import AsyncGenerator, Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from chassis.database import Database
from hypothesis import given
from hypothesis import strategies as st
from partners.api.partners import partner_message
from partners.commands import applications, evidence
from partners.domain.evidence import EvidenceStatus, Piece, remind_on, renew_from, statuses, to_renew
from sqlalchemy import text
from yima.partners.v1 import api_pb2 as pb
from yima.partners.v1.events_pb2 import EvidenceEnding

from services.partners.tests.test_steps import JINAN, NOW, active, load_partner

pytestmark = pytest.mark.anyio
SERVICE = "partners"
WINDOW = JINAN.rubric.renewal_days
TODAY = JINAN.today(NOW)
ENDS = NOW.date() + timedelta(days=99)  # what `active` hands in


@pytest.fixture
async def db(database: str) -> AsyncGenerator[Database]:
    opened = Database(database)
    async with opened.transaction() as session:
        await session.execute(text("UPDATE partner SET evidence_remind_on = NULL"))
    yield opened
    await opened.close()


async def add(db: Database, partner_id: UUID, **more: object) -> None:
    piece = pb.Evidence(
        aspect=pb.ASPECT_LAW,
        title="t",
        reference="r2",
        valid_until=str(ENDS + timedelta(days=365)),
        **more,  # type: ignore[arg-type]
    )
    async with db.transaction() as session:
        await applications.add_evidence(session, partner_id=partner_id, evidence=[piece], city=JINAN, now=NOW)


async def reminders(db: Database, partner_id: UUID) -> list[EvidenceEnding]:
    async with db.transaction() as session:
        payloads = await session.scalars(
            text("SELECT payload FROM outbox WHERE type LIKE '%.EvidenceEnding' ORDER BY id")
        )
        said = [EvidenceEnding.FromString(payload) for payload in payloads]
    return [each for each in said if each.partner_id == str(partner_id)]


async def test_a_partner_is_reminded_as_the_window_opens_and_a_week_before_the_end(db: Database) -> None:
    partner_id = await active(db)
    opens = renew_from(ENDS, WINDOW)
    for day in (opens - timedelta(days=1), opens, opens, opens + timedelta(days=1), ENDS - timedelta(days=7), ENDS):
        await evidence.remind_due(db, JINAN, NOW + (day - TODAY))
    first, second = await reminders(db, partner_id)
    assert first.first_until == second.first_until == str(ENDS)
    assert list(first.aspects) == pb.Aspect.values()[1:]
    assert first.version < second.version


async def test_whoever_has_renewed_hears_nothing_of_it(db: Database) -> None:
    partner_id = await active(db)
    await add(db, partner_id)
    await evidence.remind_due(db, JINAN, NOW + (renew_from(ENDS, WINDOW) - TODAY))
    (said,) = await reminders(db, partner_id)
    assert pb.ASPECT_LAW not in said.aspects
    assert len(said.aspects) == len(pb.Aspect.values()) - 2, "the rest still ends"


async def test_the_partner_reads_where_each_piece_stands_and_says_nothing_of_it_itself(db: Database) -> None:
    partner_id = await active(db)
    await add(db, partner_id, status=pb.EVIDENCE_STATUS_PAST, renew_from="1900-01-01")
    later = NOW + (renew_from(ENDS, WINDOW) - TODAY)
    shown = partner_message(await load_partner(db, partner_id), later, JINAN, supervises=False).manifest.evidence
    of_law = [(each.status, each.renew_from) for each in shown if each.aspect == pb.ASPECT_LAW]
    assert of_law == [
        (pb.EVIDENCE_STATUS_RENEWED, str(renew_from(ENDS, WINDOW))),
        (pb.EVIDENCE_STATUS_IN_FORCE, str(renew_from(ENDS + timedelta(days=365), WINDOW))),
    ]
    assert {each.status for each in shown if each.aspect != pb.ASPECT_LAW} == {pb.EVIDENCE_STATUS_TO_RENEW}
    past = partner_message(await load_partner(db, partner_id), NOW + timedelta(days=101), JINAN, supervises=False)
    assert pb.EVIDENCE_STATUS_PAST in {each.status for each in past.manifest.evidence}


pieces = st.lists(
    st.builds(
        Piece,
        st.integers(1, 2),
        st.sampled_from(["", "licence"]),
        st.sampled_from(["a", "b"]),
        st.integers(0, 200).map(lambda days: date(2026, 1, 1) + timedelta(days=days)),
    ),
    max_size=6,
)


def days_of(there: list[Piece]) -> Iterator[date]:
    """The days on which a partner is reminded, one after another."""
    day: date | None = date(2025, 1, 1)
    while (day := remind_on(there, day, 60)) is not None:
        yield day


@given(pieces)
def test_everything_that_ends_is_reminded_of_and_the_reminders_end(there: list[Piece]) -> None:
    days = list(days_of(there))
    assert days == sorted(set(days))
    newest = {
        piece for piece in there if statuses(there, date(2025, 1, 1), 60)[there.index(piece)] is EvidenceStatus.IN_FORCE
    }
    reminded = {piece for day in days for piece in to_renew(there, day, 60)}
    assert reminded == newest, "each that nothing newer takes the place of, and no other"
