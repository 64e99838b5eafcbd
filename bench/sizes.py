"""How much there is in the city that rows are measured in."""

from dataclasses import dataclass

from devstack.stack import Stack

TOGETHER = 250_000  # residents that are written in one transaction
RESIDENTS = """
    INSERT INTO resident (id, name, birth_date, health_code_id, registered_at)
    SELECT id, 'Someone', '1970-01-01', id, '2020-01-01' FROM (
        SELECT ('01800000-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid AS id
        FROM generate_series({first}, {last}) AS number
    ) AS numbered
"""


@dataclass(frozen=True)
class Size:
    name: str
    partners: int  # twenty-five offerings each
    residents: int
    records: int  # of residents, a hundred each
    consents: int  # and ten times as many beside them
    resources: int  # that a cohort is counted over


SMALL = Size("small", partners=2_000, residents=10_000, records=1_000_000, consents=100_000, resources=2_000_000)
LARGE = Size("large", partners=2_000, residents=1_000_000, records=10_000_000, consents=1_000_000, resources=10_000_000)


async def with_residents(stack: Stack, count: int) -> None:
    """So many residents in the running city's identity, as a restore would put them there."""
    for first in range(0, count, TOGETHER):
        last = min(first + TOGETHER, count) - 1
        filled = RESIDENTS.format(first=first, last=last)
        await stack.postgres.run_sql("identity", f"SET session_replication_role = replica; {filled}")
    await stack.postgres.run_sql("identity", "VACUUM ANALYZE resident")
