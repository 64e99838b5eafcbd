"""What nobody could carry out is refused with its reason, and nothing of it is written.

Webhooks that are not the provider's are in test_money_path.py, bank statements that do not validate and adjustments by
one person in test_reconciliation.py.
"""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from chassis.refusals import Invalid, Refusal
from settlement import commands, handlers
from settlement.domain.splits import PlanMalformed
from settlement.tables import Base
from sqlalchemy import text
from yima.common.v1.types_pb2 import Money
from yima.partners.v1.events_pb2 import ContractSigned
from yima.settlement.v1.split_pb2 import Share, SplitPlan, Tier

from services.settlement.tests.harness import Harness

pytestmark = pytest.mark.anyio
SERVICE = "settlement"


def money(currency: str, minor: int = 500) -> Money:
    return Money(currency=currency, minor=minor)


def signed(*shares: Share) -> Callable[[Harness], Any]:
    def hear(harness: Harness) -> Any:
        plan = SplitPlan(id=str(uuid4()), version=9, shares=shares)
        message = ContractSigned(contract_id=str(uuid4()), partner_id=str(harness.partner), split_plan=plan)
        return harness.hear(handlers.on_contract_signed, message)

    return hear


async def exchange_of_nothing_known(harness: Harness) -> None:
    async with harness.store.transaction() as session:
        await commands.exchange_money(
            session, account="bank:cash", sold=(100, "XXZ"), bought=(100, "CNY"), rate="1", reason="x", by=uuid4(),
            now=datetime.now(UTC),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("attempt", "refusal", "says"),
    [
        pytest.param(signed(Share(basis_points=100)), PlanMalformed, r"shares\[0\]\.party", id="a malformed plan"),
        pytest.param(
            signed(Share(party="platform", tiers=[Tier(above=money("CNY"), basis_points=1)])),
            PlanMalformed,
            r"shares\[0\]\.tiers\[0\]\.above",
            id="a plan whose tiers leave a gap",
        ),
        pytest.param(
            signed(Share(party="platform", basis_points=6_000), Share(party="fund:x", basis_points=4_001)),
            PlanMalformed,
            "more than the whole",
            id="a split above 100 %",
        ),
        pytest.param(
            signed(Share(party="platform", fixed=money("XXZ"))),
            Invalid,
            r"shares\[0\]\.fixed\.currency.*ISO 4217",
            id="a plan in an unknown currency",
        ),
        pytest.param(
            signed(Share(party="platform", fixed=money("CNY"), cap=money("USD"))),
            PlanMalformed,
            "CNY, USD",
            id="a plan in two currencies",
        ),
        pytest.param(exchange_of_nothing_known, Invalid, "ISO 4217", id="an exchange of an unknown currency"),
    ],
)
async def test_it_is_refused_with_the_reason_and_nothing_is_written(
    harness: Harness, attempt: Callable[[Harness], Any], refusal: type[Refusal], says: str
) -> None:
    before = await everything(harness)
    with pytest.raises(refusal, match=says) as refused:
        await attempt(harness)
    assert refused.value.field
    assert await everything(harness) == before


async def everything(harness: Harness) -> dict[str, int]:
    """How many rows each table has."""
    async with harness.store.transaction() as session:
        counts = {}
        for table in [*Base.metadata.tables, "outbox"]:
            counts[table] = int(await session.scalar(text(f'SELECT count(*) FROM "{table}"')) or 0)
        return counts


SERVE = """
from chassis.database import Database
from settlement.app import api
api.handlers(Database("postgresql+asyncpg://nowhere/settlement"), None, None)
"""


def test_every_method_of_the_contract_is_served_by_what_the_app_imports() -> None:
    served = subprocess.run([sys.executable, "-c", SERVE], capture_output=True, text=True, check=False)
    assert served.returncode == 0, served.stderr
