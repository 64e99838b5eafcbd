"""When residents were born, for services that are offered by age. Tokens do not say it: identity does, to the resident
and their guardians. A date of birth does not change, so that identity is asked once a resident."""

from collections import OrderedDict
from datetime import date

from chassis.client import http_client
from yima.identity.v1.api_pb2 import GetBirthDatesRequest
from yima.identity.v1.client import IdentityClient

REMEMBERED_MAX = 50_000


class BirthDates:
    """The dates of birth that were asked for of late."""

    def __init__(self, identity_url: str) -> None:
        self._identity = IdentityClient(http_client(), identity_url)
        self._known: OrderedDict[str, date] = OrderedDict()

    def known(self, resident_id: str) -> date | None:
        """The date, where it was asked for before."""
        return self._known.get(resident_id)

    async def of(self, resident_id: str, authorization: str) -> date | None:
        """The date of the caller or of one they act for; None where identity does not say it to this caller."""
        if (born := self.known(resident_id)) is None:
            token = authorization.partition(" ")[2]
            told = await self._identity.get_birth_dates(GetBirthDatesRequest(), token)
            for one in told.residents:
                self._known[one.resident_id] = date.fromisoformat(one.date)
            while len(self._known) > REMEMBERED_MAX:
                self._known.popitem(last=False)
            born = self.known(resident_id)
        return born
