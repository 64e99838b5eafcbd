"""Runs of queries on records that were for a line of an order: each is a use of it."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from ordering.commands.proofs import UsageRecord, record_usage
from ordering.domain.process import Deadlines

log = logging.getLogger("ordering.runs")
BY = "records"  # who says that an order began to be used


@dataclass(frozen=True, slots=True)
class RunUse:
    """A run whose result was released, and what it was for."""

    run_id: UUID
    partner_id: UUID
    order_line_id: UUID
    item: str
    ended_at: datetime

    @property
    def key(self) -> str:
        """A partner that records the same use by this key counts nothing a second time."""
        return f"run:{self.run_id}"


async def count_runs(session: AsyncSession, runs: Sequence[RunUse], deadlines: Deadlines, now: datetime) -> None:
    """Count a unit for each run, once, as its partner's record of use would be. What cannot be counted (another's line,
    an order that is over, nothing left) counts nothing, and whoever records it by its key is answered why."""
    by_partner: dict[UUID, list[RunUse]] = defaultdict(list)
    for run in runs:
        by_partner[run.partner_id].append(run)
    for partner_id, uses in sorted(by_partner.items()):
        outcomes = await record_usage(
            session,
            partner_id=partner_id,
            records=[UsageRecord(run.key, run.order_line_id, run.item, 1, run.ended_at) for run in uses],
            deadlines=deadlines,
            by=BY,
            now=now,
        )
        for outcome in outcomes:
            if outcome.refusal:
                log.warning("%s counts as no use: %s", outcome.key, outcome.refusal)
