"""Records, composed."""

import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from uuid import UUID

import city_pack.settings
from chassis import moments, sealing, signing
from chassis.client import http_client
from chassis.database import Database
from chassis.service import Service
from chassis.workers import Task, Worker
from litestar import get
from litestar.handlers import BaseRouteHandler
from yima.consent.v1.client import ConsentClient
from yima.identity.v1.client import IdentityClient
from yima.ordering.v1.client import OrderingClient
from yima.partners.v1.api_pb2 import GetProfilesRequest
from yima.partners.v1.client import PartnersClient

from records import measures
from records.api import Resources, api, fhir, terminology
from records.commands import (
    batches,
    compute,
    follow_ups,
    grades,
    patients,
    quality,
    quality_reports,
    resource_catalogue,
    reviews,
    waiting,
)
from records.commands.judging import comparing, neighbours
from records.commands.terminology import apply_maps
from records.domain.device_models import models_of_table
from records.domain.examinations import check_code_tables
from records.domain.grades import written
from records.domain.rule_packs import SHIPPED, RuleBook, read_packs
from records.domain.sensitivity import sensitivity
from records.handlers import SUBSCRIPTIONS
from records.store import batches as batch_store
from records.store import connectors as connector_store
from records.store import device_models, error_reports, grounds
from records.store import patients as patient_store
from records.store import reviews as review_store
from records.store import sensitivity as store
from records.store import sources as source_store

log = logging.getLogger("records")
COUNT_EVERY_SECONDS = 300.0
REMIND_EVERY_SECONDS = 60.0
CLASSIFY_EVERY_SECONDS = 60.0
BATCHES_EVERY_SECONDS = 0.5
RUNS_EVERY_SECONDS = 0.5
MEASURE_EVERY_SECONDS = 30.0
ASK_EVERY_SECONDS = 5.0
LEAVE_OUT_EVERY_SECONDS = 60.0
CLASSIFIED_AT_ONCE_MAX = 500
EXAMINE_EVERY_SECONDS = 2.0
MAP_EVERY_SECONDS = 5.0
GRADE_EVERY_SECONDS = 3.0
REVIEWS_EVERY_SECONDS = 60.0
CATALOGUE_EVERY_SECONDS = 60.0  # it looks whether a day is over
BODY_BYTES_MAX = 5 * 1024 * 1024  # 500 resources, or a batch with whom each line is about


class Settings(sealing.Settings, city_pack.settings.Settings):
    """Where records and its neighbours are, what its signing keys are enciphered with, and a pack fit for it."""

    rules_folder: str = ""  # where a city's own rule packs are; those that come with Yima are found without it

    def check(self) -> None:
        super().check()
        check_code_tables(self.city, self.city_file)
        quality.check_packs(self.rule_book, self.city)
        quality.check_ranges(self.rule_book)

    @cached_property
    def rule_book(self) -> RuleBook:
        """The rule packs that the city names. Raises `BadRulePack`, which names the line."""
        folders = [Path(self.rules_folder)] if self.rules_folder else []
        return read_packs(self.city.rule_packs, [*folders, SHIPPED])


@asynccontextmanager
async def resources(settings: Settings, database: Database) -> AsyncGenerator[Resources]:
    http = http_client()
    async with database.transaction() as session:
        keys = await signing.load(session, datetime.now(UTC), settings.sealer)
        await quality.keep_packs(session, settings.rule_book, datetime.now(UTC))
        await device_models.add_models(session, models_of_table(), database.now())
    consent, identity = ConsentClient(http, settings.url("consent")), IdentityClient(http, settings.url("identity"))
    yield Resources(
        database,
        consent,
        identity,
        settings.city,
        sensitivity(settings.city.sensitive),
        PartnersClient(http, settings.url("partners")),
        OrderingClient(http, settings.url("ordering")),
        keys,
        neighbours(consent, identity, keys, lambda: database.now().timestamp()),
        settings.rule_book,
        comparing(identity, keys, lambda: database.now().timestamp()),
        compute.consent_counts(consent, keys, lambda: database.now().timestamp()),
    )


def more_handlers(database: Database, resources: Resources) -> Sequence[BaseRouteHandler]:
    @get("/record-keys.json")
    async def record_keys() -> dict[str, object]:
        """The keys that verify what is given to read in an emergency (RFC 7517)."""
        return resources.keys.key_set()

    return [record_keys, *terminology.handlers(database, resources)]


class Classifier:
    """Goes through the record once a start, and classifies by the city's categories what was classified by others; then
    what is stored with codes of maps."""

    def __init__(self) -> None:
        self.after: UUID | None = UUID(int=0)

    async def step(self, database: Database, resources: Resources) -> bool:
        if self.after is None:
            async with grounds.working(database, "classify what is new") as session:
                fresh = await store.classify_fresh(session, resources.apart, CLASSIFIED_AT_ONCE_MAX)
            return fresh == CLASSIFIED_AT_ONCE_MAX
        async with grounds.working(database, "classify") as session:
            self.after = await store.classify(session, resources.apart, self.after, CLASSIFIED_AT_ONCE_MAX)
        return self.after is not None


async def examine(database: Database, resources: Resources) -> bool:
    """Look at what was stored for what is not as it should be: findings, never refusals."""
    examined = await quality.examine(
        database, resources.rule_book, resources.city, resources.compare_people, database.now()
    )
    return examined == quality.EXAMINED_AT_ONCE_MAX


async def examine_again(database: Database, _resources: Resources) -> str:
    """Have all that is stored examined by the rules in force now, as after a newer pack."""
    return f"{await quality.examine_all_again(database)} resources are examined again, behind what comes"


async def grade(database: Database, resources: Resources) -> bool:
    """Grade a month of an institution of which something was examined."""
    return await grades.grade_next(database, resources.rule_book, resources.city, database.now())


async def draw_reviews(database: Database, resources: Resources) -> bool:
    """Draw a sample of the month before for people to judge."""
    return await reviews.draw_next(database, resources.city, resources.apart, database.now())


async def count_reviews(database: Database, _resources: Resources) -> bool:
    """Close reviews of what is in force no more, and measure those that are overdue."""
    now = database.now()
    async with grounds.working(database, "count reviews") as session:
        await review_store.close_moot(session, now)
        measures.set_reviews_overdue(await review_store.overdue(session, now))
    return False


async def count_catalogue(database: Database, resources: Resources) -> bool:
    """Count the resource catalogue, once a day."""
    await resource_catalogue.count_due(database, resources.city, resources.apart, database.now())
    return False


async def issue_reports(database: Database, resources: Resources) -> str:
    """Issue the reports of the month before, where they are not issued yet."""
    month = moments.months_before(moments.month_of(database.now(), resources.city.zone), 1)

    async def names_of(institution_id: UUID) -> Mapping[str, str]:
        request = GetProfilesRequest(partner_ids=[str(institution_id)])
        profiles = (await resources.partners.get_profiles(request)).profiles
        return dict(profiles[0].name.text) if profiles else {}

    issued = await quality_reports.issue_due(
        database, resources.rule_book, resources.city, resources.keys, names_of, month
    )
    return f"{issued} reports of {written(month)} issued"


async def map_again(database: Database, _resources: Resources) -> bool:
    """Map what had come before a map of codes was approved."""
    return await apply_maps(database, database.now())


async def count_unreadable(database: Database, _resources: Resources) -> bool:
    """Measure the rows that no page can show: only rows from before the database had bounds can be such."""
    async with grounds.working(database, "count what cannot be read") as session:
        rows = await store.unreadable(session)
    measures.set_unreadable(rows)
    if rows:
        log.error("%d record%s cannot be read back; every page leaves them out", rows, "s" * (rows > 1))
    return False


async def count_overdue(database: Database, _resources: Resources) -> bool:
    """Measure the error reports that institutions should have answered by now."""
    async with grounds.working(database, "count reports") as session:
        measures.set_overdue(await error_reports.overdue(session, database.now()))
    return False


async def process_batches(database: Database, resources: Resources) -> bool:
    """Store the lines of the batch that has waited longest."""
    return await batches.process_next(database, resources.judges, zone=resources.city.zone, apart=resources.apart)


async def run_queries(database: Database, resources: Resources) -> bool:
    """Do the run of a query that has waited longest."""
    return await compute.run_next(
        database, resources.counters, resources.keys, apart=resources.apart, zone=resources.city.zone
    )


async def release_waiting(database: Database, resources: Resources) -> bool:
    """Store what waited for patient numbers that are matched now."""
    return await waiting.release_next(database, resources.judges, zone=resources.city.zone, apart=resources.apart)


async def remind_of_follow_ups(database: Database, resources: Resources) -> bool:
    """Tell residents of follow-ups that are due, and that nothing is booked for."""
    async with grounds.working(database, "remind of follow-ups") as session:
        return await follow_ups.remind(session, resources.city.zone, database.now())


async def leave_out_old(database: Database, resources: Resources) -> bool:
    """Leave out what has waited too long for whose patient number it is."""
    city = resources.city
    return await waiting.leave_out_old(database, city.collection.waiting_days, city.zone, database.now())


async def ask_identity(database: Database, resources: Resources) -> bool:
    """Ask again whose patient numbers are that were unknown."""
    return await patients.ask_identity_again(database, resources.judges)


async def measure_sources(database: Database, _resources: Resources) -> bool:
    """Measure how fresh and how complete what sources send is, and what waits."""
    now = database.now()
    async with database.transaction() as session:
        queue = await batch_store.queue(session, None, now)
        measured = await source_store.measured(session)
        intake = await source_store.measured_intake(session)
        unmatched = await patient_store.lines_waiting(session)
        connectors = await connector_store.measured(session)
    measures.set_collection(queue, unmatched, measured, intake, connectors, now)
    return False


def service() -> Service[Settings, Resources]:
    settings = Settings()
    return Service(
        name="records",
        api=api,
        settings=settings,
        make_resources=resources,
        body_bytes_max=BODY_BYTES_MAX,
        subscriptions=SUBSCRIPTIONS,
        more_handlers=more_handlers,
        authenticated_handlers=fhir.origin.handlers,
        tasks=[*signing.tasks(settings), Task("examine-again", examine_again), Task("quality-reports", issue_reports)],
        workers=[
            signing.keeper(lambda resources: resources.keys, settings),
            Worker("count what cannot be read", count_unreadable, COUNT_EVERY_SECONDS),
            Worker("count reports that are overdue", count_overdue, COUNT_EVERY_SECONDS),
            Worker("process batches", process_batches, BATCHES_EVERY_SECONDS),
            Worker("run queries", run_queries, RUNS_EVERY_SECONDS),
            Worker("let in what waited", release_waiting, BATCHES_EVERY_SECONDS),
            Worker("leave out what waited too long", leave_out_old, LEAVE_OUT_EVERY_SECONDS),
            Worker("ask again whose patients are", ask_identity, ASK_EVERY_SECONDS),
            Worker("measure sources", measure_sources, MEASURE_EVERY_SECONDS),
            Worker("classify what is apart", Classifier().step, CLASSIFY_EVERY_SECONDS),
            Worker("examine what was stored", examine, EXAMINE_EVERY_SECONDS),
            Worker("grade months", grade, GRADE_EVERY_SECONDS),
            Worker("draw samples to review", draw_reviews, REVIEWS_EVERY_SECONDS),
            Worker("count reviews that are overdue", count_reviews, REVIEWS_EVERY_SECONDS),
            Worker("count the resource catalogue", count_catalogue, CATALOGUE_EVERY_SECONDS),
            Worker("remind of follow-ups that are due", remind_of_follow_ups, REMIND_EVERY_SECONDS),
            Worker("map codes by maps approved since", map_again, MAP_EVERY_SECONDS),
        ],
    )
