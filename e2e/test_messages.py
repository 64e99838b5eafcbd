"""A resident is told of their order where they confirmed that messages reach them, finds it in the inbox, and says how
they want to be told; nobody reads or changes that of another."""

import json
import re
import secrets
from typing import Any

import httpx2
import pytest
from devstack.stack import Stack
from yima_client.caller import Caller, fresh_key, until

from e2e.people import a_clinic, a_resident, confirmed, operator_of, place, refusal

pytestmark = pytest.mark.anyio
CODE = re.compile(r"[0-9]{6}")


async def confirm_contact(stack: Stack, who: Caller, address: str) -> None:
    """Give the code that was sent to an address."""
    sent = await who.run("request-contact-code", address=address)
    await who.run("confirm-contact", codeId=sent["id"], code=await code_sent(stack, address))


async def code_sent(stack: Stack, address: str) -> str:
    """The code that was sent to an address."""

    async def codes() -> list[str]:
        lines = stack.messages_file.read_text("utf-8").splitlines() if stack.messages_file.exists() else []
        texts = [each["text"] for each in map(json.loads, lines) if each["to"] == address]
        return [found[0] for found in map(CODE.search, texts) if found]

    return (await until("the code", codes, bool))[0]


async def test_a_resident_is_told_of_an_order_by_phone_and_mail_and_says_how_they_want_to_be(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    other, _ = await a_resident(nobody)
    number = f"+86138{secrets.randbelow(10**8):08}"
    await confirm_contact(stack, resident, number)
    headers = {"authorization": f"Bearer {stack.secrets['carriers']}"}
    async with httpx2.AsyncClient(base_url=stack.carriers_url, headers=headers, trust_env=False) as carriers:
        phone = (await carriers.post("/phones")).json()
        browser = await resident.run(
            "register-push-subscription",
            endpoint=phone["endpoint"], publicKey=phone["publicKey"], auth=phone["auth"], key=fresh_key(),
        )  # fmt: skip
        accepted = {"kind": "ORDER_CONFIRMED", "channel": "SMS", "on": True}
        quiet = {"quietFrom": 0, "quietUntil": 0}
        chosen = await resident.run(
            "set-notification-preferences", locale="en", quietHours=quiet, choices=[accepted], key=fresh_key()
        )
        assert {**accepted, "fixed": False} in chosen["choices"]
        warned = [{"kind": "EMERGENCY_OPENED", "channel": "EMAIL", "on": False}]
        refused = await refusal(resident.run("set-notification-preferences", choices=warned, key=fresh_key()))
        assert refused.field == "choices[0].on"

        order = await place(resident, clinic)
        await confirmed(resident, order["id"])

        async def arrived(address: str) -> list[dict[str, Any]]:
            return list((await carriers.get("/messages", params={"to": address})).json()["messages"])

        async def texts() -> list[dict[str, Any]]:
            return [each for each in await arrived(number) if order["id"] in each["text"]]

        (text, *_) = await until("the text message", texts, bool)
        assert "is confirmed" in text["text"] or "accepted" in text["text"]

        async def shown() -> list[dict[str, Any]]:
            return [each for each in await arrived(phone["id"]) if order["id"] in each["link"]]

        assert await until("the push", shown, bool)
    told = (await resident.run("messages", first=20))["nodes"]
    mine = [each for each in told if each["path"] == f"/orders/{order['id']}"]
    assert "Your order is confirmed" in [each["title"] for each in mine]
    assert await resident.run("unread-messages") >= len(mine)
    assert (await other.run("mark-messages-read", ids=[each["id"] for each in mine], key=fresh_key()))["marked"] == 0
    marked = await resident.run("mark-messages-read", until=told[0]["id"], key=fresh_key())
    assert (marked["marked"], marked["unread"]) == (len(told), 0)
    assert (await other.run("messages", first=5))["nodes"] == []
    assert (await refusal(other.run("end-push-subscription", id=browser["id"]))).code == "not-found"
    assert (await refusal(resident.run("message-counts"))).code == "forbidden"
    operator = await operator_of(nobody, stack.secrets)
    counts = (await operator.run("message-counts"))["counts"]
    assert [each for each in counts if each["channel"] == "SMS" and each["status"] == "SENT"]
