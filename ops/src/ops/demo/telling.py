"""The resident's telephone: it is told of the order, in few words."""

from dataclasses import dataclass
from typing import Any

import httpx2
from yima_client.caller import Caller, fresh_key, tls, until

from ops.demo.story import Story

CONFIRMED = "Your order is confirmed"  # as it is written in English; what is told of it besides may come first


@dataclass(frozen=True)
class Telephone:
    """A browser on a telephone, of the city's sandbox of carriers."""

    carriers: str
    secret: str
    id: str

    async def shown(self) -> list[dict[str, Any]]:
        """What arrived there and was deciphered, the oldest first."""
        async with carrier(self.carriers, self.secret) as http:
            return list((await http.get("/messages", params={"to": self.id})).json()["messages"])


def carrier(url: str, secret: str) -> httpx2.AsyncClient:
    headers = {"authorization": f"Bearer {secret}"}
    return httpx2.AsyncClient(base_url=url, headers=headers, trust_env=False, verify=tls())


async def ask_for_messages(story: Story, resident: Caller, carriers: str, secret: str) -> Telephone:
    """The resident has messages shown by their telephone, at any hour, in English."""
    async with carrier(carriers, secret) as http:
        phone = (await http.post("/phones")).json()
    await resident.run(
        "register-push-subscription",
        endpoint=phone["endpoint"], publicKey=phone["publicKey"], auth=phone["auth"], key=fresh_key(),
    )  # fmt: skip
    chosen = await resident.run(
        "set-notification-preferences",
        locale="en", quietHours={"quietFrom": 0, "quietUntil": 0}, choices=[], key=fresh_key(),
    )  # fmt: skip
    always = {each["kind"].lower().replace("_", " ") for each in chosen["choices"] if each["fixed"]}
    story.add(
        "resident",
        "has their telephone show what concerns them",
        language=chosen["locale"],
        cannot_be_switched_off=sorted(always),
    )
    return Telephone(carriers, secret, phone["id"])


async def look_at_telephone(story: Story, resident: Caller, telephone: Telephone, order_id: str) -> None:
    """What it shows of the order; the resident has read it then."""

    async def of_order() -> list[dict[str, Any]]:
        return [each for each in await telephone.shown() if each["link"].endswith(f"/orders/{order_id}")]

    shown = await until("the message on the telephone", of_order, lambda shown: CONFIRMED in titles(shown))
    first = shown[titles(shown).index(CONFIRMED)]
    inbox = (await resident.run("messages", first=20))["nodes"]
    read = await resident.run("mark-messages-read", ids=[each["id"] for each in inbox], key=fresh_key())
    story.add(
        "resident",
        "sees on their telephone that the order is confirmed; it says nothing of what, or by whom",
        shown=first["title"],
        text=first["text"],
        leads_to=f"/orders/{order_id}",
        inbox=[each["title"] for each in inbox],
        read=read["marked"],
    )


def titles(messages: list[dict[str, Any]]) -> list[str]:
    return [each["title"] for each in messages]
