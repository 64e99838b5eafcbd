"""Beside the main job: residents have lived at three hospitals, and one of them reads it as one line of time."""

from collections import Counter
from datetime import date
from typing import Any

from devstack.cities import City
from yima_client.caller import AWAY, Caller, retried

from ops.demo.story import Story
from ops.example_city import Tell
from ops.lives import Loaded, load_lives

NEWEST = 8  # of a line of time


async def live(
    story: Story,
    nobody: Caller,
    city: City,
    secrets: dict[str, str],
    *,
    count: int,
    seed: int,
    until: date,
    tell: Tell,
) -> Loaded:
    """Load so many lives, and show whose three hospitals know the most of."""
    loaded = await load_lives(city, nobody, secrets, count, seed, until, tell)
    story.add(
        "hospitals",
        "send what they have of their patients, in numbered batches",
        residents=f"{loaded.residents:,}",
        resources=f"{loaded.resources:,}",
        stored=f"{loaded.stored:,} lines, {loaded.unchanged:,} known before",
        not_stored=f"{loaded.waiting:,} wait, {loaded.refused:,} were refused",
        took=f"{loaded.registering:.0f} s to register, {loaded.sending:.0f} s until all was taken for good,"
        f" {loaded.processing:.0f} s until it was in the records",
    )
    await read_line_of_time(story, await nobody.signed_in(loaded.fullest, secrets["residents"]), loaded.fullest)
    return loaded


async def read_line_of_time(story: Story, resident: Caller, login: str) -> None:
    own_id = (await resident.run("me"))["resident"]["id"]
    # What lives were loaded into has much to do yet, and shows nothing that it decided on too long ago.
    nodes = await retried(lambda: resident.every("timeline", residentId=own_id), AWAY)
    items = [node["item"] for node in nodes]
    story.add(
        "resident",
        "reads what hospitals know of them as one line of time",
        signed_in_as=login,
        institutions=dict(Counter(item["institution"]["name"] for item in items)),
        years=sorted({item["effectiveAt"][:4] for item in items}),
        of_each=dict(Counter(item["kind"].lower() for item in items)),
        newest=[line(item) for item in items[:NEWEST]],
    )


def line(item: dict[str, Any]) -> str:
    values = ", ".join(f"{value['value']} {value['unit']}".strip() for value in item["values"])
    return f"{item['effectiveAt'][:10]}  {item['institution']['name']}: {item['title']} {values}".strip()
