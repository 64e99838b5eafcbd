"""What ordering's functions need besides the session."""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis.auth import Verifier
from chassis.batching import Batcher
from chassis.client import http_client
from chassis.database import Database
from chassis.problems import Problem
from chassis.wire import moment
from yima.common.v1.types_pb2 import Money
from yima.identity.v1.api_pb2 import (
    CheckOrderWordRequest,
    GetBirthDatesRequest,
    GetScannedResidentRequest,
    SendOrderWordRequest,
)
from yima.identity.v1.client import IdentityClient
from yima.partners.v1.client import PartnersClient
from yima.records.v1.alert_rules_pb2 import CheckProgrammesRequest
from yima.records.v1.client import RecordsClient

from ordering.aggregate import OrderAggregate
from ordering.commands.placing import PlaceRequest
from ordering.domain.offerings import sex_of
from ordering.domain.orders import Limits, Person
from ordering.domain.private_offers import OfferLimits
from ordering.domain.process import Deadlines

REMEMBERED_MAX = 50_000
FORBIDDEN = 403


class People:
    """When residents were born, of what sex they are, where they live and in which programmes they take part, for
    services that are offered by these. Tokens do not say it: identity and records do, to the resident and their
    guardians. Of who is proven birth and sex do not change, so that identity is asked once; the rest may, and is asked
    each time that it matters."""

    def __init__(self, identity_url: str, records_url: str) -> None:
        self._identity = IdentityClient(http_client(), identity_url)
        self._records = RecordsClient(http_client(), records_url)
        self._known: OrderedDict[str, Person] = OrderedDict()

    def known(self, resident_id: str) -> Person | None:
        """The person, where identity was asked for them before; without where they live."""
        return self._known.get(resident_id)

    async def of(
        self, resident_id: str, authorization: str, *, where: bool, programmes: Collection[str] = ()
    ) -> Person | None:
        """The caller or one they act for, `where` they live, if that matters, and whether they take part in some
        programmes; None where identity does not tell this caller."""
        person = await self._by_identity(resident_id, authorization, where=where)
        if person is None or not programmes:
            return person
        return replace(person, programmes=await self.taking_part(resident_id, programmes, authorization))

    async def taking_part(
        self, resident_id: str, programmes: Collection[str], authorization: str
    ) -> Mapping[str, bool]:
        """Of these programmes, whether the resident takes part; of none where records does not tell this caller. It is
        remembered nowhere: who has left one is in it no more from the next order on."""
        request = CheckProgrammesRequest(resident_id=resident_id, programmes=sorted(programmes))
        try:
            answer = await self._records.check_programmes(request, authorization.partition(" ")[2])
        except Problem as refused:
            if refused.status == FORBIDDEN:
                return {}
            raise
        return {programme: programme in answer.programmes for programme in programmes}

    async def _by_identity(self, resident_id: str, authorization: str, *, where: bool) -> Person | None:
        person = self.known(resident_id)
        if where or person is None or not person.sex:  # which is known once they have proven it
            token = authorization.partition(" ")[2]
            answer = await self._identity.get_birth_dates(GetBirthDatesRequest(), token)
            people = {
                resident.resident_id: Person(
                    date.fromisoformat(resident.date), sex_of(resident.sex), tuple(resident.districts)
                )
                for resident in answer.residents
            }
            for resident in answer.residents:
                if resident.settled:
                    self._known[resident.resident_id] = replace(people[resident.resident_id], districts=())
            while len(self._known) > REMEMBERED_MAX:
                self._known.popitem(last=False)
            person = people.get(resident_id)
        return person

    async def scanned(self, scan_id: UUID, authorization: str) -> tuple[UUID, Person, bool]:
        """Whose code the caller's institution has just scanned, and whether it is proven who that is."""
        token = authorization.partition(" ")[2]
        request = GetScannedResidentRequest(scan_id=str(scan_id))
        resident = await self._identity.get_scanned_resident(request, token)
        person = Person(date.fromisoformat(resident.birth_date), sex_of(resident.sex), tuple(resident.districts))
        return UUID(resident.resident_id), person, resident.proven


class Words:
    """Codes by text message, which identity sends and knows; the resident's telephone stays with it."""

    def __init__(self, identity_url: str) -> None:
        self._identity = IdentityClient(http_client(), identity_url)

    async def send(self, word_id: UUID, order: OrderAggregate, authorization: str) -> datetime:
        """Send one for an order that a desk placed. Returns until when it is good; raises what identity refuses."""
        first, row = order.lines[0], order.row
        request = SendOrderWordRequest(
            word_id=str(word_id),
            scan_id=str(row.desk_scan_id),
            title=first.offering.manifest.title,
            others=len(order.lines) - 1,
            total=Money(minor=row.total_minor, currency=row.currency),
        )
        answer = await self._identity.send_order_word(request, authorization.partition(" ")[2])
        return moment(answer.expires_at)

    async def check(self, word_id: UUID, code: str, authorization: str) -> None:
        """Ask whether this is the code. Raises identity's refusal where it is not, or is good no longer."""
        request = CheckOrderWordRequest(word_id=str(word_id), code=code)
        await self._identity.check_order_word(request, authorization.partition(" ")[2])


@dataclass(frozen=True)
class Resources:
    """What ordering's functions need: the city's times and clock, the batcher that places, who verifies receipts."""

    database: Database
    deadlines: Deadlines
    limits: Limits
    offer_limits: OfferLimits
    answer_within: timedelta
    recent: timedelta
    zone: ZoneInfo
    placing: Batcher[PlaceRequest, OrderAggregate]
    receipts: Verifier
    people: People
    words: Words
    partners: PartnersClient
