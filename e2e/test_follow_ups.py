"""What is to be done next: noted in a visit, booked by one order, and seen by whoever may look: through the system."""

import secrets
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx2
import pytest
from chassis.ids import Kind, parse_id
from devstack.stack import Stack
from yima_client.caller import Caller, fresh_key, until
from yima_client.errors import NeverHappened

from e2e.people import Clinic, a_clinic, a_resident, known_to, place, refusal
from e2e.test_messages import confirm_contact
from e2e.test_visits import scan, visit_of

pytestmark = pytest.mark.anyio
DUE_ON = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()


async def open_to(clinic: Clinic, resident: Caller) -> dict[str, Any]:
    """A visit in which the practitioner may look at the resident's visits: the consent."""
    visit = await visit_of(clinic.practitioner, await scan(resident, clinic.practitioner))
    return dict(await resident.run("grant-consent", consentRequestId=visit["id"], informationTypes=["encounters"]))


async def test_a_follow_up_is_booked_by_one_order_and_out_of_sight_with_the_consent(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, resident_id = await a_resident(nobody)
    practitioner, known = clinic.practitioner, known_to(clinic.practitioner, resident_id)
    step = {"residentId": known, "action": "VISIT", "reason": "CHECK", "dueOn": DUE_ON, "note": "Bring your diary"}
    refused = await refusal(practitioner.run("note-follow-up", **step, key=fresh_key()))
    assert refused.code == "no-consent-for-follow-up"

    consent = await open_to(clinic, resident)
    noted = await practitioner.run("note-follow-up", **step, key=fresh_key())
    (shown,) = (await resident.run("follow-ups"))["nodes"]
    assert (shown["id"], shown["note"], shown["status"]) == (noted["id"], "Bring your diary", "DUE")

    async def told() -> list[str]:
        return [message["kind"] for message in (await resident.run("messages", first=50))["nodes"]]

    await until("the resident is told", told, lambda kinds: "FOLLOW_UP_NOTED" in kinds)
    order = await place(resident, clinic, followUpId=noted["id"])

    async def stands() -> tuple[str, str | None]:
        (node,) = (await resident.run("follow-ups"))["nodes"]
        return node["status"], node["orderId"]

    await until("it is booked", stands, lambda now: now == ("BOOKED", order["id"]))
    (due,) = (await practitioner.run("due-follow-ups"))["nodes"]
    assert (due["id"], due["residentId"], due["status"]) == (noted["id"], known, "BOOKED")
    query = "query ($id: ID!) { order(id: $id) { followUpId } }"
    assert (await resident.raw(query, id=order["id"]))["data"]["order"]["followUpId"] == noted["id"]
    await resident.run("cancel-order", orderId=order["id"], reason="another day", key=fresh_key())
    await until("it is due again", stands, lambda now: now == ("DUE", None))

    await resident.run("revoke-consent", consentId=consent["id"], reason="enough")
    assert (await practitioner.run("due-follow-ups"))["nodes"] == []
    assert (await refusal(practitioner.run("follow-ups", residentId=known))).code == "consent-denied"
    closing = {"followUpId": noted["id"], "residentId": known, "outcome": "DONE_HERE"}
    assert (await refusal(practitioner.run("close-follow-up", **closing))).code == "no-consent-for-follow-up"
    declined = await resident.run("decline-follow-up", followUpId=noted["id"])
    assert declined["status"] == "DECLINED"

    async def acts() -> list[str | None]:
        return [entry["act"] for entry in (await resident.run("access-log", first=50))["nodes"]]

    await until("the log says all", acts, lambda all_acts: {"FOLLOW_UP_NOTED", "FOLLOW_UP_CLOSED"} <= {*all_acts})


@pytest.mark.long
async def test_on_the_day_of_a_follow_up_for_which_nothing_is_booked_its_resident_gets_a_text_message_once(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, resident_id = await a_resident(nobody)
    number = f"+86138{secrets.randbelow(10**8):08}"
    await confirm_contact(stack, resident, number)
    await resident.run(
        "set-notification-preferences",
        locale="en",
        quietHours={"quietFrom": 0, "quietUntil": 0},
        choices=[{"kind": "FOLLOW_UP_DUE", "channel": "SMS", "on": True}],
        key=fresh_key(),
    )
    await open_to(clinic, resident)
    known = known_to(clinic.practitioner, resident_id)
    step = {"residentId": known, "action": "VISIT", "reason": "CHECK", "dueOn": DUE_ON, "note": "Bring your diary"}
    noted = [await clinic.practitioner.run("note-follow-up", **step, key=fresh_key()) for _ in range(2)]
    await place(resident, clinic, followUpId=noted[1]["id"])

    async def booked() -> set[str]:
        return {node["status"] for node in (await resident.run("follow-ups"))["nodes"]}

    await until("one is booked", booked, lambda statuses: statuses == {"DUE", "BOOKED"})
    await due_today(stack, [each["id"] for each in noted])
    headers = {"authorization": f"Bearer {stack.secrets['carriers']}"}
    async with httpx2.AsyncClient(base_url=stack.carriers_url, headers=headers, trust_env=False) as carriers:

        async def texts() -> list[str]:
            messages = (await carriers.get("/messages", params={"to": number})).json()["messages"]
            return [each["text"] for each in messages if DUE_TEXT in each["text"]]

        for _ in range(LOOKS):
            with suppress(NeverHappened):
                await until("the text message", texts, bool)
                break
        (text,) = await texts()
    assert "diary" not in text, "what was noted is read on the page alone"
    kinds = [message["kind"] for message in (await resident.run("messages", first=50))["nodes"]]
    assert kinds.count("FOLLOW_UP_DUE") == 1, "what is booked for, nobody is reminded of"


DUE_TEXT = "nothing is booked for it"
LOOKS = 4  # of half a minute each: reminders go out once a minute


async def due_today(stack: Stack, follow_up_ids: list[str]) -> None:
    """As if these had been noted a month ago for today."""
    records = await asyncpg.connect(stack.postgres.url("records").replace("+asyncpg", ""))
    try:
        await records.execute("SET session_replication_role = replica")  # when it is due stays otherwise
        await records.execute(
            "UPDATE follow_up SET noted_at = now() - interval '30 days',"
            " due_on = (now() AT TIME ZONE 'Asia/Shanghai')::date WHERE id = ANY($1::uuid[])",
            [parse_id(each, "", Kind.FOLLOW_UP) for each in follow_up_ids],
        )
    finally:
        await records.close()
