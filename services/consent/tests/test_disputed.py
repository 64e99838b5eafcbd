"""A disputed order's decisions are told: all of its own, none of another's, and nothing of anybody's health."""

from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from chassis.auth import Principal
from chassis.consumer import Event, Work
from chassis.database import Database
from chassis.signing import SigningKeys
from chassis.wire import timestamp
from consent import commands, deciding, disputed, events, store
from consent.deciding import Question
from consent.domain import AccessMode, Asked, Reason
from house import House, template_for
from sqlalchemy import text
from yima.common.v1.route_pb2 import Role
from yima.consent.v1.events_pb2 import DecisionsTold
from yima.settlement.v1.events_pb2 import DisputeOpened

pytestmark = pytest.mark.anyio
SERVICE = "consent"
VITALS = frozenset({"vital-signs"})
LABORATORY = frozenset({"laboratory"})


@dataclass
class Office:
    """Consent with one resident and one partner."""

    database: Database
    keys: SigningKeys
    house: House

    @property
    def resident(self) -> UUID:
        return self.house.resident

    @property
    def partner(self) -> UUID:
        return self.house.partner

    async def hear(self, handler: object, *messages: object) -> None:
        heard = [Event(uuid4(), datetime.now(UTC), str(uuid4()), "", message) for message in messages]
        async with self.database.transaction() as session:
            await handler(Work(session, datetime.now(UTC), SimpleNamespace(keys=self.keys)), heard)  # type: ignore[operator]

    async def order(self, purpose: str = "TREAT", asks: bool = True) -> UUID:
        """An order of the resident with the partner, consented to where it asks for data; returns its id."""
        order_id = uuid4()
        template = template_for(purpose)
        if asks:
            await self.house.agree(order_id, template)
        await self.house.place(order_id, *[template] * asks)
        await self.house.confirm(order_id)
        return order_id

    async def ask(
        self, purpose: str = "TREAT", kinds: frozenset[str] = VITALS, who: Principal | None = None, times: int = 1
    ) -> str:
        """Somebody of the partner's asks for the resident's data, or `who`; returns which consent permitted it."""
        who = who or Principal(Role.ROLE_PRACTITIONER, str(uuid4()), str(self.partner))
        question = Question(who, self.resident, Asked(kinds, purpose, AccessMode.VIEW))
        *_, last = await deciding.decide_together(self.database, [question] * times)
        return last.consent_id

    async def revoke(self, consent_id: str) -> None:
        async with self.database.transaction() as session:
            await commands.revoke_consent(
                session, artefact_id=UUID(consent_id), residents=[self.resident], reason="", now=datetime.now(UTC)
            )

    async def told(self, *orders: UUID, at: datetime | None = None) -> list[DecisionsTold]:
        """What is told when these orders are disputed."""
        disputes = [
            DisputeOpened(dispute_id=str(uuid4()), order_id=str(one), opened_at=timestamp(at or datetime.now(UTC)))
            for one in orders
        ]
        await self.hear(events.on_dispute_opened, *disputes)
        async with self.database.transaction() as session:
            found = await session.scalars(
                text("SELECT payload FROM outbox WHERE type = :type"), {"type": DecisionsTold.DESCRIPTOR.full_name}
            )
            messages = {told.dispute_id: told for told in map(DecisionsTold.FromString, found)}
        return [messages[dispute.dispute_id] for dispute in disputes]


@pytest.fixture
async def office(house: House) -> Office:
    return Office(house.database, house.keys, house)


def said(told: DecisionsTold) -> list[tuple[bool, Reason, str]]:
    return [(one.permitted, Reason(one.reason), one.purpose) for one in told.decisions]


async def test_an_order_s_decisions_are_told_in_their_order_with_verdict_reason_and_place_in_the_log(
    office: Office,
) -> None:
    order_id = await office.order()
    consent_id = await office.ask()
    await office.ask(kinds=LABORATORY)
    await office.revoke(consent_id)
    await office.ask()
    (told,) = await office.told(order_id)
    assert said(told) == [
        (True, Reason.CONSENT_IN_FORCE, "TREAT"),
        (False, Reason.OTHER_INFORMATION_TYPE, "TREAT"),
        (False, Reason.CONSENT_REVOKED, "TREAT"),
    ]
    assert [one.consent_id for one in told.decisions] == [consent_id, "", ""]
    assert {one.grantee_id for one in told.decisions} == {str(office.partner)}
    assert not told.left_out
    async with office.database.transaction() as session:
        log = {row.position: row.hash for row in await store.log_page(session, office.resident, None, 10)}
    assert [(one.position, one.hash) for one in told.decisions] == sorted(log.items())


async def test_only_the_order_s_own_decisions_are_told(office: Office) -> None:
    await office.ask()  # before there was an order
    treated, researched, free = await office.order(), await office.order("HRESCH"), await office.order(asks=False)
    under_treatment, under_research = await office.ask(), await office.ask("HRESCH")
    assert under_treatment and under_research
    for who in (
        Principal(Role.ROLE_PRACTITIONER, str(uuid4()), str(uuid4())),
        Principal(Role.ROLE_PARTNER, str(office.partner), str(uuid4())),  # another's, whose account has such an id
        Principal(Role.ROLE_RESIDENT, str(office.resident)),
    ):
        await office.ask(who=who)
    opened_at = datetime.now(UTC)
    await office.ask()  # after the dispute was opened
    first, second, none, unknown = await office.told(treated, researched, free, uuid4(), at=opened_at)
    assert [one.consent_id for one in first.decisions] == [under_treatment]
    assert [one.consent_id for one in second.decisions] == [under_research]
    for told in (none, unknown):
        assert (list(told.decisions), told.left_out) == ([], False)


async def test_too_many_decisions_are_told_as_the_newest_and_that_there_are_older_ones(office: Office) -> None:
    order_id = await office.order()
    await office.ask(kinds=LABORATORY)
    await office.ask(times=disputed.TOLD_MAX - 1)
    (all_of_them,) = await office.told(order_id)
    assert (len(all_of_them.decisions), all_of_them.left_out) == (disputed.TOLD_MAX, False)
    assert not all_of_them.decisions[0].permitted
    await office.ask()
    (told,) = await office.told(order_id)
    assert (len(told.decisions), told.left_out) == (disputed.TOLD_MAX, True)
    positions = [one.position for one in told.decisions]
    assert positions == sorted(positions)
    assert all(one.permitted for one in told.decisions), "the oldest, which was refused, is the one left out"


async def test_a_log_too_long_to_be_looked_through_is_told_to_go_on(office: Office) -> None:
    order_id = await office.order("HRESCH")
    await office.ask("HRESCH")
    await office.order()
    await office.ask(times=disputed.READ_MAX)  # under the other order's consent
    (told,) = await office.told(order_id)
    assert (list(told.decisions), told.left_out) == ([], True)


async def test_what_is_told_names_neither_the_resident_nor_which_data(office: Office) -> None:
    order_id = await office.order()
    await office.ask()
    await office.ask(kinds=LABORATORY)
    (told,) = await office.told(order_id)
    assert len(told.decisions) == 2
    for word in (str(office.resident), "vital-signs", "laboratory"):
        assert word.encode() not in told.SerializeToString()
