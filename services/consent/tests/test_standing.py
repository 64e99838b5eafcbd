"""Every decision goes by the standing: a partner that is suspended, lapsed or unknown reads and adds nothing."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from consent import app, handlers
from consent.api.served import Resources
from consent.domain.decisions import Reason
from consent.store import standings
from consent.tables import StandingRow
from consent_scenario import Scenario
from devstack.samples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from yima.partners.v1 import api_pb2 as partners_api
from yima.partners.v1 import events_pb2 as partners_pb

pytestmark = pytest.mark.anyio
SERVICE = "consent"
MOMENT = timedelta(milliseconds=1)


async def outcomes(scenario: Scenario) -> tuple[bool, bool]:
    """May the partner read, and may it add?"""
    return (await scenario.ask()).permitted, (await scenario.add()).permitted


async def test_a_suspended_partner_reads_and_adds_nothing_until_it_is_reinstated(scenario: Scenario) -> None:
    await scenario.order()
    assert await outcomes(scenario) == (True, True)
    await scenario.stands(reads=False)
    read, added = await scenario.ask(), await scenario.add()
    assert (read.permitted, read.reason) == (False, Reason.PARTNER_NOT_IN_STANDING)
    assert (added.permitted, added.reason) == (False, Reason.PARTNER_NOT_IN_STANDING)
    await scenario.stands()
    assert await outcomes(scenario) == (True, True)


async def test_a_certificate_lapses_by_the_clock_without_any_event(scenario: Scenario) -> None:
    await scenario.order()
    await scenario.stands(until=datetime.now(UTC) - MOMENT)
    assert await outcomes(scenario) == (False, False)
    await scenario.stands(until=datetime.now(UTC) + timedelta(days=1))
    assert await outcomes(scenario) == (True, True)


async def test_a_partner_nobody_has_told_of_may_do_nothing_and_is_asked_about(scenario: Scenario) -> None:
    scenario.partner = uuid4()
    await scenario.order()
    assert await outcomes(scenario) == (False, False)
    async with scenario.database.transaction() as session:
        assert scenario.partner in await standings.partners_met(session, 1_000)


class Partners:
    """What partners answers. The tests of the whole system ask the service itself."""

    def __init__(self, *profiles: partners_api.Profile) -> None:
        self.profiles = profiles

    async def get_profiles(self, request: partners_api.GetProfilesRequest) -> partners_api.Profiles:
        return partners_api.Profiles(
            profiles=[profile for profile in self.profiles if profile.id in request.partner_ids]
        )

    frozen: tuple[partners_api.FrozenThing, ...] = ()

    async def list_frozen(self, request: partners_api.ListFrozenRequest) -> partners_api.Frozen:
        return partners_api.Frozen(
            things=[thing for thing in self.frozen if request.target_id in ("", thing.target_id)]
        )


def resources_of(scenario: Scenario, partners: Partners) -> Resources:
    return Resources(scenario.keys, None, None, partners, None, None, None, scenario.database, None)  # type: ignore[arg-type] # as above


async def test_what_partners_answers_counts_as_if_it_had_been_heard(scenario: Scenario) -> None:
    scenario.partner, stranger = uuid4(), uuid4()
    await scenario.order()
    await scenario.ask(scenario.doctor(stranger))
    standing = scenario.standing()
    answer = partners_api.Profile(
        id=standing.partner_id, capabilities=standing.capabilities, certified_until=standing.certified_until, version=7
    )
    resources = resources_of(scenario, Partners(answer))
    while await app.learn_standings(scenario.database, resources):
        continue
    assert await outcomes(scenario) == (True, True)
    async with scenario.database.transaction() as session:
        assert not {scenario.partner, stranger} & set(await standings.partners_met(session, 1_000)), (
            "nobody is asked for twice"
        )
    await scenario.stands(reads=False, version=6)
    assert await outcomes(scenario) == (True, True), "an older event does not undo it"


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.booleans(), min_size=1, max_size=4), st.lists(st.integers(0, 3), max_size=8))
async def test_standings_in_any_order_and_twice_end_at_the_newest(
    scenario: Scenario, reads: list[bool], deliveries: list[int]
) -> None:
    scenario.partner = uuid4()
    published = [scenario.standing(reads=may_read) for may_read in reads]
    order = [published[number % len(published)] for number in deliveries]
    order += [standing for standing in reversed(published) if standing not in order]
    for standing in order:
        await scenario.hear(handlers.on_standing, partners_pb.PartnerCertified(standing=standing))
    async with scenario.database.transaction() as session:
        row = await session.get_one(StandingRow, scenario.partner)
    newest = published[-1]
    assert (row.version, row.reads_data) == (
        newest.version,
        partners_api.CAPABILITY_READ_DATA in newest.capabilities,
    )
