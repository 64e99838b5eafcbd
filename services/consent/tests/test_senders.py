"""Whoever sent a batch asks no more themselves: records says who they were, and nobody else can."""

import time
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.api import Call
from chassis.auth import ANYONE, Verifier, sign
from chassis.batching import Batcher
from chassis.refusals import Invalid
from consent.api import Resources
from consent.api.decisions import decide_ingests
from consent.commands.decisions import decide_together
from consent.domain.decisions import Reason
from consent_scenario import Scenario
from joserfc.jwk import OKPKey
from yima.consent.v1 import api_pb2 as pb

pytestmark = pytest.mark.anyio
SERVICE = "consent"
OURS = OKPKey.generate_key("Ed25519", {"kid": "ours"})
FORGED = OKPKey.generate_key("Ed25519", {"kid": "ours"})


class RecordsKeys:
    async def get(self, kid: str) -> OKPKey | None:
        return OURS if kid == "ours" else None


def sender(partner_id: UUID, key: OKPKey = OURS, **changed: Any) -> str:
    claims = {
        "use": "collection",
        "sub": str(uuid4()),
        "role": "ROLE_PARTNER",
        "pid": str(partner_id),
        "exp": time.time() + 60,
    }
    return sign(key, claims | changed)


async def asked(scenario: Scenario, token: str, *residents: UUID) -> pb.IngestDecisions:
    deciding = Batcher(partial(decide_together, scenario.database))
    resources = Resources(
        scenario.keys,
        deciding,
        None,
        None,
        None,
        None,
        None,
        scenario.database,
        Verifier(RecordsKeys()),  # type: ignore[arg-type] # nothing else is asked
    )
    call: Call[Resources] = Call(ANYONE, "", b"", scenario.database.now(), resources, "", "", None)
    questions = [
        pb.DecideIngestRequest(resident_id=str(resident), information_types=["vital-signs"], count=2)
        for resident in residents
    ]
    return await decide_ingests(pb.DecideIngestsRequest(sender=token, questions=questions), call)


async def test_a_batch_adds_to_the_records_of_those_whom_its_sender_treats_and_of_nobody_else(
    scenario: Scenario,
) -> None:
    scenario.resident = uuid4()
    await scenario.order()
    answer = await asked(scenario, sender(scenario.partner), scenario.resident, uuid4())
    assert [(each.permitted, each.reason) for each in answer.decisions] == [
        (True, Reason.SERVES_BY_ORDER),
        (False, Reason.NO_RELATION),
    ]
    other = await asked(scenario, sender(uuid4()), scenario.resident)
    assert not other.decisions[0].permitted, "another partner's batch"


@pytest.mark.parametrize(
    "forged",
    [{"key": FORGED}, {"use": "access"}, {"use": "scan"}, {"exp": time.time() - 1}, {"exp": None}],
    ids=["another key", "an access token", "a receipt of a scan", "over", "without an end"],
)
async def test_nobody_but_records_says_who_sent_a_batch(scenario: Scenario, forged: dict[str, Any]) -> None:
    scenario.resident = uuid4()
    await scenario.order()
    with pytest.raises(Invalid) as refused:
        await asked(scenario, sender(scenario.partner, **forged), scenario.resident)
    assert refused.value.field == "sender"


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "e30.e30.e30"])
async def test_what_is_no_token_is_refused_by_its_field(scenario: Scenario, token: str) -> None:
    with pytest.raises(Invalid) as refused:
        await asked(scenario, token, uuid4())
    assert refused.value.field == "sender"


async def test_one_batch_asks_about_somebody_once_and_about_so_many(scenario: Scenario) -> None:
    resident = uuid4()
    for residents in ([], [resident, resident], [uuid4() for _ in range(501)]):
        with pytest.raises(Invalid) as refused:
            await asked(scenario, sender(scenario.partner), *residents)
        assert refused.value.field == "questions"
