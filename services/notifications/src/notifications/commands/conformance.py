"""A run of the checks of conformance: started, begun check by check, played until each is decided."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from chassis.database import Database
from chassis.ids import Kind, new_id, parse_id, shown
from chassis.sealing import Sealer
from sqlalchemy.ext.asyncio import AsyncSession
from yima.notifications.v1.webhooks_pb2 import WebhookInquiry, WebhookTest

from notifications.commands.endpoints import check_active
from notifications.domain import conformance as rules
from notifications.domain.conformance import (
    CHECKS,
    CheckStatus,
    Decision,
    Play,
    Probe,
    RunStatus,
    Step,
    Wants,
)
from notifications.domain.deliveries import Answer
from notifications.domain.endpoints import SECRET_BYTES, Signature, sealed_as
from notifications.domain.event_types import INQUIRY, TEST, as_json_text, body_of
from notifications.receivers import Receivers, headers_of
from notifications.store import conformance as store
from notifications.store import endpoints, standings, webhook_events
from notifications.tables import ConformanceCheckRow, ConformanceRunRow, EndpointRow

LEASE = timedelta(minutes=2)  # more than all probes of a look may take
LOOK_AGAIN = timedelta(milliseconds=700)


async def start(
    session: AsyncSession, *, endpoint_id: UUID, partner_id: UUID, by: UUID, now: datetime
) -> ConformanceRunRow:
    endpoint = await endpoints.for_update(session, endpoint_id, partner_id)
    check_active(endpoint)
    if await store.count_since(session, partner_id, now - rules.RUNS_WITHIN) >= rules.RUNS_MAX:
        raise rules.TooManyConformanceRuns(f"there were {rules.RUNS_MAX} within a day")
    await store.expire_of_endpoint(session, endpoint_id, now)
    run = ConformanceRunRow(
        id=new_id(),
        partner_id=partner_id,
        endpoint_id=endpoint_id,
        url=endpoint.url,
        status=RunStatus.PLAYING,
        started_by=by,
        started_at=now,
        ends_at=now + rules.RUN_LASTS,
        next_at=now,
    )
    session.add(run)
    await session.flush()
    session.add_all([ConformanceCheckRow(run_id=run.id, step=step, status=CheckStatus.WAITING) for step in Step])
    return run


async def begin_check(
    session: AsyncSession, *, run_id: UUID, partner_id: UUID, step: Step, about: str, now: datetime
) -> ConformanceRunRow:
    """Begin a check, by the order or statement that decides it."""
    about = rules.check_about(step, about)
    run = await store.run_of(session, run_id, partner_id, lock=True)
    if run.status != RunStatus.PLAYING or now > run.ends_at:
        raise rules.ConformanceRunOver(f"it is {run.status}", "conformance_run_id")
    check = next(row for row in await store.checks_of(session, run_id) if row.step == step)
    if check.status != CheckStatus.WAITING:
        raise rules.ConformanceCheckBegun(f"it is {check.status}", "step")
    check.status, check.about, check.begun_at = CheckStatus.PLAYING, about, now
    return run


@dataclass(frozen=True, slots=True)
class Looked:
    """A run as it was claimed: its checks that are under way, and what they are decided by."""

    run: ConformanceRunRow
    endpoint: EndpointRow | None  # None: nothing may be sent there
    secrets: Sequence[bytes]  # that sign now, the current one first
    plays: Sequence[tuple[Step, Play]]


async def play(database: Database, receivers: Receivers, sealer: Sealer) -> bool:
    """Look at a run that is due, and decide what can be decided. Was there one? What is sent for a check is sent in no
    transaction; whoever is killed meanwhile is followed by another that sends it again."""
    now = database.now()
    async with database.transaction() as session:
        looked = await look(session, sealer, now)
    if looked is None:
        return False
    player = Player(database, receivers, looked)
    decisions = [(step, await player.decide(step, evidence)) for step, evidence in looked.plays]
    decided = {step: decision for step, decision in decisions if decision is not None}
    async with database.transaction() as session:
        await keep(session, looked.run, decided, database.now())
    return True


async def look(session: AsyncSession, sealer: Sealer, now: datetime) -> Looked | None:
    run = await store.claim(session, now, now + LEASE)
    if run is None:
        return None
    checks = [check for check in await store.checks_of(session, run.id) if check.status == CheckStatus.PLAYING]
    happened = await store.happened(session, run, sorted({check.about for check in checks if check.about}))
    standing = await standings.standing(session, run.partner_id)
    endpoint = await endpoints.for_update(session, run.endpoint_id, run.partner_id)
    rows = sorted(await endpoints.secrets(session, [run.endpoint_id]), key=lambda row: row.place)
    secrets = [
        sealer.unseal(row.sealed, sealed_as(row.endpoint_id)) for row in rows if row.until is None or row.until > now
    ]
    plays = [
        (
            Step(check.step),
            Play(check.about, check.begun_at or now, now, happened.get(check.about, ()), two_secrets=len(secrets) > 1),
        )
        for check in checks
    ]
    good = standing is not None and standing.good(now)
    return Looked(run, endpoint if good else None, secrets, plays)


async def keep(session: AsyncSession, claimed: ConformanceRunRow, decided: dict[Step, Decision], now: datetime) -> None:
    run = await store.run_of(session, claimed.id, claimed.partner_id, lock=True)
    if run.status != RunStatus.PLAYING:
        return
    checks = await store.checks_of(session, run.id)
    for check in checks:
        decision = decided.get(Step(check.step))
        if decision is not None and check.status == CheckStatus.PLAYING:
            check.status, check.decided_at = decision.status, now
            check.sent, check.answered = decision.sent, decision.answered
    run.next_at = now + LOOK_AGAIN
    run.status = rules.outcome([check.status for check in checks])
    if run.status == RunStatus.PLAYING and now > run.ends_at:
        run.status = RunStatus.EXPIRED
    if run.status != RunStatus.PLAYING:
        run.finished_at = now


@dataclass(frozen=True, slots=True)
class Player:
    """Sends what a check wants to be sent, until it is decided or wants to be looked at later."""

    database: Database
    receivers: Receivers
    looked: Looked

    async def decide(self, step: Step, evidence: Play) -> Decision | None:
        while True:
            wants = CHECKS[step](evidence)
            if not isinstance(wants, Wants):
                return wants
            if self.looked.endpoint is None or not self.looked.secrets:
                return rules.failed("nothing", "the endpoint has ended, or its partner may not be sent anything now")
            evidence = await self.sent(wants, evidence)

    async def sent(self, wants: Wants, evidence: Play) -> Play:
        if wants.probes:
            return replace(evidence, probes=[Probe(named(what), await self.probe(what)) for what in wants.probes])
        await asyncio.sleep(wants.not_before.total_seconds())
        order_id = str(parse_id(evidence.about, "about", Kind.ORDER))
        inquiry = WebhookInquiry(webhook_endpoint_id=str(self.looked.run.endpoint_id), order_id=order_id)
        return replace(evidence, inquiry=await self.post_new(INQUIRY.name, as_json_text(inquiry)))

    async def probe(self, what: str) -> Answer:
        """Send a test as the probe says, or an event again, signed as it should be."""
        if what.startswith("event "):
            return await self.post_again(UUID(what.removeprefix("event ")))
        data = as_json_text(WebhookTest(webhook_endpoint_id=str(self.looked.run.endpoint_id)))
        return await self.post_new(TEST.name, data, what)

    async def post_new(self, kind: str, data: str, what: str = rules.GENUINE) -> Answer:
        now, event_id = self.database.now(), new_id()
        subject = shown(Kind.WEBHOOK_ENDPOINT, self.looked.run.endpoint_id)
        body = body_of(event_id, kind, now, subject, 1, data)
        return await self.post(event_id, body, what, now)

    async def post_again(self, event_id: UUID) -> Answer:
        async with self.database.transaction() as session:
            event = await store.event(session, event_id)
            consent = [event.consent_id] if event is not None and event.consent_id is not None else []
            over = await webhook_events.ended_among(session, consent)
        if event is None or event.sequence is None or over:
            return Answer(0, "the event is not sent any more", 0)
        body = body_of(event.id, event.type, event.occurred_at, event.subject, event.sequence, event.data)
        return await self.post(event.id, body, rules.GENUINE, self.database.now())

    async def post(self, event_id: UUID, body: bytes, what: str, now: datetime) -> Answer:
        endpoint = self.looked.endpoint
        assert endpoint is not None
        secrets = [os.urandom(SECRET_BYTES)] if what == rules.FORGED else self.looked.secrets
        at = self.receivers.time_there(now - rules.STALE if what == rules.OLD else now)
        headers = headers_of(shown(Kind.WEBHOOK_EVENT, event_id), body, Signature(endpoint.signature), secrets, at)
        if what == rules.CHANGED:
            body = body.replace(b'"sequence":1', b'"sequence":2', 1)
        return await self.receivers.post(endpoint.url, headers, body)


def named(what: str) -> str:
    return "the event again" if what.startswith("event ") else what
