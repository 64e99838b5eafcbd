"""A consent may be used so often only, on a day of the city's and in all; of many who ask at once no more read."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from chassis.refusals import Invalid
from consent.commands.decisions import Question, decide_together
from consent.domain.consents import AccessMode
from consent.domain.decisions import AccessRequest, Reason
from consent.domain.frequency import USES_MAX, Frequency, check_frequency
from consent.store import frequency as store
from consent.tables import ArtefactRow
from consent_scenario import JINAN, LABORATORY, VITALS, Scenario, template_for
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from test_visits import grant, offers

pytestmark = pytest.mark.anyio
SERVICE = "consent"


async def opened(scenario: Scenario, per_day: int = 0, in_all: int = 0, **how: Any) -> ArtefactRow:
    """What a resident granted for a visit, to all of the institution."""
    scenario.resident = uuid4()
    await scenario.scan()
    (offer, *_) = await offers(scenario)
    return await grant(scenario, offer, whole_institution=True, frequency=Frequency(per_day, in_all), **how)


async def reasons(scenario: Scenario, times: int, kinds: frozenset[str] = VITALS) -> list[Reason]:
    return [Reason((await scenario.ask(kinds=kinds)).reason) for _ in range(times)]


async def test_what_is_used_up_is_refused_with_a_reason_of_its_own_and_what_is_refused_uses_nothing(
    scenario: Scenario,
) -> None:
    artefact = await opened(scenario, in_all=2)
    refused = await scenario.ask(purpose="CAREMGT")
    assert refused.reason == Reason.OTHER_PURPOSE
    assert await reasons(scenario, 3) == [Reason.CONSENT_IN_FORCE, Reason.CONSENT_IN_FORCE, Reason.USED_UP]
    async with scenario.database.transaction() as session:
        assert await store.uses_of(session, [artefact.id]) == {artefact.id: 2}


async def test_of_many_who_ask_at_once_only_so_many_read(scenario: Scenario) -> None:
    await opened(scenario, per_day=7)
    request = AccessRequest(VITALS, "TREAT", AccessMode.VIEW)
    questions = [Question(scenario.doctor(), scenario.resident, request) for _ in range(40)]
    batches = [questions[start : start + 8] for start in range(0, 40, 8)]
    decided = await asyncio.gather(*(decide_together(scenario.database, batch, JINAN.zone) for batch in batches))
    outcomes = [decision.reason for batch in decided for decision in batch]
    assert outcomes.count(Reason.CONSENT_IN_FORCE) == 7
    assert outcomes.count(Reason.USED_UP) == 33


async def test_a_day_later_it_may_be_used_again_but_not_oftener_than_in_all(scenario: Scenario) -> None:
    artefact = await opened(scenario, per_day=2, in_all=3)
    today = JINAN.today(artefact.granted_at)

    async def used(days: int) -> int:
        async with scenario.database.transaction() as session:
            return (await store.count_uses(session, {artefact.id: 5}, today + timedelta(days=days)))[artefact.id]

    assert [await used(days) for days in (0, 0, 1, 0, 1, 2)] == [2, 0, 1, 0, 0, 0], "a day that is over stays over"


async def test_what_needs_no_use_is_read_without_one(scenario: Scenario) -> None:
    limited = await opened(scenario, in_all=1)
    await scenario.order(template_for())
    assert await reasons(scenario, 3) == [Reason.CONSENT_IN_FORCE] * 3, "the order's consent has no end of uses"
    assert await reasons(scenario, 2, LABORATORY) == [Reason.CONSENT_IN_FORCE, Reason.USED_UP]
    async with scenario.database.transaction() as session:
        assert await store.uses_of(session, [limited.id]) == {limited.id: 1}


async def test_an_orders_consent_may_be_for_one_practitioner(scenario: Scenario) -> None:
    chosen, order_id, scenario.resident = uuid4(), uuid4(), uuid4()
    await scenario.place(order_id, template_for())
    await scenario.confirm(order_id)
    (request,) = await offers(scenario)
    await grant(scenario, request, practitioner_id=chosen)
    for practitioner, reason in ((chosen, Reason.CONSENT_IN_FORCE), (uuid4(), Reason.OTHER_PRACTITIONER)):
        assert (await scenario.ask(scenario.doctor(practitioner=practitioner))).reason == reason
    await scenario.scan()
    with pytest.raises(Invalid) as refused:
        await grant(scenario, (await offers(scenario))[0], practitioner_id=chosen)
    assert refused.value.field == "practitioner_id"


async def test_the_database_counts_no_use_too_many(scenario: Scenario) -> None:
    artefact = await opened(scenario, per_day=1)
    await reasons(scenario, 1)
    for change in ("on_day = on_day + 1, in_all = in_all + 1", "on_day = on_day + 1"):
        with pytest.raises(DBAPIError) as refused:
            async with scenario.database.transaction() as session:
                await session.execute(
                    text(f"UPDATE consent_use SET {change} WHERE consent_id = :id"), {"id": artefact.id}
                )
        assert isinstance(refused.value.orig.__cause__, asyncpg.CheckViolationError)  # type: ignore[union-attr]


@pytest.mark.parametrize(("uses", "field"), [((-1, 0), "uses_per_day"), ((0, USES_MAX + 1), "uses_in_all")])
def test_uses_are_a_number_within_bounds(uses: tuple[int, int], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_frequency(*uses)
    assert refused.value.field == field
    assert Frequency(3, 0).narrowed(Frequency(5, 2)) == Frequency(3, 2)
