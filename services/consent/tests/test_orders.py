"""A consent begins with the confirmed order and ends with it, in whichever order the events arrive."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.refusals import Invalid, Refusal
from consent import handlers
from consent.api import consents as api
from consent.commands import consents as commands
from consent.commands.agreements import AgreementOutcome, agree_to_orders, agree_together
from consent.domain.consents import AlreadyAnswered, AlreadyEnded, ConsentEnd, TooManyAgreements
from consent.domain.decisions import Reason
from consent.store import agreements, erasures
from consent.tables import RequestRow
from consent_scenario import ENDED, Scenario, hash_of, template_for
from devstack.samples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlmodel import col
from yima.consent.v1.events_pb2 import ConsentEnded, ConsentGranted

pytestmark = pytest.mark.anyio
SERVICE = "consent"


async def test_an_order_that_is_not_confirmed_opens_nothing(scenario: Scenario) -> None:
    order_id = await scenario.order(confirmed=False)
    assert (await scenario.ask()).reason == Reason.ORDER_NOT_CONFIRMED
    await scenario.confirm(order_id)
    assert (await scenario.ask()).permitted


@pytest.mark.parametrize("because", list(ENDED))
async def test_a_consent_ends_with_its_order_and_says_why(scenario: Scenario, because: ConsentEnd) -> None:
    scenario.resident = uuid4()
    order_id = await scenario.order(template_for(mode=2, retention_days=3))
    before = datetime.now(UTC)
    await scenario.end(order_id, because)
    assert (await scenario.ask()).reason == Reason.ORDER_ENDED
    assert not (await scenario.add()).permitted
    (artefact,) = await scenario.artefacts()
    assert artefact.ended_at is not None
    assert artefact.ended_because == because
    assert api.status_of(artefact, None, datetime.now(UTC), frozen=False) == "ENDED"
    async with scenario.database.transaction() as session:
        erasure = (await erasures.erasures_of(session, [artefact.id]))[artefact.id]
    assert before + timedelta(days=3) <= erasure.due_at <= datetime.now(UTC) + timedelta(days=3)
    (event,) = [event for event in await scenario.published(ConsentEnded) if event.order_id == str(order_id)]
    assert event.because == because
    with pytest.raises(AlreadyEnded):
        async with scenario.database.transaction() as session:
            await commands.revoke_consent(
                session, artefact_id=artefact.id, residents=[scenario.resident], reason="", now=datetime.now(UTC)
            )


async def test_another_order_goes_on_when_one_ends(scenario: Scenario) -> None:
    first, _ = await scenario.order(), await scenario.order()
    await scenario.end(first)
    assert (await scenario.ask()).permitted


STEPS = st.permutations(["agree", "place", "confirm", "end"])


@settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS, st.lists(st.sampled_from(["place", "confirm", "end"]), max_size=4))
async def test_in_whatever_order_things_are_heard_an_ended_order_opens_nothing(
    scenario: Scenario, steps: list[str], again: list[str]
) -> None:
    scenario.resident = uuid4()
    order_id, template = uuid4(), template_for()
    placed = scenario.placed(order_id, template)

    async def agree() -> None:
        try:
            await scenario.agree(order_id, template)
        except AlreadyAnswered:
            return

    actions: dict[str, Any] = {
        "agree": agree,
        "place": lambda: scenario.hear(handlers.on_order_placed, placed),
        "confirm": lambda: scenario.confirm(order_id),
        "end": lambda: scenario.end(order_id),
    }
    done: list[str] = []
    for step in (*steps, *again):
        await actions[step]()
        done.append(step)
        may = {"agree", "place", "confirm"} <= set(done) and "end" not in done
        assert (await scenario.ask()).permitted is may, done


async def test_what_an_event_says_of_a_consent_grants_nothing(scenario: Scenario) -> None:
    """A forged OrderPlaced, or one of an ordering that lies, is nobody's word."""
    scenario.resident = uuid4()
    order_id = uuid4()
    await scenario.place(order_id, template_for(), consent_given=True)
    await scenario.confirm(order_id)
    assert (await scenario.ask()).reason == Reason.NO_CONSENT
    assert [event for event in await scenario.published(ConsentGranted) if event.order_id == str(order_id)] == []


async def test_an_order_that_asks_for_something_else_than_its_hash_says_is_not_taken_in(scenario: Scenario) -> None:
    order_id, narrow, wide = uuid4(), template_for(), template_for(valid_days=3_650)
    placed = scenario.placed(order_id, wide)
    placed.lines[0].consent_hash = hash_of(narrow)
    await scenario.agree(order_id, narrow)
    with pytest.raises(ValueError, match="something else"):
        await scenario.hear(handlers.on_order_placed, placed)
    assert await scenario.artefacts() == []


@pytest.mark.parametrize("first", ["word", "order"])
async def test_the_residents_own_word_counts_before_and_after_the_order_is_heard_of(
    scenario: Scenario, first: str
) -> None:
    scenario.resident = uuid4()
    order_id, template = uuid4(), template_for()
    if first == "word":
        assert (await scenario.agree(order_id, template)).kept
        await scenario.place(order_id, template)
    else:
        await scenario.place(order_id, template)
        granted = (await scenario.agree(order_id, template)).granted
        assert [consent.artefact.order_id for consent in granted] == [order_id]
    await scenario.confirm(order_id)
    assert (await scenario.ask()).permitted
    again = await scenario.agree(order_id, template)
    assert len(again.granted) == 1, "the same word again grants nothing more"
    assert len(await scenario.artefacts()) == 1


@pytest.mark.parametrize("other", ["resident_id", "grantee_id", "template", "order"])
async def test_a_word_counts_for_its_order_resident_partner_and_content_only(scenario: Scenario, other: str) -> None:
    scenario.resident = uuid4()
    order_id, template = uuid4(), template_for()
    agreed = template_for("HRESCH") if other == "template" else template
    more: dict[str, UUID] = {other: uuid4()} if other.endswith("_id") else {}
    await scenario.agree(uuid4() if other == "order" else order_id, agreed, **more)
    await scenario.place(order_id, template)
    await scenario.confirm(order_id)
    assert not (await scenario.ask()).permitted
    async with scenario.database.transaction() as session:
        request = (await session.scalars(select(RequestRow).where(col(RequestRow.order_id) == order_id))).one()
    assert request.status == "requested", "the order waits for the resident's consent"


@pytest.mark.parametrize("other", ["grantee_id", "template"])
async def test_a_word_for_something_else_than_a_known_order_asks_is_refused(scenario: Scenario, other: str) -> None:
    scenario.resident = uuid4()
    order_id, template = uuid4(), template_for()
    await scenario.place(order_id, template)
    agreed = template_for("HRESCH") if other == "template" else template
    more: dict[str, UUID] = {"grantee_id": uuid4()} if other == "grantee_id" else {}
    with pytest.raises(Invalid):
        await scenario.agree(order_id, agreed, **more)
    assert await scenario.artefacts() == []


async def test_words_that_arrive_together_are_granted_kept_or_refused_each_alone(scenario: Scenario) -> None:
    template, narrow = template_for(), template_for("HRESCH")
    scenario.resident = uuid4()
    arrived, coming, twice = uuid4(), uuid4(), uuid4()
    for order_id in (arrived, twice):
        await scenario.place(order_id, template)
    outcomes = await agree_together(
        scenario.database,
        scenario.keys,
        [
            scenario.agreement(arrived, template),
            scenario.agreement(coming, template),
            scenario.agreement(arrived, narrow),
            scenario.agreement(twice, template, grantee_id=uuid4()),
            scenario.agreement(twice, template),
            scenario.agreement(twice, template),
        ],
    )
    granted, kept, other_terms, other_partner, first, second = outcomes
    assert isinstance(granted, AgreementOutcome)
    assert [consent.artefact.order_id for consent in granted.granted] == [arrived]
    assert kept == AgreementOutcome([], kept=True)
    assert isinstance(other_terms, Invalid)
    assert isinstance(other_partner, Invalid)
    assert first == second, "the same word twice grants once"
    assert sorted(artefact.order_id for artefact in await scenario.artefacts()) == sorted([arrived, twice])
    assert len([event for event in await scenario.published(ConsentGranted) if event.order_id == str(twice)]) == 1


async def test_words_for_orders_that_never_come_are_few_and_forgotten(scenario: Scenario) -> None:
    scenario.resident = uuid4()
    with pytest.raises(TooManyAgreements):
        for _ in range(1_000):
            await scenario.agree(uuid4(), template_for())
    async with scenario.database.transaction() as session:
        now = datetime.now(UTC) + timedelta(seconds=1)
        await agreements.forget_agreements(session, now)
        waiting = await agreements.count_agreements(session, [scenario.resident], now - timedelta(days=1))
    assert waiting == {scenario.resident: 0}


async def test_a_revoked_consent_is_revoked_whatever_a_replicas_clock_says(scenario: Scenario) -> None:
    scenario.resident = uuid4()
    await scenario.order()
    (artefact,) = await scenario.artefacts()
    ahead = datetime.now(UTC) + timedelta(seconds=30)  # the clock of the replica that revokes
    async with scenario.database.transaction() as session:
        await commands.revoke_consent(
            session, artefact_id=artefact.id, residents=[scenario.resident], reason="", now=ahead
        )
    assert (await scenario.ask()).reason == Reason.CONSENT_REVOKED


async def test_a_consent_that_a_replica_ahead_granted_is_in_force_at_once(scenario: Scenario) -> None:
    scenario.resident = uuid4()
    order_id, template = uuid4(), template_for()
    await scenario.place(order_id, template)
    async with scenario.database.transaction() as session:
        ahead = datetime.now(UTC) + timedelta(seconds=30)
        await agree_to_orders(session, [scenario.agreement(order_id, template)], keys=scenario.keys, now=ahead)
    await scenario.confirm(order_id)
    assert (await scenario.ask()).permitted


async def test_a_word_after_the_order_ended_grants_nothing(scenario: Scenario) -> None:
    scenario.resident = uuid4()
    order_id, template = uuid4(), template_for()
    await scenario.place(order_id, template)
    await scenario.end(order_id, ConsentEnd.ORDER_EXPIRED)
    with pytest.raises(Refusal):
        await scenario.agree(order_id, template)


async def test_the_owner_of_the_table_cannot_put_an_ended_consent_back(scenario: Scenario, owner_database: str) -> None:
    from chassis.database import Database
    from sqlalchemy.exc import DBAPIError

    await scenario.end(await scenario.order())
    owner = Database(owner_database)
    with pytest.raises(DBAPIError, match="only be revoked, or end, once"):
        async with owner.transaction() as session:
            await session.execute(text("UPDATE consent_artefact SET ended_at = NULL, ended_because = 0"))
    await owner.close()


@pytest.mark.parametrize("first", ["word", "order"])
async def test_what_a_guardian_grants_ends_when_the_resident_comes_of_age(scenario: Scenario, first: str) -> None:
    scenario.resident = uuid4()
    order_id, template = uuid4(), template_for(valid_days=365)
    birthday = datetime.now(UTC) + timedelta(days=9)
    if first == "order":
        await scenario.place(order_id, template)
    await scenario.agree(order_id, template, by=uuid4(), until=birthday)
    if first == "word":
        await scenario.place(order_id, template)
    (artefact,) = await scenario.artefacts()
    assert artefact.expires_at == birthday


async def test_a_guardians_word_that_is_heard_after_the_birthday_grants_nothing(scenario: Scenario) -> None:
    scenario.resident = uuid4()
    order_id, template = uuid4(), template_for()
    await scenario.agree(order_id, template, by=uuid4(), until=datetime.now(UTC) - timedelta(seconds=1))
    await scenario.place(order_id, template)
    assert await scenario.artefacts() == []
