"""What the rows need in the system: partners with offerings, residents."""

import asyncio
from dataclasses import dataclass
from typing import Any

from devstack.fictional import identity_number
from devstack.stack import Stack
from gateway.ids import Kind, parse_global_id
from yima_client.caller import connect

from ops import example_city as cities

PARTNERS = 8
RESIDENTS = 16
PASSWORD = "a password of some length"
BORN = "1970-01-01"

_done: set[str] = set()


async def with_offerings(stack: Stack) -> None:
    """The city's definitions and some of its partners with all their offerings, once a run."""
    if str(stack.folder) in _done:
        return
    _done.add(str(stack.folder))
    async with connect(stack.graphql) as nobody:
        operator, regulator = await cities.supervisors(nobody, stack.secrets)
        await cities.put_definitions(stack.city, operator)
        partners = list(stack.city.partners().items())[:PARTNERS]
        await asyncio.gather(
            *(
                cities.load_partner(stack.city, nobody, operator, regulator, slug, manifest, offerings, PASSWORD)
                for slug, (manifest, offerings) in partners
            )
        )


@dataclass(frozen=True)
class Buyer:
    """A resident's token, for calls at full speed."""

    token: str


async def buyers(stack: Stack) -> list[Buyer]:
    async with connect(stack.graphql) as nobody:

        async def sign_up(number: int) -> Buyer:
            login = f"buyer-{number}@residents.example.org"
            try:
                await nobody.run(
                    "register-resident",
                    login=login,
                    password=PASSWORD,
                    name="Buyer",
                    birthDate=BORN,
                    identityNumber=identity_number(BORN),
                )
            except Exception as error:
                assert "login-taken" in str(error)
            token = await nobody.run("sign-in", login=login, password=PASSWORD)
            return Buyer(token["accessToken"])

        return [await sign_up(number) for number in range(RESIDENTS)]


async def an_offering(stack: Stack) -> dict[str, Any]:
    """A published offering that costs money, needs no booking, and is for people of every age."""
    ageless = "SELECT offering_id FROM terms WHERE age_from_months = 0 AND age_below_months = 0"
    for_all = {str(row["offering_id"]) for row in await stack.postgres.fetch("ordering", ageless)}
    async with connect(stack.graphql) as nobody:
        after = None
        while True:
            page = await nobody.run("offerings", first=100, after=after)
            for edge in page["edges"]:
                node = edge["node"]
                open_to_all = parse_global_id(Kind.OFFERING, node["id"], "id") in for_all
                if open_to_all and not node["bookingRequired"] and float(node["price"]["amount"]) > 0:
                    return dict(node)
            after = page["pageInfo"]["endCursor"]
            assert page["pageInfo"]["hasNextPage"]
