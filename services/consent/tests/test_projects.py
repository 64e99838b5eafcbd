"""Projects: taken in by three people, joined by residents, and all their consents over at once when they end."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from chassis.auth import Principal
from chassis.pages import beginning
from chassis.refusals import Invalid, NotFound
from consent.app import close_projects
from consent.commands import consents as consent_commands
from consent.commands import projects as commands
from consent.commands.documents import document_of
from consent.domain.consents import AccessMode, ConsentEnd, Origin
from consent.domain.decisions import Reason, check_access_request
from consent.domain.projects import (
    AlreadyJoined,
    NotByThePersonBefore,
    ProjectNotOpen,
    ProjectStandsElsewhere,
    ProjectStatus,
    check_people,
    check_purpose,
    check_retention,
    check_term,
    project_status,
)
from consent.handlers import on_guardianship_ended
from consent.store import projects as store
from consent.tables import ArtefactRow, ProjectRow
from consent_scenario import JINAN, Scenario
from joserfc import jws
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.common.v1.route_pb2 import Role
from yima.consent.v1.api_pb2 import AccessLogEntry
from yima.consent.v1.events_pb2 import ProjectApproved, ProjectEnded, ProjectJoined, ProjectLeft

pytestmark = pytest.mark.anyio
SERVICE = "consent"
OWNER, OPERATOR, REGULATOR = (
    Principal(role, str(uuid4())) for role in (Role.ROLE_PARTNER, Role.ROLE_OPERATOR, Role.ROLE_REGULATOR)
)
STEPS = (commands.endorse, commands.approve)


def someone() -> Principal:
    return Principal(Role.ROLE_OPERATOR, str(uuid4()))


async def propose(scenario: Scenario, **other: Any) -> ProjectRow:
    values: dict[str, Any] = {
        "name": "Sleep and pulse", "why": "how sleep changes the pulse", "ethics_approval": "IRB Jinan 2026-7",
        "grantee_id": scenario.partner, "access": check_access_request(["vital-signs", "laboratory"], "HRESCH", 1),
        "sensitive_categories": frozenset({"hiv"}), "people_min": 0, "term_days": 30, "retention_days": 0,
        "by": OWNER, "now": datetime.now(UTC),
    }  # fmt: skip
    async with scenario.database.transaction() as session:
        return await commands.propose(session, **(values | other))


async def approved(scenario: Scenario, **other: Any) -> ProjectRow:
    row = await propose(scenario, **other)
    for step, by in zip(STEPS, (OPERATOR, REGULATOR), strict=True):
        async with scenario.database.transaction() as session:
            row = await step(session, project_id=row.id, by=by, now=datetime.now(UTC))
    return row


async def join(scenario: Scenario, row: ProjectRow, **other: Any) -> ArtefactRow:
    values: dict[str, Any] = {
        "project_id": row.id,
        "resident_id": scenario.resident,
        "by": scenario.resident,
        "until": None,
        "keys": scenario.keys,
        "now": datetime.now(UTC),
    }
    async with scenario.database.transaction() as session:
        return await commands.join(session, **(values | other))


async def end(scenario: Scenario, row: ProjectRow, **other: Any) -> ProjectRow:
    values: dict[str, Any] = {
        "project_id": row.id,
        "grantee_id": None,
        "by": REGULATOR,
        "reason": "the approval was withdrawn",
        "now": datetime.now(UTC),
    }
    async with scenario.database.transaction() as session:
        return await commands.end(session, **(values | other))


@pytest.fixture(autouse=True)
async def another_pair(scenario: Scenario) -> None:
    scenario.resident, scenario.partner = uuid4(), uuid4()
    await scenario.stands()


async def entries_of(scenario: Scenario) -> list[AccessLogEntry]:
    async with scenario.database.transaction() as session:
        rows = await session.scalars(
            text("SELECT entry FROM access_log_waiting WHERE resident_id = :resident ORDER BY id"),
            {"resident": scenario.resident},
        )
        return [AccessLogEntry.FromString(row) for row in rows]


async def test_a_resident_who_joins_permits_what_was_approved_and_nothing_else(scenario: Scenario) -> None:
    project = await approved(scenario)
    assert (await scenario.ask(purpose="HRESCH")).reason == Reason.NO_CONSENT, "nobody has joined"
    artefact = await join(scenario, project)
    assert (artefact.origin, artefact.project_id) == (Origin.PROJECT, project.id)
    assert artefact.expires_at == project.expires_at
    decision = await scenario.ask(purpose="HRESCH")
    assert (decision.permitted, decision.consent_id) == (True, str(artefact.id))
    assert [list(release.sensitive_categories) for release in decision.releases] == [["hiv"]]
    assert not (await scenario.ask(purpose="TREAT")).permitted
    assert not (await scenario.ask(purpose="HRESCH", kinds=frozenset({"imaging"}))).permitted
    content = orjson.loads(jws.extract_compact(artefact.receipt.encode()).payload)
    assert (content["origin"], content["project"]) == ("PROJECT", str(project.id))
    (joined,) = [event for event in await scenario.published(ProjectJoined) if event.project_id == str(project.id)]
    assert joined.consent_id == str(artefact.id)
    assert str(project.id) in [event.project_id for event in await scenario.published(ProjectApproved)]


async def test_all_its_consents_end_with_it_each_with_its_event_and_its_entry(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "ENDED_AT_ONCE_MAX", 2)
    project, residents = await approved(scenario), [uuid4() for _ in range(5)]
    for resident in residents:
        await join(scenario, project, resident_id=resident, by=resident)
    await end(scenario, project)
    for scenario.resident in residents:
        assert (await scenario.ask(purpose="HRESCH")).reason == Reason.PROJECT_ENDED, "before the worker has come"
    while await close_projects(scenario.database, None):  # type: ignore[arg-type] # it needs no resources
        pass
    for scenario.resident in residents:
        (artefact,) = await scenario.artefacts()
        assert artefact.ended_because == ConsentEnd.PROJECT_ENDED
        (ended,) = [entry for entry in await entries_of(scenario) if entry.ended_because]
        assert ended.consent_id == str(artefact.id)
    left = [event for event in await scenario.published(ProjectLeft) if event.project_id == str(project.id)]
    assert sorted(event.resident_id for event in left) == sorted(map(str, residents))
    assert [event.project_id for event in await scenario.published(ProjectEnded)][-1] == str(project.id)


async def test_who_leaves_by_themselves_may_join_again_and_nobody_joins_twice(scenario: Scenario) -> None:
    project = await approved(scenario)
    artefact = await join(scenario, project)
    with pytest.raises(AlreadyJoined):
        await join(scenario, project)
    async with scenario.database.transaction() as session:
        await consent_commands.revoke_consent(
            session, artefact_id=artefact.id, residents=[scenario.resident], reason="", now=datetime.now(UTC)
        )
    assert (await scenario.ask(purpose="HRESCH")).reason == Reason.CONSENT_REVOKED
    (left,) = [event for event in await scenario.published(ProjectLeft) if event.consent_id == str(artefact.id)]
    assert left.revoked
    await join(scenario, project)
    assert (await scenario.ask(purpose="HRESCH")).permitted


async def test_what_a_guardian_joined_ends_with_the_guardianship(scenario: Scenario) -> None:
    project, guardian = await approved(scenario), uuid4()
    of_age = datetime.now(UTC) + timedelta(days=3)
    artefact = await join(scenario, project, by=guardian, until=of_age)
    assert artefact.expires_at == of_age, "before the project's term is over"
    await scenario.hear(on_guardianship_ended, scenario.guardianship_ended(guardian))
    assert (await scenario.ask(purpose="HRESCH")).reason == Reason.GUARDIANSHIP_ENDED
    (left,) = [event for event in await scenario.published(ProjectLeft) if event.consent_id == str(artefact.id)]
    assert left.because == ConsentEnd.GUARDIANSHIP_ENDED
    with pytest.raises(NotFound):
        await join(scenario, project, by=guardian, until=of_age)


@pytest.mark.parametrize("people", [(OWNER, REGULATOR), (OPERATOR, OWNER), (OPERATOR, OPERATOR)])
async def test_a_project_takes_three_people(scenario: Scenario, people: tuple[Principal, Principal]) -> None:
    row = await propose(scenario)
    with pytest.raises(NotByThePersonBefore):
        for step, by in zip(STEPS, people, strict=True):
            async with scenario.database.transaction() as session:
                await step(session, project_id=row.id, by=by, now=datetime.now(UTC))
    with pytest.raises(NotFound):
        await join(scenario, row)


async def test_each_step_is_taken_once_and_in_its_order(scenario: Scenario) -> None:
    row = await propose(scenario)
    for taken, refused in ((None, commands.approve), (commands.endorse, commands.endorse), (commands.approve,) * 2):
        if taken:
            async with scenario.database.transaction() as session:
                await taken(session, project_id=row.id, by=someone(), now=datetime.now(UTC))
        with pytest.raises(ProjectStandsElsewhere):
            async with scenario.database.transaction() as session:
                await refused(session, project_id=row.id, by=someone(), now=datetime.now(UTC))
    await end(scenario, row)
    with pytest.raises(ProjectStandsElsewhere):
        await end(scenario, row)
    with pytest.raises(ProjectNotOpen):
        await join(scenario, row)


async def test_an_institution_withdraws_its_own_and_no_other_project(scenario: Scenario) -> None:
    row = await propose(scenario)
    with pytest.raises(NotFound):
        await end(scenario, row, grantee_id=uuid4(), by=OWNER)
    await end(scenario, row, grantee_id=scenario.partner, by=OWNER)
    assert str(row.id) not in [event.project_id for event in await scenario.published(ProjectEnded)], "never approved"


async def test_what_is_only_proposed_is_seen_by_its_institution_and_who_supervises(scenario: Scenario) -> None:
    now = datetime.now(UTC)
    proposed, running, expired = (
        await propose(scenario),
        await approved(scenario),
        await approved(scenario, term_days=1),
    )
    ended = await end(scenario, await approved(scenario))
    later = now + timedelta(days=2)

    async def seen(everything: bool, grantee_id: UUID | None, status: ProjectStatus | None = None) -> set[UUID]:
        async with scenario.database.transaction() as session:
            rows = await store.projects_page(
                session, everything=everything, grantee_id=grantee_id, project_id=None, status=status, at=later,
                part=beginning(100),
            )  # fmt: skip
            return {row.id for row in rows if row.grantee_id == scenario.partner}

    all_of_them = {proposed.id, running.id, expired.id, ended.id}
    assert await seen(True, None) == await seen(False, scenario.partner) == all_of_them
    assert await seen(False, None) == await seen(False, uuid4()) == all_of_them - {proposed.id}
    for status, row in (
        (ProjectStatus.PROPOSED, proposed),
        (ProjectStatus.APPROVED, running),
        (ProjectStatus.EXPIRED, expired),
        (ProjectStatus.ENDED, ended),
    ):
        assert await seen(True, None, status) == {row.id}, status
        assert project_status(row.endorsed_at, row.approved_at, row.expires_at, row.ended_at, later) is status


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM project WHERE id = :id",
        "UPDATE project SET information_types = '{imaging}' WHERE id = :id",
        "UPDATE project SET expires_at = expires_at + interval '1 day' WHERE id = :id",
        "UPDATE project SET endorsed_by = gen_random_uuid() WHERE id = :id",
        "UPDATE project SET approved_by = NULL, approved_at = NULL, expires_at = NULL WHERE id = :id",
        "UPDATE project SET consents_ended = true WHERE id = :id",
    ],
)
async def test_the_database_itself_refuses_to_change_what_was_approved(scenario: Scenario, change: str) -> None:
    row = await approved(scenario)
    with pytest.raises(DBAPIError):
        async with scenario.database.transaction() as session:
            await session.execute(text(change), {"id": row.id})


@pytest.mark.parametrize(
    "other",
    [
        {"information_types": ["imaging"]},
        {"purpose": "TREAT"},
        {"access_mode": 2},
        {"sensitive_categories": ["mental-health"]},
        {"expires_at": datetime.now(UTC) + timedelta(days=300)},
        {"grantee_id": uuid4()},
    ],
    ids=lambda other: next(iter(other)),
)
async def test_the_database_itself_holds_a_consent_to_what_was_approved(
    scenario: Scenario, other: dict[str, Any]
) -> None:
    project = await approved(scenario)
    artefact = await join(scenario, project, resident_id=uuid4())

    async def sign(change: dict[str, Any]) -> None:
        request = commands.request_for(project, artefact.resident_id, datetime.now(UTC))
        async with scenario.database.transaction() as session:
            session.add(request)
            await session.flush()
            session.add(
                ArtefactRow(**artefact.model_dump() | {"id": uuid4(), "consent_request_id": request.id} | change)
            )

    await sign({})
    with pytest.raises(DBAPIError):
        await sign(other)


async def test_its_fhir_document_names_the_project_and_is_of_research(scenario: Scenario) -> None:
    project = await approved(scenario)
    document = document_of(await join(scenario, project), "GRANTED", JINAN)
    assert {"system": "urn:yima:project", "value": str(project.id)} in document["identifier"]
    assert document["scope"]["coding"][0]["code"] == "research"


@pytest.mark.parametrize(
    ("check", "arguments", "field"),
    [
        (check_purpose, ("TREAT",), "purpose"),
        (check_people, (9, AccessMode.COMPUTE), "people_min"),
        (check_people, (0, AccessMode.COMPUTE), "people_min"),
        (check_people, (10, AccessMode.VIEW), "people_min"),
        (check_term, (0,), "term_days"),
        (check_term, (10 * 366 + 1,), "term_days"),
        (check_retention, (1, AccessMode.COMPUTE), "retention_days"),
        (check_retention, (-1, AccessMode.STORE), "retention_days"),
    ],
)
async def test_what_cannot_be_a_project_is_refused_by_its_field(
    check: Any, arguments: tuple[Any, ...], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        check(*arguments)
    assert refused.value.field == field
