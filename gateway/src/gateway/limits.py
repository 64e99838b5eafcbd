"""What may be asked: by one document (counted once, when it is first seen) and by one client in a minute."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping

from chassis.refusals import Refusal

DOCUMENT_CHARACTERS_MAX = 32 * 1024
TOKENS_MAX = 4_000
NESTING_MAX = 40  # of selection sets, those of fragments too
DEPTH_MAX = 12  # of fields
INTROSPECTION_DEPTH_MAX = 20  # tools ask for types within types this deep
INTROSPECTIONS_MAX = 2  # `__schema` or `__type`, in an operation
FIELDS_MAX = 500  # of an operation, with its fragments spread out; so are the next two
ALIASES_MAX = 60
SPREADS_MAX = 200
FRAGMENTS_MAX = 100
DIRECTIVES_MAX = 100  # in one definition
PAIRS_MAX = 5_000  # of fields of one name, or of fragments, in one place: each pair is compared
OPERATIONS_MAX = 10
ERRORS_MAX = 20
COST_MAX = 500_000  # of an operation, in microseconds of a core, as all costs are
COST_CEILING = 10**9  # where adding up stops
REQUEST_COST = 400  # of any request, before it is looked at
MESSAGE_COST = 50  # of a message over a socket, whatever it says
DOCUMENT_COST = 3_000  # of a partner's document, sent or fetched
BYTES_A_COST = 50  # of a body, that cost one
VALUE_COST = 10  # of each value in the variables
CHARACTER_COST = 10  # of a document nobody sent before: to read, to check and to compile
CLIENTS_MAX = 50_000
TELL_AT_ONCE = 20  # other replicas hear at once of what is one of so many parts of a budget
DOCUMENT_BYTES_MAX = 10 * 1024 * 1024  # of a partner's evidence
ATTACHMENT_BYTES_MAX = 5 * 1024 * 1024  # of a picture or document of an offering
CODE_FILE_BYTES_MAX = 32 * 1024 * 1024  # of a table of codes
BODY_BYTES_MAX = 512 * 1024
EXECUTION_SECONDS = 20.0


class TooMuchAsked(Refusal):
    code = "too-much-asked"
    title = "The document asks for more than one request may."


class TooCostly(Refusal):
    code = "too-costly"
    title = "The operation costs more than one request may; ask for smaller pages."


class BudgetSpent(Refusal):
    code = "budget-spent"
    title = "The client has spent its budget of this minute."

    def __init__(self, cost: int, budget: int, wait_seconds: int) -> None:
        super().__init__(f"this costs {cost} of {budget} a minute, which are spent; try again in {wait_seconds} s")
        self.cost = cost
        self.budget = budget
        self.wait_seconds = wait_seconds


class Budgets:
    """Each client's budget: full at first, filled up steadily, never more than a minute's worth. What is spent here is
    kept for the other replicas to hear of (`gateway.spending`), who take it off as well."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._a_second = per_minute / 60
        self._left: OrderedDict[str, list[float]] = OrderedDict()  # how much, at which moment
        self._unheard: dict[str, int] = {}  # what others have not heard of
        self.much_unheard = asyncio.Event()
        self.others_hear = False  # else nothing is kept for them

    def spend(self, client: str, cost: int, now: float | None = None) -> None:
        """Take `cost` off the client's budget. Raises `BudgetSpent`, and takes nothing, when it does not suffice."""
        account = self._account(client, time.monotonic() if now is None else now)
        left = account[0] - cost
        if left < 0:
            raise BudgetSpent(cost, self.per_minute, max(1, round(-left / self._a_second)))
        account[0] = left
        self._keep_for_others(client, cost)

    def owe(self, client: str, cost: int, now: float | None = None) -> None:
        """Take off what work turned out to cost beyond what was spent on it, even if that is more than is left."""
        account = self._account(client, time.monotonic() if now is None else now)
        account[0] = max(-float(self.per_minute), account[0] - cost)
        self._keep_for_others(client, cost)

    def unheard(self) -> Mapping[str, int]:
        """What was spent by whom since this was asked last."""
        spent, self._unheard = self._unheard, {}
        self.much_unheard.clear()
        return spent

    def hear(self, spent: Mapping[str, int], now: float | None = None) -> None:
        """Take off what clients have spent at another replica: at most a minute's worth more than they had."""
        for client, cost in spent.items():
            account = self._account(client, time.monotonic() if now is None else now)
            account[0] = max(-float(self.per_minute), account[0] - cost)

    def _keep_for_others(self, client: str, cost: int) -> None:
        if not self.others_hear or not cost or (len(self._unheard) >= CLIENTS_MAX and client not in self._unheard):
            return
        unheard = self._unheard[client] = self._unheard.get(client, 0) + cost
        if unheard * TELL_AT_ONCE >= self.per_minute:
            self.much_unheard.set()

    def _account(self, client: str, now: float) -> list[float]:
        """What is left to a client now."""
        account = self._left.get(client)
        if account is None:
            account = self._left[client] = [float(self.per_minute), now]
            if len(self._left) > CLIENTS_MAX:
                self._left.popitem(last=False)
            return account
        account[0] = min(self.per_minute, account[0] + (now - account[1]) * self._a_second)
        account[1] = now
        self._left.move_to_end(client)
        return account
