"""A disputed order's decisions are published: all of its own, none of another's, and nothing of anybody's health."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from chassis.auth import Principal
from chassis.consumer import Event, Work
from chassis.database import Database
from chassis.merkle import leaf_hash
from chassis.pages import beginning
from chassis.signing import SigningKeys
from chassis.wire import timestamp
from consent import handlers
from consent.commands import consents, decisions
from consent.commands.access_log import READ_MAX, TOLD_MAX
from consent.commands.decisions import Question
from consent.domain.consents import AccessMode
from consent.domain.decisions import AccessKind, AccessRequest, Reason
from consent.store import access_log
from consent.store.access_log import LogFilter
from consent_scenario import Scenario, resources_of, template_for
from sqlalchemy import text
from yima.common.v1.route_pb2 import Role
from yima.consent.v1.events_pb2 import DecisionsTold
from yima.settlement.v1.events_pb2 import DisputeOpened

pytestmark = pytest.mark.anyio
SERVICE = "consent"
VITALS = frozenset({"vital-signs"})
LABORATORY = frozenset({"laboratory"})


@dataclass
class Disputes:
    """Orders of one resident with one partner, and what is published when they are disputed."""

    database: Database
    keys: SigningKeys
    scenario: Scenario

    @property
    def resident(self) -> UUID:
        return self.scenario.resident

    @property
    def partner(self) -> UUID:
        return self.scenario.partner

    async def hear(self, handler: object, *messages: object) -> None:
        events = [Event(uuid4(), datetime.now(UTC), str(uuid4()), "", message) for message in messages]
        async with self.database.transaction() as session:
            await handler(Work(session, datetime.now(UTC), resources_of(self.keys)), events)  # type: ignore[operator]

    async def order(self, purpose: str = "TREAT", asks: bool = True) -> UUID:
        """An order of the resident with the partner, consented to where it asks for data; returns its id."""
        order_id = uuid4()
        template = template_for(purpose)
        if asks:
            await self.scenario.agree(order_id, template)
        await self.scenario.place(order_id, *[template] * asks)
        await self.scenario.confirm(order_id)
        return order_id

    async def ask(
        self, purpose: str = "TREAT", kinds: frozenset[str] = VITALS, who: Principal | None = None, times: int = 1
    ) -> str:
        """A doctor of the partner, or `who`, asks for the resident's data; returns the consent that permitted it."""
        who = who or Principal(Role.ROLE_PRACTITIONER, str(uuid4()), str(self.partner))
        question = Question(who, self.resident, AccessRequest(kinds, purpose, AccessMode.VIEW))
        *_, last = await decisions.decide_together(self.database, [question] * times)
        return last.consent_id

    async def revoke(self, consent_id: str) -> None:
        async with self.database.transaction() as session:
            await consents.revoke_consent(
                session, artefact_id=UUID(consent_id), residents=[self.resident], reason="", now=datetime.now(UTC)
            )

    async def open(self, *orders: UUID, at: datetime | None = None) -> list[DecisionsTold]:
        """Dispute these orders; returns what is published of each."""
        opened = [
            DisputeOpened(dispute_id=str(uuid4()), order_id=str(order_id), opened_at=timestamp(at or datetime.now(UTC)))
            for order_id in orders
        ]
        await self.hear(handlers.on_dispute_opened, *opened)
        async with self.database.transaction() as session:
            payloads = await session.scalars(
                text("SELECT payload FROM outbox WHERE type = :type"), {"type": DecisionsTold.DESCRIPTOR.full_name}
            )
            messages = {message.dispute_id: message for message in map(DecisionsTold.FromString, payloads)}
        return [messages[dispute.dispute_id] for dispute in opened]


@pytest.fixture
async def disputes(scenario: Scenario) -> Disputes:
    return Disputes(scenario.database, scenario.keys, scenario)


def verdicts(message: DecisionsTold) -> list[tuple[bool, Reason, str]]:
    return [(decision.permitted, Reason(decision.reason), decision.purpose) for decision in message.decisions]


async def test_an_order_s_decisions_are_told_in_their_order_with_verdict_reason_and_place_in_the_log(
    disputes: Disputes,
) -> None:
    order_id = await disputes.order()
    consent_id = await disputes.ask()
    await disputes.ask(kinds=LABORATORY)
    await disputes.revoke(consent_id)
    await disputes.ask()
    (message,) = await disputes.open(order_id)
    assert verdicts(message) == [
        (True, Reason.CONSENT_IN_FORCE, "TREAT"),
        (False, Reason.OTHER_INFORMATION_TYPE, "TREAT"),
        (False, Reason.CONSENT_REVOKED, "TREAT"),
    ]
    assert [decision.consent_id for decision in message.decisions] == [consent_id, "", ""]
    assert {decision.grantee_id for decision in message.decisions} == {str(disputes.partner)}
    assert not message.left_out
    async with disputes.database.transaction() as session:
        rows = await access_log.log_page(session, LogFilter(disputes.resident), beginning(10))
        log = {row.index + 1: leaf_hash(row.entry) for row in rows if row.kind == AccessKind.READ}
    assert [(decision.position, decision.hash) for decision in message.decisions] == sorted(log.items())


async def test_only_the_order_s_own_decisions_are_told(disputes: Disputes) -> None:
    await disputes.ask()  # before there was an order
    treated, researched, free = await disputes.order(), await disputes.order("HRESCH"), await disputes.order(asks=False)
    under_treatment, under_research = await disputes.ask(), await disputes.ask("HRESCH")
    assert under_treatment and under_research
    for who in (
        Principal(Role.ROLE_PRACTITIONER, str(uuid4()), str(uuid4())),
        Principal(Role.ROLE_PARTNER, str(disputes.partner), str(uuid4())),  # another's, whose account has such an id
        Principal(Role.ROLE_RESIDENT, str(disputes.resident)),
    ):
        await disputes.ask(who=who)
    opened_at = datetime.now(UTC)
    await disputes.ask()  # after the dispute was opened
    first, second, none, unknown = await disputes.open(treated, researched, free, uuid4(), at=opened_at)
    assert [decision.consent_id for decision in first.decisions] == [under_treatment]
    assert [decision.consent_id for decision in second.decisions] == [under_research]
    for message in (none, unknown):
        assert (list(message.decisions), message.left_out) == ([], False)


async def test_too_many_decisions_are_told_as_the_newest_and_that_there_are_older_ones(disputes: Disputes) -> None:
    order_id = await disputes.order()
    await disputes.ask(kinds=LABORATORY)
    await disputes.ask(times=TOLD_MAX - 1)
    (all_of_them,) = await disputes.open(order_id)
    assert (len(all_of_them.decisions), all_of_them.left_out) == (TOLD_MAX, False)
    assert not all_of_them.decisions[0].permitted
    await disputes.ask()
    (message,) = await disputes.open(order_id)
    assert (len(message.decisions), message.left_out) == (TOLD_MAX, True)
    positions = [decision.position for decision in message.decisions]
    assert positions == sorted(positions)
    assert all(decision.permitted for decision in message.decisions), (
        "the oldest, which was refused, is the one left out"
    )


async def test_a_log_too_long_to_be_looked_through_is_told_to_go_on(disputes: Disputes) -> None:
    order_id = await disputes.order("HRESCH")
    await disputes.ask("HRESCH")
    await disputes.order()
    await disputes.ask(times=READ_MAX)  # under the other order's consent
    (message,) = await disputes.open(order_id)
    assert (list(message.decisions), message.left_out) == ([], True)


async def test_what_is_told_names_neither_the_resident_nor_which_data(disputes: Disputes) -> None:
    order_id = await disputes.order()
    await disputes.ask()
    await disputes.ask(kinds=LABORATORY)
    (message,) = await disputes.open(order_id)
    assert len(message.decisions) == 2
    for word in (str(disputes.resident), "vital-signs", "laboratory"):
        assert word.encode() not in message.SerializeToString()
