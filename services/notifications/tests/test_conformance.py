"""Runs of the checks of conformance: what decides a check, and that nothing else does."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from chassis.ids import Kind, new_id, shown
from chassis.refusals import Invalid, NotFound
from notifications.commands import conformance
from notifications.domain import conformance as rules
from notifications.domain.conformance import CHECKS, CheckStatus, Decision, Happened, Play, Probe, RunStatus, Step
from notifications.domain.deliveries import Answer
from notifications.receivers import Receivers
from notifications.store import conformance as store
from notifications.tables import ConformanceCheckRow, ConformanceRunRow
from notifications_scenario import Receiver, Scenario, an_order, subject_of
from sqlalchemy.exc import IntegrityError

pytestmark = pytest.mark.anyio
SERVICE = "notifications"
NOW = datetime.now(UTC)
ABOUT = shown(Kind.ORDER, UUID(int=1))


def answer(status: int, body: str = "") -> Answer:
    return Answer(status, "", 1, body)


def happened(*kinds: str, status: int | None = 204) -> list[Happened]:
    return [Happened(new_id(), kind, place, NOW, status) for place, kind in enumerate(kinds, start=1)]


def decided(step: Step, events: Sequence[Happened] = (), *, late: bool = False, **more: object) -> CheckStatus | None:
    """How a check is decided by these; None where it is not yet, or wants something to be sent."""
    now = NOW + rules.PATIENCE * 2 if late else NOW
    play = Play(ABOUT, NOW, now, events, **more)  # type: ignore[arg-type] # as each case gives them
    decision = CHECKS[step](play)
    return decision.status if isinstance(decision, Decision) else None


@pytest.mark.parametrize(
    ("step", "kinds", "inquiry"),
    [
        (Step.ORDER, ["order.confirmed", "order.accepted"], None),
        (Step.PROOF, ["order.confirmed", "order.accepted", "order.service_proven"], None),
        (Step.CANCELLATION, ["order.confirmed", "order.cancelled"], '{"open": false}'),
        (Step.REFUND, ["refund.made"], None),
        (Step.CONSENT_REVOKED, ["consent.revoked"], '{"open": false}'),
        (Step.ERASURE, ["erasure.due", "erasure.attested"], '{"holds": false}'),
        (Step.STATEMENT, ["statement.issued", "statement.confirmed"], None),
    ],
)
def test_a_check_is_passed_by_all_that_it_expects_and_fails_in_time_without_any_of_it(
    step: Step, kinds: list[str], inquiry: str | None
) -> None:
    asked = {"inquiry": answer(200, inquiry)} if inquiry else {}
    assert decided(step, happened(*kinds), **asked) == CheckStatus.PASSED
    needed = kinds[1:] if step in (Step.CANCELLATION, Step.PROOF) else kinds
    for missing in needed:
        left = happened(*(kind for kind in kinds if kind != missing))
        assert decided(step, left, **asked) is None, "it may still come"
        assert decided(step, left, late=True, **asked) == CheckStatus.FAILED
    if inquiry:
        for wrong in (inquiry.replace("false", "true"), inquiry.replace("false", "0"), "{}", "[]", "<html>", ""):
            assert decided(step, happened(*kinds), inquiry=answer(200, wrong)) == CheckStatus.FAILED
        assert decided(step, happened(*kinds), inquiry=answer(500, inquiry)) == CheckStatus.FAILED


@pytest.mark.parametrize("status", [None, 0, 302, 400, 500])
def test_what_the_endpoint_did_not_take_passes_nothing(status: int | None) -> None:
    assert decided(Step.ORDER, happened("order.confirmed", "order.accepted", status=status), late=True) == "failed"
    assert decided(Step.REFUND, happened("refund.made", status=status), late=True) == "failed"


def test_a_proof_from_before_the_acceptance_and_an_order_accepted_though_cancelled_fail() -> None:
    early = happened("order.confirmed", "order.service_proven", "order.accepted")
    assert decided(Step.PROOF, early, late=True) == CheckStatus.FAILED
    accepted = happened("order.confirmed", "order.cancelled", "order.accepted")
    assert decided(Step.CANCELLATION, accepted, inquiry=answer(200, '{"open": false}')) == CheckStatus.FAILED


@pytest.mark.parametrize(("began", "right"), [("1", True), ("2", False), ("0", False), ("true", False), ('"1"', False)])
def test_what_is_delivered_again_is_begun_once(began: str, right: bool) -> None:
    probes = [Probe("again", answer(204))] * 2
    inquiry = answer(200, f'{{"began": {began}}}')
    assert decided(Step.DOUBLE_DELIVERY, happened("order.confirmed"), probes=probes, inquiry=inquiry) == (
        CheckStatus.PASSED if right else CheckStatus.FAILED
    )


@pytest.mark.parametrize(
    ("step", "about"),
    [
        (Step.SIGNATURE, ABOUT),
        (Step.ORDER, ""),
        (Step.ORDER, "ord_1"),
        (Step.ORDER, shown(Kind.STATEMENT, UUID(int=1))),
        (Step.STATEMENT, ABOUT),
        (Step.ORDER, ABOUT + "\n"),
    ],
)
def test_a_check_is_about_what_can_decide_it(step: Step, about: str) -> None:
    with pytest.raises(Invalid):
        rules.check_about(step, about)


async def a_run(scenario: Scenario, url: str) -> ConformanceRunRow:
    partner_id = await scenario.a_partner()
    made = await scenario.an_endpoint(partner_id, url)
    async with scenario.database.transaction() as session:
        return await conformance.start(
            session, endpoint_id=made.endpoint.id, partner_id=partner_id, by=uuid4(), now=scenario.database.now()
        )


async def begun(scenario: Scenario, run: ConformanceRunRow, step: Step, about: str = "") -> ConformanceCheckRow:
    """A check once it was begun and looked at."""
    async with scenario.database.transaction() as session:
        await conformance.begin_check(
            session, run_id=run.id, partner_id=run.partner_id, step=step, about=about, now=scenario.database.now()
        )
    return await looked_at(scenario, run, step)


async def looked_at(scenario: Scenario, run: ConformanceRunRow, step: Step) -> ConformanceCheckRow:
    await scenario.execute("UPDATE conformance_run SET next_at = started_at WHERE id = :id", id=run.id)
    receivers = Receivers(scenario.allowed)
    while await conformance.play(scenario.database, receivers, scenario.sealer):
        pass
    await receivers.close()
    async with scenario.database.transaction() as session:
        return next(check for check in await store.checks_of(session, run.id) if check.step == step)


@pytest.mark.parametrize(("path", "status"), [("ok", "failed"), ("gone", "failed"), ("hang", "failed")])
async def test_a_receiver_that_takes_all_or_nothing_fails_the_check_of_signatures(
    scenario: Scenario, receiver: Receiver, path: str, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.receivers.ATTEMPT_SECONDS", 0.3)
    run = await a_run(scenario, receiver.url(f"{path}/{new_id().hex}"))
    check = await begun(scenario, run, Step.SIGNATURE)
    assert check.status == status
    assert ("forged" in check.answered) == (path == "ok") or path == "hang"


async def test_only_what_happened_of_the_partner_s_own_orders_since_the_run_began_decides(
    scenario: Scenario, receiver: Receiver
) -> None:
    run = await a_run(scenario, receiver.url(f"ok/{new_id().hex}"))
    other = await scenario.a_partner()
    theirs, before, after = an_order(other), an_order(run.partner_id), an_order(run.partner_id)
    scenario.ahead = timedelta(minutes=-5)
    await scenario.hear(*before[:2])
    scenario.ahead = timedelta()
    await scenario.hear(*theirs[:2], *after[:2])
    sender = scenario.sender()
    await scenario.send_all(sender, run.endpoint_id)
    await sender.close()
    subjects = [subject_of(messages[0]) for messages in (theirs, before, after)]
    async with scenario.database.transaction() as session:
        known = await store.happened(session, run, subjects)
    assert [[event.type for event in known[subject]] for subject in subjects] == [
        [], [], ["order.confirmed", "order.accepted"],
    ]  # fmt: skip
    check = await begun(scenario, run, Step.ORDER, subjects[0])
    assert check.status == CheckStatus.PLAYING, "another's order decides nothing"


async def test_a_check_is_begun_once_a_run_ends_by_another_and_nobody_else_sees_it(
    scenario: Scenario, receiver: Receiver
) -> None:
    run = await a_run(scenario, receiver.url(f"ok/{new_id().hex}"))
    await begun(scenario, run, Step.SIGNATURE)
    now = scenario.database.now()
    with pytest.raises(rules.ConformanceCheckBegun):
        await begun(scenario, run, Step.SIGNATURE)
    async with scenario.database.transaction() as session:
        await conformance.start(session, endpoint_id=run.endpoint_id, partner_id=run.partner_id, by=uuid4(), now=now)
    with pytest.raises(rules.ConformanceRunOver):
        await begun(scenario, run, Step.ORDER, ABOUT)
    async with scenario.database.transaction() as session:
        with pytest.raises(NotFound):
            await store.run_of(session, run.id, uuid4())
    with pytest.raises(IntegrityError, match="does not follow"):
        await scenario.execute("UPDATE conformance_run SET status = 'passed' WHERE id = :id", id=run.id)


async def test_a_run_is_over_when_its_time_is_and_is_forgotten_a_month_later(
    scenario: Scenario, receiver: Receiver
) -> None:
    run = await a_run(scenario, receiver.url(f"ok/{new_id().hex}"))
    scenario.ahead = rules.RUN_LASTS + timedelta(minutes=1)
    await looked_at(scenario, run, Step.ORDER)
    async with scenario.database.transaction() as session:
        assert (await store.run_of(session, run.id, run.partner_id)).status == RunStatus.EXPIRED


async def test_a_partner_starts_only_so_many_runs_a_day(
    scenario: Scenario, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "RUNS_MAX", 1)
    run = await a_run(scenario, receiver.url(f"ok/{new_id().hex}"))
    with pytest.raises(rules.TooManyConformanceRuns):
        async with scenario.database.transaction() as session:
            await conformance.start(
                session,
                endpoint_id=run.endpoint_id,
                partner_id=run.partner_id,
                by=uuid4(),
                now=scenario.database.now(),
            )
