"""What a guardian gave ends with the guardianship; who acts for the resident then sees all of it and may revoke it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.auth import Principal
from chassis.refusals import NotFound
from chassis.wire import timestamp
from city_pack.pack import read
from consent.api.consents import ends_of, status_of
from consent.api.served import visible_residents
from consent.commands import consents as commands
from consent.domain.consents import ConsentEnd
from consent.domain.decisions import Reason
from consent.handlers import SUBSCRIPTIONS, on_guardianship_ended
from consent.store import consents, erasures
from consent_scenario import Scenario, resources_of, template_for
from devstack.cities import City
from devstack.samples import examples
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from yima.common.v1.route_pb2 import Role
from yima.consent.v1.events_pb2 import ConsentEnded
from yima.identity.v1.api_pb2 import BirthDate
from yima.ordering.v1.events_pb2 import OrderConfirmed

from services.any_order import deliver, orders_of

pytestmark = pytest.mark.anyio
SERVICE = "consent"
JINAN = read(str(City.named("jinan").pack))
ORDER = settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def guardian_of(scenario: Scenario, guardian: UUID) -> Principal:
    """Somebody whose token says that they act for the resident."""
    return Principal(Role.ROLE_RESIDENT, str(guardian), dependants=frozenset({str(scenario.resident)}))


async def residents_of(scenario: Scenario, who: Principal) -> Sequence[UUID]:
    """For whom somebody answers."""
    async with scenario.database.transaction() as session:
        return await visible_residents(SimpleNamespace(principal=who, session=session))  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", [1, 2, 3])
async def test_what_a_guardian_gave_ends_with_the_guardianship(scenario: Scenario, mode: int) -> None:
    scenario.resident = uuid4()
    guardian, other = uuid4(), uuid4()
    order_id = await scenario.order(template_for(mode=mode, retention_days=3), by=guardian)
    await scenario.order(template_for(purpose="CAREMGT"), by=other)
    before = datetime.now(UTC)
    await scenario.hear(on_guardianship_ended, scenario.guardianship_ended(guardian))
    assert not (await scenario.ask()).permitted
    assert (await scenario.ask(purpose="CAREMGT")).permitted, "what the other guardian gave goes on"
    (artefact,) = [artefact for artefact in await scenario.artefacts() if artefact.granted_by == guardian]
    assert artefact.ended_because == ConsentEnd.GUARDIANSHIP_ENDED
    assert status_of(artefact, None, datetime.now(UTC), frozen=False) == "ENDED"
    async with scenario.database.transaction() as session:
        erasure = (await erasures.erasures_of(session, [artefact.id]))[artefact.id]
    assert 0 <= (erasure.due_at - before).days <= 3, "what the partner keeps is to be erased from then on"
    (event,) = [event for event in await scenario.published(ConsentEnded) if event.order_id == str(order_id)]
    assert event.because == ConsentEnd.GUARDIANSHIP_ENDED


async def test_the_partner_learns_why_it_may_not_look_any_more(scenario: Scenario) -> None:
    scenario.resident, guardian = uuid4(), uuid4()
    await scenario.order(by=guardian)
    await scenario.hear(on_guardianship_ended, scenario.guardianship_ended(guardian))
    assert (await scenario.ask()).reason == Reason.GUARDIANSHIP_ENDED


async def test_what_the_resident_gave_themselves_goes_on(scenario: Scenario) -> None:
    scenario.resident = uuid4()
    await scenario.order()
    await scenario.hear(on_guardianship_ended, scenario.guardianship_ended(uuid4()))
    await scenario.hear(on_guardianship_ended, scenario.guardianship_ended(scenario.resident))
    assert (await scenario.ask()).permitted


async def test_a_token_from_before_reads_nothing_and_gives_nothing(scenario: Scenario) -> None:
    """The guardian's sessions end too. Until that has arrived, the end of the guardianship counts."""
    scenario.resident, guardian, order_id, template = uuid4(), uuid4(), uuid4(), template_for()
    assert (await scenario.ask(guardian_of(scenario, guardian))).reason == Reason.OWN_RECORD
    await scenario.place(order_id, template)
    await scenario.hear(on_guardianship_ended, scenario.guardianship_ended(guardian))
    assert (await scenario.ask(guardian_of(scenario, guardian))).reason == Reason.GUARDIANSHIP_ENDED
    assert await residents_of(scenario, guardian_of(scenario, guardian)) == [guardian]
    with pytest.raises(NotFound):
        await scenario.agree(order_id, template, by=guardian)
    async with scenario.database.transaction() as session:
        (request,) = await consents.requests_of_orders(session, [order_id])
    with pytest.raises(NotFound):
        async with scenario.database.transaction() as session:
            await commands.grant_consent(
                session,
                request_id=request.id,
                residents={scenario.resident: None},
                by=guardian,
                keys=scenario.keys,
                now=datetime.now(UTC),
            )


async def test_who_acts_for_the_resident_now_revokes_what_another_gave(scenario: Scenario) -> None:
    """A second guardian, and the resident when they are of age, answer for every consent of the resident."""
    scenario.resident = uuid4()
    first, second = uuid4(), uuid4()
    for revoker in (guardian_of(scenario, second), Principal(Role.ROLE_RESIDENT, str(scenario.resident))):
        order_id = await scenario.order(by=first)
        (artefact,) = [artefact for artefact in await scenario.artefacts() if artefact.order_id == order_id]
        residents = await residents_of(scenario, revoker)
        async with scenario.database.transaction() as session:
            await commands.revoke_consent(
                session, artefact_id=artefact.id, residents=residents, reason="", now=datetime.now(UTC)
            )
        assert (await scenario.ask()).reason == Reason.CONSENT_REVOKED


@ORDER
@given(order=orders_of(3))
async def test_nothing_a_former_guardian_gave_is_in_force_in_whatever_order_it_is_heard(
    scenario: Scenario, order: list[int]
) -> None:
    """The guardian agreed; the order is placed, confirmed, and the guardianship ends, in any order and twice."""
    scenario.resident = uuid4()
    guardian, order_id, template = uuid4(), uuid4(), template_for()
    await scenario.agree(order_id, template, by=guardian)
    messages: list[Message] = [
        scenario.placed(order_id, template),
        scenario.order_event(OrderConfirmed, order_id, version=2),
        scenario.guardianship_ended(guardian),
    ]
    resources: Any = resources_of(scenario.keys)
    await deliver(scenario.database, SUBSCRIPTIONS, messages, order, resources, datetime.now(UTC))
    assert not (await scenario.ask()).permitted
    assert all(artefact.ended_at is not None for artefact in await scenario.artefacts())


@ORDER
@given(order=orders_of(3))
async def test_whoever_is_a_guardian_again_acts_again_and_what_they_gave_before_stays_ended(
    scenario: Scenario, order: list[int]
) -> None:
    """It began, ended, and began again, heard in any order and twice."""
    scenario.resident, guardian = uuid4(), uuid4()
    await scenario.order(by=guardian)
    messages: list[Message] = [
        scenario.guardianship_began(guardian),
        scenario.guardianship_ended(guardian),
        scenario.guardianship_began(guardian, version=3),
    ]
    resources: Any = resources_of(scenario.keys)
    await deliver(scenario.database, SUBSCRIPTIONS, messages, order, resources, datetime.now(UTC))
    assert await residents_of(scenario, guardian_of(scenario, guardian)) == [guardian, scenario.resident]
    assert (await scenario.ask()).reason == Reason.GUARDIANSHIP_ENDED
    await scenario.order(template_for(purpose="CAREMGT"), by=guardian)
    assert (await scenario.ask(purpose="CAREMGT")).permitted


@pytest.mark.parametrize(
    ("until", "born", "expected"),
    [
        (None, "1950-01-01", None),
        ("2031-02-03T00:00:00+00:00", "1950-01-01", "2031-02-03T00:00:00+00:00"),
        (None, "2020-01-02", "2038-01-01T16:00:00+00:00"),
    ],
)
def test_what_a_guardian_gives_lasts_no_longer_than_they_act(
    until: str | None, born: str, expected: str | None
) -> None:
    """An adult's without a term, one with a term, and a minor's as the release of identity before this one says it."""
    resident = BirthDate(date=born, acting_until=timestamp(datetime.fromisoformat(until)) if until else None)
    call: Any = SimpleNamespace(resources=SimpleNamespace(city=JINAN), now=datetime(2026, 11, 29, tzinfo=UTC))
    assert ends_of(resident, call) == (datetime.fromisoformat(expected) if expected else None)
