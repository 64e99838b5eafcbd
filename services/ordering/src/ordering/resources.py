"""What ordering's functions need besides the session."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from chassis.auth import Verifier
from chassis.batching import Batcher
from chassis.client import http_client
from chassis.database import Database
from yima.identity.v1.api_pb2 import GetBirthDatesRequest
from yima.identity.v1.client import IdentityClient
from yima.partners.v1.client import PartnersClient

from ordering.aggregate import OrderAggregate
from ordering.commands.placing import PlaceRequest
from ordering.domain.orders import Limits
from ordering.domain.process import Deadlines

REMEMBERED_MAX = 50_000


class BirthDates:
    """When residents were born, for services that are offered by age. Tokens do not say it: identity does, to the
    resident and their guardians. Of who is proven it does not change, so that identity is asked once."""

    def __init__(self, identity_url: str) -> None:
        self._identity = IdentityClient(http_client(), identity_url)
        self._known: OrderedDict[str, date] = OrderedDict()

    def known(self, resident_id: str) -> date | None:
        """The date, where it was asked for before."""
        return self._known.get(resident_id)

    async def of(self, resident_id: str, authorization: str) -> date | None:
        """The date of the caller or of one they act for; None where identity does not say it to this caller."""
        if (birth_date := self.known(resident_id)) is None:
            token = authorization.partition(" ")[2]
            answer = await self._identity.get_birth_dates(GetBirthDatesRequest(), token)
            dates = {resident.resident_id: date.fromisoformat(resident.date) for resident in answer.residents}
            for resident in answer.residents:
                if resident.settled:
                    self._known[resident.resident_id] = dates[resident.resident_id]
            while len(self._known) > REMEMBERED_MAX:
                self._known.popitem(last=False)
            birth_date = dates.get(resident_id)
        return birth_date


@dataclass(frozen=True)
class Resources:
    """What ordering's functions need: the city's times and clock, the batcher that places, who verifies receipts."""

    database: Database
    deadlines: Deadlines
    limits: Limits
    answer_within: timedelta
    recent: timedelta
    zone: ZoneInfo
    placing: Batcher[PlaceRequest, OrderAggregate]
    receipts: Verifier
    birth_dates: BirthDates
    partners: PartnersClient
