"""Ordering, composed."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import city_pack.settings
from chassis import counted_months
from chassis.auth import FetchedKeys, Verifier
from chassis.batching import Batcher
from chassis.client import http_client
from chassis.database import Database
from chassis.service import Service
from chassis.workers import Task, Worker
from yima.partners.v1.client import PartnersClient

from ordering.api import api
from ordering.commands import availability, indicators, standings
from ordering.commands.cases import escalate_unanswered, measure_partners
from ordering.commands.moves import call_off_unaccepted, end_overdue, settle_cancellations
from ordering.commands.periods import prepare_periods
from ordering.commands.placing import Outcome, PlaceRequest, place_together
from ordering.commands.private_offers import lapse_private_offers
from ordering.commands.withdrawn_slots import end_unanswered
from ordering.domain.orders import Limits
from ordering.domain.private_offers import OfferLimits
from ordering.domain.process import Deadlines, processes
from ordering.handlers import SUBSCRIPTIONS
from ordering.resources import People, Resources, Words

OVERDUE_EVERY_SECONDS = 1.0
UNANSWERED_EVERY_SECONDS = 30.0
STANDING_SECONDS = 1.0
LAPSE_SECONDS = 2.0
PERIODS_SECONDS = 2.0
AVAILABILITY_SECONDS = 1.0


class Settings(city_pack.settings.Settings):
    """How long an order may wait, and what one account may hold unpaid."""

    placed_seconds: int = 30 * 60  # how long an order waits for money and consent
    acceptance_seconds: int = 48 * 3600  # how long a confirmed order waits for the partner to accept it
    service_seconds: int = 30 * 24 * 3600  # how long an accepted order waits for its services
    fulfilment_seconds: int = 7 * 24 * 3600  # how long a proven order waits for the partner's declaration
    objection_seconds: int = 3 * 24 * 3600  # how long a resident may object to what the partner alone says was given
    decision_seconds: int = 20 * 24 * 3600  # how long an objection waits for a decision after the answer is due
    answer_seconds: int = 10 * 24 * 3600  # how long a partner may take to answer a complaint
    desk_seconds: int = 24 * 3600  # how long an order that a desk placed waits for its resident's word and money
    period_ahead_seconds: int = 5 * 24 * 3600  # how long before a period ends the next may be paid
    recent_days: int = 90  # for how long an equivalent service is warned of
    unpaid_booking_seconds: int = 10 * 60  # how long an unpaid order keeps its slots
    session_answer_seconds: int = 24 * 3600  # how long a session offered for a withdrawn one waits for an answer
    absence_grace_seconds: int = 15 * 60  # from how long after a session's start on nobody coming may be stated
    absence_seconds: int = 24 * 3600  # for how long it may be stated then
    unpaid_orders_max: int = 5  # orders one account may have unpaid at once; 0 is as many as it likes
    unpaid_places_max: int = 20  # places in slots that one account may hold unpaid; 0 is as many as it likes
    slot_places_max: int = 4  # places of one slot that one account may hold; 0 is as many as it likes
    day_places_max: int = 8  # places of one offering and day that one account may hold; 0 is as many as it likes
    unpaid_called_off_max: int = 10  # unpaid orders an account may call off within an hour; 0 is as many as it likes
    private_offers_max: int = 200  # private offers that a partner may have open at once
    private_offers_of_offering_max: int = 50  # and of one offering
    private_offer_days: int = 90  # for how many days a private offer may be open
    measures_seconds: float = 60.0  # how often partners are measured

    @property
    def deadlines(self) -> Deadlines:
        return Deadlines(
            placed=timedelta(seconds=self.placed_seconds),
            acceptance=timedelta(seconds=self.acceptance_seconds),
            service=timedelta(seconds=self.service_seconds),
            fulfilment=timedelta(seconds=self.fulfilment_seconds),
            objection=timedelta(seconds=self.objection_seconds),
            decision=timedelta(seconds=self.decision_seconds),
            unpaid=timedelta(seconds=min(self.unpaid_booking_seconds, self.placed_seconds)),
            answer=timedelta(seconds=self.session_answer_seconds),
            grace=timedelta(seconds=self.absence_grace_seconds),
            absence=timedelta(seconds=self.absence_seconds),
            desk=timedelta(seconds=self.desk_seconds),
            ahead=timedelta(seconds=self.period_ahead_seconds),
            zone=self.city.zone,
        )

    @property
    def limits(self) -> Limits:
        return Limits(
            self.unpaid_orders_max,
            self.unpaid_places_max,
            self.unpaid_called_off_max,
            self.slot_places_max,
            self.day_places_max,
        )

    @property
    def offer_limits(self) -> OfferLimits:
        return OfferLimits(self.private_offers_max, self.private_offers_of_offering_max, self.private_offer_days)


@asynccontextmanager
async def resources(settings: Settings, database: Database) -> AsyncGenerator[Resources]:
    deadlines = settings.deadlines

    async def write(requests: Sequence[PlaceRequest]) -> Sequence[Outcome]:
        return await place_together(database, requests, deadlines, settings.limits)

    processes()  # a malformed one stops the start-up
    yield Resources(
        database,
        deadlines,
        settings.limits,
        settings.offer_limits,
        timedelta(seconds=settings.answer_seconds),
        timedelta(days=settings.recent_days),
        settings.city.zone,
        Batcher(write),
        Verifier(FetchedKeys(settings.url("identity"))),
        People(settings.url("identity"), settings.url("records")),
        Words(settings.url("identity")),
        PartnersClient(http_client(), settings.url("partners")),
    )


async def end_what_is_overdue(database: Database, resources: Resources) -> bool:
    return await end_overdue(database, resources.deadlines, database.now())


async def settle_what_was_cancelled(database: Database, _resources: Resources) -> bool:
    return await settle_cancellations(database, database.now())


async def end_what_nobody_answered(database: Database, resources: Resources) -> bool:
    return await end_unanswered(database, resources.deadlines, database.now())


async def call_off_what_was_not_accepted(database: Database, resources: Resources) -> bool:
    return await call_off_unaccepted(database, resources.deadlines, database.now())


async def prepare_next_periods(database: Database, resources: Resources) -> bool:
    return await prepare_periods(database, resources.deadlines, database.now())


async def learn_standings(database: Database, resources: Resources) -> bool:
    return await standings.learn_standings(database, resources.partners)


async def tell_availability(database: Database, _resources: Resources) -> bool:
    return await availability.tell_changes(database, database.now())


async def tell_all_availability(database: Database, _resources: Resources) -> str:
    return f"next free slots of {await availability.tell_all(database, database.now())} offerings told"


async def lapse(database: Database, _resources: Resources) -> bool:
    return await lapse_private_offers(database, database.now())


async def escalate(database: Database, _resources: Resources) -> bool:
    return await escalate_unanswered(database, database.now())


async def measure(database: Database, _resources: Resources) -> bool:
    return await measure_partners(database, database.now())


def service() -> Service[Settings, Resources]:
    settings = Settings()
    return Service(
        name="ordering",
        api=api,
        settings=settings,
        make_resources=resources,
        subscriptions=SUBSCRIPTIONS,
        workers=[
            Worker("end what is overdue", end_what_is_overdue, OVERDUE_EVERY_SECONDS),
            Worker("say what cancelled orders come to", settle_what_was_cancelled, OVERDUE_EVERY_SECONDS),
            Worker(
                "call off what no partner in good standing accepts", call_off_what_was_not_accepted, STANDING_SECONDS
            ),
            Worker("prepare what follows periods that end", prepare_next_periods, PERIODS_SECONDS),
            Worker("take back offered times nobody answered", end_what_nobody_answered, OVERDUE_EVERY_SECONDS),
            Worker("learn where partners stand", learn_standings, STANDING_SECONDS),
            Worker("end private offers that are over", lapse, LAPSE_SECONDS),
            Worker("tell of next free slots", tell_availability, AVAILABILITY_SECONDS),
            Worker("escalate complaints", escalate, UNANSWERED_EVERY_SECONDS),
            counted_months.counting(indicators.count_next_month, lambda resources: resources.zone),
            Worker("measure partners", measure, settings.measures_seconds),
        ],
        tasks=[Task("availability", tell_all_availability)],
    )
