"""A scan offers a visit consent; what is granted for it opens the record to whoever scanned, until the visit ends."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from chassis.auth import Principal
from chassis.pages import beginning
from chassis.refusals import Invalid, NotFound
from consent import handlers
from consent.api.consents import request_message
from consent.commands import consents as commands
from consent.commands import receipts
from consent.commands import visits as visit_commands
from consent.commands.receipts import Grant
from consent.domain.access_log import AccessAct
from consent.domain.consents import AlreadyAnswered, ConsentEnd, Origin
from consent.domain.decisions import RECORD_TYPES, AccessKind, Reason
from consent.domain.reach import check_reach
from consent.domain.visits import (
    OPENS_WITHIN,
    RULES_MAX,
    TooManyVisitRules,
    VisitOver,
    VisitRuleEnded,
)
from consent.store import consents, decisions
from consent.tables import ArtefactRow, RequestRow, VisitRuleRow
from consent_scenario import JINAN, LABORATORY, VITALS, Scenario, template_for
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as pb
from yima.consent.v1.events_pb2 import ConsentGranted, ConsentRevoked, VisitAnswered, VisitClosed, VisitOffered
from yima.identity.v1.events_pb2 import HealthCodeReplayed
from yima.partners.v1.api_pb2 import PARTNER_KIND_CLINIC, PARTNER_KIND_HOSPITAL

pytestmark = pytest.mark.anyio
SERVICE = "consent"
LASTS = timedelta(hours=JINAN.visit_hours)
EVERYTHING = frozenset(RECORD_TYPES)


@pytest.fixture(autouse=True)
def another_resident(scenario: Scenario) -> None:
    scenario.resident = uuid4()


async def offers(scenario: Scenario) -> list[RequestRow]:
    """What the resident was offered, newest first."""
    async with scenario.database.transaction() as session:
        now = datetime.now(UTC)
        return list(await consents.requests_page(session, [scenario.resident], None, None, None, now, beginning(100)))


async def the_offer(scenario: Scenario) -> RequestRow:
    (offer,) = await offers(scenario)
    return offer


async def grant(
    scenario: Scenario, offer: RequestRow, now: datetime | None = None, by: UUID | None = None, **how: Any
) -> ArtefactRow:
    async with scenario.database.transaction() as session:
        return await commands.grant_consent(
            session,
            request_id=offer.id,
            residents={scenario.resident: None},
            by=by or scenario.resident,
            keys=scenario.keys,
            now=now or datetime.now(UTC),
            **how,
        )


async def deny(scenario: Scenario, offer: RequestRow) -> None:
    async with scenario.database.transaction() as session:
        await commands.deny_consent(session, request_id=offer.id, residents=[scenario.resident], now=datetime.now(UTC))


async def revoke(scenario: Scenario, artefact: ArtefactRow) -> None:
    async with scenario.database.transaction() as session:
        await commands.revoke_consent(
            session, artefact_id=artefact.id, residents=[scenario.resident], reason="", now=datetime.now(UTC)
        )


async def set_rule(scenario: Scenario, by: UUID | None = None, **how: Any) -> VisitRuleRow:
    rule: dict[str, Any] = {
        "until": None,
        "kinds": [],
        "information_types": VITALS,
        "hours": None,
        "whole_institution": False,
    }
    async with scenario.database.transaction() as session:
        return await visit_commands.set_rule(
            session, resident_id=scenario.resident, by=by or scenario.resident, now=datetime.now(UTC), **(rule | how)
        )


async def reason(scenario: Scenario, practitioner: UUID, kinds: frozenset[str] = VITALS, **how: Any) -> Reason:
    """Why this practitioner of the partner is, or is not, permitted to read."""
    return Reason((await scenario.ask(scenario.doctor(practitioner=practitioner), kinds=kinds, **how)).reason)


async def test_a_scan_offers_and_what_is_granted_is_for_who_scanned_only(scenario: Scenario) -> None:
    doctor, colleague = uuid4(), uuid4()
    await scenario.scan(practitioner=doctor)
    assert await reason(scenario, doctor) == Reason.VISIT_OFFERED
    assert await reason(scenario, colleague) == Reason.NO_CONSENT
    artefact = await grant(scenario, await the_offer(scenario))
    assert await reason(scenario, doctor, EVERYTHING) == Reason.CONSENT_IN_FORCE
    assert await reason(scenario, colleague) == Reason.OTHER_PRACTITIONER
    assert await reason(scenario, doctor, purpose="CAREMGT") == Reason.OTHER_PURPOSE
    other = await scenario.ask(scenario.doctor(partner=uuid4(), practitioner=doctor))
    assert not other.permitted, "who works elsewhere too sees nothing from there"
    assert artefact.expires_at - artefact.granted_at <= LASTS


async def test_the_whole_institution_sees_it_where_the_resident_says_so_and_only_the_kinds_they_name(
    scenario: Scenario,
) -> None:
    await scenario.scan()
    offer = await the_offer(scenario)
    with pytest.raises(Invalid) as unknown:
        await grant(scenario, offer, information_types=["dreams"])
    assert unknown.value.field == "information_types[0]"
    await grant(scenario, offer, information_types=["vital-signs"], whole_institution=True)
    assert await reason(scenario, uuid4()) == Reason.CONSENT_IN_FORCE
    assert await reason(scenario, uuid4(), VITALS | LABORATORY) == Reason.OTHER_INFORMATION_TYPE


async def test_a_visit_ends_by_the_clock_and_cannot_be_answered_after_it(scenario: Scenario) -> None:
    doctor = uuid4()
    await scenario.scan(practitioner=doctor)
    offer = await the_offer(scenario)
    end = offer.expires_at
    assert end is not None
    with pytest.raises(VisitOver):
        await grant(scenario, offer, now=end)
    assert request_message(offer, end).status == pb.CONSENT_STATUS_EXPIRED
    async with scenario.database.transaction() as session:
        open_ones = await consents.requests_page(
            session, [scenario.resident], None, None, "requested", end, beginning(9)
        )
        expired = await consents.requests_page(session, [scenario.resident], None, None, "expired", end, beginning(9))
    assert (list(open_ones), [row.id for row in expired]) == ([], [offer.id])
    await grant(scenario, offer, now=end - timedelta(seconds=1))
    async with scenario.database.transaction() as session:
        (holdings,) = await decisions.for_decisions(session, [(scenario.resident, scenario.partner)], JINAN.today(end))
    (held,) = holdings.artefacts
    assert held.in_force(end - timedelta(microseconds=1))
    assert not held.in_force(end)


async def test_what_is_denied_or_revoked_is_refused_with_its_reason_and_announced(scenario: Scenario) -> None:
    doctor = uuid4()
    await scenario.scan(practitioner=doctor)
    first = await the_offer(scenario)
    await deny(scenario, first)
    assert await reason(scenario, doctor) == Reason.VISIT_DENIED
    with pytest.raises(AlreadyAnswered):
        await grant(scenario, first)
    await scenario.scan(practitioner=doctor)
    second, _ = await offers(scenario)
    artefact = await grant(scenario, second)
    assert await reason(scenario, doctor) == Reason.CONSENT_IN_FORCE
    await revoke(scenario, artefact)
    assert await reason(scenario, doctor) == Reason.CONSENT_REVOKED
    mine = [event for event in await scenario.published(VisitAnswered) if event.resident_id == str(scenario.resident)]
    assert [(event.granted, event.consent_id) for event in mine] == [(False, ""), (True, str(artefact.id))]
    (closed,) = [event for event in await scenario.published(VisitClosed) if event.consent_id == str(artefact.id)]
    assert closed.revoked
    assert len([e for e in await scenario.published(VisitOffered) if e.resident_id == str(scenario.resident)]) == 2
    for kind in (ConsentGranted, ConsentRevoked):
        orders = [event for event in await scenario.published(kind) if event.resident_id == str(scenario.resident)]
        assert orders == [], "who follows orders hears nothing of visits"


async def test_a_scan_that_comes_late_and_one_of_a_suspended_partner_open_nothing(scenario: Scenario) -> None:
    await scenario.scan(at=datetime.now(UTC) - OPENS_WITHIN - timedelta(seconds=1))
    await scenario.stands(reads=False)
    await scenario.scan()
    await scenario.stands()
    assert await offers(scenario) == []


async def test_a_scan_that_was_sent_in_later_offers_no_visit_and_relates_nobody(scenario: Scenario) -> None:
    """Though its moment is a minute ago: nobody knows that the resident is there and can say no."""
    await scenario.scan(datetime.now(UTC) - timedelta(minutes=1), late=True)
    assert await offers(scenario) == []
    assert (await scenario.add()).reason == Reason.NO_RELATION
    await scenario.scan(datetime.now(UTC) - timedelta(minutes=1))
    assert len(await offers(scenario)) == 1


async def test_every_scan_and_every_copy_is_in_the_residents_log_with_who_and_where(scenario: Scenario) -> None:
    """The late ones too, which say that they are."""
    doctor = uuid4()
    redeemed = scenario.redeemed(practitioner=doctor)
    redeemed.place = "Room 3"
    await scenario.hear(handlers.on_health_code_redeemed, redeemed)
    copy = HealthCodeReplayed(
        scan_id=redeemed.scan_id, resident_id=redeemed.resident_id, practitioner_id=str(uuid4()), place="Elsewhere",
        partner_id=str(uuid4()), presented_at=redeemed.scanned_at, version=2, rotated=True, alert_id=str(uuid4()),
    )  # fmt: skip
    await scenario.hear(handlers.on_health_code_replayed, copy)
    await scenario.scan(late=True)
    async with scenario.database.transaction() as session:
        rows = await session.execute(
            text(
                "SELECT entry FROM access_log_waiting WHERE resident_id = :resident UNION ALL "
                "SELECT entry FROM access_log WHERE resident_id = :resident"
            ),
            {"resident": scenario.resident},
        )
        entries = [pb.AccessLogEntry.FromString(row.entry) for row in rows]
    scans = [entry for entry in entries if entry.kind == AccessKind.SCAN]
    assert {(AccessAct(entry.act), entry.place, bool(entry.note)) for entry in scans} == {
        (AccessAct.CODE_SCANNED, "Room 3", False),
        (AccessAct.CODE_REPLAYED, "Elsewhere", True),
        (AccessAct.CODE_SCANNED, "", True),
    }
    assert all(entry.partner_id and entry.subject_id and entry.about_id for entry in scans)


async def test_overlapping_visits_supersede_what_waits_and_ask_nothing_that_is_granted(scenario: Scenario) -> None:
    doctor, colleague = uuid4(), uuid4()
    await scenario.scan(practitioner=doctor)
    waiting = await the_offer(scenario)
    await scenario.scan(practitioner=colleague)
    await scenario.scan(practitioner=doctor)
    newest, of_colleague, oldest = await offers(scenario)
    assert (newest.status, of_colleague.status, oldest.status) == ("requested", "requested", "superseded")
    assert oldest.id == waiting.id
    with pytest.raises(AlreadyAnswered):
        await grant(scenario, waiting)
    await grant(scenario, newest)
    await scenario.scan(practitioner=doctor)
    assert len(await offers(scenario)) == 3, "who is permitted already is not offered it again"
    again = [scenario.redeemed(practitioner=colleague) for _ in range(3)]
    await scenario.hear(handlers.on_health_code_redeemed, *again)
    statuses = [offer.status for offer in await offers(scenario) if offer.practitioner_id == colleague]
    assert statuses == ["requested", "superseded", "superseded", "superseded"], "in one batch, too"


async def test_a_rule_answers_the_scans_that_fit_it_and_no_others(scenario: Scenario) -> None:
    doctor = uuid4()
    await set_rule(scenario, kinds=[PARTNER_KIND_HOSPITAL])
    await scenario.scan(practitioner=doctor)
    assert (await the_offer(scenario)).status == "requested", "a clinic is no hospital"
    rule = await set_rule(scenario, kinds=[PARTNER_KIND_CLINIC])
    colleague = uuid4()
    await scenario.scan(practitioner=colleague)
    assert await reason(scenario, colleague) == Reason.CONSENT_IN_FORCE
    assert await reason(scenario, colleague, LABORATORY) == Reason.OTHER_INFORMATION_TYPE
    (artefact,) = await scenario.artefacts()
    assert (artefact.visit_rule_id, artefact.granted_by) == (rule.id, scenario.resident)
    answered = [e for e in await scenario.published(VisitAnswered) if e.resident_id == str(scenario.resident)]
    assert [event.visit_rule_id for event in answered] == [str(rule.id)]


async def test_a_rule_does_not_overrule_a_no_of_the_same_visit(scenario: Scenario) -> None:
    await set_rule(scenario)
    doctor = uuid4()
    await scenario.scan(practitioner=doctor)
    (artefact,) = await scenario.artefacts()
    await revoke(scenario, artefact)
    await scenario.scan(practitioner=doctor)
    assert (await offers(scenario))[0].status == "requested", "they are asked"
    assert not (await scenario.ask(scenario.doctor(practitioner=doctor))).permitted


async def test_an_ended_rule_answers_nothing_and_only_whose_it_is_ends_it(scenario: Scenario) -> None:
    rule = await set_rule(scenario)

    async def end(*residents: UUID) -> None:
        async with scenario.database.transaction() as session:
            await visit_commands.end_rule(session, rule_id=rule.id, residents=residents, now=datetime.now(UTC))

    with pytest.raises(NotFound):
        await end(uuid4())
    await end(scenario.resident)
    with pytest.raises(VisitRuleEnded):
        await end(scenario.resident)
    await scenario.scan()
    assert (await the_offer(scenario)).status == "requested"


async def test_what_a_guardian_gave_for_visits_ends_with_the_guardianship(scenario: Scenario) -> None:
    guardian, doctor = uuid4(), uuid4()
    await set_rule(scenario, by=guardian)
    await scenario.scan(practitioner=doctor)
    assert await reason(scenario, doctor) == Reason.CONSENT_IN_FORCE
    await scenario.hear(handlers.on_guardianship_ended, scenario.guardianship_ended(guardian))
    assert await reason(scenario, doctor) == Reason.GUARDIANSHIP_ENDED
    (artefact,) = await scenario.artefacts()
    assert artefact.ended_because == ConsentEnd.GUARDIANSHIP_ENDED
    (closed,) = [event for event in await scenario.published(VisitClosed) if event.consent_id == str(artefact.id)]
    assert not closed.revoked
    await scenario.scan(practitioner=uuid4())
    newest, *_ = await offers(scenario)
    assert newest.status == "requested", "the rule ended too"
    with pytest.raises(NotFound):
        await grant(scenario, newest, by=guardian)
    with pytest.raises(NotFound):
        await set_rule(scenario, by=guardian)


async def test_a_guardians_rule_is_good_until_the_resident_is_of_age(scenario: Scenario) -> None:
    await set_rule(scenario, by=uuid4(), until=datetime.now(UTC) - timedelta(seconds=1))
    await scenario.scan()
    assert (await the_offer(scenario)).status == "requested"
    soon = datetime.now(UTC) + timedelta(minutes=5)
    await set_rule(scenario, by=uuid4(), until=soon)
    await scenario.scan()
    (artefact,) = await scenario.artefacts()
    assert artefact.expires_at == soon


async def test_a_resident_has_only_so_many_rules(scenario: Scenario) -> None:
    for _ in range(RULES_MAX):
        await set_rule(scenario)
    with pytest.raises(TooManyVisitRules):
        await set_rule(scenario)


async def test_an_orders_request_is_not_granted_in_part(scenario: Scenario) -> None:
    await scenario.place(uuid4(), template_for())
    offer = await the_offer(scenario)
    for how in ({"information_types": ["vital-signs"]}, {"whole_institution": True}):
        with pytest.raises(Invalid) as refused:
            await grant(scenario, offer, **how)
        assert refused.value.field == next(iter(how))


async def test_institutions_see_their_own_visits_only_and_where_each_stands(scenario: Scenario) -> None:
    await scenario.scan()
    artefact = await grant(scenario, await the_offer(scenario))
    await revoke(scenario, artefact)
    async with scenario.database.transaction() as session:
        rows = await consents.asked_page(session, Origin.VISIT, scenario.partner, scenario.resident, None, beginning(9))
        others = await consents.asked_page(session, Origin.VISIT, uuid4(), scenario.resident, None, beginning(9))
    ((request, granted),) = rows
    message = request_message(request, datetime.now(UTC), granted)
    assert (message.status, message.consent_id) == (pb.CONSENT_STATUS_REVOKED, str(artefact.id))
    assert list(others) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE visit_rule SET information_types = '{imaging}' WHERE resident_id = :resident",
        "DELETE FROM visit_rule WHERE resident_id = :resident",
        "UPDATE consent_artefact SET practitioner_id = NULL WHERE resident_id = :resident",
        "UPDATE consent_artefact SET expires_at = expires_at + interval '1 hour' WHERE resident_id = :resident",
        "UPDATE consent_request SET order_id = id WHERE resident_id = :resident",
        "UPDATE consent_request SET expires_at = NULL WHERE resident_id = :resident",
    ],
)
async def test_the_database_itself_refuses_to_widen_what_a_resident_gave(scenario: Scenario, change: str) -> None:
    await set_rule(scenario)
    await scenario.scan()
    with pytest.raises((DBAPIError, asyncpg.PostgresError)):
        async with scenario.database.transaction() as session:
            await session.execute(text(change), {"resident": scenario.resident})


async def test_the_database_itself_refuses_an_artefact_that_outlasts_its_visit(scenario: Scenario) -> None:
    await scenario.scan()
    offer = await the_offer(scenario)
    assert offer.expires_at is not None
    longer = SimpleNamespace(**offer.__dict__ | {"expires_at": offer.expires_at + timedelta(seconds=1)})
    with pytest.raises((DBAPIError, asyncpg.PostgresError)):
        async with scenario.database.transaction() as session:
            artefact = receipts.grant(longer, Grant(scenario.resident), scenario.keys, datetime.now(UTC))  # type: ignore[arg-type]
            await consents.add_artefacts(session, [artefact])


async def released(scenario: Scenario, practitioner: UUID) -> list[tuple[list[str], list[str], bool, bool]]:
    """What a decision lets out: kinds, categories that are apart, and whether it is bounded in time at either end."""
    decision = await scenario.ask(scenario.doctor(practitioner=practitioner))
    assert decision.permitted
    return [
        (
            list(release.information_types),
            list(release.sensitive_categories),
            release.HasField("data_from"),
            release.HasField("data_until"),
        )
        for release in decision.releases
    ]


async def test_a_decision_says_how_far_the_resident_opened_the_record(scenario: Scenario) -> None:
    doctor, kinds = uuid4(), ["vital-signs"]
    await scenario.scan(practitioner=doctor)
    await grant(scenario, await the_offer(scenario))
    assert await released(scenario, doctor) == [(kinds, [], False, False)], "what is apart is not covered"
    second = uuid4()
    await scenario.scan(practitioner=second)
    reach = check_reach(["hiv"], "2024-02-29", "2024-02-29", JINAN.sensitive, JINAN.zone)
    artefact = await grant(scenario, (await offers(scenario))[0], information_types=kinds, reach=reach)
    assert await released(scenario, second) == [(kinds, ["hiv"], True, True)]
    assert artefact.data_until is not None and artefact.data_from is not None
    assert artefact.data_until - artefact.data_from == timedelta(days=1), "both days are included"


async def test_a_rule_opens_the_history_it_says(scenario: Scenario) -> None:
    doctor = uuid4()
    await set_rule(scenario, history_days=30, sensitive_categories=frozenset({"mental-health"}))
    await scenario.scan(practitioner=doctor)
    assert await released(scenario, doctor) == [(["vital-signs"], ["mental-health"], True, False)]
    (artefact,) = await scenario.artefacts()
    assert artefact.data_from is not None
    assert timedelta(days=29) < artefact.granted_at - artefact.data_from < timedelta(days=31)


async def test_an_orders_consent_covers_what_its_template_names_of_what_is_apart(scenario: Scenario) -> None:
    template = template_for()
    template.sensitive_categories.append("hiv")
    await scenario.order(template)
    decision = await scenario.ask()
    assert [list(release.sensitive_categories) for release in decision.releases] == [["hiv"]]
    own = await scenario.ask(Principal(Role.ROLE_RESIDENT, str(scenario.resident)))
    assert (own.reason, list(own.releases)) == (Reason.OWN_RECORD, []), "one's own record is all one's own"


@pytest.mark.parametrize(
    ("named", "first", "last", "field"),
    [
        (["dreams"], "", "", "sensitive_categories[0]"),
        (["hiv"] * 21, "", "", "sensitive_categories"),
        ([], "2026-02-30", "", "data_from"),
        ([], "", "yesterday", "data_until"),
        ([], "2026-05-02", "2026-05-01", "data_until"),
    ],
)
async def test_an_impossible_reach_is_refused_by_its_field(named: list[str], first: str, last: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_reach(named, first, last, JINAN.sensitive, JINAN.zone)
    assert refused.value.field == field
