"""Who may be counted in a run: whoever consents to that, at that moment. Each reads in their log what it counted."""

import time
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.api import Call
from chassis.auth import ANYONE, Principal, Verifier, sign
from chassis.batching import Batcher
from chassis.refusals import Invalid
from consent.api import Resources
from consent.api.decisions import decide_computation
from consent.commands import consents as consent_commands
from consent.commands import projects as commands
from consent.commands.decisions import decide_together
from consent.domain.consents import AccessMode
from consent.domain.decisions import AccessKind, Reason, check_access_request
from consent.tables import ProjectRow
from consent_scenario import Scenario, template_for
from joserfc.jwk import OKPKey
from sqlalchemy import text
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as pb

pytestmark = pytest.mark.anyio
SERVICE = "consent"
OURS = OKPKey.generate_key("Ed25519", {"kid": "ours"})
COMPUTE = AccessMode.COMPUTE


class RecordsKeys:
    async def get(self, kid: str) -> OKPKey | None:
        return OURS if kid == "ours" else None


async def counted(scenario: Scenario, project_id: UUID | None = None, **changed: Any) -> pb.ComputationDecisions:
    """Who may be counted in a run of the scenario's partner."""
    resources = Resources(
        scenario.keys,
        Batcher(partial(decide_together, scenario.database)),
        None,
        None,
        None,
        None,
        None,
        scenario.database,
        Verifier(RecordsKeys()),  # type: ignore[arg-type] # nothing else is asked
    )
    call: Call[Resources] = Call(ANYONE, "", b"", scenario.database.now(), resources, "", "", None)
    claims = {
        "use": "computation", "sub": str(uuid4()), "role": "ROLE_PARTNER", "pid": str(scenario.partner),
        "run": str(uuid4()), "exp": time.time() + 60,
    } | {name: value for name, value in changed.items() if name in ("use", "exp")}  # fmt: skip
    request = pb.DecideComputationRequest(
        sender=sign(OURS, claims),
        information_types=changed.get("types", ["vital-signs"]),
        purpose=changed.get("purpose", "HRESCH"),
        project_id=str(project_id or ""),
        note="counted in “Hypertension by district”, for research",
        after=changed.get("after", ""),
    )
    return await decide_computation(request, call)


async def approved(scenario: Scenario) -> ProjectRow:
    people = [Principal(role, str(uuid4())) for role in (Role.ROLE_PARTNER, Role.ROLE_OPERATOR, Role.ROLE_REGULATOR)]
    async with scenario.database.transaction() as session:
        row = await commands.propose(
            session, name="Pressure", why="why pressure rises", ethics_approval="IRB 7", grantee_id=scenario.partner,
            access=check_access_request(["vital-signs", "laboratory"], "HRESCH", COMPUTE),
            sensitive_categories=frozenset(), people_min=10, term_days=30, retention_days=0, by=people[0],
            now=datetime.now(UTC),
        )  # fmt: skip
        await commands.endorse(session, project_id=row.id, by=people[1], now=datetime.now(UTC))
        return await commands.approve(session, project_id=row.id, by=people[2], now=datetime.now(UTC))


async def joins(scenario: Scenario, row: ProjectRow, resident: UUID) -> UUID:
    async with scenario.database.transaction() as session:
        artefact = await commands.join(
            session, project_id=row.id, resident_id=resident, by=resident, until=None, keys=scenario.keys,
            now=datetime.now(UTC),
        )  # fmt: skip
        return artefact.id


@pytest.fixture
async def project(scenario: Scenario) -> ProjectRow:
    scenario.partner = uuid4()
    await scenario.stands()
    return await approved(scenario)


def residents_of(answer: pb.ComputationDecisions) -> set[UUID]:
    return {UUID(each.resident_id) for each in answer.residents}


async def test_who_joined_the_project_is_counted_until_they_take_it_back(
    scenario: Scenario, project: ProjectRow
) -> None:
    people = [uuid4() for _ in range(3)]
    artefacts = [await joins(scenario, project, person) for person in people]
    assert residents_of(await counted(scenario, project.id)) == set(people)
    assert residents_of(await counted(scenario)) == set(), "not by consents to a project, where none is named"
    assert residents_of(await counted(scenario, uuid4())) == set()
    assert residents_of(await counted(scenario, project.id, purpose="PUBHLTH")) == set()
    assert residents_of(await counted(scenario, project.id, types=["vital-signs", "imaging"])) == set()
    async with scenario.database.transaction() as session:
        await consent_commands.revoke_consent(
            session, artefact_id=artefacts[0], residents=[people[0]], reason="", now=datetime.now(UTC)
        )
    assert residents_of(await counted(scenario, project.id)) == set(people[1:])
    await scenario.stands(reads=False)
    assert residents_of(await counted(scenario, project.id)) == set(), "its institution is suspended"


async def test_nobody_is_counted_once_the_project_has_ended(scenario: Scenario, project: ProjectRow) -> None:
    person = uuid4()
    await joins(scenario, project, person)
    async with scenario.database.transaction() as session:
        await session.execute(
            text("UPDATE project SET ended_by = id, ended_at = now(), ended_because = 'over' WHERE id = :id"),
            {"id": project.id},
        )
    assert residents_of(await counted(scenario, project.id)) == set()


async def test_each_reads_in_their_log_what_they_were_counted_in(scenario: Scenario, project: ProjectRow) -> None:
    person = uuid4()
    await joins(scenario, project, person)
    (decided,) = (await counted(scenario, project.id)).residents
    async with scenario.database.transaction() as session:
        rows = await session.scalars(
            text("SELECT entry FROM access_log_waiting WHERE resident_id = :resident ORDER BY id"), {"resident": person}
        )
        entries = [pb.AccessLogEntry.FromString(row) for row in rows]
    (entry,) = [each for each in entries if each.decision_id == decided.decision_id]
    assert (entry.kind, entry.permitted, entry.reason) == (AccessKind.READ, True, Reason.CONSENT_IN_FORCE)
    assert (entry.access_mode, entry.purpose) == (COMPUTE, "HRESCH")
    assert "Hypertension by district" in entry.note
    assert entry.about_id, "it names the run"


async def test_by_an_order_those_are_counted_whose_order_is_under_way(scenario: Scenario) -> None:
    scenario.partner, scenario.resident = uuid4(), uuid4()
    await scenario.stands()
    order_id = await scenario.order(template_for(purpose="CAREMGT", mode=COMPUTE))
    assert residents_of(await counted(scenario, purpose="CAREMGT")) == {scenario.resident}
    await scenario.end(order_id)
    assert residents_of(await counted(scenario, purpose="CAREMGT")) == set()


async def test_many_are_decided_some_at_once(
    scenario: Scenario, project: ProjectRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consent.api.decisions.QUESTIONS_MAX", 2)
    people = {uuid4() for _ in range(5)}
    for person in people:
        await joins(scenario, project, person)
    met, after = [], ""
    while True:
        answer = await counted(scenario, project.id, after=after)
        met += [UUID(each.resident_id) for each in answer.residents]
        after = answer.next
        if not after:
            break
    assert (sorted(met), len(met)) == (sorted(people), 5)


@pytest.mark.parametrize("forged", [{"use": "collection"}, {"use": "access"}, {"exp": time.time() - 1}])
async def test_nobody_but_records_says_whose_run_it_is(scenario: Scenario, forged: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        await counted(scenario, **forged)
    assert refused.value.field == "sender"
