"""Consent, composed."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial

import city_pack.settings
from chassis import counted_months, sealing, signing
from chassis.auth import FetchedKeys, Verifier
from chassis.batching import Batcher
from chassis.client import http_client
from chassis.database import Database
from chassis.notes import BadNote, VerifierKey, read_key
from chassis.service import Service
from chassis.settings import SettingUnfit
from chassis.workers import Task, TaskFailed, Worker
from litestar import get
from litestar.handlers import BaseRouteHandler
from yima.consent.v1.api_pb2 import Decision
from yima.identity.v1.client import IdentityClient
from yima.partners.v1.api_pb2 import GetProfilesRequest
from yima.partners.v1.client import PartnersClient

from consent import measures
from consent.api import Resources, api
from consent.commands import access_log, freezes, indicators, leaving, policies, tree
from consent.commands import erasures as erasure_commands
from consent.commands import projects as project_commands
from consent.commands import standings as standing_commands
from consent.commands.agreements import agree_together
from consent.commands.decisions import Question, decide_together
from consent.domain.consents import AGREEMENT_KEPT_FOR
from consent.domain.decisions import SCAN_COUNTS_FOR
from consent.domain.erasures import GRACE_DAYS, OVERDUE_DAYS_MAX
from consent.handlers import SUBSCRIPTIONS
from consent.store import agreements, emergencies, erasures, looks, projects, scans, standings
from consent.store.clock import database_now
from consent.store.tree import forget_checkpoints

ANNOUNCED_MAX = 200_000  # by one run; what is left is for the next
ERASURES_EVERY_SECONDS = 15.0
MEASURE_EVERY_SECONDS = 60.0
STRANGERS_EVERY_SECONDS = 2.0
FREEZES_EVERY_SECONDS = 15.0  # and when the process starts
FORGET_EVERY_SECONDS = 600.0
PLACE_EVERY_SECONDS = 0.5
SUM_EVERY_SECONDS = 600.0
CLOSE_EVERY_SECONDS = 2.0
LEAVERS_EVERY_SECONDS = 60.0  # what is left of it when the event has been heard
CHECKPOINTS_KEPT_FOR = timedelta(hours=1)
LOOKS_KEPT_FOR = timedelta(days=2)  # events of them may come as late
DECIDING_AT_ONCE = 4  # batches of decisions: none waits for another's lock
PARTNERS_ASKED_MAX = 200  # as many profiles as partners answers at once


class Settings(sealing.Settings, city_pack.settings.Settings):
    """Consent's own settings."""

    witnesses: str = ""  # who may sign beneath the access log's checkpoints: verifiers' keys, a blank between them

    @cached_property
    def witness_keys(self) -> Sequence[VerifierKey]:
        return [read_key(written) for written in self.witnesses.split()]

    def check(self) -> None:
        super().check()
        try:
            _ = self.witness_keys
        except BadNote as problem:
            raise SettingUnfit(f"YIMA_WITNESSES: {problem}") from None


@asynccontextmanager
async def resources(settings: Settings, database: Database) -> AsyncGenerator[Resources]:
    async with database.transaction() as session:
        keys = await signing.load(session, datetime.now(UTC), settings.sealer)
        await policies.note_pack(session, settings.city, await database_now(session))

    async def decide(questions: Sequence[Question]) -> Sequence[Decision]:
        return await decide_together(database, questions, settings.city.zone)

    http = http_client()
    yield Resources(
        keys,
        Batcher(decide, DECIDING_AT_ONCE),
        Batcher(partial(agree_together, database, keys)),
        PartnersClient(http, settings.url("partners")),
        Verifier(FetchedKeys(settings.url("identity"))),
        IdentityClient(http, settings.url("identity")),
        settings.city,
        database,
        Verifier(FetchedKeys(settings.url("records"), "/record-keys.json")),
        settings.witness_keys,
    )


def more_handlers(_database: Database, resources: Resources) -> Sequence[BaseRouteHandler]:
    @get("/consent-keys.json")
    async def consent_keys() -> dict[str, object]:
        """The keys that verify consents' receipts (RFC 7517)."""
        return resources.keys.key_set()

    return [consent_keys]


async def check_access_log(database: Database, resources: Resources) -> str:
    """The access log's tree is the one that was signed, from its first entry to its last."""
    async with database.transaction() as session:
        check = await tree.check_log(session, resources.signer, await database_now(session))
    if check.broken_at:
        raise TaskFailed(
            f"the access log is broken at entry {check.broken_at}: {check.why}; {check.entries} entries hold before it"
        )
    return f"{check.entries} entries hold"


async def place_entries(database: Database, resources: Resources) -> bool:
    """Give the entries of the access log that wait their places in its tree, and sign it."""
    async with database.transaction() as session:
        return await tree.place_and_sign(session, resources.signer, await database_now(session))


async def close_projects(database: Database, _resources: Resources) -> bool:
    """End what was consented to for projects that have ended: decisions go by the project's end already."""
    async with database.transaction() as session:
        project = await projects.project_to_close(session)
        if project is None:
            return False
        await project_commands.end_consents(session, project, await database_now(session))
    return True


async def end_consents_of_leavers(database: Database, _resources: Resources) -> bool:
    """End what was given to partners that leave, once their orders are finished."""
    async with database.transaction() as session:
        return await leaving.end_some(session, await database_now(session))


async def sum_refusals(database: Database, resources: Resources) -> bool:
    """Write into the access log how often refusals were repeated, of days that are over."""
    async with database.transaction() as session:
        today = (await database_now(session)).astimezone(resources.city.zone).date()
        return await access_log.sum_refusals(session, today) == access_log.SUMMED_AT_ONCE_MAX


async def moment(database: Database) -> datetime:
    async with database.transaction() as session:
        return await database_now(session)


async def announce_erasures(database: Database, _resources: Resources) -> str:
    """Announce what partners have to erase by now; fail while somebody is very late with it."""
    now, announced = database.now(), 0
    while announced < ANNOUNCED_MAX:
        async with database.transaction() as session:
            count = await erasure_commands.announce_erasures(session, now=now)
        announced += count
        if count < erasure_commands.ANNOUNCED_AT_ONCE_MAX:
            break
    async with database.transaction() as session:
        left = await erasures.open_erasures(session, now)
    summary = f"{announced} erasures announced, {left.due} not attested, {left.overdue} of them overdue"
    if left.long_overdue:
        days = GRACE_DAYS + OVERDUE_DAYS_MAX
        raise TaskFailed(f"{summary}, {left.long_overdue} of them due for more than {days} days")
    return summary


async def announce_some_erasures(database: Database, _resources: Resources) -> bool:
    """Tell partners what they have to erase soon after it falls due; the task makes up for what is missed."""
    async with database.transaction() as session:
        count = await erasure_commands.announce_erasures(session, now=database.now())
    return count == erasure_commands.ANNOUNCED_AT_ONCE_MAX


async def measure_lateness(database: Database, _resources: Resources) -> bool:
    """Measure how many erasures are not attested, since when one is not announced, and what nobody has reviewed."""
    now = database.now()
    async with database.transaction() as session:
        measures.set_open_erasures(await erasures.open_erasures(session, now), now)
        measures.set_emergencies(await emergencies.unreviewed(session, now))
    return False


async def learn_standings(database: Database, resources: Resources) -> bool:
    """Ask partners for the standings that are unknown: until then those partners may do nothing."""
    async with database.transaction() as session:
        partner_ids = await standings.partners_met(session, PARTNERS_ASKED_MAX)
    if not partner_ids:
        return False
    request = GetProfilesRequest(partner_ids=[str(partner_id) for partner_id in partner_ids])
    answer = await resources.partners.get_profiles(request)
    async with database.transaction() as session:
        await standing_commands.note_profiles(session, partner_ids, answer.profiles)
    return len(partner_ids) == PARTNERS_ASKED_MAX


async def learn_freezes(database: Database, resources: Resources) -> bool:
    """Ask partners which practitioners are frozen: for events that did not arrive."""
    await freezes.learn_freezes(database, resources.partners)
    return False


async def forget(database: Database, _resources: Resources) -> bool:
    """Delete agreements to orders that never came, scans that no longer count, checkpoints nobody was told of, and
    which looks were noted: a piece of each, in a transaction of its own, so that none waits for another's end."""
    async with database.transaction() as session:
        now = await database_now(session)
    forgetting = (
        (agreements.forget_agreements, AGREEMENT_KEPT_FOR),
        (scans.forget_scans, SCAN_COUNTS_FOR + SCAN_COUNTS_FOR),
        (forget_checkpoints, CHECKPOINTS_KEPT_FOR),
        (looks.forget_looks, LOOKS_KEPT_FOR),
    )
    more = False
    for forget_some, kept_for in forgetting:
        async with database.transaction() as session:
            more = await forget_some(session, now - kept_for) or more
    return more


async def after_restore(database: Database) -> str:
    """What `python -m chassis consent --after-restore` does beside what it does for every service.

    A backup that is made at work has entries that waited for their places then. The log is checked before anybody
    serves, and one that keeps entries waiting for hours is broken.
    """
    return f"the {await tree.place_all(database)} entries of its log have their places"


def service() -> Service[Settings, Resources]:
    settings = Settings()
    return Service(
        name="consent",
        api=api,
        settings=settings,
        make_resources=resources,
        subscriptions=SUBSCRIPTIONS,
        more_handlers=more_handlers,
        tasks=[
            Task("check-access-log", check_access_log),
            Task("erasures-due", announce_erasures),
            *signing.tasks(settings),
        ],
        workers=[
            Worker("measure what is late", measure_lateness, MEASURE_EVERY_SECONDS),
            Worker("announce erasures that are due", announce_some_erasures, ERASURES_EVERY_SECONDS),
            signing.keeper(lambda resources: resources.keys, settings),
            Worker("learn where partners stand", learn_standings, STRANGERS_EVERY_SECONDS),
            Worker("give entries of the access log their places", place_entries, PLACE_EVERY_SECONDS),
            Worker("end the consents of projects that have ended", close_projects, CLOSE_EVERY_SECONDS),
            Worker("end the consents of partners that leave", end_consents_of_leavers, LEAVERS_EVERY_SECONDS),
            Worker("sum up refusals", sum_refusals, SUM_EVERY_SECONDS),
            counted_months.counting(indicators.count_next_month, lambda resources: resources.city.zone, moment),
            Worker("learn who is frozen", learn_freezes, FREEZES_EVERY_SECONDS),
            Worker("forget what counts no more", forget, FORGET_EVERY_SECONDS),
        ],
    )
