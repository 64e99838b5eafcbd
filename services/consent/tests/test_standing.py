"""Standing is asked in every decision: who is suspended, lapsed, or unheard of, reads nothing and adds nothing."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from consent import app, events, store
from consent.domain import Reason
from consent.tables import StandingRow
from house import House
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from yima.partners.v1 import api_pb2 as partners_pb
from yima.partners.v1 import events_pb2 as partners

pytestmark = pytest.mark.anyio
SERVICE = "consent"
MOMENT = timedelta(milliseconds=1)


async def outcomes(house: House) -> tuple[bool, bool]:
    """May the partner read, and may it add?"""
    return (await house.ask()).permitted, (await house.add()).permitted


async def test_a_suspended_partner_reads_and_adds_nothing_until_it_is_reinstated(house: House) -> None:
    await house.order()
    assert await outcomes(house) == (True, True)
    await house.stands(reads=False)
    read, added = await house.ask(), await house.add()
    assert (read.permitted, read.reason) == (False, Reason.PARTNER_NOT_IN_STANDING)
    assert (added.permitted, added.reason) == (False, Reason.PARTNER_NOT_IN_STANDING)
    await house.stands()
    assert await outcomes(house) == (True, True)


async def test_a_certificate_lapses_by_the_clock_without_any_event(house: House) -> None:
    await house.order()
    await house.stands(until=datetime.now(UTC) - MOMENT)
    assert await outcomes(house) == (False, False)
    await house.stands(until=datetime.now(UTC) + timedelta(days=1))
    assert await outcomes(house) == (True, True)


async def test_a_partner_nobody_has_told_of_may_do_nothing_and_is_asked_about(house: House) -> None:
    house.partner = uuid4()
    await house.order()
    assert await outcomes(house) == (False, False)
    async with house.database.transaction() as session:
        assert house.partner in await store.partners_met(session, 1_000)


class Partners:
    """What partners answers; a real one is asked in the tests of the whole."""

    def __init__(self, *profiles: partners_pb.Profile) -> None:
        self.profiles = profiles

    async def get_profiles(self, request: partners_pb.GetProfilesRequest) -> partners_pb.Profiles:
        return partners_pb.Profiles(profiles=[one for one in self.profiles if one.id in request.partner_ids])


async def test_what_partners_answers_counts_as_if_it_had_been_heard(house: House) -> None:
    house.partner, stranger = uuid4(), uuid4()
    await house.order()
    await house.ask(house.doctor(stranger))
    standing = house.standing()
    answer = partners_pb.Profile(
        id=standing.partner_id, capabilities=standing.capabilities, certified_until=standing.certified_until, version=7
    )
    resources = app.Resources(house.keys, None, Partners(answer), None, None, None)  # type: ignore[arg-type] # see above
    while await app.learn_standings(house.database, resources):
        continue
    assert await outcomes(house) == (True, True)
    async with house.database.transaction() as session:
        assert not {house.partner, stranger} & set(await store.partners_met(session, 1_000)), (
            "nobody is asked for twice"
        )
    await house.stands(reads=False, version=6)
    assert await outcomes(house) == (True, True), "an older event does not undo it"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.booleans(), min_size=1, max_size=4), st.lists(st.integers(0, 3), max_size=8))
async def test_standings_in_any_order_and_twice_end_at_the_newest(
    house: House, reads: list[bool], deliveries: list[int]
) -> None:
    house.partner = uuid4()
    told = [house.standing(reads=one) for one in reads]
    order = [told[number % len(told)] for number in deliveries]
    order += [standing for standing in reversed(told) if standing not in order]
    for standing in order:
        await house.hear(events.on_standing, partners.PartnerCertified(standing=standing))
    async with house.database.transaction() as session:
        kept = await session.get_one(StandingRow, house.partner)
    newest = told[-1]
    assert (kept.version, kept.reads_data) == (
        newest.version, partners_pb.CAPABILITY_READ_DATA in newest.capabilities,
    )  # fmt: skip
