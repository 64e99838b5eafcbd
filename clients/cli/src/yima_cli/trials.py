"""Residents who are nobody, and what they do, for systems to try things with: their registers take such people, and
their payment provider such money. In a city where people live nobody can be registered so."""

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from yima_cli.failures import Failure

if TYPE_CHECKING:
    from yima_client.caller import Caller

BORN = "1960-05-05"
AREA = "0"  # no area's code begins with it
WEIGHTS = tuple(2 ** (17 - place) % 11 for place in range(17))
CHECK_DIGITS = "10X98765432"  # ISO 7064, MOD 11-2, as GB 11643 has it
PAYS = "sandbox:ok"


def number_of_nobody(born: str = BORN) -> str:
    """An identity number with a right check digit that is nobody's, another each time."""
    digits = f"{secrets.randbelow(10**8):08}"
    written = f"{AREA}{digits[:5]}{born.replace('-', '')}{digits[5:]}"
    rest = sum(int(digit) * weight for digit, weight in zip(written, WEIGHTS, strict=True)) % 11
    return written + CHECK_DIGITS[rest]


@dataclass(frozen=True)
class Patient:
    """A caller who asks again where somebody does not answer for the moment: what is asked with a key is done once."""

    caller: "Caller"

    async def run(self, operation: str, /, **variables: Any) -> Any:
        from yima_client.caller import AWAY, retried

        return await retried(lambda: self.caller.run(operation, **variables), AWAY)

    async def every(self, operation: str, /, **variables: Any) -> list[Any]:
        from yima_client.caller import AWAY, retried

        return await retried(lambda: self.caller.every(operation, **variables), AWAY)


async def a_resident(nobody: "Caller", login: str = "", password: str = "") -> Patient:
    """Somebody who orders: who signs in with this login, or a new resident who is nobody."""
    if login:
        return Patient(await nobody.signed_in(login, password))
    login, password = f"trial-{secrets.token_hex(8)}@residents.example.org", secrets.token_urlsafe(24)
    who = {"login": login, "password": password, "name": "Trial Resident", "birthDate": BORN}
    registered = await nobody.run("register-resident", **who, identityNumber=number_of_nobody())
    if registered["confirmUntil"]:
        raise Failure("this city confirms who registers: name a resident of a trial with --resident-login")
    return Patient(await nobody.signed_in(login, password))


async def an_order(resident: Patient, offering_id: str) -> str:
    """The id of an order that is placed, consented to and paid with the money of trials."""
    from yima_client.caller import agreed, placed, retried

    order = {"lines": [{"offeringId": offering_id}], "paymentMethod": PAYS, "consentGiven": True}
    caller = cast("Caller", resident)
    return str((await placed(caller, await retried(lambda: agreed(caller, order), "unknown-offering")))["id"])


async def until_order(caller: Patient, order_id: str, *statuses: str) -> dict[str, Any]:
    """An order once it stands so. Raises `NeverHappened`."""
    from yima_client.caller import until

    return dict(
        await until(
            f"{' or '.join(statuses)} of {order_id}",
            lambda: caller.run("order", id=order_id),
            lambda order: order["status"] in statuses,
        )
    )
