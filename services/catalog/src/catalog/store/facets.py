"""How many listings a search finds of each category, population, district, kind, band of prices and rating."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.statements import Reads

from catalog.store.filters import Filter, Values, all_of, conditions
from catalog.store.planning import BY_PLAN

KINDS = ("category", "population", "kind", "band", "stars", "free")


@dataclass(frozen=True, slots=True)
class Counted:
    """How many listings have a value of a kind, e.g. `category`."""

    kind: str
    value: str
    count: int


async def counted(
    readings: Reads, narrowed: Filter, price_bounds: Sequence[int], free_before: datetime | None
) -> Sequence[Counted]:
    """What is counted of the listings that a search finds, by one statement."""
    values = Values()
    where = all_of(conditions(narrowed, values))
    bounds = values.put(list(price_bounds), "bigint[]")
    free = f"coalesce(next_free_at < {values.put(free_before, 'timestamptz')}, false)"
    each = " UNION ALL ".join(
        f"SELECT '{kind}' AS kind, CAST({kind} AS text) AS value, CAST(sum(count) AS bigint) AS count"  # noqa: S608 names of ours
        f" FROM every GROUP BY {kind}"
        for kind in KINDS
    )
    # Few listings differ in all of these: what is counted once is added up for each of them.
    rows = await readings.fetch(
        f"""
        WITH every AS MATERIALIZED (
            SELECT category, population, kind, districts, width_bucket(price_minor, {bounds}) AS band,
                rating_hundredths / 100 AS stars, {free} AS free, count(*) AS count
            FROM listing WHERE {where} GROUP BY 1, 2, 3, 4, 5, 6, 7
        )
        {each} UNION ALL
        SELECT 'district', district, CAST(sum(count) AS bigint) FROM every, unnest(districts) AS district
        GROUP BY district
        """,  # noqa: S608 pieces of ours
        values.values,
        BY_PLAN,
    )
    return [Counted(row["kind"], row["value"], row["count"]) for row in rows]
