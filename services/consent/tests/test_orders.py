"""A consent begins with the confirmed order and ends with it, whichever is heard of first; nothing puts it back."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.refusals import Invalid, Refusal
from consent import api, commands, events, store
from consent.domain import AlreadyAnswered, AlreadyEnded, End, Reason, TooManyAgreements
from consent.tables import RequestRow
from house import ENDED, House, hash_of, template_for
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from yima.consent.v1.events_pb2 import ConsentEnded, ConsentGranted
from yima.ordering.v1 import events_pb2 as ordering

pytestmark = pytest.mark.anyio
SERVICE = "consent"


async def test_an_order_that_is_not_confirmed_opens_nothing(house: House) -> None:
    order_id = await house.order(confirmed=False)
    assert (await house.ask()).reason == Reason.ORDER_NOT_CONFIRMED
    await house.confirm(order_id)
    assert (await house.ask()).permitted


@pytest.mark.parametrize("because", list(ENDED))
async def test_a_consent_ends_with_its_order_and_says_why(house: House, because: End) -> None:
    house.resident = uuid4()
    order_id = await house.order(template_for(mode=2, retention_days=3))
    before = datetime.now(UTC)
    await house.end(order_id, because)
    assert (await house.ask()).reason == Reason.ORDER_ENDED
    assert not (await house.add()).permitted
    (artefact,) = await house.artefacts()
    assert artefact.ended_at is not None
    assert artefact.ended_because == because
    assert api.status_of(artefact, None, datetime.now(UTC)) == "ENDED"
    async with house.database.transaction() as session:
        erasure = (await store.erasures_of(session, [artefact.id]))[artefact.id]
    assert before + timedelta(days=3) <= erasure.due_at <= datetime.now(UTC) + timedelta(days=3)
    (told,) = [one for one in await house.told(ConsentEnded) if one.order_id == str(order_id)]
    assert told.because == because
    with pytest.raises(AlreadyEnded):
        async with house.database.transaction() as session:
            await commands.revoke_consent(
                session, artefact_id=artefact.id, residents=[house.resident], reason="", now=datetime.now(UTC)
            )


async def test_another_order_goes_on_when_one_ends(house: House) -> None:
    first, _ = await house.order(), await house.order()
    await house.end(first)
    assert (await house.ask()).permitted


STEPS = st.permutations(["agree", "place", "confirm", "end"])


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS, st.lists(st.sampled_from(["place", "confirm", "end"]), max_size=4))
async def test_in_whatever_order_things_are_heard_an_ended_order_opens_nothing(
    house: House, steps: list[str], again: list[str]
) -> None:
    house.resident = uuid4()
    order_id, template = uuid4(), template_for()
    placed = house.placed(order_id, template)

    async def agree() -> None:
        try:
            await house.agree(order_id, template)
        except AlreadyAnswered:
            return

    deeds: dict[str, Any] = {
        "agree": agree,
        "place": lambda: house.hear(events.on_order_placed, placed),
        "confirm": lambda: house.confirm(order_id),
        "end": lambda: house.end(order_id),
    }
    done: list[str] = []
    for step in (*steps, *again):
        await deeds[step]()
        done.append(step)
        may = {"agree", "place", "confirm"} <= set(done) and "end" not in done
        assert (await house.ask()).permitted is may, done


async def test_what_an_event_says_of_a_consent_grants_nothing(house: House) -> None:
    """A forged OrderPlaced, or one of an ordering that lies, is nobody's word."""
    house.resident = uuid4()
    order_id = uuid4()
    await house.place(order_id, template_for(), said=True)
    await house.confirm(order_id)
    assert (await house.ask()).reason == Reason.NO_CONSENT
    assert [one for one in await house.told(ConsentGranted) if one.order_id == str(order_id)] == []


async def test_an_order_that_asks_for_something_else_than_its_hash_says_is_not_taken_in(house: House) -> None:
    order_id, narrow, wide = uuid4(), template_for(), template_for(valid_days=3_650)
    placed = house.placed(order_id, wide)
    placed.lines[0].consent_hash = hash_of(narrow)
    await house.agree(order_id, narrow)
    with pytest.raises(ValueError, match="something else"):
        await house.hear(events.on_order_placed, placed)
    assert await house.artefacts() == []


@pytest.mark.parametrize("first", ["word", "order"])
async def test_the_residents_own_word_counts_before_and_after_the_order_is_heard_of(house: House, first: str) -> None:
    house.resident = uuid4()
    order_id, template = uuid4(), template_for()
    if first == "word":
        assert (await house.agree(order_id, template)).kept
        await house.place(order_id, template)
    else:
        await house.place(order_id, template)
        assert [one.order_id for one in (await house.agree(order_id, template)).granted] == [order_id]
    await house.confirm(order_id)
    assert (await house.ask()).permitted
    again = await house.agree(order_id, template)
    assert len(again.granted) == 1, "the same word again grants nothing more"
    assert len(await house.artefacts()) == 1


@pytest.mark.parametrize("other", ["resident_id", "grantee_id", "template", "order"])
async def test_a_word_counts_for_its_order_resident_partner_and_content_only(house: House, other: str) -> None:
    house.resident = uuid4()
    order_id, template = uuid4(), template_for()
    said = template_for("HRESCH") if other == "template" else template
    more: dict[str, UUID] = {other: uuid4()} if other.endswith("_id") else {}
    await house.agree(uuid4() if other == "order" else order_id, said, **more)
    await house.place(order_id, template)
    await house.confirm(order_id)
    assert not (await house.ask()).permitted
    async with house.database.transaction() as session:
        request = (await session.scalars(select(RequestRow).where(RequestRow.order_id == order_id))).one()
    assert request.status == "requested", "the order waits for the resident's consent"


@pytest.mark.parametrize("other", ["grantee_id", "template"])
async def test_a_word_for_something_else_than_a_known_order_asks_is_refused(house: House, other: str) -> None:
    house.resident = uuid4()
    order_id, template = uuid4(), template_for()
    await house.place(order_id, template)
    said = template_for("HRESCH") if other == "template" else template
    more: dict[str, UUID] = {"grantee_id": uuid4()} if other == "grantee_id" else {}
    with pytest.raises(Invalid):
        await house.agree(order_id, said, **more)
    assert await house.artefacts() == []


async def test_words_for_orders_that_never_come_are_few_and_forgotten(house: House) -> None:
    house.resident = uuid4()
    with pytest.raises(TooManyAgreements):
        for _ in range(1_000):
            await house.agree(uuid4(), template_for())
    async with house.database.transaction() as session:
        now = datetime.now(UTC) + timedelta(seconds=1)
        await store.forget(session, agreed_before=now, scanned_before=now)
        assert await store.count_agreements(session, house.resident, now - timedelta(days=1)) == 0


async def test_a_revoked_consent_is_revoked_whatever_a_replicas_clock_says(house: House) -> None:
    house.resident = uuid4()
    await house.order()
    (artefact,) = await house.artefacts()
    ahead = datetime.now(UTC) + timedelta(seconds=30)  # the clock of the replica that revokes
    async with house.database.transaction() as session:
        await commands.revoke_consent(
            session, artefact_id=artefact.id, residents=[house.resident], reason="", now=ahead
        )
    assert (await house.ask()).reason == Reason.CONSENT_REVOKED


async def test_a_consent_that_a_replica_ahead_granted_is_in_force_at_once(house: House) -> None:
    house.resident = uuid4()
    order_id, template = uuid4(), template_for()
    await house.place(order_id, template)
    async with house.database.transaction() as session:
        await commands.agree_to_order(
            session, order_id=order_id, resident_id=house.resident, grantee_id=house.partner,
            hashes=frozenset({hash_of(template)}), by=house.resident, keys=house.keys,
            now=datetime.now(UTC) + timedelta(seconds=30),
        )  # fmt: skip
    await house.confirm(order_id)
    assert (await house.ask()).permitted


async def test_a_word_after_the_order_ended_grants_nothing(house: House) -> None:
    house.resident = uuid4()
    order_id, template = uuid4(), template_for()
    await house.place(order_id, template)
    await house.end(order_id, End.ORDER_EXPIRED)
    with pytest.raises(Refusal):
        await house.agree(order_id, template)


async def test_the_owner_of_the_table_cannot_put_an_ended_consent_back(house: House, owner_database: str) -> None:
    from chassis.database import Database
    from sqlalchemy.exc import DBAPIError

    await house.end(await house.order())
    owner = Database(owner_database)
    with pytest.raises(DBAPIError, match="only be revoked, or end, once"):
        async with owner.transaction() as session:
            await session.execute(text("UPDATE consent_artefact SET ended_at = NULL, ended_because = 0"))
    await owner.close()


def test_every_way_an_order_ends_is_heard_of() -> None:
    ends = {ordering.OrderClosed, ordering.OrderCancelled, ordering.OrderRefused, ordering.OrderExpired}
    heard = {kind for one in events.SUBSCRIPTIONS for kind in one.handlers}
    assert ends <= heard


@pytest.mark.parametrize("first", ["word", "order"])
async def test_what_a_guardian_grants_ends_when_the_resident_comes_of_age(house: House, first: str) -> None:
    house.resident = uuid4()
    order_id, template = uuid4(), template_for(valid_days=365)
    birthday = datetime.now(UTC) + timedelta(days=9)
    if first == "order":
        await house.place(order_id, template)
    await house.agree(order_id, template, by=uuid4(), until=birthday)
    if first == "word":
        await house.place(order_id, template)
    (artefact,) = await house.artefacts()
    assert artefact.expires_at == birthday


async def test_a_guardians_word_that_is_heard_after_the_birthday_grants_nothing(house: House) -> None:
    house.resident = uuid4()
    order_id, template = uuid4(), template_for()
    await house.agree(order_id, template, by=uuid4(), until=datetime.now(UTC) - timedelta(seconds=1))
    await house.place(order_id, template)
    assert await house.artefacts() == []
