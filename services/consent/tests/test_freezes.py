"""What a regulator has frozen is refused with a reason of its own, at once, and until the last freeze is lifted."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.auth import Principal
from consent import handlers
from consent.api.consents import status_of
from consent.commands import freezes
from consent.domain.decisions import Reason
from consent.handlers import SUBSCRIPTIONS
from consent.store import freezes as store
from consent.store import orders, standings
from consent_scenario import Scenario
from devstack.samples import examples
from hypothesis import HealthCheck, given, settings
from yima.common.v1.route_pb2 import Role
from yima.partners.v1 import api_pb2 as partners_api
from yima.partners.v1 import events_pb2 as partners_pb

from services.any_order import deliver, orders_of

pytestmark = pytest.mark.anyio
SERVICE = "consent"
ORDER = settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def of_practitioner(practitioner_id: UUID, freeze_id: UUID) -> dict[str, Any]:
    return {
        "freeze_id": str(freeze_id),
        "target": partners_api.FREEZE_TARGET_PRACTITIONER,
        "target_id": str(practitioner_id),
    }


def doctor_of(scenario: Scenario) -> Principal:
    return Principal(Role.ROLE_PRACTITIONER, str(uuid4()), str(scenario.partner))


async def test_a_frozen_partner_reads_and_adds_nothing_and_its_consents_are_suspended(scenario: Scenario) -> None:
    order_id = await scenario.order()
    assert (await scenario.ask()).permitted
    imposed = partners_pb.FreezeImposed(
        target=partners_api.FREEZE_TARGET_PARTNER,
        target_id=str(scenario.partner),
        freeze_id=str(uuid4()),
        standing=scenario.standing(frozen=True),
    )
    await scenario.hear(handlers.on_freeze(lifted=False), imposed)
    for decision in (await scenario.ask(), await scenario.add()):
        assert (decision.permitted, decision.reason) == (False, Reason.FROZEN)
    (artefact,) = await scenario.artefacts()
    async with scenario.database.transaction() as session:
        order = (await orders.orders_known(session, [order_id]))[order_id]
        assert await standings.frozen_among(session, [scenario.partner]) == {scenario.partner}
    assert status_of(artefact, order, artefact.granted_at, frozen=True) == "SUSPENDED"
    lifted = partners_pb.FreezeLifted(
        target=partners_api.FREEZE_TARGET_PARTNER,
        target_id=str(scenario.partner),
        freeze_id=imposed.freeze_id,
        standing=scenario.standing(),
    )
    await scenario.hear(handlers.on_freeze(lifted=True), lifted)
    assert (await scenario.ask()).permitted
    assert status_of(artefact, order, artefact.granted_at, frozen=False) == "GRANTED"


async def test_a_frozen_practitioner_reads_and_adds_nothing_and_colleagues_go_on(scenario: Scenario) -> None:
    await scenario.order()
    doctor, colleague = doctor_of(scenario), doctor_of(scenario)
    freeze = of_practitioner(UUID(doctor.subject_id), uuid4())
    await scenario.hear(handlers.on_freeze(lifted=False), partners_pb.FreezeImposed(**freeze))
    for decision in (await scenario.ask(doctor), await scenario.add(doctor)):
        assert (decision.permitted, decision.reason) == (False, Reason.FROZEN)
    assert (await scenario.ask(colleague)).permitted
    await scenario.hear(handlers.on_freeze(lifted=True), partners_pb.FreezeLifted(**freeze))
    assert (await scenario.ask(doctor)).permitted


async def test_a_practitioners_freeze_that_races_their_reads_permits_none_that_is_asked_after_it(
    scenario: Scenario,
) -> None:
    await scenario.order()
    permitted = 0
    for _ in range(8):
        doctor = doctor_of(scenario)
        freeze = partners_pb.FreezeImposed(**of_practitioner(UUID(doctor.subject_id), uuid4()))
        frozen = asyncio.Event()

        async def ask(doctor: Principal = doctor, frozen: asyncio.Event = frozen) -> list[tuple[bool, bool]]:
            """For each decision: was the freeze committed before it was asked, and was it permitted?"""
            outcomes: list[tuple[bool, bool]] = []
            while not outcomes or not outcomes[-1][0]:
                before = frozen.is_set()
                outcomes.append((before, (await scenario.ask(doctor)).permitted))
            return outcomes

        async def impose(freeze: partners_pb.FreezeImposed = freeze, frozen: asyncio.Event = frozen) -> None:
            await scenario.hear(handlers.on_freeze(lifted=False), freeze)
            frozen.set()

        *askers, _ = await asyncio.gather(*(ask() for _ in range(4)), impose())
        outcomes = [outcome for asker in askers if asker for outcome in asker]
        assert (True, True) not in outcomes
        permitted += sum(read for _, read in outcomes)
    assert permitted


@ORDER
@given(order=orders_of(3))
async def test_a_practitioner_is_frozen_until_the_last_freeze_is_lifted(scenario: Scenario, order: list[int]) -> None:
    practitioner = uuid4()
    first, second = (of_practitioner(practitioner, uuid4()) for _ in range(2))
    messages = [
        partners_pb.FreezeImposed(**first, version=1),
        partners_pb.FreezeLifted(**first, version=2),
        partners_pb.FreezeImposed(**second, version=1),
    ]
    await deliver(scenario.database, SUBSCRIPTIONS, messages, order, None, datetime.now(UTC))
    async with scenario.database.transaction() as session:
        assert set(await store.in_force(session, practitioner)) == {UUID(second["freeze_id"])}


class Partners:
    """What partners answers. The tests of the whole system ask the service itself."""

    def __init__(self, *things: partners_api.FrozenThing) -> None:
        self.things = things

    async def list_frozen(self, request: partners_api.ListFrozenRequest) -> partners_api.Frozen:
        return partners_api.Frozen(
            things=[thing for thing in self.things if request.target_id in ("", thing.target_id)]
        )


async def test_what_partners_tells_of_one_changes_nothing_of_others(scenario: Scenario) -> None:
    """A freeze that no event has told of is in force once partners was asked, and one that it tells no more is over."""
    await scenario.order()
    doctor, other = doctor_of(scenario), doctor_of(scenario)
    ids = {who.subject_id: of_practitioner(UUID(who.subject_id), uuid4()) for who in (doctor, other)}
    await scenario.hear(handlers.on_freeze(lifted=False), partners_pb.FreezeImposed(**ids[other.subject_id]))
    partners: Any = Partners(partners_api.FrozenThing(**ids[doctor.subject_id]))
    assert await freezes.learn_freezes(scenario.database, partners, UUID(doctor.subject_id)) == 1
    assert (await scenario.ask(doctor)).reason == Reason.FROZEN
    assert (await scenario.ask(other)).reason == Reason.FROZEN, "only one was asked about"
    assert await freezes.learn_freezes(scenario.database, Partners(), UUID(doctor.subject_id)) == 0  # type: ignore[arg-type] # as above
    assert (await scenario.ask(doctor)).permitted
    await scenario.hear(handlers.on_freeze(lifted=False), partners_pb.FreezeImposed(**ids[doctor.subject_id]))
    assert (await scenario.ask(doctor)).permitted, "an event that comes late freezes nobody again"
