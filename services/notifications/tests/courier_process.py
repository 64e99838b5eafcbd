"""A courier in a process of its own, to be killed: it carries what waits in the database that is named, for ever."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from carriers_process import SECRET
from chassis.database import Database
from chassis.sealing import Sealer
from notifications.carriers.http import HttpCarrier
from notifications.commands.messages import Addresses, Reached
from notifications.domain.messages import Channel
from notifications.domain.templates import read_templates
from notifications.posting import Answer, AudienceOf, Courier


async def people(audiences: Sequence[AudienceOf]) -> Sequence[Answer]:
    """Identity's answer: everybody has an address that is made of their id."""
    return [
        Answer([Reached(each.subject_id, "ROLE_RESIDENT", [f"{each.subject_id}@residents.example.org"])])
        for each in audiences
        if each.subject_id is not None
    ]


def courier_of(database: Database, carriers_url: str) -> Courier:
    return Courier(
        database,
        Sealer((bytes(32),)),
        read_templates(["en"], {"en": "Jinan"}, "https://yima.example.org"),
        ZoneInfo("Asia/Shanghai"),
        {Channel.EMAIL: HttpCarrier(f"{carriers_url}/emails", SECRET)},
        people,
        Addresses(b"k" * 32),
    )


async def carry(database_url: str, carriers_url: str, ahead_seconds: str = "0") -> None:
    ahead = timedelta(seconds=float(ahead_seconds))
    courier = courier_of(Database(database_url, lambda: datetime.now(UTC) + ahead), carriers_url)
    while True:
        await courier.carry()


if __name__ == "__main__":
    asyncio.run(carry(*sys.argv[1:]))
