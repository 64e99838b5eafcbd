"""Webhooks arrive at a receiver of flesh and blood: signed, in order, at least once, whatever the receiver does."""

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.ids import Kind, new_id, shown
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from notifications import receivers
from notifications.commands import deliveries as commands
from notifications.commands import endpoints
from notifications.domain.deliveries import TRIED_FOR
from notifications.domain.endpoints import Signature, public_text, secret_text
from notifications.sending import Sender
from notifications_scenario import Receiver, Scenario, an_order, subject_of
from standardwebhooks import Webhook, WebhookVerificationError
from yima.consent.v1 import events_pb2 as consent
from yima.ordering.v1 import events_pb2 as ordering
from yima.partners.v1.api_pb2 import PartnerStatus

pytestmark = pytest.mark.anyio
SERVICE = "notifications"


def path(kind: str = "ok") -> str:
    """One that no other test asks at."""
    return f"{kind}/{uuid4().hex}"


async def test_an_orders_steps_arrive_signed_in_order_and_once(scenario: Scenario, receiver: Receiver) -> None:
    partner, at = await scenario.a_partner(), path()
    made = await scenario.an_endpoint(partner, receiver.url(at))
    order = an_order(partner)
    ids = await scenario.hear(*order)
    sender = scenario.sender()
    await scenario.send_all(sender, made.endpoint.id)
    await sender.close()
    webhook = Webhook(secret_text(made.secret))
    bodies = [webhook.verify(request["body"], request["headers"]) for request in receiver.at(at)]
    assert [body["type"] for body in bodies] == [
        "order.confirmed", "order.accepted", "order.service_proven", "order.fulfilled", "order.closed",
    ]  # fmt: skip
    assert [body["sequence"] for body in bodies] == [1, 2, 3, 4, 5]
    assert {body["subject"] for body in bodies} == {subject_of(order[0])}
    assert [request["headers"]["webhook-id"] for request in receiver.at(at)] == [
        shown(Kind.WEBHOOK_EVENT, event_id) for event_id in ids
    ]
    with pytest.raises(WebhookVerificationError):
        Webhook(secret_text(b"y" * 32)).verify(receiver.at(at)[0]["body"], receiver.at(at)[0]["headers"])


async def test_what_a_moved_clock_signs_is_good_by_the_receivers_own(scenario: Scenario, receiver: Receiver) -> None:
    scenario.ahead = timedelta(days=40)
    partner, at = await scenario.a_partner(), path()
    made = await scenario.an_endpoint(partner, receiver.url(at))
    await scenario.hear(an_order(partner)[0])
    connections = receivers.Receivers(scenario.allowed, clock_ahead=scenario.ahead)
    sender = Sender(scenario.database, connections, scenario.sealer)
    await scenario.send_all(sender, made.endpoint.id)
    await sender.close()
    (request,) = receiver.at(at)
    body = Webhook(secret_text(made.secret)).verify(request["body"], request["headers"])  # five minutes, not more
    assert datetime.fromisoformat(body["timestamp"]) > datetime.now(UTC) + timedelta(days=39)


async def test_ed25519_is_verified_by_the_public_key_alone(scenario: Scenario, receiver: Receiver) -> None:
    partner, at = await scenario.a_partner(), path()
    made = await scenario.an_endpoint(partner, receiver.url(at), signature=Signature.ED25519)
    await scenario.hear(an_order(partner)[0])
    sender = scenario.sender()
    await scenario.send_all(sender, made.endpoint.id)
    await sender.close()
    (request,) = receiver.at(at)
    headers = request["headers"]
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_text(made.secret).removeprefix("whpk_")))
    version, _, signature = headers["webhook-signature"].partition(",")
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{request['body']}".encode()
    key.verify(base64.b64decode(signature), content)
    assert version == "v1a"
    with pytest.raises(InvalidSignature):
        key.verify(base64.b64decode(signature), content + b" ")


async def test_a_secret_is_rotated_with_a_hundred_deliveries_under_way_and_all_verify(
    scenario: Scenario, receiver: Receiver
) -> None:
    partner, at = await scenario.a_partner(), path("slow/0.05")
    made = await scenario.an_endpoint(partner, receiver.url(at))
    for _ in range(100):
        await scenario.hear(an_order(partner)[0])
    sender = scenario.sender()

    async def some_arrived() -> bool:
        return len(receiver.at(at)) >= 20

    await scenario.send_until(sender, some_arrived)
    async with scenario.database.transaction() as session:
        rotated = await endpoints.rotate_secret(
            session,
            endpoint_id=made.endpoint.id,
            partner_id=partner,
            old_until=None,
            sealer=scenario.sealer,
            now=scenario.database.now(),
        )
    await scenario.send_all(sender, made.endpoint.id)
    await sender.close()
    old, new = Webhook(secret_text(made.secret)), Webhook(secret_text(rotated.secret))
    requests = receiver.at(at)
    assert len({json.loads(request["body"])["id"] for request in requests}) == 100
    for request in requests:
        old.verify(request["body"], request["headers"])  # a receiver that has not changed over yet
    new.verify(requests[-1]["body"], requests[-1]["headers"])
    signatures = [len(request["headers"]["webhook-signature"].split()) for request in requests]
    assert (signatures[0], signatures[-1]) == (1, 2)


async def test_a_third_rotation_leaves_two_secrets_and_none_after_its_time(scenario: Scenario) -> None:
    partner = await scenario.a_partner()
    made = await scenario.an_endpoint(partner, "http://127.0.0.1:9/ok")
    for _ in range(3):
        async with scenario.database.transaction() as session:
            last = await endpoints.rotate_secret(
                session,
                endpoint_id=made.endpoint.id,
                partner_id=partner,
                old_until=None,
                sealer=scenario.sealer,
                now=scenario.database.now(),
            )
    await scenario.hear(an_order(partner)[0])

    async def secrets() -> list[bytes]:
        async with scenario.database.transaction() as session:
            batch = await commands.claim(session, scenario.sealer, 9, 9, scenario.database.now())
        return batch.secrets[made.endpoint.id]

    assert len(await secrets()) == 2
    scenario.ahead = timedelta(days=1, minutes=1)
    await scenario.hear(an_order(partner)[0])
    assert await secrets() == [last.secret]


async def test_a_receiver_that_hangs_holds_up_no_other(
    scenario: Scenario, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receivers, "ATTEMPT_SECONDS", 3.0)
    slow, fast, at = await scenario.a_partner(), await scenario.a_partner(), path()
    hanging = await scenario.an_endpoint(slow, receiver.url(path("hang")))
    good = await scenario.an_endpoint(fast, receiver.url(at))
    for _ in range(30):
        await scenario.hear(an_order(slow)[0])
    for _ in range(30):
        await scenario.hear(an_order(fast)[0])
    sender = scenario.sender()
    await scenario.send_all(sender, good.endpoint.id)
    assert len(receiver.at(at)) == 30
    assert "delivered" not in await scenario.statuses(hanging.endpoint.id)
    await sender.close()


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("hang", "no whole answer came within"),
        ("drip", "no whole answer came within"),
        ("redirect", "redirects are not followed"),
        ("lie", "no whole answer"),
        ("garbage", "no whole answer"),
        ("fail/0", ""),
    ],
)
async def test_what_is_no_answer_is_tried_again_later_and_the_log_says_why(
    scenario: Scenario, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, kind: str, why: str
) -> None:
    monkeypatch.setattr(receivers, "ATTEMPT_SECONDS", 0.5)
    partner = await scenario.a_partner()
    made = await scenario.an_endpoint(partner, receiver.url(path(kind)))
    first, *later = an_order(partner)
    await scenario.hear(first, *later)
    sender = scenario.sender()

    async def tried() -> bool:
        return (await scenario.endpoint(made.endpoint.id)).failures > 0

    await scenario.send_until(sender, tried)
    await sender.close()
    attempt = await scenario.last_attempt(made.endpoint.id)
    assert why in attempt.error
    rows = await scenario.deliveries(made.endpoint.id)
    assert {row.status for row in rows} == {"waiting"}
    assert [row.attempts for row in rows] == [1, 0, 0, 0, 0], "what comes after it in its order waits for it"


async def test_any_status_of_success_is_enough_html_too_and_the_log_shows_it(
    scenario: Scenario, receiver: Receiver
) -> None:
    partner = await scenario.a_partner()
    made = await scenario.an_endpoint(partner, receiver.url(path("html")))
    await scenario.hear(an_order(partner)[0])
    sender = scenario.sender()
    await scenario.send_all(sender, made.endpoint.id)
    await sender.close()
    assert await scenario.statuses(made.endpoint.id) == ["delivered"]
    assert (await scenario.last_attempt(made.endpoint.id)).answer.startswith("<!doctype html>")


async def test_a_receiver_that_floods_is_hung_up_on_and_little_of_it_is_kept(
    scenario: Scenario, receiver: Receiver
) -> None:
    partner = await scenario.a_partner()
    made = await scenario.an_endpoint(partner, receiver.url(path("flood")))
    await scenario.hear(an_order(partner)[0])
    sender = scenario.sender()
    await scenario.send_all(sender, made.endpoint.id)
    await sender.close()
    assert len((await scenario.last_attempt(made.endpoint.id)).answer) <= 1_000


async def test_who_fails_is_left_alone_then_tried_by_one_and_all_goes_on(
    scenario: Scenario, receiver: Receiver
) -> None:
    partner, at = await scenario.a_partner(), path("fail/10")
    made = await scenario.an_endpoint(partner, receiver.url(at))
    for _ in range(20):
        await scenario.hear(an_order(partner)[0])
    sender = scenario.sender()

    async def broken() -> bool:
        endpoint = await scenario.endpoint(made.endpoint.id)
        return endpoint.broken_until is not None and not sender._attempts

    await scenario.send_until(sender, broken)
    await sender.step()
    before = len(receiver.at(at))
    await sender.step()
    assert len(receiver.at(at)) == before, "nothing is sent meanwhile"

    async def all_arrived() -> bool:
        scenario.ahead += timedelta(minutes=20)
        return "waiting" not in await scenario.statuses(made.endpoint.id)

    await scenario.send_until(sender, all_arrived)
    await sender.close()
    endpoint = await scenario.endpoint(made.endpoint.id)
    assert (endpoint.failures, endpoint.broken_until, endpoint.status) == (0, None, "active")
    assert len({body["id"] for body in receiver.bodies(at)}) == 20


async def test_an_endpoint_at_which_nothing_arrives_for_a_day_is_disabled_and_its_partner_told(
    scenario: Scenario, receiver: Receiver
) -> None:
    partner, at = await scenario.a_partner(), path()
    bad = await scenario.an_endpoint(partner, receiver.url(path("fail/0")))
    other = await scenario.an_endpoint(partner, receiver.url(at), "webhook.disabled")
    await scenario.hear(an_order(partner)[0])
    sender = scenario.sender()

    async def failed_once() -> bool:
        return (await scenario.endpoint(bad.endpoint.id)).failures == 1

    await scenario.send_until(sender, failed_once)
    await scenario.execute(
        "UPDATE webhook_endpoint SET failing_since = :since WHERE id = :id",
        since=scenario.database.now() - TRIED_FOR,
        id=bad.endpoint.id,
    )
    await scenario.execute(
        "UPDATE webhook_delivery SET next_at = :now WHERE endpoint_id = :id",
        now=scenario.database.now(),
        id=bad.endpoint.id,
    )

    async def disabled() -> bool:
        return (await scenario.endpoint(bad.endpoint.id)).status == "disabled"

    await scenario.send_until(sender, disabled)
    await scenario.send_all(sender, other.endpoint.id)
    await sender.close()
    (told,) = receiver.bodies(at)
    assert told["data"]["webhookEndpointId"] == shown(Kind.WEBHOOK_ENDPOINT, bad.endpoint.id)
    published = await scenario.execute(
        "SELECT count(*) FROM outbox WHERE subject LIKE :subject", subject=f"%.{bad.endpoint.id}"
    )
    assert published.scalar_one() == 1


async def test_a_receiver_that_says_it_is_gone_gets_nothing_more(scenario: Scenario, receiver: Receiver) -> None:
    partner = await scenario.a_partner()
    made = await scenario.an_endpoint(partner, receiver.url(path("gone")))
    await scenario.hear(*an_order(partner))
    sender = scenario.sender()

    async def disabled() -> bool:
        return (await scenario.endpoint(made.endpoint.id)).status == "disabled"

    await scenario.send_until(sender, disabled)
    await sender.close()
    assert "410" in (await scenario.endpoint(made.endpoint.id)).disabled_reason


async def test_nothing_is_sent_to_a_partner_whose_standing_ended_since_but_what_is_about_itself(
    scenario: Scenario, receiver: Receiver
) -> None:
    partner, at = await scenario.a_partner(), path()
    made = await scenario.an_endpoint(partner, receiver.url(at))
    await scenario.hear(*an_order(partner))
    await scenario.stand(partner, 2, status=PartnerStatus.PARTNER_STATUS_SUSPENDED)
    sender = scenario.sender()

    async def one_arrived() -> bool:
        return bool(receiver.at(at))

    await scenario.send_until(sender, one_arrived)
    await sender.step()
    assert [body["type"] for body in receiver.bodies(at)] == ["partner.suspended"]
    await scenario.stand(partner, 3)
    await scenario.send_all(sender, made.endpoint.id)
    steps = [body["type"] for body in receiver.bodies(at) if body["subject"].startswith("ord_")]
    assert steps[0] == "order.confirmed"
    assert len(steps) == 5, "once it stands well again, all of it arrives"
    await scenario.hear(*an_order(partner))
    scenario.ahead = timedelta(days=301)  # its certificates have ended by themselves
    await sender.step()
    await sender.step()
    assert len([body for body in receiver.bodies(at) if body["subject"].startswith("ord_")]) == 5
    async with scenario.database.transaction() as session:
        await commands.give_up(session, scenario.database.now())
    assert (await scenario.statuses(made.endpoint.id)).count("withheld") == 5
    await sender.close()


async def test_what_rests_on_a_consent_that_ended_since_is_not_sent(scenario: Scenario, receiver: Receiver) -> None:
    partner, at = await scenario.a_partner(), path()
    made = await scenario.an_endpoint(partner, receiver.url(at))
    order: Any = an_order(partner)[0]
    consent_id = str(new_id())
    same: dict[str, Any] = {"order_id": order.order_id, "grantee_id": str(partner), "resident_id": order.resident_id}
    await scenario.hear(
        order,
        consent.ConsentGranted(**same, consent_id=consent_id, version=2),
        consent.ConsentRevoked(**same, consent_id=consent_id, version=3),
    )
    sender = scenario.sender()
    await scenario.send_all(sender, made.endpoint.id)
    await sender.close()
    assert [body["type"] for body in receiver.bodies(at)] == ["order.confirmed", "consent.revoked"]
    assert await scenario.statuses(made.endpoint.id) == ["delivered", "withheld", "delivered"]


async def test_of_an_order_that_was_never_confirmed_its_partner_hears_nothing(
    scenario: Scenario, receiver: Receiver
) -> None:
    partner, at = await scenario.a_partner(), path()
    made = await scenario.an_endpoint(partner, receiver.url(at))
    never: Any
    later: Any
    never, later = an_order(partner)[0], an_order(partner)[0]
    for order in (never, later):
        same: dict[str, Any] = {"order_id": order.order_id, "resident_id": order.resident_id}
        await scenario.hear(
            consent.ConsentRequested(**same, consent_request_id=str(new_id()), grantee_id=str(partner), version=1),
            ordering.SlotBooked(**same, partner_id=str(partner), booking_id=str(new_id()), version=1),
        )
    gone: dict[str, Any] = {"order_id": never.order_id, "resident_id": never.resident_id}
    await scenario.hear(ordering.OrderExpired(**gone, partner_id=str(partner), version=2))
    assert await scenario.deliveries(made.endpoint.id) == []
    await scenario.hear(later)
    sender = scenario.sender()
    await scenario.send_all(sender, made.endpoint.id)
    await sender.close()
    assert [body["type"] for body in receiver.bodies(at)] == [
        "order.confirmed", "consent.requested", "order.session_booked",
    ]  # fmt: skip
    assert {body["subject"] for body in receiver.bodies(at)} == {subject_of(later)}


async def test_partners_are_told_of_a_resident_by_ids_of_their_own(scenario: Scenario, receiver: Receiver) -> None:
    resident = new_id()
    told = []
    for _ in range(2):
        partner, at = await scenario.a_partner(), path()
        made = await scenario.an_endpoint(partner, receiver.url(at))
        await scenario.hear(an_order(partner, resident_id=resident)[0])
        sender = scenario.sender()
        await scenario.send_all(sender, made.endpoint.id)
        await sender.close()
        (body,) = receiver.bodies(at)
        told.append(body["data"]["residentId"])
    assert len({*told, shown(Kind.RESIDENT, resident)}) == 3


async def test_two_senders_send_each_event_once_and_in_order(scenario: Scenario, receiver: Receiver) -> None:
    partner, at = await scenario.a_partner(), path()
    made = await scenario.an_endpoint(partner, receiver.url(at))
    orders = [an_order(partner) for _ in range(12)]
    for step in range(5):
        await scenario.hear(*(order[step] for order in orders))
    first, second = scenario.sender(), scenario.sender()
    await asyncio.gather(scenario.send_all(first, made.endpoint.id), scenario.send_all(second, made.endpoint.id))
    await first.close()
    await second.close()
    bodies = receiver.bodies(at)
    assert len(bodies) == 60
    for order in orders:
        assert [body["sequence"] for body in bodies if body["subject"] == subject_of(order[0])] == [1, 2, 3, 4, 5]


async def test_what_a_killed_process_had_claimed_is_sent_by_another_and_in_order(
    scenario: Scenario, receiver: Receiver
) -> None:
    partner, at = await scenario.a_partner(), path()
    made = await scenario.an_endpoint(partner, receiver.url(at))
    await scenario.hear(*an_order(partner))
    async with scenario.database.transaction() as session:  # it is killed after this
        batch = await commands.claim(session, scenario.sealer, 9, 9, scenario.database.now())
    assert len(batch.claimed) == 1
    sender = scenario.sender()
    await sender.step()
    assert receiver.at(at) == [], "it may be under way still"
    scenario.ahead = commands.LEASE + timedelta(seconds=1)
    await scenario.send_all(sender, made.endpoint.id)
    await sender.close()
    assert [body["sequence"] for body in receiver.bodies(at)] == [1, 2, 3, 4, 5]


async def test_events_are_sent_again_by_id_and_since_a_moment_with_the_ids_they_had(
    scenario: Scenario, receiver: Receiver
) -> None:
    partner, at = await scenario.a_partner(), path()
    before = scenario.database.now()
    heard: list[UUID] = await scenario.hear(*an_order(partner))
    made = await scenario.an_endpoint(partner, receiver.url(at), "order.confirmed", "order.closed")
    sender = scenario.sender()

    async def replay(**what: object) -> int:
        async with scenario.database.transaction() as session:
            values = {"event_ids": [], "since": None} | what
            replayed = await endpoints.replay(
                session,
                endpoint_id=made.endpoint.id,
                partner_id=partner,
                now=scenario.database.now(),
                **values,  # type: ignore[arg-type]
            )
        await scenario.send_all(sender, made.endpoint.id)
        return replayed.count

    assert await replay(since=before) == 2
    assert await replay(event_ids=[heard[1]]) == 1
    await sender.close()
    assert [request["headers"]["webhook-id"] for request in receiver.at(at)] == [
        shown(Kind.WEBHOOK_EVENT, heard[index]) for index in (0, 4, 1)
    ]
