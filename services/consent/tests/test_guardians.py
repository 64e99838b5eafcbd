"""What a guardian gave ends with the guardianship; whoever acts for the resident then sees it all and may revoke it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.auth import Principal
from chassis.refusals import NotFound
from consent import api, commands, store
from consent.domain import End, Reason
from consent.events import SUBSCRIPTIONS, on_guardianship_ended
from google.protobuf.message import Message
from house import House, template_for
from hypothesis import HealthCheck, given, settings
from yima.common.v1.route_pb2 import Role
from yima.consent.v1.events_pb2 import ConsentEnded
from yima.ordering.v1.events_pb2 import OrderConfirmed

from services.any_order import deliver, orders_of

pytestmark = pytest.mark.anyio
SERVICE = "consent"
ORDER = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def guardian_of(house: House, guardian: UUID) -> Principal:
    """Somebody whose token says that they act for the resident."""
    return Principal(Role.ROLE_RESIDENT, str(guardian), dependants=frozenset({str(house.resident)}))


async def seen_by(house: House, who: Principal) -> Sequence[UUID]:
    """For whom somebody answers here."""
    async with house.database.transaction() as session:
        return await api.residents_of(SimpleNamespace(principal=who, session=session))  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", [1, 2, 3])
async def test_what_a_guardian_gave_ends_with_the_guardianship(house: House, mode: int) -> None:
    house.resident = uuid4()
    guardian, other = uuid4(), uuid4()
    order_id = await house.order(template_for(mode=mode, retention_days=3), by=guardian)
    await house.order(template_for(purpose="CAREMGT"), by=other)
    before = datetime.now(UTC)
    await house.hear(on_guardianship_ended, house.guardianship_ended(guardian))
    assert not (await house.ask()).permitted
    assert (await house.ask(purpose="CAREMGT")).permitted, "what the other guardian gave goes on"
    (artefact,) = [one for one in await house.artefacts() if one.granted_by == guardian]
    assert artefact.ended_because == End.GUARDIANSHIP_ENDED
    assert api.status_of(artefact, None, datetime.now(UTC)) == "ENDED"
    async with house.database.transaction() as session:
        erasure = (await store.erasures_of(session, [artefact.id]))[artefact.id]
    assert 0 <= (erasure.due_at - before).days <= 3, "what the partner keeps is to be erased from then on"
    (told,) = [one for one in await house.told(ConsentEnded) if one.order_id == str(order_id)]
    assert told.because == End.GUARDIANSHIP_ENDED


async def test_the_partner_learns_why_it_may_not_look_any_more(house: House) -> None:
    house.resident, guardian = uuid4(), uuid4()
    await house.order(by=guardian)
    await house.hear(on_guardianship_ended, house.guardianship_ended(guardian))
    assert (await house.ask()).reason == Reason.GUARDIANSHIP_ENDED


async def test_what_the_resident_gave_themselves_goes_on(house: House) -> None:
    house.resident = uuid4()
    await house.order()
    await house.hear(on_guardianship_ended, house.guardianship_ended(uuid4()))
    await house.hear(on_guardianship_ended, house.guardianship_ended(house.resident))
    assert (await house.ask()).permitted


async def test_a_token_from_before_reads_nothing_and_gives_nothing(house: House) -> None:
    """Sessions end too; where that is not heard of yet, the guardianship's end is what counts."""
    house.resident, guardian, order_id, asked = uuid4(), uuid4(), uuid4(), template_for()
    assert (await house.ask(guardian_of(house, guardian))).reason == Reason.OWN_RECORD
    await house.place(order_id, asked)
    await house.hear(on_guardianship_ended, house.guardianship_ended(guardian))
    assert (await house.ask(guardian_of(house, guardian))).reason == Reason.GUARDIANSHIP_ENDED
    assert await seen_by(house, guardian_of(house, guardian)) == [guardian]
    with pytest.raises(NotFound):
        await house.agree(order_id, asked, by=guardian)
    async with house.database.transaction() as session:
        (request,) = await store.requests_of_order(session, order_id)
    with pytest.raises(NotFound):
        async with house.database.transaction() as session:
            await commands.grant_consent(
                session, request_id=request.id, residents={house.resident: None}, by=guardian, keys=house.keys,
                now=datetime.now(UTC),
            )  # fmt: skip


async def test_who_acts_for_the_resident_now_revokes_what_another_gave(house: House) -> None:
    """A second guardian, and the resident when they are of age, answer for every consent of the resident."""
    house.resident = uuid4()
    first, second = uuid4(), uuid4()
    for revoker in (guardian_of(house, second), Principal(Role.ROLE_RESIDENT, str(house.resident))):
        order_id = await house.order(by=first)
        (artefact,) = [one for one in await house.artefacts() if one.order_id == order_id]
        residents = await seen_by(house, revoker)
        async with house.database.transaction() as session:
            await commands.revoke_consent(
                session, artefact_id=artefact.id, residents=residents, reason="", now=datetime.now(UTC)
            )
        assert (await house.ask()).reason == Reason.CONSENT_REVOKED


@ORDER
@given(order=orders_of(3))
async def test_nothing_a_former_guardian_gave_is_in_force_in_whatever_order_it_is_heard(
    house: House, order: list[int]
) -> None:
    """The guardian agreed; the order is placed, confirmed, and the guardianship ends, in any order and twice."""
    house.resident = uuid4()
    guardian, order_id, asked = uuid4(), uuid4(), template_for()
    await house.agree(order_id, asked, by=guardian)
    messages: list[Message] = [
        house.placed(order_id, asked),
        house.moved(OrderConfirmed, order_id, version=2),
        house.guardianship_ended(guardian),
    ]
    resources: Any = SimpleNamespace(keys=house.keys)
    await deliver(house.database, SUBSCRIPTIONS, messages, order, resources, datetime.now(UTC))
    assert not (await house.ask()).permitted
    assert all(one.ended_at is not None for one in await house.artefacts())
