"""The people of every role and standing that requests come from, and the things there are to ask about."""

import itertools
import random
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
from devstack.stack import Stack
from gateway.ids import Kind, parse_global_id
from yima.common.v1.route_pb2 import Role, Scope
from yima_client.caller import Caller, connect, fresh_key, tls

from e2e.people import (
    PASSWORD,
    Clinic,
    a_clinic,
    a_dependant,
    a_resident,
    as_known,
    confirmed,
    operator_of,
    place,
    registered,
    regulator_of,
    serve,
    standing_otherwise,
    until_status,
)
from e2e.valid_requests import ids_in_paths

ADDRESSES = 8  # from which requests come, so that what is counted by address does not end a run
CONNECTIONS_MAX = 32


@dataclass(frozen=True)
class Person:
    """Somebody who calls: by role, by the scope of an API key (None for people), and whether their partner is in good
    standing."""

    name: str
    token: str = ""
    role: int = Role.ROLE_UNSPECIFIED
    scope: int | None = None
    in_standing: bool = True
    partner_id: str = ""


NOBODY = Person("nobody")


@dataclass
class Scene:
    """A running system with something of everything in it. Ids in `ids` are the contracts', in `shown` GraphQL's."""

    stack: Stack
    people: dict[str, Person]
    ids: dict[str, list[str]]  # by the names that contracts have for them
    shown: list[str]
    clinic: Clinic
    nobody: Caller
    kept: dict[str, list[Any]] = field(default_factory=dict)  # what generators make once and use again, by a name
    callers: dict[str, Caller] = field(default_factory=dict)  # whose tokens people have, by their names
    clients: list[httpx2.AsyncClient] = field(default_factory=list)
    first_checkpoint: str = ""  # of the access log, that was seen
    counted: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def graphql(self) -> str:
        return self.stack.graphql

    @property
    def origin(self) -> str:
        return self.stack.graphql.removesuffix("/graphql")

    def anybody(self, chance: random.Random) -> Person:
        return chance.choice([*self.people.values()])

    async def renew(self) -> None:
        """Whoever's access token is nearly over has the next one."""
        for name, caller in self.callers.items():
            if (token := await caller.current_token()) != self.people[name].token:
                self.people[name] = replace(self.people[name], token=token)

    def who_may(self, roles: Any, scope: int) -> list[Person]:
        """Whom a route of these roles and this scope lets in."""
        return [
            person
            for person in self.people.values()
            if person.role in roles and (person.scope is None or person.scope == scope != Scope.SCOPE_UNSPECIFIED)
        ]

    def known_to(self, person: Person, resident_id: str) -> str:
        """A resident's id as this person has it: a partner's people have one of their own."""
        return as_known(person.token, resident_id, self.stack.secrets["pairwise"]) if person.token else resident_id

    def some_ids(self, chance: random.Random) -> dict[str, str]:
        return {name: chance.choice(known) for name, known in self.ids.items()}


@asynccontextmanager
async def a_scene(stack: Stack) -> AsyncGenerator[Scene]:
    """A clinic, its rival, residents, a guardian, supervisors, keys, and orders in every state."""
    async with connect(stack.graphql) as nobody:
        clinic, rival = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets)
        operator = await operator_of(nobody, stack.secrets)
        regulator = await regulator_of(nobody, stack.secrets)
        (resident, resident_id), (stranger, stranger_id) = await a_resident(nobody), await a_resident(nobody)
        child = await a_dependant(resident, "2019-05-05")
        orders = await orders_in_every_state(resident, clinic)
        callers = {
            "resident": resident,
            "stranger": stranger,
            "staff": clinic.staff,
            "doctor": clinic.practitioner,
            "rival": rival.staff,
            "rival's doctor": rival.practitioner,
            "operator": operator,
            "regulator": regulator,
        }
        people = {
            "nobody": NOBODY,
            "resident": Person("resident", resident.token, Role.ROLE_RESIDENT),
            "stranger": Person("stranger", stranger.token, Role.ROLE_RESIDENT),
            "staff": Person("staff", clinic.staff.token, Role.ROLE_PARTNER, partner_id=clinic.partner_id),
            "doctor": Person("doctor", clinic.practitioner.token, Role.ROLE_PRACTITIONER, partner_id=clinic.partner_id),
            "rival": Person("rival", rival.staff.token, Role.ROLE_PARTNER, partner_id=rival.partner_id),
            "rival's doctor": Person(
                "rival's doctor", rival.practitioner.token, Role.ROLE_PRACTITIONER, partner_id=rival.partner_id
            ),
            "operator": Person("operator", operator.token, Role.ROLE_OPERATOR),
            "regulator": Person("regulator", regulator.token, Role.ROLE_REGULATOR),
        }
        for name, caller in (await standing_otherwise(nobody, stack.secrets, operator)).items():
            role = Role.ROLE_PRACTITIONER if "practitioner" in name else Role.ROLE_PARTNER
            people[name] = Person(name, caller.token, role, in_standing=False)
            callers[name] = caller
        for scope in Scope.values()[1:]:
            label = Scope.Name(scope).removeprefix("SCOPE_")
            key = await clinic.staff.run("create-api-key", label=label, scopes=[label])
            system = await nobody.with_api_key(key["secret"])
            callers[f"key for {label}"] = system
            people[f"key for {label}"] = Person(
                f"key for {label}", system.token, Role.ROLE_PARTNER, scope, partner_id=clinic.partner_id
            )
        ids = await things(nobody, clinic, rival, operator, resident, orders)
        ids["resident_id"] = [bare(Kind.RESIDENT, shown) for shown in (resident_id, stranger_id, child)]
        shown = [clinic.partner_id, clinic.offering["id"], resident_id, stranger_id, child, *orders]
        scene = Scene(stack, people, ids, shown, clinic, nobody, callers=callers)
        first = random.Random().randrange(1, 200)
        for number in range(ADDRESSES):
            transport = httpx2.AsyncHTTPTransport(
                local_address=f"127.90.{first}.{number + 1}",
                limits=httpx2.Limits(max_connections=CONNECTIONS_MAX),
                verify=tls(),
            )
            scene.clients.append(httpx2.AsyncClient(transport=transport, trust_env=False, timeout=60.0))
        try:
            yield scene
        finally:
            for client in scene.clients:
                await client.aclose()


async def orders_in_every_state(resident: Caller, clinic: Clinic) -> list[str]:
    """Unpaid, placed, confirmed, accepted, closed and cancelled."""
    unpaid = (await place(resident, clinic, paymentMethod=None))["id"]
    taken, accepted, closed, cancelled = [(await place(resident, clinic))["id"] for _ in range(4)]
    for order_id in (taken, accepted, closed, cancelled):
        await confirmed(resident, order_id)
    await clinic.staff.run("accept-order", orderId=accepted)
    await serve(resident, clinic, closed)
    await until_status(resident, closed, "CLOSED")
    await resident.run("cancel-order", orderId=cancelled, reason="another day", key=fresh_key())
    return [unpaid, taken, accepted, closed, cancelled]


async def things(
    nobody: Caller, clinic: Clinic, rival: Clinic, operator: Caller, resident: Caller, orders: list[str]
) -> dict[str, list[str]]:
    """The contracts' ids of things there are, by the names they have for them; random ones of what there is none."""
    lines = [line["id"] for order in orders[:4] for line in (await resident.run("order", id=order))["lines"]]
    contract = (await clinic.staff.run("partner", id=clinic.partner_id))["contract"]["id"]
    consents = (await resident.run("consents"))["nodes"]
    statement = await operator.run(
        "issue-statement", partnerId=clinic.partner_id, periodEnd=datetime.now(UTC).isoformat(), key=fresh_key()
    )
    complaint = await resident.run("complain", orderId=orders[3], text="It took long.", key=fresh_key())
    known: dict[str, list[str]] = {
        "partner_id": [bare(Kind.PARTNER, one) for one in (clinic.partner_id, rival.partner_id)],
        "offering_id": [bare(Kind.OFFERING, one["id"]) for one in (clinic.offering, rival.offering)],
        "order_id": [bare(Kind.ORDER, order) for order in orders],
        "order_line_id": [bare(Kind.ORDER_LINE, line) for line in lines],
        "contract_id": [bare(Kind.CONTRACT, contract)],
        "consent_id": [bare(Kind.CONSENT, consent["id"]) for consent in consents],
        "complaint_id": [bare(Kind.COMPLAINT, complaint["id"])],
        "statement_id": [bare(Kind.STATEMENT, statement["id"])] if hasattr(Kind, "STATEMENT") else [],
    }
    nothing = "%08x-0000-7000-8000-000000000000"
    known = {name: ids for name, ids in known.items() if ids}
    known |= {name: [nothing % secrets.randbits(32)] for name in ids_in_paths() - known.keys()}
    return known | {"order_ids": known["order_id"], "offering_ids": known["offering_id"]}


def bare(kind: Kind, shown: str) -> str:
    return parse_global_id(kind, shown, "")


async def a_new_resident(scene: Scene) -> tuple[Person, str, str]:
    """A resident of one's own, for what ends with them: who, their login and their id."""
    login = f"fuzz-{secrets.token_hex(6)}@residents.example.org"
    async with connect(scene.graphql) as nobody:
        person = await registered(nobody, login)
        caller = await nobody.signed_in(login, PASSWORD)
    return Person("a new resident", caller.token, Role.ROLE_RESIDENT), login, person["id"]


def in_days(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()
