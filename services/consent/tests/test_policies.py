"""Changes of the city's rules are in the access log, each with its person; of no resident, and everybody's to read."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from chassis.auth import Principal
from chassis.pages import by_position
from chassis.wire import timestamp
from consent import handlers
from consent.api import access_log as api
from consent.commands import legal_bases, policies, projects, tree
from consent.domain.access_log import AccessAct
from consent.domain.decisions import AccessKind, check_access_request
from consent.store.access_log import LogFilter
from consent_scenario import JINAN, Scenario
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.common.v1.route_pb2 import Role
from yima.common.v1.types_pb2 import PageRequest
from yima.consent.v1.api_pb2 import AccessLogEntry
from yima.identity.v1.events_pb2 import TrustListPut
from yima.partners.v1 import api_pb2 as partners_api
from yima.partners.v1 import events_pb2 as partners_pb

pytestmark = pytest.mark.anyio
SERVICE = "consent"
OWNER, OPERATOR, REGULATOR = (
    Principal(role, str(uuid4())) for role in (Role.ROLE_PARTNER, Role.ROLE_OPERATOR, Role.ROLE_REGULATOR)
)


async def log(scenario: Scenario, kind: AccessKind, **wanted: Any) -> Sequence[AccessLogEntry]:
    """What there is of a kind about no resident, oldest first."""
    async with scenario.database.transaction() as session:
        entries, _ = await api.listed(session, LogFilter(kind=int(kind), **wanted), by_position(PageRequest(first=100)))
        return [entry for entry in entries if not entry.resident_id][::-1]


async def acts(scenario: Scenario, kind: AccessKind, about: object) -> list[tuple[int, str]]:
    """What was done with one thing, and by whom."""
    return [(entry.act, entry.subject_id) for entry in await log(scenario, kind) if entry.about_id == str(about)]


async def test_a_laws_whole_life_is_everybodys_to_read_with_who_did_it(scenario: Scenario) -> None:
    async with scenario.database.transaction() as session:
        now = datetime.now(UTC)
        row = await legal_bases.enter(
            session, statute="Notice 7, article 3", why="reports", grantee_id=scenario.partner,
            access=check_access_request(["laboratory"], "PUBHLTH", 1), sensitive_categories=frozenset(), valid_days=30,
            by=OPERATOR, now=now,
        )  # fmt: skip
        await legal_bases.sign(session, basis_id=row.id, by=REGULATOR, now=now)
        await legal_bases.end(session, basis_id=row.id, by=OPERATOR, reason="it is over", now=now)
    assert await acts(scenario, AccessKind.CITY, row.id) == [
        (AccessAct.LEGAL_BASIS_ENTERED, OPERATOR.subject_id),
        (AccessAct.LEGAL_BASIS_SIGNED, REGULATOR.subject_id),
        (AccessAct.LEGAL_BASIS_ENDED, OPERATOR.subject_id),
    ]
    entry = next(entry for entry in await log(scenario, AccessKind.CITY) if entry.about_id == str(row.id))
    assert (entry.partner_id, entry.note) == (str(scenario.partner), "Notice 7, article 3")


async def test_a_project_is_everybodys_to_read_once_it_is_approved(scenario: Scenario) -> None:
    async with scenario.database.transaction() as session:
        now = datetime.now(UTC)
        row = await projects.propose(
            session, name="Sleep", why="what sleep does", ethics_approval="IRB 7", grantee_id=scenario.partner,
            access=check_access_request(["laboratory"], "HRESCH", 1), sensitive_categories=frozenset(), people_min=0,
            term_days=9, retention_days=0, by=OWNER, now=now,
        )  # fmt: skip
        await projects.endorse(session, project_id=row.id, by=OPERATOR, now=now)
        await projects.approve(session, project_id=row.id, by=REGULATOR, now=now)
    assert await acts(scenario, AccessKind.POLICY, row.id) == [
        (AccessAct.PROJECT_PROPOSED, OWNER.subject_id),
        (AccessAct.PROJECT_ENDORSED, OPERATOR.subject_id),
    ]
    assert await acts(scenario, AccessKind.CITY, row.id) == [(AccessAct.PROJECT_APPROVED, REGULATOR.subject_id)]


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        (partners_api.FREEZE_TARGET_PARTNER, AccessKind.CITY),
        (partners_api.FREEZE_TARGET_OFFERING, AccessKind.CITY),
        (partners_api.FREEZE_TARGET_PRACTITIONER, AccessKind.POLICY),
        (partners_api.FREEZE_TARGET_ACCOUNT, AccessKind.POLICY),
    ],
)
async def test_a_freeze_of_a_person_is_for_who_supervises_and_any_other_for_everybody(
    scenario: Scenario, target: Any, kind: AccessKind
) -> None:
    frozen, now = uuid4(), timestamp(datetime.now(UTC))
    about: dict[str, Any] = {
        "freeze_id": str(uuid4()),
        "case_number": "WJW-7",
        "target": target,
        "target_id": str(frozen),
    }
    by = REGULATOR.subject_id
    imposed = partners_pb.FreezeImposed(**about, version=1, imposed_by=by, imposed_at=now)
    lifted = partners_pb.FreezeLifted(**about, version=2, lifted_by=by, lifted_at=now)
    await scenario.hear(handlers.on_freeze(lifted=False), imposed)
    await scenario.hear(handlers.on_freeze(lifted=True), lifted)
    assert await acts(scenario, kind, frozen) == [(AccessAct.FREEZE_IMPOSED, by), (AccessAct.FREEZE_LIFTED, by)]


async def test_a_freeze_that_the_release_before_told_of_is_logged_without_its_person(scenario: Scenario) -> None:
    frozen = uuid4()
    imposed = partners_pb.FreezeImposed(target=partners_api.FREEZE_TARGET_OFFERING, target_id=str(frozen), version=1)
    await scenario.hear(handlers.on_freeze(lifted=False), imposed)
    assert await acts(scenario, AccessKind.CITY, frozen) == [(AccessAct.FREEZE_IMPOSED, "")]


async def test_a_list_of_other_cities_is_in_the_log_with_who_put_it(scenario: Scenario) -> None:
    put = TrustListPut(
        authority="trust.example.org",
        sequence=int(uuid4()) % 10**9,
        put_by=OPERATOR.subject_id,
        role=Role.ROLE_OPERATOR,
        put_at=timestamp(datetime.now(UTC)),
    )
    await scenario.hear(handlers.on_trust_list_put, put)
    noted = f"trust.example.org, {put.sequence}"
    (entry,) = [entry for entry in await log(scenario, AccessKind.CITY) if entry.note == noted]
    assert (entry.act, entry.subject_id) == (AccessAct.TRUST_LIST_PUT, OPERATOR.subject_id)


async def test_which_parts_of_the_pack_are_others_than_before_is_in_the_log_once(scenario: Scenario) -> None:
    other = JINAN.model_copy(update={"visit_hours": JINAN.visit_hours + 1})

    async def starts(city: Any) -> list[list[str]]:
        """The parts that were named since, when a process starts with this pack."""
        before = len(await log(scenario, AccessKind.CITY))
        async with scenario.database.transaction() as session:
            await policies.note_pack(session, city, datetime.now(UTC))
        return [list(entry.parts) for entry in (await log(scenario, AccessKind.CITY))[before:]]

    await starts(JINAN)
    assert await starts(JINAN) == []
    assert await starts(other) == [["visitHours"]]
    assert await starts(other) == []
    assert await starts(JINAN) == [["visitHours"]], "it was rolled back"


@pytest.mark.parametrize(
    ("resident", "kind"), [(None, AccessKind.READ), (uuid4(), AccessKind.CITY)], ids=["a reading", "a rule"]
)
async def test_the_database_itself_refuses_an_entry_about_nobody_that_changes_no_rule(
    scenario: Scenario, resident: Any, kind: AccessKind
) -> None:
    with pytest.raises(DBAPIError):
        async with scenario.database.transaction() as session:
            await session.execute(
                text("INSERT INTO access_log_waiting (resident_id, kind, at, entry) VALUES (:id, :kind, now(), '')"),
                {"id": resident, "kind": int(kind)},
            )


async def test_a_log_with_such_entries_is_still_proved(scenario: Scenario) -> None:
    async with scenario.database.transaction() as session:
        await policies.note_pack(session, JINAN.model_copy(update={"visit_hours": 3}), datetime.now(UTC))
    async with scenario.database.transaction() as session:
        signer = tree.TreeSigner("yima/jinan/access-log", scenario.keys)
        await tree.place_and_sign(session, signer, datetime.now(UTC))
        check = await tree.check_log(session, signer, datetime.now(UTC))
    assert not check.broken_at, check.why
